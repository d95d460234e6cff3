-- SPDX-License-Identifier: Apache-2.0
-- What PostgreSQL 18 brought.
create schema v18;
create extension btree_gist with schema v18;

-- Generated when read
create table v18.virtual (a integer, v integer generated always as (a * 2) virtual, w text generated always as ('x'),
    s integer generated always as (a * 3) stored);
insert into v18.virtual values (1), (2);
create table v18.virtual_child (v integer generated always as (a * 5) virtual) inherits (v18.virtual);
create table v18.virtual_parted (a integer, v integer generated always as (a * 2)) partition by list (a);
create table v18.virtual_part partition of v18.virtual_parted (v generated always as (a * 7)) for values in (1);

-- NOT NULL with a name
create table v18.nulls (a integer constraint "odd ""name""" not null, b integer not null, c integer constraint own not null
    no inherit, d text primary key, e integer);
comment on constraint "odd ""name""" on v18.nulls is 'a NOT NULL';
comment on constraint nulls_b_not_null on v18.nulls is 'the server named it';
create table v18.nulls_child (constraint child_b not null b) inherits (v18.nulls);
create table v18.nulls_grandchild (b integer constraint grandchild_b not null) inherits (v18.nulls_child);
alter table v18.nulls add constraint late not null e not valid;
comment on constraint late on v18.nulls is 'not valid';
create table v18.nulls_after (f integer) inherits (v18.nulls);
create table v18.renamed (a integer not null);
alter table v18.renamed rename to a_new_name;
create table v18.ab (c integer not null); -- two that could have one name
create table v18.ab_c (not_null integer);
create table v18.a_b (c integer not null);
create table v18.a (b_c integer not null);
create table v18.null_parted (k integer not null, v integer constraint above not null) partition by list (k);
create table v18.a_part partition of v18.null_parted for values in (1);
create table v18.b_part (k integer constraint own_k not null, v integer not null);
alter table v18.null_parted attach partition v18.b_part for values in (2);
create table v18.a_parent (a integer);
create table v18.child () inherits (v18.a_parent);
alter table v18.child add constraint of_child not null a not valid;
alter table v18.a_parent add constraint of_parent not null a not valid;

-- Not enforced
create table v18.unenforced (a integer constraint positive check (a > 0) not enforced, b integer unique, c integer);
create table v18.enforced_child (constraint positive check (a > 0) enforced) inherits (v18.unenforced);
alter table v18.unenforced add constraint loose foreign key (c) references v18.unenforced (b) not enforced;
insert into v18.unenforced values (-1, 1, 99);
create table v18.unenforced_parted (a integer, constraint above check (a > 0) not enforced) partition by list (a);
create table v18.unenforced_part partition of v18.unenforced_parted for values in (1);
create table v18.late_key (b integer) partition by list (b);
create table v18.late_key_1 partition of v18.late_key for values in (1);
alter table v18.late_key add constraint late foreign key (b) references v18.unenforced (b) not valid;

-- Keys over time
create table v18.periods (id integer, valid daterange, other daterange, constraint pk primary key (id, valid without overlaps),
    constraint uq unique (id, other without overlaps) deferrable);
create table v18.of_period (id integer, pid integer, valid daterange,
    constraint fk foreign key (pid, period valid) references v18.periods (id, period valid));
create table v18.parted_periods (id integer, valid daterange, primary key (id, valid without overlaps)) partition by list (id);
create table v18.parted_periods_1 partition of v18.parted_periods for values in (1);
create table v18.multi_periods (id int4range, valid datemultirange, primary key (id, valid without overlaps));

-- Others
create publication v18_stored for table v18.virtual (a, s) with (publish_generated_columns = stored);
create publication v18_none for table v18.virtual with (publish_generated_columns = none);
create subscription v18_sub connection 'host=/nowhere' publication p
    with (connect = false, slot_name = 'v18_slot', streaming = off, two_phase = true, failover = true);
alter default privileges for role dbb_owner grant select on large objects to dbb_reader;
alter default privileges for role dbb_owner revoke update on large objects from dbb_owner;
create collation v18.unicode (provider = builtin, locale = 'PG_UNICODE_FAST');
create table v18.ids (id uuid default uuidv7(), n text collate v18.unicode);
create view v18.returning_like as select casefold('Ä') as f, array_sort(array[2, 1]) as s;
create function v18.returning() returns setof integer language sql begin atomic
    update v18.a_new_name set a = a + 1 returning old.a + new.a; end;
create function v18.named(a integer) returns integer language plpgsql as 'declare c cursor (n integer) for select n; begin return a; end';
create foreign table v18.far (a integer, v integer generated always as (a + 1) virtual, constraint far_a not null a) server remote;
