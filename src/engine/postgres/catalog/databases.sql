-- SPDX-License-Identifier: Apache-2.0
-- The server's databases, template1 first; template0 is every server's own. One whose DROP broke off
-- (its connection limit is -2) can only be dropped. size_bytes is null where the user may not know.
select d.datname as name,
       d.datallowconn and d.datconnlimit <> -2 as allows_connections,
       d.datistemplate as is_template,
       case when d.datallowconn and d.datconnlimit <> -2
             and (has_database_privilege(d.oid, 'CONNECT')
                  or pg_has_role('pg_read_all_stats', 'USAGE'))
            then pg_database_size(d.oid) end as size_bytes
  from pg_database d
 where d.datname <> 'template0'
 order by d.datname <> 'template1', d.datname;
