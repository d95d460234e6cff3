# SPDX-License-Identifier: Apache-2.0
"""Ways to break the code, each with the tests that must fail then. scripts/mutation-test tries them out.
The rows stand in the files beside this one.

The text that is replaced stands in its file exactly once; short pieces of one line survive most edits. A test is
"test_errors.py::test_full_disk", perhaps with a parameter, or "lexer::test_corpus" for a unit test. Where two guards
stand behind each other, breaking one shows nothing: break what both rely on, or look at what the first one says."""
import importlib
import pathlib
from typing import NamedTuple, Tuple


class Mutation(NamedTuple):
    file: str
    old: str
    new: str
    what: str  # is broken then
    tests: Tuple[str, ...]


MUTATIONS = []


def broken(file, what, old, new, *tests):
    MUTATIONS.append(Mutation(f"src/{file}", old, new, what, tests))


def in_postgres(file, *rest):
    broken(f"engine/postgres/{file}", *rest)


def in_catalog(file, *rest):
    broken(f"engine/postgres/catalog/{file}.sql", *rest)


# Each file of rows adds them as it is imported.
for path in sorted(pathlib.Path(__file__).parent.glob("[!_]*.py")):
    importlib.import_module(f".{path.stem}", __package__)
