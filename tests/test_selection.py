# SPDX-License-Identifier: Apache-2.0
"""What is taken: objects × runs, on backup and on restore; the same choice as pg_dump's and psql's."""
import json
import re
import shlex
import subprocess

import pytest

import harness

# Names of runs, and their options: of a backup, and of a restore from a whole backup.
RUNS = {
    "all": "",
    "schema_only": "-s",
    "data_only": "-a",
    "pre": "--section=pre-data",
    "data": "--section=data",
    "post": "--section=post-data",
    "n_sales": "-n sales",
    "n_s": "-n 's*' -N stock",
    "N_sales": "-N sales",
    "n_odd": "-n '\"Odd Schema\"'",
    "n_public": "-n public",
    "t_orders": "-t sales.orders",
    "t_stock": "-t 'stock.*'",
    "t_visible": "-t 'items*' -t 'log_????' -t 'tmp$'",
    "t_odd": "-t '*.\"Odd Table\"'",
    "t_sequence": "-t stock.tickets -t sales.customers_id_seq",
    "t_family": "--table-and-children sales.items",
    "T_orders": "-T sales.orders",
    "T_family": "-T 'stock.t*' --exclude-table-and-children sales.items",
    "no_rows": "--exclude-table-data 'sales.*' --exclude-table-data log_2023 --exclude-table-data stock.tickets",
    "no_rows_family": "--exclude-table-data-and-children sales.items -n sales",
    "extension": "--extension hstore -t public.items",
    "no_extension": "--exclude-extension '*'",
    "schema_of_sales": "-s -n sales",
    "rows_of_sales": "-a -n sales",
    "large_objects": "-n empty_one -b",
    "no_large_objects": "-B",
    "no_owner": "-O",
    "no_privileges": "-x",
    "no_comments": "--no-comments",
    "no_tablespaces": "--no-tablespaces",
    "no_replication": "--no-publications --no-subscriptions",
}
# Runs that pg_dump 15 doesn't know, or whose large objects it puts elsewhere than its successors do.
NOT_PG_DUMP_15 = {"t_family", "T_family", "no_rows_family", "extension", "no_extension", "pre", "data"}
QUIET = "--no-subscriptions"  # a subscription would look for its publisher


def read_table():
    """Object → the runs in which it must stand."""
    table, runs, begun = {}, set(), False
    for line in (harness.DATA / "selection.objects").read_text().split("\n"):
        if line[:1] in "+-" and line:
            if not begun:
                runs = set(RUNS) if line[0] == "-" else set()
            (runs.difference_update if line[0] == "-" else runs.update)(line[1:].split())
            begun = True
        elif line.startswith("  "):
            begun = False
            table[line[2:]] = set(runs)
    return table


TABLE = read_table()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Of its own, for it gets a tablespace."""
    made = harness.Server(tmp_path_factory.mktemp("postgres"))
    made.psql("set allow_in_place_tablespaces = on; create tablespace dbb_space location ''")
    made.psql("create role plain login")
    yield made
    made.stop()


@pytest.fixture
def program(server, tmp_path):
    return harness.Program(server, tmp_path)


@pytest.fixture(scope="module")
def source(server):
    """Read only."""
    name = server.create_db("source")
    server.load(name, harness.DATA / "selection.sql")
    return name


@pytest.fixture(scope="module")
def whole(server, source, tmp_path_factory):
    """A backup of all of it."""
    return harness.Program(server, tmp_path_factory.mktemp("whole")).backup(source)


HEADING = re.compile(r"^-- (?:Data for )?Name: (.*); Type: (.*?); Schema: (.*?); Owner: .*$", re.M)


def label(kind, schema, name):
    return ("DATABASE PROPERTIES" if kind == "DATABASE PROPERTIES" else
            f"{kind} {schema + '.' if schema not in ('', '-') else ''}{name}")


def script_objects(program, db, options):
    """What a backup with these options holds, by its headings, and by its index."""
    script = program("backup", "single", db, "-o", "-", "-Z", "none", *shlex.split(options)).ok().out
    headings = {label(kind, schema, name) for name, kind, schema in HEADING.findall(script)}
    indexed, parts = set(), set()
    for line in script.split("\n"):
        if line.startswith('-- {"id"'):
            entry = json.loads(line[3:])
            name = label(entry["kind"], entry.get("schema", ""), entry["name"])
            indexed.add(name)
            parts |= {f"{kind} of {name}" for kind, size in entry.get("parts", []) if kind != "definition"}
    assert headings == indexed
    return headings | parts


def planned_objects(program, file, options):
    """What a restore of the file with these options would take."""
    said = program("restore", file, "--target", "nowhere", "--create", "--dry-run", "-v", *shlex.split(options)).ok().err
    found = set()
    for name, parts in re.findall(r"^dbbackup: would restore (.*?)(?: with ([a-z, ]+))?$", said, re.M):
        name = "DATABASE PROPERTIES" if name.startswith("DATABASE PROPERTIES ") else name
        found |= {name} | {f"{part} of {name}" for part in parts.split(", ") if part}
    return found


def assert_as_table(found, run):
    expected = {name for name, runs in TABLE.items() if run in runs}
    assert not found - set(TABLE), "not in the table"
    assert not expected - found, "missing"
    assert not found - expected, "must not be there"


def test_table_is_sound():
    assert len(TABLE) >= 150
    for name, runs in TABLE.items():
        assert runs <= set(RUNS), name
        assert runs, name


@pytest.mark.parametrize("run", RUNS)
def test_backup_takes(run, program, source):
    assert_as_table(script_objects(program, source, RUNS[run]), run)


@pytest.mark.parametrize("run", RUNS)
def test_restore_takes(run, program, whole):
    assert_as_table(planned_objects(program, whole, RUNS[run]), run)


# --- pg_dump and psql ------------------------------------------------------------------------------------------------

def comparable(found):
    """What can be held against pg_dump's headings: it writes comments apart, defaults and identity sequences together
    with or apart from their table."""
    drop = ("COMMENT ", "SETTINGS", "DATABASE PROPERTIES", "SCHEMA public", "ACL LARGE OBJECT", "SECURITY LABEL ",
            "SEQUENCE sales.orders_id_seq", "DEFAULT sales.orders ")
    made = set()
    for name in found:
        if name.startswith(drop) or " of " in name:
            continue
        if name.startswith("ACL "):
            name = name.replace('"', "")
        name = re.sub(r"^RULE (.*) _RETURN$", r"VIEW \1", name)
        name = re.sub(r"^BLOB \d+$", "BLOB METADATA BLOB METADATA", name)
        name = re.sub(r"^(OPERATOR .*)\(.*\)$", r"\1", name)
        made.add(name)
    return made


MORE_PG_DUMP_RUNS = [
    "-n sales -n stock", "-n nothing -n stock", "-N 's*' -N public", "-t '\"Odd Schema\".*'", "-t SALES.Orders",
    "-t 'log_(2023|2024)'", "-t 'log_[0-9]*'", "-t sales.open_orders", "-t sales.totals", "-t stock.elsewhere",
    "-t stock.tools", "-t sales.orders_id_seq", "-t sales.orders -n stock -N sales", "-t 'sales.*' -T sales.orders",
    "-T stock.things -T stock.box_numbers", "-t stock.things -T stock.box_numbers", "-n sales -T sales.orders",
    "-t stock.things --exclude-table-data=stock.things", "--exclude-table-data='*.*'", "-s -t sales.orders",
    "-n sales --section=post-data", "-n sales -b -x", "-a -b -t sales.orders", "-T 'sales.*'", "-n stock -x -O",
    "-n empty_one", "-s -b",
]


@pytest.mark.parametrize("options", [*(RUNS[run] for run in RUNS if run not in NOT_PG_DUMP_15), *MORE_PG_DUMP_RUNS])
def test_pg_dump_takes_the_same(options, server, program, source, tmp_path):
    theirs = server.dump(source, tmp_path / "theirs.sql", *shlex.split(options)).read_text()
    expected = comparable({label(kind, schema, name) for name, kind, schema in HEADING.findall(theirs)})
    assert comparable(script_objects(program, source, options)) == expected


PATTERNS = ["items*", "ITEMS", '"Odd Table"', '*."Odd Table"', "sales.*", "s*.*", "stock.t*", "stock.?h?n?s", "tmp$",
            "log_[0-9]+", "log_(2023|2024)", "log_*|tmp$", "*.items|things", '"log_*"', "sales.order[s-z]", '"Odd Schema".*',
            '"odd schema".*', "*.elsewhere", "sales.orders_id_seq", "*.[^a-m]*s", "no_rows"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_are_those_of_psql(pattern, server, program, source):
    listed = server.tool("psql", "-XAtc", f"\\dtvmsE {pattern}", source, stdout=-1).stdout.decode()
    expected = {tuple(line.split("|")[:2]) for line in listed.split("\n") if line.count("|") >= 3}
    expected = {name for name in expected if not name[0].startswith(("pg_", "information_schema"))}
    expected -= {("sales", "orders_id_seq")} if pattern != "sales.orders_id_seq" else set(expected)
    result = program("backup", "single", source, "--dry-run", "-v", "-s", "-t", pattern)
    if not expected:
        if pattern != "sales.orders_id_seq":
            result.failed(2, "no table matches")
        return
    kinds = r"(?:TABLE|VIEW|MATERIALIZED VIEW|FOREIGN TABLE|SEQUENCE)"
    found = {tuple(name.split(".", 1)) for name in re.findall(rf"would back up {kinds} ([^ ].*)$", result.ok().err, re.M)
             if not name.startswith(("DATA ", "ATTACH ", "OWNED BY ", "SET "))}
    owned = {("sales", "customers_id_seq"), ("stock", "box_numbers")}  # go with their tables
    assert found - owned == expected - owned


def test_what_matches_nothing(program, source, whole):
    for command in (["backup", "single", source, "-o", "x.sql.gz"], ["restore", whole, "--target", "nowhere", "--create"]):
        program(*command, "-t", "nothing").failed(2, 'no table matches "nothing"')
        program(*command, "-t", "orders").failed(2, 'no table matches "orders"')  # not in the search path
        program(*command, "-n", "Odd Schema").failed(2, "no schema matches")
        program(*command, "-t", "items", "-t", "nothing", "--strict-names").failed(2, 'no table matches "nothing"')
        program(*command, "-t", "mall.sales.orders").failed(2, "another database")
        program(*command, "-t", "(").failed(2, "not a pattern", hint=False)
    assert program.files() == []


def test_filter_file(program, source, tmp_path):
    rules = tmp_path / "rules"
    rules.write_text('# what is wanted\ninclude schema sales\nexclude table sales.orders # not these\n'
                     'exclude table_data sales."customers"\n')
    by_options = script_objects(program, source, "-n sales -T sales.orders --exclude-table-data sales.customers")
    assert script_objects(program, source, f"--filter {rules}") == by_options
    rules.write_text("include tabel x\n")
    program("backup", "single", source, "--filter", rules).failed(2, "rules, line 1", "tabel")


# --- Backups of a part ------------------------------------------------------------------------------------------------

def test_index_tells_what_was_chosen(program, source):
    part = program.backup(source, "part.sql.gz", "-t", "sales.orders", "-O")
    index = program("backup", "single", source, "-o", "-", "-Z", "none", "-t", "sales.orders", "-O").ok().out
    facts = json.loads(next(line for line in index.split("\n") if line.startswith('-- {"dbms"'))[3:])
    assert json.loads(facts["selection"]) == {"table": ["sales.orders"], "no_owner": True}
    program("verify", part).ok()
    assert json.loads((part.parent / (part.name + ".json")).read_text())["options"] == json.loads(facts["selection"])
    assert re.search(r'Only.*"table":\["sales.orders"\]', program("info", part).ok().out)
    assert json.loads(json.loads(program("info", part, "--json").ok().out)["selection"])["no_owner"] is True


def test_left_out_is_neither_locked_nor_read(server, program, tmp_path):
    db = server.create_db(sql="""
        create role modest login; create role other;
        create schema mine authorization modest; create schema theirs authorization other;
        create table mine.t (id serial primary key); alter table mine.t owner to modest;
        create table theirs.t (id serial primary key, a int default 1 check (a > 0), b int);
        create view theirs.v as select * from theirs.t;
        create index on theirs.t ((a + 1)) where b > 1;
        create rule r as on delete to theirs.t where old.a > 1 do instead nothing;
        alter table theirs.t owner to other; alter view theirs.v owner to other;
        create table theirs.rows (a int); alter table theirs.rows owner to other;
        grant usage on schema theirs to modest; grant select on theirs.rows to modest;
        insert into mine.t values (1);""")
    server.psql(f"grant connect on database {db} to modest")
    program("backup", "single", db, "-U", "modest", "-o", "x.sql").failed(1, "may not read", r"theirs\.t")
    holder = subprocess.Popen([harness.PGBIN / "psql", "-qXAt", "-d", db], env=server.env, text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        holder.stdin.write("begin; lock table theirs.t in access exclusive mode; select 'locked';\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == "locked\n"
        for options in (["-n", "mine"], ["-t", "mine.t"], ["-N", "theirs"], ["-T", "theirs.*"]):
            program("backup", "single", db, "-U", "modest", "-o", "x.sql.gz", *options).ok()
    finally:
        holder.communicate("rollback;\n", timeout=harness.TIMEOUT)
    program("backup", "single", db, "-U", "modest", "-o", "x.sql", "-n", "theirs").failed(1, "may not read")
    # rows that aren't read need no right to be, and a definition isn't hidden by policies
    server.psql("alter table theirs.rows enable row level security", db=db)
    program("backup", "single", db, "-U", "modest", "-o", "x.sql", "-t", "theirs.rows").failed(1, "row-level security")
    program("backup", "single", db, "-U", "modest", "-o", "x.sql", "-t", "theirs.rows", "-s").ok()
    program("backup", "single", db, "-U", "modest", "-o", "x.sql", "-t", "theirs.rows", "--exclude-table-data",
            "theirs.rows").ok()


def assert_same(server, one, other, tmp_path, *options):
    expected = server.dump(one, tmp_path / "expected.sql", *options)
    assert not harness.first_differences(expected, server.dump(other, tmp_path / "got.sql", *options))


@pytest.mark.parametrize("compress", ["gzip", "zstd", "none"])
def test_sections_one_after_another(compress, server, program, source, tmp_path):
    file = program.backup(source, "all.sql", "-Z", compress, QUIET)
    by_restore, by_backup, by_psql = (server.create_db() for _ in range(3))
    for section in ("pre-data", "data", "post-data"):
        program("restore", file, "--target", by_restore, "--section", section).ok()
        part = program.backup(source, f"{section}.sql", "-Z", "none", QUIET, "--section", section)
        program("restore", part, "--target", by_backup).ok()
        server.load(by_psql, part)
    for copy in (by_restore, by_backup, by_psql):
        assert_same(server, source, copy, tmp_path, QUIET)


def test_pre_data_wants_an_empty_database(program, server, whole):
    db = server.create_db(sql="create table there (a int)")
    program("restore", whole, "--target", db, "--section", "pre-data").failed(2, "not empty")
    program("restore", whole, "--target", db, "-t", "sales.orders").failed(2, "not empty")


# --- Restores of a part -----------------------------------------------------------------------------------------------

def test_one_table_of_a_large_file(server, program):
    """All that isn't needed may be damaged: it isn't even read."""
    db = server.create_db(sql="""
        create table small (a int primary key, b text);
        insert into small select n, 'text ' || n from generate_series(1, 100) n;
        create table large (a int, b text);
        insert into large select n, md5(n::text) || md5((-n)::text) from generate_series(1, 60000) n;""")
    file = program.backup(db)
    info = json.loads(program("info", file, "--json").ok().out)
    sizes = {table["name"]: table["size"] for table in info["tables"]}
    assert sizes["small"] * 100 < sizes["large"]
    data = bytearray(file.read_bytes())
    starts = harness.gzip_members(bytes(data))
    spans = [(start, end) for start, end in zip(starts, starts[1:] + [len(data)])]
    start = next(start for start, end in spans if b"large" in zlib_text(data[start:end])[:200] and end - start > 100000)
    last = max(end for begin, end in spans if end - begin > 100000)
    data[start:last] = b"X" * (last - start)
    file.write_bytes(data)
    target = server.create_db()
    program("restore", file, "--target", target).failed(4)
    program("restore", file, "--target", target, "-t", "small").ok()
    assert server.psql("select count(*), max(b) from small", db=target) == "100|text 99"
    assert server.psql("select to_regclass('large')", db=target) == ""
    program("restore", file, "--target", target, "-t", "large", "--confirm").failed(4)
    assert server.psql("select to_regclass('large')", db=target) == ""


def zlib_text(member):
    import zlib
    return zlib.decompressobj(31).decompress(bytes(member))


def test_damage_in_what_is_needed(server, program, whole, tmp_path):
    file = tmp_path / "damaged.sql.gz"
    data = bytearray(whole.read_bytes())
    starts = harness.gzip_members(bytes(data))
    at = next(start for start in starts if b"TABLE DATA; Schema: sales" in zlib_text(data[start:start + 4096])[:300])
    data[at + 60] ^= 1
    file.write_bytes(data)
    target = server.create_db()
    program("restore", file, "--target", target, "-n", "sales", QUIET).failed(4)
    assert server.psql("select count(*) from pg_class where relnamespace = 'public'::regnamespace", db=target) == "0"


@pytest.mark.parametrize("option, dump_options, absent", [
    ("--no-comments", ["--no-comments"], "select count(*) from pg_description where classoid <> 'pg_extension'::regclass"
                                         " and objoid >= 16384"),
    ("-O", ["-O"], "select count(*) from pg_class where relowner <> 10"),
    ("-x", ["-x"], "select count(*) from pg_class where relacl is not null and oid >= 16384"),
    ("--no-tablespaces", ["--no-tablespaces"], "select count(*) from pg_class where reltablespace <> 0 and oid >= 16384"),
    ("--no-publications", ["--no-publications"], "select count(*) from pg_publication"),
], ids=["comments", "owners", "privileges", "tablespaces", "publications"])
def test_left_out_statement_by_statement(option, dump_options, absent, server, program, source, whole, tmp_path):
    by_restore, by_backup = server.create_db(), server.create_db()
    program("restore", whole, "--target", by_restore, option, QUIET).ok()
    program("restore", program.backup(source, "part.sql.gz", option, QUIET), "--target", by_backup).ok()
    for copy in (by_restore, by_backup):
        assert_same(server, source, copy, tmp_path, QUIET, *dump_options)
        assert server.psql(absent, db=copy) == "0"


def test_roles_that_are_not_there(server, program, source):
    server.psql("create role passing")
    db = server.create_db(sql="create table t (a int); alter table t owner to passing; grant select on t to passing")
    file = program.backup(db)
    server.drop_db(db)
    server.psql("drop role passing")
    target = server.create_db()
    program("restore", file, "--target", target).failed(1, "passing")
    program("restore", file, "--target", target, "-O", "-x").ok()
    assert server.psql("select to_regclass('t')", db=target) == "t"


def test_choice_wants_an_index(server, program, source, tmp_path):
    script = server.dump(source, tmp_path / "theirs.sql", "-t", "sales.orders")
    program("restore", script, "--target", "nowhere", "--create", "-O").failed(2, "index")
    with open(script, "rb") as pipe:
        program("restore", "-", "--target", "nowhere", "--create", "-t", "x", stdin=pipe).failed(2, "index")


# --- Managed servers --------------------------------------------------------------------------------------------------

def test_managed_server(server, program, tmp_path):
    source = server.create_db(sql="""
        create extension hstore; create extension pg_trgm; comment on extension hstore is 'our own words';
        alter schema public owner to dbb_owner; comment on schema public is 'changed';
        create schema app authorization dbb_owner;
        create table app.t (id serial primary key, h hstore); alter table app.t owner to dbb_owner;
        create index on app.t using gin ((h::text) gin_trgm_ops);
        grant select on app.t to dbb_reader; insert into app.t (h) values ('a=>1');
        create view app.v as select * from app.t;
        create function app.f() returns int language plpgsql as 'begin return 1; end';
        comment on table app.t is 'x';
        alter default privileges in schema app grant select on tables to dbb_reader;
        select lo_from_bytea(55, 'abc'); comment on large object 55 is 'lo'; grant select on large object 55 to dbb_reader;
        do $$ begin
            execute format('alter role dbb_owner in database %I set work_mem = ''6MB''', current_database());
            execute format('alter database %I set work_mem = ''6MB''', current_database());
        end $$""")
    file = program.backup(source)
    target = server.create_db(owner="plain", sql="create extension hstore; create extension pg_trgm")
    said = program("restore", file, "--target", target, "-O", "-x", "-U", "plain").ok().err
    assert re.search("warning: EXTENSION hstore is there already", said) and "pg_trgm" not in said
    assert server.psql("select h -> 'a' from app.t", db=target) == "1"
    assert server.psql("select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'app'::regnamespace",
                       db=target) == "plain"
    assert server.psql("select lo_get(55)", db=target) == "\\x616263"
    assert server.psql("select count(*) from pg_class where relacl is not null and relnamespace = 'app'::regnamespace",
                       db=target) == "0"


# --- Data alone -------------------------------------------------------------------------------------------------------

CHAIN = """create table c_last (id int primary key);
           create table b_middle (id int primary key, c int references c_last, own int references b_middle);
           create table a_first (id int primary key, b int references b_middle, at int)
               partition by range (id);
           create table a_part partition of a_first for values from (0) to (100);
           create sequence numbers;"""


def test_data_follows_foreign_keys(server, program):
    source = server.create_db(sql=CHAIN + """insert into c_last values (1); insert into b_middle values (1, 1, 1);
                                             insert into a_first values (1, 1); select setval('numbers', 42)""")
    data, everything = program.backup(source, "data.sql.gz", "-a"), program.backup(source, "all.sql.gz")
    for file, options in ((data, []), (everything, ["-a"])):
        target = server.create_db(sql=CHAIN)
        assert program("restore", file, "--target", target, *options).ok().err == ""
        assert server.psql("select (select count(*) from a_part), (select last_value from numbers)", db=target) == "1|42"
    target = server.create_db(sql=CHAIN)
    server.load(target, harness.gunzip(data, program.folder / "data.sql"))
    assert server.psql("select count(*) from a_part", db=target) == "1"


CIRCLE = """create table a (id int primary key, b int); create table b (id int primary key, a int references a);
            alter table a add constraint a_b foreign key (b) references b"""


def test_foreign_keys_in_a_circle(server, program):
    source = server.create_db(sql=CIRCLE + "; insert into a values (1, null); insert into b values (1, 1); "
                                           "update a set b = 1")
    whole = program.backup(source, "all.sql.gz")
    said = program("backup", "single", source, "-o", "data.sql.gz", "-a").ok().err
    assert re.search(r"circle.*--disable-triggers.*DEFERRABLE", said)
    target = server.create_db(sql=CIRCLE)
    program("restore", whole, "--target", target, "-a").failed(1, "circle", "foreign key")
    said = program("restore", whole, "--target", target, "-a", "--disable-triggers").ok().err
    assert "circle" not in said and "holds an unfinished restore: after this one" in said
    assert server.psql("select a.b, b.a from a, b", db=target) == "1|1"
    assert server.psql("select to_regnamespace('dbbackup_restore')", db=target) == ""
    said = program("backup", "single", source, "-o", "free.sql.gz", "-a", "--disable-triggers").ok().err
    assert said == ""
    target = server.create_db(sql=CIRCLE)
    server.load(target, harness.gunzip(program.folder / "free.sql.gz", program.folder / "free.sql"))
    assert server.psql("select a.b, b.a from a, b", db=target) == "1|1"


# --- DROP and CREATE DATABASE in the script ---------------------------------------------------------------------------

def test_clean_script(server, program, source, tmp_path):
    strict = program.backup(source, "strict.sql", "-Z", "none", "-c", QUIET)
    lenient = program.backup(source, "lenient.sql", "-Z", "none", "-c", "--if-exists", QUIET)
    copy = server.create_db()
    for file in (lenient, strict, lenient):  # into an empty one, then over what is there
        server.load(copy, file)
        assert_same(server, source, copy, tmp_path, QUIET)
    for file in (strict, lenient):
        new = server.new_name()
        program("restore", file, "--target", new, "--create").ok()
        assert_same(server, source, new, tmp_path, QUIET)
    assert server.psql("select count(*) from pg_largeobject_metadata", db=copy) == "1"


def test_clean_by_the_index_drops_what_is_chosen(server, program, whole):
    copy = server.create_db()
    program("restore", whole, "--target", copy, QUIET).ok()
    server.psql("create table public.kept (a int); truncate public.log_2023, public.log_2024", db=copy)
    program("restore", whole, "--target", copy, "--clean", "-t", "log_2023").ok()
    assert server.psql("select (select count(*) from log_2023), (select count(*) from log_2024)", db=copy) == "1|0"
    assert server.psql("select to_regclass('kept')", db=copy) == "kept"


def test_create_script_of_a_name_of_two_lines(server, program):
    """psql's \\connect is one line. Without --create nothing needs one."""
    name = server.create_db("two\nlines", "create table t (n int)")
    program("backup", "single", name, "-o", "b.sql", "--create", "--native").failed(1, "holds a newline", "leave out --create")
    assert program.files() == []
    program("backup", "single", name, "-o", "b.sql").ok()
    server.drop_db(name)


@pytest.mark.parametrize("name", ["made_anew", 'Odd "name" \' of it'])
def test_create_script(name, server, program, tmp_path):
    server.create_db(name, "create table t (a int); insert into t values (1);"
                           "do $$ begin execute format('alter database %I set work_mem = ''5MB''', current_database());"
                           " end $$")
    server.psql(f"alter database {harness.quote_ident(name)} connection limit 7")
    expected = server.dump(name, tmp_path / "expected.sql", "-C")
    file = program.backup(harness.conninfo(name) if "=" in name else name, "create.sql", "-Z", "none", "-C", "-c",
                          "--if-exists")
    server.load("postgres", file)
    got = server.dump(name, tmp_path / "got.sql", "-C")
    # The limit is set when a restore by dbbackup ends; a script would stand in its own way with 0.
    expected.write_text(re.sub(r"^ALTER DATABASE .* CONNECTION LIMIT = 7;\n", "", expected.read_text(), flags=re.M))
    assert harness.first_differences(expected, got) == ""
    other = server.new_name()
    program("restore", file, "--target", other, "--create").ok()
    assert server.psql("select a from t", db=other) == "1"
    program("restore", file, "--target", server.create_db()).ok()
    server.drop_db(name)
    server.drop_db(other)
