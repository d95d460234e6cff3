# SPDX-License-Identifier: Apache-2.0
"""Chunks, pieces and workers: what is written by several at once is what one alone would have written."""
import json
import re

import harness


def entries(file, kind):
    """What the index of a file without compression says of the entries of one kind, by their names."""
    lines = re.findall(rb"^-- (\{\"id\":.*)$", file.read_bytes(), re.M)
    return {entry["name"]: entry for entry in map(json.loads, lines) if entry["kind"] == kind}


def content(pg, db, table):
    """One number for all rows of a table, in whatever order they are."""
    return pg.psql(f"select count(*), sum(hashtextextended(t::text, 0)) from {table} t", db=db)


def ways_back(pg, dbbackup, file):
    """Restores the file by its index, as a stream, and through psql; yields each database."""
    by_index = pg.new_name("by_index")
    dbbackup("restore", file, "--target", by_index, "--create").ok()
    yield by_index
    for name in ("by_pipe", "by_psql"):
        db = pg.create_db(pg.new_name(name))
        with open(file, "rb") as source:
            if name == "by_psql":
                pg.load(db, source)
            else:
                dbbackup("restore", "-", "--target", db, stdin=source).ok()
        yield db


LONG = "create table long as select n, repeat(md5(n::text), 40) as filler from generate_series(1, 30000) n;"


def test_chunks_of_one_table(pg, dbbackup):
    """Each chunk is a COPY of its own, with the rows that the index says."""
    db = pg.create_db(sql=LONG)
    file = dbbackup.backup(db, "b.sql", "-Z", "none")
    dbbackup("verify", file).ok()
    chunks = entries(file, "TABLE DATA")["long"]["chunks"]
    assert len(chunks) > 2
    assert sum(chunk[3] for chunk in chunks) == 30000
    text = file.read_bytes()
    for offset, size, _, rows, _ in chunks:
        chunk = text[offset:offset + size]
        assert size < 17 << 20
        assert re.match(rb"(--.*\n|\n)*COPY public.long \(n, filler\) FROM stdin;\n", chunk)
        assert chunk.endswith(b"\n\\.\n\n")
        assert len(re.findall(rb"^\d+\t", chunk, re.M)) == rows
    for copy in ways_back(pg, dbbackup, file):
        assert content(pg, copy, "long") == content(pg, db, "long")
        pg.drop_db(copy)
    pg.drop_db(db)


def test_large_objects_in_chunks(pg, dbbackup):
    db = pg.create_db(sql="select lo_from_bytea(n, convert_to(repeat(md5(n::text), 300000), 'UTF8'))"
                          " from generate_series(20001, 20003) n")
    digest = "select sum(hashtextextended(encode(lo_get(oid), 'hex'), 0)) from pg_largeobject_metadata"
    file = dbbackup.backup(db, "b.sql", "-Z", "none")
    assert len(entries(file, "BLOBS")["BLOBS"]["chunks"]) > 2
    for copy in ways_back(pg, dbbackup, file):
        assert pg.psql(digest, db=copy) == pg.psql(digest, db=db)
        pg.drop_db(copy)
    pg.drop_db(db)
