-- SPDX-License-Identifier: Apache-2.0
-- Procedural languages that don't come with an extension.
select 'pg_language'::regclass::oid as classid,
       l.oid as objid,
       'PROCEDURAL LANGUAGE' as kind,
       null::text as schema,
       l.lanname::text as name,
       pg_get_userbyid(l.lanowner)::text as owner,
       format('LANGUAGE %I', l.lanname) as target,
       concat('CREATE', case when l.lanpltrusted then ' TRUSTED' end,
              format(' LANGUAGE %I HANDLER %s', l.lanname, l.lanplcallfoid::regproc),
              ' INLINE ' || nullif(l.laninline::regproc::text, '-'),
              ' VALIDATOR ' || nullif(l.lanvalidator::regproc::text, '-'),
              ';') as create_sql
  from pg_language l
 where l.lanispl
   and l.oid >= 16384
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_language'::regclass, l.oid, 'e'))
 order by l.lanname;
