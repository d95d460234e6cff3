-- SPDX-License-Identifier: Apache-2.0
--
-- Values at their limits, one table for each family of types, under awkward names. The wide rows (50 MB) are made by
-- the test itself. Load it into an empty database, as superuser.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set timezone = 'Asia/Kathmandu';
set extra_float_digits = 3;

create schema "Values & ""limits"" 🎈";
set search_path = "Values & ""limits"" 🎈";

create table numbers (
    id int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric, exact numeric(1000, 500), few numeric(3, -2), m money, o oid
);
insert into numbers values
    (-32768, -2147483648, -9223372036854775808, '-infinity', '-infinity', '-infinity', -1e-500, -99900, '-92233720368547758.08', 0),
    (32767, 2147483647, 9223372036854775807, 'infinity', 'infinity', 'infinity', 1e499, 99900, '92233720368547758.07', 4294967295),
    (0, 0, 0, 'nan', 'nan', 'nan', 'nan', 0, 0, null),
    (1, null, null, '-0', '-0', '-0.00', 0, null, null, null),
    (2, null, null, 1.17549435e-38, 4.9406564584124654e-324, ('1' || repeat('0', 16000) || '.' || repeat('7', 1600))::numeric, null, null, null, null),
    (3, null, null, 3.4028235e38, 1.7976931348623157e308, 0.1 + 0.2, 1.10, null, null, null),
    (null, null, null, null, 0.1 + 0.2::float8, null, null, null, null, null);

create table texts (id int, t text, v varchar(10), c char(5), "c1" "char", n name);
insert into texts values
    (1, '', '', '', '', ''),
    (2, null, null, null, null, null),
    (3, '\N', '\N', '\N', '\', '\N'),
    (4, '\.', '\.', '\.', '.', '\.'),
    (5, e'\\.\n\\.\n', e'\n', e'\t', e'\t', e'\n'),
    (6, e'tab\there, newline\nhere, return\rhere, both\r\n, form\f, bell\x07, backspace\b, escape\x1b, delete\x7f, vertical\v', null, null, null, null),
    (7, e'\\\\ \\n \\t \\x41 \\101 \\', '\\', 'a    ', e'\\377', null),
    (8, 'ß ÄÖÜ ẞ é é 日本語 🎈👩‍👩‍👧 ‮rtl‬ עברית  nbsp　ideographic zero​width', '日本語🎈', '🎈', null, 'ñäme🎈'),
    (9, e'\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x1f', null, null, null, null),
    (10, ' leading and trailing ', '  ', null, null, null),
    (11, '''single'' "double" `back` $dollar$ $1 $$ ; -- comment /* not closed', null, null, null, null),
    (12, 'COPY x FROM stdin;', 'NULL', 'null', 'N', 'null'),
    (13, repeat('\', 1000), null, null, null, null),
    (14, (select string_agg(chr(n), '' order by n) from generate_series(1, 2000) n where n <> 0), null, null, null, null),
    (15, chr(1114109) || chr(65535) || chr(65534) || chr(57344), null, null, null, null),
    (16, e'ends with a return\r', e'\r', e'\r', e'\r', e'\r'),
    (17, e'\\', e'\\N', e'\\.', null, null);

create table bytes (id int, b bytea);
insert into bytes values
    (1, ''), (2, null), (3, '\x00'), (4, '\x5c2e0a'), (5, '\x0000000000'), (6, '\xff00fe01'),
    (7, (select string_agg(set_byte('\x00', 0, n), '' order by n) from generate_series(0, 255) n)),
    (8, decode(repeat('5c', 5000), 'hex'));

create table moments (id int, d date, t time, tz timetz, ts timestamp, tstz timestamptz, ts0 timestamp(0), i interval, id2 interval day to second(3));
insert into moments values
    (1, '-infinity', '00:00:00', '00:00:00+15:59', '-infinity', '-infinity', '-infinity', '-178000000 years', '-999999 days'),
    (2, 'infinity', '24:00:00', '24:00:00-15:59', 'infinity', 'infinity', 'infinity', '178000000 years', '999999 days 23:59:59.999'),
    (3, '4713-01-01 BC', '23:59:59.999999', '12:00:00.000001+05:45', '4713-01-01 00:00:00 BC', '4713-01-02 00:00:00+00 BC', '0001-12-31 BC', '0', '0'),
    (4, '5874897-12-31', '00:00:00.000001', '00:00:00+00', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '294276-12-31', '1 mon -1 day +00:00:00.000001', '1.001'),
    (5, '0044-03-15 BC', null, null, '0001-01-01 00:00:00', '1970-01-01 00:00:00+00', '1582-10-10', '-1 year -2 mons +3 days -04:05:06.789', null),
    (7, null, null, null, null, null, null, '-1 day -02:03:04.5', '-1 day -02:03:04.5'),
    (8, null, null, null, null, null, null, '-1 year -2 mons', '-00:00:01'),
    (6, '2024-02-29', '02:30', '02:30:00+02', '2024-03-31 02:30:00', '2024-10-27 02:30:00 Europe/Berlin', '2016-12-31 23:59:59', interval '1 mon' * 0.5, null);

create table bits (id int, b1 bit, b9 bit(9), v bit varying, v3 bit varying(3), flag boolean, u uuid);
insert into bits values
    (1, B'1', B'101010101', B'', B'', true, '00000000-0000-0000-0000-000000000000'),
    (2, B'0', B'000000000', repeat('10', 2000)::varbit, B'111', false, 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
    (3, null, null, null, null, null, null);

create table nets (id int, i inet, c cidr, m macaddr, m8 macaddr8, l pg_lsn, x xid8, s pg_snapshot, t tid);
insert into nets values
    (1, '0.0.0.0/0', '0.0.0.0/0', '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff:ff:ff', '0/0', '0', '10:20:10,14,15', '(0,0)'),
    (2, '::1/128', '::/0', 'ff:ff:ff:ff:ff:ff', '08:00:2b:01:02:03:04:05', 'FFFFFFFF/FFFFFFFF', '18446744073709551615', '1:1:', '(4294967295,65535)'),
    (3, '2001:db8::ff00:42:8329/64', '2001:db8::/32', null, null, null, null, null, null),
    (4, '192.168.1.77/24', '192.168.1.0/24', null, null, null, null, null, null);

create table shapes (id int, p point, l line, s lseg, b box, o path, c path, g polygon, k circle);
insert into shapes values
    (1, '(0,-0)', '{1,-1,0}', '[(0,0),(1,1)]', '(1,1),(0,0)', '[(0,0),(1,1),(2,0)]', '((0,0),(1,1),(2,0))', '((0,0),(1,1),(2,0))', '<(0,0),0>'),
    (2, '(inf,-inf)', '{nan,1,nan}', '[(1e300,1e-300),(0.1,0.2)]', '(inf,nan),(-inf,nan)', null, null, '((1e-320,0))', '<(0.1,0.2),inf>');

create table documents (id int, j json, b jsonb, p jsonpath, x xml, v tsvector, q tsquery);
insert into documents values
    (1, '{}', '{}', '$', '', '', ''),
    (2, 'null', 'null', 'strict $.a[*] ? (@.b > 1 && @.c like_regex "^x\\.y$" flag "i")', '<a b="c &amp; d">e<![CDATA[<f>]]></a>', $$'it''s' 'back\\slash' 'a b':1A,2B,16383C$$, $$'it''s' & !'a b':*AB <-> 'c' <16384> 'd'$$),
    (3, e'  { "b" : 1, "a" :\n\t1.0, "a" : 2e400, "u" : "\\u00e9\\ud83c\\udf88\\\\" }', '{"b": 1, "a": 1.00, "long": 123456789012345678901234567890.123456789, "u": "\u00e9\ud83c\udf88\\", "n": {"": [[], {}, null, true]}}', null, '<?xml version="1.0"?><!DOCTYPE a><a/>', null, null),
    (4, '"\u0001"', '"\u0001\n"', '$."key with \"quotes\""', 'only text &amp; <b>no</b> document', null, null)
;
update documents set b = (select jsonb_agg(n) from generate_series(1, 5000) n) where id = 1;

create type colour as enum ('red', 'GREEN', 'light "blue"', '', 'comma, space');
create type pair as (a text, "B b" int[], c colour);
create type nested as (p pair, ps pair[]);
create domain short as text check (length(value) < 40);
create type textrange as range (subtype = text, collation = "C");

create table composites (id int, e colour, p pair, n nested, d short, ds short[], es colour[]);
insert into composites values
    (1, '', row ('', '{}', ''), null, '', '{}', '{}'),
    (2, 'comma, space', row (null, null, null), row (null, null), null, '{null}', '{"",null,"comma, space"}'),
    (3, 'light "blue"', row (e'q" b\\ n\n t\t,()', '{{1,2},{null,4}}', 'GREEN'), row (row ('(x)', '{}', null), array[row (e'"\\"', '{1}', 'red')::pair, null]), '\N', '{"NULL",null,"a\"b","\\","{}",""," "}', null);

create table arrays (id int, i int[], m int[][], t text[], z int[], b bytea[], ts timestamptz[], j jsonb[]);
insert into arrays values
    (1, '{}', '{{1,2,3},{4,5,6}}', '{}', '[-3:-1]={1,2,3}', '{"\\x00","\\x5c",null}', '{infinity,"0044-03-15 00:00:00+00 BC"}', array['{"a": "b\"c"}', 'null', null]::jsonb[]),
    (2, '{null}', '{}', array['', null, 'NULL', 'null', '"', '\', e'\n', '{', '}', ',', ' ', 'a b', e'\t', '🎈'], '[0:1][5:5]={{1},{2}}', '{}', null, '{}'),
    (3, (select array_agg(n) from generate_series(1, 3000) n), '{{{{{{1}}}}}}', null, null, null, null, null);

create table ranges (id int, i int4range, n numrange, ts tsrange, tz tstzrange, d daterange, x textrange, m int4multirange, dm datemultirange);
insert into ranges values
    (1, 'empty', 'empty', 'empty', 'empty', 'empty', 'empty', '{}', '{}'),
    (2, '(,)', '[-infinity,infinity]', '(,)', '[-infinity,infinity)', '(,)', '[a,b)', '{(,)}', '{(,)}'),
    (3, '[1,10]', '(1.10,2.200]', '["2000-01-01 00:00:00","2000-01-02")', '["4713-01-02 00:00:00+00 BC",)', '[0044-03-15 BC,infinity]', textrange('"', e'\\,[)', '[]'), '{[1,2),[5,9]}', '{[2000-01-01,2000-02-01),[2001-01-01,)}'),
    (4, null, null, null, null, null, textrange('', ' '), null, null);

create table referrers (id int, c regclass, p regprocedure, o regoperator, t regtype, r regrole, n regnamespace, cfg regconfig, col regcollation);
insert into referrers values (1, 'pg_class', 'pg_catalog.abs(integer)', '+(integer,integer)', 'timestamp with time zone', '"dbb ""odd"" Ünïcode 🎈"', 'pg_catalog', 'english', '"C"');

-- Names, and tables of odd shapes.
create table "it's a ""table"" with
a newline, a tab	and 🎈" ("select" int, "Col "" umn" text, "new
line" text, "sp ace" int, "ünïcode🎈" text, "back\slash" text, "dot.dot" int, "$1" int);
insert into "it's a ""table"" with
a newline, a tab	and 🎈" values (1, 'a', e'b\n', 2, 'c', e'\\', 3, 4), (null, null, null, null, null, null, null, null);

create schema "\.";
create table "\."."COPY x FROM stdin;" ("\N" text primary key, "--" text, "/*" text);
insert into "\."."COPY x FROM stdin;" values ('\N', '--', '/*'), ('\.', null, '*/');

create table empty (id int primary key, t text not null);
create table no_columns ();
insert into no_columns default values;
insert into no_columns default values;
insert into no_columns default values;
create table no_columns_and_empty ();
create table only_generated (g int generated always as (1 + 1) stored);
insert into only_generated default values;
create table dropped_columns (gone int, a int, "gone too" text, b text, last_gone int);
insert into dropped_columns values (1, 2, 'x', 'y', 3), (null, null, null, null, null);
alter table dropped_columns drop gone, drop "gone too", drop last_gone, add c text default 'later';
create table generated_between (a int, twice int generated always as (a * 2) stored, b text, n int generated always as identity);
insert into generated_between (a, b) values (1, 'one'), (null, null), (1073741823, '');
do $$
begin
    execute 'create table many_columns (' || (select string_agg(format('c%s int', n), ', ') from generate_series(1, 1600) n) || ')';
    insert into many_columns (c1, c800, c1600) values (1, 800, 1600), (null, null, null);
end $$;

-- Rows that are written as they come, between rows that are gathered first
create table rows_of_two_sizes as
    select n, repeat(md5(n::text), case when n % 7 = 0 then 1300 else 1 end) as text from generate_series(1, 100) n;

create sequence "S""eq 🎈" as bigint increment by -9223372036854775807 minvalue -9223372036854775808 maxvalue 9223372036854775807 start 9223372036854775807;
create sequence used_up as smallint maxvalue 3 cycle;
select nextval('used_up'), nextval('used_up'), nextval('used_up') \gset ignored_
create sequence set_not_called;
select setval('set_not_called', 42, false) \gset ignored_

select lo_from_bytea(4000000001, '\x00015c2e0aff') \gset ignored_
select lo_create(4000000002) \gset ignored_
select lo_from_bytea(4000000003, decode(repeat('00010203', 600000), 'hex')) \gset ignored_
-- Made longer: they end in zeros, for which there are no bytes; behind nothing, behind a page, within one
begin;
select lo_create(4000000004), lo_from_bytea(4000000005, 'ten bytes!'), lo_from_bytea(4000000006, 'ten bytes!') \gset ignored_
select lo_truncate64(lo_open(4000000004, 131072), 3 * 2048) \gset ignored_
select lo_truncate64(lo_open(4000000005, 131072), 2 * 2048) \gset ignored_
select lo_truncate64(lo_open(4000000006, 131072), 2048) \gset ignored_
commit;
alter large object 4000000001 owner to dbb_owner;
comment on large object 4000000002 is e'empty: it''s "0" bytes\\ long';
