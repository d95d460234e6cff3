# SPDX-License-Identifier: Apache-2.0
"""A server with databases of every sort, out and back: pg_dumpall sees no difference. In the usual run one of them has
2,000 tables; with WHOLE_SERVER_TABLES=10000, as many as that says."""
import os
import re
import resource
import subprocess

import pytest

import harness

pytestmark = pytest.mark.long

TABLES = int(os.environ.get("WHOLE_SERVER_TABLES") or 2000)
NEWLINE = "new\nline \\connect"  # pg_dumpall refuses it, and so does pg_dump --create
ODD = """With space, 'single', "double" \\back %s %percent"""


def fill_many(server):
    """Tables, each with a key and every third with rows, made a few hundred in a transaction."""
    server.psql(f"""do $$ begin for i in 1..{TABLES} loop
        execute format('create table t%1$s (id int primary key, a int)', i);
        if i % 3 = 0 then execute format('insert into t%s values (1, 2), (2, 3)', i); end if;
        if i % 200 = 0 then commit; end if;
    end loop; end $$""", db="many")


def fill(server):
    for file in ("globals.sql", "globals_15.sql"):
        server.load("postgres", harness.DATA / file)
    text = re.sub(r"^--.*\n", "", (harness.DATA / "whole_server.sql").read_text(), flags=re.M)
    for statement in text.strip().split(";\n"):
        server.psql(statement)
    server.load("shop", harness.DATA / "shop.sql")
    server.psql("""set client_encoding = utf8; create table t (id int, name text); insert into t values (1, 'déjà vu'), (2, 'ÄÖÜß');
                   create index on t (name); comment on table t is 'ü'; alter table t owner to g_plain""", db="western")
    server.psql(r"""create table t (b text); insert into t select chr(n) from generate_series(1, 255) n;
                    comment on table t is E'\xff\xfe'""", db="bytes")
    server.psql("""set client_encoding = utf8; create table "表" (id int, "名前" text); insert into "表" values (1, '日本語'), (2, 'カタカナ')""", db="japan")
    server.psql("""set default_transaction_read_only = off; create table t (name text); insert into t values ('Z'), ('ä'), ('a');
                   create index on t (name); create collation book (provider = icu, locale = 'de-u-co-phonebk')""", db="icu")
    server.psql("create table t (name text); insert into t values ('Z'), ('ä'), ('a'); create index on t (name)", db="collated")
    server.psql('''create table t (id int) tablespace "G place ""1"""; insert into t values (1);
                   create table u (id int primary key using index tablespace pg_default)''', db="model")
    for name in (ODD, NEWLINE):
        server.psql("""create table "a b" (id int primary key); insert into "a b" values (1), (2);
                       create schema "s %s \\ 'x'" authorization "G_UPPER"; create view "s %s \\ 'x'".v as table "a b" """, db=name)
    server.psql("create table kept (id int); insert into kept values (7); comment on table kept is 'in postgres'")
    server.psql("create extension citext; create table for_all (id int)", db="template1")
    fill_many(server)
    server.psql("alter database closed allow_connections false")


def tidy(text):
    text = re.sub(rb"(?m)^\\(un)?restrict .*\n", b"", text)
    return re.sub(rb"LOCATION 'pg_tblspc/\d+'", b"LOCATION ''", text)  # in the server's own folder


def state(server, path):
    """Everything that PostgreSQL's own programs see."""
    whole = server.tool("pg_dumpall", "--exclude-database", "new*line*", stdout=subprocess.PIPE).stdout
    apart = server.tool("pg_dump", harness.conninfo(NEWLINE), stdout=subprocess.PIPE).stdout
    path.write_bytes(tidy(whole) + tidy(apart))
    return harness.sort_rows(path, path.with_suffix(".sorted"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The server, and its state. Read only."""
    folder = tmp_path_factory.mktemp("whole")
    server = harness.Server(folder, roles=())
    try:
        fill(server)
        yield server, state(server, folder / "whole.sql")
    finally:
        server.stop()


@pytest.fixture(scope="module")
def archives(whole, tmp_path_factory):
    """archives(options): an archive of it, made once for each."""
    program, made = harness.Program(whole[0], tmp_path_factory.mktemp("archives")), {}

    def back_up(*options):
        if options not in made:
            file = program.folder / f"whole{len(made)}.tar.gz"
            result = program("backup", "cluster", "-o", file, *options)
            assert result.rc == 0 and "not in it" not in result.err, result
            made[options] = file
        return made[options]

    return back_up


@pytest.fixture
def empty(tmp_path):
    server = harness.Server(tmp_path / "empty", roles=())
    yield server, harness.Program(server, tmp_path)
    server.stop("immediate")


def test_it_is_what_it_is_meant_to_be(whole):
    server, _ = whole
    assert int(server.psql("select count(*) from pg_roles where rolname !~ '^pg_'")) > 40
    assert int(server.psql("select count(*) from pg_database where datname !~ '^template|^postgres$'")) == 12
    assert int(server.psql("select count(distinct encoding) from pg_database")) == 4
    assert server.psql("select count(*) from pg_class where relkind = 'r' and relname ~ '^t[0-9]'", db="many") == str(TABLES)


@pytest.mark.parametrize("engine", [("--native",), ()], ids=["native", "default"])
@pytest.mark.parametrize("jobs", [1, 4])
def test_out_and_back(whole, archives, empty, tmp_path, engine, jobs):
    server, program = empty
    file = archives("-j", str(jobs), *engine)
    program("verify", file).ok()
    assert ("databases/shop.sql.gz" if "--native" in engine else "databases/shop.dump") in program("info", file).ok().out
    program("restore", "cluster", file, "-j", jobs, *engine, "--confirm").ok()
    assert not harness.first_differences(whole[1], state(server, tmp_path / "copy.sql"))
    # And what pg_dumpall doesn't show.
    facts = """select datname, datistemplate, datallowconn, datconnlimit, pg_encoding_to_char(encoding), datlocprovider,
                      datcollate, datctype, daticulocale, spcname, pg_get_userbyid(datdba),
                      (select array_agg(a::text order by a::text) from unnest(datacl) a)
                 from pg_database join pg_tablespace t on t.oid = dattablespace where datallowconn order by 1"""
    assert server.psql(facts) == whole[0].psql(facts)


@pytest.mark.parametrize("engine", [("--native",), ()], ids=["native", "default"])
def test_from_a_pipe(whole, archives, empty, tmp_path, engine):
    def limit():
        """No descriptor for each database, of which .dump members wait for the end."""
        resource.setrlimit(resource.RLIMIT_NOFILE, (24, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))

    server, program = empty
    with open(archives("-j", "4", *engine), "rb") as file:
        program("restore", "cluster", "-", "-j", "4", *engine, "--confirm", stdin=file, preexec_fn=limit).ok()
    assert not harness.first_differences(whole[1], state(server, tmp_path / "copy.sql"))


def test_to_a_pipe(whole, archives):
    """The archive's bytes in a pipe are as good as those of a file."""
    source = harness.Program(whole[0], archives("-j", "4", "--native").parent)
    piped = source("backup", "cluster", "--native", "-j", "4", "-o", "-", "--exclude-database", "many").ok()
    (source.folder / "piped.tar.gz").write_bytes(piped.out_bytes)
    source("verify", "piped.tar.gz").ok()


@pytest.mark.parametrize("name", ["western", "bytes", "japan", "icu", ODD, NEWLINE])
def test_one_database_of_it(whole, archives, empty, tmp_path, name):
    server, program = empty
    for file in ("globals.sql", "globals_15.sql"):
        server.load("postgres", harness.DATA / file)
    program("restore", archives("-j", "4", "--native"), "--database", name, "--create").ok()
    one, other = (tmp_path / "one.sql", tmp_path / "other.sql")
    one, other = (harness.sort_rows(of.dump(name, path, *([] if name == NEWLINE else ["--create"])), f"{path}.sorted")
                  for of, path in ((whole[0], one), (server, other)))
    assert not harness.first_differences(one, other)
