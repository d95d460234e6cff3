-- SPDX-License-Identifier: Apache-2.0
-- Operator classes with the members that are tied to them; operator_family.sql has the others.
with tied as (
    select d.refobjid as class, 1 as part, a.amopstrategy as number,
           concat('OPERATOR ', a.amopstrategy, ' ', a.amopopr::regoperator,
                  case when s.oid is not null
                       then format(' FOR ORDER BY %I.%I', sn.nspname, s.opfname) end) as text
      from pg_depend d
      join pg_amop a on a.oid = d.objid
      left join pg_opfamily s on s.oid = a.amopsortfamily
      left join pg_namespace sn on sn.oid = s.opfnamespace
     where (d.classid, d.refclassid) = ('pg_amop'::regclass, 'pg_opclass'::regclass)
       and d.deptype = 'i'
    union all
    select d.refobjid, 2, a.amprocnum,
           format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, null),
                  format_type(a.amprocrighttype, null), a.amproc::regprocedure)
      from pg_depend d
      join pg_amproc a on a.oid = d.objid
     where (d.classid, d.refclassid) = ('pg_amproc'::regclass, 'pg_opclass'::regclass)
       and d.deptype = 'i'
)
select 'pg_opclass'::regclass::oid as classid,
       c.oid as objid,
       'OPERATOR CLASS' as kind,
       n.nspname::text as schema,
       c.opcname::text as name,
       pg_get_userbyid(c.opcowner)::text as owner,
       w.target,
       format(E'CREATE OPERATOR CLASS %I.%I%s FOR TYPE %s USING %I FAMILY %I.%I AS\n    %s;',
              n.nspname, c.opcname, case when c.opcdefault then ' DEFAULT' end,
              format_type(c.opcintype, null), m.amname, fn.nspname, f.opfname,
              concat_ws(E',\n    ',
                  -- something must stand there, and this is what it means without
                  case when c.opckeytype <> 0 or t.list is null
                       then 'STORAGE ' || format_type(coalesce(nullif(c.opckeytype, 0),
                                                               c.opcintype), null) end,
                  t.list)) as create_sql,
       m.amname::text as sort_key
  from pg_opclass c
  join pg_namespace n on n.oid = c.opcnamespace
  join pg_am m on m.oid = c.opcmethod
  join pg_opfamily f on f.oid = c.opcfamily
  join pg_namespace fn on fn.oid = f.opfnamespace
  left join (select tied.class,
                    string_agg(tied.text, E',\n    ' order by tied.part, tied.number, tied.text)
                        as list
               from tied
              group by tied.class) t on t.class = c.oid
 cross join lateral (
       select format('OPERATOR CLASS %I.%I USING %I', n.nspname, c.opcname, m.amname) as target) w
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_opclass'::regclass, c.oid, 'e'))
 order by n.nspname, c.opcname, m.amname;
