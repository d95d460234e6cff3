# SPDX-License-Identifier: Apache-2.0
"""Restores that load rows in a quicker way, by prepared INSERTs of many rows or by LOAD DATA LOCAL: the same as by
INSERT, or not at all."""
import contextlib
import pathlib
import signal
import socket
import struct
import subprocess
import threading

import pytest

from harness import DATA, wait_for
from on_mariadb import Statements, back_up, run, target, way  # noqa: F401 (fixtures)


@contextlib.contextmanager
def without_local_infile(maria):
    maria.sql("set global local_infile = 0")
    try:
        yield
    finally:
        maria.sql("set global local_infile = 1")


# --- The same as by INSERT --------------------------------------------------------------------------------------------

# Every type; an ENUM with a member '' is restored by INSERT, so these tables go without.
VARIED = (DATA / "mysql_torture.sql").read_bytes().split(b"CREATE TABLE gen ")[0] + """
ALTER TABLE texts DROP COLUMN e, ADD COLUMN e enum('a','b','it''s','é','2','1') CHARACTER SET latin1, ADD COLUMN e2 enum('ü','\\\\');
UPDATE texts SET e = 1 + id % 6, e2 = 1 + id % 2;
UPDATE texts SET e = NULL WHERE id = 3;
ALTER TABLE texts MODIFY id int, DROP PRIMARY KEY;
ALTER TABLE numbers MODIFY id int unsigned, DROP PRIMARY KEY;
INSERT INTO texts SELECT texts.* FROM texts CROSS JOIN seq_1_to_300;
INSERT INTO numbers SELECT numbers.* FROM numbers CROSS JOIN seq_1_to_300;
INSERT INTO times SELECT times.* FROM times CROSS JOIN seq_1_to_600;
CREATE TABLE one (v varchar(50));
INSERT INTO one SELECT elt(1 + seq % 9, '', NULL, '\\\\N', 'NULL', '\\\\', 'a\\tb\\nc\\0d\\re\\Zf''g', ' ', '\\n', repeat('x', 50)) FROM seq_1_to_9000;
CREATE TABLE `we``ird (` (`a b` int, `c``d` inet6, inv int INVISIBLE DEFAULT 7, g int AS (`a b` + 1) STORED, `,)` year);
INSERT INTO `we``ird (` (`a b`, `c``d`, `,)`) SELECT seq, '::1', if(seq % 2, 0, 2000) FROM seq_1_to_3000;
CREATE TABLE addresses (i4 inet4, i6 inet6, u uuid);
INSERT INTO addresses SELECT '1.2.3.4', if(seq % 2, '::ffff:1.2.3.4', NULL), '123e4567-e89b-12d3-a456-426655440000' FROM seq_1_to_1000;
CREATE TABLE every_byte (b varbinary(300), bi binary(4), l varchar(300) CHARACTER SET latin1, k varchar(9) CHARACTER SET koi8r, bits bit(9));
INSERT INTO every_byte SELECT unhex(repeat(hex(char(seq % 256)), 4)), char(seq % 256, 9, 10, 92),
    concat(char(seq % 256), '\\\\', char(255 - seq % 256)), char(seq % 256), seq % 512 FROM seq_1_to_2000;
CREATE TABLE par (id int, t text, PRIMARY KEY (id)) PARTITION BY HASH (id) PARTITIONS 3;
INSERT INTO par SELECT seq, repeat('p', 100) FROM seq_1_to_1000;
""".encode()


@pytest.fixture(scope="module")
def varied(maria):
    return maria.create(VARIED, name="varied")


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_type(maria, run, back_up, varied, target, jobs, way):
    tables = maria.sql("show full tables where table_type = 'BASE TABLE'", varied).split("\n")
    file = back_up(varied)
    statements = Statements(maria)
    result = run("restore", file, "--target", target, "--create", "-j", jobs).ok()
    assert "server had something to say" not in result.err
    assert statements[way] >= len(tables) == 8 and statements.text_inserts == 0, "not all of them were loaded"
    maria.assert_same(varied, target)


def test_where_the_server_forbids_both(maria, run, back_up, varied, target):
    file = back_up(varied)
    statements = Statements(maria)
    maria.sql("set global binlog_format = statement")
    try:
        with without_local_infile(maria):
            run("restore", file, "--target", target, "--create").ok()
    finally:
        maria.sql("set global binlog_format = mixed")
    assert statements["load"] == 0 and statements.text_inserts > 0
    maria.assert_same(varied, target)


@pytest.mark.parametrize("table, more", [
    ("id int, t varchar(100)) engine=MyISAM", ""),
    ("id int, t varchar(100))", "create trigger tr before update on t for each row set new.t = upper(new.t)"),
], ids=["MyISAM", "trigger"])
def test_tables_that_are_not_loaded(maria, run, back_up, target, table, more, way):
    db = maria.create("create table t (id int, t varchar(100));"
                      "insert into t select seq, repeat('x', 100) from seq_1_to_2000;")
    file = back_up(db, "--data-only")
    maria.sql(f"create database {target}; create table {target}.t ({table}; {'use ' + target if more else ''}; {more}")
    statements = Statements(maria)
    run("restore", file, "--target", target, "--data-only", "--confirm").ok()
    assert statements["load"] == statements["bulk"] == 0 and statements["insert"] > 0
    assert maria.sql("select count(*) from t", target) == "2000"


# --- What the server would swallow ------------------------------------------------------------------------------------

def test_a_duplicate_key(maria, run, back_up, target, way):
    """LOAD DATA LOCAL skips such a row and warns; what fails is the INSERT that comes instead."""
    db = maria.create("create table t (id int primary key, t varchar(100));"
                      "insert into t select seq, repeat('x', 100) from seq_1_to_30000;")
    file = back_up(db, "--data-only")
    maria.sql(f"create database {target}; create table {target}.t (id int primary key, t varchar(100));"
              f"insert into {target}.t values (25000, 'y')")
    statements = Statements(maria)
    result = run("restore", file, "--target", target, "--data-only", "--confirm", "-j", "1")
    assert "TABLE DATA" in result.failed(1, hint=False).err and "Duplicate entry '25000'" in result.err
    assert statements[way] > 1 and statements.text_inserts == 1
    assert maria.sql("select * from t", target) == "25000\ty"


def test_values_that_the_server_alters(maria, run, back_up, target, way):
    db = maria.create("create table t (id int, t varchar(100));"
                      "insert into t select seq * 100, repeat('x', 100) from seq_1_to_2000;")
    file = back_up(db, "--data-only")
    maria.sql(f"create database {target}; create table {target}.t (id smallint, t varchar(100))")
    statements = Statements(maria)
    to = ("--target", target, "--data-only", "--confirm")
    run("restore", file, *to).failed(1, "TABLE DATA", "Out of range value")
    assert statements[way] == 1 and statements.text_inserts > 0
    assert maria.sql("select count(*) from t", target) == "0"
    run("restore", file, *to, "--continue-on-error").failed(1, "Out of range value")
    assert maria.sql("select count(*), max(id) from t", target) == "2000\t32767"


@pytest.mark.parametrize("before, after", [("utf8mb4", "latin1"), ("latin1", "utf8mb4"), ("latin1", "utf16")])
def test_text_for_a_column_of_another_character_set(maria, run, back_up, target, before, after, way):
    db = maria.create(f"create table t (t varchar(100) character set {before});"
                      "insert into t select concat(repeat('x', 90), 'é') from seq_1_to_2000;")
    file = back_up(db, "--data-only")
    maria.sql(f"create database {target}; create table {target}.t (t varchar(100) character set {after})")
    run("restore", file, "--target", target, "--data-only", "--confirm").ok()
    assert maria.sql("select distinct right(t, 1) from t", target) == "é"


def test_a_row_larger_than_a_packet(maria, run, back_up, target):
    db = maria.create("create table t (id int, b longblob); insert into t values (1, repeat('0123456789', 300000))")
    file = back_up(db)
    maria.sql("set global max_allowed_packet = 1048576")
    try:
        run("restore", file, "--target", target, "--create").ok()
    finally:
        maria.sql("set global max_allowed_packet = 16777216")
    assert maria.sql("select length(b), md5(b) from t", target) == maria.sql("select length(b), md5(b) from t", db)


def test_more_cells_than_a_packet_holds(maria, run, back_up, target):
    """A prepared INSERT has two bytes for each cell that a text has one for."""
    db = maria.create("create table t (a int, b int, c int, d int, e int, f int, g int, h int);"
                      "insert into t select 1, 2, 3, 4, 5, 6, 7, 8 from seq_1_to_300000;")
    file = back_up(db)
    statements = Statements(maria)
    maria.sql("set global max_allowed_packet = 1048576")
    try:
        run("restore", file, "--target", target, "--create").ok()
    finally:
        maria.sql("set global max_allowed_packet = 16777216")
    assert statements["load"] > 0 and statements.text_inserts == 0
    maria.assert_same(db, target)


@pytest.mark.parametrize("row", [10, 4600], ids=["while rows are sent", "while the answer is awaited"])
def test_cancel(maria, maria_backup, back_up, target, row, way):
    """A row that waits for another session's lock: the statement is ended on the server, and nothing stays."""
    at_work = {"bulk": "Bulk_execute", "load": "LOAD DATA"}[way]
    db = maria.create("create table t (id int primary key, t varchar(200));"
                      "insert into t select seq, repeat('x', 200) from seq_1_to_30000;")
    file = back_up(db, "--data-only")
    maria.sql(f"create database {target}; create table {target}.t (id int primary key, t varchar(200))")
    with subprocess.Popen(["mariadb", "--no-defaults", "-uroot", "-S", maria.socket, target], stdin=subprocess.PIPE,
                          text=True) as holder:
        print(f"begin; insert into t values ({row}, 'y');", file=holder.stdin, flush=True)
        wait_for(lambda: maria.transactions("trx_rows_modified > 0"), "the row")
        running = maria_backup.start("restore", file, "--target", target, "--data-only", "--confirm", *maria.place)
        wait_for(lambda: maria.transactions("trx_state = 'LOCK WAIT'"),
                 "the lock")
        assert at_work in maria.sql("show full processlist")
        running.signal(signal.SIGINT)
        wait_for(lambda: at_work not in maria.sql("show full processlist"), "the statement's end")
        assert running.wait().rc == 130
        holder.stdin.close()
    assert maria.sql("select * from t", target) == ""


# --- A server that asks for files -------------------------------------------------------------------------------------

def packet(number, payload):
    return struct.pack("<I", len(payload))[:3] + bytes([number]) + payload


def read_packet(stream):
    head = stream.read(4)
    return stream.read(int.from_bytes(head[:3], "little")) if len(head) == 4 else None


GREETING = (b"\x0a" + b"10.11.0-MariaDB\0" + struct.pack("<I", 1) + b"12345678\0" + struct.pack("<H", 0xF7FF)
            + b"\x21" + struct.pack("<H", 2) + struct.pack("<H", 0x81BF) + b"\x15" + bytes(10) + b"123456789012\0"
            + b"mysql_native_password\0")


class AskingServer(threading.Thread):
    """Lets everybody in, and answers each statement by asking for a file."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.got, self.asked = path, b"", 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream, contextlib.suppress(OSError):
                self.serve(stream)

    @staticmethod
    def send(stream, number, payload):
        stream.write(packet(number, payload))
        stream.flush()

    def serve(self, stream):
        done = b"\0\0\0\2\0\0\0"
        self.send(stream, 0, GREETING)
        read_packet(stream)
        self.send(stream, 2, done)
        while (command := read_packet(stream)) and command[:1] != b"\1":
            self.asked += 1
            self.send(stream, 1, b"\xfb" + self.path.encode())
            number = 2
            while piece := read_packet(stream):
                self.got += piece
                number += 1
            self.send(stream, number + 1, done)


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_no_file_is_sent_to_a_server_that_asks(maria, maria_backup, back_up, command):
    secret = pathlib.Path(maria_backup.folder) / "secret"
    secret.write_text("s3cret" * 1000)
    file = back_up(maria.create("create table t (id int)"))
    server = AskingServer(str(secret))
    server.start()
    (maria_backup.folder / ".my.cnf").write_text("[client]\nlocal-infile=1\n")
    words = ["backup", "single", "x", "-o", "x.sql"] if command == "backup" else ["restore", file, "--target", "x"]
    result = maria_backup(*words, "--db-type", "mysql", "-h", "127.0.0.1", "-p", server.port, "-U", "root",
                          env={"HOME": str(maria_backup.folder)})
    server.listener.close()
    assert result.rc == 1, result
    assert server.asked > 0 and server.got == b""
