/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/mysql/bulk.h"

#include <stdlib.h>
#include <string.h>

enum { HEAD_SIZE = 64 /* bytes of the command; its columns' types come on top of it */ };

bool my_has_bulk(const MyConnection *connection)
{
    unsigned long capabilities = 0; /* as libmariadb writes it */

    return my_is_mariadb(connection) &&
           mariadb_get_infov(my_handle(connection), MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES,
                             &capabilities) == 0 &&
           (capabilities & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
}

static bool fail(const MyBulk *bulk, Error *err)
{
    MYSQL_STMT *statement = bulk->statement;

    return my_fail(bulk->connection, mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement),
                   mysql_stmt_error(statement), err);
}

static bool prepare(MyBulk *bulk, const char *insert, Error *err)
{
    bool ok;

    if (!my_calls_begin(bulk->connection, "PREPARE INSERT", err)) {
        return false;
    }
    ok = mysql_stmt_prepare(bulk->statement, insert, strlen(insert)) == 0 || fail(bulk, err);
    return my_calls_end(bulk->connection, ok, err);
}

bool my_bulk_open(MyBulk *bulk, MyConnection *connection, const char *insert, size_t n_columns,
                  Error *err)
{
    MyBulk made = {.connection = connection, .n_columns = n_columns};

    made.statement = mysql_stmt_init(my_handle(connection));
    made.binds = calloc(n_columns, sizeof *made.binds);
    if (made.statement == NULL || made.binds == NULL) {
        my_bulk_close(&made);
        return error_set_memory(err, "a prepared statement");
    }
    if (!prepare(&made, insert, err)) {
        my_bulk_close(&made);
        return false;
    }
    *bulk = made;
    return true;
}

void my_bulk_close(MyBulk *bulk)
{
    Error ignored = {0};

    if (bulk->statement != NULL) {
        (void)!my_calls_begin(bulk->connection, "CLOSE", &ignored);
        (void)mysql_stmt_close(bulk->statement); /* what can fail here, the next statement says */
        (void)!my_calls_end(bulk->connection, true, &ignored);
    }
    free(bulk->starts);
    free(bulk->lens);
    free(bulk->indicators);
    free(bulk->binds);
    *bulk = (MyBulk){0};
}

size_t my_bulk_size(const MyBulk *bulk, const MysqlCells *cells)
{
    size_t size = HEAD_SIZE + 2 * bulk->n_columns + cells->bytes.len;

    for (size_t i = 0; i < cells->items.len; i++) { /* an indicator, and a length of 1 to 9 bytes */
        size += cells->items.items[i].len <= 250 ? 2 : 10;
    }
    return size;
}

/* --- Rows --------------------------------------------------------------------------------- */

static bool make_room(MyBulk *bulk, size_t n, Error *err)
{
    if (n <= bulk->room) {
        return true;
    }
    free(bulk->starts);
    free(bulk->lens);
    free(bulk->indicators);
    bulk->starts = calloc(n, sizeof *bulk->starts);
    bulk->lens = calloc(n, sizeof *bulk->lens);
    bulk->indicators = calloc(n, sizeof *bulk->indicators);
    bulk->room = n;
    if (bulk->starts == NULL || bulk->lens == NULL || bulk->indicators == NULL) {
        bulk->room = 0;
        return error_set_memory(err, "rows");
    }
    return true;
}

/* From rows to columns. */
static void turn(MyBulk *bulk, const MysqlCells *cells, size_t n_rows)
{
    const MysqlCell *cell = cells->items.items;
    char *p = cells->bytes.data;

    for (size_t row = 0; row < n_rows; row++) {
        for (size_t column = 0; column < bulk->n_columns; column++, cell++) {
            size_t place = column * n_rows + row;

            bulk->starts[place] = p;
            bulk->lens[place] = cell->len;
            bulk->indicators[place] = cell->is_null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
            p += cell->len;
        }
    }
    for (size_t i = 0; i < bulk->n_columns; i++) {
        bulk->binds[i] = (MYSQL_BIND){
            .buffer_type = MYSQL_TYPE_BLOB,
            .buffer = &bulk->starts[i * n_rows],
            .length = &bulk->lens[i * n_rows],
            .u.indicator = &bulk->indicators[i * n_rows],
        };
    }
}

bool my_bulk_run(MyBulk *bulk, const MysqlCells *cells, Error *err)
{
    unsigned n_rows = (unsigned)(cells->items.len / bulk->n_columns);
    bool ok;

    if (!make_room(bulk, cells->items.len, err) ||
        !my_calls_begin(bulk->connection, "PREPARED INSERT", err)) {
        return false;
    }
    turn(bulk, cells, n_rows);
    ok = (mysql_stmt_attr_set(bulk->statement, STMT_ATTR_ARRAY_SIZE, &n_rows) == 0 &&
          mysql_stmt_bind_param(bulk->statement, bulk->binds) == 0 &&
          mysql_stmt_execute(bulk->statement) == 0) ||
         fail(bulk, err);
    my_trace(bulk->connection)->data_rows = ok ? n_rows : 0;
    my_trace(bulk->connection)->data_bytes = cells->bytes.len;
    return my_calls_end(bulk->connection, ok, err);
}
