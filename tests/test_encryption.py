# SPDX-License-Identifier: Apache-2.0
"""Encrypted backups of every kind, out and back; wrong keys, damage, rotation; and that nothing lies about in clear."""
import fcntl
import gzip
import hashlib
import io
import json
import tarfile

import pytest

import decrypt
import harness
from test_cli import on_a_terminal

SECRET = "v3ry s3cret r0w"


@pytest.fixture(scope="module")
def secrets(pg):
    """A database with a large table, of which each row can be found again, and a small one."""
    return pg.create_db("secrets", f"""
        create table large (id int, t text);
        insert into large select n, '{SECRET} ' || md5(n::text) from generate_series(1, 40000) n;
        create table little (id int primary key);
        insert into little select generate_series(1, 7);
    """)


@pytest.fixture
def key(dbbackup):
    dbbackup("key", "new", "test.key").ok()
    return ["--key-file", "test.key"]


def rows(pg, db, table):
    return pg.psql(f"select count(*), md5(string_agg(x::text, ',' order by id)) from {table} x", db=db)


def test_a_database(pg, dbbackup, secrets, key, target):
    """Out, and back from a file and a pipe; readable without dbbackup; nothing in clear, nothing told by the key."""
    result = dbbackup("backup", "single", secrets, "--encrypt", *key, "-j", 2, "-Z", "none", "-v").ok()
    name = next(file for file in dbbackup.files() if file.endswith(".sql.enc"))
    data = (dbbackup.folder / name).read_bytes()
    manifest = json.loads((dbbackup.folder / (name + ".json")).read_text())
    assert SECRET.encode() not in data and secrets.encode() not in data
    assert manifest["sha256"] == hashlib.sha256(data).hexdigest() and manifest["file_size"] == len(data)
    assert (dbbackup.folder / name).stat().st_mode & 0o777 == 0o600

    secret = decrypt.read_key_file(dbbackup.folder / "test.key")
    script = decrypt.decrypt(data, key=secret)
    assert script.count(SECRET.encode()) == 40000
    assert secret.hex() not in result.err + json.dumps(manifest)
    (dbbackup.folder / "plain.sql").write_bytes(script)  # it is a file of ours, whole
    assert "40,007 rows" in dbbackup("verify", "plain.sql").ok().out

    said = dbbackup("verify", name, *key).ok().out
    assert "encrypted" in said and "40,007 rows" in said and "as its manifest says" in said
    assert json.loads(dbbackup("info", name, *key, "--json").ok().out)["encrypted"] is True
    assert "encrypted" in dbbackup("list").ok().out
    assert "equal" in dbbackup("verify", "--restore", name, *key).ok().out
    dbbackup("restore", name, *key, "--target", target, "-C", "-j", 2).ok()
    assert rows(pg, target, "large") == rows(pg, secrets, "large")
    pg.drop_db(target)
    with open(dbbackup.folder / name, "rb") as file:
        dbbackup("restore", "-", *key, "--target", target, "-C", stdin=file).ok()
    assert rows(pg, target, "large") == rows(pg, secrets, "large")


def test_one_table_reads_its_bytes_only(pg, dbbackup, secrets, key, target):
    """All that lies elsewhere in the file is overwritten: nobody may notice."""
    path = dbbackup.backup(secrets, "b.enc", "--encrypt", *key, "-Z", "none", "-j", 1)
    data = bytearray(path.read_bytes())
    chunk = decrypt.CHUNK + decrypt.TAG
    script = decrypt.decrypt(bytes(data), key=decrypt.read_key_file(dbbackup.folder / "test.key"))
    first, last = script.index(SECRET.encode()), script.rindex(SECRET.encode())
    for number in range(first // decrypt.CHUNK + 1, last // decrypt.CHUNK):
        at = 3 * decrypt.PAGE + number * chunk
        data[at:at + chunk] = bytes(chunk)
    assert last - first > 2000000  # most of the file is gone
    path.write_bytes(data)
    dbbackup("restore", path, *key, "--target", target, "-C", "-t", "little").ok()
    assert rows(pg, target, "little") == rows(pg, secrets, "little")
    dbbackup("verify", path, *key).failed(4, "altered")
    dbbackup("restore", path, *key, "--target", target + "x", "-C").failed(4, "altered")
    assert target + "x" not in pg.databases()


def test_keys(pg, dbbackup, small, key):
    """A wrong one is said at once, a missing one with what to do, before anything is asked of a server."""
    dbbackup("key", "new", "other.key").ok()
    path = dbbackup.backup(small, "b.enc", "--encrypt", *key)
    nowhere = {"PGHOST": "/nowhere"}
    with open(path, "rb") as file:
        dbbackup("restore", "-", "--key-file", "other.key", "--target", "x", env=nowhere, stdin=file).failed(4, "wrong key", hint=False)
    for command in (["restore", path, "--target", "x"], ["verify", path], ["info", path], ["restore", "cluster", path]):
        dbbackup(*command, "--key-file", "other.key", env=nowhere).failed(4, "wrong key", hint=False)
        dbbackup(*command, env=nowhere).failed(2, "is encrypted")
    told = json.loads(dbbackup("verify", path, "--json", "--key-file", "other.key").failed(4, "wrong key", hint=False).out)
    assert "wrong key" in told["error"] and "intact" not in told
    dbbackup("verify", path, "--key-file", path).failed(2, "not a key file")
    dbbackup("key", "new", "test.key").failed(2, "never be overwritten")
    dbbackup("backup", "single", small, *key, env=nowhere).failed(2, "without --encrypt")
    dbbackup("backup", "single", small, "--encrypt", env=nowhere).failed(2, "no key")
    dbbackup("backup", "single", small, "--encrypt", *key, "-F", "d", env=nowhere).failed(2, "directory format")
    assert dbbackup.files() == ["b.enc", "b.enc.json", "other.key", "test.key"]


def test_passphrases(pg, dbbackup, small):
    """From the environment, which then lacks it; and from a file. Independent code derives the same key."""
    env = {"DBBACKUP_PASSPHRASE": "correct horse"}
    path = dbbackup.backup(small, "b.enc", "--encrypt", env=env)
    (dbbackup.folder / "phrase").write_text("correct horse\n")
    (dbbackup.folder / "wrong").write_text("correct house\n")
    dbbackup("verify", path, env=env).ok()
    dbbackup("verify", path, "--passphrase-file", "phrase").ok()
    dbbackup("verify", path, "--passphrase-file", "wrong").failed(4, "wrong passphrase", hint=False)
    dbbackup("verify", path).failed(2, "with a passphrase")
    assert b"name 17" in gzip.decompress(decrypt.decrypt(path.read_bytes(), passphrase=b"correct horse"))


def test_a_passphrase_that_is_typed(pg, dbbackup, small, target):
    """Twice by a backup, once by who reads; never shown. A typing error, or Ctrl-C, and nothing is done."""
    backup, secret = ["backup", "single", small, "--encrypt", "-o", "b.enc"], "c0rrect horse"
    first, again, asked = ((words, secret.encode() + b"\n") for words in (b"New passphrase: ", b"once more: ", b"Passphrase for b.enc: "))
    rc, shown = on_a_terminal(dbbackup, backup, first, (again[0], b"c0rrect house\n"))
    assert rc == 2 and "the two passphrases differ" in shown, shown
    rc, shown = on_a_terminal(dbbackup, backup, first, (again[0], b"\x03"))
    assert rc == 130 and "stopped on request" in shown and secret not in shown, shown
    assert dbbackup.files() == []
    rc, shown = on_a_terminal(dbbackup, [*backup, "-w"])
    assert rc == 2 and "New passphrase" not in shown and "there is no key to encrypt with" in shown, shown
    rc, shown = on_a_terminal(dbbackup, backup, first, again)
    assert rc == 0 and secret not in shown, shown

    restore = ["restore", "b.enc", "--target", target, "-C", "-j", 2]
    rc, shown = on_a_terminal(dbbackup, restore, (asked[0], b"\x03"))
    assert rc == 130 and "stopped on request" in shown and target not in pg.databases(), shown
    rc, shown = on_a_terminal(dbbackup, restore, (asked[0], b"c0rrect house\n"))
    assert rc == 4 and "wrong passphrase" in shown and target not in pg.databases(), shown
    rc, shown = on_a_terminal(dbbackup, restore, asked)
    assert rc == 0 and shown.count("Passphrase for") == 1 and secret not in shown, shown
    assert rows(pg, target, "first") == rows(pg, small, "first")


def test_pipes(pg, dbbackup, secrets, key, target):
    """Each kind of backup to standard output; one to a restore, without a file between. No terminal gets one."""
    env, secret = {"DBBACKUP_PASSPHRASE": "correct horse"}, decrypt.read_key_file(dbbackup.folder / "test.key")
    sealed = dbbackup("backup", "globals", "--encrypt", *key, "-o", "-").ok().out_bytes
    assert b"CREATE ROLE" in decrypt.decrypt(sealed, key=secret)
    backup = dbbackup.start("backup", "single", secrets, "--encrypt", "-o", "-", "-j", 2, env=env)
    dbbackup("restore", "-", "--target", target, "-C", "-j", 2, env=env, stdin=backup.process.stdout).ok()
    assert backup.wait().ok().out_bytes == b""
    assert rows(pg, target, "large") == rows(pg, secrets, "large")
    sealed = dbbackup("backup", "single", secrets, "--encrypt", *key, "-o", "-", "-Z", "none").ok().out_bytes
    assert SECRET.encode() not in sealed and decrypt.decrypt(sealed, key=secret).count(SECRET.encode()) == 40000
    pg.drop_db(target)
    restore = ["restore", "-", *key, "--target", target, "-C", "-j", 1]
    (dbbackup.folder / "cut").write_bytes(sealed[:-20])
    with open(dbbackup.folder / "cut", "rb") as file:  # its end is the only thing that is wrong
        dbbackup(*restore, stdin=file).failed(4, "its end isn't what was encrypted, or isn't all there", target)
    rc, shown = on_a_terminal(dbbackup, ["backup", "single", secrets, "--encrypt", *key, "-o", "-"])
    assert rc == 2 and "nothing for a terminal" in shown, shown


def test_the_passphrase_leaves_the_environment(pg, dbbackup, secrets, target, tmp_path):
    """Neither a program that is run nor /proc/PID/environ shows it."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    fake = bin_folder / "pg_dump"
    fake.write_text(f'#!/bin/sh\nenv >> {tmp_path}/seen\ntr "\\0" "\\n" < /proc/$PPID/environ >> {tmp_path}/seen\n'
                    f'exec {harness.PGBIN}/pg_dump "$@"\n')
    fake.chmod(0o755)
    env = {"DBBACKUP_PASSPHRASE": "correct horse"}
    path = dbbackup.backup(secrets, "b.enc", "--encrypt", "--engine", "tools", "--tools-path", f"{bin_folder}:{harness.PGBIN}",
                           "-Z", "none", env=env)
    seen = (tmp_path / "seen").read_text()
    assert "PATH=" in seen and "correct horse" not in seen
    assert SECRET.encode() not in path.read_bytes()
    assert SECRET.encode() in decrypt.decrypt(path.read_bytes(), passphrase=b"correct horse")
    assert "encrypted" in dbbackup("verify", path, env=env).ok().out  # a script of pg_dump's, that is
    (dbbackup.folder / "b.enc.json").write_text("[1")
    told = dbbackup("restore", path, "--target", target, "-C", env=env).ok()
    assert "warning" in told.err and "b.enc.json" in told.err
    assert rows(pg, target, "large") == rows(pg, secrets, "large")


@pytest.mark.parametrize("how", [["--native"], []], ids=["native", "pg_dump"])
def test_a_whole_server(pg, dbbackup, secrets, small, key, target, tmp_path, how):
    """And one database out of it. What waits in the spool folder is encrypted, too: as long as nobody reads what goes to
    standard output, it can be looked at."""
    running = dbbackup.start("backup", "cluster", "--include-database", secrets, "--include-database", small, "--encrypt",
                             *key, "-o", "-", "-Z", "none", *how, env={"TMPDIR": str(tmp_path)})
    spooled = harness.wait_for(lambda: [path for path in tmp_path.glob(".dbbackup-spool.*/*")
                                        if path.is_file() and path.stat().st_size > 1000000], "a database is in the spool folder")
    assert SECRET.encode() not in spooled[0].read_bytes()
    (dbbackup.folder / "c.enc").write_bytes(running.wait().ok().out_bytes)
    data = (dbbackup.folder / "c.enc").read_bytes()
    assert SECRET.encode() not in data and secrets.encode() not in data
    archive = decrypt.decrypt(data, key=decrypt.read_key_file(dbbackup.folder / "test.key"))
    names = tarfile.open(fileobj=io.BytesIO(archive)).getnames()
    assert "globals.sql" in names and any(secrets in name for name in names)
    assert "2 databases" in dbbackup("verify", "c.enc", *key).ok().out
    assert secrets in dbbackup("info", "c.enc", *key).ok().out
    dbbackup("restore", "c.enc", *key, "--database", secrets, "--target", target, "-C").ok()
    assert rows(pg, target, "large") == rows(pg, secrets, "large")


def test_a_whole_server_from_a_pipe(own_pg, tmp_path):
    """What is kept of a pipe until it was checked is encrypted, whatever the pipe was."""
    folder = tmp_path / "work"
    folder.mkdir()
    program = harness.Program(own_pg, folder)
    own_pg.create_db("secrets", f"create table t (id int, x text); insert into t select n, '{SECRET}' from generate_series(1, 9999) n")
    program("key", "new", "k").ok()
    program("backup", "cluster", "--native", "--encrypt", "--key-file", "k", "-o", "c.enc", "-Z", "none").ok()
    before = rows(own_pg, "secrets", "t")
    own_pg.drop_db("secrets")
    with open(folder / "c.enc", "rb") as file:
        program("restore", "cluster", "-", "--key-file", "k", "--database", "secrets", "--confirm", stdin=file).ok()
    assert rows(own_pg, "secrets", "t") == before
    own_pg.drop_db("secrets")
    program("restore", "cluster", "c.enc", "--key-file", "k", "--database", "secrets", "--confirm").ok()
    assert rows(own_pg, "secrets", "t") == before


def test_globals_and_pg_dumps_format(pg, dbbackup, secrets, key, target):
    dbbackup("backup", "globals", "--encrypt", *key, "-o", "g.enc").ok()
    assert b"CREATE ROLE" not in (dbbackup.folder / "g.enc").read_bytes()
    dbbackup("restore", "g.enc", *key, "--confirm").ok()
    path = dbbackup.backup(secrets, "d.enc", "--encrypt", *key, "-F", "c", "-Z", "none")
    assert SECRET.encode() not in path.read_bytes()
    assert "pg_dump custom" in dbbackup("verify", path, *key).ok().out
    dbbackup("restore", path, *key, "--target", target, "-C").ok()
    assert rows(pg, target, "large") == rows(pg, secrets, "large")


def test_resume(pg, dbbackup, secrets, key, target):
    path = dbbackup.backup(secrets, "b.enc", "--encrypt", *key)
    pg.psql("create sequence little_pkey", db=pg.create_db(target))
    dbbackup("restore", path, *key, "--target", target, "--confirm").failed(1, "little_pkey", hint=False)
    pg.psql("drop sequence little_pkey", db=target)
    dbbackup("restore", path, *key, "--target", target, "--resume").ok()
    assert rows(pg, target, "little") == rows(pg, secrets, "little")


def test_damage(dbbackup, small, key):
    """A byte in each part of the file, and cuts in each; the unit tests try them all."""
    path = dbbackup.backup(small, "b.enc", "--encrypt", *key)
    good = path.read_bytes()
    (dbbackup.folder / "b.enc.json").unlink()  # its SHA-256 would tell, too
    for at in (0, 16, 40, 70, 1000, 4096, 4096 + 20, 4096 + 60, 8000, 8192, 12287, 12288, len(good) - 20, len(good) - 1):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
        dbbackup("verify", path, *key).failed(4)
    assert json.loads(dbbackup("verify", path, *key, "--json").failed(4).out)["intact"] is False
    # Without its key it is known that it is one of ours, and without its manifest that this lacks.
    listed, = json.loads(dbbackup("list", "--json").ok().out)
    assert (listed["file"], listed["state"], listed["encrypted"]) == ("b.enc", "no_manifest", True)
    path.write_bytes(decrypt.seal(good, bytes(range(256)), decrypt.read_key_file(dbbackup.folder / "test.key")))
    for command in (["verify", path], ["restore", path, "--target", "x"]):
        dbbackup(*command, *key).failed(4, "b.enc is not a backup that dbbackup knows")
    for size in (0, 10, 4096, 12288, 12288 + 20, len(good) - 16, len(good) - 1):
        path.write_bytes(good[:size])
        dbbackup("verify", path, *key).failed(4)
    path.write_bytes(good)
    dbbackup("verify", path, *key).ok()


def test_rotation(dbbackup, small, key):
    """Nothing but the header and the SHA-256 in the manifest is written."""
    path = dbbackup.backup(small, "b.enc", "--encrypt", *key)
    before = path.read_bytes()
    dbbackup("key", "new", "new.key").ok()
    (dbbackup.folder / "phrase").write_text("correct horse\n")
    dbbackup("key", "rotate", path, "--key-file", "new.key", "--new-passphrase-file", "phrase").failed(4, "wrong key", hint=False)
    dbbackup("key", "rotate", path, *key).failed(2, "no key")
    assert path.read_bytes() == before

    dbbackup("key", "rotate", path, *key, "--new-key-file", "new.key").ok()
    after = path.read_bytes()
    assert after[:4096] == before[:4096] and after[12288:] == before[12288:] and after != before
    dbbackup("verify", path, *key).failed(4, "wrong key", hint=False)
    assert "as its manifest says" in dbbackup("verify", path, "--key-file", "new.key").ok().out
    dbbackup("key", "rotate", path, "--key-file", "new.key", "--new-passphrase-file", "phrase").ok()
    dbbackup("verify", path, "--passphrase-file", "phrase").ok()

    path.write_bytes(path.read_bytes()[:-1] + b"x")  # a damaged file gets no manifest that fits
    manifest = (dbbackup.folder / "b.enc.json").read_bytes()
    dbbackup("key", "rotate", path, "--passphrase-file", "phrase", "--new-key-file", "new.key").failed(4, "SHA-256")
    assert (dbbackup.folder / "b.enc.json").read_bytes() == manifest


def test_a_rotation_that_is_typed(dbbackup, small):
    """The old passphrase first: who mistypes it isn't asked for a new one."""
    path = dbbackup.backup(small, "b.enc", "--encrypt", env={"DBBACKUP_PASSPHRASE": "c0rrect horse"})
    before, rotate = path.read_bytes(), ["key", "rotate", "b.enc"]
    old, new, again = ((words, secret + b"\n") for words, secret in (
        (b"Passphrase for b.enc: ", b"c0rrect horse"), (b"New passphrase: ", b"b4ttery"), (b"once more: ", b"b4ttery")))
    rc, shown = on_a_terminal(dbbackup, rotate, (old[0], b"c0rrect house\n"))
    assert rc == 4 and "wrong passphrase" in shown and "New passphrase" not in shown, shown
    for answer, status, said in ((b"st4ple\n", 2, "the two passphrases differ"), (b"\x03", 130, "stopped on request")):
        rc, shown = on_a_terminal(dbbackup, rotate, old, new, (again[0], answer))
        assert rc == status and said in shown, shown
    assert path.read_bytes() == before
    rc, shown = on_a_terminal(dbbackup, rotate, old, new, again)
    assert rc == 0 and not any(secret in shown for secret in ("c0rrect", "b4ttery")), shown
    assert "as its manifest says" in dbbackup("verify", path, env={"DBBACKUP_PASSPHRASE": "b4ttery"}).ok().out
    dbbackup("verify", path, env={"DBBACKUP_PASSPHRASE": "c0rrect horse"}).failed(4, "wrong passphrase", hint=False)


def test_what_is_not_rotated(dbbackup, small, key, tmp_path):
    path = dbbackup.backup(small, "b.enc", "--encrypt", *key)
    rotate = ("key", "rotate", path, *key, "--new-key-file", key[1])
    with open(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        dbbackup(*rotate).failed(2, "another dbbackup works on", hint=False)
    with open(path, "ab") as file:
        file.write(b"x")
    dbbackup(*rotate).failed(4, "its manifest .* says another size", hint=False)
    path.write_bytes(b"short")
    dbbackup(*rotate).failed(4, "is not an encrypted file", hint=False)


def test_a_rotation_that_broke_off(dbbackup, small, key):
    """With both keys in the file, either opens it, and the next rotation takes the old one away."""
    path = dbbackup.backup(small, "b.enc", "--encrypt", *key)
    described = dbbackup.folder / "b.enc.json"
    before, of_before = path.read_bytes(), described.read_bytes()
    for name in ("new.key", "newer.key"):
        dbbackup("key", "new", name).ok()
    dbbackup("key", "rotate", path, *key, "--new-key-file", "new.key").ok()
    after, of_after = path.read_bytes(), described.read_bytes()
    new = ("--key-file", "new.key")
    both = after[:4096] + before[4096:8192] + after[8192:]  # the old key was not yet wiped
    written, wiped = before[:8192] + after[8192:9000] + before[9000:], after[:4096] + before[4096:4500] + after[4500:]  # in part
    for data, manifest, keys in ((both, of_before, (key, new)), (both, of_after, (key, new)), (written, of_before, [key]),
                                 (wiped, of_after, [new])):
        for mine in keys:
            path.write_bytes(data)
            described.write_bytes(manifest)
            dbbackup("info", path, *mine).ok()
            if data == both:
                assert "two keys open the file" in dbbackup("verify", path, *mine).ok().err
                assert described.read_bytes() == manifest
            else:
                dbbackup("verify", path, *mine).failed(4, "one of its two wrapped keys", "key rotate")
            path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))  # what is damaged stays damaged
            dbbackup("verify", path, *mine).failed(4)
            dbbackup("key", "rotate", path, *mine, "--new-key-file", "newer.key").failed(4, "SHA-256", hint=False)
            path.write_bytes(data)
            dbbackup("key", "rotate", path, *mine, "--new-key-file", "newer.key").ok()
            for other in (key, new):
                dbbackup("verify", path, *other).failed(4, "wrong key", hint=False)
            assert "two keys" not in dbbackup("verify", path, "--key-file", "newer.key").ok().err


def test_no_key_leaves_by_an_error(dbbackup, small, key):
    """A failed backup leaves nothing, and an older file stays."""
    path = dbbackup.backup(small, "b.enc", "--encrypt", *key)
    before = path.read_bytes()
    dbbackup("backup", "single", "no_such_database", "--encrypt", *key, "-o", path).failed(1, "no_such", hint=False)
    assert path.read_bytes() == before
    assert dbbackup.files() == ["b.enc", "b.enc.json", "test.key"]
