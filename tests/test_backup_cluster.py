# SPDX-License-Identifier: Apache-2.0
"""Backups of a whole server: what is in the archive, what isn't, and how that is said."""
import fcntl
import json
import os
import pathlib
import re
import resource
import signal
import stat
import subprocess
import tarfile

import pytest

import harness
import mariadb
from test_cli import on_a_terminal

ODD = 'an odd "name" / with \\ and %20'
TAKEN = ["template1", "a=b", ODD, "postgres", "shop", "tpl"]  # in the order of the list
AS = {ODD: "an odd %22name%22 %2F with %5C and %2520"}
CLUSTER = ("backup", "cluster", "--native")
JOBS = pytest.mark.parametrize("jobs", [1, 4])
CLOSED = 'database "closed" allows no connections: it is left out'
LEFT_OUT = "not in the backup: "


def fill(server):
    server.psql("create role ann login password 'secret'; create role reader login")
    server.create_db("shop", "create table orders as select n, md5(n::text) t from generate_series(1, 60000) n;"
                             "create table plain as select 1 as a; alter table plain owner to ann", owner="ann")
    server.create_db(ODD, "create table odd (a text); insert into odd values ('x'), ('y')")
    server.create_db("a=b", "create table latin (a text); insert into latin values (chr(228))", encoding="'LATIN1'",
                     lc_collate="'C'", lc_ctype="'C'")
    server.create_db("tpl", is_template="true")
    server.create_db("closed", allow_connections="false")


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A server of seven databases. Read only."""
    server = harness.Server(tmp_path_factory.mktemp("full"), roles=())
    fill(server)
    yield server
    server.stop()


@pytest.fixture
def program(full, tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    return harness.Program(full, folder)


def fill_with_much(server):
    """A large database, `big`, and some small ones."""
    for name in ("a", "z"):
        server.create_db(name, "create table t as select 1 as a")
    server.create_db("big", "create unlogged table bulky as select n, md5(n::text) t from generate_series(1, 800000) n")


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A server whose backup takes a while. Leave it as it was."""
    server = harness.Server(tmp_path_factory.mktemp("large"), roles=())
    fill_with_much(server)
    yield server
    server.stop()


@pytest.fixture
def slow(large, tmp_path):
    folder = tmp_path / "slow"
    folder.mkdir()
    return harness.Program(large, folder)


@pytest.fixture
def own(own_pg, tmp_path):
    """The same, for a test that means to break the server."""
    folder = tmp_path / "own"
    folder.mkdir()
    fill_with_much(own_pg)
    return harness.Program(own_pg, folder)


def manifest(path):
    return json.loads(pathlib.Path(f"{path}.json").read_text())


def failures(path):
    """{database: why} of what isn't in the archive."""
    return {d["name"]: d["failure"] for d in manifest(path)["databases"] if "failure" in d}


def members(path):
    """The names of the archive's files, in their order."""
    with tarfile.open(path) as tar:
        return tar.getnames()


def left_behind(folder):
    """What is in the folder, hidden or not."""
    return sorted(os.listdir(folder))


def start(program, *options):
    return program.start(*CLUSTER, "-o", "c.tar.gz", *options)


# ---------------------------------------------------------------------------------------------------------- what is in it

@JOBS
def test_all_of_a_server(program, jobs):
    run = program(*CLUSTER, "-v", "-j", jobs).ok()
    name, other = left_behind(program.folder)
    assert re.fullmatch(r"cluster_\d{8}_\d{6}\.tar\.gz", name) and other == name + ".json"
    assert stat.S_IMODE((program.folder / name).stat().st_mode) == 0o600  # it holds passwords
    assert re.search(rf"{name}: 6 databases, 3 roles, 60,004 rows, .* in ", run.err), run
    assert CLOSED in run.err
    said = program("verify", name).ok().out
    assert "intact — cluster archive, 6 databases, " in said and "60,004 rows" in said and "as its manifest says" in said
    files = [f"databases/{AS.get(db, db)}.sql.gz" for db in TAKEN]
    found = members(program.folder / name)
    assert (found[:2], found[-1]) == (["manifest.json", "globals.sql"], "index.json")
    assert sorted(found[2:-1]) == sorted(files)
    if jobs == 1:
        assert found[2:-1] == files  # one after another
    told = manifest(program.folder / name)
    assert (told["databases_complete"], told["databases_failed"], told["rows"]) == (6, 0, 60004)
    assert {d["name"]: d["rows"] for d in told["databases"]} == {
        "template1": 0, "a=b": 1, ODD: 2, "postgres": 0, "shop": 60001, "tpl": 0}
    assert (told["dbms"], told["format"], told["options"]) == ("postgres", "cluster", {})
    assert told["server_version_number"] // 10000 == program.server.major
    assert [CLOSED in warning for warning in told["warnings"]] == [True]


def test_stock_programs_load_it(full, program, tmp_path):
    """tar, psql and zcat are enough."""
    program(*CLUSTER, "-o", "c.tar.gz").ok()
    subprocess.run(["tar", "xzf", program.folder / "c.tar.gz", "-C", tmp_path], check=True)
    server = harness.Server(tmp_path / "empty", roles=())
    try:
        server.load("postgres", subprocess.Popen(["grep", "-v", "^CREATE ROLE postgres", tmp_path / "globals.sql"],
                                                 stdout=subprocess.PIPE).stdout)
        for db in ("shop", ODD, "a=b"):
            server.create_db(db)
            file = tmp_path / "databases" / f"{AS.get(db, db)}.sql.gz"
            server.load(db, subprocess.Popen(["zcat", file], stdout=subprocess.PIPE).stdout)
            dumps = [s.dump(db, tmp_path / n, "--encoding", "UTF8") for s, n in ((full, "left"), (server, "right"))]
            assert harness.first_differences(*dumps) == ""
        assert server.psql("select rolcanlogin from pg_roles where rolname = 'ann'") == "t"
    finally:
        server.stop("immediate")


def test_properties_are_kept(program):
    program(*CLUSTER, "-o", "c.tar.gz").ok()
    with tarfile.open(program.folder / "c.tar.gz") as tar:
        index = json.load(tar.extractfile("index.json"))
        first = json.load(tar.extractfile("manifest.json"))
    properties = {m["name"]: json.loads(m["properties"]) for m in index["members"] if m["kind"] == "database"}
    assert (properties["a=b"]["encoding"], properties["shop"]["owner"]) == ("LATIN1", "ann"), properties
    assert [p["name"] for p in first["planned"]] == TAKEN


# --------------------------------------------------------------------------------------------------------------- choices

def test_chosen_databases(program):
    def taken(*options):
        program(*CLUSTER, "-o", "c.tar.gz", *options).ok()
        return [d["name"] for d in manifest(program.folder / "c.tar.gz")["databases"]]

    assert sorted(taken("--include-database", "s*", "--include-database", '"a=b"')) == ["a=b", "shop"]
    assert sorted(taken("--exclude-database", "t*", "--exclude-database", "postgres")) == ["a=b", ODD, "shop"]
    assert manifest(program.folder / "c.tar.gz")["options"] == {"exclude_database": ["t*", "postgres"]}
    program(*CLUSTER, "--include-database", "nosuch").failed(2, 'no database matches "nosuch"', hint=False)
    program(*CLUSTER, "--exclude-database", "*").failed(2, "no database is left", "backup globals")
    assert left_behind(program.folder) == ["c.tar.gz", "c.tar.gz.json"]


def test_parts_that_are_left_out(program):
    def script(*options):
        program(*CLUSTER, "-o", "c.tar.gz", "--include-database", "shop", "-Z", "none", *options).ok()
        with tarfile.open(program.folder / "c.tar.gz") as tar:
            texts = {name: tar.extractfile(name).read().decode() for name in tar.getnames()}
        return texts.get("globals.sql"), texts["databases/shop.sql"]

    globals_, shop = script()
    assert "SCRAM-SHA-256" in globals_ and 'OWNER TO "ann"' in shop and "COPY public.orders" in shop
    globals_, shop = script("--no-role-passwords", "--schema-only", "--no-owner")
    assert "CREATE ROLE ann" in globals_ and "SCRAM-SHA-256" not in globals_
    assert "CREATE TABLE" in shop and "OWNER TO" not in shop and "COPY public.orders" not in shop
    assert manifest(program.folder / "c.tar.gz")["options"] == {
        "include_database": ["shop"], "no_role_passwords": True, "schema_only": True, "no_owner": True}
    globals_, shop = script("--data-only")
    assert globals_ is None and "CREATE TABLE" not in shop and "COPY public.orders" in shop
    program(*CLUSTER, "-t", "orders").failed(2, "--table is not an option of backup cluster", hint=False)


def test_dry_run(program):
    said = program(*CLUSTER, "--dry-run", "-j", 2).ok().out
    assert re.search(r"Would back up 3 roles and 6 databases to cluster_\d{8}_\d{6}\.tar\.gz\. Nothing was written", said)
    assert re.search(r"^ *shop +\S+ .B +2 +3$", said, re.M), said
    assert left_behind(program.folder) == []
    run = program(*CLUSTER, "--dry-run", "-U", "reader").failed(3, LEFT_OUT)
    assert re.search(r"^ *shop .*FAILED$", run.out, re.M), run


# ----------------------------------------------------------------------------------------------------------- where it goes

def test_standard_output(program, tmp_path):
    spools = tmp_path / "spools"
    spools.mkdir()
    with open(program.folder / "c.tar.gz", "wb") as out:
        program(*CLUSTER, "-o", "-", "-j", 3, stdout=out, env={"TMPDIR": str(spools)}).ok()
    assert "intact" in program("verify", "c.tar.gz").ok().out
    assert left_behind(spools) == [] and left_behind(program.folder) == ["c.tar.gz"]
    with open("/dev/full", "wb") as out:
        program(*CLUSTER, "-o", "-", stdout=out).failed(1, "no space left")


def test_an_older_archive_is_replaced(program):
    (program.folder / "c.tar.gz").write_text("old")
    (program.folder / "c.tar.gz.json").write_text("{}")
    program(*CLUSTER, "-o", "c.tar.gz", "--include-database", "shop").ok()
    assert "as its manifest says" in program("verify", "c.tar.gz").ok().out
    program(*CLUSTER, "-o", "/no/such/folder/c.tar.gz").failed(1, "cannot create")
    sub = program.folder / "sub"
    sub.mkdir()
    program(*CLUSTER, "--backup-dir", sub, "--include-database", "tpl").ok()
    assert len(left_behind(sub)) == 2


def test_a_folder_for_standard_output(slow, tmp_path):
    spools = tmp_path / "spools"
    spools.mkdir()
    running = slow.start(*CLUSTER, "-o", "-", env={"TMPDIR": str(spools)}, stdout=subprocess.DEVNULL)
    with running.held(lambda: slow.server.copying("big"), "the backup reads the large database"):
        assert len(left_behind(spools)) == 1 and left_behind(slow.folder) == []
    running.wait().ok()


def test_an_older_manifest_never_describes_a_new_archive(program):
    for name in ("c.tar.gz", "c.tar.gz.json"):
        (program.folder / name).write_text("{}")
    (program.folder / "c.tar.gz.json.partial").mkdir()
    program(*CLUSTER, "-o", "c.tar.gz", "--include-database", "tpl").failed(1, "manifest", "c.tar.gz is whole")
    assert left_behind(program.folder) == ["c.tar.gz", "c.tar.gz.json.partial"]


def test_a_name_that_looks_like_a_uri(slow):
    name = "postgresql:///a"
    slow.server.create_db(name, "create table u as select 1 as a union all select 2")
    run = slow(*CLUSTER, "-o", "c.tar.gz", "--include-database", f'"{name}"')
    slow.server.drop_db(name)
    run.ok()
    assert [(d["name"], d["rows"]) for d in manifest(slow.folder / "c.tar.gz")["databases"]] == [(name, 2)]


def test_uri(full, program):
    """The database in it is only the one to begin with."""
    uri = f"postgresql://ann:secret@127.0.0.1:{full.port}/shop"
    env = {"PGHOST": None, "PGPORT": None, "PGUSER": "nobody"}
    program(*CLUSTER, uri, "-o", "c.tar.gz", "--include-database", "template1", "--include-database", "tpl",
            env=env).ok()
    assert sorted(d["name"] for d in manifest(program.folder / "c.tar.gz")["databases"]) == ["template1", "tpl"]


def test_the_password_is_asked_for_once(full, program):
    rc, shown = on_a_terminal(program, [*CLUSTER, "-h", "127.0.0.1", "-U", "ann", "-j", 3, "-o", "c.tar.gz",
                                        "--include-database", "t*"], (b"assword", b"secret\n"))
    assert rc == 0 and shown.count("assword for user") == 1, shown
    rc, shown = on_a_terminal(program, [*CLUSTER, "-o", "-"])
    assert rc == 2 and "nothing for a terminal" in shown


# ----------------------------------------------------------------------------------------------------------- what goes wrong

@JOBS
def test_one_database_fails(program, jobs):
    """The others are there, and the archive says what it lacks."""
    options = ("--exclude-database", '"a=b"', "--exclude-database", '*odd*') if jobs == 1 else ()
    run = program(*CLUSTER, "-o", "c.tar.gz", "-U", "reader", "-j", jobs, *options)
    if jobs == 1:
        run.failed(3, f'warning: database "shop" is {LEFT_OUT}.*may not read.*public\\.orders',
                   r'error: 1 of . databases is not in the backup: "shop"')
    else:
        run.failed(3, r"3 of 6 databases are not in the backup: ")
    lacking = failures(program.folder / "c.tar.gz")
    assert set(lacking) == ({"shop"} if jobs == 1 else {"shop", "a=b", ODD})
    assert "may not read" in lacking["shop"]
    told = manifest(program.folder / "c.tar.gz")
    assert any('"shop" is not in the backup' in warning for warning in told["warnings"])
    assert any("may not read the roles' passwords" in warning for warning in told["warnings"])
    said = program("verify", "c.tar.gz").ok()
    assert "NOT COMPLETE" in said.out and '"shop" is not in it: ' in said.err
    assert left_behind(program.folder) == ["c.tar.gz", "c.tar.gz.json"]


def test_every_database_fails(program):
    options = (*CLUSTER, "-U", "reader")
    program(*options, "--include-database", "shop").failed(1, '"shop" could not be backed up: .*may not read')
    program(*options, "--include-database", "shop", "--include-database", '"a=b"').failed(
        1, "none of the 2 databases could be backed up")
    assert left_behind(program.folder) == []


def test_the_globals_fail(own):
    """Without them it would be no backup of the server."""
    own.server.psql("create role reader login; revoke select on pg_auth_members from public")
    own(*CLUSTER, "-U", "reader").failed(1, "pg_auth_members", hint=False)
    assert left_behind(own.folder) == []


def test_a_database_is_dropped_meanwhile(slow):
    running = start(slow, "-j", 1)
    try:
        with running.held(lambda: slow.server.copying("big"), "the backup reads the large database"):
            slow.server.psql("alter database z rename to y")
        run = running.wait()
    finally:
        slow.server.psql("alter database y rename to z")
    run.failed(3, f'"z" is {LEFT_OUT}.*does not exist', '1 of 5 databases is .*: "z"')
    assert set(failures(slow.folder / "c.tar.gz")) == {"z"}
    slow("verify", "c.tar.gz").ok()


@JOBS
def test_one_connection_is_lost(slow, jobs):
    """The server is still there, so the others go on."""
    running = start(slow, "-j", jobs)
    with running.held(lambda: slow.server.copying("big"), "the backup reads the large database"):
        slow.server.psql("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'big'")
    running.wait().failed(3, '1 of 5 databases is not in the backup: "big"')
    assert set(failures(slow.folder / "c.tar.gz")) == {"big"}
    assert "intact" in slow("verify", "c.tar.gz").ok().out
    assert left_behind(slow.folder) == ["c.tar.gz", "c.tar.gz.json"]


@JOBS
def test_the_server_is_lost(own, jobs):
    running = start(own, "-j", jobs)
    with running.held(lambda: own.server.copying("big"), "the backup reads the large database"):
        own.server.stop("immediate")
    # Which of them notices first depends on which are still being read.
    running.wait().failed(1, 'database "[^"]+": ', hint=False)
    assert left_behind(own.folder) == []


def test_no_room(slow):
    """A failure of ours is every database's."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    run = slow(*CLUSTER, "-j", 2, preexec_fn=limit).failed(1, "file too large", hint=False)
    assert LEFT_OUT not in run.err
    assert left_behind(slow.folder) == []


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"])
def test_interrupted(slow, number, status):
    running = start(slow, "-j", 2)
    with running.held(lambda: slow.server.copying("big"), "the backup reads the large database"):
        assert any(name.startswith(".dbbackup-spool.") for name in left_behind(slow.folder))
        running.signal(number)
    run = running.wait().failed(status, "stopp", hint=False)
    assert LEFT_OUT not in run.err
    assert left_behind(slow.folder) == []
    harness.wait_for(lambda: not slow.server.sessions("big"), "no session is left", 5)


def test_killed(slow):
    """What it leaves behind the next run removes, and nothing that is somebody else's."""
    running = start(slow)
    harness.wait_for(lambda: slow.server.copying("big"), "the backup reads the large database")
    running.signal(signal.SIGKILL)
    running.process.communicate(timeout=harness.TIMEOUT)
    left = left_behind(slow.folder)
    assert [re.sub(r"spool\..{6}$", "spool.X", name) for name in left] == [".dbbackup-spool.X", "c.tar.gz.partial"]
    assert stat.S_IMODE((slow.folder / left[0]).stat().st_mode) == 0o700
    others = [".dbbackup-spool.locked", ".dbbackup-spool.no-own", ".dbbackup-spool.none"]  # alive, being made, not ours
    for name in others:
        (slow.folder / name).mkdir()
    (slow.folder / others[2] / "owner").touch()
    with open(slow.folder / others[0] / "owner", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        run = slow(*CLUSTER, "-o", "c.tar.gz", "-v").ok()
    assert left_behind(slow.folder) == [*others, "c.tar.gz", "c.tar.gz.json"]
    assert f"removed {left[0]}, which a killed run had left" in run.err


# ------------------------------------------------------------------------------------------------------------ several at once

def waits_for_a_lock(server, db):
    return server.psql("select pid from pg_stat_activity where datname = :'wanted' and wait_event_type = 'Lock'", wanted=db)


@pytest.mark.parametrize("jobs", [1, 2])
def test_as_many_at_once_as_there_are_jobs(slow, jobs):
    """One that waits for a lock stops the others only where there is but one connection."""
    session = subprocess.Popen([harness.PGBIN / "psql", "-qX", "-d", "a"], env=slow.server.env, stdin=subprocess.PIPE)
    try:
        session.stdin.write(b"begin; lock table t in access exclusive mode;\n")
        session.stdin.flush()
        harness.wait_for(lambda: slow.server.psql("select 1 from pg_locks where mode = 'AccessExclusiveLock' and granted "
                                                 "and relation is not null"), "the table is locked")
        running = start(slow, "-j", jobs)
        harness.wait_for(lambda: waits_for_a_lock(slow.server, "a"), "the backup waits")
        partial = slow.folder / "c.tar.gz.partial"
        if jobs == 1:
            assert not slow.server.sessions("z")
        else:
            harness.wait_for(lambda: b"databases/big.sql.gz" in partial.read_bytes(), "another one is in the archive")
            spool = slow.folder / left_behind(slow.folder)[0]
            harness.wait_for(lambda: left_behind(spool) == ["owner"], "what was copied is removed")
            with open(spool / "owner", "r+") as file, pytest.raises(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert b"databases/a.sql.gz" not in partial.read_bytes()
        session.communicate(b"rollback;\n", timeout=harness.TIMEOUT)
    finally:
        session.kill()
        session.wait()
    running.wait().ok()
    assert slow("verify", "c.tar.gz").ok()


def test_a_large_database_gets_several_connections(slow):
    running = start(slow, "-j", 3)
    with running.held(lambda: len(slow.server.copying("big")) == 2, "two connections read the large database"):
        pass
    running.wait().ok()


def test_progress(slow):
    err = slow(*CLUSTER, "-o", "c.tar.gz", "-j", 2, "--progress", "json").ok().err
    events = [json.loads(line) for line in err.splitlines()]
    assert [e["text"] for e in events if e["event"] == "phase"] == [
        "listing the databases", "backing up what belongs to no database", "backing up"]
    done = events[-1]
    assert (done["event"], done["rows"], done["databases"], done["databases_failed"]) == ("done", 800002, 5, 0)


# ---------------------------------------------------------------------------------------------------------- MySQL, MariaDB

@JOBS
def test_mariadb(maria, maria_backup, jobs):
    names = ["clu", "clu of `odd`/name"]
    try:
        for name in names:
            maria.sql(f"create database {mariadb.quote(name)}")
            maria.sql("create table t (a int primary key) as select seq a from seq_1_to_20000", name)
        maria.sql("create user clu@localhost identified by 'x'; grant select on clu.* to clu@localhost")
        maria_backup(*CLUSTER, *maria.place, "-o", "c.tar.gz", "-j", jobs, "--include-database", "clu*").ok()
        told = manifest(maria_backup.folder / "c.tar.gz")
        assert (told["dbms"], told["server_version"]) == (maria.dbms, maria.sql("select version()"))
        assert sorted((d["name"], d["rows"]) for d in told["databases"]) == [(name, 20000) for name in names]
        assert "as its manifest says" in maria_backup("verify", "c.tar.gz").ok().out
        with tarfile.open(maria_backup.folder / "c.tar.gz") as tar:
            assert b"GRANT SELECT ON `clu`.* TO `clu`@`localhost`" in tar.extractfile("globals.sql").read()
    finally:
        maria.sql("drop user if exists clu@localhost")
        for name in names:
            maria.sql(f"drop database if exists {mariadb.quote(name)}")
