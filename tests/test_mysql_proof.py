# SPDX-License-Identifier: Apache-2.0
"""verify --restore of MariaDB: what comes back is compared with the file, and what differs is found."""
import json

import pytest

from harness import DATA
from on_mariadb import back_up, run  # noqa: F401 (fixtures)


@pytest.fixture(autouse=True)
def nothing_is_left(maria):
    yield
    assert maria.sql("show databases like 'dbbackup_verify%'") == ""


def test_equal(maria, run, maria_backup):
    """Two databases in an archive of the server; its own tables and events stay as they are."""
    maria.create((DATA / "mysql_torture.sql").read_bytes() + (DATA / "mariadb_torture.sql").read_bytes(), name="proof_one")
    maria.create("create table t (id int primary key, v varchar(9)); insert into t values (1, 'a'), (2, null);"
                 "create event e on schedule every 1 second starts '2000-01-01' do insert into proof_two.t values (9, 'e');",
                 name="proof_two")
    file = maria_backup.folder / "cluster.tar.gz"
    run("backup", "cluster", "-o", file, "--include-database", "proof_*", "--history").ok()
    told = run("verify", file, "--restore", "--report", "report.json", "-j", 3).ok()
    report = json.loads((maria_backup.folder / "report.json").read_text())
    assert report["equal"] and [found["verdict"] for found in report["databases"]] == ["equal", "equal"]
    assert "database proof_one: equal. " in told.out and "database proof_two: equal. " in told.out
    assert report["databases"][1]["not_restored"] == 1 and report["databases"][1]["rows"] == 2
    told = run("verify", file, "--restore", "--database", "proof_two").ok()
    assert "proof_one" not in told.out
    assert maria.sql("select count(*) from proof_two.t") == "2"  # the event scheduler is off, and no copy of it ran


def test_definers(maria, run, back_up):
    """Of who restores, where the file doesn't name one, or shouldn't."""
    maria.sql("create or replace user proof identified by 'p'; grant all on *.* to proof with grant option")
    db = maria.create("create table t (id int); create definer = proof view v as select id from t;"
                      "create definer = proof procedure p() select 1;")
    told = run("verify", back_up(db, "--no-definer"), "--restore").ok()
    assert "equal. " in told.out
    run("verify", back_up(db), "--restore").ok()
    run("verify", back_up(db), "--restore", "--no-definer").ok()


def test_differences(maria, run, back_up, maria_backup):
    """Whoever logs in alters a row, and makes a table, of the scratch database as soon as it is there."""
    maria.create("""
        delimiter ;;
        create procedure spoil() begin
            declare continue handler for sqlexception begin end;
            for scratch in (select table_schema as db from information_schema.tables
                             where table_schema like 'dbbackup\\_verify\\_%' and table_name = 't') do
                execute immediate concat('update `', scratch.db, '`.t set v = ''other'' where id = 2');
                execute immediate concat('create index more on `', scratch.db, '`.u (id)');
            end for;
        end;;""", name="spoiler")
    db = maria.create("create table t (id int primary key, v varchar(9)); insert into t values (1, 'a'), (2, 'b');"
                      "create table u (id int); insert into u values (1), (1), (2);")
    file = back_up(db)
    maria.sql("create or replace user proof identified by 'p'; grant all on *.* to proof;"
              "revoke super, connection admin on *.* from proof; set global init_connect = 'call spoiler.spoil()'")
    try:
        told = maria_backup("verify", file, f"mysql://proof:p@127.0.0.1:{maria.port}/", "--restore", "-j", 1).failed(4)
    finally:
        maria.sql("set global init_connect = ''")
    assert "TABLE DATA t: its contents differ" in told.out.replace(f"{db}.", "")
    assert "INDEX" in told.out and "2 differences" in told.out
