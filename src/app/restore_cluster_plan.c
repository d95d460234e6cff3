/* SPDX-License-Identifier: Apache-2.0 */
/* What is to become of each database: what the archive holds, what the server has already. */
#include <stdlib.h>
#include <string.h>

#include "app/cluster_names.h"
#include "app/restore_cluster_parts.h"

/* --- What the archive holds ------------------------------------------------------------------- */

static bool is_wanted(const RestoreClusterRequest *request, const char *name)
{
    for (size_t i = 0; i < request->n_databases; i++) {
        if (strcmp(request->databases[i], name) == 0) {
            return true;
        }
    }
    return request->n_databases == 0;
}

static bool add(const ClusterRestore *restore, const ClusterMember *member, Error *err)
{
    RestoreClusterResult *result = restore->result;
    ClusterDatabase database = {
        .name = arena_strdup(&result->arena, member->name),
        .fate = member->failure == NULL ? CLUSTER_MAKE : CLUSTER_LACKING,
        .why = arena_strdup(&result->arena, member->failure),
        .rows = member->rows,
        .raw_size = member->raw_size,
        .size = member->content_size,
    };

    return !is_wanted(restore->request, member->name) ||
           (arena_ok(&result->arena, "the plan", err) &&
            (vec_push(&result->databases, database) || error_set_memory(err, "the plan")));
}

static bool add_all(const ClusterRestore *restore, const ClusterIndex *index, bool members,
                    Error *err)
{
    for (size_t i = 0; members && i < index->members.len; i++) {
        const ClusterMember *member = &index->members.items[i];

        if (member->kind == CLUSTER_DATABASE && !add(restore, member, err)) {
            return false;
        }
        restore->result->has_globals |=
            member->kind == CLUSTER_GLOBALS && !restore->request->no_globals;
    }
    for (size_t i = 0; !members && i < index->info.n_planned; i++) {
        const ClusterMember planned = {
            .name = index->info.planned[i], .rows = COUNT_UNKNOWN, .raw_size = COUNT_UNKNOWN};

        if (!add(restore, &planned, err)) {
            return false;
        }
    }
    return true;
}

/* Each name that was asked for must be known. */
static bool check_wanted(const ClusterRestore *restore, Error *err)
{
    const RestoreClusterRequest *request = restore->request;
    NameList unknown = {0};

    for (size_t i = 0; i < request->n_databases; i++) {
        if (cluster_plan_find(restore, request->databases[i]) == NULL) {
            name_list_add(&unknown, request->databases[i]);
        }
    }
    return unknown.n == 0 ||
           error_set(err, ERR_USAGE, "%s doesn't hold %s", request->path, name_list_text(&unknown));
}

/* Where there is nothing to restore, nothing is begun. */
static bool check_there(const ClusterRestore *restore, Error *err)
{
    const RestoreClusterRequest *request = restore->request;
    const RestoreClusterResult *result = restore->result;
    NameList lacking = {0};

    for (size_t i = 0; i < result->databases.len; i++) {
        if (result->databases.items[i].fate != CLUSTER_LACKING) {
            return true;
        }
        name_list_add(&lacking, result->databases.items[i].name);
    }
    if (request->n_databases == 0) {
        return true; /* globals alone, perhaps */
    }
    (void)error_set(err, ERR_NOT_BACKUP, "%s lacks %s: its backup failed", request->path,
                    name_list_text(&lacking));
    return error_hint(err, "`dbbackup info` says why. Look for an older backup that has it.");
}

static bool check_dbms(const ClusterRestore *restore, const ClusterInfo *info, Error *err)
{
    const Engine *engine = restore->request->engine;

    if (info->dbms == NULL || engine->reads(info->dbms)) {
        return true;
    }
    (void)error_set(err, ERR_USAGE, "%s is a backup of %s, and can't be restored into %s",
                    restore->request->path, info->dbms, engine->servers);
    return error_hint(err, "Say which kind of server to restore into with --db-type %s.",
                      info->dbms);
}

static int compare_names(const void *left, const void *right)
{
    const ClusterDatabase *a = left;
    const ClusterDatabase *b = right;

    return strcmp(a->name, b->name);
}

bool cluster_plan_read(const ClusterRestore *restore, const ClusterIndex *index, bool members,
                       Error *err)
{
    RestoreClusterResult *result = restore->result;

    if (!check_dbms(restore, &index->info, err) || !add_all(restore, index, members, err) ||
        !check_wanted(restore, err)) {
        return false;
    }
    if (result->databases.len > 0) {
        qsort(result->databases.items, result->databases.len, sizeof result->databases.items[0],
              compare_names);
    }
    return check_there(restore, err);
}

ClusterDatabase *cluster_plan_find(const ClusterRestore *restore, const char *name)
{
    RestoreClusterResult *result = restore->result;

    for (size_t i = 0; i < result->databases.len; i++) {
        if (strcmp(result->databases.items[i].name, name) == 0) {
            return &result->databases.items[i];
        }
    }
    return NULL;
}

/* --- What the server has ---------------------------------------------------------------------- */

static bool is_own(const Engine *engine, const char *name)
{
    for (size_t i = 0; engine->own_databases != NULL && engine->own_databases[i] != NULL; i++) {
        if (strcmp(engine->own_databases[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_on_server(const DatabaseList *list, const char *name)
{
    for (size_t i = 0; i < list->items.len; i++) {
        if (strcmp(list->items.items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Begins the restore, which looks at the target, and no more than that. */
static bool look_at(const ClusterRestore *restore, const ClusterDatabase *database, Error *err)
{
    const RestoreClusterRequest *request = restore->request;
    const RestoreTarget target = {
        .database = database->name,
        .create = database->fate != CLUSTER_FILL,
        .clean = request->clean,
        .jobs = 1,
    };
    RestoreSession *session = NULL;
    bool ok =
        request->engine->restore_begin(&request->server, &target, restore->context, &session, err);

    request->engine->restore_end(session, NULL);
    return ok;
}

static bool decide(const ClusterRestore *restore, ClusterDatabase *database, bool *looked,
                   Error *err)
{
    const RestoreClusterRequest *request = restore->request;
    Arena *arena = &restore->result->arena;

    if (database->is_there && is_own(request->engine, database->name)) {
        database->fate = CLUSTER_FILL;
    } else if (database->is_there && !request->clean) {
        database->fate = CLUSTER_REFUSED;
        database->why = "it exists already";
        return true;
    } else {
        database->fate = database->is_there ? CLUSTER_REPLACE : CLUSTER_MAKE;
        if (*looked) {
            return true; /* who may make one may make others */
        }
        *looked = true;
    }
    if (look_at(restore, database, err)) {
        return true;
    }
    if (err->code != ERR_REFUSED || database->fate != CLUSTER_FILL) {
        return false;
    }
    database->fate = CLUSTER_REFUSED;
    database->why = arena_strdup(arena, err->message);
    error_clear(err);
    return arena_ok(arena, "the plan", err);
}

bool cluster_plan_look(const ClusterRestore *restore, Error *err)
{
    const RestoreClusterRequest *request = restore->request;
    RestoreClusterResult *result = restore->result;
    DatabaseList list;
    bool looked = false;
    bool ok;

    if (request->engine->list_databases == NULL) {
        return error_set(err, ERR_UNSUPPORTED, "whole servers of %s can't be restored yet",
                         request->engine->servers);
    }
    event_text(restore->context->events, EVENT_PHASE, "connecting");
    database_list_init(&list);
    ok = request->engine->list_databases(&request->server, request->connect_to, restore->context,
                                         &list, err);
    for (size_t i = 0; ok && i < result->databases.len; i++) {
        ClusterDatabase *database = &result->databases.items[i];

        database->is_there = is_on_server(&list, database->name);
        ok = database->fate == CLUSTER_LACKING || decide(restore, database, &looked, err);
    }
    database_list_free(&list);
    return ok;
}

/* --- Whether it may be ------------------------------------------------------------------------ */

static bool refuse(const ClusterRestore *restore, const ClusterDatabase *filled, Error *err)
{
    const RestoreClusterResult *result = restore->result;
    NameList there = {0};

    for (size_t i = 0; i < result->databases.len; i++) {
        if (result->databases.items[i].fate == CLUSTER_REFUSED) {
            name_list_add(&there, result->databases.items[i].name);
        }
    }
    (void)error_set(err, ERR_REFUSED, "the server has already: %s%s%s", name_list_text(&there),
                    filled == NULL ? "" : "; ", filled == NULL ? "" : filled->why);
    return error_hint(err,
                      "--clean drops them first, with all that they hold%s; --database takes "
                      "only some of the archive's databases.",
                      filled == NULL ? "" : ", and of the server's own what the backup holds");
}

bool cluster_plan_allowed(const ClusterRestore *restore, Error *err)
{
    const RestoreClusterResult *result = restore->result;
    const ClusterDatabase *filled = NULL; /* the first that exists on every server */
    bool refused = false;

    for (size_t i = 0; i < result->databases.len; i++) {
        const ClusterDatabase *database = &result->databases.items[i];

        refused |= database->fate == CLUSTER_REFUSED;
        if (filled == NULL && database->fate == CLUSTER_REFUSED &&
            is_own(restore->request->engine, database->name)) {
            filled = database;
        }
    }
    if (refused) {
        return refuse(restore, filled, err);
    }
    if (!restore->request->confirm && !restore->request->dry_run) {
        (void)error_set(err, ERR_REFUSED, "nothing was restored: this is only what would be done");
        return error_hint(err, "To do it, add --confirm.");
    }
    return true;
}

void cluster_plan_tell_lacking(const ClusterRestore *restore)
{
    const RestoreClusterResult *result = restore->result;

    for (size_t i = 0; i < result->databases.len; i++) {
        const ClusterDatabase *database = &result->databases.items[i];

        if (database->fate == CLUSTER_LACKING) {
            event_text(restore->context->events, EVENT_WARNING, "%s lacks the database \"%s\": %s",
                       restore->request->path, database->name, database->why);
        }
    }
}
