/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of a backup's entries: each after what it needs, and otherwise by rank and name, so
 * that two backups of the same database are the same.
 *
 * Loops, and entries that need something of a later section, are repaired where there is a known
 * way: by a stand-in that comes first while the real definition comes later, or by a move to the
 * later section together with everything that needs the entry. A loop that is left is an error;
 * none is cut open silently.
 */
#ifndef DBB_ENGINE_POSTGRES_DEPEND_H
#define DBB_ENGINE_POSTGRES_DEPEND_H

#include <stdint.h>

#include "archive/toc.h"
#include "base/error.h"
#include "base/vec.h"

/* What a stand-in is good for. */
typedef enum StandIn {
    STAND_IN_NONE,
    STAND_IN_FOR_ALL,  /* a dummy view: whoever needs the view is content with it. The definition
                          replaces it in post-data */
    STAND_IN_FOR_LOOP, /* a shell type: only who is in the loop is content with it */
} StandIn;

#define DEPEND_NONE UINT32_MAX

typedef struct DependNode {
    const char *kind; /* these four and oid give the order, and names in messages */
    const char *schema;
    const char *name;
    const char *sort_key;
    uint32_t oid;
    uint32_t rank; /* of its kind */
    uint32_t pass; /* all of one pass come before any of the next */
    Section section;
    StandIn stand_in;
    /* Filled by depend_order: where a stand-in is used, the node added for the real definition. */
    uint32_t definition;
} DependNode;

/* `from` needs `to`. of_body: a stand-in for `from` doesn't. */
typedef struct DependEdge {
    uint32_t from;
    uint32_t to;
    bool of_body;
} DependEdge;

typedef struct DependGraph {
    VEC(DependNode) nodes;
    VEC(DependEdge) edges; /* after depend_order: sorted by from and to, no doubles */
} DependGraph;

void depend_free(DependGraph *graph); /* a graph begins as {0} */
/* Adds an edge; one from a node to itself is left out. */
bool depend_add(DependGraph *graph, uint32_t from, uint32_t to, bool of_body,
                Error *err) MUST_CHECK;
/* Repairs the graph (nodes may be added, sections and edges changed) and sorts it: *order gets the
 * numbers of all nodes, to be freed by the caller. ERR_INTERNAL names the nodes of a loop. */
bool depend_order(DependGraph *graph, uint32_t **order, Error *err) MUST_CHECK;

#endif
