# SPDX-License-Identifier: Apache-2.0
"""Figures that docs/reliability.md keeps, between two comments with their name: how they were made, and a table."""
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


def numbers(line):
    """A table's line as the row that it was made of."""
    first, *cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
    return [first, *(int(cell.replace(",", "")) if cell else "" for cell in cells)]


def merged(old, rows):
    """The old rows, with those in their places that are new, and the rest of these behind them."""
    new = {row[0]: row for row in rows}
    return [new.pop(row[0], row) for row in old] + list(new.values())


def write(name, how, head, rows, keep="", total=None):
    """how: the command that made them. keep: a word for these rows, where all others stay as they are, and so do the
    lines that say how they were made. total: which rows the last one counts together."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                            cwd=ROOT, text=True, check=False).stdout.strip() or "unknown"
    begin, end = f"<!-- {name}: figures begin -->\n", f"<!-- {name}: figures end -->\n"
    before, rest = PAGE.read_text().split(begin)
    old, after = rest.split(end)
    made = [f"- {datetime.date.today()}, commit {commit}, `{how}`"]
    if keep:
        lines = old.splitlines()
        made = [line for line in lines if line.startswith("- ") and not line.endswith(f": {keep}")] + [f"{made[0]}: {keep}"]
        old_rows = [line for line in lines if line.startswith("|")][2:]
        rows = merged([numbers(line) for line in old_rows if not line.startswith("| all |")], rows)
    if total:
        counted = [row for row in rows if total(row)]
        rows = [*rows, ["all", *(sum(row[i] or 0 for row in counted) for i in range(1, len(head)))]]
    text = "\n".join(made)
    PAGE.write_text(f"{before}{begin}{text}\n\n{table(head, rows)}{end}{after}")
