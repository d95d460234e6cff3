-- SPDX-License-Identifier: Apache-2.0
-- DEPENDS ON EXTENSION for whatever was marked so: functions, triggers, indexes (a constraint's
-- too), materialized views. Dropping the extension drops them. In the order in which they were made.
select d.classid,
       d.objid,
       concat('ALTER ',
              case when p.oid is null then upper(i.type) || ' ' || i.identity
                   -- two could answer to a name without the arguments' modes
                   else format('%s %I.%I(%s)', case p.prokind when 'p' then 'PROCEDURE'
                                                              when 'a' then 'ROUTINE'
                                                              else 'FUNCTION' end,
                               n.nspname, p.proname,
                               case p.prokind when 'a' then oidvectortypes(p.proargtypes)
                                    else pg_get_function_identity_arguments(p.oid) end) end,
              format(' DEPENDS ON EXTENSION %I;', x.extname)) as sql
  from pg_depend d
  join pg_extension x on x.oid = d.refobjid
 cross join lateral pg_identify_object(d.classid, d.objid, d.objsubid) i
  left join pg_proc p on (d.classid, d.objid) = ('pg_proc'::regclass, p.oid)
  left join pg_namespace n on n.oid = p.pronamespace
 where d.deptype = 'x'
   and d.refclassid = 'pg_extension'::regclass
 order by d.classid, d.objid, d.ctid;
