# SPDX-License-Identifier: Apache-2.0
"""A network that stalls ends the program; a server that takes its time doesn't."""
import sys
import time

import pytest

import harness

sys.path.append(str(harness.ROOT / "tests" / "torture"))
from proxy import Proxy  # noqa: E402

LIMIT = 60  # seconds; 3 to 15 are usual, a busy machine and sanitizers take their time


class Postgres:
    sleep = "select pg_sleep(3);"

    def __init__(self, pg, program):
        self.server, self.program, self.place = pg, program, ()
        self.socket = f"{pg.env['PGHOST']}/.s.PGSQL.{pg.port}"

    def make(self):
        return self.server.create_db(sql="create table t as select n, md5(n::text) from generate_series(1, 20000) n")

    def remove(self, db):
        self.server.drop_db(db)


class Maria:
    sleep = "do sleep(3);"

    def __init__(self, maria, program):
        self.server, self.program, self.socket = maria, program, maria.socket
        self.place = ("--db-type", "mariadb", "--user", "root")

    def make(self):
        return self.server.create("create table t as select seq, md5(seq) from seq_1_to_20000")

    def remove(self, db):
        self.server.sql(f"drop database if exists `{db}`")


@pytest.fixture(params=["postgres", "mariadb"])
def side(request, tmp_path):
    postgres = request.param == "postgres"
    server = request.getfixturevalue("pg" if postgres else "maria")
    folder = tmp_path / "work"
    folder.mkdir()
    return (Postgres if postgres else Maria)(server, harness.Program(server, folder))


def through(side, proxy, *args):
    begun = time.monotonic()
    env = {"MYSQL_UNIX_PORT": None}
    result = side.program(*args, *side.place, "-h", "127.0.0.1", "-p", proxy.port, "--stall-timeout", 1, env=env)
    assert time.monotonic() - begun < LIMIT, result
    return result


@pytest.mark.long
def test_stall(side):
    db = side.make()
    with Proxy(side.socket) as proxy:
        through(side, proxy, "backup", "single", db, "-o", "whole.sql.gz", "-j", 2).ok()
    for after in (1, proxy.passed // 2, proxy.passed * 9 // 10):  # how often the server is asked differs a little
        with Proxy(side.socket, "stall", after) as stalled:
            result = through(side, stalled, "backup", "single", db, "-o", "b.sql.gz", "-j", 2).failed(1)
        assert "stall-timeout" in result.err or after == 1, result
        assert side.program.files() == ["whole.sql.gz", "whole.sql.gz.json"]
    target = side.server.new_name("stalled") if hasattr(side.server, "new_name") else "stalled"
    try:
        restore = ("restore", "whole.sql.gz", "--target", target, "-j", 1)
        with Proxy(side.socket) as proxy:
            through(side, proxy, *restore, "--create").ok()
        side.remove(target)
        with Proxy(side.socket, "stall", proxy.passed * 2 // 3) as stalled:
            through(side, stalled, *restore, "--create").failed(1, "stall-timeout")
    finally:
        side.remove(target)
        side.remove(db)


def test_slow_server_is_no_stall(side):
    """It says nothing for three seconds, and that it is at work when it is asked."""
    db = side.make()
    (side.program.folder / "slow.sql").write_text(side.sleep + "\n")
    with Proxy(side.socket) as proxy:
        through(side, proxy, "restore", "slow.sql", "--target", db, "--confirm", "-j", 1).ok()
    side.remove(db)
