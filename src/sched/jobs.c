/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs with dependencies on a fixed number of workers: a count of what each job still waits for,
 * and a heap of those that wait for nothing.
 */
#include "sched/jobs.h"

#include <pthread.h>
#include <stdlib.h>

/* One run over a graph. Everything from `ready` on is guarded by the lock. */
typedef struct Run {
    const JobGraph *graph;
    JobRun run;
    JobRunBunch run_bunch; /* or this */
    size_t n_workers;
    Cancel *cancel;
    uint32_t *first_waiter; /* per job, and one more: where its waiters begin in `waiters` */
    uint32_t *waiters;      /* the jobs that need a job, grouped by it */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    uint32_t *waiting_for; /* per job: how many that it needs aren't done */
    uint32_t *ready;       /* heap, the heaviest on top */
    size_t n_ready;
    Claims claims;
    size_t n_running; /* jobs, or bunches of them */
    size_t n_done;
    bool failed;
    Error error; /* the first */
} Run;

typedef struct WorkerThread {
    Run *run;
    void *worker;
    size_t number;
    pthread_t thread;
} WorkerThread;

/* --- The graph ---------------------------------------------------------------------------- */

bool job_graph_init(JobGraph *graph, size_t n_jobs, Error *err)
{
    *graph = (JobGraph){.n_jobs = n_jobs};
    if (n_jobs >= UINT32_MAX) {
        return error_set(err, ERR_LIMIT, "%zu jobs are too many", n_jobs);
    }
    graph->weights = calloc(n_jobs + 1, sizeof *graph->weights);
    graph->small = calloc(n_jobs + 1, sizeof *graph->small);
    return graph->weights != NULL && graph->small != NULL
               ? true
               : error_set_memory(err, "the list of jobs");
}

void job_graph_free(JobGraph *graph)
{
    free(graph->weights);
    free(graph->small);
    vec_free(&graph->edges);
    vec_free(&graph->claims);
    *graph = (JobGraph){0};
}

void job_graph_set_weight(JobGraph *graph, uint32_t job, uint64_t weight)
{
    graph->weights[job] = weight;
}

bool job_graph_need(JobGraph *graph, uint32_t job, uint32_t needs, Error *err)
{
    JobEdge edge = {.job = job, .needs = needs};

    return vec_push(&graph->edges, edge) ? true : error_set_memory(err, "the list of jobs");
}

bool job_graph_claim(JobGraph *graph, uint32_t job, uint32_t thing, bool shared, Error *err)
{
    Claim claim = {.job = job, .thing = thing, .shared = shared};

    return vec_push(&graph->claims, claim) ? true : error_set_memory(err, "the list of jobs");
}

void job_graph_set_small(JobGraph *graph, uint32_t job)
{
    graph->small[job] = true;
}

/* --- The heap ----------------------------------------------------------------------------- */

/* Heavier first; among equals, in the order of the jobs. */
static bool goes_before(const Run *run, uint32_t a, uint32_t b)
{
    uint64_t weight_a = run->graph->weights[a];
    uint64_t weight_b = run->graph->weights[b];

    return weight_a != weight_b ? weight_a > weight_b : a < b;
}

static void swap(uint32_t *a, uint32_t *b)
{
    uint32_t other = *a;

    *a = *b;
    *b = other;
}

static void push_ready(Run *run, uint32_t job)
{
    size_t i = run->n_ready++;

    run->ready[i] = job;
    while (i > 0 && goes_before(run, run->ready[i], run->ready[(i - 1) / 2])) {
        swap(&run->ready[i], &run->ready[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
}

static uint32_t pop_ready(Run *run)
{
    uint32_t top = run->ready[0];
    size_t i = 0;

    run->ready[0] = run->ready[--run->n_ready];
    for (;;) {
        size_t best = i;

        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < run->n_ready; child++) {
            if (goes_before(run, run->ready[child], run->ready[best])) {
                best = child;
            }
        }
        if (best == i) {
            return top;
        }
        swap(&run->ready[i], &run->ready[best]);
        i = best;
    }
}

/* --- Running ------------------------------------------------------------------------------ */

/* Groups the edges by what is needed, and counts for each job what it needs. */
static bool prepare(Run *run, Error *err)
{
    const JobGraph *graph = run->graph;
    size_t n = graph->n_jobs;
    uint32_t *next = calloc(n + 1, sizeof *next);

    run->first_waiter = calloc(n + 2, sizeof *run->first_waiter);
    run->waiters = calloc(graph->edges.len + 1, sizeof *run->waiters);
    run->waiting_for = calloc(n + 1, sizeof *run->waiting_for);
    run->ready = calloc(n + 1, sizeof *run->ready);
    if (next == NULL || run->first_waiter == NULL || run->waiters == NULL ||
        run->waiting_for == NULL || run->ready == NULL) {
        free(next);
        return error_set_memory(err, "the list of jobs");
    }
    for (size_t i = 0; i < graph->edges.len; i++) {
        run->first_waiter[graph->edges.items[i].needs + 1]++;
        run->waiting_for[graph->edges.items[i].job]++;
    }
    for (size_t i = 0; i < n; i++) {
        run->first_waiter[i + 1] += run->first_waiter[i];
        next[i] = run->first_waiter[i];
    }
    for (size_t i = 0; i < graph->edges.len; i++) {
        run->waiters[next[graph->edges.items[i].needs]++] = graph->edges.items[i].job;
    }
    free(next);
    for (uint32_t i = 0; i < n; i++) {
        if (run->waiting_for[i] == 0) {
            push_ready(run, i);
        }
    }
    return claims_init(&run->claims, graph->claims.items, graph->claims.len, n, err);
}

/* --- Who does what ------------------------------------------------------------------------ */

/* Some of those that are ready, so that every worker gets his part. */
static size_t bunch_size(const Run *run)
{
    size_t share = 1 + run->n_ready / (4 * run->n_workers);

    if (run->run_bunch == NULL) {
        return 1;
    }
    return share < JOB_BUNCH_MAX ? share : JOB_BUNCH_MAX;
}

/* Takes a job that can run now, or several small ones. Returns how many: 0 when what the ready ones
 * claim is taken. It doesn't look further than at some of them: others end soon. */
static size_t take_bunch(Run *run, size_t holder, uint32_t *jobs)
{
    enum { LOOK_AT = 256 };
    uint32_t claimed[LOOK_AT]; /* by others */
    size_t n_claimed = 0;
    size_t most = bunch_size(run);
    size_t n = 0;

    while (n < most && n_claimed < LOOK_AT && run->n_ready > 0) {
        bool small = run->graph->small[run->ready[0]];
        uint32_t job;

        if (n > 0 && !small) {
            break;
        }
        job = pop_ready(run);
        if (!claims_take(&run->claims, job, holder)) {
            claimed[n_claimed++] = job;
            continue;
        }
        jobs[n++] = job;
        if (!small) {
            break;
        }
    }
    while (n_claimed > 0) {
        push_ready(run, claimed[--n_claimed]);
    }
    return n;
}

static void finish_job(Run *run, uint32_t job)
{
    run->n_done++;
    claims_release(&run->claims, job);
    for (uint32_t i = run->first_waiter[job]; i < run->first_waiter[job + 1]; i++) {
        uint32_t waiter = run->waiters[i];

        if (--run->waiting_for[waiter] == 0) {
            push_ready(run, waiter);
        }
    }
}

static void fail(Run *run, const Error *err)
{
    if (!run->failed) {
        run->failed = true;
        run->error = *err;
        if (run->cancel != NULL) {
            cancel_request(run->cancel, 0);
        }
    }
}

static bool run_bunch(const Run *run, void *worker, const uint32_t *jobs, size_t n, Error *err)
{
    if (!cancel_check(run->cancel, err)) {
        return false;
    }
    return run->run != NULL ? run->run(worker, jobs[0], err) : run->run_bunch(worker, jobs, n, err);
}

/* Takes jobs until none is left. Called with the lock held. */
static void work(Run *run, void *worker, size_t number)
{
    while (!run->failed && run->n_done < run->graph->n_jobs) {
        uint32_t jobs[JOB_BUNCH_MAX];
        size_t n = take_bunch(run, number, jobs);
        Error err = {0};
        bool ok;

        if (n == 0) {
            if (run->n_running == 0) {
                (void)error_set(&err, ERR_INTERNAL, "%zu jobs wait for one another",
                                run->graph->n_jobs - run->n_done);
                fail(run, &err);
                break;
            }
            (void)pthread_cond_wait(&run->changed, &run->lock);
            continue;
        }
        run->n_running++;
        (void)pthread_mutex_unlock(&run->lock);
        ok = run_bunch(run, worker, jobs, n, &err);
        (void)pthread_mutex_lock(&run->lock);
        run->n_running--;
        for (size_t i = 0; ok && i < n; i++) {
            finish_job(run, jobs[i]);
        }
        if (!ok) {
            fail(run, &err);
        }
        (void)pthread_cond_broadcast(&run->changed);
    }
    (void)pthread_cond_broadcast(&run->changed);
}

static void *work_thread(void *argument)
{
    WorkerThread *self = argument;

    (void)pthread_mutex_lock(&self->run->lock);
    work(self->run, self->worker, self->number);
    (void)pthread_mutex_unlock(&self->run->lock);
    return NULL;
}

/* The caller's thread is the first worker. */
static bool run_threads(Run *run, void *const *workers, size_t n_workers, Error *err)
{
    WorkerThread *threads = calloc(n_workers, sizeof *threads);
    size_t started = 1;

    if (threads == NULL) {
        return error_set_memory(err, "the workers");
    }
    (void)pthread_mutex_lock(&run->lock);
    for (; started < n_workers; started++) {
        WorkerThread *thread = &threads[started];
        int why;

        *thread = (WorkerThread){.run = run, .worker = workers[started], .number = started};
        why = pthread_create(&thread->thread, NULL, work_thread, thread);
        if (why != 0) {
            Error failure = {0};

            (void)error_set_errno(&failure, why, "cannot start worker %zu", started + 1);
            fail(run, &failure);
            break;
        }
    }
    work(run, workers[0], 0);
    (void)pthread_mutex_unlock(&run->lock);
    while (started > 1) {
        (void)pthread_join(threads[--started].thread, NULL);
    }
    free(threads);
    return true;
}

static bool run_graph(Run *run, void *const *workers, size_t n_workers, Error *err)
{
    bool ok;

    run->n_workers = n_workers;
    (void)pthread_mutex_init(&run->lock, NULL); /* with no attributes it cannot fail on Linux */
    (void)pthread_cond_init(&run->changed, NULL);
    ok = prepare(run, err) && run_threads(run, workers, n_workers, err);
    if (ok && run->failed) {
        *err = run->error;
        ok = false;
    }
    (void)pthread_cond_destroy(&run->changed);
    (void)pthread_mutex_destroy(&run->lock);
    claims_free(&run->claims);
    free(run->first_waiter);
    free(run->waiters);
    free(run->waiting_for);
    free(run->ready);
    return ok;
}

bool job_graph_run(const JobGraph *graph, JobRun run, void *const *workers, size_t n_workers,
                   Cancel *cancel, Error *err)
{
    Run at_work = {.graph = graph, .run = run, .cancel = cancel};

    return run_graph(&at_work, workers, n_workers, err);
}

bool job_graph_run_bunches(const JobGraph *graph, JobRunBunch run, void *const *workers,
                           size_t n_workers, Cancel *cancel, Error *err)
{
    Run at_work = {.graph = graph, .run_bunch = run, .cancel = cancel};

    return run_graph(&at_work, workers, n_workers, err);
}
