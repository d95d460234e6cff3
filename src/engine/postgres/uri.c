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
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(uri, &why);

    if (options == NULL) {
        (void)error_set(err, ERR_USAGE, "the connection URI can't be read: %s",
                        why == NULL ? "out of memory" : why);
        PQfreemem(why);
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
