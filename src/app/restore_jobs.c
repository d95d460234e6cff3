/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a restore's phases: entry by entry, or as jobs that several sessions share. */
#include "app/restore_jobs.h"

#include <stdlib.h>
#include <string.h>

#include "app/restore_plan.h"
#include "base/clock.h"

enum { TRIES = 6 /* of what failed through no fault of its own */ };

/* Sessions beyond the first are worth their connection from so much work on, for each. */
static const uint64_t bytes_for_session = (uint64_t)128 * 1024;
static const size_t jobs_for_session = 50;

typedef struct Restore {
    const Engine *engine;
    const EngineContext *context;
    const ScriptArchive *archive;
    RestoreSession *leader;
    RestoreSession **workers; /* beside the leader */
    size_t n_workers;
} Restore;

/* What one thread works with. */
typedef struct Hand {
    const Restore *restore;
    RestoreSession *session;
    const PlanJob *jobs;
} Hand;

/* --- Work ------------------------------------------------------------------------------------- */

static bool restore_job(const Restore *restore, RestoreSession *session, const PlanJob *job,
                        Error *err)
{
    const Engine *engine = restore->engine;
    const Entry *entry = job->entry;
    bool whole = job->chunk == PLAN_WHOLE;
    Reader *text;
    bool ok;

    if (!cancel_check(restore->context->cancel, err)) {
        return false;
    }
    ok = whole ? script_archive_read_entry(restore->archive, entry, &text, err)
               : script_archive_read_chunk(restore->archive, &entry->chunks.items[job->chunk],
                                           &text, err);
    if (!ok) {
        return false;
    }
    ok = whole ? engine->restore_entry(session, entry, text, err)
               : engine->restore_chunk(session, entry, job->chunk, text, err);
    reader_close(text);
    return ok;
}

/* A deadlock with another session of ours, or of somebody's, undoes what was under way and can't
 * come about in the same way again. */
static bool run_bunch(void *worker, const uint32_t *jobs, size_t n_jobs, Error *err)
{
    const Hand *hand = worker;
    const Restore *restore = hand->restore;
    size_t done = 0;

    for (unsigned attempt = 1;; attempt++) {
        bool ok = true;

        for (size_t i = done; ok && i < n_jobs; i++) {
            ok = restore_job(restore, hand->session, &hand->jobs[jobs[i]], err);
        }
        if (ok && restore->engine->restore_flush(hand->session, err)) {
            break;
        }
        if (attempt == TRIES || !restore->engine->restore_again(hand->session, err, &done)) {
            return false;
        }
        event_debug(restore->context->events, clock_monotonic(),
                    "once more, after SQLSTATE %s: %zu jobs from %zu on, try %u", err->sqlstate,
                    n_jobs - done, done + 1, attempt + 1);
    }
    for (size_t i = 0; i < n_jobs; i++) {
        const PlanJob *job = &hand->jobs[jobs[i]];

        event_progress(restore->context->events, 0, 0, job->chunk == PLAN_WHOLE || job->chunk == 0);
    }
    return true;
}

/* One after another, in the archive's order; several may be under way at once. */
static bool run_in_order(const Restore *restore, const RestorePlan *plan, RestorePhase phase,
                         Error *err)
{
    const Toc *chosen = plan->chosen;
    PlanJob jobs[JOB_BUNCH_MAX];
    uint32_t numbers[JOB_BUNCH_MAX];
    Hand hand = {.restore = restore, .session = restore->leader, .jobs = jobs};
    size_t n = 0;

    for (size_t i = 0; i < chosen->entries.len; i++) {
        if (plan->phases[i] == phase) {
            jobs[n] = (PlanJob){.entry = &chosen->entries.items[i], .chunk = PLAN_WHOLE};
            numbers[n] = (uint32_t)n;
            n++;
        }
        if (n == JOB_BUNCH_MAX) {
            if (!run_bunch(&hand, numbers, n, err)) {
                return false;
            }
            n = 0;
        }
    }
    return n == 0 || run_bunch(&hand, numbers, n, err);
}

/* --- Workers ---------------------------------------------------------------------------------- */

/* Those that are there take part in any case. */
static size_t sessions_for(const Restore *restore, const RestoreRequest *request,
                           const PlanJobs *jobs)
{
    size_t most = jobs->jobs.len < request->jobs ? jobs->jobs.len : request->jobs;
    uint64_t worth =
        1 + restore->n_workers + jobs->work / bytes_for_session + jobs->jobs.len / jobs_for_session;

    return worth < most ? (size_t)worth : most;
}

/* A server without a free connection for all of them is no reason to give up. */
static bool add_workers(Restore *restore, size_t n, Error *err)
{
    while (restore->n_workers < n) {
        Error failure = {0};

        if (!restore->engine->restore_worker(restore->leader, &restore->workers[restore->n_workers],
                                             &failure)) {
            if (strcmp(failure.sqlstate, ENGINE_NO_CONNECTION) != 0) {
                *err = failure;
                return false;
            }
            event_text(restore->context->events, EVENT_WARNING,
                       "%s\nThe restore goes on with %zu connection%s.", failure.message,
                       restore->n_workers + 1, restore->n_workers == 0 ? "" : "s");
            break;
        }
        restore->n_workers++;
    }
    return true;
}

static void end_workers(Restore *restore)
{
    while (restore->n_workers > 0) {
        restore->engine->restore_worker_end(restore->leader,
                                            restore->workers[--restore->n_workers]);
    }
    free(restore->workers);
    restore->workers = NULL;
}

static bool run_graph(const Restore *restore, const PlanJobs *jobs, size_t n_sessions, Error *err)
{
    size_t n = restore->n_workers + 1 < n_sessions ? restore->n_workers + 1 : n_sessions;
    Hand *hands = calloc(n, sizeof *hands);
    void **workers = calloc(n, sizeof *workers);
    bool ok = hands != NULL && workers != NULL;

    for (size_t i = 0; ok && i < n; i++) {
        hands[i] = (Hand){.restore = restore,
                          .session = i == 0 ? restore->leader : restore->workers[i - 1],
                          .jobs = jobs->jobs.items};
        workers[i] = &hands[i];
    }
    ok = ok ? job_graph_run_bunches(&jobs->graph, run_bunch, workers, n, restore->context->cancel,
                                    err)
            : error_set_memory(err, "a restore's workers");
    free(hands);
    free(workers);
    return ok;
}

static bool run_jobs(Restore *restore, const RestoreRequest *request, const RestorePlan *plan,
                     RestorePhase phase, Error *err)
{
    PlanJobs jobs;
    size_t n_sessions;
    bool ok;

    if (!restore_plan_jobs(plan, phase, request->jobs, !request->continue_on_error, &jobs, err)) {
        return false;
    }
    n_sessions = sessions_for(restore, request, &jobs);
    if (n_sessions > 1) {
        ok =
            add_workers(restore, n_sessions - 1, err) && run_graph(restore, &jobs, n_sessions, err);
    } else {
        ok = run_in_order(restore, plan, phase, err);
    }
    restore_plan_jobs_free(&jobs);
    return ok;
}

/* --- All of it -------------------------------------------------------------------------------- */

static bool run_phases(Restore *restore, const RestoreRequest *request, const RestorePlan *plan,
                       Error *err)
{
    for (int phase = 0; phase < N_PHASES; phase++) {
        bool shared = request->jobs > 1 && restore_phase_has_jobs((RestorePhase)phase);
        bool ok = shared ? run_jobs(restore, request, plan, (RestorePhase)phase, err)
                         : run_in_order(restore, plan, (RestorePhase)phase, err);

        if (!ok) {
            return false;
        }
    }
    return true;
}

bool restore_entries(const RestoreRequest *request, const EngineContext *context,
                     RestoreSession *session, const ScriptArchive *archive, const Toc *chosen,
                     Error *err)
{
    Restore restore = {
        .engine = request->engine,
        .context = context,
        .archive = archive,
        .leader = session,
        .workers = calloc(request->jobs + 1, sizeof(RestoreSession *)),
    };
    RestorePlan plan;
    uint64_t bytes = 0;
    bool ok;

    for (size_t i = 0; i < chosen->entries.len; i++) {
        bytes += entry_raw_size(&chosen->entries.items[i]);
    }
    event_text(context->events, EVENT_PHASE, "restoring");
    event_total(context->events, bytes, chosen->entries.len);
    if (restore.workers == NULL) {
        return error_set_memory(err, "a restore's workers");
    }
    ok = restore_plan_init(&plan, script_archive_toc(archive), chosen, err);
    if (ok) {
        ok = run_phases(&restore, request, &plan, err);
        restore_plan_free(&plan);
    }
    end_workers(&restore);
    return ok;
}
