/* SPDX-License-Identifier: Apache-2.0 */
/* Orders tables' data by foreign keys: a walk through what each needs, in the present order. */
#include "archive/data_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "sql/name_pattern.h"

/* Rows of `from` refer to rows of `to`: places in the toc. */
typedef struct Edge {
    uint32_t from;
    uint32_t to;
} Edge;

typedef struct Orderer {
    Toc *toc;
    IdMap places; /* of entries, by their ids */
    VEC(Edge) edges;
    size_t *first_edge; /* of each entry; edges are sorted by from */
    uint8_t *state;     /* of each entry */
    VEC(uint32_t) walk; /* entries that are begun, and not done */
    VEC(uint32_t) order;
    const char *loop;
} Orderer;

enum { UNSEEN, BEGUN, DONE };

static Entry *entry_at(const Orderer *orderer, uint32_t place)
{
    return &orderer->toc->entries.items[place];
}

static bool is_kind(const Entry *entry, const char *kind)
{
    return strcmp(entry->kind, kind) == 0;
}

/* --- Edges -------------------------------------------------------------------------------- */

/* The id of the TABLE among the dependencies, with that name if one is given; 0: none. */
static uint32_t table_of(const Orderer *orderer, const Entry *entry, const char *schema,
                         const char *name)
{
    for (size_t i = 0; i < entry->n_deps; i++) {
        const Entry *table;
        uint32_t place;

        if (!idmap_get(&orderer->places, entry->deps[i], &place)) {
            continue;
        }
        table = entry_at(orderer, place);
        if (is_kind(table, "TABLE") &&
            (name == NULL || (table->schema != NULL && strcmp(table->schema, schema) == 0 &&
                              strcmp(table->name, name) == 0))) {
            return table->id;
        }
    }
    return 0;
}

/* Whether the table is the other, or a partition of it. A table has one such parent, or none. */
static bool is_within(const Orderer *orderer, uint32_t table, uint32_t whole)
{
    size_t steps = orderer->toc->entries.len;

    while (table != whole && steps-- > 0) {
        uint32_t place;

        if (!idmap_get(&orderer->places, table, &place) ||
            entry_at(orderer, place)->n_parents == 0) {
            return false;
        }
        table = entry_at(orderer, place)->parents[0];
    }
    return table == whole;
}

/* The key's own tables' rows after the rows of the tables that it refers to. */
static bool add_key(Orderer *orderer, const Entry *key, uint32_t own)
{
    VEC(uint32_t) referring = {0};
    VEC(uint32_t) referred = {0};
    bool ok = true;

    for (size_t i = 0; ok && i < key->n_deps; i++) {
        uint32_t place;

        if (!idmap_get(&orderer->places, key->deps[i], &place) ||
            !is_kind(entry_at(orderer, place), "TABLE DATA")) {
            continue;
        }
        ok = is_within(orderer, table_of(orderer, entry_at(orderer, place), NULL, NULL), own)
                 ? vec_push(&referring, place)
                 : vec_push(&referred, place);
    }
    for (size_t i = 0; ok && i < referring.len; i++) {
        for (size_t j = 0; ok && j < referred.len; j++) {
            ok = vec_push(&orderer->edges, ((Edge){referring.items[i], referred.items[j]}));
        }
    }
    vec_free(&referring);
    vec_free(&referred);
    return ok;
}

static int compare_edges(const void *a, const void *b)
{
    const Edge *left = a;
    const Edge *right = b;

    if (left->from != right->from) {
        return left->from < right->from ? -1 : 1;
    }
    return (left->to > right->to) - (left->to < right->to);
}

static bool add_edges(Orderer *orderer)
{
    size_t n = orderer->toc->entries.len;

    for (uint32_t i = 0; i < n; i++) {
        if (!idmap_put(&orderer->places, entry_at(orderer, i)->id, i)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        const Entry *entry = entry_at(orderer, i);
        char *schema;
        char *name;
        uint32_t own;
        bool ok = true;

        if (!is_kind(entry, "FK CONSTRAINT") || entry->table == NULL ||
            !sql_split_qualified(entry->table, &schema, &name)) {
            continue;
        }
        own = table_of(orderer, entry, schema, name);
        free(schema);
        ok = own == 0 || add_key(orderer, entry, own);
        if (!ok) {
            return false;
        }
    }
    if (orderer->edges.len > 0) {
        qsort(orderer->edges.items, orderer->edges.len, sizeof(Edge), compare_edges);
    }
    orderer->first_edge = calloc(n + 1, sizeof *orderer->first_edge);
    orderer->state = calloc(n + 1, sizeof *orderer->state);
    if (orderer->first_edge == NULL || orderer->state == NULL) {
        return false;
    }
    for (size_t e = orderer->edges.len; e > 0; e--) {
        orderer->first_edge[orderer->edges.items[e - 1].from] = e - 1;
    }
    return true;
}

/* --- The walk ----------------------------------------------------------------------------- */

/* What the entry still waits for; itself when that is nothing. */
static uint32_t next_needed(Orderer *orderer, uint32_t place)
{
    size_t *edge = &orderer->first_edge[place];

    for (; *edge < orderer->edges.len && orderer->edges.items[*edge].from == place; (*edge)++) {
        uint32_t to = orderer->edges.items[*edge].to;

        if (orderer->state[to] == UNSEEN) {
            return to;
        }
        if (orderer->state[to] == BEGUN && orderer->loop == NULL) {
            const Entry *entry = entry_at(orderer, to);

            orderer->loop = arena_printf(&orderer->toc->arena, "%s.%s",
                                         entry->schema == NULL ? "" : entry->schema, entry->name);
        }
    }
    return place;
}

static bool walk_from(Orderer *orderer, uint32_t start)
{
    if (!vec_push(&orderer->walk, start)) {
        return false;
    }
    orderer->state[start] = BEGUN;
    while (orderer->walk.len > 0) {
        uint32_t place = orderer->walk.items[orderer->walk.len - 1];
        uint32_t needed = next_needed(orderer, place);

        if (needed != place) {
            orderer->state[needed] = BEGUN;
            if (!vec_push(&orderer->walk, needed)) {
                return false;
            }
        } else {
            orderer->state[place] = DONE;
            orderer->walk.len--;
            if (!vec_push(&orderer->order, place)) {
                return false;
            }
        }
    }
    return true;
}

/* Puts the entries in their order into the places that they had between them. */
static bool apply(Orderer *orderer)
{
    EntryVec *entries = &orderer->toc->entries;
    Entry *moved = calloc(orderer->order.len + 1, sizeof *moved);
    size_t next = 0;

    if (moved == NULL) {
        return false;
    }
    for (size_t i = 0; i < orderer->order.len; i++) {
        moved[i] = entries->items[orderer->order.items[i]];
    }
    for (size_t i = 0; i < entries->len; i++) {
        if (is_kind(&entries->items[i], "TABLE DATA")) {
            entries->items[i] = moved[next++];
        }
    }
    free(moved);
    return true;
}

/* An order among several workers: what is referred to is needed, loops apart. */
static bool add_needs(Orderer *orderer, uint32_t place, const size_t *rank)
{
    Entry *entry = entry_at(orderer, place);
    size_t first = orderer->first_edge[place];
    size_t n = 0;
    uint32_t *deps;

    while (first + n < orderer->edges.len && orderer->edges.items[first + n].from == place) {
        n++;
    }
    if (n == 0) {
        return true;
    }
    deps = arena_alloc(&orderer->toc->arena, (entry->n_deps + n) * sizeof *deps);
    if (deps == NULL) {
        return false;
    }
    if (entry->n_deps > 0) {
        memcpy(deps, entry->deps, entry->n_deps * sizeof *deps);
    }
    entry->deps = deps;
    for (size_t i = first; i < first + n; i++) {
        uint32_t to = orderer->edges.items[i].to;

        if (rank[to] < rank[place]) {
            deps[entry->n_deps++] = entry_at(orderer, to)->id;
        }
    }
    return true;
}

/* Before the entries change their places: edges name these. */
static bool add_all_needs(Orderer *orderer)
{
    size_t n = orderer->toc->entries.len;
    size_t *rank = calloc(n + 1, sizeof *rank);
    bool ok = rank != NULL;

    for (size_t i = 0; ok && i < orderer->order.len; i++) {
        rank[orderer->order.items[i]] = i;
    }
    for (size_t e = orderer->edges.len; e > 0; e--) { /* the walk has moved them on */
        orderer->first_edge[orderer->edges.items[e - 1].from] = e - 1;
    }
    for (uint32_t i = 0; ok && i < orderer->order.len; i++) {
        ok = add_needs(orderer, orderer->order.items[i], rank);
    }
    free(rank);
    return ok;
}

bool data_order(Toc *toc, const char **loop, Error *err)
{
    Orderer orderer = {.toc = toc};
    bool ok;

    idmap_init(&orderer.places);
    ok = add_edges(&orderer);
    for (uint32_t i = 0; ok && i < toc->entries.len; i++) {
        ok = !is_kind(&toc->entries.items[i], "TABLE DATA") || orderer.state[i] != UNSEEN ||
             walk_from(&orderer, i);
    }
    ok = ok && add_all_needs(&orderer) && apply(&orderer);
    idmap_free(&orderer.places);
    vec_free(&orderer.edges);
    vec_free(&orderer.walk);
    vec_free(&orderer.order);
    free(orderer.first_edge);
    free(orderer.state);
    if (!ok) {
        return error_set_memory(err, "the order of the tables");
    }
    *loop = orderer.loop;
    return arena_ok(&toc->arena, "the order of the tables", err);
}
