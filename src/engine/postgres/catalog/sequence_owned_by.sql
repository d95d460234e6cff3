-- SPDX-License-Identifier: Apache-2.0
-- Sequences that go when their column goes. An entry of its own, since both must first belong to the same role.
select 'pg_depend'::regclass::oid as classid, c.oid as objid, 'SEQUENCE OWNED BY' as kind,
       n.nspname as schema, c.relname as name, null::name as owner, null::text as target,
       format('ALTER SEQUENCE %I.%I OWNED BY %I.%I.%I;', n.nspname, c.relname, tn.nspname, t.relname, a.attname)
           as create_sql,
       t.oid as table_oid,
       array['pg_class'::regclass::oid, c.oid, 'pg_class'::regclass::oid, t.oid] as deps
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_depend o on (o.classid, o.objid, o.refclassid) = ('pg_class'::regclass, c.oid, 'pg_class'::regclass)
                  and o.deptype = 'a' and o.refobjsubid > 0
  join pg_class t on t.oid = o.refobjid
  join pg_namespace tn on tn.oid = t.relnamespace
  join pg_attribute a on a.attrelid = t.oid and a.attnum = o.refobjsubid
 where c.relkind = 'S'
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where e.classid = 'pg_class'::regclass and e.objid in (c.oid, t.oid) and e.deptype = 'e')
 order by n.nspname, c.relname;
