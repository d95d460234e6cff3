/* SPDX-License-Identifier: Apache-2.0 */
/* A connection in libpq's pipeline mode. */
#include "engine/postgres/pipeline.h"

#include <string.h>
#include <sys/socket.h>

#include "engine/postgres/connection_inside.h"

bool pg_pipeline_begin(PgConnection *connection, Error *err)
{
    return PQenterPipelineMode(connection->handle) == 1 || pg_handle_error(connection, err);
}

bool pg_pipeline_send(PgConnection *connection, const char *sql, Error *err)
{
    if (!cancel_check(connection->context.cancel, err)) {
        return false;
    }
    trace_sent(&connection->trace, sql, strlen(sql), true);
    if (PQsendQueryParams(connection->handle, sql, 0, NULL, NULL, NULL, NULL, 0) == 0) {
        return pg_handle_error(connection, err);
    }
    return true; /* libpq sends by itself what has grown to some kilobytes */
}

bool pg_pipeline_flush(PgConnection *connection, Error *err)
{
    return pg_flush(connection, err);
}

bool pg_pipeline_sync(PgConnection *connection, Error *err)
{
    if (PQpipelineSync(connection->handle) == 0) {
        return pg_handle_error(connection, err);
    }
    return pg_flush(connection, err);
}

bool pg_pipeline_next(PgConnection *connection, bool *skipped, bool *synced, Error *err)
{
    PGresult *result = NULL;
    bool ok = true;

    /* The end of the statement before is a NULL. */
    for (int nulls = 0; result == NULL; nulls++) {
        if (nulls > 1) {
            return PQstatus(connection->handle) == CONNECTION_BAD
                       ? pg_handle_error(connection, err)
                       : error_set(err, ERR_INTERNAL, "the server owes an answer");
        }
        if (!pg_wait_result(connection, err)) {
            return pg_cancelled_error(connection, err);
        }
        result = PQgetResult(connection->handle);
    }
    *skipped = false;
    *synced = false;
    switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC:
        *synced = true;
        break;
    case PGRES_PIPELINE_ABORTED:
        *skipped = true;
        trace_answered(&connection->trace, &(Error){.code = ERR_SERVER});
        break;
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
        (void)pg_result_error(result, NULL, err);
        trace_answered(&connection->trace, err);
        ok = pg_cancelled_error(connection, err);
        break;
    default:
        pg_count_rows(connection, result);
        trace_answered(&connection->trace, NULL);
        break;
    }
    PQclear(result);
    return ok;
}

bool pg_pipeline_abandon(PgConnection *connection)
{
    (void)shutdown(PQsocket(connection->handle), SHUT_RDWR);
    return false;
}

bool pg_pipeline_end(PgConnection *connection, Error *err)
{
    PGresult *result;

    if (!pg_wait_result(connection, err)) {
        return pg_cancelled_error(connection, err);
    }
    result = PQgetResult(connection->handle); /* the NULL behind the last answer */
    if (result != NULL) {
        PQclear(result);
        return error_set(err, ERR_INTERNAL, "the server has answered too much");
    }
    return PQexitPipelineMode(connection->handle) == 1 || pg_handle_error(connection, err);
}
