# SPDX-License-Identifier: Apache-2.0
"""What `list` says of backups that aren't as they should be, and in which order."""
import json


def states(dbbackup, folder="."):
    listed = json.loads(dbbackup("list", folder, "--json").ok().out)
    return {backup["file"]: backup["state"] for backup in listed}


def test_nothing(dbbackup):
    assert json.loads(dbbackup("list", "--json").ok().out) == []
    assert dbbackup("list").ok().out == ""


def test_newest_first(dbbackup, small):
    for name in ("b.gz", "a.gz", "c.gz"):
        dbbackup("backup", "single", small, "-o", name).ok()
    for name, year in (("a.gz", 2001), ("b.gz", 2003), ("c.gz", 2002)):
        path = dbbackup.folder / (name + ".json")
        manifest = json.loads(path.read_text())
        manifest["started"] = f"{year}-02-03T04:05:06Z"
        path.write_text(json.dumps(manifest))
    assert list(states(dbbackup)) == ["b.gz", "c.gz", "a.gz"]


def test_states(dbbackup, small):
    for name in ("whole", "cut", "longer", "no manifest", "gone", "bad manifest"):
        dbbackup("backup", "single", small, "-o", name + ".gz").ok()
    folder = dbbackup.folder
    (folder / "cut.gz").write_bytes((folder / "cut.gz").read_bytes()[:-1])
    with open(folder / "longer.gz", "ab") as file:
        file.write(b"x")
    (folder / "no manifest.gz.json").unlink()
    (folder / "gone.gz").unlink()
    (folder / "bad manifest.gz.json").write_text("[1, 2")
    (folder / "notes.txt").write_text("not a backup")
    (folder / "notes.json").write_text("{}")
    (folder / "folder").mkdir()
    assert states(dbbackup) == {"whole.gz": "complete", "cut.gz": "wrong_size", "longer.gz": "wrong_size",
                                "no manifest.gz": "no_manifest", "gone.gz": "missing", "bad manifest.gz": "no_manifest"}
    assert states(dbbackup, folder) == {str(folder / name): state for name, state in states(dbbackup).items()}
    lines = {line.split(".gz")[0]: line for line in dbbackup("list").ok().out.splitlines()}
    assert "complete" in lines["whole"] and small in lines["whole"]
    assert "DAMAGED" in lines["cut"] and "DAMAGED" in lines["longer"]
    assert "NOT COMPLETE" in lines["no manifest"] and small in lines["no manifest"]
    assert "MISSING" in lines["gone"]


def test_unfinished(dbbackup, small_backup):
    """What a killed backup leaves behind is listed, and isn't called complete."""
    (dbbackup.folder / "x.sql.gz.partial").write_bytes(small_backup.read_bytes()[:600])
    assert states(dbbackup) == {"x.sql.gz.partial": "no_manifest"}


def test_names_cannot_steer_the_terminal(dbbackup, small):
    dbbackup("backup", "single", small, "-o", "red\033[31m\n.gz").ok()
    out = dbbackup("list").ok().out
    assert "\033" not in out and len(out.splitlines()) == 2
    assert "\033" not in dbbackup("info", "red\033[31m\n.gz").ok().out
    assert "\033" not in dbbackup("verify", "red\033[31m\n.gz").ok().out
