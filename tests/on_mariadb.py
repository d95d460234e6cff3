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
