-- SPDX-License-Identifier: Apache-2.0
-- Extended statistics.
select 'pg_statistic_ext'::regclass::oid as classid, s.oid as objid, 'STATISTICS' as kind,
       n.nspname as schema, s.stxname as name, pg_get_userbyid(s.stxowner) as owner,
       format('STATISTICS %I.%I', n.nspname, s.stxname) as target,
       concat(pg_get_statisticsobjdef(s.oid), ';',
              case when s.stxstattarget >= 0                                            -- >=13
                   then format(E'\nALTER STATISTICS %I.%I SET STATISTICS %s;',          -- >=13
                               n.nspname, s.stxname, s.stxstattarget) end,              -- >=13
              '') as create_sql,
       s.stxrelid as table_oid
  from pg_statistic_ext s
  join pg_namespace n on n.oid = s.stxnamespace
 where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   and s.oid not in (select objid from pg_depend
                     where classid = 'pg_statistic_ext'::regclass and deptype = 'e')
   and s.stxrelid not in (select unnest(current_setting('dbbackup.left_out', true)::oid[]))
 order by n.nspname, s.stxname;
