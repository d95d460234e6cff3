/* SPDX-License-Identifier: Apache-2.0 */
/* Locks for tables without transactions, the snapshot for all others, and where in the binary log
 * that is. */
#include "engine/mysql/snapshot.h"

#include <string.h>

#include "sql/mysql_quote.h"

enum { SQL_LIMIT = 64 * 1024 * 1024 };

bool my_snapshot_session(MyConnection *connection, Error *err)
{
    static const char *const settings[] = {
        "SET NAMES utf8mb4",
        "SET character_set_results = NULL", /* values and definitions in their own */
        "SET time_zone = '+00:00'",
        "SET sql_mode = ''",
        "SET sql_quote_show_create = 1",
        "SET SESSION net_write_timeout = 3600", /* a slow disk is no reason to break off */
        "SET SESSION wait_timeout = 86400",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    };
    static const char *const of_mariadb[] = {
        "SET SESSION max_statement_time = 0",
    };
    static const char *const of_mysql[] = {
        "SET SESSION max_execution_time = 0",
        "/*!80000 SET SESSION information_schema_stats_expiry = 0 */",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        if (!my_exec_text(connection, settings[i], err)) {
            return false;
        }
    }
    for (size_t i = 0; my_is_mariadb(connection) && i < ARRAY_LENGTH(of_mariadb); i++) {
        if (!my_exec_text(connection, of_mariadb[i], err)) {
            return false;
        }
    }
    for (size_t i = 0; !my_is_mariadb(connection) && i < ARRAY_LENGTH(of_mysql); i++) {
        if (!my_exec_text(connection, of_mysql[i], err)) {
            return false;
        }
    }
    return true;
}

/* --- Locks -------------------------------------------------------------------------------- */

static bool needs_lock(const MyRelation *relation)
{
    return relation->kind == MY_TABLE && !relation->is_transactional;
}

/* "LOCK TABLES a READ, b READ", and the names alone for a message. False when there are none. */
static bool list_locks(const MyCatalog *catalog, Buffer *sql, Buffer *names)
{
    for (size_t i = 0; i < catalog->relations.len; i++) {
        const MyRelation *relation = &catalog->relations.items[i];

        if (needs_lock(relation)) {
            buffer_puts(sql, sql->len == 0 ? "LOCK TABLES " : ", ");
            mysql_quote_identifier(sql, catalog->database);
            buffer_putc(sql, '.');
            mysql_quote_identifier(sql, relation->name);
            buffer_puts(sql, " READ");
            buffer_puts(names, names->len == 0 ? "" : ", ");
            buffer_puts(names, relation->name);
        }
    }
    return sql->len > 0;
}

static bool take_locks(MySnapshot *snapshot, const MyCatalog *catalog, const char *sql,
                       const char *names, Error *err)
{
    if (!my_connect_beside(catalog->connection, &snapshot->locks, err) ||
        !my_exec_text(snapshot->locks, "SET SESSION wait_timeout = 86400", err)) {
        return false;
    }
    if (my_exec_text(snapshot->locks, sql, err)) {
        return true;
    }
    if (err->code != ERR_SERVER || my_errno(snapshot->locks) != MY_ER_DBACCESS_DENIED) {
        return false;
    }
    event_text(catalog->context.events, EVENT_WARNING,
               "the user may not lock tables (LOCK TABLES), and these know no transactions: what "
               "is written to them during the backup may be in it or not: %s",
               names);
    error_clear(err);
    return true;
}

static bool lock_tables(MySnapshot *snapshot, const MyCatalog *catalog, Error *err)
{
    Buffer sql;
    Buffer names;
    bool ok = true;

    buffer_init(&sql, SQL_LIMIT);
    buffer_init(&names, SQL_LIMIT);
    if (list_locks(catalog, &sql, &names)) {
        ok = buffer_ok(&sql, "a lock", err) && buffer_ok(&names, "a lock", err) &&
             take_locks(snapshot, catalog, sql.data, names.data, err);
    }
    buffer_free(&sql);
    buffer_free(&names);
    return ok;
}

/* --- The snapshot ------------------------------------------------------------------------- */

/* MariaDB knows where in the binary log the snapshot is; with MySQL that takes a lock on all of the
 * server, which isn't worth it for a note. */
static bool note_position(MyCatalog *catalog, Toc *toc, Error *err)
{
    const char *file = NULL;
    const char *position = NULL;
    MYSQL_RES *result;
    MYSQL_ROW row;

    if (!my_is_mariadb(catalog->connection)) {
        return true;
    }
    if (!my_query(catalog->connection, "SHOW STATUS LIKE 'binlog_snapshot_%'", &result, err)) {
        return false;
    }
    while ((row = mysql_fetch_row(result)) != NULL) {
        if (strcmp(row[0], "Binlog_snapshot_file") == 0) {
            file = row[1];
        } else if (strcmp(row[0], "Binlog_snapshot_position") == 0) {
            position = row[1];
        }
    }
    if (file != NULL && position != NULL && file[0] != '\0') {
        toc->info.snapshot = arena_printf(&toc->arena, "%s:%s", file, position);
    }
    mysql_free_result(result);
    return arena_ok(&toc->arena, "the snapshot", err);
}

bool my_snapshot_begin(MySnapshot *snapshot, MyCatalog *catalog, Toc *toc, Error *err)
{
    *snapshot = (MySnapshot){0};
    return lock_tables(snapshot, catalog, err) &&
           my_exec_text(catalog->connection,
                        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", err) &&
           note_position(catalog, toc, err);
}

void my_snapshot_end(MySnapshot *snapshot)
{
    my_disconnect(snapshot->locks); /* which unlocks */
    snapshot->locks = NULL;
}
