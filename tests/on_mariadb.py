# SPDX-License-Identifier: Apache-2.0
"""What tests on the shared MariaDB begin with: import these fixtures by their names."""
import os

import pytest


@pytest.fixture
def run(maria, maria_backup):
    """run("backup", "single", …): with the options that lead to the server."""
    return lambda *args, **kwargs: maria_backup(*args, *maria.place, **kwargs)


@pytest.fixture
def back_up(maria, maria_backup):
    """back_up("shop", "-j", 2): the file."""
    return lambda db, *args, **kwargs: maria_backup.backup(db, "b.sql.gz", *maria.place, *args, **kwargs)


@pytest.fixture
def target(maria):
    """A name that no database has; it is dropped at the end."""
    name = f"target_{os.getpid()}"
    yield name
    maria.sql(f"drop database if exists {name}")


@pytest.fixture(params=["bulk", "load"])
def way(maria, request):
    """A server whose binary log is of statements refuses prepared INSERTs of many rows."""
    maria.sql("set global binlog_format = " + ("mixed" if request.param == "bulk" else "statement"))
    yield request.param
    maria.sql("set global binlog_format = mixed")


class Statements:
    """How many of these the server has run since: "bulk" and "load" are the quicker ways."""
    words = {"bulk": "Com_stmt_execute", "load": "Com_load", "insert": "Com_insert"}

    def __init__(self, maria):
        self.maria, self.before = maria, {}
        self.before = {word: self[word] for word in ("bulk", "load", "insert")}

    def __getitem__(self, word):
        now = int(self.maria.sql(f"show global status like '{self.words[word]}'").split("\t")[1])
        return now - self.before.get(word, 0)

    @property
    def text_inserts(self):
        return self["insert"] - self["bulk"]
