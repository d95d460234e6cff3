-- SPDX-License-Identifier: Apache-2.0
--
-- Many empty tables. psql variables: tables, columns (of each, at least 2), indexes (of each: 0, or 2, one of them the
-- primary key's).
\set ON_ERROR_STOP 1
set synchronous_commit = off;
-- A statement a table, some hundreds in each transaction: a lock stays for each until it ends.
select format('create table public.t%s (%s%s);%s', lpad(t::text, 6, '0'), columns,
              case when :indexes > 0 then ', primary key (c1)' end,
              case when :indexes > 1 then format(' create index on public.t%s (c2);', lpad(t::text, 6, '0')) end)
       || case when t % 200 = 0 then ' commit; begin;' else '' end
  from generate_series(1, :tables) t,
       (select string_agg(format('c%s %s', c, (array['text', 'numeric(12,2)', 'timestamptz', 'jsonb',
                                                     'int'])[1 + (c + 3) % 5]), ', ' order by c) as columns
          from generate_series(1, :columns) c) made
\g (tuples_only=on format=unaligned) :statements
begin;
\i :statements
commit;
