-- SPDX-License-Identifier: Apache-2.0
-- The tables that publications name, with the columns and rows they take of them. Other than with
-- PostgreSQL's own tools, tables of extensions count too.
select 'pg_publication_rel'::regclass::oid as classid,
       r.oid as objid,
       'PUBLICATION TABLE' as kind,
       n.nspname::text as schema,
       format('%s %s', p.pubname, c.relname) as name,
       pg_get_userbyid(p.pubowner)::text as owner,
       null::text as target,
       concat(format('ALTER PUBLICATION %I ADD TABLE ONLY %I.%I', p.pubname, n.nspname, c.relname),
              ' (' || columns.list || ')',                           -- >=15
              ' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', -- >=15
              ';') as create_sql,
       format('ALTER PUBLICATION %I DROP TABLE ONLY %I.%I;', p.pubname, n.nspname, c.relname)
           as drop_sql,
       c.oid as table_oid
  from pg_publication_rel r
  join pg_publication p on p.oid = r.prpubid
  join pg_class c on c.oid = r.prrelid
  join pg_namespace n on n.oid = c.relnamespace
 cross join lateral (                                                                  -- >=15
       select string_agg(quote_ident(a.attname), ', ' order by u.ord) as list          -- >=15
         from unnest(r.prattrs) with ordinality as u(attnum, ord)                      -- >=15
         join pg_attribute a on a.attrelid = r.prrelid and a.attnum = u.attnum) columns -- >=15
 where c.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, p.pubname, c.relname;
