/* SPDX-License-Identifier: Apache-2.0 */
/* IdMap: many keys, replaced values, keys that aren't there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/idmap.h"

static void test_many_keys(void **state)
{
    IdMap map;
    uint32_t value = 99;

    (void)state;
    idmap_init(&map);
    assert_false(idmap_get(&map, 1, &value));
    assert_int_equal(value, 99);
    for (uint64_t i = 0; i < 100000; i++) {
        assert_true(idmap_put(&map, i << 32 | 1259, (uint32_t)i));
    }
    for (uint64_t i = 0; i < 100000; i += 2) {
        assert_true(idmap_put(&map, i << 32 | 1259, (uint32_t)i + 1));
    }
    assert_int_equal(map.count, 100000);
    for (uint64_t i = 0; i < 100000; i++) {
        assert_true(idmap_get(&map, i << 32 | 1259, &value));
        assert_int_equal(value, i % 2 == 0 ? i + 1 : i);
        assert_false(idmap_get(&map, i << 32 | 1260, &value));
    }
    idmap_free(&map);
}

static void test_extreme_keys(void **state)
{
    IdMap map;
    uint32_t value = 0;

    (void)state;
    idmap_init(&map);
    assert_true(idmap_put(&map, 0, 5));
    assert_true(idmap_put(&map, UINT64_MAX, 6));
    assert_true(idmap_get(&map, 0, &value));
    assert_int_equal(value, 5);
    assert_true(idmap_get(&map, UINT64_MAX, &value));
    assert_int_equal(value, 6);
    idmap_free(&map);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_keys),
        cmocka_unit_test(test_extreme_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
