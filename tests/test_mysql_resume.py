# SPDX-License-Identifier: Apache-2.0
"""MySQL and MariaDB: a restore that broke off goes on where it was."""
import contextlib
import signal

import pytest

import harness
from harness import DATA, wait_for
from mariadb import MariaDb
from on_mariadb import back_up, run, target  # noqa: F401 (fixtures)

TORTURE = b"\n".join((DATA / name).read_bytes() for name in ("mysql_torture.sql", "mariadb_torture.sql"))
# Tables of several chunks, with and without transactions; keys that take a while; triggers, and views in a circle.
LARGE = b"""
    create table large (id int primary key, a varchar(900), b blob, n int, key (n), unique key (a(20), id)) charset=latin1;
    insert into large select seq, repeat(char(65 + seq % 26), 900), unhex(md5(seq)), seq % 100 from seq_1_to_30000;
    create table referring (id int primary key, large int, t varchar(900), key (t(10)),
        constraint of_large foreign key (large) references large (id));
    insert into referring select seq, seq * 2, repeat('y', 900) from seq_1_to_15000;
    create table isam (id int auto_increment primary key, t varchar(900), key (t(5))) engine=myisam auto_increment=12345678;
    insert into isam select seq, repeat(char(65 + seq % 26), 900) from seq_1_to_30000;
    create table heap (id int primary key, t varchar(90)) engine=memory;
    insert into heap select seq, 'x' from seq_1_to_1000;
    create table counted (n int) engine=aria transactional=0;
    insert into counted values (0);
    create trigger of_heap after insert on heap for each row update counted set n = n + 1;
    create trigger b_large before insert on large for each row set new.n = 1;
    create trigger a_large before insert on large for each row set new.n = 2;
    create view round_1 as select 1 as a;
    create view round_2 as select * from round_1;
    analyze table large, referring, isam;
"""


@pytest.fixture(scope="module")
def resumable(maria, tmp_path_factory):
    """A database with a bit of everything, and its backup."""
    db = maria.create(TORTURE + LARGE, name="resumable")
    program = harness.Program(maria, tmp_path_factory.mktemp("resumable"))
    yield db, program.backup(db, "b.sql.gz", *maria.place)
    maria.sql(f"drop database {db}")


def killed(maria, running):
    running.signal(signal.SIGKILL)
    running.process.communicate(timeout=harness.TIMEOUT)


def statements(maria, target, begin):
    """How many sessions run a statement in the target that begins so."""
    return int(maria.sql(f"select count(*) from information_schema.processlist where db = '{target}' and info like '{begin}%'"))


@pytest.mark.long
@pytest.mark.parametrize("jobs", [1, 4])
def test_killed_and_resumed(maria, maria_backup, resumable, target, jobs):
    """At any moment; again and again; with more sessions or fewer than before."""
    db, file = resumable
    maria.create(name=target)
    _, runs = maria.restore_despite_kills(maria_backup, file, target, "large", lambda run: jobs if run % 3 else 2, 0.05, 1.3)
    assert runs > 8
    maria.assert_same(db, target)


@pytest.mark.long
def test_killed_beside_other_things(maria, maria_backup, resumable, target):
    """What was there before stays, and the rest is as it should be; so it does with --clean."""
    db, file = resumable
    maria.create("create table others (n int); insert into others values (7);"
                 "create function of_others() returns int deterministic return 7", name=target)
    maria.restore_despite_kills(maria_backup, file, target, "large", lambda run: 2, 0.3, 1.6, "--confirm")
    assert maria.sql("select n + of_others() from others", target) == "14"
    maria.sql("alter table large drop key n; delete from heap; update counted set n = 9", target)
    maria.restore_despite_kills(maria_backup, file, target, "large", lambda run: 2, 0.3, 1.6, "--clean")
    assert maria.sql("select n + of_others() from others", target) == "14"
    maria.sql("drop table others; drop function of_others", target)
    maria.assert_same(db, target)


@pytest.mark.long
def test_resume_waits_for_what_the_server_still_does(maria, resumable, target, maria_backup):
    """A restore that was killed while its statement runs: what that does counts, too."""
    db, file = resumable
    maria.create(name=target)
    arguments = ("restore", file, *maria.place, "--target", target, "-v")
    with maria.session(target) as say:
        running = maria_backup.start(*arguments)
        wait_for(lambda: "large" in maria.tables(target) and maria.sql("select 1 from large limit 1", target), "its rows")
        say("begin; select 1 from large limit 1;")  # the keys wait for its end
        wait_for(lambda: statements(maria, target, "ALTER TABLE `large`"), "the keys are made")
        killed(maria, running)
        resumed = maria_backup.start(*arguments, "--resume")
        wait_for(lambda: statements(maria, target, "SELECT GET_LOCK"), "it waits")
        say("rollback;")
        assert "still at work" in resumed.wait().ok().err
    maria.assert_same(db, target)


def broken_off(maria, program, file, target, condition, what, jobs=1):
    """A restore that was killed when this held, and left its journal."""
    maria.create(name=target)
    running = program.start("restore", file, *maria.place, "--target", target, "-j", jobs)
    wait_for(condition, what)
    killed(maria, running)
    assert "dbbackup_restore" in maria.tables(target)


@pytest.mark.long
def test_chunks_that_are_done(maria, run, maria_backup, back_up, target):
    """They were loaded by several sessions; now the whole table is one's."""
    db = maria.create("create table t (id int primary key, a varchar(900));"
                      "insert into t select seq, repeat('x', 900) from seq_1_to_80000; analyze table t")
    file = back_up(db, "-j", 4)
    broken_off(maria, maria_backup, file, target, lambda: "t" in maria.tables(target) and maria.sql("select 1 from t limit 1", target), "a chunk", jobs=2)
    assert 0 < int(maria.sql("select count(*) from t", target)) < 80000
    run("restore", file, "--target", target, "-j", 1, "--resume").ok()
    maria.assert_same(db, target)


@pytest.mark.long
def test_half_a_table_without_transactions(maria, run, maria_backup, back_up, target):
    db = maria.create("create table t (id int auto_increment primary key, a varchar(900)) engine=myisam auto_increment=1234567;"
                      "insert into t select seq, repeat('x', 900) from seq_1_to_60000")
    file = back_up(db)
    broken_off(maria, maria_backup, file, target,
               lambda: "t" in maria.tables(target) and maria.sql("select 1 from t limit 1", target), "the first rows")
    run("restore", file, "--target", target, "--resume").ok()
    maria.assert_same(db, target)


def test_failed_and_resumed(maria, run, resumable, target):
    """What failed can be put right and the restore go on; the message says so. Nobody's own things are dropped."""
    db, file = resumable
    maria.create("create table large (id int); insert into large values (5);"
                 "create procedure same_name() select 1", name=target)
    for resume in ([], ["--resume"]):
        result = run("restore", file, "--target", target, "--confirm", "-j", 2, *resume)
        result.failed(1, "'large' already exists", "holds a part of the backup", "--resume")
        assert maria.sql("select id from large", target) == "5"
    run("restore", file, "--target", target).failed(2, "unfinished restore", "--resume")
    maria.sql("drop table large", target)
    for _ in range(2):
        run("restore", file, "--target", target, "--confirm", "-j", 2, "--resume").failed(1, "same_name already exists")
    maria.sql("drop procedure same_name", target)
    assert maria.sql("select count(*) from large", target) == "30000"
    said = run("restore", file, "--target", target, "--confirm", "--resume", "-v").ok().err
    assert "entries or parts of them are done" in said, said
    maria.assert_same(db, target)


def test_keys_that_were_there_before(maria, run, back_up, target):
    """They fail the first time, and again, for they may be others."""
    db = maria.create("create table t (a int primary key, b int, key k (b)); insert into t values (1, 2)")
    file = back_up(db)
    maria.create("create table t (a int primary key, b int, key k (a)); insert into t values (1, 2)", name=target)
    for resume in ([], ["--resume"], ["--resume"]):
        run("restore", file, "--target", target, "--section", "post-data", *resume).failed(1, "duplicate key name 'k'")
    maria.sql("alter table t drop key k", target)
    run("restore", file, "--target", target, "--section", "post-data", "--resume").ok()
    maria.assert_same(db, target)


def as_narrow(maria, target, rights):
    """The options of a user who has these rights only: on the target, or on tables of it."""
    maria.sql("create or replace user narrow identified by 'p'")
    for right, table in rights:
        maria.sql(f"grant {right} on {target}.{table} to narrow")
    return f"mysql://narrow:p@127.0.0.1:{maria.port}/{target}"


def test_a_table_that_somebody_made_meanwhile(maria, maria_backup, run, back_up, target):
    """It isn't dropped if it holds rows, though the backup has one of its name."""
    db = maria.create("create table a (n int); create table b (n int)")
    file = back_up(db)
    maria.create(name=target)
    narrow = as_narrow(maria, target, [("all", "a"), ("all", "dbbackup_restore")])
    maria_backup("restore", file, "--target", narrow).failed(1, "denied", "--resume")
    maria.sql("create table b (n int, mine int); insert into b values (1, 2)", target)
    run("restore", file, "--target", target, "--resume").failed(1, "'b' already exists", "--resume")
    assert maria.sql("select mine from b", target) == "2"
    maria.sql("delete from b", target)
    run("restore", file, "--target", target, "--resume").ok()
    maria.assert_same(db, target)


def test_rows_that_can_not_be_told_apart(maria, run, back_up, target, maria_backup):
    """A table without transactions that held rows: nobody knows which of them the restore had brought."""
    db = maria.create("create table t (a int, t varchar(900)) engine=myisam;"
                      "insert into t select seq, repeat('x', 900) from seq_1_to_60000")
    file = back_up(db)
    maria.create("create table t (a int, t varchar(900)) engine=myisam; insert into t values (-1, 'mine')", name=target)
    running = maria_backup.start("restore", file, *maria.place, "--target", target, "--data-only")
    wait_for(lambda: int(maria.sql("select count(*) from t", target)) > 1, "the first rows")
    killed(maria, running)
    assert 1 < int(maria.sql("select count(*) from t", target)) < 60001
    run("restore", file, "--target", target, "--data-only", "--resume").failed(2, "TABLE DATA .*t", "no transactions")
    maria.sql("delete from t where a > 0", target)
    run("restore", file, "--target", target, "--data-only", "--resume").ok()
    assert maria.sql("select count(*), sum(a = -1) from t", target) == "60001\t1"


@pytest.mark.long
def test_server_killed_and_resumed(tmp_path, resumable):
    """What was committed stays; a table in its memory is empty, and filled again, with its triggers made again."""
    _, file = resumable
    maria = MariaDb(tmp_path / "own")
    program = harness.Program(maria, tmp_path)
    try:
        maria.create(name="target")
        program("restore", file, *maria.place, "--target", "source", "--create").ok()
        running = program.start("restore", file, *maria.place, "--target", "target", "-j", 2)
        wait_for(lambda: "a_large" in maria.sql("select trigger_name from information_schema.triggers "
                                                "where trigger_schema = 'target'"), "the triggers")
        maria.kill()
        running.wait().failed(1, "connection")
        maria.start_again()
        assert maria.sql("select count(*) from heap", "target") == "0"
        program("restore", file, *maria.place, "--target", "target", "--resume").ok()
        maria.sql("insert into heap select seq, 'x' from seq_1_to_1000; insert into mem values (1, 'x'); update counted set n = 0", "source")
        maria.assert_same("source", "target")
    finally:
        maria.stop()


@pytest.mark.long
def test_backup_of_an_unfinished_restore(maria, run, back_up, maria_backup, resumable, target):
    """Both ways say that it isn't whole. A copy is as unfinished, and can be finished."""
    db, file = resumable
    half = maria.create()
    running = maria_backup.start("restore", file, *maria.place, "--target", half, "-j", 2)
    wait_for(lambda: statements(maria, half, "INSERT INTO"), "rows are loaded")
    killed(maria, running)
    for options in ([], ["-t", "large"]):
        said = run("backup", "single", half, "-o", "half.sql.gz", *options).ok().err
        assert f'warning: the database "{half}" holds an unfinished restore' in said, said
    said = run("backup", "single", half, "-o", "whole.sql.gz").ok().err
    said = run("restore", "whole.sql.gz", "--target", target, "--create").ok().err
    assert "made while its database held an unfinished restore" in said, said
    for name in (half, target):
        run("restore", file, "--target", name).failed(2, "unfinished restore")
        assert "unfinished" not in run("restore", file, "--target", name, "--resume").ok().err
        maria.assert_same(db, name)


def test_nothing_to_resume(maria, run, back_up, resumable, target):
    db, file = resumable
    other = back_up(maria.create("create table t (a int)"))
    maria.create(name=target)
    run("restore", file, "--target", target, "--resume").failed(2, "no unfinished restore", "leave --resume out")
    maria.sql("create procedure p1() select 1", target)
    run("restore", file, "--target", target, "--confirm").failed(1, "p1 already exists")
    run("restore", other, "--target", target, "--resume").failed(2, "unfinished restore of another file")
    said = run("restore", other, "--target", target, "--confirm").ok().err
    assert "after this one it can't be resumed" in said, said
    run("restore", file, "--target", target, "--resume").failed(2, "no unfinished restore")


@pytest.mark.parametrize("rights", ["insert", "insert, create", "insert, create, drop"])
def test_no_right_to_a_journal(maria, maria_backup, back_up, target, rights):
    """A user who may not make, fill or drop it restores all the same, and leaves none behind."""
    db = maria.create("create table t (a int primary key); insert into t values (1)")
    file = back_up(db)
    maria.create("create table t (a int primary key)", name=target)
    narrow = as_narrow(maria, target, [(rights, "*")])
    result = maria_backup("restore", file, "--data-only", "-v", "--target", narrow).ok()
    assert "could not be resumed" in result.err, result
    maria.assert_same(db, target)


def test_a_table_of_that_name(maria, run, back_up, target):
    """Somebody's own stays what it is."""
    db = maria.create("create table t (a int primary key); insert into t values (1)")
    file = back_up(db)
    maria.create("create table dbbackup_restore (mine int); insert into dbbackup_restore values (5)", name=target)
    run("restore", file, "--target", target).failed(2, "not empty")
    assert "keeps no journal" in run("restore", file, "--target", target, "--confirm", "-v").ok().err
    assert maria.sql("select mine from dbbackup_restore", target) == "5"
