-- SPDX-License-Identifier: Apache-2.0
-- Operator families, with the members that belong to none of their classes.
with loose as (
    select a.amopfamily as family, 1 as part, a.amopstrategy as number,
           concat('OPERATOR ', a.amopstrategy, ' ', a.amopopr::regoperator,
                  case when s.oid is not null
                       then format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname) end) as text
      from pg_amop a
      left join pg_opfamily s on s.oid = a.amopsortfamily
      left join pg_namespace sn on sn.oid = s.opfnamespace
     where a.oid >= 16384
       and not exists (select from pg_depend d
                        where (d.classid, d.objid, d.refclassid, d.deptype)
                              = ('pg_amop'::regclass, a.oid, 'pg_opclass'::regclass, 'i'))
    union all
    select a.amprocfamily, 2, a.amprocnum,
           format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, null),
                  format_type(a.amprocrighttype, null), a.amproc::regprocedure)
      from pg_amproc a
     where a.oid >= 16384
       and not exists (select from pg_depend d
                        where (d.classid, d.objid, d.refclassid, d.deptype)
                              = ('pg_amproc'::regclass, a.oid, 'pg_opclass'::regclass, 'i'))
)
select 'pg_opfamily'::regclass::oid as classid,
       f.oid as objid,
       'OPERATOR FAMILY' as kind,
       n.nspname::text as schema,
       f.opfname::text as name,
       pg_get_userbyid(f.opfowner)::text as owner,
       w.target,
       concat_ws(E'\n', format('CREATE %s;', w.target),
                 'ALTER ' || w.target || E' ADD\n    ' || l.list || ';') as create_sql,
       m.amname::text as sort_key
  from pg_opfamily f
  join pg_namespace n on n.oid = f.opfnamespace
  join pg_am m on m.oid = f.opfmethod
  left join (select loose.family,
                    string_agg(loose.text, E',\n    '
                               order by loose.part, loose.number, loose.text) as list
               from loose
              group by loose.family) l on l.family = f.oid
 cross join lateral (
       select format('OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, m.amname) as target) w
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_opfamily'::regclass, f.oid, 'e'))
 order by n.nspname, f.opfname, m.amname;
