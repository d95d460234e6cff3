# SPDX-License-Identifier: Apache-2.0
"""MariaDB 10.11 and 11.8, MySQL 9: a database in which everything is unusual and a usual one, out and back on each, and
what the stock dumpers write of them. `make test-mysql-versions` runs this; SERVERS="mysql-9" limits it to some."""
import gzip
import os
import shutil
import subprocess

import pytest

import harness
import mariadb

# Each with the parts of the torture database that it knows.
TORTURE = {
    "mariadb-10.11": ("mysql_torture.sql", "mariadb_torture.sql"),
    "mariadb-11.8": ("mysql_torture.sql", "mariadb_torture.sql", "mariadb_11.sql"),
    "mysql-9": ("mysql_torture.sql", "mysql_9.sql"),
}
SERVERS = [name for name in TORTURE if name in os.environ.get("SERVERS", " ".join(TORTURE)).split()]
# Newer servers that take what the older one has.
PAIRS = [pair for pair in [("mariadb-10.11", "mariadb-11.8")] if set(pair) <= set(SERVERS)]


def start(name, folder):
    """The server, or why there is none."""
    if name == "mariadb-10.11":
        return mariadb.MariaDb(folder)
    run = subprocess.run([harness.ROOT / "scripts" / "mysql-programs", name], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
    if run.returncode == 3:
        return run.stderr.strip().split("\n")[-1]
    assert run.returncode == 0, run.stderr
    return mariadb.MariaDb(folder, programs=run.stdout.strip(), dbms=name.split("-")[0])


@pytest.fixture(scope="session")
def server_of(tmp_path_factory):
    """server_of(name): a throw-away server, started when it is first asked for; .torture and .shop are databases."""
    servers = {}

    def server_of(name):
        if name not in servers:
            server = servers[name] = start(name, tmp_path_factory.mktemp(name))
            if not isinstance(server, str):
                server.name = name
                server.torture = server.create(b"\n".join((harness.DATA / part).read_bytes() for part in TORTURE[name]),
                                               name="torture")
                server.shop = server.create((harness.DATA / "mysql_shop.sql").read_bytes(), name="shop")
        if isinstance(servers[name], str):
            pytest.skip(f"{name}: {servers[name]}")
        return servers[name]

    yield server_of
    for server in servers.values():
        if not isinstance(server, str):
            server.stop()


@pytest.fixture(params=SERVERS)
def server(request, server_of):
    return server_of(request.param)


@pytest.fixture
def program(server, tmp_path):
    return harness.Program(server, tmp_path)


@pytest.fixture
def target(server):
    name = f"target_{os.getpid()}"
    yield name
    server.sql(f"drop database if exists {name}")


def database(server, kind):
    return {"torture": server.torture, "shop": server.shop}[kind]


BOTH = pytest.mark.parametrize("kind", ["torture", "shop"])


@BOTH
@pytest.mark.parametrize("jobs", [1, 4])
def test_round_trip(server, program, target, kind, jobs):
    db = database(server, kind)
    file = program.backup(db, "b.sql.gz", *server.place, "-j", jobs)
    program("restore", file, "--target", target, "--create", "-j", jobs, *server.place).ok()
    server.assert_same(db, target)


@BOTH
def test_the_stock_client_loads_it(server, program, target, kind):
    db = database(server, kind)
    file = program.backup(db, "b.sql.gz", *server.place)
    server.create(gzip.decompress(file.read_bytes()), name=target)
    server.assert_same(db, target)


# What the stock client can't load of what the stock dumper writes.
NOT_PORTABLE = "set foreign_key_checks = 0; drop view av; drop table if exists onlygen, loose_child"


@pytest.fixture
def portable(server, kind):
    """A database that the stock programs carry over."""
    if kind == "shop":
        yield server.shop
        return
    name = server.create(b"\n".join((harness.DATA / part).read_bytes() for part in TORTURE[server.name]), name="portable")
    server.sql(NOT_PORTABLE, name)
    yield name
    server.sql(f"drop database {name}")


@BOTH
@pytest.mark.parametrize("options", [[], ["--databases"], ["--skip-extended-insert", "--skip-opt"]])
def test_scripts_of_the_stock_dumper(server, program, target, portable, kind, options):
    """As the stock client loads them."""
    script = program.folder / "theirs.sql"
    script.write_bytes(server.dump(portable, *options))
    server.create(name=target)
    theirs = server.create(name="theirs")
    try:
        program("restore", script, "--target", target, *server.place).ok()
        # Locks are in the way of a default that asks a sequence; and no two servers are of one GTID.
        safe = ["--skip-add-locks"] + (["--set-gtid-purged=OFF"] if server.dbms == "mysql" else [])
        server.load(theirs, server.dump(portable, *safe, *[option for option in options if option != "--databases"]))
        server.assert_same(theirs, target)
        program("verify", script).ok()
    finally:
        server.sql("drop database theirs")


@BOTH
def test_scripts_of_mydumper(server, program, target, kind, tmp_path):
    if not shutil.which("mydumper"):
        pytest.skip("there is no mydumper")
    db, folder = database(server, kind), tmp_path / "mydumper"
    subprocess.run(["mydumper", "--socket", server.socket, "--user", "root", "--database", db, "--outputdir", folder,
                    "--triggers", "--routines", "--events", "--less-locking"], check=True, timeout=harness.TIMEOUT)
    server.create(name=target)
    files = sorted(folder.glob("*-schema.sql")) + sorted(
        file for file in folder.glob("*.sql") if "-schema" not in file.name)
    for file in files:
        program("restore", file, "--target", target, "--confirm", *server.place).ok()
    for table in server.sql("select table_name from information_schema.tables where table_type = 'BASE TABLE' and"
                            f" table_schema = '{db}'").split("\n"):
        assert server.checksum(db, table) == server.checksum(target, table), table


@pytest.mark.parametrize("old,new", PAIRS)
@BOTH
def test_newer_version(server_of, old, new, kind, tmp_path):
    source, newer = server_of(old), server_of(new)
    db = database(source, kind)
    file = harness.Program(source, tmp_path).backup(db, "b.sql.gz", *source.place)
    harness.Program(newer, tmp_path)("restore", file, "--target", "from_older", "--create", *newer.place).ok()
    for table in source.sql("select table_name from information_schema.tables where table_type = 'BASE TABLE' and"
                            f" table_schema = '{db}'").split("\n"):
        assert source.checksum(db, table) == newer.checksum("from_older", table), table
    newer.sql("drop database from_older")


# --- Rows that are no more --------------------------------------------------------------------------------------------

@pytest.fixture
def versioned(server_of):
    server = server_of("mariadb-10.11")
    name = server.create("create table h (a int, t text) with system versioning; insert into h values (1, 'x'), (2, 'y');"
                         "update h set a = a + 1; delete from h where a = 2")
    yield name
    server.sql(f"drop database {name}")


ALL = "select a, t, row_start, if(row_end > now(), 'now', row_end) from h for system_time all order by 1, 3"


def test_history(server_of, server, versioned, target, tmp_path):
    """A newer server has another end of all time."""
    source = server_of("mariadb-10.11")
    file = harness.Program(source, tmp_path).backup(versioned, "b.sql.gz", *source.place, "--history")
    restore = harness.Program(server, tmp_path)("restore", file, "--target", target, "--create", *server.place)
    if server.dbms == "mysql":
        assert "since 10.11" in restore.failed(1).err and target not in server.sql("show databases")
        return
    restore.ok()
    assert server.sql(ALL, target) == source.sql(ALL, versioned)
    assert server.sql("select a, t from h", target) == "3\ty"


def test_no_history(server, program):
    if server.dbms == "mysql":
        assert "this is MySQL" in program("backup", "single", server.shop, *server.place, "--history").failed(2).err


# --- Logging in -------------------------------------------------------------------------------------------------------

@pytest.fixture
def mysql(server_of):
    server = server_of("mysql-9")
    server.sql("create user if not exists sha@'%' identified with caching_sha2_password by 'p:w';"
               "create user if not exists tls@'%' identified with caching_sha2_password by 'p:w' require ssl;"
               "grant all on *.* to sha@'%', tls@'%'")
    server.sql("flush privileges")  # and what the server remembers of passwords that were right
    return server


@pytest.mark.parametrize("way", ["socket", "tls", "rsa"])
def test_caching_sha2_password(mysql, tmp_path, way):
    program = harness.Program(mysql, tmp_path)
    place = {
        "socket": f"mysql://sha:p%3Aw@/shop?socket={mysql.socket}",
        "tls": f"mysql://tls:p%3Aw@127.0.0.1:{mysql.port}/shop",
        "rsa": f"mysql://sha:p%3Aw@127.0.0.1:{mysql.port}/shop?ssl-mode=DISABLED",
    }[way]
    program("backup", "single", place, "--schema-only", "-t", "digits", "-o", "b.sql.gz").ok()
    wrong = program("backup", "single", place.replace("p%3A", "x"), "-o", "c.sql.gz").failed(1)
    assert "Access denied" in wrong.err


def test_a_certificate_of_nobody_known(mysql, tmp_path):
    program = harness.Program(mysql, tmp_path)
    place = f"mysql://tls:p%3Aw@127.0.0.1:{mysql.port}/shop?ssl-mode=VERIFY_IDENTITY"
    assert "certificate" in program("backup", "single", place, "-o", "b.sql.gz").failed(1).err
    assert "Access denied" in program("backup", "single", place.replace("VERIFY_IDENTITY", "DISABLED"), "-o",
                                      "b.sql.gz").failed(1).err
