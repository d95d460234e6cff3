-- SPDX-License-Identifier: Apache-2.0
-- Names besides those of relations that can be chosen or left out. The schema dbbackup_restore is the
-- journal that a restore keeps until it is done. It belongs to the backup: else what comes of that
-- would look whole.
select 'schema' as type, nspname as name,
       case when nspname = 'dbbackup_restore'
            then format('the database "%s" holds an unfinished restore: this is a backup of what has '
                        'come so far, and so is all that is restored from it', current_database())
        end as warning
  from pg_namespace
 where nspname !~ '^pg_' and nspname <> 'information_schema' or nspname = 'pg_catalog'
union all
select 'extension', extname, null
  from pg_extension
 where oid >= 16384
 order by type, name;
