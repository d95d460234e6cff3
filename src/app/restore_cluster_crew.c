/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Databases of a cluster archive, several at once: a thread for each that is at work, the largest
 * begun first, and as many connections for it as its share of the whole. One that fails is named,
 * and the others go on; what no other would survive ends all.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "app/restore_cluster_parts.h"
#include "app/server_lost.h"
#include "sched/tokens.h"

struct ClusterCrew {
    const ClusterRestore *restore;
    const ClusterArchive *archive; /* NULL: of a pipe */
    ClusterEvents *events;
    Cancel *cancel; /* of all databases; each has one of its own below it */
    Tokens *tokens; /* connections */
    size_t *order;  /* places in the plan, the largest first */
    size_t n_ordered;
    uint64_t size;        /* of all of them */
    pthread_mutex_t lock; /* guards the following, and the result */
    size_t next;          /* in order */
    bool tries_again;     /* in another round */
    bool ended;           /* by `failure` */
    Error failure;
};

/* --- One database ----------------------------------------------------------------------------- */

/* What hinders one database would hinder all others, too. */
static bool ends_all(const ClusterCrew *crew, const Error *why)
{
    static const char disk_full[] = "53100";
    static const char shutdown_class[] = "57P";
    const RestoreClusterRequest *request = crew->restore->request;

    if (cancel_requested(crew->cancel) || why->code == ERR_MEMORY ||
        strcmp(why->sqlstate, disk_full) == 0) {
        return true;
    }
    if (why->code == ERR_LOST || why->code == ERR_CONNECT ||
        strncmp(why->sqlstate, shutdown_class, sizeof shutdown_class - 1) == 0) {
        return strcmp(why->sqlstate, ENGINE_NO_CONNECTION) != 0 &&
               server_is_lost(request->engine, &request->server, request->connect_to, crew->cancel);
    }
    return false;
}

/* The first failure counts; others come of it. */
static void end_all(ClusterCrew *crew, const Error *why)
{
    (void)pthread_mutex_lock(&crew->lock);
    if (!crew->ended) {
        crew->failure = *why;
        crew->ended = true;
    }
    (void)pthread_mutex_unlock(&crew->lock);
    cancel_request(crew->cancel, 0);
}

static void set_state(ClusterCrew *crew, size_t number, ClusterState state)
{
    (void)pthread_mutex_lock(&crew->lock);
    crew->restore->result->databases.items[number].state = state;
    (void)pthread_mutex_unlock(&crew->lock);
}

static void take_result(ClusterCrew *crew, size_t number, const RestoreResult *made)
{
    RestoreClusterResult *result = crew->restore->result;

    (void)pthread_mutex_lock(&crew->lock);
    result->databases.items[number].state = CLUSTER_DONE;
    result->restored++;
    result->rows = count_add(result->rows, made->stats.rows);
    result->objects = count_add(result->objects, made->objects);
    (void)pthread_mutex_unlock(&crew->lock);
}

static RestoreRequest request_for(const ClusterCrew *crew, const ClusterDatabase *database,
                                  unsigned jobs)
{
    const RestoreClusterRequest *request = crew->restore->request;

    return (RestoreRequest){
        .engine = request->engine,
        .server = request->server,
        .database = database->name,
        .choice = request->choice,
        .selection = request->selection,
        .create = database->fate != CLUSTER_FILL,
        .clean = request->clean || database->state == CLUSTER_AGAIN, /* of what we made of it */
        .continue_on_error = request->continue_on_error,
        .no_definer = request->no_definer,
        .jobs = jobs,
    };
}

/* Named at once, unless it may be all right when the others are there. */
static void fail(ClusterCrew *crew, size_t number, const RestoreRequest *request, const Error *why)
{
    if (crew->tries_again && why->code == ERR_SERVER && request->create) {
        set_state(crew, number, CLUSTER_AGAIN);
        event_text(cluster_events_sink(crew->events, number), EVENT_NOTICE,
                   "it is restored again after the others: %.*s", (int)strcspn(why->message, "\n"),
                   why->message);
    } else {
        set_state(crew, number, CLUSTER_FAILED);
        cluster_events_failed(crew->events, number, "was not restored", why);
    }
}

/* A database, with a cancel of its own: a failure stops its own sessions, and nobody else's. */
static void restore_database(ClusterCrew *crew, size_t number, RestoreRequest *request)
{
    EngineContext context = *crew->restore->context;
    RestoreResult made = {0};
    Error why = {0};
    Cancel *own = cancel_new_child(crew->cancel, &why);

    set_state(crew, number, CLUSTER_BEGUN);
    context.events = cluster_events_sink(crew->events, number);
    context.cancel = own;
    request->path = request->source->name;
    if (own != NULL && restore_run(request, &context, &made, &why)) {
        take_result(crew, number, &made);
    } else if (ends_all(crew, &why)) {
        if (why.code != ERR_CANCELLED) {
            (void)error_prefix(&why, "database \"%s\"", request->database);
        }
        end_all(crew, &why);
    } else {
        fail(crew, number, request, &why);
    }
    cluster_events_ended(crew->events, number);
    cancel_free(own);
}

/* --- All of them ------------------------------------------------------------------------------ */

/* By its share of the whole. A program that reads a pipe makes one, however many it might have.
 * What goes wrong here the restore will say. */
static unsigned connections_for(const ClusterCrew *crew, size_t number, const Source *source)
{
    const RestoreClusterRequest *request = crew->restore->request;
    Error ignored = {0};
    WorkPlan plan;
    FileKind kind;

    if (file_kind_of_source(source, &kind, &ignored) &&
        manager_plan_restore(request->engine->name, request->choice, kind, source->name, &plan,
                             &ignored) &&
        plan.by_tools) {
        return 1;
    }
    return tokens_share(request->jobs, crew->restore->result->databases.items[number].size,
                        crew->size);
}

static void restore_member_of(ClusterCrew *crew, size_t number)
{
    const ClusterDatabase *database = &crew->restore->result->databases.items[number];
    const ClusterMember *member =
        cluster_index_find(cluster_archive_index(crew->archive), database->name);
    RestoreRequest request;
    Source *source = NULL;
    unsigned jobs = 0;
    Error why = {0};
    bool ok = cluster_archive_member(crew->archive, member, &source, &why);

    if (ok) {
        jobs = connections_for(crew, number, source);
        ok = tokens_take(crew->tokens, jobs, crew->cancel, &why);
    }
    if (ok) {
        request = request_for(crew, database, jobs);
        request.source = source;
        request.properties = member->properties;
        request.is_checked = true;
        restore_database(crew, number, &request);
        tokens_give(crew->tokens, jobs);
    } else {
        end_all(crew, &why);
    }
    source_close(source);
}

static bool take_next(ClusterCrew *crew, size_t *number)
{
    bool found;

    (void)pthread_mutex_lock(&crew->lock);
    found = !crew->ended && crew->next < crew->n_ordered;
    if (found) {
        *number = crew->order[crew->next++];
    }
    (void)pthread_mutex_unlock(&crew->lock);
    return found;
}

static void *work(void *argument)
{
    ClusterCrew *crew = argument;
    size_t number = 0;

    while (take_next(crew, &number)) {
        restore_member_of(crew, number);
    }
    return NULL;
}

/* The caller's thread is one of them; fewer than were wanted do, too. */
static void work_together(ClusterCrew *crew)
{
    size_t n = crew->n_ordered < crew->restore->request->jobs ? crew->n_ordered
                                                              : crew->restore->request->jobs;
    pthread_t *threads = calloc(n + 1, sizeof *threads);
    size_t started = 0;

    while (threads != NULL && started + 1 < n &&
           pthread_create(&threads[started], NULL, work, crew) == 0) {
        started++;
    }
    (void)work(crew);
    while (started > 0) {
        (void)pthread_join(threads[--started], NULL);
    }
    free(threads);
}

static int compare_sizes(const void *left, const void *right, void *context)
{
    const ClusterDatabase *databases = context;
    const size_t *a = left;
    const size_t *b = right;

    if (databases[*a].size != databases[*b].size) {
        return databases[*a].size < databases[*b].size ? 1 : -1;
    }
    return *a < *b ? -1 : 1;
}

/* What is in that state, and in the archive. */
static void put_in_order(ClusterCrew *crew, ClusterState state)
{
    const RestoreClusterResult *result = crew->restore->result;

    crew->n_ordered = 0;
    crew->next = 0;
    crew->size = 0;
    for (size_t i = 0; i < result->databases.len; i++) {
        const ClusterDatabase *database = &result->databases.items[i];

        if (database->fate != CLUSTER_LACKING && database->state == state) {
            crew->order[crew->n_ordered++] = i;
            crew->size += database->size;
        }
    }
    qsort_r(crew->order, crew->n_ordered, sizeof crew->order[0], compare_sizes,
            result->databases.items);
}

bool cluster_crew_run(ClusterCrew *crew, const ClusterArchive *archive, Error *err)
{
    const RestoreClusterResult *result = crew->restore->result;
    uint64_t restored;

    crew->archive = archive;
    crew->tries_again = crew->restore->request->engine->mixes_databases;
    cluster_events_begin(crew->events, "restoring");
    put_in_order(crew, CLUSTER_AHEAD);
    while (crew->n_ordered > 0 && !crew->ended) {
        restored = result->restored;
        work_together(crew);
        /* A round that restored nothing is followed by the last one. */
        crew->tries_again = crew->tries_again && result->restored > restored;
        put_in_order(crew, CLUSTER_AGAIN);
    }
    for (size_t i = 0; i < crew->n_ordered; i++) { /* all is over before their turn came again */
        set_state(crew, crew->order[i], CLUSTER_FAILED);
    }
    if (crew->ended) {
        *err = crew->failure;
    }
    return !crew->ended;
}

bool cluster_crew_restore(ClusterCrew *crew, size_t number, const Source *source,
                          const ClusterMember *member, Error *err)
{
    RestoreRequest request = request_for(crew, &crew->restore->result->databases.items[number],
                                         crew->restore->request->jobs);

    request.source = source;
    request.properties = member == NULL ? NULL : member->properties;
    request.is_checked = member != NULL;
    restore_database(crew, number, &request);
    if (crew->ended) {
        *err = crew->failure;
    }
    return !crew->ended;
}

/* --- Making and ending ------------------------------------------------------------------------ */

static bool fill_crew(ClusterCrew *crew, Error *err)
{
    const ClusterRestore *restore = crew->restore;
    const RestoreClusterResult *result = restore->result;

    crew->cancel = cancel_new_child(restore->context->cancel, err);
    if (crew->cancel == NULL || !tokens_new(restore->request->jobs, &crew->tokens, err) ||
        !cluster_events_new(restore->context->events, result->databases.len, &crew->events, err)) {
        return false;
    }
    for (size_t i = 0; i < result->databases.len; i++) {
        const ClusterDatabase *database = &result->databases.items[i];
        bool known = database->fate != CLUSTER_LACKING && count_is_known(database->raw_size);

        cluster_events_database(crew->events, i, database->name, known ? database->raw_size : 0);
    }
    crew->order = calloc(result->databases.len + 1, sizeof crew->order[0]);
    return crew->order != NULL || error_set_memory(err, "the databases' order");
}

bool cluster_crew_new(const ClusterRestore *restore, ClusterCrew **out, Error *err)
{
    ClusterCrew *crew = calloc(1, sizeof *crew);

    if (crew == NULL) {
        return error_set_memory(err, "the restore of several databases");
    }
    crew->restore = restore;
    (void)pthread_mutex_init(&crew->lock, NULL); /* without attributes it cannot fail on Linux */
    if (!fill_crew(crew, err)) {
        cluster_crew_free(crew);
        return false;
    }
    *out = crew;
    return true;
}

void cluster_crew_free(ClusterCrew *crew)
{
    if (crew == NULL) {
        return;
    }
    cluster_events_free(crew->events);
    tokens_free(crew->tokens);
    cancel_free(crew->cancel);
    free(crew->order);
    (void)pthread_mutex_destroy(&crew->lock);
    free(crew);
}
