-- SPDX-License-Identifier: Apache-2.0
-- Text search templates.
select 'pg_ts_template'::regclass::oid as classid,
       t.oid as objid,
       'TEXT SEARCH TEMPLATE' as kind,
       n.nspname::text as schema,
       t.tmplname::text as name,
       null::text as owner,
       w.target,
       format('CREATE %s (%s);', w.target, concat_ws(', ',
           'INIT = ' || nullif(t.tmplinit::text, '-'),
           'LEXIZE = ' || t.tmpllexize)) as create_sql
  from pg_ts_template t
  join pg_namespace n on n.oid = t.tmplnamespace
 cross join lateral (
       select format('TEXT SEARCH TEMPLATE %I.%I', n.nspname, t.tmplname) as target) w
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype)
                          = ('pg_ts_template'::regclass, t.oid, 'e'))
 order by n.nspname, t.tmplname;
