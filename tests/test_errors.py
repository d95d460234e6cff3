# SPDX-License-Identifier: Apache-2.0
"""Bad input and bad luck. Each ends with its exit status, a message that names the object (and the SQLSTATE, where
the server gave one) and a hint; no file stands under its final name, and the server is as it was, or the message
says what was changed."""
import concurrent.futures
import gzip
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import threading

import pytest

import harness

LOST = r"lost|closed|terminat|shut"  # how a broken connection may be called


def unmentioned(pg, target, result):
    """True if this run made the database `target`, left it on the server, and doesn't say so."""
    return target in pg.databases() and not re.search(f'database "{target}" was created', result.err)


# ------------------------------------------------------------------------------------------------------ the server

PASSWORD = "c0rrect-h0rse"


@pytest.fixture(scope="module")
def login(pg):
    pg.psql(f"create role dbb_login login superuser password '{PASSWORD}'")
    return {"PGHOST": "127.0.0.1", "PGUSER": "dbb_login"}


def test_right_password(dbbackup, login, small):
    dbbackup("backup", "single", small, env={**login, "PGPASSWORD": PASSWORD}).ok()


def test_wrong_password(dbbackup, login, small):
    wrong = "n0t-the-right-0ne"
    result = dbbackup("backup", "single", small, env={**login, "PGPASSWORD": wrong})
    result.failed(1, "dbb_login", "28P01|password authentication failed")
    assert wrong not in result.err + result.out
    assert dbbackup.files() == []


def test_no_password(dbbackup, login, small):
    """Nobody is there to be asked: it must not hang."""
    dbbackup("backup", "single", small, "--no-password", env=login).failed(1, "password")
    dbbackup("backup", "single", small, env=login).failed(1, "password")
    assert dbbackup.files() == []


def test_no_server(dbbackup):
    dbbackup("backup", "single", "x", "-h", "127.0.0.1", "-p", "1").failed(1, r"127\.0\.0\.1", "1")
    assert dbbackup.files() == []


@pytest.fixture
def starting_server():
    """(its port, the connections that it has turned away): it says that it isn't ready yet."""
    turned_away = []
    fields = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"

    def turn_away():
        while True:
            try:
                with listener.accept()[0] as connection:
                    connection.recv(4096)
                    turned_away.append(connection)
                    connection.sendall(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=turn_away)
        thread.start()
        yield listener.getsockname()[1], turned_away
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_list_of_servers(pg, dbbackup, login, shop, starting_server):
    """The first one that lets us in is asked; the other connections go there at once."""
    port, turned_away = starting_server
    env = {**login, "PGPASSWORD": PASSWORD, "PGHOST": "a.invalid,b.invalid", "PGHOSTADDR": "127.0.0.1,127.0.0.1",
           "PGPORT": f"{port},{pg.port}", "PGSSLMODE": "disable", "PGGSSENCMODE": "disable"}
    told = dbbackup("backup", "single", shop, "-o", "one.sql.gz", "-j", 3, "--native-debug", env=env).ok()
    assert re.search(r"debug: \S+ session 3: ", told.err) and len(turned_away) == 1
    env = {**env, "PGHOST": "127.0.0.1,127.0.0.1", "PGHOSTADDR": None}
    dbbackup("backup", "single", shop, "-o", "two.sql.gz", "-j", 3, env=env).ok()
    assert len(turned_away) == 2


def test_no_such_database(dbbackup):
    dbbackup("backup", "single", "no such database").failed(1, "no such database", "3D000|does not exist")
    assert dbbackup.files() == []


def test_no_such_database_to_restore_into(pg, dbbackup, small_backup, target):
    dbbackup("restore", small_backup, "--target", target).failed(1, target, "3D000|does not exist", "--create")
    assert target not in pg.databases()


def test_no_privilege_on_one_table(pg, dbbackup):
    db = pg.create_db(sql="""
        do $$ begin
            if not exists (select from pg_roles where rolname = 'dbb_limited') then
                create role dbb_limited login;
            end if;
        end $$;
        create schema app;
        create table app.open_to_all (n int);
        create table app."kept Secret" (n int);
        grant usage on schema app to dbb_limited;
        grant select on app.open_to_all to dbb_limited;
    """)
    result = dbbackup("backup", "single", db, env={"PGUSER": "dbb_limited"})
    result.failed(1, "kept Secret", "42501")
    assert "open_to_all" not in result.err
    assert dbbackup.files() == []
    pg.psql('grant select on app."kept Secret" to dbb_limited', db=db)
    dbbackup("backup", "single", db, env={"PGUSER": "dbb_limited"}).ok()
    pg.drop_db(db)


def test_no_privilege_on_large_objects(pg, dbbackup):
    """What others' user mappings hold is left out with a warning, as pg_dump leaves it out."""
    pg.psql("create role dbb_unprivileged login")
    db = pg.create_db(sql="""
        create extension postgres_fdw;
        create server far foreign data wrapper postgres_fdw;
        create user mapping for public server far options (user 'x', password 's3cret');
        create user mapping for dbb_reader server far options (user 'y', password 's3cret');
        select lo_from_bytea(4711, 'not his');
    """)
    user = {"PGUSER": "dbb_unprivileged"}
    pg.psql("revoke select on pg_cast from public", db=db)
    dbbackup("backup", "single", db, env=user).failed(1, "cast", "42501", "back up as a superuser")
    pg.psql("grant select on pg_cast to public", db=db)
    dbbackup("backup", "single", db, env=user).failed(1, "large object 4711", "42501", "pg_read_all_data")
    assert dbbackup.files() == []
    pg.psql("grant select on large object 4711 to dbb_unprivileged", db=db)
    told = dbbackup("backup", "single", db, "-o", "b.sql", "-Z", "none", env=user).ok()
    assert "the options of 2 user mapping(s)" in told.err and b"s3cret" not in (dbbackup.folder / "b.sql").read_bytes()
    pg.drop_db(db)


def test_row_security_does_not_hide_rows(pg, dbbackup):
    """Row security would leave rows out silently: the backup fails instead."""
    db = pg.create_db(sql="""
        do $$ begin
            if not exists (select from pg_roles where rolname = 'dbb_half_blind') then
                create role dbb_half_blind login;
            end if;
        end $$;
        create table guarded (n int);
        insert into guarded select generate_series(1, 10);
        alter table guarded enable row level security;
        create policy half on guarded using (n % 2 = 0);
        grant select on guarded to dbb_half_blind;
    """)
    dbbackup("backup", "single", db, env={"PGUSER": "dbb_half_blind"}).failed(1, "guarded", "42501", "BYPASSRLS")
    assert dbbackup.files() == []
    pg.drop_db(db)


def test_not_allowed_to_create_a_database(pg, dbbackup, small_backup, target):
    pg.psql("create role dbb_no_createdb login")
    for options in (["--dry-run"], []):
        dbbackup("restore", small_backup, "--target", target, "--create", *options, env={"PGUSER": "dbb_no_createdb"}) \
            .failed(1, target, "42501")
    assert target not in pg.databases()


def test_target_exists(pg, dbbackup, small_backup, target, tmp_path):
    pg.create_db(target, sql="create table precious (n int); insert into precious values (1)")
    before = pg.dump(target, tmp_path / "before.sql")
    for options in (["--dry-run"], []):
        dbbackup("restore", small_backup, "--target", target, "--create", *options).failed(2, target, "exists", "42P04")
    assert not harness.first_differences(before, pg.dump(target, tmp_path / "after.sql"))


def test_target_is_not_empty(pg, dbbackup, small_backup, target, tmp_path):
    pg.create_db(target, sql="create table precious (n int); insert into precious values (1)")
    before = pg.dump(target, tmp_path / "before.sql")
    for options in ([], ["--dry-run"], ["--single-transaction"]):
        dbbackup("restore", small_backup, "--target", target, *options).failed(2, target, "not empty", "1 table")
    assert not harness.first_differences(before, pg.dump(target, tmp_path / "after.sql"))


@pytest.mark.parametrize("what, sql", [
    ("1 table", "create table t ()"),
    ("1 sequence", "create sequence s"),
    ("1 view", "create view v as select 1"),
    ("1 type", "create type e as enum ('a')"),
    ("1 function", "create function f() returns int language sql as 'select 1'"),
    ("1 operator", "create operator === (leftarg = int, rightarg = int, function = int4eq)"),
    ("1 schema", "create schema s"),
    ("1 large object", "select lo_create(0)"),
], ids=["table", "sequence", "view", "type", "function", "operator", "schema", "large-object"])
def test_whatever_a_target_holds_is_seen(pg, dbbackup, small_backup, target, what, sql):
    pg.create_db(target, sql=sql)
    dbbackup("restore", small_backup, "--target", target).failed(2, target, "not empty", what)


def test_what_every_database_holds_does_not_count(pg, dbbackup, small_backup, target):
    pg.create_db(target)
    dbbackup("restore", small_backup, "--target", target).ok()


def test_a_role_is_missing(pg, dbbackup, target):
    pg.psql("create role dbb_will_go")
    db = pg.create_db(sql="create table kept (n int); create table owned (n int); alter table owned owner to dbb_will_go")
    file = dbbackup.backup(db)
    pg.psql("drop owned by dbb_will_go", db=db)
    pg.psql("drop role dbb_will_go")
    dbbackup("restore", file, "--target", target, "--create").failed(1, "dbb_will_go", "42704")
    assert target not in pg.databases()  # it was seen before anything was made
    pg.drop_db(db)


def test_bad_row_in_a_script(pg, dbbackup, target, tmp_path):
    script = tmp_path / "bad.sql"
    script.write_text("create table public.numbers (n int);\n"
                      "copy public.numbers from stdin;\n1\n2\nnot a number\n\\.\n"
                      "create table public.later (n int);\n")
    result = dbbackup("restore", script, "--target", target, "--create").failed(1, "numbers", "22P02", hint=False)
    assert not unmentioned(pg, target, result), result
    if target in pg.databases():
        assert pg.psql("select to_regclass('public.later') is null", db=target) == "t"  # it stopped there


def test_bad_statement_in_a_script(pg, dbbackup, target, tmp_path):
    script = tmp_path / "bad.sql"
    script.write_text("create table good (n int);\ninsert into good values (1);\ninsert into nowhere values (1);\n")
    result = dbbackup("restore", script, "--target", target, "--create").failed(1, "nowhere", "42P01", hint=False)
    assert not unmentioned(pg, target, result), result


def test_each_table_in_one_transaction(dbbackup, small_backup, target):
    """What is loaded is loaded whole: TRUNCATE and COPY stand between one BEGIN and COMMIT."""
    result = dbbackup("restore", small_backup, "--target", target, "--create", "--native-debug", "-j1").ok()
    sent = re.findall(r"session \d+: (BEGIN; TRUNCATE; COPY FROM|INSERT; COMMIT|job TABLE DATA public\.\w+): ", result.err)
    assert sent == [line for table in ("first", "second") for line in
                    ("BEGIN; TRUNCATE; COPY FROM", "INSERT; COMMIT", f"job TABLE DATA public.{table}")]


def test_rows_keep_their_order(pg, dbbackup, target):
    """Short rows behind long ones would fill the room that those left, where the server looks for room."""
    db = pg.create_db(sql="""
        create table t as select n, case when n < 40 then repeat(md5(n::text), 25 * (1 + n % 4)) end as t
          from generate_series(1, 400) n
    """)
    dbbackup("restore", dbbackup.backup(db), "--target", target, "--create").ok()
    assert pg.psql("select array_agg(n order by ctid) = array_agg(n order by n) from t", db=target) == "t"
    pg.drop_db(db)


def test_rows_that_the_server_swallows(pg, dbbackup, small_backup, target):
    """A trigger of the target lets no row in: that is no success."""
    pg.create_db(target, sql="""
        create schema guard;
        create function guard.no_row() returns trigger language plpgsql as 'begin return null; end';
        create function guard.on_create() returns event_trigger language plpgsql as $$ begin
            if to_regclass('public.second') is not null
               and not exists (select from pg_trigger where tgrelid = to_regclass('public.second')) then
                create trigger swallow before insert on public.second for each row execute function guard.no_row();
            end if;
        end $$;
        create event trigger guard on ddl_command_end when tag in ('CREATE TABLE') execute function guard.on_create();
    """)
    result = dbbackup("restore", small_backup, "--target", target, "--confirm")
    result.failed(1, "second", "took 0 rows, but the backup has 10")
    assert f'database "{target}" now holds part' in result.err, result


def test_single_transaction_leaves_nothing(pg, dbbackup, target, tmp_path):
    script = tmp_path / "bad.sql"
    script.write_text("create table good (n int);\ninsert into nowhere values (1);\n")
    pg.create_db(target)
    dbbackup("restore", script, "--target", target, "--single-transaction").failed(1, "nowhere", "42P01", hint=False)
    assert pg.psql("select to_regclass('public.good') is null", db=target) == "t"


def test_script_that_would_run_a_program(pg, dbbackup, target, tmp_path):
    """No psql command that runs a program or reads or writes a file is ever obeyed."""
    witness = tmp_path / "witness"
    for number, command in enumerate((f"\\! touch {witness}", f"\\o {witness}", f"\\copy t to program 'touch {witness}'",
                                      f"\\i {witness}", f"select 1 \\g {witness}", f"\\w {witness}")):
        script = tmp_path / f"evil{number}.sql"
        script.write_text(f"create table t (n int);\n{command}\n")
        result = dbbackup("restore", script, "--target", target, "--create")
        assert result.rc not in (0, 3), (command, result)
        assert not witness.exists(), command
        assert not unmentioned(pg, target, result), result
        pg.drop_db(target)


# ---------------------------------------------------------------------------------------------------- the command line

@pytest.mark.parametrize("args, named", [
    (["backup", "single", "x", "--no-such-option"], "--no-such-option"),
    (["backup", "single", "x", "--password=secret"], "--password"),
    (["backup", "single"], "database"),
    (["backup", "single", "x", "y"], "y"),
    (["backup"], "single"),
    (["restore"], "file"),
    (["verify"], "file"),
    (["frobnicate"], "frobnicate"),
    ([], "usage|help"),
    (["backup", "single", "x", "-Z", "gzip:99"], "gzip:99|99"),
    (["backup", "single", "x", "-Z", "rar"], "rar"),
    (["backup", "single", "x", "--jobs"], "--jobs"),
    (["backup", "single", "x", "-p", "http"], "http"),
    (["backup", "single", "x", "--progress", "sometimes"], "sometimes"),
])
def test_wrong_usage(dbbackup, args, named):
    dbbackup(*args).failed(2, named, hint=False)
    assert dbbackup.files() == []


def test_no_such_folder(dbbackup, small):
    dbbackup("backup", "single", small, "--output", "nowhere/b.sql.gz").failed(1, "nowhere")
    dbbackup("backup", "single", small, "--backup-dir", "nowhere").failed(1, "nowhere")
    assert dbbackup.files() == []


# ---------------------------------------------------------------------------------------------------------- the file

def check_is_refused(dbbackup, pg, path, target, *named):
    """Status 4 from verify and both kinds of restore, and nothing was made on the server."""
    for args in (["verify", path], ["restore", path, "--target", target, "--create", "--dry-run"],
                 ["restore", path, "--target", target, "--create"]):
        dbbackup(*args).failed(4, path.name, *named)
        assert target not in pg.databases()


def test_no_such_file(dbbackup, target):
    for args in (["verify"], ["info"], ["restore", "--target", target, "--create"]):
        dbbackup(args[0], "absent.gz", *args[1:]).failed(1, "absent.gz", "no such file")


def test_empty_file(pg, dbbackup, target):
    path = dbbackup.folder / "nothing.sql.gz"
    path.write_bytes(b"")
    check_is_refused(dbbackup, pg, path, target, "empty")


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 8, os.urandom(5000), bytes(5000),
                                     b"\x7fELF\x02\x01\x01" + bytes(2000), gzip.compress(os.urandom(5000))],
                         ids=["png", "random", "zeros", "elf", "gzip of random"])
def test_not_a_backup(pg, dbbackup, target, content):
    path = dbbackup.folder / "picture.sql.gz"
    path.write_bytes(content)
    check_is_refused(dbbackup, pg, path, target)


def test_a_folder_is_not_a_backup(dbbackup):
    dbbackup("verify", dbbackup.folder).failed(4, dbbackup.folder.name, "not a backup")


def expect_status_4(dbbackup, variants, command):
    """command(path) must end with 4 for each (description, bytes) of variants; says for which it doesn't."""
    def run(numbered):
        number, (what, data) = numbered
        path = dbbackup.folder / f"variant{number}.sql.gz"
        path.write_bytes(data)
        result = dbbackup(*command(path))
        path.unlink()
        return (what, result.rc, result.err.strip()[:200]) if result.rc != 4 or not result.err else None

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        wrong = [bad for bad in pool.map(run, enumerate(variants)) if bad]
    assert not wrong, f"{len(wrong)} not recognised: {wrong[:10]}"


def verify(path):
    return ["verify", path]


def dry_run(path):
    return ["restore", path, "--target", "dbb_never_made", "--create", "--dry-run"]


def truncations(data):
    """Many lengths; among them all ends of gzip members, where what is left is a valid gzip file."""
    members = harness.gzip_members(data)
    assert len(members) > 4
    lengths = {1, 2, 3, 9, 10, 17, 18, len(data) - 1, len(data) - 2, *members[1:], *(start + 1 for start in members),
               *(start - 1 for start in members[1:]), *range(20, len(data), max(1, len(data) // 40))}
    return [(f"{length} of {len(data)} bytes", data[:length]) for length in sorted(lengths)]


def test_truncated_verify(dbbackup, small_backup):
    expect_status_4(dbbackup, truncations(small_backup.read_bytes()), verify)


def test_truncated_restore(pg, dbbackup, small_backup, target):
    data = small_backup.read_bytes()
    variants = truncations(data)
    expect_status_4(dbbackup, variants, dry_run)
    # And for real: nothing may be made.
    expect_status_4(dbbackup, variants[::7], lambda path: ["restore", path, "--target", target, "--create"])
    assert target not in pg.databases() and "dbb_never_made" not in pg.databases()


def alterations(data, step):
    for at in range(0, len(data), step):
        changed = bytearray(data)
        changed[at] ^= 1 << (at % 8)
        yield f"byte {at} of {len(data)}", bytes(changed)


def test_altered_bytes_verify(dbbackup, small_backup):
    """Without the manifest, which would make it easy. Each byte of each format: tests/damage."""
    expect_status_4(dbbackup, alterations(small_backup.read_bytes(), 23 if harness.is_sanitized() else 7), verify)


def test_altered_bytes_restore(pg, dbbackup, small_backup):
    expect_status_4(dbbackup, alterations(small_backup.read_bytes(), 41 if harness.is_sanitized() else 3), dry_run)
    assert "dbb_never_made" not in pg.databases()


def test_other_damage(dbbackup, small_backup):
    data = small_backup.read_bytes()
    members = harness.gzip_members(data)
    parts = [data[start:end] for start, end in zip(members, members[1:] + [len(data)])]
    swapped = parts[:2] + [parts[3], parts[2]] + parts[4:]
    variants = [
        ("something appended", data + b"x"),
        ("a whole gzip member appended", data + gzip.compress(b"drop table first;\n")),
        ("zeros appended", data + bytes(512)),
        ("the file twice", data + data),
        ("two members changed places", b"".join(swapped)),
        ("a member is missing", b"".join(parts[:3] + parts[4:])),
        ("a member is there twice", b"".join(parts[:3] + parts[2:])),
        ("another member in between", b"".join(parts[:3] + [gzip.compress(b"drop table first;\n")] + parts[3:])),
        ("a block of zeros", data[:len(data) // 2] + bytes(64) + data[len(data) // 2 + 64:]),
        ("the beginning is missing", data[100:]),
    ]
    expect_status_4(dbbackup, variants, verify)
    expect_status_4(dbbackup, variants, dry_run)


def test_manifest_of_another_file(dbbackup, small_backup, shop):
    """verify takes the manifest at its word."""
    path = dbbackup.folder / "b.sql.gz"
    shutil.copy(small_backup, path)
    shutil.copy(f"{small_backup}.json", f"{path}.json")
    dbbackup("verify", path).ok()
    other = dbbackup.backup(shop, "shop.sql.gz")
    shutil.copy(f"{other}.json", f"{path}.json")
    dbbackup("verify", path).failed(4, "b.sql.gz", hint=False)
    # Each fact by itself.
    right = json.loads(pathlib.Path(f"{small_backup}.json").read_text())
    for fact, wrong, said in (("file_size", right["file_size"] + 1, "bytes"), ("rows", right["rows"] + 1, "rows"),
                              ("sha256", "0" * 64, "SHA-256")):
        pathlib.Path(f"{path}.json").write_text(json.dumps({**right, fact: wrong}))
        dbbackup("verify", path).failed(4, "b.sql.gz", f"{said}.*manifest", hint=False)
    path.write_text("select 1;\n")
    pathlib.Path(f"{path}.json").write_text(json.dumps({**right, "file_size": 10}))
    dbbackup("verify", path).failed(4, "b.sql.gz is not the backup.*manifest", hint=False)


def test_damage_is_found_before_anything_is_dropped(pg, dbbackup, small_backup, target, tmp_path):
    dbbackup("restore", small_backup, "--target", target, "--create").ok()
    before = pg.dump(target, tmp_path / "before.sql")
    data = bytearray(small_backup.read_bytes())
    data[len(data) // 2] ^= 1
    path = dbbackup.folder / "altered.sql.gz"
    path.write_bytes(data)
    dbbackup("restore", path, "--target", target, "--clean").failed(4, "altered.sql.gz")
    assert not harness.first_differences(before, pg.dump(target, tmp_path / "after.sql"))


# ----------------------------------------------------------------------------------------------- whole, or not at all

def test_nothing_is_finished_before_its_end(pg, dbbackup, bulky, small):
    """While it is written it has another name, and no manifest; what stood there before stands there to the end."""
    running = start_backup(dbbackup, bulky)
    with running.held(lambda: pg.copying(bulky), "the backup reads a table"):
        assert dbbackup.files() == ["b.sql.gz.partial"]
    running.wait().ok()
    assert dbbackup.files() == ["b.sql.gz", "b.sql.gz.json"]
    dbbackup("verify", "b.sql.gz").ok()


def test_manifest_that_cannot_be_written(dbbackup, small, shop):
    """The file is whole; but it isn't called a backup, and the manifest of the file that it replaced is gone."""
    path = dbbackup.backup(small)
    (dbbackup.folder / "backup.sql.gz.json.partial").mkdir()
    dbbackup("backup", "single", shop, "--output", path).failed(1, "manifest", "backup.sql.gz is whole")
    assert dbbackup.files() == ["backup.sql.gz"]
    dbbackup("verify", path).ok()


def test_closed_standard_descriptors(dbbackup, small):
    """What is said must not end up in the backup, whose descriptor could be that of stdout or stderr."""
    for closed in ("<&- >&- 2>&-", ">&- 2>&-", "2>&-"):
        subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", harness.DBBACKUP, "backup", "single", small, "-o", "b.sql.gz",
                        "--progress", "plain", "-v", "--native-debug"], cwd=dbbackup.folder, env=dbbackup.server.env, check=True,
                       timeout=harness.TIMEOUT)
        dbbackup("verify", "b.sql.gz").ok()


def test_truncated_pipe(pg, dbbackup, shop, target):
    """A pipe can't be checked before: what then is left on the server is said."""
    data = dbbackup.backup(shop).read_bytes()
    for length in (len(data) // 3, len(data) - 1, harness.gzip_members(data)[-1]):
        with subprocess.Popen(["head", "-c", str(length), dbbackup.folder / "backup.sql.gz"], stdout=subprocess.PIPE) as head:
            result = dbbackup("restore", "-", "--target", target, "--create", stdin=head.stdout)
        assert result.rc == 4, result
        assert not unmentioned(pg, target, result), result
        pg.drop_db(target)


def test_truncated_files_of_others(pg, dbbackup, shop, target):
    pg.tool("pg_dump", "-f", dbbackup.folder / "whole.sql", shop)
    whole = (dbbackup.folder / "whole.sql").read_bytes()
    zipped = gzip.compress(whole, 1)
    in_a_copy = whole.index(b"\n", whole.index(b"FROM stdin;") + 2000)
    in_a_body = whole.index(b"new.updated := clock")
    for name, data in (("gzip.sql.gz", zipped[:len(zipped) // 2]), ("gzip.sql.gz", zipped[:-1]), ("gzip.sql.gz", zipped[:-8]),
                       ("copy.sql", whole[:in_a_copy]), ("body.sql", whole[:in_a_body])):
        path = dbbackup.folder / name
        path.write_bytes(data)
        check_is_refused(dbbackup, pg, path, target)


# ----------------------------------------------------------------------------------------------------------- the disk

@pytest.fixture
def full_disk(tmp_path):
    """A folder with room for one megabyte."""
    folder = tmp_path / "full"
    folder.mkdir()
    if os.getuid() != 0:
        pytest.skip("only root can mount a small disk")
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], stderr=subprocess.PIPE)
    if mount.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mount.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="module")
def bulky(pg):
    """Some 60 MB of rows that don't compress well."""
    return pg.create_db("bulky", """
        create unlogged table public."Bulky" as
            select n, md5(n::text) || md5((-n)::text) as text from generate_series(1, 800000) n;
    """)


def test_full_disk(dbbackup, bulky, full_disk):
    path = full_disk / "b.sql.gz"
    dbbackup("backup", "single", bulky, "--output", path).failed(1, "b.sql.gz", "no space left")
    assert list(full_disk.iterdir()) == []


def test_limit_of_a_file(dbbackup, bulky):
    """ulimit -f: an error like any other, not a signal that ends the program."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    dbbackup("backup", "single", bulky, "--output", "b.sql.gz", preexec_fn=limit).failed(1, "b.sql.gz", "file too large")
    assert dbbackup.files() == []


def test_full_disk_keeps_the_older_backup(dbbackup, bulky, small, full_disk):
    path = full_disk / "b.sql.gz"
    dbbackup("backup", "single", small, "--output", path).ok()
    before = harness.sha256(path)
    dbbackup("backup", "single", bulky, "--output", path).failed(1, "no space left")
    assert harness.sha256(path) == before
    dbbackup("verify", path).ok()


def test_disk_that_is_full_at_the_very_end(dbbackup, small, full_disk):
    """A small backup is written in one piece when it is finished: the older one keeps its manifest, too."""
    path = full_disk / "b.sql.gz"
    dbbackup("backup", "single", small, "--output", path).ok()
    before = {file.name: file.read_bytes() for file in full_disk.iterdir()}
    with open(full_disk / "filler", "wb", buffering=0) as filler, pytest.raises(OSError):
        while True:
            filler.write(bytes(4096))
    dbbackup("backup", "single", small, "--output", path).failed(1, "b.sql.gz", "no space left")
    (full_disk / "filler").unlink()
    assert {file.name: file.read_bytes() for file in full_disk.iterdir()} == before


def test_full_standard_output(dbbackup, bulky, small):
    for db in (bulky, small):
        with open("/dev/full", "wb") as full:
            dbbackup("backup", "single", db, "--output", "-", stdout=full).failed(1, "no space left", hint=False)


def test_closed_pipe(dbbackup, bulky):
    """`dbbackup … | head` fails and says so; it isn't killed without a word."""
    running = dbbackup.start("backup", "single", bulky, "--output", "-")
    running.process.stdout.read(10)
    running.process.stdout.close()
    err = running.process.stderr.read().decode()
    running.process.stderr.close()
    assert running.process.wait(timeout=harness.TIMEOUT) == 1, err
    assert "pipe" in err.lower()


# --------------------------------------------------------------------------------------- a server that goes away, Ctrl-C

# A restore of this takes long, if the session says so: PGOPTIONS=-c dbb.delay=0.05
SLOW = """
    create table slow (n int check (pg_sleep(coalesce(nullif(current_setting('dbb.delay', true), ''), '0')::float8) is not null));
    insert into slow select generate_series(1, 2000);
"""
DELAY = {"PGOPTIONS": "-c dbb.delay=0.05"}


@pytest.fixture(scope="module")
def slow_backup(pg, tmp_path_factory):
    db = pg.create_db(sql=SLOW)
    path = harness.Program(pg, tmp_path_factory.mktemp("slow")).backup(db)
    pg.drop_db(db)
    return path


def start_backup(program, db):
    return program.start("backup", "single", db, "--output", program.folder / "b.sql.gz")


def start_slow_restore(program, file, target, *options):
    return program.start("restore", file, "--target", target, "--create", *options, env=DELAY)


@pytest.fixture
def own(own_pg, tmp_path):
    """The program, against a server that may be broken."""
    folder = tmp_path / "own"
    folder.mkdir()
    return harness.Program(own_pg, folder)


def make_bulky(server):
    return server.create_db(sql="create unlogged table bulky as select n, md5(n::text) t from generate_series(1, 800000) n")


def test_backend_is_killed_during_backup(own):
    server, db = own.server, make_bulky(own.server)
    running = start_backup(own, db)
    with running.held(lambda: server.copying(db), "the backup reads a table"):
        for pid in server.copying(db):
            os.kill(pid, signal.SIGKILL)
    running.wait().failed(1, "bulky", LOST)
    assert own.files() == []


def test_server_is_shut_down_during_backup(own):
    server, db = own.server, make_bulky(own.server)
    running = start_backup(own, db)
    with running.held(lambda: server.copying(db), "the backup reads a table"):
        server.stop("immediate")
    running.wait().failed(1, "bulky", LOST)
    assert own.files() == []


def test_backend_is_terminated_during_restore(pg, dbbackup, slow_backup, target):
    """As an administrator does it: the server says why."""
    running = start_slow_restore(dbbackup, slow_backup, target)
    with running.held(lambda: pg.copying(target), "the restore loads a table"):
        pg.psql(f"select pg_terminate_backend({pg.copying(target)[0]})")
    result = running.wait().failed(1, "slow", LOST, "57P01")
    assert not unmentioned(pg, target, result), result


def test_backend_is_killed_during_restore(own, slow_backup):
    server, target = own.server, "target"
    running = start_slow_restore(own, slow_backup, target)
    with running.held(lambda: server.copying(target), "the restore loads a table"):
        for pid in server.copying(target):
            os.kill(pid, signal.SIGKILL)
    result = running.wait().failed(1, "slow", LOST)
    harness.wait_for(lambda: server_is_up(server), "the server has recovered")
    assert not unmentioned(server, target, result), result


def server_is_up(server):
    ready = subprocess.run([harness.PGBIN / "pg_isready", "-q"], env=server.env)
    return ready.returncode == 0


def test_server_is_shut_down_during_restore(own, slow_backup):
    server = own.server
    running = start_slow_restore(own, slow_backup, "target")
    with running.held(lambda: server.copying("target"), "the restore loads a table"):
        server.stop("immediate")
    # Nobody can look any more, so the message has to say what may be left.
    running.wait().failed(1, "slow", LOST, "target")


SIGNALS = pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["INT", "TERM"])


@SIGNALS
def test_interrupted_backup(pg, dbbackup, bulky, number, status):
    running = start_backup(dbbackup, bulky)
    with running.held(lambda: pg.copying(bulky), "the backup reads a table"):
        running.signal(number)
    running.wait().failed(status, "interrupt|cancel|stopp", hint=False)
    assert dbbackup.files() == []
    harness.wait_for(lambda: not pg.sessions(bulky), "no session is left", 5)


@SIGNALS
def test_interrupted_restore(pg, dbbackup, slow_backup, target, number, status):
    running = start_slow_restore(dbbackup, slow_backup, target)
    with running.held(lambda: pg.copying(target), "the restore loads a table"):
        running.signal(number)
    result = running.wait().failed(status, "interrupt|cancel|stopp", hint=False)
    harness.wait_for(lambda: not pg.busy(target), "no statement is left running", 5)
    assert not unmentioned(pg, target, result), result


def test_interrupted_restore_of_a_script(pg, dbbackup, target, tmp_path):
    script = tmp_path / "sleep.sql"
    script.write_text("create table t (n int);\nselect pg_sleep(60);\n")
    running = dbbackup.start("restore", script, "--target", target, "--create")
    harness.wait_for(lambda: pg.psql("select pid from pg_stat_activity where query = 'select pg_sleep(60);'"),
                     "the restore runs a statement")
    running.signal(signal.SIGINT)
    result = running.wait().failed(130, "interrupt|cancel|stopp", hint=False)
    harness.wait_for(lambda: not pg.busy(target), "no statement is left running", 5)
    assert not unmentioned(pg, target, result), result


@pytest.mark.long
def test_interrupted_while_the_server_is_frozen(own):
    """Nobody there obeys: it gives up, says so, and leaves nothing behind here."""
    server, db = own.server, make_bulky(own.server)
    running = start_backup(own, db)
    with running.held(lambda: server.copying(db), "the backup reads a table"):
        frozen = [server.postmaster(), *server.copying(db)]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
    try:
        running.signal(signal.SIGINT)
        running.wait().failed(130, "interrupt|cancel|stopp", "did not confirm", "pg_stat_activity")
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    assert own.files() == []


@pytest.fixture
def silent_server():
    """One that takes connections and says nothing: a listening socket."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_interrupted_while_it_connects(dbbackup, silent_server):
    running = dbbackup.start("backup", "single", "x", "-h", "127.0.0.1", "-p", silent_server.getsockname()[1])
    with silent_server.accept()[0]:
        running.signal(signal.SIGINT)
        running.wait().failed(130, "interrupt|cancel|stopp", hint=False)


def test_server_does_not_answer(dbbackup, silent_server):
    dbbackup("backup", "single", "x", "-h", "127.0.0.1", "-p", silent_server.getsockname()[1],
             env={"PGCONNECT_TIMEOUT": "2"}).failed(1, r"127\.0\.0\.1", "2 seconds", "connect_timeout")


def test_interrupted_while_it_waits_for_a_lock(pg, dbbackup):
    db = pg.create_db(sql="create table contested (n int)")
    holder = subprocess.Popen([harness.PGBIN / "psql", "-qXAt", "-d", db], env=pg.env, stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL)
    try:
        holder.stdin.write(b"begin; lock table contested in access exclusive mode;\n")
        holder.stdin.flush()
        waiting = "select count(*) from pg_locks where not granted"
        harness.wait_for(lambda: pg.psql("select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted "
                                         "and relation is not null and pid <> pg_backend_pid()") != "0", "the lock is held")
        running = start_backup(dbbackup, db)
        harness.wait_for(lambda: pg.psql(waiting) != "0", "the backup waits for the lock")
        running.signal(signal.SIGINT)
        running.wait().failed(130, "interrupt|cancel|stopp", hint=False)
        harness.wait_for(lambda: pg.psql(waiting) == "0", "nobody waits for the lock any more", 5)
    finally:
        holder.stdin.close()
        holder.wait(timeout=harness.TIMEOUT)
    assert dbbackup.files() == []
    pg.drop_db(db)


def test_create_where_sessions_only_read_by_default(pg, dbbackup, small_backup):
    """default_transaction_read_only is a default, not a prohibition."""
    db = pg.new_name("restored")
    read_only = {"PGOPTIONS": "-c default_transaction_read_only=on"}
    dbbackup("restore", small_backup, "--target", db, "--create", env=read_only).ok()
    assert pg.psql("select count(*) from first", db=db) == "30"
    pg.drop_db(db)
