/* SPDX-License-Identifier: Apache-2.0 */
/* The PostgreSQL engine: its functions, by the names that engine.h gives them. */
#include <string.h>

#include "engine/postgres/backup.h"
#include "engine/postgres/describe.h"
#include "engine/postgres/globals.h"
#include "engine/postgres/restore.h"

static bool reads(const char *dbms)
{
    return strcmp(dbms, "postgres") == 0;
}

static const char *const own_databases[] = {"postgres", "template1", NULL};

const Engine postgres_engine = {
    .name = "postgres",
    .servers = "PostgreSQL",
    .dialect = SQL_POSTGRES,
    .checks_keys = true,
    .reads = reads,
    .describe = postgres_describe,
    .backup_begin = postgres_backup_begin,
    .backup_worker = postgres_backup_worker,
    .backup_write = postgres_backup_write,
    .backup_end = postgres_backup_end,
    .restore_begin = postgres_restore_begin,
    .restore_prepare = postgres_restore_prepare,
    .restore_entry = postgres_restore_entry,
    .restore_chunk = postgres_restore_chunk,
    .restore_flush = postgres_restore_flush,
    .restore_again = postgres_restore_again,
    .restore_script = postgres_restore_script,
    .restore_worker = postgres_restore_worker,
    .restore_worker_end = postgres_restore_worker_end,
    .restore_finish = postgres_restore_finish,
    .restore_end = postgres_restore_end,
    .own_databases = own_databases,
    .list_databases = postgres_list_databases,
    .drop_database = postgres_drop_database,
    .globals_backup = postgres_globals_backup,
    .globals_restore = postgres_globals_restore,
};
