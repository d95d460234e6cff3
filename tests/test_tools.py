# SPDX-License-Identifier: Apache-2.0
"""The servers' own programs: chosen, as a fall-back, and when they go wrong."""
import fcntl
import gzip
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tarfile

import pytest

from harness import DATA, PGBIN, Program, Server, conninfo, first_differences, wait_for

FORMATS = ("sql", "custom", "directory")


def assert_same(pg, one, other, folder):
    """pg_dump says the same of both, their own names apart."""
    left, right = (pg.dump(db, folder / f"{db}.sql", "--create") for db in (one, other))
    right.write_bytes(right.read_bytes().replace(other.encode(), one.encode()))
    assert not first_differences(left, right)


@pytest.fixture
def fake(tmp_path):
    """fake("pg_dump", "exit 1"): a program of that name in a folder, which --tools-path names; it says its version
    as the real one, and then adds a line to the file $ASKED. The real ones are beside it, where they aren't replaced."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("pg_dump", "pg_restore", "psql"):
        (folder / name).symlink_to(PGBIN / name)
    for name in ("mariadb-dump", "mariadb"):
        (folder / name).symlink_to(shutil.which(name))

    reals = {path.name: path.resolve() for path in folder.iterdir()}

    def make(name, script, version=None):
        real = reals[name]
        (folder / name).unlink(missing_ok=True)
        says = f"echo '{version}'" if version else f'echo {name} >> "${{ASKED:-/dev/null}}"; exec {real} --version'
        (folder / name).write_text(f"#!/bin/sh\nREAL={real}\n[ \"$1\" != --version ] || {{ {says}; exit 0; }}\n{script}\n")
        (folder / name).chmod(0o755)
        return folder

    make.folder = folder
    return make


def leftovers(program):
    """What stands in its folder under a name of a backup."""
    return [path.name for path in program.folder.iterdir()]


# ---------------------------------------------------------------------------------------------------- out and back


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("jobs", (1, 3))
def test_out_and_back(pg, dbbackup, shop, target, tmp_path, format, jobs):
    dbbackup("backup", "single", shop, "--engine", "tools", "-F", format, "-o", "b", "-j", jobs).ok()
    manifest = json.loads((dbbackup.folder / "b.json").read_text())
    assert (manifest["engine"], manifest["format"], manifest["database"]) == ("tools", format, shop)
    assert manifest["tool"].startswith("pg_dump (PostgreSQL)") and "fallback" not in manifest
    assert not {"entries", "kinds", "tables", "rows", *(() if format == "sql" else ("raw_size",))} & set(manifest)
    files = [dbbackup.folder / "b"] if format != "directory" else (dbbackup.folder / "b").iterdir()
    assert manifest["file_size"] == sum(file.stat().st_size for file in files)
    engine = ["--engine", "tools"] if format == "sql" else []
    if format == "sql":
        pg.create_db(target)
    dbbackup("restore", "b", "--target", target, "-j", jobs, *engine, *([] if format == "sql" else ["--create"])).ok()
    if format == "sql":  # pg_dump's script says nothing of the database itself
        left, right = (pg.dump(db, tmp_path / f"{db}.sql") for db in (shop, target))
        assert not first_differences(left, right)
    else:
        assert_same(pg, shop, target, tmp_path)


def test_script_by_tools_restored_natively(pg, dbbackup, shop, target, tmp_path):
    for level in ("gzip:9", "zstd:3", "none"):
        dbbackup("backup", "single", shop, "--engine", "tools", "-Z", level, "-o", "b").ok()
        dbbackup("restore", "b", "--target", target, "--create", "-j1").ok()
        left, right = (pg.dump(db, tmp_path / f"{db}.sql") for db in (shop, target))
        assert not first_differences(left, right)
        pg.drop_db(target)


def test_usual_names(pg, dbbackup, small):
    for format, suffix in (("sql", ".sql.gz"), ("c", ".dump"), ("d", ".dir")):
        dbbackup("backup", "single", small, "--engine", "tools", "-F", format).ok()
        assert len([name for name in leftovers(dbbackup) if name.endswith(suffix)]) == 1
    dbbackup("backup", "single", small, "-F", "c", "-o", "x").ok()  # only pg_dump can: no --engine is needed
    assert json.loads((dbbackup.folder / "x.json").read_text())["engine"] == "tools"
    dbbackup("backup", "single", small, "-F", "custom", "--native").failed(1, "native engine doesn't write pg_dump's custom")


@pytest.mark.parametrize("format", FORMATS)
def test_verify_and_list(dbbackup, shop, format):
    dbbackup("backup", "single", shop, "--engine", "tools", "-F", format, "-o", "b").ok()
    assert "as its manifest says" in dbbackup("verify", "b").ok().out or format == "sql"
    listed, = json.loads(dbbackup("list", "--json").ok().out)
    assert (listed["state"], listed["format"], listed["engine"]) == ("complete", format, "tools")
    path = dbbackup.folder / "b"
    if format == "directory":
        path = sorted(path.glob("*.gz"))[-1]
        data = path.read_bytes()
        path.write_bytes(data[:-1])
        dbbackup("verify", "b").failed(4, "bytes, but its manifest says")
        path.write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
        dbbackup("verify", "b").failed(4, "is not whole")
        (dbbackup.folder / "b" / "toc.dat").write_bytes(b"PGDMP")
        (dbbackup.folder / "b.json").unlink()
        dbbackup("verify", "b").failed(4, "cut within its head")
        return
    data = path.read_bytes()
    path.write_bytes(data[:-100] + bytes([data[-100] ^ 1]) + data[-99:])
    dbbackup("verify", "b").failed(4, "another SHA-256|altered|damaged")
    path.write_bytes(data[:-1])
    dbbackup("verify", "b").failed(4, "bytes, but its manifest says")
    (dbbackup.folder / "b.json").unlink()
    dbbackup("verify", "b").failed(4)


def test_other_peoples_archives(pg, dbbackup, shop, target, tmp_path):
    """No manifest, no properties; a tar, too."""
    for format in "ctd":
        pg.tool("pg_dump", f"-F{format}", "-f", dbbackup.folder / format, "-d", conninfo(shop))
        dbbackup("restore", format, "--target", target, "--create").ok()
        left, right = (pg.dump(db, tmp_path / f"{db}.sql") for db in (shop, target))
        assert not first_differences(left, right)
        pg.drop_db(target)
    dbbackup("restore", "c", "--target", target, "--create", "--native").failed(1, "native engine does not read yet")
    (dbbackup.folder / "c.json").write_text("[1")  # no hindrance either, but it is said
    told = dbbackup("restore", "c", "--target", target, "--create").ok()
    assert "c.json" in told.err and "nothing tells how the database was made" in told.err


def test_the_name_in_an_archive(pg, dbbackup, tmp_path):
    db = pg.create_db(sql="create table t (i int); insert into t values (1)")
    dbbackup("backup", "single", db, "-F", "c", "-o", "b").ok()
    pg.drop_db(db)
    dbbackup("restore", "b", "--create").ok()
    assert pg.psql("select i from t", db=db) == "1"
    pg.drop_db(db)


def test_archive_into_what_is_not_empty(pg, dbbackup, small, target):
    dbbackup("backup", "single", small, "-F", "c", "-o", "b").ok()
    pg.create_db(target, "create table kept (i int)")
    dbbackup("restore", "b", "--target", target).failed(2, "not empty")
    dbbackup("restore", "b", "--target", target, "--create").failed(2, "exists already")
    assert pg.psql("select count(*) from pg_tables where schemaname = 'public'", db=target) == "1"
    dbbackup("restore", "b", "--target", target, "--dry-run", "--confirm").ok()
    assert pg.psql("select count(*) from pg_tables where schemaname = 'public'", db=target) == "1"
    dbbackup("restore", "b", "--target", target, "--confirm").ok()
    dbbackup("restore", "b", "--target", target, "--confirm").failed(1, "already exists", "may hold a part", "pg_restore")
    dbbackup("restore", "b", "--target", target, "--clean").ok()
    dbbackup("restore", "b", "--target", target, "--confirm", "--continue-on-error").failed(1, "errors ignored on restore")
    assert pg.psql("select count(*) from kept", db=target) == "0"


def test_pg_restore_stops_at_the_first_error(pg, dbbackup, small, target):
    dbbackup("backup", "single", small, "-F", "c", "-o", "b").ok()
    pg.create_db(target, "create table first (i int)")
    for options, second in (([], "f"), (["--continue-on-error"], "t")):
        dbbackup("restore", "b", "--target", target, "--confirm", "-j1", *options).failed(1, "already exists")
        assert pg.psql("select to_regclass('public.second') is not null", db=target) == second


def test_single_transaction_by_tools(pg, dbbackup, small, target):
    dbbackup("backup", "single", small, "-F", "c", "-o", "b").ok()
    pg.create_db(target, "create view third as select 1")
    dbbackup("restore", "b", "--target", target, "--confirm", "-1").failed(1, "third")
    assert pg.psql("select count(*) from pg_tables where schemaname = 'public'", db=target) == "0"


def test_names_lead_nowhere(pg, dbbackup, target):
    """A folder whose lists name files outside of it: pg_restore would load them as rows."""
    db = pg.create_db(sql="create table t as select 1 as a; select lo_from_bytea(5, 'x')")
    (dbbackup.folder / "a.dat").write_text("42\n\\.\n\n\n")
    for name, change in (("toc.dat", lambda data: re.sub(rb"(?<=\0)\d{4}\.dat", b"../a.dat", data)),
                         ("blobs.toc", lambda data: data.replace(b"blob_5.dat", b"../a.dat"))):
        pg.tool("pg_dump", "-Fd", "-Z0", "-f", dbbackup.folder / name[:4], db)
        file = dbbackup.folder / name[:4] / name
        dbbackup("verify", name[:4]).ok()
        file.write_bytes(change(file.read_bytes()))
        assert b"../a.dat" in file.read_bytes()
        dbbackup("verify", name[:4]).failed(4, "table of contents|leads out")
        dbbackup("restore", name[:4], "--target", target, "--create").failed(4, "table of contents|leads out")
    assert target not in pg.databases()


@pytest.mark.parametrize("format", ("custom", "directory"))
def test_cut_archive_changes_nothing(pg, dbbackup, shop, target, format):
    dbbackup("backup", "single", shop, "-F", format, "-o", "b").ok()
    path = dbbackup.folder / "b"
    if format == "directory":
        path = path / "toc.dat"
    data = path.read_bytes()
    for size in (20, 200, len(data) // 2, len(data) - 100):
        path.write_bytes(data[:size])
        dbbackup("restore", "b", "--target", target, "--create").failed(4, "is not whole|cut")
    assert target not in pg.databases()


def test_data_that_ends_early(dbbackup, shop, target):
    """What pg_restore itself takes for the end of a table."""
    for compression, pattern, size in (("gzip", "[0-9]*.dat.gz", lambda file: 0), ("none", "[0-9]*.dat", line_ends)):
        dbbackup("backup", "single", shop, "-F", "d", "-Z", compression, "-o", compression).ok()
        file = max((dbbackup.folder / compression).glob(pattern), key=lambda file: file.stat().st_size)
        with open(file, "r+b") as opened:
            opened.truncate(size(file))
        dbbackup("restore", compression, "--target", target, "--create").failed(4, f"{file.name} has been cut")
    file.unlink()
    os.mkfifo(file)  # nobody will ever write into it
    dbbackup("restore", compression, "--target", target, "--create").failed(4, f"holds what is no file: {file.name}")


def line_ends(file):
    data = file.read_bytes()
    return data.index(b"\n", len(data) // 2) + 1


def test_selection_by_tools(pg, dbbackup, shop, target):
    dbbackup("backup", "single", shop, "--engine", "tools", "-n", "shop", "--schema-only", "-x", "-o", "b.sql").ok()
    text = gzip.decompress((dbbackup.folder / "b.sql").read_bytes()).decode()
    assert "CREATE SCHEMA shop" in text and "GRANT" not in text and "FROM stdin" not in text
    assert json.loads((dbbackup.folder / "b.sql.json").read_text())["options"] != {}
    for option in (["--no-owner"], ["--clean"], ["--create"]):
        dbbackup("backup", "single", shop, "-F", "c", *option, "-o", "c").failed(2, option[0])
    dbbackup("backup", "single", shop, "--engine", "tools", "--exclude-extension", "x", "-o", "c").failed(2, "--exclude-extension")
    dbbackup("backup", "single", shop, "--engine", "tools", "--section=post-data", "-o", "p", "-Z", "none").ok()
    text = (dbbackup.folder / "p").read_text()
    assert "ADD CONSTRAINT" in text and "CREATE TABLE" not in text and "FROM stdin" not in text
    for options, said in ((["-x"], ["comment", "definition", "role setting"]), (["-t", "product"], []), ([], None)):
        dbbackup("backup", "single", shop, "-F", "c", "-o", "c", *options).ok()
        sql = json.loads(json.loads((dbbackup.folder / "c.json").read_text())["database_properties"])["sql"]
        assert said is None or sorted(sql) == said
    dbbackup("restore", "c", "--target", target, "--create", "--resume").failed(2, "resume", hint=False)
    assert target not in pg.databases()
    dbbackup("restore", "c", "--target", target, "--create", "--schema-only", "--no-owner").ok()
    assert pg.psql("select count(*) from shop.product", db=target) == "0"


CHOSEN = """
    create schema s; create type s.mood as enum ('a','b'); create table s.other (m s.mood);
    create table orders (id serial primary key, n int check (n > 0), m text);
    create table lines (id int generated always as identity primary key, o int references orders, t text);
    create index on orders (m); create index orders_expr on orders ((n + 1)); create statistics st on n, m from orders;
    comment on table orders is 'all orders'; comment on column orders.n is 'n'; comment on index orders_expr is 'ix';
    create policy pol on orders using (true); alter table orders enable row level security;
    grant select on orders to pg_monitor; create rule r as on insert to lines do also nothing;
    create view v as select o.id, l.t from orders o join lines l on l.o = o.id;
    create table "odd "" name" (a int primary key); comment on table "odd "" name" is 'odd';
    create table p (a int, b int) partition by range (a); create table p1 partition of p for values from (0) to (10);
    create index on p (b); create table parent (a int); create table child (b int) inherits (parent);
    create function about(parent) returns int language sql as 'select 1';
    insert into orders (n, m) select i, 'm' || i from generate_series(1, 500) i;
    insert into lines (o, t) select i, 't' from generate_series(1, 500) i; insert into p select 1, 2;
    select lo_from_bytea(0, 'x');"""
CHOICES = ["-t orders", "-t lines --section=pre-data", "-t public.o* -x", "-n s", "-N s", "-t p*", "-T orders -T lines -T v",
           '-t "odd_""_name" --no-comments', "--table-and-children parent", "--exclude-table-data lines -B", "-t orders_id_seq -s"]


@pytest.fixture(scope="module")
def chosen(pg, tmp_path_factory):
    """A database, and backups of it: by us, in pg_dump's formats, and a server's with it as .dump."""
    db = pg.create_db(sql=CHOSEN)
    program = Program(pg, tmp_path_factory.mktemp("chosen"))
    program("backup", "single", db, "-o", "native").ok()
    for format in FORMATS[1:]:
        program("backup", "single", db, "-F", format, "-o", format).ok()
    pg.tool("pg_dump", "-F", "tar", "-f", program.folder / "tar", db)
    program("backup", "cluster", "--include-database", db, "-o", "server").ok()
    yield db, program
    pg.drop_db(db)


@pytest.mark.parametrize("choice", CHOICES)
def test_choice_of_entries(pg, chosen, target, choice, tmp_path):
    """Of pg_dump's formats a choice is what it is of our own."""
    db, program = chosen
    options = [word.replace("_", " ") if '"' in word else word for word in choice.split()]
    texts = []
    for file in ("native", "custom") + (("directory", "tar", "server") if choice == CHOICES[0] else ()):
        more = ["--database", db] if file == "server" else []
        program("restore", file, "--target", target, "--create", *more, *options).ok()
        texts.append(pg.dump(target, tmp_path / f"{file}.sql"))
        pg.drop_db(target)
    for other in texts[1:]:
        assert not first_differences(texts[0], other), other
    assert "CREATE" in texts[0].read_text()


def test_choice_of_nothing(pg, chosen, target):
    program = chosen[1]
    program("restore", "custom", "--target", target, "--create", "-t", "nosuch").failed(2, "nosuch")
    data = (program.folder / "custom").read_bytes()
    for end in (1000, 2500):
        (program.folder / "cut").write_bytes(data[:end])
        program("restore", "cut", "--target", target, "--create", "-t", "orders").failed(4, "cut or altered", hint=False)
    assert target not in pg.databases()


# ------------------------------------------------------------------------------------------------ MySQL and MariaDB


def test_mariadb_out_and_back(maria, maria_backup):
    db = maria.create((DATA / "mysql_shop.sql").read_text())
    maria_backup("backup", "single", db, "--engine", "tools", "-o", "b.sql.gz", *maria.place).ok()
    manifest = json.loads((maria_backup.folder / "b.sql.gz.json").read_text())
    assert (manifest["engine"], manifest["dbms"], manifest["database"]) == ("tools", "mariadb", db)
    for engine in ("tools", "native"):
        target = maria.create(name=f"{db}_{engine}")
        maria_backup("restore", "b.sql.gz", "--target", target, "--engine", engine, *maria.place).ok()
        without_sums = [[line for line in maria.state(name) if not re.fullmatch(rb"\d+ \w+", line)]
                        for name in (db, target)]  # mariadb-dump rounds FLOATs, the checksums don't
        assert without_sums[0] == without_sums[1]
    maria_backup("backup", "single", db, "-F", "custom", "-o", "c", *maria.place).failed(2, "not for MySQL and MariaDB")
    for options in (["--no-definer"], ["--create", "-t", "product"], ["--section", "data"]):
        maria_backup("backup", "single", db, "--engine", "tools", *options, "-o", "c", *maria.place).failed(2, options[0])
    for option in ("-t", "-T"):
        maria_backup("backup", "single", db, "--engine", "tools", option, "prod*", "-o", "c", *maria.place).failed(
            2, r"takes a table's name, and no pattern: prod\*", hint=False)

    def script(*options):
        maria_backup("backup", "single", db, "--engine", "tools", "-Z", "none", "-o", "t", *options, *maria.place).ok()
        return (maria_backup.folder / "t").read_text()

    made = "CREATE (?:TABLE|VIEW|FUNCTION|PROCEDURE)[^(]*"
    assert re.findall(made, script("-t", "product", "-T", "x")) == ["CREATE TABLE `product` "]
    text = script("--data-only")
    assert "INSERT INTO `product`" in text and not re.search("CREATE|TRIGGER", text)
    text = script("--schema-only", "--create", "--clean")
    assert "INSERT INTO `product`" not in text and f"DROP DATABASE IF EXISTS `{db}`" in text.replace("/*!40000 ", "")
    assert f"USE `{db}`" in text and "CREATE TABLE `product`" in text


def test_mariadb_password_is_nowhere(maria, maria_backup, fake):
    """Over TCP, with a password of odd characters: not in the arguments, not in a file that stays."""
    db = maria.create("create table t (i int); insert into t values (7)")
    maria.sql("create or replace user 'tool'@'127.0.0.1' identified by 'pa\"s\\\\w#ö\\n rd'; grant all on *.* to 'tool'@'127.0.0.1'")
    fake("mariadb-dump", 'tr "\\0" "\\n" < /proc/$$/cmdline > "$OUT"; exec "$REAL" "$@"')
    out = maria_backup.folder / "cmdline"
    env = {"OUT": str(out), "MYSQL_PWD": 'pa"s\\w#ö\n rd'}
    maria_backup("backup", "single", db, "--engine", "tools", "-o", "b", "--db-type", "mariadb", "-h", "127.0.0.1",
                 "-p", maria.port, "-U", "tool", "--tools-path", fake.folder, env=env).ok()
    assert "--single-transaction" in out.read_text() and "pa\"s" not in out.read_text()
    assert b"INSERT INTO `t`" in gzip.decompress((maria_backup.folder / "b").read_bytes())


# --------------------------------------------------------------------------------------------- programs that go wrong

CUT = {  # they say that all is well
    "sql": '"$REAL" "$@" | head -c 1500; echo "pg_dump: error: it was cut" >&2; exit 0',
    "custom": 'for a in "$@"; do case $a in --file=*) F=${a#--file=};; esac; done\n'
              '"$REAL" "$@"; S=$(stat -c %s "$F"); truncate -s $((S - 50)) "$F"\n'
              'echo "pg_dump: error: it was cut" >&2; exit 0',
    "directory": 'for a in "$@"; do case $a in --file=*) F=${a#--file=};; esac; done\n'
                 '"$REAL" "$@"; rm "$(ls "$F"/*.gz | head -1)"; echo "pg_dump: error: it was cut" >&2; exit 0',
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("how, said", (
    ("killed", "pg_dump was killed by signal 9"),
    ("failed", "pg_dump failed with status 3.*no reason at all"),
    ("cut", "not whole"),
    ("empty", "not whole"),
))
def test_bad_pg_dump(dbbackup, small, fake, format, how, said):
    script = {"killed": "kill -9 $$", "failed": "echo no reason at all >&2; exit 3", "cut": CUT[format], "empty": "exit 0"}[how]
    fake("pg_dump", script)
    result = dbbackup("backup", "single", small, "--engine", "tools", "-F", format, "-o", "b", "--tools-path", fake.folder)
    result.failed(1, said)
    assert how != "cut" or "pg_dump: error: it was cut" in result.err
    assert leftovers(dbbackup) == []


def test_a_folder_that_came_meanwhile(dbbackup, small, fake):
    fake("pg_dump", '"$REAL" "$@"; mkdir b; echo mine > b/file')
    dbbackup("backup", "single", small, "-F", "directory", "-o", "b", "--tools-path", fake.folder).failed(
        1, "cannot rename b.partial to b: Directory not empty", hint=False)
    assert dbbackup.files() == ["b/file"]


def test_old_backup_stays(dbbackup, small, fake):
    """A file that is replaced is replaced by one that is whole."""
    dbbackup("backup", "single", small, "-F", "c", "-o", "b").ok()
    before = {name: (dbbackup.folder / name).read_bytes() for name in leftovers(dbbackup)}
    fake("pg_dump", CUT["custom"])
    dbbackup("backup", "single", small, "-F", "c", "-o", "b", "--tools-path", fake.folder).failed(1, "not whole")
    assert before == {name: (dbbackup.folder / name).read_bytes() for name in leftovers(dbbackup)}


def test_bad_mariadb_dump(maria, maria_backup, fake):
    db = maria.create("create table t (i int); insert into t values (7)")
    for script, said in (("kill -9 $$", "mariadb-dump was killed by signal 9"), ('"$REAL" "$@" | head -c 900', "not whole"),
                         ("exit 2", "mariadb-dump failed with status 2")):
        fake("mariadb-dump", script)
        maria_backup("backup", "single", db, "--engine", "tools", "-o", "b", "--tools-path", fake.folder, *maria.place) \
            .failed(1, said)
        assert leftovers(maria_backup) == []


def test_missing_and_unfit(dbbackup, small, fake, tmp_path):
    (tmp_path / "empty").mkdir()
    call = ("backup", "single", small, "--engine", "tools", "-o", "b", "--tools-path")
    dbbackup(*call, tmp_path / "empty").failed(1, "there is no pg_dump")
    fake("pg_dump", "exit 0", version="pg_dump (PostgreSQL) 11.22")
    dbbackup(*call, fake.folder).failed(1, "pg_dump does not fit: it is older than the server")
    fake("pg_dump", "exit 0", version="what?")
    dbbackup(*call, fake.folder).failed(1, "pg_dump does not fit: it doesn't say its version: what?")
    dbbackup(*call, f"{fake.folder}:{broken_tool(tmp_path, 'pg_dump')}").failed(
        1, "it doesn't say its version: what\\?; pg_dump: it doesn't say its version: pg_dump failed with status 4: no luck")
    fake("pg_dump", "exit 0", version="pg_dump (PostgreSQL) 1500.1")
    dbbackup(*call, fake.folder).failed(1, r"it doesn't say its version: pg_dump \(PostgreSQL\) 1500.1")
    fake("pg_dump", "exit 0", version="pg_dump (PostgreSQL) 99.1")  # what it writes, no pg_restore here reads
    dbbackup(*call, fake.folder, "-F", "c").failed(1, "pg_restore does not fit: version 99 or later is needed")
    assert leftovers(dbbackup) == []


def broken_tool(folder, name):
    """A folder with a program of that name that can't even say its version."""
    (folder / "broken").mkdir()
    (folder / "broken" / name).write_text("#!/bin/sh\necho no luck >&2\nexit 4\n")
    (folder / "broken" / name).chmod(0o755)
    return folder / "broken"


def test_no_psql(pg, dbbackup, small, target, tmp_path):
    """It is said before the database is made for it."""
    dbbackup("backup", "single", small, "--engine", "tools", "-o", "b").ok()
    (tmp_path / "empty").mkdir()
    call = ("restore", "b", "--engine", "tools", "--target", target, "--create", "--tools-path")
    dbbackup(*call, tmp_path / "empty").failed(1, "there is no psql", "--tools-path")
    dbbackup(*call, broken_tool(tmp_path, "psql")).failed(1, "psql does not fit: it doesn't say its version: psql failed", "--tools-path")
    assert target not in pg.databases()


def test_the_other_family(maria, maria_backup, fake):
    """mysqldump and mysql are asked for nothing by MariaDB, whatever they are called."""
    db = maria.create("create table t (i int); insert into t values (7)")
    call = ("--engine", "tools", "--tools-path", fake.folder, *maria.place)
    maria_backup("backup", "single", db, "-o", "b", *call).ok()
    for name in ("mariadb-dump", "mariadb"):
        fake(name, "exit 0", version=f"{name}  Ver 9.4.0 for Linux on x86_64 (MySQL Community Server - GPL)")
    said = "does not fit: it is MySQL's, and the server is MariaDB"
    maria_backup("backup", "single", db, "-o", "c", *call).failed(1, f"mariadb-dump {said}")
    maria_backup("restore", "b", "--target", db, "--confirm", *call).failed(1, f"mariadb {said}")
    assert leftovers(maria_backup) == ["b", "b.json"] and maria.sql(f"select i from {db}.t") == "7"
    out = maria_backup("engines", "--tools-path", fake.folder, *maria.place).ok().out
    assert re.search(r"^server: MariaDB \d+\.", out, re.M) and out.count(said[9:]) == 2, out


def test_cancel_ends_the_question_for_a_version(dbbackup, small, tmp_path):
    pid = tmp_path / "pid"
    folder = broken_tool(tmp_path, "pg_dump")
    (folder / "pg_dump").write_text('#!/bin/sh\necho $$ > "$OUT"\nsleep 300\n')
    run = dbbackup.start("backup", "single", small, "-F", "c", "-o", "b", "--tools-path", folder, env={"OUT": str(pid)})
    wait_for(lambda: pid.exists() and pid.read_text(), "pg_dump runs")
    run.signal(signal.SIGTERM)
    run.wait().failed(143, "stopped on request|interrupted|signal", hint=False)
    assert leftovers(dbbackup) == []


def test_wrong_calls(pg, dbbackup, small, tmp_path):
    """What only the native engine does, and what would lead psql elsewhere."""
    dbbackup("backup", "single", small, "--engine", "tools", "-F", "directory", "-o", "d").ok()
    assert "with pg_dump" in dbbackup("backup", "single", small, "--engine", "tools", "-o", "b", "--dry-run").ok().out
    (tmp_path / "file").touch()
    (tmp_path / "busy.partial").mkdir()
    busy = os.open(tmp_path / "busy.partial", os.O_RDONLY)
    fcntl.flock(busy, fcntl.LOCK_EX)
    for name, said in (("file", "exists already"), ("busy", "is being written by another run")):
        dbbackup("backup", "single", small, "--engine", "tools", "-F", "directory", "-o", f"{tmp_path}/{name}").failed(
            2, said, hint=False)
    os.close(busy)
    (tmp_path / "left.partial").mkdir()  # by a run that was killed: nothing of it comes along
    (tmp_path / "left.partial" / "1.dat").write_text("old")
    dbbackup("backup", "single", small, "--engine", "tools", "-F", "directory", "-o", tmp_path / "left").ok()
    assert not (tmp_path / "left" / "1.dat").exists() and (tmp_path / "left").stat().st_mode & 0o777 == 0o700
    dbbackup("restore", "d", "--target", "t", "--resume").failed(2, "--resume is for files", hint=False)
    dbbackup("restore", "d", "--target", "x" * 300, "--create").failed(2, "name is too long", hint=False)

    def script(name, text):
        path = tmp_path / name
        path.write_text(f"-- PostgreSQL database dump\n\n{text}\n\n-- PostgreSQL database dump complete\n")
        return "restore", path, "--engine", "tools"

    plain, own = script("plain.sql", "select 1;"), script("own.sql", "\\connect other\nselect 1;")
    dbbackup(*plain, "--target", "t", "--continue-on-error").failed(2, "--continue-on-error can't go", "the native engine")
    dbbackup(*plain, "--create").failed(2, "does not say which database", "--target")
    dbbackup(*own, "--target", small).failed(2, "chooses the database \"other\" itself", "the native engine")
    dbbackup("backup", "globals", "-o", tmp_path / "globals.sql").ok()
    dbbackup("restore", tmp_path / "globals.sql", "--engine", "tools", "--target", small).failed(
        2, "globals.sql holds a server's globals: --engine tools is not for it", hint=False)


def test_bad_pg_restore(pg, dbbackup, small, target, fake):
    dbbackup("backup", "single", small, "-F", "c", "-o", "b").ok()
    call = ("restore", "b", "--target", target, "--create", "--tools-path", fake.folder)
    (fake.folder / "pg_restore").unlink()
    dbbackup(*call).failed(1, "there is no pg_restore")
    assert target not in pg.databases()
    (fake.folder / "pg_restore").symlink_to(PGBIN / "pg_restore")
    fake("pg_restore", 'case "$*" in *dbname*) kill -9 $$;; esac; exec "$REAL" "$@"')
    dbbackup(*call).failed(1, "pg_restore was killed by signal 9", "may hold a part")
    fake("pg_restore", 'case "$*" in *dbname*) exit 3;; esac; exec "$REAL" "$@"')
    pg.drop_db(target)
    # Who starts us may ignore what becomes of children.
    dbbackup(*call, preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN)).failed(1, "pg_restore failed with status 3")


def test_password_is_in_no_argument(pg, dbbackup, small, fake):
    pg.psql("drop role if exists tool_user; create role tool_user superuser login password 's3cret word'")
    fake("pg_dump", 'tr "\\0" "\\n" < /proc/$$/cmdline > "$OUT"; exec "$REAL" "$@"')
    out = dbbackup.folder / "cmdline"
    uri = f"postgresql://tool_user:s3cret%20word@127.0.0.1:{pg.port}/{small}?application_name=x"
    dbbackup("backup", "single", uri, "-F", "c", "-o", "b", "--tools-path", fake.folder, env={"OUT": str(out)}).ok()
    assert "host='127.0.0.1'" in out.read_text() and "s3cret" not in out.read_text()
    assert b"s3cret" not in (dbbackup.folder / "b.json").read_bytes()
    pg.psql("drop role tool_user")


def test_the_environment_leads_nowhere_else(dbbackup, small):
    """What was said here of the connection holds for the program, also where it is what is so by default."""
    dbbackup("backup", "single", f"postgresql:///{small}?target_session_attrs=any", "--engine", "tools", "-o", "b",
             env={"PGTARGETSESSIONATTRS": "standby"}).ok()


def test_cancel_ends_the_child(dbbackup, small, fake):
    pid = dbbackup.folder.parent / "pid"
    fake("pg_dump", 'echo $$ > "$OUT"; sleep 300')
    run = dbbackup.start("backup", "single", small, "-F", "c", "-o", "b", "--tools-path", fake.folder, env={"OUT": str(pid)})
    wait_for(lambda: pid.exists() and pid.read_text(), "pg_dump runs")
    run.signal(signal.SIGTERM)
    run.wait().failed(143, "stopped on request|interrupted|signal", hint=False)
    assert not pathlib.Path("/proc", pid.read_text().strip()).exists()
    assert leftovers(dbbackup) == []


def test_child_dies_with_us(dbbackup, small, fake):
    pid = dbbackup.folder.parent / "pid"
    fake("pg_dump", 'echo $$ > "$OUT"; while :; do sleep 0.1; done')
    run = dbbackup.start("backup", "single", small, "-F", "c", "-o", "b", "--tools-path", fake.folder, env={"OUT": str(pid)})
    wait_for(lambda: pid.exists() and pid.read_text(), "pg_dump runs")
    run.signal(signal.SIGKILL)
    run.process.communicate()
    wait_for(lambda: not pathlib.Path("/proc", pid.read_text().strip()).exists(), "it is gone")


# --------------------------------------------------------------------------------------------------------- falling back


@pytest.fixture
def strange(pg):
    """A database with something that the native engine doesn't know and pg_dump passes over."""
    db = pg.create_db(sql="""create table t (i int); insert into t values (7); create table odd ();
                             set allow_system_table_mods = on; update pg_class set relkind = 'x' where relname = 'odd'""")
    yield db
    pg.psql("set allow_system_table_mods = on; update pg_class set relkind = 'r' where relname = 'odd'", db=db)
    pg.drop_db(db)


def test_fall_back(pg, dbbackup, strange, target):
    result = dbbackup("backup", "single", strange, "-o", "b").ok()
    assert "the native engine failed" in result.err and "begins afresh with" in result.err
    manifest = json.loads((dbbackup.folder / "b.json").read_text())
    assert manifest["engine"] == "tools" and "odd" in manifest["fallback"]
    dbbackup("restore", "b", "--target", target, "--create").ok()
    assert pg.psql("select i from t", db=target) == "7"


def test_no_fall_back(dbbackup, strange, fake, tmp_path):
    for option in (["--no-fallback-tools"], ["--native"], ["--engine", "native"]):
        result = dbbackup("backup", "single", strange, "-o", "b", *option)
        result.failed(1, "odd", hint=False)
        assert "afresh" not in result.err and "No other program" not in result.err
    (tmp_path / "empty").mkdir()
    dbbackup("backup", "single", strange, "-o", "b", "--tools-path", tmp_path / "empty") \
        .failed(1, "odd", "No other program could take over: there is no pg_dump")
    fake("pg_dump", "echo no reason at all >&2; exit 3")
    dbbackup("backup", "single", strange, "-o", "b", "--tools-path", fake.folder) \
        .failed(1, "pg_dump failed with status 3: no reason at all", "Before that, the native engine failed: .*odd")
    assert leftovers(dbbackup) == []


def test_what_is_no_reason_to_fall_back(pg, dbbackup, fake, small):
    """Where pg_dump would fail as well, it isn't even begun."""
    began = dbbackup.folder.parent / "began"
    fake("pg_dump", 'echo > "$OUT"; exec "$REAL" "$@"')
    options = ("-o", "b", "--tools-path", fake.folder)
    env = {"OUT": str(began)}
    pg.psql("drop role if exists tool_reader; create role tool_reader login")
    dbbackup("backup", "single", small, "-U", "tool_reader", *options, env=env).failed(1, "may not read these tables")
    dbbackup("backup", "single", "no_such_database", *options, env=env).failed(1, "does not exist")
    dbbackup("backup", "single", small, "-o", "/nonexistent/b", *options[2:], env=env).failed(1, "cannot create")
    pg.psql("drop role tool_reader")
    assert not began.exists()


# --------------------------------------------------------------------------------------------------------------- engines


def test_engines(pg, dbbackup, fake):
    out = dbbackup("engines").ok().out
    assert str(PGBIN / "pg_dump") in out and "tools   PostgreSQL         custom" in out
    fake("pg_dump", "exit 0", version="pg_dump (PostgreSQL) 11.22")
    fake("psql", "exit 1", version="what?")
    out = dbbackup("engines", "postgres", "--tools-path", fake.folder).ok().out
    assert "pg_dump (PostgreSQL) 11.22: does not fit: it is older than the server, which is" in out
    assert "does not fit: it doesn't say its version" in out and "for another kind of server" in out
    found = json.loads(dbbackup("engines", "postgres", "--json", "--tools-path", fake.folder).ok().out)
    assert {tool["name"]: tool["unfit"] is None for tool in found["tools"]} == \
        {"pg_dump": False, "pg_restore": True, "psql": False, "mariadb-dump": False, "mariadb": False}
    assert found["server"] == "postgres" and len(found["abilities"]) == 6
    dbbackup("engines", "no_such_database").failed(1, "no_such_database")
    assert "\nserver: PostgreSQL " in dbbackup("engines", "-h", pg.env["PGHOST"], env={"PGHOST": None}).ok().out


# -------------------------------------------------------------------------------------------------------------- clusters


def members(file):
    with tarfile.open(file) as tar:
        return sorted(name for name in tar.getnames() if name.startswith("databases/"))


def assert_counts(program, done, engine, known):
    """Who did it stands everywhere, and numbers of rows only where they are known."""
    manifest = json.loads((program.folder / "c.tar.gz.json").read_text())
    listed, = json.loads(program("list", "--json").ok().out)
    told = json.loads(program("info", "c.tar.gz", "--json").ok().out)
    assert (manifest["engine"], listed["engine"]) == (engine, engine)
    for database in manifest["databases"] + told["databases"]:
        assert database["engine"] == engine and ("rows" in database) == known
        assert engine == "native" or database["tool"].startswith("pg_dump (PostgreSQL) ")
    verified = json.loads(program("verify", "c.tar.gz", "--json").ok().out)
    assert [("rows" in said) == known for said in (manifest, listed, told, verified)] == [True] * 4
    texts = [done.err, program("info", "c.tar.gz").ok().out, program("verify", "c.tar.gz").ok().out]
    assert [bool(re.search(r"\d rows?\b", text)) == known for text in texts] == [True] * 3


@pytest.mark.long
@pytest.mark.parametrize("options, suffix", (([], ".dump"), (["--native"], ".sql.gz"), (["--engine", "tools"], ".dump"),
                                             (["--engine", "tools", "-F", "sql"], ".sql.gz")))
def test_cluster(own_pg, tmp_path, options, suffix):
    """Out of one server and into another, whoever does it: pg_dumpall says the same of both."""
    pg, program = own_pg, Program(own_pg, tmp_path)
    pg.create_db("shop")
    pg.load("shop", DATA / "shop.sql")
    pg.create_db('odd "name" \'s\\', "create table t (i int); insert into t values (7)", encoding="'LATIN1'", owner="dbb_owner",
                 locale="'C'")
    done = program("backup", "cluster", "-o", tmp_path / "c.tar.gz", "-j2", "-v", *options).ok()
    assert len(members(tmp_path / "c.tar.gz")) == 4
    assert all(name.endswith(suffix) for name in members(tmp_path / "c.tar.gz"))
    engine = "native" if options == ["--native"] else "tools"
    assert_counts(program, done, engine, known=engine == "native")
    program("restore", "c.tar.gz", "--database", "shop", "--target", "shop_two", "--create").ok()
    left, right = (pg.dump(db, tmp_path / f"{db}.sql") for db in ("shop", "shop_two"))
    assert not first_differences(left, right)
    other = Server(tmp_path / "other", roles=())
    try:
        done = Program(other, tmp_path)("restore", "cluster", "c.tar.gz", "--confirm", "-j2", "-v").ok()
        assert ("rows restored from" in done.err) == (suffix != ".dump")
        pg.drop_db("shop_two")
        says = [re.sub(r"\\(un)?restrict .*", "", server.tool("pg_dumpall", stdout=subprocess.PIPE).stdout.decode())
                for server in (pg, other)]
        for number, text in enumerate(says):
            (tmp_path / f"all{number}").write_text(text)
        assert not first_differences(tmp_path / "all0", tmp_path / "all1")
    finally:
        other.stop()


def test_a_program_takes_one_connection(pg, dbbackup, fake):
    """Three databases of about the same size and five connections: natively each would get two, and one of them would wait.
    Each program waits until all three run. And what is installed is found out once."""
    names = [pg.create_db(sql="create table t (i int)") for _ in range(3)]
    wait = ('touch "$BEGAN.$$"; for i in $(seq 300); do [ $(ls "$BEGAN".* | wc -l) -lt 3 ] || exec "$REAL" "$@"; '
            'sleep 0.1; done; echo nobody else came >&2; exit 1')
    fake("pg_dump", wait)
    fake("pg_restore", f'case "$*" in *--dbname=*) {wait};; esac; exec "$REAL" "$@"')
    env = {name: str(dbbackup.folder.parent / name) for name in ("BEGAN", "ASKED")}
    options = ("-j5", "--tools-path", fake.folder)
    dbbackup("backup", "cluster", "-o", "c.tar.gz", "--include-database", "|".join(names), *options, env=env).ok()
    assert sorted(pathlib.Path(env["ASKED"]).read_text().split()) == ["pg_dump", "pg_restore"]
    for name in names:
        pg.drop_db(name)
    dbbackup("restore", "cluster", "c.tar.gz", "--no-globals", "--confirm", *options,
             env={**env, "BEGAN": env["BEGAN"] + ".again"}).ok()
    for name in names:
        assert pg.psql("select count(*) from t", db=name) == "0"
        pg.drop_db(name)


def test_cluster_where_nothing_is_installed(pg, dbbackup, tmp_path):
    (tmp_path / "empty").mkdir()
    result = dbbackup("backup", "cluster", "-o", "c.tar.gz", "-v", "--include-database", "postgres|template1",
                      "--tools-path", tmp_path / "empty").ok()
    assert result.err.count("backed up natively, as scripts: there is no pg_dump") == 1
    assert members(dbbackup.folder / "c.tar.gz") == ["databases/postgres.sql.gz", "databases/template1.sql.gz"]
    dbbackup("backup", "cluster", "-o", "d.tar.gz", "--engine", "tools", "--tools-path", tmp_path / "empty") \
        .failed(1, "there is no pg_dump")
