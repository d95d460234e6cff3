/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements that are sent without waiting for the answer to each (libpq's pipeline mode). What was
 * sent between two syncs is one transaction, unless one is open; after a statement that fails, the
 * server skips those up to the next sync.
 *
 *     pg_pipeline_begin, pg_pipeline_send …, pg_pipeline_sync,
 *     pg_pipeline_next as often as was sent, and once more for the sync, pg_pipeline_end
 *
 * Within it nothing else may be done with the connection.
 */
#ifndef DBB_ENGINE_POSTGRES_PIPELINE_H
#define DBB_ENGINE_POSTGRES_PIPELINE_H

#include "engine/postgres/connection.h"

bool pg_pipeline_begin(PgConnection *connection, Error *err) MUST_CHECK;
/* One command; no COPY. */
bool pg_pipeline_send(PgConnection *connection, const char *sql, Error *err) MUST_CHECK;
/* What was sent so far goes to the server. */
bool pg_pipeline_flush(PgConnection *connection, Error *err) MUST_CHECK;
bool pg_pipeline_sync(PgConnection *connection, Error *err) MUST_CHECK;
/* Waits for the answer to the next of what was sent. err tells of a statement that failed (and what
 * comes next can still be waited for, unless ERR_LOST or ERR_CANCELLED). *skipped: the server
 * didn't run it. *synced: this was a sync. */
bool pg_pipeline_next(PgConnection *connection, bool *skipped, bool *synced, Error *err) MUST_CHECK;
/* After a send or sync that failed: without its sync the server would keep its answers to itself,
 * and whoever waited for them would wait for ever. The connection is of no more use. Returns false.
 */
bool pg_pipeline_abandon(PgConnection *connection);
/* After all answers. */
bool pg_pipeline_end(PgConnection *connection, Error *err) MUST_CHECK;

#endif
