/* SPDX-License-Identifier: Apache-2.0 */
/* Fills batches of definitions, and finds out how they ended. */
#include "engine/postgres/batch.h"

#include <string.h>

#include "engine/postgres/pipeline.h"

enum {
    BATCH_STATEMENTS = 100, /* each may hold some locks, of which a server has some thousands */
    BATCH_BYTES = 64 * 1024,
    FLUSH_EVERY = 10,     /* statements: the server is to work meanwhile */
    STATEMENT_KEPT = 512, /* bytes, for messages */
    TEXTS_LIMIT = 1 << 24,
};

void batch_init(Batch *batch)
{
    *batch = (Batch){.limit = BATCH_STATEMENTS};
    buffer_init(&batch->texts, TEXTS_LIMIT);
}

void batch_free(Batch *batch)
{
    vec_free(&batch->sent);
    vec_free(&batch->ids);
    buffer_free(&batch->texts);
}

static void forget(Batch *batch)
{
    batch->sent.len = 0;
    batch->bytes = 0;
    batch->entries = 0;
    batch->ids.len = 0;
    batch->synced = false;
}

/* Reads the answers to all of the batch. The first failure is the one that counts: the others are
 * of statements that the server skipped for it, or of the commit. */
static bool read_answers(Batch *batch, PgConnection *connection, BatchFailure *failure, Error *err)
{
    bool ok = true;

    for (size_t i = 0; i <= batch->sent.len; i++) {
        Error answer = {0};
        bool skipped;
        bool synced;

        if (pg_pipeline_next(connection, &skipped, &synced, &answer)) {
            if (synced != (i == batch->sent.len)) {
                return error_set(err, ERR_INTERNAL, "the server's answers don't fit the questions");
            }
            continue;
        }
        if (ok) {
            *err = answer;
            if (i == batch->sent.len) {
                failure->label = "the commit of definitions";
            } else {
                failure->label = batch->texts.data + batch->sent.items[i].label;
                failure->statement = batch->texts.data + batch->sent.items[i].text;
            }
        }
        ok = false;
        if (answer.code != ERR_SERVER) { /* no more answers come */
            break;
        }
        if (i == batch->sent.len) { /* a deferred check: the commit failed, the sync is to come */
            i--;
        }
    }
    return ok;
}

/* Waits for a batch that has ended. */
static bool settle(Batch *batch, PgConnection *connection, uint64_t *done, BatchFailure *failure,
                   Error *err)
{
    bool ok = true;

    *failure = (BatchFailure){"", ""};
    if (batch->synced) {
        ok = read_answers(batch, connection, failure, err);
    }
    if (ok) {
        *done += batch->entries;
        batch->cut = batch->cut && batch->entries == 0;
    }
    forget(batch);
    return ok;
}

static size_t keep(Batch *batch, const char *text)
{
    size_t place = batch->texts.len;

    buffer_append(&batch->texts, text, strnlen(text, STATEMENT_KEPT));
    buffer_append(&batch->texts, "", 1);
    return place;
}

static bool remember(Batch *batch, const char *label, const char *sql, Error *err)
{
    BatchStatement statement;

    if (batch->sent.len == 0) {
        buffer_clear(&batch->texts);
        batch->last_label = keep(batch, label);
    } else if (strncmp(batch->texts.data + batch->last_label, label, STATEMENT_KEPT - 1) != 0) {
        batch->last_label = keep(batch, label);
    }
    statement = (BatchStatement){.label = batch->last_label, .text = keep(batch, sql)};
    if (!vec_push(&batch->sent, statement)) {
        return error_set_memory(err, "a batch of statements");
    }
    batch->bytes += strlen(sql);
    return buffer_ok(&batch->texts, "a batch of statements", err);
}

/* What becomes done with the batch is written down in it. */
static bool write_down(Batch *batch, PgConnection *connection, Error *err)
{
    Buffer sql;
    bool ok;

    if (batch->put_done == NULL || batch->ids.len == 0) {
        return true;
    }
    buffer_init(&sql, TEXTS_LIMIT);
    batch->put_done(&sql, batch->ids.items, batch->ids.len, UINT32_MAX);
    ok = buffer_ok(&sql, "a batch of statements", err) &&
         pg_pipeline_send(connection, sql.data, err) &&
         remember(batch, "the journal of the restore", sql.data, err);
    buffer_free(&sql);
    return ok;
}

static bool end_batch(Batch *batch, PgConnection *connection, Error *err)
{
    if (batch->sent.len > 0 && !batch->synced) {
        if (!write_down(batch, connection, err) || !pg_pipeline_sync(connection, err)) {
            return pg_pipeline_abandon(connection);
        }
        batch->synced = true;
    }
    return true;
}

/* Out of the pipeline, after all answers. */
static bool leave(Batch *batch, PgConnection *connection, Error *err)
{
    bool piped = batch->piped;

    batch->piped = false;
    return !piped || pg_pipeline_end(connection, err);
}

bool batch_add(Batch *batch, PgConnection *connection, const char *label, const char *sql,
               uint64_t *done, BatchFailure *failure, Error *err)
{
    Error ignored = {0};

    *failure = (BatchFailure){"", ""};
    if (batch->synced && !settle(batch, connection, done, failure, err)) {
        (void)!leave(batch, connection, &ignored);
        return false;
    }
    if (!batch->piped) {
        if (!pg_pipeline_begin(connection, err)) {
            return false;
        }
        batch->piped = true;
    }
    return (pg_pipeline_send(connection, sql, err) && remember(batch, label, sql, err) &&
            (batch->sent.len % FLUSH_EVERY != 0 || pg_pipeline_flush(connection, err))) ||
           pg_pipeline_abandon(connection);
}

static bool is_full(const Batch *batch)
{
    return batch->sent.len >= batch->limit || batch->bytes >= BATCH_BYTES;
}

bool batch_end_entry(Batch *batch, PgConnection *connection, uint32_t id, Error *err)
{
    if (id != 0 && !batch->synced && !vec_push(&batch->ids, id)) {
        return error_set_memory(err, "a batch of statements");
    }
    batch->entries++;
    return (!is_full(batch) && !batch->cut) || end_batch(batch, connection, err);
}

bool batch_cut_entry(Batch *batch, PgConnection *connection, Error *err)
{
    if (!is_full(batch)) {
        return true;
    }
    batch->cut = true;
    return end_batch(batch, connection, err);
}

bool batch_flush(Batch *batch, PgConnection *connection, uint64_t *done, BatchFailure *failure,
                 Error *err)
{
    Error ignored = {0};
    bool ok;

    *failure = (BatchFailure){"", ""};
    ok = end_batch(batch, connection, err) && settle(batch, connection, done, failure, err);
    return leave(batch, connection, ok ? err : &ignored) && ok;
}
