/* SPDX-License-Identifier: Apache-2.0 */
/* See the header. Threads share one list of queries; whoever is free takes the next. */
#include "engine/postgres/catalog_ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/postgres/snapshot.h"

enum {
    HELPERS_MAX = 3,      /* few of the queries take long */
    RELATIONS_MIN = 1000, /* fewer are read before another connection has got to know the catalog */
    QUERIES_MAX = 80,
};

typedef enum QueryState {
    QUERY_WAITS,
    QUERY_RUNS,
    QUERY_READ, /* its result is there */
    QUERY_TAKEN,
} QueryState;

typedef struct AheadQuery {
    const char *file;
    QueryState state;
    PGresult *result;
} AheadQuery;

typedef struct AheadHelper {
    struct CatalogAhead *ahead;
    PgConnection *connection;
    pthread_t thread;
} AheadHelper;

typedef struct CatalogAhead {
    const Catalog *catalog; /* its settings_sql, arena and the like don't change meanwhile */
    const Toc *toc;
    PgConnection *connection; /* the first */
    AheadHelper helpers[HELPERS_MAX];
    size_t n_helpers;

    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t changed;
    AheadQuery queries[QUERIES_MAX];
    size_t n_queries;
    bool stopped;
} CatalogAhead;

/* What takes longest where there are many objects, longest first. It decides nothing but time. */
static const char *const heavy[] = {
    "table",        "index",
    "sequence_set", "acl",
    "constraint",   "comment",
    "default",      "fk_constraint",
    "alias",        "sequence_owned_by",
    "depend",       "check_constraint",
    "trigger",
};

/* --- The list ----------------------------------------------------------------------------- */

static void add_query(CatalogAhead *ahead, const char *file)
{
    if (ahead->n_queries < QUERIES_MAX) {
        ahead->queries[ahead->n_queries++].file = file;
    }
}

/* In the order in which they are asked for. */
static void list_queries(CatalogAhead *ahead)
{
    unsigned leave_out = catalog_leaves_out(ahead->catalog);

    for (size_t i = 0; i < n_catalog_kinds; i++) {
        if (!catalog_kinds[i].in_c) {
            add_query(ahead, catalog_kinds[i].file);
        }
    }
    add_query(ahead, "alias");
    if ((leave_out & TEXT_BIT(TEXT_COMMENT)) == 0) {
        add_query(ahead, "comment");
    }
    add_query(ahead, "depend");
}

static AheadQuery *find_query(CatalogAhead *ahead, const char *file)
{
    for (size_t i = 0; i < ahead->n_queries; i++) {
        if (strcmp(ahead->queries[i].file, file) == 0) {
            return &ahead->queries[i];
        }
    }
    return NULL;
}

/* Marks the next query to be run ahead; NULL: there is none. */
static AheadQuery *choose_query(CatalogAhead *ahead)
{
    for (size_t i = 0; i < ARRAY_LENGTH(heavy); i++) {
        AheadQuery *query = find_query(ahead, heavy[i]);

        if (query != NULL && query->state == QUERY_WAITS) {
            query->state = QUERY_RUNS;
            return query;
        }
    }
    for (size_t i = ahead->n_queries; i > 0; i--) { /* the first ones are asked for soonest */
        if (ahead->queries[i - 1].state == QUERY_WAITS) {
            ahead->queries[i - 1].state = QUERY_RUNS;
            return &ahead->queries[i - 1];
        }
    }
    return NULL;
}

/* Runs a query that is marked, without the lock. One that failed waits again. */
static bool run_query(CatalogAhead *ahead, PgConnection *connection, AheadQuery *query, Error *err)
{
    PGresult *result = NULL;
    bool ok;

    (void)pthread_mutex_unlock(&ahead->lock);
    ok = catalog_query_on(connection, query->file, &result, err);
    (void)pthread_mutex_lock(&ahead->lock);
    query->state = ok ? QUERY_READ : QUERY_WAITS;
    query->result = result;
    (void)pthread_cond_broadcast(&ahead->changed);
    return ok;
}

/* --- Helpers ------------------------------------------------------------------------------ */

/* Some functions lock a relation to show a definition. The first connection holds that lock, but if
 * somebody wants to drop the relation, another connection would have to queue behind him, and he
 * waits for the first. So a lock that can't be had at once isn't waited for. */
static bool join(const CatalogAhead *ahead, PgConnection *connection, Error *err)
{
    return snapshot_join(connection, ahead->toc, err) &&
           pg_exec(connection, "SET lock_timeout = '100ms'", err) &&
           pg_exec(connection, ahead->catalog->settings_sql, err);
}

static void *help(void *argument)
{
    AheadHelper *helper = argument;
    CatalogAhead *ahead = helper->ahead;
    Error err = {0};
    bool ok = join(ahead, helper->connection, &err);
    AheadQuery *query;

    (void)pthread_mutex_lock(&ahead->lock);
    while (ok && !ahead->stopped && (query = choose_query(ahead)) != NULL) {
        ok = run_query(ahead, helper->connection, query, &err);
    }
    (void)pthread_mutex_unlock(&ahead->lock);
    if (!ok) {
        event_debug(ahead->catalog->context->events, clock_monotonic(),
                    "session %u: reads no more of the catalog ahead, after SQLSTATE %s",
                    pg_trace(helper->connection)->session, err.sqlstate);
    }
    return NULL;
}

/* Without the connection, or without the thread, there is one helper less. */
static bool add_helper(CatalogAhead *ahead)
{
    AheadHelper *helper = &ahead->helpers[ahead->n_helpers];
    Error err = {0};

    helper->ahead = ahead;
    if (!pg_connect_beside(ahead->connection, &helper->connection, &err)) {
        event_text(ahead->catalog->context->events, EVENT_NOTICE,
                   "the catalog is read on fewer connections: %s", err.message);
        return false;
    }
    if (pthread_create(&helper->thread, NULL, help, helper) != 0) {
        pg_disconnect(helper->connection);
        return false;
    }
    ahead->n_helpers++;
    return true;
}

/* --- What catalog.h sees ------------------------------------------------------------------ */

void catalog_ahead_begin(Catalog *catalog, const Toc *toc, unsigned n_connections)
{
    CatalogAhead *ahead;

    if (n_connections < 2 || catalog->relations.len < RELATIONS_MIN) {
        return;
    }
    ahead = calloc(1, sizeof *ahead);
    if (ahead == NULL) {
        return;
    }
    ahead->catalog = catalog;
    ahead->toc = toc;
    ahead->connection = catalog->connection;
    (void)pthread_mutex_init(&ahead->lock, NULL); /* with no attributes they cannot fail */
    (void)pthread_cond_init(&ahead->changed, NULL);
    list_queries(ahead);
    while (ahead->n_helpers < HELPERS_MAX && ahead->n_helpers + 1 < n_connections &&
           add_helper(ahead)) {
    }
    catalog->ahead = ahead;
}

void catalog_ahead_end(Catalog *catalog)
{
    CatalogAhead *ahead = catalog->ahead;

    if (ahead == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&ahead->lock);
    ahead->stopped = true;
    (void)pthread_mutex_unlock(&ahead->lock);
    for (size_t i = 0; i < ahead->n_helpers; i++) {
        (void)pthread_join(ahead->helpers[i].thread, NULL);
        pg_disconnect(ahead->helpers[i].connection);
    }
    for (size_t i = 0; i < ahead->n_queries; i++) {
        PQclear(ahead->queries[i].result); /* read, but not asked for any more */
    }
    (void)pthread_cond_destroy(&ahead->changed);
    (void)pthread_mutex_destroy(&ahead->lock);
    free(ahead);
    catalog->ahead = NULL;
}

/* Until a helper is done with it, the time is used for another. */
static bool await(CatalogAhead *ahead, const AheadQuery *query, Error *err)
{
    while (query->state == QUERY_RUNS) {
        AheadQuery *other = choose_query(ahead);

        if (other == NULL) {
            (void)pthread_cond_wait(&ahead->changed, &ahead->lock);
        } else if (!run_query(ahead, ahead->connection, other, err)) {
            return false;
        }
    }
    return true;
}

bool catalog_ahead_query(Catalog *catalog, const char *file, PGresult **out, Error *err)
{
    CatalogAhead *ahead = catalog->ahead;
    AheadQuery *query = find_query(ahead, file);
    bool ok;

    if (query == NULL) {
        return catalog_query_on(ahead->connection, file, out, err);
    }
    (void)pthread_mutex_lock(&ahead->lock);
    ok = await(ahead, query, err);
    if (ok && query->state != QUERY_READ) {
        query->state = QUERY_RUNS;
        ok = run_query(ahead, ahead->connection, query, err);
    }
    if (ok) {
        *out = query->result;
        query->result = NULL;
        query->state = QUERY_TAKEN;
    }
    (void)pthread_mutex_unlock(&ahead->lock);
    return ok;
}
