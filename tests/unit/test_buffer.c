/* SPDX-License-Identifier: Apache-2.0 */
/* Buffer: growth, the NUL at the end, the limit, and failures that stick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"

static void test_append(void **state)
{
    Buffer CLEANUP(buffer_free) buffer;
    Error err = {0};

    (void)state;
    buffer_init(&buffer, 100000);
    assert_string_equal(buffer.data, "");
    buffer_puts(&buffer, "a");
    buffer_putc(&buffer, 'b');
    buffer_printf(&buffer, "%d-%s", 12, "c");
    buffer_append(&buffer, "d\0e", 3);
    assert_int_equal(buffer.len, 9);
    assert_memory_equal(buffer.data, "ab12-cd\0e", 10);
    for (int i = 0; i < 20000; i++) {
        buffer_printf(&buffer, "%d", i % 10);
    }
    assert_int_equal(buffer.len, 20009);
    assert_int_equal(strlen(buffer.data + 9), 20000);
    assert_true(buffer_ok(&buffer, "text", &err));
    buffer_clear(&buffer);
    assert_int_equal(buffer.len, 0);
    assert_string_equal(buffer.data, "");
}

static void test_limit(void **state)
{
    Buffer CLEANUP(buffer_free) buffer;
    Error err = {0};

    (void)state;
    buffer_init(&buffer, 5);
    buffer_puts(&buffer, "12345");
    assert_true(buffer_ok(&buffer, "text", &err));
    buffer_putc(&buffer, '6');
    buffer_append(&buffer, "", 0);
    assert_false(buffer_ok(&buffer, "text", &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(buffer.data, "12345");
    buffer_clear(&buffer);
    assert_true(buffer_ok(&buffer, "text", &err));
    assert_null(buffer_reserve(&buffer, SIZE_MAX));
    assert_false(buffer_ok(&buffer, "text", &err));
}

static void test_reserve(void **state)
{
    Buffer CLEANUP(buffer_free) buffer;
    char *room;

    (void)state;
    buffer_init(&buffer, 1 << 20);
    buffer_puts(&buffer, "x");
    room = buffer_reserve(&buffer, 1000);
    assert_ptr_equal(room, buffer.data + 1);
    memset(room, 'y', 1000);
    buffer.len += 1000;
    assert_int_equal(buffer.data[1000], 'y');
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_append),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_reserve),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
