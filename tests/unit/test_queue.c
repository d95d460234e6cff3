/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of tasks: every byte arrives once and in order, memory is bounded, the first error
 * ends it. */
#include "sched/queue.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { N_WORKERS = 3, N_BLOCKS = 4 };

typedef struct Task {
    QueueTask task;
    size_t number;
    size_t size;
} Task;

static atomic_size_t discarded;

typedef struct Work {
    Queue *queue;
    atomic_size_t bytes;
    atomic_size_t wrong;
    atomic_size_t whole; /* tasks that were read to their end */
    size_t fails_at;     /* the task's number */
    pthread_t threads[N_WORKERS];
} Work;

static void discard(QueueTask *task)
{
    atomic_fetch_add(&discarded, 1);
    free(task);
}

/* What stands at a place of a task. */
static char byte_at(size_t number, size_t place)
{
    return (char)((number * 31 + place * 7 + place / 251) & 0xFF);
}

static void check_task(Work *work, Task *task)
{
    const char *data;
    size_t place = 0;
    size_t len;

    for (;;) {
        if (!queue_bytes(work->queue, &task->task, &data, &len)) {
            return;
        }
        if (len == 0) {
            break;
        }
        for (size_t i = 0; i < len; i++) {
            atomic_fetch_add(&work->wrong, data[i] != byte_at(task->number, place + i));
        }
        place += len;
        atomic_fetch_add(&work->bytes, len);
    }
    atomic_fetch_add(&work->wrong, place != task->size);
    atomic_fetch_add(&work->whole, 1);
}

static void *run(void *argument)
{
    Work *work = argument;
    QueueTask *task;

    while (queue_take(work->queue, &task)) {
        size_t number = ((Task *)task)->number;

        if (number == work->fails_at) {
            Error err = {0};

            (void)error_set(&err, ERR_IO, "task %zu fails", number);
            queue_fail(work->queue, &err);
        } else {
            check_task(work, (Task *)task);
        }
        queue_done(work->queue, task);
    }
    return NULL;
}

static void begin(Work *work, Cancel *cancel, size_t fails_at)
{
    Error err = {0};

    memset(work, 0, sizeof *work);
    work->fails_at = fails_at;
    atomic_store(&discarded, 0);
    assert_true(queue_new(N_BLOCKS, discard, cancel, &work->queue, &err));
    for (size_t i = 0; i < N_WORKERS; i++) {
        assert_int_equal(pthread_create(&work->threads[i], NULL, run, work), 0);
    }
}

static void end(Work *work)
{
    queue_end(work->queue);
    for (size_t i = 0; i < N_WORKERS; i++) {
        assert_int_equal(pthread_join(work->threads[i], NULL), 0);
    }
}

static bool put_task(Queue *queue, size_t number, size_t size)
{
    Task *task = calloc(1, sizeof *task);
    char piece[10007];
    size_t place = 0;

    assert_non_null(task);
    task->number = number;
    task->size = size;
    if (!queue_open(queue, &task->task)) {
        return false;
    }
    while (place < size) {
        size_t n = size - place < sizeof piece ? size - place : sizeof piece;

        for (size_t i = 0; i < n; i++) {
            piece[i] = byte_at(number, place + i);
        }
        if (!queue_put(queue, piece, n)) {
            return false;
        }
        place += n;
    }
    return queue_close(queue);
}

/* One task is larger than all blocks together. */
static void test_every_byte_arrives(void **state)
{
    static const size_t sizes[] = {0,
                                   1,
                                   QUEUE_BLOCK_SIZE - 1,
                                   QUEUE_BLOCK_SIZE,
                                   1000000,
                                   300000,
                                   N_BLOCKS * QUEUE_BLOCK_SIZE * 3 + 17};
    Error err = {0};
    Cancel *cancel = cancel_new(&err);
    size_t total = 0;
    size_t n = 0;
    Work work;

    begin(&work, cancel, SIZE_MAX);
    for (size_t round = 0; round < 10; round++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            assert_true(put_task(work.queue, n++, sizes[i]));
            total += sizes[i];
        }
        assert_true(queue_wait(work.queue));
        assert_true(queue_is_idle(work.queue));
        assert_int_equal(atomic_load(&work.bytes), total);
    }
    end(&work);
    assert_int_equal(atomic_load(&work.wrong), 0);
    assert_int_equal(atomic_load(&work.whole), n);
    assert_int_equal(atomic_load(&discarded), n);
    assert_false(queue_failure(work.queue, &err));
    assert_false(cancel_requested(cancel));
    queue_free(work.queue);
    cancel_free(cancel);
}

static void test_the_first_error_ends_it(void **state)
{
    Error err = {0};
    Error later = {0};
    Cancel *cancel = cancel_new(&err);
    size_t n = 0;
    Work work;

    begin(&work, cancel, 20);
    while (put_task(work.queue, n, 2000000)) {
        assert_in_range(n, 0, 10000);
        n++;
    }
    assert_false(queue_wait(work.queue));
    assert_true(cancel_requested(cancel));
    (void)error_set(&later, ERR_SERVER, "later");
    queue_fail(work.queue, &later);
    assert_true(queue_failure(work.queue, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_string_equal(err.message, "task 20 fails");
    assert_false(put_task(work.queue, n + 1, 1));
    end(&work);
    queue_free(work.queue);
    assert_int_equal(atomic_load(&discarded), n + 2);
    cancel_free(cancel);
}

/* The reader fails with a task half read: its worker must learn that it isn't whole. */
static void test_a_task_that_breaks_off_is_not_whole(void **state)
{
    Error err = {0};
    Cancel *cancel = cancel_new(&err);
    Task *task = calloc(1, sizeof *task);
    char data[QUEUE_BLOCK_SIZE + 1] = {0};
    Work work;

    begin(&work, cancel, SIZE_MAX);
    assert_non_null(task);
    task->size = SIZE_MAX;
    assert_true(queue_open(work.queue, &task->task));
    assert_true(queue_put(work.queue, data, sizeof data));
    assert_false(queue_is_idle(work.queue));
    while (atomic_load(&work.bytes) < QUEUE_BLOCK_SIZE) {
        (void)sched_yield();
    }
    (void)error_set(&err, ERR_DAMAGED, "cut");
    queue_fail(work.queue, &err);
    end(&work);
    assert_int_equal(atomic_load(&work.whole), 0);
    assert_int_equal(atomic_load(&discarded), 1);
    queue_free(work.queue);
    cancel_free(cancel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_arrives),
        cmocka_unit_test(test_the_first_error_ends_it),
        cmocka_unit_test(test_a_task_that_breaks_off_is_not_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
