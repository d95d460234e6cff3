# SPDX-License-Identifier: Apache-2.0
"""One MariaDB database, out and back."""
import contextlib
import gzip
import json
import os
import re
import select
import signal
import subprocess

import pytest

from harness import DATA, DBBACKUP, wait_for
from marks import long_but
from on_mariadb import back_up, run, target  # noqa: F401 (fixtures)

TORTURE = b"\n".join((DATA / name).read_bytes() for name in ("mysql_torture.sql", "mariadb_torture.sql"))


@pytest.fixture(scope="module")
def torture(maria):
    return maria.create(TORTURE, name="torture")


@pytest.fixture(scope="module")
def others(maria):
    """The same without a view that mariadb-dump's own script can't make: it needs another that comes later."""
    return maria.create(TORTURE + b"DROP VIEW av;")


# --- Out and back -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("compression, jobs", [("gzip", 1), ("zstd", 4), ("none", 2)])
def test_round_trip(maria, run, back_up, torture, target, compression, jobs):
    file = back_up(torture, "-Z", compression, "-j", jobs)
    result = run("restore", file, "--target", target, "--create", "-j", jobs).ok()
    maria.assert_same(torture, target)
    manifest = json.loads(open(f"{file}.json").read())
    assert manifest["dbms"] == "mariadb" and re.fullmatch(r"binlog\.\d+:\d+, GTID 0-1-\d+", manifest["snapshot"])
    assert "broken" not in result.err


def test_the_stock_client_loads_it(maria, back_up, torture, target):
    file = back_up(torture)
    maria.sql(f"create database {target} character set utf8mb4")
    maria.load(target, gzip.decompress(file.read_bytes()))
    maria.assert_same(torture, target)


def test_the_stock_client_makes_the_database(maria, back_up, target):
    db = maria.create("create table t (a int primary key, b text); insert into t values (1, 'x')",
                      options="character set latin1 collate latin1_german1_ci")
    file = back_up(db, "--create", "--clean")
    before = maria.state(db)
    maria.load("", gzip.decompress(file.read_bytes()))
    assert maria.state(db) == before
    assert "latin1_german1_ci" in maria.sql(f"show create database {db}")


def test_the_stock_client_drops_first(maria, back_up):
    """--clean without --create: into the same database again."""
    db = maria.create("create table parent (id int primary key); insert into parent values (1), (2);"
                      "create table child (id int primary key, parent int, foreign key (parent) references parent (id));"
                      "insert into child values (1, 2); create view v as select * from child; create sequence s;"
                      "create procedure p() select 1; create function f() returns int deterministic return 1;"
                      "create trigger tr before insert on child for each row set @a = 1;"
                      "create event e on schedule every 1 day disable do select 1")
    file = back_up(db, "--clean")
    before = maria.state(db)
    maria.sql("delete from child where id = 1; alter table parent add more int; drop view v; drop procedure p", db)
    maria.load(db, gzip.decompress(file.read_bytes()))
    assert maria.state(db) == before


def test_from_a_pipe(maria, run, back_up, torture, target):
    file = back_up(torture)
    with open(file, "rb") as stream:
        run("restore", "-", "--target", target, "--create", stdin=stream).ok()
    # The script's settings don't say what the database's default character set is.
    a, b = maria.state(torture), maria.state(target)
    assert [line for line in a if b"ALTER DATABASE" not in line] == [line for line in b if b"ALTER DATABASE" not in line]


def test_long_tables_are_several_chunks(maria, run, back_up, target):
    db = maria.create("create table t (id int primary key, a varchar(1000), b blob);"
                      "insert into t select seq, repeat(char(65 + seq % 26), 700), unhex(md5(seq)) from seq_1_to_30000;")
    file = back_up(db)
    index = gzip.decompress(file.read_bytes()).decode().split("-- dbbackup index 1\n")[1].split("\n")
    data = next(json.loads(line[3:]) for line in index if '"TABLE DATA"' in line)
    assert len(data["chunks"]) == 2
    assert sum(chunk[3] for chunk in data["chunks"]) == 30000
    run("restore", file, "--target", target, "--create").ok()
    maria.assert_same(db, target)


def chunk_rows(file):
    """By table, how many rows each chunk has."""
    index = gzip.decompress(file.read_bytes()).decode().split("-- dbbackup index 1\n")[1].split("\n")
    entries = [json.loads(line[3:]) for line in index if '"TABLE DATA"' in line]
    return {entry["name"]: [chunk[3] for chunk in entry["chunks"]] for entry in entries}


# Keys of all kinds, unevenly spread; with the last, only their beginning is of use, or nothing.
LARGE = """
    create table sparse (id bigint primary key, t varchar(900));
    insert into sparse select if(seq % 2, seq, (1 << 60) + seq * 1000000007), repeat(char(65 + seq % 26), 900)
        from seq_1_to_30000;
    create table text_key (tenant varchar(20) collate utf8mb4_unicode_ci, n int, k varbinary(8), t varchar(900),
        primary key (tenant, n, k));
    insert into text_key select concat('Größe ', seq div 15000), -seq div 7, unhex(lpad(hex(seq), 8, '0')),
        repeat(char(65 + seq % 26), 900) from seq_1_to_30000;
    create table mixed (d date, a varchar(30) character set utf8mb3, b varchar(30) character set latin1
        collate latin1_german2_ci, p text, t varchar(900), primary key (d, a, b, p(10)));
    set sql_mode = 'ALLOW_INVALID_DATES';
    insert into mixed select concat(2000 + seq div 20000, '-02-31'), concat('é', seq div 3000),
        concat('ß''\\\\', seq div 2), seq, repeat(char(65 + seq % 26), 900) from seq_1_to_30000;
    create table parts (d decimal(20, 5), u uuid, t varchar(900), primary key (d, u))
        partition by hash (floor(d)) partitions 3;
    insert into parts select seq div 1000 / 7, uuid(), repeat(char(65 + seq % 26), 900) from seq_1_to_30000;
    create table fractions (f float, n int, t varchar(900), primary key (f, n));
    insert into fractions select seq / 3, seq, repeat(char(65 + seq % 26), 900) from seq_1_to_30000;
    analyze table sparse, text_key, mixed, parts, fractions;"""


@pytest.mark.long
def test_large_tables_are_read_in_pieces(maria, run, back_up, target):
    """Each piece has its share of the rows, however the keys are spread."""
    db = maria.create(LARGE)
    file = back_up(db, "-j", 4)
    for table, rows in chunk_rows(file).items():
        assert sum(rows) == 30000, (table, rows)
        assert table == "fractions" or (len(rows) > 2 and max(rows) < 16000), (table, rows)
    run("restore", file, "--target", target, "--create", "-j", 4).ok()
    maria.assert_same(db, target)


def test_more_rows_than_the_server_believes(maria, run, back_up, target):
    """What is behind the last of the planned pieces is in the backup, too."""
    db = maria.create("create table t (id int primary key, a varchar(900)) stats_auto_recalc = 0;"
                      "insert into t select seq, repeat('x', 900) from seq_1_to_30000; analyze table t")
    with subprocess.Popen(["mariadb", "--no-defaults", "-uroot", "-S", maria.socket, db], stdin=subprocess.PIPE,
                          text=True) as other:  # the estimate counts what isn't committed
        print("begin; delete from t where id > 3000;", file=other.stdin, flush=True)
        wait_for(lambda: int(maria.sql(f"select table_rows from information_schema.tables where table_schema = '{db}'"))
                 < 5000, "the DELETE")
        file = back_up(db, "-j", 2)
        other.kill()
    rows = chunk_rows(file)["t"]
    assert sum(rows) == 30000 and max(rows) > 15000, rows
    run("restore", file, "--target", target, "--create", "-j", 2).ok()
    maria.assert_same(db, target)


def test_keys_and_triggers_come_after_the_rows(maria, run, back_up, target):
    """Also with several connections: else a trigger would count, and a foreign key look for its parent."""
    db = maria.create("""
        create table a (id int primary key, b int, t varchar(900), key (t(20)));
        create table b (id int primary key, a int, t varchar(900), key (a), foreign key (a) references a (id));
        create table counted (n int);
        insert into counted values (0);
        insert into b select seq, null, repeat('x', 900) from seq_1_to_20000;
        insert into a select seq, seq, repeat('y', 900) from seq_1_to_20000;
        update b set a = id;
        alter table a add foreign key (b) references b (id);
        create trigger tr after insert on a for each row update counted set n = n + 1;
        create view v as select * from a;
        analyze table a, b;""")
    file = back_up(db)
    for jobs in (1, 4):
        run("restore", file, "--target", target, "--create", "-j", jobs).ok()
        maria.assert_same(db, target)
        maria.sql(f"drop database {target}")


CHURN = """
    create table a (id int primary key, t varchar(900));
    insert into a select seq, repeat('x', 900) from seq_1_to_20000;
    create table b like a;
    insert into b select id + 100000, t from a;
    analyze table a, b;
    delimiter //
    create procedure churn(i int, up_to int) begin
        while i < up_to do
            start transaction;
            insert into b select id, t from a where id = i;
            delete from a where id = i;
            commit;
            set i = i + 1;
        end while;
    end//"""


@contextlib.contextmanager
def churn(maria, db):
    """Rows go from one table into the other: their sum is the same at each moment."""
    with contextlib.ExitStack() as stack:
        argv = ["mariadb", "--no-defaults", "-uroot", "-S", maria.socket, db, "-e"]
        processes = [stack.enter_context(subprocess.Popen([*argv, f"call churn({part}001, {part + 5}000)"]))
                     for part in (0, 5, 10, 15)]
        wait_for(lambda: maria.sql("select count(*) from a", db) < "20000", "the first of the changes")
        yield
        for process in processes:
            process.kill()


def rows_of_both(maria, run, target, file):
    run("restore", file, "--target", target, "--create").ok()
    return maria.sql("select (select count(*) from a) + (select count(*) from b)", target)


def test_several_connections_see_one_moment(maria, run, back_up, target):
    db = maria.create(CHURN)
    with churn(maria, db):
        file = back_up(db, "-j", 8)
    assert rows_of_both(maria, run, target, file) == "40000"


def test_nobody_commits_while_snapshots_are_opened(maria, back_up):
    db = maria.create("create table a (id int primary key, t varchar(900));"
                      "insert into a select seq, repeat('x', 900) from seq_1_to_20000; analyze table a")
    maria.sql("truncate mysql.general_log; set global log_output = 'TABLE', general_log = 1")
    try:
        back_up(db, "-j", 3)
        wait_for(lambda: "Quit" in maria.sql("select command_type from mysql.general_log"), "the log")
    finally:
        maria.sql("set global general_log = 0, log_output = 'FILE'")
    log = maria.sql("select if(command_type = 'Query', argument, concat(command_type, ' ', thread_id))"
                    " from mysql.general_log where command_type in ('Query', 'Quit')").split("\n")
    barrier = maria.sql("select thread_id from mysql.general_log where argument = 'BACKUP STAGE BLOCK_COMMIT'")
    opened = [place for place, line in enumerate(log) if line.startswith("START TRANSACTION WITH CONSISTENT")]
    assert len(opened) == 3
    assert log.index("BACKUP STAGE BLOCK_COMMIT") < min(opened) <= max(opened) < log.index(f"Quit {barrier}"), log


@pytest.mark.parametrize("way", ["not allowed", "blocked"])
def test_one_moment_without_a_lock(maria, run, maria_backup, target, way):
    """Several connections see the same by trial, or one does all the work and that is said."""
    db = maria.create(CHURN)
    maria.sql(f"create or replace user reader identified by 'p'; grant select, show view, trigger, event, execute,"
              f" alter routine on {db}.* to reader; grant select on mysql.proc to reader")
    place = (f"mysql://reader:p@127.0.0.1:{maria.port}/{db}",) if way == "not allowed" else (db, *maria.place)
    with churn(maria, db), subprocess.Popen(["mariadb", "--no-defaults", "-uroot", "-S", maria.socket],
                                            stdin=subprocess.PIPE, text=True) as other:
        if way == "blocked":
            print("backup stage start;", file=other.stdin, flush=True)
            wait_for(lambda: maria.sql("select 1 from information_schema.processlist where info is null and"
                                       " time_ms > 0 and command = 'Sleep'"), "the other's backup")
        result = maria_backup("backup", "single", *place, "-j", "4", "-o", "b.sql.gz").ok()
        other.stdin.close()
    assert result.err == "" or "one does all the work" in result.err
    assert rows_of_both(maria, run, target, maria_backup.folder / "b.sql.gz") == "40000"


@pytest.mark.long
def test_too_few_connections(maria, maria_backup, target):
    """Work goes on with those that there are."""
    db = maria.create(CHURN)
    maria.sql(f"create or replace user few identified by 'p' with max_user_connections 3;"
              f" grant all on *.* to few; create database {target}")
    place = f"mysql://few:p@127.0.0.1:{maria.port}"
    result = maria_backup("backup", "single", f"{place}/{db}", "-j", "8", "-o", "b.sql.gz").ok()
    assert "goes on with 2 connections" in result.err
    result = maria_backup("restore", "b.sql.gz", "--target", f"{place}/{target}", "-j", "8").ok()
    assert "goes on with 3 connections" in result.err
    maria.assert_same(db, target)
    maria.sql(f"drop database {target}; create database {target};"
              f" alter user few with max_user_connections 1")
    result = maria_backup("backup", "single", f"{place}/{db}", "-j", "8", "-o", "c.sql.gz").ok()
    assert "goes on with 1 connection." in result.err
    maria_backup("restore", "c.sql.gz", "--target", f"{place}/{target}", "-j", "8").ok()
    maria.assert_same(db, target)


def test_negative_zero(maria, run, back_up, target):
    db = maria.create("create table t (d double, f float); insert into t values ('-0', '-0'), (0, 0)")
    file = back_up(db)
    run("restore", file, "--target", target, "--create").ok()
    assert maria.sql("select d, f, 1 / d is null from t", target) == maria.sql("select d, f, 1 / d is null from t", db)
    maria.assert_same(db, target)


def test_verify_counts_the_rows(maria_backup, back_up, torture):
    file = back_up(torture)
    assert json.loads(maria_backup("verify", "--json", file).ok().out)["intact"]


def test_clean(maria, run, back_up, torture, target):
    file = back_up(torture)
    run("restore", file, "--target", target, "--create").ok()
    maria.sql("set foreign_key_checks = 0; delete from child; drop view av; create table other (a int)", target)
    assert "not empty" in run("restore", file, "--target", target).failed(2).err
    run("restore", file, "--target", target, "--clean").ok()
    maria.sql("drop table other", target)
    maria.assert_same(torture, target)


def test_clean_of_what_is_something_else(maria, run, back_up, target):
    """Of the same name, but a table: it isn't ours to drop."""
    file = back_up(maria.create("create table t (a int); create view v as select a from t"))
    maria.create("create table v (mine int); insert into v values (7)", name=target)
    run("restore", file, "--target", target, "--clean").failed(
        1, r"VIEW \S*\.v: Table 'v' already exists", "drops no table where the backup has a view")
    assert maria.sql("select mine from v", target) == "7"


def test_clean_by_one_who_may_not(maria, maria_backup, back_up, target):
    """Nothing is dropped, and the error names what the first was."""
    file = back_up(maria.create("create table t (a int)"))
    maria.create("create table t (mine int); insert into t values (7)", name=target)
    maria.sql(f"create or replace user nobody identified by 'p'; grant select, create, insert, alter on {target}.* to nobody")
    maria_backup("restore", file, "--target", target, "--clean", "--db-type", "mariadb", "-h", "127.0.0.1", "-p", maria.port,
                 "-U", "nobody", env={"MYSQL_PWD": "p"}).failed(1, r"TABLE \S*t: DROP command denied", hint=False)
    assert maria.sql("select mine from t", target) == "7"


def test_a_script_drops_its_database(maria, run, maria_backup, target):
    """The target is another: what the script says of its own database is left out."""
    mine = maria.create("create table t (a int); insert into t values (7)")
    (maria_backup.folder / "s.sql").write_text(f"drop database if exists `{mine}`; create database `{mine}`; use `{mine}`;"
                                               "create table t (a int); insert into t values (1);")
    result = run("restore", "s.sql", "--target", target, "--create", "-v").ok()
    assert f"left out: drop database if exists `{mine}`" in result.err
    assert maria.sql("select a from t", target) == "1" and maria.sql("select a from t", mine) == "7"


def test_a_bad_row_is_passed_over(maria, run, back_up, target):
    """With --continue-on-error; what it stood among isn't there either, and is counted."""
    file = back_up(maria.create("create table a (id int primary key); insert into a values (1), (2);"
                                "create table b (id int); insert into b values (3)"))
    maria.create("create table a (id int primary key); insert into a values (2); create table b (id int)", name=target)
    run("restore", file, "--target", target, "--data-only", "--continue-on-error").failed(
        1, r"TABLE DATA \S*\.a: Duplicate entry", "1 statement failed")
    assert maria.sql("select (select group_concat(id) from a), (select id from b)", target) == "2\t3"


@pytest.mark.parametrize("when", ["backup", "restore", "restore of another's script"])
def test_without_definers(maria, run, back_up, maria_backup, torture, others, target, when):
    if when == "restore of another's script":
        file = maria_backup.folder / "theirs.sql"
        file.write_bytes(maria.dump(others))
        maria.sql(f"create database {target} character set utf8mb4")
    else:
        file = back_up(torture, *(["--no-definer"] if when == "backup" else []))
    maria.sql("create or replace user someone identified by 'p'; grant all on *.* to someone")
    maria_backup("restore", file, f"--target=mysql://someone:p@127.0.0.1:{maria.port}/{target}",
                 *([] if when == "restore of another's script" else ["--create"]),
                 *(["--no-definer"] if when != "backup" else [])).ok()
    for kind in ("routines", "views", "triggers", "events"):
        schema = {"routines": "routine", "views": "table", "triggers": "trigger", "events": "event"}[kind]
        assert maria.sql(f"select distinct definer from information_schema.{kind} where {schema}_schema = '{target}'"
                         ) == "someone@%", kind


def test_some_tables(maria, run, back_up, torture, target):
    file = back_up(torture, "-t", "par*", "-t", "child")
    run("restore", file, "--target", target, "--create", "-t", "parent").ok()
    assert maria.sql("show tables", target) == "parent"


# --- What others wrote ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("options", long_but([], [[], ["--databases"], ["--skip-extended-insert", "--skip-comments"]]))
@pytest.mark.parametrize("piped", [False, True])
def test_scripts_of_mariadb_dump(maria, run, maria_backup, others, target, options, piped):
    maria.sql(f"create database {target} character set utf8mb4")
    script = maria_backup.folder / "theirs.sql"
    script.write_bytes(maria.dump(others, *options))
    with open(script, "rb") as stream:
        run("restore", "-" if piped else script, "--target", target, stdin=stream).ok()
    theirs = maria.create(maria.dump(others, "--skip-add-locks"))  # else the client can't load it: it locks no sequence
    maria.assert_same(theirs, target)
    maria_backup("verify", script).ok()


def test_files_of_mydumper(maria, run, maria_backup, target):
    """They are meant for myloader: ids of 0, odd dates, and routines without a DELIMITER."""
    maria.sql(f"create database {target}")
    table, rows, routines = (maria_backup.folder / name for name in ("t-schema.sql", "t.sql", "db-schema-post.sql"))
    table.write_text("/*!40101 SET NAMES binary*/;\nCREATE TABLE `t` (`id` int AUTO_INCREMENT PRIMARY KEY, `d` date);\n")
    rows.write_text("/*!40101 SET NAMES binary*/;\n/*!40014 SET FOREIGN_KEY_CHECKS=0*/;\n"
                    'INSERT INTO `t` VALUES\n(5,"2024-02-00"),\n(0,"0000-00-00");\n')
    routines.write_text("SET @PREV_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT;\nDROP PROCEDURE IF EXISTS `p`;\n"
                        "CREATE PROCEDURE `p`()\nBEGIN IF 1 THEN SELECT ';'; END IF; \n SELECT 2; END;\n"
                        "SET character_set_client = @PREV_CHARACTER_SET_CLIENT;\n")
    for file in (table, rows, routines):
        maria_backup("verify", file).ok()
        run("restore", file, "--target", target, "--confirm").ok()
    assert maria.sql("select * from t", target) == "0\t0000-00-00\n5\t2024-02-00"
    assert maria.sql("call p()", target) == ";\n2"


def test_what_a_script_says_of_the_binary_log(maria, run, maria_backup, target):
    """That is of the server it came from, which may be of another kind."""
    maria.sql(f"create database {target}")
    script = maria_backup.folder / "theirs.sql"
    script.write_text("SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;\nSET @@SESSION.SQL_LOG_BIN= 0;\n"
                      "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5';\n"
                      "CREATE TABLE `t` AS SELECT @@sql_log_bin AS a;\nSET @@SESSION.SQL_LOG_BIN ="
                      " @MYSQLDUMP_TEMP_LOG_BIN;\n")
    run("restore", script, "--target", target).ok()
    assert maria.sql("select * from t", target) == "1"


def test_a_script_that_was_cut(maria, run, maria_backup, torture, target):
    maria.sql(f"create database {target}")
    script = maria_backup.folder / "theirs.sql"
    script.write_bytes(maria.dump(torture)[:-100])
    assert "has been cut" in run("restore", script, "--target", target).failed(4).err
    assert maria.sql("show tables", target) == ""
    assert "has been cut" in maria_backup("verify", script).failed(4).err


def test_a_script_of_several_databases(maria, run, maria_backup, torture, target):
    maria.sql(f"create database {target}")
    script = maria_backup.folder / "theirs.sql"
    script.write_text("USE a;\nCREATE TABLE t (a int);\nUSE b;\nCREATE TABLE u (a int);\n")
    assert "more than one database" in run("restore", script, "--target", target).failed(1).err
    assert maria.sql("show tables", target) == ""
    with open(script, "rb") as stream:  # from a pipe that is known when it comes
        result = run("restore", "-", "--target", target, stdin=stream).failed(1, 'more than one database: "a" and "b"')
    assert maria.sql("show tables", target) == "t", result


# --- One moment -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("jobs", [1, 4])
def test_snapshot(maria, maria_backup, target, jobs):
    """What is written while a backup runs isn't in it: of InnoDB; MyISAM's writers wait."""
    db = maria.create("create table a (id int primary key, t varchar(500));"
                      "insert into a select seq, repeat('x', 500) from seq_1_to_20000;"
                      "create table b (id int); insert into b values (1);"
                      "create table m (id int) engine=MyISAM; insert into m values (1); analyze table a")
    argv = [DBBACKUP, "backup", "single", db, *maria.place, "-o", "-", "-Z", "none", "-j", str(jobs)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, env=maria.env) as process:
        assert select.select([process.stdout], [], [], 60)[0]
        maria.sql("insert into b values (2)", db)
        waiting = subprocess.Popen(["mariadb", "--no-defaults", "-uroot", "-S", maria.socket, db, "-e",
                                    "insert into m values (2)"])
        wait_for(lambda: "lock" in maria.sql("show processlist"), "the lock")
        text = process.stdout.read()
    assert process.returncode == 0 and waiting.wait(60) == 0
    assert b"INSERT INTO `b` (`id`) VALUES\n(1);" in text
    assert b"INSERT INTO `m` (`id`) VALUES\n(1);" in text


def test_tables_that_may_not_be_locked(maria, maria_backup):
    db = maria.create("create table m (id int) engine=MyISAM; insert into m values (1);")
    maria.sql(f"create or replace user reader identified by 'p'; grant select, show view on {db}.* to reader")
    result = maria_backup("backup", "single", db, "--db-type", "mysql", "-h", "127.0.0.1", "-p", maria.port, "-U",
                          "reader", env={"MYSQL_PWD": "p"})
    assert "may not lock tables" in result.ok().err and ": m" in result.err
    assert "privilege TRIGGER" in result.err and "privilege SELECT" not in result.err


# --- What goes wrong --------------------------------------------------------------------------------------------------

def test_what_is_broken(maria, maria_backup, target):
    maria.assert_broken_are_told(maria_backup, target)


def test_what_the_server_cannot_read(maria, run, maria_backup, target):
    db = maria.create("create table t (a int); create procedure good() select 1; create procedure bad() select 1;"
                      "create trigger tr before insert on t for each row set @a = 1,\n@b = 2")
    maria.sql(f"update mysql.proc set body = 'no SQL', body_utf8 = 'no SQL' where db = '{db}' and name = 'bad'")
    trigger = maria.folder.joinpath("server").resolve() / "data" / db / "t.TRG"
    trigger.write_text(trigger.read_text().replace("set @a", "no @a"))
    maria.sql("flush tables")
    result = run("backup", "single", db, "-o", "b.sql.gz").ok()
    assert "PROCEDURE bad is broken" in result.err and "TRIGGER tr is broken" in result.err
    text = gzip.decompress((maria_backup.folder / "b.sql.gz").read_bytes())
    assert b"-- no SQL" in text and b"no @a = 1,\n-- @b = 2" in text
    run("restore", "b.sql.gz", "--target", target, "--create").ok()
    assert maria.objects(target) == ["good", "t"]


def test_views_whose_definer_is_gone(maria, run, back_up, target):
    db = maria.create("create table t (a int); create definer=nobody@'%' view v as select a from t")
    file = back_up(db)
    run("restore", file, "--target", target, "--create").ok()
    assert "`nobody`@`%`" in maria.sql("show create view v", target)


def test_views_that_need_one_another(maria, run, back_up, target):
    db = maria.create("create table t (id int primary key); create view z as select * from t;"
                      "create view `m``m` as select * from z where id > 0 with check option;"
                      "create view a as select * from `m``m`; create view b as select 1 as z, 2 as a;"
                      "create or replace view z as select id, 'b' as `b` from t")
    file = back_up(db)
    run("restore", file, "--target", target, "--create").ok()
    maria.assert_same(db, target)


def test_duplicate_keys_name_the_table(maria, run, back_up, target):
    db = maria.create("create table t (id int primary key); insert into t values (1), (2)")
    file = back_up(db, "--data-only")
    maria.sql(f"create database {target}; create table {target}.t (id int primary key); insert into {target}.t"
              " values (2)")
    result = run("restore", file, "--target", target, "--data-only")
    assert "TABLE DATA" in result.failed(1).err and "Duplicate entry '2'" in result.err
    assert maria.sql("select * from t", target) == "2"


def test_a_duplicate_key_far_behind(maria, run, back_up, target):
    """Each chunk of the file is a transaction, but nothing of those in front of it stays."""
    db = maria.create("create table t (a varchar(900), id int); insert into t select repeat('x', 900), seq"
                      " from seq_1_to_30000")
    file = back_up(db, "--data-only")
    assert len(chunk_rows(file)["t"]) > 1
    maria.sql(f"create database {target}; create table {target}.t (a varchar(900), id int unique);"
              f" insert into {target}.t values ('', 30000)")
    result = run("restore", file, "--target", target, "--data-only")
    assert "TABLE DATA" in result.failed(1).err and "Duplicate entry '30000'" in result.err
    assert maria.sql("select id from t", target) == "30000"


def test_what_a_script_cannot_analyze(maria, maria_backup, run, target):
    """The server says so in a row."""
    script = maria_backup.folder / "s.sql"
    script.write_text("create table t (a int);\nanalyze table t;\nanalyze local table none;\ncreate table u (a int);\n")
    maria.sql(f"create database {target}")
    assert "s.sql:3: Table" in run("restore", script, "--target", target).failed(1).err
    maria.sql(f"drop database {target}; create database {target}")
    result = run("restore", script, "--target", target, "--continue-on-error").failed(1)
    assert "1 statement failed" in result.err and maria.objects(target) == ["t", "u"]


def test_cancel(maria, maria_backup, back_up, target):
    """A statement that waits is ended on the server, and nothing of the table's rows stays."""
    db = maria.create("create table t (id int primary key); insert into t values (1)")
    file = back_up(db, "--data-only")
    maria.sql(f"create database {target}; create table {target}.t (id int primary key)")
    with subprocess.Popen(["mariadb", "--no-defaults", "-uroot", "-S", maria.socket, target], stdin=subprocess.PIPE,
                          text=True) as holder:
        print("lock tables t read;", file=holder.stdin, flush=True)
        wait_for(lambda: maria.sql(f"show open tables from {target} where in_use > 0"), "the lock")
        running = maria_backup.start("restore", file, "--target", target, "--data-only", *maria.place)
        wait_for(lambda: "INSERT INTO" in maria.sql("show processlist"), "the INSERT")
        running.signal(signal.SIGINT)
        assert running.wait().rc == 130
        wait_for(lambda: "INSERT INTO" not in maria.sql("show processlist"), "the INSERT's end")
        holder.stdin.close()
    assert maria.sql("select * from t", target) == ""


TWO_TABLES = "create table a (id int primary key, t varchar(900)); create table b (id int primary key, t varchar(900))"


def statements(maria, begin):
    return int(maria.sql(f"select count(*) from information_schema.processlist where info like '{begin}%'"))


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_cancel_of_several_connections(maria, maria_backup, back_up, target, command):
    rows = "select seq, repeat('x', 900) from seq_1_to_6000"
    db = maria.create(f"{TWO_TABLES}; insert into a {rows}; insert into b {rows}; analyze table a, b")
    file = back_up(db, "--data-only")
    maria.sql(f"create database {target}; use {target}; {TWO_TABLES}")
    place = ("--target", target, "--data-only", *maria.place)
    with maria.session(db if command == "backup" else target) as say:
        say("lock tables a write, b write;" if command == "backup" else "lock tables a read, b read;")
        wait_for(lambda: maria.sql("show open tables where in_use > 0"), "the lock")
        running = maria_backup.start(*(("restore", file) if command == "restore" else ("backup", "single", db)),
                                     *(place if command == "restore" else maria.place), "-j", "2")
        begin = "SELECT /*!40001" if command == "backup" else "INSERT INTO"
        wait_for(lambda: statements(maria, begin) == 2, "both statements")
        running.signal(signal.SIGINT)
        assert running.wait().rc == 130
        wait_for(lambda: statements(maria, begin) == 0, "their end")
    assert maria.sql("select (select count(*) from a) + (select count(*) from b)", target) == "0"


def test_one_bad_row_stops_all(maria, run, back_up, target):
    db = maria.create(f"{TWO_TABLES}; insert into a select seq, repeat('x', 900) from seq_1_to_30000;"
                      " insert into b values (1, 'x'); create view v as select * from a")
    file = back_up(db)
    maria.sql(f"create database {target}; use {target}; create table b (id int primary key, t varchar(900));"
              " insert into b values (1, 'y'); create table a like b")
    result = run("restore", file, "--target", target, "--data-only", "--confirm", "-j", 2)
    assert "TABLE DATA" in result.failed(1).err and "Duplicate entry '1'" in result.err
    assert maria.sql("select (select count(*) from a), group_concat(t) from b", target) == "0\ty"


@pytest.mark.parametrize("options, size, how", [([], 1, "INSERT"), (["--continue-on-error"], 1, "INSERT"),
                                                ([], 20000, "PREPARED INSERT")])
def test_deadlocks_are_done_again(maria, maria_backup, back_up, target, options, size, how):
    """Whichever way the rows go in."""
    db = maria.create("create table t (id int primary key, t text default 'x');"
                      f"insert into t values (1, repeat('x', {size})), (2, repeat('x', {size})), (3, repeat('x', {size}))")
    file = back_up(db, "--data-only")
    maria.sql(f"create database {target}; use {target}; create table t (id int primary key, t text default 'x');"
              " create table much (id int primary key)")
    with maria.session(target) as say:
        say("begin; insert into much select seq from seq_1_to_10000; insert into t (id) values (3);")
        wait_for(lambda: maria.transactions("trx_rows_modified > 10000"),
                 "the other's rows")
        running = maria_backup.start("restore", file, "--target", target, "--data-only", "--native-debug", *options,
                                     *maria.place)
        wait_for(lambda: statements(maria, "INSERT INTO"), "the INSERT")
        wait_for(lambda: maria.transactions("trx_state = 'LOCK WAIT'"), "its wait")
        say("insert into t (id) values (1); rollback;")
        result = running.wait().ok()
    assert maria.sql("select count(*), sum(length(t)) from t", target) == f"3\t{3 * size}"
    assert f": {how}: failed, SQLSTATE 40001" in result.err


def test_lost_connection(maria, maria_backup):
    # Without a key it is read in one piece, of more text than a chunk has.
    db = maria.create("create table a (id int, t varchar(900));"
                      "insert into a select seq, repeat('x', 900) from seq_1_to_40000;")
    argv = [DBBACKUP, "backup", "single", db, *maria.place, "-o", "-", "-Z", "none"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=maria.env) as process:
        assert select.select([process.stdout], [], [], 60)[0]
        number = wait_for(lambda: maria.sql("select id from information_schema.processlist where info like"
                                            " '%SQL_NO_CACHE%FROM `a`%' and id <> connection_id()"), "the query")
        maria.sql(f"kill {number}")
        process.stdout.read()
        err = process.stderr.read().decode()
    assert process.returncode == 1 and "connection to the server broke" in err and "TABLE DATA" in err


def test_a_row_that_is_too_large(maria, run, back_up, target):
    """Where it can't be loaded otherwise."""
    db = maria.create("create table t (id int primary key, b longblob); insert into t values (1, 'x');"
                      "insert into t values (2, repeat('y', 9000000))")
    file = back_up(db)
    limit = maria.sql("select @@max_allowed_packet")
    maria.sql("set global local_infile = 0")
    try:
        result = run("restore", file, "--target", target, "--create").failed(1, "max_allowed_packet", "TABLE DATA")
        assert "SET GLOBAL" in result.err
        maria.sql(f"set global max_allowed_packet = 1073741824; drop database {target}")
        run("restore", file, "--target", target, "--create").ok()
    finally:
        maria.sql(f"set global max_allowed_packet = {limit}, global local_infile = 1")
    assert maria.sql("select sum(length(b)) from t", target) == "9000001"


def test_values_that_the_server_alters(maria, run, back_up, target):
    db = maria.create("create table t (id int); insert into t values (1000)")
    file = back_up(db, "--data-only")
    maria.sql(f"create database {target}; create table {target}.t (id tinyint)")
    to = ("--target", target, "--data-only", "--confirm")
    run("restore", file, *to).failed(1, "TABLE DATA", "Out of range value")
    assert maria.sql("select count(*) from t", target) == "0"
    run("restore", file, *to, "--continue-on-error").failed(1, "TABLE DATA", "Out of range value", "1 statement failed")
    assert maria.sql("select * from t", target) == "127"
    script = file.with_name("script.sql")
    script.write_text("set sql_mode = ''; insert into t values (1000);")
    assert "Out of range value" in run("restore", script, "--target", target, "--confirm").ok().err


def test_digits_that_the_server_drops(maria, run, back_up, target):
    file = back_up(maria.create("create table t (d decimal(10,4)); insert into t values (1.2345)"), "--data-only")
    maria.sql(f"create database {target}; create table {target}.t (d decimal(10,2))")
    run("restore", file, "--target", target, "--data-only").failed(1, "TABLE DATA", "truncated")


def test_a_column_more_in_the_target(maria, run, back_up, target):
    file = back_up(maria.create("create table t (id int); insert into t values (1000)"), "--data-only")
    maria.sql(f"create database {target}; create table {target}.t (id int, more int not null)")
    assert "default value" in run("restore", file, "--target", target, "--data-only").ok().err


def test_refusals(maria, run, maria_backup, back_up, torture, target):
    file = back_up(torture)
    assert "exists already" in run("restore", file, "--target", torture, "--create").failed(2).err
    assert "there is no database" in run("restore", file, "--target", target).failed(1).err
    assert "--single-transaction" in run("restore", file, "--target", target, "--create", "-1").failed(2).err
    assert "backup of mariadb" in maria_backup("restore", file, "--target", "x").failed(2).err
    assert "Unknown database" in run("backup", "single", "none_such").failed(1).err
    run("restore", file, "--target", target, "--create", "--data-only", "--disable-triggers").failed(2, "PostgreSQL's", hint=False)


def test_logging_in(maria, maria_backup, target):
    db = maria.create("create table t (id int)")
    maria.sql("create or replace user ann identified by 's3cret'; grant all on *.* to ann")
    place = f"mysql://ann@127.0.0.1:{maria.port}/{db}"
    to = ("-o", "b.sql.gz")
    assert "Access denied" in maria_backup("backup", "single", place, *to).failed(1).err
    maria_backup("backup", "single", place, *to, env={"MYSQL_PWD": "s3cret"}).ok()
    maria_backup("backup", "single", place.replace("ann@", "ann:s3cret@"), *to).ok()
    (maria_backup.folder / ".my.cnf").write_text("[client]\npassword=s3cret\n")
    os.chmod(maria_backup.folder / ".my.cnf", 0o600)
    maria_backup("backup", "single", place, *to, env={"HOME": str(maria_backup.folder)}).ok()


def test_tls_that_the_server_lacks(maria, maria_backup):
    db = maria.create("create table t (id int)")
    maria.sql("create or replace user ann identified by 's3cret'; grant all on *.* to ann")
    place, to = f"mysql://ann:s3cret@127.0.0.1:{maria.port}/{db}", ("-o", "b.sql.gz")
    maria_backup("backup", "single", place, *to).ok()
    maria_backup("backup", "single", f"{place}?ssl-mode=DISABLED", *to).ok()
    for mode in ("REQUIRED", "VERIFY_IDENTITY"):
        assert "SSL" in maria_backup("backup", "single", f"{place}?ssl-mode={mode}", *to).failed(1).err


def test_what_may_not_be_read(maria, maria_backup):
    db = maria.create("create table t (id int); create procedure p() select 1")
    maria.sql(f"create or replace user few identified by 'p'; grant insert on {db}.* to few")
    result = maria_backup("backup", "single", f"mysql://few:p@127.0.0.1:{maria.port}/{db}")
    assert "denied" in result.failed(1).err and re.search(r"\bt\b", result.err)
    maria.sql(f"grant select, execute on {db}.* to few")
    result = maria_backup("backup", "single", f"mysql://few:p@127.0.0.1:{maria.port}/{db}")
    assert "PROCEDURE p" in result.failed(1).err
