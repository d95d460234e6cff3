-- SPDX-License-Identifier: Apache-2.0
-- SECURITY LABEL for everything that pg_seclabel speaks of; a column's belongs to its table, that
-- of an extension's member to the extension.
select coalesce(e.refclassid, l.classoid) as classid,
       coalesce(e.refobjid, l.objoid) as objid,
       format('SECURITY LABEL FOR %I ON %s IS ''%s'';', l.provider,
              case when i.type like '% column' then 'COLUMN ' || i.identity
                   when i.type in ('procedure', 'aggregate')
                   then format('%s %I.%I(%s)', upper(i.type), n.nspname, p.proname,
                               case when i.type = 'procedure'
                                    then pg_get_function_identity_arguments(p.oid)
                                    else coalesce(nullif(oidvectortypes(p.proargtypes), ''), '*')
                               end)
                   else upper(i.type) || ' ' || i.identity end,
              replace(l.label, '''', '''''')) as sql
  from (select objoid, classoid, objsubid, provider, label from pg_seclabel
        union all -- a subscription's is kept with those of roles and databases
        select s.objoid, s.classoid, 0, s.provider, s.label
          from pg_shseclabel s
         where s.classoid = 'pg_subscription'::regclass) l
 cross join lateral pg_identify_object(l.classoid, l.objoid, l.objsubid) i
  left join pg_proc p on (l.classoid, l.objoid) = ('pg_proc'::regclass, p.oid)
  left join pg_namespace n on n.oid = p.pronamespace
  left join pg_depend e on (e.classid, e.objid, e.deptype) = (l.classoid, l.objoid, 'e')
 where l.classoid <> 'pg_largeobject'::regclass
   and i.identity is not null
 order by l.classoid, l.objoid, l.objsubid, l.provider;
