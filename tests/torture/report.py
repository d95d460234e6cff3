# SPDX-License-Identifier: Apache-2.0
"""The torture's figures as Markdown, and in docs/reliability.md, where those of several runs stand together."""
import datetime
import os
import re
import subprocess

import harness

PAGE = harness.ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- torture: figures begin -->\n", "<!-- torture: figures end -->\n"
# The columns of numbers. What stands before them names a row: the first three are part, server and command.
CAME_OF = {"told": "told as a failure", "survived": "no harm", "not_reached": "not reached", "known": "crash within libmariadb",
           "broken": "promises broken"}
TABLES = {
    ("part", "server", "command", "what goes wrong", "how"): ("tried", *CAME_OF.values()),
    ("part", "server", "command"): ("calls", "chains of callers", "in each way to fail", "failed at least once"),
}


def _first_line(*argv):
    run = subprocess.run(list(map(str, argv)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=harness.ROOT, text=True)
    return run.stdout.split("\n")[0]


def _cells(cells):
    return f"| {' | '.join(map(str, cells))} |"


class Page:
    """rows: names → (numbers, the run that they come from); runs: their descriptions."""

    def __init__(self):
        self.rows = {}

    @classmethod
    def of_run(cls, seed, torture, notes, begun):
        """figures: names → what came of it, counted; scenes: names → numbers."""
        run = "; ".join([
            f"{datetime.datetime.now():%Y-%m-%d}", f"{(datetime.datetime.now() - begun).seconds / 60:.0f} minutes", f"seed {seed}",
            f"dbbackup {_first_line(harness.DBBACKUP, 'version').split()[-1]}",
            f"commit {_first_line('git', 'describe', '--always', '--dirty')}", f"{os.cpu_count()} processors",
            *torture.versions, *notes])
        page = cls()
        for names, count in torture.figures.items():
            page.rows[names] = (sum(count.values()), *(count[name] for name in CAME_OF)), run
        for names, numbers in torture.scenes.items():
            page.rows[names] = numbers, run
        return page

    @classmethod
    def parse(cls, text):
        page = cls()
        runs = dict(re.findall(r"^- Run (\d+): (.*)$", text, re.M))
        for line in text.split("\n"):
            cells = [cell.strip() for cell in line.split("|")[1:-1]]
            for names, numbers in TABLES.items():
                if len(cells) == len(names) + len(numbers) + 1 and cells[-1] in runs:
                    page.rows[tuple(cells[:len(names)])] = tuple(map(int, cells[len(names):-1])), runs[cells[-1]]
        return page

    def replace(self, other):
        """What another page says of a command takes the place of what this one says of it in the same part."""
        told = {names[:3] for names in other.rows}
        self.rows = {**{names: row for names, row in self.rows.items() if names[:3] not in told}, **other.rows}

    def text(self):
        parts = {"faults": 0, "kills": 1, "disk": 2, "server": 3, "network": 4}
        rows = sorted(self.rows.items(), key=lambda row: (parts[row[0][0]], -ord(row[0][1][0])))
        runs = list(dict.fromkeys(run for _, (_, run) in rows))
        lines = [f"- Run {n}: {run}" for n, run in enumerate(runs, 1)]
        for names, numbers in TABLES.items():
            mine = [(row, n, runs.index(run) + 1) for row, (n, run) in rows if len(row) == len(names)]
            if mine:
                total = [sum(column) for column in zip(*(n for _, n, _ in mine))]
                lines += ["", _cells((*names, *numbers, "run")), "|" + "---|" * (len(names) + len(numbers) + 1),
                          *(_cells((*row, *n, run)) for row, n, run in mine),
                          _cells(("**all**", *[""] * (len(names) - 1), *total, ""))]
        return "\n".join([*lines, ""])


def write(page):
    """Puts it between the marks, together with what other runs wrote there of other parts; what stands around them stays."""
    before, begin, rest = PAGE.read_text().partition(BEGIN)
    old, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE} lacks the marks between which the figures go: {BEGIN}{END}")
    whole = Page.parse(old)
    whole.replace(page)
    PAGE.write_text(before + begin + whole.text() + end + after)
