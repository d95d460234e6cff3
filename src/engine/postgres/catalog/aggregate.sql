-- SPDX-License-Identifier: Apache-2.0
-- Aggregates.
select 'pg_proc'::regclass::oid as classid,
       p.oid as objid,
       'AGGREGATE' as kind,
       n.nspname::text as schema,
       format('%s(%s)', p.proname, s.types) as name,
       pg_get_userbyid(p.proowner)::text as owner,
       format('AGGREGATE %I.%I(%s)', n.nspname, p.proname, s.types) as target,
       format(E'CREATE AGGREGATE %I.%I(%s) (\n    %s\n);', n.nspname, p.proname,
              coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*'),
              concat_ws(E',\n    ',
                  'SFUNC = ' || a.aggtransfn,
                  'STYPE = ' || format_type(a.aggtranstype, null),
                  'SSPACE = ' || nullif(a.aggtransspace, 0),
                  'INITCOND = ' || quote_literal(a.agginitval),
                  'FINALFUNC = ' || f.final,
                  case when f.final is not null and a.aggfinalextra then 'FINALFUNC_EXTRA' end,
                  case when f.final is not null and a.aggfinalmodify <> s.default_modify
                       then 'FINALFUNC_MODIFY = ' || f.final_modify end,
                  'MSFUNC = ' || nullif(a.aggmtransfn::text, '-'),
                  'MINVFUNC = ' || nullif(a.aggminvtransfn::text, '-'),
                  'MSTYPE = ' || format_type(nullif(a.aggmtranstype, 0), null),
                  'MSSPACE = ' || nullif(a.aggmtransspace, 0),
                  'MINITCOND = ' || quote_literal(a.aggminitval),
                  'MFINALFUNC = ' || f.mfinal,
                  case when f.mfinal is not null and a.aggmfinalextra then 'MFINALFUNC_EXTRA' end,
                  case when f.mfinal is not null and a.aggmfinalmodify <> s.default_modify
                       then 'MFINALFUNC_MODIFY = ' || f.mfinal_modify end,
                  case when so.oid is not null
                       then format('SORTOP = OPERATOR(%I.%s)', son.nspname, so.oprname) end,
                  case when a.aggkind = 'h' then 'HYPOTHETICAL' end,
                  case p.proparallel when 's' then 'PARALLEL = SAFE'
                                     when 'r' then 'PARALLEL = RESTRICTED' end,
                  'COMBINEFUNC = ' || nullif(a.aggcombinefn::text, '-'),
                  'SERIALFUNC = ' || nullif(a.aggserialfn::text, '-'),
                  'DESERIALFUNC = ' || nullif(a.aggdeserialfn::text, '-'))) as create_sql
  from pg_aggregate a
  join pg_proc p on p.oid = a.aggfnoid
  join pg_namespace n on n.oid = p.pronamespace
  left join pg_operator so on so.oid = a.aggsortop
  left join pg_namespace son on son.oid = so.oprnamespace
 cross join lateral (
       select coalesce(nullif(oidvectortypes(p.proargtypes), ''), '*') as types,
              case when a.aggkind = 'n' then 'r'::"char" else 'w'::"char" end as default_modify) s
 cross join lateral (
       select nullif(a.aggfinalfn::text, '-') as final,
              nullif(a.aggmfinalfn::text, '-') as mfinal,
              case a.aggfinalmodify when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE'
                                    else 'READ_WRITE' end as final_modify,
              case a.aggmfinalmodify when 'r' then 'READ_ONLY' when 's' then 'SHAREABLE'
                                     else 'READ_WRITE' end as mfinal_modify) f
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_proc'::regclass, p.oid, 'e'))
 order by n.nspname, p.proname, p.pronargs, s.types;
