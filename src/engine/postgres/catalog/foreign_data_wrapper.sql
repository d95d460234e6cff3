-- SPDX-License-Identifier: Apache-2.0
-- Foreign data wrappers.
select 'pg_foreign_data_wrapper'::regclass::oid as classid,
       w.oid as objid,
       'FOREIGN DATA WRAPPER' as kind,
       null::text as schema,
       w.fdwname::text as name,
       pg_get_userbyid(w.fdwowner)::text as owner,
       format('FOREIGN DATA WRAPPER %I', w.fdwname) as target,
       concat(format('CREATE FOREIGN DATA WRAPPER %I', w.fdwname),
              ' HANDLER ' || nullif(w.fdwhandler::regproc::text, '-'),
              ' VALIDATOR ' || nullif(w.fdwvalidator::regproc::text, '-'),
              E' OPTIONS (\n    ' || o.list || E'\n)',
              ';') as create_sql
  from pg_foreign_data_wrapper w
  left join lateral (
       select string_agg(format('%I %L', option_name, option_value), E',\n    ') as list
         from pg_options_to_table(w.fdwoptions)) o on true
 where w.oid >= 16384
   and not exists (
       select from pg_depend e
        where (e.classid, e.objid, e.deptype) = ('pg_foreign_data_wrapper'::regclass, w.oid, 'e'))
 order by w.fdwname;
