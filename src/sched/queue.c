/* SPDX-License-Identifier: Apache-2.0 */
/* A queue of tasks whose bytes lie in a fixed number of blocks. */
#include "sched/queue.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct QueueBlock {
    struct QueueBlock *next;
    size_t len;
    char data[QUEUE_BLOCK_SIZE];
} QueueBlock;

struct Queue {
    void (*discard)(QueueTask *task);
    Cancel *cancel;
    /* The reader's alone. */
    QueueTask *open;
    QueueBlock *filling; /* not yet to be seen by the worker */
    /* Guarded by the lock, as is all of a task. */
    pthread_mutex_t lock;
    pthread_cond_t for_reader;
    pthread_cond_t for_workers;
    QueueBlock *free_blocks;
    size_t free_tasks; /* how many more may be opened */
    size_t most_tasks;
    QueueTask *first; /* tasks that no worker has yet */
    QueueTask *last;
    bool ended;
    bool failed;
    Error error; /* the first */
};

static void free_blocks(QueueBlock *block)
{
    while (block != NULL) {
        QueueBlock *next = block->next;

        free(block);
        block = next;
    }
}

bool queue_new(size_t n_blocks, void (*discard)(QueueTask *task), Cancel *cancel, Queue **out,
               Error *err)
{
    Queue *queue = calloc(1, sizeof *queue);

    if (queue == NULL) {
        return error_set_memory(err, "a queue");
    }
    queue->discard = discard;
    queue->cancel = cancel;
    queue->free_tasks = queue->most_tasks = n_blocks;
    /* With no attributes these cannot fail on Linux. */
    (void)pthread_mutex_init(&queue->lock, NULL);
    (void)pthread_cond_init(&queue->for_reader, NULL);
    (void)pthread_cond_init(&queue->for_workers, NULL);
    for (size_t i = 0; i < n_blocks; i++) {
        QueueBlock *block = malloc(sizeof *block);

        if (block == NULL) {
            queue_free(queue);
            return error_set_memory(err, "a queue");
        }
        block->next = queue->free_blocks;
        queue->free_blocks = block;
    }
    *out = queue;
    return true;
}

void queue_free(Queue *queue)
{
    if (queue == NULL) {
        return;
    }
    while (queue->first != NULL) {
        QueueTask *next = queue->first->next;

        free_blocks(queue->first->first);
        queue->discard(queue->first);
        queue->first = next;
    }
    free_blocks(queue->filling);
    free_blocks(queue->free_blocks);
    (void)pthread_cond_destroy(&queue->for_workers);
    (void)pthread_cond_destroy(&queue->for_reader);
    (void)pthread_mutex_destroy(&queue->lock);
    free(queue);
}

/* --- The reader ----------------------------------------------------------------------------- */

bool queue_open(Queue *queue, QueueTask *task)
{
    bool ok;

    *task = (QueueTask){0};
    (void)pthread_mutex_lock(&queue->lock);
    while (queue->free_tasks == 0 && !queue->failed) {
        (void)pthread_cond_wait(&queue->for_reader, &queue->lock);
    }
    ok = !queue->failed;
    if (ok) {
        queue->free_tasks--;
        if (queue->first == NULL) {
            queue->first = task;
        } else {
            queue->last->next = task;
        }
        queue->last = task;
        queue->open = task;
        (void)pthread_cond_signal(&queue->for_workers);
    }
    (void)pthread_mutex_unlock(&queue->lock);
    if (!ok) {
        queue->discard(task);
    }
    return ok;
}

/* Shows the worker what is in the block. Called with the lock held. */
static void hand_over(Queue *queue)
{
    QueueBlock *block = queue->filling;
    QueueTask *task = queue->open;

    if (block != NULL) {
        block->next = NULL;
        if (task->first == NULL) {
            task->first = block;
        } else {
            task->last->next = block;
        }
        task->last = block;
        queue->filling = NULL;
    }
    /* Only one worker has the task, but others may wait for the next one. */
    (void)pthread_cond_broadcast(&queue->for_workers);
}

/* An empty block, after the full one was handed over. */
static bool next_block(Queue *queue)
{
    bool ok;

    (void)pthread_mutex_lock(&queue->lock);
    if (!queue->failed) { /* otherwise the task may be gone */
        hand_over(queue);
    }
    while (queue->free_blocks == NULL && !queue->failed) {
        (void)pthread_cond_wait(&queue->for_reader, &queue->lock);
    }
    ok = !queue->failed;
    if (ok) {
        queue->filling = queue->free_blocks;
        queue->free_blocks = queue->filling->next;
        queue->filling->next = NULL;
        queue->filling->len = 0;
    }
    (void)pthread_mutex_unlock(&queue->lock);
    return ok;
}

bool queue_put(Queue *queue, const char *data, size_t len)
{
    while (len > 0) {
        QueueBlock *block = queue->filling;
        size_t room = block == NULL ? 0 : QUEUE_BLOCK_SIZE - block->len;
        size_t n = len < room ? len : room;

        if (n == 0) {
            if (!next_block(queue)) {
                return false;
            }
            continue;
        }
        memcpy(block->data + block->len, data, n);
        block->len += n;
        data += n;
        len -= n;
    }
    return true;
}

bool queue_close(Queue *queue)
{
    bool ok;

    (void)pthread_mutex_lock(&queue->lock);
    ok = !queue->failed;
    if (ok) {
        queue->open->closed = true;
        hand_over(queue);
    }
    queue->open = NULL;
    (void)pthread_mutex_unlock(&queue->lock);
    return ok;
}

bool queue_is_idle(Queue *queue)
{
    bool idle;

    (void)pthread_mutex_lock(&queue->lock);
    idle = queue->free_tasks == queue->most_tasks;
    (void)pthread_mutex_unlock(&queue->lock);
    return idle;
}

bool queue_wait(Queue *queue)
{
    bool ok;

    (void)pthread_mutex_lock(&queue->lock);
    while (queue->free_tasks < queue->most_tasks && !queue->failed) {
        (void)pthread_cond_wait(&queue->for_reader, &queue->lock);
    }
    ok = !queue->failed;
    (void)pthread_mutex_unlock(&queue->lock);
    return ok;
}

void queue_end(Queue *queue)
{
    (void)pthread_mutex_lock(&queue->lock);
    queue->ended = true;
    (void)pthread_cond_broadcast(&queue->for_workers);
    (void)pthread_mutex_unlock(&queue->lock);
}

bool queue_failure(Queue *queue, Error *err)
{
    bool failed;

    (void)pthread_mutex_lock(&queue->lock);
    failed = queue->failed;
    if (failed) {
        *err = queue->error;
    }
    (void)pthread_mutex_unlock(&queue->lock);
    return failed;
}

/* --- Workers -------------------------------------------------------------------------------- */

bool queue_take(Queue *queue, QueueTask **out)
{
    QueueTask *task = NULL;

    (void)pthread_mutex_lock(&queue->lock);
    while (queue->first == NULL && !queue->ended && !queue->failed) {
        (void)pthread_cond_wait(&queue->for_workers, &queue->lock);
    }
    if (!queue->failed && queue->first != NULL) {
        task = queue->first;
        queue->first = task->next;
    }
    (void)pthread_mutex_unlock(&queue->lock);
    *out = task;
    return task != NULL;
}

/* The worker needs its block no more. Called with the lock held. */
static void give_back(Queue *queue, QueueTask *task)
{
    QueueBlock *block = task->at_work;

    if (block != NULL) {
        block->next = queue->free_blocks;
        queue->free_blocks = block;
        task->at_work = NULL;
        (void)pthread_cond_signal(&queue->for_reader);
    }
}

bool queue_bytes(Queue *queue, QueueTask *task, const char **data, size_t *len)
{
    bool ok;

    (void)pthread_mutex_lock(&queue->lock);
    give_back(queue, task);
    while (task->first == NULL && !task->closed && !queue->failed) {
        (void)pthread_cond_wait(&queue->for_workers, &queue->lock);
    }
    ok = !queue->failed;
    if (ok && task->first != NULL) {
        task->at_work = task->first;
        task->first = task->first->next;
        task->at_work->next = NULL;
        *data = task->at_work->data;
        *len = task->at_work->len;
    } else {
        *data = "";
        *len = 0;
    }
    (void)pthread_mutex_unlock(&queue->lock);
    return ok;
}

void queue_done(Queue *queue, QueueTask *task)
{
    (void)pthread_mutex_lock(&queue->lock);
    for (give_back(queue, task); task->first != NULL; give_back(queue, task)) {
        task->at_work = task->first; /* what the worker didn't want */
        task->first = task->first->next;
    }
    queue->free_tasks++;
    (void)pthread_cond_signal(&queue->for_reader);
    (void)pthread_mutex_unlock(&queue->lock);
    queue->discard(task);
}

void queue_fail(Queue *queue, const Error *err)
{
    (void)pthread_mutex_lock(&queue->lock);
    if (!queue->failed) {
        queue->failed = true;
        queue->error = *err;
        cancel_request(queue->cancel, 0);
        (void)pthread_cond_broadcast(&queue->for_reader);
        (void)pthread_cond_broadcast(&queue->for_workers);
    }
    (void)pthread_mutex_unlock(&queue->lock);
}
