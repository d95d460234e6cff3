/* SPDX-License-Identifier: Apache-2.0 */
/* A server and a database of it, for mariadb-dump, mysql and their kin. What leads to the server
 * becomes an option file, read instead of all others: so the programs go where we were, whatever
 * any my.cnf says for them. */
#include "engine/mysql/describe.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "engine/mysql/connection.h"
#include "engine/mysql/tls.h"
#include "sql/mysql_quote.h"

enum { TEXT_LIMIT = 1 << 16 };

static void put_setting(Buffer *out, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0') {
        return;
    }
    buffer_printf(out, "%s=\"", name);
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            buffer_putc(out, '\\');
        }
        if (*p == '\n') {
            buffer_puts(out, "\\n");
        } else {
            buffer_putc(out, *p);
        }
    }
    buffer_puts(out, "\"\n");
}

static const char *text_option(MYSQL *handle, enum mysql_option option)
{
    char *value = NULL;

    return mysql_get_option(handle, option, (void *)&value) == 0 ? value : NULL;
}

/* In the words of the server's own family of programs: each knows but these. */
static void put_tls(Buffer *out, MYSQL *handle, bool mariadb)
{
    bool encrypted = mysql_get_ssl_cipher(handle) != NULL;
    bool has_ca = text_option(handle, MYSQL_OPT_SSL_CA) != NULL ||
                  text_option(handle, MYSQL_OPT_SSL_CAPATH) != NULL;
    my_bool verified = 0;

    (void)mysql_get_option(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verified);
    if (encrypted) {
        for (size_t i = 0; i < MY_SSL_COUNT; i++) {
            put_setting(out, my_ssl_names[i], text_option(handle, my_tls_option((MySsl)i)));
        }
    }
    if (!mariadb) {
        put_setting(out, "ssl-mode",
                    !encrypted ? "DISABLED"
                    : verified ? "VERIFY_IDENTITY"
                    : has_ca   ? "VERIFY_CA"
                               : "REQUIRED");
    } else if (encrypted) {
        buffer_printf(out, "ssl\n%sssl-verify-server-cert\n", verified ? "" : "skip-");
    } else {
        buffer_puts(out, "skip-ssl\n");
    }
}

static bool put_place(MYSQL *handle, bool mariadb, ServerFacts *facts, Error *err)
{
    Buffer text;
    bool ok;

    buffer_init(&text, TEXT_LIMIT);
    buffer_puts(&text, "[client]\n");
    if (handle->unix_socket != NULL) {
        buffer_puts(&text, "protocol=socket\n");
        put_setting(&text, "socket", handle->unix_socket);
    } else {
        buffer_printf(&text, "protocol=tcp\nport=%u\n", handle->port);
        put_setting(&text, "host", handle->host);
        put_tls(&text, handle, mariadb);
    }
    put_setting(&text, "user", handle->user);
    put_setting(&text, "password", handle->passwd);
    ok = buffer_ok(&text, "an option file", err);
    if (ok) {
        facts->secret = strdup(text.data);
        ok = facts->secret != NULL || error_set_memory(err, "an option file");
    }
    if (text.capacity > 0 && text.data != NULL) {
        explicit_bzero(text.data, text.capacity);
    }
    buffer_free(&text);
    return ok;
}

static bool take_properties(MYSQL_ROW row, ServerFacts *facts, Error *err)
{
    Buffer CLEANUP(buffer_free) text;
    JsonWriter json;

    buffer_init(&text, TEXT_LIMIT);
    json_init(&json, &text);
    json_begin_object(&json, NULL);
    json_text(&json, "charset", row[1]);
    json_text(&json, "collation", row[2]);
    json_end_object(&json);
    facts->database = arena_strdup(&facts->arena, row[0]);
    facts->properties = arena_strdup(&facts->arena, text.data);
    return buffer_ok(&text, "the database's properties", err) &&
           arena_ok(&facts->arena, "the database's properties", err);
}

static bool find_database(MyConnection *connection, const char *name, ServerFacts *facts,
                          Error *err)
{
    Buffer CLEANUP(buffer_free) sql;
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok;

    buffer_init(&sql, TEXT_LIMIT);
    buffer_puts(&sql, "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME"
                      " FROM information_schema.SCHEMATA WHERE ");
    mysql_put_is_database(&sql, "SCHEMA_NAME", name);
    if (!buffer_ok(&sql, "a query", err) || !my_query(connection, sql.data, &result, err)) {
        return false;
    }
    row = mysql_fetch_row(result);
    ok = row != NULL ? take_properties(row, facts, err)
                     : error_set(err, ERR_SERVER, "there is no database \"%s\"", name);
    mysql_free_result(result);
    return ok || error_hint(err, "SHOW DATABASES lists those that there are.");
}

static bool describe(MyConnection *connection, const char *database, ServerFacts *facts, Error *err)
{
    facts->dbms = my_is_mariadb(connection) ? "mariadb" : "mysql";
    facts->server_version = arena_strdup(&facts->arena, my_version(connection));
    facts->server_version_number = (int)my_version_number(connection);
    return arena_ok(&facts->arena, "what is known of the server", err) &&
           put_place(my_handle(connection), my_is_mariadb(connection), facts, err) &&
           (database[0] == '\0' || find_database(connection, database, facts, err));
}

bool mysql_describe(const ServerOptions *server, const char *database, const EngineContext *context,
                    ServerFacts *facts, Error *err)
{
    MyPlace place = {0};
    MyConnection *connection;
    bool ok;

    if (!my_place_init(&place, server, database == NULL ? "" : database, err)) {
        return false;
    }
    ok = my_connect(server, &place, context, false, &connection, err);
    if (ok) {
        ok = describe(connection, place.database, facts, err);
        my_disconnect(connection);
    }
    my_place_free(&place);
    return ok;
}
