-- SPDX-License-Identifier: Apache-2.0
-- Defaults that need user-made objects other than their own table, and those of views. All others
-- stand in table.sql.
select 'pg_attrdef'::regclass::oid as classid, d.oid as objid, 'DEFAULT' as kind,
       n.nspname as schema, format('%s %s', c.relname, a.attname) as name, null::name as owner,
       null::text as target,
       format('ALTER TABLE ONLY %I.%I ALTER COLUMN %I SET DEFAULT %s;', n.nspname, c.relname,
              a.attname, pg_get_expr(d.adbin, d.adrelid)) as create_sql,
       format('ALTER TABLE ONLY %I.%I ALTER COLUMN %I DROP DEFAULT;', n.nspname, c.relname,
              a.attname) as drop_sql,
       c.oid as table_oid
  from pg_attrdef d
  join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
  join pg_class c on c.oid = d.adrelid
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'f', 'v') and a.attgenerated = '' and not a.attisdropped
   and (c.relkind = 'v'
        or d.oid in (select u.objid
                       from pg_depend u
                      where u.classid = 'pg_attrdef'::regclass and u.deptype = 'n'
                        and u.refobjid >= 16384))
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and c.oid not in (select objid from pg_depend
                     where refclassid = 'pg_extension'::regclass
                       and classid = 'pg_class'::regclass and deptype = 'e')
   and c.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, c.relname, a.attnum;
