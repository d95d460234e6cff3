# SPDX-License-Identifier: Apache-2.0
"""Single faults that once were told wrongly, by tests/torture's library. All of them: `make torture`."""
import re
import sys

import pytest

import harness

sys.path.append(str(harness.ROOT / "tests" / "torture"))
import faults  # noqa: E402
import stage  # noqa: E402

pytestmark = pytest.mark.not_sanitized("the sanitizers' own allocator stands in between")


@pytest.fixture
def faulty(tmp_path):
    """faulty(program, "alloc ENOMEM 5", …): what came of it, and how many calls of that class there were."""
    state = tmp_path / "state"

    def play(program, fault, *args):
        state.write_bytes(b"")
        result = program(*args, env={"LD_PRELOAD": str(faults.library()), "FAULT_STATE": str(state), "FAULT": fault})
        calls = faults.HEAD.unpack(state.read_bytes()[:faults.HEAD.size])
        return result, calls[list(faults.CLASSES).index(fault.split()[0])]
    return play


@pytest.fixture
def fail_within(faulty, tmp_path):
    """fail_within("malloc", "regexec", program, …): what came of it, for each chain of callers that leads from the one to
    the other, when there was no memory. every: for each so many-th of them only."""
    def play(inner, outer, program, *args, before=lambda: None, every=1):
        (tmp_path / "state").write_bytes(b"")
        trace = tmp_path / "trace"
        before()
        program(*args, env={"LD_PRELOAD": str(faults.library()), "FAULT_STATE": str(tmp_path / "state"), "FAULT_CHAINS": "1",
                            "FAULT_TRACE": str(trace)}).ok()
        chains = [part.split("\n")[0] for part in trace.read_text().split("\n\n")
                  if f"({outer}+" in part and f"({inner}" in part]
        trace.unlink()
        chains = [chain for chain in chains if int(chain, 16) & 15 == list(faults.CLASSES).index("alloc")]
        assert chains, f"{outer} isn't called"
        for chain in chains[::every]:
            before()
            yield faulty(program, f"alloc ENOMEM 1@{chain}", *args)[0]
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


def test_no_memory_is_no_wrong_key(dbbackup, small, fail_within):
    """Of a wrapped key, or a key file: that it is what was written is found by a SHA-256."""
    dbbackup("key", "new", "test.key").ok()
    key = ("--key-file", "test.key")
    file = dbbackup.backup(small, "b.enc", "--encrypt", *key)
    told = 0
    for result in fail_within("", "EVP_Digest", dbbackup, "verify", file, *key, every=16):
        if result.rc != 0:  # libcrypto does without some of it
            result.failed(1, "out of memory while working on a SHA-256", hint=False)
            told += 1
    assert told > 0


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
            assert re.search("connection|closed|libpq failed", result.err), result  # the last: where there is nothing to lose
    if pg.psql("select to_regclass('dbbackup_restore.done') is not null", db=target) == "t":
        dbbackup(*restore, "--resume").ok()
    assert pg.psql("select count(*) from third", db=target) == pg.psql("select count(*) from third", db=small)


def test_no_memory_is_no_mismatch(dbbackup, small, fail_within):
    """That a pattern matches nothing must be true: otherwise what it excludes would come along."""
    dbbackup("backup", "cluster", "--include-database", "nobody", "--dry-run").failed(2, "no database matches", hint=False)
    for result in fail_within("", "regexec", dbbackup, "backup", "cluster", "--include-database", small, "--native", "--dry-run"):
        assert result.rc in (0, 1), result


def test_no_memory_for_an_answer(dbbackup, pg, small_backup, target, fail_within):
    """libpq drops it, and would wait for it for ever."""
    told = 0
    for result in fail_within("PQmakeEmptyPGresult", "PQisBusy", dbbackup, "restore", small_backup, "--target", target,
                              "--create", "-j", 1, before=lambda: pg.drop_db(target)):
        told += "an answer of the server's" in result.err
        assert result.rc in (0, 1), result
    assert told > 0


def test_no_memory_for_an_answer_of_mariadb(maria, maria_backup, fail_within):
    """libmariadb leaves it in the middle: the rest would be taken for the next statement's."""
    db = maria.create(stage.MARIADB)
    file = maria_backup.backup(db, "b.sql.gz", *maria.place)
    restore = ("restore", file, *maria.place, "--target", "out_of_step", "--create", "-j", 2)
    for result in fail_within("", "mysql_store_result", maria_backup, *restore,
                              before=lambda: maria.sql("drop database if exists out_of_step")):
        assert result.rc in (0, 1), result
