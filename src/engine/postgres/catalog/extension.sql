-- SPDX-License-Identifier: Apache-2.0
-- Extensions. Those that initdb made (plpgsql) are in every new database. An extension may have
-- been there before the restore, on managed servers always: hence IF NOT EXISTS.
select 'pg_extension'::regclass::oid as classid,
       e.oid as objid,
       'EXTENSION' as kind,
       null::text as schema,
       e.extname::text as name,
       null::text as owner,
       format('EXTENSION %I', e.extname) as target,
       format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I;', e.extname, n.nspname)
           as create_sql
  from pg_extension e
  join pg_namespace n on n.oid = e.extnamespace
 where e.oid >= 16384 -- the first oid that a user's object can have
 order by e.extname;
