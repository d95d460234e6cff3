-- SPDX-License-Identifier: Apache-2.0
-- What users added of their own (an operator, a function) to operator families of the server's or
-- of an extension's; whatever extensions added is theirs. pg_dump leaves these out.
with member as (
    select 'pg_amop'::regclass as classid, a.oid, a.amopfamily as family,
           'pg_operator'::regclass as of_classid, a.amopopr as of_objid,
           format('OPERATOR %s (%s, %s)', a.amopstrategy, format_type(a.amoplefttype, null),
                  format_type(a.amoprighttype, null)) as name,
           concat('OPERATOR ', a.amopstrategy, ' ', a.amopopr::regoperator,
                  case when s.oid is not null
                       then format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname) end) as definition
      from pg_amop a
      left join pg_opfamily s on s.oid = a.amopsortfamily
      left join pg_namespace sn on sn.oid = s.opfnamespace
     where a.oid >= 16384
    union all
    select 'pg_amproc'::regclass, a.oid, a.amprocfamily, 'pg_proc'::regclass, a.amproc, w.name,
           format('%s %s', w.name, a.amproc::regprocedure)
      from pg_amproc a
     cross join lateral (
           select format('FUNCTION %s (%s, %s)', a.amprocnum, format_type(a.amproclefttype, null),
                         format_type(a.amprocrighttype, null)) as name) w
     where a.oid >= 16384
)
select m.classid::oid as classid,
       m.oid as objid,
       'OPERATOR FAMILY MEMBER' as kind,
       n.nspname::text as schema,
       concat(f.opfname, ' ', m.name) as name,
       null::text as owner,
       format(E'ALTER %s ADD\n    %s;', w.target, m.definition) as create_sql,
       format('ALTER %s DROP %s;', w.target, m.name) as drop_sql,
       am.amname::text as sort_key
  from member m
  join pg_opfamily f on f.oid = m.family
  join pg_namespace n on n.oid = f.opfnamespace
  join pg_am am on am.oid = f.opfmethod
 cross join lateral (
       select format('OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, am.amname)
                  as target) w
 where m.of_objid >= 16384
   and not exists (select from pg_depend d -- operator_class.sql has it
                    where (d.classid, d.objid, d.refclassid, d.deptype)
                          = (m.classid, m.oid, 'pg_opclass'::regclass, 'i'))
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = (m.of_classid, m.of_objid, 'e'))
   and (n.nspname ~ '^pg_'
        or exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype)
                          = ('pg_opfamily'::regclass, f.oid, 'e')))
 order by n.nspname, f.opfname, am.amname, m.name;
