/* SPDX-License-Identifier: Apache-2.0 */
/* A backup of one PostgreSQL database: snapshot, locks, catalog, and then entry by entry. */
#include "engine/postgres/backup.h"

#include <stdlib.h>

#include "engine/postgres/copy_out.h"
#include "engine/postgres/definition.h"
#include "engine/postgres/large_objects.h"
#include "engine/postgres/snapshot.h"
#include "sql/quote.h"

struct BackupSession {
    EngineContext context;
    PgConnection *connection;
    Catalog catalog;
    Buffer text; /* of the definition at work */
};

/* What the rest of the script relies on. Without timeouts, since a server may set them for all;
 * transaction_timeout is set where the restoring server has it. */
static bool add_settings(Catalog *catalog, const Toc *toc, Error *err)
{
    CatalogItem *item = catalog_add_item(catalog, catalog_kind("settings"), err);
    Buffer sql;
    bool ok;

    if (item == NULL) {
        return false;
    }
    buffer_init(&sql, 4096);
    buffer_puts(&sql, "SET statement_timeout = 0;\n"
                      "SET lock_timeout = 0;\n"
                      "SET idle_in_transaction_session_timeout = 0;\n"
                      "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings"
                      " WHERE name = 'transaction_timeout';\n"
                      "SET client_encoding = ");
    sql_quote_literal(&sql, toc->info.encoding);
    buffer_puts(&sql, ";\n"
                      "SET standard_conforming_strings = on;\n"
                      "SELECT pg_catalog.set_config('search_path', '', false);\n"
                      "SET check_function_bodies = false;\n"
                      "SET xmloption = content;\n"
                      "SET client_min_messages = warning;\n"
                      "SET row_security = off;\n"
                      "SET lc_monetary = 'C';\n"
                      "SET default_tablespace = '';\n"
                      "SET default_table_access_method = heap;");
    item->kind = "SETTINGS";
    item->name = "SETTINGS";
    item->create_sql = arena_strdup(catalog->arena, sql.data);
    ok = buffer_ok(&sql, "the settings", err) && arena_ok(catalog->arena, "the settings", err);
    buffer_free(&sql);
    return ok;
}

static bool read_catalog(BackupSession *session, Toc *toc, Error *err)
{
    Catalog *catalog = &session->catalog;

    return catalog_check_supported(catalog, err) && catalog_read_relations(catalog, err) &&
           snapshot_lock(catalog, err) && add_settings(catalog, toc, err) &&
           large_objects_add(catalog, err) &&
           catalog_read_items(catalog, &toc->info.database_properties, err) &&
           catalog_make_entries(catalog, toc, err);
}

bool postgres_backup_begin(const ServerOptions *server, const char *database,
                           const BackupScope *scope, const EngineContext *context, Toc *toc,
                           BackupSession **out, Error *err)
{
    BackupSession *session = calloc(1, sizeof *session);

    if (session == NULL) {
        return error_set_memory(err, "a backup");
    }
    session->context = *context;
    buffer_init(&session->text, DEFINITION_LIMIT);
    if (!pg_connect(server, database, context, &session->connection, err)) {
        postgres_backup_end(session);
        return false;
    }
    catalog_init(&session->catalog, session->connection, &session->context, &toc->arena);
    if (!snapshot_begin(session->connection, &session->context, toc, err) ||
        !read_catalog(session, toc, err)) {
        postgres_backup_end(session);
        return false;
    }
    *out = session;
    return true;
}

static bool write_definition(BackupSession *session, const CatalogItem *item, Writer *out,
                             Error *err)
{
    buffer_clear(&session->text);
    definition_text(item, &session->text);
    return buffer_ok(&session->text, item->name, err) &&
           writer_write(out, session->text.data, session->text.len, err);
}

bool postgres_backup_write(BackupSession *session, const Entry *entry, Writer *text, uint64_t *rows,
                           Error *err)
{
    const CatalogItem *item = entry->engine_data;
    char label[256];
    bool ok;

    if (item->write != NULL) {
        ok = item->write(session->connection, &session->context, item, text, rows, err);
    } else if (item->copy_out != NULL) {
        ok = copy_out_write(session->connection, &session->context, item, text, rows, err);
    } else {
        *rows = 0;
        ok = write_definition(session, item, text, err);
    }
    if (!ok && err->code != ERR_CANCELLED) {
        entry_label(entry, label, sizeof label);
        (void)error_prefix(err, "%s", label);
    }
    return ok;
}

void postgres_backup_end(BackupSession *session)
{
    if (session != NULL) {
        catalog_free(&session->catalog);
        pg_disconnect(session->connection);
        buffer_free(&session->text);
        free(session);
    }
}
