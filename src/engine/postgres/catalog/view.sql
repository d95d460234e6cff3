-- SPDX-License-Identifier: Apache-2.0
-- Views. Where a loop has to be opened, dummy_sql makes a view of the same columns without its
-- query (and turns the real view back into that when it is dropped), and replace_sql follows when
-- everything that the query needs is there.
select 'pg_class'::regclass::oid as classid,
       c.oid as objid,
       'VIEW' as kind,
       n.nspname::text as schema,
       c.relname::text as name,
       pg_get_userbyid(c.relowner)::text as owner,
       format('VIEW %I.%I', n.nspname, c.relname) as target,
       'CREATE VIEW ' || v.text as create_sql,
       'CREATE OR REPLACE VIEW ' || v.text as replace_sql,
       concat(format('CREATE OR REPLACE VIEW %I.%I AS', n.nspname, c.relname), E'\nSELECT', a.columns, ';')
           as dummy_sql
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join lateral (
       select string_agg(format('%I=%L', o.option_name, o.option_value), ', ')
                  filter (where o.option_name <> 'check_option') as list,
              max(upper(o.option_value)) filter (where o.option_name = 'check_option') as checked
         from pg_options_to_table(c.reloptions) o) options on true
 cross join lateral (
       select concat(format('%I.%I', n.nspname, c.relname),
                     ' WITH (' || options.list || ')',
                     E' AS\n',
                     rtrim(pg_get_viewdef(c.oid), ';'),
                     E'\n  WITH ' || options.checked || ' CHECK OPTION',
                     ';') as text) v
  left join (select a.attrelid,
                    string_agg(format(E'\n    NULL::%s%s AS %I',
                                      format_type(a.atttypid, a.atttypmod),
                                      case when co.oid is not null
                                           then format(' COLLATE %I.%I', cn.nspname, co.collname)
                                      end,
                                      a.attname), ',' order by a.attnum) as columns
               from pg_attribute a
               join pg_class v on v.oid = a.attrelid
               join pg_type t on t.oid = a.atttypid
               left join pg_collation co
                      on co.oid = a.attcollation and a.attcollation <> t.typcollation
               left join pg_namespace cn on cn.oid = co.collnamespace
              where v.relkind = 'v'
                and a.attnum > 0
                and not a.attisdropped
              group by a.attrelid) a on a.attrelid = c.oid
 where c.relkind = 'v'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_class'::regclass, c.oid, 'e'))
   and c.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, c.relname;
