/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transaction that a backup is read in. pg_get_viewdef() and its like read the present catalog
 * and not the snapshot's, so the tables are locked before any of them is called.
 */
#include "engine/postgres/snapshot.h"

#include <stdio.h>
#include <string.h>

enum {
    NAMES_MAX = 20, /* of relations in one message */
    NAMES_BYTES_MAX = 64 * 1024,
    LOCK_BYTES = 64 * 1024, /* of one LOCK TABLE, when another is begun */
    LOCK_BYTES_MAX = 128 * 1024,
    OLDEST_SERVER = 12,          /* what the catalog's queries know … */
    NEWEST_SERVER = 18,          /* … by major version */
    TRANSACTION_TIMEOUT = 170000 /* since when there is one */
};

/* --- Session ------------------------------------------------------------------------------ */

/* Values that change how the server writes names, numbers or dates. lc_monetary: amounts of money
 * are written and read by the same rules, which the script sets too. */
static const char session_sql[] = "SET statement_timeout = 0;"
                                  "SET lock_timeout = 0;"
                                  "SET idle_in_transaction_session_timeout = 0;"
                                  "SET search_path = '';"
                                  "SET datestyle = ISO;"
                                  "SET intervalstyle = postgres;"
                                  "SET extra_float_digits = 3;"
                                  "SET bytea_output = hex;"
                                  "SET xmloption = content;"
                                  "SET lc_monetary = 'C';"
                                  "SET standard_conforming_strings = on;"
                                  "SET quote_all_identifiers = off;"
                                  "SET synchronize_seqscans = off;"
                                  "SET jit = off;" /* compiling outlasts running, here */
                                  "SET row_security = off;";

/* Settings that not every server has; no user's object may run under the name of a system one. */
static const char optional_sql[] =
    "SELECT pg_catalog.set_config(name, 'view, foreign-table', false) FROM pg_catalog.pg_settings"
    " WHERE name = 'restrict_nonsystem_relation_kind'";

static const char facts_sql[] =
    "SELECT pg_catalog.current_setting('server_version') AS version,"
    " pg_catalog.current_database() AS database,"
    " pg_catalog.getdatabaseencoding() AS encoding,"
    " pg_catalog.set_config('client_encoding', pg_catalog.getdatabaseencoding(), false),"
    " pg_catalog.pg_export_snapshot() AS snapshot";

static bool read_facts(PgConnection *connection, Toc *toc, Error *err)
{
    PGresult *result;
    int version, database, encoding, snapshot;
    bool ok;

    if (!pg_query(connection, facts_sql, &result, err)) {
        return false;
    }
    ok = catalog_column(result, "facts", "version", &version, err) &&
         catalog_column(result, "facts", "database", &database, err) &&
         catalog_column(result, "facts", "encoding", &encoding, err) &&
         catalog_column(result, "facts", "snapshot", &snapshot, err);
    if (ok) {
        toc->info.dbms = "postgres";
        toc->info.server_version_number = pg_server_version(connection);
        toc->info.server_version = arena_strdup(&toc->arena, PQgetvalue(result, 0, version));
        toc->info.database = arena_strdup(&toc->arena, PQgetvalue(result, 0, database));
        toc->info.encoding = arena_strdup(&toc->arena, PQgetvalue(result, 0, encoding));
        toc->info.snapshot = arena_strdup(&toc->arena, PQgetvalue(result, 0, snapshot));
    }
    PQclear(result);
    return ok && arena_ok(&toc->arena, "the catalog", err);
}

/* Where the user's own names are looked for without a schema: it gives patterns their meaning. */
static bool read_search_path(PgConnection *connection, Toc *toc, Error *err)
{
    PGresult *result;

    if (!pg_exec(connection, "RESET search_path", err) ||
        !pg_query(connection, "SELECT pg_catalog.array_to_json(pg_catalog.current_schemas(false))",
                  &result, err)) {
        return false;
    }
    toc->info.search_path = arena_strdup(&toc->arena, PQgetvalue(result, 0, 0));
    PQclear(result);
    return pg_exec(connection, "SET search_path = ''", err) &&
           arena_ok(&toc->arena, "the search path", err);
}

static bool check_version(PgConnection *connection, const EngineContext *context, Error *err)
{
    int version = pg_server_version(connection);
    int major = version / 10000;

    if (major > NEWEST_SERVER) {
        event_text(context->events, EVENT_WARNING,
                   "the server is PostgreSQL %d, newer than %d, the last that this version of "
                   "dbbackup knows: what is new there may be missing in the backup",
                   major, NEWEST_SERVER);
    }
    if (major >= OLDEST_SERVER) {
        return true;
    }
    (void)error_set(err, ERR_UNSUPPORTED, "the server is PostgreSQL %d.%d, older than %d", major,
                    version / 100 % 100, OLDEST_SERVER);
    return error_hint(err, "Use the pg_dump that came with it.");
}

static bool set_session(PgConnection *connection, Error *err)
{
    PGresult *ignored;

    if (!pg_exec(connection, session_sql, err) ||
        (pg_server_version(connection) >= TRANSACTION_TIMEOUT &&
         !pg_exec(connection, "SET transaction_timeout = 0", err)) ||
        !pg_query(connection, optional_sql, &ignored, err)) {
        return false;
    }
    PQclear(ignored);
    return pg_exec(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err);
}

bool snapshot_begin(PgConnection *connection, const EngineContext *context, Toc *toc, Error *err)
{
    return check_version(connection, context, err) && set_session(connection, err) &&
           read_facts(connection, toc, err) && read_search_path(connection, toc, err);
}

bool snapshot_join(PgConnection *connection, const Toc *toc, Error *err)
{
    return set_session(connection, err) &&
           pg_exec_format(connection, err, "SET TRANSACTION SNAPSHOT '%s'", toc->info.snapshot) &&
           pg_exec_format(connection, err, "SET client_encoding = '%s'", toc->info.encoding);
}

/* --- Tables ------------------------------------------------------------------------------- */

/* "a, b, c and 7 more" of those relations that `is_bad`. */
static size_t name_relations(const Catalog *catalog, bool (*is_bad)(const CatalogRelation *),
                             Buffer *names)
{
    size_t n = 0;

    for (size_t i = 0; i < catalog->relations.len; i++) {
        const CatalogRelation *relation = &catalog->relations.items[i];

        if (is_bad(relation) && n++ < NAMES_MAX) {
            buffer_printf(names, "%s%s", n == 1 ? "" : ", ", relation->name);
        }
    }
    if (n > NAMES_MAX) {
        buffer_printf(names, " and %zu more", n - NAMES_MAX);
    }
    return n;
}

static bool is_unreadable(const CatalogRelation *relation)
{
    return !relation->is_readable;
}

static bool is_filtered(const CatalogRelation *relation)
{
    return relation->is_readable && relation->is_filtered;
}

static bool refuse(const char *what, const Buffer *names, Error *err)
{
    if (!buffer_ok(names, "a message", err)) {
        return false;
    }
    (void)error_set(err, ERR_SERVER, "%s (SQLSTATE 42501): %s", what, names->data);
    memcpy(err->sqlstate, "42501", sizeof err->sqlstate);
    return false;
}

static bool check_relations(const Catalog *catalog, Error *err)
{
    const char *user = pg_user(catalog->connection);
    char what[256];
    Buffer names;
    bool ok = true;

    buffer_init(&names, NAMES_BYTES_MAX);
    if (name_relations(catalog, is_unreadable, &names) > 0) {
        (void)snprintf(what, sizeof what, "user \"%s\" may not read these tables or sequences",
                       user == NULL ? "" : user);
        ok = refuse(what, &names, err);
        (void)error_hint(err, "Grant the user SELECT on them and USAGE on their schemas, or the "
                              "role pg_read_all_data (servers from 14 on).");
    } else if (name_relations(catalog, is_filtered, &names) > 0) {
        (void)snprintf(what, sizeof what,
                       "row-level security hides rows of these tables from user \"%s\"",
                       user == NULL ? "" : user);
        ok = refuse(what, &names, err);
        (void)error_hint(err, "Back up as a superuser, as the tables' owner, or as a role with "
                              "BYPASSRLS.");
    }
    buffer_free(&names);
    return ok;
}

static bool lock_batch(const Catalog *catalog, Buffer *sql, Error *err)
{
    buffer_puts(sql, " IN ACCESS SHARE MODE");
    if (!buffer_ok(sql, "the list of tables", err)) {
        return false;
    }
    if (pg_exec(catalog->connection, sql->data, err)) {
        buffer_clear(sql);
        return true;
    }
    (void)error_prefix(err, "cannot lock the tables");
    if (strcmp(err->sqlstate, "42P01") == 0) {
        (void)error_hint(err, "A table was dropped just now: run the backup again.");
    }
    return false;
}

static bool lock_tables(const Catalog *catalog, Error *err)
{
    Buffer sql;
    bool ok = true;

    buffer_init(&sql, LOCK_BYTES_MAX);
    for (size_t i = 0; ok && i < catalog->relations.len; i++) {
        const CatalogRelation *relation = &catalog->relations.items[i];

        if (relation->is_locked) {
            buffer_printf(&sql, "%s ONLY %s", sql.len == 0 ? "LOCK TABLE" : ",", relation->name);
            ok = sql.len < LOCK_BYTES || lock_batch(catalog, &sql, err);
        }
    }
    if (ok && sql.len > 0) {
        ok = lock_batch(catalog, &sql, err);
    }
    buffer_free(&sql);
    return ok;
}

bool snapshot_lock(Catalog *catalog, Error *err)
{
    return check_relations(catalog, err) && lock_tables(catalog, err);
}
