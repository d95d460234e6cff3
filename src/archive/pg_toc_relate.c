/* SPDX-License-Identifier: Apache-2.0 */
/* What pg_dump's entries only say by what they need: to which table each belongs. */
#include "archive/pg_toc_relate.h"

#include <string.h>

#include "base/buffer.h"
#include "base/idmap.h"
#include "sql/quote.h"

enum { NAMES_LIMIT = 4 * 1024 * 1024 /* bytes of a schema and a name, quoted */ };

typedef struct Relations {
    Toc *toc;
    IdMap places;
} Relations;

static bool is_kind(const Entry *entry, const char *kind)
{
    return strcmp(entry->kind, kind) == 0;
}

static Entry *find(const Relations *relations, uint32_t id)
{
    uint32_t place;

    return idmap_get(&relations->places, id, &place) ? &relations->toc->entries.items[place] : NULL;
}

static bool is_relation(const Entry *entry)
{
    return is_kind(entry, "TABLE") || is_kind(entry, "VIEW") ||
           is_kind(entry, "MATERIALIZED VIEW") || is_kind(entry, "FOREIGN TABLE");
}

/* "orders orders_pkey" begins with its table's name: how much of it does. */
static size_t begins_with(const char *tag, const char *name)
{
    size_t len = strlen(name);

    return strncmp(tag, name, len) == 0 && tag[len] == ' ' ? len : 0;
}

static const char *qualify(Arena *arena, const Entry *relation)
{
    Buffer text;
    const char *out;

    buffer_init(&text, NAMES_LIMIT);
    sql_quote_identifier(&text, relation->schema == NULL ? "" : relation->schema);
    buffer_putc(&text, '.');
    sql_quote_identifier(&text, relation->name);
    out = text.no_memory ? NULL : arena_strdup(arena, text.data);
    arena->no_memory = arena->no_memory || text.no_memory;
    buffer_free(&text);
    return out;
}

/* Other kinds need tables, too, as a function for its arguments; they stand for themselves. */
static bool is_of_a_table(const Entry *entry)
{
    static const char *const kinds[] = {
        "TABLE DATA",
        "MATERIALIZED VIEW DATA",
        "TABLE ATTACH",
        "INDEX",
        "CONSTRAINT",
        "CHECK CONSTRAINT",
        "FK CONSTRAINT",
        "DEFAULT",
        "TRIGGER",
        "RULE",
        "POLICY",
        "ROW SECURITY",
        "STATISTICS",
        "STATISTICS DATA",
        "PUBLICATION TABLE",
        "IDENTITY",
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (is_kind(entry, kinds[i])) {
            return true;
        }
    }
    return false;
}

/* The relation that it is a part of; NULL for what stands for itself. Of several that are needed,
 * as by a foreign key, it is the one of its tag, else the first. */
static const Entry *table_of(const Relations *relations, const Entry *entry)
{
    const Entry *found = NULL;
    size_t longest = 0;

    if (!is_of_a_table(entry)) {
        return NULL;
    }
    for (size_t i = 0; i < entry->n_deps; i++) {
        const Entry *needed = find(relations, entry->deps[i]);
        size_t len;

        if (needed == NULL || !is_relation(needed)) {
            continue;
        }
        len = begins_with(entry->name, needed->name);
        if (found == NULL || len > longest) {
            found = needed;
            longest = len;
        }
    }
    return found;
}

/* A sequence's value belongs where the sequence does; an index that is attached, where it is. */
static const char *table_of_needed(const Relations *relations, const Entry *entry)
{
    for (size_t i = 0; i < entry->n_deps; i++) {
        const Entry *needed = find(relations, entry->deps[i]);

        if (needed != NULL && needed->table != NULL &&
            (is_kind(entry, "SEQUENCE SET") || is_kind(entry, "INDEX ATTACH"))) {
            return needed->table;
        }
    }
    return NULL;
}

/* Which sequence an OWNED BY is of, is told by its first need. */
static void take_owners(const Relations *relations)
{
    for (size_t i = 0; i < relations->toc->entries.len; i++) {
        const Entry *entry = &relations->toc->entries.items[i];
        Entry *sequence = is_kind(entry, "SEQUENCE OWNED BY") && entry->n_deps > 0
                              ? find(relations, entry->deps[0])
                              : NULL;

        if (sequence != NULL && entry->table != NULL) {
            sequence->table = entry->table;
        }
    }
}

/* Of a partition it is told by what attaches it. */
static void take_parents(const Relations *relations, Entry *entry)
{
    uint32_t *parents = arena_alloc(&relations->toc->arena, (entry->n_deps + 1) * sizeof *parents);
    bool attaches = is_kind(entry, "TABLE ATTACH");
    Entry *child = attaches ? NULL : entry;
    size_t n = 0;

    for (size_t i = 0; parents != NULL && i < entry->n_deps; i++) {
        Entry *needed = find(relations, entry->deps[i]);

        if (needed == NULL || !is_kind(needed, "TABLE")) {
            continue;
        }
        if (attaches && child == NULL && strcmp(needed->name, entry->name) == 0) {
            child = needed;
        } else {
            parents[n++] = needed->id;
        }
    }
    if (n > 0 && child != NULL) {
        child->parents = parents;
        child->n_parents = n;
    }
}

/* An id that is there twice would make two of one choice. */
static bool find_places(Relations *relations, const char *name, Error *err)
{
    const EntryVec *entries = &relations->toc->entries;

    for (size_t i = 0; i < entries->len; i++) {
        if (find(relations, entries->items[i].id) != NULL) {
            return error_set(err, ERR_DAMAGED, "%s is altered in its table of contents", name);
        }
        if (!idmap_put(&relations->places, entries->items[i].id, (uint32_t)i)) {
            return error_set_memory(err, name);
        }
    }
    return true;
}

static void find_tables(const Relations *relations)
{
    for (size_t i = 0; i < relations->toc->entries.len; i++) {
        Entry *entry = &relations->toc->entries.items[i];
        const Entry *table = entry->table == NULL ? table_of(relations, entry) : NULL;

        if (table != NULL) {
            entry->table = qualify(&relations->toc->arena, table);
        }
        if (is_kind(entry, "TABLE") || is_kind(entry, "TABLE ATTACH")) {
            take_parents(relations, entry);
        }
    }
    take_owners(relations);
    for (size_t i = 0; i < relations->toc->entries.len; i++) {
        Entry *entry = &relations->toc->entries.items[i];

        if (entry->table == NULL) {
            entry->table = table_of_needed(relations, entry);
        }
    }
}

bool pg_toc_relate(Toc *toc, const char *name, Error *err)
{
    Relations relations = {.toc = toc};
    bool ok;

    idmap_init(&relations.places);
    ok = find_places(&relations, name, err);
    if (ok) {
        find_tables(&relations);
        ok = arena_ok(&toc->arena, name, err);
    }
    idmap_free(&relations.places);
    return ok;
}
