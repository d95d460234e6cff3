/* SPDX-License-Identifier: Apache-2.0 */
/* What of a server's globals is neither a user nor a right: MySQL's general tablespaces, other
 * servers, functions out of libraries. */
#include <stdlib.h>
#include <string.h>

#include "base/json_parse.h"
#include "engine/mysql/globals.h"
#include "sql/mysql_quote.h"
#include "sql/words.h"

/* --- Tablespaces ------------------------------------------------------------------------------ */

/* name, file, block size, encryption, how much it grows at once */
static bool add_tablespace(MyGlobals *globals, MYSQL_ROW row, Error *err)
{
    Buffer *sql = &globals->sql;
    const char *file = strncmp(row[1], "./", 2) == 0 ? row[1] + 2 : row[1];

    buffer_clear(sql);
    buffer_puts(sql, "CREATE TABLESPACE ");
    mysql_quote_identifier(sql, row[0]);
    buffer_puts(sql, " ADD DATAFILE ");
    mysql_quote_literal(sql, file);
    buffer_printf(sql, " FILE_BLOCK_SIZE = %s", row[2]);
    if (strcmp(row[4], "0") != 0) {
        buffer_printf(sql, " AUTOEXTEND_SIZE = %s", row[4]);
    }
    buffer_printf(sql, " ENCRYPTION = '%s'", row[3]);
    return my_globals_add(globals, MY_GLOBAL_TABLESPACE, err);
}

/* A table names the one it is in, so a backup of its database can't do without. mysqldump knows
 * only those of NDB. */
bool my_tablespaces_add(MyGlobals *globals, Error *err)
{
    static const char sql[] =
        "SELECT t.NAME, f.FILE_NAME, if(t.ZIP_PAGE_SIZE > 0, t.ZIP_PAGE_SIZE, t.PAGE_SIZE),"
        "       t.ENCRYPTION, t.AUTOEXTEND_SIZE"
        "  FROM information_schema.INNODB_TABLESPACES t"
        "  JOIN information_schema.FILES f ON f.TABLESPACE_NAME = t.NAME"
        " WHERE t.SPACE_TYPE = 'General' AND t.NAME <> 'mysql' ORDER BY binary t.NAME";
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (my_is_mariadb(globals->connection)) {
        return true;
    }
    if (!my_query(globals->connection, sql, &result, err)) {
        return error_prefix(err, "reading the tablespaces");
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        ok = add_tablespace(globals, row, err);
    }
    mysql_free_result(result);
    return ok;
}

/* --- Servers ---------------------------------------------------------------------------------- */

enum { NAME, HOST, DATABASE, USER, PASSWORD, PORT, SOCKET, WRAPPER, OWNER, OPTIONS };

static void put_option(const MyGlobals *globals, Buffer *sql, const char *key, const char *value)
{
    bool is_number = sql_equal_fold(key, strlen(key), "port") && value[0] != '\0' &&
                     strspn(value, "0123456789") == strlen(value);

    if (sql_equal_fold(key, strlen(key), "password") && globals->scope->no_passwords) {
        return;
    }
    buffer_puts(sql, sql->data[sql->len - 1] == '(' ? "" : ", ");
    if (strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") == strlen(key)) {
        buffer_puts(sql, key);
    } else {
        mysql_quote_identifier(sql, key);
    }
    buffer_putc(sql, ' ');
    if (is_number) {
        buffer_puts(sql, value);
    } else {
        mysql_quote_literal(sql, value);
    }
}

/* Servers that keep any option have them all there. */
static bool put_json_options(const MyGlobals *globals, Buffer *sql, const char *text, bool *any,
                             Error *err)
{
    json_t *options;
    const char *key;
    json_t *value;

    if (!json_parse(text, strlen(text), 0, "a server's options", &options, NULL, err)) {
        return false;
    }
    *any = json_object_size(options) > 0;
    json_object_foreach(options, key, value)
    {
        if (json_is_string(value)) {
            put_option(globals, sql, key, json_string_value(value));
        }
    }
    json_decref(options);
    return true;
}

static void put_options(const MyGlobals *globals, Buffer *sql, MYSQL_ROW row)
{
    static const char *const keys[] = {
        [HOST] = "HOST", [DATABASE] = "DATABASE", [USER] = "USER",  [PASSWORD] = "PASSWORD",
        [PORT] = "PORT", [SOCKET] = "SOCKET",     [OWNER] = "OWNER"};

    for (size_t i = HOST; i <= OWNER; i++) {
        if (keys[i] != NULL && row[i][0] != '\0' && (i != PORT || strcmp(row[i], "0") != 0)) {
            put_option(globals, sql, keys[i], row[i]);
        }
    }
}

static bool add_server(MyGlobals *globals, MYSQL_ROW row, bool has_options, Error *err)
{
    Buffer *sql = &globals->sql;
    bool any = false;

    buffer_clear(sql);
    /* Only MariaDB puts up with one that is there. */
    buffer_puts(sql, my_is_mariadb(globals->connection) ? "CREATE SERVER IF NOT EXISTS "
                                                        : "CREATE SERVER ");
    mysql_quote_identifier(sql, row[NAME]);
    buffer_puts(sql, " FOREIGN DATA WRAPPER ");
    mysql_quote_identifier(sql, row[WRAPPER]);
    buffer_puts(sql, " OPTIONS (");
    if (!buffer_ok(sql, "a server", err)) {
        return false;
    }
    if (has_options && row[OPTIONS] != NULL &&
        !put_json_options(globals, sql, row[OPTIONS], &any, err)) {
        return false;
    }
    if (!any) {
        put_options(globals, sql, row);
    }
    buffer_putc(sql, ')');
    return my_globals_add(globals, MY_GLOBAL_SERVER, err);
}

bool my_servers_add(MyGlobals *globals, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    /* Its columns have always been in this order; MariaDB 11.7 added the last one. */
    if (!my_query(globals->connection, "SELECT * FROM mysql.servers ORDER BY binary Server_name",
                  &result, err)) {
        return error_prefix(err, "reading the servers");
    }
    if (mysql_num_fields(result) <= OWNER) {
        ok = error_set(err, ERR_SERVER, "the table mysql.servers has too few columns");
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        ok = add_server(globals, row, mysql_num_fields(result) > OPTIONS, err);
    }
    mysql_free_result(result);
    return ok;
}

/* --- Functions out of libraries --------------------------------------------------------------- */

/* name, what it returns, library, type */
static bool add_function(MyGlobals *globals, MYSQL_ROW row, Error *err)
{
    static const char *const returns[] = {"STRING", "REAL", "INTEGER", "ROW", "DECIMAL"};
    Buffer *sql = &globals->sql;
    unsigned long type = strtoul(row[1], NULL, 10);

    event_text(globals->context->events, EVENT_WARNING,
               "the function \"%s\" comes out of the library %s: the backup holds how to make it "
               "only as a comment",
               row[0], row[2]);
    buffer_clear(sql);
    buffer_printf(sql, "When the library is there: CREATE %sFUNCTION ",
                  strcmp(row[3], "aggregate") == 0 ? "AGGREGATE " : "");
    mysql_quote_identifier(sql, row[0]);
    buffer_printf(sql, " RETURNS %s SONAME ",
                  type < ARRAY_LENGTH(returns) ? returns[type] : "STRING");
    mysql_quote_literal(sql, row[2]);
    return my_globals_add(globals, MY_GLOBAL_REMARK, err);
}

/* They are machine code, which a restore mustn't run unasked. */
bool my_functions_add(MyGlobals *globals, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (!my_query(globals->connection,
                  "SELECT name, ret, dl, type FROM mysql.func ORDER BY binary name", &result,
                  err)) {
        return error_prefix(err, "reading the functions out of libraries");
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        ok = add_function(globals, row, err);
    }
    mysql_free_result(result);
    return ok;
}
