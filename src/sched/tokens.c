/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens that threads take and give back, in the order in which they asked. */
#include "sched/tokens.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* A cancel may come from where no lock can be taken, so who waits looks for it. */
enum { LOOK_MS = 100 };

typedef struct Waiter {
    struct Waiter *next;
} Waiter;

struct Tokens {
    unsigned all;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t moved; /* tokens came back, or the first in the row left it */
    unsigned left;
    Waiter *first;
};

static bool init_condition(pthread_cond_t *condition, Error *err)
{
    pthread_condattr_t attributes;
    int why = pthread_condattr_init(&attributes);

    if (why == 0) {
        why = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    }
    if (why == 0) {
        why = pthread_cond_init(condition, &attributes);
    }
    return why == 0 || error_set_errno(err, why, "cannot make a condition to wait for");
}

bool tokens_new(unsigned n, Tokens **out, Error *err)
{
    Tokens *tokens = calloc(1, sizeof *tokens);

    if (tokens == NULL) {
        return error_set_memory(err, "the tokens of threads");
    }
    if (!init_condition(&tokens->moved, err)) {
        free(tokens);
        return false;
    }
    (void)pthread_mutex_init(&tokens->lock, NULL); /* without attributes it cannot fail on Linux */
    tokens->all = tokens->left = n;
    *out = tokens;
    return true;
}

void tokens_free(Tokens *tokens)
{
    if (tokens == NULL) {
        return;
    }
    (void)pthread_cond_destroy(&tokens->moved);
    (void)pthread_mutex_destroy(&tokens->lock);
    free(tokens);
}

static void wait_a_little(Tokens *tokens)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += LOOK_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    (void)pthread_cond_timedwait(&tokens->moved, &tokens->lock, &until);
}

static void leave(Tokens *tokens, const Waiter *waiter)
{
    Waiter **place = &tokens->first;

    while (*place != waiter) {
        place = &(*place)->next;
    }
    *place = waiter->next;
    (void)pthread_cond_broadcast(&tokens->moved);
}

bool tokens_take(Tokens *tokens, unsigned k, const Cancel *cancel, Error *err)
{
    Waiter waiter = {0};
    Waiter **end = &tokens->first;
    bool ok = true;

    if (k < 1 || k > tokens->all) {
        return error_set(err, ERR_INTERNAL, "%u of %u tokens can never be had", k, tokens->all);
    }
    (void)pthread_mutex_lock(&tokens->lock);
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = &waiter;
    while ((ok = cancel_check(cancel, err)) && (tokens->first != &waiter || tokens->left < k)) {
        wait_a_little(tokens);
    }
    if (ok) {
        tokens->left -= k;
    }
    leave(tokens, &waiter);
    (void)pthread_mutex_unlock(&tokens->lock);
    return ok;
}

void tokens_give(Tokens *tokens, unsigned k)
{
    (void)pthread_mutex_lock(&tokens->lock);
    tokens->left += k;
    (void)pthread_cond_broadcast(&tokens->moved);
    (void)pthread_mutex_unlock(&tokens->lock);
}

unsigned tokens_share(unsigned n, uint64_t part, uint64_t whole)
{
    double share = whole == 0 ? 0 : (double)n * ((double)part / (double)whole);

    if (share < 1) {
        return 1;
    }
    return share >= n ? n : (unsigned)(share + 0.5);
}
