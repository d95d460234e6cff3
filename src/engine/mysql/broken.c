/* SPDX-License-Identifier: Apache-2.0 */
/* The server is asked to prepare a view's query, and columns of a trigger are looked for. */
#include "engine/mysql/broken.h"

#include <string.h>

#include "sql/mysql_body.h"
#include "sql/mysql_quote.h"

enum {
    QUERY_LIMIT = 1 << 28,
    ER_BAD_DB = 1049,
    ER_BAD_FIELD = 1054,
    ER_PARSE = 1064,
    ER_NO_SUCH_TABLE = 1146,
    ER_NO_SUCH_ROUTINE = 1305,
    ER_NO_SUCH_USER = 1449, /* of a view that this one is made of */
    ER_ROUTINE_CORRUPT = 1457,
};

/* The first field of a query's only row, in the arena; NULL: there is none. */
static bool ask(MyCatalog *catalog, Buffer *sql, const char **out, Error *err)
{
    MYSQL_RES *result = NULL;
    MYSQL_ROW row;

    *out = NULL;
    if (!buffer_ok(sql, "a query", err) ||
        !my_query(catalog->connection, sql->data, &result, err)) {
        return false;
    }
    row = mysql_fetch_row(result);
    if (row != NULL && row[0] != NULL) {
        *out = arena_strdup(catalog->arena, row[0]);
    }
    mysql_free_result(result);
    return arena_ok(catalog->arena, "the catalog", err);
}

/* --- Views -------------------------------------------------------------------------------- */

static bool says_broken(unsigned number)
{
    static const unsigned numbers[] = {ER_BAD_DB,          ER_BAD_FIELD,       ER_NO_SUCH_TABLE,
                                       ER_NO_SUCH_ROUTINE, MY_ER_VIEW_INVALID, ER_NO_SUCH_USER};

    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
        if (number == numbers[i]) {
            return true;
        }
    }
    return false;
}

static bool prepare(MyCatalog *catalog, const char *query, const char **why, Error *err)
{
    Buffer sql;
    bool ok;

    buffer_init(&sql, QUERY_LIMIT);
    buffer_puts(&sql, "PREPARE dbbackup FROM ");
    mysql_quote_literal(&sql, query);
    ok = buffer_ok(&sql, "a query", err) && my_exec(catalog->connection, sql.data, sql.len, err);
    buffer_free(&sql);
    if (ok) {
        return my_exec_text(catalog->connection, "DEALLOCATE PREPARE dbbackup", err);
    }
    if (err->code != ERR_SERVER) {
        return false;
    }
    if (says_broken(my_errno(catalog->connection))) {
        *why = arena_strdup(catalog->arena, err->message);
    }
    error_clear(err);
    return arena_ok(catalog->arena, "the catalog", err);
}

bool my_broken_view(MyCatalog *catalog, const char *view, const char **why, Error *err)
{
    const char *query;
    Buffer sql;
    bool ok;

    *why = NULL;
    buffer_init(&sql, QUERY_LIMIT);
    buffer_puts(&sql, "SELECT VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ");
    mysql_quote_literal(&sql, catalog->database);
    buffer_puts(&sql, " AND TABLE_NAME = ");
    mysql_quote_literal(&sql, view);
    ok = ask(catalog, &sql, &query, err);
    buffer_free(&sql);
    return ok && (query == NULL || query[0] == '\0' || prepare(catalog, query, why, err));
}

/* --- Triggers ----------------------------------------------------------------------------- */

static bool has_column(MyCatalog *catalog, const MyRelation *table, const char *column, bool *has,
                       Error *err)
{
    const char *found;
    Buffer sql;
    bool ok;

    for (size_t i = 0; i < table->columns.len; i++) {
        if (strcmp(table->columns.items[i].name, column) == 0) {
            *has = true;
            return true;
        }
    }
    buffer_init(&sql, QUERY_LIMIT); /* a generated one, or spelt in another case */
    buffer_puts(&sql, "SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ");
    mysql_quote_literal(&sql, catalog->database);
    buffer_puts(&sql, " AND TABLE_NAME = ");
    mysql_quote_literal(&sql, table->name);
    buffer_puts(&sql, " AND COLUMN_NAME = ");
    mysql_quote_literal(&sql, column);
    ok = ask(catalog, &sql, &found, err);
    buffer_free(&sql);
    *has = found != NULL;
    return ok;
}

bool my_broken_trigger(MyCatalog *catalog, const MyRelation *table, const MyShown *shown,
                       const char **why, Error *err)
{
    const char *at = shown->sql;
    Buffer column;
    bool has = true;
    bool ok = true;

    *why = NULL;
    buffer_init(&column, QUERY_LIMIT);
    while (ok && has && mysql_next_row_column(&at, &column)) {
        ok = buffer_ok(&column, "a trigger", err) &&
             has_column(catalog, table, column.data, &has, err);
    }
    if (ok && !has) {
        *why = arena_printf(catalog->arena, "its table has no column %s", column.data);
        ok = arena_ok(catalog->arena, "the catalog", err);
    }
    buffer_free(&column);
    return ok;
}

/* --- Routines ----------------------------------------------------------------------------- */

bool my_broken_routine(MyCatalog *catalog, const char *name, const char **text, const char **why,
                       Error *err)
{
    unsigned number = my_errno(catalog->connection);
    Error ignored = {0};
    Buffer sql;
    bool ok;

    if (err->code != ERR_SERVER || (number != ER_PARSE && number != ER_ROUTINE_CORRUPT)) {
        return false;
    }
    buffer_init(&sql, QUERY_LIMIT);
    buffer_puts(&sql, "SELECT ROUTINE_DEFINITION FROM information_schema.ROUTINES"
                      " WHERE ROUTINE_SCHEMA = ");
    mysql_quote_literal(&sql, catalog->database);
    buffer_puts(&sql, " AND ROUTINE_NAME = ");
    mysql_quote_literal(&sql, name);
    ok = ask(catalog, &sql, text, &ignored);
    buffer_free(&sql);
    if (!ok || *text == NULL) {
        return false;
    }
    *why = "the server can't read it";
    error_clear(err);
    return true;
}

/* --- All ---------------------------------------------------------------------------------- */

void my_put_broken(Making *making, const char *kind, const char *name, const char *text,
                   const char *why)
{
    event_text(making->catalog->context.events, EVENT_WARNING,
               "%s %s is broken: %s. Its definition is in the backup as a comment, and isn't "
               "restored",
               kind, name, why);
    buffer_puts(&making->text, "-- ");
    for (const char *p = text; *p != '\0'; p++) {
        buffer_putc(&making->text, *p);
        if (*p == '\n') {
            buffer_puts(&making->text, "-- ");
        }
    }
    buffer_puts(&making->text, ";\n");
}
