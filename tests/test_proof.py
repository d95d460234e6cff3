# SPDX-License-Identifier: Apache-2.0
"""verify --restore: what comes back is compared with the file, and what differs is found and named. That nothing
differs where all is well, test_roundtrip.py shows of the databases that hold the most."""
import ctypes
import json
import re
import resource
import signal

import pytest

import harness

# While it is restored into a scratch database, and there alone, this one spoils what came in.
SPOILT = """
    create table one (id int primary key, v text);
    create table two (id int primary key);
    create table three (id int);
    create table "four ü" (id int);
    insert into one select n, 'value ' || n from generate_series(1, 1000) n;
    insert into two select generate_series(1, 10);
    insert into three select 1 from generate_series(1, 4);
    create index one_v on one (v);
    create view seen as select id from one;
    create sequence counter;
    create function spoil() returns int language plpgsql as $$
    begin
        if current_database() like 'dbbackup\\_verify\\_%' then
            update public.one set v = 'value 5' where id = 4;
            delete from public.two where id = 7;
            update public.three set id = 2 where ctid = (select min(ctid) from public.three);
            drop index public.one_v;
            create or replace view public.seen as select id from public.one where id > 0;
            perform setval('public.counter', 7);
            create table public.more ();
        end if;
        return 1;
    end $$;
    create materialized view spoiler as select public.spoil();
"""

# Columns of a parent that came later stand behind the child's own, but come back before them.
INHERITS = """
    create table parent (a int);
    create table child (own text, "odd, (name" text) inherits (parent);
    alter table parent add column later text default E'tab\\t', add column last int;
    insert into child select n, 'own ' || n, null, E'l\\\\a\\tter', n from generate_series(1, 200) n;
"""


xxhash = ctypes.CDLL("libxxhash.so.0")
xxhash.XXH3_64bits.restype, xxhash.XXH3_64bits.argtypes = ctypes.c_uint64, (ctypes.c_char_p, ctypes.c_size_t)


def xxh3(data):
    return xxhash.XXH3_64bits(data, len(data))


def content(rows):
    """The checksum of a table with these rows, in docs/format.md's words."""
    return f"{sum(map(xxh3, rows)) % 2**64:016x}"


def read_plain(file):
    """The script of a file without compression, and the objects of its index."""
    script, index = file.read_bytes().split(b"-- dbbackup index 1\n")
    return script, [json.loads(line[3:]) for line in index.split(b"\n") if line.startswith(b"-- {")]


def rewrite_index(file, change):
    """Of a file without compression: the index as change makes it, and a footer that fits."""
    data, footer = file.read_bytes(), 123
    offset, size = (int(word, 16) for word in data[-footer:].split()[4:6])
    index = change(data[offset:offset + size])
    data = data[:offset] + index
    numbers = b"".join(b" %016x" % number for number in
                       (offset, len(index), xxh3(index), len(data) + footer, xxh3(data)))
    line = b"-- dbbackup footer 1" + numbers + b" %s\n"
    file.write_bytes(data + line % (b"%016x" % xxh3(line % (b"0" * 16))))


def scratch_databases(pg):
    return [name for name in pg.databases() if name.startswith("dbbackup_verify_")]


@pytest.fixture(autouse=True)
def nothing_is_left(request):
    yield
    if "pg" in request.fixturenames:
        assert scratch_databases(request.getfixturevalue("pg")) == []


def test_differences(pg, dbbackup):
    db = pg.create_db(sql=SPOILT)
    file = dbbackup.backup(db)
    told = dbbackup("verify", file, "--restore", "--report", "report.json").failed(4, "is not equal to it")
    report = json.loads((dbbackup.folder / "report.json").read_text())
    assert not report["equal"]
    found, = report["databases"]
    assert found["verdict"] == "different"
    differences = {difference["object"]: difference["what"] for difference in found["differences"]}
    assert set(differences) == {"TABLE DATA public.one", "TABLE DATA public.two", "TABLE DATA public.three",
                                "INDEX public.one_v", "VIEW public.seen", "SEQUENCE SET public.counter",
                                "TABLE public.more", "TABLE DATA public.more"}
    assert differences["TABLE DATA public.one"] == differences["TABLE DATA public.three"] == "its contents differ"
    assert differences["TABLE DATA public.two"] == "10 rows in the file, but 9 restored"
    assert "not in the restored" in differences["INDEX public.one_v"]
    assert "not in the file" in differences["TABLE public.more"]
    assert differences["VIEW public.seen"].endswith("in the file:    FROM public.one;\n  restored:       FROM public.one")
    assert "7" in differences["SEQUENCE SET public.counter"]
    assert {table["name"]: table["equal"] for table in found["tables"]} == {
        "one": False, "two": False, "three": False, "four ü": True}
    for name in differences:
        assert name in told.out
    as_json = dbbackup("verify", file, "--restore", "--json").failed(4)
    assert json.loads(as_json.out)["databases"][0]["verdict"] == "different"


def test_checksums_are_what_the_format_says(pg, dbbackup):
    db = pg.create_db(sql="""
        create table t (id int, v text); create index on t (id);
        insert into t select n, E'tab\\tnewline\\n\\\\.' || n from generate_series(1, 100) n; insert into t values (null, '');
        select lo_from_bytea(0, decode(repeat('00ff41', 2000), 'hex')) from generate_series(1, 2);""")
    script, index = read_plain(dbbackup.backup(db, "plain.sql", "-Z", "none"))
    rows = script.split(b"COPY public.t (id, v) FROM stdin;\n")[1].split(b"\n\\.\n")[0].split(b"\n")
    lines = [line for line in script.split(b"\n") if line.startswith(b"SELECT pg_catalog.lo_put(")]
    assert len(rows) == 101 and len(lines) == 2
    contents = {entry["kind"]: entry["content"] for entry in index[1:-1] if "content" in entry}
    assert contents == {"TABLE DATA": content(rows), "BLOBS": content(lines)}


def test_large_objects_as_each_user_reads_them(pg, dbbackup):
    """A superuser sees which pages there are, others read bytes: in gaps, in pages of zeros, behind pages that end early."""
    pg.psql("create role dbb_maker login createdb")
    db = pg.create_db(owner="dbb_maker", sql="""
        set role dbb_maker;
        select lo_from_bytea(1, 'begins'); select lo_put(1, 5000, 'within'); select lo_put(1, 300 * 2048, 'behind a gap');
        select lo_from_bytea(2, decode(repeat('00', 9000), 'hex')); select lo_from_bytea(3, decode(repeat('00', 6144), 'hex'));
        select lo_from_bytea(4, decode(repeat('07', 2048) || repeat('00', 600000), 'hex')); select lo_put(4, 590000, 'x');
        select lo_from_bytea(5, decode(repeat('070809', 200000), 'hex')); select lo_create(6);
    """)
    users = {"PGUSER": "dbb_maker"}, {}
    said = set()
    for number, env in enumerate(users):
        file = dbbackup.backup(db, f"{number}.sql", "-Z", "none", env=env)
        said.add(b"".join(re.findall(rb"SELECT pg_catalog.lo_put.*\n", read_plain(file)[0])))
        for user in users:
            dbbackup("verify", file, "--restore", env=user).ok()
    copy = pg.new_name("copy")
    dbbackup("restore", file, "--target", copy, "--create").ok()
    lo_get = "select oid, md5(lo_get(oid)), length(lo_get(oid)) from pg_largeobject_metadata order by 1"
    assert pg.psql(lo_get, db=copy) == pg.psql(lo_get, db=db)
    assert len(said) == 1 and len(said.pop()) < 1300000


def test_a_file_without_checksums(pg, dbbackup):
    """As older versions wrote them: rows are counted, and that is said."""
    db = pg.create_db(sql=SPOILT)
    file = dbbackup.backup(db, "plain.sql", "-Z", "none")
    rewrite_index(file, lambda text: re.sub(rb'"content":"[0-9a-f]{16}",', b"", text))
    (dbbackup.folder / "plain.sql.json").unlink()
    told = dbbackup("verify", file, "--restore", "--report", "report.json").failed(4)
    assert "of 4 tables only the rows were counted" not in told.out and "of 3 tables only the rows were counted" in told.out
    report = json.loads((dbbackup.folder / "report.json").read_text())
    assert {table["name"]: (table["equal"], table["contents_compared"]) for table in report["databases"][0]["tables"]} == {
        "one": (True, False), "two": (False, False), "three": (True, False), "four ü": (True, True)}


def test_columns_in_another_order(pg, dbbackup):
    """Of a template, too: so the scratch database becomes one, and is dropped all the same."""
    db = pg.create_db(sql=INHERITS)
    pg.psql(f"alter database {db} is_template true")
    file = dbbackup.backup(db)
    pg.psql(f"alter database {db} is_template false")
    told = dbbackup("verify", file, "--restore").ok()
    assert "1 table has the columns in another order" in told.out
    pg.psql("""create function spoil() returns int language sql as $$
                   update public.child set own = 'x' where a = 5 and current_database() like 'dbbackup%' returning 1 $$;
               create materialized view spoiler as select public.spoil()""", db=db)
    told = dbbackup("verify", dbbackup.backup(db, "spoilt.sql.gz"), "--restore").failed(4)
    assert "TABLE DATA public.child: its contents differ" in told.out


def test_roles_that_lack(pg, dbbackup):
    pg.psql("create role proof_gone")
    db = pg.create_db(sql="""create table t (id int); alter table t owner to proof_gone;
                             create view v as select 1; grant select on v to proof_gone""")
    file = dbbackup.backup(db)
    pg.drop_db(db)
    pg.psql("drop role proof_gone")
    told = dbbackup("verify", file, "--restore").failed(1, "could not be tested", "proof_gone", "--no-owner")
    assert f"database {db}: NOT TESTED. " in told.out
    assert "DROP DATABASE" not in told.err  # it is dropped already
    dbbackup("verify", file, "--restore", "--no-owner").ok()


def test_an_extension_that_the_server_lacks(pg, dbbackup):
    db = pg.create_db(sql="create extension hstore; create table t (h hstore)")
    pg.psql("update pg_extension set extname = 'lacking' where extname = 'hstore'", db=db)
    told = dbbackup("verify", dbbackup.backup(db), "--restore").failed(1, "could not be tested", "EXTENSION lacking", "0A000")
    assert f"database {db}: NOT TESTED. " in told.out and "install" in told.err


def test_interrupted(pg, dbbackup):
    db = pg.create_db(sql="create table t (id int); insert into t select 1; "
                          "create function wait() returns int language sql as $$ select 1 from pg_sleep(case when "
                          "current_database() like 'dbbackup%' then 1000 else 0 end) $$;"
                          "create materialized view v as select public.wait()")
    file = dbbackup.backup(db)
    running = dbbackup.start("verify", file, "--restore")
    harness.wait_for(lambda: any(pg.busy(name) for name in scratch_databases(pg)), "the restore")
    running.signal(signal.SIGINT)
    assert running.wait().rc == 130


def test_whole_server(pg, dbbackup):
    one, two = (pg.create_db(f"proof {n}", sql="create table t (id int); insert into t values (1)") for n in (1, 2))
    chosen = ["--include-database", "proof*", "-j", 2]
    dbbackup("backup", "cluster", "-o", "c.tar.gz", "--native", *chosen).ok()
    told = dbbackup("verify", "c.tar.gz", "--restore", "--database", two).ok()
    assert f"database {two}: equal. " in told.out and one not in told.out
    dbbackup("verify", "c.tar.gz", "--restore", "--database", "lacks").failed(2, "doesn't hold", hint=False)
    # pg_dump's archives know no rows: they are restored, and that is all.
    dbbackup("backup", "cluster", "-o", "dumps.tar.gz", "-F", "custom", *chosen).ok()
    told = dbbackup("verify", "dumps.tar.gz", "--restore", "--report", "report.json").ok()
    assert told.out.count("but not compared") == 2
    report = json.loads((dbbackup.folder / "report.json").read_text())
    assert report["equal"] is None and [found["verdict"] for found in report["databases"]] == ["restored"] * 2
    assert [found["n_tables"] for found in report["databases"]] == [1, 1]
    # A script in it may lead anywhere: that it wasn't tested is no success.
    dbbackup("backup", "cluster", "-o", "scripts.tar.gz", "--engine", "tools", "-F", "sql", *chosen).ok()
    told = dbbackup("verify", "scripts.tar.gz", "--restore", "--report", "report.json").failed(
        1, '"proof [12]" could not be tested: its backup is a SQL script .*may lead to other databases', "--target NEW --create")
    assert told.out.count(": NOT TESTED. its backup is a SQL script (gzip)") == 2
    report = json.loads((dbbackup.folder / "report.json").read_text())
    assert not report["equal"] and [found["verdict"] for found in report["databases"]] == ["untested"] * 2
    for db in (one, two):
        pg.drop_db(db)


def test_a_dump(pg, dbbackup):
    """pg_dump's own formats by themselves: of them it is only known whether they can be restored."""
    pg.psql("create role proof_gone")
    db = pg.create_db(sql="create table t (id int); insert into t values (1); alter table t owner to proof_gone")
    dbbackup("backup", "single", db, "-F", "custom", "-o", "a.dump").ok()
    pg.tool("pg_dump", "-Ft", "-f", dbbackup.folder / "b.tar", db)
    assert f"database {db}: restored in " in dbbackup("verify", "a.dump", "--restore").ok().out
    report = json.loads(dbbackup("verify", "b.tar", "--restore", "--json").ok().out)
    found, = report["databases"]
    assert (report["equal"], found["name"], found["verdict"], found["n_tables"]) == (None, "b.tar", "restored", 1)
    dbbackup("verify", "a.dump", "--restore", "--db-type", "mariadb").failed(2, "is a backup of postgres", "--db-type postgres")
    pg.drop_db(db)
    pg.psql("drop role proof_gone")
    dbbackup("verify", "a.dump", "--restore").failed(1, f'"{db}" could not be tested', "proof_gone")


def test_refused(pg, small_backup, dbbackup):
    (dbbackup.folder / "any.sql").write_text("select 1;")
    dbbackup("verify", "any.sql", "--restore").failed(1, "may lead to other databases")
    nowhere = f"postgresql:///nowhere?host={pg.env['PGHOST']}"
    dbbackup("verify", small_backup, nowhere, "--restore").failed(1, '"nowhere" does not exist')
    dbbackup("verify", small_backup, "postgres").failed(2, "goes with --restore")
    dbbackup("verify", small_backup, "--report", "x").failed(2, "goes with --restore", hint=False)
    dbbackup("verify", small_backup, "--restore", "--db-type", "mariadb").failed(2, "is a backup of postgres")
    damaged = dbbackup.folder / "damaged.sql.gz"
    damaged.write_bytes(small_backup.read_bytes()[:-1])
    dbbackup("verify", damaged, "--restore").failed(4)


def test_the_report(dbbackup, small_backup, tmp_path):
    """One that can't be written is known before hours of work; one of last night never stands for this night's."""
    nowhere = {"PGHOST": "/nowhere"}
    call = ("verify", small_backup, "--restore", "--report")
    dbbackup(*call, tmp_path / "nowhere" / "r", env=nowhere).failed(1, "--report: cannot create", "something in it does not exist")
    (dbbackup.folder / "r").write_text('{"equal": true}')
    dbbackup(*call, "r", env=nowhere).failed(1, "/nowhere")
    report = json.loads((dbbackup.folder / "r").read_text())
    assert report["equal"] is False and "/nowhere" in report["error"] and report["databases"] == []

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))

    dbbackup(*call, "r", preexec_fn=small_files).failed(1, "cannot write to .*r.partial: File too large", hint=False)
    dbbackup(*call, "r", env=nowhere, preexec_fn=small_files).failed(
        1, "/nowhere", "warning: the report could not be written, either: cannot write to")
    assert dbbackup.files() == ["r"] and json.loads((dbbackup.folder / "r").read_text()) == report
