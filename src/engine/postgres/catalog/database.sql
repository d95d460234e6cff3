-- SPDX-License-Identifier: Apache-2.0
-- The database itself. `properties` is what CREATE DATABASE needs. create_sql sets what hangs on
-- the database (comment, label, privileges, settings) on whatever database it runs in, be its name
-- what it may: each statement is put together around current_database().
with database as (
    select * from pg_database where datname = current_database()
),
setting as (
    select s.setrole, u.ord, split_part(u.item, '=', 1) as name,
           substr(u.item, strpos(u.item, '=') + 1) as value
      from pg_db_role_setting s
      join database d on d.oid = s.setdatabase
     cross join lateral unnest(s.setconfig) with ordinality as u(item, ord)
),
acl_item as ( -- as in acl.sql
    select u.item, u.ord, true as is_revoke
      from database d
     cross join lateral unnest(acldefault('d', d.datdba)) with ordinality as u(item, ord)
     where not u.item = any (d.datacl)
    union all
    select u.item, u.ord, false
      from database d
     cross join lateral unnest(d.datacl) with ordinality as u(item, ord)
     where not u.item = any (acldefault('d', d.datdba))
),
acl_part as (
    select i.is_revoke, i.ord, a.grantor, a.grantee, o.grantable,
           case when count(*) = 3 then 'ALL' -- CREATE, TEMPORARY and CONNECT
                else string_agg(a.privilege_type, ', ' order by a.privilege_type) end as privileges
      from acl_item i
     cross join lateral aclexplode(array[i.item]) a
     cross join lateral (select a.is_grantable and not i.is_revoke as grantable) o
     group by i.is_revoke, i.ord, a.grantor, a.grantee, o.grantable
),
step as ( -- what stands before and after the database's name
    select 'comment' as part, null::name as role, 0 as major, 0::bigint as minor, null::name as grantor,
           'COMMENT ON DATABASE ' as before,
           format(' IS ''%s''', replace(c.description, '''', '''''')) as after
      from database d
      join pg_shdescription c on (c.classoid, c.objoid) = ('pg_database'::regclass, d.oid)
    union all
    select 'label', l.provider, 0, 0, null,
           format('SECURITY LABEL FOR %I ON DATABASE ', l.provider),
           format(' IS ''%s''', replace(l.label, '''', ''''''))
      from database d
      join pg_shseclabel l on (l.classoid, l.objoid) = ('pg_database'::regclass, d.oid)
    union all
    select 'acl', null,
           case when p.is_revoke then 1
                when p.grantor = d.datdba and p.grantee = d.datdba then 2
                else 3 end,
           p.ord * 2 + p.grantable::int,
           case when p.grantor <> d.datdba and not p.is_revoke then pg_get_userbyid(p.grantor) end,
           concat(case when p.is_revoke then 'REVOKE ' else 'GRANT ' end, p.privileges,
                  ' ON DATABASE '),
           concat(case when p.is_revoke then ' FROM ' else ' TO ' end,
                  case when p.grantee = 0 then 'PUBLIC'
                       else quote_ident(pg_get_userbyid(p.grantee)) end,
                  case when p.grantable then ' WITH GRANT OPTION' end)
      from acl_part p
     cross join database d
    union all -- a list is stored as quoted names; SET takes a literal for each
    select case when r.oid is null then 'setting' else 'role_setting' end, r.rolname, 0, s.ord, null,
           coalesce('ALTER ROLE ' || quote_ident(r.rolname) || ' IN DATABASE ',
                    'ALTER DATABASE '),
           format(' SET %I TO %s', s.name,
                  case when s.name in ('local_preload_libraries', 'search_path',
                                       'session_preload_libraries', 'shared_preload_libraries',
                                       'temp_tablespaces', 'unix_socket_directories')
                       then (select coalesce(string_agg(quote_literal(
                                        coalesce(replace(m.part[1], '""', '"'), m.part[2])),
                                        ', ' order by m.ord), '''''')
                               from regexp_matches(s.value, '"((?:[^"]|"")*)"|([^",\s]+)', 'g')
                                    with ordinality as m(part, ord))
                       else quote_literal(s.value) end)
      from setting s
      left join pg_roles r on r.oid = s.setrole
),
body as (
    select s.*,
           format(E'EXECUTE ''%s''\n'
                  '    || pg_catalog.quote_ident(pg_catalog.current_database()) || ''%s'';',
                  replace(s.before, '''', ''''''), replace(s.after, '''', '''''')) as text
      from step s
),
script as (
    select b.part,
           string_agg(
               concat('SET SESSION AUTHORIZATION ' || quote_ident(b.grantor) || E';\n',
                      'DO ', q.quote, E'BEGIN\n', b.text, E'\nEND', q.quote, ';',
                      case when b.grantor is not null then E'\nRESET SESSION AUTHORIZATION;' end),
               E'\n' order by b.role nulls first, b.major, b.minor) as text
      from body b
     cross join lateral (
           select case when strpos(b.text, '$') = 0 then '$$'
                       when strpos(b.text, '$_') = 0 then '$_$'
                       else '$_' || md5(b.text) || '$' end as quote) q
     group by b.part
)
select 'pg_database'::regclass::oid as classid,
       d.oid as objid,
       'DATABASE PROPERTIES' as kind,
       null::text as schema,
       d.datname::text as name,
       null::text as owner,
       null::text as target,
       coalesce((select text from script where part = 'setting'), '') as create_sql,
       (select text from script where part = 'comment') as comment_sql,
       (select text from script where part = 'label') as label_sql,
       (select text from script where part = 'acl') as acl_sql,
       (select text from script where part = 'role_setting') as role_setting_sql,
       ''::text as drop_sql,
       json_build_object(
           'encoding', pg_encoding_to_char(d.encoding),
           'locale_provider', p.provider,
           'collate', d.datcollate,
           'ctype', d.datctype,
           'icu_locale', case when p.provider = 'icu' then p.locale end,
           'icu_rules', p.row ->> 'daticurules',
           'builtin_locale', case when p.provider = 'builtin' then p.locale end,
           'tablespace', t.spcname,
           'owner', pg_get_userbyid(d.datdba),
           'connection_limit', d.datconnlimit,
           'is_template', d.datistemplate,
           'allow_connections', d.datallowconn)::text as properties
  from database d
  join pg_tablespace t on t.oid = d.dattablespace
 cross join lateral ( -- columns that came and went between 12 and 18
       select to_jsonb(d) as row,
              case to_jsonb(d) ->> 'datlocprovider' when 'i' then 'icu' when 'b' then 'builtin'
                                                    else 'libc' end as provider,
              coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale) p;
