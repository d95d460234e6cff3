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
    SQL_LIMIT = 1 << 20,
    PIECE_BYTES = 12 * 1024 * 1024, /* of heap and TOAST: 4 to 24 MiB of text, mostly */
    PIECES_MAX = 65536,
};

typedef struct CopyOut {
    PgConnection *connection;
    const EngineContext *context;
    EntryOut *out;
    Buffer heading; /* of each block */
    uint64_t rows;
    uint64_t bytes_unreported;
    uint64_t rows_unreported;
} CopyOut;

/* --- Pieces ------------------------------------------------------------------------------- */

/* Pages in each piece, but for the last, which is open to the end. */
static uint64_t piece_pages(const CatalogItem *item)
{
    uint64_t wanted = item->size_bytes / PIECE_BYTES;
    uint64_t pieces = wanted < 1 ? 1 : wanted > PIECES_MAX ? PIECES_MAX : wanted;

    return item->heap_pages / pieces + 1;
}

uint32_t copy_out_pieces(const CatalogItem *item)
{
    uint64_t pages = piece_pages(item);
    uint64_t pieces = (item->heap_pages + pages - 1) / pages;

    return item->copy_range == NULL || pieces < 2 ? 0 : (uint32_t)pieces;
}

/* The statement that sends the piece. */
static void put_copy(const CatalogItem *item, uint32_t piece, Buffer *sql)
{
    uint32_t n_pieces = copy_out_pieces(item);
    unsigned long long pages = piece_pages(item);

    if (n_pieces == 0) {
        buffer_puts(sql, item->copy_out);
        return;
    }
    buffer_printf(sql, "%s ctid >= '(%llu,0)'", item->copy_range, piece * pages);
    if (piece + 1 < n_pieces) { /* what came behind the last page since isn't in the snapshot */
        buffer_printf(sql, " AND ctid < '(%llu,0)'", (piece + 1) * pages);
    }
    buffer_puts(sql, ") TO STDOUT;");
}

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
    entry_out_count(out, row, len - 1); /* its newline is none of it */
    copy->rows++;
    copy->rows_unreported++;
    copy->bytes_unreported += len;
    if (copy->bytes_unreported >= REPORT_BYTES) {
        report(copy);
    }
    return entry_out_write(out, row, len, err);
}

/* --- The server's side -------------------------------------------------------------------- */

/* The first lock holds for as long as the transaction, so whoever wants one that excludes it waits,
 * and this session would wait behind him, for ever. */
static bool explain_lock(const CatalogItem *item, Error *err)
{
    if (strcmp(err->sqlstate, "55P03") != 0) {
        return false;
    }
    (void)error_prefix(err, "another session waits for an exclusive lock on %s", item->table);
    return error_hint(err, "Let ALTER TABLE, TRUNCATE, VACUUM FULL and the like wait until the "
                           "backup is over, or use -j 1, which needs no second lock.");
}

/* Lock and COPY are sent in one go. A worker gives back the lock of the table before: the leader
 * has it, too, and a server's room for locks doesn't hold those of many tables several times. */
static bool begin_copy(CopyOut *copy, const CatalogItem *item, uint32_t piece, bool lock_first,
                       Error *err)
{
    PGresult *result = NULL;
    ExecStatusType status;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    if (lock_first) {
        buffer_printf(&sql,
                      "ROLLBACK TO SAVEPOINT dbbackup;"
                      "LOCK TABLE ONLY %s IN ACCESS SHARE MODE NOWAIT;",
                      item->table);
    }
    put_copy(item, piece, &sql);
    ok =
        buffer_ok(&sql, "a COPY statement", err) && pg_send(copy->connection, sql.data, false, err);
    buffer_free(&sql);
    do {
        if (!ok || !pg_next_result(copy->connection, &result, err)) {
            return explain_lock(item, err);
        }
        status = result == NULL ? PGRES_FATAL_ERROR : PQresultStatus(result);
        PQclear(result);
    } while (status == PGRES_COMMAND_OK);
    return status == PGRES_COPY_OUT ||
           error_set(err, ERR_INTERNAL, "not a COPY TO STDOUT: %s", item->copy_out);
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

bool copy_out_write(const Catalog *catalog, const CatalogItem *item, uint32_t piece,
                    bool lock_first, EntryOut *out, Error *err)
{
    CopyOut copy = {.connection = catalog->connection, .context = catalog->context, .out = out};
    bool ok;

    if (item->copy_in == NULL || item->table == NULL) {
        return error_set(err, ERR_INTERNAL, "catalog/%s.sql returns no copy_in or no table",
                         item->of->file);
    }
    buffer_init(&copy.heading, SQL_LIMIT);
    definition_heading(item, 0, &copy.heading);
    buffer_puts(&copy.heading, item->copy_in);
    buffer_putc(&copy.heading, '\n');
    ok = buffer_ok(&copy.heading, "the heading of a table's data", err) &&
         begin_copy(&copy, item, piece, lock_first, err) && begin_block(&copy, err) &&
         copy_rows(&copy, err) && check_end(&copy, err) && end_block(&copy, err);
    buffer_free(&copy.heading);
    return ok;
}
