/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands at a script's start. The entries CLEAN and DATABASE are for psql alone: a restore by
 * the index drops and creates by itself (entry_is_for_clients).
 */
#include "engine/postgres/script_start.h"

#include <string.h>

#include "engine/postgres/create_database.h"
#include "engine/postgres/definition.h"
#include "sql/if_exists.h"
#include "sql/quote.h"
#include "sql/words.h"

/* What the rest of the script relies on. Without timeouts, since a server may set them for all;
 * transaction_timeout is set where the restoring server has it. */
static void put_settings(const Catalog *catalog, const Toc *toc, Buffer *sql)
{
    buffer_puts(sql, "SET statement_timeout = 0;\n"
                     "SET lock_timeout = 0;\n"
                     "SET idle_in_transaction_session_timeout = 0;\n"
                     "SELECT pg_catalog.set_config('transaction_timeout', '0', false)"
                     " WHERE pg_catalog.current_setting('transaction_timeout', true) IS NOT NULL;\n"
                     "SET client_encoding = ");
    sql_quote_literal(sql, toc->info.encoding);
    buffer_puts(sql, ";\n"
                     "SET standard_conforming_strings = on;\n"
                     "SELECT pg_catalog.set_config('search_path', '', false);\n"
                     "SET check_function_bodies = false;\n"
                     "SET xmloption = content;\n"
                     "SET client_min_messages = warning;\n"
                     "SET row_security = off;\n"
                     "SET array_nulls = on;\n"
                     "SET transform_null_equals = off;\n"
                     "SET lc_monetary = 'C';\n"
                     "SET default_tablespace = '';\n"
                     "SET default_table_access_method = heap;");
    if (catalog->scope->disable_triggers) {
        buffer_puts(sql, "\nSET session_replication_role = replica;");
    }
}

/* An item whose kind, name and file's name are given; its text comes later. */
static bool add_item(Catalog *catalog, const char *file, const char *kind, CatalogItem **out,
                     Error *err)
{
    CatalogItem *item = catalog_add_item(catalog, catalog_kind(file), err);

    if (item == NULL) {
        return false;
    }
    item->kind = kind;
    item->name = kind;
    item->create_sql = "--";
    *out = item;
    return true;
}

static bool keep_text(Catalog *catalog, CatalogItem *item, const Buffer *sql, Error *err)
{
    if (!buffer_ok(sql, item->kind, err)) {
        return false;
    }
    item->create_sql = arena_strdup(catalog->arena, sql->data);
    return arena_ok(catalog->arena, item->kind, err);
}

/* psql's \connect is no SQL: definition_check wouldn't let it pass. */
static bool write_database(const Catalog *catalog, const CatalogItem *item, EntryOut *out,
                           Error *err)
{
    Buffer text;
    bool ok;

    buffer_init(&text, DEFINITION_LIMIT);
    definition_heading(item, catalog_leaves_out(catalog), &text);
    buffer_puts(&text, item->create_sql);
    buffer_puts(&text, "\n\n");
    ok = buffer_ok(&text, item->kind, err) && entry_out_write(out, text.data, text.len, err);
    buffer_free(&text);
    return ok;
}

bool script_start_add(Catalog *catalog, const Toc *toc, Error *err)
{
    const BackupScope *scope = catalog->scope;
    CatalogItem *item;
    Buffer sql;
    bool ok;

    if (!add_item(catalog, "settings", "SETTINGS", &item, err)) {
        return false;
    }
    buffer_init(&sql, DEFINITION_LIMIT);
    put_settings(catalog, toc, &sql);
    ok = keep_text(catalog, item, &sql, err);
    buffer_free(&sql);
    if (ok && scope->create) {
        ok = add_item(catalog, "create_database", "DATABASE", &item, err);
        item->write = write_database;
    } else if (ok && scope->clean) {
        ok = add_item(catalog, "clean", "CLEAN", &item, err);
    }
    return ok;
}

/* --- CREATE DATABASE ---------------------------------------------------------------------- */

/* The name as psql takes it whatever is in it: of a conninfo string, within psql's quotes. */
static void put_connect(Buffer *sql, const char *name)
{
    bool plain = name[0] != '\0';

    for (const char *p = name; *p != '\0'; p++) {
        plain = plain && (sql_is_name_char(*p) && *p != '$' && (*p & 0x80) == 0);
    }
    if (plain) {
        buffer_printf(sql, "\\connect %s\n", name);
        return;
    }
    buffer_puts(sql, "\\connect -reuse-previous=on \"dbname='");
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '\'' || *p == '\\') {
            buffer_putc(sql, '\\');
        } else if (*p == '"') {
            buffer_putc(sql, '"');
        }
        buffer_putc(sql, *p);
    }
    buffer_puts(sql, "'\"\n");
}

static bool fill_database(Catalog *catalog, CatalogItem *item, const Toc *toc, Error *err)
{
    const char *name = toc->info.database;
    Buffer sql;
    bool ok;

    if (strpbrk(name, "\r\n") != NULL) {
        (void)error_set(
            err, ERR_UNSUPPORTED,
            "the database's name holds a newline: psql can't connect to it in a script");
        return error_hint(err, "Leave out --create: a restore of the file has it, too.");
    }
    buffer_init(&sql, DEFINITION_LIMIT);
    if (catalog->scope->clean) {
        buffer_puts(&sql,
                    catalog->scope->if_exists ? "DROP DATABASE IF EXISTS " : "DROP DATABASE ");
        sql_quote_identifier(&sql, name);
        buffer_puts(&sql, ";\n");
    }
    ok = create_database_sql(name, toc->info.database_properties, toc->info.server_version_number,
                             catalog_leaves_out(catalog), &sql, err);
    buffer_puts(&sql, ";\n");
    put_connect(&sql, name);
    put_settings(catalog, toc, &sql);
    ok = ok && keep_text(catalog, item, &sql, err);
    buffer_free(&sql);
    return ok;
}

/* --- DROP --------------------------------------------------------------------------------- */

static void put_drop(const Catalog *catalog, const Entry *entry, Buffer *sql)
{
    if (entry->drop_sql == NULL || strncmp(entry->drop_sql, "ALTER PUBLICATION ", 18) == 0) {
        return; /* goes with something else */
    } else if (catalog->scope->if_exists) {
        sql_put_if_exists(sql, entry->drop_sql);
        buffer_putc(sql, '\n');
    } else {
        buffer_printf(sql, "%s\n", entry->drop_sql);
    }
}

/* Last things first. */
static bool fill_clean(Catalog *catalog, CatalogItem *item, const Toc *toc, Error *err)
{
    Buffer sql;
    bool ok;

    buffer_init(&sql, DEFINITION_LIMIT);
    for (size_t i = toc->entries.len; i > 0; i--) {
        put_drop(catalog, &toc->entries.items[i - 1], &sql);
    }
    ok = keep_text(catalog, item, &sql, err);
    buffer_free(&sql);
    return ok;
}

bool script_start_fill(Catalog *catalog, Toc *toc, Error *err)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        CatalogItem *item = (CatalogItem *)toc->entries.items[i].engine_data;

        if (strcmp(item->of->file, "create_database") == 0) {
            return fill_database(catalog, item, toc, err);
        }
        if (strcmp(item->of->file, "clean") == 0) {
            return fill_clean(catalog, item, toc, err);
        }
    }
    return true;
}
