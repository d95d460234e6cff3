/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of COPY blocks and INSERT statements are counted wherever the text is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "archive/row_counter.h"
#include "base/compiler.h"

static const struct {
    const char *text;
    uint64_t rows;
    bool whole;
    bool seen;
} cases[] = {
    {"", 0, true, false},
    {"-- COPY a\n\nCOPY t (a) FROM stdin;\n1\n2\n\\.\n\n", 2, true, true},
    {"COPY t (a) FROM stdin;\n1\n2\n", 2, false, true},
    {"INSERT INTO `t` (`a`) VALUES\n(1),\n(2);\nCOMMIT;\n", 2, true, true},
    {"INSERT INTO `t` () VALUES\n();\nINSERT INTO `t` () VALUES\n(),\n();\n", 3, true, true},
    {"INSERT INTO `a\n(1);\n` (`,\n`) VALUES\n('x),\\n('),\n(';');\n\n", 2, true, true},
    {"INSERT INTO `t` (`a`) VALUES\n(1),\n", 1, false, true},
    {"INSERT INTO `t` (`a`) VALUES\n(1),\n(2)", 1, false, true},
    {"INSERT INTO `t` (`a`", 0, false, false},
    {"INTO `t` VALUES\n(1);\nINSERT OR\n(1);\nCOMMIT;\nCO\n", 0, true, false},
};

static void test_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        size_t len = strlen(cases[i].text);

        for (size_t piece = 1; piece <= len + 1; piece++) {
            RowCounter counter = {0};

            for (size_t at = 0; at < len; at += piece) {
                row_counter_add(&counter, cases[i].text + at, len - at < piece ? len - at : piece);
            }
            assert_int_equal(counter.rows, cases[i].rows);
            assert_int_equal(row_counter_whole(&counter), cases[i].whole);
            assert_int_equal(counter.seen, cases[i].seen);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
    };

    return cmocka_run_group_tests_name("row_counter", tests, NULL, NULL);
}
