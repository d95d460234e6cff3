# SPDX-License-Identifier: Apache-2.0
"""Every place fails: the calls of a scene are counted by the chains of callers that lead to them, the same in each run, and
then it is played again for each chain, with one of its calls failing. Or for each single call, by its number."""
import collections
import dataclasses
import itertools
import mmap
import pathlib
import random
import re
import signal
import struct
import subprocess
import tempfile

import harness
from stage import SANITIZER, Finding, expect

# In fault.h's order; and in which ways calls of each fail. What stands behind the slash is no failure: half of the bytes,
# a signal that comes in between.
CLASSES = {
    "alloc": "ENOMEM", "read": "EIO/EINTR short", "write": "EIO ENOSPC SIGKILL/EINTR short", "receive": "ECONNRESET/EINTR short",
    "send": "ECONNRESET/EINTR short", "sync": "EIO SIGKILL", "name": "EACCES SIGKILL", "open": "EMFILE", "status": "EIO", "close": "EIO",
    "poll": "ENOMEM/EINTR", "thread": "EAGAIN", "libpq": "lost fail", "libmariadb": "lost",
}
CHAINS = 1 << 15  # FAULT_CHAINS
HEAD = struct.Struct(f"{len(CLASSES)}QQ64s")  # FaultState, and what follows its head
CHAIN = struct.Struct("QQ")
STATE_SIZE = HEAD.size + CHAINS * CHAIN.size
# Where libmariadb 3.3 crashes for want of memory, which nobody who calls it can prevent: by the functions of ours from which it
# is called. It must be an allocation of its own, or one that the C library made for it, that failed, and it must be itself
# what crashes; and then all must hold that holds after kill -9. These are counted apart, as crashes within libmariadb.
KNOWN = {
    "connect_by": "mysql_init looks up the port in /etc/services, where glibc 2.36 crashes, and doesn't say that its plugins got no"
                  " memory; mysql_real_connect then uses them, and closes what was never opened",
    "send_statement": "mysql_read_query_result copies what the server tells of the session to where malloc gave nothing",
}
TRIES = 3  # for a chain of callers that doesn't come in each run


def library():
    """What meson built beside the program."""
    return next(path for folder in pathlib.Path(harness.DBBACKUP).resolve().parents
                if (path := folder / "tests" / "torture" / "fault.so").exists())


@dataclasses.dataclass(frozen=True)
class Fault:
    group: str  # of CLASSES
    kind: str
    nth: int
    chain: int = 0  # of the calls that this chain of callers makes; 0: of all of the class
    on: bool = False  # so do all that follow
    harmless: bool = False
    rank: int = 0  # what has a higher one is tried later

    def __str__(self):
        return f"{self.group} {self.kind} {self.nth}{f'@{self.chain:x}' if self.chain else ''}{' on' if self.on else ''}"


class Faulty:
    """Plays a scene with one fault, or with none, to count."""

    def __init__(self, scene):
        self.scene = scene
        self.file = scene.folder.with_suffix(".state")
        self.file.write_bytes(bytes(STATE_SIZE))
        self.env = {"LD_PRELOAD": str(library()), "FAULT_STATE": str(self.file)}
        with open(self.file, "r+b") as file:
            self.state = mmap.mmap(file.fileno(), STATE_SIZE)

    def play(self, fault=None, turn=0, **env):
        """Returns the outcome; self.calls, self.hit (how many were made to fail) and self.function tell more."""
        self.scene.prepare(turn)
        self.state[:] = bytes(STATE_SIZE)
        outcome = self.scene.play({**self.env, **({"FAULT": str(fault)} if fault else {}), **env})
        *calls, self.hit, name = HEAD.unpack(self.state[:HEAD.size])
        self.calls, self.function = dict(zip(CLASSES, calls)), name.rstrip(b"\0").decode()
        return outcome

    def chains(self):
        """Of the last run, those that were counted: how often each came."""
        return dict(pair for pair in CHAIN.iter_unpack(self.state[HEAD.size:]) if pair[0])

    def count(self):
        """Plays it where nothing is wrong. Returns the calls of each class and of each chain of callers. Some chains, as of
        who waits for the server, come in some runs only."""
        chains = collections.Counter()
        for turn in range(TRIES):
            outcome = self.play(turn=turn, FAULT_CHAINS="1")
            self.scene.judge(outcome)
            expect(outcome.status == 0, f"{self.scene.name} fails where nothing is wrong: {outcome}")
            chains |= self.chains()
        return self.calls, chains

    def try_out(self, fault, turn):
        """A Finding when what the scene promises doesn't hold. Returns what came of it: told, survived, or not_reached."""
        for _ in range(TRIES):
            outcome = self._try_once(fault, turn)
            if self.hit or not fault.chain:
                break
            fault = dataclasses.replace(fault, nth=self.chains().get(fault.chain) or fault.nth)  # as often as it came now
        return "told" if outcome.status != 0 else "survived" if self.hit else "not_reached"

    def _try_once(self, fault, turn):
        outcome = None
        try:
            outcome = self.play(fault, turn)
            expect(not SANITIZER.search(outcome.said), "the memory is damaged")
            expect(not fault.harmless or outcome.status == 0, "it fails, though nothing was wrong")
            killed = fault.kind == "SIGKILL" and outcome.status == -signal.SIGKILL
            self.scene.judge(outcome, fault.group if self.hit and not killed else None, killed)
            return outcome
        except Finding as finding:
            raise Finding(f"{self.scene.name}, {self.scene.side.title}, {fault} ({self.function}): {finding}\n{outcome}") \
                from None

    def is_known(self, fault, turn):
        """Plays it once more: does libmariadb crash where it is known to, and harms nothing?"""
        if fault.group != "alloc":
            return False
        outcome, fault_frames, crash_frames = self._traced(fault, turn)
        places = [_blames(frames) for frames in ([crash_frames] if fault.on else [fault_frames, crash_frames])]
        if outcome is None or outcome.status not in (-signal.SIGSEGV, -signal.SIGABRT) or not all(p in KNOWN for p in places):
            return False
        self.scene.judge(dataclasses.replace(outcome, status=-signal.SIGKILL), killed=True)
        return True

    def _traced(self, fault, turn):
        """Plays it; what came of it, and the frames that led to the fault, and to the crash: (file, function or place)."""
        outcome = None
        with tempfile.NamedTemporaryFile() as file:
            try:
                outcome = self.play(fault, turn, FAULT_TRACE=file.name)
            except Finding:
                pass
            parts = pathlib.Path(file.name).read_text().split("\n\n") + ["", ""]
        frames = [[(path, place) for path, place in re.findall(r"^(.*)\((.*?)\)\[", part, re.M) if "fault.so" not in path]
                  for part in parts[:2]]
        return outcome, *frames

    def trace(self, fault, turn):
        """The calls that led to the fault, and to a crash."""
        return "\n".join(" < ".join(place if path != harness.DBBACKUP else _own(place) for path, place in frames)
                         for frames in self._traced(fault, turn)[1:])


def _own(place):
    """The name of a function of ours. A frame is where the call returns to: behind it."""
    told = subprocess.run(["addr2line", "-fe", harness.DBBACKUP, hex(int(place.lstrip("+"), 16) - 1)], stdout=subprocess.PIPE,
                          text=True)
    return told.stdout.split("\n")[0]


def _blames(frames):
    """Which function of ours called libmariadb, if it was this one that had the upper hand; None otherwise."""
    above = list(itertools.takewhile(lambda frame: frame[0] != harness.DBBACKUP, frames))
    libraries = {pathlib.Path(path).name.split(".so")[0] for path, _ in above}
    if "libmariadb" not in libraries or not libraries <= {"libmariadb", "libc"} or len(above) == len(frames):
        return None
    return _own(frames[len(above)][1])


def _ways(only):
    """(class, kind, whether it is no failure) of all that `only` names, or of all."""
    for group, kinds in CLASSES.items():
        failing, _, passing = kinds.partition("/")
        for kind in (failing + " " + passing).split() if not only or group in only else ():
            yield group, kind, kind in passing.split()


def _stays(group, kind):
    """A disk or memory can stay full."""
    return kind == "ENOSPC" or group == "alloc"


def faults_of_chains(chains, only, seed):
    """For each chain of callers and each way in which its call can fail: at its first occurrence; later at its last one, and
    at one between."""
    for group, kind, harmless in _ways(only):
        mine = {chain: n for chain, n in chains.items() if list(CLASSES)[chain & 15] == group}
        for chain, n in mine.items():
            between = random.Random(f"{seed} {chain} {kind}").randrange(2, max(3, n))
            for rank, nth in enumerate((1, n, between)[:n]):
                yield Fault(group, kind, nth, chain, harmless=harmless, rank=rank)
        if _stays(group, kind):
            for chain in sorted(mine)[::max(1, len(mine) // 50)]:
                yield Fault(group, kind, 1, chain, on=True)


def faults_of_calls(calls, only, most, seed):
    """Every single call, by its number; no more than `most` of each kind, evenly spread."""
    for group, kind, harmless in _ways(only):
        n = calls[group]
        nths = range(1, n + 1)
        if n > most:
            step, rest = n / most, random.Random(f"{seed} {group} {kind}").random()
            nths = sorted({int((i + rest) * step) + 1 for i in range(most)})
        for nth in nths:
            yield Fault(group, kind, nth, harmless=harmless)
        if _stays(group, kind):
            for nth in nths[::max(1, len(nths) // 50)]:
                yield Fault(group, kind, nth, on=True)
