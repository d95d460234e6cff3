-- SPDX-License-Identifier: Apache-2.0
-- Default privileges: what turns the server's own defaults (in one schema: nothing) into those that
-- the role has set. As in acl.sql, the order of the statements is that of the ACL's items.
with changed as (
    select d.oid, d.defaclrole as owner, d.defaclnamespace, d.defaclacl as present, k.word,
           case when d.defaclnamespace = 0 then acldefault(k.type, d.defaclrole)
                else '{}' end as initial,
           case when false then null
--<17           when k.type = 'r' then 0 -- on a newer server ALL would give MAINTAIN, too
                else (select count(*) from aclexplode(acldefault(k.type, d.defaclrole)) a
                       where a.grantee = d.defaclrole) end as n_all
      from pg_default_acl d
      join (values ('r'::"char", 'r'::"char", 'TABLES'), ('S', 's', 'SEQUENCES'),
                   ('f', 'f', 'FUNCTIONS'), ('T', 'T', 'TYPES'), ('n', 'n', 'SCHEMAS'),
                   ('L', 'L', 'LARGE OBJECTS'))
           as k(objtype, type, word) on k.objtype = d.defaclobjtype
),
item as ( -- revoked: what is only in the initial ACL; granted: what is only in the present one
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
    select i.oid, i.owner, i.defaclnamespace, i.word, i.ord, i.is_revoke,
           a.grantor, a.grantee, o.grantable,
           case when count(*) = i.n_all then 'ALL'
                else string_agg(a.privilege_type, ', ' order by a.privilege_type) end as privileges
      from item i
     cross join lateral aclexplode(array[i.item]) a
     cross join lateral (select a.is_grantable and not i.is_revoke as grantable) o
     group by i.oid, i.owner, i.defaclnamespace, i.word, i.ord, i.is_revoke, i.n_all,
              a.grantor, a.grantee, o.grantable
),
statement as (
    select p.*, n.nspname, pg_get_userbyid(p.owner)::text as owner_name,
           p.grantor <> p.owner and not p.is_revoke as is_by_other,
           concat(format('ALTER DEFAULT PRIVILEGES FOR ROLE %I', pg_get_userbyid(p.owner)),
                  ' IN SCHEMA ' || quote_ident(n.nspname), ' ') as head,
           format('GRANT %s ON %s TO %s', p.privileges, p.word, g.name) as to_grant,
           format('REVOKE %s ON %s FROM %s', p.privileges, p.word, g.name) as to_revoke
      from part p
      left join pg_namespace n on n.oid = p.defaclnamespace
     cross join lateral (select case when p.grantee = 0 then 'PUBLIC'
                                     else quote_ident(pg_get_userbyid(p.grantee)) end as name) g
     where n.oid is null
        or n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
)
select 'pg_default_acl'::regclass::oid as classid,
       oid as objid,
       'DEFAULT ACL' as kind,
       nspname::text as schema,
       'DEFAULT PRIVILEGES FOR ' || word as name,
       owner_name as owner,
       owner_name as sort_key,
       string_agg(
           concat(case when is_by_other
                       then format(E'SET SESSION AUTHORIZATION %I;\n', pg_get_userbyid(grantor)) end,
                  head,
                  case when is_revoke then to_revoke else to_grant end,
                  case when grantable then ' WITH GRANT OPTION' end,
                  ';',
                  case when is_by_other then E'\nRESET SESSION AUTHORIZATION;' end),
           E'\n' order by is_revoke desc, grantor = owner and grantee = owner desc, ord, grantable)
           as sql,
       -- back to the server's own: objects that --clean makes anew must not get more than they had
       string_agg(concat(head, case when is_revoke then to_grant else to_revoke end, ';'),
                  E'\n' order by is_revoke, ord, grantable) as drop_sql
  from statement
 group by oid, owner, owner_name, word, nspname
 order by nspname, word, owner_name;
