/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One flag that stops everything: set by a signal, or by the first worker that fails. Whoever waits
 * for something outside looks at it at least a few times a second and then stops what he waits for.
 */
#ifndef DBB_SCHED_CANCEL_H
#define DBB_SCHED_CANCEL_H

#include <stdbool.h>

#include "base/error.h"

typedef struct Cancel Cancel;

Cancel *cancel_new(Error *err) MUST_CHECK;
/* One for a part of the work: what is asked of the parent, which must outlive it, is asked of it,
 * too, but not the other way round. */
Cancel *cancel_new_child(const Cancel *parent, Error *err) MUST_CHECK;
void cancel_free(Cancel *cancel); /* NULL is fine; stops the signal watcher */
/* SIGINT, SIGTERM and SIGHUP become requests; a second one ends the process at once with 128+n.
 * Call it before any other thread is started: it blocks the signals for all of them. */
bool cancel_watch_signals(Cancel *cancel, Error *err) MUST_CHECK;
/* `signal` is 0 when it isn't a signal that asks. Only the first request counts. */
void cancel_request(Cancel *cancel, int signal);
bool cancel_requested(const Cancel *cancel); /* false for NULL */
/* The signal that asked, or 0. */
int cancel_signal(const Cancel *cancel);
/* False with ERR_CANCELLED once a cancel was requested. */
bool cancel_check(const Cancel *cancel, Error *err) MUST_CHECK;

#endif
