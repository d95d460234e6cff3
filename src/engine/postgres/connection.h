/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection to a PostgreSQL server. All waiting happens here: a cancel request cancels the
 * running statement on the server, and a server that doesn't answer even that is given up after a
 * few seconds. Errors carry SQLSTATE, the server's message, detail, hint and context.
 */
#ifndef DBB_ENGINE_POSTGRES_CONNECTION_H
#define DBB_ENGINE_POSTGRES_CONNECTION_H

#include <libpq-fe.h>

#include "engine/engine.h"
#include "engine/trace.h"

typedef struct PgConnection PgConnection;

/* database is a name or a URI; NULL is libpq's default. Asks for a password
 * where the server wants one and `server` allows it. The session's settings are the caller's
 * business. ERR_CONNECT names the server, the database and the user. */
bool pg_connect(const ServerOptions *server, const char *database, const EngineContext *context,
                PgConnection **out, Error *err) MUST_CHECK;
/* Another connection to where `other` is connected, as the same user and with the same password:
 * nobody is asked again. May be called from any thread, as long as no other uses `other`. */
bool pg_connect_beside(const PgConnection *other, PgConnection **out, Error *err) MUST_CHECK;
/* A connection string that leads there again, for another program: without passwords. */
bool pg_connection_string(const PgConnection *connection, Buffer *out, Error *err) MUST_CHECK;
void pg_disconnect(PgConnection *connection); /* NULL is fine */

PGconn *pg_handle(PgConnection *connection);           /* for PQescape… and PQserverVersion */
int pg_server_version(const PgConnection *connection); /* 150018 */
const char *pg_database(const PgConnection *connection);
const char *pg_user(const PgConnection *connection);
Trace *pg_trace(PgConnection *connection); /* for the names of queries, and for jobs */

/* One or more statements whose results don't matter. */
bool pg_exec(PgConnection *connection, const char *sql, Error *err) MUST_CHECK;
bool pg_exec_format(PgConnection *connection, Error *err, const char *format, ...)
    PRINTF_LIKE(3, 4) MUST_CHECK;
/* One statement that returns rows; the caller PQclear()s *out. */
bool pg_query(PgConnection *connection, const char *sql, PGresult **out, Error *err) MUST_CHECK;

/* Sends one statement without waiting for its end: for COPY, and for rows one by one
 * (single_row). Then call pg_next_result until *out is NULL. */
bool pg_send(PgConnection *connection, const char *sql, bool single_row, Error *err) MUST_CHECK;
/* The next result of what was sent; NULL when there is no more. A result that is an error becomes
 * err (and what follows it is drained, so the connection can be used again). Results PGRES_COPY_OUT
 * and PGRES_COPY_IN are returned at once, before the data. */
bool pg_next_result(PgConnection *connection, PGresult **out, Error *err) MUST_CHECK;
/* COPY OUT: one row, PQfreemem()d by the caller; *row NULL at the end (then pg_next_result). */
bool pg_copy_row(PgConnection *connection, char **row, size_t *len, Error *err) MUST_CHECK;
/* COPY IN: any bytes; and the end, which with `failure` makes the server abandon the COPY. An error
 * that the server found is reported by pg_next_result, or here when it comes early. */
bool pg_copy_put(PgConnection *connection, const char *data, size_t len, Error *err) MUST_CHECK;
bool pg_copy_end(PgConnection *connection, const char *failure, Error *err) MUST_CHECK;

/* In a transaction block that has failed, or open: PQTRANS_… */
PGTransactionStatusType pg_transaction_status(const PgConnection *connection);
/* Turns a failed result into err, with `what` (may be NULL) as its first words. Returns false. */
bool pg_result_error(const PGresult *result, const char *what, Error *err);

#endif
