-- SPDX-License-Identifier: Apache-2.0
-- Transforms: how values of a type come to a procedural language, and back.
select 'pg_transform'::regclass::oid as classid,
       t.oid as objid,
       'TRANSFORM' as kind,
       null::text as schema,
       w.target as name,
       null::text as owner,
       w.target,
       format('CREATE %s (%s);', w.target, concat_ws(', ',
           'FROM SQL WITH FUNCTION ' || nullif(t.trffromsql, 0)::regprocedure,
           'TO SQL WITH FUNCTION ' || nullif(t.trftosql, 0)::regprocedure)) as create_sql
  from pg_transform t
  join pg_language l on l.oid = t.trflang
 cross join lateral (
       select format('TRANSFORM FOR %s LANGUAGE %I', format_type(t.trftype, null), l.lanname)
                  as target) w
 where t.oid >= 16384
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_transform'::regclass, t.oid, 'e'))
 order by w.target;
