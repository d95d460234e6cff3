/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection to a PostgreSQL server. libpq is used without blocking, so that every wait is one
 * poll() of ours that looks at the cancel flag a few times a second.
 */
#include "engine/postgres/connection.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum {
    POLL_MILLISECONDS = 200,   /* how soon a cancel request is seen */
    CANCEL_GRACE_SECONDS = 10, /* how long the server may take to obey it */
};

struct PgConnection {
    PGconn *handle;
    EngineContext context;
    double cancel_sent; /* clock_monotonic() of our cancel request; 0 before */
};

/* --- Errors ------------------------------------------------------------------------------- */

/* libpq ends its texts with newlines. */
static void copy_trimmed(char *out, size_t size, const char *text)
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
        copy_trimmed(text, sizeof text, PQresultErrorMessage(result));
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
static bool handle_error(PgConnection *connection, Error *err)
{
    char text[2048];
    bool lost = PQstatus(connection->handle) == CONNECTION_BAD;
    PGresult *result;

    copy_trimmed(text, sizeof text, PQerrorMessage(connection->handle));
    result = lost ? last_word(connection) : NULL;
    if (result != NULL) {
        (void)pg_result_error(result, NULL, err);
        PQclear(result);
    } else {
        (void)error_set(err, lost ? ERR_LOST : ERR_SERVER, "%s", text);
    }
    return lost ? error_hint(err, "Look into the server's log, then try again.") : false;
}

/* A statement that we had cancelled ourselves is a cancel, not a failure of the server's. */
static bool cancelled_error(PgConnection *connection, Error *err)
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
        event_text(connection->context.events, EVENT_DEBUG, "the cancel request could not be sent");
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

/* Until the socket is ready, or POLL_MILLISECONDS have gone by. */
static bool wait_socket(PGconn *handle, short events, Error *err)
{
    struct pollfd entry = {.fd = PQsocket(handle), .events = events};

    if (entry.fd < 0) {
        return error_set(err, ERR_LOST, "the connection to the server is closed");
    }
    if (poll(&entry, 1, POLL_MILLISECONDS) < 0 && errno != EINTR) {
        return error_set_errno(err, errno, "cannot wait for the server");
    }
    return true;
}

static bool wait_server(PgConnection *connection, short events, Error *err)
{
    return obey_cancel(connection, err) && wait_socket(connection->handle, events, err);
}

/* Sends what libpq still holds. Input is read meanwhile, or both sides could wait for the other. */
static bool flush(PgConnection *connection, Error *err)
{
    for (;;) {
        int left = PQflush(connection->handle);

        if (left == 0) {
            return true;
        }
        if (left < 0) {
            return handle_error(connection, err);
        }
        if (!wait_server(connection, POLLIN | POLLOUT, err)) {
            return false;
        }
        if (PQconsumeInput(connection->handle) == 0) {
            return handle_error(connection, err);
        }
    }
}

/* --- Connecting --------------------------------------------------------------------------- */

static void receive_notice(void *argument, const PGresult *result)
{
    const PgConnection *connection = argument;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    bool warning = severity != NULL && strcmp(severity, "WARNING") == 0;

    event_text(connection->context.events, warning ? EVENT_WARNING : EVENT_NOTICE, "%s: %s",
               severity == NULL ? "server" : severity, text == NULL ? "" : text);
}

/* The value of connect_timeout, which libpq leaves to callers of PQconnectPoll; 0 is none. */
static int connect_timeout(PGconn *handle)
{
    PQconninfoOption *options = PQconninfo(handle);
    int seconds = 0;

    for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++) {
        if (strcmp(o->keyword, "connect_timeout") == 0 && o->val != NULL) {
            seconds = (int)strtol(o->val, NULL, 10);
        }
    }
    PQconninfoFree(options);
    return seconds;
}

/* Drives the connection attempt to its end. False only for a cancel or time-out; whether it was
 * successful PQstatus() tells. */
static bool drive_connect(PGconn *handle, const Cancel *cancel, Error *err)
{
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    int timeout = connect_timeout(handle);
    double start = clock_monotonic();

    while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
        struct pollfd entry = {.fd = PQsocket(handle),
                               .events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        int ready = poll(&entry, 1, POLL_MILLISECONDS);

        if (!cancel_check(cancel, err)) {
            return false;
        }
        if (ready < 0 && errno != EINTR) {
            return error_set_errno(err, errno, "cannot wait for the server");
        }
        if (timeout > 0 && clock_monotonic() - start > timeout) {
            (void)error_set(err, ERR_CONNECT,
                            "no answer from %s, port %s, within %d seconds (connect_timeout)",
                            PQhost(handle), PQport(handle), timeout);
            return error_hint(err,
                              "Check -h and -p (PGHOST, PGPORT), and that the server is running.");
        }
        if (ready > 0) {
            state = PQconnectPoll(handle);
        }
    }
    return true;
}

/* Takes the SQLSTATE and source location out of a verbose libpq message:
 * `FATAL:  28P01: password …\nLOCATION:  …` (libpq, PQERRORS_VERBOSE). */
static void split_verbose(const char *text, char *out, size_t size, char sqlstate[static 6])
{
    static const char code_chars[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char whole[2048];
    const char *colon = whole;
    char *location;

    sqlstate[0] = '\0';
    copy_trimmed(whole, sizeof whole, text);
    location = strstr(whole, "\nLOCATION:");
    if (location != NULL) {
        *location = '\0';
    }
    copy_trimmed(out, size, whole);
    while ((colon = strstr(colon, ":  ")) != NULL) {
        colon += 3;
        if (strspn(colon, code_chars) == 5 && strncmp(colon + 5, ": ", 2) == 0) {
            memcpy(sqlstate, colon, 5);
            sqlstate[5] = '\0';
            (void)snprintf(out, size, "%.*s%s", (int)(colon - whole), whole, colon + 7);
            break;
        }
    }
}

static const char *connect_hint(const char *sqlstate, const char *text)
{
    if (strcmp(sqlstate, "28P01") == 0) {
        return "Check the password: ~/.pgpass, PGPASSWORD, or -W to be asked.";
    }
    if (strcmp(sqlstate, "28000") == 0) {
        return "Check -U and the server's pg_hba.conf.";
    }
    if (strcmp(sqlstate, "3D000") == 0) {
        return "Check the database's name: psql -l lists them.";
    }
    if (strcmp(sqlstate, "53300") == 0) {
        return "The server has no free connection: try later, or raise max_connections.";
    }
    if (strcmp(sqlstate, "57P03") == 0) {
        return "The server is starting or stopping: try again in a moment.";
    }
    if (strstr(text, "no password supplied") != NULL) {
        return "Give a password: ~/.pgpass, PGPASSWORD, or -W to be asked.";
    }
    return "Check -h and -p (PGHOST, PGPORT), and that the server is running.";
}

static bool connect_error(PGconn *handle, Error *err)
{
    char text[2048];
    char sqlstate[6];
    const char *database = PQdb(handle);

    split_verbose(PQerrorMessage(handle), text, sizeof text, sqlstate);
    (void)error_set(err, ERR_CONNECT, "cannot connect to database \"%s\" as user \"%s\": %s%s%s%s",
                    database == NULL ? "" : database, PQuser(handle) == NULL ? "" : PQuser(handle),
                    text, sqlstate[0] == '\0' ? "" : " (SQLSTATE ", sqlstate,
                    sqlstate[0] == '\0' ? "" : ")");
    memcpy(err->sqlstate, sqlstate, sizeof err->sqlstate);
    return error_hint(err, "%s", connect_hint(sqlstate, text));
}

/* libpq would also take a name that holds a '=' for a conninfo string; here it is a name. */
static bool is_uri(const char *database)
{
    return database != NULL && (strncmp(database, "postgresql://", 13) == 0 ||
                                strncmp(database, "postgres://", 11) == 0);
}

/* One attempt. On failure *handle may be set, for PQconnectionNeedsPassword; the caller ends it. */
static bool try_connect(const ServerOptions *server, const char *database, const char *password,
                        const EngineContext *context, PGconn **handle, Error *err)
{
    const char *keywords[] = {"host",
                              "port",
                              "user",
                              "password",
                              "dbname",
                              "fallback_application_name",
                              "keepalives_idle",
                              NULL};
    const char *values[] = {server->host, server->port, server->user, password,
                            database,     "dbbackup",   "60",         NULL};
    PGconn *attempt;

    /* An absent value must not hide the environment's: libpq skips NULL and empty values. */
    attempt = PQconnectStartParams(keywords, values, is_uri(database));
    if (attempt == NULL) {
        return error_set_memory(err, "a connection");
    }
    *handle = attempt;
    if (PQstatus(attempt) != CONNECTION_BAD) {
        (void)PQsetErrorVerbosity(attempt, PQERRORS_VERBOSE);
        if (!drive_connect(attempt, context->cancel, err)) {
            return false;
        }
    }
    if (PQstatus(attempt) != CONNECTION_OK) {
        return connect_error(attempt, err);
    }
    (void)PQsetErrorVerbosity(attempt, PQERRORS_DEFAULT);
    if (PQsetnonblocking(attempt, 1) != 0) {
        return error_set(err, ERR_CONNECT, "cannot set up the connection: %s",
                         PQerrorMessage(attempt));
    }
    return true;
}

/* Connects, asking for a password when the server wants one that we don't have. */
static bool connect_handle(const ServerOptions *server, const char *database,
                           const EngineContext *context, PGconn **out, Error *err)
{
    Buffer password;
    PGconn *handle = NULL;
    bool may_ask = !server->never_password && server->ask_password != NULL;
    bool asked = server->force_password && may_ask;
    bool ok;

    buffer_init(&password, 4096);
    if (asked && !server->ask_password("Password: ", &password)) {
        asked = false;
    }
    ok = try_connect(server, database, asked ? password.data : NULL, context, &handle, err);
    if (!ok && !asked && may_ask && handle != NULL && PQconnectionNeedsPassword(handle)) {
        char prompt[256];

        (void)snprintf(prompt, sizeof prompt, "Password for user %s: ", PQuser(handle));
        if (server->ask_password(prompt, &password)) {
            PQfinish(handle);
            handle = NULL;
            ok = try_connect(server, database, password.data, context, &handle, err);
        }
    }
    if (password.capacity > 0) {
        explicit_bzero(password.data, password.capacity);
    }
    buffer_free(&password);
    if (!ok) {
        PQfinish(handle);
        return false;
    }
    *out = handle;
    return true;
}

bool pg_connect(const ServerOptions *server, const char *database, const EngineContext *context,
                PgConnection **out, Error *err)
{
    static const EngineContext no_context;
    PgConnection *connection = calloc(1, sizeof *connection);

    if (connection == NULL) {
        return error_set_memory(err, "a connection");
    }
    connection->context = context == NULL ? no_context : *context;
    if (!connect_handle(server, database, &connection->context, &connection->handle, err)) {
        free(connection);
        return false;
    }
    (void)PQsetNoticeReceiver(connection->handle, receive_notice, connection);
    *out = connection;
    return true;
}

void pg_disconnect(PgConnection *connection)
{
    if (connection != NULL) {
        PQfinish(connection->handle);
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
    event_text(connection->context.events, EVENT_DEBUG, "send: %.200s", sql);
    if (PQsendQuery(connection->handle, sql) == 0) {
        return handle_error(connection, err);
    }
    if (single_row && PQsetSingleRowMode(connection->handle) == 0) {
        return error_set(err, ERR_INTERNAL, "single-row mode could not be set");
    }
    return flush(connection, err);
}

static bool wait_result(PgConnection *connection, Error *err)
{
    while (PQisBusy(connection->handle)) {
        if (!wait_server(connection, POLLIN, err)) {
            return false;
        }
        if (PQconsumeInput(connection->handle) == 0) {
            return handle_error(connection, err);
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

        if (!wait_result(connection, err)) {
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

bool pg_next_result(PgConnection *connection, PGresult **out, Error *err)
{
    PGresult *result;
    Error ignored;

    if (!wait_result(connection, err)) {
        return cancelled_error(connection, err);
    }
    result = PQgetResult(connection->handle);
    if (result == NULL) {
        *out = NULL;
        return true;
    }
    switch (PQresultStatus(result)) {
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
        (void)pg_result_error(result, NULL, err);
        PQclear(result);
        (void)drain(connection, &ignored); /* the first error is the one that counts */
        return cancelled_error(connection, err);
    default:
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
            (void)handle_error(connection, err);
            return cancelled_error(connection, err);
        }
        if (!wait_server(connection, POLLIN, err)) {
            return false;
        }
        if (PQconsumeInput(connection->handle) == 0) {
            (void)handle_error(connection, err);
            return cancelled_error(connection, err);
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
            return handle_error(connection, err);
        }
        if (!flush(connection, err)) {
            return false;
        }
        if (sent > 0) {
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
            return handle_error(connection, err);
        }
        if (!flush(connection, err)) {
            return false;
        }
    } while (sent == 0);
    return true;
}
