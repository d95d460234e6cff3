/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and names as people see them, and the bar made of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/count.h"
#include "ui/format.h"
#include "ui/progress.h"
#include "ui/text.h"

static void test_sizes(void **state)
{
    (void)state;
    assert_string_equal(format_size(0).text, "0 B");
    assert_string_equal(format_size(999).text, "999 B");
    assert_string_equal(format_size(1000).text, "1.0 kB");
    assert_string_equal(format_size(99940).text, "99.9 kB");
    assert_string_equal(format_size(99950).text, "100 kB");
    assert_string_equal(format_size(999499).text, "999 kB");
    assert_string_equal(format_size(999500).text, "1.0 MB");
    assert_string_equal(format_size(4123456).text, "4.1 MB");
    assert_string_equal(format_size(UINT64_MAX - 1).text, "18.4 EB");
    assert_string_equal(format_size_of(281000000, 2900000000).text, "0.3 of 2.9 GB");
    assert_string_equal(format_size_of(3, 999).text, "3 of 999 B");
    assert_string_equal(format_size_of(5000000, 123000000).text, "5 of 123 MB");
}

static void test_counts(void **state)
{
    (void)state;
    assert_string_equal(format_count(0).text, "0");
    assert_string_equal(format_count(999).text, "999");
    assert_string_equal(format_count(1000).text, "1,000");
    assert_string_equal(format_count(50123).text, "50,123");
    assert_string_equal(format_count(UINT64_MAX - 1).text, "18,446,744,073,709,551,614");
    assert_string_equal(format_count(COUNT_UNKNOWN).text, "");
    assert_string_equal(format_size(COUNT_UNKNOWN).text, "");
    assert_string_equal(format_and_quantity(1, "row", "rows").text, ", 1 row");
    assert_string_equal(format_and_quantity(COUNT_UNKNOWN, "row", "rows").text, "");
    assert_string_equal(format_count_short(999999).text, "999,999");
    assert_string_equal(format_count_short(1000000).text, "1.0 M");
    assert_string_equal(format_count_short(12345678).text, "12.3 M");
    assert_string_equal(format_count_short(3000000000).text, "3.0 G");
    assert_string_equal(format_quantity(1, "index", "indexes").text, "1 index");
    assert_string_equal(format_quantity(1234, "index", "indexes").text, "1,234 indexes");
    assert_string_equal(format_quantity(0, "row", "rows").text, "0 rows");
}

static void test_durations(void **state)
{
    (void)state;
    assert_string_equal(format_duration(0).text, "0.0 s");
    assert_string_equal(format_duration(-1).text, "0.0 s");
    assert_string_equal(format_duration(1.234).text, "1.2 s");
    assert_string_equal(format_duration(9.96).text, "10 s");
    assert_string_equal(format_duration(59.4).text, "59 s");
    assert_string_equal(format_duration(59.6).text, "1 min 00 s");
    assert_string_equal(format_duration(192).text, "3 min 12 s");
    assert_string_equal(format_duration(7500).text, "2 h 05 min");
    assert_string_equal(format_clock(17).text, "0:17");
    assert_string_equal(format_clock(725).text, "12:05");
    assert_string_equal(format_clock(3723).text, "1:02:03");
}

static void test_local_time(void **state)
{
    (void)state;
    assert_int_equal(setenv("TZ", "CET-1", 1), 0);
    assert_string_equal(format_local_time("2026-11-23T06:05:09Z", false).text,
                        "2026-11-23 07:05:09");
    assert_string_equal(format_local_time("2026-11-23T06:05:09Z", true).text,
                        "2026-11-23 07:05:09 CET");
    assert_string_equal(format_local_time("some day", true).text, "some day");
    assert_string_equal(format_local_time("", false).text, "");
}

/* What text_clean makes of it. */
static void assert_clean(const char *text, bool lines, const char *expected)
{
    Buffer out;

    buffer_init(&out, 1000);
    text_clean(&out, text, lines);
    assert_string_equal(out.data, expected);
    buffer_free(&out);
}

static void test_clean(void **state)
{
    const char rtl[] = {'x', '\xE2', '\x80', '\xAE', 'y', '\0'};

    (void)state;
    assert_clean("Ünïcode 🎈 日本", false, "Ünïcode 🎈 日本");
    assert_clean("a\033[2Jb\rc\nd\te\177", false, "a?[2Jb?c?d?e?");
    assert_clean("a\nb\tc\r", true, "a\nb\tc?");
    assert_clean("\xC2\x9B"
                 "31m",
                 false, "?31m");                             /* CSI as one C1 control */
    assert_clean(rtl, false, "x?y");                         /* right-to-left override */
    assert_clean("\xFF\xC3(\xED\xA0\x80", false, "?\?(???"); /* not UTF-8; a surrogate */
    assert_clean("\xC0\x80\xF4\x90\x80\x80|", false, "??????|");
    assert_clean("\xE0\x81\x81\xF0\x80\x81\x81|", false, "???????|"); /* overlong; too large */
    assert_clean("cut \xF0\x9F\x8E", false, "cut ???");               /* ends inside a character */
}

static void assert_cut(const char *text, size_t columns, const char *expected)
{
    Buffer out;

    buffer_init(&out, 1000);
    text_cut(&out, text, columns);
    assert_string_equal(out.data, expected);
    assert_true(text_columns(out.data) <= columns);
    buffer_free(&out);
}

static void test_cut(void **state)
{
    (void)state;
    assert_int_equal(text_columns("Ünï"), 3);
    assert_int_equal(text_columns("日本🎈"), 6);
    assert_int_equal(text_columns("e\xCC\x81"), 1); /* e and a combining accent */
    assert_cut("orders", 6, "orders");
    assert_cut("orders", 5, "orde…");
    assert_cut("Übergrößen", 4, "Übe…");
    assert_cut("日本語", 5, "日本…");
    assert_cut("日本語", 4, "日…");
    assert_cut("orders", 1, "…");
    assert_cut("orders", 0, "");
}

static void assert_pad(const char *text, size_t columns, bool right, const char *expected)
{
    Buffer out;

    buffer_init(&out, 1000);
    text_pad(&out, text, columns, right);
    assert_string_equal(out.data, expected);
    assert_int_equal(text_columns(out.data), columns);
    buffer_free(&out);
}

static void test_pad(void **state)
{
    (void)state;
    assert_pad("ab", 4, false, "ab  ");
    assert_pad("ab", 4, true, "  ab");
    assert_pad("日本", 5, false, "日本 ");
    assert_pad("日本語", 4, false, "日… ");
    assert_pad("abcdef", 4, true, "abc…");
}

/* --- The bar ------------------------------------------------------------------------------ */

static Progress at_work(void)
{
    return (Progress){
        .phase = "backing up",
        .object = "TABLE DATA public.Bestellübersicht_日本_2024_with_a_long_name",
        .bytes = 1234567890,
        .rows = 12345678,
        .objects = 100,
        .total_bytes = 2934567890,
        .total_objects = 412,
        .phase_started = 0,
        .rate = 98123456,
    };
}

static char *draw_at(const Progress *progress, unsigned columns, Buffer *out)
{
    buffer_clear(out);
    progress_bar.draw(progress, 12, columns, out);
    return out->data;
}

static void test_bar_fits_any_width(void **state)
{
    Progress progress = at_work();
    Buffer out;

    (void)state;
    buffer_init(&out, 10000);
    for (unsigned columns = 1; columns < 320; columns++) {
        const char *line = draw_at(&progress, columns, &out);

        assert_true(text_columns(line) < columns);
        assert_null(strchr(line, '\n'));
        assert_null(strchr(line, '?')); /* no character was torn */
        if (columns > 5) {
            assert_non_null(strstr(line, "42%"));
        }
    }
    buffer_free(&out);
}

static void test_bar_leaves_out_the_least_important(void **state)
{
    Progress progress = at_work();
    Buffer out;

    (void)state;
    buffer_init(&out, 10000);
    assert_string_equal(draw_at(&progress, 40, &out), " 42%  1.2 of 2.9 GB  ETA 0:17  public.…");
    assert_non_null(strstr(draw_at(&progress, 80, &out), "ETA 0:17"));
    assert_non_null(strstr(out.data, "98.1 MB/s"));
    assert_non_null(strstr(out.data, "public.Beste"));
    assert_null(strstr(out.data, "backing up"));
    assert_non_null(strstr(draw_at(&progress, 160, &out), "backing up"));
    assert_non_null(strstr(out.data, "12.3 M rows"));
    assert_non_null(strstr(out.data, "[===="));
    buffer_free(&out);
}

static void test_percent_is_honest(void **state)
{
    Progress progress = {.total_bytes = 1000, .total_objects = 10};

    (void)state;
    assert_int_equal(progress_percent(&progress), 0);
    progress.bytes = 2000; /* the total was an estimate, and indexes are still to be made */
    progress.objects = 9;
    assert_int_equal(progress_percent(&progress), 99);
    progress.objects = 10;
    assert_int_equal(progress_percent(&progress), 100);
    progress = (Progress){.bytes = 5};
    assert_int_equal(progress_percent(&progress), -1);
    progress = (Progress){.objects = 1, .total_objects = 4};
    assert_int_equal(progress_percent(&progress), 25);
}

static void test_rate_forgets(void **state)
{
    Progress progress = {.total_bytes = 100000};

    (void)state;
    progress.bytes = 1000;
    progress_update_rate(&progress, 1);
    assert_int_equal((int)progress.rate, 1000);
    for (int second = 2; second <= 120; second++) {
        progress.bytes += 100;
        progress_update_rate(&progress, second);
    }
    assert_in_range((int)progress.rate, 99, 105);
    assert_in_range((int)progress_eta(&progress), 800, 900);
}

/* A line for logs: what is known, and nothing else. */
static void test_plain_line(void **state)
{
    Progress progress = {.phase = "backing up"};
    Buffer out;

    (void)state;
    buffer_init(&out, SIZE_MAX);
    progress_plain.draw(&progress, 0, 80, &out);
    assert_non_null(strstr(out.data, " dbbackup: backing up\n"));
    buffer_clear(&out);
    progress =
        (Progress){.phase = "backing up", .object = "a\033b", .bytes = 500, .total_bytes = 1000};
    progress.rows = 2;
    progress.objects = 1;
    progress.total_objects = 4;
    progress.rate = 100;
    progress_plain.draw(&progress, 0, 80, &out);
    assert_non_null(strstr(out.data, " dbbackup: backing up, 5"));
    assert_non_null(strstr(out.data, ", 100 B/s, 2 rows, 1 of 4 objects, ETA "));
    assert_non_null(strstr(out.data, ", at a"));
    assert_null(strchr(out.data, '\033'));
    buffer_free(&out);
}

/* The total was an estimate: when it is exceeded, nobody is told a nonsense, in no style. */
static void test_more_than_expected(void **state)
{
    Progress progress = {.phase = "backing up", .bytes = 2000, .total_bytes = 1000};
    Buffer out;

    (void)state;
    buffer_init(&out, SIZE_MAX);
    assert_non_null(strstr(draw_at(&progress, 160, &out), "2.0 kB"));
    assert_null(strstr(out.data, " of "));
    buffer_clear(&out);
    progress_plain.draw(&progress, 0, 80, &out);
    assert_non_null(strstr(out.data, ", 2.0 kB, 0 B/s\n"));
    buffer_clear(&out);
    progress_json.draw(&progress, 0, 80, &out);
    assert_non_null(strstr(out.data, "\"bytes\":2000,\"bytes_total\":1000,"));
    assert_non_null(strstr(out.data, "\"seconds_left\":null"));
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_local_time),
        cmocka_unit_test(test_clean),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_pad),
        cmocka_unit_test(test_bar_fits_any_width),
        cmocka_unit_test(test_bar_leaves_out_the_least_important),
        cmocka_unit_test(test_percent_is_honest),
        cmocka_unit_test(test_rate_forgets),
        cmocka_unit_test(test_plain_line),
        cmocka_unit_test(test_more_than_expected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
