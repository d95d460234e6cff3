-- SPDX-License-Identifier: Apache-2.0
-- Roles with all their attributes, but for passwords. ALTER ROLE says them all, so that a role that
-- is there already gets them too. What takes a superuser is a statement of its own: whoever isn't
-- one may find that it is so already. A restore knows each statement by its whole text.
select 'definition' as part, s.sql
  from pg_roles r
 cross join lateral (
       values (1, format('CREATE ROLE %I;', r.rolname)),
              (2, concat(format('ALTER ROLE %I WITH ', r.rolname),
                         case when r.rolsuper then 'SUPERUSER ' else 'NOSUPERUSER ' end,
                         case when r.rolreplication then 'REPLICATION ' else 'NOREPLICATION ' end,
                         case when r.rolbypassrls then 'BYPASSRLS;' else 'NOBYPASSRLS;' end)),
              (3, concat(format('ALTER ROLE %I WITH ', r.rolname),
                         case when r.rolcanlogin then 'LOGIN ' else 'NOLOGIN ' end,
                         case when r.rolinherit then 'INHERIT ' else 'NOINHERIT ' end,
                         case when r.rolcreaterole then 'CREATEROLE ' else 'NOCREATEROLE ' end,
                         case when r.rolcreatedb then 'CREATEDB ' else 'NOCREATEDB ' end,
                         'CONNECTION LIMIT ', r.rolconnlimit,
                         ' VALID UNTIL ' || quote_literal(r.rolvaliduntil), ';'))
       ) s(step, sql)
 where r.rolname !~ '^pg_'
 order by r.rolname, s.step;
