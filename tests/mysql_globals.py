# SPDX-License-Identifier: Apache-2.0
"""What belongs to no database of MariaDB and MySQL: how to make it, and what the server says of it. Used by the tests
on this system's MariaDB and by those on other servers."""
import json
import re

import mariadb
from harness import DATA

LEFT_OVER = "`g1`.`gone`"  # there is a grant on it, and no such table
LAST = "-- dbbackup: these were the globals\n"


def prepare(server):
    """So that they can be made on it. server: MariaDB with its plugins."""
    if server.dbms == "mysql":
        server.sql("set persist partial_revokes = on")
    else:
        server.sql("install soname 'auth_ed25519'")
    return server


def start(folder):
    """This system's MariaDB, on which they can be made."""
    server = mariadb.with_plugins(folder)
    try:
        return prepare(server)
    except BaseException:
        server.stop()
        raise


def fill_databases(server):
    server.load("", (DATA / "mysql_globals.sql").read_bytes().split(b"-- users\n")[0])


def fill(server):
    fill_databases(server)
    server.load("", (DATA / "mysql_globals.sql").read_bytes().split(b"-- users\n")[1])
    server.load("", (DATA / f"mysql_globals_{server.dbms}.sql").read_bytes())


def literal(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def rows(server, sql):
    return sorted(tuple(line.split("\t")) for line in server.sql(sql).split("\n") if line)


def account(server, user, host):
    return literal(user) if host == "" and server.dbms == "mariadb" else f"{literal(user)}@{literal(host)}"


def record_of(text):
    """MariaDB's of a user, without when it was made, and what is as if it weren't said."""
    record = {"password_lifetime": -1, "password_last_changed": 1, **json.loads(text)}
    said = {key: value for key, value in record.items() if value and key not in ("version_id", "password_last_changed")}
    if said.get("plugin") == "mysql_native_password" and "authentication_string" not in said:
        del said["plugin"]
    if said.get("access", 0) % 2**39 == 2**39 - 1:
        said["access"] = "all"  # also of versions to come, until the server writes it down again
    return {**said, "lifetime": record["password_lifetime"], "expired": record["password_last_changed"] == 0}


def globals_of(server):
    """A dict of all that the server says, in words and in tables."""
    own = "('mariadb.sys', 'mysql.sys', 'mysql.session', 'mysql.infoschema')"
    said = {}
    for user, host, *_ in rows(server, f"select user, host, 1 from mysql.user where user not in {own}"):
        name = account(server, user, host)
        if server.dbms == "mysql" or host != "":
            said["create", name] = server.sql(f"set session print_identified_with_as_hex = 1; show create user {name}"
                                              if server.dbms == "mysql" else f"show create user {name}")
        if user != "PUBLIC":
            lines = server.sql(f"show grants for {name}").split("\n")
            said["grants", name] = {line for line in lines if LEFT_OVER not in line}
    said["proxies"] = {*rows(server, "select host, user, if(proxied_host = '', '%', proxied_host), proxied_user, with_grant"
                             " from mysql.proxies_priv")}
    said["servers"] = [row[:9] for row in rows(server, "select * from mysql.servers")]
    if server.dbms == "mysql":
        for table in ("role_edges", "default_roles", "global_grants"):
            said[table] = rows(server, f"select * from mysql.{table}")
        said["attributes"] = rows(server, "select user, host, json_remove(user_attributes, '$.additional_password')"
                                  " from mysql.user")
        said["tablespaces"] = rows(server, "select name, page_size, zip_page_size, space_type, encryption, autoextend_size"
                                   " from information_schema.innodb_tablespaces where space_type = 'General'")
    else:
        said["public"] = {*server.sql("show grants for public").split("\n")}
        said["roles"] = rows(server, "select * from mysql.roles_mapping")
        said["records"] = {(user, host): record_of(record)
                           for user, host, record in rows(server, "select user, host, priv from mysql.global_priv")}
    return said


def dumped(server):
    """What the stock dumper says of users: lines, for it writes them in no order."""
    text = server.tool(server._dump, "--system=users", "--skip-dump-date").stdout.decode()
    return {line for line in text.split("\n")
            if not re.match("-- (Host|Server|MariaDB)|GRANT PROXY", line) and LEFT_OVER not in line}


def assert_same(one, other):
    a, b = globals_of(one), globals_of(other)
    differences = [f"{key}\n< {a.get(key)}\n> {b.get(key)}" for key in sorted({*a, *b}, key=str) if a.get(key) != b.get(key)]
    assert not differences, "\n".join(differences)[:6000]


def assert_round_trip(program, full, empty):
    """Users go to another server, then the databases, then what they may do there; once more changes nothing."""
    program("backup", "globals", "-o", "g.sql", *full.place).ok()
    script = (program.folder / "g.sql").read_text()
    assert f"-- What this is on isn't there: GRANT SELECT ON {LEFT_OVER} TO `x509`@`%`\n" in script
    lines = [line for line in script.split("\n") if line]
    assert len({*lines}) == len(lines)  # also of rights that come by way of roles
    assert program("verify", "g.sql").ok().out.startswith("g.sql: intact")
    program("restore", "g.sql", *empty.place).failed(2, "of which the server has [1-9]", "--confirm")
    assert empty.sql("select count(*) from mysql.user where user = 'x509'") == "0"
    run = program("restore", "g.sql", "--confirm", *empty.place).ok()
    assert re.search(r'tables and routines of the database "g_2%" were passed over \([12]\)', run.err), run
    fill_databases(empty)
    for _ in range(2):
        run = program("restore", "g.sql", "--confirm", *empty.place).ok()
        assert "warning" not in run.err, run
        assert_same(full, empty)
    if full.dbms == "mariadb":
        assert dumped(full) == dumped(empty)
    program("backup", "globals", "-o", "again.sql", *empty.place).ok()
    assert (program.folder / "again.sql").read_text() == re.sub(".*" + LEFT_OVER + ".*\n|\n-- Not in this backup\n", "", script)


def assert_the_client_loads_it(program, full, empty):
    program("backup", "globals", "-o", "g.sql", *full.place).ok()
    fill_databases(empty)
    empty.load("", (program.folder / "g.sql").read_bytes())
    assert_same(full, empty)
