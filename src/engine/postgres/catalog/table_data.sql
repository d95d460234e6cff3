-- SPDX-License-Identifier: Apache-2.0
-- The rows of tables. Besides the usual columns:
--   copy_out      the statement that sends them
--   copy_in       the line that goes before them in the script
--   size_bytes    their table and its TOAST
--   heap_pages    of the table alone
--   copy_range    of a table that several may read at once, each a range of its pages: what comes
--                 before the condition on ctid. Ranges are fast from 14 on, and of heaps only
--   may_truncate  whether the restored table holds nothing but them
-- Hash values of enums differ from database to database: partitions hashed by one are loaded
-- through their root.
-- Of an extension's tables those count that it names as its configuration, under the condition that
-- it names. Their foreign keys are there before their rows: so they come in the keys' order, loops
-- apart. The identity of rows is that of their table, in pg_tables.
with recursive part_key as (
    select p.partrelid, o.oid is not null as is_unstable
      from pg_partitioned_table p
      left join (pg_opclass o
                 join pg_am m on m.oid = o.opcmethod and m.amname = 'hash'
                 join pg_namespace n on n.oid = o.opcnamespace and n.nspname = 'pg_catalog')
             on o.opcname = 'enum_ops' and o.oid = any (p.partclass)
),
part as (
    select c.oid, c.oid as root, k.is_unstable
      from part_key k
      join pg_class c on c.oid = k.partrelid and not c.relispartition
    union all
    select i.inhrelid, p.root, p.is_unstable or coalesce(k.is_unstable, false)
      from part p
      join pg_inherits i on i.inhparent = p.oid
      left join part_key k on k.partrelid = i.inhrelid
),
config as (
    select u.oid, u.condition
      from pg_extension x
      cross join lateral unnest(x.extconfig, x.extcondition) u(oid, condition)
),
fk as (
    select distinct k.conrelid, k.confrelid
      from pg_constraint k
      join config c on c.oid = k.conrelid
      join config f on f.oid = k.confrelid
     where k.contype = 'f' and k.conrelid <> k.confrelid
),
fk_path as (
    select conrelid, confrelid from fk
    union
    select p.conrelid, fk.confrelid from fk_path p join fk on fk.conrelid = p.confrelid
),
tab as (
    select c.oid, c.relname, n.nspname, coalesce(pg_relation_size(c.oid), 0) as heap_size,
           coalesce(pg_relation_size(c.reltoastrelid), 0) as toast_size,
           c.relam = (select oid from pg_am where amname = 'heap') as is_heap,
           format('%I.%I', n.nspname, c.relname) as qname,
           config.oid is not null as is_config, nullif(config.condition, '') as condition
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      left join config on config.oid = c.oid
     where c.relkind = 'r' and c.relpersistence <> 't'
       and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       -- unlogged ones can't be read on a standby
       and (c.relpersistence = 'p' or not pg_is_in_recovery())
       and (config.oid is not null
            or c.oid not in (select objid from pg_depend
                              where refclassid = 'pg_extension'::regclass
                                and classid = 'pg_class'::regclass and deptype = 'e'))
       and c.oid not in (select unnest(current_setting('dbbackup.unread', true)::oid[]))
),
col as (
    select a.attrelid, string_agg(quote_ident(a.attname), ', ' order by a.attnum) as names
      from tab
      join pg_attribute a on a.attrelid = tab.oid
     where a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     group by a.attrelid
)
select 'pg_tables'::regclass::oid as classid, tab.oid as objid, 'TABLE DATA' as kind,
       tab.nspname as schema, tab.relname as name, null::name as owner, null::text as target,
       null::text as create_sql,
       tab.oid as table_oid, 'data' as section,
       array['pg_class'::regclass::oid, tab.oid] || before.deps as deps,
       case when tab.condition is null
            then format('COPY %s %s TO STDOUT;', tab.qname, '(' || col.names || ')')
            else format('COPY (SELECT %s FROM %s %s) TO STDOUT;', coalesce(col.names, '*'),
                        tab.qname, tab.condition) end as copy_out,
       format('COPY %s %s FROM stdin;',
              coalesce(quote_ident(rn.nspname) || '.' || quote_ident(r.relname), tab.qname),
              '(' || col.names || ')') as copy_in,
       tab.heap_size + tab.toast_size as size_bytes,
       tab.heap_size / current_setting('block_size')::bigint as heap_pages,
       case when tab.is_heap and tab.condition is null                                      -- >=14
                 and tab.heap_size + tab.toast_size >= 25165824                             -- >=14
            then format('COPY (SELECT %s FROM ONLY %s WHERE', col.names, tab.qname) end     -- >=14
           as copy_range,                                                                   -- >=14
       r.oid is null and not tab.is_config as may_truncate
  from tab
  left join col on col.attrelid = tab.oid
  left join part on part.oid = tab.oid and part.is_unstable
  left join pg_class r on r.oid = part.root
  left join pg_namespace rn on rn.oid = r.relnamespace
  left join (select fk.conrelid, array_agg(u.oid order by fk.confrelid, u.i) as deps
               from fk
               cross join lateral (values (1, 'pg_tables'::regclass::oid),
                                          (2, fk.confrelid)) u(i, oid)
              where (fk.confrelid, fk.conrelid) not in (select conrelid, confrelid from fk_path)
              group by fk.conrelid) before on before.conrelid = tab.oid
 order by tab.nspname, tab.relname;
