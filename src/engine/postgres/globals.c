/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs to no database: roles and tablespaces, with all that hangs on them, as a script. Its
 * statements are rows of the queries catalog/globals_*.sql: columns part (a TextKind's name), sql,
 * and perhaps is_tablespace. What belongs to a database, its privileges and settings included, is
 * in its own backup.
 */
#include "engine/postgres/globals.h"

#include <stdlib.h>
#include <string.h>

#include "engine/postgres/catalog.h"
#include "engine/postgres/snapshot.h"
#include "sql/quote.h"
#include "sql/script_edges.h"

enum { HEADER_LIMIT = 1 << 16 };

/* Roles before those who are members, memberships before what only members may grant. */
const GlobalsFile globals_files[] = {
    {.file = "globals_role", .title = "Roles"},
    {.file = "globals_password", .title = "Passwords", .is_secret = true},
    {.file = "globals_setting", .title = "Settings of roles"},
    {.file = "globals_membership", .title = "Memberships"},
    {.file = "globals_tablespace", .title = "Tablespaces"},
    {.file = "globals_acl", .title = "Privileges on tablespaces and parameters"},
    {.file = "globals_text", .title = "Comments and security labels"},
};
const size_t n_globals_files = ARRAY_LENGTH(globals_files);

/* --- Connecting ------------------------------------------------------------------------------- */

bool globals_connect(const ServerOptions *server, const char *database,
                     const EngineContext *context, PgConnection **out, Error *err)
{
    static const char *const everywhere[] = {"postgres", "template1"};

    if (database != NULL) {
        return pg_connect(server, database, context, out, err);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(everywhere); i++) {
        if (pg_connect(server, everywhere[i], context, out, err)) {
            return true;
        }
        /* There is none of that name, or not for us, or it allows no connections. */
        if (strcmp(err->sqlstate, "3D000") != 0 && strcmp(err->sqlstate, "42501") != 0 &&
            strcmp(err->sqlstate, "55000") != 0) {
            return false;
        }
    }
    return false;
}

bool globals_may_read_passwords(PgConnection *connection, bool *may, Error *err)
{
    PGresult *rows;

    if (!pg_query(connection,
                  "select has_column_privilege('pg_catalog.pg_authid', 'rolpassword', 'SELECT')"
                  "   and has_column_privilege('pg_catalog.pg_authid', 'rolname', 'SELECT')",
                  &rows, err)) {
        return false;
    }
    *may = catalog_bool(rows, 0, 0, false);
    PQclear(rows);
    return true;
}

/* --- Databases -------------------------------------------------------------------------------- */

static bool add_databases(const PGresult *rows, DatabaseList *list, Error *err)
{
    static const char file[] = "databases";
    int name, allows, template, size;

    if (!catalog_column(rows, file, "name", &name, err) ||
        !catalog_column(rows, file, "allows_connections", &allows, err) ||
        !catalog_column(rows, file, "is_template", &template, err) ||
        !catalog_column(rows, file, "size_bytes", &size, err)) {
        return false;
    }
    for (int row = 0; row < PQntuples(rows); row++) {
        DatabaseInfo info = {
            .name = arena_strdup(&list->arena, PQgetvalue(rows, row, name)),
            .allows_connections = catalog_bool(rows, row, allows, false),
            .is_template = catalog_bool(rows, row, template, false),
            .size_bytes = strtoull(PQgetvalue(rows, row, size), NULL, 10),
        };

        if (!arena_ok(&list->arena, "the list of databases", err)) {
            return false;
        }
        if (!vec_push(&list->items, info)) {
            return error_set_memory(err, "the list of databases");
        }
    }
    return true;
}

static bool read_version(PgConnection *connection, DatabaseList *list, Error *err)
{
    PGresult *rows;

    if (!pg_query(connection, "select pg_catalog.current_setting('server_version')", &rows, err)) {
        return false;
    }
    list->dbms = "postgres";
    list->server_version = arena_strdup(&list->arena, PQgetvalue(rows, 0, 0));
    list->server_version_number = pg_server_version(connection);
    PQclear(rows);
    return arena_ok(&list->arena, "the server's version", err);
}

bool postgres_list_databases(const ServerOptions *server, const char *database,
                             const EngineContext *context, DatabaseList *list, Error *err)
{
    PgConnection *connection;
    DatabaseList made;
    PGresult *rows;
    bool ok;

    if (!globals_connect(server, database, context, &connection, err)) {
        return false;
    }
    database_list_init(&made);
    ok = pg_exec(connection, "SET search_path = ''", err) && read_version(connection, &made, err) &&
         catalog_query_on(connection, "databases", &rows, err);
    if (ok) {
        ok = add_databases(rows, &made, err);
        PQclear(rows);
    }
    pg_disconnect(connection);
    if (!ok) {
        database_list_free(&made);
        return false;
    }
    *list = made;
    return true;
}

/* --- The script ------------------------------------------------------------------------------- */

/* A backup of globals at work. */
typedef struct Globals {
    PgConnection *connection;
    const GlobalsScope *scope;
    const EngineContext *context;
    Writer *out;
    GlobalsStats stats;
} Globals;

static bool is_begun_by(const char *statement, const char *words)
{
    return strncmp(statement, words, strlen(words)) == 0;
}

void globals_count(const char *statement, GlobalsStats *stats)
{
    stats->statements++;
    stats->roles += is_begun_by(statement, "CREATE ROLE ");
    stats->tablespaces += is_begun_by(statement, "CREATE TABLESPACE ");
}

static bool write_text(const Globals *globals, const char *text, Error *err)
{
    return writer_write(globals->out, text, strlen(text), err);
}

static bool write_start(const Globals *globals, const Toc *toc, Error *err)
{
    Buffer text;
    bool ok;

    buffer_init(&text, HEADER_LIMIT);
    buffer_puts(&text, GLOBALS_FIRST "\n-- " GLOBALS_POSTGRES " ");
    sql_comment_text(&text, toc->info.server_version);
    buffer_puts(&text, "\n\nSET default_transaction_read_only = off;\nSET client_encoding = ");
    sql_quote_literal(&text, toc->info.encoding);
    buffer_puts(&text, ";\nSET standard_conforming_strings = on;\n");
    ok = buffer_ok(&text, "the script's beginning", err) && write_text(globals, text.data, err);
    buffer_free(&text);
    return ok;
}

static bool leaves_out(const Globals *globals, TextKind kind, bool is_tablespace)
{
    unsigned row = TEXT_BIT(kind) | (is_tablespace ? TEXT_BIT(TEXT_TABLESPACE) : 0U);

    return (globals->scope->leave_out & row) != 0;
}

static bool write_rows(Globals *globals, const GlobalsFile *file, const PGresult *rows, Error *err)
{
    int is_tablespace = PQfnumber(rows, "is_tablespace");
    bool titled = false;
    int part, sql;

    if (!catalog_column(rows, file->file, "part", &part, err) ||
        !catalog_column(rows, file->file, "sql", &sql, err)) {
        return false;
    }
    for (int row = 0; row < PQntuples(rows); row++) {
        TextKind kind = text_kind_from_name(PQgetvalue(rows, row, part));
        const char *text = PQgetvalue(rows, row, sql);

        if (kind == N_TEXT_KINDS || PQgetisnull(rows, row, sql)) {
            return error_set(err, ERR_INTERNAL, "catalog/%s.sql returns a row of no known part",
                             file->file);
        }
        if (leaves_out(globals, kind, catalog_bool(rows, row, is_tablespace, false))) {
            continue;
        }
        if (!titled &&
            (!write_text(globals, "\n-- ", err) || !write_text(globals, file->title, err) ||
             !write_text(globals, "\n", err))) {
            return false;
        }
        titled = true;
        if (!write_text(globals, text, err) || !write_text(globals, "\n", err)) {
            return false;
        }
        globals_count(text, &globals->stats);
    }
    return true;
}

/* Managed servers show passwords to nobody. */
static bool takes_passwords(const Globals *globals, bool *takes, Error *err)
{
    bool may;

    if (globals->scope->no_passwords) {
        *takes = false;
        return true;
    }
    if (!globals_may_read_passwords(globals->connection, &may, err)) {
        return false;
    }
    if (!may) {
        event_text(globals->context->events, EVENT_WARNING,
                   "the user \"%s\" may not read the roles' passwords (pg_authid): they are not in "
                   "the backup",
                   pg_user(globals->connection));
    }
    *takes = may;
    return true;
}

static bool write_file(Globals *globals, const GlobalsFile *file, Error *err)
{
    PGresult *rows;
    bool ok;

    if (!cancel_check(globals->context->cancel, err) ||
        !catalog_query_on(globals->connection, file->file, &rows, err)) {
        return false;
    }
    ok = write_rows(globals, file, rows, err);
    PQclear(rows);
    return ok;
}

static bool write_all(Globals *globals, const Toc *toc, Error *err)
{
    bool passwords;

    if (!takes_passwords(globals, &passwords, err) || !write_start(globals, toc, err)) {
        return false;
    }
    for (size_t i = 0; i < n_globals_files; i++) {
        const GlobalsFile *file = &globals_files[i];

        if ((!file->is_secret || passwords) && !write_file(globals, file, err)) {
            return false;
        }
    }
    return write_text(globals, "\n" GLOBALS_LAST "\n", err);
}

bool postgres_globals_backup(const ServerOptions *server, const char *database,
                             const GlobalsScope *scope, const EngineContext *context, Writer *out,
                             GlobalsStats *stats, Error *err)
{
    Globals globals = {.scope = scope, .context = context, .out = out};
    Toc toc;
    bool ok;

    if (!globals_connect(server, database, context, &globals.connection, err)) {
        return false;
    }
    toc_init(&toc);
    ok = snapshot_begin(globals.connection, context, &toc, err) && write_all(&globals, &toc, err);
    toc_free(&toc);
    pg_disconnect(globals.connection);
    if (ok) {
        *stats = globals.stats;
    }
    return ok;
}
