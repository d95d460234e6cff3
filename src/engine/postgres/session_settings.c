/* SPDX-License-Identifier: Apache-2.0 */
/* One session's settings, for another. */
#include "engine/postgres/session_settings.h"

#include <stdlib.h>
#include <string.h>

/* The SQL sets what differs where it is run, as far as that session may. The number is of all
 * settings, but for those of extensions, which are known only where a session has made use of
 * them. */
static const char query[] =
    "select pg_catalog.format('RESET SESSION AUTHORIZATION; SELECT pg_catalog.set_config(name, "
    "wanted, false) FROM (VALUES %s) AS leader(name, wanted) JOIN pg_catalog.pg_settings USING "
    "(name) WHERE setting IS DISTINCT FROM wanted AND (context = ''user'' OR (context = "
    "''superuser'' AND pg_catalog.current_setting(''is_superuser'') = ''on'')); "
    "SET SESSION AUTHORIZATION %I; SET ROLE %I',"
    " pg_catalog.string_agg(pg_catalog.format('(%L, %L)', name, setting), ', ' order by name),"
    " session_user, pg_catalog.current_setting('role')),"
    " pg_catalog.hashtextextended(pg_catalog.concat(session_user, ' ', current_user, "
    "pg_catalog.string_agg(case when name !~ '[.]' then pg_catalog.format(' %L = %L', name, "
    "setting) end, '' order by name)), 0)"
    " from pg_catalog.pg_settings"
    " where name not in ('transaction_isolation', 'transaction_read_only', "
    "'transaction_deferrable')";

void session_settings_free(SessionSettings *settings)
{
    free(settings->sql);
    free(settings->number);
    *settings = (SessionSettings){0};
}

bool session_settings_read(PgConnection *connection, SessionSettings *settings, Error *err)
{
    PGresult *rows;

    if (!pg_query(connection, query, &rows, err)) {
        return false;
    }
    settings->sql = strdup(PQgetvalue(rows, 0, 0));
    settings->number = strdup(PQgetvalue(rows, 0, 1));
    PQclear(rows);
    if (settings->sql == NULL || settings->number == NULL) {
        session_settings_free(settings);
        (void)error_set_memory(err, "a session's settings");
        return false;
    }
    return true;
}

bool session_settings_apply(PgConnection *connection, const SessionSettings *settings, bool *same,
                            Error *err)
{
    SessionSettings got;

    if (!pg_exec(connection, settings->sql, err) || !session_settings_read(connection, &got, err)) {
        return false;
    }
    *same = strcmp(settings->number, got.number) == 0;
    session_settings_free(&got);
    return true;
}
