-- SPDX-License-Identifier: Apache-2.0
-- Types that never became more than a shell.
select 'pg_type'::regclass::oid as classid,
       t.oid as objid,
       'SHELL TYPE' as kind,
       n.nspname::text as schema,
       t.typname::text as name,
       pg_get_userbyid(t.typowner)::text as owner,
       format('TYPE %I.%I', n.nspname, t.typname) as target,
       format('CREATE TYPE %I.%I;', n.nspname, t.typname) as create_sql
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
 where t.typtype = 'p'
   and not t.typisdefined
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_type'::regclass, t.oid, 'e'))
 order by n.nspname, t.typname;
