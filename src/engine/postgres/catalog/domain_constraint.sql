-- SPDX-License-Identifier: Apache-2.0
-- CHECKs of domains that can't stand in CREATE DOMAIN: those that need a function, operator or
-- table of the user's, which may in turn need the domain; and those that aren't valid, after the
-- data. Types and members of extensions can't lead back to the domain.
select 'pg_constraint'::regclass::oid as classid,
       c.oid as objid,
       'CHECK CONSTRAINT' as kind,
       n.nspname::text as schema,
       t.typname || ' ' || c.conname as name,
       null::text as owner,
       null::text as target,
       format(E'ALTER DOMAIN %I.%I\n    ADD CONSTRAINT %I %s;', n.nspname, t.typname, c.conname,
              pg_get_constraintdef(c.oid)) as create_sql,
       format('ALTER DOMAIN %I.%I DROP CONSTRAINT %I;', n.nspname, t.typname, c.conname)
           as drop_sql,
       case when c.convalidated then 'pre-data' else 'post-data' end as section
  from pg_constraint c
  join pg_type t on t.oid = c.contypid
  join pg_namespace n on n.oid = t.typnamespace
 where c.contype = 'c'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and (not c.convalidated
        or exists (select from pg_depend d
                    where (d.classid, d.objid) = ('pg_constraint'::regclass, c.oid)
                      and d.refobjid >= 16384
                      and d.refclassid not in ('pg_type'::regclass, 'pg_collation'::regclass)
                      and not exists (select from pg_depend e
                                       where (e.classid, e.objid, e.deptype)
                                             = (d.refclassid, d.refobjid, 'e'))))
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_type'::regclass, t.oid, 'e'))
 order by n.nspname, t.typname, c.conname;
