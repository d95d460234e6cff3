/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table's rows. libpq hands out one row at a time; they are gathered, so that compressor and
 * progress see pieces of a fair size. A row that is large by itself passes through uncopied.
 */
#include "engine/postgres/copy_out.h"

#include <stdlib.h>
#include <string.h>

#include "engine/postgres/definition.h"

enum {
    GATHER_BYTES = 128 * 1024,
    LARGE_ROW = 32 * 1024, /* not worth copying */
    HEADING_LIMIT = 1 << 20,
};

typedef struct CopyOut {
    PgConnection *connection;
    const EngineContext *context;
    Writer *out;
    Buffer gathered;
    uint64_t rows;
    uint64_t rows_reported;
} CopyOut;

static bool write_piece(CopyOut *copy, const char *data, size_t len, Error *err)
{
    if (len > 0 && !writer_write(copy->out, data, len, err)) {
        return false;
    }
    event_progress(copy->context->events, len, copy->rows - copy->rows_reported, 0);
    copy->rows_reported = copy->rows;
    return true;
}

static bool write_gathered(CopyOut *copy, Error *err)
{
    bool ok = buffer_ok(&copy->gathered, "a piece of a table", err) &&
              write_piece(copy, copy->gathered.data, copy->gathered.len, err);

    buffer_clear(&copy->gathered);
    return ok;
}

static bool add_row(CopyOut *copy, const char *row, size_t len, Error *err)
{
    if (copy->gathered.len + len > GATHER_BYTES && !write_gathered(copy, err)) {
        return false;
    }
    copy->rows++;
    if (len >= LARGE_ROW) {
        return write_gathered(copy, err) && write_piece(copy, row, len, err);
    }
    buffer_append(&copy->gathered, row, len);
    return true;
}

static bool copy_rows(CopyOut *copy, Error *err)
{
    for (;;) {
        char *row = NULL;
        size_t len;
        bool ok;

        if (!pg_copy_row(copy->connection, &row, &len, err)) {
            return false;
        }
        if (row == NULL) {
            return write_gathered(copy, err);
        }
        ok = add_row(copy, row, len, err);
        PQfreemem(row);
        if (!ok) {
            return false;
        }
    }
}

/* The statement's end: the server must have sent as many rows as we have written. */
static bool check_end(CopyOut *copy, Error *err)
{
    PGresult *result;
    bool tagged = false;

    for (;;) {
        if (!pg_next_result(copy->connection, &result, err)) {
            return false;
        }
        if (result == NULL) {
            break;
        }
        tagged = PQresultStatus(result) == PGRES_COMMAND_OK &&
                 strncmp(PQcmdStatus(result), "COPY ", 5) == 0 &&
                 strtoull(PQcmdTuples(result), NULL, 10) == copy->rows;
        PQclear(result);
    }
    return tagged || error_set(err, ERR_INTERNAL,
                               "the server's number of rows differs from the %llu received",
                               (unsigned long long)copy->rows);
}

static bool begin_copy(CopyOut *copy, const CatalogItem *item, Error *err)
{
    PGresult *result = NULL;
    bool ok;

    if (!pg_send(copy->connection, item->copy_out, false, err) ||
        !pg_next_result(copy->connection, &result, err)) {
        return false;
    }
    ok = result != NULL && PQresultStatus(result) == PGRES_COPY_OUT;
    PQclear(result);
    return ok || error_set(err, ERR_INTERNAL, "not a COPY TO STDOUT: %s", item->copy_out);
}

static bool write_block(CopyOut *copy, const CatalogItem *item, Error *err)
{
    static const char end[] = "\\.\n\n";
    Buffer heading;
    bool ok;

    buffer_init(&heading, HEADING_LIMIT);
    definition_heading(item, 0, &heading);
    buffer_puts(&heading, item->copy_in);
    buffer_putc(&heading, '\n');
    ok = buffer_ok(&heading, "the heading of a table's data", err) && begin_copy(copy, item, err) &&
         writer_write(copy->out, heading.data, heading.len, err) && copy_rows(copy, err) &&
         check_end(copy, err) && writer_write(copy->out, end, sizeof end - 1, err);
    buffer_free(&heading);
    return ok;
}

bool copy_out_write(PgConnection *connection, const EngineContext *context, const CatalogItem *item,
                    Writer *out, uint64_t *rows, Error *err)
{
    CopyOut copy = {.connection = connection, .context = context, .out = out};
    bool ok;

    if (item->copy_in == NULL) {
        return error_set(err, ERR_INTERNAL, "catalog/%s.sql returns no copy_in", item->of->file);
    }
    buffer_init(&copy.gathered, GATHER_BYTES + LARGE_ROW);
    ok = write_block(&copy, item, err);
    buffer_free(&copy.gathered);
    if (ok) {
        *rows = copy.rows;
    }
    return ok;
}
