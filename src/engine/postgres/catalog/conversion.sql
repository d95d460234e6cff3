-- SPDX-License-Identifier: Apache-2.0
-- Conversions between encodings.
select 'pg_conversion'::regclass::oid as classid,
       c.oid as objid,
       'CONVERSION' as kind,
       n.nspname::text as schema,
       c.conname::text as name,
       pg_get_userbyid(c.conowner)::text as owner,
       format('CONVERSION %I.%I', n.nspname, c.conname) as target,
       format('CREATE%s CONVERSION %I.%I FOR %L TO %L FROM %s;',
              case when c.condefault then ' DEFAULT' end, n.nspname, c.conname,
              pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding),
              c.conproc) as create_sql
  from pg_conversion c
  join pg_namespace n on n.oid = c.connamespace
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_conversion'::regclass, c.oid, 'e'))
 order by n.nspname, c.conname;
