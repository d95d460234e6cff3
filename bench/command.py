# SPDX-License-Identifier: Apache-2.0
"""Runs one command and measures it."""
import os
import pathlib
import signal
import subprocess
import threading
import time
from typing import NamedTuple

# Seconds. No command of the benchmark takes as long, unless it hangs.
TIMEOUT = float(os.environ.get("BENCH_TIMEOUT") or 900)
TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A command that ended badly, or a result that isn't what it must be."""


class Sample(NamedTuple):
    seconds: float  # of the clock on the wall
    client: float  # processor seconds of the command and its children
    server: float  # of the server's processes
    others: float  # of everybody else on the machine
    peak: int  # bytes of memory: the largest of the command's processes
    read: int  # bytes that the command's processes read by read(2) and its like; not from sockets
    wrote: int = 0  # bytes of the files that it made, for who looks at these


def process_times(pid):
    """Its parent, its processor seconds, and those of the children that it has outlived."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS, (int(fields[13]) + int(fields[14])) / TICKS


class ServerTimes:
    """Processor seconds of a server: those of the processes that are there, and of those that were."""

    def __init__(self, postmaster):
        self.postmaster = postmaster
        self.children_before = set(self._children())

    def _children(self):
        children = {}
        for path in pathlib.Path("/proc").iterdir():
            if path.name.isdigit():
                try:
                    parent, own, _ = process_times(path.name)
                except OSError:
                    continue
                if parent == self.postmaster:
                    children[int(path.name)] = own
        return children

    def seconds(self):
        _, own, outlived = process_times(self.postmaster)
        return own + outlived + sum(self._children().values())

    def wait_for_backends(self):
        """A backend may live a little longer than its client."""
        deadline = time.monotonic() + 5
        while set(self._children()) - self.children_before and time.monotonic() < deadline:
            time.sleep(0.01)


def machine_seconds():
    """Processor seconds of the whole machine, also those that its host kept for itself."""
    user, nice, system, _, _, irq, softirq, steal = map(int, pathlib.Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def _bytes_read(pid):
    """Of a process that has ended and whose status nobody has asked for; with its children."""
    for line in pathlib.Path(f"/proc/{pid}/io").read_text().split("\n"):
        if line.startswith("rchar: "):
            return int(line.split()[1])
    raise Failed("/proc tells nothing about what a process read")


def _wait(process):
    """Waits for the end; what was read till then."""
    def kill():
        os.killpg(process.pid, signal.SIGKILL)
    watchdog = threading.Timer(TIMEOUT, kill)
    watchdog.start()
    try:
        # The process stays in /proc until it is waited for.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        watchdog.cancel()
        return _bytes_read(process.pid)
    except BaseException:
        kill()
        raise
    finally:
        watchdog.cancel()
        process.wait()


def measure(argv, env, folder, postmaster):
    """Runs argv (a list; or a text for bash, where one that fails in a pipe fails it all) with folder as its working
    directory. What it prints to standard output is dropped. Raises Failed, with what it said, unless it succeeds."""
    if isinstance(argv, str):
        argv = ["/bin/bash", "-o", "pipefail", "-ec", argv]
    argv = [str(word) for word in argv]
    report, errors = folder / "time", folder / "stderr"
    server = ServerTimes(postmaster)
    # By way of time(1): a child that Python itself starts would be charged with Python's memory.
    with open(errors, "wb") as stderr:
        server_before, machine_before, begun = server.seconds(), machine_seconds(), time.monotonic()
        process = subprocess.Popen(["/usr/bin/time", "-q", "-f", "%U %S %M", "-o", report, *argv], env=env, cwd=folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr,
                                   start_new_session=True)
        read = _wait(process)
        seconds = time.monotonic() - begun
        server.wait_for_backends()
        server_seconds, machine = server.seconds() - server_before, machine_seconds() - machine_before
    if process.returncode != 0:
        said = errors.read_text(errors="replace")[-3000:]
        raise Failed(f"{' '.join(argv)}\n  ended with status {process.returncode}:\n{said}")
    user, system, peak_kb = report.read_text().split()
    client = float(user) + float(system)
    return Sample(seconds, client, server_seconds, max(0.0, machine - client - server_seconds), int(peak_kb) * 1024, read)
