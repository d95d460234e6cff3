/* SPDX-License-Identifier: Apache-2.0 */
/* A server and a database of it, for pg_dump and its kin: where it is, of which version, and what
 * pg_dump's own formats don't bring to a database of another name. */
#include "engine/postgres/describe.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_parse.h"
#include "engine/postgres/catalog.h"

enum { CONNECTION_LIMIT = 1 << 16 };

/* database.sql's columns of statements, each under the kind of text that it is. */
static const struct {
    const char *column;
    TextKind kind;
} statements[] = {
    {"create_sql", TEXT_DEFINITION},
    {"comment_sql", TEXT_COMMENT},
    {"label_sql", TEXT_LABEL},
    {"acl_sql", TEXT_PRIVILEGE},
    {"role_setting_sql", TEXT_ROLE_SETTING},
};

static bool put_statements(const PGresult *rows, unsigned leave_out, json_t *properties)
{
    json_t *sql = json_object();
    bool ok = sql != NULL;

    for (size_t i = 0; ok && i < ARRAY_LENGTH(statements); i++) {
        int column = PQfnumber(rows, statements[i].column);
        bool taken = column >= 0 && (leave_out & TEXT_BIT(statements[i].kind)) == 0;
        const char *text = taken ? PQgetvalue(rows, 0, column) : "";

        ok = text[0] == '\0' ||
             json_object_set_new(sql, text_kind_name(statements[i].kind), json_string(text)) == 0;
    }
    return json_object_set_new(properties, "sql", sql) == 0 && ok;
}

static bool make_properties(const PGresult *rows, ServerFacts *facts, Error *err)
{
    int column;
    json_t *properties;
    char *text = NULL;

    if (PQntuples(rows) != 1 || !catalog_column(rows, "database", "properties", &column, err)) {
        return error_set(err, ERR_INTERNAL, "database.sql returned %d rows", PQntuples(rows));
    }
    if (!json_parse(PQgetvalue(rows, 0, column), (size_t)PQgetlength(rows, 0, column), 0,
                    "the database's properties", &properties, NULL, err)) {
        return false;
    }
    if (properties != NULL && put_statements(rows, facts->leave_out, properties)) {
        text = json_dumps(properties, JSON_COMPACT);
    }
    facts->encoding =
        arena_strdup(&facts->arena, json_string_value(json_object_get(properties, "encoding")));
    facts->properties = arena_strdup(&facts->arena, text);
    json_decref(properties);
    free(text);
    return (facts->properties != NULL && arena_ok(&facts->arena, "the database's properties", err))
               ? true
               : error_set_memory(err, "the database's properties");
}

static bool read_properties(PgConnection *connection, ServerFacts *facts, Error *err)
{
    PGresult *rows;
    bool ok;

    if (!pg_exec(connection, "SET search_path = ''", err) ||
        !catalog_query_on(connection, "database", &rows, err)) {
        return false;
    }
    ok = make_properties(rows, facts, err);
    PQclear(rows);
    return ok;
}

static bool describe_place(PgConnection *connection, ServerFacts *facts, Error *err)
{
    const char *password = PQpass(pg_handle(connection));
    Buffer CLEANUP(buffer_free) text;

    buffer_init(&text, CONNECTION_LIMIT);
    if (!pg_connection_string(connection, &text, err)) {
        return false;
    }
    facts->connection = arena_strdup(&facts->arena, text.data);
    if (password != NULL && password[0] != '\0' &&
        asprintf(&facts->secret, "PGPASSWORD=%s", password) < 0) {
        facts->secret = NULL;
        return error_set_memory(err, "a password");
    }
    facts->dbms = "postgres";
    facts->server_version =
        arena_strdup(&facts->arena, PQparameterStatus(pg_handle(connection), "server_version"));
    facts->server_version_number = pg_server_version(connection);
    facts->database = arena_strdup(&facts->arena, pg_database(connection));
    return arena_ok(&facts->arena, "what is known of the server", err);
}

bool postgres_describe(const ServerOptions *server, const char *database,
                       const EngineContext *context, ServerFacts *facts, Error *err)
{
    PgConnection *connection;
    bool ok;

    if (!pg_connect(server, database, context, &connection, err)) {
        return false;
    }
    ok = describe_place(connection, facts, err) && read_properties(connection, facts, err);
    pg_disconnect(connection);
    return ok;
}
