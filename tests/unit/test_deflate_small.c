/* SPDX-License-Identifier: Apache-2.0 */
/* Small texts: what goes in comes out of another's decoder, and never too much is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <libdeflate.h>

#include "archive/deflate_small.h"

enum { ROOM = 2 * DEFLATE_SMALL_MAX };

static DeflateSmall *small;
static uint32_t seed;

static uint32_t random_below(uint32_t n)
{
    seed = seed * 1103515245 + 12345;
    return (seed >> 8) % n;
}

/* Returns the compressed size. */
static size_t round_trip(const uint8_t *text, size_t size)
{
    struct libdeflate_decompressor *decoder = libdeflate_alloc_decompressor();
    uint8_t packed[ROOM];
    uint8_t back[DEFLATE_SMALL_MAX + 1];
    size_t packed_size = deflate_small(small, text, size, packed, sizeof packed);
    size_t taken = 0;
    size_t made = 0;

    assert_non_null(decoder);
    assert_true(packed_size > 0);
    assert_int_equal(libdeflate_deflate_decompress_ex(decoder, packed, packed_size, back,
                                                      sizeof back, &taken, &made),
                     LIBDEFLATE_SUCCESS);
    assert_int_equal(taken, packed_size);
    assert_int_equal(made, size);
    assert_memory_equal(back, text, size);
    libdeflate_free_decompressor(decoder);
    return packed_size;
}

/* Bytes of few and of many values, runs, and what stood before at every distance. */
static void test_any_text(void **state)
{
    uint8_t text[DEFLATE_SMALL_MAX];

    (void)state;
    for (uint32_t run = 0; run < 500; run++) {
        uint32_t n_values = 1 + random_below(256);
        uint32_t first = random_below(256);
        size_t size = random_below(DEFLATE_SMALL_MAX + 1);
        size_t i = 0;

        while (i < size) {
            uint32_t length = 1 + random_below(300);
            uint32_t back = i == 0 ? 0 : random_below((uint32_t)i + 1);

            for (; length > 0 && i < size; length--, i++) {
                text[i] = back > 0 ? text[i - back] : (uint8_t)(first + random_below(n_values));
            }
        }
        (void)round_trip(text, size);
    }
}

static void test_it_compresses(void **state)
{
    static const char text[] = "CREATE INDEX orders_made ON shop.orders USING btree (made);\n"
                               "CREATE INDEX orders_sent ON shop.orders USING btree (sent);\n";

    (void)state;
    assert_true(round_trip((const uint8_t *)text, sizeof text - 1) < 100);
    assert_int_equal(round_trip((const uint8_t *)"", 0), 2);
}

static void test_limits(void **state)
{
    uint8_t text[DEFLATE_SMALL_MAX + 1];
    uint8_t packed[ROOM];
    size_t size;

    (void)state;
    seed = 7;
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (uint8_t)random_below(256);
    }
    assert_int_equal(deflate_small(small, text, sizeof text, packed, sizeof packed), 0);
    size = deflate_small(small, text, 100, packed, sizeof packed);
    for (size_t room = 0; room <= size + 1; room++) {
        memset(packed, 0xAA, sizeof packed);
        assert_int_equal(deflate_small(small, text, 100, packed, room), room <= size ? 0 : size);
        assert_int_equal(packed[room], 0xAA);
    }
}

static int set_up(void **state)
{
    (void)state;
    small = deflate_small_new();
    return small == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    deflate_small_free(small);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_text),
        cmocka_unit_test(test_it_compresses),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
