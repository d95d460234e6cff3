# SPDX-License-Identifier: Apache-2.0
"""The static program, in a folder where nothing else is: out and back over TLS, by passwords that are never sent, with
the server's certificate checked. `make test-static` runs this, as root."""
import contextlib
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import threading

import pytest

import harness
import mariadb

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may chroot")
PASSWORD = "correct horse battery"
NAME = "db.dbbackup.test"


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """ca.pem, and server.pem with its key for 127.0.0.1 and NAME."""
    folder = pathlib.Path(tmp_path_factory.mktemp("tls"))
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=test CA", "-days", "2",
            "-keyout", folder / "ca.key", "-out", folder / "ca.pem")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={NAME}",
            "-keyout", folder / "server.key", "-out", folder / "server.csr")
    (folder / "names").write_text(f"subjectAltName=IP:127.0.0.1,DNS:{NAME}\n")
    openssl("x509", "-req", "-in", folder / "server.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-days", "2",
            "-CAcreateserial", "-extfile", folder / "names", "-out", folder / "server.pem")
    return folder


@pytest.fixture
def root(tmp_path, tls):
    """The program, the certificate to trust, and a folder for what it writes."""
    folder = tmp_path / "root"
    (folder / "tmp").mkdir(parents=True)
    for source, name in (harness.DBBACKUP, "dbbackup"), (tls / "ca.pem", "ca.pem"):
        target = folder / name
        target.write_bytes(pathlib.Path(source).read_bytes())
        target.chmod(0o755)
    return folder


def run(root, *args, status=0, **variables):
    """PATH leads nowhere, and there is no other variable."""
    done = subprocess.run([shutil.which("chroot"), root, "/dbbackup", *args], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={"PATH": "/", **variables},
                          timeout=harness.TIMEOUT)
    assert done.returncode == status, done.stdout
    return done.stdout


def out_and_back(root, uri, target_uri, **variables):
    """As a user would: backup, verify, restore. `uri` has a place for the database."""
    run(root, "backup", "single", uri % "shop", "-o", "/shop.sql.gz", "-j2", **variables)
    assert "intact" in run(root, "verify", "/shop.sql.gz")
    run(root, "restore", "/shop.sql.gz", "--target", target_uri, "-j2", **variables)


# --- PostgreSQL ------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def postgres(tmp_path_factory, tls):
    """It lets in nobody over TCP but by TLS and SCRAM."""
    server = harness.Server(tmp_path_factory.mktemp("postgres"))
    data = (server.folder / "server").resolve() / "data"
    owner = data.stat()
    for name in "server.pem", "server.key":
        target = data / name
        target.write_bytes((tls / name).read_bytes())
        target.chmod(0o600)
        os.chown(target, owner.st_uid, owner.st_gid)
    (data / "pg_hba.conf").write_text("local all postgres trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n")
    server.psql("alter system set ssl_cert_file = 'server.pem'")
    server.psql("alter system set ssl_key_file = 'server.key'")
    server.psql("alter system set ssl = on")
    server.psql("select pg_reload_conf()")
    harness.wait_for(lambda: server.psql("show ssl") == "on", "TLS")
    server.psql(f"create role keeper superuser login password '{PASSWORD}'")
    server.create_db("shop")
    server.load("shop", harness.DATA / "shop.sql")
    yield server
    server.stop()


def uri_of(server, host="127.0.0.1"):
    """channel_binding takes SCRAM, and the very connection that TLS protects."""
    return f"postgresql://keeper@{host}:{server.port}/%s?sslmode=verify-full&sslrootcert=/ca.pem&channel_binding=require"


def test_postgres(postgres, root, tmp_path):
    postgres.create_db("copy")
    out_and_back(root, uri_of(postgres), uri_of(postgres) % "copy", PGPASSWORD=PASSWORD)
    dumps = [postgres.dump(db, tmp_path / f"{db}.sql").read_bytes() for db in ("shop", "copy")]
    assert dumps[0] == dumps[1] and len(dumps[0]) > 100_000
    wrong = run(root, "backup", "single", uri_of(postgres) % "shop", status=1, PGPASSWORD="wrong")
    assert "password authentication failed" in wrong


class Resolver(threading.Thread):
    """A name server for one name, on an address of this machine that nobody else has."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.77", 53))
        self.asked = set()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                question, sender = self.socket.recvfrom(512)
                end = question.index(b"\0", 12) + 5
                name, kind = question[12:end - 4], struct.unpack(">H", question[end - 4:end - 2])[0]
                known = name == b"".join(bytes([len(part)]) + part.encode() for part in NAME.split(".")) + b"\0"
                self.asked.add(known)
                answers = [b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1"] if known and kind == 1 else []
                head = question[:2] + struct.pack(">HHHHH", 0x8180 if known else 0x8183, 1, len(answers), 0, 0)
                self.socket.sendto(head + question[12:end] + b"".join(answers), sender)


@pytest.mark.parametrize("way", ["hosts", "dns"])
def test_names(postgres, root, way):
    """Of hosts: by /etc/hosts and by DNS, whatever else /etc/nsswitch.conf wants to have loaded."""
    (root / "etc").mkdir()
    (root / "etc/nsswitch.conf").write_text("hosts: mymachines mdns4_minimal [NOTFOUND=return] myhostname\npasswd: systemd\n")
    resolver = None
    if way == "hosts":
        (root / "etc/hosts").write_text(f"127.0.0.1 {NAME}\n")
    else:
        (root / "etc/resolv.conf").write_text("nameserver 127.0.0.77\n")
        resolver = Resolver()
        resolver.start()
    try:
        assert "PostgreSQL" in run(root, "engines", uri_of(postgres, NAME) % "shop", PGPASSWORD=PASSWORD)
        assert resolver is None or True in resolver.asked
    finally:
        if resolver:
            resolver.socket.close()


# --- MySQL and MariaDB -----------------------------------------------------------------------------------------------

# How each of them lets its user in.
LOGINS = {
    "mysql-9": f"identified with caching_sha2_password by '{PASSWORD}'",
    "mariadb-10.11": f"identified via ed25519 using password('{PASSWORD}')",
}


@pytest.fixture(scope="module", params=LOGINS)
def mysql(request, tmp_path_factory, tls):
    programs = None
    if request.param == "mysql-9":
        found = subprocess.run([harness.ROOT / "scripts/mysql-programs", "mysql-9"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
        if found.returncode == 3:
            pytest.skip(found.stderr.strip().split("\n")[-1])
        programs = found.stdout.strip()
    folder = pathlib.Path("/var/tmp") / f"dbbackup-static-tls.{os.getpid()}"
    folder.mkdir(mode=0o755)
    for name in "ca.pem", "server.pem", "server.key":
        (folder / name).write_bytes((tls / name).read_bytes())
        (folder / name).chmod(0o644)
    options = [f"ssl-ca={folder / 'ca.pem'}", f"ssl-cert={folder / 'server.pem'}", f"ssl-key={folder / 'server.key'}"]
    server = None
    try:
        server = mariadb.MariaDb(tmp_path_factory.mktemp(request.param), options, programs, request.param.split("-")[0])
        if programs is None:
            server.sql("install soname 'auth_ed25519'")
        server.sql(f"create user keeper@'127.0.0.1' {LOGINS[request.param]} require ssl;"
                   "grant all on *.* to keeper@'127.0.0.1' with grant option")
        server.create((harness.DATA / "mysql_shop.sql").read_bytes(), name="shop")
        server.create(name="copy")
        yield server
    finally:
        if server:
            server.stop()
        for name in folder.iterdir():
            name.unlink()
        folder.rmdir()


def test_mysql(mysql, root):
    uri = f"mysql://keeper@127.0.0.1:{mysql.port}/%s?ssl-mode=VERIFY_IDENTITY&ssl-ca=/ca.pem"
    out_and_back(root, uri, uri % "copy", MYSQL_PWD=PASSWORD)
    tables = mysql.sql("select table_name from information_schema.tables where table_schema = 'shop'"
                       " and table_type = 'BASE TABLE' order by 1").split("\n")
    sums = [mysql.sql("; ".join(f"checksum table {db}.{table}" for table in tables)).replace(f"{db}.", "")
            for db in ("shop", "copy")]
    assert sums[0] == sums[1] and len(tables) > 3
    assert "Access denied" in run(root, "backup", "single", uri % "shop", status=1, MYSQL_PWD="wrong")


def want_login(listener, login):
    """A server of which no more is there than what it takes to ask for that way of logging in."""
    with contextlib.suppress(OSError):
        connection, _ = listener.accept()
        with connection:
            salt = b"01234567"
            hello = (b"\x0a5.7.0\0" + struct.pack("<I", 1) + salt + b"\0" + struct.pack("<HBHHB", 0x8200, 33, 2, 0x8, 21)
                     + bytes(10) + salt + b"0123\0mysql_native_password\0")
            connection.sendall(struct.pack("<I", len(hello)) + hello)
            connection.recv(4096)
            switch = b"\xfe" + login + b"\0" + salt * 2 + b"0123\0"
            connection.sendall(struct.pack("<I", len(switch) | 2 << 24) + switch)
            connection.recv(4096)


def test_no_plugin_is_loaded(root):
    """A server may name any: of what isn't inside, it is said so, and no file is looked for."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=want_login, args=(listener, b"auth_gssapi_client"), daemon=True).start()
        uri = f"mysql://keeper@127.0.0.1:{listener.getsockname()[1]}/shop?ssl-mode=DISABLED"
        told = run(root, "backup", "single", uri, status=1, MYSQL_PWD=PASSWORD)
    assert "auth_gssapi_client" in told and "one static program, which loads no plugins" in told


def test_licences(root):
    told = run(root, "version", "--licences")
    for name in "libpq", "MariaDB Connector/C", "GNU LESSER GENERAL PUBLIC LICENSE", "openssl", "glibc", "ISA-L":
        assert name in told
