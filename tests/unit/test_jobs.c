/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs with dependencies: order, weight, the first error, circles. */
#include "sched/jobs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { N_JOBS = 500 };

typedef struct Log {
    atomic_uint clock;
    unsigned started[N_JOBS];
    unsigned ended[N_JOBS];
    int fails_at; /* -1: never */
} Log;

static bool run_job(void *worker, uint32_t job, Error *err)
{
    Log *log = *(Log **)worker;

    log->started[job] = atomic_fetch_add(&log->clock, 1) + 1;
    if (job % 7 == 0) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
    if ((int)job == log->fails_at) {
        return error_set(err, ERR_IO, "job %u fails", job);
    }
    log->ended[job] = atomic_fetch_add(&log->clock, 1) + 1;
    return true;
}

static bool run_all(const JobGraph *graph, Log *log, size_t n_workers, Cancel *cancel, Error *err)
{
    Log *shared[4] = {log, log, log, log};
    void *workers[4] = {&shared[0], &shared[1], &shared[2], &shared[3]};

    return job_graph_run(graph, run_job, workers, n_workers, cancel, err);
}

static void each_job_runs_after_what_it_needs(void **state)
{
    for (size_t n_workers = 1; n_workers <= 4; n_workers++) {
        Error err = {0};
        Log log = {.fails_at = -1};
        JobGraph graph;
        Cancel *cancel = cancel_new(&err);

        assert_true(job_graph_init(&graph, N_JOBS, &err));
        for (uint32_t i = 1; i < N_JOBS; i++) {
            assert_true(job_graph_need(&graph, N_JOBS - 1 - i, N_JOBS - 1 - i / 2, &err));
            assert_true(job_graph_need(&graph, N_JOBS - 1 - i, N_JOBS - 1 - i / 3, &err));
        }
        assert_true(run_all(&graph, &log, n_workers, cancel, &err));
        for (size_t i = 0; i < graph.edges.len; i++) {
            JobEdge edge = graph.edges.items[i];

            assert_true(log.ended[edge.needs] != 0);
            assert_true(log.started[edge.job] > log.ended[edge.needs]);
        }
        job_graph_free(&graph);
        cancel_free(cancel);
    }
}

static void the_heaviest_goes_first(void **state)
{
    Error err = {0};
    Log log = {.fails_at = -1};
    JobGraph graph;

    assert_true(job_graph_init(&graph, N_JOBS, &err));
    for (uint32_t i = 0; i < N_JOBS; i++) {
        job_graph_set_weight(&graph, i, i * 7919 % 101);
    }
    assert_true(run_all(&graph, &log, 1, NULL, &err));
    for (uint32_t i = 0; i < N_JOBS; i++) {
        for (uint32_t j = 0; j < N_JOBS; j++) {
            if (graph.weights[i] > graph.weights[j] ||
                (graph.weights[i] == graph.weights[j] && i < j)) {
                assert_true(log.started[i] < log.started[j]);
            }
        }
    }
    job_graph_free(&graph);
}

static void the_first_error_stops_all(void **state)
{
    Error err = {0};
    Log log = {.fails_at = 40};
    JobGraph graph;
    Cancel *cancel = cancel_new(&err);
    unsigned ran = 0;

    assert_true(job_graph_init(&graph, N_JOBS, &err));
    assert_false(run_all(&graph, &log, 4, cancel, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.message, "job 40 fails");
    assert_true(cancel_requested(cancel));
    for (size_t i = 0; i < N_JOBS; i++) {
        ran += log.started[i] != 0;
    }
    assert_true(ran < N_JOBS / 2);
    job_graph_free(&graph);
    cancel_free(cancel);
}

static void a_circle_is_an_error_and_no_hang(void **state)
{
    for (size_t n_workers = 1; n_workers <= 4; n_workers++) {
        Error err = {0};
        Log log = {.fails_at = -1};
        JobGraph graph;
        Cancel *cancel = cancel_new(&err);

        assert_true(job_graph_init(&graph, 10, &err));
        assert_true(job_graph_need(&graph, 3, 4, &err));
        assert_true(job_graph_need(&graph, 4, 5, &err));
        assert_true(job_graph_need(&graph, 5, 3, &err));
        assert_false(run_all(&graph, &log, n_workers, cancel, &err));
        assert_int_equal(err.code, ERR_INTERNAL);
        assert_int_equal(log.started[4], 0);
        job_graph_free(&graph);
        cancel_free(cancel);
    }
}

static void no_jobs_are_done_at_once(void **state)
{
    Error err = {0};
    Log log = {.fails_at = -1};
    JobGraph graph;

    assert_true(job_graph_init(&graph, 0, &err));
    assert_true(run_all(&graph, &log, 1, NULL, &err));
    job_graph_free(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_job_runs_after_what_it_needs),
        cmocka_unit_test(the_heaviest_goes_first),
        cmocka_unit_test(the_first_error_stops_all),
        cmocka_unit_test(a_circle_is_an_error_and_no_hang),
        cmocka_unit_test(no_jobs_are_done_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
