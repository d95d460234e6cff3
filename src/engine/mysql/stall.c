/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection on which nothing moves. The server may have hours of work before it has something to
 * say; or the network between has swallowed what it said. It is asked, on another connection, what
 * it does: one that waits for us while we wait for it, or that can't be reached, is lost.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/mysql/connection_inside.h"

enum { GRACE_MILLISECONDS = 2000 /* for what was sent just before the server was asked */ };

/* Columns of SHOW PROCESSLIST, which shows everybody his own sessions. */
enum { ID = 0, COMMAND = 4, STATE = 6 };

static bool lost(MyConnection *connection, const char *why, Error *err)
{
    (void)error_set(&connection->stall, ERR_LOST,
                    "nothing has come from the server for %u seconds (--stall-timeout), %s",
                    connection->server->stall_seconds, why);
    (void)error_hint(&connection->stall,
                     "Look at the network between here and the server, then try again.");
    *err = connection->stall;
    return false;
}

/* Does it wait for the client? */
static bool waits_for_us(const char *command, const char *state)
{
    static const char *const states[] = {"Writing to net", "Sending to client", "Reading from net",
                                         "Receiving from client"};
    bool waits = command != NULL && strcmp(command, "Sleep") == 0;

    for (size_t i = 0; state != NULL && i < ARRAY_LENGTH(states); i++) {
        waits = waits || strcmp(state, states[i]) == 0;
    }
    return waits;
}

/* False when it can't be asked. */
static bool ask_server(const MyConnection *connection, MYSQL *probe, bool *waits)
{
    unsigned long id = mysql_thread_id(connection->handle);
    MYSQL_RES *rows =
        mysql_query(probe, "SHOW PROCESSLIST") == 0 ? mysql_store_result(probe) : NULL;
    MYSQL_ROW row;

    if (rows == NULL) {
        return false;
    }
    *waits = false; /* behind a proxy it may go by another number: nobody knows */
    while ((row = mysql_fetch_row(rows)) != NULL) {
        if (row[ID] != NULL && strtoul(row[ID], NULL, 10) == id) {
            *waits = waits_for_us(row[COMMAND], row[STATE]);
        }
    }
    mysql_free_result(rows);
    return true;
}

bool my_bear_silence(MyConnection *connection, short events, unsigned milliseconds, Error *err)
{
    struct pollfd entry = {.fd = mysql_get_socket(connection->handle), .events = events};
    unsigned limit = connection->server->stall_seconds;
    Error why = {0};
    MYSQL *probe;
    bool waits;
    bool ok;

    connection->silent += milliseconds;
    if (limit == 0 || connection->silent / 1000 < limit) {
        return true;
    }
    connection->silent = 0;
    connection->probing = true;
    probe = my_try_connect(connection, &why);
    connection->probing = false;
    if (probe == NULL) { /* who is refused has heard from the server */
        return why.sqlstate[0] != '\0' || lost(connection, "and it can't be reached any more", err);
    }
    ok = ask_server(connection, probe, &waits);
    mysql_close(probe);
    if (!ok) {
        return lost(connection, "though it had let us in", err);
    }
    return !waits || poll(&entry, 1, GRACE_MILLISECONDS) != 0 ||
           lost(connection, "though it says that it waits for us", err);
}
