# SPDX-License-Identifier: Apache-2.0
"""A whole MariaDB server, out and back: what is other than with PostgreSQL (test_restore_cluster.py)."""
import pytest

from on_mariadb import run  # noqa: F401 (fixture)

NAMES = ("rc_a", "rc_b", "rc_c", "rc od,d `name`")


def quote(name):
    return "`" + name.replace("`", "``") + "`"


@pytest.fixture
def server(maria):
    """With databases whose views need one another, against any order; and a user of one of them."""
    def drop():
        maria.sql("".join(f"drop database if exists {quote(name)};" for name in (*NAMES, "rc_other"))
                  + "drop user if exists rc_ann@localhost")

    drop()
    maria.sql("".join(f"create database {quote(name)} character set latin1;" for name in NAMES)
              + """create table rc_a.t (a int primary key); insert into rc_a.t values (1), (2);
                   create table rc_b.t (a int primary key); insert into rc_b.t values (3);
                   create table rc_c.t (a int primary key, b text); insert into rc_c.t values (5, repeat('x', 3000));
                   create view rc_b.v as select a from rc_a.t;
                   create view rc_a.v as select a from rc_c.t;
                   create view rc_c.v as select v.a from rc_b.v;
                   create user rc_ann@localhost identified by 'pw';
                   grant select on rc_c.v to rc_ann@localhost""")
    yield maria
    drop()


@pytest.mark.parametrize("jobs", (1, 4))
def test_round_trip(server, run, jobs):  # noqa: F811
    run("backup", "cluster", "-o", "c.tar.gz", "--include-database", "rc*").ok()
    before = [server.state(name) for name in NAMES]
    server.sql("drop user rc_ann@localhost; drop database rc_a; create table rc_b.mine (a int); create database rc_other")
    run("restore", "cluster", "c.tar.gz", "--confirm", "-j", jobs).failed(2, 'has already: "rc od,d `name`", "rc_b", "rc_c"', "--clean")
    result = run("restore", "cluster", "c.tar.gz", "--confirm", "--clean", "-j", jobs, "-v").ok()
    if jobs == 1:  # of several at once each may find what it needs
        assert 'database "rc_' in result.err and "it is restored again after the others: VIEW" in result.err
    assert "warning" not in result.err
    assert [server.state(name) for name in NAMES] == before
    assert server.sql("show databases like 'rc\\_other'").strip() != ""
    assert "rc_c" in server.sql("show grants for rc_ann@localhost")
    # What it needs is not there, nor to come.
    server.sql("drop database rc_a; drop database rc_b; drop database rc_c")
    run("restore", "cluster", "c.tar.gz", "--confirm", "--database", 'rc_a,"rc od,d `name`"', "--clean", "--no-globals", "-j",
        jobs).failed(3, 'database "rc_a" was not restored: VIEW rc_a.v: .*rc_c.t', '1 of 2 databases not restored: "rc_a" failed')


def test_names_that_differ_in_case(maria, run):  # noqa: F811
    """DROP DATABASE takes along the events of the other one: that isn't done unasked."""
    drop = "drop database if exists rc_case; drop database if exists RC_CASE"
    event = "create event {}.e on schedule every 1 year do set @a = 1"
    maria.sql(f"{drop}; create database rc_case; create database RC_CASE; " + event.format("rc_case"))
    events = "select event_schema from information_schema.events where event_schema like 'rc\\_case'"
    try:
        run("backup", "cluster", "-o", "c.tar.gz", "--include-database", '"rc_case"', "--include-database", '"RC_CASE"').ok()
        clean = ("restore", "cluster", "c.tar.gz", "--confirm", "--clean", "--no-globals", "--database")
        run(*clean, "RC_CASE").failed(2, 'would drop the events of the database "rc_case"', "Drop both")
        assert maria.sql(events) == "rc_case"
        run(*clean, "rc_case").ok()
        assert maria.sql(events) == "rc_case"
    finally:
        maria.sql(drop)
