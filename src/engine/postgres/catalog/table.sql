-- SPDX-License-Identifier: Apache-2.0
-- Tables: plain, partitioned, partitions, typed, inheriting and foreign ones.
-- * A partition is made as a table of its own with all its columns and checks; table_attach.sql
--   joins it to its parent.
-- * A child of plain inheritance gets what it inherits from INHERITS. So only its local columns are
--   written, and after the CREATE whatever it changed in an inherited one.
-- * NOT NULL has a name since 18. It is left out where the server would choose the same: where it
--   is made of the table's and the column's, and no other constraint of the schema goes by it.
-- * Defaults and checks that need other user-made objects stand in default.sql and
--   check_constraint.sql. Generation expressions can't be set later: all of them stand here.
-- * An identity column gets its sequence at once, with the options that the sequence has now.
with rel as (
    select c.oid, c.relname, c.relkind, c.relpersistence, c.relispartition, c.reloftype, c.relowner,
           c.relam, c.reltablespace, c.reloptions, c.reltoastrelid, c.relreplident,
           c.relforcerowsecurity, n.nspname, format('%I.%I', n.nspname, c.relname) as qname,
           case c.relkind when 'f' then 'FOREIGN TABLE' else 'TABLE' end as word
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'f')
       and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and c.oid not in (select objid from pg_depend
                          where refclassid = 'pg_extension'::regclass
                            and classid = 'pg_class'::regclass and deptype = 'e')
       and c.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
),
parent as (
    select i.inhrelid,
           string_agg(format('%I.%I', n.nspname, p.relname), ', ' order by i.inhseqno) as names
      from rel
      join pg_inherits i on i.inhrelid = rel.oid
      join pg_class p on p.oid = i.inhparent
      join pg_namespace n on n.oid = p.relnamespace
     where not rel.relispartition
     group by i.inhrelid
),
inherited as ( -- what an inheritance child's column finds in the direct parents
    select i.inhrelid, p.attname,
           bool_or(p.attnotnull) as is_not_null,
           bool_or(p.atthasdef and p.attgenerated = '') as has_default,
           bool_or(p.attgenerated <> '') as is_generated,
           array_agg(distinct pg_get_expr(d.adbin, d.adrelid))
               filter (where p.attgenerated <> '') as generated_as
      from rel
      join pg_inherits i on i.inhrelid = rel.oid
      join pg_attribute p on p.attrelid = i.inhparent and p.attnum > 0 and not p.attisdropped
      left join pg_attrdef d on d.adrelid = p.attrelid and d.adnum = p.attnum
     where not rel.relispartition
     group by i.inhrelid, p.attname
),
not_null as (                                                                           -- >=18
    select k.conrelid, k.conkey[1] as attnum,                                           -- >=18
           concat(t.name, 'NOT NULL', t.scope) as of_column,                            -- >=18
           concat(t.name, format('NOT NULL %I', a.attname), t.scope) as of_table        -- >=18
      from rel                                                                          -- >=18
      join (select *, count(*) over (partition by connamespace, conname) as n_named     -- >=18
              from pg_constraint) k on k.conrelid = rel.oid                             -- >=18
      join pg_attribute a on a.attrelid = rel.oid and a.attnum = k.conkey[1]            -- >=18
     cross join lateral (                                                               -- >=18
           select case when k.n_named > 1                                               -- >=18
                         or k.conname <> format('%s_%s_not_null', rel.relname, a.attname) -- >=18
                       then format('CONSTRAINT %I ', k.conname) end as name,            -- >=18
                  case when k.connoinherit then ' NO INHERIT' end as scope) t           -- >=18
     where k.contype = 'n' and k.convalidated                                           -- >=18
       and (k.conislocal or rel.relispartition                                          -- >=18
            or exists (select from pg_inherits i -- not valid in a parent, but valid here   -- >=18
                         join pg_constraint p on p.conrelid = i.inhparent               -- >=18
                        where i.inhrelid = k.conrelid and p.contype = 'n'               -- >=18
                          and p.conname = k.conname and not p.convalidated))            -- >=18
),                                                                                      -- >=18
identity as (
    select o.refobjid as relid, o.refobjsubid as attnum,
           concat(format('SEQUENCE NAME %I.%I', n.nspname, q.relname),
                  case when q.relpersistence = rel.relpersistence then ''             -- >=15
                       when q.relpersistence = 'u' then ' UNLOGGED'                   -- >=15
                       else ' LOGGED' end,                                            -- >=15
                  format(E'\n    START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s',
                         s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache),
                  case when s.seqcycle then ' CYCLE' end) as options
      from rel
      join pg_depend o on o.refclassid = 'pg_class'::regclass and o.refobjid = rel.oid
                      and o.classid = 'pg_class'::regclass and o.deptype = 'i' and o.refobjsubid > 0
      join pg_sequence s on s.seqrelid = o.objid
      join pg_class q on q.oid = s.seqrelid
      join pg_namespace n on n.oid = q.relnamespace
),
col as (
    select a.attrelid, a.attnum, a.attgenerated, a.attidentity, a.attstattarget, a.attstorage,
           a.attfdwoptions,
           case when cardinality(a.attoptions) > 1 or not starts_with(a.attoptions[1], 'pg_attver=')
                then array(select o from unnest(a.attoptions) o where o !~ '^pg_attver=')
           end as attoptions, -- pg_attver, since the 2026 minors, is the server's own
           a.attcompression,                                                            -- >=14
           quote_ident(a.attname) as name,
           a.attislocal or rel.relispartition as is_written,
           nn.of_column as not_null, nn.of_table as inherited_not_null,                 -- >=18
--<18      case when a.attnotnull and i.is_not_null is not true then 'NOT NULL' end as not_null,
--<18      null as inherited_not_null,
           case when d.oid is null then null
                when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid)
                when d.oid not in ( -- those are default.sql's
                         select u.objid
                           from pg_depend u
                          where u.classid = 'pg_attrdef'::regclass and u.deptype = 'n'
                            and u.refobjid >= 16384)
                then pg_get_expr(d.adbin, 0) -- no column in it, and much faster so
           end as own_expression,
           i.has_default as inherits_default,
           i.generated_as,                                                              -- >=16
--<16      i.is_generated,
           rel.qname, rel.reloftype = 0 as has_type, t.type, t.typstorage,
           id.options as identity
      from rel
      join pg_attribute a on a.attrelid = rel.oid and a.attnum > 0 and not a.attisdropped
      cross join lateral ( -- fenced off, for the server to remember: there are few types
          select concat(' ', format_type(a.atttypid, a.atttypmod),
                        (select format(' COLLATE %I.%I', n.nspname, l.collname)
                           from pg_collation l
                           join pg_namespace n on n.oid = l.collnamespace
                          where l.oid = a.attcollation and l.oid <> t.typcollation)) as type,
                 t.typstorage
            from pg_type t
           where t.oid = a.atttypid
          offset 0) t
      left join not_null nn on nn.conrelid = a.attrelid and nn.attnum = a.attnum        -- >=18
      left join inherited i on i.inhrelid = a.attrelid and i.attname = a.attname
      left join pg_attrdef d on a.atthasdef and d.adrelid = a.attrelid and d.adnum = a.attnum
      left join identity id on id.relid = a.attrelid and id.attnum = a.attnum
    offset 0 -- a fence: each of these is worked out once
),
col_expression as (
    select col.*,
           format(E',\n    ALTER COLUMN %s ', name) as alter_col,
           case when attgenerated <> ''
                then case when generated_as = array[own_expression] then null           -- >=16
--<16           then case when is_generated then null
                          else own_expression end
                when own_expression is not null then own_expression
                when inherits_default then 'NULL' -- or the child would take over its parent's
           end as expression
      from col
),
col_line as (
    select attrelid, attnum,
           case when not is_written then inherited_not_null
                when has_type or expression is not null or not_null is not null then
               name
               || case when has_type then type else '' end
               || case when expression is null then ''
                       when attgenerated = '' then ' DEFAULT ' || expression
                       when attgenerated = 's'
                       then ' GENERATED ALWAYS AS (' || expression || ') STORED'
                       else ' GENERATED ALWAYS AS (' || expression || ')' end
               || case when not_null is null then '' else ' ' || not_null end end as definition,
           case when not is_written or attstattarget >= 0 or attstorage <> typstorage
                     or attcompression <> ''                                            -- >=14
                     or attoptions <> '{}' or attfdwoptions is not null
                then concat(
--<18               case when not_null is not null and not is_written
--<18                    then alter_col || 'SET NOT NULL' end,
                    case when expression <> '' and attgenerated = '' and not is_written
                         then alter_col || 'SET DEFAULT ' || expression end,
                    case when attstattarget >= 0
                         then alter_col || 'SET STATISTICS ' || attstattarget end,
                    case when attstorage <> typstorage
                         then alter_col || 'SET STORAGE ' ||
                              case attstorage when 'p' then 'PLAIN' when 'e' then 'EXTERNAL'
                                              when 'm' then 'MAIN' else 'EXTENDED' end end,
                    case when attcompression <> ''                                      -- >=14
                         then alter_col || 'SET COMPRESSION ' ||                        -- >=14
                              case attcompression when 'p' then 'pglz'                  -- >=14
                                                  else 'lz4' end end,                   -- >=14
                    case when attoptions <> '{}'
                         then concat(alter_col, 'SET (', array_to_string(attoptions, ', '), ')')
                    end,
                    case when attfdwoptions is not null
                         then alter_col || 'OPTIONS (' ||
                              (select string_agg(format('%I %L', option_name, option_value), ', ')
                                 from pg_options_to_table(attfdwoptions)) || ')' end)
           end as change,
           case when identity <> ''
                then format(E'\nALTER TABLE %s ALTER COLUMN %s ADD GENERATED %s AS IDENTITY'
                            ' (\n    %s\n);', qname, name,
                            case attidentity when 'a' then 'ALWAYS' else 'BY DEFAULT' end, identity)
           end as identity
      from col_expression
    offset 0 -- a fence: only texts are to be sorted
),
col_text as (
    select attrelid,
           string_agg(definition, E',\n    ' order by attnum) as definitions,
           string_agg(change, '' order by attnum) as changes,
           string_agg(identity, '' order by attnum) as identities
      from col_line
     group by attrelid
),
check_text as ( -- a partition needs its parent's checks before it can be attached
    select k.conrelid,
           string_agg(format('CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)),
                      E',\n    ' order by k.conname) as definitions
      from rel
      join pg_constraint k on k.conrelid = rel.oid and k.contype = 'c'
     where k.convalidated and (k.conislocal or rel.relispartition)
       and not exists (select from pg_depend u
                        where u.classid = 'pg_constraint'::regclass and u.objid = k.oid
                          and u.refobjid >= 16384 and u.refobjid <> k.conrelid)
     group by k.conrelid
),
unread as (
    select min(rel.oid) as oid, count(*) as n, min(rel.qname) as first
      from rel
     where rel.relkind = 'r' and rel.relpersistence = 'u' and pg_is_in_recovery()
       and rel.oid not in (select unnest(current_setting('dbbackup.unread', true)::oid[]))
)
select 'pg_class'::regclass::oid as classid, rel.oid as objid, rel.word as kind,
       rel.nspname as schema, rel.relname as name, pg_get_userbyid(rel.relowner) as owner,
       concat(rel.word, ' ', rel.qname) as target,
       concat('CREATE ', case rel.relpersistence when 'u' then 'UNLOGGED ' end, rel.word, ' ',
              rel.qname,
              case when rel.reloftype <> 0 then ' OF ' || format_type(rel.reloftype, null) end,
              case when body.text <> '' then E' (\n    ' || body.text || E'\n)'
                   when rel.reloftype = 0 then E' (\n)' end,
              E'\nINHERITS (' || parent.names || ')',
              case rel.relkind when 'p' then E'\nPARTITION BY ' || pg_get_partkeydef(rel.oid) end,
              case when rel.relkind = 'p' or am.amname <> 'heap'
                   then E'\nUSING ' || quote_ident(am.amname) end,
              E'\nWITH (' || case when rel.reloptions <> '{}' or toast.reloptions <> '{}' then
                  (select string_agg(format('%s%I=%L', prefix, split_part(opt, '=', 1),
                                            substr(opt, strpos(opt, '=') + 1)), ', '
                                     order by prefix, i)
                     from (select '' as prefix, opt, i
                             from unnest(rel.reloptions) with ordinality u(opt, i)
                           union all
                           select 'toast.', opt, i
                             from unnest(toast.reloptions) with ordinality u(opt, i)) o) end || ')',
              remote.text,
              ';',
              E'\nALTER TABLE ONLY ' || rel.qname || substr(nullif(col_text.changes, ''), 2) || ';',
              col_text.identities,
              case when rel.relreplident in ('n', 'f') and rel.relkind <> 'f'
                   then format(E'\nALTER TABLE ONLY %s REPLICA IDENTITY %s;', rel.qname,
                               case rel.relreplident when 'n' then 'NOTHING' else 'FULL' end) end,
              case when rel.relforcerowsecurity
                   then format(E'\nALTER TABLE ONLY %s FORCE ROW LEVEL SECURITY;', rel.qname) end)
           as create_sql,
       ts.spcname as tablespace,
       case when unread.oid is not null
            then format('the rows of %s unlogged table(s), such as %s, aren''t in the backup: a '
                        'standby can''t read them', unread.n, unread.first) end as warning
  from rel
  left join unread on unread.oid = rel.oid
  left join parent on parent.inhrelid = rel.oid
  left join col_text on col_text.attrelid = rel.oid
  left join check_text on check_text.conrelid = rel.oid
  left join pg_am am on am.oid = rel.relam
  left join pg_tablespace ts on ts.oid = rel.reltablespace
  left join pg_class toast on toast.oid = rel.reltoastrelid
  left join (
      select f.ftrelid,
             concat(format(E'\nSERVER %I', s.srvname),
                    E'\nOPTIONS (\n    ' ||
                    (select string_agg(format('%I %L', option_name, option_value), E',\n    ')
                       from pg_options_to_table(f.ftoptions)) || E'\n)') as text
        from pg_foreign_table f
        join pg_foreign_server s on s.oid = f.ftserver) remote on remote.ftrelid = rel.oid
  cross join lateral (
      select concat_ws(E',\n    ', col_text.definitions, check_text.definitions) as text) body
 order by rel.nspname, rel.relname;
