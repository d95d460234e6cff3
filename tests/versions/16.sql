-- SPDX-License-Identifier: Apache-2.0
-- What PostgreSQL 16 brought.
create schema v16;
create collation v16.ruled (provider = icu, locale = 'und', rules = '&V << w <<< W');
create collation v16.root (provider = icu, locale = 'und-u-kn', deterministic = false);
create table v16.stored (a text storage external, b text storage main collate v16.ruled, c text storage default);
create table v16.parent (a integer, g integer generated always as (a + 1) stored);
create table v16.child (g integer generated always as (a * 100) stored) inherits (v16.parent); -- its own expression
insert into v16.child (a) values (3);
create table v16.same (g integer generated always as (a + 1) stored) inherits (v16.parent);
create view v16.json as select json_object('a' : 1, 'b' : null absent on null) as o, json_array(1, 2 returning jsonb) as a,
    json_arrayagg(x order by x) as g, '{}' is json object with unique keys as j from generate_series(1, 3) x;
create view v16.alias_free as select * from (select 1 as n);
create view v16.samples as select any_value(n) as a, random_normal(0, 1) as r, 0x1F + 0b11 + 1_000 as literals
    from v16.alias_free;
create subscription v16_sub connection 'host=/nowhere' publication p with (connect = false, slot_name = 'v16_slot',
    streaming = parallel, password_required = false, run_as_owner = true, origin = none);
create table v16.truncated (a integer);
create foreign table v16.far (a integer) server remote;
create function v16.note() returns trigger language plpgsql as 'begin return null; end';
create trigger on_truncate after truncate on v16.far for each statement execute function v16.note();
