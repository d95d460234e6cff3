-- SPDX-License-Identifier: Apache-2.0
-- Casts, also those between the server's own types. A range's cast to its multirange ('i') comes
-- with the range.
select 'pg_cast'::regclass::oid as classid,
       c.oid as objid,
       'CAST' as kind,
       null::text as schema,
       w.target as name,
       null::text as owner,
       w.target,
       concat('CREATE ', w.target,
              case c.castmethod when 'f' then ' WITH FUNCTION ' || c.castfunc::regprocedure
                                when 'i' then ' WITH INOUT'
                                else ' WITHOUT FUNCTION' end,
              case c.castcontext when 'a' then ' AS ASSIGNMENT' when 'i' then ' AS IMPLICIT' end,
              ';') as create_sql
  from pg_cast c
 cross join lateral (
       select format('CAST (%s AS %s)', format_type(c.castsource, null),
                     format_type(c.casttarget, null)) as target) w
 where c.oid >= 16384
   and not exists (select from pg_depend e
                    where (e.classid, e.objid) = ('pg_cast'::regclass, c.oid)
                      and e.deptype in ('e', 'i'))
 order by w.target;
