/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the queries of catalog/, each fitted to the server's version first. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/catalog.h"
#include "engine/postgres/catalog_ahead.h"
#include "engine/postgres/catalog_files.h"

enum { SQL_LIMIT = 1 << 20 /* bytes of one query */ };

/* The number at the end of text, when the line ends in `-- >=N`. */
static bool ends_with_since(const char *line, size_t len, int *version)
{
    size_t digits;

    while (len > 0 && isspace((unsigned char)line[len - 1])) {
        len--;
    }
    digits = len;
    while (digits > 0 && isdigit((unsigned char)line[digits - 1])) {
        digits--;
    }
    if (digits == len || digits < 5 || memcmp(line + digits - 5, "-- >=", 5) != 0) {
        return false;
    }
    *version = (int)strtol(line + digits, NULL, 10);
    return true;
}

/* `--<N rest`: the rest, when the line begins so. */
static const char *begins_with_before(const char *line, int *version)
{
    char *end;

    line += strspn(line, " ");
    if (strncmp(line, "--<", 3) != 0 || !isdigit((unsigned char)line[3])) {
        return NULL;
    }
    *version = (int)strtol(line + 3, &end, 10);
    return *end == ' ' ? end : NULL;
}

static void append_line(Buffer *out, const char *line, size_t len, int server)
{
    const char *rest;
    int version;

    if (ends_with_since(line, len, &version)) {
        if (server >= version) {
            buffer_append(out, line, len);
        }
        return;
    }
    rest = begins_with_before(line, &version);
    if (rest != NULL && server < version) {
        buffer_append(out, rest, len - (size_t)(rest - line));
    } else {
        buffer_append(out, line, len);
    }
}

void catalog_fit(const char *sql, int major_version, Buffer *out)
{
    while (*sql != '\0') {
        size_t len = strcspn(sql, "\n");

        len += sql[len] == '\n';
        append_line(out, sql, len, major_version);
        sql += len;
    }
}

bool catalog_sql(const char *file, int major_version, Buffer *out, Error *err)
{
    for (size_t i = 0; i < n_catalog_files; i++) {
        if (strcmp(catalog_files[i].name, file) == 0) {
            catalog_fit(catalog_files[i].sql, major_version, out);
            return buffer_ok(out, file, err);
        }
    }
    return error_set(err, ERR_INTERNAL, "catalog/%s.sql isn't built in", file);
}

bool catalog_query_on(PgConnection *connection, const char *file, PGresult **out, Error *err)
{
    char name[64];
    Buffer sql;
    bool ok;

    (void)snprintf(name, sizeof name, "catalog/%s.sql", file);
    trace_name(pg_trace(connection), name);
    buffer_init(&sql, SQL_LIMIT);
    ok = catalog_sql(file, pg_server_version(connection) / 10000, &sql, err) &&
         (pg_query(connection, sql.data, out, err) || error_prefix(err, "catalog/%s.sql", file));
    trace_name(pg_trace(connection), NULL);
    buffer_free(&sql);
    return ok;
}

bool catalog_query(Catalog *catalog, const char *file, PGresult **out, Error *err)
{
    return catalog->ahead != NULL ? catalog_ahead_query(catalog, file, out, err)
                                  : catalog_query_on(catalog->connection, file, out, err);
}

bool catalog_column(const PGresult *result, const char *file, const char *name, int *column,
                    Error *err)
{
    int found = PQfnumber(result, name);

    if (found < 0) {
        return error_set(err, ERR_INTERNAL, "catalog/%s.sql returns no column %s", file, name);
    }
    *column = found;
    return true;
}

uint32_t catalog_oid(const PGresult *result, int row, int column)
{
    if (column < 0 || PQgetisnull(result, row, column)) {
        return 0;
    }
    return (uint32_t)strtoul(PQgetvalue(result, row, column), NULL, 10);
}

bool catalog_bool(const PGresult *result, int row, int column, bool otherwise)
{
    if (column < 0 || PQgetisnull(result, row, column)) {
        return otherwise;
    }
    return PQgetvalue(result, row, column)[0] == 't';
}
