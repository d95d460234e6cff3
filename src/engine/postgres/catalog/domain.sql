-- SPDX-License-Identifier: Apache-2.0
-- Domains with their default and those CHECKs that aren't in domain_constraint.sql.
select 'pg_type'::regclass::oid as classid,
       t.oid as objid,
       'DOMAIN' as kind,
       n.nspname::text as schema,
       t.typname::text as name,
       pg_get_userbyid(t.typowner)::text as owner,
       format('DOMAIN %I.%I', n.nspname, t.typname) as target,
       concat(format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname,
                     format_type(t.typbasetype, t.typtypmod)),
              case when co.oid is not null
                   then format(' COLLATE %I.%I', con.nspname, co.collname) end,
              case when t.typnotnull then coalesce(nn.text, ' NOT NULL') end,
              ' DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 'pg_type'::regclass),
                                      quote_literal(t.typdefault)),
              ck.text,
              ';') as create_sql
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
  join pg_type bt on bt.oid = t.typbasetype
  left join pg_collation co on co.oid = t.typcollation and t.typcollation <> bt.typcollation
  left join pg_namespace con on con.oid = co.collnamespace
  left join (select c.contypid,
                    string_agg(format(E'\n    CONSTRAINT %I %s', c.conname,
                                      pg_get_constraintdef(c.oid)), '' order by c.conname) as text
               from pg_constraint c
              where c.contypid <> 0
                and c.contype = 'c'
                and c.convalidated
                and not exists ( -- the condition of domain_constraint.sql
                    select from pg_depend d
                     where (d.classid, d.objid) = ('pg_constraint'::regclass, c.oid)
                       and d.refobjid >= 16384
                       and d.refclassid not in ('pg_type'::regclass, 'pg_collation'::regclass)
                       and not exists (select from pg_depend e
                                        where (e.classid, e.objid, e.deptype)
                                              = (d.refclassid, d.refobjid, 'e')))
              group by c.contypid) ck on ck.contypid = t.oid
  left join (select c.contypid, format(' CONSTRAINT %I NOT NULL', c.conname) as text
               from pg_constraint c
              where c.contype = 'n') nn on nn.contypid = t.oid -- servers from 17 on name them
 where t.typtype = 'd'
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_type'::regclass, t.oid, 'e'))
 order by n.nspname, t.typname;
