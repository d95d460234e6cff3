-- SPDX-License-Identifier: Apache-2.0
-- Relations: their names, and what a backup needs to know before it reads anything else.
--   is_locked    a lock keeps the table as it is while the backup runs
--   is_readable  false: its rows can't be read, or not be locked
--   is_filtered  row-level security hides rows from this session
--   parent       of a partition
select c.oid, format('%I.%I', n.nspname, c.relname) as name, p.inhparent as parent,
       c.relkind in ('r', 'p') and t.is_taken as is_locked,
       case when not t.is_taken then true
            when c.relkind in ('r', 'p')
            then has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT')
            when c.relkind = 'S'
            then has_schema_privilege(n.oid, 'USAGE') and has_sequence_privilege(c.oid, 'SELECT')
            else true end as is_readable,
       c.relkind = 'r' and t.is_taken and row_security_active(c.oid) as is_filtered
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_inherits p on p.inhrelid = c.oid and c.relispartition
 cross join lateral (
       select c.oid not in (select e.objid
                              from pg_depend e
                             where e.refclassid = 'pg_extension'::regclass
                               and e.classid = 'pg_class'::regclass and e.deptype = 'e')
              or c.oid in (select unnest(x.extconfig) from pg_extension x) as is_taken) t
 where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.relpersistence <> 't'
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 order by n.nspname, c.relname;
