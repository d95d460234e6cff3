-- SPDX-License-Identifier: Apache-2.0
-- Constraints that an index carries: primary key, unique, exclude. pg_get_constraintdef() leaves
-- out the index's options for the first two; they belong in front of DEFERRABLE.
-- The server attaches no index that excludes (EXCLUDE, and WITHOUT OVERLAPS of 18; from 17 on
-- partitioned tables may have them). So such a constraint is made on the whole table, which brings
-- it to the partitions, where it then gets back its name.
select 'pg_constraint'::regclass::oid as classid, k.oid as objid, 'CONSTRAINT' as kind,
       n.nspname as schema, format('%s %s', t.relname, k.conname) as name, null::name as owner,
       format('CONSTRAINT %I ON %I.%I', k.conname, n.nspname, t.relname) as target,
       concat(coalesce(
                  'DO ' || quote_literal(rename.text) || ';',
                  concat(format(E'ALTER TABLE %s%I.%I\n    ADD CONSTRAINT %I ',
                                case when t.relkind <> 'p' or not i.indisexclusion then 'ONLY ' end,
                                n.nspname, t.relname, k.conname),
                         left(def.text, length(def.text) - length(def.timing)),
                         ' WITH (' || opt.text || ')', def.timing, ';')),
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
  left join (select k.oid,
                    format($$
BEGIN
    EXECUTE coalesce((
        SELECT pg_catalog.format('ALTER TABLE %%s RENAME CONSTRAINT %%I TO %%I',
                                 k.conrelid::pg_catalog.regclass, k.conname, %1$L)
          FROM pg_catalog.pg_constraint k
          JOIN pg_catalog.pg_constraint p ON p.oid = k.conparentid
         WHERE k.conrelid = %2$L::pg_catalog.regclass AND k.conname <> %1$L
           AND p.conrelid = %3$L::pg_catalog.regclass AND p.conname = %4$L), 'SELECT');
END$$,                     k.conname, k.conrelid::regclass, p.conrelid::regclass, p.conname) as text
               from pg_constraint k
               join pg_constraint p on p.oid = k.conparentid
               join pg_index i on i.indexrelid = k.conindid and i.indisexclusion
              where k.contype in ('p', 'u', 'x')) rename on rename.oid = k.oid
  -- the server's function is slow: the plainest don't go through it
  left join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
                          and k.contype in ('p', 'u') and i.indnatts = 1 and not k.condeferrable
                          and not i.indnullsnotdistinct                                 -- >=15
                          and not k.conperiod                                           -- >=18
 cross join lateral (select case when a.attname is null then pg_get_constraintdef(k.oid)
                                 when k.contype = 'p' then format('PRIMARY KEY (%I)', a.attname)
                                 else format('UNIQUE (%I)', a.attname) end as text,
                            case when not k.condeferrable then ''
                                 when k.condeferred then ' DEFERRABLE INITIALLY DEFERRED'
                                 else ' DEFERRABLE' end as timing) def
  -- an exclusion's definition has them
 cross join lateral (select case when k.contype <> 'x' and c.reloptions <> '{}' then (
                                 select string_agg(format('%I=%L', split_part(o, '=', 1),
                                                          substr(o, strpos(o, '=') + 1)),
                                                   ', ' order by i)
                                   from unnest(c.reloptions) with ordinality as u(o, i)) end
                                as text) opt
 where k.contype in ('p', 'u', 'x')
   and i.indisready and (i.indisvalid or t.relkind = 'p')
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and t.oid not in (select objid from pg_depend
                     where refclassid = 'pg_extension'::regclass
                       and classid = 'pg_class'::regclass and deptype = 'e')
   and t.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, t.relname, k.conname;
