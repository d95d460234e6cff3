# SPDX-License-Identifier: Apache-2.0
"""verify --restore --throwaway: a server that is made for it, and of which nothing is left, however it ends."""
import json
import os
import pathlib
import resource
import shutil
import signal
import tempfile

import pytest

from harness import PGBIN, wait_for
from on_mariadb import back_up, run  # noqa: F401 (fixtures)

# Where the user's settings would lead elsewhere, or nowhere.
ASTRAY = {"PGHOSTADDR": "192.0.2.1", "PGSSLMODE": "require", "PGGSSENCMODE": "require", "PGSERVICE": "none",
          "PGTARGETSESSIONATTRS": "standby", "PGOPTIONS": "-c nothing=1", "MYSQL_HOST": "192.0.2.1", "MYSQL_PWD": "wrong"}

WAITS = """create table t (id int);
    create function wait() returns int language sql as $$ select 1 from pg_sleep(case when
        current_database() like 'dbbackup%' then 1000 else 0 end) $$;
    create materialized view v as select public.wait()"""


@pytest.fixture
def place():
    """$TMPDIR, which the servers' own users can reach, too. Nothing may be left in it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dbbackup-place.", dir="/tmp"))
    folder.chmod(0o711)
    try:
        yield folder
        assert list(folder.iterdir()) == []
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def prove(dbbackup, place):
    """prove(FILE, …), with what is to lead it astray."""
    return lambda file, *args, **kwargs: dbbackup("verify", file, "--restore", "--throwaway", *args,
                                                  env={"TMPDIR": str(place), **ASTRAY}, **kwargs)


def put_program(path, version, script="exit 1"):
    """version: a command that says it."""
    path.write_text(f'#!/bin/sh\n[ "$1" != --version ] || {{ {version}; exit; }}\n{script}\n')
    path.chmod(0o755)


@pytest.fixture
def broken(place):
    """broken(postgres="exit 1"): a folder of a server's programs that are scripts. It stands beside $TMPDIR."""
    folder = pathlib.Path(str(place) + ".tools")

    def make(**scripts):
        for name, script in {"initdb": "exit 0", **scripts}.items():
            put_program(folder / name, f"{PGBIN / name} --version", script)
        return folder

    folder.mkdir()
    folder.chmod(0o755)
    yield make
    shutil.rmtree(folder)


def servers(place):
    """The processes that work on something in $TMPDIR."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"postgres" in words[0] and any(word.startswith(str(place).encode() + b"/") for word in words):
            found.append(int(process.name))
    return found


def titles(server):
    """What its processes say that they are doing."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if f"PPid:\t{server}\n" in (process / "status").read_text():
                yield (process / "cmdline").read_bytes()
        except OSError:
            continue


def test_roles_that_lack(pg, dbbackup, prove):
    """The server has those that the definitions name, and no others."""
    pg.psql('create role throwaway_owner; create role "throwaway ""odd one"; create role throwaway_third;'
            "create role throwaway_keeper")  # named by nothing but the database
    db = pg.create_db(owner="throwaway_keeper", sql="""
        create table t (id int primary key, v text); insert into t select n, 'v' || n from generate_series(1, 100) n;
        alter table t owner to "throwaway ""odd one";
        grant select on t to throwaway_owner with grant option;
        set role throwaway_owner; grant select on public.t to throwaway_third; reset role;
        create policy p on t to throwaway_third using (true);
        alter default privileges for role throwaway_third grant select on tables to public;""")
    pg.psql(f"alter role throwaway_third in database {db} set work_mem = '8MB'")
    file = dbbackup.backup(db)
    try:
        told = prove(file, "--report", "report.json").ok()
    finally:
        pg.drop_db(db)
        pg.psql('drop role throwaway_owner; drop role "throwaway ""odd one"; drop role throwaway_third; drop role throwaway_keeper')
    assert f"database {db}: equal. " in told.out and "postgres (PostgreSQL) " in told.out
    report = json.loads((dbbackup.folder / "report.json").read_text())
    assert report["equal"] and report["throwaway_server"].endswith("/postgres")


@pytest.mark.long
def test_whole_server(pg, dbbackup, prove):
    """Its globals come first, but no tablespace: that would be a folder of this machine. A file of pg_dump's doesn't say
    which roles it needs."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dbbackup-place.", dir="/tmp"))
    shutil.chown(folder, pathlib.Path(pg.env["PGHOST"]).owner())
    pg.psql("create role throwaway_owner password 'x'; create role throwaway_member in role throwaway_owner")
    pg.psql(f"create tablespace throwaway_place location '{folder}'")
    pg.psql("comment on tablespace throwaway_place is 'here'; grant create on tablespace throwaway_place to throwaway_owner")
    db = pg.create_db(owner="throwaway_owner", tablespace="throwaway_place", sql="create table t (id int); insert into t values (1);"
                      "create policy p on t to throwaway_member using (true)")
    chosen = ["--include-database", db]
    try:
        dbbackup("backup", "cluster", "-o", "c.tar.gz", "--native", *chosen).ok()
        dbbackup("backup", "cluster", "-o", "dumps.tar.gz", "-F", "custom", *chosen).ok()
        dbbackup("backup", "single", db, "-o", "one.dump", "-F", "custom").ok()
    finally:
        pg.drop_db(db)
        pg.psql("drop tablespace throwaway_place")
        pg.psql("drop role throwaway_member; drop role throwaway_owner")
        folder.rmdir()  # it is empty
    told = prove("c.tar.gz", "--json").ok()
    report = json.loads(told.out)
    assert report["equal"] and report["globals"]["failed"] == 0 and report["globals"]["roles"] >= 3
    assert f"database {db}: restored in " in prove("dumps.tar.gz").ok().out
    prove("one.dump").failed(1, "role", "does not exist", "--no-owner")


@pytest.mark.long
def test_mariadb(maria, maria_backup, run, back_up, place):
    maria.sql("create or replace user throwaway_ann; create or replace role throwaway_boss")
    db = maria.create("create table t (a int primary key, b varchar(10)); insert into t values (1, 'x'), (2, null);"
                      "create definer = throwaway_ann view v as select * from t;"
                      "create definer = throwaway_boss view w as select a from t;"
                      "create definer = throwaway_ann procedure p() select 1;")
    maria.sql(f"grant select on {db}.* to throwaway_ann; grant throwaway_boss to throwaway_ann")
    file = back_up(db)
    cluster = file.parent / "cluster.tar.gz"
    run("backup", "cluster", "-o", cluster, "--include-database", db).ok()
    maria.sql(f"drop database {db}; drop user throwaway_ann; drop role throwaway_boss")
    env = {"TMPDIR": str(place), **ASTRAY}
    told = maria_backup("verify", file, "--restore", "--throwaway", env=env).ok()
    assert f"database {db}: equal. 5 definitions" in told.out and "MariaDB" in told.out
    told = maria_backup("verify", cluster, "--restore", "--throwaway", env=env).ok()
    assert f"database {db}: equal. 5 definitions" in told.out and "globals: " in told.out


def test_no_programs(small_backup, prove, place, tmp_path):
    prove(small_backup, "--tools-path", tmp_path).failed(1, "no server of PostgreSQL", "looked for postgres in",
                                                         "postgresql", "--tools-path")
    prove(small_backup, "postgres").failed(2, "says where to connect", hint=False)
    prove(small_backup, "-h", "localhost").failed(2, "--host can't go with it", hint=False)
    prove(small_backup, "-U", "anyone").failed(2, "--user can't go with it", hint=False)


def test_versions_of_servers(dbbackup, tmp_path):
    """As they say them, those of another packager, too."""
    said = {"mariadbd": "mariadbd  Ver 11.8.6-MariaDB-0+deb13u1 from Debian for debian-linux-gnu on x86_64 (Debian)",
            "mysqld": "/usr/sbin/mysqld  Ver 9.4.0 for Linux on x86_64 (MySQL Community Server - GPL)",
            "postgres": "postgres (PostgreSQL) 17.2"}
    for name, line in said.items():
        put_program(tmp_path / name, f"echo '{line}'")
    found = json.loads(dbbackup("engines", "--json", "--tools-path", tmp_path).ok().out)["tools"]
    assert {tool["name"]: tool["version_number"] for tool in found} == {"mariadbd": 110806, "mysqld": 90400, "postgres": 170002}


def test_it_does_not_start(small_backup, prove, broken):
    tools = broken(postgres="echo 'FATAL:  no luck today' >&2; exit 1")
    prove(small_backup, "--tools-path", tools).failed(1, "did not start", "FATAL:  no luck today")
    tools = broken(initdb="echo 'initdb: error: nothing of mine' >&2; exit 1", postgres="exit 1")
    prove(small_backup, "--tools-path", tools).failed(1, "nothing of mine")
    (tools / "initdb").unlink()
    prove(small_backup, "--tools-path", tools).failed(1, "no initdb that belongs to")


def test_what_there_is_does_not_fit(small_backup, prove, broken):
    tools = broken()
    put_program(tools / "postgres", "echo one of these days")
    prove(small_backup, "--tools-path", tools).failed(1, "no server of PostgreSQL", "found only postgres: it doesn't say its "
                                                         "version: one of these days", "postgresql", "--tools-path")


def test_an_older_server(small_backup, prove, broken):
    """Better than none: it is said."""
    tools = broken(initdb=f'exec {PGBIN}/initdb "$@"')
    put_program(tools / "postgres", "echo 'postgres (PostgreSQL) 9.6.24'", f'exec {PGBIN}/postgres "$@"')
    told = prove(small_backup, "--tools-path", tools).ok()
    assert "(postgres (PostgreSQL) 9.6.24) is older than the server that the backup is of" in told.err


def test_it_vanishes(small_backup, prove, broken):
    """An update of the package, say, while initdb is at work."""
    tools = broken(initdb='rm "${0%/*}/postgres"', postgres="exit 1")
    tools.chmod(0o777)
    prove(small_backup, "--tools-path", tools).failed(1, "cannot run postgres: No such file")


def test_mariadb_without_its_installer(maria, maria_backup, back_up, broken):
    tools = broken()
    put_program(tools / "mariadbd", "echo 'mariadbd  Ver 10.11.14-MariaDB for debian-linux-gnu on x86_64 (Debian)'")
    file = back_up(maria.create("create table t (a int)"))
    told = maria_backup("verify", file, "--restore", "--throwaway", "--tools-path", tools)
    told.failed(1, "no mariadb-install-db that belongs to", "the server's package")


def test_neither_a_proof_nor_a_report(dbbackup, small_backup, tmp_path):
    """The disk is full, say: what the proof ended with comes first."""
    told = dbbackup("verify", small_backup, "--restore", "--throwaway", "--tools-path", tmp_path, "--report", "r.json",
                    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
    told.failed(1, "no server of PostgreSQL", r"the report could not be written, either: .*r\.json.*File too large")
    assert not [name for name in dbbackup.files() if "r.json" in name]


@pytest.mark.long
def test_it_is_lost(pg, dbbackup, place, small_backup, request):
    """While it is at work: it is killed, this is told to end, this is killed. Then the next one tidies up."""
    file = dbbackup.backup(pg.create_db(sql=WAITS))

    def begin():
        running = dbbackup.start("verify", file, "--restore", "--throwaway", env={"TMPDIR": str(place)})
        request.addfinalizer(running.process.kill)  # nothing, where it has ended
        wait_for(lambda: any(b"REFRESH" in title for pid in servers(place) for title in titles(pid)), "the restore", 120)
        return running

    running = begin()
    os.kill(servers(place)[0], signal.SIGQUIT)
    told = running.wait().failed(1, "could not be tested", "The throw-away server", "has ended", hint=False)
    assert "immediate shutdown" in told.err and "DROP DATABASE" not in told.err
    assert not list(place.iterdir())

    running = begin()
    running.signal(signal.SIGTERM)
    assert running.wait().rc == 128 + signal.SIGTERM
    assert not servers(place) and not list(place.iterdir())

    running = begin()
    running.signal(signal.SIGKILL)
    running.process.communicate()
    wait_for(lambda: not servers(place), "the server's end")
    left, = place.iterdir()
    told = dbbackup("verify", small_backup, "--restore", "--throwaway", "-v", env={"TMPDIR": str(place)}).ok()
    assert f"removed {left}, which a killed run had left" in told.err
