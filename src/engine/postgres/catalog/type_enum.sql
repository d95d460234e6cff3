-- SPDX-License-Identifier: Apache-2.0
-- Enumerated types.
select 'pg_type'::regclass::oid as classid,
       t.oid as objid,
       'TYPE' as kind,
       n.nspname::text as schema,
       t.typname::text as name,
       pg_get_userbyid(t.typowner)::text as owner,
       format('TYPE %I.%I', n.nspname, t.typname) as target,
       format('CREATE TYPE %I.%I AS ENUM (%s);', n.nspname, t.typname, l.labels) as create_sql
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
 cross join lateral (
       select string_agg(format(E'\n    %L', v.enumlabel), ',' order by v.enumsortorder)
                  || E'\n' as labels
         from pg_enum v
        where v.enumtypid = t.oid) l
 where t.typtype = 'e'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_type'::regclass, t.oid, 'e'))
 order by n.nspname, t.typname;
