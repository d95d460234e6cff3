# SPDX-License-Identifier: Apache-2.0
"""The native engines need no program besides dbbackup: here there is none on PATH, and the kernel kills whoever makes a
process. (Threads are allowed.)"""
import ctypes
import os
import platform
import re
import struct
import subprocess
import sys

import pytest

import harness

# Of linux/audit.h and the tables of system calls: the machine's clone, and those that are only for processes.
CLONE, FORKS = {"x86_64": (56, (57, 58)), "aarch64": (220, ())}.get(platform.machine(), (None, ()))
CLONE3, CLONE_THREAD = 435, 0x10000
KILLED = -31  # by SIGSYS


class Filter(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def bpf():
    """A filter for seccomp: any call that makes a process ends the caller. clone3's flags can't be looked at: it is said
    to be unknown, and C libraries do with clone."""
    load, kill, unknown, allow = (lambda at: (0x20, 0, 0, at)), (6, 0, 0, 0x80000000), (6, 0, 0, 0x50026), (6, 0, 0, 0x7FFF0000)
    unless = lambda number, skip: (0x15, 0, skip, number)
    code = [load(0)]
    for number in FORKS:
        code += [unless(number, 1), kill]
    code += [unless(CLONE3, 1), unknown, unless(CLONE, 3), load(16), (0x45, 1, 0, CLONE_THREAD), kill, allow]
    return b"".join(struct.pack("HBBI", *step) for step in code), len(code)


BPF, STEPS = bpf()
LIBC = ctypes.CDLL(None, use_errno=True)


def alone():
    """For preexec_fn: from here on this process, and what it becomes, can make no other."""
    code = ctypes.create_string_buffer(BPF, len(BPF))
    program = Filter(STEPS, ctypes.addressof(code))
    if LIBC.prctl(38, 1, 0, 0, 0) != 0 or LIBC.prctl(22, 2, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def run(*statements):
    return subprocess.run([sys.executable, "-c", "\n".join(statements)], preexec_fn=alone, timeout=harness.TIMEOUT,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


@pytest.fixture(scope="module", autouse=True)
def can_tell():
    """The kernel does what these tests rely on."""
    if CLONE is None:
        pytest.skip(f"the numbers of {platform.machine()}'s system calls aren't known here")
    try:
        threads = run("import threading", "t = threading.Thread(target=print, args=('thread',))", "t.start(); t.join()")
    except subprocess.SubprocessError:
        pytest.skip("the kernel takes no filter of system calls")
    assert (threads.returncode, threads.stdout) == (0, "thread\n"), threads
    for way in ("os.system('echo ran')", "os.popen('echo ran').read()", "os.posix_spawn('/bin/echo', ['echo', 'ran'], {})"):
        ended = run("import os", way)
        assert ended.returncode == KILLED and "ran" not in ended.stdout, (way, ended)


# A sanitizer that looks for leaks does so in a process of its own.
NO_PROCESS = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "").replace("detect_leaks=1", "detect_leaks=0")}


def without_programs(program, *place):
    """program, as the native engine, with nothing on PATH and no way to start anything."""
    empty = program.folder / "empty-path"
    empty.mkdir()

    def call(*args, options=place, watch=alone, **kwargs):
        return program(*args, *options, env={"PATH": str(empty), **NO_PROCESS}, preexec_fn=watch, **kwargs).ok()

    call.folder = program.folder
    call.files = lambda: [name for name in program.files() if not name.startswith("empty-path")]
    return call


def without_a_server(call, file):
    """What needs none."""
    assert file in call("list", options=()).out
    call("info", file, options=())
    assert "intact" in call("verify", file, options=()).out
    assert "native" in call("engines", options=(), watch=None).out  # it asks programs that it finds for their versions
    assert "jobs" in call("config", options=()).out
    call("version", options=())
    call("help", options=())


def test_postgres(pg, dbbackup, shop, target, tmp_path):
    call = without_programs(dbbackup, "--native")
    call("backup", "single", shop, "-j3", "-o", "b.sql.gz")
    call("restore", "b.sql.gz", "--target", target, "--create", "-j3")
    one, other = (pg.dump(db, tmp_path / f"{n}.sql") for n, db in enumerate((shop, target)))
    a, b = (harness.sort_rows(path, f"{path}.sorted") for path in (one, other))
    assert not harness.first_differences(a, b)
    pg.drop_db(target)
    # A script of others, from a pipe, on several connections.
    with open(one, "rb") as script:
        call("restore", "-", "--target", target, "--create", "-j3", stdin=script)
    call("restore", "b.sql.gz", "--target", target, "--clean", "-j3")
    without_a_server(call, "b.sql.gz")


def test_globals_of_postgres(pg, dbbackup):
    call = without_programs(dbbackup)
    call("backup", "globals", "-o", "g.sql")
    call("restore", "g.sql", "--confirm")
    assert re.search("CREATE ROLE dbb_owner", (dbbackup.folder / "g.sql").read_text())


def whole_server(call, db, rows):
    """All of it out, one database back: from the file, over what is there, from a pipe, and alone under another name."""
    call("backup", "cluster", "-j2", "-o", "c.tar.gz", "--include-database", db)
    back = ("--database", db, "--confirm", "--clean", "-j2")
    before = rows(db)
    call("restore", "cluster", "c.tar.gz", *back)
    assert rows(db) == before
    with open(call.folder / "c.tar.gz", "rb") as archive:
        call("restore", "cluster", "-", *back, stdin=archive)
    assert rows(db) == before
    call("restore", "single", "c.tar.gz", "--database", db, "--target", "no_programs_single", "--create")
    assert rows("no_programs_single") == before
    call("verify", "c.tar.gz", options=())
    call("info", "c.tar.gz", options=())


def test_a_whole_postgres(pg, dbbackup, target):
    pg.create_db(target, "create table t as select generate_series(1, 5000) n; create index on t (n);")
    try:
        whole_server(without_programs(dbbackup, "--native"), target, lambda db: pg.psql("select sum(n) from t", db=db))
    finally:
        pg.drop_db("no_programs_single")


def test_a_whole_mariadb(maria, maria_backup):
    db = maria.create("create table t (n int primary key) as select seq n from seq_1_to_5000")
    try:
        whole_server(without_programs(maria_backup, "--native", *maria.place), db,
                     lambda name: maria.sql("select sum(n) from t", name))
    finally:
        maria.sql(f"drop database {db}; drop database if exists no_programs_single")


def test_globals_of_mariadb(maria, maria_backup):
    call = without_programs(maria_backup, *maria.place)
    call("backup", "globals", "-o", "g.sql")
    call("restore", "g.sql", "--confirm")
    assert "root" in (maria_backup.folder / "g.sql").read_text()


def test_mariadb(maria, maria_backup, tmp_path):
    place = ("--native", *maria.place)
    call = without_programs(maria_backup, *place)
    db = maria.create((harness.DATA / "mysql_shop.sql").read_bytes())
    target, script = "no_programs", tmp_path / "script.sql"
    script.write_bytes(maria.dump(db))
    try:
        call("backup", "single", db, "-j3", "-o", "b.sql.gz")
        call("restore", "b.sql.gz", "--target", target, "--create", "-j3")
        maria.assert_same(db, target)
        call("restore", script, "--target", target, "--confirm")
        without_a_server(call, "b.sql.gz")
    finally:
        maria.sql(f"drop database {db}; drop database if exists {target}")
