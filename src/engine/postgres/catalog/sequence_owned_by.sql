-- SPDX-License-Identifier: Apache-2.0
-- Sequences that go when their column goes. An entry of its own, since both must first belong to
-- the same role.
select 'pg_depend'::regclass::oid as classid, c.oid as objid, 'SEQUENCE OWNED BY' as kind,
       n.nspname as schema, c.relname as name, null::name as owner, null::text as target,
       format('ALTER SEQUENCE %I.%I OWNED BY %I.%I.%I;', n.nspname, c.relname,
              tn.nspname, t.relname, a.attname) as create_sql,
       format('ALTER SEQUENCE %I.%I OWNED BY NONE;', n.nspname, c.relname) as drop_sql,
       t.oid as table_oid,
       array['pg_class'::regclass::oid, c.oid, 'pg_class'::regclass::oid, t.oid] as deps
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_depend o on o.classid = 'pg_class'::regclass and o.objid = c.oid and o.deptype = 'a'
                  and o.refclassid = 'pg_class'::regclass and o.refobjsubid > 0
  join pg_class t on t.oid = o.refobjid
  join pg_namespace tn on tn.oid = t.relnamespace
  join pg_attribute a on a.attrelid = t.oid and a.attnum = o.refobjsubid
 where c.relkind = 'S'
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and c.oid not in (select objid from pg_depend
                      where refclassid = 'pg_extension'::regclass
                        and classid = 'pg_class'::regclass and deptype = 'e')
   and t.oid not in (select objid from pg_depend
                      where refclassid = 'pg_extension'::regclass
                        and classid = 'pg_class'::regclass and deptype = 'e')
 order by n.nspname, c.relname;
