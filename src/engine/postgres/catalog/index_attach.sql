-- SPDX-License-Identifier: Apache-2.0
-- The partitions' indexes join the partitioned table's, be they plain or a constraint's. As in
-- table_attach.sql, such an entry goes by pg_inherits and the oid of the partition's index.
with idx as ( -- an index's entry is its constraint's, where it has one
    select i.indexrelid, i.indrelid, n.nspname, c.relname, c.relispartition,
           case when k.oid <> 0 then 'pg_constraint'::regclass::oid
                else 'pg_class'::regclass::oid end as entry_class,
           coalesce(k.oid, i.indexrelid) as entry_oid
      from pg_index i
      join pg_class c on c.oid = i.indexrelid
      join pg_namespace n on n.oid = c.relnamespace
      left join pg_constraint k on k.conrelid = i.indrelid and k.conindid = i.indexrelid
                               and k.contype in ('p', 'u', 'x')
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and not i.indisexclusion -- constraint.sql knows another way for these
       and (c.relispartition or c.relkind = 'I')
       and i.indrelid not in (select objid from pg_depend
                              where refclassid = 'pg_extension'::regclass
                                and classid = 'pg_class'::regclass and deptype = 'e')
)
select 'pg_inherits'::regclass::oid as classid, c.indexrelid as objid, 'INDEX ATTACH' as kind,
       c.nspname as schema, c.relname as name, null::name as owner, null::text as target,
       format('ALTER INDEX %I.%I ATTACH PARTITION %I.%I;', p.nspname, p.relname,
              c.nspname, c.relname) as create_sql,
       c.indrelid as table_oid,
       array[p.entry_class, p.entry_oid, c.entry_class, c.entry_oid] as deps
  from pg_inherits i
  join idx c on c.indexrelid = i.inhrelid
  join idx p on p.indexrelid = i.inhparent
 order by c.nspname, c.relname;
