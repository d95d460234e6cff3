/* SPDX-License-Identifier: Apache-2.0 */
/* From options to a connection: libpq's attempt driven by our own poll(), passwords asked for, and
 * failures explained. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/postgres/connection_inside.h"
#include "engine/postgres/uri.h"

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

static bool no_answer(const PGconn *handle, int seconds, const char *by, Error *err)
{
    (void)error_set(err, ERR_CONNECT, "no answer from %s, port %s, within %d seconds (%s)",
                    PQhost(handle), PQport(handle), seconds, by);
    return error_hint(err, "Check -h and -p (PGHOST, PGPORT), and that the server is running.");
}

/* Drives the connection attempt to its end. False only for a cancel or time-out; whether it was
 * successful PQstatus() tells. */
static bool drive_connect(PGconn *handle, const Cancel *cancel, unsigned stall_seconds, Error *err)
{
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    int asked = connect_timeout(handle);
    int timeout = asked > 0 ? asked : (int)stall_seconds;
    double start = clock_monotonic();

    while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
        struct pollfd entry = {.fd = PQsocket(handle),
                               .events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        int ready = poll(&entry, 1, PG_POLL_MILLISECONDS);

        if (!cancel_check(cancel, err)) {
            return false;
        }
        if (ready < 0 && errno != EINTR) {
            return error_set_errno(err, errno, "cannot wait for the server");
        }
        if (timeout > 0 && clock_monotonic() - start > timeout) {
            return no_answer(handle, timeout, asked > 0 ? "connect_timeout" : "--stall-timeout",
                             err);
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
    pg_copy_trimmed(whole, sizeof whole, text);
    location = strstr(whole, "\nLOCATION:");
    if (location != NULL) {
        *location = '\0';
    }
    pg_copy_trimmed(out, size, whole);
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

/* These come from this side, and have no SQLSTATE. NULL: it isn't TLS. */
static const char *tls_hint(const char *text)
{
    static const struct {
        const char *text;
        const char *hint;
    } hints[] = {
        {"does not match host name",
         "The certificate is for another host: connect by a name that is in it."},
        {"certificate verify failed", "The server's certificate must be signed by one in "
                                      "sslrootcert (PGSSLROOTCERT), and not be "
                                      "in the list of revoked ones in sslcrl (PGSSLCRL)."},
        {"root certificate file",
         "Name a file of the certificates to trust: sslrootcert (PGSSLROOTCERT)."},
        {"does not support SSL",
         "Let the server use TLS (ssl = on), or do without it: sslmode (PGSSLMODE)."},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(hints); i++) {
        if (strstr(text, hints[i].text) != NULL) {
            return hints[i].hint;
        }
    }
    return NULL;
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
    if (tls_hint(text) != NULL) {
        return tls_hint(text);
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

/* Drives a started attempt to a connection that is set up. */
static bool finish_attempt(PGconn *attempt, const EngineContext *context, unsigned stall_seconds,
                           Error *err)
{
    if (PQstatus(attempt) != CONNECTION_BAD) {
        (void)PQsetErrorVerbosity(attempt, PQERRORS_VERBOSE);
        if (!drive_connect(attempt, context->cancel, stall_seconds, err)) {
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

/* One attempt. On failure *handle may be set, for PQconnectionNeedsPassword; the caller ends it. */
static bool try_connect(const ServerOptions *server, const char *database, const char *password,
                        const EngineContext *context, PGconn **handle, Error *err)
{
    /* libpq expands the first dbname only, and of two values the later one holds. */
    bool expand = server->uri != NULL || pg_uri_is(database);
    bool is_other = server->uri != NULL && database != NULL && strcmp(database, server->uri) != 0;
    const char *keywords[] = {"dbname",
                              "host",
                              "port",
                              "user",
                              "password",
                              "dbname",
                              "fallback_application_name",
                              "keepalives_idle",
                              NULL};
    const char *values[] = {server->uri != NULL ? server->uri : database,
                            server->host,
                            server->port,
                            server->user,
                            password,
                            is_other ? database : NULL,
                            "dbbackup",
                            "60",
                            NULL};

    if (expand && !pg_uri_check(values[0], err)) {
        return false;
    }
    /* An absent value must not hide the environment's: libpq skips NULL and empty values. */
    *handle = PQconnectStartParams(keywords, values, expand);
    return *handle == NULL ? error_set_memory(err, "a connection")
                           : finish_attempt(*handle, context, server->stall_seconds, err);
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

/* Takes the handle over, or ends it when memory is out. */
static bool wrap_handle(PGconn *handle, const EngineContext *context, unsigned stall_seconds,
                        PgConnection **out, Error *err)
{
    PgConnection *connection = calloc(1, sizeof *connection);

    if (connection == NULL) {
        PQfinish(handle);
        return error_set_memory(err, "a connection");
    }
    connection->handle = handle;
    connection->context = *context;
    connection->stall_seconds = stall_seconds;
    (void)PQsetNoticeReceiver(handle, receive_notice, connection);
    trace_open(&connection->trace, context->events, SQL_POSTGRES, "PostgreSQL",
               PQparameterStatus(handle, "server_version"));
    *out = connection;
    return true;
}

bool pg_connect(const ServerOptions *server, const char *database, const EngineContext *context,
                PgConnection **out, Error *err)
{
    static const EngineContext no_context;
    PGconn *handle;

    context = context == NULL ? &no_context : context;
    return connect_handle(server, database, context, &handle, err) &&
           wrap_handle(handle, context, server->stall_seconds, out, err);
}

enum { MAX_OPTIONS = 128 /* of a connection; libpq 17 knows 50 */ };

/* Of a list of servers, the one that was reached: the other connection must go there, too. */
static const char *option_value(const PGconn *handle, const PQconninfoOption *option)
{
    if (option->val == NULL || option->val[0] == '\0' || strchr(option->val, ',') == NULL) {
        return option->val;
    }
    if (strcmp(option->keyword, "host") == 0) {
        return PQhost(handle);
    }
    if (strcmp(option->keyword, "hostaddr") == 0) {
        return PQhostaddr(handle);
    }
    return strcmp(option->keyword, "port") == 0 ? PQport(handle) : option->val;
}

static bool connect_beside(const PgConnection *other, const EngineContext *context,
                           PgConnection **out, Error *err)
{
    PQconninfoOption *options = PQconninfo(other->handle);
    const char *keywords[MAX_OPTIONS + 1] = {NULL};
    const char *values[MAX_OPTIONS + 1] = {NULL};
    PGconn *handle;
    size_t n = 0;
    bool ok;

    for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL && n < MAX_OPTIONS; o++) {
        const char *value = option_value(other->handle, o);

        if (value != NULL && value[0] != '\0') {
            keywords[n] = o->keyword;
            values[n++] = value;
        }
    }
    handle = n == 0 ? NULL : PQconnectStartParams(keywords, values, 0);
    PQconninfoFree(options);
    ok = handle != NULL ? finish_attempt(handle, context, other->stall_seconds, err)
                        : error_set_memory(err, "a connection");
    if (!ok) {
        PQfinish(handle);
        return error_prefix(err, "another connection beside the first");
    }
    return wrap_handle(handle, context, other->stall_seconds, out, err);
}

bool pg_connect_beside(const PgConnection *other, PgConnection **out, Error *err)
{
    return connect_beside(other, &other->context, out, err);
}

bool pg_connect_probe(const PgConnection *other, PgConnection **out, Error *err)
{
    EngineContext silent = {.cancel = other->context.cancel};

    if (!connect_beside(other, &silent, out, err)) {
        return false;
    }
    (*out)->is_probe = true;
    return true;
}

/* A value between single quotes. */
static void put_option(Buffer *out, const char *keyword, const char *value)
{
    buffer_printf(out, "%s%s='", out->len == 0 ? "" : " ", keyword);
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '\'' || *p == '\\') {
            buffer_putc(out, '\\');
        }
        buffer_putc(out, *p);
    }
    buffer_putc(out, '\'');
}

/* Passwords, and what says who we are. What is so by default may be unknown to an older program;
 * but the environment, which a program has from us, mustn't say otherwise. */
static bool is_left_out(const PQconninfoOption *option, const char *value)
{
    return value == NULL || value[0] == '\0' || option->dispchar[0] == '*' ||
           strstr(option->keyword, "application_name") != NULL ||
           (option->compiled != NULL && strcmp(option->compiled, value) == 0 &&
            strcmp(option->keyword, "port") != 0 &&
            (option->envvar == NULL || getenv(option->envvar) == NULL));
}

bool pg_connection_string(const PgConnection *connection, Buffer *out, Error *err)
{
    PQconninfoOption *options = PQconninfo(connection->handle);

    if (options == NULL) {
        return error_set_memory(err, "a connection string");
    }
    for (PQconninfoOption *o = options; o->keyword != NULL; o++) {
        const char *value = option_value(connection->handle, o);

        if (!is_left_out(o, value)) {
            put_option(out, o->keyword, value);
        }
    }
    PQconninfoFree(options);
    return buffer_ok(out, "a connection string", err);
}
