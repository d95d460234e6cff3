-- SPDX-License-Identifier: Apache-2.0
-- Who is a member of which role. From 16 on a grantor must have ADMIN OPTION himself when he
-- grants, so grants come in the order of the chains that begin with the first superuser (oid 10).
-- He is never named: he is who a superuser grants as, whatever his name. Before 16 grantors were
-- noted but not checked, and roles that are gone may be among them: a newer server isn't told.
with recursive membership as (
    select m.*, r.rolname as role, u.rolname as member_name,
           case when m.grantor <> 10 then g.rolname end as grantor_name
      from pg_auth_members m
      join pg_roles r on r.oid = m.roleid
      join pg_roles u on u.oid = m.member
      left join pg_roles g on g.oid = m.grantor
     where r.rolname !~ '^pg_' or u.rolname !~ '^pg_'
),
chain(roleid, member, length) as ( -- who may grant a role, after how many grants
    select m.roleid, m.member, 1
      from membership m
     where m.admin_option and m.grantor_name is null
    union
    select m.roleid, m.member, c.length + 1
      from chain c
      join membership m on m.roleid = c.roleid and m.grantor = c.member and m.admin_option
     where c.length <= (select count(*) from membership)
),
written as (
    select m.role, m.member_name, m.grantor_name,
           case when m.grantor_name is null then 0
                else coalesce((select min(c.length) from chain c
                                where c.roleid = m.roleid and c.member = m.grantor), 1000000)
           end as place,
           format('GRANT %I TO %I', m.role, m.member_name) as words,
           (select ' WITH ' || string_agg(o.option, ', ' order by o.ord)
              from (values (1, case when m.admin_option then 'ADMIN OPTION' end),
                           (2, concat('INHERIT ', upper(m.inherit_option::text))), -- >=16
                           (3, case when not m.set_option then 'SET FALSE' end), -- >=16
                           (4, null)) o(ord, option)
             where o.option is not null) as options,
           ' GRANTED BY ' || quote_ident(m.grantor_name) as granted_by
      from membership m
)
select 'definition' as part,
       case when w.grantor_name is null then concat(w.words, w.options, ';')
--<16            else concat('DO ', q.quote, E'BEGIN\n',
--<16                        'IF pg_catalog.current_setting(''server_version_num'')::pg_catalog.int4',
--<16                        E' < 160000 THEN\n    ', w.words, w.options, w.granted_by,
--<16                        E';\nELSE\n    ', w.words, w.options, E';\nEND IF;\nEND', q.quote, ';')
            else concat(w.words, w.options, w.granted_by, ';') -- >=16
       end as sql
  from written w
 cross join lateral (
       select case when strpos(w.words || w.granted_by, '$') = 0 then '$$'
                   else '$_' || md5(w.words || w.granted_by) || '$' end as quote) q
 order by w.place, w.role, w.member_name, w.grantor_name;
