# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL 12 to 18: each with a database of what it and all versions before it brought (12.sql …), backed up, and
restored there and on every newer one. `make test-versions` runs this; VERSIONS="15 18" limits it to some.

On the same version the copy must be the same: its catalogs row by row (look.py), its own backup, and for pg_dump, where
there is one that is new enough (PG_DUMP names one). On a newer version the measure is a database that the same SQL made
there.
"""
import difflib
import gzip
import itertools
import os
import pathlib
import re
import socket
import subprocess
import threading

import pytest

import harness
from look import look

HERE = pathlib.Path(__file__).resolve().parent
MAJORS = [int(major) for major in os.environ.get("VERSIONS", "12 13 14 15 16 17 18").split()]
PAIRS = [(old, new) for old, new in itertools.product(MAJORS, MAJORS) if old < new]
PG_DUMP = os.environ.get("PG_DUMP") or str(harness.PGBIN / "pg_dump")

# What may differ, and why: (pattern, None) passes over lines of look.py, (pattern, replacement) changes them on both sides.
SAME_VERSION = [
    # As with pg_dump: valid here but not in its parent, it becomes a constraint of its own.
    (r'"late on v18\.nulls_after"', None),
]
SAME_PG_DUMP = [(r"CONSTRAINT late NOT NULL e", None)]
# A copy of an older server's database, and what the same SQL made on the newer one.
NEWER_VERSION = [
    # The schema public has the owner and the rights that it had.
    (r'"pg_init_privs", |"pg_namespace", "public"|"schema public"', None),
    # Since 15 the sequences of an unlogged table's columns are unlogged.
    (r'app\.unlogged_(id|n)_seq', None),
    # Since 17 ALL on tables means one thing more, MAINTAIN. Who had nothing may have that.
    (r'(=[arwdDxt*]*)m\*?/', r'\1/'),
    (r'"pg_class", "app\.child"|"for role dbb_reader on tables"', None),
    # Newer options of subscriptions are set to what was usual before.
    (r'"(subrunasowner|substream)": [^,]*', r'"\1": …'),
    # Since 18 NOT NULL has a name, which depends on how the table came about.
    (r'"contype": "n"|_not_null', None),
    # Each version spells some expressions otherwise.
    (r'^\["(view|rule)", |is_normalized|is nfc', None),
]


@pytest.fixture(scope="session")
def programs_of():
    """programs_of(major): the folder of that version's programs."""
    runs = {}

    def programs_of(major):
        if major not in runs:
            runs[major] = subprocess.run([HERE / "programs", str(major)], stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True)
        if runs[major].returncode == 3:
            why = runs[major].stderr.strip().split("\n")[-1]
            pytest.skip(f"PostgreSQL {major}: {why}")
        assert runs[major].returncode == 0, runs[major].stderr
        return runs[major].stdout.strip()

    return programs_of


@pytest.fixture(scope="session")
def server_of(programs_of, tmp_path_factory):
    """server_of(major): a throw-away server of that version, started when it is first asked for."""
    servers = {}

    def server_of(major):
        if major not in servers:
            servers[major] = harness.Server(tmp_path_factory.mktemp(f"postgres-{major}"), programs_of(major))
        return servers[major]

    yield server_of
    for server in servers.values():
        server.stop()


class Source:
    """A database of all that versions up to `brought` brought, on `server`; its backup; what look.py sees."""

    def __init__(self, server, brought, folder):
        self.server, self.program = server, harness.Program(server, folder)
        self.db = server.create_db(f"brought_by_{brought}")
        for major in range(12, brought + 1):
            server.psql("set client_min_messages = error;" + (HERE / f"{major}.sql").read_text(), db=self.db)
        self.seen = look(server, self.db)
        self.file = self.program.backup(self.db)

    def in_order(self, db, name):
        """Several connections write tables as they come: scripts that are compared are written by one."""
        return self.program.backup(db, name, "-j1")


@pytest.fixture(scope="session")
def globals_of(programs_of, tmp_path_factory):
    """globals_of(major): the globals of an own server of that version, as a file, and what two looks at it see: for the
    same version, and for newer ones."""
    made = {}

    def globals_of(major):
        if major not in made:
            server = harness.Server(tmp_path_factory.mktemp("globals"), programs_of(major), roles=())
            for since, name in ((12, "globals"), (15, "globals_15"), (16, "globals_16")):
                if major >= since:
                    server.load("postgres", harness.DATA / f"{name}.sql")
            file = tmp_path_factory.mktemp("script") / "globals.sql"
            harness.Program(server, file.parent)("backup", "globals", "-o", file).ok()
            made[major] = file, look_at_globals(server, True), look_at_globals(server, False)
            server.stop()
        return made[major]

    return globals_of


def look_at_globals(server, same_version):
    """The catalogs' rows, but for oids. Grantors and options of memberships are not the same in all versions."""
    parts = [
        "select to_jsonb(a) - 'oid' from pg_authid a where rolname !~ '^pg_' order by rolname",
        "select setrole::regrole::text, setconfig from pg_db_role_setting where setdatabase = 0 order by 1",
        "select description, classoid::regclass from pg_shdescription where objoid >= 16384 order by 1",
        "select spcname, spcowner::regrole, spcacl, spcoptions from pg_tablespace order by 1",
        "select parname, paracl from pg_parameter_acl order by 1" if server.major >= 15 else "select",
        """select distinct roleid::regrole::text, member::regrole::text, admin_option
             from pg_auth_members order by 1, 2, 3""",
    ]
    if same_version:
        parts.append("""select roleid::regrole::text, member::regrole::text, grantor::regrole::text,
                               to_jsonb(m) - '{oid,roleid,member,grantor}'::text[]
                          from pg_auth_members m order by 1, 2, 3""")
    return [line for part in parts for line in server.psql("set timezone = 'UTC';" + part).split("\n")
            if line]


@pytest.fixture
def empty_server(programs_of, tmp_path):
    """empty_server(major): one with nothing in it, and the program against it."""
    made = []

    def empty_server(major):
        made.append(harness.Server(tmp_path / "server", programs_of(major), roles=()))
        return made[0], harness.Program(made[0], tmp_path)

    yield empty_server
    for server in made:
        server.stop("immediate")


@pytest.fixture(scope="session")
def source_of(server_of, tmp_path_factory):
    """source_of(on, brought): the Source with what was new up to `brought`, on a server of version `on`."""
    made = {}

    def source_of(on, brought):
        if (on, brought) not in made:
            made[on, brought] = Source(server_of(on), brought, tmp_path_factory.mktemp("source"))
        return made[on, brought]

    return source_of


@pytest.fixture
def restore(tmp_path):
    """restore(source, server): the name of a new database there, which holds the source's backup."""
    made = []

    def restore(source, server):
        db = server.new_name("restored")
        made.append((server, db))
        harness.Program(server, tmp_path)("restore", "single", source.file, "--target", db, "--create").ok()
        return db

    yield restore
    for server, db in made:
        server.drop_db(db)


def assert_same(expected, got, allowed=()):
    def known(line):
        for pattern, replacement in allowed:
            if replacement is not None:
                line = re.sub(pattern, replacement, line)
            elif re.search(pattern, line, re.I):
                return None
        return line

    sides = [[line for line in map(known, side) if line is not None] for side in (expected, got)]
    lines = [line[:500] for line in difflib.unified_diff(*sides, lineterm="", n=0) if line[:3] not in ("---", "+++", "@@ ")]
    if lines:
        pytest.fail(f"{len(lines)} lines differ:\n" + "\n".join(lines[:50]), pytrace=False)


def normal_script(text):
    """A script's lines, with the rows that are copied into one table sorted and at the end: those of partitions by an
    enum's hash come in an order that depends on oids."""
    rows = {}

    def take_rows(block):
        rows.setdefault(block[1], []).extend(block[2].split("\n"))
        return block[1]

    definitions = re.sub(r"^(COPY .* FROM stdin;)\n((?:.*\n)*?)\\\.$", take_rows, text, flags=re.M)
    return definitions.split("\n") + [f"{target} {row}" for target in sorted(rows) for row in sorted(rows[target])]


def script_of(file):
    """A backup's SQL without its index. Tables come largest first, and partitions by hash of an enum differ in size:
    here they come last, by their names."""
    text = gzip.decompress(file.read_bytes()).decode()
    text = text[:text.index("\n-- dbbackup index ")]
    tables = re.compile(r"^--\n-- Name: [^\n]*; Type: TABLE DATA; .*?^\\\.\n\n", re.M | re.S)
    return normal_script(tables.sub("", text) + "".join(sorted(tables.findall(text))))


def pg_dump(server, db):
    text = server.tool(PG_DUMP, db, stdout=subprocess.PIPE).stdout.decode()
    return normal_script(re.sub(r"^\\(un)?restrict .*", "", text, flags=re.M))


@pytest.mark.parametrize("major", MAJORS)
def test_same_version(major, server_of, source_of, restore):
    source = source_of(major, major)
    db = restore(source, source.server)
    assert_same(source.seen, look(source.server, db), SAME_VERSION)


@pytest.mark.parametrize("major", MAJORS)
def test_second_generation(major, source_of, restore):
    source = source_of(major, major)
    db = restore(source, source.server)
    assert_same(script_of(source.in_order(source.db, "first.sql.gz")), script_of(source.in_order(db, "second.sql.gz")))


@pytest.mark.parametrize("major", MAJORS)
def test_psql_loads_it(major, source_of):
    """The file is a script, without any help from the program that wrote it."""
    source = source_of(major, major)
    db = source.server.create_db()
    script = source.program.folder / "script.sql"
    harness.gunzip(source.file, script)
    source.server.load(db, script)
    assert_same(source.seen, look(source.server, db), SAME_VERSION)
    source.server.drop_db(db)


@pytest.mark.parametrize("major", MAJORS)
def test_pg_dump_sees_no_difference(major, source_of, restore):
    says = subprocess.run([PG_DUMP, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    of_pg_dump = int(re.search(r"\d+", says)[0])
    if of_pg_dump < major:
        pytest.skip(f"{PG_DUMP} is of version {of_pg_dump}: set PG_DUMP to one of version {major} or newer")
    source = source_of(major, major)
    db = restore(source, source.server)
    assert_same(pg_dump(source.server, source.db), pg_dump(source.server, db), SAME_PG_DUMP)


@pytest.mark.parametrize("old,new", PAIRS)
def test_newer_version(old, new, server_of, source_of, restore):
    source, native = source_of(old, old), source_of(new, old)
    db = restore(source, native.server)
    assert_same(native.seen, look(native.server, db), NEWER_VERSION)


class Pretender(threading.Thread):
    """Passes on what client and server say, but lets the server say that it is of another version."""

    def __init__(self, path, server, real, claimed):
        super().__init__(daemon=True)
        self.server, self.real, self.claimed = server, real, claimed
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()

    def run(self):
        while True:
            client, _ = self.listener.accept()
            upstream = socket.socket(socket.AF_UNIX)
            upstream.connect(f"{self.server.env['PGHOST']}/.s.PGSQL.{self.server.port}")
            threading.Thread(target=self.pump, args=(client, upstream, b"", b""), daemon=True).start()
            threading.Thread(target=self.pump, daemon=True, args=(
                upstream, client, b"server_version\0" + self.real, b"server_version\0" + self.claimed)).start()

    @staticmethod
    def pump(source, target, old, new):
        while data := source.recv(1 << 16):
            target.sendall(data.replace(old, new) if old else data)
        target.shutdown(socket.SHUT_WR)


def test_newer_than_known(server_of, source_of, restore, tmp_path_factory):
    """A server of the next version but by name: a warning, and all that can be done."""
    newest = max(MAJORS)
    source = source_of(newest, newest)
    folder = tmp_path_factory.mktemp("p")
    Pretender(folder / ".s.PGSQL.5432", source.server, str(newest).encode(), b"19").start()
    run = harness.Program(source.server, folder)("backup", "single", source.db, "-j1", "--output", folder / "newer.sql.gz",
                                                 env={"PGHOST": str(folder), "PGPORT": "5432"}).ok()
    assert re.search("warning: .*PostgreSQL 19, newer than 18", run.err)
    assert_same(script_of(source.in_order(source.db, "first.sql.gz")), script_of(folder / "newer.sql.gz"))


def globals_lines(file):
    return [line for line in file.read_text().split("\n") if not line.startswith("-- PostgreSQL ")]


@pytest.mark.parametrize("major", MAJORS)
def test_globals(major, globals_of, empty_server):
    file, seen, _ = globals_of(major)
    server, program = empty_server(major)
    copy = program.folder / "copy.sql"
    for _ in ("into an empty server", "where all is there"):
        program("restore", file, "--confirm").ok()
        assert_same(seen, look_at_globals(server, True))
        program("backup", "globals", "-o", copy).ok()
        assert_same(globals_lines(file), globals_lines(copy))


@pytest.mark.parametrize("old,new", PAIRS)
def test_globals_on_a_newer_version(old, new, globals_of, empty_server):
    file, _, seen = globals_of(old)
    server, program = empty_server(new)
    program("restore", file, "--confirm").ok()
    assert_same(seen, look_at_globals(server, False))
