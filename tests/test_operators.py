# SPDX-License-Identifier: Apache-2.0
"""What pg_dump leaves out or can't bring back: here the original itself is the measure, seen by queries."""
import pytest

BEYOND = r"""
    create schema ext;
    create extension pg_trgm schema ext;
    create schema app;
    create schema "a first";

    create type app.odd;
    create function app.odd_in(cstring) returns app.odd language internal immutable strict as 'int4in';
    create function app.odd_out(app.odd) returns cstring language internal immutable strict as 'int4out';
    create type app.odd (input = app.odd_in, output = app.odd_out, like = integer);

    -- functions in pg_catalog that something of the user's needs
    create function pg_catalog.dbb_to_odd(integer) returns app.odd language internal immutable strict as 'int4up';
    create function pg_catalog.dbb_unused() returns integer language sql as 'select 1';
    create cast (integer as app.odd) with function pg_catalog.dbb_to_odd(integer) as implicit;
    revoke execute on function pg_catalog.dbb_to_odd(integer) from public;
    comment on function pg_catalog.dbb_to_odd(integer) is 'in pg_catalog';

    -- a language whose functions are the server's
    create trusted language own handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator;
    create function app.in_own() returns integer language own as 'begin return 1; end';

    -- an expression with a cast that nothing depends on
    create domain "a first".positive as app.odd default 7;
    create cast (app.odd as integer) without function as implicit;
    create domain "a first".checked as app.odd check (value + 1 > 0);

    -- members of families that aren't the user's
    create function app.eq(app.odd, integer) returns boolean language internal immutable strict as 'int4eq';
    create function app.cmp(app.odd, integer) returns integer language internal immutable strict as 'btint4cmp';
    create operator app.= (function = app.eq, leftarg = app.odd, rightarg = integer);
    create operator app.@@@ (function = texteq, leftarg = text, rightarg = text);
    alter operator family pg_catalog.integer_ops using btree add operator 3 app.= (app.odd, integer),
        function 1 (app.odd, integer) app.cmp(app.odd, integer);
    alter operator family ext.gin_trgm_ops using gin add operator 64 app.@@@ (text, text);

    -- a dictionary that names another; public is on the author's search_path, not on a restore's
    create text search dictionary app.zzz (template = simple);
    create text search dictionary public.zzz_public (template = simple);
    create text search dictionary "a first".one (template = thesaurus, dictfile = thesaurus_sample, dictionary = 'app.zzz');
    create text search dictionary "a first".two (template = thesaurus, dictfile = thesaurus_sample, dictionary = zzz_public);

    create aggregate app.total(integer) (sfunc = int4pl, stype = integer);
    alter routine app.total(integer) depends on extension pg_trgm;
"""

SEEN = {
    "functions in pg_catalog": ("""
        select p.oid::regprocedure, prosrc, proacl, obj_description(p.oid, 'pg_proc')
          from pg_proc p where proname ~ '^dbb_' and proname <> 'dbb_unused' order by 1
        """, "dbb_to_odd(integer)|int4up|{postgres=X/postgres}|in pg_catalog"),
    "casts": ("""
        select castsource::regtype, casttarget::regtype, castfunc::regprocedure, castcontext, castmethod
          from pg_cast where oid >= 16384 order by 1, 2
        """, "integer|app.odd|dbb_to_odd(integer)|i|f\napp.odd|integer|-|i|b"),
    "languages": ("""
        select lanname, lanplcallfoid::regproc, laninline::regproc, lanvalidator::regproc, lanpltrusted
          from pg_language where oid >= 16384
        """, "own|plpgsql_call_handler|plpgsql_inline_handler|plpgsql_validator|t"),
    "default of a domain": ("select pg_get_expr(typdefaultbin, 0) from pg_type where typname = 'positive'", "7"),
    "operators of others' families": ("""
        select opfname, amopstrategy, amopopr::regoperator
          from pg_amop a join pg_opfamily f on f.oid = a.amopfamily
         where a.amopopr in ('app.=(app.odd, integer)'::regoperator, 'app.@@@(text, text)'::regoperator) order by 1
        """, "gin_trgm_ops|64|app.@@@(text,text)\ninteger_ops|3|app.=(app.odd,integer)"),
    "functions of others' families": ("""
        select amprocfamily = (select oid from pg_opfamily where opfname = 'integer_ops' and opfmethod =
                               (select oid from pg_am where amname = 'btree')), amprocnum, amproc::regprocedure
          from pg_amproc where amproc = 'app.cmp(app.odd, integer)'::regprocedure
        """, "t|1|app.cmp(app.odd,integer)"),
    "dictionaries": ("""
        select dictname, dictinitoption from pg_ts_dict
         where dictnamespace = '"a first"'::regnamespace order by 1
        """, "one|dictfile = 'thesaurus_sample', dictionary = 'app.zzz'\n"
             "two|dictfile = 'thesaurus_sample', dictionary = 'zzz_public'"),
    "an aggregate of an extension": (
        "select objid::regprocedure, extname from pg_depend d join pg_extension x on x.oid = refobjid "
        "where d.deptype = 'x'", "app.total(integer)|pg_trgm"),
}


@pytest.fixture(scope="module")
def beyond(pg):
    db = pg.create_db(pg.new_name("beyond"), sql=BEYOND)
    yield db
    pg.drop_db(db)


def test_what_pg_dump_leaves_out(pg, dbbackup, beyond):
    copy = pg.new_name("restored")
    dbbackup("restore", "single", dbbackup.backup(beyond), "--target", copy, "--create").ok()
    for what, (query, expected) in SEEN.items():
        assert pg.psql(query, db=beyond) == expected, f"{what}: the test's own database is wrong"
        assert pg.psql(query, db=copy) == expected, what
    pg.drop_db(copy)


def test_clean_drops_a_type_with_its_functions(pg, dbbackup, beyond):
    copy = pg.new_name("restored")
    file = dbbackup.backup(beyond)
    dbbackup("restore", "single", file, "--target", copy, "--create").ok()
    dbbackup("restore", "single", file, "--target", copy, "--clean").ok()
    pg.psql("create table another (column_of app.odd)", db=copy)
    before = pg.psql("select oid, typname from pg_type where typname = 'odd'", db=copy)
    dbbackup("restore", "single", file, "--target", copy, "--clean").failed(1, "app.odd", "other objects depend on")
    assert pg.psql("select oid, typname from pg_type where typname = 'odd'", db=copy) == before
    assert pg.psql("select to_regclass('another')", db=copy) == "another"
    pg.drop_db(copy)
