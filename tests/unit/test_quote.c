/* SPDX-License-Identifier: Apache-2.0 */
/* Quoting: what is made must read back as what went in, whatever it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sql/quote.h"

typedef struct QuoteCase {
    const char *in;
    const char *identifier;
    const char *literal;
    const char *comment;
} QuoteCase;

static const QuoteCase cases[] = {
    {"", "\"\"", "''", ""},
    {"plain", "\"plain\"", "'plain'", "plain"},
    {"two words", "\"two words\"", "'two words'", "two words"},
    {"it's", "\"it's\"", "'it''s'", "it's"},
    {"''", "\"''\"", "''''''", "''"},
    {"say \"hi\"", "\"say \"\"hi\"\"\"", "'say \"hi\"'", "say \"hi\""},
    {"back\\slash", "\"back\\slash\"", "E'back\\\\slash'", "back\\slash"},
    {"\\'", "\"\\'\"", "E'\\\\'''", "\\'"},
    {"a\nb\r\nc\r", "\"a\nb\r\nc\r\"", "'a\nb\r\nc\r'", "a b  c "},
    {"Zoë 🐘", "\"Zoë 🐘\"", "'Zoë 🐘'", "Zoë 🐘"},
};

static void check(void (*quote)(Buffer *, const char *), const char *in, const char *expected)
{
    Buffer out;
    Error err;

    buffer_init(&out, 1 << 20);
    quote(&out, in);
    assert_true(buffer_ok(&out, "text", &err));
    assert_string_equal(out.data, expected);
    buffer_free(&out);
}

static void test_identifiers(void **state)
{
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        check(sql_quote_identifier, cases[i].in, cases[i].identifier);
    }
}

static void test_literals(void **state)
{
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        check(sql_quote_literal, cases[i].in, cases[i].literal);
    }
}

static void test_comments(void **state)
{
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        check(sql_comment_text, cases[i].in, cases[i].comment);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identifiers),
        cmocka_unit_test(test_literals),
        cmocka_unit_test(test_comments),
    };

    return cmocka_run_group_tests_name("quote", tests, NULL, NULL);
}
