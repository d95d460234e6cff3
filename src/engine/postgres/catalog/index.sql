-- SPDX-License-Identifier: Apache-2.0
-- Indexes that aren't a constraint's. A partitioned table's index is made ON ONLY it;
-- index_attach.sql joins the partitions'. An invalid index of a single table is what a failed
-- CREATE INDEX CONCURRENTLY left: not worth keeping.
-- pg_get_indexdef() looks into many catalogs for each index. Where nothing needs to be said but the
-- columns, as for most, the text is made here.
with idx as (
    select i.indexrelid, i.indrelid, i.indnatts, i.indkey, i.indclass, i.indcollation,
           i.indisunique, i.indisclustered, i.indisreplident,
           c.relname, c.relispartition, c.reltablespace, c.relam, t.relname as table_name, n.nspname,
           i.indpred is null and c.reloptions is null and c.relkind = 'i'
           and 0 = all (i.indoption::int2[])
           and not i.indnullsnotdistinct                                                -- >=15
           and false -- newer servers may have more to say                              -- >=19
           as is_plain
      from pg_index i
      join pg_class c on c.oid = i.indexrelid
      join pg_class t on t.oid = i.indrelid
      join pg_namespace n on n.oid = c.relnamespace
     where i.indisready and (i.indisvalid or t.relkind = 'p')
       and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and not exists (select from pg_constraint k
                        where k.conrelid = i.indrelid and k.conindid = i.indexrelid
                          and k.contype in ('p', 'u', 'x'))
       and t.oid not in (select objid from pg_depend
                         where refclassid = 'pg_extension'::regclass
                           and classid = 'pg_class'::regclass and deptype = 'e')
       and t.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
),
plain as (
    select idx.indexrelid, string_agg(quote_ident(a.attname), ', ' order by u.n) as columns
      from idx
     cross join lateral unnest(idx.indkey::int2[], idx.indclass::oid[], idx.indcollation::oid[])
                        with ordinality u(attnum, opclass, collid, n)
      join pg_attribute a on a.attrelid = idx.indrelid and a.attnum = u.attnum
      join pg_attribute own on own.attrelid = idx.indexrelid and own.attnum = u.n
      join pg_opclass o on o.oid = u.opclass
     where idx.is_plain
       and o.opcdefault and o.oid < 16384 and o.opcintype = a.atttypid
       and u.collid in (0, a.attcollation)
       and own.attoptions is null
     group by idx.indexrelid, idx.indnatts -- expressions and INCLUDE have found no partner
    having count(*) = idx.indnatts
)
select 'pg_class'::regclass::oid as classid, idx.indexrelid as objid, 'INDEX' as kind,
       idx.nspname as schema, idx.relname as name, null::name as owner,
       format('INDEX %I.%I', idx.nspname, idx.relname) as target,
       concat(case when plain.columns is null then pg_get_indexdef(idx.indexrelid)
                   else concat('CREATE ', case when idx.indisunique then 'UNIQUE ' end,
                               format('INDEX %I ON %I.%I USING %I (', idx.relname, idx.nspname,
                                      idx.table_name, am.amname), plain.columns, ')') end, ';',
              case when idx.indisclustered
                   then format(E'\nALTER TABLE %I.%I CLUSTER ON %I;', idx.nspname, idx.table_name,
                               idx.relname) end,
              stat.text,
              case when idx.indisreplident
                   then format(E'\nALTER TABLE ONLY %I.%I REPLICA IDENTITY USING INDEX %I;',
                               idx.nspname, idx.table_name, idx.relname) end) as create_sql,
       case when idx.relispartition then '' end as drop_sql, -- it goes with its parent
       idx.indrelid as table_oid, ts.spcname as tablespace
  from idx
  join pg_am am on am.oid = idx.relam
  left join plain on plain.indexrelid = idx.indexrelid
  left join pg_tablespace ts on ts.oid = idx.reltablespace
  left join (select a.attrelid,
                    string_agg(format(E'\nALTER INDEX %I.%I ALTER COLUMN %s SET STATISTICS %s;',
                                      n.nspname, c.relname, a.attnum, a.attstattarget),
                               '' order by a.attnum) as text
               from pg_index i
               join pg_class c on c.oid = i.indexrelid
               join pg_namespace n on n.oid = c.relnamespace
               join pg_attribute a on a.attrelid = c.oid and a.attstattarget >= 0
              where i.indexprs is not null -- columns have their own
              group by a.attrelid) stat on stat.attrelid = idx.indexrelid
 order by idx.nspname, idx.relname;
