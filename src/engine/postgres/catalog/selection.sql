-- SPDX-License-Identifier: Apache-2.0
-- Names besides those of relations that can be chosen or left out.
select 'schema' as type, nspname as name
  from pg_namespace
 where nspname !~ '^pg_' and nspname <> 'information_schema' or nspname = 'pg_catalog'
union all
select 'extension', extname
  from pg_extension
 where oid >= 16384
 order by type, name;
