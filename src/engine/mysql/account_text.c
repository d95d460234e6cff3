/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A user's attributes as the parts of a CREATE USER. MariaDB's come from its record, for SHOW
 * CREATE USER quotes names in certificates as if they had no quotes (11.8), and of an expired
 * password doesn't say all. MySQL's come from SHOW CREATE USER, which has that fault, too.
 */
#include <string.h>

#include "base/json_parse.h"
#include "engine/mysql/globals.h"
#include "sql/mysql_grant.h"
#include "sql/mysql_quote.h"

/* --- MariaDB ---------------------------------------------------------------------------------- */

static const char *text_of(const json_t *user, const char *key)
{
    const char *text = json_string_value(json_object_get(user, key));

    return text == NULL ? "" : text;
}

static json_int_t number_of(const json_t *user, const char *key, json_int_t otherwise)
{
    const json_t *value = json_object_get(user, key);

    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

/* A plugin's name is a word. A password that is empty is written, too: an ALTER USER is to take
 * away the one that was there. */
static void put_method(Buffer *text, const json_t *method)
{
    const char *plugin = text_of(method, "plugin");
    const char *string = text_of(method, "authentication_string");

    if (plugin[0] == '\0') {
        plugin = "mysql_native_password";
    }
    mysql_quote_identifier(text, plugin);
    if (string[0] != '\0' || strcmp(plugin, "mysql_native_password") == 0) {
        buffer_puts(text, " USING ");
        mysql_quote_literal(text, string);
    }
}

/* In "auth_or" an empty one stands for the one of the user itself. */
static void put_identified(Buffer *text, const json_t *user)
{
    const json_t *methods = json_object_get(user, "auth_or");
    size_t n = json_array_size(methods);

    buffer_puts(text, " IDENTIFIED VIA ");
    for (size_t i = 0; i < n; i++) {
        const json_t *method = json_array_get(methods, i);

        buffer_puts(text, i > 0 ? " OR " : "");
        put_method(text, json_object_size(method) == 0 ? user : method);
    }
    if (n == 0) {
        put_method(text, user);
    }
}

static void put_name(Buffer *text, const char *word, const char *name)
{
    if (name[0] != '\0') {
        buffer_printf(text, " %s ", word);
        mysql_quote_literal(text, name);
    }
}

static void put_limits(Buffer *text, const json_t *user)
{
    static const char *const limits[][2] = {
        {"MAX_QUERIES_PER_HOUR", "max_questions"},
        {"MAX_UPDATES_PER_HOUR", "max_updates"},
        {"MAX_CONNECTIONS_PER_HOUR", "max_connections"},
        {"MAX_USER_CONNECTIONS", "max_user_connections"},
    };
    static const char *const requires[] = {"NONE", "SSL", "X509"};
    json_int_t tls = number_of(user, "ssl_type", 0);
    json_int_t days = number_of(user, "password_lifetime", -1);

    buffer_puts(text, " REQUIRE");
    if (tls >= 0 && tls < (json_int_t)ARRAY_LENGTH(requires)) {
        buffer_printf(text, " %s", requires[tls]);
    } else {
        put_name(text, "ISSUER", text_of(user, "x509_issuer"));
        put_name(text, "SUBJECT", text_of(user, "x509_subject"));
        put_name(text, "CIPHER", text_of(user, "ssl_cipher"));
    }
    buffer_puts(text, " WITH");
    for (size_t i = 0; i < ARRAY_LENGTH(limits); i++) {
        buffer_printf(text, " %s %" JSON_INTEGER_FORMAT, limits[i][0],
                      number_of(user, limits[i][1], 0));
    }
    buffer_printf(text, " MAX_STATEMENT_TIME %.6f",
                  json_number_value(json_object_get(user, "max_statement_time")));
    if (days > 0) {
        buffer_printf(text, " PASSWORD EXPIRE INTERVAL %" JSON_INTEGER_FORMAT " DAY", days);
    } else {
        buffer_puts(text, days == 0 ? " PASSWORD EXPIRE NEVER" : " PASSWORD EXPIRE DEFAULT");
    }
}

static void list_unknown(json_t *user, Buffer *unknown)
{
    static const char *const known[] = {
        "account_locked",
        "auth_or",
        "authentication_string",
        "default_role",
        "is_role",
        "max_connections",
        "max_questions",
        "max_statement_time",
        "max_updates",
        "max_user_connections",
        "password_last_changed",
        "password_lifetime",
        "plugin",
        "ssl_cipher",
        "ssl_type",
        "version_id",
        "x509_issuer",
        "x509_subject",
    };
    const char *key;
    json_t *value;

    json_object_foreach(user, key, value)
    {
        bool is_known = false;

        for (size_t i = 0; !is_known && i < ARRAY_LENGTH(known); i++) {
            is_known = strcmp(key, known[i]) == 0;
        }
        if (!is_known) {
            buffer_printf(unknown, " %s", key);
        }
    }
}

static const char *take(Arena *arena, Buffer *text)
{
    const char *taken = arena_strndup(arena, text->data == NULL ? "" : text->data, text->len);

    buffer_clear(text);
    return taken;
}

bool my_account_from_json(const char *json, Arena *arena, Buffer *text, MyAccount *account,
                          Buffer *unknown)
{
    json_t *user = NULL;
    Error no_memory;

    if (!json_parse(json, strlen(json), 0, "a user", &user, NULL, &no_memory) ||
        !json_is_object(user)) {
        json_decref(user);
        return false;
    }
    buffer_clear(text);
    put_identified(text, user);
    account->identified = take(arena, text);
    put_limits(text, user);
    account->limits = take(arena, text);
    account->tail = "";
    account->is_locked = json_is_true(json_object_get(user, "account_locked"));
    account->is_expired = number_of(user, "password_last_changed", 1) == 0;
    account->default_role =
        arena_strdup(arena, json_string_value(json_object_get(user, "default_role")));
    list_unknown(user, unknown);
    json_decref(user);
    return true;
}

/* --- MySQL ------------------------------------------------------------------------------------ */

static void put_raw_name(Buffer *raw, Buffer *good, const char *word, const char *name)
{
    if (name[0] != '\0') {
        buffer_printf(raw, " %s '%s'", word, name);
        put_name(good, word, name);
    }
}

/* Quotes in the names of certificates, which the server doesn't double. */
static void put_repaired(Buffer *out, const char *sql, const MyCertificate *certificate)
{
    const char *found;
    Buffer raw;
    Buffer good;

    buffer_init(&raw, out->limit);
    buffer_init(&good, out->limit);
    buffer_puts(&raw, " REQUIRE");
    buffer_puts(&good, " REQUIRE");
    put_raw_name(&raw, &good, "SUBJECT", certificate->subject);
    put_raw_name(&raw, &good, "ISSUER", certificate->issuer);
    put_raw_name(&raw, &good, "CIPHER", certificate->cipher);
    found = certificate->subject[0] + certificate->issuer[0] + certificate->cipher[0] == 0
                ? NULL
                : strstr(sql, raw.data);
    if (found != NULL) {
        buffer_append(out, sql, (size_t)(found - sql));
        buffer_append(out, good.data, good.len);
        sql = found + raw.len;
    }
    buffer_puts(out, sql);
    buffer_free(&raw);
    buffer_free(&good);
}

/* " IDENTIFIED … DEFAULT ROLE …": roles may not be there yet. The empty password is written, too:
 * without it an ALTER USER lets the password expire. */
static void put_mysql_identified(Buffer *out, const char *from, const char *end)
{
    const char *roles = mysql_find_outside(from, " DEFAULT ROLE ");
    const char *string = mysql_find_outside(from, " AS ");

    end = roles != NULL && roles < end ? roles : end;
    buffer_append(out, from, (size_t)(end - from));
    if (string == NULL || string > end) {
        buffer_puts(out, " AS ''");
    }
}

bool my_account_from_sql(const char *sql, const MyCertificate *certificate, Arena *arena,
                         Buffer *text, MyAccount *account)
{
    static const char create[] = "CREATE USER ";
    const char *from;
    const char *require;
    const char *lock;
    const char *behind;

    buffer_clear(text);
    put_repaired(text, sql, certificate);
    if (text->len == 0 || strncmp(text->data, create, sizeof create - 1) != 0) {
        return false;
    }
    sql = take(arena, text);
    if (sql == NULL) {
        return true; /* the arena remembers it */
    }
    from = sql + sizeof create - 1;
    from += mysql_account_len(from);
    require = mysql_find_outside(from, " REQUIRE ");
    lock = require == NULL ? NULL : mysql_find_outside(require, " ACCOUNT ");
    if (lock == NULL) {
        return false;
    }
    put_mysql_identified(text, from, require);
    account->identified = take(arena, text);
    account->limits = arena_strndup(arena, require, (size_t)(lock - require));
    account->is_locked = strncmp(lock, " ACCOUNT LOCK", 13) == 0;
    behind = lock + (account->is_locked ? 13 : 15);
    account->tail = arena_strdup(arena, behind);
    return true;
}
