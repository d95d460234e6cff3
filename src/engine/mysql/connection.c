/* SPDX-License-Identifier: Apache-2.0 */
/* Statements and their answers, by libmariadb, with cancels, and errors as values. */
#include <errmsg.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "engine/mysql/connection_inside.h"

enum { POLL_MILLISECONDS = 100 };

_Thread_local MyConnection *my_at_work;

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
    {1050,
     "It exists already: restore into an empty database, or with --clean, which drops no table "
     "where the backup has a view, nor a view where it has a table."},
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

/* libmariadb then has left an answer in the middle: what comes of it would be taken for the next
 * statement's, and the wait for that would never end. */
static bool is_out_of_step(unsigned number)
{
    return number == CR_OUT_OF_MEMORY || number == CR_MALFORMED_PACKET;
}

bool my_fail(const MyConnection *connection, unsigned number, const char *sqlstate,
             const char *message, Error *err)
{
    if (connection->stall.code != ERR_NONE) {
        *err = connection->stall;
        return false;
    }
    if (is_out_of_step(number)) {
        (void)shutdown(mysql_get_socket(connection->handle), SHUT_RDWR);
    }
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

    return my_fail(connection, mysql_errno(handle), mysql_sqlstate(handle), mysql_error(handle),
                   err);
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
    MYSQL *other = my_try_connect(connection, &ignored);

    if (other != NULL) {
        (void)snprintf(sql, sizeof sql, "KILL QUERY %lu", mysql_thread_id(connection->handle));
        (void)!mysql_query(other, sql);
        mysql_close(other);
    }
}

/* A server that was asked to stop and says nothing is out of reach. */
static bool is_patient(const MyConnection *connection)
{
    return !connection->killed || clock_monotonic() < connection->killed_at + MY_PATIENCE_SECONDS;
}

bool my_wait_for(MyConnection *connection, short events, Error *err)
{
    struct pollfd entry = {.fd = mysql_get_socket(connection->handle), .events = events};

    while (is_patient(connection)) {
        int ready = poll(&entry, 1, POLL_MILLISECONDS);

        if (ready > 0) {
            connection->silent = 0;
            return true;
        }
        if (ready < 0 && errno != EINTR) {
            return error_set_errno(err, errno, "cannot wait for the server");
        }
        if (ready == 0 && !my_bear_silence(connection, events, POLL_MILLISECONDS, err)) {
            return false;
        }
        if (!connection->killed && cancel_requested(connection->context.cancel)) {
            connection->killed = true;
            kill_statement(connection);
            connection->killed_at = clock_monotonic();
        }
    }
    return error_set(err, ERR_LOST, "the server doesn't answer");
}

int my_wait_io(my_socket handle, my_bool is_read, int milliseconds)
{
    struct pollfd entry = {.fd = handle, .events = is_read ? POLLIN : POLLOUT};
    Error ignored = {0};

    if (my_at_work == NULL || my_at_work->handle == NULL ||
        mysql_get_socket(my_at_work->handle) != handle) {
        return poll(&entry, 1, milliseconds);
    }
    return my_wait_for(my_at_work, entry.events, &ignored) ? 1 : -1;
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
    my_at_work = connection;
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
        ok = my_wait_for(connection, POLLIN, err) &&
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

bool my_ask_number(MyConnection *connection, const char *sql, uint64_t *n, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;

    if (!my_query(connection, sql, &result, err)) {
        return false;
    }
    row = mysql_fetch_row(result);
    *n = row == NULL || row[0] == NULL ? 0 : strtoull(row[0], NULL, 10);
    mysql_free_result(result);
    return true;
}

bool my_ask(MyConnection *connection, const char *sql, bool *yes, Error *err)
{
    uint64_t n;

    if (!my_ask_number(connection, sql, &n, err)) {
        return false;
    }
    *yes = n == 1;
    return true;
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
    my_at_work = connection;
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
