/* SPDX-License-Identifier: Apache-2.0 */
/* CREATE DATABASE, from the properties that a backup keeps of its database. */
#include "engine/postgres/create_database.h"

#include <string.h>

#include "archive/toc.h"
#include "base/json_parse.h"
#include "sql/quote.h"

static bool load(const char *text, json_t **out, Error *err)
{
    static const char what[] = "the database's properties";
    json_error_t why;
    json_t *properties = NULL;

    if (text == NULL) {
        properties = json_object();
    } else if (!json_parse(text, strlen(text), JSON_REJECT_DUPLICATES, what, &properties, &why,
                           err)) {
        return false;
    }
    if (properties == NULL) {
        return text == NULL
                   ? error_set_memory(err, what)
                   : error_set(err, ERR_DAMAGED,
                               "the archive's database properties can't be read: %s", why.text);
    }
    *out = properties;
    return true;
}

/* Absent, null and empty are the same. */
static const char *property(const json_t *properties, const char *key)
{
    const char *text = json_string_value(json_object_get(properties, key));

    return text == NULL || text[0] == '\0' ? NULL : text;
}

static void put_literal(Buffer *sql, const json_t *properties, const char *key, const char *words)
{
    const char *text = property(properties, key);

    if (text != NULL) {
        buffer_printf(sql, " %s ", words);
        sql_quote_literal(sql, text);
    }
}

static void put_name(Buffer *sql, const json_t *properties, const char *key, const char *word)
{
    const char *text = property(properties, key);

    if (text != NULL) {
        buffer_printf(sql, " %s ", word);
        sql_quote_identifier(sql, text);
    }
}

bool create_database_sql(const char *name, const char *properties, int server_version,
                         unsigned leave_out, Buffer *sql, Error *err)
{
    json_t *object = NULL;
    const char *tablespace;

    if (!load(properties, &object, err)) {
        return false;
    }
    buffer_puts(sql, "CREATE DATABASE ");
    sql_quote_identifier(sql, name);
    buffer_puts(sql, " TEMPLATE template0");
    put_literal(sql, object, "encoding", "ENCODING");
    put_literal(sql, object, "collate", "LC_COLLATE");
    put_literal(sql, object, "ctype", "LC_CTYPE");
    /* Servers before 15 know of no other than libc, and not the word. */
    if (server_version >= 150000) {
        put_name(sql, object, "locale_provider", "LOCALE_PROVIDER");
    }
    put_literal(sql, object, "icu_locale", "ICU_LOCALE");
    put_literal(sql, object, "icu_rules", "ICU_RULES");
    put_literal(sql, object, "builtin_locale", "BUILTIN_LOCALE");
    tablespace = property(object, "tablespace");
    if (tablespace != NULL && strcmp(tablespace, "pg_default") != 0 && /* naming it takes rights */
        (leave_out & TEXT_BIT(TEXT_TABLESPACE)) == 0) {
        put_name(sql, object, "tablespace", "TABLESPACE");
    }
    if ((leave_out & TEXT_BIT(TEXT_OWNER)) == 0) {
        put_name(sql, object, "owner", "OWNER");
    }
    json_decref(object);
    return buffer_ok(sql, "CREATE DATABASE", err);
}

bool database_settings_sql(const char *properties, unsigned leave_out, Buffer *sql, Error *err)
{
    json_t *object = NULL;
    const json_t *texts;

    if (!load(properties, &object, err)) {
        return false;
    }
    texts = json_object_get(object, "sql");
    for (int kind = 0; kind < N_TEXT_KINDS; kind++) {
        const char *text = property(texts, text_kind_name((TextKind)kind));

        if (text != NULL && (leave_out & TEXT_BIT(kind)) == 0) {
            buffer_printf(sql, "%s\n", text);
        }
    }
    json_decref(object);
    return buffer_ok(sql, "the database's settings", err);
}

static void put_alter(Buffer *sql, const char *name, const char *what)
{
    buffer_puts(sql, "ALTER DATABASE ");
    sql_quote_identifier(sql, name);
    buffer_printf(sql, " %s;\n", what);
}

bool seal_database_sql(const char *name, const char *properties, Buffer *sql, Error *err)
{
    json_t *object = NULL;
    const json_t *limit;
    char text[64];

    if (!load(properties, &object, err)) {
        return false;
    }
    limit = json_object_get(object, "connection_limit");
    if (json_is_integer(limit) && json_integer_value(limit) != -1) {
        (void)snprintf(text, sizeof text, "CONNECTION LIMIT %lld",
                       (long long)json_integer_value(limit));
        put_alter(sql, name, text);
    }
    if (json_is_true(json_object_get(object, "is_template"))) {
        put_alter(sql, name, "IS_TEMPLATE true");
    }
    json_decref(object);
    return buffer_ok(sql, "ALTER DATABASE", err);
}
