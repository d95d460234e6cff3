/* SPDX-License-Identifier: Apache-2.0 */
/* Connection URIs of PostgreSQL. */
#include "engine/postgres/uri.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "sql/words.h"

bool pg_uri_is(const char *database)
{
    return database != NULL && (strncmp(database, "postgresql://", 13) == 0 ||
                                strncmp(database, "postgres://", 11) == 0);
}

/* libpq would look at a port's value late, and show it. */
static bool has_port(const PQconninfoOption *options)
{
    for (const PQconninfoOption *o = options; o->keyword != NULL; o++) {
        if (strcmp(o->keyword, "port") == 0 && o->val != NULL) {
            return o->val[strspn(o->val, "0123456789,")] == '\0';
        }
    }
    return true;
}

/* For PQconninfoFree; NULL with an error. libpq's own would repeat what may be a password. */
static PQconninfoOption *read_uri(const char *uri, Error *err)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(uri, &why);

    if (options != NULL && has_port(options)) {
        return options;
    }
    if (options == NULL && why == NULL) {
        (void)error_set_memory(err, "a URI");
    } else {
        (void)error_set(err, ERR_USAGE, "the connection URI can't be read");
        (void)error_hint(err, "It is postgresql://user@host:port/database?sslmode=MODE; odd "
                              "characters are written as %%XX.");
    }
    PQfreemem(why);
    PQconninfoFree(options);
    return NULL;
}

bool pg_uri_check(const char *uri, Error *err)
{
    PQconninfoOption *options = read_uri(uri, err);

    PQconninfoFree(options);
    return options != NULL;
}

/* `?keyword=value`, or with & behind a first one. */
static void put_parameter(Buffer *uri, const char *keyword, const char *value)
{
    buffer_printf(uri, "%c%s=", strchr(uri->data, '?') == NULL ? '?' : '&', keyword);
    for (const char *p = value; *p != '\0'; p++) {
        bool plain = (*p & 0x80) == 0 && sql_is_name_char(*p) && *p != '$';

        buffer_printf(uri, plain ? "%c" : "%%%02X", (unsigned char)*p);
    }
}

bool pg_uri_with_database(const char *uri, const char *database, Buffer *out, Error *err)
{
    PQconninfoOption *options = read_uri(uri, err);

    if (options == NULL) {
        return false;
    }
    buffer_puts(out, "postgresql:///");
    for (PQconninfoOption *o = options; o->keyword != NULL; o++) {
        if (o->val != NULL && strcmp(o->keyword, "dbname") != 0) {
            put_parameter(out, o->keyword, o->val);
        }
    }
    put_parameter(out, "dbname", database);
    PQconninfoFree(options);
    return buffer_ok(out, "a connection URI", err);
}

void pg_uri_database(const char *uri, char *out, size_t size)
{
    PQconninfoOption *options = PQconninfoParse(uri, NULL);

    out[0] = '\0';
    for (PQconninfoOption *o = options; o != NULL && o->keyword != NULL; o++) {
        if (strcmp(o->keyword, "dbname") == 0) {
            (void)snprintf(out, size, "%s", o->val == NULL ? "" : o->val);
        }
    }
    PQconninfoFree(options);
}
