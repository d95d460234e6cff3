# SPDX-License-Identifier: Apache-2.0
"""Writes what was measured as Markdown."""
import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess

import harness
from store import SETTINGS

PAGE = harness.ROOT / "docs" / "performance.md"
PARTS = ("PostgreSQL", "MariaDB", "encryption")
BEGIN, END = "<!-- figures of {}: written by make bench -->\n", "<!-- end of figures -->\n"


def _first_line(*argv):
    run = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=harness.ROOT)
    return run.stdout.partition("\n")[0].strip()


def _machine():
    cpu = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return (f"{os.cpu_count()} processors ({cpu.group(1) if cpu else platform.machine()}), "
            f"{memory / 1e9:.0f} GB of memory, Linux {platform.release()}")


def _build():
    """How Meson built the program under test."""
    options = pathlib.Path(harness.DBBACKUP).parent / "meson-info" / "intro-buildoptions.json"
    if not options.exists():
        return "an unknown build"
    return next(option["value"] for option in json.loads(options.read_text()) if option["name"] == "buildtype")


def _about(bench, part, begun, load):
    commit = _first_line("git", "describe", "--always", "--dirty") or "no commit"
    manifest = bench.out / "shop.sql.gz.json"
    text = f", {json.loads(manifest.read_text())['raw_size'] / 1e9:.2f} GB of script" if manifest.exists() else ""
    postgres = [
        f"- server: PostgreSQL {bench.server.psql('show server_version')}; fsync, jit and autovacuum off; "
        + ", ".join(SETTINGS),
        f"- {_first_line(harness.PGBIN / 'pg_dump', '--version')}; {_first_line('gzip', '--version')}; "
        f"{_first_line('psql', '--version')}",
    ]
    shared = {sample.others / sample.seconds for samples in bench.samples.values() for sample in samples}
    return [
        f"- {datetime.datetime.now():%Y-%m-%d}; {(datetime.datetime.now() - begun).seconds / 60:.0f} minutes in all",
        f"- {_machine()}; load {load:.2f} when it began; others took up to {max(shared, default=0):.2f} of a processor "
        "during a command",
        f"- {_first_line(harness.DBBACKUP, 'version')} ({_build()}), commit {commit}",
        *(postgres if part != "MariaDB" else []),
        f"- BENCH_SCALE={bench.scale:g}{text}; BENCH_RUNS={bench.rounds}: medians of {bench.rounds}",
        *(f"- {note}" for note in bench.notes),
    ]


def _command(title, samples):
    seconds = [sample.seconds for sample in samples]
    middle = {field: statistics.median(getattr(sample, field) for sample in samples)
              for field in ("client", "server", "wrote")}
    size = f"{middle['wrote'] / 1e6:.1f}" if middle["wrote"] else ""
    return (f"| {title} | {statistics.median(seconds):.2f} | {min(seconds):.2f}–{max(seconds):.2f} "
            f"| {middle['client']:.1f} | {middle['server']:.1f} | {max(sample.peak for sample in samples) / 1e6:.0f} "
            f"| {size} |")


def markdown(bench, part, begun, load):
    figures = [f"| {figure.measure} | {figure.what} | {figure.ours} | {figure.against} | {figure.ratio} "
               f"| {figure.to_reach} | {'yes' if figure.reached else '**no**'} |" for figure in bench.figures]
    commands = [_command(bench.titles[key], samples) for key, samples in bench.samples.items()]
    return "\n".join([
        *_about(bench, part, begun, load), "",
        "| measure | what | dbbackup | against | ratio | to reach | reached |", "|---|---|---|---|---|---|---|",
        *figures, "",
        f"{sum(figure.reached for figure in bench.figures)} of {len(figures)} reached. What each command took:", "",
        "| command | s | from–to | processor s | of the server | peak MB | file MB |",
        "|---|---|---|---|---|---|---|", *commands, ""])


def write_page(part, text):
    """Puts text between the part's marks in docs/performance.md; what stands around them stays."""
    page, mark = PAGE.read_text(), BEGIN.format(part)
    before, begin, rest = page.partition(mark)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE} lacks the marks between which the figures go: {mark}{END}")
    PAGE.write_text(before + begin + text + end + after)
