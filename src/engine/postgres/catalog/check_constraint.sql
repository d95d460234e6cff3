-- SPDX-License-Identifier: Apache-2.0
-- Table checks that aren't part of CREATE TABLE: those that need user-made objects other than their
-- own table, and those that old rows, or all rows, needn't meet (NOT VALID, NOT ENFORCED); since 18
-- NOT NULL can be such a one. They come after the data: a check's
-- function may read other tables. They are added to the table and its children alike, so an
-- inherited one is nobody's entry. A NOT NULL of a child's own comes before its parents', which
-- would bring it one by their name.
with recursive below as (
    select k.oid, i.inhrelid
      from pg_constraint k
      join pg_inherits i on i.inhparent = k.conrelid
     where k.contype = 'n' and not k.convalidated
    union
    select b.oid, i.inhrelid
      from below b
      join pg_inherits i on i.inhparent = b.inhrelid
),
child as (
    select b.oid, array_agg(u.oid order by k.oid, u.i) as deps
      from below b
      join pg_constraint k on k.conrelid = b.inhrelid and k.contype = 'n' and not k.convalidated
     cross join lateral (values (1, 'pg_constraint'::regclass::oid), (2, k.oid)) u(i, oid)
     where k.conislocal
     group by b.oid
)
select 'pg_constraint'::regclass::oid as classid, k.oid as objid,
       case k.contype when 'c' then 'CHECK CONSTRAINT' else 'CONSTRAINT' end as kind,
       n.nspname as schema, format('%s %s', c.relname, k.conname) as name, null::name as owner,
       format('CONSTRAINT %I ON %I.%I', k.conname, n.nspname, c.relname) as target,
       format(E'ALTER TABLE %I.%I\n    ADD CONSTRAINT %I %s;', n.nspname, c.relname, k.conname,
              pg_get_constraintdef(k.oid)) as create_sql,
       format('ALTER TABLE %I.%I DROP CONSTRAINT %I;', n.nspname, c.relname, k.conname) as drop_sql,
       c.oid as table_oid, 'post-data' as section, child.deps
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join child on child.oid = k.oid
 where k.contype in ('c', 'n') and k.conislocal and c.relkind in ('r', 'p', 'f')
   and (not k.convalidated
        or exists (select from pg_depend u
                    where u.classid = 'pg_constraint'::regclass and u.objid = k.oid
                      and u.refobjid >= 16384 and u.refobjid <> k.conrelid))
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and c.oid not in (select objid from pg_depend
                     where refclassid = 'pg_extension'::regclass
                       and classid = 'pg_class'::regclass and deptype = 'e')
   and c.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, c.relname, k.conname;
