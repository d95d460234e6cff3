# SPDX-License-Identifier: Apache-2.0
"""A throw-away MariaDB or MySQL, and what makes two of its databases the same."""
import gzip
import contextlib
import itertools
import os
import pathlib
import re
import shlex
import signal
import subprocess
import time

from harness import DATA, ROOT, TIMEOUT, wait_for

# Of mysql_broken.sql.
BROKEN = ["broken_column", "broken_function", "broken_table", "broken_trigger", "broken_view"]


def quote(name):
    return "`" + name.replace("`", "``") + "`"


class MariaDb:
    """Made by scripts/throwaway-mariadb. root has no password over the socket. programs: a folder of
    scripts/mysql-programs, for another server than this system's."""

    _script = str(ROOT / "scripts" / "throwaway-mariadb")
    _serial = itertools.count(1)

    def __init__(self, folder, options=(), programs=None, dbms="mariadb"):
        self.folder, self.dbms = pathlib.Path(folder), dbms
        self._client = f"{programs}/client" if programs else "mariadb"
        self._dump = f"{programs}/dump" if programs else "mariadb-dump"
        self._start_env = {**os.environ, "MYSQL_PROGRAMS": str(programs or "")}
        line = subprocess.run([self._script, "start", self.folder, *options], check=True, stdout=subprocess.PIPE,
                              text=True, timeout=TIMEOUT, env=self._start_env).stdout
        settings = dict(word.split("=", 1) for word in shlex.split(line) if "=" in word)
        self.socket, self.port = settings["MYSQL_UNIX_PORT"], settings["THROWAWAY_PORT"]
        clean = {key: value for key, value in os.environ.items()
                 if not key.startswith(("PG", "MYSQL", "DBBACKUP"))}
        # No my.cnf of the user's, no configuration.
        self.env = {**clean, "DBBACKUP_NO_CONFIG": "yes", "HOME": str(self.folder), "LC_ALL": "C.UTF-8",
                    "MYSQL_UNIX_PORT": self.socket}
        self.place = ("--db-type", dbms, "--socket", self.socket, "--user", "root")

    def stop(self):
        subprocess.run([self._script, "stop", self.folder], check=True, timeout=TIMEOUT, env=self._start_env)

    def kill(self):
        """As a crash would; start_again() brings it up on the same data."""
        pid = int((self.folder / "server").resolve().joinpath("pid").read_text())
        process = pathlib.Path(f"/proc/{pid}")
        self._again = process.joinpath("cmdline").read_text().rstrip("\0").split("\0"), process.stat()
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not process.exists() or process.joinpath("stat").read_text().split(") ")[1][0] == "Z", "its end")

    def start_again(self):
        argv, owner = self._again
        subprocess.run(["setsid", "--fork", *argv], user=owner.st_uid, group=owner.st_gid, extra_groups=[], check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: self.tool(self._client, "-e", "select 1", check=False).returncode == 0, "the server")

    @contextlib.contextmanager
    def session(self, db):
        """session(…) as say: say("begin;") has another session do it, until the block ends."""
        with subprocess.Popen([self._client, "--no-defaults", "-uroot", "-S", self.socket, db], stdin=subprocess.PIPE,
                              text=True) as process:
            yield lambda text: print(text, file=process.stdin, flush=True)
            process.stdin.close()

    def restore_despite_kills(self, program, file, target, table, jobs, first, longer, *options):
        """Restores, killed again and again after first seconds, then longer times as many; always resumed. table: one
        of the backup's; jobs: the number for each run; options: of the first. Returns the result of the last run, None
        when that was killed after all was done, and how many there were."""
        wait, resume = first, options
        for runs in itertools.count(1):
            running = program.start("restore", file, *self.place, "--target", target, "-j", jobs(runs), *resume)
            try:
                running.process.wait(wait)
                return running.wait().ok(), runs
            except subprocess.TimeoutExpired:
                running.signal(signal.SIGKILL)
                running.process.communicate(timeout=TIMEOUT)
            there = self.tables(target)
            if table in there and "dbbackup_restore" not in there:
                return None, runs
            resume, wait = ["--resume"] if "dbbackup_restore" in there else options, wait * longer

    def tables(self, db):
        return self.sql(f"select table_name from information_schema.tables where table_schema = '{db}'").split("\n")

    def tool(self, name, *args, check=True, **kwargs):
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        run = subprocess.run([name, "--no-defaults", "-uroot", "-S", self.socket, *map(str, args)], env=self.env,
                             timeout=TIMEOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)
        assert not check or run.returncode == 0, f"{name} {args}: {run.stderr.decode(errors='replace')[-3000:]}"
        return run

    def sql(self, text, db="", charset="utf8mb4"):
        """The rows that the statements yield: lines of fields, with tabs between them."""
        run = self.tool(self._client, f"--default-character-set={charset}", "-N", "--raw", "--comments", db, stdin=None,
                        input=text.encode())
        return run.stdout.decode(errors="surrogateescape").rstrip("\n")

    def transactions(self, condition):
        """What InnoDB says of those under way. It looks again only when nobody has asked for a tenth of a second."""
        time.sleep(0.15)
        return self.sql(f"select trx_id from information_schema.innodb_trx where {condition}")

    def load(self, db, text):
        self.tool(self._client, "--default-character-set=utf8mb4", "--comments", db, stdin=None, input=text)

    def create(self, sql="", name=None, options="CHARACTER SET utf8mb4"):
        name = name or f"db_{next(self._serial)}"
        self.sql(f"create database {quote(name)} {options}")
        if sql:
            self.load(name, sql.encode() if isinstance(sql, str) else sql)
        return name

    def dump(self, db, *options):
        return self.tool(self._dump, "--routines", "--events", "--triggers", "--hex-blob", *options, db).stdout

    def checksum(self, db, table):
        """None where it isn't the same twice: MySQL's takes in what stands in no row, of functional keys."""
        one, other = (self.sql(f"checksum table {quote(table)}", db).rsplit("\t", 1)[-1] for _ in range(2))
        return one if one == other else None

    def state(self, db):
        """What the stock dumper says of the database, as lines, its tables' checksums, for the dumper rounds
        FLOAT, and its histograms.
        A system-versioned table's checksum counts when its rows came in, too."""
        text = self.dump(db, "--skip-dump-date", "--order-by-primary", "--skip-extended-insert")
        name = re.escape(db).encode()
        text = re.sub(b"`" + name + b"`", b"`DB`", text)
        text = re.sub(b"(Database: |for database ')" + name, rb"\1DB", text)
        tables = self.sql("select table_name from information_schema.tables where table_type ="
                          f" 'BASE TABLE' and table_schema = '{db}' order by 1").split("\n")
        sums = [f"{self.checksum(db, table)} {table}" for table in filter(None, tables)]
        return text.split(b"\n") + [line.encode() for line in [*sums, *self.histograms(db)]]

    def histograms(self, db):
        """A line for each, without the time when it was made."""
        return [] if self.dbms != "mysql" else self.sql(
            "select table_name, column_name, json_remove(histogram, '$.\"last-updated\"') from"
            f" information_schema.column_statistics where schema_name = '{db}' order by 1, 2").splitlines()

    def assert_same(self, one, other):
        a, b = self.state(one), self.state(other)
        assert a == b, "\n".join(f"< {x!r}\n> {y!r}" for x, y in itertools.zip_longest(a, b) if x != y)[:4000]

    def objects(self, db):
        """The names of what stands in it, sorted."""
        return sorted(self.sql(
            f"select table_name from information_schema.tables where table_schema = '{db}' union all"
            f" select routine_name from information_schema.routines where routine_schema = '{db}' union all"
            f" select trigger_name from information_schema.triggers where trigger_schema = '{db}' union all"
            f" select event_name from information_schema.events where event_schema = '{db}'").split("\n"))

    def assert_broken_are_told(self, program, target):
        """What can't be made again anywhere is named and left out; all else is there."""
        db = self.create((DATA / "mysql_broken.sql").read_bytes(), name="broken")
        try:
            for jobs in (1, 4):
                warned = program("backup", "single", db, "-j", jobs, "-o", "b.sql.gz", *self.place).ok().err
                assert sorted(re.findall(r"warning: \w+ (\w+) is broken", warned)) == BROKEN, warned
                script = gzip.decompress((program.folder / "b.sql.gz").read_bytes())
                assert re.search(rb"^-- CREATE .* VIEW `broken_table`", script, re.M)
                result = program("restore", "b.sql.gz", "--target", target, "--create", "-j", jobs, *self.place).ok()
                assert "warning" not in result.err, result
                self.assert_sound(db, target)
            self.create(script, name=target)
            self.assert_sound(db, target)
        finally:
            self.sql(f"drop database {db}")

    def assert_sound(self, db, target):
        assert self.objects(target) == [name for name in self.objects(db) if name not in BROKEN]
        self.sql(f"drop database {target}")


def with_plugins(folder):
    """This system's MariaDB, also where its plugins aren't installed."""
    plugins = subprocess.run([ROOT / "scripts" / "mariadb-plugins"], check=True, stdout=subprocess.PIPE, text=True,
                             timeout=TIMEOUT).stdout.strip()
    return MariaDb(folder, options=[f"plugin-dir={plugins}"])
