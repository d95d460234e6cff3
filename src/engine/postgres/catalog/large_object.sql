-- SPDX-License-Identifier: Apache-2.0
-- Large objects without their data: a row for each statement about one, to be streamed, for there
-- may be millions. `part` is a word of docs/format.md; rows of one part stand together. With
-- dbbackup.clean, what drops older ones comes first. Privileges are written as in acl.sql.
select t.part, t.sql
  from (select 0 as ord, 'drop' as part, m.oid,
               format('SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata'
                      ' WHERE oid = %s;', m.oid) as sql
          from pg_largeobject_metadata m
         where current_setting('dbbackup.clean', true) = 'on'
        union all
        select 1, 'definition', m.oid, format('SELECT pg_catalog.lo_create(''%s'');', m.oid)
          from pg_largeobject_metadata m
        union all
        select 2, 'owner', m.oid,
               format('ALTER LARGE OBJECT %s OWNER TO %I;', m.oid, pg_get_userbyid(m.lomowner))
          from pg_largeobject_metadata m
        union all
        select 3, 'comment', d.objoid,
               format('COMMENT ON LARGE OBJECT %s IS ''%s'';', d.objoid,
                      replace(d.description, '''', ''''''))
          from pg_description d
         where d.classoid = 'pg_largeobject'::regclass and d.objsubid = 0
        union all
        select 4, 'label', l.objoid,
               string_agg(format('SECURITY LABEL FOR %I ON LARGE OBJECT %s IS ''%s'';', l.provider,
                                 l.objoid, replace(l.label, '''', '''''')),
                          E'\n' order by l.provider)
          from pg_seclabel l
         where l.classoid = 'pg_largeobject'::regclass
         group by l.objoid
        union all
        select 5, 'privilege', m.oid,
               string_agg(
                   concat(case when s.other then format(E'SET SESSION AUTHORIZATION %I;\n',
                                                        pg_get_userbyid(s.grantor)) end,
                          case when s.is_revoke then 'REVOKE ' else 'GRANT ' end,
                          s.privileges, ' ON LARGE OBJECT ', m.oid,
                          case when s.is_revoke then ' FROM ' else ' TO ' end,
                          case when s.grantee = 0 then 'PUBLIC'
                               else quote_ident(pg_get_userbyid(s.grantee)) end,
                          case when s.grantable then ' WITH GRANT OPTION' end,
                          ';',
                          case when s.other then E'\nRESET SESSION AUTHORIZATION;' end),
                   E'\n' order by s.is_revoke desc,
                                  s.grantor = m.lomowner and s.grantee = m.lomowner desc,
                                  s.ord, s.grantable)
          from pg_largeobject_metadata m
         cross join lateral (
               select i.is_revoke, i.ord, a.grantor, a.grantee, o.grantable,
                      a.grantor <> m.lomowner and not i.is_revoke as other,
                      case when count(*) = 2 then 'ALL' -- SELECT and UPDATE
                           else string_agg(a.privilege_type, ', ' order by a.privilege_type)
                      end as privileges
                 from (select u.item, u.ord, true as is_revoke
                         from unnest(acldefault('L', m.lomowner)) with ordinality as u(item, ord)
                        where not u.item = any (m.lomacl)
                        union all
                       select u.item, u.ord, false
                         from unnest(m.lomacl) with ordinality as u(item, ord)
                        where not u.item = any (acldefault('L', m.lomowner))) i
                cross join lateral aclexplode(array[i.item]) a
                cross join lateral (select a.is_grantable and not i.is_revoke as grantable) o
                group by i.is_revoke, i.ord, a.grantor, a.grantee, o.grantable) s
         where m.lomacl is not null
         group by m.oid) t
 order by t.ord, t.oid;
