-- SPDX-License-Identifier: Apache-2.0
-- Passwords, as the server keeps them: hashes. Few may read these. A role without one isn't named,
-- so that one that is there already keeps what it has.
select 'definition' as part,
       format('ALTER ROLE %I WITH PASSWORD %L;', a.rolname, a.rolpassword) as sql
  from pg_authid a
 where a.rolname !~ '^pg_'
   and a.rolpassword is not null
 order by a.rolname;
