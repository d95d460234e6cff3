-- SPDX-License-Identifier: Apache-2.0
-- What a server of version 12 can hold: as much as possible of everything, so that each catalog query has something to
-- find. The files of later versions add what these brought; a server runs all up to its own. Roles: as in tests/harness.py.
create schema app authorization dbb_owner;
create schema "Odd ""schema"" Ünïcode 🎈";
comment on schema app is 'It''s an application';
grant usage on schema app to dbb_reader with grant option;
revoke create on schema public from public;
create extension hstore with schema app;
create extension postgres_fdw;
revoke execute on function app.akeys(app.hstore) from public;

-- Types
create type app.mood as enum ('sad', 'it''s ok', 'happy');
create type app.pair as (a integer, "B ""b""" text collate "C");
create domain app.positive as integer default 1 not null constraint above check (value > 0);
create domain app.checked as text;
alter domain app.checked add constraint late check (length(value) < 100) not valid;
create function app.mood_distance(a app.mood, b app.mood) returns double precision language sql immutable as 'select 1.0::float8';
create type app.mood_range as range (subtype = app.mood, subtype_diff = app.mood_distance);
create type app.shell;
create type app.base;
create function app.base_in(cstring) returns app.base language internal immutable strict as 'textin';
create function app.base_out(app.base) returns cstring language internal immutable strict as 'textout';
create type app.base (input = app.base_in, output = app.base_out, like = text, category = 'X', delimiter = '|');
comment on type app.mood is 'a mood';
comment on column app.pair.a is 'an attribute';
alter type app.mood owner to dbb_owner;
grant usage on type app.pair to dbb_reader;
revoke usage on type app.mood from public;

-- Collations, text search, languages, casts, operators
create collation app.german (provider = icu, locale = 'de-u-co-phonebk');
create collation app.insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create collation app.bytes from "C";
create text search dictionary app.plain (template = simple, stopwords = 'english', accept = false);
create text search configuration app.words (copy = english);
alter text search configuration app.words alter mapping for asciiword, word with app.plain, english_stem;
alter text search configuration app.words drop mapping for url, email;
create function app.call() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
create function app.validate(oid) returns void language c as '$libdir/plpgsql', 'plpgsql_validator';
create trusted language "pl ""own""" handler app.call validator app.validate;
grant usage on language "pl ""own""" to dbb_reader;
revoke usage on language "pl ""own""" from public;
create function app.add(app.pair, app.pair) returns app.pair language sql immutable as 'select row($1.a + $2.a, $1."B ""b""")::app.pair';
create operator app.+ (function = app.add, leftarg = app.pair, rightarg = app.pair, commutator = operator(app.+));
create function app.to_integer(app.pair) returns integer language sql immutable as 'select $1.a';
create cast (app.pair as integer) with function app.to_integer(app.pair) as assignment;
create cast (app.mood as bytea) with inout;
create function app.less(app.base, app.base) returns boolean language internal immutable as 'text_lt';
create function app.less_or_equal(app.base, app.base) returns boolean language internal immutable as 'text_le';
create function app.equal(app.base, app.base) returns boolean language internal immutable as 'texteq';
create function app.compare(app.base, app.base) returns integer language internal immutable as 'bttextcmp';
create operator app.< (function = app.less, leftarg = app.base, rightarg = app.base, commutator = operator(app.>),
    negator = operator(app.>=), restrict = scalarltsel, join = scalarltjoinsel);
create operator app.<= (function = app.less_or_equal, leftarg = app.base, rightarg = app.base);
create operator app.= (function = app.equal, leftarg = app.base, rightarg = app.base, hashes, merges);
create function app.more(app.base, app.base) returns boolean language internal immutable as 'text_gt';
create function app.more_or_equal(app.base, app.base) returns boolean language internal immutable as 'text_ge';
create operator app.>= (function = app.more_or_equal, leftarg = app.base, rightarg = app.base);
create operator app.> (function = app.more, leftarg = app.base, rightarg = app.base, commutator = operator(app.<));
create operator family app.bases using btree;
create operator class app.base_ops for type app.base using btree family app.bases as
    operator 1 app.<, operator 2 app.<=, operator 3 app.=, operator 4 app.>=, operator 5 app.>,
    function 1 app.compare(app.base, app.base);
create conversion app.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8;
create access method tree type index handler bthandler;
create transform for app.hstore language sql
    (from sql with function prsd_lextype(internal), to sql with function app.hstore_recv(internal));

-- Functions
create function app.twice(n integer, out a integer, out b text) language plpgsql immutable strict parallel safe cost 7
    as $f$ begin a := n * 2; b := '$$'; end $f$;
create function app.many(variadic texts text[] default '{}') returns setof text language sql stable rows 5 leakproof
    security definer set search_path = app, "Odd ""schema"" Ünïcode 🎈" set work_mem = '1MB' as 'select unnest(texts)';
create procedure app.act(inout n integer, t text default 'it''s') language plpgsql as 'begin n := n + 1; end';
create function app.note() returns trigger language plpgsql as 'begin return new; end';
create function app.window_like(integer) returns bigint language internal window immutable strict as 'window_row_number';
create aggregate app.total(integer) (sfunc = int4_sum, stype = bigint, combinefunc = int8pl, initcond = '5', parallel = safe);
create aggregate app.percent(double precision order by anyelement) (sfunc = ordered_set_transition, stype = internal,
    finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = read_write);
comment on function app.twice(integer) is 'twice';
comment on procedure app.act(integer, text) is 'act';
comment on aggregate app.total(integer) is 'total';
alter function app.twice(integer) owner to dbb_owner;
grant execute on function app.many(text[]) to dbb_reader;
revoke execute on procedure app.act(integer, text) from public;

-- Tables
create table app.everything (
    id integer generated always as identity (start with 10 increment by 5) primary key,
    small smallserial,
    name varchar(40) collate app.german default 'none' not null,
    "Odd ""column"" 🎈" numeric(12, 2) default 0,
    mood app.mood default 'happy',
    pair app.pair,
    dropped text,
    doubled integer generated always as (id * 2) stored,
    positive app.positive,
    tags text[] default array['a', 'b'],
    made timestamptz(3) default '2020-02-29 12:00+00',
    constraint "named ""check""" check (name <> ''),
    constraint uses_function check (app.to_integer(pair) < 1000),
    unique (name, mood),
    constraint postponed unique (name, "Odd ""column"" 🎈") include (tags) deferrable initially deferred,
    exclude using gist (int4range(id, id + 1) with &&) with (fillfactor = 80)
) with (fillfactor = 70, toast.autovacuum_enabled = false, vacuum_truncate = false);
alter table app.everything drop column dropped, alter column name set statistics 77, alter column tags set storage external,
    alter column id set (n_distinct = -0.5), add constraint late check (id > 0) not valid;
alter table app.everything owner to dbb_owner;
comment on table app.everything is 'It''s everything';
comment on column app.everything."Odd ""column"" 🎈" is 'odd';
comment on constraint late on app.everything is 'late';
grant select, insert on app.everything to dbb_reader with grant option;
grant update (name, mood) on app.everything to public;
revoke delete on app.everything from dbb_owner;
grant all on app.everything to "dbb ""odd"" Ünïcode 🎈";
insert into app.everything (name, pair, mood) values ('one', row(1, 'x'), 'sad'), ('two', null, null), (E'\\.\t\n', row(2, null), 'happy');
create index "odd ""index""" on app.everything using btree (lower(name) collate "C" desc nulls last, mood) include (id)
    where id > 0;
create index on app.everything using gin (tags) with (fastupdate = off);
alter index app."odd ""index""" alter column 1 set statistics 99;
alter table app.everything cluster on everything_pkey;
create unique index for_identity on app.everything (id);
alter table app.everything replica identity using index for_identity;
create unlogged table app.unlogged (id bigint generated by default as identity, n serial);
insert into app.unlogged default values;
create table app.typed of app.pair (a with options not null default 5, primary key (a));
create table app.none ();
create table app.referring (id serial primary key, e integer references app.everything on delete set null deferrable,
    name text, mood app.mood, foreign key (name, mood) references app.everything (name, mood) match full not valid);
create table app.base_user (b app.base);
create index on app.base_user (b app.base_ops);
create table "Odd ""schema"" Ünïcode 🎈"."Table with
newline" ("Col" integer default app.to_integer(row(7, null)::app.pair));
create sequence app.counter as smallint increment -2 minvalue -99 maxvalue 7 start 5 cache 3 cycle owned by app.referring.id;
select nextval('app.counter'), nextval('app.counter');
grant usage on sequence app.counter to dbb_reader;

-- Inheritance
create table app.parent (a integer not null, b text default 'p', c integer generated always as (a + 1) stored,
    check (a < 100));
create table app.child (b text default 'c', d integer) inherits (app.parent);
create table app.changed () inherits (app.parent);
alter table app.changed alter column b set default 'own', alter column b set not null;
create table app.no_default (b text default null) inherits (app.parent);
create table app.later (a integer not null, b text, c integer generated always as (a + 1) stored, d text,
    constraint parent_a_check check (a < 100));
alter table app.later inherit app.parent;
insert into app.child (a) values (1), (2);
grant all on app.parent to dbb_reader with grant option;
revoke all on app.child from current_user;

-- Partitions
create table app.parted (at date not null, k integer not null, v text default 'v', primary key (at, k),
    check (v <> 'x')) partition by range (at);
create table app.parted_2020 partition of app.parted (v default 'own') for values from ('2020-01-01') to ('2021-01-01');
create table app.parted_2021 partition of app.parted for values from ('2021-01-01') to ('2022-01-01') partition by hash (k);
create table app.parted_2021_0 partition of app.parted_2021 for values with (modulus 2, remainder 0);
create table app.parted_2021_1 partition of app.parted_2021 for values with (modulus 2, remainder 1);
create table app.attached (extra_dropped text, v text, k integer not null, at date not null,
    constraint parted_v_check check (v <> 'x'));
alter table app.attached drop column extra_dropped;
alter table app.parted attach partition app.attached default;
create index parted_v on app.parted (v);
create table app.to_parted (at date, k integer, foreign key (at, k) references app.parted);
create table app.by_mood (m app.mood) partition by hash (m);
create table app.by_mood_0 partition of app.by_mood for values with (modulus 2, remainder 0);
create table app.by_mood_1 partition of app.by_mood for values with (modulus 2, remainder 1);
create table app.by_list (l text collate "C") partition by list (lower(l));
create table app.by_list_null partition of app.by_list for values in (null, 'a');
insert into app.parted values ('2020-05-05', 1), ('2021-05-05', 2), ('2021-05-05', 3), ('1999-01-01', 4);
insert into app.by_mood values ('sad'), ('happy');
create trigger each_row after insert or update of v on app.parted for each row when (new.v is not null)
    execute function app.note('it''s');
alter table app.parted_2020 disable trigger each_row;
alter table app.parted_2021 enable always trigger each_row;
create constraint trigger checks after insert on app.everything deferrable initially deferred for each row
    execute function app.note();
create trigger with_tables after update on app.everything referencing old table as o new table as n for each statement
    execute function app.note();
alter table app.everything enable replica trigger with_tables;

-- Views, rules, policies
create view app.seen with (security_barrier = true) as select id, name, mood from app.everything where id > 0
    with local check option;
create view app.grouped as select id, name, count(*) as n from app.everything group by id;
alter view app.seen alter column name set default 'from the view';
create materialized view app.kept as select e.id, e.name from app.everything e join app.grouped g using (id);
create materialized view app.empty as select * from app.kept with no data;
create index on app.kept (id);
create rule no_delete as on delete to app.seen do instead nothing;
create rule also as on insert to app.referring do also notify heard;
alter table app.referring disable rule also;
create policy "see ""own""" on app.everything as restrictive for update to dbb_reader, dbb_owner using (id > 1)
    with check (name <> 'z');
create policy all_see on app.everything using (true);
alter table app.everything enable row level security, force row level security;
comment on view app.seen is 'seen';
comment on policy all_see on app.everything is 'all';
comment on rule no_delete on app.seen is 'no';
comment on trigger checks on app.everything is 'checks';

-- Statistics, foreign data, publications, event triggers, privileges, large objects
create statistics app.stat (ndistinct, dependencies, mcv) on name, mood from app.everything;
create foreign data wrapper wrapper options (a 'b');
create server "Odd ""server""" type 't' version 'v' foreign data wrapper wrapper options (x 'it''s');
create server remote foreign data wrapper postgres_fdw options (host '/nowhere');
create user mapping for dbb_reader server remote options (user 'u', password 'p''w');
create user mapping for public server "Odd ""server""";
create foreign table app.far (a integer options (column_name 'x') not null, b text default 'b' check (b <> ''),
    g integer generated always as (a + 1) stored) server remote options (table_name 't');
grant usage on foreign server remote to dbb_reader;
create publication several for table app.child, app.parted_2020 with (publish = 'insert, update');
create publication everything for all tables;
create subscription sub connection 'host=/nowhere dbname=x' publication several, everything
    with (connect = false, slot_name = none, synchronous_commit = 'remote_write');
create function app.on_event() returns event_trigger language plpgsql as 'begin end';
create event trigger watch on ddl_command_end when tag in ('CREATE TABLE', 'DROP TABLE') execute function app.on_event();
alter event trigger watch enable replica;
alter default privileges for role dbb_owner in schema app grant select on tables to dbb_reader;
alter default privileges for role dbb_owner revoke execute on functions from public;
alter default privileges for role dbb_reader grant all on tables to dbb_owner;
alter default privileges for role dbb_reader revoke all on tables from dbb_reader;
select lo_from_bytea(4711, '\x00ff0102'), lo_create(4712);
comment on large object 4711 is 'a large object';
grant select on large object 4712 to dbb_reader;
grant select on pg_catalog.pg_authid to dbb_reader;
alter function app.twice(integer) depends on extension hstore;
alter index app.parted_v depends on extension hstore;
