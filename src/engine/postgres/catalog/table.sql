-- SPDX-License-Identifier: Apache-2.0
-- Tables: plain, partitioned, partitions, typed and inheriting ones.
-- * A partition is made as a table of its own with all its columns and checks; table_attach.sql joins it to its parent.
-- * A child of plain inheritance gets what it inherits from INHERITS, so only its local columns are written, and after
--   the CREATE whatever it changed in an inherited one.
-- * Defaults and checks that need other user-made objects stand in default.sql and check_constraint.sql. A generation
--   expression can't be set later: its needs are this entry's `deps`.
-- * An identity column gets its sequence at once, with the options that the sequence has now.
with rel as (
    select c.*, n.nspname, format('%I.%I', n.nspname, c.relname) as qname
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p')
       and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and not exists (select from pg_depend e
                        where (e.classid, e.objid, e.deptype) = ('pg_class'::regclass, c.oid, 'e'))
),
parent as (
    select i.inhrelid, string_agg(format('%I.%I', n.nspname, p.relname), ', ' order by i.inhseqno) as names
      from rel
      join pg_inherits i on i.inhrelid = rel.oid
      join pg_class p on p.oid = i.inhparent
      join pg_namespace n on n.oid = p.relnamespace
     where not rel.relispartition
     group by i.inhrelid
),
inherited as ( -- what an inheritance child's column finds in the direct parents
    select i.inhrelid, p.attname,
           bool_or(p.attnotnull) as is_notnull,
           bool_or(p.atthasdef and p.attgenerated = '') as has_default,
           bool_or(p.attgenerated <> '') as is_generated
      from rel
      join pg_inherits i on i.inhrelid = rel.oid
      join pg_attribute p on p.attrelid = i.inhparent and p.attnum > 0 and not p.attisdropped
     where not rel.relispartition
     group by i.inhrelid, p.attname
),
expression as ( -- defaults and generation expressions; `apart`: an entry of default.sql
    select d.adrelid, d.adnum, pg_get_expr(d.adbin, d.adrelid) as text,
           exists (select from pg_depend u
                    where (u.classid, u.objid) = ('pg_attrdef'::regclass, d.oid) and u.refobjid >= 16384
                      and (u.refclassid, u.refobjid) <> ('pg_class'::regclass, d.adrelid)) as apart
      from rel
      join pg_attrdef d on d.adrelid = rel.oid
),
identity as (
    select o.refobjid as relid, o.refobjsubid as attnum,
           format('    SEQUENCE NAME %I.%I', n.nspname, q.relname)
           || case when q.relpersistence = rel.relpersistence then ''
                   when q.relpersistence = 'u' then E'\n    UNLOGGED' else E'\n    LOGGED' end
           || format(E'\n    START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s',
                     s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
                     case when s.seqcycle then ' CYCLE' end) as options
      from rel
      join pg_depend o on (o.refclassid, o.refobjid) = ('pg_class'::regclass, rel.oid)
                      and o.classid = 'pg_class'::regclass and o.deptype = 'i' and o.refobjsubid > 0
      join pg_sequence s on s.seqrelid = o.objid
      join pg_class q on q.oid = s.seqrelid
      join pg_namespace n on n.oid = q.relnamespace
),
col as (
    select a.*, rel.qname, quote_ident(a.attname) as name, rel.reloftype = 0 as has_type, t.typstorage,
           a.attislocal or rel.relispartition as is_written,
           a.attnotnull and not coalesce(i.is_notnull, false) as adds_notnull,
           ' COLLATE ' || quote_ident(ln.nspname) || '.' || quote_ident(l.collname) as collate_text,
           case when a.attgenerated <> '' then case when i.is_generated then null else x.text end
                when not x.apart then x.text
                when x.apart and not a.attislocal and not rel.relispartition then null
                when i.has_default then 'NULL' -- or the child would take over the parent's
           end as expression,
           id.options as identity
      from rel
      join pg_attribute a on a.attrelid = rel.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
      left join pg_collation l on l.oid = a.attcollation and a.attcollation <> t.typcollation
      left join pg_namespace ln on ln.oid = l.collnamespace
      left join inherited i on i.inhrelid = a.attrelid and i.attname = a.attname
      left join expression x on x.adrelid = a.attrelid and x.adnum = a.attnum
      left join identity id on id.relid = a.attrelid and id.attnum = a.attnum
),
col_line as (
    select attrelid,
           string_agg(concat(name,
                             case when has_type then ' ' || format_type(atttypid, atttypmod) || coalesce(collate_text, '') end,
                             case when expression is null then ''
                                  when attgenerated = 's' then format(' GENERATED ALWAYS AS (%s) STORED', expression)
                                  when attgenerated = 'v' then format(' GENERATED ALWAYS AS (%s)', expression)
                                  else ' DEFAULT ' || expression end,
                             case when adds_notnull then ' NOT NULL' end),
                      E',\n    ' order by attnum) as text
      from col
     where is_written and (has_type or expression is not null or adds_notnull)
     group by attrelid
),
check_line as ( -- a partition needs its parent's checks before it can be attached
    select k.conrelid,
           string_agg(format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), E',\n    '
                      order by k.conname) as text
      from rel
      join pg_constraint k on k.conrelid = rel.oid and k.contype = 'c'
     where k.convalidated and (k.conislocal or rel.relispartition)
       and not exists (select from pg_depend u
                        where (u.classid, u.objid) = ('pg_constraint'::regclass, k.oid) and u.refobjid >= 16384
                          and (u.refclassid, u.refobjid) <> ('pg_class'::regclass, k.conrelid))
     group by k.conrelid
),
col_change as (
    select attrelid,
           string_agg(format(E'\nALTER TABLE %s%s ALTER COLUMN %s %s;', v.scope, qname, name, v.action), ''
                      order by attnum, v.step) as text
      from col
      cross join lateral (values
           (1, 'ONLY ', case when adds_notnull and not is_written then 'SET NOT NULL' end),
           (2, 'ONLY ', case when expression <> '' and attgenerated = '' and not is_written
                             then 'SET DEFAULT ' || expression end),
           (3, '',      case when identity <> ''
                             then format(E'ADD GENERATED %s AS IDENTITY (\n%s\n)',
                                         case attidentity when 'a' then 'ALWAYS' else 'BY DEFAULT' end, identity) end),
           (4, 'ONLY ', case when attstattarget >= 0 then 'SET STATISTICS ' || attstattarget end),
           (5, 'ONLY ', case when attstorage <> typstorage
                             then 'SET STORAGE ' || case attstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL'
                                                                    when 'm' then 'MAIN' else 'EXTENDED' end end),
           (6, 'ONLY ', case attcompression when 'p' then 'SET COMPRESSION pglz'                      -- >=14
                                            when 'l' then 'SET COMPRESSION lz4' end),                 -- >=14
           (7, 'ONLY ', 'SET (' || array_to_string(attoptions, ', ') || ')')) v(step, scope, action)
     where v.action is not null
     group by attrelid
),
need as ( -- of generation expressions
    select rel.oid as relid, array_agg(v.x order by u.refclassid, u.refobjid, v.i) as oids
      from rel
      join pg_attribute a on a.attrelid = rel.oid and a.attgenerated <> ''
      join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      join pg_depend u on (u.classid, u.objid) = ('pg_attrdef'::regclass, d.oid)
                      and u.refobjid >= 16384 and u.refobjid <> rel.oid
      cross join lateral (values (1, u.refclassid), (2, u.refobjid)) v(i, x)
     group by rel.oid
)
select 'pg_class'::regclass::oid as classid, rel.oid as objid, 'TABLE' as kind,
       rel.nspname as schema, rel.relname as name, pg_get_userbyid(rel.relowner) as owner,
       'TABLE ' || rel.qname as target,
       concat('CREATE ', case rel.relpersistence when 'u' then 'UNLOGGED ' end, 'TABLE ', rel.qname,
              case when rel.reloftype <> 0 then ' OF ' || format_type(rel.reloftype, null) end,
              case when body.text <> '' then format(E' (\n    %s\n)', body.text)
                   when rel.reloftype = 0 then E' (\n)' end,
              E'\nINHERITS (' || parent.names || ')',
              case rel.relkind when 'p' then E'\nPARTITION BY ' || pg_get_partkeydef(rel.oid) end,
              case when am.amname <> 'heap' then format(E'\nUSING %I', am.amname) end,
              E'\nWITH (' || opt.text || ')',
              ';', col_change.text,
              case rel.relreplident when 'n' then format(E'\nALTER TABLE ONLY %s REPLICA IDENTITY NOTHING;', rel.qname)
                                    when 'f' then format(E'\nALTER TABLE ONLY %s REPLICA IDENTITY FULL;', rel.qname) end,
              case when rel.relforcerowsecurity
                   then format(E'\nALTER TABLE ONLY %s FORCE ROW LEVEL SECURITY;', rel.qname) end) as create_sql,
       need.oids as deps, ts.spcname as tablespace
  from rel
  left join parent on parent.inhrelid = rel.oid
  left join col_line on col_line.attrelid = rel.oid
  left join check_line on check_line.conrelid = rel.oid
  left join col_change on col_change.attrelid = rel.oid
  left join need on need.relid = rel.oid
  left join pg_am am on am.oid = rel.relam
  left join pg_tablespace ts on ts.oid = rel.reltablespace
  left join pg_class toast on toast.oid = rel.reltoastrelid
  cross join lateral (select concat_ws(E',\n    ', col_line.text, check_line.text) as text) body
  cross join lateral (select string_agg(format('%s%I=%L', prefix, split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)),
                                        ', ' order by prefix, i) as text
                        from (select '' as prefix, o, i from unnest(rel.reloptions) with ordinality as u(o, i)
                              union all
                              select 'toast.', o, i from unnest(toast.reloptions) with ordinality as u(o, i)) all_o) opt
 order by rel.nspname, rel.relname;
