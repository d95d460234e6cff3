-- SPDX-License-Identifier: Apache-2.0
-- Settings of roles, and of all roles, wherever they work. Those of a role in one database come
-- with the database (database.sql).
select 'definition' as part,
       format('ALTER ROLE %s SET %I TO %s;', coalesce(quote_ident(r.rolname), 'ALL'), i.name,
              -- a list is stored as quoted names; SET takes a literal for each
              case when i.name in ('local_preload_libraries', 'search_path',
                                   'session_preload_libraries', 'shared_preload_libraries',
                                   'temp_tablespaces', 'unix_socket_directories')
                   then (select coalesce(string_agg(quote_literal(
                                    coalesce(replace(m.part[1], '""', '"'), m.part[2])),
                                    ', ' order by m.ord), '''''')
                           from regexp_matches(i.value, '"((?:[^"]|"")*)"|([^",\s]+)', 'g')
                                with ordinality as m(part, ord))
                   else quote_literal(i.value) end) as sql
  from pg_db_role_setting s
  left join pg_roles r on r.oid = s.setrole
 cross join lateral unnest(s.setconfig) with ordinality as u(item, ord)
 cross join lateral (
       select split_part(u.item, '=', 1) as name,
              substr(u.item, strpos(u.item, '=') + 1) as value) i
 where s.setdatabase = 0
   and (s.setrole = 0 or r.oid is not null)
 order by r.rolname nulls first, u.ord;
