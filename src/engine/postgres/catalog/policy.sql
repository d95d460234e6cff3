-- SPDX-License-Identifier: Apache-2.0
-- Row level security: the policies, and an entry for each table where it is on. It is put on after
-- the data is in, since COPY refuses a table whose policies hold for the restoring role; that entry
-- goes by the view pg_policies and the table's oid. An extension's table may have policies of the
-- user's.
select 'pg_policy'::regclass::oid as classid, p.oid as objid, 'POLICY' as kind,
       n.nspname as schema, format('%s %s', t.relname, p.polname) as name, null::name as owner,
       format('POLICY %I ON %I.%I', p.polname, n.nspname, t.relname) as target,
       concat(format('CREATE POLICY %I ON %I.%I', p.polname, n.nspname, t.relname),
              case when not p.polpermissive then ' AS RESTRICTIVE' end,
              case p.polcmd when 'r' then ' FOR SELECT' when 'a' then ' FOR INSERT'
                            when 'w' then ' FOR UPDATE' when 'd' then ' FOR DELETE' end,
              ' TO ' || role.names,
              ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
              ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')',
              ';') as create_sql,
       null::text as drop_sql, t.oid as table_oid, null::oid[] as deps, 'post-data' as section
  from pg_policy p
  join pg_class t on t.oid = p.polrelid
  join pg_namespace n on n.oid = t.relnamespace
  cross join lateral (select string_agg(quote_ident(r.rolname), ', ' order by u.i) as names
                        from unnest(p.polroles) with ordinality as u(oid, i) -- 0, alone, is PUBLIC
                        join pg_roles r on r.oid = u.oid) role
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and t.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
union all
select 'pg_policies'::regclass, t.oid, 'ROW SECURITY', n.nspname, t.relname, null, null,
       format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY;', n.nspname, t.relname),
       format('ALTER TABLE %I.%I DISABLE ROW LEVEL SECURITY;', n.nspname, t.relname),
       t.oid, array['pg_class'::regclass::oid, t.oid], 'post-data'
  from pg_class t
  join pg_namespace n on n.oid = t.relnamespace
 where t.relrowsecurity
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 order by 3, 4, 5;
