-- SPDX-License-Identifier: Apache-2.0
-- Collations. The version that a collation was made with isn't kept: the restoring server's own counts.
select 'pg_collation'::regclass::oid as classid,
       c.oid as objid,
       'COLLATION' as kind,
       n.nspname::text as schema,
       c.collname::text as name,
       pg_get_userbyid(c.collowner)::text as owner,
       format('COLLATION %I.%I', n.nspname, c.collname) as target,
       format('CREATE COLLATION %I.%I (%s);', n.nspname, c.collname,
              concat_ws(', ',
                  'provider = ' || case v.provider when 'i' then 'icu' when 'b' then 'builtin'
                                                   when 'd' then 'default' else 'libc' end,
                  case when not c.collisdeterministic then 'deterministic = false' end,
                  case when v.locale is not null then format('locale = %L', v.locale)
                       when c.collcollate = c.collctype then format('locale = %L', c.collcollate)
                       else format('lc_collate = %L, lc_ctype = %L', c.collcollate, c.collctype) end,
                  'rules = ' || quote_literal(v.rules))) as create_sql
  from pg_collation c
  join pg_namespace n on n.oid = c.collnamespace
 cross join lateral ( -- columns that came and went between 12 and 18
       select to_jsonb(c) ->> 'collprovider' as provider,
              coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale') as locale,
              to_jsonb(c) ->> 'collicurules' as rules) v
 where n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_collation'::regclass, c.oid, 'e'))
 order by n.nspname, c.collname, c.collencoding;
