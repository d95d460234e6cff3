-- SPDX-License-Identifier: Apache-2.0
-- Comments and security labels of roles and tablespaces.
with object as (
    select 'pg_authid'::regclass as classid, oid as objid, format('ROLE %I', rolname) as target,
           false as is_tablespace
      from pg_roles
     where rolname !~ '^pg_'
    union all
    select 'pg_tablespace'::regclass, oid, format('TABLESPACE %I', spcname), true
      from pg_tablespace
)
select t.part, t.sql, t.is_tablespace
  from (select 'comment' as part, o.target, o.is_tablespace, null::text as provider,
               format('COMMENT ON %s IS %L;', o.target, c.description) as sql
          from object o
          join pg_shdescription c on (c.classoid, c.objoid) = (o.classid, o.objid)
        union all
        select 'label', o.target, o.is_tablespace, l.provider,
               format('SECURITY LABEL FOR %I ON %s IS %L;', l.provider, o.target, l.label)
          from object o
          join pg_shseclabel l on (l.classoid, l.objoid) = (o.classid, o.objid)) t
 order by t.part, t.target, t.provider;
