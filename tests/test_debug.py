# SPDX-License-Identifier: Apache-2.0
"""--native-debug: what it tells of, and what it must never tell."""
import json
import re

import pytest

import harness

SECRET = "s3cret-p4ss"
# Lines, each of which is told in full: whatever else a statement or a server says isn't.
LINE = re.compile(r"""dbbackup:\ debug:\ \d+\.\d{6}\ (
    session\ \d+:\ (
        opened,\ (PostgreSQL|MariaDB|MySQL)\ \d.* |
        closed\ after\ \d+\.\d{6}\ s(,\ \d+\ statements?)?(,\ \d+\ bytes?)? |
        (job\ .* | catalog/[\w.]+ | [A-Z][A-Z; ]*):\ (failed,\ (SQLSTATE\ \w{5},\ )?)?
            \d+\.\d{6}\ s(,\ \d+\ rows?)?(,\ \d+\ bytes?)? |
        by\ INSERT\ instead | not\ by\ LOAD\ DATA | not\ by\ a\ prepared\ INSERT) |
    snapshots\ of\ one\ moment,\ try\ \d+:\ (yes|no)
    )""", re.X)


def lines(result):
    """What was told, each line checked; and nothing else was said."""
    told = result.err.splitlines()
    assert told and all(LINE.fullmatch(line) for line in told), [line for line in told if not LINE.fullmatch(line)][:5]
    assert SECRET not in result.err and SECRET not in result.out
    return told


def find(told, pattern):
    found = [line for line in told if re.search(pattern, line)]
    assert found, (pattern, told)
    return found


@pytest.fixture
def secrets(pg):
    """A database whose every value, and a password, is SECRET."""
    pg.psql(f"""create role dbb_debug login password '{SECRET}';
                comment on role dbb_debug is '{SECRET}'; alter role dbb_debug set dbb.secret = '{SECRET}'""")
    name = pg.create_db(sql=f"""
        create table kept (id int primary key, t text default '{SECRET}');
        insert into kept select n, '{SECRET}' from generate_series(1, 500) n;
        comment on table kept is '{SECRET}';
        create index on kept (t) where t <> '{SECRET}1';
        create function f() returns text language sql as $$ select '{SECRET}; drop table kept'::text $$;
        create foreign data wrapper dbb_none;
        create server s foreign data wrapper dbb_none;
        create user mapping for dbb_debug server s options (password '{SECRET}');
    """)
    yield name
    pg.drop_db(name)
    pg.psql("drop role dbb_debug")


def test_backup_and_restore(pg, dbbackup, secrets, target):
    told = lines(dbbackup("backup", "single", secrets, "-o", "b.sql.gz", "-j2", "--native-debug").ok())
    find(told, r"session 1: opened, PostgreSQL 1\d")
    find(told, r"session 1: catalog/table\.sql: \S+ s, 1 row$")
    find(told, r"session \d+: COPY TO: \S+ s, 500 rows, \d{4,} bytes$")
    job, = (job for job in harness.jobs("\n".join(told)) if job.label == "TABLE DATA public.kept")
    assert job.rows == 500 and job.bytes > 500 * len(SECRET) and job.end > job.begin
    find(told, r"session 1: job TABLE public\.kept: ")
    assert len(find(told, ": closed after ")) == len(find(told, ": opened, "))
    told = lines(dbbackup("restore", "b.sql.gz", "--target", target, "--create", "-j2", "--native-debug").ok())
    for words in ("CREATE DATABASE", "CREATE TABLE", "ALTER TABLE", "CREATE INDEX", "CREATE FUNCTION", "COMMENT TABLE",
                  "CREATE USER MAPPING", "SET"):
        find(told, f"session \\d+: {words}: ")
    find(told, r"session \d+: [A-Z; ]*COPY FROM: \S+ s, 500 rows, \d{4,} bytes$")
    at = [next(i for i, line in enumerate(told) if words in line) for words in (": COMMENT TABLE: ", ": job TABLE public.kept: ")]
    assert at == sorted(at), "a job is told of when its last statement is done"
    begun = {job.label: job for job in harness.jobs("\n".join(told))}
    assert begun["TABLE DATA public.kept"].rows == 500
    assert begun["TABLE public.kept"].end <= begun["TABLE DATA public.kept"].begin
    assert begun["TABLE DATA public.kept"].end <= begun["INDEX public.kept_t_idx"].end


def test_failures_are_told_without_their_text(pg, dbbackup, secrets, target):
    script = dbbackup.folder / "script.sql"
    script.write_text(f"create table t (a int);\ncopy t from stdin;\n{SECRET}\n\\.\n")
    result = dbbackup("restore", script, "--target", target, "--create", "-j1", "--native-debug").failed(1, SECRET)
    told = [line for line in result.err.splitlines() if "debug: " in line]
    assert all(LINE.fullmatch(line) and SECRET not in line for line in told), told
    find(told, r"COPY FROM: failed, SQLSTATE 22P02, ")
    find(told, r"job TABLE DATA t: failed, ")


def test_globals(pg, dbbackup, secrets):
    told = lines(dbbackup("backup", "globals", "-o", "g.sql", "--native-debug").ok())
    find(told, r"catalog/globals_role\.sql: \S+ s, \d+ rows$")
    assert SECRET in (dbbackup.folder / "g.sql").read_text()
    find(lines(dbbackup("restore", "g.sql", "--confirm", "--native-debug").ok()), ": SAVEPOINT; ALTER ROLE; RELEASE SAVEPOINT: ")


def test_cluster(pg, dbbackup, secrets, tmp_path):
    """Which database it was stands before the session."""
    def databases(told):
        return set(re.findall(r'debug: \S+ database "(.*?)": session \d+: job TABLE ', "\n".join(told)))

    result = dbbackup("backup", "cluster", "-o", "c.tar.gz", "--include-database", secrets, "--include-database", "postgres",
                      "--native", "--native-debug", "-j2").ok()
    plain = [re.sub('database ".*?": ', "", line) for line in result.err.splitlines()]
    assert all(LINE.fullmatch(line) for line in plain) and SECRET not in result.err, result
    assert databases(result.err.splitlines()) == {secrets} and find(plain, r"catalog/globals_role\.sql")
    server = harness.Server(tmp_path / "postgres")
    try:
        result = harness.Program(server, dbbackup.folder)("restore", "cluster", "c.tar.gz", "--confirm", "--native",
                                                           "--native-debug").ok()
    finally:
        server.stop("immediate")
    plain = [re.sub('database ".*?": ', "", line) for line in result.err.splitlines() if "debug: " in line]
    assert all(LINE.fullmatch(line) for line in plain) and SECRET not in "".join(plain), result
    assert databases(result.err.splitlines()) == {secrets} and find(plain, "ALTER ROLE")


def test_json(pg, dbbackup, small):
    result = dbbackup("backup", "single", small, "-o", "b.sql.gz", "--native-debug", "--log-format", "json").ok()
    told = [json.loads(line) for line in result.err.splitlines()]
    assert {line["event"] for line in told} == {"debug"}
    assert all(0 <= line["seconds"] < harness.TIMEOUT and line["text"] for line in told)
    assert [line["text"] for line in told if line["text"].startswith("session 1: job TABLE DATA public.first: ")]


def test_only_when_asked(pg, dbbackup, small):
    assert "debug" not in dbbackup("backup", "single", small, "-o", "b.sql.gz", "-v").ok().err


def test_mariadb(maria, maria_backup):
    db, target = "debug", "debug_copy"
    maria.sql(f"create database {db}")
    try:
        maria.sql(f"""create table kept (id int primary key, t varchar(40), key (t));
                      insert into kept select seq, '{SECRET}' from seq_1_to_5000;
                      create procedure p() select '{SECRET}'; create user dbb_debug identified by '{SECRET}'""", db)
        told = lines(maria_backup("backup", "single", db, "-o", "b.sql.gz", "-j2", "--native-debug", *maria.place).ok())
        find(told, r"session 1: opened, MariaDB \d")
        find(told, r"session 1: catalog/information_schema\.COLUMNS: \S+ s, 2 rows$")
        find(told, r"session 1: SHOW CREATE: \S+ s, 1 row$")
        find(told, r"session \d+: SELECT: \S+ s, 5000 rows, \d{5,} bytes$")
        job, = (job for job in harness.jobs("\n".join(told)) if job.label == "TABLE DATA debug.kept")
        assert job.rows == 5000 and job.bytes > 5000 * len(SECRET)
        assert len(find(told, ": closed after ")) == len(find(told, ": opened, "))
        said = maria_backup("restore", "b.sql.gz", "--target", target, "--create", "-j2", "--native-debug", *maria.place).ok()
        told = lines(said)
        find(told, r"session \d+: (LOAD DATA|PREPARED INSERT|INSERT): \S+ s, 5000 rows")
        for words in ("CREATE DATABASE", "CREATE TABLE", "ALTER TABLE", "CREATE PROCEDURE", "COMMIT"):
            find(told, f"session \\d+: {words}: ")
        begun = {job.label: job for job in harness.jobs(said.err)}
        assert begun["TABLE DATA debug.kept"].rows == 5000 and begun["TABLE DATA debug.kept"].end <= begun["INDEX debug.kept"].begin
    finally:
        maria.sql(f"drop database {db}; drop database if exists {target}; drop user if exists dbb_debug")


def test_mariadb_by_insert(maria, maria_backup):
    """What a quicker way would have altered is given to the server again."""
    maria.sql(f"""create database debug_load; use debug_load; create table t (id int, t varchar(100));
                  insert into t select seq, repeat('{SECRET}', 9) from seq_1_to_2000;""")
    try:
        maria_backup("backup", "single", "debug_load", "-o", "b.sql.gz", "--data-only", *maria.place).ok()
        maria.sql("drop table t; create table t (id int, t varchar(50))", "debug_load")
        result = maria_backup("restore", "b.sql.gz", "--target", "debug_load", "--data-only", "--confirm", "--native-debug",
                              *maria.place)
        told = [line for line in result.err.splitlines() if "debug: " in line]
        assert result.rc == 1 and all(LINE.fullmatch(line) and SECRET not in line for line in told), result
        loaded = find(told, "(LOAD DATA|PREPARED INSERT): |by INSERT instead|: INSERT: ")
        assert "PREPARED INSERT: " in loaded[0] and "by INSERT" in loaded[1] and ": INSERT: " in loaded[2], told
    finally:
        maria.sql("drop database debug_load")


def test_mariadb_failures_are_told_without_their_text(maria, maria_backup):
    target = "debug_failed"
    (maria_backup.folder / "script.sql").write_text(f"create table t (a int);\ninsert into t values ('{SECRET}');\n"
                                                    f"insert into nowhere values ('{SECRET}');\n")
    result = maria_backup("restore", "script.sql", "--target", target, "--create", "--native-debug", *maria.place)
    maria.sql(f"drop database if exists {target}")
    told = [line for line in result.err.splitlines() if "debug: " in line]
    assert result.rc == 1 and all(LINE.fullmatch(line) and SECRET not in line for line in told), result
    find(told, r": INSERT: failed, SQLSTATE ")
