# SPDX-License-Identifier: Apache-2.0
"""Where the torture takes place: servers of its own, small databases, and what is known of them when all is well."""
import dataclasses
import gzip
import hashlib
import os
import pathlib
import re
import signal
import subprocess
import time

import harness
import mariadb

# Seconds, for what takes half a second when nothing is wrong. Whoever takes longer hangs.
LIMIT = float(os.environ.get("TORTURE_LIMIT") or 60)
SANITIZER = re.compile(r"(Address|Thread|Leak|UndefinedBehavior)Sanitizer|runtime error:|malloc\(\)|free\(\)|"
                       r"double free|corrupted|stack smashing|Assertion")

POSTGRES = """
create table town (id int primary key, name text not null unique);
insert into town select n, 'town ' || n from generate_series(1, 40) n;
create type mood as enum ('glad', 'sad');
create table person (id int generated always as identity primary key, town int references town, mood mood default 'sad',
                     note text check (note <> ''));
insert into person (town, mood, note) select 1 + n % 40, 'glad', repeat('note ' || n, 5) from generate_series(1, 300) n;
create index person_note on person (note);
create function twice(n int) returns int language sql immutable as 'select n * 2';
create view crowd as select name, count(*) as people from town join person on town = town.id group by name;
create sequence ticket start 17;
select nextval('ticket');
comment on table town is 'where they live';
grant select on town to public;
select lo_from_bytea(4711, 'a large object');
"""

MARIADB = """
create table town (id int primary key, name varchar(60) not null unique) engine=InnoDB;
insert into town select seq, concat('town ', seq) from seq_1_to_40;
create table person (id int auto_increment primary key, town int, note varchar(200), picture blob,
                     key person_note (note), constraint lives foreign key (town) references town (id)) engine=InnoDB;
-- With their numbers: those that the server reserves, and then doesn't need, it forgets when it is started again.
insert into person (id, town, note, picture)
  select seq, 1 + seq % 40, repeat(concat('note ', seq), 5), unhex(sha2(seq, 512)) from seq_1_to_300;
create view crowd as select name, count(*) as people from town join person on town = town.id group by name;
create function twice(n int) returns int deterministic return n * 2;
create trigger person_new before insert on person for each row set new.note = coalesce(new.note, 'none');
create event someday on schedule every 1 year disable do delete from person where id < 0;
"""


class Finding(Exception):
    """The program broke a promise."""


@dataclasses.dataclass
class Outcome:
    status: int  # negative: the signal that ended it
    said: str
    seconds: float

    def __str__(self):
        return f"status {self.status} after {self.seconds:.2f} s: {self.said.strip()[-1500:]}"


def expect(condition, text):
    if not condition:
        raise Finding(text)


def run(argv, env, folder, limit=LIMIT, kill_after=None, **kwargs):
    """Runs the program; a Finding when it hangs. kill_after: seconds, after which it is killed."""
    begun = time.monotonic()
    process = subprocess.Popen(list(map(str, argv)), env=env, cwd=folder, stdin=subprocess.DEVNULL, start_new_session=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **kwargs)
    try:
        said = process.communicate(timeout=kill_after or limit)[1]
    except subprocess.TimeoutExpired:
        if kill_after:
            process.kill()
            said = process.communicate()[1].decode(errors="replace")
            return Outcome(process.returncode, said, time.monotonic() - begun)
        stack = where(process.pid)
        process.kill()
        said = process.communicate()[1].decode(errors="replace")
        raise Finding(f"it hangs: no end after {limit:g} s\n{said}\n{stack}") from None
    return Outcome(process.returncode, said.decode(errors="replace"), time.monotonic() - begun)


def where(pid):
    """What its threads wait for, as the kernel sees it."""
    tasks = pathlib.Path(f"/proc/{pid}/task")
    return "\n".join(f"thread {task.name}: " + task.joinpath("syscall").read_text().strip() for task in tasks.iterdir())


def script_of(data):
    """What a script archive says, whatever the order in which several sessions wrote it: a hash."""
    lines = gzip.decompress(data).split(b"\n")
    return hashlib.sha256(b"\n".join(sorted(line for line in lines if not line.startswith(b"-- ")))).hexdigest()


class Postgres:
    """One server; its databases by name."""
    name, title, sql = "postgres", "PostgreSQL", POSTGRES
    place = ()

    def __init__(self, folder):
        self.server = harness.Server(folder, settings=("fsync=off", "max_connections=60"), roles=())
        self.env = self.server.env
        self.version = self.server.psql("show server_version").split()[0]
        self.server.psql("create role clerk login password 'secret'; create role team; grant team to clerk")

    def stop(self):
        self.server.stop("immediate")

    @property
    def socket(self):
        return f"{self.env['PGHOST']}/.s.PGSQL.{self.server.port}"

    def crash(self, session):
        """Kills the process of a session: the server then ends all of them, and recovers. session: as in wait_idle."""
        try:
            pid = self.server.psql(f"select pid from pg_stat_activity where application_name = '{session}' limit 1")
            if pid:
                os.kill(int(pid), signal.SIGKILL)
        except (AssertionError, ProcessLookupError):  # it is crashing already; it has just ended
            pass

    def wait_up(self):
        harness.wait_for(lambda: subprocess.run([harness.PGBIN / "psql", "-qXAtc", "select 1", "postgres"], env=self.env,
                                                capture_output=True).returncode == 0, "the server", LIMIT)

    def make(self, db, sql=None):
        self.server.create_db(db, sql=self.sql if sql is None else sql)
        self.server.psql("checkpoint")  # otherwise a sequence jumps ahead when the server crashes

    def drop(self, db):
        self.server.drop_db(db)

    def exists(self, db):
        return self.server.psql(f"select 1 from pg_database where datname = '{db}'") == "1"

    def is_empty(self, db):
        """Nothing of the file's is there."""
        return self.server.psql("select count(*) from pg_class where relnamespace = 'public'::regnamespace", db=db) == "0" and \
            self.server.psql("select count(*) from pg_proc where pronamespace = 'public'::regnamespace", db=db) == "0"

    def is_begun(self, db):
        """There is a journal."""
        return self.server.psql("select to_regclass('dbbackup_restore.done') is not null", db=db) == "t"

    def wait_idle(self, db):
        """Until the server has noticed that its client is gone."""
        harness.wait_for(lambda: self.server.psql(
            f"select count(*) from pg_stat_activity where datname = '{db}' or application_name = '{db}'") == "0",
            "sessions that end", LIMIT)

    def globals(self):
        return self.server.tool("pg_dumpall", "--globals-only", stdout=subprocess.PIPE).stdout

    def state(self, db):
        """Equal for equal databases."""
        rows = self.server.tool("pg_dump", "-d", harness.conninfo(db), stdout=subprocess.PIPE).stdout.split(b"\n")
        return hashlib.sha256(b"\n".join(sorted(row for row in rows if not row.startswith((b"\\restrict", b"\\unrestrict")))))\
            .hexdigest()


class MariaDb:
    name, title, sql = "mariadb", "MariaDB", MARIADB

    def __init__(self, folder):
        # What is committed is written at once, so that the server may be killed.
        self.server = mariadb.MariaDb(folder, options=("innodb-flush-log-at-trx-commit=2",))
        self.env, self.place = self.server.env, self.server.place
        self.version = self.server.sql("select version()").split("-")[0]
        self.server.sql("create user clerk identified by 'secret'; create role team; grant team to clerk;"
                        "grant select on *.* to team")

    def stop(self):
        self.server.stop()

    @property
    def socket(self):
        return self.server.socket

    def crash(self, session):
        self.server.kill()

    def wait_up(self):
        self.server.start_again()

    def make(self, db, sql=None):
        self.server.create(self.sql if sql is None else sql, name=db)

    def drop(self, db):
        self.server.sql(f"drop database if exists `{db}`")

    def exists(self, db):
        return self.server.sql(f"select 1 from information_schema.schemata where schema_name = '{db}'") == "1"

    def is_empty(self, db):
        return self.server.objects(db) in ([], [""])

    def is_begun(self, db):
        return "dbbackup_restore" in self.server.tables(db)

    def wait_idle(self, db):
        harness.wait_for(lambda: self.server.sql(
            "select count(*) from information_schema.processlist where id <> connection_id()"
            f" and (db = '{db}' or instr(info, '{db}'))") == "0",
            "sessions that end", LIMIT)

    def globals(self):
        return self.server.tool("mariadb-dump", "--system=users", "--insert-ignore", stdout=subprocess.PIPE).stdout

    def state(self, db):
        return hashlib.sha256(b"\n".join(self.server.state(db))).hexdigest()


class Stage:
    """A server with a small database, and its backup, for scenes to begin with."""

    def __init__(self, folder, side):
        self.folder = pathlib.Path(folder)
        self.key = self.folder / "torture.key"
        self.sealed = self.folder / "torture.enc"
        self.side = side(self.folder / side.name)
        self.source = "torture"
        self.backup = self.folder / "torture.sql.gz"
        self.env = {**self.side.env, "MALLOC_PERTURB_": "165"}
        try:
            self.side.make(self.source)
            self.state = self.side.state(self.source)
            outcome = self.dbbackup("backup", "single", self.source, "-j", 2, "-o", self.backup)
            assert outcome.status == 0, outcome
            self.script = script_of(self.backup.read_bytes())
            for words in (("key", "new", self.key), ("backup", "single", self.source, "-j", 2, "-o", self.sealed, "--encrypt",
                                                     "--key-file", self.key)):
                outcome = self.dbbackup(*words)
                assert outcome.status == 0, outcome
        except BaseException:
            self.side.stop()
            raise

    def arguments(self, command, *args):
        place = () if command in ("verify", "key") else (*self.side.place, "--native")
        return [harness.DBBACKUP, command, *args, *place]

    def dbbackup(self, *args, env=None, folder=None, **kwargs):
        return run(self.arguments(*args), {**self.env, **(env or {})}, folder or self.folder, **kwargs)
