/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dependencies between entries: repairs, and a topological sort. The graph is a list of edges,
 * sorted by their source wherever an algorithm walks it.
 */
#include "engine/postgres/depend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOOP_NAMES_MAX = 10 }; /* of one loop, in a message */

void depend_free(DependGraph *graph)
{
    vec_free(&graph->nodes);
    vec_free(&graph->edges);
}

bool depend_add(DependGraph *graph, uint32_t from, uint32_t to, bool of_body, Error *err)
{
    DependEdge edge = {.from = from, .to = to, .of_body = of_body};

    if (from != to && !vec_push(&graph->edges, edge)) {
        return error_set_memory(err, "the dependencies");
    }
    return true;
}

/* --- Rank --------------------------------------------------------------------------------- */

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

/* NULL comes before every text. Bytes, not a locale's order: the same everywhere. */
static int compare_texts(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

static int compare_nodes(const void *left, const void *right, void *nodes)
{
    uint32_t i = *(const uint32_t *)left;
    uint32_t j = *(const uint32_t *)right;
    const DependNode *a = (const DependNode *)nodes + i;
    const DependNode *b = (const DependNode *)nodes + j;
    int order = compare_numbers(a->pass, b->pass);

    order = order != 0 ? order : compare_numbers((uint32_t)a->section, (uint32_t)b->section);
    order = order != 0 ? order : compare_numbers(a->rank, b->rank);
    order = order != 0 ? order : compare_texts(a->schema, b->schema);
    order = order != 0 ? order : compare_texts(a->name, b->name);
    order = order != 0 ? order : compare_texts(a->sort_key, b->sort_key);
    order = order != 0 ? order : compare_numbers(a->oid, b->oid);
    return order != 0 ? order : compare_numbers(i, j);
}

/* All nodes by rank; to be freed. */
static uint32_t *nodes_by_rank(const DependGraph *graph)
{
    uint32_t *ranked = malloc((graph->nodes.len + 1) * sizeof *ranked);

    if (ranked != NULL) {
        for (uint32_t i = 0; i < graph->nodes.len; i++) {
            ranked[i] = i;
        }
        qsort_r(ranked, graph->nodes.len, sizeof *ranked, compare_nodes, graph->nodes.items);
    }
    return ranked;
}

/* --- Edges -------------------------------------------------------------------------------- */

static int compare_edges(const void *left, const void *right)
{
    const DependEdge *a = left;
    const DependEdge *b = right;
    int order = compare_numbers(a->from, b->from);

    return order != 0 ? order : compare_numbers(a->to, b->to);
}

/* Sorts the edges and unites doubles: what the stand-in needs as well isn't the body's alone. */
static void sort_edges(DependGraph *graph)
{
    DependEdge *edges = graph->edges.items;
    size_t kept = 0;

    if (graph->edges.len == 0) {
        return;
    }
    qsort(edges, graph->edges.len, sizeof *edges, compare_edges);
    for (size_t i = 1; i < graph->edges.len; i++) {
        if (compare_edges(&edges[kept], &edges[i]) == 0) {
            edges[kept].of_body = edges[kept].of_body && edges[i].of_body;
        } else {
            edges[++kept] = edges[i];
        }
    }
    graph->edges.len = kept + 1;
}

/* Where each node's edges begin, for sorted edges; one more place at the end. To be freed. */
static uint32_t *edge_starts(const DependGraph *graph)
{
    size_t n = graph->nodes.len;
    uint32_t *starts = calloc(n + 1, sizeof *starts);

    if (starts != NULL) {
        for (size_t i = 0; i < graph->edges.len; i++) {
            starts[graph->edges.items[i].from + 1]++;
        }
        for (size_t i = 0; i < n; i++) {
            starts[i + 1] += starts[i];
        }
    }
    return starts;
}

/* --- Stand-ins ---------------------------------------------------------------------------- */

/* Makes `node` a stand-in and adds a node for its definition. loops: to which loop each of the
 * first n_known nodes belongs, when one is to be opened. */
static bool use_stand_in(DependGraph *graph, uint32_t node, const uint32_t *loops, size_t n_known,
                         Error *err)
{
    StandIn kind = graph->nodes.items[node].stand_in;
    uint32_t definition = (uint32_t)graph->nodes.len;
    DependNode copy = graph->nodes.items[node];

    copy.stand_in = STAND_IN_NONE;
    if (kind == STAND_IN_FOR_ALL) {
        copy.section = SECTION_POST_DATA;
    }
    if (!vec_push(&graph->nodes, copy)) {
        return error_set_memory(err, "the dependencies");
    }
    graph->nodes.items[node].stand_in = STAND_IN_NONE;
    graph->nodes.items[node].definition = definition;
    for (size_t i = 0; i < graph->edges.len; i++) {
        DependEdge *edge = &graph->edges.items[i];

        if (edge->from == node && edge->of_body) {
            edge->from = definition;
        } else if (edge->to == node && kind == STAND_IN_FOR_LOOP &&
                   (edge->from >= n_known || loops[edge->from] != loops[node])) {
            edge->to = definition;
        }
    }
    return depend_add(graph, definition, node, false, err);
}

/* Nothing may need what a later section makes. */
static bool settle_sections(DependGraph *graph, Error *err)
{
    bool settled;

    do {
        settled = true;
        for (size_t i = 0; i < graph->edges.len; i++) {
            DependEdge edge = graph->edges.items[i];
            DependNode *from = &graph->nodes.items[edge.from];
            Section needed = graph->nodes.items[edge.to].section;

            if (from->section >= needed) {
                continue;
            }
            settled = false;
            if (from->stand_in == STAND_IN_FOR_ALL && edge.of_body) {
                if (!use_stand_in(graph, edge.from, NULL, 0, err)) {
                    return false;
                }
            } else {
                from->section = needed;
            }
        }
    } while (!settled);
    return true;
}

/* --- Loops -------------------------------------------------------------------------------- */

/* Tarjan's search for strongly connected components, without recursion. */
typedef struct LoopSearch {
    const DependGraph *graph;
    uint32_t *memory; /* all the arrays below */
    uint32_t *starts;
    uint32_t *number;  /* in the order of discovery, from 1; 0: not seen */
    uint32_t *lowest;  /* the lowest number it can reach */
    uint32_t *loop;    /* the result: nodes of one loop have one number, from 1; 0: not decided */
    uint32_t *size;    /* of loop l, at size[l] */
    uint32_t *cursor;  /* the next edge to follow */
    uint32_t *pending; /* seen, not decided */
    uint32_t *path;    /* from the root of the search to the node at work */
    uint32_t n_seen, n_loops, n_pending, n_path;
} LoopSearch;

static void search_free(LoopSearch *search)
{
    free(search->memory);
    free(search->starts);
}

static bool search_init(LoopSearch *search, const DependGraph *graph, Error *err)
{
    size_t n = graph->nodes.len + 1;

    *search = (LoopSearch){.graph = graph};
    search->memory = calloc(n * 7, sizeof *search->memory);
    search->starts = edge_starts(graph);
    if (search->memory == NULL || search->starts == NULL) {
        search_free(search);
        *search = (LoopSearch){0};
        (void)error_set_memory(err, "the dependencies");
        return false;
    }
    search->number = search->memory;
    search->lowest = search->number + n;
    search->loop = search->lowest + n;
    search->size = search->loop + n;
    search->cursor = search->size + n;
    search->pending = search->cursor + n;
    search->path = search->pending + n;
    return true;
}

static void enter(LoopSearch *search, uint32_t node)
{
    search->number[node] = search->lowest[node] = ++search->n_seen;
    search->cursor[node] = search->starts[node];
    search->pending[search->n_pending++] = node;
    search->path[search->n_path++] = node;
}

/* All that the node needs has been looked at. */
static void leave(LoopSearch *search, uint32_t node)
{
    search->n_path--;
    if (search->n_path > 0) {
        uint32_t parent = search->path[search->n_path - 1];

        if (search->lowest[node] < search->lowest[parent]) {
            search->lowest[parent] = search->lowest[node];
        }
    }
    if (search->lowest[node] == search->number[node]) {
        uint32_t member;

        search->n_loops++;
        do {
            member = search->pending[--search->n_pending];
            search->loop[member] = search->n_loops;
            search->size[search->n_loops]++;
        } while (member != node);
    }
}

static void search_from(LoopSearch *search, uint32_t root)
{
    enter(search, root);
    while (search->n_path > 0) {
        uint32_t node = search->path[search->n_path - 1];

        if (search->cursor[node] == search->starts[node + 1]) {
            leave(search, node);
        } else {
            uint32_t to = search->graph->edges.items[search->cursor[node]++].to;

            if (search->number[to] == 0) {
                enter(search, to);
            } else if (search->loop[to] == 0 && search->number[to] < search->lowest[node]) {
                search->lowest[node] = search->number[to];
            }
        }
    }
}

static bool loop_error(const DependGraph *graph, const LoopSearch *search, const uint32_t *ranked,
                       uint32_t loop, Error *err)
{
    char names[1024] = "";
    uint32_t named = 0;

    for (size_t i = 0; i < graph->nodes.len && named < LOOP_NAMES_MAX; i++) {
        const DependNode *node = &graph->nodes.items[ranked[i]];
        Entry entry = {.kind = node->kind, .schema = node->schema, .name = node->name};
        size_t used = strlen(names);
        char label[200];

        if (search->loop[ranked[i]] == loop) {
            entry_label(&entry, label, sizeof label);
            (void)snprintf(names + used, sizeof names - used, "%s%s", named == 0 ? "" : ", ",
                           label);
            named++;
        }
    }
    (void)error_set(err, ERR_INTERNAL, "these objects need each other, and no order is known: %s%s",
                    names, search->size[loop] > named ? " …" : "");
    return error_hint(err, "Please report it, with the definitions of these objects.");
}

/* The lowest-ranked node whose stand-in opens the loop. */
static uint32_t find_stand_in(const DependGraph *graph, const LoopSearch *search,
                              const uint32_t *ranked, uint32_t loop)
{
    for (size_t i = 0; i < graph->nodes.len; i++) {
        uint32_t node = ranked[i];

        if (search->loop[node] != loop || graph->nodes.items[node].stand_in == STAND_IN_NONE) {
            continue;
        }
        for (uint32_t e = search->starts[node]; e < search->starts[node + 1]; e++) {
            const DependEdge *edge = &graph->edges.items[e];

            if (edge->of_body && search->loop[edge->to] == loop) {
                return node;
            }
        }
    }
    return DEPEND_NONE;
}

/* Opens each loop at one place. `search` isn't good for the changed graph. */
static bool open_found_loops(DependGraph *graph, const LoopSearch *search, const uint32_t *ranked,
                             Error *err)
{
    VEC(uint32_t) chosen = {0};
    size_t n_known = graph->nodes.len;
    bool ok = true;

    for (uint32_t loop = 1; ok && loop <= search->n_loops; loop++) {
        uint32_t node;

        if (search->size[loop] < 2) {
            continue;
        }
        node = find_stand_in(graph, search, ranked, loop);
        if (node == DEPEND_NONE) {
            ok = loop_error(graph, search, ranked, loop, err);
        } else if (!vec_push(&chosen, node)) {
            ok = error_set_memory(err, "the dependencies");
        }
    }
    for (size_t i = 0; ok && i < chosen.len; i++) {
        ok = use_stand_in(graph, chosen.items[i], search->loop, n_known, err);
    }
    vec_free(&chosen);
    return ok;
}

/* One round. *found tells whether there were loops; opening one may leave others in it. */
static bool open_loops(DependGraph *graph, bool *found, Error *err)
{
    LoopSearch search;
    uint32_t *ranked;
    bool ok = true;

    if (!search_init(&search, graph, err)) {
        return false;
    }
    for (uint32_t i = 0; i < graph->nodes.len; i++) {
        if (search.number[i] == 0) {
            search_from(&search, i);
        }
    }
    *found = search.n_loops < graph->nodes.len;
    if (*found) {
        ranked = nodes_by_rank(graph);
        ok = ranked == NULL ? error_set_memory(err, "the dependencies")
                            : open_found_loops(graph, &search, ranked, err);
        free(ranked);
    }
    search_free(&search);
    return ok;
}

/* --- Sort --------------------------------------------------------------------------------- */

/* A heap of places in the rank order, the lowest on top. */
static void heap_push(uint32_t *heap, size_t *len, uint32_t place)
{
    size_t i = (*len)++;

    while (i > 0 && heap[(i - 1) / 2] > place) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap[i] = place;
}

static uint32_t heap_pop(uint32_t *heap, size_t *len)
{
    uint32_t top = heap[0];
    uint32_t last = heap[--(*len)];
    size_t i = 0;

    for (;;) {
        size_t child = 2 * i + 1;

        if (child + 1 < *len && heap[child + 1] < heap[child]) {
            child++;
        }
        if (child >= *len || heap[child] >= last) {
            break;
        }
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = last;
    return top;
}

/* Kahn's algorithm on the edges turned round: of the nodes whose needs are met, always the
 * lowest-ranked. `work` has room for 4 numbers a node and one an edge, zeroed. */
static size_t sort_into(const DependGraph *graph, const uint32_t *ranked, uint32_t *work,
                        uint32_t *order)
{
    size_t n = graph->nodes.len;
    uint32_t *missing = work;      /* how many needs aren't met */
    uint32_t *place = missing + n; /* in the rank order */
    uint32_t *heap = place + n;
    uint32_t *starts = heap + n; /* of a node's dependents; n + 1 */
    uint32_t *dependents = starts + n + 1;
    size_t heap_len = 0;
    size_t done = 0;

    for (uint32_t i = 0; i < n; i++) {
        place[ranked[i]] = i;
    }
    for (size_t e = 0; e < graph->edges.len; e++) {
        missing[graph->edges.items[e].from]++;
        starts[graph->edges.items[e].to]++;
    }
    for (size_t i = 0; i < n; i++) { /* where each node's dependents end … */
        starts[i + 1] += starts[i];
    }
    for (size_t e = graph->edges.len; e > 0; e--) { /* … and, filled from behind, begin */
        dependents[--starts[graph->edges.items[e - 1].to]] = graph->edges.items[e - 1].from;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (missing[i] == 0) {
            heap_push(heap, &heap_len, place[i]);
        }
    }
    while (heap_len > 0) {
        uint32_t node = ranked[heap_pop(heap, &heap_len)];

        order[done++] = node;
        for (uint32_t d = starts[node]; d < starts[node + 1]; d++) {
            if (--missing[dependents[d]] == 0) {
                heap_push(heap, &heap_len, place[dependents[d]]);
            }
        }
    }
    return done;
}

static bool sort_nodes(const DependGraph *graph, uint32_t **order, Error *err)
{
    size_t n = graph->nodes.len;
    uint32_t *ranked = nodes_by_rank(graph);
    uint32_t *work = calloc(4 * n + 1 + graph->edges.len, sizeof *work);
    uint32_t *sorted = malloc((n + 1) * sizeof *sorted);
    bool ok;

    if (ranked == NULL || work == NULL || sorted == NULL) {
        ok = error_set_memory(err, "the dependencies");
    } else if (sort_into(graph, ranked, work, sorted) != n) {
        ok = error_set(err, ERR_INTERNAL, "a dependency loop was not seen");
    } else {
        *order = sorted;
        sorted = NULL;
        ok = true;
    }
    free(ranked);
    free(work);
    free(sorted);
    return ok;
}

bool depend_order(DependGraph *graph, uint32_t **order, Error *err)
{
    bool found;

    for (size_t i = 0; i < graph->nodes.len; i++) {
        graph->nodes.items[i].definition = DEPEND_NONE;
    }
    do {
        if (!settle_sections(graph, err)) {
            return false;
        }
        sort_edges(graph);
        if (!open_loops(graph, &found, err)) {
            return false;
        }
    } while (found);
    return sort_nodes(graph, order, err);
}
