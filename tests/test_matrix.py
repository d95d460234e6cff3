# SPDX-License-Identifier: Apache-2.0
"""The table "Who can do what" of README.md: a test for each cell, made from the table itself. What works goes out and
back and is compared; what doesn't is refused, and nothing is made."""
import re
import subprocess
from typing import NamedTuple

import pytest

import harness
import mariadb

pytestmark = pytest.mark.long

README = (harness.ROOT / "README.md").read_text()
GLOBALS = "-- dbbackup: the globals of a server\n\n-- dbbackup: these were the globals\n"
WORKS, REFUSED = {"works"}, {"not yet", "no such thing"}


class Cell(NamedTuple):
    action: str  # backup, restore
    scope: str   # single, cluster
    format: str  # sql, custom
    servers: str
    engine: str  # native, tools
    says: str

    def __str__(self):
        return "-".join(self[:5])


def cells():
    section = README.split("## Who can do what\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    for row in rows[2:]:
        action, scope, form = re.fullmatch(r"(backup|restore) (single|cluster), (sql|custom)", row[0]).groups()
        for column, says in zip(rows[0][1:], row[1:]):
            servers, engine = re.fullmatch(r"(\w+).*, (native|tools)", column).groups()
            yield Cell(action, scope, form, servers.lower(), engine, says)


CELLS = list(cells())


# ---------------------------------------------------------------------------------------------------------- the servers

class Postgres:
    """What is asked of a kind of server. sources: a database, a server."""
    first = b"PGDMP"  # of a file in the custom format

    def __init__(self, folder, program_folder):
        self.server = harness.Server(folder, roles=())
        self.program, self.place = harness.Program(self.server, program_folder), ()

    def fill(self):
        for role in ("keeper", "worker login password 'hush'"):
            self.server.psql(f"create role {role}")
        self.server.psql("grant keeper to worker with admin option")
        for name in ("shop", "two words"):
            self.server.psql(f'create database "{name}" owner keeper')
            self.server.psql("""create table t (id int primary key, t text); insert into t select n, 'row ' || n
                                from generate_series(1, 3000) n; create view v as select count(*) from t;
                                alter table t owner to keeper; grant select on t to worker""", db=name)
        return self

    def database(self, name):
        return self.server.tool("pg_dump", *self._clean(), name, stdout=subprocess.PIPE).stdout

    def all(self):
        return re.sub(rb"(?m)^\\(un)?restrict .*\n", b"", self.server.tool("pg_dumpall", stdout=subprocess.PIPE).stdout)

    def _clean(self):
        text = subprocess.run([harness.PGBIN / "pg_dump", "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
        return ["--restrict-key=x"] if "--restrict-key" in text else []

    def names(self):
        return self.server.databases()

    def drop(self, name):
        self.server.drop_db(name)

    def stop(self):
        self.server.stop("immediate")


class Maria:
    first = None

    def __init__(self, folder, program_folder):
        self.server = mariadb.MariaDb(folder)
        self.program, self.place = harness.Program(self.server, program_folder), self.server.place

    def fill(self):
        self.server.sql("create role keeper; create user worker@localhost identified by 'hush'; grant keeper to worker@localhost")
        for name in ("shop", "two words"):
            self.server.create("""create table t (id int primary key, t text); insert into t select seq, concat('row ', seq)
                                  from seq_1_to_3000; create view v as select count(*) from t;""", name=name)
            self.server.sql(f"grant select on `{name}`.* to keeper")
        return self

    def database(self, name):
        return self.server.state(name)

    def all(self):
        users = self.server.sql("select user, host, is_role from mysql.user order by 1, 2").split("\n")
        grants = [self.server.sql("show grants for " + mariadb.quote(user) + ("" if role == "Y" else "@" + mariadb.quote(host)))
                  for user, host, role in (line.split("\t") for line in users)]
        return grants, {name: self.database(name) for name in ("shop", "two words")}

    def names(self):
        return set(self.server.sql("show databases").split("\n"))

    def drop(self, name):
        self.server.sql(f"drop database if exists {name}")

    def stop(self):
        self.server.stop()


KINDS = {"postgresql": Postgres, "mariadb": Maria}


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """sources(servers): a filled server of that kind, which stays as it is but for single databases."""
    made = {}

    def source(servers):
        if servers not in made:
            folder = tmp_path_factory.mktemp(servers)
            made[servers] = KINDS[servers](folder / "server", tmp_path_factory.mktemp("files")).fill()
        return made[servers]

    yield source
    for server in made.values():
        server.stop()


@pytest.fixture
def empty(tmp_path):
    """empty(servers): an empty server of that kind."""
    made = []

    def server(servers):
        folder = tmp_path / "empty"
        folder.mkdir()
        made.append(KINDS[servers](folder / "server", folder))
        return made[-1]

    yield server
    for each in made:
        each.stop()


# -------------------------------------------------------------------------------------------------------------- the test

def back_up(source, cell, *options):
    """A file of the cell's scope and format, made as options say; or the failed result."""
    file = source.program.folder / f"{cell}.{'-'.join(options)}"
    file.unlink(missing_ok=True)
    what = ("single", "shop") if cell.scope == "single" else ("cluster",)
    result = source.program("backup", *what, "-F", cell.format, *options, "-o", file, *source.place)
    return file, result


def restore(target, cell, file, name, *options):
    """Of a single database: into one of that name."""
    what = (file, "--target", name, "--create") if cell.scope == "single" else ("cluster", file, "--confirm")
    return target.program("restore", *what, *options, *target.place)


def assert_format(source, cell, file):
    assert file.stat().st_size > 0
    if cell.scope == "single":
        assert cell.format != "custom" or file.read_bytes().startswith(source.first)
    else:
        said = source.program("info", file).ok().out
        assert re.search(r"databases/shop\.(dump|sql)", said).group(1) == {"custom": "dump", "sql": "sql"}[cell.format], said


def out_and_back(source, cell, empty):
    """The cell's engine does its action, another one if need be the other."""
    any_engine = ("--native",) if cell.format == "sql" else ()
    here = ("--engine", cell.engine)
    file, result = back_up(source, cell, *(here if cell.action == "backup" else any_engine))
    result.ok()
    assert_format(source, cell, file)
    target = source if cell.scope == "single" else empty(cell.servers)
    try:
        restore(target, cell, file, "copied", *(here if cell.action == "restore" else any_engine)).ok()
        if cell.scope == "single":
            assert target.database("copied") == source.database("shop")
        else:
            assert target.all() == source.all()
    finally:
        if cell.scope == "single":
            target.drop("copied")


def a_file_of_it(source, cell):
    """To be refused: what comes closest to the cell's format."""
    file, result = back_up(source, cell)
    if result.rc != 0:
        file = source.program.folder / "custom.dump"
        file.write_bytes(b"PGDMP\1\16\0\4\10\1\1\1\0\0\0\0" + bytes(100))
        tool = harness.built_tool("make_cluster")
        if cell.scope == "cluster" and tool is not None:
            archive = source.program.folder / "custom.tar.gz"
            archive.unlink(missing_ok=True)
            subprocess.run([tool, archive, GLOBALS, "copied", "1", ".dump", file], check=True, timeout=harness.TIMEOUT)
            file = archive
    return file


def refused(source, cell):
    before = source.names()
    if cell.action == "backup":
        file, result = back_up(source, cell, "--engine", cell.engine)
        assert not file.exists()
    else:
        file = a_file_of_it(source, cell)
        result = restore(source, cell, file, "copied", "--engine", cell.engine)
    assert result.rc in (1, 2, 3), result  # 3: each database was refused
    result.failed(result.rc)
    assert source.names() == before


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_cell(cell, sources, empty):
    assert cell.says in WORKS | REFUSED
    if cell.says in WORKS:
        out_and_back(sources(cell.servers), cell, empty)
    else:
        refused(sources(cell.servers), cell)


def test_the_table_is_whole():
    assert len(CELLS) == len({cell[:5] for cell in CELLS}) == 32
