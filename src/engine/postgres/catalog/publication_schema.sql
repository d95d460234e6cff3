-- SPDX-License-Identifier: Apache-2.0
-- The schemas that publications take whole; servers before 15 have no such thing.
select 'pg_publication_namespace'::regclass::oid as classid, -- >=15
--<15 select 0::oid as classid,
       r.oid as objid,
       'PUBLICATION TABLES IN SCHEMA' as kind,
       n.nspname::text as schema,
       format('%s %s', p.pubname, n.nspname) as name,
       pg_get_userbyid(p.pubowner)::text as owner,
       null::text as target,
       format('ALTER PUBLICATION %I ADD TABLES IN SCHEMA %I;', p.pubname, n.nspname) as create_sql,
       format('ALTER PUBLICATION %I DROP TABLES IN SCHEMA %I;', p.pubname, n.nspname) as drop_sql
  from pg_publication_namespace r                            -- >=15
--<15 from (select null::oid as oid, null::oid as pnpubid, null::oid as pnnspid where false) r
  join pg_publication p on p.oid = r.pnpubid
  join pg_namespace n on n.oid = r.pnnspid
 order by n.nspname, p.pubname;
