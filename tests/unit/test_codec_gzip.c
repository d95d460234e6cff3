/* SPDX-License-Identifier: Apache-2.0 */
/* What the gzip codec makes, on each of its levels, read by zlib. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "archive/codec_ops.h"

static char text[MEMBER_TEXT_MAX];
static char back[MEMBER_TEXT_MAX];

/* Rows of a table, as far as a compressor can tell. */
static void fill_rows(void)
{
    size_t len = 0;

    for (unsigned n = 1; len + 100 < sizeof text; n++) {
        unsigned hash = n * 2654435761U;

        len += (size_t)snprintf(text + len, sizeof text - len,
                                "%u\t%08x\tshipped\t2024-%02u-%02u\t%u.%02u\n", n, hash,
                                1 + hash % 12, 1 + hash % 28, hash % 9000, hash % 100);
    }
    memset(text + len, '\n', sizeof text - len);
}

static void fill_noise(void)
{
    uint64_t state = 42;

    for (size_t i = 0; i < sizeof text; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        text[i] = (char)(state >> 56);
    }
}

/* The size of the body; *what zlib makes of it* is the text. */
static size_t out_and_back(int level, size_t size)
{
    const CodecOps *ops = codec_ops(CODEC_GZIP);
    void *state = ops->encoder_new(level);
    size_t room = ops->bound(state, size);
    uint8_t *body = malloc(room);
    z_stream stream = {0};
    size_t made;

    assert_non_null(body);
    assert_true(ops->member_mark.len + MEMBER_FACTS_SIZE + room <= MEMBER_SIZE_MAX);
    made = ops->encode(state, text, size, body, room);
    assert_true(made > 8 && made <= room);
    assert_int_equal(inflateInit2(&stream, -15), Z_OK);
    stream.next_in = body;
    stream.avail_in = (unsigned)made - 8;
    stream.next_out = (uint8_t *)back;
    stream.avail_out = sizeof back;
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.avail_in, 0);
    assert_int_equal(stream.total_out, size);
    assert_memory_equal(back, text, size);
    assert_int_equal(inflateEnd(&stream), Z_OK);
    free(body);
    ops->encoder_free(state);
    return made;
}

static void test_levels(void **state)
{
    size_t sizes[13];

    (void)state;
    fill_rows();
    for (int level = 1; level <= 12; level++) {
        sizes[level] = out_and_back(level, sizeof text);
        (void)out_and_back(level, 0);
        (void)out_and_back(level, 1);
        (void)out_and_back(level, 2000);
    }
    assert_true(sizes[1] > sizes[4] && sizes[4] > sizes[12]);
    assert_true(sizes[1] < sizes[4] + sizes[4] / 5); /* fast, but not careless */
}

static void test_noise(void **state)
{
    (void)state;
    fill_noise();
    for (int level = 1; level <= 12; level++) {
        (void)out_and_back(level, sizeof text);
        (void)out_and_back(level, 5000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_noise),
    };

    return cmocka_run_group_tests_name("codec_gzip", tests, NULL, NULL);
}
