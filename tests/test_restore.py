# SPDX-License-Identifier: Apache-2.0
"""What a restore does with what it finds: in the target, and in scripts that others wrote."""
import subprocess

import pytest

import harness
from marks import long_but


@pytest.fixture
def script(tmp_path):
    def write(text, name="script.sql"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path
    return write


def same_dump(pg, one, other, tmp_path):
    return not harness.first_differences(pg.dump(one, tmp_path / "one.sql"), pg.dump(other, tmp_path / "other.sql"))


# ------------------------------------------------------------------------------------------------------- the target

@pytest.mark.parametrize("options", long_but([], [[], ["--single-transaction"]]))
def test_clean(pg, dbbackup, shop, target, tmp_path, options):
    """Over what was restored before, over what has lost a part of it, and over nothing."""
    file = dbbackup.backup(shop)
    pg.create_db(target)
    for damage in (None, None, "drop schema shop cascade", "drop table shop.product cascade"):
        if damage:
            pg.psql(damage, db=target)
        dbbackup("restore", file, "--target", target, "--clean", *options).ok()
        assert same_dump(pg, shop, target, tmp_path)


def test_clean_does_not_take_what_is_not_in_the_backup(pg, dbbackup, small, small_backup, target, tmp_path):
    pg.create_db(target)
    dbbackup("restore", small_backup, "--target", target).ok()
    pg.psql("create view precious as select * from first", db=target)
    before = pg.dump(target, tmp_path / "before.sql")
    dbbackup("restore", small_backup, "--target", target, "--clean").failed(1, "precious", "2BP01", "nothing was changed")
    assert not harness.first_differences(before, pg.dump(target, tmp_path / "after.sql"))


@pytest.mark.parametrize("name", ["a=b", "it's", 'q"uote', "back\\slash", "Zoë 🐘", "dbname=postgres", "a b"])
def test_awkward_database_names(pg, dbbackup, small, small_backup, name, tmp_path):
    try:
        dbbackup("restore", small_backup, "--target", name, "--create").ok()
        assert same_dump(pg, small, name, tmp_path)
        dbbackup("restore", small_backup, "--target", name).failed(2, "empty")
    finally:
        pg.drop_db(name)


def test_ordinary_user(pg, dbbackup, target):
    """No superuser: one who may create databases."""
    pg.psql("create role dbb_ordinary login createdb")
    db = pg.create_db(owner="dbb_ordinary")
    pg.psql("set role dbb_ordinary; create table t (n int); insert into t select generate_series(1, 10)", db=db)
    as_user = {"PGUSER": "dbb_ordinary"}
    file = dbbackup.folder / "b.sql.gz"
    dbbackup("backup", "single", db, "--output", file, env=as_user).ok()
    dbbackup("restore", file, "--target", target, "--create", env=as_user).ok()
    assert pg.psql("select count(*), (select tableowner from pg_tables where tablename = 't') from t",
                   db=target) == "10|dbb_ordinary"
    pg.drop_db(db)


def test_missing_roles_are_named_before_anything_is_changed(pg, dbbackup, target):
    pg.psql("create role dbb_gone_1; create role dbb_gone_2")
    db = pg.create_db(sql="create table a (); create table b (); alter table a owner to dbb_gone_1; "
                          "alter table b owner to dbb_gone_2")
    file = dbbackup.backup(db)
    pg.drop_db(db)
    pg.psql("drop role dbb_gone_1; drop role dbb_gone_2")
    dbbackup("restore", file, "--target", target, "--create").failed(1, "dbb_gone_1, dbb_gone_2", "42704", "CREATE ROLE")
    assert target not in pg.databases()


def test_continue_without_a_role(pg, dbbackup, target):
    """All but the owner is there, and it is no success. Large objects go one by one then, too."""
    pg.psql("create role dbb_gone_3")
    db = pg.create_db(sql="create table a as select 1 as n; alter table a owner to dbb_gone_3; select lo_from_bytea(4711, 'new')")
    file = dbbackup.backup(db)
    pg.drop_db(db)
    pg.psql("drop role dbb_gone_3")
    pg.create_db(target, sql="select lo_from_bytea(4711, 'older and longer')")
    dbbackup("restore", file, "--target", target, "--clean", "--continue-on-error") \
        .failed(1, "don't exist here: dbb_gone_3", "42704", "1 statement failed")
    assert pg.psql("select n, convert_from(lo_get(4711), 'utf8') from a", db=target) == "1|new"


def test_clean_of_what_is_something_else(pg, dbbackup, small_backup, target, tmp_path):
    """Of the same name, but a view: it isn't ours to drop."""
    pg.create_db(target, sql="create view first as select 1 as id; create table second (n int)")
    before = pg.dump(target, tmp_path / "before.sql")
    dbbackup("restore", small_backup, "--target", target, "--clean").failed(1, "public.first first_pkey", "42809", "nothing was changed", "of another kind")
    assert not harness.first_differences(before, pg.dump(target, tmp_path / "after.sql"))


def test_what_the_target_runs_by_itself(pg, dbbackup, small_backup, target):
    """An event trigger of the target's that fails, at a statement or when its transaction is committed: nothing of the
    batch is there, and what was dropped before is told."""
    pg.create_db(target, sql="""
        create table audit (tag text);
        create function refuse() returns trigger language plpgsql as $$ begin
            raise exception 'audit says no' using errcode = '23514'; end $$;
        create constraint trigger late after insert on audit deferrable initially deferred for each row
            when (new.tag = 'CREATE VIEW') execute function refuse();
        create function note() returns event_trigger language plpgsql as $$ begin insert into public.audit values (tg_tag); end $$;
        create event trigger note on ddl_command_end execute function note()""")
    objects = "select string_agg(relname, ' ') from pg_class where relname in ('first', 'second', 'third')"
    dbbackup("restore", small_backup, "--target", target, "--confirm", "--schema-only") \
        .failed(1, "commit of definitions: .*audit says no", "23514", "nothing was changed", hint=False)
    assert pg.psql(objects, db=target) == ""
    pg.psql("drop trigger late on audit; create table first (n int); create trigger soon before insert on audit for each row "
            "when (new.tag = 'CREATE VIEW') execute function refuse()", db=target)
    dbbackup("restore", small_backup, "--target", target, "--clean", "--schema-only") \
        .failed(1, "VIEW public.third", "audit says no", "were dropped; nothing was restored", hint=False)
    assert pg.psql(objects, db=target) == ""


def test_user_who_may_create_nothing(pg, dbbackup, small_backup, target):
    pg.psql("create role dbb_no_create login")
    pg.create_db(target)
    for options in (["--dry-run"], []):
        dbbackup("restore", small_backup, "--target", target, *options, env={"PGUSER": "dbb_no_create"}) \
            .failed(1, f'user "dbb_no_create" may create nothing in the database "{target}"', "42501", "owner")


def test_database_that_the_server_cannot_make(pg, dbbackup, target):
    """Its tablespace lacks. What --clean has dropped before is told."""
    pg.psql("set allow_in_place_tablespaces = on; create tablespace dbb_place location ''")
    db = pg.create_db(tablespace="dbb_place", sql="create table t (n int)")
    file = dbbackup.backup(db)
    dbbackup("backup", "cluster", "-o", "c.tar.gz", "--native", "--include-database", db).ok()
    pg.psql("create role dbb_elsewhere login createdb")
    dbbackup("restore", file, "--target", target, "--create", "-O", env={"PGUSER": "dbb_elsewhere"}) \
        .failed(1, f'cannot create the database "{target}"', "42501", "create the database yourself")
    pg.drop_db(db)
    pg.psql("drop tablespace dbb_place")
    dbbackup("restore", file, "--target", target, "--create") \
        .failed(1, f'cannot create the database "{target}"', "dbb_place", "42704", "nothing was changed", "--no-tablespaces")
    dbbackup("restore", file, "--target", target, "--create", "--no-tablespaces").ok()
    pg.create_db(db)
    dbbackup("restore", "cluster", "c.tar.gz", "--no-globals", "--confirm", "--clean") \
        .failed(3, f'cannot create the database "{db}"', f'older database "{db}" was dropped', hint=False)
    pg.drop_db(db)


# ---------------------------------------------------------------------------------------------- scripts that others wrote

def test_script_without_a_transaction_end(pg, dbbackup, script, target):
    path = script("begin;\ncreate table t (n int);\n")
    dbbackup("restore", path, "--target", target, "--create").failed(4, "transaction", target)


def test_script_with_transactions_of_its_own(pg, dbbackup, script, target):
    path = script("begin;\ncreate table t (n int);\nsavepoint s;\nrollback to s;\ncommit;\n")
    dbbackup("restore", path, "--target", target, "--create").ok()
    other = pg.create_db()
    dbbackup("restore", path, "--target", other, "--single-transaction") \
        .failed(1, r"script\.sql:1:", "nothing was changed", "single-transaction")
    pg.drop_db(other)


def test_script_drops_its_database(pg, dbbackup, script, target):
    path = script("drop database precious_db;\ncreate database precious_db;\n\\connect precious_db\ncreate table t (n int);\n")
    pg.create_db("precious_db", sql="create table precious (n int)")
    try:
        dbbackup("restore", path).failed(2, "precious_db")
        pg.create_db(target)
        dbbackup("restore", path, "--target", target).failed(2, r"script\.sql:1:")
        pg.drop_db(target)
        # Into a database that is made for it there is nothing to drop.
        dbbackup("restore", path, "--target", target, "--create").ok()
        assert pg.psql("select relname from pg_class where relname in ('t', 'precious')", db=target) == "t"
        assert pg.psql("select relname from pg_class where relname in ('t', 'precious')", db="precious_db") == "precious"
    finally:
        pg.drop_db("precious_db")


@pytest.mark.parametrize("second", ["\\connect other_db", "create database other_db;", "alter database other_db set work_mem = '1MB';",
                                    "\\c 'dbname=other_db'", "drop database if exists other_db;"])
def test_script_of_two_databases(pg, dbbackup, script, target, second):
    path = script(f"\\connect one_db\ncreate table t (n int);\n{second}\n")
    dbbackup("restore", path, "--target", target, "--create").failed(1, r"script\.sql:3:", "other_db")
    assert target not in pg.databases()
    # From a pipe it is seen only when it comes to that.
    dbbackup("restore", "-", "--target", target, "--create", stdin=open(path)).failed(1, ":3:", "other_db", target)
    assert "other_db" not in pg.databases()


def test_script_names_its_database(pg, dbbackup, script, target):
    """All that names the script's own database is meant for the target."""
    path = script('create database "Own db";\nalter database "Own db" connection limit 7;\n'
                  '\\connect -reuse-previous=on "dbname=\'Own db\'"\n'
                  "comment on database \"Own db\" is 'on database \"Own db\"';\n"
                  "create table t (n int);\n")
    dbbackup("restore", path, "--target", target, "--create").ok()
    assert pg.psql("select datconnlimit, shobj_description(oid, 'pg_database') from pg_database "
                   f"where datname = '{target}'") == '7|on database "Own db"'
    assert "Own db" not in pg.databases()


def test_connect_begins_a_new_session(pg, dbbackup, script, target):
    """As far as one can within a transaction: of what was set nothing holds any more."""
    path = script("create table t (s text);\nset search_path = nowhere;\nprepare p as select 1;\nset role dbb_reader;\n\\echo told\n"
                  "\\connect -reuse-previous=on own_db\n"
                  "insert into t values (current_user || ' ' || current_setting('search_path'));\n\\c - -\n\\c own_db postgres\n")
    for options in (["--single-transaction"], []):
        pg.create_db(target)
        told = dbbackup("restore", path, "--target", target, "-v", *options).ok()
        assert "script.sql:5: passed over: \\echo told" in told.err
        assert pg.psql("table t", db=target) == 'postgres "$user", public'
        pg.drop_db(target)


def test_what_a_script_may_not_do(pg, dbbackup, script, target):
    """What is found only when it comes to it."""
    pg.create_db(target)
    for text, said in [("\\connect - somebody_else\nselect 1;\n", ":1: .*as another user"),
                       ("\\connect \"user=somebody_else dbname='own_db'\"\nselect 1;\n", ":1: .*as another user"),
                       ("\\c postgresql://somebody%5Felse@/own_db\nselect 1;\n", ":1: .*as another user"),
                       ("begin;\n\\connect own_db\n", ":2: .*within a transaction"),
                       ("select 1;\ncopy (select 1) to stdout;\n", ":2: a COPY that a restore can't follow")]:
        dbbackup("restore", script(text), "--target", target).failed(1, r"script\.sql" + said)
    dbbackup("restore", script("select 1;\nprepare transaction 'x';\n"), "--target", target, "--single-transaction") \
        .failed(1, r"script\.sql:2:", "nothing was changed", "single-transaction")
    for text, said in [("-- nothing\n", "standard input holds no SQL statement"),
                       ("select 1;\n\\! touch x\n", r"standard input:2: .* \\! touch x")]:
        dbbackup("restore", "-", "--target", target, stdin=open(script(text))).failed(4 if "nothing" in text else 1, said)
    assert dbbackup.files() == []


def test_connect_that_fails(pg, dbbackup, script, target):
    """The script shuts its own door. There is no session then that could go on in spite of it."""
    pg.psql("create role dbb_shut_out login")
    pg.create_db(target, owner="dbb_shut_out")
    path = script("alter database own_db connection limit 0;\n\\connect own_db\ncreate table t (n int);\n")
    for options in ([], ["--continue-on-error"], ["-j4"]):
        dbbackup("restore", path, "--target", target, *options, env={"PGUSER": "dbb_shut_out"}) \
            .failed(1, "too many connections", target, hint=False)
        pg.psql(f"alter database {target} connection limit -1")


@pytest.mark.parametrize("cut", [b"SET default_table_access_method", b"-- Data for Name", b"\\.\n", b"ALTER TABLE ONLY",
                                 b"-- PostgreSQL database dump complete"])
def test_cut_script(pg, dbbackup, small, script, target, cut):
    whole = pg.tool("pg_dump", small, stdout=subprocess.PIPE).stdout
    path = script(whole[:whole.index(cut)])
    dbbackup("restore", path, "--target", target, "--create").failed(4, r"script\.sql", "has been cut")
    assert target not in pg.databases()
    dbbackup("restore", "-", "--target", target, "--create", stdin=open(path, "rb")).failed(4, "has been cut", target)


def test_continue_on_error(pg, dbbackup, script, target):
    """What fails is named, the rest is there, and it is no success."""
    path = script("create table t (n int);\ncreate table t (n int);\ncopy t from stdin;\n1\nx\n\\.\n"
                  "copy nowhere from stdin;\n1\n'\n\\.\ninsert into t values (5);\n")
    result = dbbackup("restore", path, "--target", target, "--create", "--continue-on-error")
    result.failed(1, r"script\.sql:2: .*42P07", r"script\.sql:3: .*22P02", r"script\.sql:7: .*42P01", "3 statements failed")
    assert pg.psql("select * from t", db=target) == "5"


def test_rows_of_any_line_end_and_encoding(pg, dbbackup, script, target):
    path = script(b"\xef\xbb\xbfset client_encoding = 'LATIN1';\r\ncreate table t (n int, x text);\r\n"
                  b"copy t from stdin;\r\n1\tZo\xeb\r\n2\t\\N\r\n\\.\r\ninsert into t values (3, 'a\nb');\r\n")
    dbbackup("restore", path, "--target", target, "--create").ok()
    assert pg.psql("select n, x from t order by n", db=target) == "1|Zoë\n2|\n3|a\nb"


@pytest.mark.not_sanitized("a sanitizer's memory says nothing")
def test_large_result_needs_no_memory(pg, dbbackup, script, target):
    path = script("select repeat('x', 1000) from generate_series(1, 300000);\n")
    result = subprocess.run(["/usr/bin/time", "-f", "%M", harness.DBBACKUP, "restore", path, "--target", target, "--create"],
                            env=pg.env, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=harness.TIMEOUT, text=True)
    assert result.returncode == 0, result.stderr
    assert int(result.stderr.split()[-1]) < 50_000
