-- SPDX-License-Identifier: Apache-2.0
-- Objects of kinds that no other file here knows: a server newer than this program may have some. A
-- backup without them would not be whole, so there is none. Who adds a kind adds its letter here.
with object as (
    select 'pg_class'::regclass as classid, oid as objid
      from pg_class
     where relkind not in ('r', 'p', 'f', 'v', 'm', 'S', 'i', 'I', 'c', 't')
    union all
    select 'pg_type'::regclass, oid
      from pg_type
     where typtype not in ('b', 'c', 'd', 'e', 'm', 'p', 'r')
    union all
    select 'pg_proc'::regclass, oid
      from pg_proc
     where prokind not in ('a', 'f', 'p', 'w')
    union all
    select 'pg_constraint'::regclass, oid
      from pg_constraint
     where contype not in ('c', 'f', 'n', 'p', 't', 'u', 'x')
)
select i.type, i.identity
  from object o
 cross join lateral pg_identify_object(o.classid, o.objid, 0) i
 where o.objid >= 16384
   and coalesce(i.schema, '') !~ '^pg_'
   and not exists (select from pg_depend e -- an extension's, or a part of something
                    where (e.classid, e.objid) = (o.classid, o.objid) and e.deptype in ('e', 'i'))
 order by i.type, i.identity;
