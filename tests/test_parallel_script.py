# SPDX-License-Identifier: Apache-2.0
"""Scripts on several connections: what comes of them is the same as on one, and so is what is said of a bad one."""
import gzip
import hashlib
import re
import signal
import subprocess

import pytest

import harness
from marks import long_but
from test_memory import NOISE_KB, peak_kb
from test_roundtrip import SOURCES, WIDE

ROWS = 160_000  # of 100 bytes: four pieces, or three
SMALL = 8_000  # more than is read at once, and less than a piece


def row(n, end="\n"):
    return f"{n}\t{hashlib.md5(str(n).encode()).hexdigest() * 2}\t{n * 7919 % 1000003:026}{end}"


def rows(count, start=0, end="\n"):
    return "".join(row(n, end) for n in range(start, start + count))


def block(table, count, start=0, columns="id, a, b", end="\n"):
    return f"COPY {table} ({columns}) FROM stdin;\n{rows(count, start, end)}\\.\n"


TABLE = "CREATE TABLE public.{0} (id int, a text, b text{1});\n"
# Independent of the order of the rows.
CHECKSUM = "select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) from {} t"


@pytest.fixture
def restore(pg, dbbackup, tmp_path):
    """restore(text or bytes, jobs) into a new database: its name, and how the run ended."""
    made = []

    def restore(script, jobs=4, *args, pipe=False, check=True):
        path = script
        if isinstance(script, (str, bytes)):
            path = tmp_path / f"script{len(made)}.sql"
            path.write_bytes(script.encode() if isinstance(script, str) else script)
        db = pg.new_name("parallel")
        made.append(db)
        arguments = ["--target", db, "--create", "--native-debug", *(["-j", jobs] if jobs else []), *args]
        if pipe:
            with open(path, "rb") as source, subprocess.Popen(["cat"], stdin=source, stdout=subprocess.PIPE) as cat:
                result = dbbackup("restore", "-", *arguments, stdin=cat.stdout)
        else:
            result = dbbackup("restore", path, *arguments)
        return db, result.ok() if check else result

    yield restore
    for db in made:
        pg.drop_db(db)


def pieces(result, table):
    """How many COPYs were sent for it."""
    return [job.label for job in harness.jobs(result.err)].count(f"TABLE DATA {table}")


def content(pg, db, *tables):
    return [pg.psql(CHECKSUM.format(table), db=db) for table in tables]


# ------------------------------------------------------------------------------------------------------- the same result

@pytest.fixture(scope="module", params=SOURCES)
def source(request, pg):
    db = pg.create_db(pg.new_name(request.param))
    if request.param == "wide":
        pg.psql(WIDE, db=db)
    else:
        pg.load(db, harness.DATA / f"{request.param}.sql")
    yield db
    pg.drop_db(db)


def same_by_pg_dump(pg, tmp_path, left, right):
    files = [harness.sort_rows(pg.dump(db, tmp_path / f"{db}.raw"), tmp_path / f"{db}.sorted") for db in (left, right)]
    assert not harness.first_differences(*files)


def test_as_with_one_connection(pg, source, restore, tmp_path):
    script = pg.dump(source, tmp_path / "plain.sql")
    one, _ = restore(script, 1)
    same_by_pg_dump(pg, tmp_path, one, restore(script, 4)[0])


@pytest.mark.long
def test_inserts(pg, shop, restore, tmp_path):
    script = pg.dump(shop, tmp_path / "inserts.sql", "--inserts")
    one, _ = restore(script, 1)
    same_by_pg_dump(pg, tmp_path, one, restore(script, 4)[0])


@pytest.mark.parametrize("how", ["gzip", "zstd"])
def test_own_file_through_a_pipe(pg, source, dbbackup, restore, tmp_path, how):
    file = dbbackup.backup(source, "own", "-Z", how)
    one, _ = restore(file, 1)
    same_by_pg_dump(pg, tmp_path, one, restore(file, pipe=True)[0])


SCRIPT = ("SET search_path = '';\n" + TABLE.format("big", "") + TABLE.format("other", "") +
          "ALTER TABLE public.other ALTER id SET NOT NULL;\n" +
          block("public.big", ROWS) + block("public.other", SMALL) + block("public.other", 0) + """
    ALTER TABLE ONLY public.big ADD CONSTRAINT big_pkey PRIMARY KEY (id);
    COMMENT ON CONSTRAINT big_pkey ON public.big IS 'said';
    CREATE INDEX big_a ON public.big USING btree (a);
    COMMENT ON INDEX public.big_a IS 'said, too';
    CREATE UNIQUE INDEX other_id ON public.other USING btree (id);
    ALTER TABLE ONLY public.other REPLICA IDENTITY USING INDEX other_id;
    ALTER TABLE ONLY public.other ADD CONSTRAINT other_fk FOREIGN KEY (id) REFERENCES public.big(id);
""")


@pytest.fixture(scope="module")
def expected(pg):
    db = pg.create_db(sql=SCRIPT)
    yield content(pg, db, "big", "other")
    pg.drop_db(db)


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd", "pipe"])
def test_large_table_in_pieces(pg, restore, expected, tmp_path, how):
    script = tmp_path / "big.sql"
    script.write_text(SCRIPT)
    if how in ("gzip", "zstd"):
        subprocess.run([how, "-q", "-1", "-k", script], check=True)
        script = next(tmp_path.glob("big.sql.*"))
    db, result = restore(script, 3, "-v", pipe=how == "pipe")
    assert pieces(result, "public.big") in (3, 4) and pieces(result, "public.other") == 2
    assert content(pg, db, "big", "other") == expected
    assert pg.psql("select count(*) from pg_constraint where conrelid in ('big'::regclass, 'other'::regclass)",
                   db=db) == "2"
    assert pg.psql("select obj_description('big_a'::regclass)", db=db) == "said, too"
    assert f"{ROWS + SMALL:,} rows" in result.err


def test_one_connection_is_one(restore):
    _, result = restore(SCRIPT, 1)
    assert pieces(result, "public.big") == 1


def test_single_transaction(pg, restore, expected):
    db, result = restore(SCRIPT, None, "--single-transaction")
    assert pieces(result, "public.big") == 1
    assert content(pg, db, "big", "other") == expected


# ---------------------------------------------------------------------------------------------- what only one may copy in

FUNCTION = "CREATE FUNCTION public.f(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'begin return n; end';\n"
ALONE = {
    "trigger": ("CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';\n"
                "CREATE TRIGGER note BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.note();\n"),
    "index": "CREATE INDEX t_a ON public.t (a);\n",
    "foreign key to itself": "ALTER TABLE public.t ADD PRIMARY KEY (id), ADD FOREIGN KEY (id) REFERENCES public.t;\n",
    "check": FUNCTION + "ALTER TABLE public.t ADD CHECK (public.f(id) >= 0);\n",
    "operator": (FUNCTION.replace("n int", "n int, m int") + "CREATE OPERATOR public.=== (FUNCTION = public.f, "
                 "LEFTARG = int, RIGHTARG = int);\nALTER TABLE public.t ADD CHECK (id OPERATOR(public.===) 1 >= 0);\n"),
    "generated": FUNCTION + "ALTER TABLE public.t ADD g int GENERATED ALWAYS AS (public.f(id)) STORED;\n",
    "domain": FUNCTION + ("CREATE DOMAIN public.d AS int CHECK (public.f(value) >= 0);\n"
                          "ALTER TABLE public.t ALTER id TYPE public.d;\n"),
    "array of a domain": FUNCTION + ("CREATE DOMAIN public.d AS text CHECK (public.f(length(value)) >= 0);\n"
                                     "ALTER TABLE public.t ALTER a TYPE public.d[] USING NULL;\n"),
    "default": "ALTER TABLE public.t ADD n serial;\n",
    "row security": "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;\n",
    "parameter": "SET my.own = '1';\n",
    "transaction": "BEGIN;\n",
    "partitioned": ("DROP TABLE public.t;\nCREATE TABLE public.t (id int, a text, b text) PARTITION BY RANGE (id);\n"
                    "CREATE TABLE public.t1 PARTITION OF public.t DEFAULT;\n"),
    "temporary": "CREATE TEMP TABLE t (id int, a text, b text);\n",
}


@pytest.mark.parametrize("why", long_but("transaction", ALONE))
def test_alone(pg, restore, why):
    """Another table's data is under way when it comes; and where it is fed from a sequence, rows keep their order."""
    table = "t" if why == "temporary" else "public.t"
    data = block(table, 90_000)
    if why == "array of a domain":
        data = re.sub(r"\t(\w+)\t", r"\t{\1}\t", data)
    script = (TABLE.format("first", "") + TABLE.format("t", "") + ALONE[why] + block("public.first", 90_000) + data +
              ("COMMIT;\n" if why == "transaction" else "") +
              f"CREATE TABLE public.kept AS SELECT * FROM {table};\n")
    db, result = restore(script)
    assert pieces(result, table) == 1
    if why not in ("transaction", "parameter"):
        assert pieces(result, "public.first") > 1
    assert content(pg, db, "kept") == content(pg, restore(script, 1)[0], "kept")
    assert pg.psql("select count(*) from kept", db=db) == "90000"


def test_rows_see_what_came_before(pg, restore):
    """A CHECK that looks into a table whose data comes first."""
    script = (TABLE.format("first", "") + TABLE.format("second", "") +
              "CREATE FUNCTION public.known(n int) RETURNS bool LANGUAGE sql AS "
              "'select max(id) >= n from public.first';\n"
              "ALTER TABLE public.second ADD CHECK (public.known(id));\n" +
              block("public.first", 90_000) + "COPY public.second FROM stdin;\n" + row(89_999) + "\\.\n")
    db, result = restore(script)
    assert pieces(result, "public.first") > 1
    assert content(pg, db, "second")[0].startswith("1|")


def test_statement_waits_for_the_data(pg, restore):
    script = (TABLE.format("t", "") + block("public.t", 90_000) + "CREATE TABLE public.n AS SELECT count(*) FROM t;\n" +
              "DELETE FROM public.t;\n" + block("public.t", 90_000) + "INSERT INTO public.n SELECT count(*) FROM t;\n" +
              "CREATE INDEX t_id ON public.t USING btree (id);\nALTER INDEX public.t_id RENAME TO renamed;\n")
    db, result = restore(script)
    assert pieces(result, "public.t") > 3
    assert pg.psql("select * from n", db=db) == "90000\n90000"


# -------------------------------------------------------------------------------------------------------- the session

def test_search_path_between_blocks(pg, restore):
    script = ("CREATE SCHEMA one;\nCREATE SCHEMA two;\nCREATE TABLE one.t (id int, a text, b text);\n"
              "CREATE TABLE two.t (id int, a text, b text);\nSET search_path = one;\n" + block("t", 90_000) +
              "SELECT pg_catalog.set_config('search_path', 'two', false);\n" + block("t", SMALL) +
              "RESET search_path;\n" + block("one.t", SMALL))
    db, result = restore(script)
    assert pieces(result, "t") > 2
    assert [pg.psql(f"select count(*) from {t}", db=db) for t in ("one.t", "two.t")] == [str(90_000 + SMALL), str(SMALL)]


def test_settings_of_the_session(pg, restore):
    """The order of day and month, the role that owns the rows' table, and an encoding by psql's command."""
    script = (TABLE.format("t", ", d date, by name default current_user") +
              "CREATE FUNCTION public.turn() RETURNS void LANGUAGE plpgsql AS "
              "$$begin set session datestyle = 'ISO, DMY'; end$$;\nSELECT public.turn();\n"
              "GRANT INSERT ON public.t TO dbb_reader;\nSET SESSION AUTHORIZATION dbb_reader;\n"
              "COPY public.t (id, d) FROM stdin;\n" + "1\t02/01/2020\n" * 40_000 + "\\.\n"
              "COPY public.t (id, a, b, d, by) FROM stdin;\n" + "2\ta\tb\t02/01/2020\tx\n" * 300_000 + "\\.\n"
              "RESET SESSION AUTHORIZATION;\n\\encoding LATIN1\n"
              "COPY public.t (id, a, b, d, by) FROM stdin;\n" + "3\t\u00c3\u00a4\tb\t02/01/2020\tx\n" * 300_000 + "\\.\n")
    db, result = restore(script.encode("latin1"))
    assert pieces(result, "public.t") > 4
    assert pg.psql("select id, count(*), min(d), max(d), min(a) from t group by id order by id", db=db).split("\n") == [
        "1|40000|2020-01-02|2020-01-02|", "2|300000|2020-01-02|2020-01-02|a", "3|300000|2020-01-02|2020-01-02|\u00c3\u00a4"]


def test_workers_lack_no_right(pg, restore):
    """Who may not write the table may not do so with several connections, either."""
    script = (TABLE.format("t", "") + "SET ROLE dbb_reader;\n" + block("public.t", 90_000))
    _, result = restore(script, check=False)
    result.failed(1, "permission denied for table t", r"script0.sql:3\b")


def test_connects_anew(pg, restore):
    """The new session has other settings, by what the script itself did."""
    db = pg.new_name("named")
    script = (TABLE.format("t", ", d date") + block("public.t", 90_000) +
              f"ALTER DATABASE {db} SET datestyle = 'ISO, DMY';\n" +
              "COPY public.t (id, a, b, d) FROM stdin;\n" + "1\ta\tb\t12/01/2020\n" * 300_000 + "\\.\n"
              f"\\connect {db}\n"
              "COPY public.t (id, a, b, d) FROM stdin;\n" + "2\ta\tb\t12/01/2020\n" * 300_000 + "\\.\n")
    got, result = restore(script)
    assert pieces(result, "public.t") > 4
    assert pg.psql("select id, d, count(*) from t where d is not null group by id, d order by id", db=got).split("\n") == [
        "1|2020-12-01|300000", "2|2020-01-12|300000"]


def test_other_defaults(pg, restore):
    """Workers that connect later than the leader have other defaults: they take over what he has."""
    script = (TABLE.format("t", ", d date") + "ALTER DATABASE named SET datestyle = 'ISO, DMY';\n" +
              "COPY public.t (id, a, b, d) FROM stdin;\n" + "1\ta\tb\t12/01/2020\n" * 300_000 + "\\.\n")
    db, result = restore(script)
    assert pieces(result, "public.t") > 1
    assert pg.psql("select distinct d from t", db=db) == "2020-12-01"


def test_other_defaults_that_a_user_may_not_change(pg, dbbackup, tmp_path):
    """Then the leader does the work alone."""
    pg.psql("drop role if exists dbb_modest; create role dbb_modest login")
    db = pg.create_db(owner="dbb_modest", sql="""
        create schema admin;
        grant usage on schema admin to dbb_modest;
        create function admin.be_precise() returns void security definer language plpgsql as $$ begin
            execute format('alter database %I set log_min_duration_statement = 123456', current_database());
        end $$;
    """)
    script = tmp_path / "script.sql"
    script.write_text(TABLE.format("t", "") + "SELECT admin.be_precise();\n" + block("public.t", ROWS))
    try:
        result = dbbackup("restore", script, "--target", db, "--confirm", "-j4", "--native-debug",
                          env={"PGUSER": "dbb_modest"}).ok()
        assert pieces(result, "public.t") == 1
        assert pg.psql("select count(*) from t", db=db) == str(ROWS)
    finally:
        pg.drop_db(db)
        pg.psql("drop role dbb_modest")


def test_lines_that_end_in_cr_lf(pg, restore):
    script = (TABLE.format("t", "") + block("public.t", ROWS, end="\r\n")).replace("\n\\.\n", "\n\\.\r\n")
    db, result = restore(script)
    assert pieces(result, "public.t") > 2
    assert content(pg, db, "t") == content(pg, restore(script, 1)[0], "t")
    assert pg.psql("select count(*) from t where b like '%' || chr(13)", db=db) == "0"


def test_newlines_in_rows(pg, restore):
    """A backslash and a newline are a newline within a field; a field may end in a backslash."""
    script = (TABLE.format("t", "") + "COPY public.t FROM stdin;\n" +
              "".join(f"{n}\tx\\\ny\tends in \\\\\n" for n in range(300_000)) + "\\.\n" + block("public.t", 90_000))
    db, result = restore(script)
    assert pieces(result, "public.t") > 2
    assert content(pg, db, "t") == content(pg, restore(script, 1)[0], "t")


# ------------------------------------------------------------------------------------------------------- definitions

def test_foreign_keys_in_circles(pg, restore):
    """Each locks two tables, in either order; none may wait for one that waits for it."""
    script = "".join(TABLE.format(t, "") + block(f"public.{t}", 500) for t in ("t0", "t1"))
    script += "".join(f"ALTER TABLE ONLY public.{t} ADD CONSTRAINT {t}_pkey PRIMARY KEY (id);\n" for t in ("t0", "t1"))
    script += "".join(f"ALTER TABLE ONLY public.t{n % 2} ADD CONSTRAINT f{n} FOREIGN KEY (id) REFERENCES "
                      f"public.t{1 - n % 2}(id);\n" for n in range(100))
    db, result = restore(script)
    assert "deadlock" not in result.err
    assert pg.psql("select count(*) from pg_constraint where contype = 'f'", db=db) == "100"


def test_partitions(pg, restore, tmp_path):
    db = pg.create_db(sql="""
        create table p (id int, t int, primary key (id, t)) partition by list (t);
        create table r (id int primary key);
        insert into r select generate_series(1, 1000);
        select format('create table p%s partition of p for values in (%s)', n, n) from generate_series(0, 19) n \\gexec
        insert into p select n, n % 20 from generate_series(1, 1000) n;
        create index on p (t); create index on p (id);
        alter table p add foreign key (id) references r;
        create table q (id int, t int, foreign key (id, t) references p);
    """)
    script = pg.dump(db, tmp_path / "partitions.sql")
    copy, result = restore(script)
    assert "deadlock" not in result.err
    same_by_pg_dump(pg, tmp_path, db, copy)
    pg.drop_db(db)


# ------------------------------------------------------------------------------------------------------------ failures

def said(result):
    return re.sub(r"(?m)^.*debug: .*\n|/\S*/", "", result.err)


def test_bad_row(pg, restore):
    """Names the table, the statement's line in the script and the row's in the block, as with one connection."""
    bad = ROWS // 2
    lines = SCRIPT.replace(row(bad), f"{bad}\tno number of columns\n")
    assert lines != SCRIPT
    db, result = restore(lines, check=False)
    result.failed(1, r"script0.sql:5: missing data for column", rf"COPY big, line {bad + 1}\b", "incomplete restore",
                  "SQLSTATE 22P04")
    assert not pg.busy(db) and "script0.sql" not in "".join(job.label for job in harness.jobs(result.err))
    _, one = restore(lines, 1, check=False)
    first = re.compile(r"error: .*?(?=\nThe database)", re.S)
    assert first.search(said(result)).group().replace("script0", "") == first.search(said(one)).group().replace(
        "script1", "")


def test_bad_index(pg, restore):
    script = SCRIPT.replace(row(7), row(8), 1)
    line = script[:script.index("ALTER TABLE ONLY public.big")].count("\n") + 1
    db, result = restore(script, check=False)
    result.failed(1, rf"script0.sql:{line}: could not create unique index", r"\(id\)=\(8\) is duplicated")
    assert not pg.busy(db)


def test_cut_within_the_data(pg, restore, tmp_path):
    whole = gzip.compress(SCRIPT.encode(), 1)
    file = tmp_path / "cut.sql.gz"
    file.write_bytes(whole[:len(whole) // 3])
    db, result = restore(file, pipe=True, check=False)
    result.failed(4, "cut|ends", "incomplete restore")
    assert not pg.busy(db)


def test_damaged_within_the_data(pg, restore, tmp_path):
    whole = bytearray(gzip.compress(SCRIPT.encode(), 1))
    whole[-8] ^= 1  # its checksum
    file = tmp_path / "damaged.sql.gz"
    file.write_bytes(whole)
    _, result = restore(file, pipe=True, check=False)
    result.failed(4, "check|altered|damage")


def test_ends_within_the_data(pg, restore):
    """What came of the last piece must not be taken for the whole."""
    script = TABLE.format("t", "") + block("public.t", ROWS)[:-3]
    db, result = restore(script, pipe=True, check=False)
    result.failed(4, "ends inside the data of the COPY")
    assert int(pg.psql("select count(*) from t", db=db)) < ROWS


def test_ends_within_a_transaction(restore):
    script = "BEGIN;\n" + TABLE.format("t", "") + block("public.t", 90_000)
    _, result = restore(script, check=False)
    result.failed(4, "ends within a transaction")


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"])
def test_interrupted(pg, dbbackup, number, status):
    """While all workers copy, the reader waiting for more."""
    db = pg.new_name("interrupted")
    running = dbbackup.start("restore", "-", "--target", db, "--create", "-j", 3, stdin=subprocess.PIPE)
    feed = running.process.stdin
    feed.write((TABLE.format("t", "") + block("public.t", ROWS * 2)[:-3]).encode())
    feed.flush()
    with running.held(lambda: pg.copying(db), "the restore loads a table"):
        running.signal(number)
    feed.close()
    running.process.stdin = None
    running.wait().failed(status, "interrupt|cancel|stopp", hint=False)
    harness.wait_for(lambda: not pg.busy(db), "no statement is left running", 5)
    pg.drop_db(db)


def test_worker_is_killed(pg, dbbackup):
    db = pg.new_name("killed")
    running = dbbackup.start("restore", "-", "--target", db, "--create", "-j", 3, stdin=subprocess.PIPE)
    feed = running.process.stdin
    feed.write((TABLE.format("t", "") + block("public.t", ROWS * 2)[:-3]).encode())
    feed.flush()
    with running.held(lambda: pg.copying(db), "the restore loads a table"):
        pg.psql(f"select pg_terminate_backend({pg.copying(db)[0]})")
    try:
        feed.write(b"\\.\n")
        feed.close()
    except BrokenPipeError:
        pass
    running.process.stdin = None
    running.wait().failed(1, "terminating connection|connection", hint=True)
    pg.drop_db(db)


def test_no_room_for_workers(pg, dbbackup, tmp_path):
    """A role that may have two connections: the leader and one worker."""
    pg.psql("create role dbb_narrow_script login createdb connection limit 2")
    script = tmp_path / "s.sql"
    script.write_text(SCRIPT)
    db = pg.new_name("narrow")
    result = dbbackup("restore", script, "--target", db, "--create", "-j", 4, "-U", "dbb_narrow_script").ok()
    assert re.search("5 connections were wanted.*only 2 could be made.*too many connections", result.err), result
    assert pg.psql("select count(*) from big", db=db) == str(ROWS)
    pg.drop_db(db)
    pg.psql("drop role dbb_narrow_script")


# -------------------------------------------------------------------------------------------------------------- memory

@pytest.mark.not_sanitized("a sanitizer's memory says nothing")
def test_memory(pg, dbbackup, tmp_path):
    peaks = []
    for count in (ROWS * 2, ROWS * 6):
        script = tmp_path / "s.sql"
        script.write_text(TABLE.format("t", "") + block("public.t", count))
        db = pg.new_name("memory")
        peaks.append(peak_kb(dbbackup, "restore", script, "--target", db, "--create", "-j", 2))
        pg.drop_db(db)
    print(f"peak kB: {peaks}")
    assert max(peaks) < 64 * 1024 and peaks[1] - peaks[0] < NOISE_KB, peaks
