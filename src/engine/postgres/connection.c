/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection to a PostgreSQL server. libpq is used without blocking, so that every wait is one
 * poll() of ours that looks at the cancel flag a few times a second.
 */
#include "engine/postgres/connection_inside.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

enum { CANCEL_GRACE_SECONDS = 10 /* how long the server may take to obey a cancel request */ };

/* --- Errors ------------------------------------------------------------------------------- */

void pg_copy_trimmed(char *out, size_t size, const char *text)
{
    size_t len;

    (void)snprintf(out, size, "%s", text == NULL ? "" : text);
    len = strlen(out);
    while (len > 0 && isspace((unsigned char)out[len - 1])) {
        out[--len] = '\0';
    }
}

static bool is_lost(const char *sqlstate)
{
    return strncmp(sqlstate, "08", 2) == 0 || strcmp(sqlstate, "57P01") == 0 ||
           strcmp(sqlstate, "57P02") == 0 || strcmp(sqlstate, "57P03") == 0;
}

bool pg_result_error(const PGresult *result, const char *what, Error *err)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *where = PQresultErrorField(result, PG_DIAG_CONTEXT);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    char text[2048];

    if (sqlstate == NULL || primary == NULL) {
        pg_copy_trimmed(text, sizeof text, PQresultErrorMessage(result));
        (void)error_set(err, ERR_LOST, "%s",
                        text[0] == '\0' ? "the connection to the server was lost" : text);
        (void)error_hint(err, "Look into the server's log, then try again.");
    } else {
        (void)error_set(err, is_lost(sqlstate) ? ERR_LOST : ERR_SERVER, "%s (SQLSTATE %s)%s%s%s%s",
                        primary, sqlstate,
                        detail == NULL ? "" : "\nDETAIL: ", detail == NULL ? "" : detail,
                        where == NULL ? "" : "\nCONTEXT: ", where == NULL ? "" : where);
        (void)snprintf(err->sqlstate, sizeof err->sqlstate, "%s", sqlstate);
        if (hint != NULL) {
            (void)error_hint(err, "%s", hint);
        } else if (is_lost(sqlstate)) {
            (void)error_hint(err, "Look into the server's log, then try again.");
        }
    }
    return what == NULL ? false : error_prefix(err, "%s", what);
}

/* The server's last word before it closed the connection: libpq holds it unread while a COPY goes
 * in, and reads it once that is over. NULL when there was none. */
static PGresult *last_word(PgConnection *connection)
{
    PGresult *result;

    (void)PQputCopyEnd(connection->handle, NULL); /* fails outside a COPY, which is as well */
    result = PQgetResult(connection->handle);
    if (result != NULL && PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL) {
        PQclear(result);
        result = NULL;
    }
    return result;
}

/* libpq itself failed. */
bool pg_handle_error(PgConnection *connection, Error *err)
{
    char text[2048];
    bool lost = PQstatus(connection->handle) == CONNECTION_BAD;
    PGresult *result;

    pg_copy_trimmed(text, sizeof text, PQerrorMessage(connection->handle));
    result = lost ? last_word(connection) : NULL;
    if (result != NULL) {
        (void)pg_result_error(result, NULL, err);
        PQclear(result);
    } else {
        (void)error_set(err, lost ? ERR_LOST : ERR_SERVER, "%s",
                        text[0] == '\0' ? "libpq failed, and doesn't say why" : text);
    }
    return lost ? error_hint(err, "Look into the server's log, then try again.") : false;
}

/* A statement that we had cancelled ourselves is a cancel, not a failure of the server's. */
bool pg_cancelled_error(PgConnection *connection, Error *err)
{
    if (cancel_requested(connection->context.cancel)) {
        char sqlstate[sizeof err->sqlstate];

        memcpy(sqlstate, err->sqlstate, sizeof sqlstate);
        (void)error_set(err, ERR_CANCELLED, "stopped on request");
        memcpy(err->sqlstate, sqlstate, sizeof sqlstate);
    }
    return false;
}

/* --- Waiting ------------------------------------------------------------------------------ */

/* PQcancel waits until the server has taken note, which one that hangs never does. So nobody waits
 * for this thread. */
static void *request_cancel(void *argument)
{
    PGcancel *cancel = argument;
    char why[256];

    (void)PQcancel(cancel, why, sizeof why);
    PQfreeCancel(cancel);
    return NULL;
}

static void send_cancel(PgConnection *connection)
{
    PGcancel *cancel = PQgetCancel(connection->handle);
    pthread_t thread;

    connection->cancel_sent = clock_monotonic();
    if (cancel != NULL && pthread_create(&thread, NULL, request_cancel, cancel) == 0) {
        (void)pthread_detach(thread);
    } else {
        PQfreeCancel(cancel);
        event_debug(connection->context.events, clock_monotonic(),
                    "session %u: the cancel request could not be sent", connection->trace.session);
    }
}

/* Passes a cancel request on to the server, once; gives up on a server that doesn't obey. */
static bool obey_cancel(PgConnection *connection, Error *err)
{
    if (!cancel_requested(connection->context.cancel)) {
        return true;
    }
    if (connection->cancel_sent == 0) {
        send_cancel(connection);
        return true;
    }
    if (clock_monotonic() - connection->cancel_sent < CANCEL_GRACE_SECONDS) {
        return true;
    }
    (void)error_set(err, ERR_CANCELLED,
                    "stopped on request; the server did not confirm it within %d seconds",
                    CANCEL_GRACE_SECONDS);
    return error_hint(err, "A statement of this session may still run there: see "
                           "pg_stat_activity, application_name dbbackup.");
}

/* Until the socket is ready, or PG_POLL_MILLISECONDS have gone by. */
static bool wait_socket(PgConnection *connection, short events, Error *err)
{
    struct pollfd entry = {.fd = PQsocket(connection->handle), .events = events};
    int ready;

    if (entry.fd < 0) {
        return error_set(err, ERR_LOST, "the connection to the server is closed");
    }
    ready = poll(&entry, 1, PG_POLL_MILLISECONDS);
    if (ready < 0 && errno != EINTR) {
        return error_set_errno(err, errno, "cannot wait for the server");
    }
    if (ready == 0) {
        return pg_bear_silence(connection, events, err);
    }
    connection->silent = ready > 0 ? 0 : connection->silent;
    return true;
}

bool pg_wait(PgConnection *connection, short events, Error *err)
{
    return obey_cancel(connection, err) && wait_socket(connection, events, err);
}

/* Sends what libpq still holds. Input is read meanwhile, or both sides could wait for the other. */
bool pg_flush(PgConnection *connection, Error *err)
{
    for (;;) {
        int left = PQflush(connection->handle);

        if (left == 0) {
            return true;
        }
        if (left < 0) {
            return pg_handle_error(connection, err);
        }
        if (!pg_wait(connection, POLLIN | POLLOUT, err)) {
            return false;
        }
        if (PQconsumeInput(connection->handle) == 0) {
            return pg_handle_error(connection, err);
        }
    }
}

/* --- The connection ------------------------------------------------------------------------ */

void pg_disconnect(PgConnection *connection)
{
    if (connection != NULL) {
        PQfinish(connection->handle);
        trace_close(&connection->trace);
        free(connection);
    }
}

PGconn *pg_handle(PgConnection *connection)
{
    return connection->handle;
}

int pg_server_version(const PgConnection *connection)
{
    return PQserverVersion(connection->handle);
}

const char *pg_database(const PgConnection *connection)
{
    return PQdb(connection->handle);
}

const char *pg_user(const PgConnection *connection)
{
    return PQuser(connection->handle);
}

Trace *pg_trace(PgConnection *connection)
{
    return &connection->trace;
}

PGTransactionStatusType pg_transaction_status(const PgConnection *connection)
{
    return PQtransactionStatus(connection->handle);
}

/* --- Statements --------------------------------------------------------------------------- */

bool pg_send(PgConnection *connection, const char *sql, bool single_row, Error *err)
{
    if (!cancel_check(connection->context.cancel, err)) {
        return false;
    }
    trace_sent(&connection->trace, sql, strlen(sql), false);
    if (PQsendQuery(connection->handle, sql) == 0) {
        return pg_handle_error(connection, err);
    }
    if (single_row && PQsetSingleRowMode(connection->handle) == 0) {
        return error_set(err, ERR_INTERNAL, "single-row mode could not be set");
    }
    return pg_flush(connection, err);
}

/* Without memory for an answer, libpq drops it, notes that, and waits on: for what never comes. Or
 * it leaves it unread, as if it weren't whole. What the server says that failed is an answer, and
 * ends the wait. */
static bool lacks_memory(const PgConnection *connection, size_t noted, Error *err)
{
    PGresult *probe = PQmakeEmptyPGresult(connection->handle, PGRES_EMPTY_QUERY);
    bool enough = probe != NULL && strlen(PQerrorMessage(connection->handle)) == noted;

    PQclear(probe);
    if (enough) {
        return false;
    }
    (void)shutdown(PQsocket(connection->handle), SHUT_RDWR);
    (void)error_set_memory(err, "an answer of the server's");
    return true;
}

bool pg_wait_result(PgConnection *connection, Error *err)
{
    size_t noted = strlen(PQerrorMessage(connection->handle));

    while (PQisBusy(connection->handle)) {
        if (lacks_memory(connection, noted, err)) {
            return false;
        }
        if (!PQisBusy(connection->handle)) { /* now there was memory for what is here */
            break;
        }
        if (!pg_wait(connection, POLLIN, err)) {
            return false;
        }
        if (PQconsumeInput(connection->handle) == 0) {
            return pg_handle_error(connection, err);
        }
    }
    return true;
}

/* Reads on to the statement's end, so that the connection can be used again. */
static bool drain(PgConnection *connection, Error *err)
{
    PGresult *result;

    do {
        ExecStatusType status;

        if (!pg_wait_result(connection, err)) {
            return false;
        }
        result = PQgetResult(connection->handle);
        status = result == NULL ? PGRES_COMMAND_OK : PQresultStatus(result);
        PQclear(result);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_BOTH) {
            if (!pg_copy_end(connection, "an earlier statement failed", err)) {
                return false;
            }
        } else if (status == PGRES_COPY_OUT) {
            char *row = NULL;
            size_t len;

            do {
                PQfreemem(row);
                row = NULL;
                if (!pg_copy_row(connection, &row, &len, err)) {
                    return false;
                }
            } while (row != NULL);
        }
    } while (result != NULL && PQstatus(connection->handle) == CONNECTION_OK);
    return true;
}

void pg_count_rows(PgConnection *connection, PGresult *result)
{
    if (connection->trace.events != NULL) {
        connection->trace.data_rows += strtoull(PQcmdTuples(result), NULL, 10);
    }
}

bool pg_next_result(PgConnection *connection, PGresult **out, Error *err)
{
    PGresult *result;
    Error ignored;

    if (!pg_wait_result(connection, err)) {
        return pg_cancelled_error(connection, err);
    }
    result = PQgetResult(connection->handle);
    if (result == NULL) {
        trace_answered(&connection->trace, NULL);
        *out = NULL;
        return true;
    }
    switch (PQresultStatus(result)) {
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
        (void)pg_result_error(result, NULL, err);
        PQclear(result);
        trace_answered(&connection->trace, err);
        (void)drain(connection, &ignored); /* the first error is the one that counts */
        return pg_cancelled_error(connection, err);
    default:
        pg_count_rows(connection, result);
        *out = result;
        return true;
    }
}

bool pg_exec(PgConnection *connection, const char *sql, Error *err)
{
    PGresult *result = NULL;

    if (!pg_send(connection, sql, false, err)) {
        return false;
    }
    do {
        ExecStatusType status;

        if (!pg_next_result(connection, &result, err)) {
            return false;
        }
        status = result == NULL ? PGRES_COMMAND_OK : PQresultStatus(result);
        PQclear(result);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
            Error ignored;

            (void)drain(connection, &ignored);
            return error_set(err, ERR_INTERNAL, "a COPY was run as an ordinary statement");
        }
    } while (result != NULL);
    return true;
}

bool pg_exec_format(PgConnection *connection, Error *err, const char *format, ...)
{
    char *sql = NULL;
    va_list args;
    int len;
    bool ok;

    va_start(args, format);
    len = vasprintf(&sql, format, args);
    va_end(args);
    if (len < 0) {
        return error_set_memory(err, "a statement");
    }
    ok = pg_exec(connection, sql, err);
    free(sql);
    return ok;
}

bool pg_query(PgConnection *connection, const char *sql, PGresult **out, Error *err)
{
    PGresult *rows = NULL;
    PGresult *result = NULL;

    if (!pg_send(connection, sql, false, err)) {
        return false;
    }
    do {
        if (!pg_next_result(connection, &result, err)) {
            PQclear(rows);
            return false;
        }
        if (result != NULL && PQresultStatus(result) == PGRES_TUPLES_OK && rows == NULL) {
            rows = result;
        } else {
            PQclear(result);
        }
    } while (result != NULL);
    if (rows == NULL) {
        return error_set(err, ERR_INTERNAL, "a query returned no rows: %.200s", sql);
    }
    *out = rows;
    return true;
}

/* --- COPY --------------------------------------------------------------------------------- */

bool pg_copy_row(PgConnection *connection, char **row, size_t *len, Error *err)
{
    for (;;) {
        char *data = NULL;
        int got = PQgetCopyData(connection->handle, &data, 1);

        if (got > 0) {
            if (!obey_cancel(connection, err)) {
                PQfreemem(data);
                return false;
            }
            connection->trace.data_bytes += (size_t)got;
            *row = data;
            *len = (size_t)got;
            return true;
        }
        if (got == -1) {
            *row = NULL;
            *len = 0;
            return true;
        }
        if (got < -1) {
            (void)pg_handle_error(connection, err);
            return pg_cancelled_error(connection, err);
        }
        if (!pg_wait(connection, POLLIN, err)) {
            return false;
        }
        if (PQconsumeInput(connection->handle) == 0) {
            (void)pg_handle_error(connection, err);
            return pg_cancelled_error(connection, err);
        }
    }
}

bool pg_copy_put(PgConnection *connection, const char *data, size_t len, Error *err)
{
    enum { PIECE = 1 << 20 };

    while (len > 0) {
        int piece = len > PIECE ? PIECE : (int)len;
        int sent;

        if (!cancel_check(connection->context.cancel, err)) {
            return false;
        }
        sent = PQputCopyData(connection->handle, data, piece);
        if (sent < 0) {
            return pg_handle_error(connection, err);
        }
        if (!pg_flush(connection, err)) {
            return false;
        }
        if (sent > 0) {
            connection->trace.data_bytes += (size_t)piece;
            data += piece;
            len -= (size_t)piece;
        }
    }
    return true;
}

bool pg_copy_end(PgConnection *connection, const char *failure, Error *err)
{
    int sent;

    do {
        sent = PQputCopyEnd(connection->handle, failure);
        if (sent < 0) {
            return pg_handle_error(connection, err);
        }
        if (!pg_flush(connection, err)) {
            return false;
        }
    } while (sent == 0);
    return true;
}
