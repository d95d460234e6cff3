/* SPDX-License-Identifier: Apache-2.0 */
/* Who may hold what beside whom. */
#include "sched/claims.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const Claim list[] = {
    {.job = 0, .thing = 7, .shared = true},  {.job = 1, .thing = 7, .shared = true},
    {.job = 2, .thing = 7, .shared = false}, {.job = 3, .thing = 9, .shared = false},
    {.job = 4, .thing = 7, .shared = false}, {.job = 4, .thing = 9, .shared = false},
};
enum { N_JOBS = 6 /* the last claims nothing */ };

static Claims make(void)
{
    Claims claims;
    Error err = {0};

    assert_true(claims_init(&claims, list, sizeof list / sizeof *list, N_JOBS, &err));
    return claims;
}

static void test_shared_by_several_or_had_by_one(void **state)
{
    Claims claims = make();

    assert_true(claims_take(&claims, 0, 1));
    assert_true(claims_take(&claims, 1, 2));
    assert_false(claims_take(&claims, 2, 3));
    claims_release(&claims, 0);
    assert_false(claims_take(&claims, 2, 3));
    claims_release(&claims, 1);
    assert_true(claims_take(&claims, 2, 3));
    assert_false(claims_take(&claims, 0, 1));
    assert_true(claims_take(&claims, 5, 1));
    claims_free(&claims);
}

static void test_a_holder_does_not_hinder_himself(void **state)
{
    Claims claims = make();

    assert_true(claims_take(&claims, 2, 3));
    assert_true(claims_take(&claims, 0, 3));
    assert_true(claims_take(&claims, 4, 3));
    claims_release(&claims, 2);
    claims_release(&claims, 4);
    assert_false(claims_take(&claims, 2, 1)); /* job 0 shares it yet */
    claims_release(&claims, 0);
    assert_true(claims_take(&claims, 2, 1));
    claims_free(&claims);
}

static void test_all_or_nothing(void **state)
{
    Claims claims = make();

    assert_true(claims_take(&claims, 3, 1));
    assert_false(claims_take(&claims, 4, 2));
    assert_true(claims_take(&claims, 2, 3)); /* so job 4 kept nothing */
    claims_free(&claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shared_by_several_or_had_by_one),
        cmocka_unit_test(test_a_holder_does_not_hinder_himself),
        cmocka_unit_test(test_all_or_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
