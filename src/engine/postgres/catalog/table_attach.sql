-- SPDX-License-Identifier: Apache-2.0
-- Partitions join their parents, once both stand. Such an entry has no object of its own in
-- pg_depend's terms: it goes by the catalog that holds the tie, and the partition's oid.
select 'pg_inherits'::regclass::oid as classid, c.oid as objid, 'TABLE ATTACH' as kind,
       n.nspname as schema, c.relname as name, null::name as owner, null::text as target,
       format('ALTER TABLE ONLY %I.%I ATTACH PARTITION %I.%I %s;', pn.nspname, p.relname,
              n.nspname, c.relname, pg_get_expr(c.relpartbound, c.oid)) as create_sql,
       format('ALTER TABLE ONLY %I.%I DETACH PARTITION %I.%I;', pn.nspname, p.relname,
              n.nspname, c.relname) as drop_sql,
       c.oid as table_oid,
       array['pg_class'::regclass::oid, p.oid, 'pg_class'::regclass::oid, c.oid] as deps
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_inherits i on i.inhrelid = c.oid
  join pg_class p on p.oid = i.inhparent
  join pg_namespace pn on pn.oid = p.relnamespace
 where c.relkind in ('r', 'p', 'f') and c.relispartition
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and c.oid not in (select objid from pg_depend
                     where refclassid = 'pg_extension'::regclass
                       and classid = 'pg_class'::regclass and deptype = 'e')
   and c.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, c.relname;
