/* SPDX-License-Identifier: Apache-2.0 */
/* The list of a server's databases, and the script of what belongs to none of them. */
#include "engine/mysql/globals.h"

#include <stdlib.h>
#include <string.h>

#include "sql/mysql_quote.h"
#include "sql/quote.h"
#include "sql/script_edges.h"

enum { TEXT_LIMIT = 1 << 24 };

/* --- Databases -------------------------------------------------------------------------------- */

/* The server shows a user what he may see, and sizes as it last knew them. It takes names for equal
 * that differ in case, and those may be of several databases. A file system's lost+found isn't a
 * database, and its own list has it for one. */
static const char databases_query[] =
    "SELECT max(s.SCHEMA_NAME), coalesce(sum(t.DATA_LENGTH + t.INDEX_LENGTH), 0)"
    "  FROM information_schema.SCHEMATA s"
    "  LEFT JOIN information_schema.TABLES t"
    "    ON binary t.TABLE_SCHEMA = binary s.SCHEMA_NAME AND t.TABLE_TYPE <> 'VIEW'"
    " WHERE binary s.SCHEMA_NAME NOT IN ('information_schema', 'performance_schema', 'mysql', "
    "'sys',"
    "                                    '#mysql50#lost+found')"
    " GROUP BY binary s.SCHEMA_NAME ORDER BY binary s.SCHEMA_NAME";

static bool add_database(DatabaseList *list, MYSQL_ROW row, Error *err)
{
    DatabaseInfo info = {.name = arena_strdup(&list->arena, row[0]),
                         .allows_connections = true,
                         .size_bytes = strtoull(row[1], NULL, 10)};

    return arena_ok(&list->arena, "the list of databases", err) &&
           (vec_push(&list->items, info) || error_set_memory(err, "the list of databases"));
}

static bool read_databases(MyConnection *connection, DatabaseList *list, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (!my_query(connection, databases_query, &result, err)) {
        return error_prefix(err, "reading the list of databases");
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        ok = add_database(list, row, err);
    }
    mysql_free_result(result);
    return ok;
}

static bool put_server(const MyConnection *connection, DatabaseList *list, Error *err)
{
    list->dbms = my_is_mariadb(connection) ? "mariadb" : "mysql";
    list->server_version = arena_strdup(&list->arena, my_version(connection));
    list->server_version_number = (int)my_version_number(connection);
    return arena_ok(&list->arena, "the server's version", err);
}

bool mysql_list_databases(const ServerOptions *server, const char *database,
                          const EngineContext *context, DatabaseList *list, Error *err)
{
    MyConnection *connection = NULL;
    DatabaseList made;
    MyPlace place;
    bool ok;

    database_list_init(&made);
    ok = my_globals_connect(server, database, context, &place, &connection, err) &&
         put_server(connection, &made, err) && read_databases(connection, &made, err);
    my_disconnect(connection);
    my_place_free(&place);
    if (!ok) {
        database_list_free(&made);
        return false;
    }
    *list = made;
    return true;
}

bool mysql_drop_database(const ServerOptions *server, const char *connect_to, const char *name,
                         const EngineContext *context, Error *err)
{
    MyConnection *connection = NULL;
    MyPlace place;
    Buffer sql;
    bool ok;

    buffer_init(&sql, 4096);
    buffer_puts(&sql, "DROP DATABASE IF EXISTS ");
    mysql_quote_identifier(&sql, name);
    ok = my_globals_connect(server, connect_to, context, &place, &connection, err) &&
         buffer_ok(&sql, "a statement", err) && my_exec_text(connection, sql.data, err);
    my_disconnect(connection);
    my_place_free(&place);
    buffer_free(&sql);
    return ok;
}

/* --- The script ------------------------------------------------------------------------------- */

static const char *const titles[] = {
    [MY_GLOBAL_TABLESPACE] = "Tablespaces",
    [MY_GLOBAL_USER] = "Users",
    [MY_GLOBAL_ROLE] = "Roles, made by way of one that is dropped below",
    [MY_GLOBAL_ROLE_GRANT] = "Who has which role",
    [MY_GLOBAL_DEFAULT_ROLE] = "Default roles",
    [MY_GLOBAL_GRANT] = "Privileges on the server and on databases",
    [MY_GLOBAL_SERVER] = "Other servers",
    [MY_GLOBAL_OBJECT_GRANT] = "Privileges on tables and routines, which must be there",
    [MY_GLOBAL_REMARK] = "Not in this backup",
};

/* Around all that has to do with MariaDB's roles. Its user's own role comes back behind it. */
static const char roles_begin[] =
    "SET @dbbackup_role = concat('`', replace(current_role(), '`', '``'), '`');\n"
    "CREATE ROLE IF NOT EXISTS " MY_HELPER_ROLE ";\n"
    "SET ROLE " MY_HELPER_ROLE ";\n";
static const char roles_end[] =
    "SET ROLE NONE;\n"
    "DROP ROLE " MY_HELPER_ROLE ";\n"
    "EXECUTE IMMEDIATE concat('SET ROLE ', coalesce(@dbbackup_role, 'NONE'));\n";

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

void my_globals_count(const char *statement, GlobalsStats *stats)
{
    static const char make_helper[] = "CREATE ROLE IF NOT EXISTS " MY_HELPER_ROLE;
    static const char *const of_roles[] = {"SET ", "EXECUTE IMMEDIATE ", "DROP ROLE ", make_helper};

    for (size_t i = 0; i < ARRAY_LENGTH(of_roles); i++) {
        if (begins_with(statement, of_roles[i]) && !begins_with(statement, "SET DEFAULT ROLE ")) {
            return;
        }
    }
    stats->statements++;
    stats->roles +=
        begins_with(statement, "CREATE USER ") || begins_with(statement, "CREATE ROLE ");
    stats->tablespaces += begins_with(statement, "CREATE TABLESPACE ");
}

/* A GRANT must make no user, as it does in some modes of MariaDB. */
static bool put_start(const MyGlobals *globals, Buffer *text, bool *partial, Error *err)
{
    bool mariadb = my_is_mariadb(globals->connection);

    if (!my_globals_partial_revokes(globals->connection, partial, err)) {
        return false;
    }
    buffer_printf(text, GLOBALS_FIRST "\n-- %s ", mariadb ? GLOBALS_MARIADB : GLOBALS_MYSQL);
    sql_comment_text(text, my_version(globals->connection));
    buffer_puts(text, "\n");
    buffer_puts(text, *partial ? MY_PARTIAL_REVOKES "\n" : "");
    buffer_printf(text, "\nSET NAMES utf8mb4;\nSET SESSION sql_mode = '%s';\n",
                  mariadb ? "NO_AUTO_CREATE_USER" : "");
    return true;
}

static void put_item(const MyGlobal *item, Buffer *text)
{
    if (item->kind == MY_GLOBAL_REMARK) {
        buffer_puts(text, "-- ");
        sql_comment_text(text, item->sql);
        buffer_putc(text, '\n');
    } else {
        buffer_printf(text, "%s;\n", item->sql);
    }
}

static bool write_kind(const MyGlobals *globals, MyGlobalKind kind, Writer *out,
                       GlobalsStats *stats, Error *err)
{
    bool titled = false;
    bool ok = true;
    Buffer text;

    buffer_init(&text, TEXT_LIMIT);
    for (size_t i = 0; ok && i < globals->items.len; i++) {
        const MyGlobal *item = &globals->items.items[i];

        if (item->kind != kind) {
            continue;
        }
        buffer_clear(&text);
        if (!titled) {
            buffer_printf(&text, "\n-- %s\n", titles[kind]);
            buffer_puts(&text, kind == MY_GLOBAL_ROLE ? roles_begin : "");
        }
        titled = true;
        put_item(item, &text);
        ok = buffer_ok(&text, "a statement", err) && writer_write(out, text.data, text.len, err);
        if (kind != MY_GLOBAL_REMARK) {
            my_globals_count(item->sql, stats);
        }
    }
    buffer_free(&text);
    return ok;
}

static bool has_roles(const MyGlobals *globals)
{
    for (size_t i = 0; i < globals->items.len; i++) {
        if (globals->items.items[i].kind == MY_GLOBAL_ROLE) {
            return true;
        }
    }
    return false;
}

static bool write_script(const MyGlobals *globals, Writer *out, GlobalsStats *stats, Error *err)
{
    bool partial;
    Buffer start;
    bool ok;

    buffer_init(&start, TEXT_LIMIT);
    ok = put_start(globals, &start, &partial, err) &&
         buffer_ok(&start, "the script's beginning", err) &&
         writer_write(out, start.data, start.len, err);
    buffer_free(&start);
    for (MyGlobalKind kind = 0; ok && kind < N_MY_GLOBALS; kind++) {
        ok = write_kind(globals, kind, out, stats, err);
        if (ok && kind == MY_GLOBAL_ROLE_GRANT && has_roles(globals)) {
            ok = writer_write(out, roles_end, sizeof roles_end - 1, err);
        }
    }
    return ok && writer_write(out, "\n" GLOBALS_LAST "\n", sizeof GLOBALS_LAST + 1, err);
}

bool mysql_globals_backup(const ServerOptions *server, const char *database,
                          const GlobalsScope *scope, const EngineContext *context, Writer *out,
                          GlobalsStats *stats, Error *err)
{
    MyConnection *connection = NULL;
    GlobalsStats counted = {0};
    MyGlobals globals;
    MyPlace place;
    bool ok = my_globals_connect(server, database, context, &place, &connection, err);

    my_globals_init(&globals, connection, scope, context);
    ok = ok && my_globals_read(&globals, err) && write_script(&globals, out, &counted, err);
    my_globals_free(&globals);
    my_disconnect(connection);
    my_place_free(&place);
    if (ok) {
        *stats = counted;
    }
    return ok;
}
