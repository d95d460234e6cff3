-- SPDX-License-Identifier: Apache-2.0
-- Composite types that were made as such; a table's row type comes with the table.
select 'pg_type'::regclass::oid as classid,
       t.oid as objid,
       'TYPE' as kind,
       n.nspname::text as schema,
       t.typname::text as name,
       pg_get_userbyid(t.typowner)::text as owner,
       format('TYPE %I.%I', n.nspname, t.typname) as target,
       format('CREATE TYPE %I.%I AS (%s);', n.nspname, t.typname, a.attributes) as create_sql
  from pg_type t
  join pg_class c on c.oid = t.typrelid
  join pg_namespace n on n.oid = t.typnamespace
 cross join lateral (
       select string_agg(format(E'\n    %I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                         || case when co.oid is null then ''
                                 else format(' COLLATE %I.%I', cn.nspname, co.collname) end,
                         ',' order by a.attnum) || E'\n' as attributes
         from pg_attribute a
         join pg_type at on at.oid = a.atttypid
         left join pg_collation co on co.oid = a.attcollation and a.attcollation <> at.typcollation
         left join pg_namespace cn on cn.oid = co.collnamespace
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) a
 where t.typtype = 'c'
   and c.relkind = 'c'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_type'::regclass, t.oid, 'e'))
 order by n.nspname, t.typname;
