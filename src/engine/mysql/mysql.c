/* SPDX-License-Identifier: Apache-2.0 */
/* The engine for MySQL and MariaDB: its functions, by the names that engine.h gives them. */
#include <string.h>

#include "engine/mysql/backup.h"
#include "engine/mysql/describe.h"
#include "engine/mysql/globals.h"
#include "engine/mysql/restore.h"

static bool reads(const char *dbms)
{
    return strcmp(dbms, "mysql") == 0 || strcmp(dbms, "mariadb") == 0;
}

const Engine mysql_engine = {
    .name = "mysql",
    .servers = "MySQL and MariaDB",
    .dialect = SQL_MYSQL,
    .mixes_databases = true,
    .reads = reads,
    .describe = mysql_describe,
    .backup_begin = mysql_backup_begin,
    .backup_worker = mysql_backup_worker,
    .backup_write = mysql_backup_write,
    .backup_end = mysql_backup_end,
    .restore_begin = mysql_restore_begin,
    .restore_prepare = mysql_restore_prepare,
    .restore_entry = mysql_restore_entry,
    .restore_chunk = mysql_restore_chunk,
    .restore_flush = mysql_restore_flush,
    .restore_again = mysql_restore_again,
    .restore_script = mysql_restore_script,
    .restore_worker = mysql_restore_worker,
    .restore_worker_end = mysql_restore_worker_end,
    .restore_finish = mysql_restore_finish,
    .restore_end = mysql_restore_end,
    .list_databases = mysql_list_databases,
    .drop_database = mysql_drop_database,
    .globals_backup = mysql_globals_backup,
    .globals_restore = mysql_globals_restore,
};
