-- SPDX-License-Identifier: Apache-2.0
-- What PostgreSQL 15 brought.
create schema v15;
create table v15.nulls (a integer, b integer, unique nulls not distinct (a, b), constraint del unique (b));
create unique index nulls_index on v15.nulls (b) nulls not distinct;
create table v15.refers (x integer, y integer, foreign key (x, y) references v15.nulls (a, b) on delete set null (y));
create table v15.defaults (x integer default 1, y integer, foreign key (x, y) references v15.nulls (a, b)
    on delete set default (x) on update cascade);
create view v15.invoker with (security_invoker = true) as select * from v15.nulls;
create publication v15_columns for table v15.nulls (a) where (a > 5 and b is not null), v15.refers (y, x) with (publish = 'insert');
create publication v15_schemas for tables in schema v15, v14, table v13.parted;
comment on publication v15_schemas is 'whole schemas';
create subscription v15_sub connection 'host=/nowhere' publication p
    with (connect = false, slot_name = 'v15_slot', two_phase = true, disable_on_error = true, streaming = false);
create unlogged sequence v15.unlogged;
select setval('v15.unlogged', 9);
create unlogged table v15.unlogged_identity (id integer generated always as identity);
alter sequence v15.unlogged_identity_id_seq set logged;
create table v15.parted (id integer, v text) partition by list (id);
create table v15.parted_1 partition of v15.parted for values in (1);
create function v15.note() returns trigger language plpgsql as 'begin return new; end';
create trigger first_name after insert on v15.parted for each row execute function v15.note();
alter trigger first_name on v15.parted rename to renamed;
alter table v15.parted_1 enable always trigger renamed;
create view v15.regexes as select regexp_count('aba', 'a') as n, unistr('\0041') as u;
create table v15.numbers (n numeric(3, -2), m numeric(2, 5));
insert into v15.numbers values (12345, 0.00012);
create operator class v15.ops for type integer using hash as operator 1 =, function 1 hashint4(integer);
grant create on schema public to dbb_reader;
