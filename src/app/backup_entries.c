/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entries of a backup, into the file. A job is one piece of an entry's data. An entry of
 * several pieces has one more job that does nothing but come after them, for others to wait for.
 */
#include "app/backup_entries.h"

#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "sched/jobs.h"

/* What a further connection should have to do, at least, to be worth its while. */
enum { WORTH_BYTES = 1024 * 1024, JOB_BYTES = 32 * 1024 /* what any job is taken to be worth */ };

typedef struct Job {
    Entry *entry;
    uint32_t piece; /* n_pieces: all of them are done */
} Job;

/* Data entries that stand together in the toc. */
typedef struct DataRun {
    const BackupRequest *request;
    const EngineContext *context;
    VEC(Job) jobs;
    JobGraph graph;
    IdMap last_jobs; /* by an entry's id: its last job */
} DataRun;

typedef struct Worker {
    const DataRun *run;
    BackupSession *session;
    ChunkWriter *chunks;
} Worker;

static void tell_object(const EngineContext *context, const Entry *entry)
{
    char label[256];

    entry_label(entry, label, sizeof label);
    event_text(context->events, EVENT_OBJECT, "%s", label);
}

/* --- Jobs --------------------------------------------------------------------------------- */

static bool run_job(void *argument, uint32_t number, Error *err)
{
    Worker *worker = argument;
    const DataRun *run = worker->run;
    const Job *job = &run->jobs.items[number];

    if (job->piece == 0 || job->piece < job->entry->n_pieces) {
        tell_object(run->context, job->entry);
        if (!run->request->engine->backup_write(worker->session, job->entry, job->piece,
                                                worker->chunks, err)) {
            chunk_writer_cancel(worker->chunks);
            return false;
        }
    }
    if (job->piece == job->entry->n_pieces) { /* also where there are no pieces */
        event_progress(run->context->events, 0, 0, 1);
    }
    return true;
}

static bool list_jobs(DataRun *run, Entry *entries, size_t n, Error *err)
{
    for (size_t i = 0; i < n; i++) {
        Entry *entry = &entries[i];
        bool ok = true;

        for (uint32_t piece = 0; ok && piece <= entry->n_pieces; piece++) {
            ok = vec_push(&run->jobs, ((Job){entry, piece}));
        }
        if (!ok || run->jobs.len > UINT32_MAX ||
            !idmap_put(&run->last_jobs, entry->id, (uint32_t)run->jobs.len - 1)) {
            return error_set_memory(err, "the list of jobs");
        }
    }
    return true;
}

static bool need(DataRun *run, uint32_t number, Error *err)
{
    const Job *job = &run->jobs.items[number];
    uint32_t needed;

    for (size_t i = 0; i < job->entry->n_deps; i++) {
        if (idmap_get(&run->last_jobs, job->entry->deps[i], &needed) &&
            !job_graph_need(&run->graph, number, needed, err)) {
            return false;
        }
    }
    return true;
}

/* The last job of an entry that has pieces has no weight of its own: others may wait for it. One
 * worker alone gains nothing by weights: it writes the tables in the toc's order. */
static bool fill_graph(DataRun *run, size_t n_workers, Error *err)
{
    for (uint32_t i = 0; i < run->jobs.len; i++) {
        const Job *job = &run->jobs.items[i];
        uint32_t n_pieces = job->entry->n_pieces;
        bool is_last = n_pieces > 0 && job->piece == n_pieces;

        if (n_workers > 1) {
            job_graph_set_weight(
                &run->graph, i,
                is_last ? UINT64_MAX
                        : job->entry->size_estimate / (n_pieces == 0 ? 1 : n_pieces) + JOB_BYTES);
        }
        if (!need(run, i, err)) {
            return false;
        }
        for (uint32_t piece = 1; is_last && piece <= n_pieces; piece++) {
            if (!job_graph_need(&run->graph, i, i - piece, err)) {
                return false;
            }
        }
    }
    return true;
}

/* --- Workers ------------------------------------------------------------------------------ */

static size_t count_workers(const DataRun *run, const Entry *entries, size_t n)
{
    uint64_t bytes = 0;
    uint64_t useful;

    for (size_t i = 0; i < n; i++) {
        bytes += entries[i].size_estimate + JOB_BYTES;
    }
    useful = 1 + bytes / WORTH_BYTES;
    useful = useful < run->jobs.len ? useful : run->jobs.len;
    if (run->context->cancel == NULL || useful < 1) {
        useful = 1;
    }
    return useful < run->request->jobs ? (size_t)useful : run->request->jobs;
}

static bool run_workers(DataRun *run, const Worker *leader, ScriptWriter *script, size_t n,
                        Error *err)
{
    Worker *workers = calloc(n, sizeof *workers);
    void **arguments = calloc(n, sizeof *arguments);
    bool ok = workers != NULL && arguments != NULL;

    if (!ok) {
        (void)error_set_memory(err, "the workers");
    }
    for (size_t i = 0; ok && i < n; i++) {
        workers[i] = *leader;
        arguments[i] = &workers[i];
        if (i > 0) {
            workers[i] = (Worker){.run = run};
            ok = run->request->engine->backup_worker(leader->session, &workers[i].session, err) &&
                 (workers[i].session == NULL || chunk_writer_new(script, &workers[i].chunks, err));
            if (ok && workers[i].session == NULL) {
                n = i;
            }
        }
    }
    ok = ok && job_graph_run(&run->graph, run_job, arguments, n, run->context->cancel, err);
    for (size_t i = 1; workers != NULL && i < n; i++) {
        chunk_writer_free(workers[i].chunks);
        run->request->engine->backup_end(workers[i].session);
    }
    free(workers);
    free(arguments);
    return ok;
}

static bool write_data(const BackupRequest *request, const EngineContext *context, Worker leader,
                       ScriptWriter *script, Entry *entries, size_t n, Error *err)
{
    DataRun run = {.request = request, .context = context};
    size_t n_workers;
    bool ok;

    leader.run = &run;
    idmap_init(&run.last_jobs);
    ok = list_jobs(&run, entries, n, err) && job_graph_init(&run.graph, run.jobs.len, err);
    n_workers = count_workers(&run, entries, n);
    ok = ok && fill_graph(&run, n_workers, err) &&
         run_workers(&run, &leader, script, n_workers, err);
    job_graph_free(&run.graph);
    idmap_free(&run.last_jobs);
    vec_free(&run.jobs);
    return ok;
}

/* --- The whole ---------------------------------------------------------------------------- */

static bool write_definition(const BackupRequest *request, const EngineContext *context,
                             const Worker *leader, Entry *entry, Error *err)
{
    tell_object(context, entry);
    if (!cancel_check(context->cancel, err) ||
        !request->engine->backup_write(leader->session, entry, 0, leader->chunks, err)) {
        return false;
    }
    event_progress(context->events, 0, 0, 1);
    return true;
}

static bool write_all(const BackupRequest *request, const EngineContext *context,
                      const Worker *leader, EntryVec *entries, ScriptWriter *script, Error *err)
{
    size_t i = 0;

    while (i < entries->len) {
        size_t n = 0;
        bool ok;

        while (i + n < entries->len && entries->items[i + n].section == SECTION_DATA) {
            n++;
        }
        ok = n == 0 ? write_definition(request, context, leader, &entries->items[i], err)
                    : write_data(request, context, *leader, script, &entries->items[i], n, err);
        if (!ok) {
            return false;
        }
        i += n == 0 ? 1 : n;
    }
    return true;
}

bool backup_entries(const BackupRequest *request, const EngineContext *context,
                    BackupSession *leader, Toc *toc, ScriptWriter *script, Error *err)
{
    Worker first = {.session = leader};
    uint64_t bytes = 0;
    bool ok;

    for (size_t i = 0; i < toc->entries.len; i++) {
        bytes += toc->entries.items[i].size_estimate;
    }
    event_text(context->events, EVENT_PHASE, "backing up");
    event_total(context->events, bytes, toc->entries.len);
    ok = chunk_writer_new(script, &first.chunks, err) &&
         write_all(request, context, &first, &toc->entries, script, err);
    chunk_writer_free(first.chunks);
    return ok;
}
