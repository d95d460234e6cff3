/* SPDX-License-Identifier: Apache-2.0 */
/* The database that a restore goes into, as it is before anything is done to it. */
#include "engine/mysql/restore_target.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/mysql/journal.h"
#include "sql/mysql_quote.h"

enum { SQL_LIMIT = 1 << 20 };

/* How many rows there are in a table of information_schema whose column is the target's name. */
static bool count(RestoreSession *session, const char *table, const char *column, uint64_t *n,
                  Error *err)
{
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_printf(&sql, "SELECT count(*) FROM information_schema.%s WHERE ", table);
    mysql_put_is_database(&sql, column, session->place.database);
    ok = buffer_ok(&sql, "a query", err) && my_ask_number(session->connection, sql.data, n, err);
    buffer_free(&sql);
    return ok;
}

/* Beside the journal of an earlier restore. */
static bool check_empty(RestoreSession *session, Error *err)
{
    uint64_t relations = 0;
    uint64_t others = 0;

    if (!count(session, "TABLES", "TABLE_SCHEMA", &relations, err) ||
        !count(session, "ROUTINES", "ROUTINE_SCHEMA", &others, err)) {
        return false;
    }
    if (relations + others == (session->left_over ? 1 : 0)) {
        return true;
    }
    session->mixed = !session->target.clean;
    if (session->target.clean || session->target.allow_not_empty) {
        return true;
    }
    (void)error_set(err, ERR_REFUSED,
                    "the database \"%s\" is not empty: it holds %" PRIu64 " tables, views and "
                    "sequences, %" PRIu64 " routines",
                    session->place.database, relations, others);
    return error_hint(err, "Restore into a new one with --target NAME --create; or drop first what "
                           "the backup holds (--clean); or add to it with --confirm.");
}

/* MariaDB looks for a database's events by a name in any case: DROP DATABASE upper takes along
 * those of UPPER. Seen with 10.11. */
static bool check_may_be_dropped(RestoreSession *session, Error *err)
{
    const char *name = session->place.database;
    MYSQL_RES *result;
    MYSQL_ROW row;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "SELECT EVENT_SCHEMA FROM information_schema.EVENTS WHERE"
                      " @@lower_case_table_names = 0 AND lower(EVENT_SCHEMA) = lower(");
    mysql_quote_literal(&sql, name);
    buffer_puts(&sql, ") AND binary EVENT_SCHEMA <> ");
    mysql_quote_literal(&sql, name);
    buffer_puts(&sql, " LIMIT 1");
    ok = buffer_ok(&sql, "a query", err) && my_query(session->connection, sql.data, &result, err);
    buffer_free(&sql);
    if (!ok) {
        return false;
    }
    row = mysql_fetch_row(result);
    if (row != NULL) {
        (void)error_set(err, ERR_REFUSED,
                        "this server would drop the events of the database \"%s\" along with the "
                        "database \"%s\"",
                        row[0], name);
        (void)error_hint(err, "Drop both of them yourself, and restore both without --clean.");
    }
    ok = row == NULL;
    mysql_free_result(result);
    return ok;
}

bool my_look_at_target(RestoreSession *session, Error *err)
{
    uint64_t there = 0;

    if (!count(session, "SCHEMATA", "SCHEMA_NAME", &there, err)) {
        return false;
    }
    if (session->target.create) {
        if (there == 0) {
            return true;
        }
        if (session->target.clean) {
            return !my_is_mariadb(session->connection) || check_may_be_dropped(session, err);
        }
        (void)error_set(err, ERR_REFUSED, "the database \"%s\" exists already",
                        session->place.database);
        return error_hint(err, "Name another with --target; or leave --create out to restore into "
                               "this one.");
    }
    if (there == 0) {
        (void)error_set(err, ERR_CONNECT, "there is no database \"%s\" on the server",
                        session->place.database);
        return error_hint(err, "Add --create to have it made, or name another with --target.");
    }
    return my_journal_look(session, err) && (session->resumed || check_empty(session, err));
}

static bool has_entry(const Toc *toc, const char *kind, const char *name)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        if (strcmp(toc->entries.items[i].kind, kind) == 0 &&
            strcmp(toc->entries.items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

bool my_check_triggers(RestoreSession *session, const Toc *toc, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS"
                      " WHERE EVENT_MANIPULATION = 'INSERT' AND ");
    mysql_put_is_database(&sql, "TRIGGER_SCHEMA", session->place.database);
    ok = buffer_ok(&sql, "a query", err) && my_query(session->connection, sql.data, &result, err);
    buffer_free(&sql);
    if (!ok) {
        return false;
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        if (has_entry(toc, "TABLE DATA", row[0]) &&
            !(session->target.clean && has_entry(toc, "TABLE", row[0]))) {
            ok = error_set(err, ERR_REFUSED,
                           "the trigger \"%s\" would change the rows that are restored into the "
                           "table \"%s\", or others with them",
                           row[1], row[0]);
            (void)error_hint(err, "Drop the table's triggers first, and restore them afterwards; "
                                  "or restore into a new database.");
        }
    }
    mysql_free_result(result);
    return ok;
}
