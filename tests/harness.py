# SPDX-License-Identifier: Apache-2.0
"""What the tests drive: throw-away PostgreSQL servers, and the program under test.

Nothing here talks to a server that it didn't start, or beyond 127.0.0.1 and local sockets.
"""
import contextlib
import gzip
import hashlib
import itertools
import os
import pathlib
import re
import shlex
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
DBBACKUP = os.path.abspath(os.environ.get("DBBACKUP") or ROOT / "build" / "dbbackup")
PGBIN = pathlib.Path(os.environ.get("PGBIN") or "/usr/lib/postgresql/15/bin")
# Seconds; nothing here takes that long unless it hangs.
TIMEOUT = float(os.environ.get("TEST_TIMEOUT") or 180)
SANITIZER_STATUS = 99

ROLES = ("dbb_owner", "dbb_reader", 'dbb "odd" Ünïcode 🎈')


def is_sanitized(binary=DBBACKUP):
    """Built with the address or the thread sanitizer? Then it is slow and its memory says nothing."""
    with open(binary, "rb") as file:
        text = file.read()
    return b"__asan_init" in text or b"__tsan_init" in text


def built_tool(name):
    """A program of tests/unit that is built beside the program under test; None where it isn't."""
    tools = [folder / "tests" / "unit" / name for folder in pathlib.Path(DBBACKUP).resolve().parents]
    return next((path for path in tools if path.exists()), None)


def quote_ident(name):
    return '"' + name.replace('"', '""') + '"'


def wait_for(condition, what, seconds=30.0):
    """Polls until condition() is true and returns its value."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited {seconds} s in vain for: {what}")


def conninfo(db):
    """db as PostgreSQL's programs take any name, also one that looks like a connection string."""
    return "dbname='" + db.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Server:
    """A throw-away PostgreSQL, made by scripts/throwaway-postgres. Local connections are trusted;
    127.0.0.1 asks for a password."""

    _script = str(ROOT / "scripts" / "throwaway-postgres")
    _serial = itertools.count(1)

    def __init__(self, folder, pgbin=PGBIN, settings=(), roles=ROLES):
        """pgbin: where its initdb and pg_ctl are. settings: of the server, name=value."""
        self.folder, self._start_env = pathlib.Path(folder), {**os.environ, "PGBIN": str(pgbin)}
        line = subprocess.run([self._script, "start", self.folder, *settings], check=True, stdout=subprocess.PIPE,
                              text=True, timeout=TIMEOUT, env=self._start_env).stdout
        settings = dict(word.split("=", 1) for word in shlex.split(line) if "=" in word)
        self.port = settings["PGPORT"]
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "DBBACKUP"))}
        # No ~/.pgpass, no service file, no configuration, no colours, messages in English.
        self.env = {**clean, **settings, "DBBACKUP_NO_CONFIG": "yes", "HOME": str(self.folder),
                    "LC_ALL": "C.UTF-8", "PGPASSFILE": str(self.folder / "no-pgpass"),
                    "PGOPTIONS": "-c client_min_messages=warning"}
        self.major = int(self.psql("show server_version_num")) // 10000
        for role in roles:
            self.psql(f"create role {quote_ident(role)}")

    def stop(self, mode="fast"):
        subprocess.run([self._script, "stop", self.folder, mode], check=True, timeout=TIMEOUT, env=self._start_env)

    def tool(self, name, *args, **kwargs):
        """Runs one of PostgreSQL's own programs, which must succeed."""
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        run = subprocess.run([PGBIN / name, *map(str, args)], env=self.env, timeout=TIMEOUT,
                             stderr=subprocess.PIPE, **kwargs)
        assert run.returncode == 0, f"{name} {args}: {run.stderr.decode(errors='replace')[-3000:]}"
        return run

    def psql(self, sql, db="postgres", **variables):
        """The rows of the last statement as text: fields apart by '|', rows by newlines."""
        args = ["-qXAt", "-v", "ON_ERROR_STOP=1", "-d", conninfo(db)]
        for name, value in variables.items():
            args += ["-v", f"{name}={value}"]
        run = self.tool("psql", *args, stdin=None, input=sql.encode(), stdout=subprocess.PIPE)
        return run.stdout.decode().rstrip("\n")

    def load(self, db, file):
        """Runs a plain SQL file, from a path or an open file, through psql."""
        args = ["-qX", "-v", "ON_ERROR_STOP=1", "-d", conninfo(db)]
        if hasattr(file, "read"):
            self.tool("psql", *args, stdin=file, stdout=subprocess.DEVNULL)
        else:
            self.tool("psql", *args, "-f", file, stdout=subprocess.DEVNULL)

    def new_name(self, prefix="db"):
        return f"{prefix}_{next(self._serial)}"

    def create_db(self, name=None, sql=None, **create):
        """An empty database, as template0 has it, or filled by sql. Options: owner="…" …"""
        name = name or self.new_name()
        options = "".join(f" {key} {value}" for key, value in create.items())
        self.psql(f"create database {quote_ident(name)} template template0{options}")
        if sql:
            self.psql(sql, db=name)
        return name

    def drop_db(self, name):
        # No database goes before its subscriptions; none of these may look for its publisher.
        ends = self.psql("""select format('alter subscription %1$I disable; alter subscription %1$I set (slot_name = none);
                                           drop subscription %1$I;', subname)
                              from pg_subscription join pg_database d on d.oid = subdbid and datname = :'wanted'""",
                         wanted=name)
        if ends:
            self.psql("set client_min_messages = error;" + ends, db=name)
        self.psql(f"drop database if exists {quote_ident(name)}" + (" with (force)" if self.major >= 13 else ""))

    def postmaster(self):
        """Its process id."""
        return int((self.folder / "server").resolve().joinpath("data", "postmaster.pid").read_text().split("\n")[0])

    def databases(self):
        return set(self.psql("select datname from pg_database").split("\n"))

    def dump(self, db, path, *args):
        """What pg_dump says of db, without the random token that newer minors put around a script."""
        raw = subprocess.Popen([PGBIN / "pg_dump", *args, conninfo(db)], env=self.env, stdout=subprocess.PIPE)
        with open(path, "wb") as out, raw:
            for line in raw.stdout:
                if not line.startswith((b"\\restrict ", b"\\unrestrict ")):
                    out.write(line)
        assert raw.returncode == 0
        return path

    def busy(self, db):
        """Process ids of the server's that are running a statement in db, or are in a transaction."""
        return self._activity(db, "and state <> 'idle'")

    def sessions(self, db):
        return self._activity(db, "")

    def copying(self, db):
        """Process ids that are running COPY in db."""
        return self._activity(db, "and state = 'active' and query ~* '(^|;)[[:space:]]*copy '")

    def _activity(self, db, condition):
        rows = self.psql("select pid from pg_stat_activity where pid <> pg_backend_pid() "
                         f"and datname = :'wanted' {condition}", wanted=db)
        return [int(pid) for pid in rows.split("\n") if pid]


class Result:
    """How a run of the program ended."""

    def __init__(self, args, rc, out, err):
        self.args, self.rc, self.out_bytes, self.err = args, rc, out, err

    @property
    def out(self):
        return self.out_bytes.decode(errors="replace")

    def __repr__(self):
        return (f"dbbackup {' '.join(map(str, self.args))}\n-> status {self.rc}\n"
                f"stdout: {self.out[-2000:]}\nstderr: {self.err[-4000:]}")

    def ok(self):
        assert self.rc == 0, self
        return self

    def failed(self, rc, *parts, hint=True):
        """It ended with this status and said all of these (regular expressions); with a hint."""
        assert self.rc == rc, self
        said = re.sub(r"(?<!\S)/\S*/", "", self.err)  # folders of files: their names are those of tests
        for part in parts:
            assert re.search(part, said, re.I), f"not said: {part}\n{self!r}"
        if hint:
            assert re.search(r"^(dbbackup: )?hint: .", self.err, re.I | re.M), f"no hint\n{self!r}"
        return self


class Job:
    """A job that --native-debug told of."""

    def __init__(self, end, session, label, piece, seconds, rows, size):
        self.end, self.begin = float(end), float(end) - float(seconds)
        self.session, self.label, self.piece = int(session), label, int(piece or 0)
        self.rows, self.bytes = int(rows or 0), int(size or 0)

    def __repr__(self):
        return f"{self.begin:.6f} to {self.end:.6f}, session {self.session}: {self.label} {self.piece}"


def jobs(said):
    """The jobs in what --native-debug said, in the order in which they began."""
    pattern = r"debug: (\S+) session (\d+): job (.+?)(?:, piece (\d+))?: (\d+\.\d+) s(?:, (\d+) rows?)?(?:, (\d+) bytes?)?$"
    return sorted((Job(*found) for found in re.findall(pattern, said, re.M)), key=lambda job: job.begin)


class Program:
    """The program under test. Runs in a folder of its own, so that what it leaves behind is seen."""

    def __init__(self, server, folder):
        self.server, self.folder = server, pathlib.Path(folder)

    def _prepare(self, args, env, kwargs):
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        kwargs.setdefault("cwd", self.folder)
        kwargs.setdefault("start_new_session", True)  # no terminal on which somebody could be asked
        merged = {**self.server.env, **env}
        argv = [DBBACKUP, *map(str, args)]
        return argv, {key: value for key, value in merged.items() if value is not None}, kwargs

    def __call__(self, *args, env=None, **kwargs):
        argv, environment, kwargs = self._prepare(args, env or {}, kwargs)
        run = subprocess.run(argv, env=environment, timeout=TIMEOUT, stdout=kwargs.pop("stdout", subprocess.PIPE),
                             stderr=kwargs.pop("stderr", subprocess.PIPE), **kwargs)
        return self._result(args, run.returncode, run.stdout, run.stderr)

    def start(self, *args, env=None, **kwargs):
        """Starts it and returns a Running."""
        argv, environment, kwargs = self._prepare(args, env or {}, kwargs)
        return Running(args, subprocess.Popen(argv, env=environment, stdout=kwargs.pop("stdout", subprocess.PIPE),
                                              stderr=subprocess.PIPE, **kwargs))

    @staticmethod
    def _result(args, rc, out, err):
        result = Result(args, rc, out or b"", (err or b"").decode(errors="replace"))
        assert rc >= 0, f"it was killed by a signal\n{result!r}"
        assert rc != SANITIZER_STATUS, f"a sanitizer complained\n{result!r}"
        return result

    def backup(self, db, name="backup.sql.gz", *args, **kwargs):
        """Backs db up; returns the file."""
        path = self.folder / name
        self("backup", "single", db, "--output", path, *args, **kwargs).ok()
        return path

    def files(self):
        """The names of all files in its folder."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


def restore_despite_kills(program, file, target, jobs, first, longer):
    """Restores, killed again and again after first seconds, then longer times as many; always resumed where it had
    begun. jobs: the number for each run. Returns the result of the run that nobody killed, or that was killed
    after it had done everything, and how many runs there were."""
    pg, wait, runs, resume = program.server, first, 0, []
    while True:
        running = program.start("restore", file, "--target", target, "-j", jobs(runs), *resume)
        runs += 1
        try:
            running.process.wait(wait)
            return running.wait().ok(), runs
        except subprocess.TimeoutExpired:
            running.signal(signal.SIGKILL)
            out, err = running.process.communicate(timeout=TIMEOUT)
        wait_for(lambda: not pg.busy(target), "the server is done with it")
        begun = pg.psql("select to_regclass('dbbackup_restore.done') is not null", db=target) == "t"
        filled = pg.psql("select exists (select from pg_class where relnamespace = 'public'::regnamespace)", db=target) == "t"
        if filled and not begun:  # whether everything is there is the caller's to see
            return Result(running.args, running.process.returncode, out, err.decode(errors="replace")), runs
        resume, wait = ["--resume"] if begun else [], wait * longer


class Running:
    def __init__(self, args, process):
        self.args, self.process, self.pid = args, process, process.pid

    def signal(self, number):
        os.kill(self.pid, number)

    def wait(self):
        try:
            out, err = self.process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return Program._result(self.args, self.process.returncode, out, err)

    def _stop_when(self, condition, what):
        wait_for(lambda: condition() or self.process.poll() is not None, what)
        assert self.process.poll() is None, f"it was over before: {what}\n{self.process.communicate()!r}"
        self.signal(signal.SIGSTOP)

    @contextlib.contextmanager
    def held(self, condition, what):
        """Waits for condition(), and keeps the program from going on while the block runs, so that what
        the block does hits it in the middle of its work."""
        try:
            self._stop_when(condition, what)
            while not condition():  # what was so when it was looked at had passed before the signal came
                self.signal(signal.SIGCONT)
                self._stop_when(condition, what)
            yield
        finally:
            if self.process.poll() is None:
                self.signal(signal.SIGCONT)


def first_differences(left, right, lines=40):
    """'' when the two files are the same, byte for byte; or the beginning of what diff says."""
    run = subprocess.run(["diff", "-a", left, right], stdout=subprocess.PIPE, timeout=TIMEOUT)
    return "" if run.returncode == 0 else \
        "\n".join(line[:300] for line in run.stdout.decode(errors="replace").split("\n")[:lines])


def sort_rows(dump, out):
    """Writes dump again with the rows of each table sorted: their order isn't a property of a table, and
    depends on the transactions that loaded it."""
    rows = None
    with open(dump, "rb") as source, open(out, "wb") as target:
        for line in source:
            if rows is None:
                target.write(line)
                if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                    rows = []
            elif line == b"\\.\n":
                target.writelines(sorted(rows))
                target.write(line)
                rows = None
            else:
                rows.append(line)
    return out


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def gzip_members(data):
    """Where each gzip member of data begins."""
    import zlib
    starts, at = [], 0
    while at < len(data):
        starts.append(at)
        inflate = zlib.decompressobj(31)
        inflate.decompress(data[at:])
        assert inflate.eof, "the last member isn't whole"
        at = len(data) - len(inflate.unused_data)
    return starts


def gunzip(path, out):
    with gzip.open(path) as source, open(out, "wb") as target:
        while block := source.read(1 << 20):
            target.write(block)
    return out
