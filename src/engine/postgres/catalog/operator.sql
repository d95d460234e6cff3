-- SPDX-License-Identifier: Apache-2.0
-- Operators. COMMUTATOR and NEGATOR may name one that comes later: the server makes a shell, which
-- its own CREATE OPERATOR fills. A shell that was never filled (it has no function) comes with the
-- operator that names it, and goes with it.
select 'pg_operator'::regclass::oid as classid,
       o.oid as objid,
       'OPERATOR' as kind,
       n.nspname::text as schema,
       format('%s(%s, %s)', o.oprname, w.left_type, w.right_type) as name,
       pg_get_userbyid(o.oprowner)::text as owner,
       format('OPERATOR %I.%s (%s, %s)', n.nspname, o.oprname, w.left_type, w.right_type) as target,
       format(E'CREATE OPERATOR %I.%s (\n    %s\n);', n.nspname, o.oprname, concat_ws(E',\n    ',
           'FUNCTION = ' || o.oprcode,
           'LEFTARG = ' || nullif(w.left_type, 'NONE'),
           'RIGHTARG = ' || nullif(w.right_type, 'NONE'),
           case when c.oid is not null
                then format('COMMUTATOR = OPERATOR(%I.%s)', cn.nspname, c.oprname) end,
           case when g.oid is not null
                then format('NEGATOR = OPERATOR(%I.%s)', gn.nspname, g.oprname) end,
           'RESTRICT = ' || nullif(o.oprrest::text, '-'),
           'JOIN = ' || nullif(o.oprjoin::text, '-'),
           case when o.oprcanhash then 'HASHES' end,
           case when o.oprcanmerge then 'MERGES' end)) as create_sql,
       concat(format('DROP OPERATOR %I.%s (%s, %s);', n.nspname, o.oprname, w.left_type,
                     w.right_type),
              shell.drops) as drop_sql
  from pg_operator o
  join pg_namespace n on n.oid = o.oprnamespace
  left join pg_operator c on c.oid = o.oprcom
  left join pg_namespace cn on cn.oid = c.oprnamespace
  left join pg_operator g on g.oid = o.oprnegate
  left join pg_namespace gn on gn.oid = g.oprnamespace
 cross join lateral (
       select coalesce(format_type(nullif(o.oprleft, 0), null), 'NONE') as left_type,
              coalesce(format_type(nullif(o.oprright, 0), null), 'NONE') as right_type) w
  left join lateral (
       select string_agg(format(E'\nDO %L;', format($do$
BEGIN
    IF EXISTS (SELECT FROM pg_operator WHERE oid = to_regoperator(%L) AND oprcode = 0) THEN
        DROP OPERATOR %I.%s (%s, %s);
    END IF;
END$do$, s.oid::regoperator, sn.nspname, s.oprname,
                                coalesce(format_type(nullif(s.oprleft, 0), null), 'NONE'),
                                coalesce(format_type(nullif(s.oprright, 0), null), 'NONE'))), '')
                  as drops
         from pg_operator s
         join pg_namespace sn on sn.oid = s.oprnamespace
        where s.oid in (o.oprcom, o.oprnegate)
          and s.oprcode = 0) shell on true
 where o.oprcode <> 0
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   and not exists (select from pg_depend e
                    where (e.classid, e.objid, e.deptype) = ('pg_operator'::regclass, o.oid, 'e'))
 order by n.nspname, o.oprname, w.left_type, w.right_type;
