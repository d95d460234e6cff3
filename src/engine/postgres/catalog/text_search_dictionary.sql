-- SPDX-License-Identifier: Apache-2.0
-- Text search dictionaries. The server keeps their options as the text that CREATE takes. One that
-- names another dictionary (a thesaurus does) needs it, which pg_depend doesn't know; without a
-- schema in front, the name must be found by search_path.
select 'pg_ts_dict'::regclass::oid as classid,
       d.oid as objid,
       'TEXT SEARCH DICTIONARY' as kind,
       n.nspname::text as schema,
       d.dictname::text as name,
       pg_get_userbyid(d.dictowner)::text as owner,
       w.target,
       concat(E'SET search_path = ' || other.path || E';\n',
              format(E'CREATE %s (\n    TEMPLATE = %I.%I%s\n);', w.target, tn.nspname, t.tmplname,
                     E',\n    ' || nullif(d.dictinitoption, '')),
              case when other.path is not null then E'\nSET search_path = '''';' end) as create_sql,
       other.deps
  from pg_ts_dict d
  join pg_namespace n on n.oid = d.dictnamespace
  join pg_ts_template t on t.oid = d.dicttemplate
  join pg_namespace tn on tn.oid = t.tmplnamespace
 cross join lateral (
       select format('TEXT SEARCH DICTIONARY %I.%I', n.nspname, d.dictname) as target) w
  left join lateral (
       select array['pg_ts_dict'::regclass::oid, o.oid] as deps,
              case when x.option = quote_ident(o.dictname) and o.nspname <> 'pg_catalog'
                   then quote_ident(o.nspname) end as path
         from (select replace((regexp_match(d.dictinitoption,
                                            '(?:^|, )dictionary = ''((?:[^'']|'''')*)'''))[1],
                              '''''', '''') as option) x
         join (select i.oid, i.dictname, i.dictnamespace, ni.nspname
                 from pg_ts_dict i
                 join pg_namespace ni on ni.oid = i.dictnamespace) o
                   on x.option in (quote_ident(o.dictname),
                                   format('%I.%I', o.nspname, o.dictname))
        where o.oid <> d.oid
        order by o.nspname = 'pg_catalog' desc, o.dictnamespace = d.dictnamespace desc,
                 o.nspname = 'public' desc, o.nspname
        limit 1) other on true
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_ts_dict'::regclass, d.oid, 'e'))
 order by n.nspname, d.dictname;
