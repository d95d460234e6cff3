-- SPDX-License-Identifier: Apache-2.0
-- Privileges on tablespaces and on the server's parameters: what turns those that each has by
-- default into those that it has now, in the order that acl.sql explains.
with object as (
    select 't'::"char" as type, 'TABLESPACE' as word, spcname::text as name, spcowner as owner,
           spcacl as acl
      from pg_tablespace
     where spcacl is not null
    union all select 'p', 'PARAMETER', parname, 10, paracl from pg_parameter_acl -- >=15
),
item as (
    select o.*, u.item, u.ord, true as is_revoke
      from object o
     cross join lateral unnest(acldefault(o.type, o.owner)) with ordinality as u(item, ord)
     where not u.item = any (o.acl)
    union all
    select o.*, u.item, u.ord, false
      from object o
     cross join lateral unnest(o.acl) with ordinality as u(item, ord)
     where not u.item = any (acldefault(o.type, o.owner))
),
step as (
    select i.word, i.name, i.is_revoke, i.ord, e.grantable,
           case when i.is_revoke then 1
                when a.grantor = i.owner and a.grantee = i.owner then 2
                else 3 end as turn,
           case when a.grantor <> i.owner and not i.is_revoke
                then pg_get_userbyid(a.grantor) end as grantor,
           case when a.grantee = 0 then 'PUBLIC'
                else quote_ident(pg_get_userbyid(a.grantee)) end as grantee,
           case when count(*) = case i.type when 't' then 1 -- CREATE
                                            else 2 end -- SET and ALTER SYSTEM
                then 'ALL'
                else string_agg(a.privilege_type, ', ' order by a.privilege_type) end as privileges
      from item i
     cross join lateral aclexplode(array[i.item]) a
     cross join lateral (select a.is_grantable and not i.is_revoke as grantable) e
     group by i.type, i.word, i.name, i.owner, i.is_revoke, i.ord, e.grantable, a.grantor, a.grantee
)
select 'privilege' as part,
       concat('SET SESSION AUTHORIZATION ' || quote_ident(s.grantor) || E';\n',
              case when s.is_revoke then 'REVOKE ' else 'GRANT ' end, s.privileges,
              format(' ON %s %I', s.word, s.name),
              case when s.is_revoke then ' FROM ' else ' TO ' end, s.grantee,
              case when s.grantable then ' WITH GRANT OPTION' end, ';',
              case when s.grantor is not null then E'\nRESET SESSION AUTHORIZATION;' end) as sql,
       s.word = 'TABLESPACE' as is_tablespace
  from step s
 order by s.word desc, s.name, s.turn, s.ord, s.grantable;
