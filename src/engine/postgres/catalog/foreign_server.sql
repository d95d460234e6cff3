-- SPDX-License-Identifier: Apache-2.0
-- Foreign servers. Who may use them as whom stands in user_mapping.sql.
select 'pg_foreign_server'::regclass::oid as classid,
       s.oid as objid,
       'SERVER' as kind,
       null::text as schema,
       s.srvname::text as name,
       pg_get_userbyid(s.srvowner)::text as owner,
       format('SERVER %I', s.srvname) as target,
       concat(format('CREATE SERVER %I', s.srvname),
              ' TYPE ' || quote_literal(s.srvtype),
              ' VERSION ' || quote_literal(s.srvversion),
              format(' FOREIGN DATA WRAPPER %I', w.fdwname),
              E' OPTIONS (\n    ' || o.list || E'\n)',
              ';') as create_sql
  from pg_foreign_server s
  join pg_foreign_data_wrapper w on w.oid = s.srvfdw
  left join lateral (
       select string_agg(format('%I %L', option_name, option_value), E',\n    ') as list
         from pg_options_to_table(s.srvoptions)) o on true
 where not exists (
       select from pg_depend e
        where (e.classid, e.objid, e.deptype) = ('pg_foreign_server'::regclass, s.oid, 'e'))
 order by s.srvname;
