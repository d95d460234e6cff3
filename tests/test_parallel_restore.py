# SPDX-License-Identifier: Apache-2.0
"""Restores by several sessions at once: the same in the end as by one, and as sound when something goes wrong."""
import re
import signal
import time

import pytest

import harness
from marks import long_but

SOURCES = ["shop"] + sorted(path.stem for path in harness.DATA.glob("torture_*.sql"))

# Families of tables: partitions in two levels with keys, foreign keys and indexes all over them, loops of foreign keys.
FAMILIES = """
    create table region (id int primary key, head int);
    create table agent (id int primary key, region int references region, boss int references agent);
    insert into region select n, n from generate_series(1, 20) n;
    insert into agent select n, 1 + n % 20, nullif(n / 2, 0) from generate_series(1, 200) n;
    alter table region add foreign key (head) references agent;
    create table sale (id int, day date, agent int references agent, region int references region, amount numeric,
                       primary key (id, day)) partition by range (day);
    create index on sale (agent);
    create index on sale (region, amount);
    do $$ begin
        for y in 1..4 loop
            execute format('create table sale_%1$s partition of sale for values from (%2$L) to (%3$L)
                              partition by hash (id)', y, date '2020-1-1' + y * 365, date '2020-1-1' + (y + 1) * 365);
            execute format('create table sale_%1$s_a partition of sale_%1$s for values with (modulus 2, remainder 0)', y);
            execute format('create table sale_%1$s_b partition of sale_%1$s for values with (modulus 2, remainder 1)', y);
            execute format('create index on sale_%s_a (amount)', y);
        end loop;
    end $$;
    insert into sale select n, date '2020-1-1' + 365 + n % 1460, 1 + n % 200, 1 + n % 20, n from generate_series(1, 8000) n;
    create table payment (sale int, day date, agent int references agent, foreign key (sale, day) references sale);
    insert into payment select n, date '2020-1-1' + 365 + n % 1460, 1 + n % 200 from generate_series(1, 4000) n;
    create function noted() returns trigger language plpgsql as 'begin return new; end';
    create trigger noted after insert on sale for each row execute function noted();
    create trigger noted after insert on payment for each row execute function noted();
"""


@pytest.fixture
def same(pg, tmp_path):
    """Is the database, by pg_dump, what the other is? Rows are compared as sets."""
    def same(db, other):
        made = [harness.sort_rows(pg.dump(each, tmp_path / "dump.sql"), tmp_path / f"{number}.sql")
                for number, each in enumerate((db, other))]
        differences = harness.first_differences(*made)
        assert not differences, differences
    return same


def data(rows, sql):
    return f"create table big (id int, t text); insert into big select n, md5(n::text) from generate_series(1, {rows}) n;" + sql


@pytest.mark.parametrize("source", SOURCES)
def test_as_by_one_session(pg, dbbackup, source, same):
    db = pg.create_db(pg.new_name(source))
    pg.load(db, harness.DATA / f"{source}.sql")
    file, one, four = dbbackup.backup(db), pg.new_name("one"), pg.new_name("four")
    dbbackup("restore", file, "--target", one, "--create", "-j1").ok()
    dbbackup("restore", file, "--target", four, "--create", "-j4").ok()
    same(four, one)
    # again, over what is there
    dbbackup("restore", file, "--target", four, "--clean", "-j4").ok()
    same(four, one)
    for each in (db, one, four):
        pg.drop_db(each)


def test_families_do_not_deadlock(pg, dbbackup, same):
    """Partitions' indexes join, foreign keys go both ways, and every one of them locks more than one table."""
    db = pg.create_db(sql=FAMILIES)
    file, copies = dbbackup.backup(db), []
    for _ in range(10):
        copies.append(pg.new_name("copy"))
        result = dbbackup("restore", file, "--target", copies[-1], "--create", "-j8", "-v").ok()
        assert "once more" not in result.err, result
    same(copies[0], db)
    for each in (db, *copies):
        pg.drop_db(each)


@pytest.mark.long
def test_many_small_tables(pg, dbbackup, same):
    db = pg.create_db(sql="""
        do $$ begin for i in 1..2000 loop
            execute format('create table t%1$s (id int primary key, a int); create index on t%1$s (a);', i);
            if i % 3 = 0 then execute format('insert into t%s values (1, 2), (2, 3)', i); end if;
            if i % 50 = 0 then commit; end if;
        end loop; end $$;
    """)
    file, copy = dbbackup.backup(db), pg.new_name("copy")
    dbbackup("restore", file, "--target", copy, "--create", "-j4").ok()
    same(copy, db)
    pg.drop_db(db)
    pg.drop_db(copy)


def test_rows_wait_for_nobody_and_everything_waits_for_rows(pg, dbbackup, target):
    """A key's index is made when its table is loaded, and not when all are."""
    db = pg.create_db(sql="""
        create table a_small (id int primary key);
        insert into a_small select generate_series(1, 30000);
        create table b_large (id int, t text);
        insert into b_large select n, repeat(md5(n::text), 20) from generate_series(1, 60000) n;
        create index on b_large (id);
    """)
    file = dbbackup.backup(db)
    said = dbbackup("restore", file, "--target", target, "--create", "-j2", "--native-debug").ok().err
    begun = [job.label for job in harness.jobs(said)]
    key = begun.index("CONSTRAINT public.a_small a_small_pkey")
    assert begun.index("TABLE DATA public.b_large") < key < begun.index("INDEX public.b_large_id_idx"), begun
    pg.drop_db(db)


def test_what_has_most_to_be_done_begins_first(pg, dbbackup, target):
    """A table's keys and indexes are made one by one: rows that many of them wait for come before more bytes."""
    db = pg.create_db(sql="""
        create table a_wide (id int, t text);
        insert into a_wide select n, repeat(md5(n::text), 40) from generate_series(1, 6000) n;
        create table b_wide as select * from a_wide;
        create table c_narrow (id int primary key, a int, b int);
        insert into c_narrow select n, n, n from generate_series(1, 100000) n;
        create index on c_narrow (a);
        create index on c_narrow (b);
    """)
    file = dbbackup.backup(db)
    said = dbbackup("restore", file, "--target", target, "--create", "-j2", "--native-debug").ok().err
    begun = [job.label for job in harness.jobs(said) if job.label.startswith("TABLE DATA ")]
    assert set(begun[:2]) == {"TABLE DATA public.a_wide", "TABLE DATA public.c_narrow"}, begun
    assert set(begun[2:]) == {"TABLE DATA public.b_wide"}, begun
    pg.drop_db(db)


def test_one_bad_row_stops_all(pg, dbbackup, target):
    """The first failure is the one that is told; what the other sessions do is cancelled on the server."""
    db = pg.create_db(sql=data(300000, """
        create function checked(int) returns bool language sql immutable as 'select true';
        create domain low as int check (checked(value));
        create table bad (n low);
        insert into bad select generate_series(1, 100000);
    """))
    pg.psql("create or replace function checked(int) returns bool language plpgsql immutable as $$ begin "
            "perform pg_sleep(case when $1 = 1 then 0.2 else 0 end); return $1 < 90000; end $$", db=db)
    file = dbbackup.backup(db)
    result = dbbackup("restore", file, "--target", target, "--create", "-j4")
    result.failed(1, r"TABLE DATA public\.bad", "23514", "incomplete restore")
    harness.wait_for(lambda: not pg.sessions(target), "no session is left", 10)
    pg.drop_db(db)


@pytest.mark.parametrize("number", long_but(signal.SIGTERM, [signal.SIGINT, signal.SIGTERM]))
def test_interrupted(pg, dbbackup, target, number):
    db = pg.create_db(sql=data(1000000, "create table big2 as select * from big"))
    file = dbbackup.backup(db, "backup.sql", "-Z", "none")
    running = dbbackup.start("restore", file, "--target", target, "--create", "-j2")
    harness.wait_for(lambda: len(pg.copying(target)) == 2, "two tables are loaded at once")
    started = time.monotonic()
    running.signal(number)
    running.wait().failed(128 + number, "stopped on request", "incomplete restore")
    assert time.monotonic() - started < 8
    harness.wait_for(lambda: not pg.sessions(target), "no session is left", 10)
    pg.drop_db(db)


def test_failures_are_counted_over_all_sessions(pg, dbbackup, target):
    db = pg.create_db(sql="create function two(int) returns int language sql immutable as 'select 2';")
    pg.psql("".join(f"create table t{n} (n int, m int); insert into t{n} values (1, 1); create index on t{n} (two(m));"
                    for n in range(200)), db=db)
    pg.psql("create or replace function two(int) returns int language sql immutable as 'select 1 / ($1 - 1)'", db=db)
    result = dbbackup("restore", dbbackup.backup(db), "--target", target, "--create", "-j4", "--continue-on-error")
    result.failed(1, "200 statements failed")
    assert pg.psql("select count(*), sum(reltuples) is not null from pg_class where relname ~ '^t[0-9]+$'", db=target) \
        == "200|t"
    assert pg.psql("select count(*) from t7", db=target) == "1"
    pg.drop_db(db)


def test_a_failed_batch_leaves_nothing_and_says_so(pg, dbbackup, target):
    """Definitions go in batches: of one that fails nothing is done, and the message names the statement."""
    db = pg.create_db(sql="".join(f"create table t{n:03} (n int);" for n in range(150)))
    pg.create_db(target, sql="create table t120 (n int)")
    result = dbbackup("restore", dbbackup.backup(db), "--target", target, "--confirm", "-j2")
    result.failed(1, r"TABLE public\.t120: .*42P07", r"STATEMENT: CREATE TABLE public\.t120")
    done = int(re.search(r"\((\d+) of \d+ entries\)", result.err).group(1))
    tables = int(pg.psql("select count(*) - 1 from pg_class where relname ~ '^t[0-9]+$'", db=target))
    assert 0 < tables < 120 and done - 10 <= tables <= done, result
    pg.drop_db(db)


def test_few_connections_left(pg, dbbackup, target):
    """Fewer connections than wanted are no failure."""
    db = pg.create_db(sql=data(50000, "".join(f"create table b{n} as select * from big;" for n in range(3))))
    file = dbbackup.backup(db)
    pg.create_db(target)
    pg.psql(f"create role dbb_few login; alter role dbb_few connection limit 2; grant create on database {target} to dbb_few;"
            f"grant all on schema public to dbb_few", db=target)
    result = dbbackup("restore", file, "--target", target, "-O", "-x", "-U", "dbb_few", "-j4").ok()
    assert "goes on with 2 connections" in result.err, result
    pg.drop_db(db)
    pg.drop_db(target)
    pg.psql("drop role dbb_few")


def test_settings_of_the_database_are_not_those_of_the_restore(pg, dbbackup, target):
    """They are set before the rows come, and some say what rows mean: sessions that begin later must not obey them."""
    db = pg.create_db(sql="""
        create function plain() returns bool language sql as
            $f$select current_setting('intervalstyle') = 'postgres' and current_setting('array_nulls') = 'on'$f$;
        create table a (n int, t text[], check (plain()));
        insert into a select n, array['x', null, n::text] from generate_series(1, 100000) n;
        create table b as table a; create table c as table a;
        alter table b add check (plain()); alter table c add check (plain());
        do $$ begin
            execute format('alter database %I set array_nulls = off', current_database());
            execute format('alter database %I set intervalstyle = iso_8601', current_database());
        end $$""")
    file = dbbackup.backup(db)
    for source in (file, "-"):
        pg.create_db(target)
        with open(file, "rb") as pipe:
            dbbackup("restore", source, "--target", target, "-j4", stdin=pipe).ok()
        for table in ("a", "b", "c"):
            assert pg.psql(f"select count(*) filter (where t[2] is null) from {table}", db=target) == "100000"
        pg.drop_db(target)
    harness.gunzip(file, dbbackup.folder / "script.sql")
    pg.create_db(target)
    pg.psql(f"alter database {target} set array_nulls = off")
    pg.load(target, dbbackup.folder / "script.sql")
    assert pg.psql("select count(*) filter (where t[2] is null) from a", db=target) == "100000"
    pg.drop_db(target)
    pg.drop_db(db)


def test_keys_end_validated(pg, dbbackup, target):
    db = pg.create_db(sql=FAMILIES)
    dbbackup("restore", dbbackup.backup(db), "--target", target, "--create", "-j4").ok()
    assert pg.psql("select count(*) filter (where not convalidated), count(*) filter (where contype = 'f') > 5 "
                   "from pg_constraint where contype in ('p', 'f')", db=target) == "0|t"
    assert pg.psql("select count(*) from pg_index where not indisvalid or not indisready", db=target) == "0"
    pg.drop_db(db)


# ---------------------------------------------------------------------------------------------------------- --resume

RESUMED = FAMILIES + """
    create table a_big (id int primary key, t text);
    insert into a_big select n, repeat(md5(n::text), 30) from generate_series(1, 30000) n;
    create table b_big as select * from a_big;
    create index on b_big (t);
    create sequence s; select setval('s', 77);
    select lo_from_bytea(1000 + n, decode(repeat(md5(n::text), n), 'hex')) from generate_series(1, 300) n;
    comment on large object 1005 is 'five';
    create materialized view m as select agent, count(*) from sale group by agent;
    create function seen() returns event_trigger language plpgsql as $$ begin raise warning 'seen: %', tg_tag; end $$;
    create event trigger seen on ddl_command_end execute function seen();
    create event trigger seen_drop on sql_drop execute function seen();
    grant select on sale to dbb_reader;
"""


@pytest.fixture(scope="module")
def resumable(pg, tmp_path_factory):
    """A database with a bit of everything, and its backup."""
    db = pg.create_db(pg.new_name("resumable"))
    pg.psql(RESUMED, db=db)
    yield db, harness.Program(pg, tmp_path_factory.mktemp("resumable")).backup(db)
    pg.drop_db(db)


def kill(pg, running, target):
    """The program is gone; its sessions on the server end when they notice."""
    running.signal(signal.SIGKILL)
    running.process.communicate(timeout=harness.TIMEOUT)


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.long), 4])
def test_killed_and_resumed(pg, dbbackup, resumable, target, same, jobs):
    """At any moment; again and again; with more sessions or fewer than before."""
    db, file = resumable
    pg.create_db(target)
    result, runs = harness.restore_despite_kills(dbbackup, file, target, lambda run: jobs if run % 3 else 2, first=0.03,
                                                 longer=1.15)
    assert "seen:" not in result.err, result  # its own triggers have not seen the journal go
    assert runs > 4
    same(target, db)
    assert pg.psql("select count(*) from pg_namespace where nspname ~ 'dbbackup'", db=target) == "0"


def test_resume_waits_for_what_the_server_still_does(pg, dbbackup, target):
    """A restore that was killed while its statement runs: what that does counts, too."""
    db = pg.create_db(sql="create function slow(int) returns int language sql immutable as 'select 1';"
                          "create table t (n int); insert into t values (1); create index on t (slow(n));")
    pg.psql("create or replace function slow(int) returns int language plpgsql immutable as "
            "'begin perform pg_sleep(2); return 1; end'", db=db)
    file = dbbackup.backup(db)
    pg.create_db(target)
    running = dbbackup.start("restore", file, "--target", target)
    harness.wait_for(lambda: "1" == pg.psql("select count(*) from pg_stat_activity where query ~ 'CREATE INDEX' and state "
                                            "= 'active' and datname = :'t'", t=target), "the index is made")
    kill(pg, running, target)
    dbbackup("restore", file, "--target", target, "--resume").ok()
    assert pg.psql("select count(*) from pg_indexes where tablename = 't'", db=target) == "1"
    pg.drop_db(db)


def test_failed_and_resumed(pg, dbbackup, resumable, target, same):
    """What failed can be put right and the restore go on; the message says so."""
    db, file = resumable
    dbbackup("restore", file, "--target", target, "--create", "--section", "pre-data").ok()
    pg.drop_db(target)
    pg.create_db(target, sql="create schema hindrance; create table hindrance.agent (id int); "
                             "create function public.noted() returns int language sql as 'select 1'")
    result = dbbackup("restore", file, "--target", target, "--confirm", "-j2").failed(1, "noted", "42723")
    assert "Nothing was changed" in result.err, result
    pg.psql("drop schema hindrance cascade; drop function noted; create table public.b_big (id int)", db=target)
    pg.psql("drop table public.b_big; create function public.stop() returns event_trigger language plpgsql as "
            "$$ begin raise 'no index today'; end $$; create event trigger stop on ddl_command_start "
            "when tag in ('CREATE INDEX') execute function public.stop()", db=target)
    result = dbbackup("restore", file, "--target", target, "--confirm", "-j2")
    result.failed(1, "no index today", "now holds part of the backup", "--resume")
    dbbackup("restore", file, "--target", target).failed(2, "unfinished restore", "--resume")
    pg.psql("drop event trigger stop; drop function stop", db=target)
    dbbackup("restore", file, "--target", target, "--resume").ok()
    same(target, db)


@pytest.mark.long
def test_backup_of_an_unfinished_restore(pg, dbbackup, target, same):
    """Both ways say that it isn't whole, also of a part of it. A copy is as unfinished, and can be finished."""
    whole = "create or replace function f(int) returns int language sql immutable as 'select 1';"
    db = pg.create_db(sql=whole + "create schema other; create table t (n int); insert into t values (1);"
                                  "create index on t (f(n))")
    pg.psql("create or replace function f(int) returns int language plpgsql immutable as "
            "$$ begin raise 'not now'; end $$", db=db)
    assert dbbackup("backup", "single", db, "-o", "first.sql.gz").ok().err == ""
    half = pg.create_db()
    dbbackup("restore", "first.sql.gz", "--target", half).failed(1, "not now", "--resume")
    for options in (["-n", "other"], []):
        said = dbbackup("backup", "single", half, "-o", "half.sql.gz", *options).ok().err
        assert f'warning: the database "{half}" holds an unfinished restore' in said, said
    pg.create_db(target)
    for options in ([], ["--clean"]):
        said = dbbackup("restore", "half.sql.gz", "--target", target, *options).ok().err
        assert "made while its database held an unfinished restore" in said and "skipping" not in said, said
    dbbackup("restore", "first.sql.gz", "--target", target).failed(2, "unfinished restore")
    pg.psql(whole, db=target)
    assert "unfinished" not in dbbackup("restore", "first.sql.gz", "--target", target, "--resume").ok().err
    pg.psql(whole, db=db)
    same(target, db)
    for name in (db, half):
        pg.drop_db(name)


def test_nothing_to_resume(pg, dbbackup, resumable, small_backup, target):
    _, file = resumable
    pg.create_db(target)
    dbbackup("restore", file, "--target", target, "--resume").failed(2, "no unfinished restore", "leave --resume out")
    pg.psql("create schema dbbackup_restore; comment on schema dbbackup_restore is 'dbbackup restore 0123 0 0'", db=target)
    dbbackup("restore", file, "--target", target, "--resume").failed(2, "unfinished restore of another file")
    for options in (["--create"], ["--clean"], ["-1"], ["--continue-on-error"]):
        dbbackup("restore", file, "--target", target, "--resume", *options).failed(2, "--resume", hint=False)


def test_resumed_database_gets_its_limits(pg, dbbackup, target):
    """What is set last of a database that the restore made is set by the run that ends it."""
    db = pg.create_db(sql=data(200000, "create index on big (t)"))
    pg.psql(f"alter database {db} connection limit 7")
    running = dbbackup.start("restore", dbbackup.backup(db), "--target", target, "--create")
    harness.wait_for(lambda: target in pg.databases() and pg.copying(target), "it loads")
    kill(pg, running, target)
    dbbackup("restore", dbbackup.folder / "backup.sql.gz", "--target", target, "--resume").ok()
    assert pg.psql("select datconnlimit from pg_database where datname = :'t'", t=target) == "7"
    pg.drop_db(db)


def test_no_right_to_a_journal(pg, dbbackup, small_backup, target):
    """A user who may create no schema restores all the same."""
    pg.create_db(target)
    pg.psql("create role dbb_narrow login; grant all on schema public to dbb_narrow", db=target)
    result = dbbackup("restore", small_backup, "--target", target, "-O", "-x", "-U", "dbb_narrow", "-v").ok()
    assert "could not be resumed" in result.err, result
    pg.drop_db(target)
    pg.psql("drop role dbb_narrow")
