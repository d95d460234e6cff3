-- SPDX-License-Identifier: Apache-2.0
-- Text search dictionaries. The server keeps their options as the text that CREATE takes.
select 'pg_ts_dict'::regclass::oid as classid,
       d.oid as objid,
       'TEXT SEARCH DICTIONARY' as kind,
       n.nspname::text as schema,
       d.dictname::text as name,
       pg_get_userbyid(d.dictowner)::text as owner,
       w.target,
       format(E'CREATE %s (\n    TEMPLATE = %I.%I%s\n);', w.target, tn.nspname, t.tmplname,
              E',\n    ' || nullif(d.dictinitoption, '')) as create_sql
  from pg_ts_dict d
  join pg_namespace n on n.oid = d.dictnamespace
  join pg_ts_template t on t.oid = d.dicttemplate
  join pg_namespace tn on tn.oid = t.tmplnamespace
 cross join lateral (
       select format('TEXT SEARCH DICTIONARY %I.%I', n.nspname, d.dictname) as target) w
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_ts_dict'::regclass, d.oid, 'e'))
 order by n.nspname, d.dictname;
