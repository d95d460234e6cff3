/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/mysql/load.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/mysql/definition.h"
#include "engine/mysql/types.h"
#include "sql/mysql_quote.h"

enum {
    WORTH_IT = 32 * 1024,        /* bytes of a statement: a shorter one is as fast as it is */
    BULK_MOST = 8 * 1024 * 1024, /* of one: each of its cells may take 17 bytes more */
    COLUMNS_LIMIT = 64 * 1024 * 1024,
};

#define LINES_LIMIT ((size_t)3 << 30)

void my_load_init(MyLoad *load)
{
    *load = (MyLoad){0};
    buffer_init(&load->head, COLUMNS_LIMIT);
    buffer_init(&load->sql, COLUMNS_LIMIT);
    buffer_init(&load->values, COLUMNS_LIMIT);
    buffer_init(&load->cells.bytes, LINES_LIMIT);
    buffer_init(&load->names, COLUMNS_LIMIT);
    arena_init(&load->arena);
    buffer_init(&load->lines, LINES_LIMIT);
}

void my_load_free(MyLoad *load)
{
    buffer_free(&load->head);
    buffer_free(&load->sql);
    buffer_free(&load->values);
    my_bulk_close(&load->bulk);
    buffer_free(&load->cells.bytes);
    vec_free(&load->cells.items);
    buffer_free(&load->names);
    arena_free(&load->arena);
    vec_free(&load->columns);
    buffer_free(&load->lines);
}

/* --- What a server and a table are -------------------------------------------------------- */

static bool may_load(RestoreSession *session, bool *may, Error *err)
{
    if (session->loads == LOADS_UNKNOWN) {
        bool yes;

        if (!my_ask(session->connection, "SELECT @@local_infile", &yes, err)) {
            return false;
        }
        session->loads = yes ? LOADS : LOADS_NOT;
    }
    *may = session->loads == LOADS;
    return true;
}

/* "SCHEMA = 'shop' AND NAME = 'orders'", of columns of these names. */
static void put_table(Buffer *sql, const RestoreSession *session, const char *schema_column,
                      const char *name_column, const char *table)
{
    buffer_printf(sql, "%s = ", schema_column);
    mysql_quote_literal(sql, session->place.database);
    buffer_printf(sql, " AND %s = ", name_column);
    mysql_quote_literal(sql, table);
}

/* What isn't InnoDB's can't be undone; and what a trigger does is its own affair. */
static bool is_plain_table(RestoreSession *session, const char *table, bool *is, Error *err)
{
    Buffer sql;
    bool ok;

    buffer_init(&sql, COLUMNS_LIMIT);
    buffer_puts(&sql,
                "SELECT EXISTS (SELECT 1 FROM information_schema.TABLES WHERE "
                "TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') AND ENGINE = 'InnoDB' AND ");
    put_table(&sql, session, "TABLE_SCHEMA", "TABLE_NAME", table);
    buffer_puts(&sql, ") AND NOT EXISTS (SELECT 1 FROM information_schema.TRIGGERS WHERE ");
    put_table(&sql, session, "EVENT_OBJECT_SCHEMA", "EVENT_OBJECT_TABLE", table);
    buffer_puts(&sql, ")");
    ok = buffer_ok(&sql, "a query", err) && my_ask(session->connection, sql.data, is, err);
    buffer_free(&sql);
    return ok;
}

/* --- Columns ------------------------------------------------------------------------------ */

/* *as_text: the server must be told that it is text, for it wouldn't take bytes, or read them. */
static bool kind_of(const char *type, const char *charset, MysqlLoadKind *kind, bool *as_text)
{
    static const char *const numbers[] = {"tinyint", "smallint", "mediumint", "int",    "bigint",
                                          "decimal", "year",     "float",     "double", NULL};
    static const char *const times[] = {"date", "time", "datetime", "timestamp", NULL};
    static const char *const addresses[] = {"inet4", "inet6", "uuid", NULL};
    bool is_json = strcmp(type, "json") == 0;

    *as_text = is_json || my_is_one_of(type, addresses);
    *kind = my_is_one_of(type, numbers)                           ? MYSQL_LOAD_NUMBER
            : my_is_one_of(type, times) || (*as_text && !is_json) ? MYSQL_LOAD_PLAIN
            : my_type_is_bytes(type) || (charset != NULL && strcmp(charset, "binary") == 0)
                ? MYSQL_LOAD_BYTES
                : MYSQL_LOAD_TEXT;
    return is_json || *kind != MYSQL_LOAD_TEXT || charset != NULL;
}

/* row: the column's, with its table's name before. What has to be told goes behind the list. */
static bool add_column(MyLoad *load, const char *name, MYSQL_ROW row, Buffer *set)
{
    MysqlLoadColumn column = {0};
    size_t i = load->columns.len;
    bool as_text;

    if (!kind_of(row[2], row[3], &column.kind, &as_text)) {
        return false;
    }
    column.charset = arena_strdup(&load->arena, row[3] == NULL ? "utf8mb4" : row[3]);
    buffer_puts(&load->sql, i == 0 ? "" : ",");
    buffer_puts(&load->values, i == 0 ? "(" : ",");
    buffer_puts(&load->values, as_text ? "CONVERT(? USING utf8mb4)" : "?");
    if (as_text) {
        buffer_printf(&load->sql, "@dbbackup_%zu", i);
        buffer_puts(set, set->len == 0 ? " SET " : ",");
        mysql_quote_identifier(set, name);
        buffer_printf(set, "=CONVERT(@dbbackup_%zu USING utf8mb4)", i);
    } else {
        mysql_quote_identifier(&load->sql, name);
    }
    return vec_push(&load->columns, column);
}

/* The table's name may be that of several, which differ in case. */
static MYSQL_ROW find_column(MYSQL_RES *columns, const char *table, const char *name)
{
    MYSQL_ROW row;

    mysql_data_seek(columns, 0);
    while ((row = mysql_fetch_row(columns)) != NULL &&
           (strcmp(row[0], table) != 0 || strcmp(row[1], name) != 0)) {
    }
    return row;
}

/* The times of a row, which no list of columns has where the table doesn't name them. */
static bool is_time(const char *name)
{
    return strcmp(name, "row_start") == 0 || strcmp(name, "row_end") == 0;
}

/* False: one of them isn't known. */
static bool put_columns(MyLoad *load, MYSQL_RES *columns, size_t n)
{
    const char *table = load->names.data;
    const char *name = table + strlen(table) + 1;
    bool ok = true;
    Buffer set;

    buffer_init(&set, COLUMNS_LIMIT);
    buffer_puts(&load->sql, "LOAD DATA LOCAL INFILE 'rows' INTO TABLE ");
    mysql_quote_identifier(&load->sql, table);
    buffer_puts(&load->sql, " CHARACTER SET binary FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\'"
                            " LINES TERMINATED BY '\\n' (");
    for (size_t i = 0; i < n && ok; i++, name += strlen(name) + 1) {
        char *time[] = {NULL, NULL, (char[]){"timestamp"}, NULL};
        MYSQL_ROW row = find_column(columns, table, name);

        row = row == NULL && is_time(name) ? time : row;
        ok = row != NULL && add_column(load, name, row, &set);
    }
    buffer_putc(&load->sql, ')');
    buffer_putc(&load->values, ')');
    buffer_append(&load->sql, set.data, set.len);
    ok = ok && !set.no_memory && !set.over_limit;
    buffer_free(&set);
    return ok;
}

static bool ask_columns(RestoreSession *session, const char *table, MYSQL_RES **out, Error *err)
{
    Buffer sql;
    bool ok;

    buffer_init(&sql, COLUMNS_LIMIT);
    buffer_puts(&sql, "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_SET_NAME"
                      " FROM information_schema.COLUMNS WHERE ");
    put_table(&sql, session, "TABLE_SCHEMA", "TABLE_NAME", table);
    ok = buffer_ok(&sql, "a query", err) && my_query(session->connection, sql.data, out, err);
    buffer_free(&sql);
    return ok;
}

/* For INSERTs that begin as this one does. */
static bool prepare(MyLoad *load, RestoreSession *session, const SqlToken *insert, Error *err)
{
    MYSQL_RES *columns;
    size_t n;
    size_t head;

    my_load_free(load);
    my_load_init(load);
    head = mysql_load_head(insert->text, insert->len, &load->names, &n);
    buffer_append(&load->head, insert->text, head);
    if (!buffer_ok(&load->names, "columns", err) || !buffer_ok(&load->head, "columns", err)) {
        return false;
    }
    if (head == 0) {
        return true;
    }
    if (!is_plain_table(session, load->names.data, &load->is_good, err)) {
        return false;
    }
    if (load->is_good) {
        if (!ask_columns(session, load->names.data, &columns, err)) {
            return false;
        }
        load->is_good = put_columns(load, columns, n);
        mysql_free_result(columns);
    }
    load->by_bulk = load->is_good && my_has_bulk(session->connection);
    return buffer_ok(&load->sql, "columns", err) && buffer_ok(&load->values, "columns", err) &&
           arena_ok(&load->arena, "columns", err);
}

/* --- Loading ------------------------------------------------------------------------------ */

/* A lock that wasn't to be had isn't the LOAD's fault, and the server may have rolled back all. */
static bool is_final(const RestoreSession *session, const Error *err)
{
    unsigned number = my_errno(session->connection);

    return err->code != ERR_SERVER || number == MY_ER_DEADLOCK || number == MY_ER_LOCK_WAIT_TIMEOUT;
}

static bool undo(RestoreSession *session, Error *err)
{
    return my_exec_text(session->connection, "ROLLBACK TO SAVEPOINT dbbackup", err);
}

/* Whether the error lets another way be tried; then it is passed over. */
static bool pass_over(RestoreSession *session, const char *what, Error *err)
{
    if (is_final(session, err)) {
        session->failed = my_errno(session->connection);
        return false;
    }
    event_debug(session->context.events, clock_monotonic(), "session %u: %s",
                my_trace(session->connection)->session, what);
    error_clear(err);
    return true;
}

/* *done: all rows came in, as they are. */
static bool see_rows(MyLoad *load, RestoreSession *session, uint64_t rows, bool *done, Error *err)
{
    MyConnection *connection = session->connection;

    *done = my_affected_rows(connection) == rows && my_warning_count(connection) == 0;
    load->is_good = *done;
    if (*done) {
        return true;
    }
    event_debug(session->context.events, clock_monotonic(), "session %u: by INSERT instead",
                my_trace(connection)->session);
    return undo(session, err);
}

static bool load_lines(MyLoad *load, RestoreSession *session, uint64_t rows, bool *done, Error *err)
{
    if (!my_exec_text(session->connection, "SAVEPOINT dbbackup", err)) {
        return false;
    }
    if (my_load(session->connection, load->sql.data, load->lines.data, load->lines.len, err)) {
        return see_rows(load, session, rows, done, err);
    }
    load->is_good = false;
    return pass_over(session, "not by LOAD DATA", err) && undo(session, err);
}

static bool open_bulk(MyLoad *load, RestoreSession *session, Error *err)
{
    Buffer insert;
    bool ok;

    if (load->bulk.statement != NULL) {
        return true;
    }
    buffer_init(&insert, COLUMNS_LIMIT);
    buffer_append(&insert, load->head.data, load->head.len);
    buffer_append(&insert, load->values.data, load->values.len);
    ok = buffer_ok(&insert, "columns", err) &&
         my_bulk_open(&load->bulk, session->connection, insert.data, load->columns.len, err);
    buffer_free(&insert);
    return ok;
}

static bool load_cells(MyLoad *load, RestoreSession *session, uint64_t rows, bool *done, Error *err)
{
    if (!my_exec_text(session->connection, "SAVEPOINT dbbackup", err)) {
        return false;
    }
    if (open_bulk(load, session, err) && my_bulk_run(&load->bulk, &load->cells, err)) {
        return see_rows(load, session, rows, done, err);
    }
    load->by_bulk = false;
    return pass_over(session, "not by a prepared INSERT", err) && undo(session, err);
}

/* Whether INSERTs that begin as this one does can be loaded. */
static bool see_head(MyLoad *load, RestoreSession *session, const SqlToken *insert, Error *err)
{
    return (load->head.len != 0 && insert->len >= load->head.len &&
            memcmp(load->head.data, insert->text, load->head.len) == 0) ||
           prepare(load, session, insert, err);
}

static bool try_bulk(MyLoad *load, RestoreSession *session, const char *text, size_t len,
                     bool *done, uint64_t *rows, Error *err)
{
    MysqlCells *cells = &load->cells;
    bool ok;

    if (len > BULK_MOST) {
        return true;
    }
    ok = mysql_load_cells(load->columns.items, load->columns.len, text, len, cells, rows);
    if (!buffer_ok(&cells->bytes, "rows", err)) {
        return false;
    }
    return !ok || my_bulk_size(&load->bulk, cells) > session->packet_limit
               ? true
               : load_cells(load, session, *rows, done, err);
}

static bool try_load(MyLoad *load, RestoreSession *session, const char *text, size_t len,
                     bool *done, uint64_t *rows, Error *err)
{
    bool may;

    if (!may_load(session, &may, err)) {
        return false;
    }
    buffer_clear(&load->lines);
    if (!may ||
        !mysql_load_rows(load->columns.items, load->columns.len, text, len, &load->lines, rows)) {
        return true;
    }
    return buffer_ok(&load->lines, "rows", err) && load_lines(load, session, *rows, done, err);
}

bool my_load_insert(MyLoad *load, RestoreSession *session, const SqlToken *insert, bool *done,
                    uint64_t *rows, Error *err)
{
    const char *text;
    size_t len;

    *done = false;
    if (insert->len < WORTH_IT) {
        return true;
    }
    if (!see_head(load, session, insert, err)) {
        return false;
    }
    text = insert->text + load->head.len;
    len = insert->len - load->head.len;
    if (load->is_good && load->by_bulk &&
        (!try_bulk(load, session, text, len, done, rows, err) || *done)) {
        return *done;
    }
    return !load->is_good || try_load(load, session, text, len, done, rows, err);
}
