# SPDX-License-Identifier: Apache-2.0
"""What administrators, other users, other databases and the network do to a backup or restore of MariaDB."""
import contextlib
import select
import signal
import socket
import subprocess
import threading

import pytest

import harness
import mariadb
from harness import DBBACKUP, wait_for
from on_mariadb import back_up, run, target  # noqa: F401 (fixtures)


# --- Settings ---------------------------------------------------------------------------------------------------------

@contextlib.contextmanager
def settings(maria, **values):
    """Those of the server, for sessions that begin meanwhile."""
    before = {name: maria.sql(f"select @@global.{name}") for name in values}
    maria.sql("; ".join(f"set global {name} = {value}" for name, value in values.items()))
    try:
        yield
    finally:
        maria.sql("; ".join(f"set global {name} = {value if value[0].isdigit() else repr(value)}"
                            for name, value in before.items()))


THREE = "".join(f"create table t{n} (id int primary key); insert into t{n} select seq from seq_1_to_100;"
                f"create procedure p{n}() select {n};" for n in range(3))


@pytest.mark.parametrize("jobs", [1, 3])
def test_settings_of_the_server(maria, run, back_up, target, jobs):
    """Nothing of them cuts a backup short, or undoes a restore."""
    db = maria.create(THREE)
    with settings(maria, sql_select_limit=2, autocommit=0, completion_type=2, max_statement_time=30,
                  idle_transaction_timeout=1):
        file = back_up(db, "-j", jobs)
        result = run("restore", file, "--target", target, "--create", "-j", jobs).ok()
    assert result.err == ""
    maria.assert_same(db, target)


@pytest.mark.parametrize("piped", [False, True])
def test_a_script_where_nothing_commits(maria, run, maria_backup, target, piped):
    (maria_backup.folder / "s.sql").write_text("create table `t` (a int primary key); insert into t values (1);")
    with settings(maria, autocommit=0), open(maria_backup.folder / "s.sql", "rb") as stream:
        run("restore", "-" if piped else "s.sql", "--target", target, "--create", stdin=stream).ok()
    assert maria.sql("select * from t", target) == "1"


@pytest.mark.parametrize("begin", ["begin", "set autocommit = 0"])
def test_a_script_that_ends_within_a_transaction(run, maria_backup, target, begin):
    (maria_backup.folder / "s.sql").write_text(f"create table `t` (a int); {begin}; insert into t values (1);")
    result = run("restore", "s.sql", "--target", target, "--create")
    result.failed(4, "s.sql ends within a transaction that it does not commit")


def test_a_character_set_of_my_cnf(maria, maria_backup, back_up, target):
    file = back_up(maria.create("create table t (a int)"))
    (maria_backup.folder / ".my.cnf").write_text("[client]\ndefault-character-set=latin1\n")
    name = f"{target}_é"
    try:
        maria_backup("restore", file, "--target", name, "--create", *maria.place,
                     env={"HOME": str(maria_backup.folder)}).ok()
        assert maria.sql("show tables", name) == "t"
    finally:
        maria.sql(f"drop database if exists `{name}`")


# --- What else there is on the server ---------------------------------------------------------------------------------

def test_keys_that_go_round_in_a_circle(maria, run, back_up, target):
    """They aren't looked at; and nobody is told to do what can't be done."""
    db = maria.create("set foreign_key_checks = 0;"
                      "create table a (id int primary key, b int, foreign key (b) references b (id));"
                      "create table b (id int primary key, a int, foreign key (a) references a (id));"
                      "insert into a values (1, 2); insert into b values (2, 1)")
    file = back_up(db)
    run("restore", file, "--target", target, "--create", "--schema-only").ok()
    assert run("restore", file, "--target", target, "--data-only", "--confirm", "-j", 4).ok().err == ""
    maria.assert_same(db, target)


def test_databases_that_differ_in_case(maria, run, back_up, target):
    """Or in accents: none of them gets anything of another."""
    names = [target, target.upper(), target.replace("a", "á")]
    try:
        for number, name in enumerate(names):
            file = back_up(maria.create(f"create table t{number} (a int primary key); create table t (a int);"
                                        f"create procedure p{number}() select 1; create view v{number} as select 1"))
            maria.create(name=name)
            run("restore", file, "--target", name).ok()
            (file.parent / (file.name + ".json")).unlink()
            file.unlink()
        for number, name in enumerate(names):
            text = run("backup", "single", name, "-o", "-", "-Z", "none").ok().out
            made = [line for line in text.split("\n") if line.startswith("-- Name: ")]
            assert [line.split(";")[0][9:] for line in made] == ["SETTINGS", "t", f"t{number}", "t", f"t{number}",
                                                                 f"p{number}", f"v{number}"]
    finally:
        for name in names:
            maria.sql(f"drop database if exists `{name}`")


@pytest.mark.long
def test_names_in_small_letters(tmp_path):
    """As a server keeps them whose files are on a disk that doesn't know capitals."""
    (tmp_path / "work").mkdir()
    server = mariadb.MariaDb(tmp_path / "own", options=["lower-case-table-names=1"])
    try:
        program = harness.Program(server, tmp_path / "work")
        server.create("create table Big (a int primary key); insert into Big values (1); create view Seen as select a from Big;"
                      "create trigger Tr before insert on Big for each row set @a = 1", name="Shop")
        program("backup", "single", "SHOP", "-o", "b.sql.gz", *server.place).ok()
        program("restore", "b.sql.gz", "--target", "Other", "--create", *server.place).ok()
        server.assert_same("shop", "other")
        program("backup", "cluster", "-o", "c.tar.gz", "--include-database", "sHop", *server.place).ok()
        program("restore", "cluster", "c.tar.gz", "--confirm", "--clean", "--no-globals", *server.place).ok()
        server.assert_same("shop", "other")
    finally:
        server.stop()


def test_tables_that_show_others_rows(maria, run, back_up, target):
    db = maria.create("create table a (i int) engine=MyISAM; create table b (i int) engine=MyISAM;"
                      "create table m (i int) engine=MERGE union=(a, b) insert_method=last;"
                      "insert into a values (1); insert into b values (2)")
    file = back_up(db)
    run("restore", file, "--target", target, "--create").ok()
    maria.assert_same(db, target)
    assert maria.sql("select * from m", target) == "1\n2"


@pytest.mark.parametrize("piped", [False, True])
def test_a_script_alters_its_own_database(maria, run, maria_backup, target, piped):
    """mariadb-dump names the database where a routine was made under another collation."""
    db = maria.create("create procedure p(a varchar(10)) select a", options="character set latin1")
    maria.sql(f"alter database {db} character set utf8mb4")
    (maria_backup.folder / "s.sql").write_bytes(maria.dump(db))
    maria.sql(f"drop database {db}")
    with open(maria_backup.folder / "s.sql", "rb") as stream:
        run("restore", "-" if piped else "s.sql", "--target", target, "--create", stdin=stream).ok()
    assert maria.sql("show create procedure p", target).split("\t")[-1] == "latin1_swedish_ci"
    assert "utf8mb4" in maria.sql(f"show create database {target}")


def test_triggers_of_the_target(maria, run, back_up, target):
    db = maria.create("create table t (a int primary key); insert into t values (1);"
                      "create trigger tr before insert on t for each row set new.a = new.a + 100")
    file = back_up(db)
    run("restore", file, "--target", target, "--create", "--schema-only").ok()
    result = run("restore", file, "--target", target, "--data-only", "--confirm")
    result.failed(2, 'the trigger "tr" would change the rows')
    assert maria.sql("select * from t", target) == ""
    run("restore", file, "--target", target, "--clean").ok()
    maria.assert_same(db, target)


def test_events_begin_when_all_is_there(maria, run, back_up, target):
    db = maria.create("create table t (id int primary key, a varchar(500), key (a));"
                      "insert into t select seq, repeat(seq, 80) from seq_1_to_40000;"
                      "create event e on schedule every 1 second do delete from t")
    file = back_up(db)
    maria.sql("set global log_output = 'TABLE', general_log = 1")
    try:
        run("restore", file, "--target", target, "--create", "-j", 3).ok()
    finally:
        maria.sql("set global general_log = 0, log_output = 'FILE'")
    log = maria.sql("select left(argument, 40) from mysql.general_log where argument like 'create%event%'"
                    " or argument like 'alter table%'").replace("\n ", "")
    maria.sql("truncate mysql.general_log")
    assert [line.split()[0].lower() for line in log.split("\n")] == ["alter", "create"]


def test_what_the_server_alters_in_a_definition(run, maria_backup, target):
    (maria_backup.folder / "s.sql").write_text("set sql_mode = '';\ncreate table `t` (a int) engine=NoSuch;\n"
                                               "create table u (a varchar(900), key (a)) engine=MyISAM"
                                               " character set utf8mb4;")
    result = run("restore", "s.sql", "--target", target, "--create").ok()
    assert "Unknown storage engine 'NoSuch'" in result.err and "key was too long" in result.err


def test_a_database_that_may_not_be_made(maria, maria_backup, back_up, target):
    """The error names it, and what to do."""
    file = back_up(maria.create("create table t (a int)"))
    maria.sql("create or replace user nobody identified by 'p'")
    result = maria_backup("restore", file, "--target", target, "--create", "--db-type", "mariadb", "-h", "127.0.0.1",
                          "-p", maria.port, "-U", "nobody", env={"MYSQL_PWD": "p"})
    result.failed(1, f'the database "{target}": Access denied')


# --- What is ended by others ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("jobs", [1, 4])
def test_locks_that_are_lost(maria, jobs):
    """Who waits for a table of MyISAM's has the session killed that holds it."""
    db = maria.create("create table m (id int, t varchar(900)) engine=MyISAM;"
                      "insert into m select seq, repeat('x', 900) from seq_1_to_40000; create table n (a int)")
    argv = [DBBACKUP, "backup", "single", db, *maria.place, "-o", "-", "-Z", "none", "-j", str(jobs)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=maria.env) as process:
        assert select.select([process.stdout], [], [], 60)[0]
        number = wait_for(lambda: maria.sql("select id from information_schema.processlist where db is null"
                                            " and command = 'Sleep'"), "the session")
        maria.sql(f"kill {number}")
        process.stdout.read()
        err = process.stderr.read().decode()
    assert process.returncode == 1 and "TABLE DATA" in err and "the session that kept others from writing" in err


class Stalling(threading.Thread):
    """Lets so many bytes through to the server and back, then none, and says nothing."""

    def __init__(self, path, limit):
        super().__init__(daemon=True)
        self.path, self.left, self.stalled, self.servers = path, limit, threading.Event(), []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.path)
            self.servers.append(server)
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self.pass_on, args=(one, other), daemon=True).start()

    def stop(self):
        self.listener.close()
        for server in self.servers:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)

    def pass_on(self, one, other):
        with contextlib.suppress(OSError):
            while (data := one.recv(65536)) and self.left > 0:
                other.sendall(data)
                self.left -= len(data)
            if not data:
                other.shutdown(socket.SHUT_RDWR)
        if self.left <= 0:
            self.stalled.set()


@pytest.mark.long
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_cancel_where_nobody_answers(maria, maria_backup, back_up, target, command):
    db = maria.create("create table t (id int, t varchar(900));"
                      "insert into t select seq, repeat(md5(seq), 28) from seq_1_to_20000")
    file = back_up(db)
    maria.sql("create or replace user far identified by 'p'; grant all on *.* to far")
    proxy = Stalling(maria.socket, 2_000_000)
    proxy.start()
    words = ["backup", "single", db, "-o", "c.sql.gz"] if command == "backup" else [
        "restore", file, "--target", target, "--create"]
    running = maria_backup.start(*words, "--db-type", "mariadb", "-h", "127.0.0.1", "-p", proxy.port, "-U", "far",
                                 env={"MYSQL_PWD": "p"})
    assert proxy.stalled.wait(60)
    running.signal(signal.SIGINT)
    assert "stopped on request" in running.wait().failed(130, hint=False).err
    proxy.stop()
    assert "c.sql.gz" not in maria_backup.files()
