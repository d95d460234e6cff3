/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole server's restore from a pipe. Each member is kept in a file until it is restored, for it
 * is checked first; that nothing was cut, and which databases failed, is known at the end only. So
 * is how the database is to be made of a backup that doesn't say it itself: it waits until then.
 */
#include <string.h>
#include <unistd.h>

#include "app/restore_cluster_parts.h"
#include "archive/cluster_stream.h"
#include "io/crypt_source.h"
#include "io/damage.h"
#include "io/fd_reader.h"
#include "io/spool_file.h"

static const char pipe_name[] = "standard input";

/* A member's content is good once the next one has been asked for, or the end: its checksum stands
 * behind it. So it is kept first, and used then. */
typedef struct Kept {
    bool is_globals;
    size_t number; /* of the database, in the plan */
    Source *content;
} Kept;

typedef struct Piped {
    const ClusterRestore *restore;
    ClusterStream *stream;
    ClusterCrew *crew;
    SpoolFile *spool;  /* of all that is kept */
    Source *globals;   /* kept to the end; NULL: none came */
    VEC(Kept) waiting; /* for the index */
} Piped;

/* Whether only the archive's index says how its database is to be made. */
static bool must_wait(const Piped *piped, const Kept *kept, bool *must, Error *err)
{
    const ClusterDatabase *database = &piped->restore->result->databases.items[kept->number];
    FileKind kind;

    if (!file_kind_of_source(kept->content, &kind, err)) {
        return false;
    }
    *must = kind != FILE_SCRIPT_ARCHIVE && database->fate != CLUSTER_FILL;
    return true;
}

static bool use(Piped *piped, Kept *kept, Error *err)
{
    bool must;
    bool ok;

    if (kept->content == NULL) {
        return true;
    }
    if (kept->is_globals) {
        piped->globals = kept->content;
        kept->content = NULL;
        return cluster_globals_check(piped->restore, piped->globals, err) &&
               cluster_globals_run(piped->restore, piped->globals, GLOBALS_ALL, true, err) &&
               cluster_globals_run(piped->restore, piped->globals, GLOBALS_BEFORE_DATABASES, false,
                                   err);
    }
    if (!must_wait(piped, kept, &must, err)) {
        return false;
    }
    if (must) {
        ok = vec_push(&piped->waiting, *kept) || error_set_memory(err, pipe_name);
    } else {
        ok = cluster_crew_restore(piped->crew, kept->number, kept->content, NULL, err);
        source_close(kept->content);
    }
    if (ok || !must) {
        kept->content = NULL;
    }
    return ok;
}

/* At the archive's end. */
static bool use_waiting(const Piped *piped, Error *err)
{
    const ClusterIndex *index = cluster_stream_index(piped->stream);
    const RestoreClusterResult *result = piped->restore->result;

    for (size_t i = 0; i < piped->waiting.len; i++) {
        const Kept *kept = &piped->waiting.items[i];
        const ClusterMember *member =
            cluster_index_find(index, result->databases.items[kept->number].name);

        if (member == NULL) {
            return damage_altered(err, pipe_name, "a database isn't in its index");
        }
        if (!cluster_crew_restore(piped->crew, kept->number, kept->content, member, err)) {
            return false;
        }
    }
    return true;
}

static void close_waiting(Piped *piped)
{
    for (size_t i = 0; i < piped->waiting.len; i++) {
        source_close(piped->waiting.items[i].content);
    }
    vec_free(&piped->waiting);
}

static bool keep(Piped *piped, const ClusterMember *member, Reader *content, Kept *kept, Error *err)
{
    const ClusterRestore *restore = piped->restore;
    const RestoreClusterResult *result = restore->result;
    const ClusterDatabase *database;

    if (member->kind == CLUSTER_GLOBALS && !restore->request->no_globals) {
        kept->is_globals = true;
        restore->result->has_globals = true;
    } else if (member->kind == CLUSTER_DATABASE) {
        database = cluster_plan_find(restore, member->name);
        if (database == NULL && restore->request->n_databases > 0) {
            return true; /* not asked for */
        }
        if (database == NULL) {
            return damage_altered(err, pipe_name, "%s isn't in its manifest", member->path);
        }
        kept->is_globals = false;
        kept->number = (size_t)(database - result->databases.items);
    } else {
        return true;
    }
    return spool_file_keep(piped->spool, content, member->path, restore->context->cancel,
                           &kept->content, err);
}

static bool restore_all(Piped *piped, Kept *kept, Error *err)
{
    const ClusterMember *member;
    Reader *content;
    bool end = false;

    while (cluster_stream_next(piped->stream, &member, &content, &end, err)) {
        if (!use(piped, kept, err)) {
            return false;
        }
        if (end) {
            return use_waiting(piped, err) &&
                   (piped->globals == NULL ||
                    cluster_globals_run(piped->restore, piped->globals, GLOBALS_AFTER_DATABASES,
                                        false, err));
        }
        if (!keep(piped, member, content, kept, err)) {
            return false;
        }
    }
    return false;
}

/* What was to come and didn't: the index says why. */
static bool take_lacking(const Piped *piped, Error *err)
{
    const ClusterIndex *index = cluster_stream_index(piped->stream);
    RestoreClusterResult *result = piped->restore->result;

    for (size_t i = 0; i < result->databases.len; i++) {
        ClusterDatabase *database = &result->databases.items[i];
        const ClusterMember *member = cluster_index_find(index, database->name);

        if (database->state == CLUSTER_AHEAD) {
            database->fate = CLUSTER_LACKING;
            database->why = member != NULL && member->failure != NULL
                                ? arena_strdup(&result->arena, member->failure)
                                : "its backup was not made";
        }
    }
    cluster_plan_tell_lacking(piped->restore);
    return arena_ok(&result->arena, pipe_name, err);
}

static bool restore_stream(Piped *piped, Error *err)
{
    const ClusterRestore *restore = piped->restore;
    Kept kept = {0};
    ClusterIndex planned;
    bool ok;

    cluster_index_init(&planned);
    planned.info = *cluster_stream_info(piped->stream);
    ok = cluster_plan_read(restore, &planned, false, err);
    cluster_index_free(&planned);
    if (!ok || !cluster_plan_look(restore, err) || !cluster_plan_allowed(restore, err)) {
        return false;
    }
    ok = cluster_crew_new(restore, &piped->crew, err);
    if (ok) {
        event_text(restore->context->events, EVENT_PHASE, "restoring");
        ok = restore_all(piped, &kept, err) && take_lacking(piped, err);
    }
    if (!ok) {
        cluster_tell_rest(restore, err);
    }
    source_close(kept.content);
    return ok && cluster_verdict(restore, err);
}

bool cluster_restore_pipe(const ClusterRestore *restore, Error *err)
{
    Piped piped = {.restore = restore};
    Reader *bytes;
    bool ok;

    if (restore->request->dry_run) {
        return error_set(err, ERR_USAGE, "--dry-run cannot check a pipe; name a file");
    }
    if (!fd_reader_new(STDIN_FILENO, false, pipe_name, NULL, &bytes, err) ||
        !crypt_reader_over(bytes, restore->request->keys, pipe_name, &bytes, err) ||
        !cluster_stream_new(bytes, pipe_name, &piped.stream, err)) {
        return false;
    }
    ok = spool_file_new(&piped.spool, err) && restore_stream(&piped, err);
    cluster_crew_free(piped.crew);
    close_waiting(&piped);
    source_close(piped.globals);
    spool_file_free(piped.spool);
    cluster_stream_free(piped.stream);
    return ok;
}
