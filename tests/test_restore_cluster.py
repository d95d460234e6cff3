# SPDX-License-Identifier: Apache-2.0
"""A whole server out of a cluster archive, and one database out of it. The measure is pg_dumpall of both servers."""
import json
import pathlib
import re
import signal
import subprocess

import pytest

import harness
from test_globals import DATABASES, fill

# Beside those of DATABASES: what is put into some, among them the two that every server has.
CONTENTS = {
    "plain": "create table t as select n as id from generate_series(1, 5000) n; alter table t owner to g_plain;"
             "alter table t add primary key (id)",
    "Ünï 'odd' \"na\"me": 'create schema s authorization "G Space"; create view s.v as select 1',
    "comma, quote\" and blank": "create table odd (x int); insert into odd values (1)",
    "postgres": "create table in_postgres (x int); insert into in_postgres values (1), (2);"
                "comment on database postgres is 'everybody''s'",
    "template1": "create table in_template (x int); insert into in_template values (7);"
                 "alter database template1 set work_mem = '5MB'",
}
FAILS = "CREATE TABLE before (a int);\nCREATE EXTENSION no_such_extension;\nCREATE TABLE after (a int);\n"


def everything(server):
    """What pg_dumpall says; places within the server's own folder differ."""
    text = server.tool("pg_dumpall", stdout=subprocess.PIPE).stdout.decode()
    return re.sub(r"LOCATION 'pg_tblspc/\d+'", "", re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.M))


class Archive:
    """Makes cluster archives of files in a folder: backups of a server's databases."""

    def __init__(self, server, folder):
        self.tool = harness.built_tool("make_cluster")
        if self.tool is None:
            pytest.skip("make_cluster isn't built beside the program")
        self.program = harness.Program(server, folder)
        self.program("backup", "globals", "-o", "globals.sql").ok()
        self.globals = (self.program.folder / "globals.sql").read_text()
        self.members = []

    def add(self, name, *args):
        file = self.program.backup(name, f"{len(self.members)}.sql.gz", *args)
        rows = json.loads(pathlib.Path(f"{file}.json").read_text())["rows"]
        self.members.append((name, rows, ".sql.gz", file))
        return file

    def make(self, name, *more, only=None, globals=None):
        members = [member for member in self.members if only is None or member[0] in only]
        members += [more[i:i + 4] for i in range(0, len(more), 4)]
        path = self.program.folder / name
        run = subprocess.run([self.tool, path, globals or self.globals, *(str(part) for member in members for part in member)],
                             stderr=subprocess.PIPE, timeout=harness.TIMEOUT)
        assert run.returncode == 0, run.stderr
        return path


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A server with several databases. Read only."""
    server = harness.Server(tmp_path_factory.mktemp("source"), roles=())
    fill(server)
    for statement in DATABASES.strip().split(";\n"):
        server.psql(statement)
    server.psql("create database \"comma, quote\"\" and blank\"")
    for name, sql in CONTENTS.items():
        server.psql(sql, db=name)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def whole(source, tmp_path_factory):
    """A backup of all of it."""
    program = harness.Program(source, tmp_path_factory.mktemp("whole"))
    program("backup", "cluster", "-o", "cluster.tar.gz", "--native").ok()
    return program.folder / "cluster.tar.gz"


@pytest.fixture
def empty(tmp_path):
    """An empty server, and the program against it."""
    server = harness.Server(tmp_path / "empty", roles=())
    folder = tmp_path / "work"
    folder.mkdir()
    yield server, harness.Program(server, folder)
    server.stop("immediate")


@pytest.fixture(scope="module")
def few(pg, tmp_path_factory):
    """few(name, *members): an archive without globals, for the server that the tests share. Names begin with few_."""
    folder = tmp_path_factory.mktemp("few")
    archive = Archive(pg, folder)
    for name in ("few_a", "few_b"):
        pg.create_db(name, f"create table {name}_t (x int primary key); insert into {name}_t values (1), (2), (3)")
        archive.add(name)
        pg.drop_db(name)
    (folder / "fails.sql").write_text(FAILS)
    archive.fails = ("few_fails", 0, ".sql", folder / "fails.sql")
    (folder / "script.sql").write_text("CREATE TABLE scripted (a int);\nCOPY scripted FROM stdin;\n1\n2\n\\.\n")
    archive.script = ("few_script", 2, ".sql", folder / "script.sql")
    archive.gone = ("few_gone", 0, "failed", "no space")
    return archive


@pytest.fixture
def server(pg):
    """The shared server; what a restore of few's archives made there goes afterwards."""
    yield pg
    for name in pg.databases():
        if name.startswith("few_"):
            pg.psql(f"alter database {harness.quote_ident(name)} is_template false")
            pg.drop_db(name)


def made(server):
    return {name for name in server.databases() if name.startswith("few_")}


def rows(server, name):
    return server.psql(f"select count(*) from {name}_t", db=name)


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.long), 4])
def test_round_trip(source, whole, empty, jobs):
    server, program = empty
    run = program("restore", "cluster", whole, "--confirm", "-j", jobs, "-v").ok()
    assert re.search(r"8 databases, 5,004 rows restored from", run.err), run
    assert everything(server) == everything(source)
    properties = """select datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype,
                           daticulocale, datistemplate, datconnlimit, spcname,
                           (select array_agg(item::text order by item::text) from unnest(datacl) item)
                      from pg_database join pg_tablespace t on t.oid = dattablespace order by 1"""
    assert server.psql(properties) == source.psql(properties)
    # What template1 holds came into none of the others, and is in what is made from it.
    assert server.psql("select to_regclass('in_template')", db="empty") == ""
    server.psql("create database later")
    assert server.psql("select x from in_template", db="later") == "7"
    # Once more: all is there, and refused; with --clean it is made anew.
    program("restore", "cluster", whole, "--confirm").failed(2, 'has already: .*"empty".*"icu".*"plain"', "--clean")
    program("restore", "cluster", whole, "--confirm", "--clean", "-j", jobs).ok()
    server.psql("drop database later")
    assert everything(server) == everything(source)


def test_pipe(source, whole, empty):
    server, program = empty
    with open(whole, "rb") as file:
        program("restore", "cluster", "-", "--confirm", stdin=file).ok()
    assert everything(server) == everything(source)


def test_plan(whole, empty):
    server, program = empty
    before = everything(server)
    run = program("restore", "cluster", whole).failed(2, "nothing was restored", "--confirm")
    assert "Globals: 41 roles, 2 tablespaces; 1 is there already" in run.out
    assert re.search(r"^plain +5,000 +\S+ kB +is made$", run.out, re.M), run
    assert re.search(r"^template1 +1 .*exists, as on every server: is restored into$", run.out, re.M), run
    dry = program("restore", "cluster", whole, "--dry-run").ok()
    assert dry.out == run.out + "The backup is intact. Nothing was changed.\n"
    assert "Globals: none (--no-globals)\n" in program("restore", "cluster", whole, "--dry-run", "--no-globals").ok().out
    with open(whole, "rb") as file:
        run = program("restore", "cluster", "-", stdin=file).failed(2, "nothing was restored", "--confirm")
    assert re.search("^plain +is made$", run.out, re.M), run
    with open(whole, "rb") as file:
        program("restore", "cluster", "-", "--dry-run", stdin=file).failed(2, "cannot check a pipe", hint=False)
    server.psql("create database plain")
    server.psql("create table mine (x int)")
    run = program("restore", "cluster", whole, "--dry-run").failed(
        2, 'already: "plain", "postgres"; the database "postgres" is not empty: it holds 1 table', "--clean")
    assert re.search("^plain .*REFUSED: it exists already$", run.out, re.M), run
    run = program("restore", "cluster", whole, "--dry-run", "--clean").ok()
    assert re.search("^plain .*exists: is DROPPED, and made anew$", run.out, re.M), run
    server.psql("drop table mine; drop database plain")
    assert everything(server) == before


def test_clean_drops_nothing_else(server, few, dbbackup):
    file = few.make("two.tar.gz")
    for name in ("few_a", "few_other"):
        server.create_db(name, f"create table mine (x int); create table {name}_t (y text)")
    server.psql("alter database few_a is_template true")
    dbbackup("restore", "cluster", file, "--confirm").failed(2, 'has already: "few_a"', "--clean")
    assert made(server) == {"few_a", "few_other"} and server.psql("select to_regclass('mine')", db="few_a") == "mine"
    dbbackup("restore", "cluster", file, "--confirm", "--clean").ok()
    assert made(server) == {"few_a", "few_b", "few_other"} and rows(server, "few_a") == "3"
    assert server.psql("select to_regclass('mine')", db="few_a") == ""
    assert server.psql("select to_regclass('mine')", db="few_other") == "mine"


def test_clean_of_what_others_use(server, few, dbbackup):
    """Nobody is sent away: the database stays as it is, and the others are restored."""
    file = few.make("used.tar.gz")
    server.create_db("few_a", "create table mine (x int)", is_template="true")
    other = subprocess.Popen([harness.PGBIN / "psql", "-qX", "few_a"], env=server.env, stdin=subprocess.PIPE)
    try:
        harness.wait_for(lambda: server.sessions("few_a"), "a session in it")
        dbbackup("restore", "cluster", file, "--confirm", "--clean").failed(
            3, 'warning: database "few_a" was not restored: cannot drop .*being accessed by other users',
            'Others use it', '1 of 2 databases not restored: "few_a" failed')
    finally:
        other.communicate()
    assert server.psql("select to_regclass('mine')", db="few_a") == "mine" and rows(server, "few_b") == "3"
    assert server.psql("select datistemplate from pg_database where datname = 'few_a'") == "t"


def test_own_databases(whole, empty):
    """Of those that every server has, --clean drops what the backup holds, and nothing else."""
    server, program = empty
    server.psql("create table in_postgres (y text); create table mine (x int)")
    program("restore", "cluster", whole, "--confirm", "--database", "postgres").failed(2, "holds 2 tables")
    program("restore", "cluster", whole, "--confirm", "--database", "postgres", "--clean").ok()
    assert server.psql("select sum(x) from in_postgres") == "3" and server.psql("select count(*) from mine") == "0"
    # One that is gone is made like others.
    server.psql("drop database postgres", db="template1")
    program("restore", "cluster", whole, "--confirm", "--database", "postgres", "--no-globals").ok()
    assert server.psql("select sum(x) from in_postgres") == "3"


def test_some_databases(whole, empty):
    server, program = empty
    before = server.databases()
    for wrong in ("plain,", ",plain", '"plain', '"plain"x', '""'):
        program("restore", "cluster", whole, "--confirm", f"--database={wrong}").failed(2, "no list of names")
    program("restore", "cluster", whole, "--confirm", "--database", "plain,nothing", "--database", "none").failed(
        2, "doesn't hold \"nothing\", \"none\"", hint=False)
    run = program("restore", "cluster", whole, "--confirm", "--no-globals", "--database", "empty", "-v").ok()
    assert server.databases() == before | {"empty"} and server.psql("select count(*) from pg_roles where rolname ~ '^g_'") == "0"
    assert "1 database, 0 rows restored" in run.err
    # Roles lack: those that need them are named, and the others go on.
    program("restore", "cluster", whole, "--confirm", "--no-globals", "--database", "plain,\"comma, quote\"\" and blank\"").failed(
        3, 'database "plain" was not restored: .*roles .* g_plain', '1 of 2 databases not restored: "plain" failed')
    assert server.psql("select x from odd", db="comma, quote\" and blank") == "1"


@pytest.mark.parametrize("jobs", (1, 4))
def test_a_database_that_fails(server, few, dbbackup, jobs):
    file = few.make(f"fails{jobs}.tar.gz", *few.fails, *few.script)
    dbbackup("restore", "cluster", file, "--confirm", "-j", jobs).failed(
        3, 'warning: database "few_fails" was not restored: .*no_such_extension',
        '1 of 4 databases not restored: "few_fails" failed', "--database NAME --clean --confirm")
    assert (rows(server, "few_a"), rows(server, "few_b")) == ("3", "3")
    assert server.psql("select count(*) from scripted", db="few_script") == "2"
    # From a pipe, how a script's database is made is known at the end.
    with open(file, "rb") as archive:
        dbbackup("restore", "cluster", "-", "--confirm", "--clean", stdin=archive).failed(
            3, '"few_fails" was not restored', '1 of 4 databases not restored: "few_fails" failed')
    assert server.psql("select count(*) from scripted", db="few_script") == "2"


def test_what_the_archive_lacks(server, few, dbbackup):
    file = few.make("lacks.tar.gz", *few.gone, only=("few_a",))
    run = dbbackup("restore", "cluster", file, "--dry-run").ok()
    assert re.search("^few_gone +NOT IN THE BACKUP: no space$", run.out, re.M), run
    dbbackup("restore", "cluster", file, "--confirm").failed(
        3, 'warning: .*lacks the database "few_gone": no space', '1 of 2 databases not restored: "few_gone" lacking')
    assert rows(server, "few_a") == "3"
    with open(file, "rb") as archive:
        dbbackup("restore", "cluster", "-", "--confirm", "--clean", stdin=archive).failed(
            3, 'lacks the database "few_gone": no space', '1 of 2 databases not restored: "few_gone" lacking')
    dbbackup("restore", "cluster", file, "--confirm", "--clean", "--database", "few_a").ok()
    dbbackup("restore", "cluster", file, "--confirm", "--database", "few_gone").failed(4, 'lacks "few_gone"')
    for number, more, said in ((1, few.gone, "1 is missing"), (2, (*few.gone, "few_too", 0, "failed", "no rights"), "2 are missing")):
        file = few.make(f"none{number}.tar.gz", *more, only=())
        assert f"; NOT COMPLETE: {said}\n" in dbbackup("info", file).ok().out
    dbbackup("verify", file, "--restore").failed(1, "holds no database that can be compared", hint=False)
    # A whole server's in the place of one database's; and one without globals.
    nested = few.make("nested.tar.gz", "few_nested", 0, ".sql.gz", file, only=())
    dbbackup("restore", "cluster", nested, "--confirm").failed(1, "few_nested.sql.gz is a backup of a whole server, not of one")
    dbbackup("backup", "cluster", "--data-only", "--native", "--include-database", "postgres", "-o", "rows").ok()
    assert "Globals: none in the backup\n" in dbbackup("restore", "cluster", "rows", "--dry-run").ok().out


def test_globals_that_fail(server, few, dbbackup):
    """They stop everything, for owners would lack, unless it is to go on; but what failed is no success then, either."""
    last = "\n-- dbbackup: these were the globals"
    assert last in few.globals
    file = few.make("bad.tar.gz", globals=few.globals.replace(last, "\nALTER ROLE postgres SET nonsense = '1';" + last))
    dbbackup("restore", "cluster", file, "--confirm").failed(
        1, "ALTER ROLE postgres SET nonsense.*unrecognized configuration parameter", "Mend that, and begin again; .*--no-globals")
    assert made(server) == set()
    dbbackup("restore", "cluster", file, "--confirm", "--continue-on-error").failed(
        3, "warning: .*nonsense", "statements of the globals failed; the databases are restored", "named above")
    assert (rows(server, "few_a"), rows(server, "few_b")) == ("3", "3")
    with open(few.make("other.tar.gz", globals="select 1;"), "rb") as archive:
        dbbackup("restore", "cluster", "-", "--confirm", "--clean", stdin=archive).failed(4, "no script of a server's globals", hint=False)


def test_damage(server, few, dbbackup):
    """Wherever it is, it is found before anything is changed."""
    path = few.make("damaged.tar.gz", *few.script)
    bytes_ = path.read_bytes()
    for at in range(0, len(bytes_), len(bytes_) // 31):
        path.write_bytes(bytes_[:at] + bytes([bytes_[at] ^ 4]) + bytes_[at + 1:])
        dbbackup("restore", "cluster", path, "--confirm").failed(4, "damaged|altered", hint=False)
    path.write_bytes(bytes_[:-100])
    dbbackup("restore", "cluster", path, "--confirm").failed(4, "has been cut", hint=False)
    assert made(server) == set()
    # What was damaged before it came into the archive: its index is read ahead, its rows are when they are due.
    text = few.members[1][3].read_bytes()
    part = few.program.folder / "part.sql.gz"
    for name, damaged, status in (("index", text[:-50], 4), ("rows", text[:300] + bytes([text[300] ^ 1]) + text[301:], 3)):
        part.write_bytes(damaged)
        file = few.make(f"{name}.tar.gz", "few_b", 3, ".sql.gz", part, only=("few_a",))
        dbbackup("restore", "cluster", file, "--confirm").failed(status, "databases/few_b.sql.gz has been", hint=False)
        assert made(server) == (set() if status == 4 else {"few_a", "few_b"})
    assert rows(server, "few_a") == "3"


def test_a_pipe_that_is_cut(server, few, dbbackup):
    whole = few.make("piped.tar.gz").read_bytes()
    cut = dbbackup.folder / "cut.tar.gz"
    second = whole.index(b"databases/few_b")
    cut.write_bytes(whole[:second + 3000])
    with open(cut, "rb") as file:
        dbbackup("restore", "cluster", "-", "--confirm", stdin=file).failed(
            4, "standard input .*(cut|too early)", 'Restored before that: "few_a"', hint=False)
    assert made(server) == {"few_a"} and rows(server, "few_a") == "3"
    # Bytes that differ are found at their member's end, before it is used.
    cut.write_bytes(whole[:second + 3000] + bytes([whole[second + 3000] ^ 4]) + whole[second + 3001:])
    with open(cut, "rb") as file:
        dbbackup("restore", "cluster", "-", "--confirm", "--clean", stdin=file).failed(
            4, "has been altered", 'Restored before that: "few_a"', hint=False)
    assert made(server) == {"few_a"}
    with open(cut, "rb") as file:
        dbbackup("restore", "cluster", "-", "--confirm", "--clean", stdin=file,
                 env={"TMPDIR": str(dbbackup.folder / "none")}).failed(1, "cannot make dbbackup-", "TMPDIR")
    assert dbbackup.files() == ["cut.tar.gz"]


@pytest.fixture(scope="module")
def sleeps(few):
    """An archive whose first database takes long."""
    script = few.program.folder / "sleeps.sql"
    script.write_text("-- " + "z" * 100000 + "\nCREATE TABLE t (a int);\nSELECT pg_sleep(100);\n")
    return few.make("sleeps.tar.gz", "few_sleeps", 0, ".sql", script)


def test_the_server_goes(sleeps, empty):
    """No other database can be restored then: none is tried."""
    server, program = empty
    running = program.start("restore", "cluster", sleeps, "--confirm", "-j", 1)
    harness.wait_for(lambda: server.busy("few_sleeps"), "the first database")
    server.stop("immediate")
    run = running.wait().failed(1, 'database "few_sleeps": ', 'Restored before that: none. Begun and not finished: "few_sleeps"')
    assert "was not restored" not in run.err


def test_a_session_that_is_ended(server, sleeps, dbbackup):
    """The server is still there: one database fails, and the others go on."""
    running = dbbackup.start("restore", "cluster", sleeps, "--confirm", "-j", 1)
    for pid in harness.wait_for(lambda: server.busy("few_sleeps"), "the first database"):
        server.psql(f"select pg_terminate_backend({pid})")
    running.wait().failed(3, 'database "few_sleeps" was not restored: ', '1 of 3 databases not restored: "few_sleeps" failed')
    assert rows(server, "few_a") == "3"


def test_interrupted(server, few, dbbackup):
    big = server.create_db("few_big", "create table few_big_t as select n as x, repeat('x', 100) from generate_series(1, 300000) n")
    file = few.program.backup(big, "big.sql.gz")
    server.drop_db(big)
    path = few.make("big.tar.gz", big, 300000, ".sql.gz", file)
    running = dbbackup.start("restore", "cluster", path, "--confirm", "-j", 2)
    with running.held(lambda: server.copying(big), "the restore loads rows"):
        running.signal(signal.SIGINT)
    running.wait().failed(130, 'stopped on request', 'Begun and not finished: "few_big"', hint=False)
    harness.wait_for(lambda: not server.busy(big), "the server is done")
    dbbackup("restore", path, "--database", big, "--resume").ok()
    assert rows(server, big) == "300000"


def test_single(server, few, dbbackup):
    """One database out of it, or one table: by its own index, and of nothing else a byte is looked at."""
    path = few.make("single.tar.gz", *few.script, *few.gone)
    dbbackup("restore", path).failed(2, 'Its databases: "few_a", "few_b", "few_script"; it lacks "few_gone"', "--database",
                                     "restore cluster")
    dbbackup("restore", "single", path, "--database", "nothing").failed(2, 'doesn\'t hold the database "nothing"', hint=False)
    dbbackup("restore", path, "--database", "few_gone").failed(4, '"few_gone", which failed: no space', "older backup")
    dbbackup("restore", path, "--database", "few_a", "--database", "few_b").failed(2, "restore cluster", hint=False)
    dbbackup("restore", "single", path, "--database", "few_b", "--create").ok()
    assert rows(server, "few_b") == "3"
    dbbackup("restore", "single", path, "--database", "few_a", "--target", "few_old", "-t", "few_a_t", "--create").ok()
    assert server.psql("select count(*) from few_a_t", db="few_old") == "3"
    dbbackup("restore", path, "--database", "few_script", "--create").ok()
    assert server.psql("select count(*) from scripted", db="few_script") == "2"
    # Damage elsewhere is no hindrance; damage in it is.
    bytes_ = path.read_bytes()
    at = bytes_.index(b"CREATE TABLE scripted")
    path.write_bytes(bytes_[:at] + b"c" + bytes_[at + 1:])
    dbbackup("restore", path, "--database", "few_script", "--target", "few_x", "--create").failed(
        4, "databases/few_script.sql isn't what was written", hint=False)
    dbbackup("restore", path, "--database", "few_a", "--target", "few_x", "--create").ok()
    assert rows(server, "few_b") == "3" and server.psql("select count(*) from few_a_t", db="few_x") == "3"
    # A file of one database knows no second name.
    dbbackup("restore", few.members[0][3], "--database", "few_a", "--target", "few_y").failed(2, "two databases", hint=False)


def test_the_wrong_server(few, dbbackup):
    dbbackup("restore", "cluster", few.make("wrong.tar.gz"), "--db-type", "mysql").failed(
        2, "is a backup of postgres", "--db-type postgres")
    dbbackup("restore", "cluster", few.members[0][3]).failed(4, "not a cluster archive")
