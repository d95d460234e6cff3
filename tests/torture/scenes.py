# SPDX-License-Identifier: Apache-2.0
"""What the program is doing when something goes wrong, and what must be true afterwards."""
import json
import shutil

import decrypt
from harness import DBBACKUP
from stage import expect, run, script_of


class Scene:
    """A command. prepare() sets the scene, arguments are the call; judge() looks what it left behind."""
    statuses = (1, 3)  # of a failure
    env = {}
    alone = False  # one at a time, for what it changes is the server's

    def __init__(self, stage, number):
        self.stage, self.side, self.number = stage, stage.side, number
        self.folder = stage.folder / f"{self.name}-{number}".replace(" ", "-")
        self.folder.mkdir()

    def prepare(self, turn):
        pass

    def play(self, env, more=(), **kwargs):
        """more: arguments; where they name a host, it stands for the socket."""
        arguments = self.arguments()
        if "-h" in more and "--socket" in arguments:
            at = arguments.index("--socket")
            del arguments[at:at + 2]
        return run([*arguments, *more], {**self.stage.env, **self.env, **env}, self.folder, **kwargs)

    def check(self, outcome, killed=False):
        """What holds for every command: no crash, and a failure is told."""
        if killed and outcome.status == -9:
            return
        expect(outcome.status >= 0, f"ended by signal {-outcome.status}")
        expect(outcome.status == 0 or outcome.status in self.statuses, "a status that means something else")
        expect(outcome.status == 0 or outcome.said.strip(), "failed without a word")

    def verified(self, path, *key):
        outcome = self.stage.dbbackup("verify", path, *key)
        expect(outcome.status == 0, f"{path.name} has its final name and doesn't verify: {outcome}")


class Backup(Scene):
    name = "backup"

    def __init__(self, *args):
        super().__init__(*args)
        self.path = self.folder / "b.sql.gz"

    def prepare(self, turn):
        """In every other turn there is an older backup under the same name."""
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.older = turn % 2 == 1
        if self.older:
            shutil.copy(self.older_file(), self.path)
            shutil.copy(f"{self.older_file()}.json", f"{self.path}.json")

    def older_file(self):
        return self.stage.backup

    def arguments(self):
        return self.stage.arguments("backup", "single", self.stage.source, "-j", 2, "-o", self.path)

    def judge(self, outcome, fault=None, killed=False):
        self.check(outcome, killed)
        left = {path.name for path in self.folder.iterdir()} - {self.path.name, self.path.name + ".json"}
        may_be_left = {name + ".partial" for name in (self.path.name, self.path.name + ".json")}
        expect(not left or (left <= may_be_left and (killed or fault == "name" or all(name in outcome.said for name in left))),
               f"left behind, and not named: {left}")
        if self.path.exists():
            self.verified(self.path)
            self.same()
        manifest = self.path.with_name(self.path.name + ".json")
        if outcome.status == 0:
            expect(self.path.exists() and manifest.exists(), "success, but a file lacks")
            expect(json.loads(manifest.read_text())["file_size"] == self.path.stat().st_size, "the manifest is another's")
        expect(self.path.exists() or not manifest.exists(), "a manifest without its file")
        if left:  # the next run takes it over
            again = self.play({})
            expect(again.status == 0, f"the next run fails: {again}")
            expect({path.name for path in self.folder.iterdir()} == {self.path.name, manifest.name}, "left behind by the next run")

    def same(self):
        expect(script_of(self.path.read_bytes()) == self.stage.script, "the file verifies, but holds something else")


class BackupEncrypted(Backup):
    name = "backup encrypted"

    def older_file(self):
        return self.stage.sealed

    def arguments(self):
        return [*super().arguments(), "--encrypt", "--key-file", self.stage.key]

    def verified(self, path):
        super().verified(path, "--key-file", self.stage.key)

    def same(self):
        content = decrypt.decrypt(self.path.read_bytes(), decrypt.read_key_file(self.stage.key))
        expect(script_of(content) == self.stage.script, "the file verifies, but holds something else")


class Restore(Scene):
    name = "restore"

    def __init__(self, *args):
        super().__init__(*args)
        self.target = f"target_{self.number}"
        self.env = {"PGAPPNAME": self.target}  # by which wait_idle knows its sessions

    def prepare(self, turn):
        self.side.drop(self.target)

    def arguments(self, *how):
        return self.stage.arguments("restore", self.stage.backup, "--target", self.target, "-j", 2, *(how or ["--create"]))

    def go_on(self):
        """As a user would who reads docs/cli.md: the words that the next run takes; None when all is done."""
        if not self.side.exists(self.target):
            return ["--create"]
        if self.side.is_begun(self.target):
            return ["--resume"]
        return ["--confirm"] if self.side.is_empty(self.target) else None

    def judge(self, outcome, fault=None, killed=False):
        self.check(outcome, killed)
        if outcome.status != 0:
            self.side.wait_idle(self.target)
            how = self.go_on()
            if fault and how == ["--create"]:  # nothing is there: the next turn begins as this one did
                self.nothing_left()
                return
            if how is not None:
                again = run(self.arguments(*how), self.stage.env, self.folder)
                expect(again.status == 0, f"{' '.join(how)} doesn't end it: {again}")
        expect(self.side.exists(self.target), "success, but there is no database")
        expect(self.side.state(self.target) == self.stage.state, "the restored database isn't equal")
        self.nothing_left()

    def nothing_left(self):
        left = [path.name for path in self.folder.iterdir()]
        expect(not left, f"left behind: {left}")


class RestoreEncrypted(Restore):
    name = "restore encrypted"

    def arguments(self, *how):
        return self.stage.arguments("restore", self.stage.sealed, "--key-file", self.stage.key, "--target", self.target, "-j", 2,
                                    *(how or ["--create"]))


class Verify(Scene):
    """Of a file that is intact: that it is damaged must not be said."""
    name = "verify"

    def arguments(self):
        return [DBBACKUP, "verify", self.stage.backup]

    def judge(self, outcome, fault=None, killed=False):
        self.check(outcome, killed)


class BackupCluster(Scene):
    name = "backup cluster"

    def __init__(self, *args):
        super().__init__(*args)
        self.path = self.folder / "c.tar.gz"

    def prepare(self, turn):
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def arguments(self):
        return self.stage.arguments("backup", "cluster", "--include-database", self.stage.source, "-j", 2, "-o", self.path)

    def judge(self, outcome, fault=None, killed=False):
        self.check(outcome, killed)
        left = {path.name for path in self.folder.iterdir()} - {self.path.name, self.path.name + ".json"}
        # The folder in which databases wait is told in no message; the manual names it, and the next run removes it. To read
        # a folder, so as to empty it, takes memory.
        may_stay = killed or fault in ("name", "alloc", "open")
        left = {name for name in left if not (name.startswith(".dbbackup-spool.") and may_stay)}
        expect(not left or killed or fault == "name" or all(name in outcome.said for name in left), f"left behind: {left}")
        if self.path.exists():
            self.verified(self.path)
        if outcome.status == 0:
            expect(self.path.exists() and self.path.with_name(self.path.name + ".json").exists(), "success, but a file lacks")


class RestoreCluster(Scene):
    """Of a database of its own, which is dropped and made anew each time."""
    name = "restore cluster"

    def __init__(self, *args):
        super().__init__(*args)
        self.database = f"cluster_{self.number}"
        self.env = {"PGAPPNAME": self.database}
        self.archive = self.folder.with_name(f"cluster-{self.number}.tar.gz")
        self.side.make(self.database)
        outcome = self.stage.dbbackup("backup", "cluster", "--include-database", self.database, "-o", self.archive)
        expect(outcome.status == 0, f"no archive: {outcome}")
        self.state = self.side.state(self.database)

    def arguments(self):
        return self.stage.arguments("restore", "cluster", self.archive, "--no-globals", "--clean", "--confirm", "-j", 2)

    def judge(self, outcome, fault=None, killed=False):
        self.check(outcome, killed)
        if outcome.status != 0:
            self.side.wait_idle(self.database)
            again = run(self.arguments(), self.stage.env, self.folder)
            expect(again.status == 0, f"the next run doesn't end it: {again}")
        expect(self.side.state(self.database) == self.state, "the restored database isn't equal")


class RestoreServer(RestoreCluster):
    """With what belongs to no database."""
    name = "restore server"
    alone = True

    def __init__(self, *args):
        super().__init__(*args)
        self.globals = self.side.globals()

    def arguments(self):
        return [word for word in super().arguments() if word != "--no-globals"]

    def judge(self, outcome, fault=None, killed=False):
        super().judge(outcome, fault, killed)
        expect(self.side.globals() == self.globals, "accounts aren't what they were")


class RotateKey(Scene):
    """The file gets a new key, and at any moment one of the two opens it."""
    name = "key rotate"

    def __init__(self, *args):
        super().__init__(*args)
        self.path, self.new_key = self.folder / "r.enc", self.folder.with_name(f"{self.folder.name}.key")
        outcome = self.stage.dbbackup("key", "new", self.new_key)
        expect(outcome.status == 0, f"no key: {outcome}")

    def prepare(self, turn):
        for path in self.folder.iterdir():
            path.unlink()
        shutil.copy(self.stage.sealed, self.path)
        shutil.copy(f"{self.stage.sealed}.json", f"{self.path}.json")

    def arguments(self, key=None):
        return self.stage.arguments("key", "rotate", self.path, "--key-file", key or self.stage.key, "--new-key-file", self.new_key)

    def opens(self, key):
        """Whether verify finds nothing wrong, with this key. That the key is wrong is all else that may be wrong."""
        outcome = self.stage.dbbackup("verify", self.path, "--key-file", key)
        expect(outcome.status == 0 or "wrong key" in outcome.said, f"the intact file passes for damaged: {outcome}")
        return outcome.status == 0

    def judge(self, outcome, fault=None, killed=False):
        self.check(outcome, killed)
        if outcome.status != 0:
            expect(self.opens(self.stage.key) or self.opens(self.new_key), "neither key opens the file")
            if not (self.opens(self.new_key) and not self.opens(self.stage.key)):
                again = run(self.arguments(), self.stage.env, self.folder)
                expect(again.status == 0, f"the next run doesn't end it: {again}")
        expect(self.opens(self.new_key), "success, but the new key doesn't open the file")
        expect(not self.opens(self.stage.key), "success, but the old key opens the file")
        left = {path.name for path in self.folder.iterdir()} - {self.path.name, f"{self.path.name}.json"}
        expect(killed or fault == "name" or not left, f"left behind: {left}")


SCENES = {scene.name: scene for scene in (Backup, Restore, Verify, BackupCluster, RestoreCluster, BackupEncrypted,
                                          RestoreEncrypted, RestoreServer, RotateKey)}
