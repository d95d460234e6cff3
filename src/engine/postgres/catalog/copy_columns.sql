-- SPDX-License-Identifier: Apache-2.0
-- The columns that rows go into, asked by a restore when its tables are made. Unlike the others it must not rely on
-- an empty search_path.
--   copy_in   the line that table_data.sql puts before the rows of a table that has these columns
--   receive   the functions that read the binary form of their types, in the columns' order, apart by
--             blanks; ? in place of what isn't the system's own
select pg_catalog.format('COPY %I.%I (%s) FROM stdin;', n.nspname, c.relname,
                         pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', '
                                               order by a.attnum)) as copy_in,
       pg_catalog.string_agg(coalesce(p.proname, '?'), ' ' order by a.attnum) as receive
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid
   and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  join pg_catalog.pg_type t on t.oid = a.atttypid
  left join pg_catalog.pg_proc p on p.oid = t.typreceive
   and p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
 where c.relkind = 'r' and c.relpersistence <> 't'
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 group by c.oid, n.nspname, c.relname;
