/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table's rows. libpq hands out one row at a time, and each goes straight to where the compressor
 * takes its text from.
 */
#include "engine/postgres/copy_out.h"

#include <stdlib.h>
#include <string.h>

#include "engine/postgres/definition.h"

enum {
    REPORT_BYTES = 128 * 1024, /* of text between two events */
    HEADING_LIMIT = 1 << 20,
};

typedef struct CopyOut {
    PgConnection *connection;
    const EngineContext *context;
    const CatalogItem *item;
    EntryOut *out;
    Buffer heading; /* of each block */
    uint64_t rows;
    uint64_t bytes_unreported;
    uint64_t rows_unreported;
} CopyOut;

static void report(CopyOut *copy)
{
    event_progress(copy->context->events, copy->bytes_unreported, copy->rows_unreported, 0);
    copy->bytes_unreported = 0;
    copy->rows_unreported = 0;
}

/* --- Blocks ------------------------------------------------------------------------------- */

static bool begin_block(CopyOut *copy, Error *err)
{
    return entry_out_write(copy->out, copy->heading.data, copy->heading.len, err);
}

static bool end_block(CopyOut *copy, Error *err)
{
    static const char end[] = "\\.\n\n";

    return entry_out_write(copy->out, end, sizeof end - 1, err);
}

static bool add_row(CopyOut *copy, const char *row, size_t len, Error *err)
{
    EntryOut *out = copy->out;

    if (entry_out_is_full(out) &&
        (!end_block(copy, err) || !entry_out_cut(out, err) || !begin_block(copy, err))) {
        return false;
    }
    out->rows++;
    copy->rows++;
    copy->rows_unreported++;
    copy->bytes_unreported += len;
    if (copy->bytes_unreported >= REPORT_BYTES) {
        report(copy);
    }
    return entry_out_write(out, row, len, err);
}

/* --- The server's side -------------------------------------------------------------------- */

static bool begin_copy(CopyOut *copy, Error *err)
{
    const char *sql = copy->item->copy_out;
    PGresult *result = NULL;
    bool ok;

    if (!pg_send(copy->connection, sql, false, err) ||
        !pg_next_result(copy->connection, &result, err)) {
        return false;
    }
    ok = result != NULL && PQresultStatus(result) == PGRES_COPY_OUT;
    PQclear(result);
    return ok || error_set(err, ERR_INTERNAL, "not a COPY TO STDOUT: %s", sql);
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
            report(copy);
            return true;
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

bool copy_out_write(PgConnection *connection, const EngineContext *context, const CatalogItem *item,
                    EntryOut *out, Error *err)
{
    CopyOut copy = {.connection = connection, .context = context, .item = item, .out = out};
    bool ok;

    if (item->copy_in == NULL) {
        return error_set(err, ERR_INTERNAL, "catalog/%s.sql returns no copy_in", item->of->file);
    }
    buffer_init(&copy.heading, HEADING_LIMIT);
    definition_heading(item, 0, &copy.heading);
    buffer_puts(&copy.heading, item->copy_in);
    buffer_putc(&copy.heading, '\n');
    ok = buffer_ok(&copy.heading, "the heading of a table's data", err) && begin_copy(&copy, err) &&
         begin_block(&copy, err) && copy_rows(&copy, err) && check_end(&copy, err) &&
         end_block(&copy, err);
    buffer_free(&copy.heading);
    return ok;
}
