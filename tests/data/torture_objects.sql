-- SPDX-License-Identifier: Apache-2.0
-- Objects that are hard to back up, tables' own things apart (torture_relations.sql has those): fills an empty
-- database. Run by psql as a superuser; the roles dbb_owner, dbb_reader and "dbb ""odd"" Ünïcode 🎈" must exist, and
-- the extensions of Debian's postgresql-15.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set client_encoding = 'UTF8';

-- The database --------------------------------------------------------------------------------------------------------
\set role_odd 'dbb "odd" Ünïcode 🎈'
comment on database :"DBNAME" is 'The database''s comment: \ $$ % "quoted"
on two lines';
alter database :"DBNAME" set work_mem = '5MB';
alter database :"DBNAME" set search_path = "$user", public, "a ""b"", c", "x'y\z", '';
alter database :"DBNAME" set datestyle = 'German, DMY';
alter database :"DBNAME" set dbb.custom = 'a ''quote'', 100% $$ \ and "more"';
alter role dbb_reader in database :"DBNAME" set search_path = '';
alter role :"role_odd" in database :"DBNAME" set statement_timeout = '1h';
alter role :"role_odd" in database :"DBNAME" set temp_tablespaces = '';
grant connect on database :"DBNAME" to dbb_reader with grant option;
set session authorization dbb_reader;
grant connect on database :"DBNAME" to dbb_owner;
reset session authorization;
revoke temporary on database :"DBNAME" from public;

-- Schemas -------------------------------------------------------------------------------------------------------------
create schema authorization dbb_owner;
create schema app authorization dbb_owner;
create schema "odd ""schema"" Ünïcode 🎈 'q' \ $$" authorization :"role_odd";
create schema U&"new\000Aline";
create schema "select";
create schema ext;
create schema no_rights;
\set odd 'odd "schema" Ünïcode 🎈 ''q'' \\ $$'
comment on schema app is 'It''s an application''s "schema" \n $$ 100%';
comment on schema :"odd" is 'A comment of more than one kilobyte';
select format('comment on schema app is %L', repeat(E'Quotes '' " and\nlines and 🎈. ', 100)) \gexec
comment on schema public is 'not the standard comment';
alter schema public owner to dbb_owner;
revoke usage on schema public from public;
grant create on schema public to dbb_reader;
grant usage on schema app to dbb_reader with grant option;
grant usage, create on schema app to :"role_odd";
set session authorization dbb_reader;
grant usage on schema app to public;
reset session authorization;
grant all on schema :"odd" to dbb_owner with grant option;
revoke all on schema no_rights from postgres;
revoke all on schema no_rights from current_user;

-- Default privileges --------------------------------------------------------------------------------------------------
alter default privileges for role dbb_owner grant select on tables to dbb_reader;
alter default privileges for role dbb_owner revoke execute on functions from public;
alter default privileges for role dbb_owner in schema app grant all on sequences to :"role_odd" with grant option;
alter default privileges for role dbb_owner in schema app grant execute on functions to public;
alter default privileges for role dbb_owner revoke usage on types from public, dbb_owner;
alter default privileges for role :"role_odd" grant usage on schemas to dbb_reader;
alter default privileges for role :"role_odd" in schema :"odd" grant insert, update on tables to dbb_owner;
alter default privileges for role :"role_odd" revoke all on tables from :"role_odd";

-- Extensions ----------------------------------------------------------------------------------------------------------
create extension hstore with schema ext;
create extension citext with schema :"odd";
create extension pg_trgm;
create extension cube with schema ext;
create extension earthdistance with schema ext;
comment on extension citext is 'not the extension''s own comment';
comment on function ext.akeys(ext.hstore) is 'a comment on a member goes with its extension';
revoke execute on function ext.akeys(ext.hstore) from public;
grant execute on function ext.akeys(ext.hstore) to dbb_reader with grant option;
grant usage on type ext.cube to :"role_odd";
revoke usage on type ext.hstore from public;

-- Enumerated types ----------------------------------------------------------------------------------------------------
create type app.mood as enum ('sad', 'it''s ok', 'back\slash', 'new
line', '', '🎈 "happy"');
alter type app.mood add value 'in between' before 'it''s ok';
create type app.no_labels as enum ();
create type "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Odd ""enum""" as enum ('$$', '%s', 'A');
comment on type app.mood is 'a mood';
alter type app.mood owner to dbb_owner;
revoke usage on type app.mood from public;
grant usage on type app.mood to dbb_reader with grant option;
set session authorization dbb_reader;
grant usage on type app.mood to :"role_odd";
reset session authorization;

-- Composite types -----------------------------------------------------------------------------------------------------
create type app.pair as (a integer, dropped text, "B ""b""" numeric(10, 2)[], c text collate "C", d app.mood, e ext.hstore);
alter type app.pair drop attribute dropped;
create type app.empty as ();
create type app.nested as (p app.pair, ps app.pair[], v varchar(7), t timestamptz(3), i interval day to second(2), b bit varying(9));
create type app.z_element as (a integer);
create type app.a_array as (z app.z_element[]); -- needs only the array type of a later name
comment on type app.pair is 'a pair';
comment on column app.pair."B ""b""" is 'a column of a composite type';
alter type app.pair owner to :"role_odd";
grant usage on type app.nested to dbb_reader;

-- Domains -------------------------------------------------------------------------------------------------------------
create domain app.positive as integer default 1 not null constraint "a ""first""" check (value > 0) check (value < 1000000);
create domain app.more_positive as app.positive constraint more check (value > 10);
create domain app.name as varchar(40) collate "C" default 'no ''name'' \ yet';
create domain app.moods as app.mood[] check (array_length(value, 1) < 10);
create domain app.insensitive as "odd ""schema"" Ünïcode 🎈 'q' \ $$".citext check (value <> 'x');
create domain "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Dom""ain" as text;
comment on domain app.positive is 'a domain';
comment on constraint "a ""first""" on domain app.positive is 'a domain''s constraint';
alter domain app.name owner to dbb_owner;
grant usage on domain app.name to :"role_odd";
revoke usage on domain app.positive from public;

-- a domain that needs a function, and one that needs a function that needs the domain (it has no use, but may stand)
create domain app.looped as integer;
create function app.is_looped(app.looped) returns boolean language sql immutable as 'select true';
alter domain app.looped add constraint "loop" check (app.is_looped(value));
create domain app.checked as integer;
create function app.is_fine(integer) returns boolean language sql immutable as 'select $1 <> 13';
alter domain app.checked add constraint fine check (app.is_fine(value));
alter domain app.checked add constraint not_yet check (value > 5) not valid;
comment on constraint fine on domain app.checked is 'apart';
comment on constraint not_yet on domain app.checked is 'apart and late';
create sequence app.for_domain;
create domain app.counted as bigint default nextval('app.for_domain');

-- Collations ----------------------------------------------------------------------------------------------------------
create collation app.phonebook (provider = icu, locale = 'de-u-co-phonebk');
create collation app."No ""case""" (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create collation app.mixed (lc_collate = 'C', lc_ctype = 'POSIX');
alter collation app.phonebook owner to dbb_owner;
comment on collation app."No ""case""" is 'it''s not deterministic';
create table app.collated (a text collate app."No ""case""" unique, b text collate app.phonebook, c text collate app.mixed);
insert into app.collated values ('Abc', 'ä', 'x'), ('abd', 'b', 'y');

-- Ranges --------------------------------------------------------------------------------------------------------------
create function app.mood_distance(a app.mood, b app.mood) returns double precision language sql immutable
    as 'select (case when a > b then 1 else 0 end)::double precision';
create type app.mood_range as range (subtype = app.mood, subtype_diff = app.mood_distance);
create type app.text_range as range (subtype = text, collation = "C", subtype_opclass = text_pattern_ops,
    multirange_type_name = "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Text ""multi""");
create type app.discrete;
create function app.to_canonical(app.discrete) returns app.discrete language internal immutable strict as 'int4range_canonical';
create type app.discrete as range (subtype = integer, canonical = app.to_canonical, subtype_diff = int4range_subdiff);
comment on type app.text_range is 'a range';
comment on type app.discrete is 'one with a canonical function';
comment on function app.to_canonical(app.discrete) is 'made while the type is a shell';
alter type app.discrete owner to dbb_owner;
grant usage on type app.text_range to dbb_reader;

create table app.uses_types (
    id app.positive primary key,
    mood app.mood default 'sad',
    pairs app.pair[],
    n app.nested,
    domains app.checked[],
    c app.checked,
    counted app.counted,
    dr app.discrete,
    tr app.text_range,
    mr "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Text ""multi""",
    moods app.moods,
    h ext.hstore,
    ci app.insensitive);
insert into app.uses_types values
    (1, 'back\slash', array[row(1, '{1.5}', 'x', 'sad', 'a=>"b c"')::app.pair],
     row(row(2, null, E'tab\t"', null, null), '{}', 'v', 'epoch', '1 day', b'101'), '{6,7}', 7, default, '[1,5]', '["a","b c")',
     '{["a","b"),["x","z"]}', '{sad,"in between"}', 'k=>v', 'CaSe'),
    (999999, default, null, null, null, null, default, 'empty', '(,)', '{}', '{}', '', null);

-- Functions and procedures --------------------------------------------------------------------------------------------
create function app.plain(integer, text) returns text language sql as 'select $2 || $1';
create function app.plain(integer) returns integer language sql as $$ select $1 $$;
create function app.plain() returns void language plpgsql as $f$ begin end $f$;
create function app.attributes(a integer, out b text, inout c numeric, variadic d text[] default array['x''y', '\'])
    language plpgsql stable strict security definer leakproof cost 12.5 parallel restricted
    set search_path = app, "$user", "odd ""schema"" Ünïcode 🎈 'q' \ $$", "x,y", ''
    set work_mem = '7MB'
    set datestyle = 'iso, mdy'
    set dbb.custom = 'it''s \ "q", 1'
    set temp_tablespaces = ''
    set role = 'dbb_owner'
    as $body$
begin
    b := 'quoted '' and $$ and $_$ and \ and %';
    c := 1;
end;
$body$;
create function app.empty_path() returns text language sql immutable parallel safe set search_path = '' as $$ select 'a'::text $$;
create function app.rows() returns table (x integer, "Y ""y""" text) language sql rows 12 cost 0.5
    as $$ values (1, 'a'::text), (2, 'b') $$;
create function app.series(integer, integer) returns setof integer language internal immutable strict parallel safe
    cost 3 rows 77 support pg_catalog.generate_series_int4_support as 'generate_series_int4';
create function app.row_number() returns bigint language internal window immutable as 'window_row_number';
create function app.from_library(cstring) returns "odd ""schema"" Ünïcode 🎈 'q' \ $$".citext language c immutable strict
    as '$libdir/citext', 'citext_hash';
create function app.ends_in_dollar() returns text language sql as 'select ''a$''::text --$';
create function app.dollars() returns text language sql as 'select ''$$ $_$ $body$ $_X$ $1''::text -- $_$';
create function app.any_element(x anyelement, y anyarray default null) returns anyelement language sql as 'select x';
create function app.variadic_any(variadic "any") returns text language internal strict as 'text_concat_ws';
create function app.atomic(n integer default 2, p app.pair default null) returns integer language sql
    begin atomic
        select n + 1;
        select n * (select count(*)::integer from app.uses_types u where u.c > atomic.n);
    end;
create function app.returns_expression(a integer) returns integer language sql immutable return a + 1;
create function app.trigger_function() returns trigger language plpgsql as $$ begin return new; end $$;
create function "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Odd ""function""
name"("Arg ""a""" integer, "select" text default E'\\ ''') returns "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Odd ""enum"""
    language sql as $q$ select 'A'::"odd ""schema"" Ünïcode 🎈 'q' \ $$"."Odd ""enum""" $q$;
create procedure app.proc(a integer, inout b text default 'x') language plpgsql security definer set lock_timeout = '1s'
    as $$ begin b := a::text; end $$;
create procedure app.proc_out(a integer, out b integer) language sql as 'select 1';
create procedure app.proc_out(a integer, b integer, c integer) language sql begin atomic insert into app.uses_types (id) values (a); end;
create function app.body_names_a_table() returns bigint language sql as 'select count(*) from app.uses_types';
create function app.needs_extension() returns text language sql as 'select 1::text';
alter function app.needs_extension() depends on extension hstore;
alter function app.needs_extension() depends on extension pg_trgm;

comment on function app.plain(integer, text) is 'one of three of a name';
comment on function app.attributes(integer, numeric, text[]) is 'with all attributes';
comment on function "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Odd ""function""
name"(integer, text) is 'odd';
comment on procedure app.proc(integer, text) is 'a procedure';
comment on procedure app.proc_out(in integer, out integer) is 'a procedure''s comment with modes';
alter function app.plain(integer) owner to dbb_owner;
alter procedure app.proc(integer, text) owner to :"role_odd";
revoke execute on function app.plain(integer, text) from public;
grant execute on function app.plain(integer, text) to dbb_reader with grant option;
set session authorization dbb_reader;
grant execute on function app.plain(integer, text) to :"role_odd";
reset session authorization;
revoke all on function app.plain() from public, postgres;
revoke all on function app.plain() from current_user;
grant execute on procedure app.proc_out(in integer, out integer) to dbb_reader;
revoke execute on procedure app.proc(integer, text) from public;
set session authorization dbb_owner;
create function app.by_owner() returns integer language sql as 'select 1'; -- with the default privileges of its owner
reset session authorization;

-- Aggregates ----------------------------------------------------------------------------------------------------------
create function app.sum_step(app.pair, integer) returns app.pair language sql immutable as 'select $1';
create function app.pair_final(app.pair) returns integer language sql immutable as 'select 1';
create function app.pair_combine(app.pair, app.pair) returns app.pair language sql immutable as 'select $1';
create aggregate app.pairs(integer) (sfunc = app.sum_step, stype = app.pair, sspace = 200, initcond = '(1,{},"it''s \\ ",,)',
    finalfunc = app.pair_final, finalfunc_modify = shareable, combinefunc = app.pair_combine, parallel = safe);
create aggregate app.counter(*) (sfunc = int8inc, stype = int8, initcond = '0', parallel = restricted);
create aggregate app.maximum(integer) (sfunc = int4larger, stype = int4, sortop = >);
create aggregate app.moving(integer) (sfunc = int4_avg_accum, stype = int8[], initcond = '{0,0}', finalfunc = int8_avg,
    msfunc = int4_avg_accum, minvfunc = int4_avg_accum_inv, mstype = int8[], msspace = 64, minitcond = '{0,0}',
    mfinalfunc = int8_avg, mfinalfunc_modify = read_write, combinefunc = int4_avg_combine);
create aggregate app.serial(numeric) (sfunc = numeric_avg_accum, stype = internal, finalfunc = numeric_avg,
    combinefunc = numeric_avg_combine, serialfunc = numeric_avg_serialize, deserialfunc = numeric_avg_deserialize, parallel = safe);
create aggregate app.percentile(double precision order by anyelement) (sfunc = ordered_set_transition, stype = internal,
    finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = shareable);
create aggregate app.rank(variadic "any" order by variadic "any") (sfunc = ordered_set_transition_multi, stype = internal,
    finalfunc = rank_final, finalfunc_extra, hypothetical);
create aggregate app.variadic_count(variadic "any") (sfunc = concat_ws, stype = text, initcond = ',');
create function "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Step"(integer, integer, integer) returns integer language sql as 'select $1 + $2 * $3';
create aggregate "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Odd ""agg"""(a integer, "B b" integer)
    (sfunc = "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Step", stype = integer, initcond = '0');
comment on aggregate app.counter(*) is 'without arguments';
comment on aggregate app.percentile(double precision order by anyelement) is 'an ordered set';
comment on aggregate app.rank(variadic "any" order by variadic "any") is 'a hypothetical set';
alter aggregate app.maximum(integer) owner to dbb_owner;
alter aggregate app.rank(variadic "any" order by variadic "any") owner to :"role_odd";
revoke execute on function app.counter() from public;
grant execute on function app.percentile(double precision, anyelement) to dbb_reader;
revoke execute on function app.rank(variadic "any") from public;

-- Views ---------------------------------------------------------------------------------------------------------------
create table app.base (id integer primary key, name text collate "C", mood app.mood default 'sad', price numeric(8, 2));
insert into app.base select i, 'name ' || i, 'sad', i / 3.0 from generate_series(1, 20) i;
create view app.z_first as select id, name, mood from app.base where id > 0;
create view app.y_second as select * from app.z_first;
create view app.a_last as select y.id, z.name, app.plain(y.id) as p from app.y_second y join app.z_first z using (id);
create view app.secure with (security_barrier = true, security_invoker = true) as select * from app.base;
create view app.checked_view with (check_option = cascaded, security_barrier) as select * from app.base where id < 100;
create view app.local_view as select * from app.base where id < 50 with local check option;
create view app.no_columns as select;
create view app.with_default as select * from app.base;
alter view app.with_default alter column mood set default 'in between';
alter view app.with_default alter column id set default nextval('app.for_domain');
create recursive view app.recursive_view (n) as values (1) union all select n + 1 from recursive_view where n < 5;
create view "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Odd ""view""" ("Col ""a""", "select", U&"new\000Aline") as
    select E'text '' \\ $$'::text collate "C", null::app.nested, '{A}'::"odd ""schema"" Ünïcode 🎈 'q' \ $$"."Odd ""enum"""[] where false;
comment on view app.secure is 'a view';
comment on column app.secure.name is 'a view''s column';
alter view app.secure owner to dbb_owner;
grant select on app.secure to dbb_reader with grant option;
grant update (name), select (id), insert (id, name) on app.secure to public;
grant all (price) on app.secure to :"role_odd" with grant option;
set session authorization dbb_reader;
grant select on app.secure to :"role_odd";
reset session authorization;

-- views that need a primary key, of which others need the row type
create view app.grouped as select b.*, count(*) as n from app.base b group by b.id;
create table app.of_grouped (g app.grouped);
create function app.takes_grouped(app.grouped) returns bigint language sql as 'select ($1).n';
create view app.b_on_grouped as select g.id, app.takes_grouped(g) as n from app.grouped g;
comment on view app.grouped is 'made twice';
comment on column app.grouped.n is 'a column of a view made twice';
alter view app.grouped owner to dbb_owner;
grant select (n) on app.grouped to dbb_reader;
create function app.atomic_grouped() returns setof app.grouped language sql
    begin atomic select b.*, count(*) from app.base b group by b.id; end;

-- views in a loop
create view app.loop_a as select 1 as x, 'y'::text collate "C" as y;
create view app.loop_b with (security_barrier = true) as select * from app.loop_a;
create or replace view app.loop_a with (security_barrier = true) as select * from app.loop_b;
create view app.loop_f as select 1 as x;
create function app.loop_function() returns setof app.loop_f language sql begin atomic select 1; end;
create or replace view app.loop_f as select x from app.loop_function();
comment on view app.loop_a is 'in a loop';
grant select on app.loop_b to dbb_reader;

-- Materialized views --------------------------------------------------------------------------------------------------
create materialized view app.mv_z with (fillfactor = 70, toast.autovacuum_enabled = false, autovacuum_enabled = false) as
    select id, name, mood, repeat(name, 3) as long from app.base with data;
alter materialized view app.mv_z alter column name set statistics 77, alter column long set storage external,
    alter column id set (n_distinct = -0.5, n_distinct_inherited = 7), alter column name set compression pglz;
create view app.over_mv as select * from app.mv_z;
create materialized view app.mv_a as select count(*) as n from app.over_mv;
create materialized view app.mv_empty as select * from app.mv_a with no data;
create materialized view app.mv_on_key as select b.*, count(*) as n from app.base b group by b.id;
create materialized view app.mv_on_key_too as select sum(n) as n from app.mv_on_key;
create materialized view "odd ""schema"" Ünïcode 🎈 'q' \ $$"."Odd ""mv""" as select 1 as "Col ""a""";
create unique index mv_z_id on app.mv_z (id);
create index "mv ""z"" lower" on app.mv_z (lower(name)) where id > 3;
cluster app.mv_z using mv_z_id;
create table app.emptied (x integer);
create materialized view app.mv_of_emptied as select * from app.emptied;
create materialized view app.mv_of_mv_of_emptied as select * from app.mv_of_emptied;
refresh materialized view app.mv_of_emptied with no data;
alter materialized view app.mv_a depends on extension hstore;
grant select on app.over_mv to dbb_owner; -- it refreshes the next
alter materialized view app.mv_a owner to dbb_owner;
grant select on app.mv_a to dbb_reader;
grant select (name) on app.mv_z to :"role_odd";
comment on materialized view app.mv_a is 'a materialized view';
comment on column app.mv_a.n is 'a materialized view''s column';
comment on index app.mv_z_id is 'a materialized view''s index';

-- Privileges ----------------------------------------------------------------------------------------------------------
create table app.acl_all (a integer, "B ""b""" integer);
create table app.acl_none (a integer);
create table app.acl_order (a integer);
create table app.acl_public (a integer);
create sequence app.acl_sequence;
alter table app.acl_all owner to dbb_owner;
alter table app.acl_none owner to dbb_owner;
alter table app.acl_order owner to dbb_owner;
grant all on app.acl_all to dbb_reader with grant option;
grant select, insert on app.acl_all to :"role_odd";
grant trigger, references, update on app.acl_all to :"role_odd" with grant option;
grant select ("B ""b""") on app.acl_all to dbb_reader;
grant all ("B ""b""", a) on app.acl_all to public;
revoke all on app.acl_none from dbb_owner;
revoke all on app.acl_order from dbb_owner; -- so that the owner's own item isn't the first
grant select on app.acl_order to public;
grant select on app.acl_order to dbb_owner with grant option;
grant insert, delete on app.acl_order to dbb_reader with grant option;
set session authorization dbb_reader;
grant insert on app.acl_order to :"role_odd" with grant option;
reset session authorization;
set session authorization :"role_odd";
grant insert on app.acl_order to public;
reset session authorization;
grant update, truncate on app.acl_order to dbb_owner;
grant all on app.acl_public to public;
grant usage, select on sequence app.acl_sequence to dbb_reader with grant option;
revoke update on sequence app.acl_sequence from postgres;
grant usage on language plpgsql to dbb_reader;
revoke usage on language plpgsql from public;
grant usage on language sql to dbb_reader with grant option;

-- system objects
grant select on pg_catalog.pg_authid to dbb_reader;
grant select (rolname), update (rolpassword) on pg_catalog.pg_authid to :"role_odd";
revoke select on pg_catalog.pg_stat_activity from public;
grant execute on function pg_catalog.pg_ls_logdir() to dbb_reader with grant option;
revoke execute on function pg_catalog.pg_sleep(double precision) from public;
revoke usage on type pg_catalog.point from public;
grant create on schema pg_catalog to dbb_owner;

-- Large objects -------------------------------------------------------------------------------------------------------
select lo_create(424201);
select lo_from_bytea(424202, decode(repeat('00ff5c27240a', 20000), 'hex'));
select lo_from_bytea(424203, 'x');
select lo_put(424203, 9999999, 'after a gap\\');
select lo_from_bytea(424204, decode(repeat('ab', 2048), 'hex'));
select lo_from_bytea(4294967295, 'the last oid');
alter large object 424201 owner to dbb_owner;
alter large object 424202 owner to :"role_odd";
grant select on large object 424201 to public;
grant all on large object 424202 to dbb_reader with grant option;
set session authorization dbb_reader;
grant update on large object 424202 to dbb_owner;
reset session authorization;
revoke all on large object 424204 from postgres;
comment on large object 424201 is 'an empty large object''s comment
of two lines \';
