/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table's rows. Values come as text in the columns' own character sets (character_set_results is
 * NULL) and are written so that the server stores the same bytes again: text of the script's own
 * character set as it is, ASCII of others, too, and all else of those as hex with its character
 * set's name. A newline in a value is written \n, so that a row is a line.
 */
#include "engine/mysql/rows.h"

#include <string.h>

#include "engine/mysql/definition.h"
#include "engine/mysql/history.h"
#include "engine/mysql/ranges.h"
#include "sql/mysql_quote.h"

enum {
    STATEMENT_TEXT = 1024 * 1024 - 64 * 1024, /* bytes: every server takes a packet of 1 MiB */
    REPORT_BYTES = 128 * 1024,                /* of text between two events */
    SEPARATOR = 2,                            /* bytes between two rows of a statement */
};

#define ROW_LIMIT ((size_t)3 << 30)

typedef struct Rows {
    const MyRelation *table;
    size_t n_columns; /* of the table's, those that are read now */
    const EngineContext *context;
    EntryOut *out;
    Buffer heading;   /* of each chunk */
    Buffer insert;    /* of each statement */
    Buffer row;       /* with the separator before it */
    size_t statement; /* bytes of the one at work; 0: none is */
    uint64_t bytes_unreported;
    uint64_t rows_unreported;
} Rows;

/* --- Statements --------------------------------------------------------------------------- */

static void put_select(const MyRelation *table, size_t n_columns, Buffer *sql)
{
    buffer_puts(sql, "SELECT /*!40001 SQL_NO_CACHE */ ");
    for (size_t i = 0; i < n_columns; i++) {
        const MyColumn *column = &table->columns.items[i];

        buffer_puts(sql, i == 0 ? "" : ", ");
        mysql_quote_identifier(sql, column->name);
        buffer_puts(sql, column->value == MY_REAL ? " * 1e0" : column->by_number ? " + 0" : "");
    }
    buffer_puts(sql, n_columns == 0 ? "1 FROM " : " FROM ");
    mysql_quote_identifier(sql, table->name);
}

static void put_insert(const MyRelation *table, size_t n_columns, Buffer *sql)
{
    buffer_puts(sql, "INSERT INTO ");
    mysql_quote_identifier(sql, table->name);
    buffer_puts(sql, " (");
    for (size_t i = 0; i < n_columns; i++) {
        buffer_puts(sql, i == 0 ? "" : ", ");
        mysql_quote_identifier(sql, table->columns.items[i].name);
    }
    buffer_puts(sql, ") VALUES\n");
}

/* --- Values ------------------------------------------------------------------------------- */

static bool is_ascii(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((text[i] & 0x80) != 0) {
            return false;
        }
    }
    return true;
}

void my_rows_put_value(Buffer *row, const MyColumn *column, const char *value, size_t len)
{
    switch (column->value) {
    case MY_NUMBER:
        buffer_append(row, value, len);
        break;
    case MY_REAL: /* the minus of zero is lost in a number that is no string */
        if (len > 0 && value[0] == '-' && value[1] == '0') {
            mysql_quote_bytes(row, value, len);
        } else {
            buffer_append(row, value, len);
        }
        break;
    case MY_TEXT:
        mysql_quote_bytes(row, value, len);
        break;
    case MY_OTHER_TEXT:
        if (mysql_charset_holds_ascii(column->charset) && is_ascii(value, len)) {
            mysql_quote_bytes(row, value, len);
        } else {
            buffer_printf(row, "_%s ", column->charset);
            mysql_quote_hex(row, value, len);
        }
        break;
    case MY_BYTES:
        mysql_quote_hex(row, value, len);
        break;
    }
}

static void put_row(Rows *rows, MYSQL_ROW values, const unsigned long *lengths)
{
    buffer_clear(&rows->row);
    buffer_append(&rows->row, ",\n(", SEPARATOR + 1);
    for (size_t i = 0; i < rows->n_columns; i++) {
        if (i > 0) {
            buffer_putc(&rows->row, ',');
        }
        if (values[i] == NULL) {
            buffer_append(&rows->row, "NULL", 4);
        } else {
            my_rows_put_value(&rows->row, &rows->table->columns.items[i], values[i], lengths[i]);
        }
    }
    buffer_putc(&rows->row, ')');
}

/* --- Chunks ------------------------------------------------------------------------------- */

static void report(Rows *rows)
{
    event_progress(rows->context->events, rows->bytes_unreported, rows->rows_unreported, 0);
    rows->bytes_unreported = 0;
    rows->rows_unreported = 0;
}

static bool put(Rows *rows, const Buffer *text, Error *err)
{
    return entry_out_write(rows->out, text->data, text->len, err);
}

static bool end_chunk(Rows *rows, Error *err)
{
    static const char end[] = ";\nCOMMIT;\n\n";
    static const char none[] = "COMMIT;\n\n";
    bool open = rows->statement > 0;

    rows->statement = 0;
    return open ? entry_out_write(rows->out, end, sizeof end - 1, err)
                : entry_out_write(rows->out, none, sizeof none - 1, err);
}

/* The row, behind the separator or as the first one of a statement. */
static bool put_in_place(Rows *rows, Error *err)
{
    static const char end[] = ";\n";

    if (entry_out_is_full(rows->out) && (!end_chunk(rows, err) || !entry_out_cut(rows->out, err) ||
                                         !put(rows, &rows->heading, err))) {
        return false;
    }
    if (rows->statement > 0 && rows->statement + rows->row.len <= STATEMENT_TEXT) {
        return put(rows, &rows->row, err);
    }
    if (rows->statement > 0 && !entry_out_write(rows->out, end, sizeof end - 1, err)) {
        return false;
    }
    rows->statement = rows->insert.len;
    return put(rows, &rows->insert, err) &&
           entry_out_write(rows->out, rows->row.data + SEPARATOR, rows->row.len - SEPARATOR, err);
}

static bool add_row(Rows *rows, Error *err)
{
    if (!buffer_ok(&rows->row, "a row", err) || !put_in_place(rows, err)) {
        return false;
    }
    rows->statement += rows->row.len;
    entry_out_count(rows->out, rows->row.data + SEPARATOR, rows->row.len - SEPARATOR);
    rows->rows_unreported++;
    rows->bytes_unreported += rows->row.len;
    if (rows->bytes_unreported >= REPORT_BYTES) {
        report(rows);
    }
    return true;
}

static bool read_rows(MyCatalog *catalog, Rows *rows, MYSQL_RES *result, Error *err)
{
    for (;;) {
        MYSQL_ROW values;

        if (!cancel_check(catalog->context.cancel, err) ||
            !my_next_row(catalog->connection, result, &values, err)) {
            return false;
        }
        if (values == NULL) {
            report(rows);
            return true;
        }
        put_row(rows, values, mysql_fetch_lengths(result));
        if (!add_row(rows, err)) {
            return false;
        }
    }
}

static void put_heading(const MyCatalog *catalog, const MyRelation *table, Buffer *heading)
{
    my_definition_heading(heading, "TABLE DATA", catalog->database, table->name);
    if (table->with_history) {
        buffer_puts(heading, "-- With rows of earlier times, which MariaDB takes since 10.11.\n"
                             "SET SESSION system_versioning_insert_history = 1;\n");
    }
    buffer_puts(heading, "START TRANSACTION;\n");
}

/* The rows of now, or those that are no more: of the columns of their times, the first don't get
 * the last one (history.h). They are never in one statement, for its columns are these. */
static bool write_rows(MyCatalog *catalog, Rows *rows, uint32_t piece, bool history, Error *err)
{
    const MyRelation *table = rows->table;
    MYSQL_RES *result = NULL;
    Buffer select;
    bool ok = rows->statement == 0 || entry_out_write(rows->out, ";\n", 2, err);

    rows->statement = 0;
    rows->n_columns = table->columns.len - (table->with_history && !history);
    buffer_clear(&rows->insert);
    put_insert(table, rows->n_columns, &rows->insert);
    buffer_init(&select, MY_DEFINITION_LIMIT);
    put_select(table, rows->n_columns, &select);
    if (history) {
        my_history_put_from(table, &select);
    }
    ok = ok && my_ranges_put(catalog, table, piece, &select, err) &&
         buffer_ok(&select, table->name, err) && buffer_ok(&rows->insert, table->name, err) &&
         my_stream(catalog->connection, select.data, &result, err) &&
         read_rows(catalog, rows, result, err);
    mysql_free_result(result);
    buffer_free(&select);
    return ok;
}

bool my_rows_write(MyCatalog *catalog, const MyRelation *table, uint32_t piece, EntryOut *out,
                   Error *err)
{
    Rows rows = {.table = table, .context = &catalog->context, .out = out};
    bool ok;

    buffer_init(&rows.heading, MY_DEFINITION_LIMIT);
    buffer_init(&rows.insert, MY_DEFINITION_LIMIT);
    buffer_init(&rows.row, ROW_LIMIT);
    put_heading(catalog, table, &rows.heading);
    ok = buffer_ok(&rows.heading, table->name, err) && put(&rows, &rows.heading, err) &&
         write_rows(catalog, &rows, piece, false, err) &&
         (!table->with_history || write_rows(catalog, &rows, piece, true, err)) &&
         end_chunk(&rows, err);
    buffer_free(&rows.heading);
    buffer_free(&rows.insert);
    buffer_free(&rows.row);
    return ok;
}
