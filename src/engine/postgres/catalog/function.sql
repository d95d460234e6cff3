-- SPDX-License-Identifier: Apache-2.0
-- Functions and procedures. Those that belong to another object ('i': a range type's constructors)
-- come with it. Of pg_catalog: what a user made there and something of his needs (a cast, mostly).
select 'pg_proc'::regclass::oid as classid,
       p.oid as objid,
       w.word as kind,
       n.nspname::text as schema,
       format('%s(%s)', p.proname, oidvectortypes(p.proargtypes)) as name,
       pg_get_userbyid(p.proowner)::text as owner,
       w.target,
       concat(format('CREATE %s %I.%I(%s)', w.word, n.nspname, p.proname,
                     pg_get_function_arguments(p.oid)),
              ' RETURNS ' || pg_get_function_result(p.oid),
              format(E'\n    LANGUAGE %I', l.lanname),
              ' TRANSFORM ' || transforms.list,
              case when p.prokind = 'w' then ' WINDOW' end,
              case p.provolatile when 'i' then ' IMMUTABLE' when 's' then ' STABLE' end,
              case when p.proisstrict then ' STRICT' end,
              case when p.prosecdef then ' SECURITY DEFINER' end,
              case when p.proleakproof then ' LEAKPROOF' end,
              -- the defaults stay away, for what the server would choose
              ' COST ' || nullif(nullif(p.procost, 0),
                                 case when l.lanname in ('internal', 'c') then 1 else 100 end),
              case when p.proretset then ' ROWS ' || nullif(nullif(p.prorows, 0), 1000) end,
              ' SUPPORT ' || nullif(p.prosupport::text, '-'),
              case p.proparallel when 's' then ' PARALLEL SAFE'
                                 when 'r' then ' PARALLEL RESTRICTED' end,
              settings.list,
              E'\n    ',
              case
                   when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid) -- >=14
                   when p.probin is not null then format('AS %L, %L', p.probin, p.prosrc)
                   else concat('AS ', q.quote, p.prosrc, q.quote) end,
              ';') as create_sql
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join pg_language l on l.oid = p.prolang
 cross join lateral (
       select case when p.prokind = 'p' then 'PROCEDURE' else 'FUNCTION' end as word,
              format('%s %I.%I(%s)', case when p.prokind = 'p' then 'PROCEDURE' else 'FUNCTION' end,
                     n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as target) w
 cross join lateral ( -- a dollar quote that the body can't end, and that none of its own can meet
       select case when strpos(p.prosrc, '$') = 0 then '$$'
                   when strpos(p.prosrc, '$_') = 0 then '$_$'
                   else '$_' || md5(p.prosrc) || '$' end as quote) q
  left join lateral (
       select string_agg('FOR TYPE ' || format_type(u.type, null), ', ' order by u.ord) as list
         from unnest(p.protrftypes) with ordinality as u(type, ord)) transforms on true
  left join lateral ( -- a list setting is stored as quoted names; SET takes a literal for each
       select string_agg(format(E'\n    SET %I TO %s', s.name,
                  case when s.name in ('local_preload_libraries', 'search_path',
                                       'session_preload_libraries', 'shared_preload_libraries',
                                       'temp_tablespaces', 'unix_socket_directories')
                       then (select coalesce(string_agg(quote_literal(
                                        coalesce(replace(m.part[1], '""', '"'), m.part[2])),
                                        ', ' order by m.ord), '''''')
                               from regexp_matches(s.value, '"((?:[^"]|"")*)"|([^",\s]+)', 'g')
                                    with ordinality as m(part, ord))
                       else quote_literal(s.value) end), '' order by s.ord) as list
         from (select split_part(u.item, '=', 1) as name,
                      substr(u.item, strpos(u.item, '=') + 1) as value,
                      u.ord
                 from unnest(p.proconfig) with ordinality as u(item, ord)) s) settings on true
 where p.prokind <> 'a'
   and (n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
        or n.nspname = 'pg_catalog'
           and p.oid >= 16384
           and exists (select from pg_depend d
                        where (d.refclassid, d.refobjid) = ('pg_proc'::regclass, p.oid)
                          and d.objid >= 16384))
   and not exists (select from pg_depend e
                    where (e.classid, e.objid) = ('pg_proc'::regclass, p.oid)
                      and e.deptype in ('e', 'i'))
 order by n.nspname, p.proname, p.pronargs, oidvectortypes(p.proargtypes);
