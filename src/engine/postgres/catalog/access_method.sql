-- SPDX-License-Identifier: Apache-2.0
-- Access methods of tables and indexes.
select 'pg_am'::regclass::oid as classid,
       a.oid as objid,
       'ACCESS METHOD' as kind,
       null::text as schema,
       a.amname::text as name,
       null::text as owner,
       format('ACCESS METHOD %I', a.amname) as target,
       format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s;', a.amname,
              case a.amtype when 't' then 'TABLE' else 'INDEX' end, a.amhandler) as create_sql
  from pg_am a
 where a.oid >= 16384
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_am'::regclass, a.oid, 'e'))
 order by a.amname;
