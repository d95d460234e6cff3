-- SPDX-License-Identifier: Apache-2.0
--
-- The data set: a shop's database, 1.5 GB of COPY text when scale is 1. Every value comes from a hash of its row's
-- number, so that each run of this file makes the same rows. One table, orders, holds half of the bytes.
-- psql variables: scale.
\set ON_ERROR_STOP 1
set synchronous_commit = off;
set maintenance_work_mem = '512MB';
set work_mem = '256MB';
set timezone = 'UTC';
-- The aggregates below put words together in the order in which generate_series() counts.
set enable_hashagg = off;

-- How many rows of each table.
select greatest(100, (:scale * 50000)::int) as products, greatest(100, (:scale * 250000)::int) as customers,
       greatest(100, (:scale * 3000000)::int) / 3 * 3 as orders, greatest(100, (:scale * 400000)::int) as readings,
       greatest(10, (:scale * 28000)::int) as documents, greatest(10, (:scale * 9500)::int) as pictures,
       least(200000, greatest(20000, (:scale * 2000000)::int)) as phrases \gset

create schema making;

-- From 0 to m - 1.
create function making.pick(n bigint, salt int, m int) returns int language sql immutable parallel safe as
    $$ select ((hashint8extended(n, salt) & 9223372036854775807) % m)::int $$;

create function making.moment(n bigint, salt int) returns timestamptz language sql immutable parallel safe as
    $$ select timestamptz '2019-01-01 UTC' + making.pick(n, salt, 189000000) * interval '1 second' $$;

-- Texts are made of phrases, phrases of words, words of syllables; a few words are frequent, as in any language.
create table making.word as
select n, string_agg((string_to_array('ba ce dor el fin ga hu is jor ka lem mi no os pra qui re sta tu un ver wi '
                                      'ex ya zor ther ing an tion der st ly', ' '))
                     [1 + making.pick(n * 8 + k, 1, 32)], '') as word
  from generate_series(0, 4095) n, generate_series(1, 1 + making.pick(n, 2, 4)) k
 group by n;

create table making.phrase as
select p::int as id, string_agg(word, ' ' order by k) as phrase
  from generate_series(0, :phrases - 1) p cross join generate_series(1, 7) k
  join making.word w on w.n = floor(power(making.pick(p * 16 + k, 3, 1000000) / 1000000.0, 3) * 4096)::int
 group by p;
create unique index on making.phrase (id) include (phrase);
analyze making.phrase;

-- A phrase's id: one in 256 of them is used half of the time, as greetings and forms are.
create function making.phrase(n bigint, salt int, phrases int) returns int language sql immutable parallel safe as
    $$ select floor(phrases * power(making.pick(n, salt, 1000000) / 1000000.0, 8))::int $$;

create table public.countries (
    code text not null,
    name text not null,
    vat numeric(4,2) not null
);
insert into countries
select chr(65 + n / 26) || chr(65 + n % 26), initcap(p.phrase), making.pick(n, 4, 2700) / 100.0
  from generate_series(0, 249) n join making.phrase p on p.id = making.pick(n, 5, :phrases)
 order by 1;

create table public.products (
    id int not null,
    sku text not null,
    name text not null,
    price numeric(10,2) not null,
    weight double precision,
    attributes jsonb not null
);
insert into products
select n, upper(left(md5('sku' || n), 10)), initcap(p.phrase), making.pick(n, 6, 50000) / 100.0,
       making.pick(n, 7, 100000) / 997.0,
       jsonb_build_object('colour', making.pick(n, 8, 40), 'size', making.pick(n, 9, 12),
                          'origin', making.pick(n, 10, 250))
  from generate_series(1, :products) n
  join making.phrase p on p.id = making.pick(n, 11, :phrases)
 order by n;

create table public.customers (
    id int not null,
    code uuid not null,
    name text not null,
    email text not null,
    country text not null,
    since date not null,
    balance numeric(12,4),
    address text,
    tags text[] not null
);
insert into customers
select n, md5('customer' || n)::uuid, initcap(p.phrase), replace(left(p.phrase, 14), ' ', '.') || n || '@example.org',
       chr(65 + making.pick(n, 12, 250) / 26) || chr(65 + making.pick(n, 12, 250) % 26), making.moment(n, 13)::date,
       making.pick(n, 14, 100000000) / 10000.0, making.pick(n, 15, 200) || ' ' || q.phrase,
       array['t' || making.pick(n, 16, 30), 'u' || making.pick(n, 17, 30)]
  from generate_series(1, :customers) n
  join making.phrase p on p.id = making.pick(n, 18, :phrases)
  join making.phrase q on q.id = making.pick(n, 19, :phrases)
 order by n;

-- Half of all bytes.
create table public.orders (
    id bigint not null,
    customer_id int not null,
    status text not null,
    placed_at timestamptz not null,
    total numeric(12,2) not null,
    reference uuid not null,
    payment uuid,
    details jsonb not null,
    note text
);
insert into orders
select n, 1 + making.pick(n, 20, :customers),
       (array['new', 'paid', 'packed', 'sent', 'delivered', 'returned'])[1 + making.pick(n, 21, 6)],
       making.moment(n, 22), making.pick(n, 23, 9000000) / 100.0, md5('order' || n)::uuid,
       case when making.pick(n, 31, 10) < 8 then md5('payment' || n)::uuid end,
       jsonb_build_object('channel', (array['web', 'app', 'shop', 'phone'])[1 + making.pick(n, 24, 4)],
                          'currency', 'EUR', 'schema', 2,
                          'coupon', making.pick(n, 25, 100000), 'gift', making.pick(n, 26, 10) = 0,
                          'lines', jsonb_build_array(making.pick(n, 27, 50000), making.pick(n, 28, 50000))),
       case when making.pick(n, 29, 10) < 7 then p.phrase end
  from generate_series(1, :orders) n
  left join making.phrase p on p.id = making.phrase(n, 30, :phrases)
 order by n;

-- Narrow rows, many of them.
create table public.items (
    order_id bigint not null,
    line smallint not null,
    product_id int not null,
    quantity int not null,
    price numeric(10,2) not null
);
insert into items
select 1 + n * 3 / 8, n * 3 % 8, 1 + making.pick(n, 31, :products), 1 + making.pick(n, 32, 9),
       making.pick(n, 33, 50000) / 100.0
  from generate_series(0, :orders * 8 / 3 - 1) n;

-- Wide rows: 32 columns.
select format('create table public.readings (id int not null, at timestamp not null, %s)',
              string_agg(format('v%s %s', k, (array['double precision', 'int', 'real', 'numeric(9,3)',
                                                    'boolean'])[1 + k % 5]), ', ' order by k))
  from generate_series(1, 30) k \gexec
select format('insert into public.readings select n, timestamp ''2020-01-01'' + n * interval ''7 seconds'', %s
                 from generate_series(1, %s) n',
              string_agg(format(case k % 5 when 0 then 'making.pick(n, %1$s, 9000) / 7.0'
                                           when 1 then 'making.pick(n, %1$s, 100000)'
                                           when 2 then 'making.pick(n, %1$s, 10000) / 8.0'
                                           when 3 then 'making.pick(n, %1$s, 1000000) / 1000.0'
                                           else 'making.pick(n, %1$s, 2) = 0' end, 40 + k), ', ' order by k),
              :readings)
  from generate_series(1, 30) k \gexec

-- Long texts, out of line.
create table public.documents (
    id int not null,
    customer_id int not null,
    title text not null,
    body text not null,
    written timestamptz not null
);
insert into documents
select n, 1 + making.pick(n, 80, :customers), min(p.phrase), string_agg(p.phrase, '. ' order by k),
       making.moment(n, 81)
  from generate_series(1, :documents) n cross join generate_series(1, 60 + making.pick(n, 82, 120)) k
  join making.phrase p on p.id = making.phrase(n * 200 + k, 83, :phrases)
 group by n;

-- Pictures, say: bytes that no compressor makes smaller, but for their being written in hexadecimal.
create table public.pictures (
    id int not null,
    product_id int not null,
    kind text not null,
    bytes bytea not null
);
insert into pictures
select n, 1 + making.pick(n, 90, :products), 'image/png',
       string_agg(sha512((n * 1000 + k)::text::bytea), '' order by k)
  from generate_series(1, :pictures) n, generate_series(1, 100 + making.pick(n, 91, 200)) k
 group by n;

drop schema making cascade;

alter table countries add primary key (code);
alter table products add primary key (id);
alter table customers add primary key (id);
alter table orders add primary key (id);
alter table items add primary key (order_id, line);
alter table readings add primary key (id);
alter table documents add primary key (id);
alter table pictures add primary key (id);
alter table orders add constraint orders_total_check check (total >= 0);

create unique index on products (sku);
create index on customers (lower(email));
create index on orders (customer_id);
create index on orders (placed_at, status);
create index on items (product_id);
create index on documents (title);

alter table customers add foreign key (country) references countries;
alter table orders add foreign key (customer_id) references customers;
alter table items add foreign key (order_id) references orders;
alter table items add foreign key (product_id) references products;
alter table documents add foreign key (customer_id) references customers;
alter table pictures add foreign key (product_id) references products;

-- Nothing is left to be done by whoever reads the tables first.
vacuum (freeze, analyze);
