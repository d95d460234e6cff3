/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bound is the key of a piece's last row, kept as two conditions: rows up to it, and rows behind
 * it. One is the other's opposite, so each row is in exactly one piece, whatever the server makes
 * of the literals, as long as they aren't NULL to it.
 */
#include "engine/mysql/ranges.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/mysql/definition.h"
#include "engine/mysql/rows.h"
#include "sql/mysql_quote.h"

enum {
    PIECE_BYTES = 12 * 1024 * 1024, /* of the table: 4 to 24 MiB of text, mostly */
    PIECES_MAX = 65536,
    SPARE = 8, /* one piece more for each so many, for tables with more rows than estimated */
};

typedef struct Bound {
    char *up_to;
    char *behind;
} Bound;

struct MyRanges {
    VEC(MyColumn) key; /* the columns of it that bound a piece */
    uint64_t rows;     /* of a piece */
    /* Guarded by the lock. */
    pthread_mutex_t lock;
    VEC(Bound) bounds; /* of the pieces from the first on */
    bool ended;        /* behind the last bound there are fewer rows than a piece has */
};

void my_ranges_free(MyRanges *ranges)
{
    if (ranges == NULL) {
        return;
    }
    for (size_t i = 0; i < ranges->bounds.len; i++) {
        free(ranges->bounds.items[i].up_to);
        free(ranges->bounds.items[i].behind);
    }
    vec_free(&ranges->bounds);
    vec_free(&ranges->key);
    (void)pthread_mutex_destroy(&ranges->lock);
    free(ranges);
}

/* --- Which tables ------------------------------------------------------------------------- */

/* A key of which a column counts in part only, or downwards, is of use up to there. */
static const char keys_query[] =
    "SELECT TABLE_NAME, COLUMN_NAME, SUB_PART IS NULL AND coalesce(COLLATION, 'A') = 'A'"
    "  FROM information_schema.STATISTICS WHERE " MY_OF_DATABASE(
        "TABLE_SCHEMA") " AND INDEX_NAME = 'PRIMARY'"
                        " ORDER BY binary TABLE_NAME, SEQ_IN_INDEX";

/* InnoDB keeps the rows in the order of the primary key. */
static bool is_large(const MyRelation *relation)
{
    return relation->kind == MY_TABLE && !relation->is_versioned &&
           strcmp(relation->engine == NULL ? "" : relation->engine, "InnoDB") == 0 &&
           relation->size >= 2 * (uint64_t)PIECE_BYTES && relation->row_estimate > 0;
}

static const MyColumn *find_column(const MyRelation *table, const char *name)
{
    for (size_t i = 0; i < table->columns.len; i++) {
        const MyColumn *column = &table->columns.items[i];

        if (strcmp(column->name, name) == 0) {
            return column->has_literals ? column : NULL;
        }
    }
    return NULL;
}

static MyRanges *new_ranges(MyRelation *table)
{
    uint64_t pieces = table->size / PIECE_BYTES;
    MyRanges *ranges = calloc(1, sizeof *ranges);

    if (ranges != NULL) {
        (void)pthread_mutex_init(&ranges->lock, NULL);
        pieces = pieces < PIECES_MAX ? pieces : PIECES_MAX;
        ranges->rows = table->row_estimate / pieces + 1;
        table->n_ranges = (uint32_t)(pieces + pieces / SPARE + 1);
    }
    return ranges;
}

/* A row of the keys' list. *ended: the table of which no further column is of use. */
static bool add_key_column(MyCatalog *catalog, MYSQL_ROW row, const MyRelation **ended)
{
    MyRelation *table = my_catalog_find(catalog, row[0]);
    const MyColumn *column;

    if (table == NULL || table == *ended || !is_large(table)) {
        return true;
    }
    column = strcmp(row[2], "1") == 0 ? find_column(table, row[1]) : NULL;
    if (column == NULL) {
        *ended = table;
        return true;
    }
    if (table->ranges == NULL) {
        table->ranges = new_ranges(table);
    }
    return table->ranges != NULL && vec_push(&table->ranges->key, *column);
}

static bool any_large(const MyCatalog *catalog)
{
    for (size_t i = 0; i < catalog->relations.len; i++) {
        if (is_large(&catalog->relations.items[i])) {
            return true;
        }
    }
    return false;
}

bool my_ranges_choose(MyCatalog *catalog, Error *err)
{
    const MyRelation *ended = NULL;
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (!any_large(catalog)) {
        return true;
    }
    if (!my_catalog_query(catalog, keys_query, &result, err)) {
        return false;
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        ok = add_key_column(catalog, row, &ended);
    }
    mysql_free_result(result);
    return ok || error_set_memory(err, "the catalog");
}

/* --- Bounds ------------------------------------------------------------------------------- */

static void put_key(const MyRanges *ranges, Buffer *sql)
{
    for (size_t i = 0; i < ranges->key.len; i++) {
        buffer_puts(sql, i == 0 ? "" : ", ");
        mysql_quote_identifier(sql, ranges->key.items[i].name);
    }
}

/* (a > 1 OR (a = 1 AND (b > 2))), which the server finds in the index; (a, b) > (1, 2) it doesn't.
 * `last` is the comparison of the last column. */
static char *condition(const MyRanges *ranges, MYSQL_ROW values, const unsigned long *lengths,
                       const char *compare, const char *last, Error *err)
{
    char *text = NULL;
    Buffer sql;

    buffer_init(&sql, MY_DEFINITION_LIMIT);
    for (size_t i = 0; i < ranges->key.len; i++) {
        const MyColumn *column = &ranges->key.items[i];
        bool is_last = i + 1 == ranges->key.len;

        buffer_putc(&sql, '(');
        mysql_quote_identifier(&sql, column->name);
        buffer_puts(&sql, is_last ? last : compare);
        my_rows_put_value(&sql, column, values[i], lengths[i]);
        if (!is_last) {
            buffer_puts(&sql, " OR (");
            mysql_quote_identifier(&sql, column->name);
            buffer_puts(&sql, " = ");
            my_rows_put_value(&sql, column, values[i], lengths[i]);
            buffer_puts(&sql, " AND ");
        }
    }
    for (size_t i = 0; i < ranges->key.len; i++) {
        buffer_puts(&sql, i == 0 ? ")" : "))");
    }
    if (buffer_ok(&sql, "a key", err)) {
        text = strdup(sql.data);
        if (text == NULL) {
            (void)error_set_memory(err, "a key");
        }
    }
    buffer_free(&sql);
    return text;
}

static bool add_bound(MyRanges *ranges, MYSQL_ROW values, const unsigned long *lengths, Error *err)
{
    Bound bound = {
        .up_to = condition(ranges, values, lengths, " < ", " <= ", err),
        .behind = condition(ranges, values, lengths, " > ", " > ", err),
    };

    if (bound.up_to != NULL && bound.behind != NULL && vec_push(&ranges->bounds, bound)) {
        return true;
    }
    free(bound.up_to);
    free(bound.behind);
    return err->code == ERR_NONE ? error_set_memory(err, "a key") : false;
}

/* Goes along the key to the last row of the next piece. */
static bool walk(MyCatalog *catalog, const MyRelation *table, Error *err)
{
    MyRanges *ranges = table->ranges;
    MYSQL_RES *result = NULL;
    MYSQL_ROW row;
    Buffer sql;
    bool ok;

    buffer_init(&sql, MY_DEFINITION_LIMIT);
    buffer_puts(&sql, "SELECT ");
    put_key(ranges, &sql);
    buffer_puts(&sql, " FROM ");
    mysql_quote_identifier(&sql, table->name);
    buffer_puts(&sql, " FORCE INDEX (PRIMARY)");
    if (ranges->bounds.len > 0) {
        buffer_puts(&sql, " WHERE ");
        buffer_puts(&sql, ranges->bounds.items[ranges->bounds.len - 1].behind);
    }
    buffer_puts(&sql, " ORDER BY ");
    put_key(ranges, &sql);
    buffer_printf(&sql, " LIMIT 1 OFFSET %llu", (unsigned long long)(ranges->rows - 1));
    ok = buffer_ok(&sql, "a query", err) && my_query(catalog->connection, sql.data, &result, err);
    if (ok) {
        row = mysql_fetch_row(result);
        ranges->ended = row == NULL;
        ok = row == NULL || add_bound(ranges, row, mysql_fetch_lengths(result), err);
    }
    mysql_free_result(result);
    buffer_free(&sql);
    return ok;
}

/* Of a piece that lies behind the end there are no rows. The last one has no bound. */
static void put_where(const MyRanges *ranges, uint32_t piece, Buffer *sql)
{
    size_t n = ranges->bounds.len;

    if (piece > n) {
        buffer_puts(sql, " WHERE 1 = 0");
        return;
    }
    if (piece > 0) {
        buffer_puts(sql, " WHERE ");
        buffer_puts(sql, ranges->bounds.items[piece - 1].behind);
    }
    if (piece < n) {
        buffer_puts(sql, piece > 0 ? " AND " : " WHERE ");
        buffer_puts(sql, ranges->bounds.items[piece].up_to);
    }
}

bool my_ranges_put(MyCatalog *catalog, const MyRelation *table, uint32_t piece, Buffer *sql,
                   Error *err)
{
    MyRanges *ranges = table->ranges;
    size_t wanted = piece + 1 == table->n_ranges ? piece : piece + 1;
    bool ok = true;

    if (ranges == NULL) {
        return true;
    }
    buffer_puts(sql, " FORCE INDEX (PRIMARY)");
    (void)pthread_mutex_lock(&ranges->lock);
    while (ok && !ranges->ended && ranges->bounds.len < wanted) {
        ok = walk(catalog, table, err);
    }
    if (ok) {
        put_where(ranges, piece, sql);
    }
    (void)pthread_mutex_unlock(&ranges->lock);
    return ok;
}
