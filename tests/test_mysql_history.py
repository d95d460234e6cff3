# SPDX-License-Identifier: Apache-2.0
"""MariaDB's system-versioned tables, with the rows that are no more."""
import gzip
import json

import pytest

from marks import long_but
from on_mariadb import Statements, back_up, run, target, way  # noqa: F401 (fixtures)

# Columns of the rows' times that have no names, some, or hidden ones; engines; partitions.
VERSIONED = """
    create table plain (id int primary key, t varchar(20), key (t)) with system versioning;
    insert into plain values (1, 'a'), (2, 'b'), (3, 'c');
    update plain set t = concat(t, 'x'); delete from plain where id = 2; insert into plain values (2, 'new');
    begin; insert into plain values (9, 'in'); update plain set t = 'one transaction' where id = 9; commit;
    create table named (id int auto_increment primary key, t text, `s``1` timestamp(6) generated always as row start,
        e timestamp(6) generated always as row end, period for system_time(`s``1`, e)) with system versioning;
    insert into named (t) values ('a'), ('b'); update named set t = 'c'; delete from named where id = 1;
    create table hidden (id int primary key, g int as (id + 1) stored, s timestamp(6) generated always as row start
        invisible, e timestamp(6) generated always as row end invisible, period for system_time(s, e))
        with system versioning;
    insert into hidden (id) values (1), (2); update hidden set id = id + 10; delete from hidden where id = 11;
    create table a_part (id int primary key, a int, b int without system versioning) with system versioning;
    insert into a_part values (1, 1, 1), (2, 2, 2); update a_part set a = a + 1; update a_part set b = b + 10;
    delete from a_part where id = 1;
    create table no_key (a int) with system versioning;
    insert into no_key values (1), (1), (2); update no_key set a = 5 where a = 1;
    create table my (a int) engine=MyISAM with system versioning; insert into my values (1); update my set a = 2;
    create table aria (a int) engine=Aria with system versioning; insert into aria values (1); update aria set a = 2;
    create table gone (a int) with system versioning; insert into gone values (1); delete from gone;
    create table untouched (a int) with system versioning; insert into untouched values (1);
    create table empty (a int) with system versioning;
    create table unversioned (row_start int, row_end int); insert into unversioned values (1, 2);
    create table parent (id int primary key) with system versioning;
    create table child (id int primary key, p int references parent (id)) with system versioning;
    insert into parent values (1), (2); insert into child values (1, 1), (2, 2);
    delete from child where id = 2; delete from parent where id = 2;
    set timestamp = 1600000000;
    create table by_time (id int primary key, a int) with system versioning
        partition by system_time interval 1 hour starts '2020-09-13 00:00:00' partitions 24;
    insert into by_time select seq, seq from seq_1_to_10;
    set timestamp = 1600010000; update by_time set a = a + 1 where id < 5;
    set timestamp = 1600020000; update by_time set a = a + 1 where id < 8; delete from by_time where id = 1;
    set timestamp = default;
    create table by_number (id int primary key, a int) with system versioning
        partition by system_time limit 5 partitions 4;
    insert into by_number select seq, seq from seq_1_to_4; update by_number set a = a + 1;
    update by_number set a = a + 1;"""

# More than goes by INSERT.
LARGE = """
    create table large (id int primary key, t varchar(200), j json, b blob) with system versioning;
    insert into large select seq, concat('é', repeat('x', 100), seq), '{"a": 1}', unhex(md5(seq)) from seq_1_to_3000;
    update large set t = concat('y', t), b = null where id % 2; delete from large where id % 5 = 0;
    create table large_named (id int primary key, t varchar(200) character set latin1, s timestamp(6) generated always
        as row start invisible, e timestamp(6) generated always as row end, period for system_time(s, e))
        with system versioning;
    insert into large_named (id, t) select seq, concat('é', repeat('x', 100), seq) from seq_1_to_3000;
    update large_named set t = concat('y', t) where id % 2;"""


@pytest.fixture(scope="module")
def versioned(maria):
    return maria.create(VERSIONED + LARGE, name="versioned")


def assert_same(maria, one, other):
    """Each row with its times: a checksum counts these, and those that are no more."""
    maria.assert_same(one, other)
    tables = maria.sql(f"select table_name from information_schema.tables where table_schema = '{one}' and table_type ="
                       " 'SYSTEM VERSIONED'").split("\n")
    assert len(tables) > 1
    for table in tables:
        assert maria.checksum(one, table) == maria.checksum(other, table), table
    parts = [maria.sql(f"select count(*) from by_time partition (p{n})", one) for n in range(23)]
    assert parts == [maria.sql(f"select count(*) from by_time partition (p{n})", other) for n in range(23)]
    assert sum(count != "0" for count in parts) == 2


@pytest.mark.parametrize("jobs", long_but(4, [1, 4]))
def test_round_trip(maria, run, maria_backup, back_up, versioned, target, jobs, way):
    file = back_up(versioned, "--history", "-j", jobs)
    statements = Statements(maria)
    run("restore", file, "--target", target, "--create", "-j", jobs).ok()
    assert statements[way] == 4
    assert_same(maria, versioned, target)
    maria_backup("verify", file).ok()


def test_the_stock_client_loads_it(maria, back_up, versioned, target):
    file = back_up(versioned, "--history")
    maria.create(gzip.decompress(file.read_bytes()), name=target)
    assert_same(maria, versioned, target)


def test_as_a_script(maria, run, back_up, versioned, target):
    file = back_up(versioned, "--history")
    maria.create(name=target)
    with open(file, "rb") as stream:
        run("restore", "-", "--target", target, stdin=stream).ok()
    assert_same(maria, versioned, target)


def test_rows_of_now_have_no_end(back_up, versioned):
    """To other versions of the server the end of all time is another moment."""
    text = gzip.decompress(back_up(versioned, "--history").read_bytes()).decode()
    assert "'2038-01-19" not in text and "(`id`, `t`, `row_start`) VALUES" in text


def test_without_it(maria, run, back_up, versioned, target):
    """Only the rows of now, and how much is left out is said once."""
    result = run("backup", "single", versioned, "-o", "b.sql.gz", "-v").ok()
    assert [line for line in result.err.split("\n") if "--history" in line] == [
        "dbbackup: 14 system-versioned tables: rows of earlier times are left out; --history takes them along"]
    run("restore", "b.sql.gz", "--target", target, "--create").ok()
    assert maria.sql("select count(*) from plain for system_time all", target) == "4"
    result = run("backup", "single", versioned, "-o", "b.sql.gz", "-v", "-t", "untouched", "-t", "unversioned").ok()
    assert "--history" not in result.err


def test_info(maria_backup, back_up, versioned):
    file = back_up(versioned, "--history", "-t", "plain", "-t", "gone", "-t", "unversioned")
    assert "of 2 tables" in maria_backup("info", file).ok().out
    tables = json.loads(maria_backup("info", "--json", file).ok().out)["tables"]
    assert {table["name"] for table in tables if table["history"]} == {"plain", "gone"}


def test_history_by_transactions(maria, run, target):
    db = maria.create("""
        create table trx (a int, s bigint unsigned generated always as row start,
            e bigint unsigned generated always as row end, period for system_time(s, e)) with system versioning;
        create table other (a int) with system versioning;
        insert into trx (a) values (1); insert into other values (1); update trx set a = 2; update other set a = 2""")
    assert ": trx\n" in run("backup", "single", db, "-o", "b.sql.gz", "--history").failed(1).err
    assert "2 system-versioned tables" in run("backup", "single", db, "-o", "b.sql.gz", "-v").ok().err
    run("backup", "single", db, "-o", "c.sql.gz", "--history", "--exclude-table-data=trx").ok()
    for file, rows in ("b.sql.gz", "1\t1"), ("c.sql.gz", "0\t2"):
        run("restore", file, "--target", target, "--create").ok()
        assert maria.sql("select (select count(*) from trx), (select count(*) from other for system_time all)",
                         target) == rows
        maria.sql(f"drop database {target}")


def test_a_server_that_shows_another_time(maria, run, back_up, target):
    """What sessions see of versioned tables may be set for all of them."""
    db = maria.create("create table t (a int) with system versioning; set timestamp = 1600000000;"
                      "insert into t values (1); set timestamp = default; update t set a = 2")
    maria.sql("set global system_versioning_asof = '2021-01-01'")
    try:
        assert maria.sql("select a from t", db) == "1"
        file = back_up(db)
    finally:
        maria.sql("set global system_versioning_asof = default")
    run("restore", file, "--target", target, "--create").ok()
    assert maria.sql("select a from t", target) == "2"
