/* SPDX-License-Identifier: Apache-2.0 */
/* The names that patterns are held against. */
#include <stdlib.h>
#include <string.h>

#include "archive/selection.h"
#include "base/idmap.h"

void names_init(SelectionNames *names)
{
    *names = (SelectionNames){0};
    arena_init(&names->arena);
}

void names_free(SelectionNames *names)
{
    vec_free(&names->schemas);
    vec_free(&names->extensions);
    vec_free(&names->relations);
    arena_free(&names->arena);
}

bool names_add_schema(SelectionNames *names, const char *name)
{
    return vec_push(&names->schemas, ((SelectionSchema){.name = name}));
}

bool names_add_extension(SelectionNames *names, const char *name)
{
    return vec_push(&names->extensions, ((SelectionExtension){.name = name}));
}

bool names_add_relation(SelectionNames *names, const SelectionRelation *relation)
{
    return vec_push(&names->relations, *relation);
}

/* --- Sorting and finding ------------------------------------------------------------------ */

static int compare_schemas(const void *a, const void *b)
{
    return strcmp(((const SelectionSchema *)a)->name, ((const SelectionSchema *)b)->name);
}

static int compare_extensions(const void *a, const void *b)
{
    return strcmp(((const SelectionExtension *)a)->name, ((const SelectionExtension *)b)->name);
}

static int compare_relations(const void *a, const void *b)
{
    const SelectionRelation *left = a;
    const SelectionRelation *right = b;
    int by_schema = strcmp(left->schema, right->schema);

    return by_schema != 0 ? by_schema : strcmp(left->name, right->name);
}

/* What one of the two doesn't know, the other may. */
static void merge_relations(SelectionRelation *into, const SelectionRelation *from)
{
    if (into->extension == NULL) {
        into->extension = from->extension;
    }
    if (into->owner_name == NULL) {
        into->owner_schema = from->owner_schema;
        into->owner_name = from->owner_name;
    }
    if (into->n_parents == 0) {
        into->parents = from->parents;
        into->n_parents = from->n_parents;
    }
    if (into->id == 0) {
        into->id = from->id;
    }
}

#define SORT(vec, compare)                                                                         \
    do {                                                                                           \
        if ((vec)->len > 0) {                                                                      \
            qsort((vec)->items, (vec)->len, sizeof *(vec)->items, compare);                        \
        }                                                                                          \
    } while (0)

void names_sort(SelectionNames *names)
{
    size_t n = 0;

    SORT(&names->schemas, compare_schemas);
    for (size_t i = 0; i < names->schemas.len; i++) {
        SelectionSchema *items = names->schemas.items;

        if (n == 0 || compare_schemas(&items[n - 1], &items[i]) != 0) {
            items[n++] = items[i];
        }
    }
    names->schemas.len = n;
    n = 0;
    SORT(&names->extensions, compare_extensions);
    for (size_t i = 0; i < names->extensions.len; i++) {
        SelectionExtension *items = names->extensions.items;

        if (n == 0 || compare_extensions(&items[n - 1], &items[i]) != 0) {
            items[n++] = items[i];
        }
    }
    names->extensions.len = n;
    n = 0;
    SORT(&names->relations, compare_relations);
    for (size_t i = 0; i < names->relations.len; i++) {
        SelectionRelation *items = names->relations.items;

        if (n > 0 && compare_relations(&items[n - 1], &items[i]) == 0) {
            merge_relations(&items[n - 1], &items[i]);
        } else {
            items[n++] = items[i];
        }
    }
    names->relations.len = n;
}

/* NULL for an empty list, where bsearch has nothing to look at. */
#define FIND(vec, key, compare)                                                                    \
    ((vec)->len == 0 ? NULL : bsearch(key, (vec)->items, (vec)->len, sizeof *(vec)->items, compare))

SelectionSchema *names_find_schema(const SelectionNames *names, const char *name)
{
    SelectionSchema key = {.name = name};

    return name == NULL ? NULL : FIND(&names->schemas, &key, compare_schemas);
}

SelectionExtension *names_find_extension(const SelectionNames *names, const char *name)
{
    SelectionExtension key = {.name = name};

    return name == NULL ? NULL : FIND(&names->extensions, &key, compare_extensions);
}

SelectionRelation *names_find_relation(const SelectionNames *names, const char *schema,
                                       const char *name)
{
    SelectionRelation key = {.schema = schema, .name = name};

    return schema == NULL || name == NULL ? NULL : FIND(&names->relations, &key, compare_relations);
}

/* --- From an index ------------------------------------------------------------------------ */

static bool is_kind(const Entry *entry, const char *kind)
{
    return strcmp(entry->kind, kind) == 0;
}

/* Kinds whose schema and name are those of a relation. */
static bool names_a_relation(const Entry *entry)
{
    static const char *const kinds[] = {
        "TABLE",    "VIEW",         "MATERIALIZED VIEW", "FOREIGN TABLE",
        "SEQUENCE", "SEQUENCE SET", "SEQUENCE OWNED BY", "TABLE DATA",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (is_kind(entry, kinds[i])) {
            return true;
        }
    }
    return false;
}

/* Data of an extension's own table needs the extension, and no table. */
static const char *extension_of(const Toc *toc, const IdMap *places, const Entry *entry)
{
    uint32_t place;

    if (!is_kind(entry, "TABLE DATA") && !is_kind(entry, "SEQUENCE SET")) {
        return NULL;
    }
    for (size_t i = 0; i < entry->n_deps; i++) {
        if (idmap_get(places, entry->deps[i], &place) &&
            is_kind(&toc->entries.items[place], "EXTENSION")) {
            return toc->entries.items[place].name;
        }
    }
    return NULL;
}

static bool add_entry(SelectionNames *names, const Toc *toc, const IdMap *places,
                      const Entry *entry)
{
    SelectionRelation relation = {
        .schema = entry->schema,
        .name = entry->name,
        .extension = extension_of(toc, places, entry),
        .parents = entry->parents,
        .n_parents = entry->n_parents,
    };
    char *schema;
    char *name;

    if (is_kind(entry, "SCHEMA")) {
        return names_add_schema(names, entry->name);
    }
    if (is_kind(entry, "EXTENSION")) {
        return names_add_extension(names, entry->name);
    }
    if (entry->schema == NULL || !names_add_schema(names, entry->schema)) {
        return entry->schema == NULL;
    }
    if (!names_a_relation(entry)) {
        return true;
    }
    if (entry->section == SECTION_PRE_DATA && !is_kind(entry, "SEQUENCE OWNED BY")) {
        relation.id = entry->id;
    }
    if ((is_kind(entry, "SEQUENCE SET") || is_kind(entry, "SEQUENCE OWNED BY")) &&
        entry->table != NULL && sql_split_qualified(entry->table, &schema, &name)) {
        relation.owner_schema = arena_strdup(&names->arena, schema);
        relation.owner_name = arena_strdup(&names->arena, name);
        free(schema);
    }
    return names_add_relation(names, &relation);
}

static bool read_entries(SelectionNames *names, const Toc *toc, IdMap *places)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        if (!idmap_put(places, toc->entries.items[i].id, (uint32_t)i)) {
            return false;
        }
    }
    for (size_t i = 0; i < toc->entries.len; i++) {
        if (!add_entry(names, toc, places, &toc->entries.items[i])) {
            return false;
        }
    }
    /* These two are in every database, whatever the entries say. */
    return names_add_schema(names, "public") && names_add_schema(names, "pg_catalog");
}

/* What has a value and an owner, but no entry that makes it, is made by its owner's column. */
static void find_identities(SelectionNames *names)
{
    for (size_t i = 0; i < names->relations.len; i++) {
        SelectionRelation *relation = &names->relations.items[i];
        const SelectionRelation *owner =
            names_find_relation(names, relation->owner_schema, relation->owner_name);

        relation->is_identity = relation->id == 0 && owner != NULL && owner->id != 0;
    }
}

bool names_read(SelectionNames *names, const Toc *toc, Error *err)
{
    IdMap places;
    bool ok;

    names->database = toc->info.database;
    names->search_path = toc->info.search_path;
    idmap_init(&places);
    ok = read_entries(names, toc, &places);
    idmap_free(&places);
    if (ok) {
        names_sort(names);
        find_identities(names);
    }
    return ok ? arena_ok(&names->arena, "the names in the index", err)
              : error_set_memory(err, "the names in the index");
}
