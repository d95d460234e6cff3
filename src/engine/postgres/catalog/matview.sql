-- SPDX-License-Identifier: Apache-2.0
-- Materialized views, without their rows: matview_data.sql fills them.
select 'pg_class'::regclass::oid as classid,
       c.oid as objid,
       'MATERIALIZED VIEW' as kind,
       n.nspname::text as schema,
       c.relname::text as name,
       pg_get_userbyid(c.relowner)::text as owner,
       m.target,
       ts.spcname::text as tablespace,
       concat('CREATE ', m.target,
              format(E'\nUSING %I', am.amname),
              E'\nWITH (' || options.list || ')',
              E' AS\n',
              rtrim(pg_get_viewdef(c.oid), ';'),
              E'\n  WITH NO DATA;',
              columns.list,
              format(E'\nALTER %s REPLICA IDENTITY ', m.target)
                  || case c.relreplident when 'f' then 'FULL;' when 'n' then 'NOTHING;' end) as create_sql
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_am am on am.oid = c.relam
  left join pg_tablespace ts on ts.oid = c.reltablespace
  left join pg_class tc on tc.oid = c.reltoastrelid
 cross join lateral (
       select format('MATERIALIZED VIEW %I.%I', n.nspname, c.relname) as target) m
  left join lateral (
       select string_agg(format('%s%I=%L', o.prefix, o.option_name, o.option_value), ', '
                         order by o.prefix) as list
         from (select '' as prefix, * from pg_options_to_table(c.reloptions)
               union all
               select 'toast.', * from pg_options_to_table(tc.reloptions)) o) options on true
  left join (select a.attrelid,
                    string_agg(format(E'\nALTER MATERIALIZED VIEW %s ALTER COLUMN %I SET %s;',
                                      a.attrelid::regclass, a.attname, s.setting),
                               '' order by a.attnum, s.setting) as list
               from pg_attribute a
               join pg_class v on v.oid = a.attrelid
               join pg_type t on t.oid = a.atttypid
              cross join lateral (
                    values ('STATISTICS ' || case when a.attstattarget >= 0
                                                  then a.attstattarget end),
                           ('STORAGE ' || case when a.attstorage <> t.typstorage
                                               then case a.attstorage when 'p' then 'PLAIN'
                                                                      when 'e' then 'EXTERNAL'
                                                                      when 'm' then 'MAIN'
                                                                      else 'EXTENDED' end end),
                           ('COMPRESSION ' || case a.attcompression -- >=14
                                              when 'p' then 'pglz' when 'l' then 'lz4' end), -- >=14
                           ('(' || (select string_agg(format('%I=%L', o.option_name,
                                                             o.option_value), ', ')
                                      from pg_options_to_table(a.attoptions) o
                                     where o.option_name <> 'pg_attver') -- the server's own
                            || ')')
                    ) s(setting)
              where v.relkind = 'm'
                and a.attnum > 0
                and not a.attisdropped
                and s.setting is not null
              group by a.attrelid) columns on columns.attrelid = c.oid
 where c.relkind = 'm'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_class'::regclass, c.oid, 'e'))
   and c.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, c.relname;
