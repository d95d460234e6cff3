/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of INSERTs as lines for LOAD DATA, or as cells; and which are left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sql/mysql_load.h"

#define LITERAL(text) (text), sizeof(text) - 1

static void check_head(const char *statement, size_t head, const char *names, size_t names_len,
                       size_t columns)
{
    Buffer out;
    size_t n;

    buffer_init(&out, 1024);
    assert_int_equal(mysql_load_head(statement, strlen(statement), &out, &n), head);
    if (head > 0) {
        assert_int_equal(n, columns);
        assert_int_equal(out.len, names_len);
        assert_memory_equal(out.data, names, names_len);
    }
    buffer_free(&out);
}

static void test_heads(void **state)
{
    (void)state;
    check_head("INSERT INTO `t` (`a`) VALUES\n(1)", 29, LITERAL("t\0a\0"), 1);
    check_head("INSERT INTO `a``b (` (`c`, `d,``)`) VALUES\n(1,2)", 43, LITERAL("a`b (\0c\0d,`)\0"),
               2);
    check_head("INSERT INTO `t` () VALUES\n()", 0, "", 0, 0);
    check_head("INSERT INTO `t` VALUES\n(1)", 0, "", 0, 0);
    check_head("INSERT INTO t (`a`) VALUES\n(1)", 0, "", 0, 0);
    check_head("INSERT INTO `t` (`a`) VALUES (1)", 0, "", 0, 0);
    check_head("INSERT IGNORE INTO `t` (`a`) VALUES\n(1)", 0, "", 0, 0);
    check_head("INSERT INTO `t` (`a`,`b`) VALUES\n(1,2)", 0, "", 0, 0);
    check_head("INSERT INTO `t` (`a", 0, "", 0, 0);
    check_head("INSERT", 0, "", 0, 0);
}

static void put_line_byte(Buffer *out, char c)
{
    if (c == '\0' || c == '\t' || c == '\n' || c == '\\') {
        buffer_putc(out, '\\');
    }
    buffer_putc(out, c == '\0' ? '0' : c);
}

/* The lines that the cells would be. */
static void put_cells(Buffer *out, const MysqlCells *cells, size_t n)
{
    const char *p = cells->bytes.data;

    for (size_t i = 0; i < cells->items.len; i++) {
        const MysqlCell *cell = &cells->items.items[i];

        for (size_t byte = 0; byte < cell->len; byte++) {
            put_line_byte(out, *p++);
        }
        buffer_puts(out, cell->is_null ? "\\N" : "");
        buffer_putc(out, (i + 1) % n == 0 ? '\n' : '\t');
    }
    assert_ptr_equal(p, cells->bytes.data + cells->bytes.len);
}

/* Cells say the same as lines. */
static void check_cells(const MysqlLoadColumn *columns, size_t n, const char *rows, size_t rows_len,
                        const char *lines, size_t lines_len, uint64_t n_lines)
{
    MysqlCells cells = {0};
    Buffer out;
    uint64_t n_rows;

    buffer_init(&out, 1024);
    buffer_init(&cells.bytes, 1024);
    for (int again = 0; again < 2; again++) { /* what was in them before is gone */
        assert_int_equal(mysql_load_cells(columns, n, rows, rows_len, &cells, &n_rows),
                         lines != NULL);
    }
    if (lines != NULL) {
        put_cells(&out, &cells, n);
        assert_int_equal(out.len, lines_len);
        assert_memory_equal(out.data, lines, lines_len);
        assert_int_equal(n_rows, n_lines);
    }
    buffer_free(&out);
    buffer_free(&cells.bytes);
    vec_free(&cells.items);
}

/* lines NULL: left alone. */
static void check_rows(const MysqlLoadColumn *columns, size_t n, const char *rows, size_t rows_len,
                       const char *lines, size_t lines_len, uint64_t n_lines)
{
    Buffer out;
    Error err;
    uint64_t n_rows;

    buffer_init(&out, 1024);
    if (mysql_load_rows(columns, n, rows, rows_len, &out, &n_rows) != (lines != NULL)) {
        fail_msg("%s", rows);
    }
    assert_true(buffer_ok(&out, "rows", &err));
    if (lines != NULL) {
        assert_int_equal(out.len, lines_len);
        assert_memory_equal(out.data, lines, lines_len);
        assert_int_equal(n_rows, n_lines);
    }
    buffer_free(&out);
    check_cells(columns, n, rows, rows_len, lines, lines_len, n_lines);
}

static const MysqlLoadColumn number = {MYSQL_LOAD_NUMBER, NULL};
static const MysqlLoadColumn plain = {MYSQL_LOAD_PLAIN, NULL};
static const MysqlLoadColumn bytes = {MYSQL_LOAD_BYTES, NULL};
static const MysqlLoadColumn utf8 = {MYSQL_LOAD_TEXT, "utf8mb4"};
static const MysqlLoadColumn utf8mb3 = {MYSQL_LOAD_TEXT, "utf8mb3"};
static const MysqlLoadColumn latin1 = {MYSQL_LOAD_TEXT, "latin1"};
static const MysqlLoadColumn utf16 = {MYSQL_LOAD_TEXT, "utf16"};

/* One column, one row. */
static void taken(MysqlLoadColumn column, const char *value, const char *field, size_t field_len)
{
    char row[128];
    char line[128];
    int len = snprintf(row, sizeof row, "(%s)", value);

    memcpy(line, field, field_len);
    line[field_len] = '\n';
    check_rows(&column, 1, row, (size_t)len, line, field_len + 1, 1);
}

static void left(MysqlLoadColumn column, const char *value)
{
    char row[128];
    int len = snprintf(row, sizeof row, "(%s)", value);

    check_rows(&column, 1, row, (size_t)len, NULL, 0, 0);
}

static void test_numbers(void **state)
{
    (void)state;
    taken(number, "-12.50", LITERAL("-12.50"));
    taken(number, "1.7976931348623157e308", LITERAL("1.7976931348623157e308"));
    taken(number, "0000", LITERAL("0000"));
    taken(number, "'-0'", LITERAL("-0"));
    taken(number, "NULL", LITERAL("\\N"));
    left(number, "''");
    left(number, "'abc'");
    left(number, "' 1'");
    left(number, "X'31'");
    left(number, "b'1'");
    left(number, "1+x");
    left(number, "0x31");
    left(number, "");
    left(number, "TRUE");
    left(number, "NULLS");
}

static void test_texts(void **state)
{
    (void)state;
    taken(utf8, "'it\\'s \\\\ \\n\\r\\0\\Z\t\"`'", LITERAL("it's \\\\ \\\n\r\\0\x1A\\\t\"`"));
    taken(utf8, "''", LITERAL(""));
    taken(utf8, "'NULL'", LITERAL("NULL"));
    taken(utf8, "'\\\\N'", LITERAL("\\\\N"));
    taken(utf8, "'é😀'", LITERAL("é😀"));
    taken(utf8mb3, "'é'", LITERAL("é"));
    taken(latin1, "'abc'", LITERAL("abc"));
    taken(latin1, "_latin1 X'80E9FF0A095C00'", LITERAL("\x80\xE9\xFF\\\n\\\t\\\\\\0"));
    taken(latin1, "_latin1 ''", LITERAL(""));
    taken(utf16, "_utf16 X'D83DDE00'", LITERAL("\xD8\x3D\xDE\\0"));
    taken(plain, "'2024-02-00'", LITERAL("2024-02-00"));
    left(utf8, "1");
    left(utf8, "X'31'");
    left(utf8, "_latin1 X'E9'");
    left(utf8, "'a\nb'");
    left(utf8, "'a\\%'");
    left(utf8, "'a");
    left(utf8, "'a\\");
    left(utf8, "'a' 'b'");
    left(utf8, "'a''b'");
    left(utf8, "\"a\"");
    left(utf8, "N'a'");
    left(latin1, "'é'");
    left(latin1, "_latin2 X'E9'");
    left(latin1, "_latin1X'E9'");
    left(utf16, "'abc'");
    left(plain, "'é'");
    left(plain, "now()");
    left(plain, "20240101");
}

static void test_bytes(void **state)
{
    (void)state;
    taken(bytes, "X'00FF1A41'", LITERAL("\\0\xFF\x1A\x41"));
    taken(bytes, "X'00ff1a4a'", LITERAL("\\0\xFF\x1A\x4a"));
    taken(bytes, "''", LITERAL(""));
    taken(bytes, "NULL", LITERAL("\\N"));
    left(bytes, "'a'");
    left(bytes, "X'0'");
    left(bytes, "X'0G'");
    left(bytes, "X'00");
    left(bytes, "x'00'");
    left(bytes, "_binary X'00'");
    left(bytes, "1");
}

static void test_rows(void **state)
{
    const MysqlLoadColumn columns[] = {number, utf8, bytes};

    (void)state;
    check_rows(columns, 3, LITERAL("(1,'a',X'62'),\n(NULL,NULL,NULL),\n(2,'',X'0A')"),
               LITERAL("1\ta\tb\n\\N\t\\N\t\\N\n2\t\t\\\n\n"), 3);
    check_rows(columns, 3, LITERAL("(1,'a',X'62'),(2,'',X'0A')"), NULL, 0, 0);
    check_rows(columns, 3, LITERAL("(1,'a')"), NULL, 0, 0);
    check_rows(columns, 3, LITERAL("(1,'a',X'62',2)"), NULL, 0, 0);
    check_rows(columns, 3, LITERAL("(1, 'a',X'62')"), NULL, 0, 0);
    check_rows(columns, 3, LITERAL("(1,'a',X'62'),\n"), NULL, 0, 0);
    check_rows(columns, 3, LITERAL("(1,'a',X'62') ON DUPLICATE KEY UPDATE a=1"), NULL, 0, 0);
    check_rows(columns, 3, LITERAL("(1,'a',X'62'"), NULL, 0, 0);
    check_rows(columns, 3, LITERAL("(1,'a',"), NULL, 0, 0);
    check_rows(columns, 3, LITERAL(""), NULL, 0, 0);
    check_rows(columns, 0, LITERAL("()"), NULL, 0, 0);
}

/* At the limit nothing is written beyond it. */
static void test_no_room(void **state)
{
    Buffer out;
    Error err;
    uint64_t n_rows;

    (void)state;
    buffer_init(&out, 4);
    assert_true(mysql_load_rows(&utf8, 1, LITERAL("('abcdef')"), &out, &n_rows));
    assert_false(buffer_ok(&out, "rows", &err));
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads), cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_texts), cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_rows),  cmocka_unit_test(test_no_room),
    };

    return cmocka_run_group_tests_name("mysql_load", tests, NULL, NULL);
}
