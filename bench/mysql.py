# SPDX-License-Identifier: Apache-2.0
"""Backups and restores of MariaDB, beside mariadb-dump, the mariadb client, mydumper and myloader."""
import contextlib
import json
import shutil
import subprocess

import harness
from command import Failed, measure
from mariadb import MariaDb
from store import HERE, say

SETTINGS = ("innodb-buffer-pool-size=1G", "innodb-log-file-size=1G", "max-allowed-packet=64M")
ROWS = 1_000_000


class Maria:
    """A server with the data, and commands for it."""

    def __init__(self, bench, server, jobs):
        self.bench, self.server, self.jobs = bench, server, jobs
        self.pid = int(((server.folder / "server").resolve() / "pid").read_text())
        self.client = f"mariadb --no-defaults -uroot -S {server.socket}"
        self.theirs = f"-uroot -S {server.socket}"
        self.out = bench.out / "mysql"
        self.out.mkdir()
        self.looks = {"shop": self._make("shop", bench.scale), "half": self._make("half", bench.scale / 2)}

    def _make(self, db, scale):
        rows = max(1000, int(ROWS * scale))
        say(f"making a MariaDB database: mysql.sql, rows {rows}")
        self.server.create(f"set @rows = {rows};\n" + (HERE / "mysql.sql").read_text(), name=db)
        return self._look(db)

    def _look(self, db):
        """Rows of each table, and keys."""
        tables = self.server.sql("show tables", db).split("\n")
        counts = [self.server.sql(f"select '{table}', count(*) from {table}", db) for table in tables]
        return counts + [self.server.sql("select table_name, index_name, column_name from information_schema.statistics"
                                         f" where table_schema = '{db}' order by 1, 2, seq_in_index")]

    def measure(self, argv):
        return measure(argv, self.server.env, self.out, self.pid)

    # ---------------------------------------------------------------------------------------------------- backups

    def own_backup(self, name, *options, db="shop"):
        file, look = self.out / name, self.looks[db]

        def run():
            file.unlink(missing_ok=True)
            sample = self.measure([harness.DBBACKUP, "backup", "single", db, "-o", file, "-j", self.jobs, "--progress",
                                   "none", *self.server.place, *options])
            rows = json.loads(file.with_name(name + ".json").read_text())["rows"]
            if rows != sum(int(line.split("\t")[1]) for line in look[:-1]):
                raise Failed(f"{name} holds {rows} rows; the database has {look}")
            file.with_name(name + ".json").unlink()
            return sample._replace(wrote=file.stat().st_size)
        return run

    def piped_dump(self, name, compressor):
        file = self.out / name

        def run():
            sample = self.measure(f"mariadb-dump --no-defaults {self.theirs} shop | {compressor} > {file}")
            return sample._replace(wrote=file.stat().st_size)
        return run

    def mydumper(self, name):
        folder = self.out / name

        def run():
            shutil.rmtree(folder, ignore_errors=True)
            sample = self.measure(["mydumper", "-u", "root", "-S", self.server.socket, "-B", "shop", "-o", folder, "-t",
                                   self.jobs, "--compress", "-r", "100000"])
            return sample._replace(wrote=sum(file.stat().st_size for file in folder.iterdir()))
        return run

    # --------------------------------------------------------------------------------------------------- restores

    def restore(self, argv, db="shop"):
        look = self.looks[db]

        def run():
            self.server.sql("drop database if exists restored; create database restored character set utf8mb4")
            sample = self.measure(argv)
            found = self._look("restored")
            if found != look:
                raise Failed(f"what was restored isn't what is in {db}:\n{found}\n--- but it is to be:\n{look}")
            self.server.sql("drop database restored")
            return sample
        return run

    def own_restore(self, name, db="shop"):
        return self.restore([harness.DBBACKUP, "restore", self.out / name, "--target", "restored", "-j", self.jobs,
                             "--progress", "none", *self.server.place], db)

    def client_restore(self, name):
        return self.restore(f"zstd -dc {self.out / name} | {self.client} restored")

    def myloader(self, name):
        return self.restore(["myloader", "-u", "root", "-S", self.server.socket, "-s", "shop", "-B", "restored", "-o", "-d",
                             self.out / name, "-t", self.jobs])


@contextlib.contextmanager
def running(bench, jobs):
    server = None
    try:
        server = MariaDb(bench.store.folder / "mariadb", SETTINGS)
        version = server.sql("select version()")
        bench.notes.append(f"MariaDB {version}; {', '.join(SETTINGS)}; row format of the binary log: "
                           + server.sql("select @@binlog_format"))
        if shutil.which("mydumper"):
            said = subprocess.run(["mydumper", "--version"], stdout=subprocess.PIPE, text=True).stdout
            bench.notes.append(said.partition(",")[0].strip())
        yield Maria(bench, server, jobs)
    finally:
        if server is not None:
            server.stop()
