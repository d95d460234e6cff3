/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs jobs that depend on one another on a fixed number of workers. A job is ready when all that
 * it needs is done; of those that are ready, the heaviest goes first. The first error wins: it
 * requests the cancel, so that the other workers stop at once, and it is the one that is returned.
 *
 *     job_graph_init(&graph, n, err);
 *     job_graph_set_weight(&graph, 3, bytes);
 *     job_graph_need(&graph, 3, 1, err);          job 3 needs job 1
 *     job_graph_run(&graph, run, workers, n_workers, cancel, err);
 *     job_graph_free(&graph);
 *
 * Jobs may also claim things that no two of them can have at once (claims.h), and small jobs may be
 * handed out several at a time.
 */
#ifndef DBB_SCHED_JOBS_H
#define DBB_SCHED_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/vec.h"
#include "sched/cancel.h"
#include "sched/claims.h"

typedef struct JobEdge {
    uint32_t job;
    uint32_t needs;
} JobEdge;

typedef struct JobGraph {
    size_t n_jobs;
    uint64_t *weights; /* 0 unless set */
    VEC(JobEdge) edges;
    VEC(Claim) claims;
    bool *small;
} JobGraph;

/* Does one job. `worker` is the worker's own (a connection, buffers); only one thread uses it. */
typedef bool (*JobRun)(void *worker, uint32_t job, Error *err);
/* Does several, in any order or all at once: none needs another, all are small, or there is but
 * one. All count as done when it returns. */
typedef bool (*JobRunBunch)(void *worker, const uint32_t *jobs, size_t n_jobs, Error *err);

enum { JOB_BUNCH_MAX = 100 };

bool job_graph_init(JobGraph *graph, size_t n_jobs, Error *err) MUST_CHECK;
void job_graph_free(JobGraph *graph);
void job_graph_set_weight(JobGraph *graph, uint32_t job, uint64_t weight);
bool job_graph_need(JobGraph *graph, uint32_t job, uint32_t needs, Error *err) MUST_CHECK;
/* Nothing else that claims the thing runs meanwhile, unless both share it. */
bool job_graph_claim(JobGraph *graph, uint32_t job, uint32_t thing, bool shared,
                     Error *err) MUST_CHECK;
/* It may be run in a bunch with others, of JOB_BUNCH_MAX at most. */
void job_graph_set_small(JobGraph *graph, uint32_t job);
/* One thread for each worker; with one, all runs on the caller's. ERR_INTERNAL when jobs need each
 * other in a circle. `cancel` must not be NULL when there are several workers. */
bool job_graph_run(const JobGraph *graph, JobRun run, void *const *workers, size_t n_workers,
                   Cancel *cancel, Error *err) MUST_CHECK;
bool job_graph_run_bunches(const JobGraph *graph, JobRunBunch run, void *const *workers,
                           size_t n_workers, Cancel *cancel, Error *err) MUST_CHECK;

#endif
