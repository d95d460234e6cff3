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
    select a.*, rel.qname, quote_ident(a.attname) as name, rel.reloftype <> 0 as is_typed,
           a.attislocal or rel.relispartition as is_written,
           coalesce(i.is_notnull, false) as parent_notnull,
           case when a.attgenerated <> '' and i.is_generated then null -- comes with the parent's
                when a.attgenerated <> '' then x.text
                when x.adrelid is not null and not x.apart then x.text
                when x.adrelid is not null and not (a.attislocal or rel.relispartition) then null
                when i.has_default then 'NULL' -- or else the parent's would be inherited
           end as expression,
           case when a.attcollation <> t.typcollation
                then (select format(' COLLATE %I.%I', n.nspname, l.collname)
                        from pg_collation l join pg_namespace n on n.oid = l.collnamespace
                       where l.oid = a.attcollation) end as collation,
           t.typstorage, id.options as identity
      from rel
      join pg_attribute a on a.attrelid = rel.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
      left join inherited i on i.inhrelid = a.attrelid and i.attname = a.attname
      left join expression x on x.adrelid = a.attrelid and x.adnum = a.attnum
      left join identity id on id.relid = a.attrelid and id.attnum = a.attnum
),
col_text as (
    select attrelid, attnum,
           case when is_written and not (is_typed and expression is null and not attnotnull) then
               concat(name,
                      case when not is_typed then ' ' || format_type(atttypid, atttypmod) || coalesce(collation, '') end,
                      case when expression is null then ''
                           when attgenerated = 's' then format(' GENERATED ALWAYS AS (%s) STORED', expression)
                           when attgenerated = 'v' then format(' GENERATED ALWAYS AS (%s)', expression)
                           else ' DEFAULT ' || expression end,
                      case when attnotnull and not parent_notnull then ' NOT NULL' end)
           end as definition,
           concat_ws(E';\n' || alter_col,
               case when not is_written and attnotnull and not parent_notnull then alter_col || 'SET NOT NULL' end) as x
      from col
      cross join lateral (select format('ALTER TABLE ONLY %s ALTER COLUMN %s ', qname, name)) v(alter_col)
)
select 1;
