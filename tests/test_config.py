# SPDX-License-Identifier: Apache-2.0
"""Settings from the environment and from configuration files. Which of them holds is the unit test's affair."""
import json
import re

import pytest


@pytest.fixture
def conf(dbbackup, tmp_path):
    """conf(text) writes the user's file and returns the environment in which it is found."""
    folder = tmp_path / "conf"
    folder.mkdir()

    def write(text, **more):
        file = folder / "dbbackup.conf"
        file.write_text(text)
        file.chmod(0o644)
        return {"DBBACKUP_NO_CONFIG": None, "XDG_CONFIG_HOME": str(folder), "HOME": "/nonexistent", **more}

    write.file = folder / "dbbackup.conf"
    return write


def settings(dbbackup, env, *args):
    """What `dbbackup config` says, by option; of some commands if an option differs between them."""
    rows = json.loads(dbbackup("config", *args, "--json", env=env).ok().out)
    return {(row["name"], command): row for row in rows for command in row["commands"]}


def test_a_backup_by_its_file(dbbackup, small, conf):
    (dbbackup.folder / "kept").mkdir()
    env = conf("[defaults]\njobs = 2\n[backup]\nbackup-dir = kept\ncompress = none\nexclude-table-data = second\n")
    dbbackup("backup", "single", small, env=env).ok()
    script, _ = dbbackup.files()
    assert re.fullmatch(rf"kept/{small}_\d{{8}}_\d{{6}}\.sql", script)
    text = (dbbackup.folder / script).read_text(errors="replace")
    assert "COPY public.first" in text and "COPY public.second" not in text
    dbbackup("backup", "single", small, "-o", "here.sql", env=env).ok()  # -o is no contradiction
    assert (dbbackup.folder / "here.sql").exists()


def test_a_backup_by_variables(dbbackup, small):
    (dbbackup.folder / "kept").mkdir()
    dbbackup("backup", "single", small, env={"DBBACKUP_BACKUP_DIR": "kept", "DBBACKUP_COMPRESS": "zstd:1",
                                             "DBBACKUP_JOBS": "2", "DBBACKUP_NO_OWNER": "yes"}).ok()
    assert dbbackup.files()[0].endswith(".sql.zst")
    assert dbbackup("list", env={"DBBACKUP_BACKUP_DIR": "kept"}).ok().out.count(small) > 0
    assert dbbackup("list", "kept", env={"DBBACKUP_BACKUP_DIR": "nowhere"}).ok().out.count(small) > 0
    rows = json.loads(dbbackup("list", env={"DBBACKUP_BACKUP_DIR": "kept", "DBBACKUP_JSON": "yes"}).ok().out)
    assert rows[0]["state"] == "complete"


def test_nothing_is_allowed_silently(pg, dbbackup, small_backup, target):
    """What drops or confirms must be typed: with a variable or a file nothing is restored."""
    pg.create_db(target, "create table first (id int)")
    for name in ("CLEAN", "CONFIRM", "CREATE", "DRY_RUN", "TARGET"):
        dbbackup("restore", small_backup, "--target", target, env={f"DBBACKUP_{name}": "yes"}).failed(
            2, f"DBBACKUP_{name} is taken from the command line only")
    assert pg.psql("select count(*) from first", db=target) == "0"


def test_config_prints_what_holds(dbbackup, conf):
    env = conf("[defaults]\njobs = 2\nquiet = yes\n[restore]\njobs = 3\n", DBBACKUP_NO_OWNER="yes", DBBACKUP_STALL_TIMEOUT="0")
    lines = [re.split(r"  +", line) for line in dbbackup("config", env=env).ok().out.splitlines()]
    assert lines[0] == ["OPTION", "VALUE", "FROM", "FOR"]
    assert ["jobs", "2", f"{conf.file}:2", "backup, backup cluster, verify"] in lines
    assert ["jobs", "3", f"{conf.file}:5", "restore, restore cluster"] in lines
    assert ["no-owner", "yes", "DBBACKUP_NO_OWNER",
            "backup, backup globals, backup cluster, restore, restore cluster, verify"] in lines
    assert ["compress", "gzip:2", "default", "backup, backup cluster"] in lines
    assert [line for line in lines if line[0] == "stall-timeout"][0][1:3] == ["0", "DBBACKUP_STALL_TIMEOUT"]
    assert [line for line in lines if line[0] == "config"][0][1:3] == [str(conf.file), "default"]
    assert not [line for line in lines if line[0] in ("clean", "help", "target")]
    shown = [(line[0], command) for line in lines for command in line[3].split(", ")]
    assert len(shown) == len(set(shown))
    lines = [re.split(r"  +", line) for line in
             dbbackup("config", "backup", "single", "db", "-j4", "-vo", "x", "--clean", env=env).ok().out.splitlines()]
    assert lines[0] == ["OPTION", "VALUE", "FROM"]
    for line in (["jobs", "4", "option"], ["clean", "yes", "option"], ["output", "x", "option"],
                 ["verbose", "yes", "option"], ["quiet", "no", "default"]):
        assert line in lines
    assert not [line for line in lines if line[0] == "continue-on-error"]


def test_config_as_json(dbbackup, conf):
    env = conf("[backup]\ntable = a\ntable = b\n")
    found = settings(dbbackup, env, "-q")
    assert found["table", "backup"] == {"name": "table", "value": "a, b", "from": "file", "variable": None,
                                        "file": str(conf.file), "line": 2, "commands": ["backup"]}
    assert found["table", "restore"]["value"] is None and found["table", "restore"]["from"] == "default"
    assert found["quiet", "list"]["from"] == "option" and found["quiet", "list"]["line"] is None
    found = settings(dbbackup, {**env, "DBBACKUP_TABLE": "c"}, "backup")
    assert found["table", "backup"]["value"] == "c" and found["table", "backup"]["variable"] == "DBBACKUP_TABLE"


def test_config_shows_no_secret(dbbackup):
    shown = {"postgresql://me:s3cret@db1/shop": "postgresql://…@db1/shop",
             "postgresql://db1/shop?password=s3cret": "postgresql://db1/shop?…",
             "mysql://me:s3cret@db1/shop?ssl-mode=DISABLED": "mysql://…@db1/shop?…",
             "host=db1 password=s3cret": "a connection string",
             # These don't parse, but a user may well have typed them.
             "postgresql://me:my/s3cret@db1/shop": "postgresql://…@db1/shop",
             "postgresql://me:my?s3cret@db1/shop": "postgresql://…",
             "postgresql://db1/shop?password=my@s3cret": "postgresql://…",
             "a, mysql://me@db1/shop, mysql://me:s3cret@db2/shop": "a, mysql://…@db2/shop"}
    for place, text in shown.items():
        run = dbbackup("config", "restore", "f", "--target", place).ok()
        assert re.split(r"  +", [line for line in run.out.splitlines() if line.startswith("target ")][0])[1] == text
        run = dbbackup("config", "restore", "f", "--target", place, "--json").ok()
        assert text in run.out and "s3cret" not in run.out + run.err
    assert "s3cret" not in dbbackup("config", env={"DBBACKUP_HOST": "postgresql://me:s3cret@db1/shop"}).ok().out


def test_config_of_a_wrong_command(dbbackup):
    dbbackup("config", "bakcup").failed(2, 'no command "bakcup"', 'Did you mean "backup"')


def test_a_bad_file_is_named(dbbackup, small, conf):
    env = conf("[defaults]\njobs = many\n")
    run = dbbackup("backup", "single", small, env=env).failed(2, 'jobs: "many" is not a number', hint=False)
    assert f"{conf.file}:2: " in run.err
    assert dbbackup.files() == []
    dbbackup("--config", "nowhere", "list").failed(1, "nowhere", "No such file")
    assert dbbackup("list", "--no-config", env=env).ok().err == ""
    assert dbbackup("list", "--config", "", env=env).ok().err == ""
    dbbackup("help", env=env).ok()


def test_errors_as_json(dbbackup):
    run = dbbackup("list", "nowhere", env={"DBBACKUP_LOG_FORMAT": "json"})
    assert run.rc == 1 and json.loads(run.err)["event"] == "error"
    run = dbbackup("list", env={"DBBACKUP_LOG_FORMAT": "json", "DBBACKUP_JOBZ": "1"})
    assert run.rc == 2 and json.loads(run.err)["hint"] == "Did you mean DBBACKUP_JOBS?"


def test_a_file_that_others_may_write(dbbackup, conf):
    env = conf("[defaults]\njobs = 2\n")
    conf.file.chmod(0o666)
    dbbackup("list", env=env).failed(2, "can be written by other users", "chmod go-w")


def test_nothing_is_written(dbbackup, small, conf):
    text = "[defaults]\njobs = 2\n"
    env = conf(text)
    conf.file.chmod(0o444)
    before = conf.file.stat()
    dbbackup("backup", "single", small, "-o", "x.sql.gz", env=env).ok()
    dbbackup("config", env=env).ok()
    after = conf.file.stat()
    assert conf.file.read_text() == text and before.st_mtime_ns == after.st_mtime_ns
    assert [path.name for path in conf.file.parent.iterdir()] == ["dbbackup.conf"]
