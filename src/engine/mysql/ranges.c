/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts large tables into ranges of their primary keys. */
#include "engine/mysql/ranges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sql/mysql_quote.h"

enum {
    PIECE_BYTES = 12 * 1024 * 1024, /* of the table: 4 to 24 MiB of text, mostly */
    PIECES_MAX = 65536,
    SQL_LIMIT = 1 << 16,
};

static const char keys_query[] =
    "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE"
    " WHERE TABLE_SCHEMA = %s AND CONSTRAINT_NAME = 'PRIMARY' AND ORDINAL_POSITION = 1";

static bool is_large(const MyRelation *relation)
{
    return relation->kind == MY_TABLE && relation->is_transactional &&
           relation->size >= 2 * (uint64_t)PIECE_BYTES;
}

static const MyColumn *find_integer(const MyRelation *table, const char *name)
{
    for (size_t i = 0; i < table->columns.len; i++) {
        const MyColumn *column = &table->columns.items[i];

        if (strcmp(column->name, name) == 0) {
            return column->is_integer ? column : NULL;
        }
    }
    return NULL;
}

/* False for NULL, of an empty table, and for what is beyond 63 bits. */
static bool read_number(const char *text, int64_t *out)
{
    char *end;

    if (text == NULL) {
        return false;
    }
    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0';
}

static void set_ranges(MyRelation *table, const char *column, int64_t least, int64_t most)
{
    uint64_t width = (uint64_t)most - (uint64_t)least;
    uint64_t pieces = table->size / PIECE_BYTES;

    pieces = pieces < PIECES_MAX ? pieces : PIECES_MAX;
    if (width / pieces < 2) { /* few keys with many rows, or a table that was emptied */
        return;
    }
    table->range_column = column;
    table->range_begin = least;
    table->range_width = width / pieces + 1;
    table->n_ranges = (uint32_t)pieces;
}

static bool measure(MyCatalog *catalog, MyRelation *table, const char *column, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    int64_t least;
    int64_t most;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "SELECT MIN(");
    mysql_quote_identifier(&sql, column);
    buffer_puts(&sql, "), MAX(");
    mysql_quote_identifier(&sql, column);
    buffer_puts(&sql, ") FROM ");
    mysql_quote_identifier(&sql, table->name);
    ok = buffer_ok(&sql, "a query", err) && my_query(catalog->connection, sql.data, &result, err);
    buffer_free(&sql);
    if (!ok) {
        return error_prefix(err, "table %s", table->name);
    }
    row = mysql_fetch_row(result);
    if (row != NULL && read_number(row[0], &least) && read_number(row[1], &most)) {
        set_ranges(table, column, least, most);
    }
    mysql_free_result(result);
    return true;
}

/* The first columns of the large tables' primary keys, where they are integers. */
static bool find_keys(MyCatalog *catalog, const char **columns, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;

    if (!my_catalog_query(catalog, keys_query, &result, err)) {
        return false;
    }
    while ((row = mysql_fetch_row(result)) != NULL) {
        const MyRelation *table = my_catalog_find(catalog, row[0]);
        const MyColumn *column =
            table == NULL || !is_large(table) ? NULL : find_integer(table, row[1]);

        if (column != NULL) {
            columns[table - catalog->relations.items] = column->name;
        }
    }
    mysql_free_result(result);
    return true;
}

bool my_ranges_choose(MyCatalog *catalog, Error *err)
{
    const char **columns;
    bool any = false;
    bool ok;

    for (size_t i = 0; i < catalog->relations.len; i++) {
        any = any || is_large(&catalog->relations.items[i]);
    }
    if (!any) {
        return true;
    }
    columns = calloc(catalog->relations.len, sizeof *columns);
    if (columns == NULL) {
        return error_set_memory(err, "the catalog");
    }
    ok = find_keys(catalog, columns, err);
    for (size_t i = 0; ok && i < catalog->relations.len; i++) {
        ok = columns[i] == NULL || measure(catalog, &catalog->relations.items[i], columns[i], err);
    }
    free(columns);
    return ok;
}

void my_ranges_put(const MyRelation *table, uint32_t piece, Buffer *sql)
{
    int64_t begin = (int64_t)((uint64_t)table->range_begin + piece * table->range_width);
    int64_t end = (int64_t)((uint64_t)begin + table->range_width);

    if (table->n_ranges == 0) {
        return;
    }
    buffer_puts(sql, " WHERE ");
    if (piece > 0) {
        mysql_quote_identifier(sql, table->range_column);
        buffer_printf(sql, " >= %lld", (long long)begin);
        buffer_puts(sql, piece + 1 < table->n_ranges ? " AND " : "");
    }
    if (piece + 1 < table->n_ranges) { /* the last one is open to the end */
        mysql_quote_identifier(sql, table->range_column);
        buffer_printf(sql, " < %lld", (long long)end);
    }
}
