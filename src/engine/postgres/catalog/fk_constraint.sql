-- SPDX-License-Identifier: Apache-2.0
-- Foreign keys. Those of a partitioned table are made on it alone and reach its partitions by
-- themselves. A key that points at a partitioned table needs that table's index to be complete: all
-- indexes of partitions attached.
with recursive attached as (
    select i.inhparent as index_oid, i.inhrelid as part_oid
      from pg_inherits i
     where i.inhparent in (select k.conindid from pg_constraint k
                            where k.contype = 'f' and k.conparentid = 0)
    union all
    select a.index_oid, i.inhrelid
      from attached a
      join pg_inherits i on i.inhparent = a.part_oid
),
attach as (
    select a.index_oid, array_agg(v.x order by a.part_oid, v.i) as oids
      from attached a
      cross join lateral (values (1, 'pg_inherits'::regclass::oid), (2, a.part_oid)) v(i, x)
     group by a.index_oid
)
select 'pg_constraint'::regclass::oid as classid, k.oid as objid, 'FK CONSTRAINT' as kind,
       n.nspname as schema, format('%s %s', t.relname, k.conname) as name, null::name as owner,
       format('CONSTRAINT %I ON %I.%I', k.conname, n.nspname, t.relname) as target,
       format(E'ALTER TABLE %s%I.%I\n    ADD CONSTRAINT %I %s;', scope.word, n.nspname, t.relname,
              k.conname, pg_get_constraintdef(k.oid)) as create_sql,
       format('ALTER TABLE %s%I.%I DROP CONSTRAINT %I;', scope.word, n.nspname, t.relname,
              k.conname) as drop_sql,
       t.oid as table_oid, attach.oids as deps
  from pg_constraint k
  join pg_class t on t.oid = k.conrelid
  join pg_namespace n on n.oid = t.relnamespace
  cross join lateral (select case t.relkind when 'p' then '' else 'ONLY ' end as word) scope
  left join attach on attach.index_oid = k.conindid
 where k.contype = 'f' and k.conparentid = 0
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and t.oid not in (select objid from pg_depend
                     where refclassid = 'pg_extension'::regclass
                       and classid = 'pg_class'::regclass and deptype = 'e')
   and t.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, t.relname, k.conname;
