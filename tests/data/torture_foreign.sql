-- SPDX-License-Identifier: Apache-2.0
-- What reaches out of the database, and what watches it: foreign data, publications, subscriptions, event triggers,
-- extended statistics, and the tables in which extensions keep their configuration. Fills an empty database. Run by psql
-- as a superuser; the roles dbb_owner, dbb_reader and "dbb ""odd"" Ünïcode 🎈" must exist, and the extensions of Debian's
-- postgresql-15.
\set ON_ERROR_STOP on
set client_min_messages = error;
set client_encoding = 'UTF8';
\set role_odd 'dbb "odd" Ünïcode 🎈'
\set odd 'odd "name" Ünïcode 🎈 ''q'' \\ $$'

create schema app authorization dbb_owner;
create schema :"odd" authorization :"role_odd";
create extension postgres_fdw;
create extension file_fdw with schema app;

-- Foreign data wrappers -----------------------------------------------------------------------------------------------
create foreign data wrapper bare;
create foreign data wrapper checked validator postgresql_fdw_validator;
create foreign data wrapper :"odd"
    options (plain 'x', "Odd ""name""" 'it''s a \ value, 100% $$', empty '', U&"new\000Aline" E'two\nlines');
create foreign data wrapper "select" handler app.file_fdw_handler validator app.file_fdw_validator;
create function app.never(text[], oid) returns boolean language sql as 'select true';
create foreign data wrapper own_validator validator app.never options (a 'b');
comment on foreign data wrapper bare is 'It''s bare: \ $$';
comment on foreign data wrapper :"odd" is 'odd';
alter foreign data wrapper own_validator owner to postgres;
grant usage on foreign data wrapper bare to dbb_owner with grant option;
set session authorization dbb_owner;
grant usage on foreign data wrapper bare to :"role_odd";
create server by_owner foreign data wrapper bare;
reset session authorization;
grant usage on foreign data wrapper :"odd" to public;
grant usage on foreign data wrapper postgres_fdw to dbb_reader; -- an extension's
revoke all on foreign data wrapper checked from postgres;

-- Servers -------------------------------------------------------------------------------------------------------------
create server plain foreign data wrapper bare;
create server typed type 'a ''type''' version '1.0 "beta" \' foreign data wrapper bare;
create server :"odd" type '' foreign data wrapper :"odd" options (plain 'y', "Odd ""name""" 'it''s \ $$ %I');
create server remote foreign data wrapper postgres_fdw
    options (host '/no/such folder', dbname 'a ''db''', extensions 'postgres_fdw', fetch_size '7');
create server files foreign data wrapper file_fdw;
comment on server :"odd" is 'a server; two
lines';
comment on server remote is 'remote';
alter server :"odd" owner to :"role_odd";
grant usage on foreign server plain to dbb_reader with grant option;
set session authorization dbb_reader;
grant usage on foreign server plain to public;
reset session authorization;
grant usage on foreign server :"odd" to dbb_owner;

-- User mappings -------------------------------------------------------------------------------------------------------
create user mapping for public server plain;
create user mapping for dbb_owner server plain options ("user" 'it''s', password 'se\cr"et $$ 🎈');
create user mapping for :"role_odd" server plain options ("Odd ""name""" '');
create user mapping for current_user server :"odd";
create user mapping for public server :"odd" options (u 'v');
create user mapping for dbb_reader server remote options (user 'a', password 'b', password_required 'false');

-- Foreign tables ------------------------------------------------------------------------------------------------------
create type app.mood as enum ('sad', 'happy');
create function app.is_short(text) returns boolean language sql immutable as 'select length($1) < 100';
create sequence app.numbers;
create foreign table app.no_columns () server plain;
create foreign table app.every_column (
    a integer options (column_name 'it''s "a"', "Odd ""name""" '\ $$') not null,
    "B ""b"" 🎈" varchar(30) collate "C" default 'no ''b''' constraint "a ""check""" check ("B ""b"" 🎈" <> ''),
    dropped text,
    c numeric(10, 2)[] default array[1, 2],
    d app.mood options (o '') default 'sad',
    e bigint default nextval('app.numbers'),
    g integer generated always as (a * 2) stored,
    s serial,
    t text check (app.is_short(t))
) server :"odd" options (plain 'z', "Odd ""name""" 'back\slash, ''quote''');
alter foreign table app.every_column drop column dropped;
alter foreign table app.every_column alter column a set statistics 77, alter column t set storage external,
    alter column a set (n_distinct = -0.5), add constraint not_yet check (a > 0) not valid,
    add constraint not_down check (a < 1000) no inherit;
comment on foreign table app.every_column is 'It''s foreign: \ $$';
comment on column app.every_column."B ""b"" 🎈" is 'its column';
comment on constraint "a ""check""" on app.every_column is 'its check';
comment on constraint not_yet on app.every_column is 'its late check';
alter foreign table app.every_column owner to dbb_owner;
grant select, update on app.every_column to dbb_reader with grant option;
grant insert (a, "B ""b"" 🎈") on app.every_column to :"role_odd";
create foreign table :"odd".:"odd" (:"odd" text) server remote options (schema_name 'x', table_name 'it''s');
alter foreign table :"odd".:"odd" owner to :"role_odd";
create foreign table app.from_file (line text) server files options (filename '/no/such "file"', format 'csv', "null" '\N');

-- Inheritance and partitions, foreign among the local
create table app.parent (id integer not null default 7, name text check (name <> ''));
create foreign table app.child (id integer not null default 8, more text) inherits (app.parent) server plain;
alter foreign table app.child alter column name set default 'child', alter column name options (n 'v'),
    alter column name set not null;
create foreign table app.local_parent (x integer not null, y text default 'y') server plain;
create table app.local_child () inherits (app.local_parent);
alter table app.local_child alter column y drop default;
create table app.parted (k integer not null, v text check (v <> 'x')) partition by range (k);
create table app.parted_1 partition of app.parted for values from (0) to (10);
create foreign table app.parted_2 partition of app.parted for values from (10) to (20) server remote
    options (table_name 't');
create foreign table app."parted ""3""" partition of app.parted (v default 'three') default server plain;
insert into app.parted values (1, 'a'), (2, 'b');
comment on foreign table app.parted_2 is 'a foreign partition';

create function app.on_row() returns trigger language plpgsql as 'begin return new; end';
create trigger "on ""row""" before insert or update of a on app.every_column for each row when (new.a > 0)
    execute function app.on_row('it''s');
create trigger off after delete on app.every_column for each statement execute function app.on_row();
alter foreign table app.every_column disable trigger off;
comment on trigger "on ""row""" on app.every_column is 'its trigger';
create view app.sees_foreign as select a, "B ""b"" 🎈", g from app.every_column;
create function app.takes_row(app.every_column) returns integer language sql as 'select $1.a';

-- Publications --------------------------------------------------------------------------------------------------------
create table app.wide (id integer primary key, "A ""a""" text, b integer, "select" app.mood);
create function app.is_even(integer) returns boolean language sql immutable as 'select $1 % 2 = 0';
create publication everything for all tables with (publish = 'insert, truncate');
create publication empty;
create publication nothing with (publish = '');
create publication via_root for table app.parted, only app.parent with (publish_via_partition_root = true);
create publication :"odd" for table only app.wide (id, "A ""a""", "select") where (id > 10 and "A ""a""" <> 'it''s \ $$'),
    app.parted_1 where (true) with (publish = 'update, delete, insert');
create publication of_schemas for tables in schema app, :"odd", table app.parted_1;
create publication filters for table app.wide where (b is null or "A ""a""" in ('x', 'y')) with (publish = 'insert');
comment on publication :"odd" is 'It''s a "publication" \ $$';
alter publication empty owner to dbb_owner;
alter publication via_root owner to :"role_odd";

-- Subscriptions -------------------------------------------------------------------------------------------------------
create subscription plain connection 'host=/nowhere dbname=x' publication a with (connect = false, slot_name = none);
create subscription :"odd" connection 'host=/nowhere dbname=''it\''s "x" \\ $$'' password=a%sb'
    publication :"odd", a, "select" with (connect = false, slot_name = 'dbb_slot', binary = true, streaming = true,
    two_phase = true, disable_on_error = true, synchronous_commit = 'local');
select format('create subscription long connection %L publication a with (connect = false, slot_name = none)',
              'host=/nowhere application_name=''' || repeat('long "🎈" \\ ', 400) || '''') \gexec
comment on subscription :"odd" is 'It''s a "subscription" \ $$';
alter subscription plain owner to postgres;

-- Extended statistics -------------------------------------------------------------------------------------------------
create statistics app.few (ndistinct) on id, b from app.wide;
create statistics app.all_kinds on id, "A ""a""", b from app.wide;
create statistics :"odd".:"odd" (mcv, dependencies) on "A ""a""", b, (b + 1), (lower("A ""a""")) from app.wide;
create statistics app.expression on (app.is_even(b)) from app.wide;
create statistics app.of_foreign on a, c from app.every_column;
alter statistics app.all_kinds set statistics 333;
alter statistics app.few set statistics 0;
comment on statistics :"odd".:"odd" is 'It''s "statistics" \ $$';
alter statistics app.few owner to dbb_owner;

-- Event triggers: none may fire on the restore itself -----------------------------------------------------------------
create function app.refuse() returns event_trigger language plpgsql as
    $$ begin raise exception 'an event trigger saw %', tg_tag; end $$;
create function app.refuse(integer) returns integer language sql as 'select $1'; -- its name is used twice
create function :"odd".:"odd"() returns event_trigger language plpgsql as 'begin end';
create event trigger always on ddl_command_end execute function :"odd".:"odd"();
alter event trigger always enable always;
create event trigger :"odd" on sql_drop when tag in ('DROP TABLE', 'DROP FUNCTION') execute function :"odd".:"odd"();
create event trigger on_replica on table_rewrite execute function :"odd".:"odd"();
alter event trigger on_replica enable replica;
create event trigger off on ddl_command_start execute function app.refuse();
alter event trigger off disable;
create event trigger "A refuses" on ddl_command_start when tag in ('CREATE TABLE', 'COMMENT', 'GRANT', 'ALTER TABLE',
    'CREATE INDEX', 'CREATE PUBLICATION', 'ALTER PUBLICATION', 'CREATE VIEW', 'CREATE RULE', 'CREATE TRIGGER')
    execute function app.refuse();
comment on event trigger :"odd" is 'It''s an "event trigger" \ $$';
comment on event trigger "A refuses" is 'refuses';
