-- SPDX-License-Identifier: Apache-2.0
-- What turns the privileges that an object has when it was just made into those that it has now. An
-- extension's member and a system object start from pg_init_privs, all others from acldefault().
-- The statements keep the order of the ACL's items, so that the restored ACL is the same array, and
-- so that whoever grants has been granted before; only what an owner grants himself goes first.
with object as (
    select 'pg_namespace'::regclass::oid as classid, oid as objid, 0 as subid, 'n'::"char" as type,
           nspowner as owner, nspacl as acl, 0::oid as nspoid, nspname as name
      from pg_namespace
     where nspname = 'pg_catalog'
        or nspname !~ '^pg_' and nspname <> 'information_schema'
    union all
    select 'pg_class'::regclass, oid, 0, case when relkind = 'S' then 's'::"char" else 'r' end,
           relowner, relacl, relnamespace, relname
      from pg_class
     where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select 'pg_class'::regclass, c.oid, a.attnum, 'c',
           c.relowner, a.attacl, c.relnamespace, c.relname
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
     where c.relkind in ('r', 'p', 'v', 'm', 'f')
       and not a.attisdropped
       and (a.attacl is not null -- there are too many to let all through
            or a.attrelid in (select i.objoid from pg_init_privs i
                               where i.classoid = 'pg_class'::regclass and i.objsubid <> 0))
    union all
    select 'pg_proc'::regclass, oid, 0, 'f', proowner, proacl, pronamespace, proname
      from pg_proc
    union all -- row, array and multirange types follow what they were made for
    select 'pg_type'::regclass, t.oid, 0, 'T', t.typowner, t.typacl, t.typnamespace, t.typname
      from pg_type t
     where (t.typacl is not null
            or t.oid in (select i.objoid from pg_init_privs i
                          where i.classoid = 'pg_type'::regclass))
       and (t.typrelid = 0 or (select c.relkind from pg_class c where c.oid = t.typrelid) = 'c')
       and t.typtype <> 'm'
       and t.oid not in (select typarray from pg_type)
    union all
    select 'pg_language'::regclass, oid, 0, 'l', lanowner, lanacl, 0, lanname
      from pg_language
     where lanpltrusted
    union all
    select 'pg_foreign_data_wrapper'::regclass, oid, 0, 'F', fdwowner, fdwacl, 0, fdwname
      from pg_foreign_data_wrapper
    union all
    select 'pg_foreign_server'::regclass, oid, 0, 'S', srvowner, srvacl, 0, srvname
      from pg_foreign_server
),
changed as (
    select o.classid, o.objid, o.subid, o.type, o.owner, o.name, n.nspname,
           b.initial, coalesce(o.acl, d.acl) as present,
           case when o.type = 'c' then 4 -- SELECT, INSERT, UPDATE and REFERENCES
--<17           when o.type = 'r' then 0 -- on a newer server ALL would give MAINTAIN, too
                else (select count(*) from aclexplode(acldefault(o.type, o.owner)) a
                       where a.grantee = o.owner) end as n_all
      from object o
      left join pg_namespace n on n.oid = o.nspoid
      left join pg_init_privs i
             on (i.classoid, i.objoid, i.objsubid) = (o.classid, o.objid, o.subid)
     cross join lateral (select acldefault(o.type, o.owner) as acl) d
     cross join lateral (
           select case
--<15                  -- a new database of a newer server gives it less: all is set
--<15                  when (o.type, o.name) = ('n', 'public')
--<15                  then d.acl || makeaclitem(0, o.owner, 'USAGE', true)
--<15                             || makeaclitem(0, o.owner, 'CREATE', true)
                       when (o.type, o.name) = ('n', 'public') -- what a new database gives it
                       then d.acl || makeaclitem(0, o.owner, 'USAGE', false)
                       else coalesce(i.initprivs, d.acl) end as initial) b
     where (o.acl is not null or i.initprivs is not null)
       and (n.oid is null
            or n.nspname = 'pg_catalog'
            or n.nspname !~ '^pg_' and n.nspname <> 'information_schema')
),
item as (
    select c.*, u.item, u.ord, true as is_revoke
      from changed c
     cross join lateral unnest(c.initial) with ordinality as u(item, ord)
     where not u.item = any (c.present)
    union all
    select c.*, u.item, u.ord, false
      from changed c
     cross join lateral unnest(c.present) with ordinality as u(item, ord)
     where not u.item = any (c.initial)
),
part as ( -- what an item gives without, and what with the grant option
    select i.classid, i.objid, i.subid, i.type, i.owner, i.name, i.nspname, i.ord, i.is_revoke,
           a.grantor, a.grantee, o.grantable,
           case when count(*) = i.n_all then 'ALL' || s.subname
                else string_agg(a.privilege_type || s.subname, ', ' order by a.privilege_type)
           end as privileges
      from item i
     cross join lateral aclexplode(array[i.item]) a
     cross join lateral (select a.is_grantable and not i.is_revoke as grantable) o
     cross join lateral (
           select coalesce((select format('(%I)', c.attname) from pg_attribute c
                             where i.type = 'c' and (c.attrelid, c.attnum) = (i.objid, i.subid)),
                           '') as subname) s
     group by i.classid, i.objid, i.subid, i.type, i.owner, i.name, i.nspname, i.ord, i.is_revoke,
              i.n_all, a.grantor, a.grantee, o.grantable, s.subname
)
select p.classid,
       p.objid,
       'ACL' as kind,
       p.nspname::text as schema,
       concat(case when p.type = 'c' then 'COLUMN' else w.word end, ' ', p.name, f.types,
              '.' || c.attname) as name,
       pg_get_userbyid(p.owner)::text as owner,
       case when p.classid = 'pg_class'::regclass then p.objid end as table_oid,
       string_agg(
           concat(case when u.other then format(E'SET SESSION AUTHORIZATION %I;\n', u.grantor) end,
                  case when p.is_revoke then 'REVOKE ' else 'GRANT ' end,
                  p.privileges, ' ON ', w.word, ' ',
                  quote_ident(p.nspname) || '.', quote_ident(p.name), f.arguments,
                  case when p.is_revoke then ' FROM ' else ' TO ' end,
                  u.grantee,
                  case when p.grantable then ' WITH GRANT OPTION' end,
                  ';',
                  case when u.other then E'\nRESET SESSION AUTHORIZATION;' end),
           E'\n' order by p.is_revoke desc, u.own desc, p.ord, p.grantable) as sql
  from part p
  left join pg_attribute c on p.type = 'c' and (c.attrelid, c.attnum) = (p.objid, p.subid)
  left join pg_proc r on p.type = 'f' and r.oid = p.objid
 cross join lateral (
       select '(' || oidvectortypes(r.proargtypes) || ')' as types,
              '(' || case when r.prokind = 'a' then oidvectortypes(r.proargtypes)
                          else pg_get_function_identity_arguments(r.oid) end || ')' as arguments) f
 cross join lateral (
       select case p.type when 'n' then 'SCHEMA'
                          when 's' then 'SEQUENCE'
                          when 'T' then 'TYPE'
                          when 'l' then 'LANGUAGE'
                          when 'F' then 'FOREIGN DATA WRAPPER'
                          when 'S' then 'FOREIGN SERVER'
                          when 'f' then case r.prokind when 'p' then 'PROCEDURE'
                                                       else 'FUNCTION' end
                          else 'TABLE' end as word) w
 cross join lateral (
       select p.grantor <> p.owner and not p.is_revoke as other,
              p.grantor = p.owner and p.grantee = p.owner as own,
              pg_get_userbyid(p.grantor) as grantor,
              case when p.grantee = 0 then 'PUBLIC'
                   else quote_ident(pg_get_userbyid(p.grantee)) end as grantee) u
 group by p.classid, p.objid, p.subid, p.type, p.nspname, p.name, p.owner, w.word, f.types,
          c.attname
 order by p.classid, p.nspname, p.name, p.subid, f.types;
