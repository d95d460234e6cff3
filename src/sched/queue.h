/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hands bytes from one thread, the reader, to several that work on them. They come in tasks: each
 * goes to one worker, in the order in which they were opened, and its bytes may still be on their
 * way while the worker is at it. So a task may be larger than memory: bytes lie in a fixed number
 * of blocks that are used over and over, and the reader waits until one is free.
 *
 * The first failure, the reader's or a worker's, ends everything: all waits return, it requests the
 * cancel, and it is the one that is told.
 *
 *     reader:  queue_open(queue, task); queue_put(queue, data, len); … queue_close(queue);
 *              queue_wait(queue);
 *     worker:  while (queue_take(queue, &task)) {
 *                  while (queue_bytes(queue, task, &data, &len) && len > 0) …
 *                  queue_done(queue, task);
 *              }
 */
#ifndef DBB_SCHED_QUEUE_H
#define DBB_SCHED_QUEUE_H

#include <stddef.h>

#include "base/error.h"
#include "sched/cancel.h"

enum { QUEUE_BLOCK_SIZE = 256 * 1024 };

typedef struct Queue Queue;
typedef struct QueueTask QueueTask;

/* What the user knows of a task begins with this; the queue owns what stands in it. */
struct QueueTask {
    struct QueueBlock *first; /* bytes that wait for the worker */
    struct QueueBlock *last;
    struct QueueBlock *at_work; /* the worker has these */
    QueueTask *next;
    bool closed;
};

/* n_blocks: all the bytes there may be at once, and as many tasks. `discard` frees a task that no
 * worker has taken to its end. `cancel` isn't NULL. */
bool queue_new(size_t n_blocks, void (*discard)(QueueTask *task), Cancel *cancel, Queue **out,
               Error *err) MUST_CHECK;
/* After the workers' threads have ended. NULL is fine. */
void queue_free(Queue *queue);

/* --- The reader ----------------------------------------------------------------------------- */

/* These are false, with nothing told, once there was a failure: queue_failure() has it. */

/* A new task, which belongs to the queue now, also on failure. The one before must be closed. */
bool queue_open(Queue *queue, QueueTask *task) MUST_CHECK;
bool queue_put(Queue *queue, const char *data, size_t len) MUST_CHECK; /* bytes of the open task */
bool queue_close(Queue *queue) MUST_CHECK;                             /* that was all of it */
bool queue_is_idle(Queue *queue);         /* no task is waiting or under way */
bool queue_wait(Queue *queue) MUST_CHECK; /* until that is so */
void queue_end(Queue *queue);             /* no more tasks: queue_take returns false */
/* True when there was one; *err is then the first. */
bool queue_failure(Queue *queue, Error *err);

/* --- Workers -------------------------------------------------------------------------------- */

/* The next task; waits for one. False when there will be no more. */
bool queue_take(Queue *queue, QueueTask **out) MUST_CHECK;
/* The next bytes, good until the next call; *len is 0 at the task's end. False when all is to be
 * stopped: the task is then not whole. */
bool queue_bytes(Queue *queue, QueueTask *task, const char **data, size_t *len) MUST_CHECK;
/* The task is done with, and discarded. After a failure: queue_fail() comes first. */
void queue_done(Queue *queue, QueueTask *task);

/* Anyone: the first error counts. */
void queue_fail(Queue *queue, const Error *err);

#endif
