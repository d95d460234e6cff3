# SPDX-License-Identifier: Apache-2.0
"""What belongs to no database of MariaDB: users, roles, privileges. The measure is what the server says of each user,
its own tables, and mariadb-dump --system=users. tests/mysql-versions does the same on other servers."""
import re
import stat

import pytest

import harness
import mysql_globals
from on_mariadb import run, target  # noqa: F401

LAST = mysql_globals.LAST
HEAD = "-- dbbackup: the globals of a server\n-- MariaDB 10.11.6\n\nSET NAMES utf8mb4;\n"
PLAIN = "IDENTIFIED VIA `mysql_native_password` USING '' REQUIRE NONE"


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A server with users, roles, and rights of all kinds. Read only."""
    server = mysql_globals.start(tmp_path_factory.mktemp("full"))
    mysql_globals.fill(server)
    yield server
    server.stop()


@pytest.fixture
def empty(tmp_path):
    server = mysql_globals.start(tmp_path / "empty")
    yield server
    server.stop()


@pytest.fixture
def program(full, tmp_path):
    """The program against the full server: program("backup", …, *full.place)."""
    folder = tmp_path / "work"
    folder.mkdir()
    return harness.Program(full, folder)


@pytest.fixture
def write(maria_backup):
    """write(statements): a script of globals that holds them."""
    def write(*statements, head=HEAD):
        file = maria_backup.folder / "own.sql"
        file.write_text(head + "".join(f"{statement};\n" for statement in statements) + "\n" + LAST)
        return file
    return write


@pytest.fixture
def user(maria):
    """user(attributes): the name of a new user of the shared server; without any, of one that isn't there."""
    made = []

    def user(attributes=None):
        name = f"globals_{len(made)}"
        made.append(name)
        if attributes is not None:
            maria.sql(f"create user {name} {attributes}")
        return name

    yield user
    for name in made:
        maria.sql(f"drop user if exists {name}")
        maria.sql(f"drop role if exists {name}")


def record(maria, name):
    return mysql_globals.record_of(maria.sql(f"select priv from mysql.global_priv where user = '{name}'"))


def exists(maria, name):
    return maria.sql(f"select count(*) from mysql.user where user = '{name}'") == "1"


def test_round_trip(program, full, empty):
    mysql_globals.assert_round_trip(program, full, empty)


def test_the_client_loads_it(program, full, empty):
    mysql_globals.assert_the_client_loads_it(program, full, empty)


def test_where_it_goes(program, full):
    program("backup", "globals", *full.place).ok()
    name, = program.files()
    file = program.folder / name
    assert re.fullmatch(r"globals_\d{8}_\d{6}\.sql", name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600  # it holds passwords
    assert program("backup", "globals", "-o", "-", *full.place).ok().out == file.read_text()
    assert re.search("2[0-9] users and roles", program("backup", "globals", "-v", "-o", "x.sql", *full.place).ok().err)
    assert re.search("mariadb.sys|mysql.sys", file.read_text()) is None


def test_parts_that_are_left_out(program, full):
    def lines(*options):
        return [line for line in program("backup", "globals", "-o", "-", *full.place, *options).ok().out.split("\n") if line]

    whole = lines()
    without = lines("--no-privileges")
    assert without == [line for line in whole if not re.match("GRANT .* ON |-- (Privileges|Not in|What this)", line)]
    secret = "\n".join(lines("--no-role-passwords"))
    assert re.search(r"\*[0-9A-F]{40}|IDENTIFIED|PASSWORD '|unix_socket|EXPIRE;", secret) is None
    assert "CREATE USER IF NOT EXISTS `x509`@`%` REQUIRE X509 " in secret
    assert re.findall("^CREATE USER .*UNLOCK", secret, re.M) == [] and "USER 'u\\'x'" in secret


def test_users_without_passwords_are_locked(maria, run, write, user, maria_backup):
    """Who is made so could otherwise be anybody; who is there keeps what he has."""
    name, there = user("identified by 'p'"), user("identified by 'p' account lock")
    maria_backup("backup", "globals", "--no-role-passwords", "-o", "g.sql", *maria.place).ok()
    before = record(maria, there)
    maria.sql(f"drop user {name}; alter user {there} with max_user_connections 3")
    run("restore", "g.sql", "--confirm").ok()
    assert record(maria, name)["account_locked"] and record(maria, there) == before
    maria.sql(f"alter user {name} account unlock")
    run("restore", "g.sql", "--confirm").ok()
    assert "account_locked" not in record(maria, name)


def test_existing_users_are_changed(maria, run, write, user):
    name = user("identified by 'old' require ssl with max_user_connections 3 account lock")
    other = user()
    file = write(f"CREATE USER IF NOT EXISTS `{name}`@`%` {PLAIN}",
                 f"ALTER USER `{name}`@`%` {PLAIN} WITH MAX_USER_CONNECTIONS 0 ACCOUNT UNLOCK",
                 f"CREATE USER IF NOT EXISTS `{other}`@`%` {PLAIN}")
    assert "1 is there already" in run("restore", file, "--dry-run").ok().out
    run("restore", file).failed(2, "2 .*of which the server has 1", "--confirm")
    assert "account_locked" in record(maria, name) and not exists(maria, other)
    run("restore", file, "--confirm").ok()
    assert record(maria, name) == record(maria, other)


def test_what_fails(maria, run, write, user, target):
    name, other = user(), user()
    maria.sql(f"create database {target}")
    file = write(f"CREATE USER IF NOT EXISTS `{name}`@`%` {PLAIN}",
                 f"CREATE USER IF NOT EXISTS `{other}`@`h` IDENTIFIED VIA `no_such` USING 'secret'",
                 f"GRANT SELECT ON `{target}`.`t` TO `{name}`@`%`", f"CREATE USER IF NOT EXISTS `{other}`@`%` {PLAIN}")
    failed = run("restore", file).failed(1, f"own.sql: CREATE USER IF NOT EXISTS `{other}`@`h`: Plugin 'no_such' is not loaded",
                                         "What came before it .* remains", "Load the plugin first")
    assert "secret" not in failed.err and "GRANT" not in failed.err and exists(maria, name) and not exists(maria, other)
    maria.sql(f"drop user {name}")
    run("restore", file, "--continue-on-error").failed(
        1, f"warning: .*CREATE USER IF NOT EXISTS `{other}`@`h`",
        f"warning: .*GRANT SELECT ON `{target}`.`t` TO `{name}`@`%`: .*doesn't exist",
        "2 statements? .*failed", hint=False)
    assert exists(maria, other)


def test_functions_out_of_libraries(maria, run, maria_backup):
    """They are machine code: how to make them is a comment."""
    maria.sql("insert into mysql.func values ('sum_of_all', 2, 'own.so', 'aggregate')")
    try:
        warned = run("backup", "globals", "-o", "own.sql").ok().err
    finally:
        maria.sql("delete from mysql.func where name = 'sum_of_all'")
    assert 'the function "sum_of_all" comes out of the library own.so' in warned
    assert "CREATE AGGREGATE FUNCTION `sum_of_all` RETURNS INTEGER SONAME 'own.so'" in (maria_backup.folder / "own.sql").read_text()


def test_a_long_statement_is_named(run, write, user):
    columns = ", ".join(f"`a column with a name {n}`" for n in range(30))
    run("restore", write(f"GRANT SELECT ({columns}) ON `mysql`.`user` TO `{user()}`@`%`")).failed(
        1, r"own.sql: GRANT … ON `mysql`.`user` TO `globals_0`@`%`: ", hint=False)


def test_grants_in_a_database_that_is_not_there(maria, run, write, user, target):
    name = user("")
    grants = [f"GRANT SELECT ON `{target}`.`t` TO `{name}`@`%`", f"GRANT EXECUTE ON PROCEDURE `{target}`.`p` TO `{name}`@`%`"]
    warned = run("restore", write(*grants, f"GRANT SELECT ON `{target}`.* TO `{name}`@`%`")).ok().err
    assert f'warning: privileges on tables and routines of the database "{target}" were passed over (2)' in warned
    assert "the same globals again" in warned
    assert maria.sql(f"show grants for {name}").endswith(f"GRANT SELECT ON `{target}`.* TO `{name}`@`%`")


def test_our_own_user(maria, run, write, user, maria_backup):
    """Whoever restores stays who he is until all else is done, and hears of his new password."""
    us, other = user("identified by 'old'"), user()
    maria.sql(f"grant all on *.* to {us} with grant option")
    password = maria.sql("select password('new')")
    ours = f"ALTER USER `{us}`@`%` IDENTIFIED VIA `mysql_native_password` USING '{password}' REQUIRE NONE"
    file = write(f"CREATE USER IF NOT EXISTS `{us}`@`%` {PLAIN}", ours, f"GRANT SELECT ON `nowhere`.`t` TO `{us}`@`%`",
                 f"CREATE USER IF NOT EXISTS `{other}`@`%` {PLAIN}", f"GRANT SELECT ON `mysql`.`no_such` TO `{other}`@`%`")
    place = ["--db-type", "mariadb", "--socket", maria.socket, "--user", us, "--confirm"]
    maria_backup("restore", file, *place, env={"MYSQL_PWD": "old"}).failed(1, "mysql.no_such' doesn't exist")
    assert record(maria, us)["authentication_string"] != password
    file = write(ours, f"CREATE USER IF NOT EXISTS `{other}`@`%` {PLAIN}")
    told = maria_backup("restore", file, *place, env={"MYSQL_PWD": "old"}).ok()
    assert f"warning: the user `{us}`@`%`, as whom this restore is connected, is now as " in told.err
    assert record(maria, us)["authentication_string"] == password


def test_roles_whose_admins_we_are_not(maria, run, user):
    """Not even root may grant them: but what is so already is no failure, and who made a role need not keep it."""
    name, role = user(""), user()
    maria.sql(f"create role {role} with admin {name}")
    run("backup", "globals", "-o", "g.sql").ok()
    run("restore", "g.sql", "--confirm").ok()
    maria.sql(f"drop role {role}")
    run("restore", "g.sql", "--confirm").ok()
    assert maria.sql(f"select user, admin_option from mysql.roles_mapping where role = '{role}'") == f"{name}\tY"
    assert maria.sql("select count(*) from mysql.global_priv where user = 'dbbackup_globals'") == "0"


def test_servers_that_are_there(maria, run, write):
    maria.sql("create server s1 foreign data wrapper mysql options (host 'here')")
    try:
        for host, warns in (("here", False), ("elsewhere", True)):
            file = write(f"CREATE SERVER IF NOT EXISTS `s1` FOREIGN DATA WRAPPER `mysql` OPTIONS (HOST '{host}', PORT 3306)")
            assert ("made otherwise" in run("restore", file).ok().err) == warns
        assert maria.sql("select host from mysql.servers where server_name = 's1'") == "here"
    finally:
        maria.sql("drop server s1")


def test_only_our_scripts(maria, run, write, user, maria_backup):
    name = user()
    make = f"CREATE USER IF NOT EXISTS `{name}`@`%` {PLAIN}"
    whole = write(make).read_text()
    cut = maria_backup.folder / "cut.sql"
    cut.write_text(whole[:whole.rindex(LAST)])
    run("restore", cut, "--confirm").failed(4, "has been cut: the line that dbbackup writes last is missing")
    maria_backup("verify", cut).failed(4, "has been cut")
    for statement in (f"DROP USER {name}", "SELECT 1", "CREATE TABLE mysql.t (a int)", "SET GLOBAL general_log = 1",
                      "SET ROLE x", "EXECUTE IMMEDIATE 'drop user x'", "DROP ROLE r"):
        run("restore", write(statement, make), "--confirm").failed(4, r"own.sql:\d+: nothing that a script of globals holds",
                                                                   "Nothing was changed", hint=False)
    run("restore", write(make, head=HEAD.replace("MariaDB", "MySQL"))).failed(
        1, "holds the globals of MySQL, and this is MariaDB")
    run("restore", write(make, head=HEAD.replace("MariaDB", "PostgreSQL"))).failed(
        1, "holds the globals of PostgreSQL, and this is MariaDB")
    run("restore", write(make, head=HEAD.replace("-- MariaDB", "--"))).failed(4, "doesn't say of which server", hint=False)
    run("restore", write(make), "--create", "--target", "x").failed(2, "holds a server's globals", hint=False)
    assert not exists(maria, name)


def test_who_may_not_read_the_users(maria, maria_backup, user):
    name = user("identified by ''")
    place = ["--db-type", "mariadb", "--socket", maria.socket, "--user", name]
    maria_backup("backup", "globals", "-o", "g.sql", *place).failed(1, "reading the users: SELECT command denied")
    assert maria_backup.files() == []


def test_databases_come_back_as_they_were(maria, run, target):
    db = maria.create(name="globals_db", options="character set latin1 collate latin1_german2_ci comment 'it''s \\\\ a ñ'")
    try:
        run("backup", "single", db, "-o", "b.sql.gz", "--create").ok()
        run("restore", "b.sql.gz", "--target", target, "--create").ok()
        said = [maria.sql(f"show create database {name}").replace(name, "db") for name in (db, target)]
        assert said[0] == said[1] and "latin1_german2_ci" in said[0] and "it''s" in said[0]
    finally:
        maria.sql(f"drop database {db}")
