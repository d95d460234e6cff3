-- SPDX-License-Identifier: Apache-2.0
-- Triggers and whether they fire. A partition's copy of its parent's trigger comes by itself; it is
-- an entry only where it is enabled otherwise than the trigger it was copied from. ALTER TABLE ...
-- TRIGGER passes on to partitions, so such an entry waits for those above it. (Names of the
-- triggers behind foreign keys hold oids: their state can't be kept.)
with recursive copy as (
    select oid, tgparentid as of_oid from pg_trigger where tgparentid <> 0              -- >=13
--<13 select objid as oid, refobjid as of_oid from pg_depend
--<13  where classid = 'pg_trigger'::regclass and refclassid = 'pg_trigger'::regclass
),
family as (
    select g.oid, g.tgrelid, g.tgname, g.tgenabled, false as is_copy, true as is_entry,
           '{}'::oid[] as above
      from pg_trigger g
     where not g.tgisinternal
       and g.tgparentid = 0                                                             -- >=13
    union all
    select g.oid, g.tgrelid, g.tgname, g.tgenabled, true, g.tgenabled <> f.tgenabled,
           f.above || array['pg_trigger'::regclass::oid, f.oid]
      from family f
      join copy on copy.of_oid = f.oid
      join pg_trigger g on g.oid = copy.oid
)
select 'pg_trigger'::regclass::oid as classid, f.oid as objid, 'TRIGGER' as kind,
       n.nspname as schema, format('%s %s', t.relname, f.tgname) as name, null::name as owner,
       format('TRIGGER %I ON %I.%I', f.tgname, n.nspname, t.relname) as target,
       concat_ws(E'\n',
                 case when not f.is_copy then pg_get_triggerdef(f.oid) || ';' end,
                 case when f.is_copy or f.tgenabled <> 'O'
                      then format('ALTER TABLE %I.%I %s TRIGGER %I;', n.nspname, t.relname,
                                  case f.tgenabled when 'D' then 'DISABLE'
                                                   when 'R' then 'ENABLE REPLICA'
                                                   when 'A' then 'ENABLE ALWAYS'
                                                   else 'ENABLE' end, f.tgname) end) as create_sql,
       case when f.is_copy then '' end as drop_sql,
       t.oid as table_oid, f.above as deps
  from family f
  join pg_class t on t.oid = f.tgrelid
  join pg_namespace n on n.oid = t.relnamespace
 where f.is_entry and t.relkind in ('r', 'p', 'v', 'f')
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and t.oid not in (select objid from pg_depend
                     where refclassid = 'pg_extension'::regclass
                       and classid = 'pg_class'::regclass and deptype = 'e')
   and t.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, t.relname, f.tgname;
