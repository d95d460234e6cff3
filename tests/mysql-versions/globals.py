# SPDX-License-Identifier: Apache-2.0
"""Users, roles and privileges, out and back on each server, and onto others; on this system's MariaDB they are tested
by tests/test_mysql_globals.py."""
import contextlib

import pytest

import harness
import mysql_globals
from servers import SERVERS, start

PAIRS = [pair for pair in [("mariadb-10.11", "mariadb-11.8")] if set(pair) <= set(SERVERS)]


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """servers(name, one): a throw-away server, the same one for the same arguments."""
    running = {}

    def servers(name, one):
        if (name, one) not in running:
            server = running[name, one] = start(name, tmp_path_factory.mktemp(name))
            if not isinstance(server, str):
                mysql_globals.prepare(server)
                if one == "full":
                    mysql_globals.fill(server)
        if isinstance(running[name, one], str):
            pytest.skip(f"{name}: {running[name, one]}")
        return running[name, one]

    yield servers
    for server in running.values():
        if not isinstance(server, str):
            server.stop()


@contextlib.contextmanager
def another(name, folder):
    server = mysql_globals.prepare(start(name, folder))
    try:
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("name", [name for name in SERVERS if name != "mariadb-10.11"])
@pytest.mark.parametrize("how", [mysql_globals.assert_round_trip, mysql_globals.assert_the_client_loads_it])
def test_round_trip(servers, name, how, tmp_path):
    full = servers(name, "full")
    with another(name, tmp_path / "empty") as empty:
        how(harness.Program(full, tmp_path), full, empty)


@pytest.mark.parametrize("old,new", PAIRS)
def test_newer_version(servers, old, new, tmp_path):
    source = servers(old, "full")
    with another(new, tmp_path / "empty") as newer:
        program = harness.Program(source, tmp_path)
        program("backup", "globals", "-o", "g.sql", *source.place).ok()
        mysql_globals.fill_databases(newer)
        assert "warning" not in program("restore", "g.sql", "--confirm", *newer.place).ok().err
        records = [mysql_globals.globals_of(server)["records"] for server in (source, newer)]
        assert records[0] == records[1]


# --- MySQL ------------------------------------------------------------------------------------------------------------

HEAD = "-- dbbackup: the globals of a server\n-- MySQL 8.0.46\n\nSET NAMES utf8mb4;\n"


@pytest.fixture
def mysql(servers, tmp_path):
    if "mysql-9" not in SERVERS:
        pytest.skip("mysql-9 isn't asked for")
    server = servers("mysql-9", "full")
    return server, harness.Program(server, tmp_path)


def test_only_of_its_own_kind(mysql):
    server, program = mysql
    for of, dbms in ("MariaDB", "mariadb"), ("PostgreSQL", "mysql"):
        (program.folder / "g.sql").write_text(HEAD.replace("MySQL", of) + mysql_globals.LAST)
        program("restore", "g.sql", *server.place).failed(1, f"holds the globals of {of}, and this is MySQL")


def test_partial_revokes_must_hold(mysql, tmp_path):
    source, program = mysql
    program("backup", "globals", "-o", "g.sql", *source.place).ok()
    with another("mysql-9", tmp_path / "empty") as server:
        server.sql("set global partial_revokes = off")
        program("restore", "g.sql", "--confirm", *server.place).failed(
            2, "users would be allowed more here", "Nothing was changed", "SET PERSIST partial_revokes = ON")
        assert server.sql("select count(*) from mysql.user where user = 'x509'") == "0"


def test_privileges_that_are_no_more(mysql):
    """SET_USER_ID went with 8.4; the others come all the same."""
    server, program = mysql
    server.sql("create user upgraded")
    (program.folder / "g.sql").write_text(
        HEAD + "GRANT BACKUP_ADMIN,SET_USER_ID,XA_RECOVER_ADMIN ON *.* TO `upgraded`@`%` WITH GRANT OPTION;\n"
        + mysql_globals.LAST)
    try:
        run = program("restore", "g.sql", *server.place).ok()
        assert "GRANT SET_USER_ID ON *.* TO `upgraded`@`%` WITH GRANT OPTION: this server has no such privilege" in run.err
        assert server.sql("show grants for upgraded").endswith(
            "GRANT BACKUP_ADMIN,XA_RECOVER_ADMIN ON *.* TO `upgraded`@`%` WITH GRANT OPTION")
    finally:
        server.sql("drop user upgraded")


def test_second_passwords_are_told(mysql):
    server, program = mysql
    server.sql("create user two identified by 'a'; alter user two identified by 'b' retain current password")
    try:
        run = program("backup", "globals", "-o", "-", *server.place).ok()
        assert "warning: the user `two`@`%` has a second password" in run.err
    finally:
        server.sql("drop user two")
