-- SPDX-License-Identifier: Apache-2.0
-- What extensions are made of, made by hand: languages, base types, casts, operators, access methods, text search …
-- with awkward names, and much that uses them. Fills an empty database. Run by psql as a superuser; the roles dbb_owner,
-- dbb_reader and "dbb ""odd"" Ünïcode 🎈" must exist. It borrows the server's own C functions.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set client_encoding = 'UTF8';
\set role_odd 'dbb "odd" Ünïcode 🎈'
\set odd 'odd "schema" Ünïcode 🎈 ''q'' \\ $$'
create schema app authorization dbb_owner;
create schema :"odd" authorization :"role_odd";
create schema "A first"; -- sorts before what it needs
create schema zoo;
create extension pg_trgm schema zoo;
create extension "uuid-ossp";

-- Languages -----------------------------------------------------------------------------------------------------------
create function :"odd"."the ""handler""
"() returns language_handler language c as '$libdir/plpgsql', 'plpgsql_call_handler';
create function app.inline(internal) returns void language c as '$libdir/plpgsql', 'plpgsql_inline_handler';
create function "A first".validator(oid) returns void language c as '$libdir/plpgsql', 'plpgsql_validator';
create trusted language "Lang ""Ünïcode"" 🎈" handler :"odd"."the ""handler""
" inline app.inline validator "A first".validator;
create language bare handler :"odd"."the ""handler""
";
create trusted language late handler :"odd"."the ""handler""
" inline app.inline;
alter language "Lang ""Ünïcode"" 🎈" owner to :"role_odd";
alter language late owner to dbb_owner;
comment on language "Lang ""Ünïcode"" 🎈" is 'a language''s "comment"
of two lines';
revoke usage on language "Lang ""Ünïcode"" 🎈" from public;
grant usage on language "Lang ""Ünïcode"" 🎈" to dbb_reader with grant option;
grant usage on language late to :"role_odd";
revoke usage on language late from dbb_owner;
revoke usage on language sql from public;
grant usage on language plpgsql to dbb_owner;
create function "A first".in_own_language(a int) returns int language "Lang ""Ünïcode"" 🎈" as $f$ begin return a; end $f$;
create function "A first".in_late_language() returns int language late as 'begin return 1; end';

-- Base types and shells -----------------------------------------------------------------------------------------------
create type app.small; -- all that a type can have
create function app.small_in(cstring, oid, integer) returns app.small language internal immutable strict as 'varcharin';
create function app.small_out(app.small) returns cstring language internal immutable strict as 'varcharout';
create function app.small_receive(internal, oid, integer) returns app.small language internal immutable strict as 'varcharrecv';
create function app.small_send(app.small) returns bytea language internal immutable strict as 'varcharsend';
create function app.small_typmod_in(cstring[]) returns integer language internal immutable strict as 'varchartypmodin';
create function app.small_typmod_out(integer) returns cstring language internal immutable strict as 'varchartypmodout';
create function app.small_analyze(internal) returns boolean language internal strict as 'ts_typanalyze';
create type app.small (input = app.small_in, output = app.small_out, receive = app.small_receive, send = app.small_send,
    typmod_in = app.small_typmod_in, typmod_out = app.small_typmod_out, internallength = variable,
    default = 'a ''default'' \ $$ 🎈', category = 'S', preferred = false, delimiter = ';', alignment = int4,
    storage = external, collatable = true);

create type :"odd"."Odd ""type"" Ünïcode 🎈";
create function :"odd"."In"(cstring) returns :"odd"."Odd ""type"" Ünïcode 🎈" language internal immutable strict as 'int4in';
create function :"odd"."Out"(:"odd"."Odd ""type"" Ünïcode 🎈") returns cstring language internal immutable strict as 'int4out';
create type :"odd"."Odd ""type"" Ünïcode 🎈" (input = :"odd"."In", output = :"odd"."Out", internallength = 4,
    passedbyvalue, default = '42', category = 'x', preferred = true);
alter type :"odd"."Odd ""type"" Ünïcode 🎈" owner to :"role_odd";
comment on type :"odd"."Odd ""type"" Ünïcode 🎈" is 'odd ''type''';
revoke usage on type :"odd"."Odd ""type"" Ünïcode 🎈" from public;
grant usage on type :"odd"."Odd ""type"" Ünïcode 🎈" to dbb_reader;
\set oddtype '"odd ""schema"" Ünïcode 🎈 ''q'' \\ $$"."Odd ""type"" Ünïcode 🎈"'

create type app.pair; -- of fixed length, with elements
create function app.pair_in(cstring) returns app.pair language internal immutable strict as 'point_in';
create function app.pair_out(app.pair) returns cstring language internal immutable strict as 'point_out';
create type app.pair (input = app.pair_in, output = app.pair_out, internallength = 16, element = float8, alignment = double);
alter type app.pair owner to dbb_owner;
-- its functions' names are taken twice: only with a schema do they say which
create function public.small_in(cstring) returns integer language internal immutable strict as 'int4in';
create function app.small_in(text) returns integer language sql as 'select 1';

create type "A first"."two a"; -- each has a function that takes the other
create type zoo."two b";
create function app.two_in_a(cstring) returns "A first"."two a" language internal immutable strict as 'int8in';
create function app.two_out(zoo."two b") returns cstring language internal immutable strict as 'int8out';
create function app.two_in_b(cstring) returns zoo."two b" language internal immutable strict as 'int8in';
create function app.two_out("A first"."two a") returns cstring language internal immutable strict as 'int8out';
create type "A first"."two a" (input = app.two_in_a, output = app.two_out, like = bigint);
create type zoo."two b" (input = app.two_in_b, output = app.two_out, like = "A first"."two a");
create function app.two_both("A first"."two a", zoo."two b", zoo."two b"[]) returns "A first"."two a"[]
    language sql as 'select array[$1]';

create type app.shell;
create type :"odd"."shell ""ever""
";
alter type app.shell owner to dbb_owner;
comment on type app.shell is 'only a shell';

-- Casts and transforms ------------------------------------------------------------------------------------------------
create function :"odd"."from int"(integer) returns :oddtype language internal immutable strict as 'int4up';
create function "A first".to_text(:oddtype, integer, boolean) returns text language sql immutable as $$ select 'odd'::text $$;
create function zoo.to_point(app.pair) returns point language internal immutable strict as 'point_recv';
create cast (integer as :oddtype) with function :"odd"."from int"(integer) as implicit;
create cast (:oddtype as integer) without function as assignment;
create cast (:oddtype as text) with function "A first".to_text(:oddtype, integer, boolean);
create cast (app.pair as point) with function zoo.to_point(app.pair) as assignment;
create cast (point as app.pair) with inout as assignment;
create cast (app.small as text) without function as implicit;
create cast (text as app.small) without function as assignment;
create cast (point as text) with inout;
create cast ("char" as bit) with inout;
create cast (bpchar as interval) with inout as assignment;
comment on cast (:oddtype as text) is 'a cast''s comment';
comment on cast (point as text) is 'of the server''s own types';
create function "A first".cast_in_default(a :oddtype default 7, b app.pair default point '(1,2)'::app.pair, c app.small default 'x'::text::app.small)
    returns text language sql begin atomic select a::text || c::text; end;

create function app.to_lang(internal) returns internal language internal immutable as 'prsd_lextype';
create transform for app.small language "Lang ""Ünïcode"" 🎈" (from sql with function app.to_lang(internal));
create function :"odd".to_sql(internal) returns :oddtype language internal immutable as 'int4recv';
create transform for :oddtype language late (to sql with function :"odd".to_sql(internal));
create transform for integer language "Lang ""Ünïcode"" 🎈" (from sql with function prsd_lextype(internal),
    to sql with function int4recv(internal));
comment on transform for :oddtype language late is 'a transform''s comment';
comment on transform for integer language "Lang ""Ünïcode"" 🎈" is 'another''s';
create function "A first".uses_transforms(a integer, b app.small) returns integer
    transform for type integer, for type app.small language "Lang ""Ünïcode"" 🎈" as 'begin return a; end';

-- Operators -----------------------------------------------------------------------------------------------------------
create function app.lt(:oddtype, :oddtype) returns boolean language internal immutable strict as 'int4lt';
create function app.le(:oddtype, :oddtype) returns boolean language internal immutable strict as 'int4le';
create function app.eq(:oddtype, :oddtype) returns boolean language internal immutable strict as 'int4eq';
create function app.ne(:oddtype, :oddtype) returns boolean language internal immutable strict as 'int4ne';
create function app.ge(:oddtype, :oddtype) returns boolean language internal immutable strict as 'int4ge';
create function app.gt(:oddtype, :oddtype) returns boolean language internal immutable strict as 'int4gt';
create function app.eq(:oddtype, integer) returns boolean language internal immutable strict as 'int4eq';
create function app.eq(integer, :oddtype) returns boolean language internal immutable strict as 'int4eq';
create function app.minus(:oddtype) returns :oddtype language internal immutable strict as 'int4um';
create function app.cmp(:oddtype, :oddtype) returns integer language internal immutable strict as 'btint4cmp';
create function app.cmp(:oddtype, integer) returns integer language internal immutable strict as 'btint4cmp';
create function app.cmp(integer, :oddtype) returns integer language internal immutable strict as 'btint4cmp';
create function app.hash(:oddtype) returns integer language internal immutable strict as 'hashint4';
create function app.hash_extended(:oddtype, bigint) returns bigint language internal immutable strict as 'hashint4extended';
create function app.distance(:oddtype, :oddtype) returns float8 language sql immutable strict as 'select 0::float8';
create operator :"odd".< (function = app.lt, leftarg = :oddtype, rightarg = :oddtype, commutator = operator(:"odd".>),
    negator = operator(:"odd".>=), restrict = scalarltsel, join = scalarltjoinsel);
create operator :"odd".<= (function = app.le, leftarg = :oddtype, rightarg = :oddtype, commutator = operator(:"odd".>=),
    negator = operator(:"odd".>));
create operator :"odd".= (function = app.eq, leftarg = :oddtype, rightarg = :oddtype, commutator = operator(:"odd".=),
    negator = operator(zoo.<>), restrict = eqsel, join = eqjoinsel, hashes, merges);
create operator zoo.<> (function = app.ne, leftarg = :oddtype, rightarg = :oddtype, commutator = operator(zoo.<>),
    negator = operator(:"odd".=), restrict = neqsel, join = neqjoinsel);
create operator :"odd".>= (function = app.ge, leftarg = :oddtype, rightarg = :oddtype, commutator = operator(:"odd".<=),
    negator = operator(:"odd".<));
create operator :"odd".> (function = app.gt, leftarg = :oddtype, rightarg = :oddtype, commutator = operator(:"odd".<),
    negator = operator(:"odd".<=));
-- each other's, in two schemas: whichever comes first makes a shell of the second
create operator "A first".= (function = app.eq, leftarg = :oddtype, rightarg = integer, commutator = operator(zoo.=), merges);
create operator zoo.= (function = app.eq, leftarg = integer, rightarg = :oddtype, commutator = operator("A first".=), merges);
create operator :"odd".- (function = app.minus, rightarg = :oddtype);
create operator app.<-> (function = app.distance, leftarg = :oddtype, rightarg = :oddtype, commutator = operator(app.<->));
create operator app.~!@#%^&|`? (function = texteq, leftarg = text, rightarg = text);
-- shells that stay: the other one was never made
create operator "A first".<<| (function = app.lt, leftarg = :oddtype, rightarg = :oddtype,
    commutator = operator("A first".|>>), negator = operator(zoo.!<<|));
alter operator :"odd".= (:oddtype, :oddtype) owner to dbb_owner;
alter operator :"odd".- (none, :oddtype) owner to :"role_odd";
comment on operator :"odd".= (:oddtype, :oddtype) is 'equal''s comment';
comment on operator :"odd".- (none, :oddtype) is 'minus';
comment on operator app.~!@#%^&|`? (text, text) is 'all that an operator may be made of';

-- Families and classes ------------------------------------------------------------------------------------------------
create operator family :"odd"."Odd ""family""
" using btree;
create operator class :"odd"."Odd ""class"" 🎈" default for type :oddtype using btree family :"odd"."Odd ""family""
" as
    operator 1 :"odd".<, operator 2 :"odd".<=, operator 3 :"odd".=, operator 4 :"odd".>=, operator 5 :"odd".>,
    function 1 app.cmp(:oddtype, :oddtype), function 2 btint4sortsupport(internal), function 4 btequalimage(oid);
alter operator family :"odd"."Odd ""family""
" using btree add
    operator 3 "A first".= (:oddtype, integer), operator 3 zoo.= (integer, :oddtype),
    function 1 (:oddtype, integer) app.cmp(:oddtype, integer), function 1 (integer, :oddtype) app.cmp(integer, :oddtype);
create operator class :"odd"."Odd ""class"" 🎈" default for type :oddtype using hash as
    operator 1 :"odd".=, function 1 app.hash(:oddtype), function 2 app.hash_extended(:oddtype, bigint);
create operator family app.empty using gin;
create operator family app.empty using gist;
create operator family app.reverse using btree;
create operator class app.reverse for type integer using btree family app.reverse as
    operator 1 > , operator 2 >= , operator 3 = , operator 4 <= , operator 5 < ,
    function 1 (integer, integer) btint4cmp(integer, integer);
create operator class app.by_distance for type point using gist as
    operator 11 |>> (point, point), operator 15 <-> (point, point) for order by pg_catalog.float_ops,
    operator 28 <@ (point, box), storage box,
    function 1 gist_point_consistent(internal, point, smallint, oid, internal), function 2 gist_box_union(internal, internal),
    function 3 gist_point_compress(internal), function 5 gist_box_penalty(internal, internal, internal),
    function 6 gist_box_picksplit(internal, internal), function 7 gist_box_same(box, box, internal),
    function 8 (point, point) gist_point_distance(internal, point, smallint, oid, internal),
    function 9 gist_point_fetch(internal);
create operator class app.nothing for type app.pair using hash as storage app.pair; -- without a member
create operator class app.in_system_family for type :oddtype using btree family pg_catalog.integer_ops as
    operator 1 :"odd".<, operator 3 :"odd".=, function 1 app.cmp(:oddtype, :oddtype);
alter operator family pg_catalog.integer_ops using btree add -- pg_dump doesn't know of these
    operator 3 "A first".= (:oddtype, integer), function 1 (:oddtype, integer) app.cmp(:oddtype, integer);
alter operator family zoo.gin_trgm_ops using gin add operator 64 app.~!@#%^&|`? (text, text);
create operator class app.in_extension_family for type text using gin family zoo.gin_trgm_ops as storage integer;
alter operator class app.reverse using btree owner to dbb_owner;
alter operator family :"odd"."Odd ""family""
" using btree owner to :"role_odd";
comment on operator family :"odd"."Odd ""family""
" using btree is 'a family''s comment';
comment on operator class :"odd"."Odd ""class"" 🎈" using hash is 'a class''s comment';

-- Access methods ------------------------------------------------------------------------------------------------------
create function :"odd"."Handler"(internal) returns index_am_handler language internal as 'hashhandler';
create access method "Index ""method"" 🎈" type index handler :"odd"."Handler";
create access method "Table ""method""
" type table handler heap_tableam_handler;
comment on access method "Index ""method"" 🎈" is 'an access method''s comment';
create operator class app.for_method default for type integer using "Index ""method"" 🎈" as
    operator 1 = , function 1 hashint4(integer);

-- What uses them ------------------------------------------------------------------------------------------------------
create domain app.positive as :oddtype default '7' check (value operator(:"odd".>) '0');
create type app.odd_range as range (subtype = :oddtype, subtype_opclass = :"odd"."Odd ""class"" 🎈", subtype_diff = app.distance);
create type app.uses as (a :oddtype, b app.small(12)[], c app.odd_range);
create table app.uses_types (id :oddtype primary key, small app.small(10) collate "C" default 'short', pair app.pair,
    odd :oddtype[] default '{1,2}', range app.odd_range, positive app.positive, uses app.uses, two zoo."two b",
    exclude using gist (range with &&)) using "Table ""method""
";
insert into app.uses_types values
    ('1', 'a', '(1,2)', '{3,4}', '[1,5)', '9', '(1,"{a;""b c""}","[1,2]")', '12345678901'), ('2', default, null, null, null, null, null, null);
create index "Index by 🎈" on app.uses_types using btree (odd, id :"odd"."Odd ""class"" 🎈" desc);
create index on app.uses_types using hash (id);
create table app.uses_methods (n integer not null, p point);
create index uses_own_method on app.uses_methods using "Index ""method"" 🎈" (n);
create index uses_reverse on app.uses_methods using btree (n app.reverse);
create index uses_distance on app.uses_methods using gist (p app.by_distance);
create view "A first".uses_operators as
    select distinct id operator(:"odd".<) '3' as less, operator(:"odd".-) id as minus, id operator(app.<->) id as distance
      from app.uses_types where id operator("A first".=) 1 group by id, odd order by 1;
create table "A first".parted (k :oddtype, n integer) partition by range (k);
create table "A first".part_1 partition of "A first".parted for values from ('1') to ('10');
create table "A first".hashed (k :oddtype) partition by hash (k);
create table "A first".hashed_0 partition of "A first".hashed for values with (modulus 1, remainder 0);
insert into "A first".parted values ('5', 5);
insert into "A first".hashed values ('5'), ('6');
create function "A first".atomic(a :oddtype) returns boolean language sql begin atomic select a operator(:"odd".=) any (array[a]); end;
create function app.larger(:oddtype, :oddtype) returns :oddtype language internal immutable strict as 'int4larger';
create aggregate app.largest(:oddtype) (sfunc = app.larger, stype = :oddtype, sortop = operator(:"odd".>));

-- Conversions ---------------------------------------------------------------------------------------------------------
create function :"odd"."Convert"(integer, integer, cstring, internal, integer, boolean) returns integer language c
    strict immutable as '$libdir/utf8_and_iso8859_1', 'iso8859_1_to_utf8';
create default conversion app."Conversion ""Ünïcode"" 🎈" for 'LATIN1' to 'UTF8' from :"odd"."Convert";
create conversion "A first".plain for 'UTF8' to 'LATIN1' from utf8_to_iso8859_1;
alter conversion app."Conversion ""Ünïcode"" 🎈" owner to :"role_odd";
comment on conversion app."Conversion ""Ünïcode"" 🎈" is 'a conversion''s comment';

-- Text search ---------------------------------------------------------------------------------------------------------
create function :"odd"."Start"(internal, integer) returns internal language internal strict as 'prsd_start';
create text search parser :"odd"."Parser ""Ünïcode"" 🎈" (start = :"odd"."Start", gettoken = prsd_nexttoken, end = prsd_end,
    headline = prsd_headline, lextypes = prsd_lextype);
create text search parser "A first".bare (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
create function app.lexize(internal, internal, internal, internal) returns internal language internal strict as 'dsimple_lexize';
create text search template app."Template ""Ünïcode""
" (init = dsimple_init, lexize = app.lexize);
create text search template app.bare (lexize = dsimple_lexize);
create text search dictionary :"odd"."Dictionary ""Ünïcode"" 🎈" (template = app."Template ""Ünïcode""
", stopwords = 'english', accept = false);
create text search dictionary app.snow (template = snowball, language = 'german', stopwords = german);
create text search dictionary app.bare (template = app.bare);
create text search dictionary "A first".thesaurus (template = thesaurus, dictfile = 'thesaurus_sample', dictionary = 'pg_catalog.simple');
create text search configuration :"odd"."Configuration ""Ünïcode"" 🎈" (parser = :"odd"."Parser ""Ünïcode"" 🎈");
alter text search configuration :"odd"."Configuration ""Ünïcode"" 🎈" add mapping for asciiword, word
    with :"odd"."Dictionary ""Ünïcode"" 🎈", app.snow, simple;
alter text search configuration :"odd"."Configuration ""Ünïcode"" 🎈" add mapping for "float", "int", url_path with app.bare;
create text search configuration "A first".empty (parser = pg_catalog.default);
create text search configuration "A first".copied (copy = pg_catalog.german);
alter text search configuration "A first".copied drop mapping for url;
alter text search configuration "A first".copied alter mapping replace german_stem with "A first".thesaurus;
alter text search dictionary app.snow owner to dbb_owner;
alter text search configuration :"odd"."Configuration ""Ünïcode"" 🎈" owner to :"role_odd";
comment on text search parser :"odd"."Parser ""Ünïcode"" 🎈" is 'a parser''s comment';
comment on text search template app."Template ""Ünïcode""
" is 'a template''s comment';
comment on text search dictionary :"odd"."Dictionary ""Ünïcode"" 🎈" is 'a dictionary''s comment';
comment on text search configuration :"odd"."Configuration ""Ünïcode"" 🎈" is 'a configuration''s comment';
create table app.documents (body text, words tsvector generated always as (to_tsvector('"A first".copied', body)) stored);
create index on app.documents using gin (to_tsvector('"A first".copied', body));
insert into app.documents (body) values ('Die Würde des Menschen ist unantastbar.');

-- DEPENDS ON EXTENSION ------------------------------------------------------------------------------------------------
create function app.trigger_function() returns trigger language plpgsql as $$ begin return new; end $$;
create procedure app.overloaded(a integer, out b integer) language sql as 'select 1';
create procedure app.overloaded(a integer, c integer) language sql as 'select 1';
create trigger "Trigger 🎈" before insert on app.documents for each row execute function app.trigger_function();
create materialized view app.matview as select 1 as one;
create index "Matview's" on app.matview (one);
create table "A first"."Constrained 🎈" (id integer, constraint "The ""key""" primary key (id), unique (id), n integer check (n > 0));
alter function "A first".atomic(:oddtype) depends on extension "uuid-ossp";
alter function "A first".atomic(:oddtype) depends on extension pg_trgm;
alter procedure app.overloaded(integer, out integer) depends on extension pg_trgm;
alter trigger "Trigger 🎈" on app.documents depends on extension "uuid-ossp";
alter materialized view app.matview depends on extension pg_trgm;
alter index app."Matview's" depends on extension pg_trgm;
alter index "A first"."The ""key""" depends on extension pg_trgm;
