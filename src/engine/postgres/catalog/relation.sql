-- SPDX-License-Identifier: Apache-2.0
-- Relations: their names, and what a backup needs to know before it reads anything else.
--   is_locked    a lock keeps the table as it is while the backup runs
--   is_readable  false: its rows can't be read, or not be locked
--   is_filtered  row-level security hides rows from this session
--   parent       of a partition
--   parents      of a partition, or of a table that inherits
--   extension    whose member it is
--   owned_by     the table whose column a sequence belongs to
--   is_identity  that column made it, so that it has no life of its own
with member as (
    select d.objid, x.extname, d.objid = any (x.extconfig) as is_config
      from pg_depend d
      join pg_extension x on x.oid = d.refobjid
     where (d.classid, d.refclassid, d.deptype)
           = ('pg_class'::regclass, 'pg_extension'::regclass, 'e')
),
inherits as (
    select inhrelid, array_agg(inhparent order by inhseqno) as parents
      from pg_inherits
     group by inhrelid
)
select c.oid, format('%I.%I', n.nspname, c.relname) as name,
       n.nspname as schema, c.relname as plain_name,
       case when c.relispartition then i.parents[1] end as parent,
       i.parents, m.extname as extension, o.refobjid as owned_by,
       o.deptype = 'i' as is_identity,
       c.relkind in ('r', 'p') and t.is_taken as is_locked,
       case when not t.is_taken or u.rolsuper then true
            when c.relkind in ('r', 'p')
            then has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT')
            when c.relkind = 'S'
            then has_schema_privilege(n.oid, 'USAGE') and has_sequence_privilege(c.oid, 'SELECT')
            else true end as is_readable,
       c.relkind = 'r' and t.is_taken and c.relrowsecurity and row_security_active(c.oid)
           as is_filtered
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_roles u on u.rolname = current_user
  left join member m on m.objid = c.oid
  left join inherits i on i.inhrelid = c.oid and c.relkind in ('r', 'p', 'f')
  left join lateral ( -- a plain join would be a nested loop where there are no statistics
       select d.refobjid, d.deptype
         from pg_depend d
        where c.relkind = 'S' and (d.classid, d.objid) = ('pg_class'::regclass, c.oid)
          and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
        limit 1) o on true
 cross join lateral (select m.objid is null or m.is_config as is_taken) t
 where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relpersistence <> 't'
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 order by n.nspname, c.relname;
