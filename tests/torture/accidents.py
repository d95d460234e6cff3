# SPDX-License-Identifier: Apache-2.0
"""What happens from outside: kill -9, a full disk, a network that breaks, a server that crashes."""
import contextlib
import os
import random
import resource
import subprocess
import threading

from proxy import Proxy
from scenes import Backup, Restore
from stage import Finding, expect

PIECE = 64 * 1024
BULKY = {"postgres": "create table bulky as select n, md5(n::text) || md5((-n)::text) as text from generate_series(1, 25000) n;",
         "mariadb": "create table bulky as select seq, sha2(seq, 256) as text from seq_1_to_25000;"}


def usual_seconds(scene):
    scene.prepare(0)
    outcome = scene.play({})
    scene.judge(outcome)
    return outcome.seconds


def came_of(outcome):
    return "told" if outcome.status != 0 else "survived"


class Kills:
    """kill -9, at any moment of a run."""
    name, scenes, how = "kills", (Backup, Restore), "kill -9"

    def __init__(self, scene):
        self.scene, self.seconds = scene, usual_seconds(scene)

    def items(self, most, seed):
        return [random.Random(f"{seed} {n}").random() for n in range(min(most, 1000))]

    def try_out(self, moment, turn):
        self.scene.prepare(turn)
        outcome = self.scene.play({}, kill_after=max(0.001, moment * self.seconds * 1.05))
        self.scene.judge(outcome, killed=outcome.status < 0)
        return came_of(outcome)


class Crashes:
    """The server crashes, at any moment of a run, and comes back."""
    name, scenes, how, alone = "server", (Backup, Restore), "crash of the server", True

    def __init__(self, scene):
        self.scene, self.seconds = scene, usual_seconds(scene)
        self.scene.env = {**self.scene.env, "PGAPPNAME": self.scene.env.get("PGAPPNAME", "torture_crash")}

    def items(self, most, seed):
        return [random.Random(f"{seed} {n}").random() for n in range(min(most, 100))]

    def try_out(self, moment, turn):
        scene, side = self.scene, self.scene.side
        scene.prepare(turn)
        timer = threading.Timer(moment * self.seconds, side.crash, (scene.env["PGAPPNAME"],))
        timer.start()
        try:
            outcome = scene.play({})
        finally:
            timer.join()
            side.wait_up()
        scene.judge(outcome)
        return came_of(outcome)


class Network:
    """Connections that break after so many bytes."""
    name, scenes = "network", (Backup, Restore)

    def __init__(self, scene, how):
        self.scene, self.how = scene, how
        self.bytes = self._play(None, 0, 0)[1]

    def items(self, most, seed):
        n = min(most, 40 if self.how == "stall" else 200)
        rest = random.Random(seed).random()
        return [max(1, int((i + rest) / n * self.bytes)) for i in range(n)]

    def _play(self, how, after, turn):
        self.scene.prepare(turn)
        with Proxy(self.scene.side.socket, how, after) as proxy:
            place = ["-h", "127.0.0.1", "-p", str(proxy.port), "--stall-timeout", "1"]
            outcome = self.scene.play({}, more=place)
        return outcome, proxy.passed

    def try_out(self, after, turn):
        outcome = self._play(self.how, after, turn)[0]
        expect(self.how != "trickle" or outcome.status == 0, f"it fails, though all came through: {outcome}")
        self.scene.judge(outcome)
        return came_of(outcome)


class BulkyBackup(Backup):
    """Of some 2 MB; older backups aren't needed here."""

    def __init__(self, *args):
        super().__init__(*args)
        self.database = "bulky"
        if not self.side.exists(self.database):
            self.side.make(self.database, BULKY[self.side.name])

    def prepare(self, turn):
        super().prepare(0)

    def arguments(self):
        return self.stage.arguments("backup", "single", self.database, "-j", 2, "-o", self.path)

    def same(self):
        """Verified is enough: it is always the same that is written."""


class Disk:
    """A disk, or else a limit of files, that is full after so many bytes: at every 64 KB of the output."""
    name, scenes, alone = "disk", (BulkyBackup,), True

    def __init__(self, scene):
        self.scene = scene
        usual_seconds(scene)
        self.size = scene.path.stat().st_size
        self.mounts = self._mount(PIECE)
        if self.mounts:
            self._unmount()
        self.how = "full disk" if self.mounts else "limit of a file's size"

    def items(self, most, seed):
        sizes = list(range(PIECE, self.size + 2 * PIECE, PIECE))
        return sizes[::max(1, len(sizes) // most)]

    def _mount(self, size):
        return os.getuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.scene.folder], capture_output=True).returncode == 0

    def _unmount(self):
        subprocess.run(["umount", self.scene.folder], check=True)

    def try_out(self, size, turn):
        self.scene.prepare(turn)
        with contextlib.ExitStack() as stack:
            limit = {}
            if self.mounts:
                if not self._mount(size):
                    raise Finding("no small disk could be mounted")
                stack.callback(self._unmount)
            else:
                limit = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))}
            outcome = self.scene.play({}, **limit)
            self.scene.judge(outcome)
        return came_of(outcome)


def accidents(stage):
    """(name, what makes a player of a number, whether it must be alone) for each."""
    for kind in (Kills, Disk, Crashes):
        for scene in kind.scenes:
            yield kind.name, scene.name, lambda number, kind=kind, scene=scene: kind(scene(stage, f"{kind.name}-{number}")), \
                getattr(kind, "alone", False)
    for how in ("reset", "stall", "trickle"):
        for scene in Network.scenes:
            yield Network.name, scene.name, \
                lambda number, how=how, scene=scene: Network(scene(stage, f"{how}-{number}"), how), False
