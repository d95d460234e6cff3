-- SPDX-License-Identifier: Apache-2.0
-- Schemas. `public` stands in every new database: it isn't created or dropped, and is an entry only
-- if its owner, comment or label differs from a new database's (its ACL is in acl.sql).
select 'pg_namespace'::regclass::oid as classid,
       n.oid as objid,
       'SCHEMA' as kind,
       null::text as schema,
       n.nspname::text as name,
       case when not p.is_public or p.is_moved then pg_get_userbyid(n.nspowner)::text end as owner,
       format('SCHEMA %I', n.nspname) as target,
       case when p.is_public then '' else format('CREATE SCHEMA %I;', n.nspname) end as create_sql,
       case when p.is_public then '' else format('DROP SCHEMA %I;', n.nspname) end as drop_sql
  from pg_namespace n
 cross join lateral (
       select n.nspname = 'public' as is_public,
              pg_get_userbyid(n.nspowner) <> 'pg_database_owner' as is_moved) p
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and (not p.is_public
        or p.is_moved
        or obj_description(n.oid, 'pg_namespace') is distinct from 'standard public schema'
        or exists (select from pg_seclabel s
                    where (s.classoid, s.objoid) = ('pg_namespace'::regclass, n.oid)))
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_namespace'::regclass, n.oid, 'e'))
 order by n.nspname;
