# SPDX-License-Identifier: Apache-2.0
"""Cluster archives: what list, info, verify and restore say of one. tests/unit/test_cluster.c has the format."""
import json
import subprocess

import harness
import pytest

SCRIPT = "CREATE TABLE t (a int);\nCOPY t (a) FROM stdin;\n1\n2\n\\.\n"


@pytest.fixture
def make(dbbackup, small_backup):
    """make(name, *more): an archive of a backup of ours, a script, a file of bytes, and what `more` says."""
    tool = harness.built_tool("make_cluster")
    if tool is None:
        pytest.skip("make_cluster isn't built beside the program")
    (dbbackup.folder / "parts").mkdir()
    (dbbackup.folder / "parts" / "script").write_text(SCRIPT)
    (dbbackup.folder / "parts" / "bytes").write_bytes(bytes(range(256)) * 1000)

    def run(name, *more, ours=small_backup, rows=40):
        parts = ("small", rows, ".sql.gz", ours, "a/b", 2, ".sql", "parts/script", "raw", 7, ".dump", "parts/bytes")
        done = subprocess.run([tool, name, "CREATE ROLE ann;\n", *map(str, (*parts, *more))], cwd=dbbackup.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=harness.TIMEOUT)
        assert done.returncode == 0, done.stderr
        return dbbackup.folder / name

    return run


GONE = ("gone", 0, "failed", "no space")


def test_info(dbbackup, make):
    make("c.tar.gz", *GONE)
    said = dbbackup("info", "c.tar.gz").ok().out
    assert "PostgreSQL 15.0" in said and "3 databases, 49 rows; NOT COMPLETE: 1 is missing" in said
    assert "databases/a%2Fb.sql" in said and "no space" in said
    told = json.loads(dbbackup("info", "c.tar.gz", "--json").ok().out)
    assert told["kind"] == "cluster archive" and told["manifest"] and not told["complete"] and told["rows"] == 49
    assert [(d["name"], d["failure"]) for d in told["databases"]] == [
        ("small", None), ("a/b", None), ("raw", None), ("gone", "no space")]
    make("whole.tar.gz")
    assert json.loads(dbbackup("info", "whole.tar.gz", "--json").ok().out)["complete"]


def test_list(dbbackup, make):
    make("c.tar.gz", *GONE)
    make("whole.tar.gz")
    make("bare.tar.gz")
    (dbbackup.folder / "bare.tar.gz.json").unlink()
    cut = make("cut.tar.gz")
    cut.write_bytes(cut.read_bytes()[:2000])
    (dbbackup.folder / "cut.tar.gz.json").unlink()
    listed = {backup["file"]: backup for backup in json.loads(dbbackup("list", "--json").ok().out)}
    assert {name: backup["state"] for name, backup in listed.items()} == {
        "c.tar.gz": "incomplete", "whole.tar.gz": "complete", "bare.tar.gz": "no_manifest", "cut.tar.gz": "no_manifest"}
    assert (listed["c.tar.gz"]["databases"], listed["c.tar.gz"]["databases_failed"]) == (3, 1)
    assert not listed["c.tar.gz"]["complete"] and listed["bare.tar.gz"]["databases"] == 3
    lines = {line.split()[0]: line for line in dbbackup("list").ok().out.splitlines()}
    assert "(3 of 4)" in lines["c.tar.gz"] and "NOT COMPLETE: databases failed" in lines["c.tar.gz"]
    assert "(all 3)" in lines["whole.tar.gz"]


def test_verify(dbbackup, make):
    make("c.tar.gz")
    said = dbbackup("verify", "c.tar.gz").ok().out
    assert "intact — cluster archive, 3 databases, " in said and "49 rows" in said and "as its manifest says" in said
    make("lacks.tar.gz", *GONE)
    result = dbbackup("verify", "lacks.tar.gz").ok()
    assert "without 1 database that failed" in result.out and '"gone" is not in it: no space' in result.err
    told = json.loads(dbbackup("verify", "lacks.tar.gz", "--json").ok().out)
    assert (told["databases"], told["databases_failed"], told["rows"]) == (3, 1, 49)


def test_verify_finds_damage(dbbackup, make):
    path = make("c.tar.gz")
    whole = path.read_bytes()
    for at in range(0, len(whole), len(whole) // 37):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:])
        dbbackup("verify", "c.tar.gz").failed(4, "damaged|altered", hint=False)
    path.write_bytes(whole[:-100])
    dbbackup("verify", "c.tar.gz").failed(4, "bytes, but its manifest says")
    (dbbackup.folder / "c.tar.gz.json").unlink()
    dbbackup("verify", "c.tar.gz").failed(4, "has been cut", hint=False)
    at = whole.index(bytes(range(256))) + 70000  # nothing but the archive's own hashes tells of these
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:])
    dbbackup("verify", "c.tar.gz").failed(4, "databases/raw.dump isn't what was written", hint=False)
    path.write_bytes(whole)
    assert "no manifest" in dbbackup("verify", "c.tar.gz").ok().out


def test_verify_looks_into_the_databases(dbbackup, make, small_backup):
    """What was damaged before it came into the archive, and what isn't what the index says."""
    bad = dbbackup.folder / "parts" / "bad"
    bad.write_bytes(small_backup.read_bytes()[:-200] + b"x" * 200)
    make("bad.tar.gz", ours=bad)
    dbbackup("verify", "bad.tar.gz").failed(4, "bad.tar.gz: databases/small.sql.gz", hint=False)
    make("rows.tar.gz", rows=41)
    dbbackup("verify", "rows.tar.gz").failed(4, "holds 40 rows, but the archive's index says 41", hint=False)
    (dbbackup.folder / "parts" / "script").write_text(SCRIPT[:-3])
    make("script.tar.gz")
    dbbackup("verify", "script.tar.gz").failed(4, "databases/a%2Fb.sql", hint=False)


def test_restore_says_what_it_is(dbbackup, make, target):
    path = make("c.tar.gz")
    dbbackup("restore", "c.tar.gz", "--target", target, "--create").failed(
        2, "a backup of a whole server", 'databases: "small", "a/b", "raw"', "--database")
    with open(path, "rb") as archive:
        dbbackup("restore", "-", "--target", target, "--create", stdin=archive).failed(
            4, "not a SQL script but a cluster archive", "restore cluster")
