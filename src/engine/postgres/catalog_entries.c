/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns items into the entries of a backup: collects what each needs from pg_depend, from its own
 * query and from the rows of its tables, has it sorted, and numbers the entries in that order.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/catalog.h"
#include "engine/postgres/copy_out.h"
#include "engine/postgres/definition.h"

enum { PG_CLASS = 1259 /* pg_class in pg_depend's terms, on every server */ };

/* Which item holds rows of a relation: a table's own, or a partition's for all above it. */
typedef struct RowsOf {
    uint32_t relation;
    uint32_t item;
} RowsOf;

typedef VEC(RowsOf) RowsOfVec;

/* --- Nodes and edges ---------------------------------------------------------------------- */

static bool add_nodes(const Catalog *catalog, DependGraph *graph, Error *err)
{
    for (size_t i = 0; i < catalog->items.len; i++) {
        const CatalogItem *item = catalog->items.items[i];
        DependNode node = {
            .kind = item->kind,
            .schema = item->schema,
            .name = item->name,
            .sort_key = item->sort_key,
            .oid = item->objid,
            .rank = (uint32_t)(item->of - catalog_kinds),
            .pass = item->of->pass,
            .section = item->section,
            .stand_in = item->dummy_sql == NULL ? STAND_IN_NONE : item->of->stand_in,
        };

        if (!vec_push(&graph->nodes, node)) {
            return error_set_memory(err, "the catalog");
        }
    }
    return true;
}

/* `key` is the object that needs `needed`: the item itself, or something that it stands for. */
static bool add_need(const Catalog *catalog, DependGraph *graph, uint64_t key, uint64_t needed,
                     Error *err)
{
    uint32_t from = catalog_find(catalog, key);
    uint32_t to = catalog_find(catalog, needed);
    const CatalogItem *item;
    bool of_body = false;

    if (from == DEPEND_NONE || to == DEPEND_NONE) {
        return true; /* the server's own, or nothing that a backup holds */
    }
    item = catalog->items.items[from];
    switch (item->of->stand_in) {
    case STAND_IN_NONE:
        break;
    case STAND_IN_FOR_ALL: /* a view's columns are its own; its query is its rule's */
        of_body = catalog_key(item->classid, item->objid) != key;
        break;
    case STAND_IN_FOR_LOOP: /* a shell has but its name */
        of_body = catalog->items.items[to]->of != catalog_kind("schema");
        break;
    }
    return depend_add(graph, from, to, of_body, err);
}

static bool add_pg_depend(Catalog *catalog, DependGraph *graph, Error *err)
{
    static const char file[] = "depend";
    PGresult *result;
    int classid, objid, refclassid, refobjid;
    bool ok;

    if (!catalog_query(catalog, file, &result, err)) {
        return false;
    }
    ok = catalog_column(result, file, "classid", &classid, err) &&
         catalog_column(result, file, "objid", &objid, err) &&
         catalog_column(result, file, "refclassid", &refclassid, err) &&
         catalog_column(result, file, "refobjid", &refobjid, err);
    for (int row = 0; ok && row < PQntuples(result); row++) {
        ok = add_need(
            catalog, graph,
            catalog_key(catalog_oid(result, row, classid), catalog_oid(result, row, objid)),
            catalog_key(catalog_oid(result, row, refclassid), catalog_oid(result, row, refobjid)),
            err);
    }
    PQclear(result);
    return ok;
}

/* What a query itself says (deps), and an item's object, where it isn't that object's first item:
 * a privilege, a comment … needs what it is about. */
static bool add_own_needs(const Catalog *catalog, DependGraph *graph, Error *err)
{
    for (uint32_t i = 0; i < catalog->items.len; i++) {
        const CatalogItem *item = catalog->items.items[i];
        uint32_t object = catalog_find(catalog, catalog_key(item->classid, item->objid));
        bool has_stand_in = item->of->stand_in != STAND_IN_NONE;

        if (object != DEPEND_NONE && !depend_add(graph, i, object, false, err)) {
            return false;
        }
        for (size_t d = 0; d < item->n_deps; d += 2) {
            uint32_t to = catalog_find(catalog, catalog_key(item->deps[d], item->deps[d + 1]));

            if (to != DEPEND_NONE && !depend_add(graph, i, to, has_stand_in, err)) {
                return false;
            }
        }
    }
    return true;
}

/* --- Rows --------------------------------------------------------------------------------- */

static int compare_rows(const void *left, const void *right)
{
    const RowsOf *a = left;
    const RowsOf *b = right;

    if (a->relation != b->relation) {
        return a->relation < b->relation ? -1 : 1;
    }
    return (a->item > b->item) - (a->item < b->item);
}

static bool collect_rows(const Catalog *catalog, RowsOfVec *rows, Error *err)
{
    for (uint32_t i = 0; i < catalog->items.len; i++) {
        const CatalogItem *item = catalog->items.items[i];
        uint32_t relation = item->copy_out == NULL ? 0 : item->table_oid;
        uint32_t number;

        while (relation != 0) {
            RowsOf held = {.relation = relation, .item = i};

            if (!vec_push(rows, held)) {
                return error_set_memory(err, "the catalog");
            }
            relation = idmap_get(&catalog->relation_by_oid, relation, &number)
                           ? catalog->relations.items[number].parent
                           : 0;
        }
    }
    if (rows->len > 0) {
        qsort(rows->items, rows->len, sizeof *rows->items, compare_rows);
    }
    return true;
}

static bool need_rows(DependGraph *graph, const RowsOfVec *rows, uint32_t from, uint32_t relation,
                      Error *err)
{
    size_t low = 0;
    size_t high = rows->len;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (rows->items[middle].relation < relation) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < rows->len && rows->items[low].relation == relation; low++) {
        if (!depend_add(graph, from, rows->items[low].item, false, err)) {
            return false;
        }
    }
    return true;
}

/* Indexes, keys, triggers … wait for the rows of their table, and of every table they refer to. */
static bool add_rows(const Catalog *catalog, DependGraph *graph, Error *err)
{
    RowsOfVec rows = {0};
    size_t n_edges = graph->edges.len;
    bool ok = collect_rows(catalog, &rows, err);

    for (size_t i = 0; ok && i < n_edges; i++) {
        DependEdge edge = graph->edges.items[i];
        const CatalogItem *from = catalog->items.items[edge.from];
        const CatalogItem *to = catalog->items.items[edge.to];

        if (from->section == SECTION_POST_DATA && from->of->pass == 0 && to->classid == PG_CLASS) {
            ok = need_rows(graph, &rows, edge.from, to->objid, err);
        }
    }
    for (uint32_t i = 0; ok && i < catalog->items.len; i++) {
        const CatalogItem *item = catalog->items.items[i];

        if (item->section == SECTION_POST_DATA && item->of->pass == 0 && item->table_oid != 0) {
            uint32_t table = catalog_find(catalog, catalog_key(PG_CLASS, item->table_oid));

            ok = need_rows(graph, &rows, i, item->table_oid, err) &&
                 (table == DEPEND_NONE || depend_add(graph, i, table, false, err));
        }
    }
    vec_free(&rows);
    return ok;
}

/* --- Entries ------------------------------------------------------------------------------ */

/* Where a stand-in is used, the item becomes two. Afterwards there is an item for each node. */
static bool split_items(Catalog *catalog, const DependGraph *graph, Error *err)
{
    size_t n = catalog->items.len;

    for (size_t added = n; added < graph->nodes.len; added++) {
        if (catalog_add_item(catalog, catalog_kinds, err) == NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < n; i++) {
        CatalogItem *item = catalog->items.items[i];
        uint32_t definition = graph->nodes.items[i].definition;

        if (definition != DEPEND_NONE) {
            CatalogItem *later = catalog->items.items[definition];

            *later = *item;
            later->part = CATALOG_DEFINITION;
            item->part = CATALOG_STAND_IN;
        }
    }
    return true;
}

/* Of a pair, each drops what it made: the definition goes back to its stand-in, which opens the
 * loop again. A shell type goes with the real one. */
static const char *drop_sql(const CatalogItem *item)
{
    if (item->of->stand_in == STAND_IN_FOR_ALL) {
        return item->part == CATALOG_DEFINITION ? item->dummy_sql : item->drop_sql;
    }
    return item->part == CATALOG_STAND_IN ? NULL : item->drop_sql;
}

/* A table that may hold other rows too isn't named, lest a restore truncates it. */
static const char *entry_table(const CatalogItem *item)
{
    return item->copy_out != NULL && !item->may_truncate ? NULL : item->table;
}

static bool set_deps(Toc *toc, Entry *entry, const DependGraph *graph, const uint32_t *ids,
                     size_t first_edge, uint32_t node, Error *err)
{
    const DependEdge *edges = graph->edges.items;
    size_t end = first_edge;
    uint32_t *deps;

    while (end < graph->edges.len && edges[end].from == node) {
        end++;
    }
    if (end == first_edge) {
        return true;
    }
    deps = arena_alloc(&toc->arena, (end - first_edge) * sizeof *deps);
    if (deps == NULL) {
        return error_set_memory(err, "the catalog");
    }
    entry->deps = deps;
    for (size_t e = first_edge; e < end; e++) {
        if (ids[edges[e].to] != 0) {
            deps[entry->n_deps++] = ids[edges[e].to];
        }
    }
    return true;
}

static bool add_entry(Catalog *catalog, Toc *toc, const DependGraph *graph, uint32_t node,
                      Error *err)
{
    const CatalogItem *item = catalog->items.items[node];
    bool no_owner = (catalog_leaves_out(catalog) & TEXT_BIT(TEXT_OWNER)) != 0;
    bool is_shell = item->part == CATALOG_STAND_IN && item->of->stand_in == STAND_IN_FOR_LOOP;
    Entry entry = {
        .id = (uint32_t)toc->entries.len + 1,
        .section = graph->nodes.items[node].section,
        .kind = is_shell ? "SHELL TYPE" : item->kind,
        .schema = item->schema,
        .name = item->name,
        .owner = no_owner ? NULL : item->owner,
        .tablespace = item->tablespace,
        .table = entry_table(item),
        .drop_sql = drop_sql(item),
        .create_sql = definition_sql(item),
        .size_estimate = item->size_bytes,
        .n_pieces = copy_out_pieces(item),
        .engine_data = item,
    };

    return vec_push(&toc->entries, entry) || error_set_memory(err, "the catalog");
}

bool catalog_check_entries(const Catalog *catalog, const Toc *toc, Error *err)
{
    TextPartVec parts = {0};
    Buffer text;
    bool ok = true;

    buffer_init(&text, DEFINITION_LIMIT);
    for (size_t i = 0; ok && i < toc->entries.len; i++) {
        const CatalogItem *item = toc->entries.items[i].engine_data;

        if (item->write == NULL && item->copy_out == NULL) {
            buffer_clear(&text);
            definition_text(item, catalog_leaves_out(catalog), &text, &parts);
            ok = buffer_ok(&text, item->name, err) && definition_check(item, &text, err);
        }
    }
    vec_free(&parts);
    buffer_free(&text);
    return ok;
}

/* Of tables: which other tables they inherit from, or are partitions of. */
static bool set_parents(const Catalog *catalog, Toc *toc, Entry *entry, const uint32_t *ids,
                        Error *err)
{
    const CatalogItem *item = entry->engine_data;
    const CatalogRelation *relation;
    uint32_t *parents;
    uint32_t number;

    if (item->classid != PG_CLASS || item->section != SECTION_PRE_DATA ||
        !idmap_get(&catalog->relation_by_oid, item->objid, &number)) {
        return true;
    }
    relation = &catalog->relations.items[number];
    if (relation->n_parents == 0) {
        return true;
    }
    parents = arena_alloc(&toc->arena, relation->n_parents * sizeof *parents);
    if (parents == NULL) {
        return error_set_memory(err, "the catalog");
    }
    entry->parents = parents;
    for (size_t i = 0; i < relation->n_parents; i++) {
        uint32_t parent = catalog_find(catalog, catalog_key(PG_CLASS, relation->parents[i]));

        if (parent != DEPEND_NONE && ids[parent] != 0) {
            parents[entry->n_parents++] = ids[parent];
        }
    }
    return true;
}

static bool fill_toc(Catalog *catalog, Toc *toc, const DependGraph *graph, const uint32_t *order,
                     Error *err)
{
    size_t n = graph->nodes.len;
    uint32_t *ids = calloc(2 * n + 1, sizeof *ids); /* of nodes; 0: no entry */
    uint32_t *starts;                               /* of each node's edges */
    bool ok = true;

    if (ids == NULL) {
        return error_set_memory(err, "the catalog");
    }
    starts = ids + n;
    for (size_t i = 0; ok && i < n; i++) {
        if (!definition_is_empty(catalog->items.items[order[i]], catalog_leaves_out(catalog))) {
            ok = add_entry(catalog, toc, graph, order[i], err);
            ids[order[i]] = (uint32_t)toc->entries.len;
        }
    }
    for (size_t e = graph->edges.len; ok && e > 0; e--) {
        starts[graph->edges.items[e - 1].from] = (uint32_t)(e - 1);
    }
    for (size_t i = 0; ok && i < n; i++) {
        if (ids[i] != 0) {
            Entry *entry = &toc->entries.items[ids[i] - 1];

            ok = set_deps(toc, entry, graph, ids, starts[i], (uint32_t)i, err) &&
                 set_parents(catalog, toc, entry, ids, err);
        }
    }
    free(ids);
    return ok;
}

bool catalog_make_entries(Catalog *catalog, Toc *toc, Error *err)
{
    DependGraph graph = {0};
    uint32_t *order = NULL;
    bool ok = add_nodes(catalog, &graph, err) && add_pg_depend(catalog, &graph, err) &&
              add_own_needs(catalog, &graph, err) && add_rows(catalog, &graph, err) &&
              depend_order(&graph, &order, err) && split_items(catalog, &graph, err) &&
              fill_toc(catalog, toc, &graph, order, err);

    free(order);
    depend_free(&graph);
    return ok;
}
