# SPDX-License-Identifier: Apache-2.0
"""What comes back is what was there: judged by pg_dump, byte by byte.

The reference is not the original but a copy that PostgreSQL's own tools made of it, because pg_dump's first
generation may differ from the original where a child table's columns stand in another order than its parent's.
"""
import gzip
import json
import re
import shutil
import subprocess
from types import SimpleNamespace

import pytest

import harness

# 50 MB in one field, and rows that differ much in width.
WIDE = r"""
    create table wide (id int primary key, t text, b bytea);
    alter table wide alter t set storage external, alter b set storage external;
    create temp table block as
        select string_agg(md5(n::text) || E'\t\\\n', '') as t, string_agg(decode(md5(n::text), 'hex'), '') as b
          from generate_series(1, 30000) n;
    insert into wide select -n, 'small' from generate_series(1, 10) n;
    insert into wide select 1, repeat(t, 1 + 50000000 / length(t)), null from block;
    insert into wide select 2, null, decode(repeat(encode(b, 'hex'), 1 + 50000000 / length(b)), 'hex') from block;
    insert into wide select n, repeat(md5(n::text), n % 300), '\x00' from generate_series(3, 2000) n;
"""

SOURCES = ["shop"] + sorted(path.stem for path in harness.DATA.glob("torture_*.sql")) + \
    [pytest.param("wide", marks=pytest.mark.long)]


def restore_reference(pg, dump):
    """A new database that pg_restore filled. In one transaction, for then COPY fills page after page, as in ours,
    and even the order of the rows is the same. (-j does so too, but its workers sometimes deadlock.)"""
    db = pg.create_db(pg.new_name("reference"))
    pg.tool("pg_restore", "--single-transaction", "-d", db, dump)
    return db


@pytest.fixture(scope="module", params=SOURCES)
def source(request, pg, tmp_path_factory):
    """A database, and what pg_dump says of a copy that pg_restore made of it."""
    folder = tmp_path_factory.mktemp(request.param)
    # The shop keeps its name to itself: other tests read it.
    db = pg.create_db(pg.new_name(request.param))
    if request.param == "wide":
        pg.psql(WIDE, db=db)
    else:
        pg.load(db, harness.DATA / f"{request.param}.sql")
    pg.tool("pg_dump", "-Fc", "-Z1", "-f", folder / "reference.dump", db)
    reference_db = restore_reference(pg, folder / "reference.dump")
    reference = pg.dump(reference_db, folder / "reference.sql")
    pg.drop_db(reference_db)
    made = SimpleNamespace(name=request.param, db=db, folder=folder, reference=reference)
    made.sorted = harness.sort_rows(reference, folder / "reference.sorted.sql")
    yield made
    pg.drop_db(db)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def backup(source, pg):
    """The file that the program makes of it."""
    folder = source.folder / "ours"
    folder.mkdir()
    return harness.Program(pg, folder).backup(source.db)


@pytest.fixture
def compare(pg, source, tmp_path):
    """compare(db): is db the same as the reference? Drops it afterwards."""
    made = []

    def compare(db, order_of_rows=True, reference=source.sorted):
        made.append(db)
        got = pg.dump(db, tmp_path / "got.sql")
        if order_of_rows:
            expected = source.reference
        else:
            expected = reference
            got = harness.sort_rows(got, tmp_path / "got.sorted.sql")
        assert not harness.first_differences(expected, got)

    yield compare
    for db in made:
        pg.drop_db(db)
    shutil.rmtree(tmp_path)  # these files are large


def test_restore(source, backup, pg, dbbackup, compare):
    db = pg.new_name("restored")
    dbbackup("restore", "single", backup, "--target", db, "--create").ok()
    compare(db, order_of_rows=source.name != "wide")  # a piece of more than 64 MiB is cut


def test_restore_into_empty_database(source, backup, pg, dbbackup, compare):
    if source.name == "wide":
        pytest.skip("the same data takes the same way")
    db = pg.create_db()
    dbbackup("restore", backup, f"--database={db}").ok()
    compare(db)


def test_proof_of_restore(source, backup, pg, dbbackup):
    if source.name == "wide":
        pytest.skip("the same data takes the same way")
    told = dbbackup("verify", backup, "--restore", "--report", "report.json", "-j", 3).ok()
    assert f"database {source.db}: equal. " in told.out
    report = json.loads((dbbackup.folder / "report.json").read_text())
    assert report["equal"] and report["error"] is None
    found, = report["databases"]
    assert found["verdict"] == "equal" and found["differences"] == [] and found["scratch_left_behind"] is None
    assert found["not_restored"] == (3 if source.name == "torture_foreign" else 0)  # subscriptions
    assert all(table["equal"] and table["contents_compared"] for table in found["tables"])
    assert found["rows"] == sum(table["restored_rows"] for table in found["tables"]) > 0
    assert not [name for name in pg.databases() if name.startswith("dbbackup_verify_")]


def test_psql_loads_the_file(source, backup, pg, compare):
    db = pg.create_db()
    with subprocess.Popen(["zcat", backup], stdout=subprocess.PIPE) as zcat:
        pg.load(db, zcat.stdout)
    assert zcat.returncode == 0
    compare(db, order_of_rows=False)


def test_restore_pg_dump_gzip(source, pg, dbbackup, compare, tmp_path):
    file = tmp_path / "pg_dump.sql.gz"
    with open(file, "wb") as out, subprocess.Popen(["gzip", "-1"], stdin=subprocess.PIPE, stdout=out) as gzip_1:
        pg.tool("pg_dump", source.db, stdout=gzip_1.stdin)
        gzip_1.stdin.close()
    db = pg.new_name("restored")
    dbbackup("restore", file, "--target", db, "--create").ok()
    compare(db, order_of_rows=False)


def test_restore_pg_dump_plain(source, pg, dbbackup, compare, tmp_path):
    pg.tool("pg_dump", "-f", tmp_path / "pg_dump.sql", source.db)
    db = pg.new_name("restored")
    dbbackup("restore", tmp_path / "pg_dump.sql", "--target", db, "--create").ok()
    compare(db, order_of_rows=False)


def test_restore_pg_dump_inserts(source, pg, dbbackup, compare, tmp_path):
    script = tmp_path / "inserts.sql"
    pg.tool("pg_dump", "--inserts", "-f", script, source.db)
    reference = source.sorted
    if source.name == "torture_values":  # INSERT loses a negative zero: psql's copy of this very script is the measure
        by_psql = pg.create_db()
        pg.load(by_psql, script)
        reference = harness.sort_rows(pg.dump(by_psql, tmp_path / "psql.sql"), tmp_path / "psql.sorted.sql")
        pg.drop_db(by_psql)
    db = pg.new_name("restored")
    dbbackup("restore", script, "--target", db, "--create").ok()
    compare(db, order_of_rows=False, reference=reference)


def test_second_generation_is_the_same(source, backup, pg, dbbackup, compare):
    """A backup of what was restored from a backup."""
    if source.name == "wide":
        pytest.skip("nothing new to see in 100 MB")
    first, second = pg.new_name("first"), pg.new_name("second")
    dbbackup("restore", backup, "--target", first, "--create").ok()
    again = dbbackup.backup(first, "again.sql.gz")
    pg.drop_db(first)
    dbbackup("restore", again, "--target", second, "--create").ok()
    compare(second)


DATABASE_SETTINGS = """
    select pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider, daticulocale, datconnlimit,
           pg_get_userbyid(datdba), datacl, shobj_description(oid, 'pg_database'),
           (select string_agg(format('%s: %s', setrole::regrole, setconfig), '; ' order by setrole::regrole::text)
              from pg_db_role_setting where setdatabase = oid)
      from pg_database where datname = :'wanted'
"""


def test_create_brings_the_database_own_settings(pg, dbbackup):
    db = pg.create_db(owner="dbb_owner", encoding="'UTF8'", locale="'C'")
    try:
        pg.psql(f"""
            comment on database {db} is 'a comment, it''s one';
            alter database {db} set search_path = "Some Schema", public;
            alter database {db} set work_mem = '12MB';
            alter role dbb_reader in database {db} set statement_timeout = '7s';
            alter database {db} connection limit 17;
            revoke connect, temporary on database {db} from public;
            grant connect on database {db} to dbb_reader with grant option;
        """)
        copy = pg.new_name("restored")
        dbbackup("restore", dbbackup.backup(db), "--target", copy, "--create").ok()
        expected = pg.psql(DATABASE_SETTINGS, wanted=db)
        assert "a comment" in expected and "17" in expected and "12MB" in expected
        assert pg.psql(DATABASE_SETTINGS, wanted=copy) == expected
        pg.drop_db(copy)
    finally:
        pg.drop_db(db)


# Whoever connects may have settings that change how values are written and read.
HOSTILE = {
    "datestyle": "'German, DMY'", "intervalstyle": "sql_standard", "timezone": "'Pacific/Chatham'", "extra_float_digits": "-10",
    "bytea_output": "escape", "xmloption": "document", "standard_conforming_strings": "off", "client_encoding": "latin1",
    "search_path": "nowhere", "quote_all_identifiers": "on", "row_security": "off",
    "default_transaction_isolation": "serializable", "statement_timeout": "'1s'", "idle_in_transaction_session_timeout": "'1ms'",
    "synchronize_seqscans": "on", "check_function_bodies": "on", "escape_string_warning": "on", "transform_null_equals": "on",
    "lc_messages": "'C'", "gin_pending_list_limit": "64", "role": "dbb_hostile",
}


@pytest.mark.parametrize("source", ["torture_values"], indirect=True)
def test_settings_of_the_user_change_nothing(source, pg, dbbackup, compare):
    pg.psql("create role dbb_hostile superuser login; " + "".join(
        f"alter role dbb_hostile set {name} = {value};" for name, value in HOSTILE.items()))
    hostile = {"PGUSER": "dbb_hostile", "PGOPTIONS": ""}
    files = [dbbackup.backup(source.db, env=hostile), dbbackup.folder / "theirs.sql"]
    pg.tool("pg_dump", "-f", files[1], source.db)
    for file in files:
        db = pg.new_name("restored")
        dbbackup("restore", file, "--target", db, "--create", env=hostile).ok()
        compare(db)


def test_restore_a_script_that_connects(pg, dbbackup, small, tmp_path):
    """pg_dump --create writes \\connect: with --target the target takes the place of its own name."""
    pg.psql(f"comment on database {small} is 'what the script says'; alter database {small} set work_mem = '12MB'")
    pg.tool("pg_dump", "--create", "-f", tmp_path / "create.sql", small)
    pg.psql(f"comment on database {small} is 'mine'; alter database {small} set work_mem = '13MB'")
    before = pg.dump(small, tmp_path / "before.sql")
    own_settings = pg.psql(DATABASE_SETTINGS, wanted=small)
    db = pg.new_name("restored")
    dbbackup("restore", tmp_path / "create.sql", "--target", db, "--create").ok()
    assert not harness.first_differences(before, pg.dump(db, tmp_path / "got.sql"))
    assert re.search("what the script says.*12MB", pg.psql(DATABASE_SETTINGS, wanted=db))
    assert not harness.first_differences(before, pg.dump(small, tmp_path / "after.sql"))
    assert pg.psql(DATABASE_SETTINGS, wanted=small) == own_settings
    pg.psql(f"comment on database {small} is null; alter database {small} reset work_mem")
    pg.drop_db(db)


def test_one_snapshot(pg, dbbackup):
    """What is committed while a backup runs isn't in it: not in a table that is read later, either."""
    db = pg.create_db(sql="""
        create table a_first (n int, filler text);
        insert into a_first select n, repeat(md5(n::text), 10) from generate_series(1, 100000) n;
        create table z_last (n int);
        insert into z_last select generate_series(1, 10);
    """)
    running = dbbackup.start("backup", "single", db, "--output", dbbackup.folder / "b.sql.gz")
    with running.held(lambda: pg.copying(db), "the backup reads a table"):
        pg.psql("insert into z_last select generate_series(11, 20); delete from a_first where n % 2 = 0", db=db)
        pg.psql("""do $$ begin
            set local lock_timeout = '100ms';
            drop table z_last;
            raise 'the table could be dropped';
        exception when lock_not_available then null; end $$""", db=db)
    running.wait().ok()
    copy = pg.new_name("restored")
    dbbackup("restore", dbbackup.folder / "b.sql.gz", "--target", copy, "--create").ok()
    assert pg.psql("select (select count(*) from a_first), (select count(*) from z_last)", db=copy) == "100000|10"
    pg.drop_db(copy)
    pg.drop_db(db)


def test_partitions_whose_rows_move(pg, dbbackup):
    """An enum's labels are hashed by their oids, which are others in another database."""
    db = pg.create_db(sql="""
        create type mood as enum ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p');
        create table by_mood (m mood, n int) partition by hash (m);
        create table by_mood_0 partition of by_mood for values with (modulus 4, remainder 0);
        create table by_mood_1 partition of by_mood for values with (modulus 4, remainder 1);
        create table by_mood_2 partition of by_mood for values with (modulus 4, remainder 2);
        create table by_mood_3 partition of by_mood for values with (modulus 4, remainder 3);
        insert into by_mood select m, n from unnest(enum_range(null::mood)) m, generate_series(1, 3) n;
    """)
    copy, rows = pg.new_name("restored"), "select string_agg(m || n::text, ',' order by m, n) from by_mood"
    dbbackup("restore", dbbackup.backup(db), "--target", copy, "--create").ok()
    assert pg.psql(rows, db=copy) == pg.psql(rows, db=db)
    pg.drop_db(copy)
    pg.drop_db(db)


def test_file_is_many_gzip_members_and_one_stream(dbbackup, shop):
    data = dbbackup.backup(shop).read_bytes()
    assert len(harness.gzip_members(data)) > 20
    text = gzip.decompress(data)
    assert b"COPY shop.product" in text


def test_clean_restore_over_what_is_there(source, backup, pg, dbbackup, compare):
    """--clean drops all that the backup holds, loops and partitions included, and brings it back."""
    if source.name == "wide":
        pytest.skip("the same objects as elsewhere")
    db = pg.new_name("restored")
    dbbackup("restore", "single", backup, "--target", db, "--create").ok()
    dbbackup("restore", "single", backup, "--target", db, "--clean").ok()
    compare(db)


ENCODINGS = {"LATIN1": 'ü"Ä\\', "WIN1251": "Таблица", "EUC_JP": "表ソ\\日本", "SQL_ASCII": "bytes é"}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_other_encodings(pg, dbbackup, tmp_path, encoding):
    """Names, definitions and data in the database's own encoding, and its index too (--clean reads it)."""
    name = ENCODINGS[encoding]
    db = pg.create_db(encoding=f"'{encoding}'", locale="'C'")
    client = "SQL_ASCII" if encoding == "SQL_ASCII" else "UTF8"
    pg.psql(f"""
        set client_encoding = '{client}';
        create schema :"n";
        create table :"n".:"n" (:"n" text primary key);
        insert into :"n".:"n" values (:'n'), (E'a\\\\b\\tc');
        comment on table :"n".:"n" is :'n';
        create type :"n".e as enum (:'n');
        create view :"n".v as select :'n'::text as x, * from :"n".:"n";
        create function :"n".f() returns text language sql as $$ select 'x' $$;
    """, db=db, n=name)
    backup = dbbackup.backup(db)
    expected = pg.dump(db, tmp_path / "expected.sql")
    copy = pg.new_name("restored")
    dbbackup("restore", backup, "--target", copy, "--create").ok()
    assert pg.psql("show server_encoding", db=copy) == encoding
    assert not harness.first_differences(expected, pg.dump(copy, tmp_path / "created.sql"))
    dbbackup("restore", backup, "--target", copy, "--clean").ok()
    assert not harness.first_differences(expected, pg.dump(copy, tmp_path / "cleaned.sql"))
    by_psql = pg.create_db(encoding=f"'{encoding}'", locale="'C'")
    harness.gunzip(backup, tmp_path / "script.sql")
    pg.load(by_psql, tmp_path / "script.sql")
    assert not harness.first_differences(expected, pg.dump(by_psql, tmp_path / "psql.sql"))
    for each in (db, copy, by_psql):
        pg.drop_db(each)
