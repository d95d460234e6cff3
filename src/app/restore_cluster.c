/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of a whole server's restore: what the archive holds, what the server has, whether every
 * byte is what was written; and only then globals, databases, and what of the globals needs them.
 */
#include <string.h>

#include "app/cluster_names.h"
#include "app/restore_cluster_parts.h"
#include "app/restore_parts.h"
#include "archive/script_stream.h"
#include "base/clock.h"
#include "io/crypt_source.h"
#include "io/range_reader.h"
#include "sql/script_check.h"

void restore_cluster_result_init(RestoreClusterResult *result)
{
    *result = (RestoreClusterResult){0};
    arena_init(&result->arena);
}

void restore_cluster_result_free(RestoreClusterResult *result)
{
    vec_free(&result->databases);
    arena_free(&result->arena);
}

/* --- Globals ---------------------------------------------------------------------------------- */

bool cluster_globals_check(const ClusterRestore *restore, const Source *script, Error *err)
{
    const EventSink no_events = {0};
    ScriptFacts facts = {0};
    RangeReader range;
    Reader *text;
    bool ok;

    range_reader_init(&range, script, 0, script->size);
    if (!script_stream_over(&range.base, script->name, &text, err)) {
        return false;
    }
    ok = sql_script_check(text, script->name, restore->request->engine->dialect, &no_events,
                          restore->context->cancel, &facts, err);
    reader_close(text);
    return ok &&
           (facts.is_globals || script->size == 0 ||
            error_set(err, ERR_DAMAGED, "%s is no script of a server's globals", script->name));
}

bool cluster_globals_run(const ClusterRestore *restore, const Source *script, GlobalsPhase phase,
                         bool dry_run, Error *err)
{
    const RestoreClusterRequest *request = restore->request;
    const GlobalsTarget target = {
        .phase = phase,
        .dry_run = dry_run,
        .continue_on_error = request->continue_on_error,
    };
    GlobalsStats stats = {0};
    RangeReader range;
    Reader *text;
    bool ok;

    if (request->engine->globals_restore == NULL) {
        (void)error_set(err, ERR_UNSUPPORTED, "the globals of %s can't be restored yet",
                        request->engine->servers);
        return error_hint(err, "Restore without them: --no-globals.");
    }
    range_reader_init(&range, script, 0, script->size);
    if (!script_stream_over(&range.base, script->name, &text, err)) {
        return false;
    }
    ok = request->engine->globals_restore(&request->server, request->connect_to, &target,
                                          restore->context, script->name, text, &stats, err);
    reader_close(text);
    if (!ok && !dry_run && err->code == ERR_SERVER) {
        (void)error_hint(err, "Mend that, and begin again; or restore the globals by themselves, "
                              "then the databases with --no-globals.");
    }
    if (ok && dry_run) {
        restore->result->globals = stats;
    } else {
        restore->result->globals.errors += stats.errors;
    }
    return ok;
}

/* --- How it ended ----------------------------------------------------------------------------- */

static NameList names_in_state(const ClusterRestore *restore, ClusterState state)
{
    const RestoreClusterResult *result = restore->result;
    NameList names = {0};

    for (size_t i = 0; i < result->databases.len; i++) {
        const ClusterDatabase *database = &result->databases.items[i];

        if (database->state == state && database->fate != CLUSTER_LACKING) {
            name_list_add(&names, database->name);
        }
    }
    return names;
}

void cluster_tell_rest(const ClusterRestore *restore, Error *err)
{
    NameList done = names_in_state(restore, CLUSTER_DONE);
    NameList begun = names_in_state(restore, CLUSTER_BEGUN);
    NameList failed = names_in_state(restore, CLUSTER_FAILED);
    Error cause = *err;

    if (done.n + begun.n + failed.n > 0) {
        (void)error_set(err, cause.code, "%s\nRestored before that: %s.%s%s%s%s%s%s", cause.message,
                        name_list_text(&done), begun.n > 0 ? " Begun and not finished: " : "",
                        begun.n > 0 ? name_list_text(&begun) : "", begun.n > 0 ? "." : "",
                        failed.n > 0 ? " Failed: " : "",
                        failed.n > 0 ? name_list_text(&failed) : "", failed.n > 0 ? "." : "");
        err->os_errno = cause.os_errno;
        memcpy(err->sqlstate, cause.sqlstate, sizeof err->sqlstate);
        (void)error_hint(err, "%s", cause.hint);
    }
}

bool cluster_verdict(const ClusterRestore *restore, Error *err)
{
    const RestoreClusterResult *result = restore->result;
    NameList failed = names_in_state(restore, CLUSTER_FAILED);
    NameList lacking = {0};
    bool both;

    for (size_t i = 0; i < result->databases.len; i++) {
        if (result->databases.items[i].fate == CLUSTER_LACKING) {
            name_list_add(&lacking, result->databases.items[i].name);
        }
    }
    if (failed.n + lacking.n == 0 && result->globals.errors == 0) {
        return true;
    }
    both = failed.n > 0 && lacking.n > 0;
    if (failed.n + lacking.n == 0) {
        (void)error_set(err, ERR_INCOMPLETE,
                        "statements of the globals failed; the databases are "
                        "restored");
        return error_hint(err, "Each was named above.");
    }
    (void)error_set(err, ERR_INCOMPLETE, "%zu of %zu databases not restored: %s%s%s%s%s",
                    failed.n + lacking.n, result->databases.len,
                    failed.n > 0 ? name_list_text(&failed) : "", failed.n > 0 ? " failed" : "",
                    both ? "; " : "", lacking.n > 0 ? name_list_text(&lacking) : "",
                    lacking.n > 0 ? " lacking in the backup" : "");
    return failed.n > 0
               ? error_hint(err, "Mend what the warnings above name, then restore these alone: "
                                 "`restore cluster FILE --database NAME --clean --confirm`.")
               : error_hint(err, "All else is restored. Look for an older backup that has them.");
}

/* --- From a file ------------------------------------------------------------------------------ */

/* The globals' script; *script is NULL when there is none, or none is wanted. */
static bool open_globals(const ClusterRestore *restore, const ClusterArchive *archive,
                         Source **script, Error *err)
{
    const ClusterIndex *index = cluster_archive_index(archive);

    *script = NULL;
    for (size_t i = 0; restore->result->has_globals && i < index->members.len; i++) {
        if (index->members.items[i].kind == CLUSTER_GLOBALS) {
            return cluster_archive_check_member(archive, &index->members.items[i], NULL,
                                                restore->context->cancel, err) &&
                   cluster_archive_member(archive, &index->members.items[i], script, err);
        }
    }
    return true;
}

/* Each must be there as the index says, and be something that can be restored. */
static bool check_members(const ClusterRestore *restore, const ClusterArchive *archive, Error *err)
{
    const RestoreClusterResult *result = restore->result;
    bool ok = true;

    for (size_t i = 0; ok && i < result->databases.len; i++) {
        const ClusterMember *member =
            cluster_index_find(cluster_archive_index(archive), result->databases.items[i].name);
        Source *source;

        if (member->failure == NULL) {
            ok = cluster_archive_member(archive, member, &source, err);
            if (ok) {
                ok = restore_look(source, err);
                source_close(source);
            }
        }
    }
    return ok;
}

static bool check(const ClusterRestore *restore, const ClusterArchive *archive,
                  const Source *globals, Error *err)
{
    const EngineContext *context = restore->context;

    event_text(context->events, EVENT_PHASE, "checking the file");
    return cluster_archive_check(archive, context->events, context->cancel, NULL, err) &&
           check_members(restore, archive, err) &&
           (globals == NULL || cluster_globals_check(restore, globals, err));
}

static bool change(const ClusterRestore *restore, const ClusterArchive *archive,
                   const Source *globals, Error *err)
{
    ClusterCrew *crew = NULL;
    bool ok = true;

    if (globals != NULL) {
        event_text(restore->context->events, EVENT_PHASE, "restoring the globals");
        ok = cluster_globals_run(restore, globals, GLOBALS_BEFORE_DATABASES, false, err);
    }
    ok = ok && cluster_crew_new(restore, &crew, err) && cluster_crew_run(crew, archive, err);
    cluster_crew_free(crew);
    ok = ok && (globals == NULL ||
                cluster_globals_run(restore, globals, GLOBALS_AFTER_DATABASES, false, err));
    if (!ok) {
        cluster_tell_rest(restore, err);
    }
    return ok;
}

static bool restore_opened(const ClusterRestore *restore, const ClusterArchive *archive,
                           const Source *globals, Error *err)
{
    const RestoreClusterRequest *request = restore->request;

    if (!cluster_plan_look(restore, err) ||
        (globals != NULL && !cluster_globals_run(restore, globals, GLOBALS_ALL, true, err)) ||
        !cluster_plan_allowed(restore, err) || !check(restore, archive, globals, err)) {
        return false;
    }
    cluster_plan_tell_lacking(restore);
    return request->dry_run ||
           (change(restore, archive, globals, err) && cluster_verdict(restore, err));
}

static bool restore_file(const ClusterRestore *restore, Error *err)
{
    ClusterArchive *archive;
    Source *globals = NULL;
    Source *source;
    bool encrypted;
    bool ok;

    if (!crypt_source_open(restore->request->path, restore->request->keys, &source, &encrypted,
                           err) ||
        !cluster_archive_open_source(source, &archive, err)) {
        return false;
    }
    ok = cluster_plan_read(restore, cluster_archive_index(archive), true, err) &&
         open_globals(restore, archive, &globals, err) &&
         restore_opened(restore, archive, globals, err);
    source_close(globals);
    cluster_archive_close(archive);
    return ok;
}

bool restore_cluster_run(const RestoreClusterRequest *request, const EngineContext *context,
                         RestoreClusterResult *result, Error *err)
{
    const ClusterRestore restore = {request, context, result};
    double start = clock_monotonic();
    bool ok = strcmp(request->path, "-") == 0 ? cluster_restore_pipe(&restore, err)
                                              : restore_file(&restore, err);

    result->seconds = clock_monotonic() - start;
    return ok;
}
