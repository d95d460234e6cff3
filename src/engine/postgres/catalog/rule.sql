-- SPDX-License-Identifier: Apache-2.0
-- Rewrite rules and whether they fire. A view's own rule (_RETURN) is the view.
select 'pg_rewrite'::regclass::oid as classid, r.oid as objid, 'RULE' as kind,
       n.nspname as schema, format('%s %s', t.relname, r.rulename) as name, null::name as owner,
       format('RULE %I ON %I.%I', r.rulename, n.nspname, t.relname) as target,
       concat(pg_get_ruledef(r.oid),
              case when r.ev_enabled <> 'O'
                   then format(E'\nALTER TABLE %I.%I %s RULE %I;', n.nspname, t.relname,
                               case r.ev_enabled when 'D' then 'DISABLE'
                                                 when 'R' then 'ENABLE REPLICA'
                                                 else 'ENABLE ALWAYS' end, r.rulename) end)
           as create_sql,
       t.oid as table_oid
  from pg_rewrite r
  join pg_class t on t.oid = r.ev_class
  join pg_namespace n on n.oid = t.relnamespace
 where r.ev_type <> '1'
   and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and t.oid not in (select objid from pg_depend
                     where refclassid = 'pg_extension'::regclass
                       and classid = 'pg_class'::regclass and deptype = 'e')
   and t.oid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, t.relname, r.rulename;
