# SPDX-License-Identifier: Apache-2.0
"""Chunks, pieces and workers: what is written by several at once is what one alone would have written."""
import json
import re
import signal
import subprocess

import pytest

import harness


def entries(file, kind):
    """What the index of a file without compression says of the entries of one kind, by their names."""
    lines = re.findall(rb"^-- (\{\"id\":.*)$", file.read_bytes(), re.M)
    return {entry["name"]: entry for entry in map(json.loads, lines) if entry["kind"] == kind}


def content(pg, db, table):
    """One number for all rows of a table, in whatever order they are."""
    return pg.psql(f"select count(*), sum(hashtextextended(t::text, 0)) from {table} t", db=db)


def ways_back(pg, dbbackup, file):
    """Restores the file by its index, as a stream, and through psql; yields each database."""
    by_index = pg.new_name("by_index")
    dbbackup("restore", file, "--target", by_index, "--create").ok()
    yield by_index
    for name in ("by_pipe", "by_psql"):
        db = pg.create_db(pg.new_name(name))
        with open(file, "rb") as source:
            if name == "by_psql":
                pg.load(db, source)
            else:
                dbbackup("restore", "-", "--target", db, stdin=source).ok()
        yield db


# All of it in TOAST, and the table itself a page: nothing to take in pieces.
LONG = """
create table long (n int, filler text);
alter table long alter filler set storage external;
insert into long select n, repeat(md5(n::text), 12000) from generate_series(101, 200) n;
"""


def test_one_session_keeps_the_order_of_names(pg, dbbackup):
    """Weights are for several sessions to end together; a script of one is in pg_dump's order."""
    db = pg.create_db(sql="create table a_small (n int); insert into a_small values (1);"
                          "create table b_large as select n from generate_series(1, 20000) n;"
                          "create table c_small as table a_small")
    script = dbbackup.backup(db, "ordered.sql", "-Z", "none", "-j1").read_text()
    assert re.findall(r"^COPY public\.(\w+)", script, re.M) == ["a_small", "b_large", "c_small"]
    pg.drop_db(db)


def test_chunks_of_one_table(pg, dbbackup):
    """Each chunk is a COPY of its own, with the rows that the index says."""
    db = pg.create_db(sql=LONG)
    file = dbbackup.backup(db, "b.sql", "-Z", "none")
    dbbackup("verify", file).ok()
    chunks = entries(file, "TABLE DATA")["long"]["chunks"]
    assert len(chunks) > 2
    assert sum(chunk[3] for chunk in chunks) == 100
    text = file.read_bytes()
    for offset, size, _, rows, _ in chunks:
        chunk = text[offset:offset + size]
        assert size < 17 << 20
        assert re.match(rb"(--.*\n|\n)*COPY public.long \(n, filler\) FROM stdin;\n", chunk)
        assert chunk.endswith(b"\n\\.\n\n")
        assert len(re.findall(rb"^\d+\t", chunk, re.M)) == rows > 0
    for copy in ways_back(pg, dbbackup, file):
        assert content(pg, copy, "long") == content(pg, db, "long")
        pg.drop_db(copy)
    pg.drop_db(db)


def test_large_objects_in_chunks(pg, dbbackup):
    db = pg.create_db(sql="select lo_from_bytea(n, convert_to(repeat(md5(n::text), 300000), 'UTF8'))"
                          " from generate_series(20001, 20003) n")
    digest = "select sum(hashtextextended(encode(lo_get(oid), 'hex'), 0)) from pg_largeobject_metadata"
    file = dbbackup.backup(db, "b.sql", "-Z", "none")
    assert len(entries(file, "BLOBS")["BLOBS"]["chunks"]) > 2
    for copy in ways_back(pg, dbbackup, file):
        assert pg.psql(digest, db=copy) == pg.psql(digest, db=db)
        pg.drop_db(copy)
    pg.drop_db(db)


# ---------------------------------------------------------------------------------------------------------- workers

# Tables that are read in pieces, and all that could go wrong with it: a dropped column, a generated one, a child whose
# rows aren't the parent's, rows that are loaded through the root, TOAST, row security. And some for the rest of the
# workers.
MANY = """
create table "Long; (t)" (gone int, n int primary key, "odd ""name" text, twice int generated always as (n * 2) stored);
alter table "Long; (t)" drop column gone;
insert into "Long; (t)" select n, repeat(md5(n::text), 10) from generate_series(1, 100000) n;
delete from "Long; (t)" where n between 30000 and 40000 or n % 7 = 0;
create table child () inherits ("Long; (t)");
insert into child select -n, 'child' from generate_series(1, 1000) n;
create policy none on child using (false);
alter table child enable row level security;
create type colour as enum ('red', 'green', 'blue');
create table hashed (c colour, filler text) partition by hash (c);
create table hashed_0 partition of hashed for values with (modulus 2, remainder 0);
create table hashed_1 partition of hashed for values with (modulus 2, remainder 1);
insert into hashed select (enum_range(null::colour))[1 + n % 3], repeat(md5(n::text), 12)
  from generate_series(1, 120000) n;
create table toasted (n int, large text);
alter table toasted alter large set storage external;
insert into toasted select n, repeat(md5(n::text), 1000) from generate_series(1, 1200) n;
create table parent (id int primary key, filler text);
insert into parent select n, repeat(md5(n::text), 11) from generate_series(1, 90000) n;
create table referring (id int references parent, filler text); -- more than a piece, so it would go first
insert into referring select n, repeat('x', 170) from generate_series(1, 90000) n;
create sequence counter start 7;
select nextval('counter');
select lo_create(20000 + n) from generate_series(1, 5) n;
select lo_put(20001, 0, 'large');
do $$ begin for i in 1..40 loop execute format('create table small_%s as select %s as i', i, i); end loop; end $$;
"""


@pytest.fixture(scope="module")
def many(pg):
    name = pg.create_db("many", MANY)
    yield name
    pg.drop_db(name)


def sorted_dump(pg, db, folder, name):
    """Which of two partitions by an enum's hash holds a row is another matter in each database."""
    return harness.sort_rows(pg.dump(db, folder / name, "--exclude-table-data=hashed_*"), folder / f"{name}.sorted")


@pytest.mark.long
def test_several_write_what_one_writes(pg, dbbackup, many, tmp_path):
    one = dbbackup.backup(many, "one.sql", "-Z", "none", "-j", 1)
    four = dbbackup.backup(many, "four.sql", "-Z", "none", "-j", 4)
    dbbackup("verify", four).ok()
    chunks = {name: len(entry["chunks"]) for name, entry in entries(four, "TABLE DATA").items()}
    assert chunks == {name: len(entry["chunks"]) for name, entry in entries(one, "TABLE DATA").items()}
    for name in ("Long; (t)", "toasted", "parent"):
        assert chunks[name] > 1, chunks
    assert chunks["hashed_0"] + chunks["hashed_1"] > 2, chunks
    alone = pg.new_name("alone")
    dbbackup("restore", one, "--target", alone, "--create").ok()
    expected = sorted_dump(pg, alone, tmp_path, "alone")
    for copy in ways_back(pg, dbbackup, four):
        assert not harness.first_differences(expected, sorted_dump(pg, copy, tmp_path, "copy"))
        assert content(pg, copy, "hashed") == content(pg, many, "hashed")
        pg.drop_db(copy)
    for table in ('"Long; (t)"', "hashed", "toasted", "parent"):
        assert content(pg, alone, table) == content(pg, many, table)
    pg.drop_db(alone)


@pytest.mark.long
def test_data_alone_keeps_the_order_of_foreign_keys(pg, dbbackup, many):
    """Rows that are referred to stand in the file before those that refer to them, piece by piece."""
    copy = pg.create_db()
    with open(dbbackup.backup(many, "s.sql", "-Z", "none", "--schema-only"), "rb") as source:
        pg.load(copy, source)
    file = dbbackup.backup(many, "d.sql", "-Z", "none", "--data-only", "-j", 4)
    tables = entries(file, "TABLE DATA")
    assert len(tables["parent"]["chunks"]) > 1
    assert max(c[0] for c in tables["parent"]["chunks"]) < min(c[0] for c in tables["referring"]["chunks"])
    with open(file, "rb") as source:
        pg.load(copy, source)
    assert content(pg, copy, "referring") == content(pg, many, "referring")
    pg.drop_db(copy)


def test_all_workers_see_one_snapshot(pg, dbbackup):
    """What one transaction moves from row to row is never seen on the way."""
    db = pg.create_db(sql="""
        create table account (id int primary key, balance int not null, filler text) with (fillfactor = 50);
        insert into account select n, 1000, repeat('x', 300) from generate_series(1, 60000) n;
        create procedure move() language plpgsql as $$ declare a int; b int; begin loop
            a := 1 + random() * 59999;
            b := 1 + random() * 59999;
            update account set balance = balance - 10 where id = a;
            update account set balance = balance + 10 where id = b;
            insert into account values (100000 + nextval('fresh'), 5, ''), (100000 + nextval('fresh'), -5, '');
            commit;
        end loop; end $$;
        create sequence fresh;
    """)
    with subprocess.Popen([harness.PGBIN / "psql", "-qX", "-d", db, "-c", "call move()"], env=pg.env,
                          stderr=subprocess.DEVNULL) as mover:
        try:
            harness.wait_for(lambda: int(pg.psql("select last_value from fresh", db=db)) > 100, "moves")
            before = int(pg.psql("select last_value from fresh", db=db))
            file = dbbackup.backup(db, "b.sql", "-Z", "none", "-j", 4)
            assert int(pg.psql("select last_value from fresh", db=db)) > before, "nothing moved meanwhile"
        finally:
            pg.psql("select pg_terminate_backend(pid) from pg_stat_activity where query like 'call move%'")
            mover.wait()
    assert len(entries(file, "TABLE DATA")["account"]["chunks"]) > 1
    copy = pg.new_name("copy")
    dbbackup("restore", file, "--target", copy, "--create").ok()
    # Rows that moved to another page while the backup ran would be there twice, or not at all.
    assert pg.psql("select sum(balance), count(*) filter (where id <= 60000), sum(balance) filter (where id > 60000)"
                   " from account", db=copy) == "60000000|60000|0"
    for name in (db, copy):
        pg.drop_db(name)


def nothing_is_left(pg, dbbackup, db):
    harness.wait_for(lambda: not pg.sessions(db), "the end of all sessions")
    assert dbbackup.files() == []


def test_one_worker_is_killed(pg, dbbackup, many):
    run = dbbackup.start("backup", "single", many, "--output", "b.sql.gz", "-j", 4, "-Z", "gzip:9")
    with run.held(lambda: len(pg.copying(many)) > 1, "several COPYs at once"):
        pg.psql(f"select pg_terminate_backend({pg.copying(many)[-1]})")
    run.wait().failed(1, r"TABLE DATA public\.", "57P01|closed the connection")
    nothing_is_left(pg, dbbackup, many)


def test_interrupted(pg, dbbackup, many):
    run = dbbackup.start("backup", "single", many, "--output", "b.sql.gz", "-j", 4, "-Z", "gzip:9")
    with run.held(lambda: len(pg.copying(many)) > 1, "several COPYs at once"):
        run.signal(signal.SIGINT)
    run.wait().failed(130, "stopped on request", hint=False)
    nothing_is_left(pg, dbbackup, many)


def test_a_row_that_cannot_be_read(pg, dbbackup):
    """The error is the one that was first, and not that of a worker which was stopped because of it."""
    db = pg.create_db(sql=MANY + """
        create type broken as enum ('a', 'b');
        create table unreadable as select 'b'::broken as b, repeat('x', 1000) as filler from generate_series(1, 10000);
        delete from pg_enum where enumtypid = 'broken'::regtype and enumlabel = 'b';
    """)
    dbbackup("backup", "single", db, "--output", "b.sql.gz", "-j", 4) \
        .failed(1, r"TABLE DATA public\.unreadable: .*enum", hint=False)
    nothing_is_left(pg, dbbackup, db)
    pg.drop_db(db)


def test_sequences_can_be_altered_meanwhile(pg, dbbackup):
    """Whoever waited there would have nextval() wait behind him."""
    db = pg.create_db(sql="create sequence s; select nextval('s'); create table big as "
                          "select n, repeat(md5(n::text), 20) as t from generate_series(1, 100000) n")
    run = dbbackup.start("backup", "single", db, "-o", "s.sql.gz", "-j1")
    with run.held(lambda: pg.copying(db), "a COPY"):
        assert pg.psql("set lock_timeout = '5s'; alter sequence s restart 100; select nextval('s')", db=db) == "100"
    run.wait().ok()
    pg.drop_db(db)


def test_somebody_waits_for_an_exclusive_lock(pg, dbbackup):
    db = pg.create_db(sql="""
        create table a as select n, repeat(md5(n::text), 12) as filler from generate_series(1, 90000) n;
        create table z as select 1 as one;
    """)

    def psql(sql):
        return subprocess.Popen([harness.PGBIN / "psql", "-qX", "-d", db, "-c", sql], env=pg.env)

    def waits(table, mode):
        return pg.psql(f"select count(*) from pg_locks where relation = '{table}'::regclass and not granted"
                       f" and mode = '{mode}'", db=db) == "1"

    # The backup has a's lock and waits for z's when somebody else comes to wait for a.
    with psql("begin; lock table z; select pg_sleep(300)") as holder:
        harness.wait_for(lambda: pg.psql("select count(*) from pg_stat_activity where query like '%pg_sleep(300)%'"
                                         " and wait_event = 'PgSleep'", db=db) != "0", "the lock on z")
        run = dbbackup.start("backup", "single", db, "--output", "b.sql.gz", "-j", 4)
        harness.wait_for(lambda: waits("z", "AccessShareLock"), "the backup, for z")
        with psql("alter table a add column b int") as waiter:
            harness.wait_for(lambda: waits("a", "AccessExclusiveLock"), "somebody, for a")
            pg.psql("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'")
            run.wait().failed(1, r"TABLE DATA public\.a: .*exclusive lock on public\.a", "55P03", "hint: .*-j 1")
            assert waiter.wait() == 0
        holder.wait()
    nothing_is_left(pg, dbbackup, db)
    dbbackup.backup(db, "b.sql.gz", "-j", 1)
    pg.drop_db(db)


def test_no_more_connections(pg, dbbackup, many):
    pg.psql("create role dbb_lonely login connection limit 1 in role pg_read_all_data")
    target = ("backup", "single", many, "--output", "b.sql.gz", "-U", "dbb_lonely", "-T", "child")
    dbbackup(*target, "-j", 2).failed(1, "53300", "hint: .*-j")
    assert dbbackup.files() == []
    dbbackup(*target, "-j", 1).ok()
    pg.psql("drop role dbb_lonely")
