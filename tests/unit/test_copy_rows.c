/* SPDX-License-Identifier: Apache-2.0 */
/* Where COPY data may be cut. */
#include "sql/copy_rows.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

static uint64_t newlines(const char *text)
{
    uint64_t n = 0;

    for (; *text != '\0'; text++) {
        n += *text == '\n';
    }
    return n;
}

/* May the block be cut between these? In `above`, '|' is where one read ended. */
static bool can_cut(const char *above, const char *next)
{
    CopyRows rows = {0};
    char piece[256];

    while (*above != '\0') {
        size_t len = strcspn(above, "|");

        memcpy(piece, above, len);
        piece[len] = '\0';
        copy_rows_add(&rows, piece, len, newlines(piece));
        above += len + (above[len] == '|');
    }
    return copy_rows_can_cut(&rows, next, strlen(next));
}

static void test_at_the_end_of_a_row(void **state)
{
    assert_true(can_cut("a\n", "b\n"));
    assert_true(can_cut("a\nb\n", "b\nc"));
    assert_true(can_cut("a|b\n", "\n"));
    assert_false(can_cut("", "b\n"));
    assert_false(can_cut("a", "b\n"));
    assert_false(can_cut("a\n|b", "b\n"));
    assert_false(can_cut("a\n", "b")); /* who knows how that line ends */
}

static void test_not_behind_a_backslash(void **state)
{
    assert_false(can_cut("a\\\n", "b\n"));
    assert_false(can_cut("a\\|\n", "b\n"));
    assert_false(can_cut("a\\\\\n", "b\n"));
    assert_true(can_cut("a\\\nb\n", "b\n"));
}

static void test_lines_end_alike(void **state)
{
    assert_true(can_cut("a\r\n", "b\r\n"));
    assert_true(can_cut("a\r\n|b\n", "b\r\nc\n"));
    assert_false(can_cut("a\r|\n", "b\r\n")); /* could be, but a line is hardly that long */
    assert_false(can_cut("a\r\n", "b\n"));
    assert_false(can_cut("a\n", "b\r\n"));
    assert_false(can_cut("a\n", "b\rc\n"));
    assert_false(can_cut("a\r\n", "b\rc\r\n"));
    assert_false(can_cut("a\rb\n", "a\rb\n"));
    assert_false(can_cut("a\r|b\r\n", "b\r\n"));
    assert_true(can_cut("a\nb\rc\n", "b\n")); /* the server's business */
}

static void test_rows_are_counted(void **state)
{
    CopyRows rows = {0};

    copy_rows_add(&rows, "a\nb\n", 4, 2);
    copy_rows_add(&rows, "c\n", 2, 1);
    assert_int_equal(rows.rows, 3);
    assert_false(rows.uncertain);
    copy_rows_add(&rows, "c\\", 2, 0);
    copy_rows_add(&rows, "\n", 1, 1);
    assert_true(rows.uncertain);
    rows = (CopyRows){0};
    copy_rows_add(&rows, "c\\\nd\n", 5, 2);
    assert_true(rows.uncertain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_the_end_of_a_row),
        cmocka_unit_test(test_not_behind_a_backslash),
        cmocka_unit_test(test_lines_end_alike),
        cmocka_unit_test(test_rows_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
