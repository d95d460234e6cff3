/* SPDX-License-Identifier: Apache-2.0 */
/* The way to a server of MySQL or MariaDB: TLS, passwords that are asked for, another connection
 * beside the first. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "engine/mysql/connection_inside.h"
#include "engine/mysql/tls.h"

enum {
    CONNECT_SECONDS = 30,
    IDLE_SECONDS = 60, /* of silence, before a server is asked whether it is still there */
    PASSWORD_LIMIT = 4096,
    ER_CON_COUNT = 1040,
    ER_ACCESS_DENIED = 1045,
    ER_USER_CONNECTIONS = 1203,
    ER_USER_LIMIT = 1226,
};

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

/* libmariadb itself reads the variables for the port, the socket and the password. */
static const char *from_environment(const char *given, const char *variable)
{
    const char *value = getenv(variable);

    return given != NULL || value == NULL || value[0] == '\0' ? given : value;
}

/* A server must not be able to ask for files of this machine, whatever the user's my.cnf says: it
 * gets what my_load gives, while that is at work, and otherwise nothing. */
static bool set_options(const MyConnection *connection, MYSQL *handle)
{
    unsigned stall = connection->server->stall_seconds;
    unsigned usual = stall > 0 && stall < CONNECT_SECONDS ? stall : CONNECT_SECONDS;
    unsigned timeout = connection->killed ? MY_PATIENCE_SECONDS : usual;
    unsigned answer = connection->probing ? stall : 0; /* 0: for ever */
    unsigned load = connection->may_load ? 1 : 0;

    my_load_handlers(handle, connection);
    return mysql_options(handle, MYSQL_READ_DEFAULT_GROUP, "dbbackup") == 0 &&
           mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &timeout) == 0 &&
           (answer == 0 || mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &answer) == 0) &&
           mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &load) == 0 &&
           mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4") == 0;
}

/* NULL for no connection. `gate` is NULL for a socket, which needs no TLS: nobody else can listen.
 */
static MYSQL *connect_by(const MyConnection *connection, MyGate *gate, Error *err)
{
    const MyPlace *place = connection->place;
    const char *host = from_environment(place->host, "MYSQL_HOST");
    MYSQL *handle = mysql_init(NULL);
    bool connected;

    if (handle == NULL || !set_options(connection, handle) ||
        (gate != NULL && !my_tls_begin(handle, gate))) {
        (void)error_set_memory(err, "a connection");
        mysql_close(handle);
        return NULL;
    }
    if (place->socket != NULL) {
        host = "localhost";
    }
    connected =
        mysql_real_connect(handle, host, place->user,
                           connection->has_password ? connection->password.data : place->password,
                           NULL, place->port, place->socket, CLIENT_MULTI_RESULTS) != NULL;
    if ((gate != NULL && !my_tls_end(handle, gate, connected, err)) ||
        (!connected && !fail_connect(handle, place, err))) {
        mysql_close(handle);
        return NULL;
    }
    return handle;
}

/* From here on libmariadb waits by way of my_wait_io; and a host that went away is missed. */
static bool watch(MYSQL *handle)
{
    int (*function)(my_socket handle, my_bool is_read, int milliseconds) = my_wait_io;
    int seconds = IDLE_SECONDS;
    void *argument;

    memcpy(&argument, &function, sizeof argument); /* C has no conversion for it */
    (void)setsockopt(mysql_get_socket(handle), IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    return mysql_options(handle, MARIADB_OPT_IO_WAIT, argument) == 0;
}

static bool is_local(const MyPlace *place)
{
    const char *host = from_environment(place->host, "MYSQL_HOST");

    return place->socket != NULL || host == NULL || strcmp(host, "localhost") == 0;
}

MYSQL *my_try_connect(const MyConnection *connection, Error *err)
{
    const MyPlace *place = connection->place;
    MyGate gate = {.place = place, .tls = place->tls};
    MYSQL *handle;

    if (is_local(place) && (place->tls == MY_TLS_PREFERRED || place->tls == MY_TLS_DISABLED)) {
        return connect_by(connection, NULL, err);
    }
    handle = connect_by(connection, &gate, err);
    if (handle == NULL && place->tls == MY_TLS_PREFERRED && gate.no_tls && !gate.trust_is_said) {
        gate = (MyGate){.place = place, .tls = MY_TLS_DISABLED, .falls_back = true};
        error_clear(err);
        handle = connect_by(connection, &gate, err);
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
    connection->handle = my_try_connect(connection, err);
    if (connection->handle == NULL && strcmp(err->sqlstate, "28000") == 0 &&
        !server->never_password && !connection->has_password &&
        connection->place->password == NULL && getenv("MYSQL_PWD") == NULL &&
        ask(connection, err)) {
        connection->handle = my_try_connect(connection, err);
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
        connection->handle = my_try_connect(connection, err);
    }
    if (connection->handle == NULL ||
        (!watch(connection->handle) && !error_set_memory(err, "a connection"))) {
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
        my_at_work = connection;
        mysql_close(connection->handle);
        my_at_work = NULL;
    }
    trace_close(&connection->trace);
    if (connection->password.capacity > 0) {
        explicit_bzero(connection->password.data, connection->password.capacity);
    }
    buffer_free(&connection->password);
    free(connection);
}
