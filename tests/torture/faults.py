# SPDX-License-Identifier: Apache-2.0
"""Every call fails once: the calls of a scene are counted, then it is played again for each of them."""
import dataclasses
import mmap
import pathlib
import random
import struct
import subprocess
import tempfile

import harness
from stage import SANITIZER, Finding, expect

# In fault.h's order; and in which ways calls of each fail. What stands behind the slash is no failure: half of the bytes,
# a signal that comes in between.
CLASSES = {
    "alloc": "ENOMEM", "read": "EIO/EINTR short", "write": "EIO ENOSPC/EINTR short", "receive": "ECONNRESET/EINTR short",
    "send": "ECONNRESET/EINTR short", "sync": "EIO", "name": "EACCES", "open": "EMFILE", "status": "EIO", "close": "EIO",
    "poll": "ENOMEM/EINTR", "thread": "EAGAIN", "libpq": "lost fail", "libmariadb": "lost",
}
STATE = struct.Struct(f"{len(CLASSES)}QQ64s")  # FaultState


def library():
    """What meson built beside the program."""
    return next(path for folder in pathlib.Path(harness.DBBACKUP).resolve().parents
                if (path := folder / "tests" / "torture" / "fault.so").exists())


@dataclasses.dataclass(frozen=True)
class Fault:
    group: str  # of CLASSES
    kind: str
    nth: int
    on: bool = False  # so do all that follow
    harmless: bool = False

    def __str__(self):
        return f"{self.group} {self.kind} {self.nth}{' on' if self.on else ''}"


class Faulty:
    """Plays a scene with one fault, or with none, to count."""

    def __init__(self, scene):
        self.scene = scene
        self.file = scene.folder.with_suffix(".state")
        self.file.write_bytes(bytes(4096))
        self.env = {"LD_PRELOAD": str(library()), "FAULT_STATE": str(self.file)}
        with open(self.file, "r+b") as file:
            self.state = mmap.mmap(file.fileno(), 4096)

    def play(self, fault=None, turn=0, **env):
        """Returns the outcome; self.calls, self.hit (how many were made to fail) and self.function tell more."""
        self.scene.prepare(turn)
        self.state[:STATE.size] = bytes(STATE.size)
        outcome = self.scene.play({**self.env, **({"FAULT": str(fault)} if fault else {}), **env})
        *calls, self.hit, name = STATE.unpack(self.state[:STATE.size])
        self.calls, self.function = dict(zip(CLASSES, calls)), name.rstrip(b"\0").decode()
        return outcome

    def try_out(self, fault, turn):
        """A Finding when what the scene promises doesn't hold. Returns whether the program said that it failed."""
        outcome = None
        try:
            outcome = self.play(fault, turn)
            expect(not SANITIZER.search(outcome.said), "the memory is damaged")
            expect(not fault.harmless or outcome.status == 0, "it fails, though nothing was wrong")
            self.scene.judge(outcome, fault.group if self.hit else None)
        except Finding as finding:
            raise Finding(f"{self.scene.name}, {self.scene.side.title}, {fault} ({self.function}): {finding}\n{outcome}") \
                from None
        return outcome.status != 0

    def trace(self, fault, turn):
        """The calls that led to the fault, as addr2line tells them."""
        with tempfile.NamedTemporaryFile() as file:
            try:
                self.play(fault, turn, FAULT_TRACE=file.name)
            except Finding:
                pass
            lines = pathlib.Path(file.name).read_text().split("\n")
        own = [line.split("(+")[1].split(")")[0] for line in lines if line.startswith(harness.DBBACKUP + "(+")]
        others = [line.split("(")[1].split(")")[0] for line in lines if ".so" in line and "fault.so" not in line]
        told = subprocess.run(["addr2line", "-sfe", harness.DBBACKUP, *own], stdout=subprocess.PIPE, text=True).stdout if own else ""
        return " < ".join(others) + "\n" + told


def faults_of(calls, only, most, seed):
    """All that can be tried out; no more than `most` of each kind, evenly spread."""
    for group, kinds in CLASSES.items():
        if only and group not in only:
            continue
        failing, _, passing = kinds.partition("/")
        for kind in failing.split() + passing.split():
            n = calls[group]
            nths = range(1, n + 1)
            if n > most:
                step, rest = n / most, random.Random(f"{seed} {group} {kind}").random()
                nths = sorted({int((i + rest) * step) + 1 for i in range(most)})
            for nth in nths:
                yield Fault(group, kind, nth, harmless=kind in passing.split())
            if kind == "ENOSPC" or group == "alloc":  # a disk or memory that stays full
                for nth in nths[::max(1, len(nths) // 50)]:
                    yield Fault(group, kind, nth, on=True)
