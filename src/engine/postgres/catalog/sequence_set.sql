-- SPDX-License-Identifier: Apache-2.0
-- Where each sequence stands. pg_sequences doesn't tell whether last_value has been used, so each
-- sequence must be read itself. ts_stat() runs a query given as text: that reads all of them in
-- this one query, and exactly. pg_sequence_last_value() would be quicker, but its lock makes who
-- alters the sequence wait for the backup's end, and nextval() behind him.
select 'pg_sequence'::regclass::oid as classid, c.oid as objid, 'SEQUENCE SET' as kind,
       n.nspname as schema, c.relname as name, null::name as owner, null::text as target,
       format('SELECT pg_catalog.setval(%L, %s, %s);', format('%I.%I', n.nspname, c.relname),
              split_part(v.word, ',', 1), split_part(v.word, ',', 2)) as create_sql,
       (select o.refobjid -- a join would be a nested loop where there are no statistics
          from pg_depend o
         where (o.classid, o.objid) = ('pg_class'::regclass, c.oid) and o.deptype in ('a', 'i')
           and o.refclassid = 'pg_class'::regclass and o.refobjsubid > 0
         limit 1) as table_oid,
       'data' as section,
       array['pg_class'::regclass::oid, c.oid] as deps
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 cross join lateral ts_stat(format(
       $$select pg_catalog.array_to_tsvector(array[last_value || ',' || is_called]) from %I.%I$$,
       n.nspname, c.relname)) v
 where c.relkind = 'S' and c.relpersistence <> 't'
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   -- unlogged ones can't be read on a standby
   and (c.relpersistence = 'p' or not pg_is_in_recovery())
   and (exists (select from pg_extension x where c.oid = any (x.extconfig))
        or c.oid not in (select objid from pg_depend
                          where refclassid = 'pg_extension'::regclass
                            and classid = 'pg_class'::regclass and deptype = 'e'))
   and c.oid not in (select unnest(current_setting('dbbackup.unread', true)::oid[]))
 order by n.nspname, c.relname;
