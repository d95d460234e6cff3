-- SPDX-License-Identifier: Apache-2.0
-- Operator families, and the members that belong to none of their classes. To a family of the
-- server's or of an extension's, a user may have added operators and functions of his own: then it
-- is an entry that only adds them again.
with loose as (
    select a.amopfamily as family, a.amopstrategy as number, 1 as part,
           concat('OPERATOR ', a.amopstrategy, ' ', a.amopopr::regoperator,
                  case when s.oid is not null
                       then format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname) end) as text,
           o.oid >= 16384
               and not exists (select from pg_depend e
                                where (e.classid, e.objid, e.deptype)
                                      = ('pg_operator'::regclass, o.oid, 'e')) as is_users
      from pg_amop a
      join pg_operator o on o.oid = a.amopopr
      left join pg_opfamily s on s.oid = a.amopsortfamily
      left join pg_namespace sn on sn.oid = s.opfnamespace
     where a.oid >= 16384
       and not exists (select from pg_depend d
                        where (d.classid, d.objid, d.refclassid, d.deptype)
                              = ('pg_amop'::regclass, a.oid, 'pg_opclass'::regclass, 'i'))
    union all
    select a.amprocfamily, a.amprocnum, 2,
           format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, null),
                  format_type(a.amprocrighttype, null), a.amproc::regprocedure),
           a.amproc >= 16384
               and not exists (select from pg_depend e
                                where (e.classid, e.objid, e.deptype)
                                      = ('pg_proc'::regclass, a.amproc, 'e'))
      from pg_amproc a
     where a.oid >= 16384
       and not exists (select from pg_depend d
                        where (d.classid, d.objid, d.refclassid, d.deptype)
                              = ('pg_amproc'::regclass, a.oid, 'pg_opclass'::regclass, 'i'))
),
family as (
    select f.*, n.nspname, m.amname,
           format('OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, m.amname) as target,
           f.oid >= 16384
               and not exists (select from pg_depend e
                                where (e.classid, e.objid, e.deptype)
                                      = ('pg_opfamily'::regclass, f.oid, 'e')) as is_users
      from pg_opfamily f
      join pg_namespace n on n.oid = f.opfnamespace
      join pg_am m on m.oid = f.opfmethod
)
select 'pg_opfamily'::regclass::oid as classid,
       f.oid as objid,
       'OPERATOR FAMILY' as kind,
       f.nspname::text as schema,
       f.opfname::text as name,
       case when f.is_users then pg_get_userbyid(f.opfowner)::text end as owner,
       case when f.is_users then f.target end as target,
       concat_ws(E'\n', case when f.is_users then format('CREATE %s;', f.target) end,
                 'ALTER ' || f.target || E' ADD\n    '
                 || string_agg(l.text, E',\n    ' order by l.part, l.number, l.text)
                 || ';') as create_sql,
       case when not f.is_users then '' end as drop_sql, -- members go with their operators
       f.amname::text as sort_key
  from family f
  left join loose l on l.family = f.oid and (f.is_users or l.is_users)
 where f.is_users
    or l.is_users
 group by f.oid, f.opfname, f.nspname, f.amname, f.opfowner, f.target, f.is_users
 order by f.nspname, f.opfname, f.amname;
