# SPDX-License-Identifier: Apache-2.0
"""Fixtures: one throw-away server for the session, the program under test in a folder of its own."""
import collections
import os
import pathlib
import shutil
import tempfile

import pytest

import harness
import mariadb

# Sanitizer reports go to files, so that none is lost, whoever started the program.
_reports = pathlib.Path(tempfile.mkdtemp(prefix="dbbackup-reports."))
_common = f"halt_on_error=1:exitcode={harness.SANITIZER_STATUS}:log_path={_reports}/report"
os.environ["ASAN_OPTIONS"] = f"detect_leaks=1:detect_stack_use_after_return=1:{_common}"
os.environ["TSAN_OPTIONS"] = _common
os.environ["UBSAN_OPTIONS"] = f"print_stacktrace=1:{_common}"


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes the server long, and the program little: not in a short run (SHORT=1)")
    config.addinivalue_line("markers", "not_sanitized(reason): under a sanitizer it has nothing to say")
    if not os.path.exists(harness.DBBACKUP):
        pytest.exit(f"There is no {harness.DBBACKUP}: run 'make build', or set DBBACKUP.", returncode=2)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The files with the most tests first: files are handed out in this order, and a large one begun last is what all
    others would wait for."""
    tests = collections.Counter(item.path for item in items)
    items.sort(key=lambda item: (-tests[item.path], item.path))


def pytest_runtest_setup(item):
    mark = item.get_closest_marker("not_sanitized")
    if mark is not None and harness.is_sanitized():
        pytest.skip(*mark.args)


def pytest_unconfigure(config):
    shutil.rmtree(_reports, ignore_errors=True)


@pytest.fixture(autouse=True)
def no_sanitizer_report():
    yield
    reports = sorted(_reports.iterdir())
    text = "\n".join(report.read_text(errors="replace") for report in reports)
    for report in reports:
        report.unlink()
    assert not reports, f"a sanitizer complained:\n{text[:8000]}"


@pytest.fixture(scope="session")
def pg(tmp_path_factory):
    """The server that most tests share. A test makes databases of its own in it."""
    server = harness.Server(tmp_path_factory.mktemp("postgres"))
    yield server
    server.stop()


@pytest.fixture
def own_pg(tmp_path):
    """A server for one test that means to break it."""
    server = harness.Server(tmp_path / "postgres")
    yield server
    server.stop("immediate")


@pytest.fixture
def dbbackup(pg, tmp_path):
    """The program, against the shared server: dbbackup("backup", "single", "shop") …"""
    folder = tmp_path / "work"
    folder.mkdir()
    return harness.Program(pg, folder)


@pytest.fixture
def target(pg):
    """The name of a database that doesn't exist. Dropped afterwards if it then does."""
    name = pg.new_name("target")
    yield name
    pg.drop_db(name)


@pytest.fixture(scope="session")
def shop(pg):
    """A database filled from shop.sql. Read it, don't change it."""
    name = pg.create_db("shop")
    pg.load(name, harness.DATA / "shop.sql")
    return name


@pytest.fixture(scope="session")
def small(pg):
    """A database of a few objects and rows, whose backup has a few kilobytes. Read only."""
    return pg.create_db("small", """
        create table first (id int primary key, name text not null);
        insert into first select n, 'name ' || n from generate_series(1, 30) n;
        create table second (first int references first, note text);
        insert into second select n, repeat('note ', n) from generate_series(1, 10) n;
        create view third as select * from first join second on first = id;
        comment on table first is 'the first';
    """)


@pytest.fixture(scope="session")
def small_backup(pg, small, tmp_path_factory):
    """A backup of `small`. Copy it before you change it."""
    program = harness.Program(pg, tmp_path_factory.mktemp("small"))
    return program.backup(small, "small.sql.gz")


@pytest.fixture(scope="session")
def maria(tmp_path_factory):
    """The MariaDB that most tests share."""
    server = mariadb.MariaDb(tmp_path_factory.mktemp("mariadb"))
    yield server
    server.stop()


@pytest.fixture
def maria_backup(maria, tmp_path):
    """The program, against MariaDB: maria_backup("backup", "single", "shop", *maria.place) …"""
    folder = tmp_path / "work"
    folder.mkdir()
    return harness.Program(maria, folder)
