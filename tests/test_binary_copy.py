# SPDX-License-Identifier: Apache-2.0
"""Rows that a restore sends in COPY's binary format: what the server has then is what text would have made."""
import hashlib
import re
import subprocess

import pytest

import harness

# Values of each type that can be converted, limits and all shapes among them; as many as there are.
VALUES = {
    "bool": ("true", "false"),
    "int2": ("'-32768'", "32767", "0", "-1"),
    "int4": ("'-2147483648'", "2147483647", "0", "-1", "n"),
    "int8": ("'-9223372036854775808'", "9223372036854775807", "0", "-1", "n * 12345678901"),
    "oid": ("0", "'4294967295'", "n"),
    "float4": ("'-0'", "'3.4028235e38'", "'1.17549435e-38'", "0.1", "n / 7.0", "'1e-5'", "16777216"),
    "float8": ("'-0'", "'1.7976931348623157e308'", "'2.2250738585072014e-308'", "0.1", "n / 7.0", "exp(n / 100.0)",
               "random()"),
    "numeric": ("0", "0.00", "'-0.000001'", "10000", "99999999.9999", "repeat('9', 1 + n % 900)::numeric",
                "('0.' || repeat('0', n % 90) || '12345')::numeric", "-n / 7.0", "1000000000000", "'12300000000.00'"),
    "numeric(12,3)": ("0", "999999999.999", "-n / 7.0"),
    "date": ("'0001-01-01'", "'9999-12-31'", "'2000-02-29'", "'1970-01-01'::date + n"),
    "time": ("'00:00'", "'23:59:59.999999'", "'12:34:56.7'"),
    "timestamp": ("'0001-01-01'", "'9999-12-31 23:59:59.999999'", "'2000-01-01'", "'1999-12-31 23:59:59.5'",
                  "'1900-01-01'::timestamp + n * '1 day 01:02:03.000457'::interval"),
    "timestamp(3)": ("'1999-12-31 23:59:59.999'", "'2020-01-01'::timestamp + n * '00:00:00.001'::interval"),
    "timestamptz": ("'0001-01-02 UTC'", "'9999-12-30 23:59:59.999999 UTC'", "'2000-01-01 UTC'",
                    "'1900-01-01'::timestamptz + n * '1 day 01:02:03.000457'::interval"),
    "uuid": ("md5(n::text)::uuid", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
    "bytea": ("''", r"'\x00'", "decode(md5(n::text), 'hex')", "convert_to(repeat('\\ ', n % 50), 'UTF8')"),
    "text": ("''", r"'\N'", r"E'\\.'", r"E'\b\f\n\r\t\v\\'", "'ä🎈'", "repeat(md5(n::text), n % 9)", "chr(1 + n % 126)"),
    "varchar(40)": ("''", "md5(n::text)", "repeat('ü', 40)"),
    "char(10)": ("''", "'ab'", "n::text", r"E'\n'"),
    "json": ("'{\"a\":  [1, null, \"\\u00e4\\n\"]}'", "'null'", "to_json(E'\\t\\\\' || n)"),
    "jsonb": ("'{\"a\": [1.50, null, \"\\u00e4\\n\"]}'", "'\"\"'", "to_jsonb(E'\\t\\\\' || n)", "jsonb_build_object(n, n / 3.0)"),
    "mood": ("'sad'", "'very \"happy\"'"),
}

# One of each that isn't converted, and so ends the binary COPY.
STUCK = {
    "numeric": "'NaN'",
    "float4": "'Infinity'",
    "float8": "'NaN'",
    "date": "'-infinity'",
    "time": "'24:00'",
    "timestamp": "'0044-03-15 BC'",
    "timestamptz": "'infinity'",
    "text": "repeat('long ', 300000)",
}


def choose(kind, values):
    """An expression that takes them in turn, and null now and then."""
    cases = " ".join(f"when {number} then ({value})::{kind}" for number, value in enumerate(values))
    return f"case n % {len(values) + 1} {cases} end"


def every_type(rows):
    columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(VALUES))
    values = ", ".join(choose(kind, values) for kind, values in VALUES.items())
    return ("create type mood as enum ('sad', 'very \"happy\"');"
            f"create table every (id int, {columns});"
            f"insert into every select n, {values} from generate_series(1, {rows}) n;")


@pytest.fixture
def target(pg):
    """An empty database whose statements the server logs."""
    name = pg.create_db(pg.new_name("target"))
    pg.psql(f"alter database {name} set log_statement = 'all'")
    yield name
    pg.drop_db(name)


@pytest.fixture
def copies(pg, target):
    """copies("table"): the ends of the COPYs into it that the server has seen: "", "FREEZE" …"""
    path = (pg.folder / "server").resolve() / "log"
    start = path.stat().st_size

    def copies(table):
        with open(path, "rb") as log:
            log.seek(start)
            text = log.read().decode(errors="replace")
        return re.findall(rf"statement: .*COPY public\.{table} \([^)]*\) FROM stdin(?: WITH \((.*)\)|;)$", text, re.M)
    return copies


def contents(pg, db, table, form, order="id"):
    """A digest of what COPY says of the rows."""
    sql = f"copy (select * from {table} order by {order}) to stdout with (format {form})"
    with subprocess.Popen([harness.PGBIN / "psql", "-qX", "-d", db, "-c", sql], env=pg.env, stdout=subprocess.PIPE) as run:
        digest = hashlib.md5()
        while block := run.stdout.read(1 << 20):
            digest.update(block)
    assert run.returncode == 0
    return digest.hexdigest()


def same_rows(pg, db, other, *tables):
    for table in tables:
        for form in ("text", "binary"):
            assert contents(pg, db, table, form) == contents(pg, other, table, form), (table, form)


@pytest.mark.parametrize("zone", ["UTC", "Africa/Monrovia", "Asia/Kolkata"])
def test_every_type(pg, dbbackup, target, copies, zone):
    db = pg.create_db(sql=every_type(20000))
    pg.psql(f"alter database {db} set timezone = '{zone}'")
    dbbackup("restore", dbbackup.backup(db), "--target", target, "-j1").ok()
    assert copies("every") == ["FORMAT binary, FREEZE"]
    same_rows(pg, db, target, "every")
    pg.drop_db(db)


def test_chunks_by_several_sessions(pg, dbbackup, target, copies):
    """What isn't alone in its table is not frozen."""
    db = pg.create_db(sql="""
        create table big (id int, at timestamptz, n numeric, t text);
        insert into big select n, case when n = 30000 then 'infinity' else now() + n * interval '1 second' end, n / 7.0,
               repeat(md5(n::text), 30) from generate_series(1, 60000) n;
    """)
    dbbackup("restore", dbbackup.backup(db), "--target", target, "-j2").ok()
    made = copies("big")
    assert len(made) > 3 and made.count("") == 1 and made.count("FORMAT binary") == len(made) - 1, made
    same_rows(pg, db, target, "big")
    pg.drop_db(db)


def test_where_text_is_for_the_server(pg, dbbackup, target, copies):
    """What it alone can read, and what it reads as fast."""
    plain = "id int, at timestamptz"
    tables = {
        "known": (plain, "n, now()"),
        "of_domain": (f"{plain}, x positive", "n, now(), n"),
        "of_array": (f"{plain}, x int[]", "n, now(), array[n, null]"),
        "of_composite": (f"{plain}, x pair", "n, now(), row(n, 'x')::pair"),
        "of_interval": (f"{plain}, x interval", "n, now(), '1 day'"),
        "of_own_type": (f"{plain}, x own", "n, now(), n::text::own"),
        "cheap": ("id int, t text, b bool", "n, n::text, true"),
    }
    db = pg.create_db(sql="""
        create domain positive as int check (value > 0);
        create type pair as (a int, b text);
        create type own;
        create function own_in(cstring) returns own language internal immutable strict as 'textin';
        create function own_out(own) returns cstring language internal immutable strict as 'textout';
        create function textrecv(internal) returns own language internal immutable strict as 'textrecv';
        create function own_send(own) returns bytea language internal immutable strict as 'textsend';
        create type own (input = own_in, output = own_out, receive = public.textrecv, send = own_send, like = text);
    """ + "".join(f"create table {name} ({columns}); insert into {name} select {values} from generate_series(1, 10000) n;"
                  for name, (columns, values) in tables.items()))
    dbbackup("restore", dbbackup.backup(db), "--target", target, "-j1").ok()
    assert {name: copies(name) for name in tables} == \
        {name: ["FORMAT binary, FREEZE" if name == "known" else "FREEZE"] for name in tables}
    same_rows(pg, db, target, *tables)
    pg.drop_db(db)


def test_columns_in_use(pg, dbbackup, target, copies):
    """Dropped columns and generated ones have no part in it."""
    db = pg.create_db(sql="""
        create table t (gone int, id int generated always as identity, "odd, ""name" numeric,
                        twice numeric generated always as ("odd, ""name" * 2) stored, gone_too text, at date);
        insert into t (gone, "odd, ""name", at) select n, n / 7.0, '2020-01-01' from generate_series(1, 60000) n;
        alter table t drop gone, drop gone_too;
    """)
    dbbackup("restore", dbbackup.backup(db), "--target", target, "-j1").ok()
    assert copies("t") == ["FORMAT binary, FREEZE"]
    same_rows(pg, db, target, "t")
    pg.drop_db(db)


def test_not_for_few_rows(pg, dbbackup, target, copies):
    db = pg.create_db(sql="create table t (id int, at date); insert into t select n, now() from generate_series(1, 1000) n")
    dbbackup("restore", dbbackup.backup(db), "--target", target, "-j2").ok()
    assert copies("t") == ["FREEZE"]
    pg.drop_db(db)


TABLE = "create table t (id int, at date); insert into t select n, '2020-01-01' from generate_series(1, 100000) n;"


def test_not_into_tables_of_others(pg, dbbackup, target, copies):
    """Who has made a table may be altering it."""
    db = pg.create_db(sql=TABLE)
    file = dbbackup.backup(db)
    pg.psql("create table t (id int, at date)", db=target)
    dbbackup("restore", file, "--target", target, "--data-only", "--confirm").ok()
    assert copies("t") == [""]
    same_rows(pg, db, target, "t")
    pg.drop_db(db)


def test_not_in_encodings_of_other_kinds(pg, dbbackup, target, copies):
    db = pg.create_db(sql=TABLE, encoding="'EUC_JP'", locale="'C'")
    dbbackup("restore", dbbackup.backup(db), "--target", target, "-j1").ok()
    assert copies("t") == ["FREEZE"]
    same_rows(pg, db, target, "t")
    pg.drop_db(db)


@pytest.mark.parametrize("kind", STUCK)
def test_rest_goes_as_text(pg, dbbackup, target, copies, kind):
    """From the first row on that can't be converted; in order, in one transaction."""
    db = pg.create_db(sql=f"""
        create table t (id int, x {kind}, y numeric, z text);
        insert into t select n, case when n in (31415, 50000) then {STUCK[kind]}::{kind} end, n / 7.0, repeat('z', 100)
          from generate_series(1, 60000) n;
    """)
    dbbackup("restore", dbbackup.backup(db), "--target", target, "-j1").ok()
    assert copies("t") == ["FORMAT binary, FREEZE", "FREEZE"]
    same_rows(pg, db, target, "t")
    assert pg.psql("select count(distinct xmin::text), array_agg(id order by ctid) = array_agg(id order by id) from t",
                   db=target) == "1|t"
    pg.drop_db(db)


def test_first_row_and_last_row_are_stuck(pg, dbbackup, target, copies):
    db = pg.create_db(sql="""
        create table first (id int, x date); create table last (id int, x date);
        insert into first select n, case when n = 1 then 'infinity' end::date from generate_series(1, 600000) n;
        insert into last select n, case when n = 600000 then 'infinity' end::date from generate_series(1, 600000) n;
    """)
    dbbackup("restore", dbbackup.backup(db), "--target", target, "-j2").ok()
    assert copies("first") == copies("last") == ["FORMAT binary, FREEZE", "FREEZE"]
    same_rows(pg, db, target, "first", "last")
    pg.drop_db(db)


def test_long_rows(pg, dbbackup, target, copies):
    """Rows of any length, those that don't fit into one read of the file among them."""
    db = pg.create_db(sql="""
        create table t (id int, x text, y numeric);
        insert into t select n, repeat(chr(97 + n % 26), (n * 7919) % 900000), n from generate_series(1, 100) n;
        insert into t select n, repeat(E'\\n', (n * 7919) % 3000), n from generate_series(101, 3000) n;
    """)
    dbbackup("restore", dbbackup.backup(db), "--target", target, "-j1").ok()
    assert set(copies("t")) == {"FORMAT binary, FREEZE"}
    same_rows(pg, db, target, "t")
    pg.drop_db(db)


BAD = """
    create table other (id int, at date);
    insert into other select n, '2020-01-01' from generate_series(1, 60000) n;
    create table t (id int check (id <> current_setting('test.bad_row', true)::int), at date);
    insert into t select n, case when n = 30000 then 'infinity' else '2020-01-01' end::date from generate_series(1, 60000) n;
"""


@pytest.mark.parametrize("row", [1, 20017, 29999, 30000, 30001, 40017, 60000])
def test_bad_row(pg, dbbackup, target, row):
    """Whether it goes as binary or as text: the server's message counts the rows of the table."""
    db = pg.create_db(sql=BAD)
    file = dbbackup.backup(db)
    pg.psql(f"alter database {target} set test.bad_row = '{row}'")
    dbbackup("restore", file, "--target", target, "-j1").failed(1, r"TABLE DATA public\.t: ", "23514",
                                                                rf"COPY t, line {row}\b")
    result = dbbackup("restore", file, "--target", target, "--clean", "-j1", "--continue-on-error")
    result.failed(1, "1 statement failed", rf"COPY t, line {row}\b")
    assert pg.psql("select (select count(*) from t), (select count(*) from other)", db=target) == "0|60000"
    pg.drop_db(db)


@pytest.mark.long
@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_and_resumed(pg, dbbackup, target, copies, jobs):
    db = pg.create_db(sql="".join(f"""
        create table t{table} (id int primary key, at timestamp, x numeric, t text);
        insert into t{table} select n, case when n = 30000 then 'infinity' else '2020-01-01' end::timestamp, n / 7.0,
               repeat(md5(n::text), 8) from generate_series(1, 60000) n;""" for table in range(3)))
    _, runs = harness.restore_despite_kills(dbbackup, dbbackup.backup(db), target, lambda run: jobs, first=0.1, longer=1.3)
    last = ", FREEZE" if jobs == 1 else ""
    assert runs > 2 and {f"FORMAT binary{last}", last[2:]} <= set(copies("t2"))
    same_rows(pg, db, target, "t0", "t1", "t2")
    pg.drop_db(db)


# --------------------------------------------------------------------------------------------------------------- scripts

def script_block(rows, start=1, end="\n", copy="COPY public.t (id, at, x) FROM stdin;"):
    """Rows of more than 60 bytes; every 100000 are two pieces or three."""
    lines = (f"{n}\t2020-01-01 00:00:{n % 60:02}+00\t{n * 12345678901}.{n % 1000:010}{'0' * 20}{end}"
             for n in range(start, start + rows))
    return f"{copy}{end}{''.join(lines)}\\.{end}"


DEFINITION = "CREATE TABLE public.t (id int, at timestamptz, x numeric);\n"


@pytest.fixture
def restore_script(dbbackup, target):
    def restore_script(text, *args, check=True):
        path = dbbackup.folder / "script.sql"
        path.write_bytes(text.encode())
        result = dbbackup("restore", path, "--target", target, *args)
        return result.ok() if check else result
    return restore_script


def test_script(pg, dbbackup, target, copies, restore_script):
    text = (DEFINITION + "CREATE TABLE public.u (id int, at text, x text);\n"
            "CREATE TABLE public.v (x numeric, at timestamptz, id int);\n"
            + script_block(50000) + script_block(50000, 50001).replace("2020-01-01 00:00:33+00", "infinity", 1)
            + script_block(50000, copy="COPY public.u (id, at, x) FROM stdin;")
            + script_block(50000, copy="COPY public.v (id, at, x) FROM stdin;"))
    restore_script(text, "-j2")
    made = copies("t")
    assert len(made) > 2 and made.count("") == 1 and made.count("FORMAT binary") == len(made) - 1, made
    assert set(copies("u")) == set(copies("v")) == {""}  # nothing dear; columns in another order
    one = pg.create_db()
    pg.load(one, dbbackup.folder / "script.sql")
    same_rows(pg, one, target, "t", "u", "v")
    pg.drop_db(one)


def test_script_that_alters_a_table(pg, target, copies, restore_script):
    """A column's type counts as it is when the rows come."""
    restore_script(DEFINITION + script_block(50000) +
                   "ALTER TABLE public.t ALTER x TYPE float8, ALTER id TYPE bigint;\n" + script_block(50000, 50001), "-j2")
    assert set(copies("t")) == {"FORMAT binary"}
    assert pg.psql("select count(*), sum(id), count(*) filter (where x = round(id * 12345678901.0 + id % 1000 * 1e-10, 10)"
                   "::float8) from t", db=target) == "100000|5000050000|100000"


def test_script_for_a_table_of_others(pg, target, copies, restore_script):
    pg.psql(DEFINITION, db=target)
    restore_script(script_block(50000), "-j2", "--confirm")
    assert set(copies("t")) == {""}


@pytest.mark.parametrize("row", [40017, 60001])
def test_bad_row_of_a_script(pg, target, restore_script, row):
    block = script_block(100000).replace("\n60000\t2020-01-01 00:00:00+00", "\n60000\tinfinity")
    pg.psql(f"alter database {target} set test.bad_row = '{row}'")
    text = DEFINITION.replace("id int", "id int check (id <> current_setting('test.bad_row', true)::int)") + block
    restore_script(text, "-j2", check=False).failed(1, r"script\.sql:2: .*23514", rf"COPY t, line {row}\b")
    assert int(pg.psql("select count(*) from t", db=target)) < 100000


def test_script_with_cr_lf(pg, target, copies, restore_script):
    restore_script(DEFINITION + script_block(50000, end="\r\n"), "-j2")
    assert pg.psql("select count(*), sum(id) from t", db=target) == "50000|1250025000"


@pytest.mark.parametrize("jobs", [1, 2])
def test_script_whose_lines_end_in_two_ways(pg, target, restore_script, jobs):
    """The server refuses it, and so it is when the rows take two COPYs."""
    block = script_block(50000)
    place = block.index("\n30000\t") + 1
    text = DEFINITION + block[:place] + block[place:].replace("\n", "\r\n")
    restore_script(text, f"-j{jobs}", check=False).failed(1, "carriage return", "22P04")
