/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: never more out than there are, first come first served, and a cancel wakes who waits. */
#include "sched/tokens.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { N = 4, N_THREADS = 6, ROUNDS = 2000 };

typedef struct Shared {
    Tokens *tokens;
    Cancel *cancel;
    atomic_uint out;
    atomic_uint wrong;
    atomic_uint had; /* threads that got what they wanted, one after another */
} Shared;

typedef struct Wish {
    Shared *shared;
    unsigned k;
    unsigned place; /* had before it */
    bool got;
    ErrorCode code;
    pthread_t thread;
} Wish;

static void *take_and_give(void *argument)
{
    Wish *wish = argument;
    Shared *shared = wish->shared;
    Error err;

    for (unsigned i = 0; i < ROUNDS; i++) {
        if (!tokens_take(shared->tokens, wish->k, NULL, &err)) {
            atomic_fetch_add(&shared->wrong, 1);
            break;
        }
        if (atomic_fetch_add(&shared->out, wish->k) + wish->k > N) {
            atomic_fetch_add(&shared->wrong, 1);
        }
        (void)sched_yield();
        atomic_fetch_sub(&shared->out, wish->k);
        tokens_give(shared->tokens, wish->k);
    }
    return NULL;
}

static void *take_once(void *argument)
{
    Wish *wish = argument;
    Shared *shared = wish->shared;
    Error err;

    wish->got = tokens_take(shared->tokens, wish->k, shared->cancel, &err);
    if (wish->got) {
        wish->place = atomic_fetch_add(&shared->had, 1);
        tokens_give(shared->tokens, wish->k);
    } else {
        wish->code = err.code;
    }
    return NULL;
}

static void test_never_more_than_there_are(void **state)
{
    Error err;
    Shared shared = {0};
    Wish wishes[N_THREADS];

    (void)state;
    assert_true(tokens_new(N, &shared.tokens, &err));
    for (unsigned i = 0; i < N_THREADS; i++) {
        wishes[i] = (Wish){.shared = &shared, .k = 1 + i % N};
        assert_int_equal(pthread_create(&wishes[i].thread, NULL, take_and_give, &wishes[i]), 0);
    }
    for (unsigned i = 0; i < N_THREADS; i++) {
        assert_int_equal(pthread_join(wishes[i].thread, NULL), 0);
    }
    assert_int_equal(atomic_load(&shared.wrong), 0);
    assert_true(tokens_take(shared.tokens, N, NULL, &err)); /* all are back */
    tokens_free(shared.tokens);
}

/* One token is free all the time: who wants one must not overtake who wants all. */
static void test_first_come_first_served(void **state)
{
    Error err;
    Shared shared = {0};
    Wish large = {.shared = &shared, .k = N};
    Wish small = {.shared = &shared, .k = 1};

    (void)state;
    assert_true(tokens_new(N, &shared.tokens, &err));
    assert_true(tokens_take(shared.tokens, N - 1, NULL, &err));
    assert_int_equal(pthread_create(&large.thread, NULL, take_once, &large), 0);
    (void)usleep(100000);
    assert_int_equal(pthread_create(&small.thread, NULL, take_once, &small), 0);
    (void)usleep(100000);
    assert_int_equal(atomic_load(&shared.had), 0);
    tokens_give(shared.tokens, N - 1);
    assert_int_equal(pthread_join(large.thread, NULL), 0);
    assert_int_equal(pthread_join(small.thread, NULL), 0);
    assert_int_equal(large.place, 0);
    assert_int_equal(small.place, 1);
    tokens_free(shared.tokens);
}

static void test_a_cancel_wakes_who_waits(void **state)
{
    Error err;
    Shared shared = {0};
    Wish wish = {.shared = &shared, .k = N};

    (void)state;
    shared.cancel = cancel_new(&err);
    assert_non_null(shared.cancel);
    assert_true(tokens_new(N, &shared.tokens, &err));
    assert_true(tokens_take(shared.tokens, 1, NULL, &err));
    assert_int_equal(pthread_create(&wish.thread, NULL, take_once, &wish), 0);
    (void)usleep(50000);
    cancel_request(shared.cancel, 0);
    assert_int_equal(pthread_join(wish.thread, NULL), 0);
    assert_false(wish.got);
    assert_int_equal(wish.code, ERR_CANCELLED);
    /* Who left stands in nobody's way. */
    assert_true(tokens_take(shared.tokens, N - 1, NULL, &err));
    assert_false(tokens_take(shared.tokens, N + 1, NULL, &err));
    assert_false(tokens_take(shared.tokens, 0, NULL, &err));
    tokens_free(shared.tokens);
    cancel_free(shared.cancel);
}

/* Not only who stands in front can leave. */
static void test_one_who_stands_behind_another_leaves(void **state)
{
    Error err;
    Shared patient = {0};
    Shared shared = {0};
    Wish large = {.shared = &patient, .k = N};
    Wish behind = {.shared = &shared, .k = 1};

    (void)state;
    shared.cancel = cancel_new(&err);
    assert_non_null(shared.cancel);
    assert_true(tokens_new(N, &shared.tokens, &err));
    patient.tokens = shared.tokens;
    assert_true(tokens_take(shared.tokens, 1, NULL, &err));
    assert_int_equal(pthread_create(&large.thread, NULL, take_once, &large), 0);
    (void)usleep(100000);
    assert_int_equal(pthread_create(&behind.thread, NULL, take_once, &behind), 0);
    (void)usleep(100000);
    cancel_request(shared.cancel, 0);
    assert_int_equal(pthread_join(behind.thread, NULL), 0);
    assert_int_equal(behind.code, ERR_CANCELLED);
    tokens_give(shared.tokens, 1);
    assert_int_equal(pthread_join(large.thread, NULL), 0);
    assert_true(large.got);
    assert_true(tokens_take(shared.tokens, N, NULL, &err)); /* all are back */
    tokens_free(shared.tokens);
    cancel_free(shared.cancel);
}

static void test_shares(void **state)
{
    (void)state;
    assert_int_equal(tokens_share(4, 100, 100), 4);
    assert_int_equal(tokens_share(4, 90, 100), 4);
    assert_int_equal(tokens_share(4, 50, 100), 2);
    assert_int_equal(tokens_share(4, 1, 100), 1);
    assert_int_equal(tokens_share(4, 0, 100), 1);
    assert_int_equal(tokens_share(4, 0, 0), 1);
    assert_int_equal(tokens_share(1, 100, 100), 1);
    assert_int_equal(tokens_share(8, UINT64_MAX, UINT64_MAX), 8);
}

static void test_a_child_hears_its_parent_only(void **state)
{
    Error err;
    Cancel *parent = cancel_new(&err);
    Cancel *failed = cancel_new_child(parent, &err);
    Cancel *other = cancel_new_child(parent, &err);

    (void)state;
    cancel_request(failed, 0);
    assert_true(cancel_requested(failed));
    assert_false(cancel_requested(parent));
    assert_false(cancel_requested(other));
    cancel_request(parent, 15);
    assert_true(cancel_requested(other));
    assert_int_equal(cancel_signal(other), 15);
    assert_false(cancel_check(other, &err));
    cancel_free(other);
    cancel_free(failed);
    cancel_free(parent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_never_more_than_there_are),
        cmocka_unit_test(test_first_come_first_served),
        cmocka_unit_test(test_a_cancel_wakes_who_waits),
        cmocka_unit_test(test_one_who_stands_behind_another_leaves),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_a_child_hears_its_parent_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
