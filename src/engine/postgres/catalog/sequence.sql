-- SPDX-License-Identifier: Apache-2.0
-- Sequences, except those of identity columns, which table.sql makes with their column.
select 'pg_class'::regclass::oid as classid, c.oid as objid, 'SEQUENCE' as kind,
       n.nspname as schema, c.relname as name, pg_get_userbyid(c.relowner) as owner,
       format('SEQUENCE %I.%I', n.nspname, c.relname) as target,
       concat('CREATE ', case c.relpersistence when 'u' then 'UNLOGGED ' end,
              format('SEQUENCE %I.%I AS %s', n.nspname, c.relname, format_type(s.seqtypid, null)),
              format(E'\n    START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s',
                     s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache),
              case when s.seqcycle then ' CYCLE' end, ';') as create_sql
  from pg_sequence s
  join pg_class c on c.oid = s.seqrelid
  join pg_namespace n on n.oid = c.relnamespace
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and c.oid not in (select objid from pg_depend -- an extension's or an identity column's
                      where classid = 'pg_class'::regclass and deptype in ('e', 'i'))
 order by n.nspname, c.relname;
