-- SPDX-License-Identifier: Apache-2.0
-- What PostgreSQL 14 brought.
create schema v14;
create table v14.compressed (id integer primary key, a text compression pglz, b text compression default, c jsonb);
create materialized view v14.compressed_too as select * from v14.compressed;
alter materialized view v14.compressed_too alter column a set compression pglz;
create function v14.atomic(n integer) returns integer language sql immutable begin atomic select n + 1; select n + 2; end;
create function v14.returns_it(n integer) returns text language sql return 'it''s ' || n || $$ ; \ $$;
create procedure v14.body(inout a integer, out b text) language sql begin atomic select a, 'b'::text; end;
create procedure v14.outs(in a integer, out b integer, inout c integer) language plpgsql as 'begin b := a; end';
comment on procedure v14.outs(integer, integer, integer) is 'has an out';
grant execute on procedure v14.outs(integer, integer, integer) to dbb_reader;
create function v14.needs_key() returns bigint language sql
    begin atomic select count(*) from (select id, a from v14.compressed group by id) s; end;
create type v14.times as range (subtype = time, multirange_type_name = v14."Times ""multi""");
create type v14.spans as range (subtype = interval);
create table v14.multi (t v14."Times ""multi""", s v14.spans_multirange default '{}', i int4multirange default '{[1,2),[5,7)}');
insert into v14.multi (t) values ('{[10:00,11:00),[12:00,13:00)}');
create function v14.of_multi(v14."Times ""multi""") returns boolean language sql as 'select true';
create statistics v14.expressions (mcv, ndistinct) on (id + 1), (lower(a)), b from v14.compressed;
create statistics v14.one on (id % 10) from v14.compressed;
create table v14.subscripted (j jsonb default '{"a": 1}');
create view v14.cycles as with recursive t(n) as (select 1 union all select n % 3 + 1 from t)
    search depth first by n set ordering cycle n set is_cycle using path select n, is_cycle from t;
create view v14.joined as select x.a, s.j from v14.compressed join v14.subscripted s on true join v14.compressed c2
    using (id) as u cross join lateral (select c2.a) x;
create trigger a_first before update on v14.compressed for each row execute function v13.note();
create or replace trigger a_first before update of a on v14.compressed for each row execute function v13.note();
create index bloomed on v14.compressed using brin (id int4_bloom_ops (n_distinct_per_range = 99), id int4_minmax_multi_ops);
create type v14.sliced;
create function v14.sliced_in(cstring) returns v14.sliced language internal immutable strict as 'textin';
create function v14.sliced_out(v14.sliced) returns cstring language internal immutable strict as 'textout';
create type v14.sliced (input = v14.sliced_in, output = v14.sliced_out, like = text, subscript = raw_array_subscript_handler,
    element = text);
create table v14.parted (id integer primary key) partition by range (id);
create table v14.being_detached partition of v14.parted for values from (0) to (10);
create trigger named after insert on v14.parted for each row execute function v13.note();
alter table v14.being_detached disable trigger named;
create aggregate v14.gathered(anycompatible) (sfunc = array_append, stype = anycompatiblearray, initcond = '{}');
create function v14.substr_like(text) returns text language sql immutable return substring($1 similar 'a%' escape '#');
create subscription v14_sub connection 'host=/nowhere' publication p
    with (connect = false, slot_name = 'v14_slot', binary = true, streaming = true);
