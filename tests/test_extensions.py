# SPDX-License-Identifier: Apache-2.0
"""Every extension that comes with the server, all in one database, with what a user does to their members."""
import subprocess

import pytest

import harness

CHANGED = """
    create table uses (h "in hstore".hstore, c "in citext".citext primary key, t "in ltree".ltree, i "in isn".isbn);
    insert into uses values ('a=>1', 'Case', 'top.low', '0-393-04002-X');
    create index on uses using gin (h "in hstore".gin_hstore_ops);
    create view members as select "in hstore".akeys(h) as keys, c operator("in citext".=) 'CASE' as same from uses;
    revoke execute on function "in hstore".akeys("in hstore".hstore) from public;
    grant execute on function "in hstore".akeys("in hstore".hstore) to dbb_reader;
    grant select on "in pg_stat_statements".pg_stat_statements to dbb_reader with grant option;
    revoke select on "in pg_buffercache".pg_buffercache from pg_monitor;
    comment on extension hstore is 'not the usual comment';
"""


def packaged():
    """The names of the server package's extensions; what else the machine has isn't asked for."""
    files = subprocess.run(["dpkg", "-L", "postgresql-15"], check=True, stdout=subprocess.PIPE, text=True).stdout
    names = [line.rsplit("/", 1)[1][:-len(".control")] for line in files.split("\n") if line.endswith(".control")]
    assert len(names) > 40
    return sorted(names)


@pytest.mark.parametrize("apart", [False, True], ids=["in public", "in schemas of their own"])
def test_all_extensions(pg, dbbackup, tmp_path, apart):
    names = packaged()
    sql = []
    for name in names:
        schema = harness.quote_ident(f"in {name}")
        if apart:
            sql.append(f"create schema {schema};")
        sql.append(f"create extension if not exists {harness.quote_ident(name)} "
                   + (f"schema {schema} cascade;" if apart else "cascade;"))
    db = pg.create_db(pg.new_name("extensions"), sql="\n".join(sql) + (CHANGED if apart else ""))
    assert pg.psql("select count(*) from pg_extension", db=db) == str(len(names))
    pg.tool("pg_dump", "-Fc", "-f", tmp_path / "reference.dump", db)
    reference, copy = pg.create_db(pg.new_name("reference")), pg.new_name("restored")
    pg.tool("pg_restore", "-d", reference, tmp_path / "reference.dump")
    dbbackup("restore", "single", dbbackup.backup(db), "--target", copy, "--create").ok()
    assert not harness.first_differences(pg.dump(reference, tmp_path / "reference.sql"),
                                         pg.dump(copy, tmp_path / "copy.sql"))
    for name in (db, reference, copy):
        pg.drop_db(name)
