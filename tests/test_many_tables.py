# SPDX-License-Identifier: Apache-2.0
"""A database of many tables: its catalog is read on several connections."""
import gzip
import subprocess

import pytest

import harness

pytestmark = pytest.mark.long

TABLES = 1200


@pytest.fixture(scope="module")
def many(pg):
    """Its name. Most kinds of objects that there may be many of."""
    name = pg.create_db("many", sql=f"""
        create function twice(n int) returns int immutable language sql return n * 2;
        do $$ begin for i in 1..{TABLES} loop
            execute format('create table t%1$s (id serial primary key, n int check (n > %1$s), d int default twice(1),
                                                g int generated always as (n + 1) stored)', i);
            if i % 10 = 0 then
                execute format($q$
                    create index on t%1$s ((n + 1));
                    alter table t%1$s add foreign key (n) references t1;
                    comment on table t%1$s is 'ten times';
                    grant select on t%1$s to dbb_reader;
                    create view v%1$s as select n from t%1$s
                $q$, i);
            end if;
        end loop; end $$;
        """)
    yield name
    pg.drop_db(name)


def lines(file):
    """The script without the line of the index that tells when it was made."""
    return [line for line in gzip.decompress(file.read_bytes()).split(b"\n") if not line.startswith(b'-- {"dbms"')]


def test_as_with_one_connection(many, dbbackup):
    one = lines(dbbackup.backup(many, "one.sql.gz", "--schema-only", "-j1"))
    assert sum(line.startswith(b"CREATE TABLE ") for line in one) == TABLES
    for jobs in 2, 4:
        assert lines(dbbackup.backup(many, f"{jobs}.sql.gz", "--schema-only", f"-j{jobs}")) == one


def test_what_is_left_out_is_known_on_every_connection(many, dbbackup):
    options = "--schema-only", "-T", "t1", "-T", "v*", "--no-comments"
    one = lines(dbbackup.backup(many, "one.sql.gz", *options, "-j1"))
    assert sum(line.startswith(b"CREATE TABLE ") for line in one) == TABLES - 1
    assert lines(dbbackup.backup(many, "two.sql.gz", *options, "-j2")) == one


def test_no_more_connections_than_are_allowed(pg, many, dbbackup):
    """One that may not be opened isn't missed."""
    pg.psql("create role dbb_few_tables login in role pg_read_all_data connection limit 1")
    before = lines(dbbackup.backup(many, "before.sql.gz", "--schema-only", "-j1"))
    run = dbbackup("backup", "single", many, "-U", "dbb_few_tables", "--schema-only", "-j4", "-v", "--output", "few.sql.gz").ok()
    assert "too many connections" in run.err
    assert lines(dbbackup.folder / "few.sql.gz") == before


def test_who_waits_for_a_table_is_not_waited_for(pg, many, dbbackup):
    """He waits for the first connection: a second one that queued behind him would wait for ever."""
    run = dbbackup.start("backup", "single", many, "--schema-only", "-j2", "--output", "b.sql.gz")
    with run.held(lambda: len(pg.sessions(many)) > 1, "the second connection"):
        dropping = subprocess.Popen([harness.PGBIN / "psql", "-qXd", many, "-c", "set lock_timeout = '20s'",
                                     "-c", "begin; lock table t7; rollback"], env=pg.env, stderr=subprocess.PIPE)
        harness.wait_for(lambda: pg.psql("select count(*) from pg_locks where not granted") == "1", "the lock")
    run.wait().ok()
    said = dropping.communicate(timeout=harness.TIMEOUT)[1]
    assert dropping.returncode == 0, said
    assert sum(line.startswith(b"CREATE TABLE ") for line in lines(dbbackup.folder / "b.sql.gz")) == TABLES


def test_one_snapshot(pg, many, dbbackup):
    """What is made meanwhile is seen by none of them."""
    run = dbbackup.start("backup", "single", many, "--schema-only", "-j2", "--output", "b.sql.gz")
    with run.held(lambda: len(pg.sessions(many)) > 1, "the second connection"):
        pg.psql("create table late (id int primary key); comment on table late is 'late'", db=many)
    run.wait().ok()
    pg.psql("drop table late", db=many)
    assert not [line for line in lines(dbbackup.folder / "b.sql.gz") if b"late" in line]


def test_a_server_with_little_room_for_locks(tmp_path):
    """Where there is room for one lock on each table, several connections find room, too."""
    server = harness.Server(tmp_path / "postgres", settings=("max_locks_per_transaction=40", "max_connections=20"), roles=())
    try:
        server.psql("""do $$ begin for i in 1..2500 loop
            execute format('create table t%s (id int)', i);
            if i % 100 = 0 then commit; end if;
        end loop; end $$""", db="postgres")
        program = harness.Program(server, tmp_path)
        for jobs in 1, 4:
            program.backup("postgres", f"{jobs}.sql.gz", "-j", jobs)
    finally:
        server.stop("immediate")
