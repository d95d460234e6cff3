# SPDX-License-Identifier: Apache-2.0
"""Encrypted backups of MariaDB: what is the engine's own, for all else is that of PostgreSQL's (test_encryption.py)."""
import io
import tarfile

import pytest

import decrypt
from on_mariadb import run, target  # noqa: F401 (fixtures)

SECRET = b"v3ry s3cret r0w"


@pytest.fixture
def key(maria_backup):
    maria_backup("key", "new", "test.key").ok()
    return ["--key-file", "test.key"]


@pytest.fixture(scope="module")
def secrets(maria):
    return maria.create("""
        create table secrets (id int primary key, t varchar(80));
        insert into secrets select seq, concat('v3ry s3cret r0w ', md5(seq)) from seq_1_to_30000;
        create table little (id int primary key); insert into little values (1), (2), (7);
        create view dear as select * from secrets where id < 9; create procedure p() select 1;
        create trigger told before insert on little for each row set new.id = new.id + 0;""", name="mysecrets")


def test_a_database(maria, maria_backup, run, secrets, key, target):
    """Out, and back: whole, from a pipe, and one table, for which no other bytes are read; a wrong key at once."""
    file = maria_backup.folder / "b.enc"
    run("backup", "single", secrets, "--encrypt", *key, "-o", file, "-j", 2, "-Z", "none").ok()
    data = file.read_bytes()
    script = decrypt.decrypt(data, key=decrypt.read_key_file(maria_backup.folder / "test.key"))
    assert SECRET not in data and script.count(SECRET) == 30000
    assert "as its manifest says" in maria_backup("verify", file, *key).ok().out
    run("restore", file, *key, "--target", target, "-C", "-j", 2).ok()
    maria.assert_same(secrets, target)
    maria.sql(f"drop database {target}")
    with open(file, "rb") as stream:
        run("restore", "-", *key, "--target", target, "-C", stdin=stream).ok()
    maria.assert_same(secrets, target)
    maria.sql(f"drop database {target}")
    assert "equal" in run("verify", "--restore", file, *key).ok().out

    maria_backup("key", "new", "other.key").ok()
    for args in (["restore", file, "--target", target, "-C", "--db-type", "mariadb", "--socket", "/nowhere"], ["verify", file]):
        maria_backup(*args, "--key-file", "other.key").failed(4, "wrong key", hint=False)
        maria_backup(*args).failed(2, "is encrypted")

    sealed = decrypt.CHUNK + decrypt.TAG  # what is another table's is overwritten: nobody may notice
    first, last = script.index(SECRET) // decrypt.CHUNK + 1, script.rindex(SECRET) // decrypt.CHUNK
    at, end = 3 * decrypt.PAGE + first * sealed, 3 * decrypt.PAGE + last * sealed
    assert end - at > 1000000
    file.write_bytes(data[:at] + bytes(end - at) + data[end:])
    run("restore", file, *key, "--target", target, "-C", "-t", "little").ok()
    assert maria.sql("select group_concat(id) from little", db=target) == "1,2,7"
    run("restore", file, *key, "--target", target + "x", "-C").failed(4, "altered")
    assert maria.sql(f"show databases like '{target}x'") == ""


def test_a_whole_server(maria, maria_backup, run, secrets, key, target):
    """To standard output and from standard input; one database out of it."""
    sealed = run("backup", "cluster", "--include-database", secrets, "--encrypt", *key, "-o", "-", "-Z", "none").ok().out_bytes
    archive = decrypt.decrypt(sealed, key=decrypt.read_key_file(maria_backup.folder / "test.key"))
    assert SECRET not in sealed and SECRET in archive
    assert "globals.sql" in tarfile.open(fileobj=io.BytesIO(archive)).getnames()
    (maria_backup.folder / "c.enc").write_bytes(sealed)
    run("restore", "c.enc", *key, "--database", secrets, "--target", target, "-C").ok()
    maria.assert_same(secrets, target)
    with open(maria_backup.folder / "c.enc", "rb") as stream:
        run("restore", "cluster", "-", *key, "--no-globals", "--clean", "--confirm", stdin=stream).ok()
    maria.assert_same(secrets, target)
