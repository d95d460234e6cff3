# SPDX-License-Identifier: Apache-2.0
"""The command line: what it accepts, what it prints and where, and what stands beside a backup."""
import fcntl
import gzip
import json
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import termios
import time

import pytest

import harness


def is_like_small(pg, db):
    return pg.psql("select (select count(*) from first), (select count(*) from second), (select count(*) from third)",
                   db=db) == "30|10|10"


# ------------------------------------------------------------------------------------------------- without a server

def test_version(dbbackup):
    for args in (["version"], ["--version"]):
        result = dbbackup(*args).ok()
        assert re.match(r"dbbackup \d+\.\d+", result.out) and result.err == ""


def test_help(dbbackup):
    for args in (["help"], ["--help"], ["backup", "--help"], ["help", "restore"]):
        result = dbbackup(*args).ok()
        assert "dbbackup" in result.out and len(result.out.split("\n")) > 5
        assert result.err == ""
    out = dbbackup("help").out
    for word in ("backup single", "restore", "list", "info", "verify", "version", "help"):
        assert word in out, word


def test_help_lines_fit_a_terminal(dbbackup):
    for args in (["help"], ["backup", "--help"], ["restore", "--help"]):
        assert max(map(len, dbbackup(*args).out.split("\n"))) <= 100


def test_help_that_nobody_can_read_fails(dbbackup):
    with open("/dev/full", "wb") as full:
        assert dbbackup("help", stdout=full).rc == 1


def test_engines(dbbackup):
    assert re.search("postgres", dbbackup("engines").ok().out, re.I)


def test_licences(dbbackup):
    assert len(dbbackup("version", "--licences").ok().out) > 10


@pytest.mark.parametrize("args, said", [
    (["help", "restor"], 'there is no command "restor".*Did you mean "restore"'),
    (["key", "old", "k"], 'neither "new" nor "rotate"'),
    (["key", "new", "k", "--new-key-file", "l"], "the new key's file is its operand"),
    (["list", ".", "--backup-dir", "."], "the folder is named twice"),
    (["info", "-"], "info reads only files"),
    (["verify", "-"], "verify reads only files"),
    (["restore", "-", "--dry-run", "--target", "t", "--create"], "--dry-run cannot check a pipe"),
    (["restore", "s3://bucket/key"], "S3 isn't there yet.*Pipe the object"),
    (["backup", "single", "db", "-o", "s3://bucket/key"], "S3 isn't there yet.*pipe it"),
    (["backup", "single", "db", "-Y"], "unknown option -Y"),
    (["backup", "single", "db", "--defaults-extra-file", "f"], "--defaults-extra-file isn't there yet"),
    (["backup", "single", "db", "--stall-timeout", "soon"], "not a number.*0 is without a limit"),
])
def test_wrong_calls(dbbackup, args, said):
    dbbackup(*args).failed(2, f"(?s){said}", hint=False)
    assert dbbackup.files() == []


def test_nothing_for_a_terminal(dbbackup, small_backup):
    """A compressed backup on it, or one that somebody is to type."""
    for args, said in ((["backup", "single", "db", "-o", "-"], "nothing for a terminal"),
                       (["restore", "-", "--target", "t", "--create"], "standard input is a terminal")):
        rc, shown = on_a_terminal(dbbackup, args)
        assert rc == 2 and said in shown, shown
    rc, shown = on_a_terminal(dbbackup, ["list"])
    assert rc == 0 and "No backups in this folder" in shown, shown


def test_scripts_without_an_index(dbbackup, tmp_path):
    """What a script, or a file that is none, can't do."""
    script, empty, other = (tmp_path / name for name in ("script.sql", "empty", "other"))
    script.write_text("-- PostgreSQL database dump\n\nselect 1;\n\n-- PostgreSQL database dump complete\n")
    empty.touch()
    other.write_bytes(bytes(range(256)) * 4)
    assert "It has no index" in dbbackup("info", script).ok().out
    assert json.loads(dbbackup("info", script, "--json").ok().out)["kind"].startswith("SQL script")
    if shutil.which("zstd"):
        subprocess.run(["zstd", "-q", script], check=True)
        assert "SQL script (zstd)" in dbbackup("info", f"{script}.zst").ok().out
    dbbackup("info", empty).failed(4, "is empty", hint=False)
    dbbackup("info", other).failed(4, "not a backup", hint=False)
    failure = dbbackup("verify", other, "--json").failed(4, hint=False)
    assert json.loads(failure.out)["intact"] is False
    dbbackup("restore", script, "--create").failed(2, "does not say which database", "name the database")
    for args, said in ((["x" * 300, "--create"], "name is too long"),
                       (["t", "--clean", "--confirm"], "--clean needs the index"),
                       (["t", "--resume"], "--resume needs the index")):
        dbbackup("restore", script, "--target", *args).failed(2, said, hint=False)


def test_two_at_one_file(dbbackup, small):
    """Who writes a file holds a lock on it, as long as it has no final name."""
    with open(dbbackup.folder / "b.gz.partial", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        dbbackup("backup", "single", small, "-o", "b.gz").failed(2, "is being written by another run", hint=False)
    assert dbbackup.files() == ["b.gz.partial"]


# --------------------------------------------------------------------------------------------------- names and places

def test_default_name(dbbackup, small):
    dbbackup("backup", "single", small).ok()
    name, manifest = dbbackup.files()
    assert re.fullmatch(small + r"_\d{8}_\d{6}\.sql\.gz", name)
    assert manifest == name + ".json"


def test_backup_dir(dbbackup, small):
    (dbbackup.folder / "kept here").mkdir()
    dbbackup("backup", "single", small, "--backup-dir", "kept here").ok()
    assert [name.startswith("kept here/small_") for name in dbbackup.files()] == [True, True]


def test_output_is_a_folder(dbbackup, small):
    (dbbackup.folder / "folder").mkdir()
    dbbackup("backup", "single", small, "-o", "folder").ok()
    assert [name.startswith("folder/small_") for name in dbbackup.files()] == [True, True]


@pytest.mark.parametrize("name", ["""../it's a "DB" \\ $(x) 🎈""", "looks like=a string", "-x"])
def test_awkward_database_name(pg, dbbackup, name):
    """Out and back, under its own name."""
    pg.create_db(name, sql="create table t as select 1 as n")
    try:
        dbbackup("backup", "single", "--", name).ok()
        file = next(path for path in dbbackup.files() if path.endswith(".gz"))
        pg.drop_db(name)
        dbbackup("restore", "--create", file).ok()
        assert pg.psql("select n from t", db=name) == "1"
    finally:
        pg.drop_db(name)


@pytest.mark.parametrize("codec, suffix, magic", [("gzip:1", "gz", b"\x1f\x8b"), ("gzip:9", "gz", b"\x1f\x8b"),
                                                  ("zstd:3", "zst", b"\x5d\x2a\x4d\x18"), ("none", "sql", b"--")])
def test_compress(pg, dbbackup, small, target, codec, suffix, magic):
    dbbackup("backup", "single", small, "-Z", codec).ok()
    file = dbbackup.files()[0]
    assert file.endswith("." + suffix)
    # The name doesn't matter, the bytes do.
    (dbbackup.folder / file).rename(dbbackup.folder / "renamed")
    (dbbackup.folder / (file + ".json")).rename(dbbackup.folder / "renamed.json")
    assert (dbbackup.folder / "renamed").read_bytes().startswith(magic)
    dbbackup("verify", "renamed").ok()
    if suffix == "zst" and shutil.which("zstd"):
        assert b"COPY public.first" in subprocess.run(["zstd", "-dc", "renamed"], cwd=dbbackup.folder, check=True,
                                                      stdout=subprocess.PIPE).stdout
    dbbackup("restore", "renamed", "--target", target, "--create").ok()
    assert is_like_small(pg, target)


def test_server_options(pg, dbbackup, small):
    blank = {"PGHOST": None, "PGPORT": None, "PGUSER": None}
    host, port = pg.env["PGHOST"], pg.port
    dbbackup("backup", "single", small, "-h", host, "-p", port, "-U", "postgres", env=blank).ok()
    dbbackup("backup", "single", small, f"--host={host}", f"--port={port}", "--user=postgres", "-o", "b.gz", env=blank).ok()
    # Options win over the environment.
    dbbackup("backup", "single", small, "-p", port, "-o", "c.gz", env={"PGPORT": "1"}).ok()


def test_connection_uri(pg, dbbackup, small, small_backup, target):
    blank = {"PGHOST": None, "PGPORT": None, "PGUSER": None}
    place = f"postgres:///%s?host={pg.env['PGHOST']}&port={pg.port}&user=postgres"
    dbbackup("backup", "single", place % small, "-o", "b.gz", env=blank).ok()
    dbbackup("restore", "b.gz", "--target", place % target, "--create", env=blank).ok()
    assert is_like_small(pg, target)


def test_options_stand_anywhere(pg, dbbackup, small):
    dbbackup("backup", "-o", "b.gz", "single", "-p", pg.port, small).ok()
    dbbackup("verify", "--", "b.gz").ok()


# ------------------------------------------------------------------------------------------------------------- restore

def test_restore_forms(pg, dbbackup, small_backup):
    """All of these are the same."""
    for args in (["single", small_backup, "--target", "{}"], [small_backup, "--database={}"], [small_backup, "--database", "{}"],
                 [small_backup, "--native", "--target={}"], [small_backup, "--engine", "native", "--target={}"],
                 [small_backup, "--engine=auto", "--target={}"]):
        db = pg.create_db()
        dbbackup("restore", *[str(arg).format(db) for arg in args]).ok()
        assert is_like_small(pg, db), args
        pg.drop_db(db)


def test_restore_under_its_own_name(pg, dbbackup, target):
    pg.create_db(target, sql="create table t as select 1 as n")
    file = dbbackup.backup(target)
    pg.drop_db(target)
    dbbackup("restore", file, "--native", "--create").ok()
    assert pg.psql("select n from t", db=target) == "1"


def test_restore_from_standard_input(pg, dbbackup, small_backup, target):
    with open(small_backup, "rb") as file:
        dbbackup("restore", "-", "--target", target, "--create", stdin=file).ok()
    assert is_like_small(pg, target)


def test_restore_from_a_pipe(pg, dbbackup, small_backup, target):
    with subprocess.Popen(["zcat", small_backup], stdout=subprocess.PIPE) as zcat:
        dbbackup("restore", "-", "--target", target, "--create", stdin=zcat.stdout).ok()
    assert is_like_small(pg, target)


def test_backup_to_standard_output(pg, dbbackup, small, target):
    result = dbbackup("backup", "single", small, "-o", "-").ok()
    assert dbbackup.files() == []
    (dbbackup.folder / "piped").write_bytes(result.out_bytes)
    dbbackup("verify", "piped").ok()
    dbbackup("restore", "piped", "--target", target, "--create").ok()
    assert is_like_small(pg, target)


def test_clean(pg, dbbackup, small_backup, target):
    pg.create_db(target)
    dbbackup("restore", small_backup, "--target", target).ok()
    pg.psql("delete from second; update first set name = 'changed'; alter table first add more int", db=target)
    dbbackup("restore", small_backup, "--target", target, "--clean").ok()
    assert is_like_small(pg, target)
    assert pg.psql("select count(*) from first where name = 'changed'", db=target) == "0"


def test_single_transaction(pg, dbbackup, small_backup, target):
    pg.create_db(target)
    dbbackup("restore", small_backup, "--target", target, "--single-transaction").ok()
    assert is_like_small(pg, target)


def test_continue_on_error(pg, dbbackup, target, tmp_path):
    """It goes on, but what failed is never a status of 0."""
    script = tmp_path / "bad.sql"
    script.write_text("create table a (n int);\ninsert into nowhere values (1);\ncreate table b (n int);\n"
                      "copy nowhere from stdin;\n1\n2\n\\.\ncreate table c (n int);\n")
    result = dbbackup("restore", script, "--target", target, "--create", "--continue-on-error")
    assert result.rc in (1, 3) and "nowhere" in result.err, result
    assert pg.psql("select count(*) from pg_tables where schemaname = 'public'", db=target) == "3"


def test_restore_twice_is_refused(pg, dbbackup, small_backup, target):
    dbbackup("restore", small_backup, "--target", target, "--create").ok()
    for options, said in (([], "not empty"), (["--create"], "exists")):
        dbbackup("restore", small_backup, "--target", target, *options).failed(2, target, said)
    assert is_like_small(pg, target)


# ------------------------------------------------------------------------------------------------------------- dry runs

def test_dry_run_of_a_backup(pg, dbbackup, small):
    dbbackup("backup", "single", small, "--dry-run").ok()
    assert dbbackup.files() == []
    dbbackup("backup", "single", "no such database", "--dry-run").failed(1, "no such database")


def test_dry_run_of_a_restore(pg, dbbackup, small_backup, target):
    result = dbbackup("restore", small_backup, "--target", target, "--create", "--dry-run").ok()
    assert target in result.out + result.err
    assert target not in pg.databases()
    pg.create_db(target)
    dbbackup("restore", small_backup, "--target", target, "--dry-run").ok()
    assert pg.psql("select count(*) from pg_tables where schemaname = 'public'", db=target) == "0"


# ------------------------------------------------------------------------------------------------- list, info, verify

def test_list(dbbackup, small, shop):
    dbbackup("backup", "single", small).ok()
    dbbackup("backup", "single", shop).ok()
    (dbbackup.folder / "unfinished_20240101_000000.sql.gz").write_bytes(b"x")  # no manifest: not a backup
    for result in (dbbackup("list").ok(), dbbackup("list", "--backup-dir", dbbackup.folder, cwd="/").ok()):
        assert re.search(rf"\b{small}_\d+_\d+\.sql\.gz", result.out)
        assert re.search(rf"\b{shop}_\d+_\d+\.sql\.gz", result.out)


def test_list_of_nothing(dbbackup):
    dbbackup("list").ok()
    result = dbbackup("list", "--backup-dir", "nowhere")
    assert result.rc == 1 and "nowhere" in result.err, result


def test_info(dbbackup, small_backup, small):
    out = dbbackup("info", small_backup).ok().out
    for part in (rf"Database +{small}\n", r"first", r"second", r"\bVIEW\b", r"\bFK CONSTRAINT\b", r"\b30\b", r"15\.\d+"):
        assert re.search(part, out), (part, out)
    shutil.copy(small_backup, dbbackup.folder / "cut")
    shutil.copy(f"{small_backup}.json", dbbackup.folder / "cut.json")
    with open(dbbackup.folder / "cut.json", "r+", encoding="utf-8") as file:
        manifest = json.load(file)
        file.seek(0)
        json.dump({**manifest, "file_size": manifest["file_size"] + 1}, file)
        file.truncate()
    assert "DOES NOT FIT: it says another size" in dbbackup("info", "cut").ok().out


def test_verify(dbbackup, small_backup, tmp_path, pg, small):
    dbbackup("verify", small_backup).ok()
    pg.tool("pg_dump", "-f", tmp_path / "plain.sql", small)
    dbbackup("verify", tmp_path / "plain.sql").ok()
    (tmp_path / "plain.sql.gz").write_bytes(gzip.compress((tmp_path / "plain.sql").read_bytes()))
    dbbackup("verify", tmp_path / "plain.sql.gz").ok()


def test_needs_no_server(dbbackup, small_backup):
    nobody = {"PGHOST": "/nonexistent", "PGPORT": "1"}
    for args in (["info", small_backup], ["verify", small_backup], ["list"], ["version"], ["help"]):
        dbbackup(*args, env=nobody).ok()


# ------------------------------------------------------------------------------------------------------------ manifest

def walk(value):
    """All objects (dicts) within a JSON value."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(part)


def test_manifest(pg, dbbackup, shop):
    file = dbbackup.backup(shop)
    text = (dbbackup.folder / "backup.sql.gz.json").read_text()
    manifest = json.loads(text)
    values = [value for part in walk(manifest) for value in part.values()]
    assert harness.sha256(file) in values
    assert file.stat().st_size in values
    assert shop in values and "native" in values
    assert any(str(value).startswith("15.") for value in values)
    tables = {(part.get("schema"), part.get("name")): part for part in walk(manifest) if "rows" in part and "name" in part}
    for schema, name in (("shop", "product"), ("shop", "purchase_2024_02"), ("audit", "change"), ("shop", "stock_event")):
        count = int(pg.psql(f"select count(*) from only {schema}.{name}", db=shop))
        assert tables[schema, name]["rows"] == count
        assert tables[schema, name]["bytes"] >= 2 * count
    assert all(re.search(rf'"{key}"', text) for key in ("started", "ended", "snapshot", "sha256"))


def test_a_password_is_never_shown(pg, dbbackup, small, shop):
    """Not in what is written, not in what is said, not in the process's arguments."""
    secret = "s3cret-p4ss"
    pg.psql(f"create role dbb_shown login superuser password '{secret}'")
    env = {"PGHOST": "127.0.0.1", "PGUSER": "dbb_shown", "PGPASSWORD": secret}
    running = dbbackup.start("backup", "single", shop, "-v", "--native-debug", "--output", dbbackup.folder / "b.gz", env=env)
    with running.held(lambda: pg.sessions(shop), "it is connected"):
        with open(f"/proc/{running.pid}/cmdline", encoding="utf-8") as arguments:
            assert secret not in arguments.read()
    result = running.wait().ok()
    assert secret not in result.err + result.out
    assert secret not in (dbbackup.folder / "b.gz.json").read_text()
    assert secret.encode() not in gzip.decompress((dbbackup.folder / "b.gz").read_bytes())
    for args in (["--password", secret], [f"--password={secret}"]):
        dbbackup("backup", "single", shop, *args).failed(2, "--password", hint=False)


def test_password_prompt(pg, dbbackup, small):
    secret = "asked-f0r"
    pg.psql(f"create role dbb_asked login superuser password '{secret}'")
    rc, shown = on_a_terminal(dbbackup, ["backup", "single", small, "-W", "-h", "127.0.0.1", "-U", "dbb_asked"],
                              (b"assword", secret.encode() + b"\n"))
    assert rc == 0, shown
    assert secret not in shown
    assert len(dbbackup.files()) == 2


def test_password_prompt_that_is_interrupted(pg, dbbackup, small):
    rc, shown = on_a_terminal(dbbackup, ["backup", "single", small, "-W", "-h", "127.0.0.1"], (b"assword", b"\x03"))
    assert rc == 130 and "stopped on request" in shown, shown
    assert dbbackup.files() == []


# ------------------------------------------------------------------------------------------------------------ progress

def on_a_terminal(program, args, *answers, columns=100, env=None):
    """Runs it on a terminal of its own; returns its status and all that was shown. answers: what is typed, without being
    shown, at which words, one behind the other: (b"assword", b"secret\\n"). The terminal is left as it was."""
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.chdir(program.folder)
            os.execve(harness.DBBACKUP, [harness.DBBACKUP, *map(str, args)],
                      {**program.server.env, "TERM": "xterm", **(env or {})})
        finally:
            os._exit(127)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    shown, asked, answers, deadline = b"", 0, list(answers), time.monotonic() + harness.TIMEOUT
    try:
        while time.monotonic() < deadline:
            if not select.select([terminal], [], [], 1)[0]:
                continue
            try:
                part = os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
            if answers and answers[0][0] in shown[asked:]:
                assert not termios.tcgetattr(terminal)[3] & termios.ECHO
                asked = len(shown)
                os.write(terminal, answers.pop(0)[1])
        assert termios.tcgetattr(terminal)[3] & termios.ECHO and not answers, (shown, answers)
    finally:
        os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode(errors="replace")


def test_silent_when_nobody_watches(pg, dbbackup, shop, target):
    result = dbbackup("backup", "single", shop, "--output", "b.gz").ok()
    assert result.err == "" and "\r" not in result.out
    result = dbbackup("restore", "b.gz", "--target", target, "--create").ok()
    assert result.err == "" and "\r" not in result.out


def test_quiet(dbbackup, shop):
    result = dbbackup("backup", "single", shop, "-q", "--output", "b.gz").ok()
    assert result.err == result.out == ""
    rc, shown = on_a_terminal(dbbackup, ["backup", "single", shop, "-q", "--output", "b.gz"])
    assert (rc, shown) == (0, "")
    # Quiet isn't mute.
    dbbackup("backup", "single", "no such database", "-q").failed(1, "no such database")


def test_bar_on_a_terminal(pg, dbbackup, shop, target):
    rc, shown = on_a_terminal(dbbackup, ["backup", "single", shop, "--output", "b.gz"])
    assert rc == 0 and "\r" in shown and "%" in shown, shown
    rc, shown = on_a_terminal(dbbackup, ["restore", "b.gz", "--target", target, "--create"])
    assert rc == 0 and "\r" in shown and "%" in shown, shown


@pytest.mark.parametrize("columns", [10, 40, 300])
def test_bar_fits_the_terminal(dbbackup, shop, columns):
    rc, shown = on_a_terminal(dbbackup, ["backup", "single", shop, "--progress", "bar", "--output", "b.gz"], columns=columns)
    assert rc == 0
    bars = re.findall(r"\r([^\r\n]*%[^\r\n]*)", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown))
    assert all(len(bar) <= columns for bar in bars), bars


def test_no_colour(dbbackup, shop):
    _, shown = on_a_terminal(dbbackup, ["backup", "single", shop, "--output", "b.gz"], env={"NO_COLOR": "1"})
    assert not re.search(r"\x1b\[[0-9;]*m", shown)
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        rc, shown = on_a_terminal(dbbackup, ["backup", "single", "no such database"], env=env)
        assert rc == 1 and bool(re.search(r"\x1b\[[0-9;]*m", shown)) == coloured, (env, shown)


def test_progress_json(pg, dbbackup, shop, target):
    for args in (["backup", "single", shop, "--output", "b.gz"], ["restore", "b.gz", "--target", target, "--create"]):
        lines = dbbackup(*args, "--progress", "json").ok().err.splitlines()
        events = [json.loads(line) for line in lines]
        assert len(events) > 2
        assert all(isinstance(event, dict) for event in events)
        assert any("rows" in event and "bytes" in event for event in events)


def test_progress_json_of_a_failure(dbbackup):
    result = dbbackup("backup", "single", "no such database", "--progress", "json")
    assert result.rc == 1
    events = [json.loads(line) for line in result.err.splitlines()]
    assert any("no such database" in json.dumps(event) for event in events)


def test_progress_plain(dbbackup, shop):
    result = dbbackup("backup", "single", shop, "--output", "b.gz", "--progress", "plain").ok()
    assert "backing up" in result.err and "\r" not in result.err and "\x1b" not in result.err


def test_progress_none(dbbackup, shop):
    rc, shown = on_a_terminal(dbbackup, ["backup", "single", shop, "--output", "b.gz", "--progress", "none"])
    assert rc == 0 and "\r" not in shown.replace("\r\n", "\n")
