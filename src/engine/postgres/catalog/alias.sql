-- SPDX-License-Identifier: Apache-2.0
-- Which object's entry stands for an object that may have none of its own: a need of the one is a
-- need of the other. One step each: of_classid, of_objid may have an alias in its turn (the array
-- type of a table's row type). An object that does have an entry needs no alias. Of two rows for
-- one object the later counts.
-- table: its defaults
select 'pg_attrdef'::regclass::oid as classid, d.oid as objid,
       'pg_class'::regclass::oid as of_classid, d.adrelid as of_objid
  from pg_attrdef d
union all -- table and domain: their checks (and the named NOT NULLs of servers from 18 on)
select 'pg_constraint'::regclass, k.oid,
       case when k.contypid <> 0 then 'pg_type'::regclass else 'pg_class'::regclass end,
       case when k.contypid <> 0 then k.contypid else k.conrelid end
  from pg_constraint k
 where k.contype in ('c', 'n')
   and k.oid >= 16384
union all -- operator family: its members, unless (below) they are a class's
select 'pg_amop'::regclass, a.oid, 'pg_opfamily'::regclass, a.amopfamily
  from pg_amop a
 where a.oid >= 16384
union all
select 'pg_amproc'::regclass, a.oid, 'pg_opfamily'::regclass, a.amprocfamily
  from pg_amproc a
 where a.oid >= 16384
union all -- extension: its members ('e'). Anything: what is internal to it ('i'), as a row type to
-- its table, a rule to the view whose query it holds, an array type, an index to its constraint, a
-- sequence to its identity column, a trigger to its foreign key. Nothing needs a TOAST table; what
-- a foreign key is among partitions isn't spoken of
select d.classid, d.objid, d.refclassid, d.refobjid
  from pg_depend d
 where d.deptype in ('e', 'i')
   and d.objid >= 16384
   and not (d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
            and d.refobjsubid = 0)
   and not (d.classid = 'pg_constraint'::regclass and d.refclassid = 'pg_constraint'::regclass);
