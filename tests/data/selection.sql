-- SPDX-License-Identifier: Apache-2.0
-- Many small objects, of which test_selection.py takes some and leaves others: two schemas that rely
-- on each other, one with an odd name, one that is empty, and what lies in no schema at all.
-- The roles dbb_owner and dbb_reader and the tablespace dbb_space are there already.
create schema sales authorization dbb_owner;
create schema stock;
create schema "Odd Schema";
create schema empty_one;
comment on schema sales is 'what is sold';
create extension hstore with schema public;
create extension citext with schema stock;

-- types, functions and their kin
create type sales.state as enum ('new', 'paid', 'sent');
comment on type sales.state is 'of an order';
create type sales.address as (street text, city text);
create domain sales.price as numeric(12, 2) check (value >= 0);
create type stock.span as range (subtype = int4);
create type stock.color as enum ('red', 'green');
create type "Odd Schema"."Odd Type" as enum ('a');
create domain public.code as text;
create collation sales.bytes (locale = 'C');
create collation stock.bytes from pg_catalog."C";
create function sales.total(int) returns int language sql as 'select $1 * 2';
create function sales.touch() returns trigger language plpgsql as 'begin return new; end';
create procedure sales.close() language sql as 'select 1';
create aggregate sales.last_of(int) (sfunc = int4larger, stype = int);
create function stock.level(text) returns int language sql as 'select 1';
create function stock.add(int, int) returns int language sql immutable as 'select $1 + $2';
create function public.helper() returns int language sql as 'select 1';
create function "Odd Schema"."Odd Function"() returns int language sql as 'select 1';
alter function sales.total(int) owner to dbb_owner;
comment on function sales.total(int) is 'twice';
grant execute on function sales.total(int) to dbb_reader;
revoke execute on function stock.level(text) from public;
create operator stock.@+ (leftarg = int, rightarg = int, function = stock.add);
create operator family stock.fam using btree;
create operator class sales.opc for type int4 using hash as operator 1 =;
create conversion stock.conv for 'LATIN1' to 'UTF8' from pg_catalog.iso8859_1_to_utf8;
create text search dictionary sales.dict (template = pg_catalog.simple);
create text search configuration sales.conf (copy = pg_catalog.simple);
create text search configuration stock.conf (copy = pg_catalog.simple);

-- tables
create table sales.customers (
    id serial primary key,
    name text not null unique,
    home sales.address,
    boss int references sales.customers);
create table sales.orders (
    id int generated always as identity primary key,
    customer int not null references sales.customers,
    state sales.state default 'new',
    amount sales.price,
    doubled int default sales.total(1),
    constraint positive check (amount > 0 or amount is null));
create index orders_state on sales.orders (state);
create index orders_amount on sales.orders (amount) where amount > 10;
create statistics sales.orders_stat on customer, state from sales.orders;
create trigger orders_touch before update on sales.orders for each row execute function sales.touch();
create rule orders_quiet as on delete to sales.orders where old.id < 0 do instead nothing;
create policy orders_own on sales.orders using (true);
alter table sales.orders enable row level security;
alter table sales.orders owner to dbb_owner;
comment on table sales.orders is 'the orders';
comment on column sales.orders.amount is 'before tax';
comment on index sales.orders_state is 'by state';
grant select on sales.orders to dbb_reader;
grant update (state) on sales.orders to dbb_reader;
insert into sales.customers (name, boss) values ('Ann', null), ('Ben', 1);
insert into sales.orders (customer, amount) values (1, 10), (2, 20), (2, 30);

create table sales.items (order_id int references sales.orders, sku text, amount int) partition by range (amount);
create table sales.items_small partition of sales.items for values from (0) to (10);
create table sales.items_large partition of sales.items for values from (10) to (1000) partition by list (sku);
create table stock.items_large_a partition of sales.items_large for values in ('a');
create index items_sku on sales.items (sku);
insert into sales.items values (1, 'x', 3), (1, 'a', 30);

create table stock.things (sku text primary key, price sales.price, tint stock.color, box hstore);
create table stock.tools (power int) inherits (stock.things);
create table stock.moves (sku text references stock.things, at date, during stock.span,
                          exclude using gist (during with &&));
create sequence stock.tickets;
create sequence stock.box_numbers;
alter sequence stock.box_numbers owned by stock.things.price;
create unlogged table stock.cache (key stock.citext, value text);
create table stock.spaced (a int) tablespace dbb_space;
create index spaced_a on stock.spaced (a) tablespace dbb_space;
create table "Odd Schema"."Odd Table" ("Id" int primary key, "a.b" text);
create table "Odd Schema".plain (a "Odd Schema"."Odd Type");
comment on table "Odd Schema"."Odd Table" is 'odd';
grant all on "Odd Schema"."Odd Table" to dbb_reader;
create table public.items (a int primary key);
create table public.log_2023 (at date);
create table public.log_2024 (at date);
create table public.logs (at date);
create table public.tmp$ (a int);
create table public.no_rows (a int);
insert into public.items values (1), (2);
insert into public.log_2023 values ('2023-01-01');
insert into public.log_2024 values ('2024-01-01');
insert into public.logs values ('2025-01-01');
insert into stock.things values ('a', 1, 'red'), ('b', 2, 'green');
insert into stock.tools values ('t', 3, 'red', null, 9);
insert into stock.moves values ('a', '2024-01-01', '[1,3)');
insert into "Odd Schema"."Odd Table" values (1, 'x');
insert into "Odd Schema".plain values ('a');
select setval('stock.tickets', 7), setval('stock.box_numbers', 8);

-- views
create view sales.open_orders as select * from sales.orders where state = 'new';
create view sales.priced as select i.*, t.price from sales.items i join stock.things t using (sku);
create view sales.by_customer as
    select c.*, count(*) from sales.customers c join sales.orders o on o.customer = c.id group by c.id;
create view stock.red as select sku, tint from stock.things where tint = 'red';
create view public.items_view as select * from public.items;
create materialized view sales.totals as
    select customer, sum(amount) as amount from sales.orders group by customer;
create unique index totals_customer on sales.totals (customer);
create materialized view stock.counts as select count(*) from stock.things;
create materialized view stock.counts_twice as select count + count as n from stock.counts;
create materialized view public.unfilled as select 1 as one with no data;
create rule red_add as on insert to stock.red
    do instead insert into stock.things (sku, tint) values (new.sku, 'red');
comment on view sales.open_orders is 'to be paid';
grant select on sales.open_orders to dbb_reader;
grant select on stock.tickets to dbb_reader;
grant usage on schema sales to dbb_reader;
grant create on schema public to dbb_reader;
grant usage on type sales.state to dbb_reader;

-- in no schema
create cast (sales.state as stock.color) with inout;
create language plodd handler plpgsql_call_handler;
create access method heap2 type table handler heap_tableam_handler;
create foreign data wrapper wrapper;
create server far foreign data wrapper wrapper;
create user mapping for dbb_owner server far;
create foreign table stock.elsewhere (a int) server far;
create foreign table sales.elsewhere (b int) server far;
comment on server far is 'far away';
grant usage on foreign server far to dbb_reader;
create transform for sales.state language sql (from sql with function prsd_lextype(internal));
create function public.watch() returns event_trigger language plpgsql as 'begin end';
create event trigger watcher on ddl_command_end when tag in ('CREATE CAST')
    execute function public.watch();
create publication everything for all tables;
create publication several for table sales.orders, stock.things;
create publication whole for tables in schema stock;
create subscription sub connection 'dbname=nowhere' publication several
    with (connect = false, slot_name = none);
alter default privileges in schema sales grant select on tables to dbb_reader;
alter default privileges grant execute on functions to dbb_reader;
grant execute on function pg_catalog.pg_ls_dir(text) to dbb_reader;
revoke execute on function public.akeys(hstore) from public;
select lo_create(4711);
select lo_put(4711, 0, 'some bytes');
comment on large object 4711 is 'bytes';
grant select on large object 4711 to dbb_reader;
do $$ begin
    execute format('comment on database %I is ''a shop''', current_database());
    execute format('alter database %I set work_mem = ''5MB''', current_database());
    execute format('alter role dbb_owner in database %I set work_mem = ''6MB''', current_database());
    execute format('grant create on database %I to dbb_reader', current_database());
end $$;
