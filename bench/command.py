# SPDX-License-Identifier: Apache-2.0
"""Runs one command and measures it."""
import os
import pathlib
import signal
import subprocess
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


# Runs "$@" and writes what it took to the file `took`: begin and end, processor seconds (user's, system's), kilobytes of
# memory, bytes read before and after. time(1) says the memory, for a child that Python itself starts would be charged
# with Python's. What a process has read is added to the one that waited for it, which may always look at itself.
WRAPPER = """
mapfile -t before < /proc/$$/io
begun=$EPOCHREALTIME
/usr/bin/time -q -f '%U %S %M' -o took.time "$@"
status=$?
ended=$EPOCHREALTIME
mapfile -t after < /proc/$$/io
echo "${begun/,/.} ${ended/,/.} $(< took.time) ${before[0]#rchar: } ${after[0]#rchar: }" > took
exit $status
"""


def _run(argv, env, folder, stderr):
    """Its status."""
    process = subprocess.Popen(["/bin/bash", "-c", WRAPPER, "bash", *argv], env=env, cwd=folder,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr,
                               start_new_session=True)
    try:
        return process.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        raise Failed(f"{' '.join(argv)}\n  did not end within {TIMEOUT:.0f} s") from None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def measure(argv, env, folder, postmaster):
    """Runs argv (a list; or a text for bash, where one that fails in a pipe fails it all) with folder as its working
    directory. What it prints to standard output is dropped. Raises Failed, with what it said, unless it succeeds."""
    if isinstance(argv, str):
        argv = ["/bin/bash", "-o", "pipefail", "-ec", argv]
    argv = [str(word) for word in argv]
    errors, server = folder / "stderr", ServerTimes(postmaster)
    with open(errors, "wb") as stderr:
        server_before, machine_before = server.seconds(), machine_seconds()
        status = _run(argv, env, folder, stderr)
        server.wait_for_backends()
        server_took, machine_took = server.seconds() - server_before, machine_seconds() - machine_before
    if status != 0:
        said = errors.read_text(errors="replace")[-3000:]
        raise Failed(f"{' '.join(argv)}\n  ended with status {status}:\n{said}")
    begun, ended, user, system, peak_kb, read_before, read_after = map(float, (folder / "took").read_text().split())
    client = user + system
    return Sample(ended - begun, client, server_took, max(0.0, machine_took - client - server_took),
                  int(peak_kb) * 1024, int(read_after - read_before))
