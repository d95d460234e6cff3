-- SPDX-License-Identifier: Apache-2.0
-- Text search parsers.
select 'pg_ts_parser'::regclass::oid as classid,
       p.oid as objid,
       'TEXT SEARCH PARSER' as kind,
       n.nspname::text as schema,
       p.prsname::text as name,
       null::text as owner,
       w.target,
       format(E'CREATE %s (\n    %s\n);', w.target, concat_ws(E',\n    ',
           'START = ' || p.prsstart,
           'GETTOKEN = ' || p.prstoken,
           'END = ' || p.prsend,
           'HEADLINE = ' || nullif(p.prsheadline::text, '-'),
           'LEXTYPES = ' || p.prslextype)) as create_sql
  from pg_ts_parser p
  join pg_namespace n on n.oid = p.prsnamespace
 cross join lateral (
       select format('TEXT SEARCH PARSER %I.%I', n.nspname, p.prsname) as target) w
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_ts_parser'::regclass, p.oid, 'e'))
 order by n.nspname, p.prsname;
