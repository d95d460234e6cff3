# SPDX-License-Identifier: Apache-2.0
"""The benchmark's server, and the databases and files that stay from one run to the next."""
import contextlib
import fcntl
import hashlib
import pathlib
import shutil
import subprocess
import sys
import time

import harness
from command import Failed

HERE = pathlib.Path(__file__).resolve().parent

# Beside those of scripts/throwaway-postgres: fsync, jit and autovacuum off. No disk is waited for, and nothing but
# what was asked of the server happens during a measurement; what is measured is work, the same for everybody.
SETTINGS = ("shared_buffers=1GB", "max_wal_size=16GB", "checkpoint_timeout=1h", "max_locks_per_transaction=1024",
            "max_connections=50")
PASSWORD = "bench"  # for 127.0.0.1, where the server asks for one

# What a restored database must have as the first one does: rows of each table, indexes, constraints.
LOOK = """
select format('%s: %s rows', c.oid::regclass,
              (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from only %s', c.oid::regclass),
                                                   false, true, '')))[1])
  from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace
 union all
select format('%s indexes, of them %s valid', count(*), count(*) filter (where indisvalid and indisready and indislive))
  from pg_index join pg_class c on c.oid = indrelid where relnamespace = 'public'::regnamespace
 union all
select format('%s constraints of type %s, of them %s valid', count(*), contype, count(*) filter (where convalidated))
  from pg_constraint where connamespace = 'public'::regnamespace group by contype
 order by 1
"""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Store:
    """A folder with a server and files. What was made for another scale or by other scripts is thrown away."""

    def __init__(self, folder, scale):
        self.folder, self.scale = pathlib.Path(folder).resolve(), scale
        self.files = self.folder / "files"
        self._looks = {}
        self.server = None

    def _fingerprint(self):
        parts = [str(self.scale), *SETTINGS, *((HERE / name).read_text() for name in ("data.sql", "tables.sql"))]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _check_space(self):
        free, wanted = shutil.disk_usage(self.folder).free, int((1 + 20 * self.scale) * 1e9)
        if free < wanted:
            sys.exit(f"{self.folder}: {free / 1e9:.1f} GB are free; "
                     f"BENCH_SCALE={self.scale:g} wants {wanted / 1e9:.0f} GB.")

    @contextlib.contextmanager
    def running(self):
        """Starts the server; stops it, whatever happens, and keeps its data for the next run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = open(self.folder / "lock", "w")  # till the end of the process
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"Another benchmark is using {self.folder}.")
        mark, script = self.folder / "fingerprint", str(harness.ROOT / "scripts" / "throwaway-postgres")
        if not mark.exists() or mark.read_text() != self._fingerprint() or not (self.folder / "paused").exists():
            subprocess.run([script, "stop", self.folder], check=True)
            mark.unlink(missing_ok=True)
            shutil.rmtree(self.files, ignore_errors=True)
            self._check_space()
        self.files.mkdir(exist_ok=True)
        try:
            self.server = harness.Server(self.folder, settings=SETTINGS, roles=())
            self.server.psql(f"alter role postgres password '{PASSWORD}'")
            self.postmaster = self.server.postmaster()
            mark.write_text(self._fingerprint())
            yield self
        finally:
            if subprocess.run([script, "pause", self.folder]).returncode != 0:
                subprocess.run([script, "stop", self.folder], check=True)

    def databases(self, **made):
        """Makes those databases that aren't there yet, all at once. made: name=(file, variables of psql)."""
        there = self.server.databases()
        makers = []
        for name, (file, variables) in made.items():
            if name in there:
                continue
            say(f"making database {name}: {file}, {', '.join(f'{key} {value}' for key, value in variables.items())}")
            self.server.drop_db(name + "_partial")
            self.server.create_db(name + "_partial")
            words = [word for key, value in variables.items() for word in ("-v", f"{key}={value}")]
            words += ["-v", f"statements={self.files / name}.sql"]
            makers.append((name, subprocess.Popen(
                [harness.PGBIN / "psql", "-qX", *words, "-d", name + "_partial", "-f", HERE / file],
                env=self.server.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)))
        begun = time.monotonic()
        said = [(name, maker.communicate()[1], maker.returncode) for name, maker in makers]
        for name, errors, status in said:
            if status != 0:
                raise Failed(f"database {name} could not be made:\n{errors.decode(errors='replace')[-3000:]}")
            self.server.psql(f"alter database {name}_partial rename to {name}")
        if makers:
            say(f"made in {time.monotonic() - begun:.0f} s")

    def file(self, name, command):
        """The file, made by a command for bash if it isn't there yet; the command writes to $FILE."""
        path = self.files / name
        if not path.exists():
            say(f"making {name}: {command}")
            partial = self.files / (name + ".partial")
            run = subprocess.run(["/bin/bash", "-o", "pipefail", "-ec", command], stdin=subprocess.DEVNULL,
                                 env={**self.server.env, "FILE": str(partial), "PGBIN": str(harness.PGBIN)},
                                 stderr=subprocess.PIPE, cwd=self.files)
            if run.returncode != 0:
                raise Failed(f"{command}\n  failed: {run.stderr.decode(errors='replace')[-3000:]}")
            partial.rename(path)
        return path

    def look(self, db):
        """What a database holds, one line a thing; of those that stay it is asked once."""
        if db not in self._looks:
            look = self.server.psql(LOOK, db=db)
            if db == "restored":
                return look
            self._looks[db] = look
        return self._looks[db]

    def rows(self, db):
        return sum(int(line.split()[-2]) for line in self.look(db).split("\n") if line.endswith(" rows"))
