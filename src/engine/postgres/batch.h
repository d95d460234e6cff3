/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Definitions on their way: the statements of several entries, sent through a pipeline. A batch is
 * one transaction, so it is done as a whole or not at all; it ends where an entry ends. At most one
 * is under way: what fails isn't followed by others.
 */
#ifndef DBB_ENGINE_POSTGRES_BATCH_H
#define DBB_ENGINE_POSTGRES_BATCH_H

#include "base/buffer.h"
#include "base/vec.h"
#include "engine/postgres/connection.h"

/* A statement that was sent: where its entry's label and its own beginning stand in `texts`. */
typedef struct BatchStatement {
    size_t label;
    size_t text;
} BatchStatement;

typedef struct Batch {
    VEC(BatchStatement) sent;
    VEC(uint32_t) ids; /* of entries that are whole in it, for the journal */
    Buffer texts;
    size_t last_label; /* in `texts`, of the entry at work */
    size_t bytes;      /* of statements */
    size_t entries;    /* that are whole in it */
    size_t limit;      /* statements */
    /* The statement that writes the entries down; set while there is a journal. */
    void (*put_done)(Buffer *sql, const uint32_t *entries, size_t n, uint32_t chunk);
    bool piped;  /* the connection is in pipeline mode */
    bool synced; /* nothing more goes into it */
    bool cut;    /* some of an entry is done, perhaps, and the rest is not */
} Batch;

/* What a failed statement was: to explain the error with. */
typedef struct BatchFailure {
    const char *label;     /* both live until the next batch_add */
    const char *statement; /* its beginning; "" */
} BatchFailure;

void batch_init(Batch *batch);
void batch_free(Batch *batch);
/* Sends a statement of the entry with that label. It may wait for an earlier batch: *done grows by
 * the entries that are done by that. After a failure nothing is under way. */
bool batch_add(Batch *batch, PgConnection *connection, const char *label, const char *sql,
               uint64_t *done, BatchFailure *failure, Error *err) MUST_CHECK;
/* The entry is whole. id is what the journal gets to know; 0: nothing. */
bool batch_end_entry(Batch *batch, PgConnection *connection, uint32_t id, Error *err) MUST_CHECK;
/* Ends the transaction within an entry, if it has grown: for entries that are many things. */
bool batch_cut_entry(Batch *batch, PgConnection *connection, Error *err) MUST_CHECK;
/* Waits for all. The connection is out of the pipeline afterwards, also on failure. */
bool batch_flush(Batch *batch, PgConnection *connection, uint64_t *done, BatchFailure *failure,
                 Error *err) MUST_CHECK;

#endif
