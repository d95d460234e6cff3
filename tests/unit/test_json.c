/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer: commas, escapes, and bytes that aren't UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

static void test_structure(void **state)
{
    Buffer CLEANUP(buffer_free) out;
    JsonWriter json;

    (void)state;
    buffer_init(&out, 10000);
    json_init(&json, &out);
    json_begin_object(&json, NULL);
    json_text(&json, "a", "b");
    json_text(&json, "n", NULL);
    json_begin_array(&json, "c");
    json_int(&json, NULL, -1);
    json_uint(&json, NULL, UINT64_MAX - 1);
    json_begin_object(&json, NULL);
    json_end_object(&json);
    json_bool(&json, NULL, true);
    json_end_array(&json);
    json_uint(&json, "not known", COUNT_UNKNOWN);
    json_double(&json, "d", 1.25, 2);
    json_end_object(&json);
    assert_string_equal(out.data, "{\"a\":\"b\",\"n\":null,\"c\":[-1,18446744073709551614,{},true],"
                                  "\"d\":1.25}");
}

static void assert_escaped(const char *text, const char *expected, bool can_hold)
{
    Buffer CLEANUP(buffer_free) out;
    JsonWriter json;

    buffer_init(&out, 10000);
    json_init(&json, &out);
    json_text(&json, NULL, text);
    assert_string_equal(out.data, expected);
    assert_int_equal(json_can_hold(text), can_hold);
}

static void test_text(void **state)
{
    (void)state;
    assert_escaped("a\"b\\c\n\t\r\x01\x7F", "\"a\\\"b\\\\c\\n\\t\\u000d\\u0001\\u007f\"", true);
    assert_escaped("\xC3\xA4 \xF0\x9F\x90\x98", "\"\xC3\xA4 \xF0\x9F\x90\x98\"", true);
    assert_escaped("\xE4", "\"\xEF\xBF\xBD\"", false);
    assert_escaped("\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"", false);
    assert_escaped("\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"", false);
    assert_escaped("\xE0\x80\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"", false);
    assert_escaped("\xF0\x9F", "\"\xEF\xBF\xBD\xEF\xBF\xBD\"", false);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_structure),
        cmocka_unit_test(test_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
