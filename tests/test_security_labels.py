# SPDX-License-Identifier: Apache-2.0
"""Security labels: they need a provider in the server, so these tests bring one (data/label_provider.c)."""
import os
import shutil
import subprocess
import tempfile

import pytest

import harness

LABELLED = '''
    create schema "My Schema";
    create table "My Schema".t (id int, "odd ""name""" text);
    create view v as select * from "My Schema".t;
    create function f(a int, text) returns int language sql return 1;
    create procedure p() language sql begin atomic select 1; end;
    create aggregate agg(int) (sfunc = int4pl, stype = int);
    create type colour as enum ('red');
    create domain positive as int check (value > 0);
    create sequence s;
    create materialized view m as select 1 as one;
    security label for dummy on schema "My Schema" is 'schema';
    security label for dummy on table "My Schema".t is 'it\'\'s a "table"
of two lines';
    security label for dummy on column "My Schema".t."odd ""name""" is 'column';
    security label for dummy on view v is 'view';
    security label for dummy on function f(int, text) is 'function';
    security label for dummy on procedure p() is 'procedure';
    security label for dummy on aggregate agg(int) is 'aggregate';
    security label for dummy on type colour is 'type';
    security label for dummy on domain positive is 'domain';
    security label for dummy on sequence s is 'sequence';
    security label for dummy on materialized view m is 'matview';
    select lo_create(4711);
    security label for dummy on large object 4711 is 'large object';
    create foreign data wrapper w;
    create server far foreign data wrapper w;
    create foreign table ft ("A" int) server far;
    create publication "Pub" for table "My Schema".t;
    create subscription "Sub" connection 'host=/nowhere' publication x with (connect = false, slot_name = none);
    create function on_event() returns event_trigger language plpgsql as 'begin end';
    create event trigger "Event" on sql_drop execute function on_event();
    create language "own" handler plpgsql_call_handler;
    security label for dummy on foreign table ft is 'foreign table';
    security label for dummy on column ft."A" is 'its column';
    security label for dummy on publication "Pub" is 'publication';
    security label for dummy on subscription "Sub" is 'subscription';
    security label for dummy on event trigger "Event" is 'event trigger';
    security label for dummy on language "own" is 'language';
'''


@pytest.fixture
def labelling(own_pg):
    """A server whose sessions have a provider named dummy."""
    folder = tempfile.mkdtemp(prefix="dbbackup-label.", dir="/tmp")  # where the server's user can read
    os.chmod(folder, 0o755)
    library = f"{folder}/label_provider.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-DPG_MAJOR=15", "-o", library, harness.DATA / "label_provider.c"],
                   check=True)
    os.chmod(library, 0o755)
    own_pg.psql(f"alter system set session_preload_libraries = '{library}'")
    own_pg.psql("select pg_reload_conf()")
    harness.wait_for(lambda: library in own_pg.psql("show session_preload_libraries"), "the provider is loaded")
    yield own_pg
    shutil.rmtree(folder)


def test_labels_come_back(labelling, tmp_path):
    (tmp_path / "work").mkdir()
    dbbackup = harness.Program(labelling, tmp_path / "work")
    db = labelling.create_db(sql=LABELLED)
    labelling.psql(f"security label for dummy on database {db} is 'database'")
    dbbackup("restore", dbbackup.backup(db), "--target", "copy", "--create").ok()
    expected = labelling.dump(db, tmp_path / "expected.sql")
    assert expected.read_text().count("SECURITY LABEL FOR dummy ON ") == 18
    assert not harness.first_differences(expected, labelling.dump("copy", tmp_path / "got.sql"))
    assert labelling.psql("select label from pg_shseclabel s join pg_database d on d.oid = objoid "
                          "where datname = 'copy'") == "database"


def test_a_proof_without_the_provider(labelling, tmp_path):
    """A throw-away server has none: of the globals that failed one is told, and the proof isn't one."""
    dbbackup = harness.Program(labelling, tmp_path)
    labelling.psql("create role labelled; security label for dummy on role labelled is 'a role'")
    db = labelling.create_db(sql="create table t (id int); insert into t values (1)")
    dbbackup("backup", "cluster", "-o", "c.tar.gz", "--native", "--include-database", db).ok()
    told = dbbackup("verify", "c.tar.gz", "--restore", "--throwaway")
    told.failed(1, "dummy", r"1 statement of the globals in c\.tar\.gz failed", hint=False)
    assert f"database {db}: equal" in told.out and "; 1 FAILED" in told.out


def test_labels_of_roles_and_tablespaces(labelling, tmp_path):
    dbbackup = harness.Program(labelling, tmp_path)
    labelling.psql("""
        set allow_in_place_tablespaces = on;
        create role labelled;
        create tablespace labelled location '';
        security label for dummy on role labelled is 'it''s a role';
        security label for dummy on tablespace labelled is 'a place';
    """)
    labels = "select provider, label, classoid::regclass from pg_shseclabel order by label"
    expected = labelling.psql(labels)
    assert expected.count("dummy|") == 2
    dbbackup("backup", "globals", "-o", "globals.sql").ok()
    without = dbbackup("backup", "globals", "-o", "-", "--no-security-labels").ok().out
    assert "SECURITY LABEL" not in without and "CREATE ROLE labelled;" in without
    labelling.psql("drop role labelled")
    labelling.psql("drop tablespace labelled")
    dbbackup("restore", "globals.sql", "--confirm").ok()
    assert labelling.psql(labels) == expected
