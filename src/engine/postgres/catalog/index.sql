-- SPDX-License-Identifier: Apache-2.0
-- Indexes that aren't a constraint's. A partitioned table's index is made ON ONLY it;
-- index_attach.sql joins the partitions'. An invalid index of a single table is what a failed
-- CREATE INDEX CONCURRENTLY left: not worth keeping.
select 'pg_class'::regclass::oid as classid, c.oid as objid, 'INDEX' as kind,
       n.nspname as schema, c.relname as name, null::name as owner,
       format('INDEX %I.%I', n.nspname, c.relname) as target,
       concat(pg_get_indexdef(c.oid), ';',
              case when i.indisclustered
                   then format(E'\nALTER TABLE %I.%I CLUSTER ON %I;', n.nspname, t.relname,
                               c.relname) end,
              stat.text,
              case when i.indisreplident
                   then format(E'\nALTER TABLE ONLY %I.%I REPLICA IDENTITY USING INDEX %I;',
                               n.nspname, t.relname, c.relname) end) as create_sql,
       case when c.relispartition then '' end as drop_sql, -- it goes with its parent
       t.oid as table_oid, ts.spcname as tablespace
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_tablespace ts on ts.oid = c.reltablespace
  left join (select a.attrelid,
                    string_agg(format(E'\nALTER INDEX %I.%I ALTER COLUMN %s SET STATISTICS %s;',
                                      n.nspname, c.relname, a.attnum, a.attstattarget),
                               '' order by a.attnum) as text
               from pg_index i
               join pg_class c on c.oid = i.indexrelid
               join pg_namespace n on n.oid = c.relnamespace
               join pg_attribute a on a.attrelid = c.oid and a.attstattarget >= 0
              where i.indexprs is not null -- columns have their own
              group by a.attrelid) stat on stat.attrelid = c.oid
 where i.indisready and (i.indisvalid or t.relkind = 'p')
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_constraint k
                    where k.conrelid = i.indrelid and k.conindid = i.indexrelid
                      and k.contype in ('p', 'u', 'x'))
   and t.oid not in (select objid from pg_depend
                     where refclassid = 'pg_extension'::regclass
                       and classid = 'pg_class'::regclass and deptype = 'e')
   and t.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, c.relname;
