# SPDX-License-Identifier: Apache-2.0
"""Single faults that once were told wrongly, by tests/torture's library. All of them: `make torture`."""
import re
import sys

import pytest

import harness

sys.path.append(str(harness.ROOT / "tests" / "torture"))
import faults  # noqa: E402

pytestmark = pytest.mark.skipif(harness.is_sanitized(), reason="the sanitizers' own allocator stands in between")


@pytest.fixture
def faulty(tmp_path):
    """faulty(program, "alloc ENOMEM 5", …): what came of it, and how many calls of that class there were."""
    state = tmp_path / "state"

    def play(program, fault, *args):
        state.write_bytes(bytes(4096))
        result = program(*args, env={"LD_PRELOAD": str(faults.library()), "FAULT_STATE": str(state), "FAULT": fault})
        calls = faults.STATE.unpack(state.read_bytes()[:faults.STATE.size])
        return result, calls[list(faults.CLASSES).index(fault.split()[0])]
    return play


def test_no_memory_is_no_damage(dbbackup, small_backup, faulty):
    """Of a file that is intact: whoever reads JSON in it may run out of memory."""
    _, allocations = faulty(dbbackup, "alloc ENOMEM 1000000", "verify", small_backup)
    told = 0
    for nth in range(2, min(allocations, 600), 7):
        result, _ = faulty(dbbackup, f"alloc ENOMEM {nth}", "verify", small_backup)
        if result.rc != 0:
            result.failed(1, "out of memory|temporarily unavailable", hint=False)  # the latter: of a thread
            told += 1
    assert told > 50


@pytest.mark.parametrize("nth", [1, 30, 1000])
@pytest.mark.parametrize("more", [(), ("--log-format", "json")])
def test_no_memory_at_all_is_told(dbbackup, small_backup, faulty, nth, more):
    result, _ = faulty(dbbackup, f"alloc ENOMEM {nth} on", "verify", small_backup, *more)
    result.failed(1, "memory", hint=False)


def test_connection_lost_in_a_restore(dbbackup, pg, small, small_backup, target, faulty):
    """Wherever it is lost, also between a statement and its answer: an error, and --resume ends it."""
    restore = ("restore", small_backup, "--target", target, "-j", 1)
    _, calls = faulty(dbbackup, "libpq lost 1000000", *restore, "--create")
    for nth in range(calls // 4, calls, calls // 12):
        pg.drop_db(target)
        result, _ = faulty(dbbackup, f"libpq lost {nth}", *restore, "--create")
        assert result.rc in (0, 1), result  # what comes after the last answer is no loss
        if result.rc == 1:
            assert re.search("connection|closed", result.err), result
    if pg.psql("select to_regclass('dbbackup_restore.done') is not null", db=target) == "t":
        dbbackup(*restore, "--resume").ok()
    assert pg.psql("select count(*) from third", db=target) == pg.psql("select count(*) from third", db=small)


def test_no_memory_is_no_mismatch(dbbackup, small, faulty):
    """That a pattern matches nothing must be true: otherwise what it excludes would come along."""
    def backup(pattern):
        return "backup", "cluster", "--include-database", pattern, "--dry-run"

    result, allocations = faulty(dbbackup, "alloc ENOMEM 1000000", *backup("nobody"))
    result.failed(2, "no database matches", hint=False)
    for nth in range(max(1, allocations - 300), allocations, 6):  # the looks are the last that this one did
        result, _ = faulty(dbbackup, f"alloc ENOMEM {nth}", *backup(small))
        assert result.rc in (0, 1), result
