# SPDX-License-Identifier: Apache-2.0
"""A standby, where many make their backups: it only reads, and unlogged tables not even that."""
import subprocess

import pytest

import harness

FILL = """
    create table t (id int generated always as identity primary key, name text not null);
    insert into t (name) select 'name ' || n from generate_series(1, 1000) n;
    create view v as select * from t;
    create materialized view m as select count(*) as n from t;
    create unlogged table cache (n int primary key); insert into cache values (1);
    create unlogged table app_cache (n serial); insert into app_cache values (1);
    select lo_from_bytea(4711, 'bytes');
"""


@pytest.fixture
def standby(tmp_path):
    """It has no primary: it is one that was told, while it was stopped, that it has become a standby."""
    folder = tmp_path / "postgres"
    server = harness.Server(folder)
    try:
        server.create_db("filled", sql=FILL)
        subprocess.run([server._script, "pause", folder], check=True, timeout=harness.TIMEOUT)
        (folder / "server" / "data" / "standby.signal").touch()
        server = harness.Server(folder, roles=())
        assert server.psql("select pg_is_in_recovery()") == "t"
        yield server
    finally:
        server.stop("immediate")


def test_backup_and_restore(standby, pg, dbbackup, small_backup, target, tmp_path):
    folder = tmp_path / "standby"
    folder.mkdir()
    program = harness.Program(standby, folder)
    told = program("backup", "single", "filled", "-o", "b.sql.gz", "-j", 2).ok()
    assert "the rows of 2 unlogged table(s), such as public.app_cache, aren't in the backup" in told.err
    dbbackup("restore", folder / "b.sql.gz", "--target", target, "--create").ok()
    assert not harness.first_differences(standby.dump("filled", tmp_path / "there"),
                                         pg.dump(target, tmp_path / "here", "--exclude-table-data=*cache*"))
    assert pg.psql("select count(*), (select n from m), (select count(*) from cache) from t", db=target) == "1000|1000|0"
    assert "unlogged" not in program("backup", "single", "filled", "-o", "s.sql.gz", "--schema-only").ok().err
    program("backup", "cluster", "-o", "c.tar.gz", "--native").ok()
    for options in (["--target", "new", "--create"], ["--target", "filled"], ["--target", "filled", "--clean"]):
        program("restore", small_backup, *options).failed(2, "the server is a standby", "primary")
    program("verify", small_backup, "--restore").failed(1, "25006", "server is a standby")
