-- SPDX-License-Identifier: Apache-2.0
-- Constraints that an index carries: primary key, unique, exclude. pg_get_constraintdef() leaves
-- out the index's options for the first two; they belong in front of DEFERRABLE.
select 'pg_constraint'::regclass::oid as classid, k.oid as objid, 'CONSTRAINT' as kind,
       n.nspname as schema, format('%s %s', t.relname, k.conname) as name, null::name as owner,
       format('CONSTRAINT %I ON %I.%I', k.conname, n.nspname, t.relname) as target,
       concat(format(E'ALTER TABLE ONLY %I.%I\n    ADD CONSTRAINT %I ', n.nspname, t.relname,
                     k.conname),
              left(def.text, length(def.text) - length(def.timing)),
              ' WITH (' || opt.text || ')', def.timing, ';',
              case when i.indisclustered
                   then format(E'\nALTER TABLE %I.%I CLUSTER ON %I;', n.nspname, t.relname,
                               c.relname) end,
              case when i.indisreplident
                   then format(E'\nALTER TABLE ONLY %I.%I REPLICA IDENTITY USING INDEX %I;',
                               n.nspname, t.relname, c.relname) end) as create_sql,
       case when k.conparentid <> 0 then '' -- it goes with its parent
            else format('ALTER TABLE ONLY %I.%I DROP CONSTRAINT %I;', n.nspname, t.relname,
                        k.conname) end as drop_sql,
       t.oid as table_oid, ts.spcname as tablespace
  from pg_constraint k
  join pg_index i on i.indexrelid = k.conindid
  join pg_class c on c.oid = i.indexrelid
  join pg_class t on t.oid = k.conrelid
  join pg_namespace n on n.oid = t.relnamespace
  left join pg_tablespace ts on ts.oid = c.reltablespace
  cross join lateral (select pg_get_constraintdef(k.oid) as text,
                             case when not k.condeferrable then ''
                                  when k.condeferred then ' DEFERRABLE INITIALLY DEFERRED'
                                  else ' DEFERRABLE' end as timing) def
  cross join lateral (select string_agg(format('%I=%L', split_part(o, '=', 1),
                                               substr(o, strpos(o, '=') + 1)),
                                        ', ' order by i) as text
                        from unnest(c.reloptions) with ordinality as u(o, i)
                       where k.contype <> 'x') opt -- an exclusion's definition has them
 where k.contype in ('p', 'u', 'x')
   and i.indisready and (i.indisvalid or t.relkind = 'p')
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and t.oid not in (select objid from pg_depend
                     where classid = 'pg_class'::regclass and deptype = 'e')
 order by n.nspname, t.relname, k.conname;
