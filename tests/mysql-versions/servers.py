# SPDX-License-Identifier: Apache-2.0
"""MariaDB 10.11 and 11.8, MySQL 9: a database in which everything is unusual and a usual one, out and back on each, and
what the stock dumpers write of them. `make test-mysql-versions` runs this; SERVERS="mysql-9" limits it to some."""
import contextlib
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest

import harness
import mariadb

# Each with the parts of the torture database that it knows.
TORTURE = {
    "mariadb-10.11": ("mysql_torture.sql", "mariadb_torture.sql"),
    "mariadb-11.8": ("mysql_torture.sql", "mariadb_torture.sql", "mariadb_11.sql"),
    "mysql-9": ("mysql_torture.sql", "mysql_9.sql"),
}
SERVERS = [name for name in TORTURE if name in os.environ.get("SERVERS", " ".join(TORTURE)).split()]
# Newer servers that take what the older one has.
PAIRS = [pair for pair in [("mariadb-10.11", "mariadb-11.8")] if set(pair) <= set(SERVERS)]


def start(name, folder):
    """The server, or why there is none."""
    if name == "mariadb-10.11":
        return mariadb.with_plugins(folder)
    run = subprocess.run([harness.ROOT / "scripts" / "mysql-programs", name], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
    if run.returncode == 3:
        return run.stderr.strip().split("\n")[-1]
    assert run.returncode == 0, run.stderr
    return mariadb.MariaDb(folder, programs=run.stdout.strip(), dbms=name.split("-")[0])


@pytest.fixture(scope="session")
def server_of(tmp_path_factory):
    """server_of(name): a throw-away server, started when it is first asked for; .torture and .shop are databases."""
    servers = {}

    def server_of(name):
        if name not in servers:
            server = servers[name] = start(name, tmp_path_factory.mktemp(name))
            if not isinstance(server, str):
                server.name = name
                server.torture = server.create(b"\n".join((harness.DATA / part).read_bytes() for part in TORTURE[name]),
                                               name="torture")
                server.shop = server.create((harness.DATA / "mysql_shop.sql").read_bytes(), name="shop")
        if isinstance(servers[name], str):
            pytest.skip(f"{name}: {servers[name]}")
        return servers[name]

    yield server_of
    for server in servers.values():
        if not isinstance(server, str):
            server.stop()


@pytest.fixture(params=SERVERS)
def server(request, server_of):
    return server_of(request.param)


@pytest.fixture
def program(server, tmp_path):
    return harness.Program(server, tmp_path)


@pytest.fixture
def target(server):
    name = f"target_{os.getpid()}"
    yield name
    server.sql(f"drop database if exists {name}")


def database(server, kind):
    return {"torture": server.torture, "shop": server.shop}[kind]


BOTH = pytest.mark.parametrize("kind", ["torture", "shop"])


@BOTH
@pytest.mark.parametrize("jobs", [1, 4])
def test_round_trip(server, program, target, kind, jobs):
    db = database(server, kind)
    file = program.backup(db, "b.sql.gz", *server.place, "-j", jobs)
    program("restore", file, "--target", target, "--create", "-j", jobs, *server.place).ok()
    server.assert_same(db, target)


@BOTH
def test_the_stock_client_loads_it(server, program, target, kind):
    db = database(server, kind)
    file = program.backup(db, "b.sql.gz", *server.place)
    server.create(gzip.decompress(file.read_bytes()), name=target)
    server.assert_same(db, target)


@pytest.mark.parametrize("jobs", [1, 4])
def test_killed_and_resumed(server, program, target, jobs):
    file = program.backup(server.torture, "b.sql.gz", *server.place)
    server.create(name=target)
    _, runs = server.restore_despite_kills(program, file, target, "numbers", lambda run: jobs, 0.05, 1.2)
    assert runs > 2
    server.assert_same(server.torture, target)


# What the stock client can't load of what the stock dumper writes.
NOT_PORTABLE = """set foreign_key_checks = 0; drop view av; drop table if exists onlygen, loose_child;
    drop procedure ends_in_a_comment; drop trigger ends_in_a_comment; drop event ends_in_a_comment"""


@pytest.fixture
def portable(server, kind):
    """A database that the stock programs carry over."""
    if kind == "shop":
        yield server.shop
        return
    name = server.create(b"\n".join((harness.DATA / part).read_bytes() for part in TORTURE[server.name]), name="portable")
    server.sql(NOT_PORTABLE, name)
    yield name
    server.sql(f"drop database {name}")


@BOTH
@pytest.mark.parametrize("options", [[], ["--databases"], ["--skip-extended-insert", "--skip-opt"]])
def test_scripts_of_the_stock_dumper(server, program, target, portable, kind, options):
    """As the stock client loads them."""
    script = program.folder / "theirs.sql"
    script.write_bytes(server.dump(portable, *options))
    server.create(name=target)
    theirs = server.create(name="theirs")
    try:
        program("restore", script, "--target", target, *server.place).ok()
        # Locks are in the way of a default that asks a sequence; and no two servers are of one GTID.
        safe = ["--skip-add-locks"] + (["--set-gtid-purged=OFF"] if server.dbms == "mysql" else [])
        server.load(theirs, server.dump(portable, *safe, *[option for option in options if option != "--databases"]))
        server.assert_same(theirs, target)
        program("verify", script).ok()
    finally:
        server.sql("drop database theirs")


# What Debian 12's mydumper can't write, or not so that myloader can load it.
NOT_MYDUMPERS = r"""set foreign_key_checks = 0; drop view dv, of_functions, `v;`; drop procedure `p q`; drop procedure plat;
    drop table `-- c; 'it''s' \ %s #/*!`, `we``ird "name`; alter procedure p1 comment 'c';
    alter function same_name comment 'c'; drop table if exists of_sequence, counted, `t``"';日`; drop view `v``"';日`, `w``"';日`;
    drop function `f``"';日`; drop procedure `p``"';日`; drop event `e``"';日`"""
# MySQL's columns whose default is an expression it takes for generated ones.
MYDUMPERS_TABLES = """select table_name from information_schema.tables t where table_type = 'BASE TABLE' and
    table_schema = '{}' and not exists (select * from information_schema.columns c where c.table_name = t.table_name
    and c.table_schema = t.table_schema and c.extra like 'DEFAULT_GENERATED%')"""
DEFINITIONS = """select 'trigger', trigger_name, action_statement from information_schema.triggers
        where trigger_schema = '{0}' union all
    select routine_type, routine_name, routine_definition from information_schema.routines
        where routine_schema = '{0}' and routine_type not like 'PACKAGE%' union all
    select 'event', event_name, event_definition from information_schema.events where event_schema = '{0}' union all
    select 'view', table_name, (select count(*) from information_schema.columns c where c.table_name = v.table_name
            and c.table_schema = v.table_schema) from information_schema.views v where table_schema = '{0}'
    order by 1, 2"""
SPACES = str.maketrans("", "", " \n")  # it puts a blank behind a ";" at a line's end


@BOTH
def test_scripts_of_mydumper(server, program, target, portable, kind, tmp_path):
    """File by file, as myloader loads them."""
    if not shutil.which("mydumper") or not shutil.which("myloader"):
        pytest.skip("there is no mydumper")
    if kind == "torture":
        server.sql(NOT_MYDUMPERS, portable)
    folder, place = tmp_path / "mydumper", ("--socket", server.socket, "--user", "root")
    subprocess.run(["mydumper", *place, "--database", portable, "--outputdir", folder, "--triggers", "--routines",
                    "--events", "--less-locking"], check=True, timeout=harness.TIMEOUT)
    server.create(name=target)
    for pattern in ("*-schema-create.sql", "*-schema.sql", "*[!a].sql", "*-triggers.sql", "*-post.sql", "*-view.sql"):
        for file in sorted(folder.glob(pattern)):
            if pattern == "*[!a].sql" and "-schema-" in file.name:
                continue
            # Of MySQL it takes a routine's comment for the character set.
            options = ["--continue-on-error"] if server.dbms == "mysql" and pattern == "*-post.sql" else []
            result = program("restore", file, "--target", target, "--confirm", *options, *server.place)
            assert options or result.ok()
            program("verify", file).ok()
    assert (server.sql(DEFINITIONS.format(target)).translate(SPACES) ==
            server.sql(DEFINITIONS.format(portable)).translate(SPACES))
    try:
        run = subprocess.run(["myloader", *place, "--directory", folder, "--database", "theirs"],
                             timeout=harness.TIMEOUT)
        assert run.returncode == 0 or server.dbms == "mysql"
        for table in server.sql(MYDUMPERS_TABLES.format(portable)).split("\n"):
            assert server.checksum("theirs", table) == server.checksum(target, table), table
    finally:
        server.sql("drop database if exists theirs")


def test_what_is_broken(server, program, target):
    server.assert_broken_are_told(program, target)


@pytest.mark.parametrize("old,new", PAIRS)
@BOTH
def test_newer_version(server_of, old, new, kind, tmp_path):
    source, newer = server_of(old), server_of(new)
    db = database(source, kind)
    file = harness.Program(source, tmp_path).backup(db, "b.sql.gz", *source.place)
    harness.Program(newer, tmp_path)("restore", file, "--target", "from_older", "--create", *newer.place).ok()
    for table in source.sql("select table_name from information_schema.tables where table_type = 'BASE TABLE' and"
                            f" table_schema = '{db}'").split("\n"):
        assert source.checksum(db, table) == newer.checksum("from_older", table), table
    newer.sql("drop database from_older")


# --- Proof of a restore -----------------------------------------------------------------------------------------------

@pytest.fixture
def reachable():
    """A folder that servers' users reach."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


INSTALL = """for word; do case $word in --datadir=*) exec {0}/initialize "${{word#--datadir=}}" ;; esac; done; exit 2"""


def tools_of(server, folder):
    """The server's programs under their usual names; nothing where they are in their usual places."""
    if server.name == "mariadb-10.11":
        return []
    programs = subprocess.run([harness.ROOT / "scripts" / "mysql-programs", server.name], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.strip()
    name = {"mysql": "mysqld", "mariadb": "mariadbd"}[server.dbms]
    for file, script in (name, f'exec {programs}/server "$@"'), ("mariadb-install-db", INSTALL.format(programs)):
        (folder / file).write_text(f"#!/bin/sh\n{script}\n")
        (folder / file).chmod(0o755)
    return ["--tools-path", folder]


def test_proof(server, program, reachable):
    """On the server itself, and on one that is made for it, which gets the globals first."""
    options = ["--history"] if server.dbms == "mariadb" else []
    program("backup", "cluster", "-o", "c.tar.gz", "--include-database", "torture", "--include-database", "shop",
            *options, *server.place).ok()
    told = program("verify", "c.tar.gz", "--restore", "-j", 3, *server.place).ok()
    assert told.out.count(": equal. ") == 2
    assert "dbbackup_verify" not in server.sql("show databases")
    told = program("verify", "c.tar.gz", "--restore", "--throwaway", *tools_of(server, reachable),
                   env={"TMPDIR": str(reachable)}).ok()
    assert told.out.count(": equal. ") == 2 and "globals: " in told.out
    told = program("verify", program.backup("torture", "b.sql.gz", *server.place), "--restore", "--throwaway",
                   *tools_of(server, reachable), env={"TMPDIR": str(reachable)}).ok()
    assert told.out.count(": equal. ") == 1 and not list(reachable.glob(".*"))


# --- What MySQL has beside ---------------------------------------------------------------------------------------------

@pytest.fixture
def counted(server_of, tmp_path):
    """A server, a program, and a backup of a table with histograms and one without."""
    server = server_of("mysql-9")
    name = server.create("create table t (`a'b` int, c int, d int); insert into t values (1, 2, 3), (4, 5, 6);"
                         " analyze table t update histogram on `a'b`, c with 4 buckets; create table plain (a int)")
    program = harness.Program(server, tmp_path)
    yield server, program, name, program.backup(name, "b.sql.gz", *server.place)
    server.sql(f"drop database {name}; drop database if exists into_counted")


@pytest.mark.parametrize("options,there", [
    ([], True), (["-t", "t"], True), (["-t", "plain"], False), (["--schema-only"], False),
    (["--section", "pre-data", "--section", "data"], True), (["--section", "pre-data", "--section", "post-data"], False),
    (["--exclude-table-data", "t"], False)])
def test_histograms_go_with_their_rows(counted, options, there):
    server, program, name, file = counted
    program("restore", file, "--target", "into_counted", "--create", *options, *server.place).ok()
    assert server.histograms("into_counted") == (server.histograms(name) if there else [])
    chosen = program.backup(name, "chosen.sql.gz", *options, *server.place)
    assert (b"UPDATE HISTOGRAM" in gzip.decompress(chosen.read_bytes())) == there


def test_histograms_of_long_numbers(server_of, tmp_path):
    """MySQL would read 0.1 and 0.2 behind so many digits as one number."""
    server, target = server_of("mysql-9"), "target_long"
    name = server.create("""
        create table t (a decimal(30, 10), b decimal(30, 10), c decimal(30), d decimal(20, 2), n int);
        insert into t with recursive n (i) as (select 1 union all select i + 1 from n where i < 40)
            select 12345678901234567890 + i / 10, 10000000000000000000 + i / 10, 9007199254740992 + i, i + 0.25, i from n;
        analyze table t update histogram on a, n with 100 buckets; analyze table t update histogram on b with 4 buckets;
        analyze table t update histogram on c, d with 4 buckets auto update;
        alter table t add key (a), add key (n)""")
    program = harness.Program(server, tmp_path)
    try:
        file = program.backup(name, "b.sql.gz", *server.place)
        assert gzip.decompress(file.read_bytes()).count(b"USING DATA") == 2  # of d and n
        program("restore", file, "--target", target, "--create", *server.place).ok()
        server.assert_same(name, target)
    finally:
        server.sql(f"drop database {name}; drop database if exists {target}")


def test_histograms_of_data_alone(counted):
    server, program, name, file = counted
    server.create("create table t (`a'b` int, c int, d int); create table plain (a int)", name="into_counted")
    program("restore", file, "--target", "into_counted", "--data-only", *server.place).ok()
    assert server.histograms("into_counted") == server.histograms(name)


@pytest.mark.parametrize("jobs", [1, 4])
def test_a_histogram_that_cannot_be(counted, jobs):
    """ANALYZE TABLE tells that in a row."""
    server, program, name, file = counted
    for options in [], ["--continue-on-error"]:
        server.create("create table t (`a'b` int unique, c int, d int); create table plain (a int)", name="into_counted")
        result = program("restore", file, "--target", "into_counted", "--data-only", "-j", jobs, *options,
                         *server.place).failed(1)
        assert re.search(r"STATISTICS DATA \S*t\b.*The column 'a'b' is covered by a single-part unique", result.err)
        assert len(server.histograms("into_counted")) == len(options) and (not options or "1 statement failed" in result.err)
        server.sql("drop database into_counted")
    script = program.folder / "script.sql"
    script.write_text("create table v (j json);\nanalyze local table v update histogram on j with 2 buckets;\n")
    server.create(name="into_counted")
    assert "script.sql:2: The column 'j'" in program("restore", script, "--target", "into_counted", *server.place).failed(1).err


@pytest.fixture
def hides_keys(server_of):
    """A server that gives tables without a primary key a hidden one."""
    server = server_of("mysql-9")
    server.create("create table keyed (a int, `PRIMARY KEY` int primary key); create table other (a int) engine=MyISAM;"
                  " create table keyless (`PRIMARY KEY` int unique not null, b text); create table b (a int, key (a));"
                  " insert into keyless values (2, 'x'), (1, 'y'); insert into b values (3)", name="source_keys")
    server.sql("set global sql_generate_invisible_primary_key = ON; create user if not exists anyone@'%';"
               " grant all on target_keys.* to anyone@'%'")
    yield server
    server.sql("set global sql_generate_invisible_primary_key = OFF; drop database if exists target_keys;"
               " drop database source_keys")


@pytest.mark.parametrize("jobs", [1, 4])
def test_no_hidden_keys_are_added(hides_keys, tmp_path, jobs):
    server, program = hides_keys, harness.Program(hides_keys, tmp_path)
    file = program.backup("source_keys", "b.sql.gz", *server.place, "-j", jobs)
    program("restore", file, "--target", "target_keys", "--create", "-j", jobs, *server.place).ok()
    server.assert_same("source_keys", "target_keys")
    server.sql("drop database target_keys")
    server.create(gzip.decompress(file.read_bytes()), name="target_keys")
    server.assert_same("source_keys", "target_keys")


def test_no_hidden_key_is_added_unsaid(hides_keys, tmp_path):
    """By a user who may not tell the server so."""
    server, program = hides_keys, harness.Program(hides_keys, tmp_path)
    place = ("--db-type", "mysql", "--socket", server.socket, "--user", "anyone", "--target", "target_keys")
    file = program.backup("source_keys", "b.sql.gz", *server.place)
    program("restore", file, "--create", "-t", "keyed", "-t", "other", *place).ok()
    result = program("restore", file, "--confirm", "-t", "keyless", *place).failed(1)
    assert re.search(r"TABLE \S*keyless: Access denied", result.err)


# --- Rows that are no more --------------------------------------------------------------------------------------------

@pytest.fixture
def versioned(server_of):
    server = server_of("mariadb-10.11")
    name = server.create("create table h (a int, t text) with system versioning; insert into h values (1, 'x'),"
                         " (2, 'y'); update h set a = a + 1; delete from h where a = 2")
    yield name
    server.sql(f"drop database {name}")


ALL = "select a, t, row_start, if(row_end > now(), 'now', row_end) from h for system_time all order by 1, 3"


def test_history(server_of, server, versioned, target, tmp_path):
    """A newer server has another end of all time."""
    source = server_of("mariadb-10.11")
    file = harness.Program(source, tmp_path).backup(versioned, "b.sql.gz", *source.place, "--history")
    restore = harness.Program(server, tmp_path)("restore", file, "--target", target, "--create", *server.place)
    if server.dbms == "mysql":
        assert "since 10.11" in restore.failed(1).err and target not in server.sql("show databases")
        return
    restore.ok()
    assert server.sql(ALL, target) == source.sql(ALL, versioned)
    assert server.sql("select a, t from h", target) == "3\ty"


def test_no_history(server, program):
    if server.dbms == "mysql":
        assert "this is MySQL" in program("backup", "single", server.shop, *server.place, "--history").failed(2).err


# --- Where in the binary log ------------------------------------------------------------------------------------------

class Written:
    """A database of MySQL's into which sessions write rows of a table, a transaction for each."""

    def __init__(self, server, tmp_path):
        self.server, self.folder = server, tmp_path
        self.name = server.create('''
            create table t (id int auto_increment primary key, a int);
            create table big (id int primary key, p varchar(1000));
            insert into big with recursive n (i) as (select 1 union all select i + 1 from n where i < 900)
                select i, repeat('x', 1000) from n;
            insert into big select id + 1000, p from big; insert into big select id + 2000, p from big;
            insert into big select id + 4000, p from big; analyze table big;
            delimiter //
            create procedure w() begin while true do insert into t (a) values (1); end while; end//''')
        server.sql("create user if not exists looker@'%' identified by 'p', reader@'%' identified by 'p'")
        for user, more in ("looker", ", replication client"), ("reader", ""):
            server.sql(f"grant select, show view, trigger, event, execute, show_routine{more} on *.* to {user}@'%'")
        self.before = self.count(server.sql("select @@gtid_executed"))

    @staticmethod
    def count(gtids):
        return sum(int((re.findall(r"\d+", part) * 2)[1]) - int(re.findall(r"\d+", part)[0]) + 1
                   for part in gtids.split(":")[1:])

    @contextlib.contextmanager
    def writers(self):
        argv = [self.server._client, "--no-defaults", "-uroot", "-S", self.server.socket, self.name, "-e", "call w()"]
        with contextlib.ExitStack() as stack:
            processes = [stack.enter_context(subprocess.Popen(argv, stderr=subprocess.DEVNULL)) for _ in range(3)]
            harness.wait_for(lambda: self.server.sql("select count(*) > 100 from t", self.name) == "1", "their rows")
            yield
            for number in self.server.sql("select id from information_schema.processlist where command = 'Query' and"
                                          f" id <> connection_id() and db = '{self.name}'").split():
                self.server.sql(f"kill {number}")
            for process in processes:
                process.wait(harness.TIMEOUT)

    def back_up(self, user, jobs):
        """The place that the backup tells, how many rows there are, how many transactions its GTIDs are, what was said."""
        uri = f"mysql://{user}:p@127.0.0.1:{self.server.port}/{self.name}"
        place = (uri,) if user else (self.name, *self.server.place)
        program = harness.Program(self.server, self.folder)
        result = program("backup", "single", *place, "-o", "b.sql.gz", "-j", jobs).ok()
        info = json.loads(program("info", "--json", "b.sql.gz").ok().out)
        rows = next(table["rows"] for table in info["tables"] if table["name"] == "t")
        gtids = (info["snapshot"] or "").partition("GTID ")[2]
        return info["snapshot"], rows, self.count(gtids) - self.before, result.err


@pytest.fixture
def written(server_of, tmp_path):
    one = Written(server_of("mysql-9"), tmp_path)
    yield one
    one.server.sql(f"drop database {one.name}")


@pytest.mark.parametrize("user", ["", "looker", "reader"])
@pytest.mark.parametrize("jobs", [1, 3])
def test_place_of_a_snapshot(written, user, jobs):
    """What stands in the log up to there is in the backup, and nothing else: while others write."""
    with written.writers():
        backups = [written.back_up(user, jobs) for _ in range(4)]
    for place, rows, transactions, said in backups:
        if user == "reader":  # who may not know
            assert place is None and (jobs == 1 or "one does all the work" in said)
        else:
            assert place is None or rows == transactions
            assert not said or user == "looker" and jobs == 3  # who may have been disturbed each time
            assert place is None or re.match(r"binlog\.\d+:\d+, GTID [-0-9a-f]+:1-\d+$", place)
    known = sum(place is not None for place, *_ in backups)
    assert known == (0 if user == "reader" else 4) or (user, jobs) != ("", 3) and known > 0


@pytest.mark.parametrize("user", ["", "looker"])
@pytest.mark.parametrize("jobs", [1, 3])
def test_what_stands_in_the_log_but_cannot_be_seen(written, user, jobs):
    """A commit that waits, as it does for replicas: its place is known already, and wouldn't be the snapshot's."""
    server = written.server
    status = server.sql("show binary log status")
    server.sql("set global binlog_group_commit_sync_delay = 1000000")  # microseconds
    try:
        with subprocess.Popen([server._client, "--no-defaults", "-uroot", "-S", server.socket, written.name, "-e",
                               "insert into t (a) values (1)"]) as writer:
            harness.wait_for(lambda: server.sql("show binary log status") != status, "the log")
            place, rows, transactions, _ = written.back_up(user, jobs)
            assert writer.wait(harness.TIMEOUT) == 0
    finally:
        server.sql("set global binlog_group_commit_sync_delay = 0")
    if place is None:
        assert (user, jobs) != ("", 3)  # who waits for it to end
    else:
        seen = server.sql("show binary log status") if rows else status
        assert place.split(",")[0].split(":") == seen.split("\t")[:2] and rows == transactions


# --- Logging in -------------------------------------------------------------------------------------------------------

@pytest.fixture
def mysql(server_of):
    server = server_of("mysql-9")
    server.sql("create user if not exists sha@'%' identified with caching_sha2_password by 'p:w';"
               "create user if not exists tls@'%' identified with caching_sha2_password by 'p:w' require ssl;"
               "grant all on *.* to sha@'%', tls@'%'")
    server.sql("flush privileges")  # and what the server remembers of passwords that were right
    return server


@pytest.mark.parametrize("way", ["socket", "tls", "rsa"])
def test_caching_sha2_password(mysql, tmp_path, way):
    program = harness.Program(mysql, tmp_path)
    place = {
        "socket": f"mysql://sha:p%3Aw@/shop?socket={mysql.socket}",
        "tls": f"mysql://tls:p%3Aw@127.0.0.1:{mysql.port}/shop",
        "rsa": f"mysql://sha:p%3Aw@127.0.0.1:{mysql.port}/shop?ssl-mode=DISABLED",
    }[way]
    program("backup", "single", place, "--schema-only", "-t", "digits", "-o", "b.sql.gz").ok()
    wrong = program("backup", "single", place.replace("p%3A", "x"), "-o", "c.sql.gz").failed(1)
    assert "Access denied" in wrong.err


def test_a_certificate_of_nobody_known(mysql, tmp_path):
    program = harness.Program(mysql, tmp_path)
    place = f"mysql://tls:p%3Aw@127.0.0.1:{mysql.port}/shop?ssl-mode=VERIFY_IDENTITY"
    assert "certificate" in program("backup", "single", place, "-o", "b.sql.gz").failed(1).err
    assert "Access denied" in program("backup", "single", place.replace("VERIFY_IDENTITY", "DISABLED"), "-o",
                                      "b.sql.gz").failed(1).err
