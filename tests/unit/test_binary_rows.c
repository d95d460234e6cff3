/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of text to rows of bytes: what becomes of known values, and what is stuck. */
#include "sql/binary_rows.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#define ONE(type) (&(BinaryColumns){.types = (BinaryType[]){type}, .n = 1})

/* What a conversion came to. `out` as hexadecimal digits. */
typedef struct Outcome {
    char out[4096];
    size_t used;
    uint64_t n_rows;
    bool stuck;
} Outcome;

static void print_hex(const Buffer *buffer, char *hex, size_t size)
{
    assert_true(buffer->len * 2 < size);
    hex[0] = '\0';
    for (size_t i = 0; i < buffer->len; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", (unsigned char)buffer->data[i]);
    }
}

/* The text is where a sanitizer sees who reads beyond it. */
static Outcome convert_bytes(const BinaryColumns *columns, const char *text, size_t len)
{
    Outcome outcome = {0};
    char *copy = malloc(len + (len == 0));
    Buffer out;

    assert_non_null(copy);
    memcpy(copy, text, len);
    buffer_init(&out, SIZE_MAX / 2);
    outcome.used = binary_rows_convert(columns, copy, len, &out, &outcome.n_rows, &outcome.stuck);
    print_hex(&out, outcome.out, sizeof outcome.out);
    buffer_free(&out);
    free(copy);
    return outcome;
}

static Outcome convert(const BinaryColumns *columns, const char *text)
{
    return convert_bytes(columns, text, strlen(text));
}

/* A row of one field; returns its value without what stands around it, or "stuck". */
static const char *value_of(BinaryType type, const char *field)
{
    static Outcome outcome;
    char row[4096];
    char length[9];

    assert_true(snprintf(row, sizeof row, "%s\n", field) < (int)sizeof row);
    outcome = convert(ONE(type), row);
    if (outcome.stuck) {
        assert_int_equal(outcome.used, 0);
        assert_int_equal(outcome.n_rows, 0);
        assert_string_equal(outcome.out, "");
        return "stuck";
    }
    assert_int_equal(outcome.used, strlen(row));
    assert_int_equal(outcome.n_rows, 1);
    assert_memory_equal(outcome.out, "0001", 4);
    (void)snprintf(length, sizeof length, "%08zx", strlen(outcome.out + 12) / 2);
    assert_memory_equal(outcome.out + 4, length, 8);
    return outcome.out + 12;
}

#define assert_value(type, field, hex) assert_string_equal(value_of(type, field), hex)
#define assert_all_stuck(type, ...)                                                                \
    assert_stuck_list(type, (const char *const[]){__VA_ARGS__, NULL})

static void assert_stuck_list(BinaryType type, const char *const *fields)
{
    for (; *fields != NULL; fields++) {
        if (strcmp(value_of(type, *fields), "stuck") != 0) {
            fail_msg("not stuck: %s", *fields);
        }
    }
}

static void test_frame(void **state)
{
    static const char header[] = "PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0";

    assert_int_equal(sizeof header, BINARY_ROWS_HEADER_LEN);
    assert_memory_equal(binary_rows_header, header, BINARY_ROWS_HEADER_LEN);
    assert_memory_equal(binary_rows_trailer, "\xff\xff", BINARY_ROWS_TRAILER_LEN);
}

static void test_types_by_name(void **state)
{
    BinaryType type = BINARY_BOOL;

    assert_true(binary_type_find("jsonb_recv", &type));
    assert_int_equal(type, BINARY_JSONB);
    assert_true(binary_type_find("enum_recv", &type));
    assert_int_equal(type, BINARY_TEXT);
    assert_false(binary_type_find("interval_recv", &type));
    assert_false(binary_type_find("int4", &type));
    assert_false(binary_type_find("-", &type));
}

static void test_rows(void **state)
{
    const BinaryColumns two = {.types = (BinaryType[]){BINARY_INT2, BINARY_TEXT}, .n = 2};
    Outcome outcome = convert(&two, "1\ta\n-1\t\\N\n\\N\t\n3\tb");

    assert_int_equal(outcome.used, 14);
    assert_int_equal(outcome.n_rows, 3);
    assert_false(outcome.stuck);
    assert_string_equal(outcome.out, "0002"
                                     "000000020001"
                                     "0000000161"
                                     "0002"
                                     "00000002ffff"
                                     "ffffffff"
                                     "0002"
                                     "ffffffff"
                                     "00000000");
}

/* However the text is cut, the rows in front are taken, and nothing of the next. */
static void test_cut_rows(void **state)
{
    static const char text[] = "-32768\t\\N\ta\\\nb\t\\\\x00ff\t2000-01-01 00:00:00.5+05:30\n"
                               "\\N\tt\t\\101\\x4\\\\\t\\N\t0001-12-31 23:59:59-00:44:30\n";
    static const BinaryType types[] = {BINARY_INT2, BINARY_BOOL, BINARY_TEXT, BINARY_BYTEA,
                                       BINARY_TIMESTAMPTZ};
    const BinaryColumns columns = {.types = types, .n = ARRAY_LENGTH(types)};
    size_t first = strlen("-32768\t\\N\ta\\\nb\t\\\\x00ff\t2000-01-01 00:00:00.5+05:30\n");

    for (size_t len = 0; len < sizeof text; len++) {
        Outcome outcome = convert_bytes(&columns, text, len);

        assert_false(outcome.stuck);
        assert_int_equal(outcome.n_rows, len < first ? 0 : len < sizeof text - 1 ? 1 : 2);
        assert_int_equal(outcome.used, len < first ? 0 : len < sizeof text - 1 ? first : len);
    }
}

static void test_rows_in_front_of_a_stuck_one(void **state)
{
    Outcome outcome = convert(ONE(BINARY_INT2), "1\n2\nx\n4\n");

    assert_true(outcome.stuck);
    assert_int_equal(outcome.used, 4);
    assert_int_equal(outcome.n_rows, 2);
    assert_string_equal(outcome.out, "0001000000020001"
                                     "0001000000020002");
}

static void test_number_of_fields(void **state)
{
    const BinaryColumns two = {.types = (BinaryType[]){BINARY_TEXT, BINARY_TEXT}, .n = 2};
    const BinaryColumns none = {.n = 0};

    assert_true(convert(&two, "a\n").stuck);
    assert_true(convert(&two, "a\tb\tc\n").stuck);
    assert_true(convert(&two, "\n").stuck);
    assert_false(convert(&two, "\t\n").stuck);
    assert_true(convert(&none, "\n").stuck);
    assert_false(convert(&none, "").stuck);
}

/* No row is half in a buffer that fails. */
static void test_failing_buffer(void **state)
{
    uint64_t n_rows = 0;
    bool stuck = true;
    Error err = {0};
    Buffer out;

    buffer_init(&out, 50);
    assert_int_equal(
        binary_rows_convert(ONE(BINARY_INT4), "1\n2\n3\n4\n", 8, &out, &n_rows, &stuck), 6);
    assert_false(stuck);
    assert_int_equal(n_rows, 3);
    assert_int_equal(out.len, 30);
    assert_false(buffer_ok(&out, "rows", &err));
    buffer_free(&out);
}

static void test_field_too_long(void **state)
{
    char *text = malloc(BINARY_FIELD_MAX + 2);
    uint64_t n_rows = 0;
    bool stuck;
    Buffer out;

    assert_non_null(text);
    memset(text, 'a', BINARY_FIELD_MAX + 2);
    buffer_init(&out, SIZE_MAX / 2);
    text[BINARY_FIELD_MAX] = '\n';
    assert_int_equal(
        binary_rows_convert(ONE(BINARY_TEXT), text, BINARY_FIELD_MAX + 1, &out, &n_rows, &stuck),
        BINARY_FIELD_MAX + 1);
    text[BINARY_FIELD_MAX] = 'a';
    text[BINARY_FIELD_MAX + 1] = '\n';
    assert_int_equal(
        binary_rows_convert(ONE(BINARY_TEXT), text, BINARY_FIELD_MAX + 2, &out, &n_rows, &stuck),
        0);
    assert_true(stuck);
    assert_int_equal(n_rows, 1);
    buffer_free(&out);
    free(text);
}

static void test_bool(void **state)
{
    assert_value(BINARY_BOOL, "t", "01");
    assert_value(BINARY_BOOL, "f", "00");
    assert_all_stuck(BINARY_BOOL, "", "true", "tt", "1", "T", "\\t");
}

static void test_integers(void **state)
{
    assert_value(BINARY_INT2, "32767", "7fff");
    assert_value(BINARY_INT2, "-32768", "8000");
    assert_value(BINARY_INT2, "-0", "0000");
    assert_value(BINARY_INT4, "007", "00000007");
    assert_value(BINARY_INT4, "2147483647", "7fffffff");
    assert_value(BINARY_INT4, "-2147483648", "80000000");
    assert_value(BINARY_INT8, "9223372036854775807", "7fffffffffffffff");
    assert_value(BINARY_INT8, "-9223372036854775808", "8000000000000000");
    assert_value(BINARY_OID, "4294967295", "ffffffff");
    assert_all_stuck(BINARY_INT2, "32768", "-32769", "65537");
    assert_all_stuck(BINARY_INT4, "2147483648", "-2147483649", "", "-", "+1", " 1", "1 ", "--1",
                     "0x1f", "1_000", "1.0", "1e3", "\\061", "\\\\N");
    assert_all_stuck(BINARY_INT8, "9223372036854775808", "-9223372036854775809",
                     "18446744073709551617", "00000000000000000001", "99999999999999999999");
    assert_all_stuck(BINARY_OID, "4294967296", "-1", "");
}

static void test_floats(void **state)
{
    assert_value(BINARY_FLOAT8, "1.5", "3ff8000000000000");
    assert_value(BINARY_FLOAT8, "-0", "8000000000000000");
    assert_value(BINARY_FLOAT8, "0.1", "3fb999999999999a");
    assert_value(BINARY_FLOAT8, "1.7976931348623157e+308", "7fefffffffffffff");
    assert_value(BINARY_FLOAT8, "2.2250738585072014e-308", "0010000000000000");
    assert_value(BINARY_FLOAT8, "0.1000000000000000055511151231257827", "3fb999999999999a");
    assert_value(BINARY_FLOAT8, "18446744073709551616", "43f0000000000000");
    /* Halves: to the even one, unless anything follows. */
    assert_value(BINARY_FLOAT8, "9007199254740993", "4340000000000000");
    assert_value(BINARY_FLOAT8, "9007199254740995", "4340000000000002");
    assert_value(BINARY_FLOAT8, "9007199254740993.001", "4340000000000001");
    assert_value(BINARY_FLOAT4, "16777217", "4b800000");
    assert_value(BINARY_FLOAT4, "16777219", "4b800002");
    /* By way of double these would be halves. */
    assert_value(BINARY_FLOAT4, "16777217.000000001", "4b800001");
    assert_value(BINARY_FLOAT4, "1.6777217000000001e7", "4b800001");
    assert_value(BINARY_FLOAT4, "3.4028235e+38", "7f7fffff");
    assert_value(BINARY_FLOAT4, "-0.1", "bdcccccd");
    assert_all_stuck(BINARY_FLOAT8, "", "-", ".5", "5.", "+1", "1e", "1e+", "1E5", "1.e5", "0x10",
                     "NaN", "Infinity", "-Infinity", "1e309", "1e-330", "5e-324", "1 ", "1,5");
    assert_all_stuck(BINARY_FLOAT4, "3.5e38", "1e-46", "1e-45", "NaN", "1.2.3", "1e5.0");
}

static void test_numeric(void **state)
{
    char text[1100];
    char nines[1200] = "00fa00f900000000";

    assert_value(BINARY_NUMERIC, "0", "0000000000000000");
    assert_value(BINARY_NUMERIC, "-0.00", "0000000000000002");
    assert_value(BINARY_NUMERIC, "1", "00010000000000000001");
    assert_value(BINARY_NUMERIC, "-12345.678",
                 "0003000140000003"
                 "000109291a7c");
    assert_value(BINARY_NUMERIC, "000.5", "0001ffff000000011388");
    assert_value(BINARY_NUMERIC, "10000", "00010001000000000001");
    assert_value(BINARY_NUMERIC, "100000000.00000001",
                 "0005000200000008"
                 "00010000000000000001");
    assert_value(BINARY_NUMERIC, "0.00001230",
                 "0001fffe00000008"
                 "04ce");
    assert_value(BINARY_NUMERIC, "0.0000000012300",
                 "0001fffd0000000d"
                 "04ce");
    memset(text, '9', 1000);
    text[1000] = '\0';
    for (size_t i = 0; i < 250; i++) {
        memcpy(nines + 16 + 4 * i, "270f", 5);
    }
    assert_value(BINARY_NUMERIC, text, nines);
    memset(text, '9', 1001);
    text[1001] = '\0';
    assert_all_stuck(BINARY_NUMERIC, text, "", "-", ".5", "5.", "+1", "1e5", "1E5", "NaN",
                     "Infinity", "1.2.3", "- 1", "1 ", "0x1f", "1_000", "\\x31");
}

static void test_dates(void **state)
{
    assert_value(BINARY_DATE, "2000-01-01", "00000000");
    assert_value(BINARY_DATE, "1999-12-31", "ffffffff");
    assert_value(BINARY_DATE, "2000-02-29", "0000003b");
    assert_value(BINARY_DATE, "2000-03-01", "0000003c");
    assert_value(BINARY_DATE, "1900-03-01", "ffff718f");
    assert_value(BINARY_DATE, "0001-01-01", "fff4dbf9");
    assert_value(BINARY_DATE, "9999-12-31", "002c95d3");
    assert_all_stuck(BINARY_DATE, "", "1900-02-29", "2023-02-29", "2023-04-31", "2023-00-01",
                     "2023-13-01", "2023-01-00", "2023-01-32", "0000-01-01", "10000-01-01",
                     "2023-1-1", "01-02-2023", "2023/01/01", "2023-01-01 BC", "infinity",
                     "-infinity", "2023-01-01 00:00:00", "today", "2023-01-0", "20230101xx");
}

static void test_times(void **state)
{
    assert_value(BINARY_TIME, "00:00:00", "0000000000000000");
    assert_value(BINARY_TIME, "23:59:59.999999", "000000141dd75fff");
    assert_value(BINARY_TIME, "00:00:01.5", "000000000016e360");
    assert_value(BINARY_TIME, "00:00:00.000001", "0000000000000001");
    assert_value(BINARY_TIME, "01:01:01", "00000000da366d40");
    assert_all_stuck(BINARY_TIME, "", "24:00:00", "23:60:00", "23:59:60", "1:00:00", "12:00",
                     "12:00:00.", "12:00:00.1234567", "12:00:00 PM", "12:00:00+00", "12-00-00",
                     "12:00:0x", "allballs");
}

static void test_timestamps(void **state)
{
    assert_value(BINARY_TIMESTAMP, "2000-01-01 00:00:00", "0000000000000000");
    assert_value(BINARY_TIMESTAMP, "1999-12-31 23:59:59.999999", "ffffffffffffffff");
    assert_all_stuck(BINARY_TIMESTAMP, "", "2000-01-01", "2000-01-01 ", "2000-01-01T00:00:00",
                     "2000-01-01 00:00:00+00", "2000-01-01 24:00:00", "2000-01-01 00:00:60",
                     "infinity", "0044-03-15 12:00:00 BC", "2000-01-01  00:00:00",
                     "Sat Jan 01 00:00:00 2000", "12000-01-01 00:00:00");
    assert_value(BINARY_TIMESTAMPTZ, "2000-01-01 00:00:01+00", "00000000000f4240");
    assert_value(BINARY_TIMESTAMPTZ, "2000-01-01 01:00:01+01", "00000000000f4240");
    assert_value(BINARY_TIMESTAMPTZ, "2000-01-01 05:30:01+05:30", "00000000000f4240");
    assert_value(BINARY_TIMESTAMPTZ, "1999-12-31 23:15:31-00:44:30", "00000000000f4240");
    assert_value(BINARY_TIMESTAMPTZ, "2000-01-01 16:00:00.5+15:59:59", "000000000016e360");
    assert_all_stuck(BINARY_TIMESTAMPTZ, "", "2000-01-01 00:00:00", "2000-01-01 00:00:00 UTC",
                     "2000-01-01 00:00:00Z", "2000-01-01 00:00:00+0", "2000-01-01 00:00:00+0530",
                     "2000-01-01 00:00:00+05:3", "2000-01-01 00:00:00+05:60",
                     "2000-01-01 00:00:00+05:30:60", "2000-01-01 00:00:00+16",
                     "2000-01-01 00:00:00+05:30:00:00", "2000-01-01 00:00:00+xx", "infinity",
                     "2000-01-01 00:00:00 +00", "2000-01-01 00:00:00+00 BC", "2000-01-01 00:00:00+",
                     "2000-01-01 00:00:00+00:", "2000-01-01 00:00:00 ");
}

static void test_hexadecimal(void **state)
{
    assert_value(BINARY_UUID, "a0eebc99-9C0b-4ef8-bb6d-6bb9bd380A11",
                 "a0eebc999c0b4ef8bb6d6bb9bd380a11");
    assert_all_stuck(BINARY_UUID, "", "a0eebc99", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
                     "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
                     "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g",
                     "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111",
                     "a0eebc99-9c0b4ef8-bb6d-6bb9-bd380a11");
    assert_value(BINARY_BYTEA, "\\\\x", "");
    assert_value(BINARY_BYTEA, "\\\\x00fFAa", "00ffaa");
    assert_all_stuck(BINARY_BYTEA, "", "abc", "\\x41", "\\\\x0", "\\\\x00 11", "\\\\x0g", "\\\\X00",
                     "\\\\000", "\\\\\\\\", "\\\\x00\\n");
}

static void test_text(void **state)
{
    assert_value(BINARY_TEXT, "", "");
    assert_value(BINARY_TEXT, "a longer text, \xc3\xa4, of ordinary bytes",
                 "61206c6f6e67657220746578742c20c3a42c206f66206f7264696e617279206279746573");
    assert_value(BINARY_TEXT, "\\b\\f\\n\\r\\t\\v\\\\", "080c0a0d090b5c");
    assert_value(BINARY_TEXT, "\\N ", "4e20"); /* only alone is it null */
    assert_value(BINARY_TEXT, "a\\N", "614e");
    assert_value(BINARY_TEXT, "\\\\N", "5c4e");
    assert_value(BINARY_TEXT, "\\\nx\\\t", "0a7809");
    assert_value(BINARY_TEXT, "\\1018\\0019\\1778\\79",
                 "41380139"
                 "7f380739");
    assert_value(BINARY_TEXT, "\\x41f\\x4g\\xg\\x7F",
                 "41660467"
                 "7867"
                 "7f");
    assert_value(BINARY_TEXT, "\\a\\\xc3\xa4\\'\\8", "61c3a42738");
    assert_value(BINARY_TEXT, "\x01\x7f\x1f 1234567\x0b", "017f1f20313233343536370b");
    assert_all_stuck(BINARY_TEXT, "\\.", "a\\.b", "\r", "12345678\r", "\\\r", "\\0", "\\000",
                     "\\x0", "\\x00", "\\xe4", "\\344", "\\400", "\\777");
    assert_true(convert_bytes(ONE(BINARY_TEXT), "a\0b\n", 4).stuck);
    assert_true(convert_bytes(ONE(BINARY_TEXT), "a\\\0b\n", 5).stuck);
    assert_value(BINARY_JSONB, "{\"a\": \"\\\\n\"}", "017b2261223a20225c6e227d");
    assert_value(BINARY_JSONB, "", "01");
}

/* Special bytes at each place of eight, behind bytes that could be taken for them. */
static void test_text_of_each_length(void **state)
{
    static const char fill[] = "]!\xdc\x8a\x89[\xa0 zZ]!\xff\x80{}]!]!";
    char field[64];
    char expected[64];

    for (size_t len = 0; len < sizeof fill; len++) {
        (void)snprintf(field, sizeof field, "%.*s\\t%s", (int)len, fill, fill);
        (void)snprintf(expected, sizeof expected, "%.*s\t%s", (int)len, fill, fill);
        char hex[2 * sizeof expected + 1];
        Buffer buffer = {.data = expected, .len = strlen(expected)};

        print_hex(&buffer, hex, sizeof hex);
        assert_value(BINARY_TEXT, field, hex);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frame),
        cmocka_unit_test(test_types_by_name),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_cut_rows),
        cmocka_unit_test(test_rows_in_front_of_a_stuck_one),
        cmocka_unit_test(test_number_of_fields),
        cmocka_unit_test(test_failing_buffer),
        cmocka_unit_test(test_field_too_long),
        cmocka_unit_test(test_bool),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_floats),
        cmocka_unit_test(test_numeric),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_timestamps),
        cmocka_unit_test(test_hexadecimal),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_text_of_each_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
