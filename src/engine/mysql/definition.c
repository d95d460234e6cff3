/* SPDX-License-Identifier: Apache-2.0 */
/* Puts definitions together. What the server shows of a routine is written as it is; around it go
 * the settings that the server keeps with it, and a delimiter that doesn't occur in it. */
#include "engine/mysql/definition.h"

#include <stdio.h>
#include <string.h>

#include "engine/mysql/table_text.h"
#include "sql/mysql_quote.h"
#include "sql/quote.h"

const char my_script_settings[] = "SET NAMES utf8mb4;\n"
                                  "SET time_zone = '+00:00';\n"
                                  "SET sql_mode = '" MY_SCRIPT_MODE "';\n"
                                  "SET foreign_key_checks = 0;\n"
                                  "SET unique_checks = 1;\n"
                                  "/*M!101000 SET explicit_defaults_for_timestamp = 1 */;\n"
                                  "/*M!100201 SET check_constraint_checks = 0 */;\n";

void my_definition_heading(Buffer *out, const char *kind, const char *schema, const char *name)
{
    buffer_puts(out, "--\n-- Name: ");
    sql_comment_text(out, name);
    buffer_puts(out, "; Type: ");
    sql_comment_text(out, kind);
    buffer_puts(out, "; Schema: ");
    sql_comment_text(out, schema);
    buffer_puts(out, "\n--\n\n");
}

/* ";;", or another that the text doesn't hold. */
static void choose_delimiter(const char *sql, char out[static 24])
{
    (void)snprintf(out, 24, ";;");
    for (unsigned i = 0; strstr(sql, out) != NULL; i++) {
        (void)snprintf(out, 24, "$%u$", i);
    }
}

/* A character set or collation, as a word of SQL. */
static void put_setting(Buffer *out, const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0') {
        buffer_printf(out, "SET %s = ", name);
        mysql_quote_literal(out, value);
        buffer_puts(out, ";\n");
    }
}

static void put_session(Buffer *out, const MyShown *shown)
{
    put_setting(out, "character_set_client", shown->client_charset);
    put_setting(out, "collation_connection", shown->connection_collation);
}

static void put_database_collation(Buffer *out, const char *collation)
{
    size_t charset = strcspn(collation, "_");

    buffer_printf(out, "ALTER DATABASE CHARACTER SET %.*s COLLATE %s;\n", (int)charset, collation,
                  collation);
}

/* A delimiter must stand neither in a comment nor right behind a ';'. */
static const char *end_of(const char *sql)
{
    const char *line = strrchr(sql, '\n');
    size_t len = strlen(sql);

    line = line == NULL ? sql : line;
    return strstr(line, "--") != NULL || strchr(line, '#') != NULL ||
                   (len > 0 && sql[len - 1] == ';')
               ? "\n"
               : "";
}

void my_definition_routine(Buffer *out, const MyCatalog *catalog, const MyShown *shown)
{
    bool other_database = shown->database_collation != NULL &&
                          strcmp(shown->database_collation, catalog->collation) != 0;
    char delimiter[24];

    choose_delimiter(shown->sql, delimiter);
    if (other_database) { /* the parameters' and variables' default */
        put_database_collation(out, shown->database_collation);
    }
    put_session(out, shown);
    put_setting(out, "time_zone", shown->time_zone);
    buffer_puts(out, "SET sql_mode = ");
    mysql_quote_literal(out, shown->sql_mode == NULL ? "" : shown->sql_mode);
    buffer_printf(out, ";\nDELIMITER %s\n%s%s%s\nDELIMITER ;\n", delimiter, shown->sql,
                  end_of(shown->sql), delimiter);
    buffer_puts(out, "SET sql_mode = '" MY_SCRIPT_MODE "';\nSET NAMES utf8mb4;\n");
    if (shown->time_zone != NULL) {
        buffer_puts(out, "SET time_zone = '+00:00';\n");
    }
    if (other_database) {
        put_database_collation(out, catalog->collation);
    }
}

void my_definition_view(Buffer *out, const MyCatalog *catalog, const MyShown *shown, bool replaces)
{
    static const char create[] = "CREATE ";
    const char *sql = shown->sql;

    put_session(out, shown);
    if (replaces && strncmp(sql, create, sizeof create - 1) == 0) {
        buffer_puts(out, "CREATE OR REPLACE ");
        sql += sizeof create - 1;
    }
    /* Columns are qualified with the database when the server couldn't look into the tables. */
    my_put_unqualified(out, sql, strlen(sql), catalog->database, true);
    buffer_puts(out, ";\nSET NAMES utf8mb4;\n");
}

void my_definition_stand_in(Buffer *out, const MyRelation *view)
{
    buffer_puts(out, "CREATE VIEW ");
    mysql_quote_identifier(out, view->name);
    buffer_puts(out, view->columns.len == 0 ? " AS SELECT 1" : " AS SELECT");
    for (size_t i = 0; i < view->columns.len; i++) {
        buffer_puts(out, i == 0 ? " 1 AS " : ", 1 AS ");
        mysql_quote_identifier(out, view->columns.items[i].name);
    }
    buffer_puts(out, ";\n");
}
