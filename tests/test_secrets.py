# SPDX-License-Identifier: Apache-2.0
"""Passwords are nowhere but where they must be, whatever is written is for its owner only, and TLS holds what it is
asked for."""
import contextlib
import gzip
import io
import os
import pathlib
import stat
import subprocess
import tarfile

import harness
import mariadb
import pytest
from harness import wait_for

SECRET = "s3cret-p4ss"
LOUD = ("-v", "--native-debug", "--progress", "json")


@pytest.fixture(scope="module")
def pg_place(pg):
    """A database of the server's, and a role that needs the password over TCP."""
    pg.psql(f"create role keeper login superuser password '{SECRET}'")
    return pg.create_db("kept", """create function held() returns bool language sql
        as 'select pg_advisory_xact_lock_shared(1) is not null';
        create table t (id int check (held())); insert into t values (1)""")


@pytest.fixture(scope="module")
def maria_place(maria):
    """The same of MariaDB."""
    maria.sql(f"create user keeper identified by '{SECRET}'; grant all on *.* to keeper with grant option")
    return maria.create("create table t (id int) engine=innodb; insert into t values (1)", name="kept")


# --------------------------------------------------------------------------------------------------- what others see

def descendants(pid):
    """The process and all that it has started, as folders of /proc."""
    found = [pathlib.Path(f"/proc/{pid}")]
    for process in found:
        with contextlib.suppress(FileNotFoundError):
            for task in process.joinpath("task").iterdir():
                found += [pathlib.Path(f"/proc/{child}") for child in task.joinpath("children").read_text().split()]
    return found


def texts(data):
    """What a file holds, as it is and unpacked; of a tar, all that is in it."""
    yield data
    if data[:2] == b"\x1f\x8b":
        with contextlib.suppress(EOFError):  # half of a file
            yield from texts(gzip.decompress(data))
    elif data[257:262] == b"ustar":
        with contextlib.suppress(tarfile.ReadError), tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                yield from texts(archive.extractfile(member).read())


def assert_private(folder, secret):
    """What was written is for its owner only, and without the password."""
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # it has been renamed
            mode = stat.S_IMODE(path.stat().st_mode)
            assert mode == (0o700 if path.is_dir() else 0o600), f"{path}: {mode:o}"
            assert path.is_dir() or not any(secret.encode() in text for text in texts(path.read_bytes())), path


def assert_unseen(running, secret, by_environment):
    """No process shows it in its arguments; only those that are given it so, in their environment."""
    for process in descendants(running.pid):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            words = process.joinpath("cmdline").read_bytes()
            assert secret.encode() not in words, words
            limits = process.joinpath("limits").read_text()
            assert int(limits.split("Max core file size")[1].split()[0]) <= 1
            settings = process.joinpath("environ").read_bytes().split(b"\0")
            if process.name != str(running.pid):
                held = [setting for setting in settings if secret.encode() in setting]
                assert held == ([f"PGPASSWORD={secret}".encode()] if by_environment else [])
            for file in process.joinpath("fd").iterdir():
                kind = file.stat()
                if stat.S_ISREG(kind.st_mode) and kind.st_nlink == 0:  # in memory, or without a name
                    assert stat.S_IMODE(kind.st_mode) == 0o600


class Watch:
    """Runs the program with no umask, and looks at all that can be seen of it while the server lets it wait."""

    def __init__(self, program, env):
        self.program, self.env = program, env
        program.folder.joinpath("tmp").mkdir(mode=0o700)

    def __call__(self, *args, waits=None, children=0, by_environment=False, env=None, loud=LOUD):
        env = {"TMPDIR": str(self.program.folder / "tmp"), **self.env, **(env or {})}
        running = self.program.start(*args, *loud, env=env, umask=0)
        if waits is not None:
            wait_for(lambda: waits() or running.process.poll() is not None, "it waits for the server")
            assert running.process.poll() is None and len(descendants(running.pid)) > children, running.wait()
            assert_unseen(running, SECRET, by_environment)
            assert_private(self.program.folder, SECRET)
        return running

    def ends(self, running):
        run = running.wait()
        assert SECRET not in run.err and SECRET.encode() not in run.out_bytes, run
        assert_private(self.program.folder, SECRET)
        return run


@pytest.fixture
def watch(dbbackup):
    return Watch(dbbackup, {})


@contextlib.contextmanager
def psql_session(pg, db, sql):
    """Has another session do sql, until the block ends."""
    with subprocess.Popen([harness.PGBIN / "psql", "-qXAt", "-d", harness.conninfo(db)], env=pg.env, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as process:
        process.stdin.write(f"{sql};\n\\echo done\n")
        process.stdin.flush()
        while process.stdout.readline() != "done\n":
            assert process.poll() is None
        try:
            yield
        finally:
            process.stdin.close()
            process.stdout.read()


def backups(pg, db):
    """How the password comes, the command, and whether pg_dump gets it."""
    uri = f"postgresql://keeper@127.0.0.1:{pg.port}/{db}"
    typed = uri.replace("@", f":{SECRET}@")
    by_env, by_file = {"PGPASSWORD": SECRET, "MYSQL_PWD": SECRET}, {"PGPASSFILE": "pgpass"}
    yield "native.sql.gz", by_env, ["single", uri, "--native"], 0
    yield "tools.sql.gz", by_file, ["single", uri, "--engine", "tools"], 1
    yield "one.dump", {}, ["single", typed, "-F", "custom"], 1
    yield "one.dir", by_env, ["single", f"{uri}?password={SECRET}", "-F", "directory", "-j", "2"], 1
    yield "cluster.tar.gz", {}, ["cluster", typed, "--native"], 0
    yield "all.tar.gz", by_env, ["cluster", uri, "--include-database", db], 1


def test_postgres(pg, pg_place, watch, tmp_path, target):
    """Backups and restores, the password coming by every way there is."""
    pgpass, folder = tmp_path / "pgpass", watch.program.folder
    pgpass.write_text(f"127.0.0.1:*:*:keeper:{SECRET}\n")
    pgpass.chmod(0o600)
    locked = lambda: pg.psql("select 1 from pg_locks where not granted limit 1") == "1"  # noqa: E731
    for name, env, command, children in backups(pg, pg_place):
        if "PGPASSFILE" in env:
            env = {"PGPASSFILE": str(pgpass)}
        with psql_session(pg, pg_place, "begin; lock table t in access exclusive mode"):
            running = watch("backup", *command, "-o", folder / name, waits=locked, children=children,
                            by_environment=bool(children), env=env)
        watch.ends(running).ok()
    service = tmp_path / "service.conf"
    service.write_text(f"[kept]\nhost=127.0.0.1\nport={pg.port}\nuser=keeper\npassword={SECRET}\n")
    env = {"PGSERVICEFILE": str(service), "PGSERVICE": "kept", "PGHOST": None, "PGPORT": None, "PGUSER": None}
    watch.ends(watch("backup", "globals", "-o", folder / "globals.sql", env=env)).ok()

    typed = f"postgresql://keeper:{SECRET}@127.0.0.1:{pg.port}/{target}"
    for name, options in (("native.sql.gz", ["-j", "2"]), ("tools.sql.gz", []), ("one.dump", []), ("one.dir", ["-j", "2"])):
        pg.create_db(target)
        children = 1 if name.startswith("one") else 0
        with psql_session(pg, target, "select pg_advisory_lock(1)"):
            running = watch("restore", folder / name, "--target", typed, *options, waits=locked, children=children,
                            by_environment=bool(children), env={"PGPASSWORD": SECRET})
        watch.ends(running).ok()
        pg.drop_db(target)
    to_postgres = typed.replace(target, "postgres")
    watch.ends(watch("restore", "cluster", folder / "all.tar.gz", to_postgres)).failed(2, "has already: .*kept", hint=False)
    watch.ends(watch("restore", folder / "globals.sql", "--target", to_postgres, "--confirm")).ok()
    watch.ends(watch("verify", "--restore", folder / "native.sql.gz", to_postgres)).ok()


def test_mariadb(maria, maria_place, maria_backup, tmp_path):
    watch, folder = Watch(maria_backup, {"MYSQL_UNIX_PORT": None}), maria_backup.folder
    uri = f"mysql://keeper@127.0.0.1:{maria.port}/{maria_place}"
    typed, by_env, home = uri.replace("@", f":{SECRET}@"), {"MYSQL_PWD": SECRET}, tmp_path / "home"
    home.mkdir()
    home.joinpath(".my.cnf").write_text(f"[client]\npassword={SECRET}\n")
    home.joinpath(".my.cnf").chmod(0o600)
    waits = lambda: maria.sql(  # noqa: E731
        "select 1 from information_schema.processlist where user = 'keeper' and state like 'Waiting for%lock' limit 1") == "1"
    for name, env, command, children in (
            ("native.sql.gz", by_env, ["single", uri, "--native"], 0),
            ("tools.sql.gz", by_env, ["single", uri, "--engine", "tools"], 1),
            ("typed.sql.gz", {}, ["single", typed, "--engine", "tools"], 1),
            ("cluster.tar.gz", {"HOME": str(home)}, ["cluster", uri], 0)):
        with maria.session(maria_place) as say:
            say("lock tables t write;")
            wait_for(lambda: maria.sql("show open tables where in_use > 0"), "the lock")
            running = watch("backup", *command, "-o", folder / name, waits=waits, children=children, env=env)
        watch.ends(running).ok()
    watch.ends(watch("backup", "globals", typed, "-o", folder / "globals.sql")).ok()
    for options, children in (["--native"], 0), (["--engine", "tools"], 1):
        maria.sql("create or replace database back")
        with maria.session("mysql") as say:
            say("flush tables with read lock;")
            wait_for(lambda: "lock" in maria.tool("mariadb", "-e", "set statement lock_wait_timeout = 0 for create database x",
                                                  check=False).stderr.decode(), "the lock")
            running = watch("restore", folder / "native.sql.gz", "--target", typed.replace(f"/{maria_place}", "/back"),
                            *options, waits=waits, children=children, env=by_env)
        watch.ends(running).ok()
    maria.sql("drop database back; drop database if exists x")


@pytest.mark.parametrize("place, env", [
    ("postgresql://keeper:{0}@127.0.0.1:{1}/postgres", {}),
    ("postgresql://keeper@127.0.0.1:{1}/postgres", {"PGPASSWORD": "{}"}),
    ("postgresql://keeper:{0}%zz@127.0.0.1:{1}/postgres", {}),
    ("postgresql://keeper:{0}/x@127.0.0.1:{1}/postgres", {}),
    ("postgresql://keeper:{0}?x=y@127.0.0.1:{1}/postgres", {}),
    ("postgresql://keeper@127.0.0.1:{1}/postgres?password={0}&x=y", {}),
], ids=["typed", "by variable", "bad %", "odd /", "odd ?", "parameter"])
def test_wrong_passwords(pg, pg_place, dbbackup, place, env):
    """One that is wrong, or makes the URI so, may be the right one elsewhere."""
    place = place.format("wr0ng-p4ss", pg.port)
    env = {key: value.format("wr0ng-p4ss") for key, value in env.items()}
    for command in (["backup", "single", place], ["backup", "cluster", place, "--engine", "tools"], ["restore", place],
                    ["restore", "x", "--target", place], ["backup", "single", "a", place], [place]):
        run = dbbackup(*command, *LOUD, env=env)
        assert run.rc in (1, 2, 4) and "wr0ng" not in run.err + run.out, run
    assert not dbbackup.files()


def test_what_others_left_behind(pg_place, dbbackup):
    """Another's file could be read by him while it is written."""
    partial = dbbackup.folder / "b.sql.gz.partial"
    partial.touch(0o644)
    os.link(partial, dbbackup.folder / "kept")
    dbbackup("backup", "single", pg_place, "-o", dbbackup.folder / "b.sql.gz").failed(2, "has another name")
    (dbbackup.folder / "kept").unlink()
    dbbackup("backup", "single", pg_place, "-o", dbbackup.folder / "b.sql.gz").ok()
    assert_private(dbbackup.folder, SECRET)
    if os.geteuid() == 0:
        partial.touch()
        os.chown(partial, 12345, -1)
        dbbackup("backup", "single", pg_place, "-o", dbbackup.folder / "b.sql.gz").failed(2, "belongs to another user")
        folder = dbbackup.folder / "b.dir.partial"
        folder.mkdir()
        os.chown(folder, 12345, -1)
        dbbackup("backup", "single", pg_place, "-F", "directory", "-o", dbbackup.folder / "b.dir").failed(
            2, "belongs to another user")
