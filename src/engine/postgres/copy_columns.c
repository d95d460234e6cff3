/* SPDX-License-Identifier: Apache-2.0 */
/* The types of the columns that a restore's rows go into. */
#include "engine/postgres/copy_columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "engine/postgres/catalog.h"

enum { RECEIVE_MAX = 64 /* bytes of a function's name, with its NUL */ };

typedef struct Table {
    const char *copy_in;
    BinaryColumns columns;
} Table;

struct CopyColumns {
    Arena arena;
    VEC(Table) tables; /* those that pay, by copy_in */
};

/* Which types a server reads faster in their binary form, so much that the conversion pays. */
static bool pays(const BinaryColumns *columns)
{
    for (size_t i = 0; i < columns->n; i++) {
        switch (columns->types[i]) {
        case BINARY_FLOAT4:
        case BINARY_FLOAT8:
        case BINARY_NUMERIC:
        case BINARY_DATE:
        case BINARY_TIMESTAMP:
        case BINARY_TIMESTAMPTZ:
        case BINARY_UUID:
        case BINARY_BYTEA:
        case BINARY_JSONB:
            return true;
        default:
            break;
        }
    }
    return false;
}

/* The number of columns; 0 when not all of them are known. */
static size_t find_types(const char *receive, BinaryType *types)
{
    size_t n = 0;

    while (*receive != '\0') {
        char name[RECEIVE_MAX];
        size_t len = strcspn(receive, " ");

        if (n == COPY_COLUMNS_MAX || len >= sizeof name) {
            return 0;
        }
        memcpy(name, receive, len);
        name[len] = '\0';
        if (!binary_type_find(name, &types[n])) {
            return 0;
        }
        n++;
        receive += len + (receive[len] == ' ');
    }
    return n;
}

static bool add_table(CopyColumns *columns, const char *copy_in, const char *receive)
{
    BinaryType types[COPY_COLUMNS_MAX];
    Table table = {.columns = {types, find_types(receive, types)}};
    size_t size = table.columns.n * sizeof *types;
    BinaryType *kept;

    if (!pays(&table.columns)) {
        return true;
    }
    kept = arena_alloc(&columns->arena, size);
    if (kept != NULL) {
        memcpy(kept, types, size);
    }
    table.columns.types = kept;
    table.copy_in = arena_strdup(&columns->arena, copy_in);
    return vec_push(&columns->tables, table);
}

static int compare(const void *left, const void *right)
{
    return strcmp(((const Table *)left)->copy_in, ((const Table *)right)->copy_in);
}

static bool add_tables(CopyColumns *columns, const PGresult *rows, Error *err)
{
    static const char file[] = "copy_columns";
    int copy_in;
    int receive;

    if (!catalog_column(rows, file, "copy_in", &copy_in, err) ||
        !catalog_column(rows, file, "receive", &receive, err)) {
        return false;
    }
    for (int row = 0; row < PQntuples(rows); row++) {
        if (!add_table(columns, PQgetvalue(rows, row, copy_in), PQgetvalue(rows, row, receive))) {
            return error_set_memory(err, "the types of columns");
        }
    }
    if (!arena_ok(&columns->arena, "the types of columns", err)) {
        return false;
    }
    if (columns->tables.len > 0) {
        qsort(columns->tables.items, columns->tables.len, sizeof(Table), compare);
    }
    return true;
}

bool copy_columns_read(PgConnection *connection, CopyColumns **out, Error *err)
{
    CopyColumns *columns = calloc(1, sizeof *columns);
    PGresult *rows = NULL;
    bool ok;

    if (columns == NULL) {
        return error_set_memory(err, "the types of columns");
    }
    arena_init(&columns->arena);
    ok = catalog_query_on(connection, "copy_columns", &rows, err) && add_tables(columns, rows, err);
    PQclear(rows);
    if (!ok) {
        copy_columns_free(columns);
        return false;
    }
    *out = columns;
    return true;
}

void copy_columns_free(CopyColumns *columns)
{
    if (columns != NULL) {
        arena_free(&columns->arena);
        vec_free(&columns->tables);
        free(columns);
    }
}

/* Encodings in which a byte below 128 is always the ASCII character. */
static bool is_plain_encoding(PgConnection *connection)
{
    const char *name = PQparameterStatus(pg_handle(connection), "client_encoding");

    return name != NULL && (strcmp(name, "UTF8") == 0 || strcmp(name, "SQL_ASCII") == 0 ||
                            strncmp(name, "LATIN", 5) == 0);
}

const BinaryColumns *copy_columns_find(const CopyColumns *columns, PgConnection *connection,
                                       const char *statement)
{
    Table wanted = {.copy_in = statement};
    const Table *found;

    if (columns->tables.len == 0 || !is_plain_encoding(connection)) {
        return NULL;
    }
    found = bsearch(&wanted, columns->tables.items, columns->tables.len, sizeof wanted, compare);
    return found == NULL ? NULL : &found->columns;
}

bool copy_columns_choose(PgConnection *connection, const char *receive, BinaryType *types,
                         size_t *n)
{
    BinaryColumns columns = {types, find_types(receive, types)};

    *n = columns.n;
    return pays(&columns) && is_plain_encoding(connection);
}
