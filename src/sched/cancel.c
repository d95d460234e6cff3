/* SPDX-License-Identifier: Apache-2.0 */
/* One flag that stops everything, and the thread that turns signals into it. */
#include "sched/cancel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

struct Cancel {
    const Cancel *parent; /* or NULL */
    atomic_bool requested;
    atomic_int signal;
    bool watching;
    pthread_t watcher;
};

Cancel *cancel_new(Error *err)
{
    Cancel *cancel = calloc(1, sizeof *cancel);

    if (cancel == NULL) {
        (void)error_set_memory(err, "cancellation");
        return NULL;
    }
    return cancel;
}

Cancel *cancel_new_child(const Cancel *parent, Error *err)
{
    Cancel *cancel = cancel_new(err);

    if (cancel != NULL) {
        cancel->parent = parent;
    }
    return cancel;
}

static sigset_t watched_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGUSR2); /* ends the watcher */
    return set;
}

static void *watch(void *argument)
{
    Cancel *cancel = argument;
    sigset_t set = watched_signals();
    int signal;

    while (sigwait(&set, &signal) == 0) {
        if (signal == SIGUSR2) {
            break;
        }
        if (atomic_load(&cancel->signal) != 0) {
            _exit(128 + signal);
        }
        cancel_request(cancel, signal);
    }
    return NULL;
}

bool cancel_watch_signals(Cancel *cancel, Error *err)
{
    sigset_t set = watched_signals();
    int why = pthread_sigmask(SIG_BLOCK, &set, NULL);

    if (why == 0) {
        why = pthread_create(&cancel->watcher, NULL, watch, cancel);
    }
    if (why != 0) {
        return error_set_errno(err, why, "cannot watch for signals");
    }
    cancel->watching = true;
    return true;
}

void cancel_free(Cancel *cancel)
{
    if (cancel == NULL) {
        return;
    }
    if (cancel->watching && pthread_kill(cancel->watcher, SIGUSR2) == 0) {
        (void)pthread_join(cancel->watcher, NULL);
    }
    free(cancel);
}

void cancel_request(Cancel *cancel, int signal)
{
    int none = 0;

    if (signal != 0) {
        (void)atomic_compare_exchange_strong(&cancel->signal, &none, signal);
    }
    atomic_store(&cancel->requested, true);
}

bool cancel_requested(const Cancel *cancel)
{
    for (; cancel != NULL; cancel = cancel->parent) {
        if (atomic_load(&cancel->requested)) {
            return true;
        }
    }
    return false;
}

int cancel_signal(const Cancel *cancel)
{
    int signal = 0;

    for (; cancel != NULL && signal == 0; cancel = cancel->parent) {
        signal = atomic_load(&cancel->signal);
    }
    return signal;
}

bool cancel_check(const Cancel *cancel, Error *err)
{
    if (!cancel_requested(cancel)) {
        return true;
    }
    return error_set(err, ERR_CANCELLED, "stopped on request");
}
