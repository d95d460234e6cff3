-- SPDX-License-Identifier: Apache-2.0
-- Text search configurations: which dictionaries each kind of token goes through, in which order.
with mapping as (
    select m.mapcfg, m.maptokentype,
           string_agg(format('%I.%I', n.nspname, d.dictname), ', ' order by m.mapseqno) as list
      from pg_ts_config_map m
      join pg_ts_dict d on d.oid = m.mapdict
      join pg_namespace n on n.oid = d.dictnamespace
     where m.mapcfg >= 16384
     group by m.mapcfg, m.maptokentype
)
select 'pg_ts_config'::regclass::oid as classid,
       c.oid as objid,
       'TEXT SEARCH CONFIGURATION' as kind,
       n.nspname::text as schema,
       c.cfgname::text as name,
       pg_get_userbyid(c.cfgowner)::text as owner,
       w.target,
       concat(format('CREATE %s (PARSER = %I.%I);', w.target, pn.nspname, p.prsname),
              m.statements) as create_sql
  from pg_ts_config c
  join pg_namespace n on n.oid = c.cfgnamespace
  join pg_ts_parser p on p.oid = c.cfgparser
  join pg_namespace pn on pn.oid = p.prsnamespace
 cross join lateral (
       select format('TEXT SEARCH CONFIGURATION %I.%I', n.nspname, c.cfgname) as target) w
  left join lateral (
       select string_agg(format(E'\nALTER %s ADD MAPPING FOR %I WITH %s;', w.target, t.alias,
                                mapping.list), '' order by t.tokid) as statements
         from mapping
         join ts_token_type(c.cfgparser) t on t.tokid = mapping.maptokentype
        where mapping.mapcfg = c.oid) m on true
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_ts_config'::regclass, c.oid, 'e'))
 order by n.nspname, c.cfgname;
