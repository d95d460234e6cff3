-- SPDX-License-Identifier: Apache-2.0
-- Tablespaces: where they are, whose they are, their options. The server's own two are never made,
-- but may have options. A location that isn't a path of its own lies in the server's data folder.
with tablespace as (
    select t.spcname as name, r.rolname as owner, t.spcname !~ '^pg_' as is_made, t.spcoptions,
           case when p.location ~ '^(/|[A-Za-z]:)' then p.location else '' end as location
      from pg_tablespace t
      join pg_roles r on r.oid = t.spcowner
     cross join lateral (select pg_tablespace_location(t.oid) as location) p
)
select s.part, s.sql, true as is_tablespace
  from tablespace t
 cross join lateral (
       values (1, 'definition', case when t.is_made and t.location = ''
                                     then 'SET allow_in_place_tablespaces = on;' end),
              (2, 'definition', case when t.is_made
                                     then format('CREATE TABLESPACE %I LOCATION %L;',
                                                 t.name, t.location) end),
              (3, 'owner', case when t.is_made
                                then format('ALTER TABLESPACE %I OWNER TO %I;',
                                            t.name, t.owner) end),
              (4, 'definition', format('ALTER TABLESPACE %I SET (%s);', t.name,
                                       array_to_string(t.spcoptions, ', ')))
       ) s(step, part, sql)
 where s.sql is not null
   and (s.step <> 4 or t.spcoptions is not null)
 order by t.name, s.step;
