-- SPDX-License-Identifier: Apache-2.0
-- Which object's entry stands for an object that may have none of its own: a need of the one is a
-- need of the other. One step each: of_classid, of_objid may have an alias in its turn (the array
-- type of a table's row type). An object that does have an entry needs no alias.
-- extension: its members
select d.classid, d.objid, d.refclassid as of_classid, d.refobjid as of_objid
  from pg_depend d
 where d.deptype = 'e'
union all -- table, view, ...: its row type
select 'pg_type'::regclass, c.reltype, 'pg_class'::regclass, c.oid
  from pg_class c
 where c.reltype >= 16384
   and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
union all -- composite type: the relation that holds its attributes
select 'pg_class'::regclass, t.typrelid, 'pg_type'::regclass, t.oid
  from pg_type t
  join pg_class c on c.oid = t.typrelid
 where c.relkind = 'c'
   and t.oid >= 16384
union all -- type: its array type
select 'pg_type'::regclass, t.typarray, 'pg_type'::regclass, t.oid
  from pg_type t
 where t.typarray >= 16384
union all -- range: its multirange type                         -- >=14
select 'pg_type'::regclass, r.rngmultitypid, 'pg_type'::regclass, r.rngtypid -- >=14
  from pg_range r                                               -- >=14
 where r.rngmultitypid >= 16384                                 -- >=14
union all -- range: its constructor functions
select d.classid, d.objid, d.refclassid, d.refobjid
  from pg_depend d
 where (d.classid, d.refclassid) = ('pg_proc'::regclass, 'pg_type'::regclass)
   and d.deptype = 'i'
union all -- view: the rule that holds its query
select 'pg_rewrite'::regclass, r.oid, 'pg_class'::regclass, r.ev_class
  from pg_rewrite r
 where r.ev_type = '1'
   and r.oid >= 16384
union all -- table: its defaults
select 'pg_attrdef'::regclass, d.oid, 'pg_class'::regclass, d.adrelid
  from pg_attrdef d
union all -- table and domain: their checks (and the named NOT NULLs of servers from 18 on)
select 'pg_constraint'::regclass, k.oid,
       case when k.contypid <> 0 then 'pg_type'::regclass else 'pg_class'::regclass end,
       case when k.contypid <> 0 then k.contypid else k.conrelid end
  from pg_constraint k
 where k.contype in ('c', 'n')
   and k.oid >= 16384
union all -- constraint: its index
select 'pg_class'::regclass, k.conindid, 'pg_constraint'::regclass, k.oid
  from pg_constraint k
 where k.contype in ('p', 'u', 'x')
   and k.oid >= 16384
union all -- table: the sequence of its identity column
select d.classid, d.objid, d.refclassid, d.refobjid
  from pg_depend d
  join pg_class c on c.oid = d.objid
 where (d.classid, d.refclassid) = ('pg_class'::regclass, 'pg_class'::regclass)
   and d.deptype = 'i'
   and c.relkind = 'S'
union all -- foreign key or constraint trigger: the trigger that it made
select d.classid, d.objid, d.refclassid, d.refobjid
  from pg_depend d
 where (d.classid, d.refclassid) = ('pg_trigger'::regclass, 'pg_constraint'::regclass)
   and d.deptype = 'i'
union all -- operator class or family: what belongs to it
select 'pg_amop'::regclass, a.oid, coalesce(d.refclassid, 'pg_opfamily'::regclass),
       coalesce(d.refobjid, a.amopfamily)
  from pg_amop a
  left join pg_depend d on (d.classid, d.objid, d.refclassid, d.deptype)
                           = ('pg_amop'::regclass, a.oid, 'pg_opclass'::regclass, 'i')
 where a.oid >= 16384
union all
select 'pg_amproc'::regclass, a.oid, coalesce(d.refclassid, 'pg_opfamily'::regclass),
       coalesce(d.refobjid, a.amprocfamily)
  from pg_amproc a
  left join pg_depend d on (d.classid, d.objid, d.refclassid, d.deptype)
                           = ('pg_amproc'::regclass, a.oid, 'pg_opclass'::regclass, 'i')
 where a.oid >= 16384;
