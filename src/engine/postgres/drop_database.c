/* SPDX-License-Identifier: Apache-2.0 */
/* Drops a database that was made for a while, with the sessions that are left in it. */
#include <string.h>

#include "engine/postgres/globals.h"
#include "sql/quote.h"

enum { SQL_LIMIT = 4096, FORCE_SINCE = 130000 };

/* A template can't be dropped, and a database's properties may have made it one. */
static bool end_template(PgConnection *connection, const char *name, const char *literal,
                         Error *err)
{
    PGresult *rows;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_printf(&sql, "SELECT FROM pg_catalog.pg_database WHERE datname = %s AND datistemplate",
                  literal);
    ok = buffer_ok(&sql, "a query", err) && pg_query(connection, sql.data, &rows, err);
    buffer_free(&sql);
    if (!ok) {
        return false;
    }
    ok = PQntuples(rows) == 0 ||
         pg_exec_format(connection, err, "ALTER DATABASE %s IS_TEMPLATE false", name);
    PQclear(rows);
    return ok;
}

static bool drop(PgConnection *connection, const char *name, const char *literal, Error *err)
{
    bool can_force = pg_server_version(connection) >= FORCE_SINCE;

    return pg_exec(connection,
                   "SET search_path = ''; SET statement_timeout = 0; SET lock_timeout = 0;"
                   " SET default_transaction_read_only = off",
                   err) &&
           end_template(connection, name, literal, err) &&
           (can_force || pg_exec_format(connection, err,
                                        "SELECT pg_catalog.pg_terminate_backend(pid)"
                                        "  FROM pg_catalog.pg_stat_activity WHERE datname = %s",
                                        literal)) &&
           pg_exec_format(connection, err, "DROP DATABASE IF EXISTS %s%s", name,
                          can_force ? " WITH (FORCE)" : "");
}

bool postgres_drop_database(const ServerOptions *server, const char *connect_to, const char *name,
                            const EngineContext *context, Error *err)
{
    PgConnection *connection;
    Buffer quoted;
    Buffer literal;
    bool ok;

    if (!globals_connect(server, connect_to, context, &connection, err)) {
        return false;
    }
    buffer_init(&quoted, SQL_LIMIT);
    buffer_init(&literal, SQL_LIMIT);
    sql_quote_identifier(&quoted, name);
    sql_quote_literal(&literal, name);
    ok = buffer_ok(&quoted, "a name", err) && buffer_ok(&literal, "a name", err) &&
         drop(connection, quoted.data, literal.data, err);
    buffer_free(&quoted);
    buffer_free(&literal);
    pg_disconnect(connection);
    if (!ok && strcmp(err->sqlstate, "25006") == 0) {
        (void)error_hint(err,
                         "This server is a standby, it seems, where no database can be made or "
                         "dropped: name another.");
    }
    return ok;
}
