/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connection URIs. Of MySQL's: that each part lies within the text. Of PostgreSQL's: with another
 * database it is the same server, user and settings, by libpq's own reading of both.
 */
#include "fuzz.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "engine/mysql/place.h"
#include "engine/postgres/uri.h"
#include "sql/database_names.h"

static void check_mysql(const char *text)
{
    MyPlace place = {0};
    Error err = {0};
    bool ok = my_place_init(&place, &(ServerOptions){0}, text, &err);

    fuzz_check_verdict(ok, &err);
    if (ok) {
        FUZZ_ASSERT(place.database != NULL && place.port <= 65535);
    }
    my_place_free(&place);
}

static const char *value_of(const PQconninfoOption *options, const char *keyword)
{
    while (strcmp(options->keyword, keyword) != 0) {
        options++;
    }
    return options->val == NULL ? "" : options->val;
}

static void check_same_place(const char *uri, const char *other, const char *database)
{
    PQconninfoOption *a = PQconninfoParse(uri, NULL);
    PQconninfoOption *b = PQconninfoParse(other, NULL);

    FUZZ_ASSERT(a != NULL && b != NULL);
    for (const PQconninfoOption *o = a; o->keyword != NULL; o++) {
        const char *wanted = strcmp(o->keyword, "dbname") == 0 ? database : value_of(a, o->keyword);

        FUZZ_ASSERT(strcmp(value_of(b, o->keyword), wanted) == 0);
    }
    PQconninfoFree(a);
    PQconninfoFree(b);
}

static void check_postgres(const char *text)
{
    static const char database[] = "an other\xFF%&=?/";
    char name[64];
    Error err = {0};
    Buffer out;
    bool ok;

    if (!pg_uri_is(text)) {
        return;
    }
    buffer_init(&out, SIZE_MAX);
    ok = pg_uri_with_database(text, database, &out, &err);
    fuzz_check_verdict(ok, &err);
    if (ok) {
        check_same_place(text, out.data, database);
        pg_uri_database(out.data, name, sizeof name);
        FUZZ_ASSERT(strcmp(name, database) == 0);
    }
    buffer_free(&out);
}

/* psql's \connect takes one, too. */
static void check_connect(const char *text)
{
    Buffer line;
    Buffer database;
    Buffer user;

    buffer_init(&line, SIZE_MAX);
    buffer_init(&database, SIZE_MAX);
    buffer_init(&user, SIZE_MAX);
    buffer_printf(&line, "\\connect %s", text);
    (void)sql_parse_connect(line.data, line.len, &database, &user);
    buffer_free(&line);
    buffer_free(&database);
    buffer_free(&user);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);

    check_mysql(text);
    check_postgres(text);
    check_connect(text);
    free(text);
    return 0;
}
