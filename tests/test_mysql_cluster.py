# SPDX-License-Identifier: Apache-2.0
"""A whole MariaDB server: users, roles, privileges and every database, out and back. The measure is what mariadb-dump
says of each database and of the users, and what the server itself says of both."""
import re

import pytest

import harness
import mariadb
import mysql_globals

AWKWARD = {
    "shop": "character set utf8mb4 collate utf8mb4_unicode_ci",
    "Ünï `odd\" 'name': x": "character set latin1 comment 'it''s odd'",
    "empty": "character set latin2 collate latin2_czech_cs",
    "comma, and/slash": "character set utf8mb3",
    "UPPER": "character set cp1251",
    "upper": "character set ascii",
}
# Whose definers, and users' rights, need one another.
OWNED = """
    create table t (a int primary key, b varchar(20)) engine=InnoDB;
    insert into t select seq, concat('r', seq) from seq_1_to_3000;
    create definer=plain@localhost view v as select a from t;
    create definer=`o'b"a``c\\s l`@`%.exa_mple.com` procedure p() sql security definer select 1;
    create definer=late@localhost function f() returns int deterministic return 1;
    create definer=`ü@ñ`@`192.168.%` trigger tr before insert on t for each row set new.b = upper(new.b);
    create definer=plain@localhost event e on schedule every 1 year do set @a = 1;
    create definer=r1 sql security invoker view of_a_role as select 1 as one;"""
GRANTS = """grant select (a) on t to x509; grant execute on procedure p to r1; grant alter routine on function f to reader;
    grant trigger, delete on t to public"""


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    server = mysql_globals.start(tmp_path_factory.mktemp("full"))
    mysql_globals.fill(server)
    for name, options in AWKWARD.items():
        server.create(OWNED if name != "empty" else "", name=name, options=options)
        if name != "empty":
            server.sql(GRANTS, name)
    server.load("shop", (harness.DATA / "mysql_shop.sql").read_bytes())
    yield server
    server.stop()


@pytest.fixture
def empty(tmp_path):
    server = mysql_globals.start(tmp_path / "empty")
    yield server
    server.stop()


@pytest.fixture
def program(full, tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    return harness.Program(full, folder)


def databases(server):
    return server.sql("select schema_name from information_schema.schemata where schema_name not in"
                      " ('mysql', 'sys', 'information_schema', 'performance_schema') order by binary schema_name").split("\n")


def assert_same(full, empty, names):
    """Databases with what they hold and are, users with what they may."""
    assert databases(empty) == names
    for name in names:
        text = [server.sql(f"show create database {mariadb.quote(name)}") for server in (full, empty)]
        assert text[0] == text[1]
        if re.search(r"[\\'\"]", name):  # mariadb-dump finds no such database
            columns = f"select * from information_schema.columns where table_schema = {mysql_globals.literal(name)}"
            assert full.sql(columns) == empty.sql(columns) != ""
        else:
            assert full.state(name) == empty.state(name), name
    mysql_globals.assert_same(full, empty)
    assert mysql_globals.dumped(full) == mysql_globals.dumped(empty)


@pytest.mark.long
@pytest.mark.parametrize("jobs", [1, 4])
def test_round_trip(full, empty, program, jobs):
    program("backup", "cluster", "-o", "c.tar.gz", "-j", jobs, "-v", *full.place).ok()
    names = databases(full)
    assert len(names) == 9
    program("verify", "c.tar.gz").ok()
    plan = program("restore", "cluster", "c.tar.gz", *empty.place).failed(2, "--confirm")
    assert databases(empty) == [""] and "users and roles" in plan.out
    restored = program("restore", "cluster", "c.tar.gz", "--confirm", "-j", jobs, *empty.place).ok()
    assert "passed over" not in restored.err
    assert_same(full, empty, names)
    program("restore", "cluster", "c.tar.gz", "--confirm", *empty.place).failed(2, "the server has already")
    # Not those whose names differ in case only: DROP DATABASE of one drops the events of both.
    program("restore", "cluster", "c.tar.gz", "--confirm", "--clean", "-j", jobs, "--database", "shop,g1,empty", *empty.place).ok()
    assert_same(full, empty, names)


def test_some_of_it(full, empty, program):
    """Rights on tables of databases that don't come are named, and nothing else lacks."""
    program("backup", "cluster", "-o", "c.tar.gz", *full.place).ok()
    run = program("restore", "cluster", "c.tar.gz", "--confirm", "--database", "upper,g1", *empty.place).ok()
    assert databases(empty) == ["g1", "upper"]
    assert 'warning: privileges on tables and routines of the database "UPPER" were passed over' in run.err
    assert not re.search('routines of the database "(g1|upper)"', run.err)
    for name in "g1", "upper":
        assert full.state(name) == empty.state(name)


def test_our_own_password(full, empty, program):
    """It changes when all else is done: every database needs a connection of its own."""
    full.sql("create user boss identified by 'new'; grant all on *.* to boss with grant option")
    empty.sql("create user boss identified by 'old'; grant all on *.* to boss with grant option;"
              " grant proxy on ''@'%' to boss with grant option")
    try:
        program("backup", "cluster", "-o", "c.tar.gz", *full.place).ok()
        place = ("--db-type", "mariadb", "--socket", empty.socket, "--user", "boss")
        run = program("restore", "cluster", "c.tar.gz", "--confirm", "-j", 4, *place, env={"MYSQL_PWD": "old"}).ok()
        assert "warning: the user `boss`@`%`, as whom this restore is connected, is now as " in run.err
        assert databases(empty) == databases(full)
        assert mysql_globals.record_of(empty.sql("select priv from mysql.global_priv where user = 'boss'")) == \
            mysql_globals.record_of(full.sql("select priv from mysql.global_priv where user = 'boss'"))
    finally:
        full.sql("drop user boss")
