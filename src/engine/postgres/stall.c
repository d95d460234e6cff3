/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection on which nothing moves. The server may have hours of work before it has something to
 * say; or the network between has swallowed what it said. It is asked, on another connection, what
 * it does: one that waits for us while we wait for it, or that can't be reached, is lost.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "engine/postgres/connection_inside.h"

enum { GRACE_MILLISECONDS = 2000 /* for what was sent just before the server was asked */ };

static bool lost(const PgConnection *connection, const char *why, Error *err)
{
    (void)error_set(err, ERR_LOST,
                    "nothing has come from the server for %u seconds (--stall-timeout), %s",
                    connection->stall_seconds, why);
    return error_hint(err, "Look at the network between here and the server, then try again.");
}

/* Whoever gets an error by number has heard from the server. */
static bool explain(const PgConnection *connection, const Error *probe, Error *err)
{
    char why[256];

    if (probe->sqlstate[0] != '\0') {
        return true;
    }
    if (probe->code == ERR_CANCELLED) {
        *err = *probe;
        return false;
    }
    (void)snprintf(why, sizeof why, "and it can't be reached any more: %.200s", probe->message);
    return lost(connection, why, err);
}

/* Does it wait for the client? A process that it doesn't know is behind a pooler: nobody knows. */
static bool waits_for_us(const PGresult *rows)
{
    return PQntuples(rows) == 1 && (strcmp(PQgetvalue(rows, 0, 0), "Client") == 0 ||
                                    strncmp(PQgetvalue(rows, 0, 1), "idle", 4) == 0);
}

static bool ask_server(PgConnection *connection, bool *waits, Error *err)
{
    PgConnection *probe = NULL;
    PGresult *rows = NULL;
    char sql[160];
    bool ok;

    (void)snprintf(sql, sizeof sql,
                   "SELECT wait_event_type, state FROM pg_catalog.pg_stat_activity WHERE pid = %d",
                   PQbackendPID(connection->handle));
    ok = pg_connect_probe(connection, &probe, err) && pg_query(probe, sql, &rows, err);
    *waits = ok && waits_for_us(rows);
    PQclear(rows);
    pg_disconnect(probe);
    return ok;
}

bool pg_bear_silence(PgConnection *connection, short events, Error *err)
{
    struct pollfd entry = {.fd = PQsocket(connection->handle), .events = events};
    Error probe = {0};
    bool waits;

    connection->silent += PG_POLL_MILLISECONDS;
    if (connection->stall_seconds == 0 || connection->silent / 1000 < connection->stall_seconds) {
        return true;
    }
    connection->silent = 0;
    if (connection->is_probe) {
        return lost(connection, "though it had let us in", err);
    }
    if (!ask_server(connection, &waits, &probe)) {
        return explain(connection, &probe, err);
    }
    return !waits || poll(&entry, 1, GRACE_MILLISECONDS) != 0 ||
           lost(connection, "though it says that it waits for us", err);
}
