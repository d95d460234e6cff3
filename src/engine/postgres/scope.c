/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a database a backup takes. The catalog's queries are told by two settings of the session
 * which relations they must not touch, since asking for a view's definition or a table's size
 * locks it: dbbackup.left_out and dbbackup.unread, arrays of oids.
 */
#include "engine/postgres/scope.h"

#include <stdlib.h>
#include <string.h>

#include "archive/data_order.h"

enum { OIDS_BYTES_MAX = 64 * 1024 * 1024, DESCRIPTION_BYTES_MAX = 16 * 1024 * 1024 };

/* --- Relations ---------------------------------------------------------------------------- */

static bool add_names(Catalog *catalog, SelectionNames *names, Error *err)
{
    static const char file[] = "selection";
    PGresult *result;
    int type, name, warning;
    bool ok;

    if (!catalog_query(catalog, file, &result, err)) {
        return false;
    }
    ok = catalog_column(result, file, "type", &type, err) &&
         catalog_column(result, file, "name", &name, err) &&
         catalog_column(result, file, "warning", &warning, err);
    for (int row = 0; ok && row < PQntuples(result); row++) {
        const char *text = arena_strdup(catalog->arena, PQgetvalue(result, row, name));

        ok = text != NULL && (strcmp(PQgetvalue(result, row, type), "schema") == 0
                                  ? names_add_schema(names, text)
                                  : names_add_extension(names, text));
        ok = ok || error_set_memory(err, "the catalog");
        if (ok && !PQgetisnull(result, row, warning)) {
            event_text(catalog->context->events, EVENT_WARNING, "%s",
                       PQgetvalue(result, row, warning));
        }
    }
    PQclear(result);
    return ok;
}

static bool add_relations(const Catalog *catalog, SelectionNames *names, Error *err)
{
    for (size_t i = 0; i < catalog->relations.len; i++) {
        const CatalogRelation *relation = &catalog->relations.items[i];
        SelectionRelation name = {
            .schema = relation->schema,
            .name = relation->plain_name,
            .extension = relation->extension,
            .parents = relation->parents,
            .n_parents = relation->n_parents,
            .id = relation->oid,
            .is_identity = relation->is_identity,
        };
        uint32_t owner;

        if (relation->owned_by != 0 &&
            idmap_get(&catalog->relation_by_oid, relation->owned_by, &owner)) {
            name.owner_schema = catalog->relations.items[owner].schema;
            name.owner_name = catalog->relations.items[owner].plain_name;
        }
        if (!names_add_relation(names, &name)) {
            return error_set_memory(err, "the catalog");
        }
    }
    return true;
}

static bool takes_rows(const Selection *selection)
{
    return !selection->schema_only &&
           (selection->sections == 0 || (selection->sections & (1U << SECTION_DATA)) != 0);
}

static void put_oid(Buffer *oids, uint32_t oid)
{
    buffer_printf(oids, "%s%u", oids->len == 1 ? "" : ",", oid);
}

/* What isn't taken needn't be locked, what isn't read needn't be readable. */
static void mark_relations(Catalog *catalog, const SelectionNames *names, Buffer *left_out,
                           Buffer *unread)
{
    const Selection *selection = catalog->scope->selection;

    for (size_t i = 0; i < catalog->relations.len; i++) {
        CatalogRelation *relation = &catalog->relations.items[i];
        const SelectionRelation *name =
            names_find_relation(names, relation->schema, relation->plain_name);
        bool reads = name->takes_data && takes_rows(selection);
        /* An extension's own table is locked for its rows only. */
        bool touches = reads || (name->taken && relation->extension == NULL);

        relation->is_filtered = relation->is_filtered && reads;
        relation->is_readable = relation->is_readable || !(relation->is_locked ? touches : reads);
        relation->is_locked = relation->is_locked && touches;
        if (!name->taken && !name->takes_data) {
            put_oid(left_out, relation->oid);
        }
        if (!reads) {
            put_oid(unread, relation->oid);
        }
    }
}

static bool tell_queries(Catalog *catalog, const Buffer *left_out, const Buffer *unread, Error *err)
{
    static const char what[] = "the list of what is left out";

    if (!buffer_ok(left_out, what, err) || !buffer_ok(unread, what, err)) {
        return false;
    }
    catalog->settings_sql =
        arena_printf(catalog->arena, "SET dbbackup.left_out = '%s}'; SET dbbackup.unread = '%s}'",
                     left_out->data, unread->data);
    return arena_ok(catalog->arena, what, err) &&
           pg_exec(catalog->connection, catalog->settings_sql, err);
}

bool scope_resolve(Catalog *catalog, const Toc *toc, SelectionNames *names, Error *err)
{
    Buffer left_out;
    Buffer unread;
    bool ok;

    names_init(names);
    names->database = toc->info.database;
    names->search_path = toc->info.search_path;
    if (!add_names(catalog, names, err) || !add_relations(catalog, names, err) ||
        !selection_resolve(catalog->scope->selection, names, err)) {
        return false;
    }
    buffer_init(&left_out, OIDS_BYTES_MAX);
    buffer_init(&unread, OIDS_BYTES_MAX);
    buffer_putc(&left_out, '{');
    buffer_putc(&unread, '{');
    mark_relations(catalog, names, &left_out, &unread);
    ok = tell_queries(catalog, &left_out, &unread, err);
    buffer_free(&left_out);
    buffer_free(&unread);
    return ok;
}

/* --- Entries ------------------------------------------------------------------------------ */

/* Ids of what is left, and their dependencies among one another. */
static void renumber(Toc *toc, uint32_t *new_ids)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        Entry *entry = &toc->entries.items[i];

        new_ids[entry->id] = (uint32_t)i + 1;
    }
    for (size_t i = 0; i < toc->entries.len; i++) {
        Entry *entry = &toc->entries.items[i];
        uint32_t *ids[] = {(uint32_t *)entry->deps, (uint32_t *)entry->parents};
        size_t *n[] = {&entry->n_deps, &entry->n_parents};

        entry->id = (uint32_t)i + 1;
        for (size_t list = 0; list < ARRAY_LENGTH(ids); list++) {
            size_t kept = 0;

            for (size_t k = 0; k < *n[list]; k++) {
                if (new_ids[ids[list][k]] != 0) {
                    ids[list][kept++] = new_ids[ids[list][k]];
                }
            }
            *n[list] = kept;
        }
    }
}

static bool keep_taken(Toc *toc, const bool *taken, Error *err)
{
    size_t n = toc->entries.len;
    uint32_t *new_ids = calloc(n + 1, sizeof *new_ids); /* by the old ones; 0: gone */
    size_t kept = 0;

    if (new_ids == NULL) {
        return error_set_memory(err, "the catalog");
    }
    for (size_t i = 0; i < n; i++) {
        if (taken[i]) {
            toc->entries.items[kept++] = toc->entries.items[i];
        }
    }
    toc->entries.len = kept;
    renumber(toc, new_ids);
    free(new_ids);
    return true;
}

/* Into the index, so that nobody takes the file for a whole backup. */
static bool describe(const Catalog *catalog, Toc *toc, Error *err)
{
    Buffer text;
    bool ok;

    if (selection_is_all(catalog->scope->selection)) {
        return true;
    }
    buffer_init(&text, DESCRIPTION_BYTES_MAX);
    selection_describe(catalog->scope->selection, &text);
    toc->info.selection = arena_strdup(&toc->arena, text.data);
    ok = buffer_ok(&text, "the options", err) && arena_ok(&toc->arena, "the options", err);
    buffer_free(&text);
    return ok;
}

static bool order_data(const Catalog *catalog, Toc *toc, Error *err)
{
    const char *loop = NULL;

    if (!selection_is_addition(catalog->scope->selection)) {
        return true;
    }
    if (!data_order(toc, &loop, err)) {
        return false;
    }
    if (loop != NULL && catalog->scope->selection->data_only && !catalog->scope->disable_triggers) {
        event_text(catalog->context->events, EVENT_WARNING,
                   "the foreign keys of %s and other tables go round in a circle: no order of the "
                   "data suits them all. Restore it with --disable-triggers, or make the keys "
                   "DEFERRABLE INITIALLY DEFERRED and restore with --single-transaction",
                   loop);
    }
    return true;
}

bool scope_apply(Catalog *catalog, const SelectionNames *names, Toc *toc, Error *err)
{
    bool *taken = calloc(toc->entries.len + 1, sizeof *taken);
    bool ok;

    if (taken == NULL) {
        return error_set_memory(err, "the catalog");
    }
    ok = describe(catalog, toc, err) && order_data(catalog, toc, err) &&
         selection_choose(catalog->scope->selection, names, toc, taken, err) &&
         keep_taken(toc, taken, err);
    free(taken);
    return ok;
}
