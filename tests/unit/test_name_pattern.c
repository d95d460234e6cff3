/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns for names: the cases were held against psql's \d. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sql/name_pattern.h"

typedef struct Case {
    const char *pattern;
    const char *schema;
    const char *name;
    bool matches;
} Case;

static bool matches(const NamePattern *pattern, const char *schema, const char *name)
{
    Error err = {0};
    bool yes;

    assert_true(name_pattern_matches(pattern, schema, name, &yes, &err));
    return yes;
}

static NamePattern *accept(const char *text, size_t most_parts)
{
    NamePattern *pattern = NULL;
    Error err;

    if (!name_pattern_new(text, most_parts, &pattern, &err)) {
        fail_msg("%s: %s", text, err.message);
    }
    return pattern;
}

static void refuse(const char *text, size_t most_parts, const char *part)
{
    NamePattern *pattern = NULL;
    Error err;

    if (name_pattern_new(text, most_parts, &pattern, &err)) {
        fail_msg("accepted: %s", text);
    }
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.message, part));
}

static void test_matches(void **state)
{
    static const Case cases[] = {
        {"orders", "public", "orders", true},
        {"orders", "public", "orders2", false},
        {"orders", "public", "Orders", false},
        {"ORDERS", "public", "orders", true},
        {"\"Orders\"", "public", "Orders", true},
        {"\"Orders\"", "public", "orders", false},
        {"Or\"D\"ers", "public", "orDers", true},
        {"ord*", "public", "orders", true},
        {"ord*", "public", "ord", true},
        {"*ord", "public", "orders", false},
        {"\"ord*\"", "public", "orders", false},
        {"\"ord*\"", "public", "ord*", true},
        {"o?ders", "public", "orders", true},
        {"o?ders", "public", "oorders", false},
        {"?tude", "public", "étude", true}, /* one character, two bytes */
        {"a|b", "public", "b", true},
        {"a|b", "public", "ab", false},
        {"a|b*", "public", "a1", false},
        {"(log|tmp)_*", "public", "tmp_1", true},
        {"ab+", "public", "abbb", true},
        {"ab+", "public", "a", false},
        {"t[0-9]", "public", "t7", true},
        {"t[0-9]", "public", "tx", false},
        {"t[^0-9]", "public", "tx", true},
        {"t[A-C]", "public", "tb", true}, /* folded, too */
        {"t[äö]", "public", "tö", true},
        {"t\\d", "public", "t7", true},
        {"t\\d", "public", "td", false},
        {"t{2}", "public", "tt", true},
        {"a$b", "public", "a$b", true},
        {"a$", "public", "a", false},
        {"\"a$\"", "public", "a$", true},
        {"[a$]", "public", "$", true},
        {"sales.orders", "sales", "orders", true},
        {"sales.orders", "public", "orders", false},
        {"sales.*", "sales", "anything", true},
        {"s*.o*", "sales", "orders", true},
        {"s*.o*", "sales", "borders", false},
        {"\"a.b\"", "public", "a.b", true},
        {"\"a.b\".c", "a.b", "c", true},
        {"\"say \"\"hi\"\"\"", "public", "say \"hi\"", true},
        {"shop.sales.orders", "sales", "orders", true},
        {"\"a|b\"", "public", "a|b", true},
        {"\"a\\b\"", "public", "a\\b", true},
        {"int4[]", "public", "int4[]", true},
        {"\"(x)\"", "public", "(x)", true},
        {"*", "public", "", true},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        NamePattern *pattern = accept(cases[i].pattern, 3);

        if (matches(pattern, cases[i].schema, cases[i].name) != cases[i].matches) {
            fail_msg("%s and %s.%s", cases[i].pattern, cases[i].schema, cases[i].name);
        }
        name_pattern_free(pattern);
    }
}

static void test_parts(void **state)
{
    NamePattern *pattern = accept("Shop.\"S\".t", 3);

    assert_string_equal(name_pattern_database(pattern), "shop");
    assert_true(name_pattern_has_schema(pattern));
    assert_string_equal(name_pattern_text(pattern), "Shop.\"S\".t");
    name_pattern_free(pattern);
    pattern = accept("s.t", 3);
    assert_null(name_pattern_database(pattern));
    assert_true(name_pattern_has_schema(pattern));
    name_pattern_free(pattern);
    pattern = accept("shop.s*", 2);
    assert_string_equal(name_pattern_database(pattern), "shop");
    assert_false(name_pattern_has_schema(pattern));
    assert_true(matches(pattern, NULL, "sales"));
    name_pattern_free(pattern);
    pattern = accept("t", 3);
    assert_false(name_pattern_has_schema(pattern));
    assert_true(matches(pattern, NULL, "t"));
    name_pattern_free(pattern);
}

static void test_refused(void **state)
{
    refuse("a.b.c.d", 3, "too many names");
    refuse("a.b.c", 2, "too many names");
    refuse("a.b", 1, "too many names");
    refuse("(a", 3, "not a pattern");
    refuse("[a", 3, "not a pattern");
    refuse("a\\", 3, "not a pattern");
    refuse("a+++", 3, "repeats too much");
    refuse("(((a*)+)+)+", 3, "repeats too much");
    refuse("((a+)+){2}", 3, "repeats too much");
    refuse("(a{9,255}){,255}", 3, "repeats too much");
    refuse("[a\"]+++\"", 3, "repeats too much"); /* quotes don't keep a bracket open */
    refuse("a{16}b{16}c{16}", 3, "repeats too much");
}

static void test_qualified(void **state)
{
    static const struct {
        const char *text;
        const char *schema; /* NULL: refused */
        const char *name;
    } cases[] = {
        {"public.orders", "public", "orders"},
        {"\"a.b\".\"c\"\"d\"", "a.b", "c\"d"},
        {"s.\"T t\"", "s", "T t"},
        {"\"S\".t", "S", "t"},
        {"orders", NULL, NULL},
        {"a.b.c", NULL, NULL},
        {"\"a.b", NULL, NULL},
        {"a.", NULL, NULL},
        {".b", NULL, NULL},
        {"", NULL, NULL},
        {"\"a\"b.c", NULL, NULL},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char *schema = NULL;
        char *name = NULL;
        bool is = sql_split_qualified(cases[i].text, &schema, &name);

        if (is != (cases[i].schema != NULL)) {
            fail_msg("%s", cases[i].text);
        }
        if (is) {
            assert_string_equal(schema, cases[i].schema);
            assert_string_equal(name, cases[i].name);
            free(schema);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_matches),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_qualified),
    };

    return cmocka_run_group_tests_name("name_pattern", tests, NULL, NULL);
}
