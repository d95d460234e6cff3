# SPDX-License-Identifier: Apache-2.0
"""What is measured: commands of ours and of the peers, and what is to be reached."""
import collections
import contextlib
import json
import re
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import time
from typing import Callable, Iterator, List, NamedTuple

import harness
import mysql
from command import Failed, Sample, measure
from store import HERE, PASSWORD, say

JOBS = 2
DELAY_MS = 5
MEMORY_LIMIT = 128_000_000
# Buffers that are made on the way differ a little between two runs; what grows with the data shows as more.
MEMORY_NOISE = 8_000_000


class Command(NamedTuple):
    """A thing to run, once in each round."""
    key: str
    title: str
    run: Callable[[], Sample]


class Figure(NamedTuple):
    """A line of the table: what is to be reached, and what was."""
    measure: str
    what: str
    ours: str
    against: str
    ratio: str
    to_reach: str
    reached: bool


class Bench:
    """Holds what was measured so far: samples and titles by command, figures, and what else to say."""

    def __init__(self, store, rounds):
        self.store, self.rounds, self.scale = store, rounds, store.scale
        self.server, self.env = store.server, store.server.env
        self.samples, self.titles = {}, {}
        self.figures, self.notes, self.warm = [], [], set()
        # Where the files of backups go, which another run doesn't find again.
        self.out = store.folder / "out"
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()

    # ------------------------------------------------------------------------------------------------- running

    def measure(self, argv, **env):
        return measure(argv, {**self.env, **env}, self.out, self.store.postmaster)

    def in_turn(self, commands):
        """Runs them one after the other, as often as there are rounds. What several measures want is run once."""
        commands = list({command.key: command for command in commands if command.key not in self.samples}.values())
        samples = {command.key: [] for command in commands}
        for number in range(self.rounds):
            for command in commands:
                self.server.psql("checkpoint")
                sample = command.run()
                samples[command.key].append(sample)
                say(f"{number + 1}/{self.rounds} {command.title}: {sample.seconds:.2f} s")
        self.samples.update(samples)
        self.titles.update((command.key, command.title) for command in commands)

    def seconds(self, key):
        return statistics.median(sample.seconds for sample in self.samples[key])

    def processor(self, key):
        """Seconds of the command's own."""
        return statistics.median(sample.client for sample in self.samples[key])

    def size(self, key):
        return statistics.median(sample.wrote for sample in self.samples[key])

    def peak(self, key):
        return max(sample.peak for sample in self.samples[key])

    def warm_up(self, db):
        """Reads all tables, once, for the first command to find the pages where the others will."""
        if db not in self.warm:
            self.copy_to_nowhere(db)()
            self.warm.add(db)

    # ------------------------------------------------------------------------------------------------- figures

    def at_most(self, name, what, ours, theirs, limit, unit, strictly=False):
        """ours and theirs in unit, s or MB; theirs with its name."""
        against, value = theirs
        ratio = ours / value
        show = (lambda x: f"{x:.2f} s") if unit == "s" else (lambda x: f"{x / 1e6:.1f} MB")
        self.figures.append(Figure(name, what, show(ours), f"{against}: {show(value)}", f"{ratio:.2f}",
                                   ("less than " if strictly else "at most ") + f"{limit:.2f} ×",
                                   ratio < limit if strictly else ratio <= limit))

    def time_at_most(self, name, what, ours, theirs, limit):
        self.at_most(name, what, self.seconds(ours), (self.titles[theirs], self.seconds(theirs)), limit, "s")

    def size_at_most(self, name, what, ours, theirs, limit, strictly=False):
        self.at_most(name, what, self.size(ours), (self.titles[theirs], self.size(theirs)), limit, "MB", strictly)

    def bytes_read(self, name, key, file):
        """Of a restore of a small table."""
        read, size = max(sample.read for sample in self.samples[key]), file.stat().st_size
        self.figures.append(Figure(name, "one small table out of the whole file, bytes read", f"{read / 1e6:.3f} MB",
                                   f"the file: {size / 1e6:.1f} MB", f"{read / size:.4f}", "less than 0.01 ×",
                                   read < size * 0.01))

    # ------------------------------------------------------------------------------------------------- backups

    def own_backup(self, db, file, *options):
        argv = [harness.DBBACKUP, "backup", "single", db, "-o", file, "-j", JOBS, "--progress", "none", *options]
        return lambda: self._own_backup(argv, db, file)

    def _own_backup(self, argv, db, file):
        sample = self.measure(argv)
        rows = json.loads(file.with_name(file.name + ".json").read_text())["rows"]
        if "-s" not in argv and rows != self.store.rows(db):
            raise Failed(f"{file.name} holds {rows} rows; {db} has {self.store.rows(db)}")
        return sample._replace(wrote=file.stat().st_size)

    def pg_dump(self, db, path, *options):
        """path: a file or a folder below out."""
        def run():
            shutil.rmtree(path, ignore_errors=True)
            sample = self.measure([harness.PGBIN / "pg_dump", *options, "-f", path, db])
            files = path.iterdir() if path.is_dir() else [path]
            return sample._replace(wrote=sum(file.stat().st_size for file in files))
        return run

    def copy_to_nowhere(self, db):
        """All tables of db through psql, on two connections that have as much to do each."""
        rows = self.server.psql("select oid::regclass, pg_table_size(oid) from pg_class where relkind = 'r' and "
                                "relnamespace = 'public'::regnamespace order by 2 desc", db=db)
        parts = [[0, []] for _ in range(2)]
        for table, size in (line.rsplit("|", 1) for line in rows.split("\n")):
            part = min(parts)
            part[0] += int(size)
            part[1].append(f"-c 'copy public.{table} to stdout'")
        one, other = (f"{harness.PGBIN}/psql -qX -v ON_ERROR_STOP=1 -d {db} {' '.join(words)}" for _, words in parts)
        return lambda: self.measure(f"{one} & {other}; wait $!")

    # ------------------------------------------------------------------------------------------------ restores

    def restore(self, like, argv, env=None):
        """Runs argv (a function of the database's name) on an empty database; what is in it then must be what
        is in the database `like`; or, where that is a table's name, that table."""
        def run():
            self.server.drop_db("restored")
            self.server.create_db("restored")
            self.server.psql("checkpoint")
            sample = self.measure(argv("restored"), **(env or {}))
            self._compare(like)
            self.server.drop_db("restored")
            return sample
        return run

    def _compare(self, like):
        found, wanted = self.store.look("restored"), self.store.look(like.partition(".")[0])
        if "." in like:
            table = like.partition(".")[2]
            found, wanted = ([line for line in look.split("\n") if line.startswith(f"{table}: ")]
                             for look in (found, wanted))
        if found != wanted or not wanted:
            raise Failed(f"what was restored isn't what is in {like}:\n{found}\n--- but it is to be:\n{wanted}")

    def own_restore(self, like, file, *options, env=None):
        return self.restore(like, lambda db: [harness.DBBACKUP, "restore", file, "--target", db, "-j", JOBS,
                                              "--progress", "none", *options], env)

    def pg_restore(self, like, file, *options, env=None):
        return self.restore(like, lambda db: [harness.PGBIN / "pg_restore", *options, "-d", db, file], env)

    def own_file(self, db):
        """A backup that this run of the benchmark has made, or makes now."""
        file = self.out / f"{db}.sql.gz"
        if not file.exists():
            self.own_backup(db, file)()
        return file

    def custom_file(self, db):
        made = self.out / "fc"
        if db == "shop" and made.exists():  # has just been measured
            return made
        return self.store.file(f"{db}.dump", f"$PGBIN/pg_dump -Fc -f $FILE {db}")

    def script_file(self, db):
        return self.store.file(f"{db}.sql.gz", f"$PGBIN/pg_dump {db} | gzip > $FILE")


# ---------------------------------------------------------------------------------------------------- the measures

def shop(bench):
    """The data set, and one of half its size."""
    bench.store.databases(shop=("data.sql", {"scale": bench.scale}), half=("data.sql", {"scale": bench.scale / 2}))


def tables(bench, count, columns, indexes):
    """A database of empty tables; their number shrinks with the scale."""
    count = max(20, int(count * min(1, bench.scale)))
    name = f"tables_{count}_{columns}_{indexes}"
    bench.store.databases(**{name: ("tables.sql", {"tables": count, "columns": columns, "indexes": indexes})})
    return name, count


def backup_commands(bench, *keys):
    commands = {
        "gzip": ("dbbackup backup", bench.own_backup("shop", bench.out / "shop.sql.gz")),
        "gzip1": ("dbbackup backup -Z gzip:1", bench.own_backup("shop", bench.out / "gzip1", "-Z", "gzip:1")),
        "zstd1": ("dbbackup backup -Z zstd:1", bench.own_backup("shop", bench.out / "zstd1", "-Z", "zstd:1")),
        "copy": ("COPY to nowhere, 2 connections", bench.copy_to_nowhere("shop")),
        "fc": ("pg_dump -Fc", bench.pg_dump("shop", bench.out / "fc", "-Fc")),
        "fd": ("pg_dump -Fd -j2", bench.pg_dump("shop", bench.out / "fd", "-Fd", "-j", JOBS)),
    }
    return [Command(key, *commands[key]) for key in keys]


def prepare_backup(bench):
    shop(bench)
    bench.warm_up("shop")


def backup(bench):
    prepare_backup(bench)
    yield backup_commands(bench, "gzip", "fc", "fd")
    bench.time_at_most("backup", "backup, time", "gzip", "fc", 0.25)
    bench.time_at_most("backup", "backup, time", "gzip", "fd", 0.40)
    bench.size_at_most("backup", "backup, size", "gzip", "fc", 1)


def backup_gzip1(bench):
    prepare_backup(bench)
    yield backup_commands(bench, "gzip1", "fc")
    bench.time_at_most("backup-gzip1", "backup -Z gzip:1, time", "gzip1", "fc", 0.15)
    bench.size_at_most("backup-gzip1", "backup -Z gzip:1, size", "gzip1", "fc", 1.04)


def backup_zstd1(bench):
    prepare_backup(bench)
    yield backup_commands(bench, "zstd1", "fc", "copy")
    bench.time_at_most("backup-zstd1", "backup -Z zstd:1, time", "zstd1", "copy", 1.25)
    bench.size_at_most("backup-zstd1", "backup -Z zstd:1, size", "zstd1", "fc", 1, strictly=True)


def restore_command(bench):
    return Command("restore", "dbbackup restore", bench.own_restore("shop", bench.own_file("shop")))


def restore(bench):
    shop(bench)
    yield [restore_command(bench), Command("pg_restore", "pg_restore -j2 of -Fc",
                                           bench.pg_restore("shop", bench.custom_file("shop"), "-j", JOBS))]
    bench.time_at_most("restore", "restore of our file, time", "restore", "pg_restore", 0.88)
    bench.time_at_most("restore", "the same, with the stretch", "restore", "pg_restore", 0.80)


def restore_script(bench):
    shop(bench)
    file = bench.script_file("shop")
    yield [Command("restore-script", "dbbackup restore of pg_dump \\| gzip", bench.own_restore("shop", file)),
           Command("psql", "zcat \\| psql -1", bench.restore(
               "shop", lambda db: f"zcat {file} | {harness.PGBIN}/psql -qX1 -v ON_ERROR_STOP=1 -d {db}"))]
    bench.time_at_most("restore-script", "restore of pg_dump \\| gzip, time", "restore-script", "psql", 0.75)


def restore_tables(bench):
    name, count = tables(bench, 10_000, 3, 2)
    yield [Command("tables", f"dbbackup restore, {count:,} tables", bench.own_restore(name, bench.own_file(name))),
           Command("pg-tables", f"pg_restore -j2, {count:,} tables",
                   bench.pg_restore(name, bench.custom_file(name), "-j", JOBS))]
    bench.time_at_most("restore-tables", f"restore of {count:,} empty tables, two indexes each, time", "tables",
                       "pg-tables", 0.5)


def round_trip(port):
    """Seconds, the shortest of some: of a question that a server answers before all else, whether it speaks TLS."""
    times = []
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", int(port)), timeout=5) as connection:
            begun = time.monotonic()
            connection.sendall(struct.pack("!ii", 8, 80877103))
            if connection.recv(1) not in (b"N", b"S"):
                raise Failed("the server doesn't answer through the slow network")
            times.append(time.monotonic() - begun)
    if min(times) < 2 * DELAY_MS / 1000:
        raise Failed(f"the slow network is too fast: a round trip takes {min(times) * 1000:.2f} ms")
    return min(times)


@contextlib.contextmanager
def slow_network(bench):
    """The environment for a client whose every byte is under way for DELAY_MS, both ways."""
    proxy = subprocess.Popen([sys.executable, HERE / "delay_proxy.py", bench.server.port, str(DELAY_MS)],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        port = proxy.stdout.readline().strip()
        bench.notes.append(f"a round trip through the slow network: {round_trip(port) * 1000:.1f} ms")
        yield {"PGHOST": "127.0.0.1", "PGPORT": port, "PGPASSWORD": PASSWORD}
    finally:
        proxy.stdin.close()
        if proxy.wait(timeout=10) != 0:
            raise Failed("the proxy that delays has failed")


def restore_latency(bench):
    name, count = tables(bench, 1_000, 3, 2)
    own, custom = bench.own_file(name), bench.custom_file(name)
    with slow_network(bench) as env:
        yield [Command("slow", f"dbbackup restore, {count:,} tables, {DELAY_MS} ms each way",
                       bench.own_restore(name, own, env=env)),
               Command("pg-slow", f"pg_restore -j2, {count:,} tables, {DELAY_MS} ms each way",
                       bench.pg_restore(name, custom, "-j", JOBS, env=env))]
    bench.time_at_most("restore-latency", f"restore of {count:,} empty tables, {DELAY_MS} ms each way, time", "slow",
                       "pg-slow", 0.2)


def restore_one_table(bench):
    shop(bench)
    own, custom = bench.own_file("shop"), bench.custom_file("shop")
    yield [Command("one", "dbbackup restore -t", bench.own_restore("shop.countries", own, "-t", "public.countries")),
           Command("pg-one", "pg_restore -t", bench.pg_restore("shop.countries", custom, "-t", "countries"))]
    bench.bytes_read("restore-one-table", "one", own)
    bench.time_at_most("restore-one-table", "one small table out of the whole file, time", "one", "pg-one", 1)


def memory_is_flat(bench, measure, what, ours, pairs):
    """Of our commands the largest; and of each pair (name, of all data, of half of it) the difference."""
    largest = max(ours, key=bench.peak)
    bench.figures.append(Figure(
        measure, f"{what}peak memory, the largest of {len(ours)} commands", f"{bench.peak(largest) / 1e6:.1f} MB",
        bench.titles[largest], "–", f"less than {MEMORY_LIMIT / 1e6:.0f} MB", bench.peak(largest) < MEMORY_LIMIT))
    for name, whole, half in pairs:
        more = bench.peak(whole) - bench.peak(half)
        bench.figures.append(Figure(
            measure, f"{what}peak memory, {name}", f"{bench.peak(whole) / 1e6:.1f} MB",
            f"half the data: {bench.peak(half) / 1e6:.1f} MB", f"{bench.peak(whole) / bench.peak(half):.2f}",
            f"at most {MEMORY_NOISE / 1e6:.0f} MB more", more <= MEMORY_NOISE))


def memory(bench):
    """At the scale and at half of it; and the largest peak of all that this run of the benchmark has measured."""
    prepare_backup(bench)
    yield [*backup_commands(bench, "gzip"), restore_command(bench),
           Command("half", "dbbackup backup, half the data", bench.own_backup("half", bench.out / "half.sql.gz")),
           Command("half-restore", "dbbackup restore, half the data",
                   bench.own_restore("half", bench.own_file("half")))]
    memory_is_flat(bench, "memory", "", [key for key in bench.samples if bench.titles[key].startswith("dbbackup")],
                   (("backup", "gzip", "half"), ("restore", "restore", "half-restore")))


def statements(bench, name):
    """How often each statement of a backup of that database's definitions is run."""
    log = (bench.store.folder / "server").resolve() / "log"
    before = log.stat().st_size
    bench.measure([harness.DBBACKUP, "backup", "single", name, "-s", "-j", JOBS, "-o", bench.out / "logged.sql.gz",
                   "--progress", "none"], PGOPTIONS="-c log_statement=all")
    with open(log, "rb") as file:
        file.seek(before)
        text = file.read().decode(errors="replace")
    # A statement's further lines begin with a tab.
    return collections.Counter(re.findall(r"^\S.*? LOG:  (?:statement|execute [^:]*): (.*(?:\n\t.*)*)", text, re.M))


def schema_only(bench):
    name, count = tables(bench, 10_000, 10, 0)
    few, few_count = tables(bench, 100, 10, 0)
    file = bench.out / "schema.sql"
    yield [Command("schema", f"dbbackup backup -s, {count:,} tables",
                   bench.own_backup(name, bench.out / "schema.sql.gz", "-s")),
           Command("pg-schema", f"pg_dump -s, {count:,} tables", bench.pg_dump(name, file, "-s"))]
    bench.time_at_most("schema-only", f"--schema-only of {count:,} tables with 10 columns each, time", "schema",
                       "pg-schema", 0.5)
    many_said, few_said = statements(bench, name), statements(bench, few)
    kinds = len(list((harness.ROOT / "src" / "engine" / "postgres" / "catalog").glob("*.sql")))
    number, often = sum(many_said.values()), max(many_said.values())
    bench.figures.append(Figure(
        "schema-only", f"--schema-only of {count:,} tables, statements sent; {kinds} kinds are asked for", str(number),
        f"{few_count} tables: {sum(few_said.values())}", f"{number / sum(few_said.values()):.2f}",
        f"at most {3 * kinds}, none of them more than 3 times", number <= 3 * kinds and often <= 3))


def maria(bench):
    """MariaDB. Backups come before what restores them, in each round."""
    with mysql.running(bench, JOBS) as maria:
        peers = shutil.which("mydumper") is not None
        yield [
            Command("my-zstd", "dbbackup backup -Z zstd:1, MariaDB", maria.own_backup("shop.zst", "-Z", "zstd:1")),
            Command("my-dump-zstd", "mariadb-dump \\| zstd -1", maria.piped_dump("dump.zst", "zstd -q -1")),
            Command("my-gzip", "dbbackup backup, MariaDB", maria.own_backup("shop.gz")),
            Command("my-dump-gzip", "mariadb-dump \\| gzip", maria.piped_dump("dump.gz", "gzip")),
            *[Command("mydumper", "mydumper -t2, gzip", maria.mydumper("mydumper")) for _ in range(peers)],
            Command("my-restore", "dbbackup restore, MariaDB", maria.own_restore("shop.zst")),
            Command("my-client", "zstd -dc \\| mariadb", maria.client_restore("dump.zst")),
            *[Command("myloader", "myloader -t2", maria.myloader("mydumper")) for _ in range(peers)],
            Command("my-half", "dbbackup backup, MariaDB, half the data", maria.own_backup("half.gz", db="half")),
            Command("my-half-restore", "dbbackup restore, MariaDB, half the data", maria.own_restore("half.gz", "half")),
        ]
    bench.time_at_most("mysql", "MariaDB: backup -Z zstd:1, time", "my-zstd", "my-dump-zstd", 0.80)
    bench.time_at_most("mysql", "MariaDB: backup, time", "my-gzip", "my-dump-gzip", 0.25)
    bench.size_at_most("mysql", "MariaDB: backup, size", "my-gzip", "my-dump-gzip", 1)
    bench.time_at_most("mysql", "MariaDB: restore, time", "my-restore", "my-client", 0.40)
    memory_is_flat(bench, "mysql", "MariaDB: ", ("my-zstd", "my-gzip", "my-restore"),
                   (("backup", "my-gzip", "my-half"), ("restore", "my-restore", "my-half-restore")))


def encryption(bench):
    """Each command with it and without, one behind the other."""
    prepare_backup(bench)
    key, out = bench.out / "key", bench.out
    bench.measure([harness.DBBACKUP, "key", "new", key])
    sealing, opening = ["--encrypt", "--key-file", key], ["--key-file", key]

    def verify(file, *options):
        return lambda: bench.measure([harness.DBBACKUP, "verify", file, *options])

    pairs = {
        "backup": (bench.own_backup("shop", out / "shop.sql.gz"), bench.own_backup("shop", out / "shop.enc", *sealing), 1.1),
        "backup -Z zstd:1": (bench.own_backup("shop", out / "zst", "-Z", "zstd:1"),
                             bench.own_backup("shop", out / "zst.enc", "-Z", "zstd:1", *sealing), 1.1),
        "verify": (verify(out / "shop.sql.gz"), verify(out / "shop.enc", *opening), 1.25),
        "restore": (bench.own_restore("shop", out / "shop.sql.gz"), bench.own_restore("shop", out / "shop.enc", *opening), 1.1),
        "restore -t": (bench.own_restore("shop.countries", out / "shop.sql.gz", "-t", "public.countries"),
                       bench.own_restore("shop.countries", out / "shop.enc", "-t", "public.countries", *opening), None),
    }
    yield [Command(name + how, f"dbbackup {name}{how}", run) for name, (*both, _) in pairs.items()
           for how, run in zip(("", ", encrypted"), both)]
    for name, (*_, limit) in pairs.items():
        if limit:
            bench.at_most("encryption", f"{name}, processor time of dbbackup", bench.processor(name + ", encrypted"),
                          ("without", bench.processor(name)), limit, "s")
    peak = max(bench.peak(name + ", encrypted") for name in pairs)
    more = max(bench.peak(name + ", encrypted") - bench.peak(name) for name in pairs)
    bench.figures.append(Figure("encryption", "peak memory, the largest of them", f"{peak / 1e6:.1f} MB",
                                f"without: {more / 1e6:.1f} MB less", "–", f"at most {MEMORY_NOISE / 1e6:.0f} MB more",
                                more <= MEMORY_NOISE))
    bench.bytes_read("encryption", "restore -t, encrypted", out / "shop.enc")


class Measure(NamedTuple):
    """run prepares, yields the commands to be run, and is resumed, to add its figures, when they were."""
    name: str
    phase: int  # commands of one phase are run in turn
    run: Callable[[Bench], Iterator[List[Command]]]
    part: str = "PostgreSQL"  # of the page


MEASURES = (
    Measure("backup", 1, backup),
    Measure("backup-gzip1", 1, backup_gzip1),
    Measure("backup-zstd1", 1, backup_zstd1),
    Measure("restore", 2, restore),
    Measure("restore-script", 2, restore_script),
    Measure("restore-tables", 3, restore_tables),
    Measure("restore-latency", 4, restore_latency),
    Measure("restore-one-table", 5, restore_one_table),
    Measure("memory", 6, memory),
    Measure("schema-only", 7, schema_only),
    Measure("mysql", 8, maria, "MariaDB"),
    Measure("encryption", 9, encryption, "encryption"),
)


def run_phase(bench, measures):
    with contextlib.ExitStack() as stack:
        running = [stack.enter_context(contextlib.closing(measure.run(bench))) for measure in measures]
        bench.in_turn([command for measure in running for command in next(measure)])
        for measure in running:
            next(measure, None)
