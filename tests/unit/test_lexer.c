/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The script lexer over a corpus of tricky scripts. Each is read through readers that return 1, 2,
 * 3, 7 … bytes at a time: where the pieces are cut must make no difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "sql/lexer.h"

typedef struct PieceReader {
    Reader reader;
    const char *data;
    size_t len;
    size_t piece; /* most bytes of one read */
} PieceReader;

static bool piece_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    PieceReader *reader = (PieceReader *)self;
    size_t n = reader->len < reader->piece ? reader->len : reader->piece;

    (void)err;
    n = n < len ? n : len;
    memcpy(data, reader->data, n);
    reader->data += n;
    reader->len -= n;
    *got = n;
    return true;
}

/* All tokens in one line each: "S1 text", "M2 text", "D3 rows data" (joined), "E4", "." at the end;
 * or "! code message". */
static void render(const char *script, size_t len, size_t piece, Buffer *out)
{
    PieceReader reader = {{piece_read, NULL}, script, len, piece};
    SqlLexer *lexer = NULL;
    SqlToken token = {0};
    Error err = {0};
    Buffer data;
    uint64_t data_line = 0;
    uint64_t data_rows = 0;

    buffer_init(&data, SIZE_MAX / 2);
    assert_true(sql_lexer_new(&reader.reader, "s", 1 << 20, &lexer, &err));
    do {
        if (!sql_lexer_next(lexer, &token, &err)) {
            buffer_printf(out, "! %d %s\n", (int)err.code, err.message);
            assert_false(sql_lexer_next(lexer, &token, &err));
            break;
        }
        if (token.kind == SQL_COPY_DATA) {
            data_line = data_line == 0 ? token.line : data_line;
            data_rows += token.rows;
            buffer_append(&data, token.text, token.len);
            continue;
        }
        if (data.len > 0) {
            buffer_printf(out, "D%d %d ", (int)data_line, (int)data_rows);
            buffer_append(out, data.data, data.len);
            buffer_clear(&data);
            data_line = data_rows = 0;
        }
        if (token.kind == SQL_STATEMENT || token.kind == SQL_META) {
            assert_int_equal(strlen(token.text), token.len);
            buffer_printf(out, "%s%d %s\n",
                          token.kind == SQL_META  ? "M"
                          : token.copy_from_stdin ? "C"
                                                  : "S",
                          (int)token.line, token.text);
        } else {
            buffer_printf(out, token.kind == SQL_END ? ".\n" : "E%d\n", (int)token.line);
        }
    } while (token.kind != SQL_END);
    sql_lexer_free(lexer);
    buffer_free(&data);
    assert_true(buffer_ok(out, "tokens", &err));
}

static const size_t pieces[] = {1, 2, 3, 5, 7, 64, 4096, SIZE_MAX};

typedef struct LexerCase {
    const char *script;
    const char *tokens;
} LexerCase;

static const LexerCase cases[] = {
    {"", ".\n"},
    {" \n\t ", ".\n"},
    {"select 1;", "S1 select 1;\n.\n"},
    {"select 1", "S1 select 1\n.\n"},
    {"select 1  \n\n", "S1 select 1\n.\n"},
    {"select 1;select 2; select 3\n;", "S1 select 1;\nS1 select 2;\nS1 select 3\n;\n.\n"},
    {";;\n ;; select 1;;", "S2 select 1;\n.\n"},
    {"\xEF\xBB\xBFselect 1;", "S1 select 1;\n.\n"},
    {"\xEF\xBB", "S1 \xEF\xBB\n.\n"},
    {"select 1;\r\nselect 2;\r\n", "S1 select 1;\nS2 select 2;\n.\n"},
    /* Comments */
    {"-- a; 'b\n/* c; ' */ select 1; -- d '", "S2 select 1;\n.\n"},
    {"select /* ; /* ; */ ; */ 1 -- ; '\n;", "S1 select /* ; /* ; */ ; */ 1 -- ; '\n;\n.\n"},
    {"/*/*/ a */ b */ select 1;", "S1 select 1;\n.\n"},
    {"/***/ select 1; /**/", "S1 select 1;\n.\n"},
    {"/* a **/select 2*/*x*/1;", "S1 select 2*/*x*/1;\n.\n"},
    {"select 1--c;\r;", "S1 select 1--c;\r;\n.\n"},
    {"select 1 - -1, 4/2 /-1; -", "S1 select 1 - -1, 4/2 /-1;\nS1 -\n.\n"},
    {"select 1 @--;\n;/", "S1 select 1 @--;\n;\nS2 /\n.\n"},
    {"--", ".\n"},
    {"-- only\n-- comments", ".\n"},
    /* Strings and names */
    {"select 'a;b';", "S1 select 'a;b';\n.\n"},
    {"select 'it''s; ', 'a\n;\nb';select 2;", "S1 select 'it''s; ', 'a\n;\nb';\nS3 select 2;\n.\n"},
    {"select 'back\\'; select 2;", "S1 select 'back\\';\nS1 select 2;\n.\n"},
    {"select E'a\\';b', e'\\\\';select 2;", "S1 select E'a\\';b', e'\\\\';\nS1 select 2;\n.\n"},
    {"select E'a''b\\';'; select 2;", "S1 select E'a''b\\';';\nS1 select 2;\n.\n"},
    {"select E'a'\n  'b\\';' ; 2;", "S1 select E'a'\n  'b\\';' ;\nS2 2;\n.\n"},
    {"select E'a' -- c\n'b\\';' ; 2;", "S1 select E'a' -- c\n'b\\';' ;\nS2 2;\n.\n"},
    {"select E'a', 'b\\';2;", "S1 select E'a', 'b\\';\nS1 2;\n.\n"},
    {"select E'a' - 'b\\';2;", "S1 select E'a' - 'b\\';\nS1 2;\n.\n"},
    {"select E'a' 'b\\';2;", "S1 select E'a' 'b\\';\nS1 2;\n.\n"},
    {"select E'a'", "S1 select E'a'\n.\n"},
    {"select E'a'  ", "S1 select E'a'\n.\n"},
    {"select E'a' -", "S1 select E'a' -\n.\n"},
    {"select nameE'\\';", "S1 select nameE'\\';\n.\n"},
    {"select b'01', X'\\', n'\\', U&'\\', u&'d\\0061';",
     "S1 select b'01', X'\\', n'\\', U&'\\', u&'d\\0061';\n.\n"},
    {"select \"a;\"\"b\\\", U&\"d\\;\" ;2;", "S1 select \"a;\"\"b\\\", U&\"d\\;\" ;\nS1 2;\n.\n"},
    {"select \"E\"'\\';2;", "S1 select \"E\"'\\';\nS1 2;\n.\n"},
    /* Dollar quotes */
    {"do $$ a; ' $ $x$ b; $$;2;", "S1 do $$ a; ' $ $x$ b; $$;\nS1 2;\n.\n"},
    {"do $a$ ;$a $b$ $$ ;$A$ $a$;2;", "S1 do $a$ ;$a $b$ $$ ;$A$ $a$;\nS1 2;\n.\n"},
    {"do $_1$;$_1$_1$;2;", "S1 do $_1$;$_1$_1$;\nS1 2;\n.\n"},
    {"do $x$ $$x$;2;", "S1 do $x$ $$x$;\nS1 2;\n.\n"},
    {"do $\xC3\xA9$;$\xC3\xA9$;2;", "S1 do $\xC3\xA9$;$\xC3\xA9$;\nS1 2;\n.\n"},
    {"select $1$;2;", "S1 select $1$;\nS1 2;\n.\n"},
    {"select a$b$c;2;select a$$;3;", "S1 select a$b$c;\nS1 2;\nS1 select a$$;\nS1 3;\n.\n"},
    {"select 1$$;$$;2;", "S1 select 1$$;$$;\nS1 2;\n.\n"},
    {"select $ ;2;", "S1 select $ ;\nS1 2;\n.\n"},
    {"select $", "S1 select $\n.\n"},
    /* Parentheses and bodies */
    {"create rule r as on insert to t do (a; b);2;",
     "S1 create rule r as on insert to t do (a; b);\nS1 2;\n.\n"},
    {"select 1);2;", "S1 select 1);\nS1 2;\n.\n"},
    {"CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a THEN "
     "CASE 1 WHEN 2 THEN 3 END ELSE 2 END; END;2;",
     "S1 CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a "
     "THEN CASE 1 WHEN 2 THEN 3 END ELSE 2 END; END;\nS1 2;\n.\n"},
    {"create /* x */ or replace procedure p() begin--\natomic insert into a values (1, case when b "
     "then c end); update a set b=case c when 1 then 2 end;\nend;2;",
     "S1 create /* x */ or replace procedure p() begin--\natomic insert into a values (1, case "
     "when b then c end); update a set b=case c when 1 then 2 end;\nend;\nS3 2;\n.\n"},
    {"create function begin() as 'x';2;", "S1 create function begin() as 'x';\nS1 2;\n.\n"},
    {"create function f() begin atomic select begin from t; end;2;",
     "S1 create function f() begin atomic select begin from t; end;\nS1 2;\n.\n"},
    {"create view begin as select case when a then b end;begin;end;",
     "S1 create view begin as select case when a then b end;\nS1 begin;\nS1 end;\n.\n"},
    {"begin atomic;2;", "S1 begin atomic;\nS1 2;\n.\n"},
    /* COPY */
    {"COPY t FROM stdin;\n1\ta;'\n\\N\t\\.\n\\.\nselect 1;",
     "C1 COPY t FROM stdin;\nD2 2 1\ta;'\n\\N\t\\.\nE4\nS5 select 1;\n.\n"},
    {"copy \"a b\".\"from\" (\"stdin\", to_) from STDIN with (format csv, header);\r\nx\r\n\\.\r\n",
     "C1 copy \"a b\".\"from\" (\"stdin\", to_) from STDIN with (format csv, header);\n"
     "D2 1 x\r\nE3\n.\n"},
    {"copy t from--c\n/*d*/stdin ; -- e\n\\.\n", "C1 copy t from--c\n/*d*/stdin ;\nE3\n.\n"},
    {"COPY t FROM STDOUT;\n\\.", "C1 COPY t FROM STDOUT;\nE2\n.\n"},
    {"COPY t FROM stdin;\n\\.x\n \\.\n\\. \n\\.\\.\n\\\n\\N\n\\.\r\n",
     "C1 COPY t FROM stdin;\nD2 6 \\.x\n \\.\n\\. \n\\.\\.\n\\\n\\N\nE8\n.\n"},
    {"COPY t FROM stdin;\n\n\n\\.\n", "C1 COPY t FROM stdin;\nD2 2 \n\nE4\n.\n"},
    {"COPY t FROM stdin;\na\n\\.\r", "C1 COPY t FROM stdin;\nD2 1 a\nE3\n.\n"},
    {"copy t from '/stdin';copy t from program 'stdin';copy (select a from stdin) to stdout;",
     "S1 copy t from '/stdin';\nS1 copy t from program 'stdin';\n"
     "S1 copy (select a from stdin) to stdout;\n.\n"},
    {"copy t to stdout;select copy from stdin;",
     "S1 copy t to stdout;\nS1 select copy from stdin;\n.\n"},
    /* Meta-commands */
    {"\\restrict aB1\nselect 1;\n\\unrestrict aB1\n",
     "M1 \\restrict aB1\nS2 select 1;\nM3 \\unrestrict aB1\n.\n"},
    {"select 1; \\connect 'a b' \r\n\\.", "S1 select 1;\nM1 \\connect 'a b'\nM2 \\.\n.\n"},
    {"\\", "M1 \\\n.\n"},
    {"-- c\n  \\echo a;b 'c\nselect 1;", "M2 \\echo a;b 'c\nS3 select 1;\n.\n"},
    /* standard_conforming_strings */
    {"set standard_conforming_strings = off;select 'a\\';b', U&'\\', x'\\';2;",
     "S1 set standard_conforming_strings = off;\nS1 select 'a\\';b', U&'\\', x'\\';\nS1 2;\n.\n"},
    {"SET SESSION standard_conforming_strings TO 'off';\nselect '\\'' '\\'';RESET ALL;select '\\';",
     "S1 SET SESSION standard_conforming_strings TO 'off';\nS2 select '\\'' '\\'';\nS2 RESET "
     "ALL;\nS2 select '\\';\n.\n"},
    {"set standard_conforming_strings to false;\n\\c x\nselect '\\';",
     "S1 set standard_conforming_strings to false;\nM2 \\c x\nS3 select '\\';\n.\n"},
    {"set standard_conforming_strings=off;set standard_conforming_strings=on;select '\\';",
     "S1 set standard_conforming_strings=off;\nS1 set standard_conforming_strings=on;\n"
     "S1 select '\\';\n.\n"},
    {"select 'set standard_conforming_strings = off';select '\\';",
     "S1 select 'set standard_conforming_strings = off';\nS1 select '\\';\n.\n"},
    /* What isn't whole, or isn't ours to read */
    {"select 1;\nselect 'a\nb", "S1 select 1;\n! 3 s ends inside a string that begins in line 2: "
                                "it has been cut\n"},
    {"select\nE'a\\'", "! 3 s ends inside a string that begins in line 2: it has been cut\n"},
    {"do\n\n$x$ a;$x", "! 3 s ends inside a string that begins in line 3: it has been cut\n"},
    {"\n\"a", "! 3 s ends inside a quoted name that begins in line 2: it has been cut\n"},
    {"\n/* /* */", "! 3 s ends inside a comment that begins in line 2: it has been cut\n"},
    {"insert into t\nvalues (1,", "! 3 s ends inside a statement that begins in line 1: it has "
                                  "been cut\n"},
    {"create function f() begin atomic select 1;",
     "! 3 s ends inside a statement that begins in line 1: it has been cut\n"},
    {"\ncopy t from stdin;", "C2 copy t from stdin;\n! 3 s ends inside the data of the COPY that "
                             "begins in line 2: it has been cut\n"},
    {"copy t from stdin", "! 3 s ends inside a statement that begins in line 1: it has been cut\n"},
    {"copy t from stdin; select 1;\n\\.\n",
     "C1 copy t from stdin;\n! 12 s:1: more text behind COPY in the same line\n"},
    {"select 1 \\g\n", "! 12 s:1: a psql command inside a statement\n"},
    {"\nselect 1 \\; select 2;", "! 12 s:2: a psql command inside a statement\n"},
};

static void test_corpus(void **state)
{
    Buffer out;

    buffer_init(&out, 1 << 20);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        for (size_t j = 0; j < ARRAY_LENGTH(pieces); j++) {
            buffer_clear(&out);
            render(cases[i].script, strlen(cases[i].script), pieces[j], &out);
            assert_string_equal(out.data, cases[i].tokens);
        }
    }
    buffer_free(&out);
}

/* All scripts of the corpus that are whole, one after another, in pieces of every size up to 300.
 */
static void test_every_piece(void **state)
{
    Buffer script;
    Buffer expected;
    Buffer out;

    buffer_init(&script, 1 << 20);
    buffer_init(&expected, 1 << 20);
    buffer_init(&out, 1 << 20);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        if (strstr(cases[i].tokens, "! ") == NULL) {
            buffer_puts(&script, cases[i].script);
            buffer_puts(&script, "\n;reset all;\n");
        }
    }
    render(script.data, script.len, SIZE_MAX, &expected);
    assert_null(strstr(expected.data, "! "));
    for (size_t piece = 1; piece < 300; piece++) {
        buffer_clear(&out);
        render(script.data, script.len, piece, &out);
        assert_string_equal(out.data, expected.data);
    }
    buffer_free(&script);
    buffer_free(&expected);
    buffer_free(&out);
}

static void test_nul(void **state)
{
    static const char script[] = "select 1;\nselect '\0';";
    Buffer out;

    buffer_init(&out, 1 << 20);
    render(script, sizeof script - 1, SIZE_MAX, &out);
    assert_string_equal(out.data, "! 4 s:2: this is not a text file: it has a NUL byte\n");
    buffer_clear(&out);
    render("\xFF\xFE\x73\0\x65\0", 6, SIZE_MAX, &out);
    assert_string_equal(out.data, "! 4 s:1: this is not a text file: it has a NUL byte\n");
    buffer_free(&out);
}

/* Statements and rows of sizes round that of the buffer, and what comes behind them. */
static void test_large(void **state)
{
    static const size_t sizes[] = {100000, 131071, 131072, 262100, 262143, 262144, 262145, 700000};
    Buffer script;
    Buffer expected;
    Buffer out;

    buffer_init(&script, 1 << 24);
    buffer_init(&expected, 1 << 24);
    buffer_init(&out, 1 << 24);
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        char *fill = malloc(sizes[i] + 1);

        assert_non_null(fill);
        memset(fill, 'x', sizes[i]);
        fill[sizes[i]] = '\0';
        buffer_clear(&script);
        buffer_clear(&expected);
        buffer_printf(&script,
                      "/* %s */ select $$%s$$;\ncopy t from stdin;\na\n%s\\.\n%s\n\\.\n;2;", fill,
                      fill, fill, fill);
        buffer_printf(&expected,
                      "S1 select $$%s$$;\nC2 copy t from stdin;\nD3 3 a\n%s\\.\n%s\nE6\nS7 2;\n.\n",
                      fill, fill, fill);
        for (size_t piece = 4093; piece < 1000000; piece *= 2) {
            buffer_clear(&out);
            render(script.data, script.len, piece, &out);
            assert_true(strcmp(out.data, expected.data) == 0);
        }
        free(fill);
    }
    buffer_free(&script);
    buffer_free(&expected);
    buffer_free(&out);
}

static void test_limit(void **state)
{
    static const struct {
        size_t statement;
        size_t limit;
        bool fits;
    } limits[] = {{11, 11, true},
                  {12, 11, false},
                  {1000000, 1000000, true},
                  {1000001, 1000000, false},
                  {2000000, 1000000, false}};

    for (size_t i = 0; i < ARRAY_LENGTH(limits); i++) {
        char *script = malloc(limits[i].statement + 1);
        PieceReader reader = {{piece_read, NULL}, script, limits[i].statement, 4096};
        SqlLexer *lexer = NULL;
        SqlToken token;
        Error err = {0};

        assert_non_null(script);
        memset(script, '1', limits[i].statement);
        script[limits[i].statement - 1] = ';';
        assert_true(sql_lexer_new(&reader.reader, "s", limits[i].limit, &lexer, &err));
        assert_int_equal(sql_lexer_next(lexer, &token, &err), limits[i].fits);
        assert_int_equal(err.code, limits[i].fits ? ERR_NONE : ERR_LIMIT);
        sql_lexer_free(lexer);
        free(script);
    }
}

/* Rows may be longer than a statement; and a piece of one may begin as the end of all would. */
static void check_long_row(size_t read_size)
{
    enum { PIECE = 128 * 1024 };
    static const char copy[] = "\ncopy t from stdin;\n";
    static const char rest[] = "\\.\nlast\n\\.\n";
    size_t len = (size_t)2 * PIECE + sizeof rest - 1;
    char *script = malloc(len + 1);
    PieceReader reader = {{piece_read, NULL}, script, len, read_size};
    SqlLexer *lexer = NULL;
    SqlToken token;
    Error err = {0};
    size_t bytes = 0;
    uint64_t rows = 0;

    assert_non_null(script);
    memset(script, '-', len);
    memcpy(script + PIECE - (sizeof copy - 1), copy, sizeof copy - 1);
    memset(script + PIECE, 'x', PIECE);
    memcpy(script + len - (sizeof rest - 1), rest, sizeof rest);
    assert_true(sql_lexer_new(&reader.reader, "s", 100, &lexer, &err));
    assert_true(sql_lexer_next(lexer, &token, &err));
    assert_true(token.copy_from_stdin);
    do {
        assert_true(sql_lexer_next(lexer, &token, &err));
        bytes += token.kind == SQL_COPY_DATA ? token.len : 0;
        rows += token.rows;
    } while (token.kind == SQL_COPY_DATA);
    assert_int_equal(token.kind, SQL_COPY_END);
    assert_int_equal(rows, 2);
    assert_int_equal(bytes, PIECE + sizeof rest - 1 - 3);
    assert_true(sql_lexer_next(lexer, &token, &err));
    assert_int_equal(token.kind, SQL_END);
    sql_lexer_free(lexer);
    free(script);
}

static void test_long_row(void **state)
{
    check_long_row((size_t)128 * 1024);
    check_long_row(1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corpus), cmocka_unit_test(test_every_piece),
        cmocka_unit_test(test_nul),    cmocka_unit_test(test_large),
        cmocka_unit_test(test_limit),  cmocka_unit_test(test_long_row),
    };

    return cmocka_run_group_tests_name("lexer", tests, NULL, NULL);
}
