# SPDX-License-Identifier: Apache-2.0
"""Memory stays flat however large a table is. MEMORY_SCALE=10 makes it 1 GB and 2 GB instead of 100 and 200 MB."""
import os
import re
import subprocess

import pytest

import harness

LIMIT_KB = 100 * 1024
# Buffers that are made on the way may differ a little between two runs; something that grows with the rows would
# show as tens of megabytes.
NOISE_KB = 8 * 1024
SCALE = float(os.environ.get("MEMORY_SCALE", "1"))
ROWS = int(SCALE * 1_000_000)  # of 100 bytes

pytestmark = pytest.mark.not_sanitized("a sanitizer's memory says nothing")


def peak_kb(program, *args):
    """Peak resident memory of a run that succeeds. By way of time(1): a child that Python itself starts is
    charged with Python's memory."""
    report = program.folder / "peak"
    run = subprocess.run(["/usr/bin/time", "-f", "%M", "-o", report, harness.DBBACKUP, *map(str, args)],
                         env=program.server.env, cwd=program.folder, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert run.returncode == 0, run.stderr.decode()
    return int(re.search(r"(\d+)\s*$", report.read_text()).group(1))


def out_and_back(pg, dbbackup, rows):
    """Peak memory of backup, restore, and restore of pg_dump's plain script."""
    db = pg.create_db(sql=f"""
        create unlogged table narrow as
            select n as id, md5(n::text) as a, left(md5((-n)::text), 25) as b, now() as t from generate_series(1, {rows}) n
    """)
    file, copy = dbbackup.folder / "b.sql.gz", pg.new_name("restored")
    peaks = {"backup": peak_kb(dbbackup, "backup", "single", db, "-j", 2, "-Z", "gzip:1", "--output", file)}
    peaks["restore"] = peak_kb(dbbackup, "restore", file, "--target", copy, "--create")
    assert pg.psql("select count(*) from narrow", db=copy) == str(rows)
    pg.drop_db(copy)
    peaks["verify"] = peak_kb(dbbackup, "verify", file)
    script = dbbackup.folder / "plain.sql"
    pg.tool("pg_dump", "-f", script, db)
    peaks["restore of a plain script"] = peak_kb(dbbackup, "restore", script, "--target", copy, "--create")
    assert pg.psql("select count(*) from narrow", db=copy) == str(rows)
    for name in (db, copy):
        pg.drop_db(name)
    for path in (file, script):
        path.unlink()
    return peaks


def test_memory_does_not_grow_with_rows(pg, dbbackup):
    once, twice = (out_and_back(pg, dbbackup, rows) for rows in (ROWS, 2 * ROWS))
    print(f"peak kB at {ROWS} rows: {once}; at twice as many: {twice}")
    for what in once:
        assert max(once[what], twice[what]) < LIMIT_KB, f"{what}: {once[what]} and {twice[what]} kB"
        assert twice[what] - once[what] < NOISE_KB, f"{what}: {once[what]} and {twice[what]} kB"
