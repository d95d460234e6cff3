-- SPDX-License-Identifier: Apache-2.0
-- Large objects without their data: a row for each, to be streamed, for there may be millions.
-- Privileges are written as in acl.sql.
select concat(format(E'SELECT pg_catalog.lo_create(''%s'');\n', m.oid),
              format('ALTER LARGE OBJECT %s OWNER TO %I;', m.oid, pg_get_userbyid(m.lomowner)),
              E'\nCOMMENT ON LARGE OBJECT ' || m.oid || ' IS '''
                  || replace(d.description, '''', '''''') || ''';',
              label.sql,
              acl.sql) as sql
  from pg_largeobject_metadata m
  left join pg_description d
         on (d.classoid, d.objoid, d.objsubid) = ('pg_largeobject'::regclass, m.oid, 0)
  left join (select l.objoid,
                    string_agg(format(E'\nSECURITY LABEL FOR %I ON LARGE OBJECT %s IS ''%s'';',
                                      l.provider, l.objoid, replace(l.label, '''', '''''')),
                               '' order by l.provider) as sql
               from pg_seclabel l
              where l.classoid = 'pg_largeobject'::regclass
              group by l.objoid) label on label.objoid = m.oid
  left join lateral (
       select string_agg(
                  concat(case when other then format(E'\nSET SESSION AUTHORIZATION %I;',
                                                     pg_get_userbyid(s.grantor)) end,
                         case when s.is_revoke then E'\nREVOKE ' else E'\nGRANT ' end,
                         s.privileges, ' ON LARGE OBJECT ', m.oid,
                         case when s.is_revoke then ' FROM ' else ' TO ' end,
                         case when s.grantee = 0 then 'PUBLIC'
                              else quote_ident(pg_get_userbyid(s.grantee)) end,
                         case when s.grantable then ' WITH GRANT OPTION' end,
                         ';',
                         case when other then E'\nRESET SESSION AUTHORIZATION;' end),
                  '' order by s.is_revoke desc,
                              s.grantor = m.lomowner and s.grantee = m.lomowner desc,
                              s.ord, s.grantable) as sql
         from (select i.is_revoke, i.ord, a.grantor, a.grantee, o.grantable,
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
                group by i.is_revoke, i.ord, a.grantor, a.grantee, o.grantable) s) acl
       on m.lomacl is not null
 order by m.oid;
