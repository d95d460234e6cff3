# SPDX-License-Identifier: Apache-2.0
"""Figures that docs/reliability.md keeps, between two comments with their name."""
import datetime
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reliability.md"


def table(head, rows):
    """Markdown; the first column is text, the others are numbers."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "".join("| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else cell for cell in line) + " |\n"
                   for line in lines)


def write(name, how, text):
    """how: the command that made them."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            cwd=ROOT, text=True, check=False).stdout.strip() or "unknown"
    begin, end = f"<!-- {name}: figures begin -->\n", f"<!-- {name}: figures end -->\n"
    before, rest = PAGE.read_text().split(begin)
    after = rest.split(end)[1]
    PAGE.write_text(f"{before}{begin}{datetime.date.today()}, commit {commit}, `{how}`:\n\n{text}{end}{after}")
