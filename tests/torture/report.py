# SPDX-License-Identifier: Apache-2.0
"""The torture's figures as Markdown, and in docs/reliability.md."""
import collections
import datetime
import os
import subprocess

import harness

PAGE = harness.ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- torture: figures begin -->\n", "<!-- torture: figures end -->\n"


def _first_line(*argv):
    run = subprocess.run(list(map(str, argv)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=harness.ROOT, text=True)
    return run.stdout.split("\n")[0]


def _row(key, count):
    survived = count["tried"] - count["told"] - count["broken"]
    return f"| {' | '.join(key)} | {count['tried']} | {count['told']} | {survived} | {count['broken']} |"


def markdown(seed, versions, figures, notes, begun):
    """figures: (part, server, command, what goes wrong, how) → how often it was tried, told as a failure,
    and a promise was broken."""
    lines = [
        f"- {datetime.datetime.now():%Y-%m-%d}; {(datetime.datetime.now() - begun).seconds / 60:.0f} minutes; seed {seed}",
        f"- {_first_line(harness.DBBACKUP, 'version')}, commit {_first_line('git', 'describe', '--always', '--dirty')}; "
        f"{os.cpu_count()} processors",
        *(f"- {version}" for version in versions), *(f"- {note}" for note in notes), "",
        "| part | server | command | what goes wrong | how | tried | told as a failure | no harm | promises broken |",
        "|---|---|---|---|---|---|---|---|---|"]
    total = collections.Counter()
    for key, count in figures.items():
        lines.append(_row(key, count))
        total.update(count)
    return "\n".join([*lines, _row(("**all**", "", "", "", ""), total), ""])


def write_page(text):
    """Puts text between the marks; what stands around them stays."""
    before, begin, rest = PAGE.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE} lacks the marks between which the figures go: {BEGIN}{END}")
    PAGE.write_text(before + begin + text + end + after)
