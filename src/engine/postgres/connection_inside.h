/* SPDX-License-Identifier: Apache-2.0 */
/* A connection's inside, shared by its files: connection.c, connect.c and pipeline.c. Nobody else
 * includes this. */
#ifndef DBB_ENGINE_POSTGRES_CONNECTION_INSIDE_H
#define DBB_ENGINE_POSTGRES_CONNECTION_INSIDE_H

#include "engine/postgres/connection.h"
#include "engine/trace.h"

enum { PG_POLL_MILLISECONDS = 200 /* how soon a cancel request is seen */ };

struct PgConnection {
    PGconn *handle;
    EngineContext context;
    double cancel_sent;     /* clock_monotonic() of our cancel request; 0 before */
    unsigned stall_seconds; /* of ServerOptions */
    unsigned silent;        /* milliseconds that we have waited, and nothing moved */
    bool is_probe;          /* it was made to find out about another one */
    Trace trace;
};

/* libpq ends its texts with newlines. */
void pg_copy_trimmed(char *out, size_t size, const char *text);
/* libpq itself failed: err tells why. Returns false. */
bool pg_handle_error(PgConnection *connection, Error *err);
/* Until the socket is ready for `events` of poll(), or PG_POLL_MILLISECONDS have gone by; passes a
 * cancel request on to the server. */
bool pg_wait(PgConnection *connection, short events, Error *err) MUST_CHECK;
/* Sends what libpq still holds. */
bool pg_flush(PgConnection *connection, Error *err) MUST_CHECK;
/* Nothing has moved for PG_POLL_MILLISECONDS. When that has gone on for too long, finds out whether
 * the server is at work; false: the connection is dead. */
bool pg_bear_silence(PgConnection *connection, short events, Error *err) MUST_CHECK;
/* As pg_connect_beside, for pg_bear_silence: says nothing to anybody. */
bool pg_connect_probe(const PgConnection *other, PgConnection **out, Error *err) MUST_CHECK;
/* For the trace: what a result says of them. */
void pg_count_rows(PgConnection *connection, PGresult *result);
/* Until PQgetResult doesn't block. */
bool pg_wait_result(PgConnection *connection, Error *err) MUST_CHECK;
/* A statement that we had cancelled ourselves is a cancel, not a failure of the server's: turns err
 * into that. Returns false. */
bool pg_cancelled_error(PgConnection *connection, Error *err);

#endif
