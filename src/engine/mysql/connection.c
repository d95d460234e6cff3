/* SPDX-License-Identifier: Apache-2.0 */
/* libmariadb, with cancels, passwords that are asked for, and errors as values. */
#include "engine/mysql/connection.h"

#include <errmsg.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

enum {
    POLL_MILLISECONDS = 100,
    CONNECT_SECONDS = 30,
    PATIENCE_SECONDS = 5, /* for a server that was asked to stop */
    IDLE_SECONDS = 60,    /* of silence, before a server is asked whether it is still there */
    PASSWORD_LIMIT = 4096,
    ER_CON_COUNT = 1040,
    ER_ACCESS_DENIED = 1045,
    ER_USER_CONNECTIONS = 1203,
    ER_USER_LIMIT = 1226,
};

struct MyConnection {
    MYSQL *handle;
    const ServerOptions *server;
    const MyPlace *place;
    EngineContext context;
    Buffer password; /* that the user gave; wiped with the connection */
    bool has_password;
    bool is_mariadb;
    bool may_load;
    bool killed;      /* the statement at work */
    double killed_at; /* clock_monotonic */
    Trace trace;
    /* What my_load has yet to send; NULL: nothing may be asked for. */
    const char *load;
    size_t load_len;
};

/* Whose calls of libmariadb this thread makes: its wait_io has no other way to know. */
static _Thread_local MyConnection *at_work;

/* --- Errors ------------------------------------------------------------------------------- */

static const struct {
    unsigned number;
    const char *hint;
} hints[] = {
    {1021, "The server's disk is full: free space there, then begin again."},
    {1030, "The server's storage engine failed: see its log, and its disk."},
    {1031, "The server's storage engine can't do this."},
    {1044, "The user lacks a privilege: see SHOW GRANTS."},
    {1054, "The table has another shape than the backup expects: was it altered meanwhile?"},
    {1146, "It lacks: was it dropped or renamed meanwhile, or is it left out of this restore?"},
    {1049, "SHOW DATABASES lists those that there are."},
    {1050, "It exists already: restore into an empty database, or with --clean."},
    {1064, "Was the file written for another kind of server, or for a newer one?"},
    {1115, "Restore into a server that has it, of the backup's own kind and version or newer."},
    {1273, "Restore into a server that has it, of the backup's own kind and version or newer."},
    {1286, "Restore into a server that has it, of the backup's own kind and version or newer."},
    {1062, "The target held rows already, or the backup's rows contradict each other: restore into "
           "an empty database."},
    {1114, "The table, or the server's disk, is full."},
    {1142, "The user lacks a privilege: see SHOW GRANTS."},
    {1205, "Somebody else holds a lock: SHOW PROCESSLIST shows who."},
    {1227,
     "The user lacks a privilege: see SHOW GRANTS. To make what has another definer takes SUPER "
     "or SET USER."},
    {1290, "A setting of the server forbids it."},
    {1304, "It exists already: restore into an empty database, or with --clean."},
    {1356, "Something that the view is made of lacks, or its definer may not use it."},
    {1370, "The user lacks a privilege: see SHOW GRANTS."},
    {1412, "A table was altered while the backup ran: begin it again."},
    {1419, "Restore as a user with SUPER, or SET GLOBAL log_bin_trust_function_creators = 1."},
};

static bool is_lost(unsigned number)
{
    return number == CR_SERVER_LOST || number == CR_SERVER_GONE_ERROR ||
           number == CR_COMMANDS_OUT_OF_SYNC;
}

bool my_fail(unsigned number, const char *sqlstate, const char *message, Error *err)
{
    if (is_lost(number)) {
        (void)error_set(err, ERR_LOST, "the connection to the server broke: %s", message);
        return error_hint(err, "See the server's log. A row or statement that is larger than its "
                               "max_allowed_packet also ends a connection.");
    }
    (void)error_set(err, ERR_SERVER, "%s (error %u, SQLSTATE %s)", message, number, sqlstate);
    (void)snprintf(err->sqlstate, sizeof err->sqlstate, "%s", sqlstate);
    for (size_t i = 0; i < ARRAY_LENGTH(hints); i++) {
        if (hints[i].number == number) {
            (void)error_hint(err, "%s", hints[i].hint);
        }
    }
    return false;
}

static bool fail(const MyConnection *connection, Error *err)
{
    MYSQL *handle = connection->handle;

    return my_fail(mysql_errno(handle), mysql_sqlstate(handle), mysql_error(handle), err);
}

static bool fail_connect(MYSQL *handle, const MyPlace *place, Error *err)
{
    unsigned number = mysql_errno(handle);

    err->sqlstate[0] = '\0';
    (void)error_set(err, ERR_CONNECT, "cannot connect to the server%s%s: %s (error %u)",
                    place->socket != NULL || place->host != NULL ? " at " : "",
                    place->socket != NULL ? place->socket
                    : place->host != NULL ? place->host
                                          : "",
                    mysql_error(handle), number);
    if (number == ER_ACCESS_DENIED) {
        (void)snprintf(err->sqlstate, sizeof err->sqlstate, "28000");
    } else if (number == ER_CON_COUNT || number == ER_USER_LIMIT || number == ER_USER_CONNECTIONS) {
        (void)snprintf(err->sqlstate, sizeof err->sqlstate, ENGINE_NO_CONNECTION);
        return error_hint(err, "The server has no more free connections for this user: work with "
                               "fewer, with -j.");
    }
    return error_hint(err, number == ER_ACCESS_DENIED
                               ? "Check -U and the password: MYSQL_PWD, [client] in ~/.my.cnf, or "
                                 "-W to be asked."
                               : "Check -h, -p and --socket, and that the server is running.");
}

/* --- Connecting --------------------------------------------------------------------------- */

/* libmariadb itself reads the variables for the port, the socket and the password. */
static const char *from_environment(const char *given, const char *variable)
{
    const char *value = getenv(variable);

    return given != NULL || value == NULL || value[0] == '\0' ? given : value;
}

static int wait_io(my_socket handle, my_bool is_read, int milliseconds);
static int load_begin(void **state, const char *name, void *connection);
static int load_read(void *state, char *data, unsigned size);
static void load_end(void *state);
static int load_error(void *state, char *message, unsigned size);

/* A server must not be able to ask for files of this machine, whatever the user's my.cnf says: it
 * gets what my_load gives, while that is at work, and otherwise nothing. */
static bool set_options(const MyConnection *connection, MYSQL *handle)
{
    unsigned timeout = connection->killed ? PATIENCE_SECONDS : CONNECT_SECONDS;
    unsigned load = connection->may_load ? 1 : 0;

    mysql_set_local_infile_handler(handle, load_begin, load_read, load_end, load_error,
                                   (void *)connection);
    return mysql_options(handle, MYSQL_READ_DEFAULT_GROUP, "dbbackup") == 0 &&
           mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &timeout) == 0 &&
           mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &load) == 0 &&
           mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4") == 0;
}

/* What my.cnf says of TLS holds, too: these only add to it. */
static bool set_tls(MYSQL *handle, const MyPlace *place, MyTls tls)
{
    my_bool yes = 1;

    return tls == MY_TLS_DISABLED ||
           (mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &yes) == 0 &&
            (place->ssl_ca == NULL ||
             mysql_options(handle, MYSQL_OPT_SSL_CA, place->ssl_ca) == 0) &&
            (tls != MY_TLS_VERIFIED ||
             mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes) == 0));
}

/* Where a server has no TLS, libmariadb may go on without, whatever it was told. */
static bool check_tls(MYSQL *handle, MyTls tls, Error *err)
{
    if (tls == MY_TLS_DISABLED || tls == MY_TLS_PREFERRED || mysql_get_ssl_cipher(handle) != NULL) {
        return true;
    }
    (void)error_set(err, ERR_CONNECT, "the server has no TLS (SSL), which ssl-mode asks for");
    return error_hint(err, "Let the server use TLS, or say ssl-mode=PREFERRED to do without.");
}

/* NULL for no connection. *no_tls: for that is what it lacks. */
static MYSQL *connect_by(const MyConnection *connection, MyTls tls, bool *no_tls, Error *err)
{
    const MyPlace *place = connection->place;
    const char *host = from_environment(place->host, "MYSQL_HOST");
    unsigned port = place->port;
    MYSQL *handle = mysql_init(NULL);

    if (handle == NULL || !set_options(connection, handle) || !set_tls(handle, place, tls)) {
        (void)error_set_memory(err, "a connection");
        mysql_close(handle);
        return NULL;
    }
    if (place->socket != NULL) {
        host = "localhost";
    }
    if (mysql_real_connect(handle, host, place->user,
                           connection->has_password ? connection->password.data : place->password,
                           NULL, port, place->socket, CLIENT_MULTI_RESULTS) == NULL) {
        *no_tls = mysql_errno(handle) == CR_SSL_CONNECTION_ERROR;
        (void)fail_connect(handle, place, err);
        mysql_close(handle);
        return NULL;
    }
    if (!check_tls(handle, tls, err)) {
        mysql_close(handle);
        return NULL;
    }
    return handle;
}

/* From here on libmariadb waits by way of wait_io; and a host that went away is missed. */
static bool watch(MYSQL *handle)
{
    int (*function)(my_socket handle, my_bool is_read, int milliseconds) = wait_io;
    int seconds = IDLE_SECONDS;
    void *argument;

    memcpy(&argument, &function, sizeof argument); /* C has no conversion for it */
    (void)setsockopt(mysql_get_socket(handle), IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    return mysql_options(handle, MARIADB_OPT_IO_WAIT, argument) == 0;
}

/* A socket needs no TLS: nobody else can listen. */
static bool is_local(const MyPlace *place)
{
    const char *host = from_environment(place->host, "MYSQL_HOST");

    return place->socket != NULL || host == NULL || strcmp(host, "localhost") == 0;
}

/* NULL for no connection. */
static MYSQL *try_connect(const MyConnection *connection, Error *err)
{
    const MyPlace *place = connection->place;
    bool preferred = place->tls == MY_TLS_PREFERRED;
    bool no_tls = false;
    MYSQL *handle = connect_by(
        connection, preferred && is_local(place) ? MY_TLS_DISABLED : place->tls, &no_tls, err);

    if (handle == NULL && preferred && no_tls && !is_local(place)) {
        error_clear(err);
        handle = connect_by(connection, MY_TLS_DISABLED, &no_tls, err);
    }
    return handle;
}

static bool ask(MyConnection *connection, Error *err)
{
    const ServerOptions *server = connection->server;

    if (server->ask_password == NULL ||
        !server->ask_password("Password: ", &connection->password)) {
        return err->code != ERR_NONE ? false : error_set(err, ERR_CONNECT, "no password was given");
    }
    connection->has_password = true;
    return true;
}

static bool log_in(MyConnection *connection, Error *err)
{
    const ServerOptions *server = connection->server;

    if (server->force_password && !ask(connection, err)) {
        return false;
    }
    connection->handle = try_connect(connection, err);
    if (connection->handle == NULL && strcmp(err->sqlstate, "28000") == 0 &&
        !server->never_password && !connection->has_password &&
        connection->place->password == NULL && getenv("MYSQL_PWD") == NULL &&
        ask(connection, err)) {
        connection->handle = try_connect(connection, err);
    }
    return connection->handle != NULL &&
           (watch(connection->handle) || error_set_memory(err, "a connection"));
}

static MyConnection *new_connection(const ServerOptions *server, const MyPlace *place,
                                    const EngineContext *context, Error *err)
{
    MyConnection *connection = calloc(1, sizeof *connection);

    if (connection == NULL) {
        (void)error_set_memory(err, "a connection");
        return NULL;
    }
    connection->server = server;
    connection->place = place;
    connection->context = *context;
    buffer_init(&connection->password, PASSWORD_LIMIT);
    return connection;
}

static void open_trace(MyConnection *connection)
{
    trace_open(&connection->trace, connection->context.events, SQL_MYSQL,
               connection->is_mariadb ? "MariaDB" : "MySQL",
               mysql_get_server_info(connection->handle));
}

bool my_connect(const ServerOptions *server, const MyPlace *place, const EngineContext *context,
                bool may_load, MyConnection **out, Error *err)
{
    MyConnection *connection = new_connection(server, place, context, err);

    if (connection == NULL) {
        return false;
    }
    connection->may_load = may_load;
    error_clear(err);
    if (!log_in(connection, err)) {
        my_disconnect(connection);
        return false;
    }
    connection->is_mariadb = mariadb_connection(connection->handle) != 0;
    open_trace(connection);
    *out = connection;
    return true;
}

bool my_connect_beside(const MyConnection *first, MyConnection **out, Error *err)
{
    MyConnection *connection = new_connection(first->server, first->place, &first->context, err);

    if (connection == NULL) {
        return false;
    }
    buffer_append(&connection->password, first->password.data, first->password.len);
    connection->has_password = first->has_password;
    connection->may_load = first->may_load;
    connection->is_mariadb = first->is_mariadb;
    if (buffer_ok(&connection->password, "a password", err)) {
        connection->handle = try_connect(connection, err);
    }
    if (connection->handle == NULL || !watch(connection->handle)) {
        my_disconnect(connection);
        return error_prefix(err, "another connection beside the first");
    }
    open_trace(connection);
    *out = connection;
    return true;
}

void my_disconnect(MyConnection *connection)
{
    if (connection == NULL) {
        return;
    }
    if (connection->handle != NULL) {
        at_work = connection;
        mysql_close(connection->handle);
        at_work = NULL;
    }
    trace_close(&connection->trace);
    if (connection->password.capacity > 0) {
        explicit_bzero(connection->password.data, connection->password.capacity);
    }
    buffer_free(&connection->password);
    free(connection);
}

bool my_is_mariadb(const MyConnection *connection)
{
    return connection->is_mariadb;
}

unsigned long my_version_number(const MyConnection *connection)
{
    return mysql_get_server_version(connection->handle);
}

const char *my_version(const MyConnection *connection)
{
    return mysql_get_server_info(connection->handle);
}

Trace *my_trace(MyConnection *connection)
{
    return &connection->trace;
}

/* --- Statements --------------------------------------------------------------------------- */

/* From another connection, for this one is busy. What comes of it this one will see. */
static void kill_statement(const MyConnection *connection)
{
    char sql[64];
    Error ignored = {0};
    MYSQL *other = try_connect(connection, &ignored);

    if (other != NULL) {
        (void)snprintf(sql, sizeof sql, "KILL QUERY %lu", mysql_thread_id(connection->handle));
        (void)!mysql_query(other, sql);
        mysql_close(other);
    }
}

/* A server that was asked to stop and says nothing is out of reach. */
static bool is_patient(const MyConnection *connection)
{
    return !connection->killed || clock_monotonic() < connection->killed_at + PATIENCE_SECONDS;
}

/* Until something can be read (POLLIN: the answer's first byte) or written. */
static bool wait_for(MyConnection *connection, short events, Error *err)
{
    struct pollfd entry = {.fd = mysql_get_socket(connection->handle), .events = events};

    while (is_patient(connection)) {
        int ready = poll(&entry, 1, POLL_MILLISECONDS);

        if (ready > 0) {
            return true;
        }
        if (ready < 0 && errno != EINTR) {
            return error_set_errno(err, errno, "cannot wait for the server");
        }
        if (!connection->killed && cancel_requested(connection->context.cancel)) {
            connection->killed = true;
            kill_statement(connection);
            connection->killed_at = clock_monotonic();
        }
    }
    return error_set(err, ERR_LOST, "the server doesn't answer");
}

/* libmariadb asks this wherever it would block. 1: go on; -1: the connection is of no more use. */
static int wait_io(my_socket handle, my_bool is_read, int milliseconds)
{
    struct pollfd entry = {.fd = handle, .events = is_read ? POLLIN : POLLOUT};
    Error ignored = {0};

    if (at_work == NULL || at_work->handle == NULL || mysql_get_socket(at_work->handle) != handle) {
        return poll(&entry, 1, milliseconds);
    }
    return wait_for(at_work, entry.events, &ignored) ? 1 : -1;
}

/* All of the answer is here. Returns ok. */
static bool answered(MyConnection *connection, bool ok, const Error *err)
{
    trace_answered(&connection->trace, ok ? NULL : err);
    return ok;
}

static bool begin(MyConnection *connection, const char *sql, size_t len, Error *err)
{
    if (!cancel_check(connection->context.cancel, err)) {
        return false;
    }
    connection->killed = false;
    at_work = connection;
    trace_sent(&connection->trace, sql, len, false);
    return true;
}

bool my_calls_begin(MyConnection *connection, const char *name, Error *err)
{
    trace_name(&connection->trace, name);
    return begin(connection, "", 0, err);
}

bool my_calls_end(MyConnection *connection, bool ok, Error *err)
{
    return answered(connection, cancel_check(connection->context.cancel, err) && ok, err);
}

MYSQL *my_handle(const MyConnection *connection)
{
    return connection->handle;
}

/* A cancel explains whatever else went wrong. */
static bool send_statement(MyConnection *connection, const char *sql, size_t len, Error *err)
{
    bool ok;

    if (!begin(connection, sql, len, err)) {
        return false;
    }
    if (mysql_send_query(connection->handle, sql, len) != 0) {
        ok = fail(connection, err);
    } else {
        ok = wait_for(connection, POLLIN, err) &&
             (mysql_read_query_result(connection->handle) == 0 || fail(connection, err));
    }
    ok = cancel_check(connection->context.cancel, err) && ok;
    return ok || answered(connection, false, err);
}

/* What is left of the answer, as a CALL's. */
static bool drop_results(MyConnection *connection, Error *err)
{
    for (;;) {
        MYSQL_RES *result = mysql_store_result(connection->handle);
        int next;

        if (result == NULL && mysql_field_count(connection->handle) > 0) {
            return fail(connection, err);
        }
        mysql_free_result(result);
        if (!mysql_more_results(connection->handle)) {
            return true;
        }
        next = mysql_next_result(connection->handle);
        if (next > 0) {
            return fail(connection, err);
        }
        if (next < 0) {
            return true;
        }
    }
}

bool my_exec(MyConnection *connection, const char *sql, size_t len, Error *err)
{
    bool ok;

    if (!send_statement(connection, sql, len, err)) {
        return false;
    }
    ok = (mysql_field_count(connection->handle) == 0 && !mysql_more_results(connection->handle)) ||
         drop_results(connection, err);
    connection->trace.data_rows = my_affected_rows(connection);
    return answered(connection, ok, err);
}

bool my_exec_text(MyConnection *connection, const char *sql, Error *err)
{
    return my_exec(connection, sql, strlen(sql), err);
}

/* --- LOAD DATA LOCAL ---------------------------------------------------------------------- */

/* libmariadb calls these while it reads the answer to a LOAD DATA; or whenever a server asks. */
static int load_begin(void **state, const char *name, void *connection)
{
    (void)name;
    *state = connection;
    return ((MyConnection *)connection)->load == NULL;
}

/* A statement that was killed gets no more, and ends. */
static int load_read(void *state, char *data, unsigned size)
{
    MyConnection *connection = state;
    size_t len = connection->load_len < size ? connection->load_len : size;
    Error ignored = {0};

    if (connection->killed || !wait_for(connection, POLLOUT, &ignored) || connection->killed) {
        return 0;
    }
    memcpy(data, connection->load, len);
    connection->load += len;
    connection->load_len -= len;
    return (int)len;
}

/* All is sent; the answer comes when the server has stored it. */
static void load_end(void *state)
{
    Error ignored = {0};

    if (state != NULL && ((MyConnection *)state)->load != NULL) {
        (void)!wait_for(state, POLLIN, &ignored);
    }
}

static int load_error(void *state, char *message, unsigned size)
{
    (void)state;
    (void)snprintf(message, size, "the server asks for a file of this machine");
    return CR_UNKNOWN_ERROR;
}

bool my_load(MyConnection *connection, const char *sql, const char *data, size_t len, Error *err)
{
    bool ok;

    connection->load = data;
    connection->load_len = len;
    connection->trace.data_bytes += len;
    ok = my_exec_text(connection, sql, err);
    connection->load = NULL;
    return ok;
}

uint64_t my_affected_rows(const MyConnection *connection)
{
    my_ulonglong rows = mysql_affected_rows(connection->handle);

    return rows == (my_ulonglong)-1 ? 0 : rows;
}

unsigned my_warning_count(const MyConnection *connection)
{
    return mysql_warning_count(connection->handle);
}

bool my_in_transaction(const MyConnection *connection)
{
    unsigned status = 0;

    return mariadb_get_infov(connection->handle, MARIADB_CONNECTION_SERVER_STATUS, &status) == 0 &&
           (status & SERVER_STATUS_IN_TRANS) != 0;
}

unsigned my_errno(const MyConnection *connection)
{
    return mysql_errno(connection->handle);
}

/* Of a statement that is to return rows. */
static bool no_rows(MyConnection *connection, const char *sql, Error *err)
{
    if (mysql_errno(connection->handle) != 0) {
        (void)fail(connection, err);
    } else {
        (void)error_set(err, ERR_INTERNAL, "no rows come from: %.200s", sql);
    }
    return answered(connection, false, err);
}

bool my_query(MyConnection *connection, const char *sql, MYSQL_RES **out, Error *err)
{
    MYSQL_RES *result;

    if (!send_statement(connection, sql, strlen(sql), err)) {
        return false;
    }
    result = mysql_store_result(connection->handle);
    if (result == NULL) {
        return no_rows(connection, sql, err);
    }
    connection->trace.data_rows = mysql_num_rows(result);
    *out = result;
    return answered(connection, true, err);
}

bool my_stream(MyConnection *connection, const char *sql, MYSQL_RES **out, Error *err)
{
    MYSQL_RES *result;

    if (!send_statement(connection, sql, strlen(sql), err)) {
        return false;
    }
    result = mysql_use_result(connection->handle);
    if (result == NULL) {
        return no_rows(connection, sql, err);
    }
    *out = result;
    return true;
}

/* Looked at only when somebody asked. */
static void count_row(Trace *trace, MYSQL_RES *result)
{
    const unsigned long *lengths = mysql_fetch_lengths(result);

    trace->data_rows++;
    for (unsigned i = 0; i < mysql_num_fields(result); i++) {
        trace->data_bytes += lengths[i];
    }
}

bool my_next_row(MyConnection *connection, MYSQL_RES *result, MYSQL_ROW *row, Error *err)
{
    at_work = connection;
    *row = mysql_fetch_row(result);
    if (*row != NULL) {
        if (connection->trace.events != NULL) {
            count_row(&connection->trace, result);
        }
        return true;
    }
    return answered(connection,
                    mysql_errno(connection->handle) == 0 ||
                        (cancel_check(connection->context.cancel, err) && fail(connection, err)),
                    err);
}
