# SPDX-License-Identifier: Apache-2.0
"""What belongs to no database: roles, memberships, tablespaces, privileges on parameters. The measure is
pg_dumpall --globals-only, and what it doesn't look at is asked of the catalogs."""
import pathlib
import re
import stat
import subprocess

import pytest

import harness

LAST = "-- dbbackup: these were the globals\n"


def globals_of(server):
    """What pg_dumpall says, and what it leaves out: settings of all roles, the server's own tablespaces."""
    text = server.tool("pg_dumpall", "--globals-only", stdout=subprocess.PIPE).stdout.decode()
    text = re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.M)
    text = re.sub(r"LOCATION 'pg_tblspc/\d+'", "LOCATION ''", text)  # in the server's own folder
    return text + server.psql("""
        select 'all roles', setconfig from pg_db_role_setting where setrole = 0 and setdatabase = 0;
        """) + "\n" + server.psql("select spcname, spcacl, spcoptions from pg_tablespace where spcname ~ '^pg_' order by 1")


def fill(server):
    for file in ("globals.sql", "globals_15.sql"):
        server.load("postgres", harness.DATA / file)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A server with 40 roles and all that hangs on them. Read only."""
    server = harness.Server(tmp_path_factory.mktemp("full"), roles=())
    fill(server)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def script(full, tmp_path_factory):
    """Its globals, as the program writes them."""
    program = harness.Program(full, tmp_path_factory.mktemp("script"))
    file = program.folder / "globals.sql"
    program("backup", "globals", "--output", file).ok()
    return file


@pytest.fixture
def empty(tmp_path):
    """An empty server, and the program against it."""
    server = harness.Server(tmp_path / "empty", roles=())
    yield server, harness.Program(server, tmp_path)
    server.stop("immediate")


@pytest.fixture
def write(tmp_path):
    """write(statements): a script of globals that holds them."""
    def write(*statements):
        file = tmp_path / "own.sql"
        file.write_text("-- dbbackup: the globals of a server\n\nSET client_encoding = 'UTF8';\n"
                        + "\n".join(statements) + "\n\n" + LAST)
        return file
    return write


@pytest.fixture
def role(pg):
    """role(attributes): a new role of the shared server."""
    made = []

    def role(attributes=""):
        name = pg.new_name("globals")
        made.append(name)
        pg.psql(f"create role {name} {attributes}")
        return name

    yield role
    for name in made:
        pg.psql(f"drop role if exists {name}")


def test_round_trip(full, script, empty):
    server, program = empty
    assert full.psql("select count(*) from pg_roles where rolname !~ '^pg_'") == "41"
    program("restore", script).failed(2, "41 roles|43 roles and tablespaces", "1 already", "--confirm")
    assert server.psql("select count(*) from pg_roles where rolname !~ '^pg_'") == "1"
    run = program("restore", script, "--confirm", "-v").ok()
    assert "CREATE ROLE postgres: exists already" in run.err
    assert globals_of(server) == globals_of(full)
    # Once more: nothing is made, nothing changes, nothing is lost.
    run = program("restore", script, "--confirm", "-v").ok()
    assert re.search("41 roles, 2 tablespaces restored .*; 43 were there before", run.err), run
    assert globals_of(server) == globals_of(full)
    # And the copy's own script is the same.
    again = program.folder / "again.sql"
    program("backup", "globals", "-o", again).ok()
    assert again.read_text() == script.read_text()


def test_psql_loads_it(full, script, empty):
    server, _ = empty
    run = subprocess.run([harness.PGBIN / "psql", "-qX", "-d", "postgres", "-f", script], env=server.env,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=harness.TIMEOUT)
    assert re.findall("ERROR: .*", run.stderr) == ['ERROR:  role "postgres" already exists'], run.stderr
    assert globals_of(server) == globals_of(full)


def test_where_it_goes(full, tmp_path):
    program = harness.Program(full, tmp_path)
    program("backup", "globals").ok()
    name, = program.files()
    assert re.fullmatch(r"globals_\d{8}_\d{6}\.sql", name)
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600  # it holds passwords
    assert program("backup", "globals", "template1", "-o", "-").ok().out == (tmp_path / name).read_text()
    assert program("verify", name).ok().out.startswith(f"{name}: intact")
    program("backup", "globals", "-t", "orders").failed(2, "--table is not an option of backup globals", hint=False)
    program("backup", "globals", "-o", "/no/such/folder/x.sql").failed(1, "cannot create")
    assert program("help", "backup").ok() and "globals" in program("--help").ok().out
    assert "--no-role-passwords" in program("backup", "globals", "--help").ok().out


def test_parts_that_are_left_out(full, script, tmp_path):
    program = harness.Program(full, tmp_path)

    def lines(*options):
        return program("backup", "globals", "-o", "-", *options).ok().out.split("\n")

    whole = script.read_text().split("\n")
    for options, gone in [
            (["--no-role-passwords"], r"^ALTER ROLE .* WITH PASSWORD |^-- Passwords$"),
            (["--no-comments", "--no-security-labels"], r"^COMMENT|^second line|^-- Comments"),
            (["--no-privileges"], r" ON (PARAMETER|TABLESPACE) .* (TO|FROM) |SESSION AUTHORIZATION|^-- Privileges"),
            (["--no-owner"], r"^ALTER TABLESPACE .* OWNER TO "),
            (["--no-tablespaces"], r"^\w.* TABLESPACE |in_place|^-- Tablespaces$|AUTHORIZATION \"g'single'\"")]:
        expected = [line for line in whole if not re.search(gone, line)]
        if options == ["--no-tablespaces"]:
            expected.remove("RESET SESSION AUTHORIZATION;")
        got = lines(*options)
        assert [line for line in got if line] == [line for line in expected if line], options
        assert got != whole, options


def test_without_superuser(full, script, tmp_path):
    """pg_authid is for superusers: all but the passwords is there, and that is said."""
    program = harness.Program(full, tmp_path)
    run = program("backup", "globals", "-U", "g_login", "-o", "-").ok()
    assert re.search(r'warning: the user "g_login" may not read the roles\' passwords', run.err)
    without = program("backup", "globals", "--no-role-passwords", "-o", "-").ok()
    assert run.out == without.out and without.err == ""
    assert "PASSWORD" not in run.out and "PASSWORD 'SCRAM-SHA-256$" in script.read_text()


def test_existing_roles_are_changed(pg, role, write, dbbackup):
    name = role("login superuser connection limit 3 password 'old'")
    other = role("nologin password 'stays'")
    before = pg.psql(f"select rolpassword from pg_authid where rolname = '{other}'")
    file = write(f"CREATE ROLE {name};", f"ALTER ROLE {name} WITH NOSUPERUSER NOREPLICATION NOBYPASSRLS;",
                 f"ALTER ROLE {name} WITH LOGIN INHERIT NOCREATEROLE CREATEDB CONNECTION LIMIT -1;",
                 f"ALTER ROLE {name} WITH PASSWORD 'md5{'0' * 32}';",
                 f"CREATE ROLE {other};", f"ALTER ROLE {other} WITH LOGIN;")
    assert "2 are there already" in dbbackup("restore", file, "--dry-run").ok().out
    dbbackup("restore", file).failed(2, "2 roles and tablespaces of which the server has 2", "--confirm")
    assert pg.psql(f"select rolsuper from pg_roles where rolname = '{name}'") == "t"
    dbbackup("restore", file, "--confirm").ok()
    assert pg.psql(f"""select rolsuper, rolcreatedb, rolconnlimit, rolpassword
                         from pg_authid where rolname = '{name}'""") == f"f|t|-1|md5{'0' * 32}"
    assert pg.psql(f"select rolcanlogin, rolpassword from pg_authid where rolname = '{other}'") == f"t|{before}"


def test_a_role_that_somebody_makes_meanwhile(pg, role, write, dbbackup):
    """Only the server's answer tells that it is there: here for the name is spelled otherwise."""
    name = role()
    run = dbbackup("restore", write(f'CREATE ROLE "{name}";', f"ALTER ROLE {name} WITH LOGIN;"), "-v").ok()
    assert f'CREATE ROLE "{name}": it is so already' in run.err and "1 was there before" in run.err
    assert pg.psql(f"select rolcanlogin from pg_roles where rolname = '{name}'") == "t"


def test_what_fails_leaves_nothing(pg, write, dbbackup):
    name, other = pg.new_name("globals"), pg.new_name("globals")
    file = write(f"CREATE ROLE {name};", f"ALTER ROLE {name} WITH LOGIN;",
                 f"ALTER ROLE {name} SET no_such TO 'secret';", f"CREATE ROLE {other};")
    run = dbbackup("restore", file).failed(1, f"ALTER ROLE {name} SET no_such TO: ", "unrecognized configuration",
                                           "Nothing was changed on the server", hint=False)
    assert "secret" not in run.err
    assert pg.psql(f"select count(*) from pg_roles where rolname in ('{name}', '{other}')") == "0"
    dbbackup("restore", file, "--continue-on-error").failed(1, f"warning: .*ALTER ROLE {name} SET no_such TO: ",
                                                            "1 statements? .*failed", hint=False)
    assert pg.psql(f"select count(*) from pg_roles where rolname in ('{name}', '{other}')") == "2"
    pg.psql(f"drop role {name}, {other}")


def test_many_statements(pg, write, dbbackup):
    """They are committed many at a time; a failure says that the first ones stay."""
    names = [f"many_{n}" for n in range(700)]
    good = [f"CREATE ROLE {name};\nALTER ROLE {name} WITH LOGIN;" for name in names]
    dbbackup("restore", write(*good, "GRANT nobody TO many_1;")).failed(
        1, "GRANT nobody TO many_1: .*role \"nobody\" does not exist", "What came before it .* remains",
        "restore the same script again")
    assert 0 < int(pg.psql("select count(*) from pg_roles where rolname ~ '^many_'")) < 700
    dbbackup("restore", write(*good), "--confirm").ok()
    assert pg.psql("select count(*) from pg_roles where rolname ~ '^many_' and rolcanlogin") == "700"
    pg.psql("".join(f"drop role {name};" for name in names))


def test_only_our_scripts(pg, script, write, dbbackup, tmp_path):
    name = pg.new_name("globals")
    whole = script.read_text()
    cut = tmp_path / "cut.sql"
    cut.write_text(whole[:whole.rindex("\n-- Memberships")])
    dbbackup("restore", cut, "--confirm").failed(4, "has been cut: the line that dbbackup writes last is missing")
    dbbackup("verify", cut).failed(4, "has been cut")
    for statement in (f"DROP ROLE {name};", "SELECT 1;", "COPY t FROM stdin;\n\\.", "CREATE TABLE t ();"):
        dbbackup("restore", write(f"CREATE ROLE {name};", statement), "--confirm").failed(
            4, r"own.sql:\d+: nothing that a script of globals holds")
    dbbackup("restore", script, "--create", "--target", "x").failed(2, "holds a server's globals", hint=False)
    dbbackup("restore", script, "--single-transaction").failed(2, "holds a server's globals", hint=False)
    other = write(f"CREATE ROLE {name};")
    other.write_text(other.read_text().replace("server\n", "server\n-- MariaDB 10.11.6\n", 1))
    dbbackup("restore", other).failed(1, "holds the globals of MariaDB, and this is PostgreSQL", "--db-type")
    assert pg.psql(f"select count(*) from pg_roles where rolname = '{name}'") == "0"
    assert pg.psql("select count(*) from pg_roles where rolname ~ '^g_'") == "0"


def test_restore_without_superuser(pg, role, write, dbbackup):
    """Whoever may make roles may restore those that need no superuser. What is so already is no failure."""
    creator = role("login createrole")
    boss = role("superuser login connection limit 9 password 'boss'")
    made = pg.new_name("globals")
    of_boss = pg.psql(f"select rolpassword from pg_authid where rolname = '{boss}'")
    plain = [f"CREATE ROLE {made};", f"ALTER ROLE {made} WITH NOSUPERUSER NOREPLICATION NOBYPASSRLS;",
             f"ALTER ROLE {made} WITH LOGIN INHERIT NOCREATEROLE NOCREATEDB CONNECTION LIMIT 4;",
             f"ALTER ROLE {made} SET work_mem TO '3MB';", f"GRANT pg_monitor TO {made};"]
    bosses = [f"CREATE ROLE {boss};", f"ALTER ROLE {boss} WITH SUPERUSER NOREPLICATION NOBYPASSRLS;",
              f"ALTER ROLE {boss} WITH LOGIN INHERIT NOCREATEROLE NOCREATEDB CONNECTION LIMIT 9;"]
    run = dbbackup("restore", write(*plain, *bosses), "--confirm", "-U", creator, "-v").ok()
    for line in (plain[1], bosses[1], bosses[2]):
        assert line.rstrip(";") + ": it is so already" in run.err, run
    assert pg.psql(f"""select rolcanlogin, rolconnlimit, rolconfig
                         from pg_roles where rolname = '{made}'""") == "t|4|{work_mem=3MB}"
    pg.psql(f"drop role {made}")
    # What isn't so is a failure, and no password is ever shown.
    run = dbbackup("restore", write(*plain, f"ALTER ROLE {boss} WITH PASSWORD '{of_boss}';"), "-U", creator).failed(
        1, f"ALTER ROLE {boss} WITH PASSWORD: .*must be superuser", "Nothing was changed", "Restore as a superuser")
    assert "SCRAM" not in run.err
    dbbackup("restore", write(*bosses[:2], bosses[2].replace("LIMIT 9", "LIMIT 8")), "--confirm", "-U", creator).failed(
        1, f"ALTER ROLE {boss} WITH LOGIN")
    assert pg.psql(f"select count(*) from pg_roles where rolname = '{made}'") == "0"


def test_our_own_role(pg, role, write, dbbackup):
    """Whoever restores keeps what he needs for it, and hears of his new password."""
    us = role("superuser login password 'old'")
    made = pg.new_name("globals")
    file = write(f"CREATE ROLE {us};", f"ALTER ROLE {us} WITH NOSUPERUSER NOREPLICATION NOBYPASSRLS;",
                 f"ALTER ROLE {us} WITH NOLOGIN INHERIT NOCREATEROLE NOCREATEDB CONNECTION LIMIT -1;",
                 f"ALTER ROLE {us} WITH PASSWORD 'md5{'1' * 32}';", f"CREATE ROLE {made};",
                 f"ALTER ROLE {made} WITH SUPERUSER NOREPLICATION NOBYPASSRLS;")
    run = dbbackup("restore", file, "--confirm", "-U", us).ok()
    assert len(re.findall(f"warning: ALTER ROLE {us} WITH .*: passed over: it is the role as which", run.err)) == 2
    assert f'warning: the role "{us}", as which this restore is connected, now has the password' in run.err
    assert pg.psql(f"""select rolsuper, rolcanlogin, rolpassword
                         from pg_authid where rolname = '{us}'""") == f"t|t|md5{'1' * 32}"
    assert "now has the password" not in dbbackup("restore", file, "--confirm", "-U", us).ok().err
    pg.psql(f"drop role {made}")


def test_tablespaces_in_folders(own_pg, tmp_path):
    """One with a location of its own, which must be empty on the server that it is restored to."""
    program = harness.Program(own_pg, tmp_path)
    place = own_pg.psql("select current_setting('data_directory')") + "/../place Ünï"
    own_pg.psql(f"""copy (select 1) to program $$mkdir "{place}" "{place} 2"$$""")
    place = str(pathlib.Path(place).resolve())
    own_pg.psql(f"create tablespace g_folder owner dbb_owner location '{place}'")
    own_pg.psql("alter tablespace g_folder set (seq_page_cost = 3)")
    file = tmp_path / "globals.sql"
    program("backup", "globals", "-o", file).ok()
    before = globals_of(own_pg)
    # There already, as it is.
    run = program("restore", file, "--confirm", "-v").ok()
    assert "CREATE TABLESPACE g_folder LOCATION: exists already" in run.err and "warning" not in run.err
    own_pg.psql("drop tablespace g_folder")
    program("restore", file, "--confirm").ok()
    assert globals_of(own_pg) == before
    # There already, elsewhere and somebody else's: it stays where it is, and gets its owner.
    own_pg.psql("drop tablespace g_folder")
    own_pg.psql(f"create tablespace g_folder location '{place} 2'")
    run = program("restore", file, "--confirm").ok()
    assert "warning: CREATE TABLESPACE g_folder LOCATION: it exists already, in another place" in run.err
    assert globals_of(own_pg) == before.replace(f"{place}'", f"{place} 2'")
    # No such folder.
    own_pg.psql("drop tablespace g_folder")
    own_pg.psql(f"""copy (select 1) to program $$rmdir "{place}"$$""")
    program("restore", file, "--confirm").failed(1, "CREATE TABLESPACE g_folder LOCATION: .*directory .* does not exist")


def test_which_databases(own_pg):
    tool = pathlib.Path(harness.DBBACKUP).resolve().parent
    tools = [folder / "tests" / "unit" / "choose_databases" for folder in (tool, *tool.parents)]
    tool = next((path for path in tools if path.exists()), None)
    if tool is None:
        pytest.skip("choose_databases isn't built beside the program")
    for name in ("shop", "Shop Old", "shop.dot", 'q"uote', "closed", "broken"):
        own_pg.create_db(name)
    own_pg.psql("alter database closed allow_connections false")
    own_pg.psql("update pg_database set datconnlimit = -2 where datname = 'broken'")

    def choose(*patterns, user="postgres"):
        run = subprocess.run([tool, *patterns], env={**own_pg.env, "PGUSER": user}, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True, timeout=harness.TIMEOUT)
        return run.stdout.split("\n")[:-1], run.stderr

    everything = ["template1 template sized", "postgres database sized", *(f"{name} database sized" for name in (
        "Shop Old", 'q"uote', "shop", "shop.dot"))]
    got, said = choose()
    assert (got[0], sorted(got)) == (everything[0], sorted(everything))
    assert sorted(re.findall(r'the database "(\w+)" allows no connections', said)) == ["broken", "closed"]
    assert "template0" not in said
    assert choose("+shop*")[0] == ["shop database sized", "shop.dot database sized"]
    assert choose('+"Shop Old"', '+q"""uote"')[0] == ["Shop Old database sized", 'q"uote database sized']
    got, said = choose("-SHOP*", "-template1", "-closed", "-b*")
    assert sorted(got) == ["Shop Old database sized", "postgres database sized", 'q"uote database sized'] and said == ""
    assert choose("+shop", "-s*") == ([], "")
    assert choose("+nothing*") == ([], 'error: no database matches "nothing*"\n')
    assert sorted(choose("-nothing*")[0]) == sorted(everything)
    assert "too many names" in choose("-shop.dot")[1]
    # What may not be looked into has no size.
    own_pg.psql("create role looker login; revoke connect on database shop from public")
    assert choose("+shop", user="looker")[0] == ["shop database unsized"]


DATABASES = """
    create database plain;
    create database "Ünï 'odd' ""na""me" owner "Ünïcode 🎈" template template0 encoding 'LATIN1'
        lc_collate 'C' lc_ctype 'C';
    create database icu template template0 locale_provider icu icu_locale 'de-DE' connection limit 5;
    create database model is_template true owner g_login tablespace g_bare;
    create database empty;
    comment on database plain is 'it''s plain';
    grant connect on database plain to g_plain with grant option;
    revoke all on database plain from public;
    grant create, temporary on database icu to "G Space";
    alter database plain set work_mem = '11MB';
    alter database plain set search_path = 'a b', public;
    alter database icu set default_transaction_read_only = on;
    alter role g_app in database plain set statement_timeout = '7s';
    alter role "Ünïcode 🎈" in database icu set custom.value = 'it''s';
    grant g_plain to g_login;
"""


def test_a_server_without_postgres(own_pg, tmp_path):
    """Where nobody may connect to the database that each server has, there is another one."""
    program = harness.Program(own_pg, tmp_path)
    expected = program("backup", "globals", "-o", "-").ok().out
    own_pg.psql("alter database postgres allow_connections false", db="template1")
    assert program("backup", "globals", "-o", "-").ok().out == expected
    own_pg.psql("alter database postgres rename to gone", db="template1")
    assert program("backup", "globals", "-o", "-").ok().out == expected


@pytest.mark.long
def test_a_whole_server(empty, tmp_path):
    """Globals, then each database: pg_dumpall sees no difference between the two servers."""
    server, program = empty
    source = harness.Server(tmp_path / "source", roles=())
    try:
        fill(source)
        for statement in DATABASES.strip().split(";\n"):
            source.psql(statement)
        source.psql("create table t as select 1 as id; alter table t owner to g_plain", db="plain")
        source.psql("create schema s authorization \"G Space\"; create view s.v as select 1", db="Ünï 'odd' \"na\"me")
        backup = harness.Program(source, tmp_path)
        names = [name for name in source.databases() if name not in ("template0", "template1", "postgres")]
        backup("backup", "globals", "-o", "globals.sql").ok()
        for number, name in enumerate(names):
            backup("backup", "single", name, "-o", f"{number}.sql.gz").ok()

        def everything(of):
            text = of.tool("pg_dumpall", stdout=subprocess.PIPE).stdout.decode()
            return re.sub(r"LOCATION 'pg_tblspc/\d+'", "", re.sub(r"^\\(un)?restrict .*\n", "", text, flags=re.M))

        program("restore", "globals.sql", "--confirm").ok()
        for number, name in enumerate(names):
            program("restore", f"{number}.sql.gz", "--create").ok()
        assert everything(server) == everything(source)
    finally:
        source.stop("immediate")
