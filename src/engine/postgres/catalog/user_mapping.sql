-- SPDX-License-Identifier: Apache-2.0
-- User mappings. The server shows their options (passwords are among them) to superusers, to the
-- foreign server's owner where the mapping is everybody's, and to the mapping's own user. For all
-- others a mapping looks as if it had none; so it is written, as PostgreSQL's own tools do, with a
-- warning.
select 'pg_user_mapping'::regclass::oid as classid,
       m.umid as objid,
       'USER MAPPING' as kind,
       null::text as schema,
       format('USER MAPPING %s SERVER %s', m.usename, m.srvname) as name,
       pg_get_userbyid(s.srvowner)::text as owner,
       null::text as target,
       concat(format('CREATE USER MAPPING FOR %s SERVER %I', u.role, m.srvname),
              E' OPTIONS (\n    ' || o.list || E'\n)',
              ';') as create_sql,
       format('DROP USER MAPPING FOR %s SERVER %I;', u.role, m.srvname) as drop_sql,
       case when u.is_hidden and row_number() over (partition by u.is_hidden) = 1
            then format('the options of %s user mapping(s) of foreign servers, which only a '
                        'superuser may see, aren''t in the backup',
                        count(*) over (partition by u.is_hidden)) end as warning
  from pg_user_mappings m
  join pg_foreign_server s on s.oid = m.srvid
 cross join lateral (
       select case m.umuser when 0 then 'PUBLIC' else quote_ident(m.usename) end as role,
              m.umoptions is null
              and not (select rolsuper from pg_roles where rolname = current_user)
              and not case m.umuser when 0 then pg_has_role(s.srvowner, 'USAGE')
                                    else m.usename = current_user
                                         and (pg_has_role(s.srvowner, 'USAGE')
                                              or has_server_privilege(s.oid, 'USAGE')) end
              as is_hidden) u
  left join lateral (
       select string_agg(format('%I %L', option_name, option_value), E',\n    ') as list
         from pg_options_to_table(m.umoptions)) o on true
 where not exists (
       select from pg_depend e
        where (e.classid, e.objid, e.deptype) = ('pg_user_mapping'::regclass, m.umid, 'e'))
 order by m.srvname, m.usename;
