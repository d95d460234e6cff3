# SPDX-License-Identifier: Apache-2.0
"""Passwords are nowhere but where they must be, whatever is written is for its owner only, and TLS holds what it is
asked for."""
import contextlib
import gzip
import io
import os
import pathlib
import select
import shutil
import socket
import stat
import subprocess
import tarfile
import tempfile
import threading

import harness
import mariadb
import pytest
from harness import wait_for

SECRET = "s3cret-p4ss"
LOUD = ("-v", "--native-debug", "--progress", "json")


def openssl(folder, *args):
    subprocess.run(["openssl", *args], cwd=folder, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=harness.TIMEOUT)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A folder with ca, server and client (signed by ca), and foreign (another CA); each .pem and .key."""
    folder = tmp_path_factory.mktemp("certificates")
    new = ("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    for name, subject, more in (("ca", "the CA", ()), ("foreign", "another CA", ()), (
            "server", "server", ("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")), ("client", "keeper", ())):
        signed = () if name in ("ca", "foreign") else ("-CA", "ca.pem", "-CAkey", "ca.key", "-addext",
                                                        "basicConstraints=critical,CA:FALSE")
        openssl(folder, *new, "-subj", f"/CN={subject}", "-keyout", f"{name}.key", "-out", f"{name}.pem", *more, *signed)
    return folder


@pytest.fixture(scope="module")
def revoked(certificates):
    """The list by which the CA takes back the server's certificate; and one that takes back nothing."""
    folder = certificates
    folder.joinpath("index.txt").touch()
    folder.joinpath("ca.cnf").write_text("[ca]\ndefault_ca=it\n[it]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=2\n"
                                         "certificate=ca.pem\nprivate_key=ca.key\n")
    openssl(folder, "ca", "-config", "ca.cnf", "-gencrl", "-out", "nothing.crl")
    openssl(folder, "ca", "-config", "ca.cnf", "-revoke", "server.pem")
    openssl(folder, "ca", "-config", "ca.cnf", "-gencrl", "-out", "server.crl")
    return folder / "server.crl", folder / "nothing.crl"


def hand_over(folder, name, server_folder, like):
    """Copies of a certificate and its key, which the server's user may read and nobody else."""
    place, owner = pathlib.Path(server_folder, "server").resolve(), os.stat(like)
    for kind in ("pem", "key"):
        copy = place / f"{name}.{kind}"
        copy.write_bytes((folder / f"{name}.{kind}").read_bytes())
        copy.chmod(0o600)
        os.chown(copy, owner.st_uid, owner.st_gid)
    return place / name


@pytest.fixture(scope="module")
def pg_place(pg):
    """A database of the server's, and a role that needs the password over TCP."""
    pg.psql(f"create role keeper login superuser password '{SECRET}'")
    return pg.create_db("kept", """create function held() returns bool language sql
        as 'select pg_advisory_xact_lock_shared(1) is not null';
        create table t (id int check (held())); insert into t values (1)""")


@pytest.fixture(scope="module")
def maria_place(maria):
    """The same of MariaDB."""
    maria.sql(f"create user keeper identified by '{SECRET}'; grant all on *.* to keeper with grant option")
    return maria.create("create table t (id int) engine=innodb; insert into t values (1)", name="kept")


# --------------------------------------------------------------------------------------------------- what others see

def descendants(pid):
    """The process and all that it has started, as folders of /proc."""
    found = [pathlib.Path(f"/proc/{pid}")]
    for process in found:
        with contextlib.suppress(FileNotFoundError):
            for task in process.joinpath("task").iterdir():
                found += [pathlib.Path(f"/proc/{child}") for child in task.joinpath("children").read_text().split()]
    return found


def texts(data):
    """What a file holds, as it is and unpacked; of a tar, all that is in it."""
    yield data
    if data[:2] == b"\x1f\x8b":
        with contextlib.suppress(EOFError):  # half of a file
            yield from texts(gzip.decompress(data))
    elif data[257:262] == b"ustar":
        with contextlib.suppress(tarfile.ReadError), tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                yield from texts(archive.extractfile(member).read())


def assert_private(folder, secret):
    """What was written is for its owner only, and without the password."""
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # it has been renamed
            mode = stat.S_IMODE(path.stat().st_mode)
            assert mode == (0o700 if path.is_dir() else 0o600), f"{path}: {mode:o}"
            assert path.is_dir() or not any(secret.encode() in text for text in texts(path.read_bytes())), path


def assert_unseen(running, secret, by_environment):
    """No process shows it in its arguments; only those that are given it so, in their environment."""
    for process in descendants(running.pid):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            words = process.joinpath("cmdline").read_bytes()
            assert secret.encode() not in words, words
            limits = process.joinpath("limits").read_text()
            assert int(limits.split("Max core file size")[1].split()[0]) <= 1
            settings = process.joinpath("environ").read_bytes().split(b"\0")
            if process.name != str(running.pid):
                held = [setting for setting in settings if secret.encode() in setting]
                assert held == ([f"PGPASSWORD={secret}".encode()] if by_environment else [])
            for file in process.joinpath("fd").iterdir():
                kind = file.stat()
                if stat.S_ISREG(kind.st_mode) and kind.st_nlink == 0:  # in memory, or without a name
                    assert stat.S_IMODE(kind.st_mode) == 0o600


class Watch:
    """Runs the program with no umask, and looks at all that can be seen of it while the server lets it wait."""

    def __init__(self, program, env):
        self.program, self.env = program, env
        program.folder.joinpath("tmp").mkdir(mode=0o700)

    def __call__(self, *args, waits=None, children=0, by_environment=False, env=None, loud=LOUD):
        env = {"TMPDIR": str(self.program.folder / "tmp"), **self.env, **(env or {})}
        running = self.program.start(*args, *loud, env=env, umask=0)
        if waits is not None:
            wait_for(lambda: waits() or running.process.poll() is not None, "it waits for the server")
            assert running.process.poll() is None and len(descendants(running.pid)) > children, running.wait()
            assert_unseen(running, SECRET, by_environment)
            assert_private(self.program.folder, SECRET)
        return running

    def ends(self, running):
        run = running.wait()
        assert SECRET not in run.err and SECRET.encode() not in run.out_bytes, run
        assert_private(self.program.folder, SECRET)
        return run


@pytest.fixture
def watch(dbbackup):
    return Watch(dbbackup, {})


@contextlib.contextmanager
def psql_session(pg, db, sql):
    """Has another session do sql, until the block ends."""
    with subprocess.Popen([harness.PGBIN / "psql", "-qXAt", "-d", harness.conninfo(db)], env=pg.env, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as process:
        process.stdin.write(f"{sql};\n\\echo done\n")
        process.stdin.flush()
        while process.stdout.readline() != "done\n":
            assert process.poll() is None
        try:
            yield
        finally:
            process.stdin.close()
            process.stdout.read()


def backups(pg, db):
    """How the password comes, the command, and whether pg_dump gets it."""
    uri = f"postgresql://keeper@127.0.0.1:{pg.port}/{db}"
    typed = uri.replace("@", f":{SECRET}@")
    by_env, by_file = {"PGPASSWORD": SECRET, "MYSQL_PWD": SECRET}, {"PGPASSFILE": "pgpass"}
    yield "native.sql.gz", by_env, ["single", uri, "--native"], 0
    yield "tools.sql.gz", by_file, ["single", uri, "--engine", "tools"], 1
    yield "one.dump", {}, ["single", typed, "-F", "custom"], 1
    yield "one.dir", by_env, ["single", f"{uri}?password={SECRET}", "-F", "directory", "-j", "2"], 1
    yield "cluster.tar.gz", {}, ["cluster", typed, "--native", "--include-database", db], 0
    yield "all.tar.gz", by_env, ["cluster", uri, "--include-database", db], 1


def test_postgres(pg, pg_place, watch, tmp_path, target):
    """Backups and restores, the password coming by every way there is."""
    pgpass, folder = tmp_path / "pgpass", watch.program.folder
    pgpass.write_text(f"127.0.0.1:*:*:keeper:{SECRET}\n")
    pgpass.chmod(0o600)
    locked = lambda: pg.psql("select 1 from pg_locks where not granted limit 1") == "1"  # noqa: E731
    for name, env, command, children in backups(pg, pg_place):
        if "PGPASSFILE" in env:
            env = {"PGPASSFILE": str(pgpass)}
        with psql_session(pg, pg_place, "begin; lock table t in access exclusive mode"):
            running = watch("backup", *command, "-o", folder / name, waits=locked, children=children,
                            by_environment=bool(children), env=env)
        watch.ends(running).ok()
    service = tmp_path / "service.conf"
    service.write_text(f"[kept]\nhost=127.0.0.1\nport={pg.port}\nuser=keeper\npassword={SECRET}\n")
    env = {"PGSERVICEFILE": str(service), "PGSERVICE": "kept", "PGHOST": None, "PGPORT": None, "PGUSER": None}
    watch.ends(watch("backup", "globals", "-o", folder / "globals.sql", env=env)).ok()

    typed = f"postgresql://keeper:{SECRET}@127.0.0.1:{pg.port}/{target}"
    for name, options in (("native.sql.gz", ["-j", "2"]), ("tools.sql.gz", []), ("one.dump", []), ("one.dir", ["-j", "2"])):
        pg.create_db(target)
        children = 1 if name.startswith("one") else 0
        with psql_session(pg, target, "select pg_advisory_lock(1)"):
            running = watch("restore", folder / name, "--target", typed, *options, waits=locked, children=children,
                            by_environment=bool(children), env={"PGPASSWORD": SECRET})
        watch.ends(running).ok()
        pg.drop_db(target)
    to_postgres = typed.replace(target, "postgres")
    watch.ends(watch("restore", "cluster", folder / "all.tar.gz", to_postgres)).failed(2, "has already: .*kept", hint=False)
    watch.ends(watch("restore", folder / "globals.sql", "--target", to_postgres, "--confirm")).ok()
    watch.ends(watch("verify", "--restore", folder / "native.sql.gz", to_postgres)).ok()


def test_mariadb(maria, maria_place, maria_backup, tmp_path):
    watch, folder = Watch(maria_backup, {"MYSQL_UNIX_PORT": None}), maria_backup.folder
    uri = f"mysql://keeper@127.0.0.1:{maria.port}/{maria_place}"
    typed, by_env, home = uri.replace("@", f":{SECRET}@"), {"MYSQL_PWD": SECRET}, tmp_path / "home"
    home.mkdir()
    home.joinpath(".my.cnf").write_text(f"[client]\npassword={SECRET}\n")
    home.joinpath(".my.cnf").chmod(0o600)
    waits = lambda: maria.sql(  # noqa: E731
        "select 1 from information_schema.processlist where user = 'keeper' and state like 'Waiting for%lock' limit 1") == "1"
    for name, env, command, children in (
            ("native.sql.gz", by_env, ["single", uri, "--native"], 0),
            ("tools.sql.gz", by_env, ["single", uri, "--engine", "tools"], 1),
            ("typed.sql.gz", {}, ["single", typed, "--engine", "tools"], 1),
            ("cluster.tar.gz", {"HOME": str(home)}, ["cluster", uri, "--include-database", maria_place], 0)):
        with maria.session(maria_place) as say:
            say("lock tables t write;")
            wait_for(lambda: maria.sql("show open tables where in_use > 0"), "the lock")
            running = watch("backup", *command, "-o", folder / name, waits=waits, children=children, env=env)
        watch.ends(running).ok()
    watch.ends(watch("backup", "globals", typed, "-o", folder / "globals.sql")).ok()
    for options, children in (["--native"], 0), (["--engine", "tools"], 1):
        maria.sql("create or replace database back")
        with maria.session("mysql") as say:
            say("flush tables with read lock;")
            wait_for(lambda: "lock" in maria.tool("mariadb", "-e", "set statement lock_wait_timeout = 0 for create database x",
                                                  check=False).stderr.decode(), "the lock")
            running = watch("restore", folder / "native.sql.gz", "--target", typed.replace(f"/{maria_place}", "/back"),
                            *options, waits=waits, children=children, env=by_env)
        watch.ends(running).ok()
    maria.sql("drop database back; drop database if exists x")


@pytest.mark.parametrize("place, env", [
    ("postgresql://keeper:{0}@127.0.0.1:{1}/postgres", {}),
    ("postgresql://keeper@127.0.0.1:{1}/postgres", {"PGPASSWORD": "{}"}),
    ("postgresql://keeper:{0}%zz@127.0.0.1:{1}/postgres", {}),
    ("postgresql://keeper:{0}/x@127.0.0.1:{1}/postgres", {}),
    ("postgresql://keeper:{0}?x=y@127.0.0.1:{1}/postgres", {}),
    ("postgresql://keeper@127.0.0.1:{1}/postgres?password={0}&x=y", {}),
], ids=["typed", "by variable", "bad %", "odd /", "odd ?", "parameter"])
def test_wrong_passwords(pg, pg_place, dbbackup, place, env):
    """One that is wrong, or makes the URI so, may be the right one elsewhere."""
    place = place.format("wr0ng-p4ss", pg.port)
    env = {key: value.format("wr0ng-p4ss") for key, value in env.items()}
    for command in (["backup", "single", place], ["backup", "cluster", place, "--engine", "tools"], ["restore", place],
                    ["restore", "x", "--target", place], ["backup", "single", "a", place], [place]):
        run = dbbackup(*command, *LOUD, env=env)
        assert run.rc in (1, 2, 4) and "wr0ng" not in run.err + run.out, run
    assert not dbbackup.files()


def test_what_others_left_behind(pg_place, dbbackup):
    """Another's file could be read by him while it is written."""
    partial = dbbackup.folder / "b.sql.gz.partial"
    partial.touch(0o644)
    os.link(partial, dbbackup.folder / "kept")
    dbbackup("backup", "single", pg_place, "-o", dbbackup.folder / "b.sql.gz").failed(2, "has another name")
    (dbbackup.folder / "kept").unlink()
    dbbackup("backup", "single", pg_place, "-o", dbbackup.folder / "b.sql.gz").ok()
    assert_private(dbbackup.folder, SECRET)
    if os.geteuid() == 0:
        partial.touch()
        os.chown(partial, 12345, -1)
        dbbackup("backup", "single", pg_place, "-o", dbbackup.folder / "b.sql.gz").failed(2, "belongs to another user")
        folder = dbbackup.folder / "b.dir.partial"
        folder.mkdir()
        os.chown(folder, 12345, -1)
        dbbackup("backup", "single", pg_place, "-F", "directory", "-o", dbbackup.folder / "b.dir").failed(
            2, "belongs to another user")


# ---------------------------------------------------------------------------------------------------------------- TLS

def test_tls_of_postgres(pg, pg_place, dbbackup, certificates, revoked):
    data = pathlib.Path(pg.folder, "server").resolve() / "data"
    own, ca = (hand_over(certificates, name, pg.folder, data) for name in ("server", "ca"))
    pg.psql(f"alter system set ssl_cert_file = '{own}.pem'")
    pg.psql(f"alter system set ssl_key_file = '{own}.key'")
    pg.psql(f"alter system set ssl_ca_file = '{ca}.pem'")
    pg.psql("alter system set ssl = on")
    rules = data / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text("hostssl all keeper 127.0.0.1/32 scram-sha-256 clientcert=verify-full\n" + before)
    pg.psql("select pg_reload_conf()")
    wait_for(lambda: pg.psql("show ssl") == "on", "TLS")
    folder = certificates
    env = {"PGPASSWORD": SECRET, "PGSSLCERT": str(folder / "client.pem"), "PGSSLKEY": str(folder / "client.key"), "PGUSER": "keeper",
           "PGSSLROOTCERT": str(folder / "ca.pem"), "PGHOST": "localhost", "PGSSLMODE": "verify-full"}

    def back_up(*args, place=pg_place, **more):
        return dbbackup("backup", "single", place, "-o", "b.sql.gz", *args, env={**env, **more})
    try:
        back_up().ok()
        for mode in "disable", "allow", "prefer", "require", "verify-ca", "verify-full":
            place = f"postgresql://localhost/{pg_place}?sslmode={mode}&channel_binding={'disable' if mode in ('disable', 'allow') else 'require'}"
            back_up("--schema-only", place=place).ok()
        back_up("-F", "custom", "-o", "b.dump").ok()  # and pg_dump
        back_up(PGHOST="elsewhere", PGHOSTADDR="127.0.0.1").failed(1, "does not match host name", "HINT.*certificate")
        back_up(PGHOST="elsewhere", PGHOSTADDR="127.0.0.1", PGSSLMODE="verify-ca").ok()
        back_up(PGSSLROOTCERT=str(folder / "foreign.pem")).failed(1, "certificate verify failed", "HINT.*sslrootcert")
        back_up(PGSSLROOTCERT=str(folder / "none.pem")).failed(1, "none.pem.* does not exist", "HINT.*sslrootcert")
        server, nothing = (f"postgresql://localhost/{pg_place}?sslcrl={path}" for path in revoked)
        back_up(place=server).failed(1, "certificate verify failed", "HINT.*sslcrl")
        back_up(place=nothing).ok()
        back_up(PGSSLCERT=str(folder / "foreign.pem"), PGSSLKEY=str(folder / "foreign.key")).failed(1)
        pg.psql("alter system set ssl = off; select pg_reload_conf()")
    finally:
        rules.write_text(before)
        pg.psql("alter system set ssl = off")
        pg.psql("select pg_reload_conf()")
        wait_for(lambda: pg.psql("show ssl") == "off", "no TLS")
    back_up().failed(1, "server does not support SSL", "HINT.*TLS")


@pytest.fixture(scope="module")
def tls_maria(tmp_path_factory, certificates):
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:  # which the server's user can reach
        shutil.copytree(certificates, folder, dirs_exist_ok=True)
        for path in pathlib.Path(folder).iterdir():
            path.chmod(0o644)
        os.chmod(folder, 0o755)
        server = mariadb.MariaDb(tmp_path_factory.mktemp("tls"), [
            f"ssl-cert={folder}/server.pem", f"ssl-key={folder}/server.key", f"ssl-ca={folder}/ca.pem"])
        server.sql(f"create user keeper identified by '{SECRET}'; grant all on *.* to keeper;"
                   f"create user certified identified by '{SECRET}' require x509; grant all on *.* to certified")
        server.create("create table t (id int)", name="kept")
        yield server
        server.stop()


def test_tls_of_mariadb(tls_maria, certificates, tmp_path):
    program, folder, home = harness.Program(tls_maria, tmp_path), certificates, tmp_path / "home"
    home.mkdir()

    def back_up(query, *args, host="127.0.0.1", user="keeper", cnf=None):
        home.joinpath(".my.cnf").write_text(f"[client]\n{cnf or ''}\n")
        place = f"mysql://{user}@{host}:{tls_maria.port}/kept?{query}"
        return program("backup", "single", place, "-o", "b.sql.gz", *args,
                       env={"HOME": str(home), "MYSQL_PWD": SECRET, "MYSQL_UNIX_PORT": None})
    ca, foreign = f"ssl-ca={folder}/ca.pem", f"ssl-ca={folder}/foreign.pem"
    own = f"ssl-cert={folder}/client.pem&ssl-key={folder}/client.key"
    for query in ("", "ssl-mode=DISABLED", "ssl-mode=REQUIRED", "tls-version=TLSv1.2&ssl-mode=REQUIRED", ca,
                  f"ssl-mode=VERIFY_CA&{ca}", f"ssl-mode=VERIFY_IDENTITY&{ca}", f"ssl-verify-server-cert=1&{ca}"):
        back_up(query).ok()
    for host, mode in ("127.1", "VERIFY_CA"), ("127.0.0.1", "VERIFY_IDENTITY"):
        back_up(f"ssl-mode={mode}&{ca}", "--engine", "tools", host=host).ok()
    back_up(f"ssl-mode=VERIFY_IDENTITY&{ca}&{own}", user="certified").ok()
    back_up(f"ssl-mode=VERIFY_IDENTITY&{ca}", user="certified").failed(1, "Access denied")
    back_up("", user="certified", cnf=f"ssl-ca={folder}/ca.pem\n{own.replace('&', chr(10))}\nssl-verify-server-cert=1").ok()
    back_up(f"ssl-mode=VERIFY_IDENTITY&{ca}", host="127.1").failed(1, "no TLS connection", "HINT.*VERIFY_IDENTITY")
    back_up("ssl-mode=VERIFY_CA").failed(2, "nothing to verify with")
    for query in foreign, f"ssl-mode=REQUIRED&{foreign}", f"ssl-mode=VERIFY_IDENTITY&{foreign}", "ssl-mode=VERIFY_IDENTITY":
        back_up(query).failed(1, "no TLS connection", "HINT.*ssl-ca")
    # What a file says holds, and doesn't weaken what is typed.
    back_up("", cnf=f"ssl-ca={folder}/foreign.pem").failed(1, "no TLS connection")
    back_up(f"ssl-mode=VERIFY_IDENTITY&{ca}", host="127.1", cnf="ssl-verify-server-cert=0").failed(1, "no TLS connection")
    back_up(f"ssl-mode=VERIFY_IDENTITY&{ca}", cnf=f"ssl-ca={folder}/foreign.pem").ok()


class Stripper:
    """Stands between, and says that the server has no TLS. Given the name of a login, it asks for that itself."""

    def __init__(self, port, login=None):
        self.server, self.login, self.heard = ("127.0.0.1", port), login, b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client):
        with client, socket.create_connection(self.server) as server, contextlib.suppress(OSError):
            greeting = bytearray(server.recv(4096))
            at = greeting.index(0, 5) + 1 + 4 + 8 + 1  # behind the version, the thread, and what is to be scrambled
            greeting[at + 1] &= ~0x08  # CLIENT_SSL
            client.sendall(greeting)
            if self.login is not None:
                self.heard += client.recv(4096)
                ask = b"\xfe" + self.login.encode() + b"\0" + b"x" * 20 + b"\0"
                client.sendall(len(ask).to_bytes(3, "little") + b"\2" + ask)
                self.heard += client.recv(4096)
                return
            while ready := select.select([client, server], [], [])[0]:
                for one in ready:
                    data = one.recv(65536)
                    if not data:
                        return
                    if one is client:
                        self.heard += data
                    (server if one is client else client).sendall(data)

    def close(self):
        self.listener.close()


def test_tls_that_is_cut_off(tls_maria, certificates, tmp_path):
    """Whoever says that there is no TLS gets no password: nothing at all where TLS is required."""
    program = harness.Program(tls_maria, tmp_path)

    def back_up(stripper, query):
        place = f"mysql://keeper:{SECRET}@127.0.0.1:{stripper.port}/kept?{query}"
        run = program("backup", "single", place, "-o", "b.sql.gz", env={"HOME": str(tmp_path)})
        stripper.close()
        assert SECRET.encode() not in stripper.heard
        return run, stripper.heard
    ca = f"ssl-ca={certificates}/ca.pem"
    for query in "ssl-mode=REQUIRED", ca, f"ssl-mode=VERIFY_IDENTITY&{ca}":
        run, heard = back_up(Stripper(tls_maria.port), query)
        run.failed(1, "has no TLS", "HINT.*ssl-mode")
        assert heard == b""
    tmp_path.joinpath(".my.cnf").write_text("[client]\nssl-verify-server-cert=1\n")
    run, heard = back_up(Stripper(tls_maria.port), "")
    run.failed(1, "has no TLS")
    assert heard == b""
    tmp_path.joinpath(".my.cnf").unlink()
    for login in "mysql_clear_password", "dialog", "caching_sha2_password":
        back_up(Stripper(tls_maria.port, login), "")[0].failed(1, "safe with TLS only", "HINT.*TLS")
    back_up(Stripper(tls_maria.port, "mysql_clear_password"), "ssl-mode=DISABLED")[0].failed(1, "safe with TLS only")
    run, heard = back_up(Stripper(tls_maria.port), "")
    run.ok()
    assert heard
