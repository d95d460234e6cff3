/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lexer in MySQL's dialect over a corpus of tricky scripts, read 1, 2, 3, 7 … bytes at a time:
 * where the pieces are cut must make no difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "sql/lexer.h"
#include "sql/mysql_body.h"

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

/* Each statement as "[line text]", "." at the end, or "! code message". */
static void render(const char *script, size_t piece, SqlDialect dialect, Buffer *out)
{
    PieceReader reader = {{piece_read, NULL}, script, strlen(script), piece};
    SqlLexer *lexer = NULL;
    SqlToken token = {0};
    Error err = {0};

    assert_true(sql_lexer_new(&reader.reader, "s", 1 << 20, &lexer, &err));
    sql_lexer_set_dialect(lexer, dialect);
    do {
        if (!sql_lexer_next(lexer, &token, &err)) {
            buffer_printf(out, "! %d %s", (int)err.code, err.message);
            break;
        }
        if (token.kind == SQL_STATEMENT) {
            assert_int_equal(strlen(token.text), token.len);
            buffer_printf(out, "[%d %s]", (int)token.line, token.text);
        } else {
            assert_int_equal(token.kind, SQL_END);
            buffer_puts(out, ".");
        }
    } while (token.kind != SQL_END);
    sql_lexer_free(lexer);
}

static const struct {
    const char *script;
    const char *tokens;
} cases[] = {
    {"", "."},
    {"select 1;", "[1 select 1]."},
    {"select 1", "[1 select 1]."},
    {"select 1 ;\n select 2\n;\n", "[1 select 1][2 select 2]."},
    {";; ; select 1;;", "[1 select 1]."},
    /* Strings and names */
    {"select 'a;b', \"c;d\", `e;f`; select 2;", "[1 select 'a;b', \"c;d\", `e;f`][1 select 2]."},
    {"select 'it\\'s;'; select 2;", "[1 select 'it\\'s;'][1 select 2]."},
    {"select 'it''s;', \"a\"\";\", `b``;`; 2", "[1 select 'it''s;', \"a\"\";\", `b``;`][1 2]."},
    {"select '\\\\'; select \"\\\";\"; select `\\`; 4",
     "[1 select '\\\\'][1 select \"\\\";\"][1 select `\\`][1 4]."},
    {"select '/* -- # ', 2;3", "[1 select '/* -- # ', 2][1 3]."},
    /* Comments */
    {"-- a; 'b\n# c; '\n/* d; ' */ select 1; -- '", "[3 select 1]."},
    {"select 1 -- ; '\n+ 1 # ; \"\n;", "[1 select 1 -- ; '\n+ 1 # ; \"]."},
    {"select 1--1;2;", "[1 select 1--1][1 2]."},
    {"--\nselect 1;--", "[2 select 1]."},
    {"select /* ; ' */ 1 /* /* */;2", "[1 select /* ; ' */ 1 /* /* */][1 2]."},
    {"/* **/ select 4/2*/**/3;", "[1 select 4/2*/**/3]."},
    /* Comments that the server runs */
    {"/*!40101 SET NAMES utf8 */;\n/*!50003 SET x='*/;' */ ;3",
     "[1 /*!40101 SET NAMES utf8 */][2 /*!50003 SET x='*/;' */][2 3]."},
    {"/*M!999999\\- enable the sandbox mode */ \n-- a\n/*!40101 SET @a=1 */;",
     "[1 /*M!999999\\- enable the sandbox mode */ \n-- a\n/*!40101 SET @a=1 */]."},
    {"/*!50003 a; b */;c", "[1 /*!50003 a; b */][1 c]."},
    /* Delimiters */
    {"DELIMITER ;;\nbegin; ';;'; end ;;\nDELIMITER ;\nselect 1;",
     "[2 begin; ';;'; end][4 select 1]."},
    {"delimiter //\na; 4/2 /* // */ b//\nDelimiter ; \nc;d", "[2 a; 4/2 /* // */ b][4 c][4 d]."},
    {"DELIMITER $$\r\na;$$\r\nDELIMITER ;\r\nb;", "[2 a;][4 b]."},
    {"select delimiter ;2", "[1 select delimiter][1 2]."},
    {"delimiters;2", "[1 delimiters][1 2]."},
    /* Bodies without a delimiter of their own */
    {"create procedure p() begin select 1; select 'a;'; end; 2;",
     "[1 create procedure p() begin select 1; select 'a;'; end][1 2]."},
    {"create definer=`a`@`b` trigger begin before insert on t for each row if new.a then set @a = "
     "if(1, 2, 3); else if x then call p; end if; end if;2",
     "[1 create definer=`a`@`b` trigger begin before insert on t for each row if new.a then set @a "
     "= if(1, 2, 3); else if x then call p; end if; end if][1 2]."},
    {"CREATE FUNCTION f(a int) RETURNS int unsigned\nBEGIN DECLARE EXIT HANDLER FOR NOT FOUND "
     "BEGIN "
     "END; l: LOOP REPEAT SET x = REPEAT('-- ', CASE WHEN 1 THEN IF(1,2,3) END); UNTIL x END "
     "REPEAT; "
     "LEAVE l; END LOOP l; CASE a WHEN 1 THEN SET b = new.begin; END CASE; RETURN 1; END;\n2",
     "[1 CREATE FUNCTION f(a int) RETURNS int unsigned\nBEGIN DECLARE EXIT HANDLER FOR NOT FOUND "
     "BEGIN END; l: LOOP REPEAT SET x = REPEAT('-- ', CASE WHEN 1 THEN IF(1,2,3) END); UNTIL x END "
     "REPEAT; LEAVE l; END LOOP l; CASE a WHEN 1 THEN SET b = new.begin; END CASE; RETURN 1; END]"
     "[3 2]."},
    {"create event e on schedule every 1 day do begin while a do /* end; */ set b = 1; -- end;\n"
     "end while; end ; 2",
     "[1 create event e on schedule every 1 day do begin while a do /* end; */ set b = 1; -- end;\n"
     "end while; end][2 2]."},
    {"create trigger if not exists a before insert on t for each row set @a = if(1, 2, 3); create "
     "function f() returns int return case when 1 then 2 end; create table `begin` (a int); begin; "
     "2",
     "[1 create trigger if not exists a before insert on t for each row set @a = if(1, 2, 3)][1 "
     "create function f() returns int return case when 1 then 2 end][1 create table `begin` (a "
     "int)][1 begin][1 2]."},
    {"create procedure p() begin select t.end, start, end, `end` from t; end; 2",
     "[1 create procedure p() begin select t.end, start, end, `end` from t; end][1 2]."},
    {"create trigger a before insert on `b` for each row set @a = 1; 2",
     "[1 create trigger a before insert on `b` for each row set @a = 1][1 2]."},
    {"create procedure p() begin for i in 1 .. 3 do select i; end for; end; 2",
     "[1 create procedure p() begin for i in 1 .. 3 do select i; end for; end][1 2]."},
    {"create procedure p() begin select 1;",
     "! 3 s ends inside a statement that begins in line 1: it "
     "has been cut"},
    /* sql_mode */
    {"set sql_mode='NO_BACKSLASH_ESCAPES';select 'a\\';2", "[1 set sql_mode='NO_BACKSLASH_ESCAPES']"
                                                           "[1 select 'a\\'][1 2]."},
    {"/*!50003 SET sql_mode = 'ANSI_QUOTES' */ ;select \"a\\\";2;SET SESSION sql_mode=''; "
     "\"\\\";\"",
     "[1 /*!50003 SET sql_mode = 'ANSI_QUOTES' */][1 select \"a\\\"][1 2]"
     "[1 SET SESSION sql_mode=''][1 \"\\\";\"]."},
    {"SET @sql_mode_was=@@sql_mode, x='NO_BACKSLASH_ESCAPES';select '\\';';2",
     "[1 SET @sql_mode_was=@@sql_mode, x='NO_BACKSLASH_ESCAPES'][1 select '\\';'][1 2]."},
    /* Cut */
    {"select 'abc", "! 3 s ends inside a string that begins in line 1: it has been cut"},
    {"\nselect `abc", "! 3 s ends inside a quoted name that begins in line 2: it has been cut"},
    {"select /* abc", "! 3 s ends inside a comment that begins in line 1: it has been cut"},
    {"/*!40101 abc", "! 3 s ends inside a statement that begins in line 1: it has been cut"},
    /* The client's own */
    {"select 1;\n\\! ls\n", "[1 select 1]! 12 s:2: a command of the mysql client: \\!"},
    {"DELIMITER \nx", "! 12 s:1: no delimiter that can be used: "},
};

static void test_corpus(void **state)
{
    static const size_t pieces[] = {1, 2, 3, 5, 7, 64, SIZE_MAX};
    Buffer out;

    (void)state;
    buffer_init(&out, 1 << 20);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        for (size_t p = 0; p < ARRAY_LENGTH(pieces); p++) {
            buffer_clear(&out);
            render(cases[i].script, pieces[p], SQL_MYSQL, &out);
            assert_string_equal(out.data, cases[i].tokens);
        }
    }
    buffer_free(&out);
}

/* Blocks in blocks are known down to a depth; what is deeper is cut at each ';'. */
static void test_depth(void **state)
{
    Buffer script;
    Buffer out;

    (void)state;
    buffer_init(&script, 1 << 20);
    buffer_init(&out, 1 << 20);
    for (int depth = MYSQL_BODY_DEPTH; depth <= MYSQL_BODY_DEPTH + 1; depth++) {
        const char *first;

        buffer_clear(&script);
        buffer_clear(&out);
        buffer_puts(&script, "create procedure p() ");
        for (int i = 0; i < depth; i++) {
            buffer_puts(&script, "begin ");
        }
        buffer_puts(&script, "select 1;");
        for (int i = 0; i < depth; i++) {
            buffer_puts(&script, " end;");
        }
        render(script.data, 7, SQL_MYSQL, &out);
        first = strchr(out.data, ']');
        if (depth == MYSQL_BODY_DEPTH) {
            assert_string_equal(first - 3, "end].");
        } else {
            assert_memory_equal(first - 8, "select 1][1 end]", 16);
        }
    }
    buffer_free(&script);
    buffer_free(&out);
}

static SqlDialect guess(const char *script)
{
    PieceReader reader = {{piece_read, NULL}, script, strlen(script), 3};
    SqlLexer *lexer = NULL;
    SqlToken token = {0};
    SqlDialect dialect;
    Error err = {0};

    assert_true(sql_lexer_new(&reader.reader, "s", 1 << 20, &lexer, &err));
    sql_lexer_set_dialect(lexer, SQL_GUESSED);
    assert_true(sql_lexer_next(lexer, &token, &err));
    dialect = sql_lexer_dialect(lexer);
    sql_lexer_free(lexer);
    return dialect;
}

static void test_guess(void **state)
{
    (void)state;
    assert_int_equal(guess("-- MySQL dump 10.13  Distrib 8.0\n\nselect 1;"), SQL_MYSQL);
    assert_int_equal(guess("/*M!999999\\- enable the sandbox mode */ \n-- x\nselect 1;"),
                     SQL_MYSQL);
    assert_int_equal(guess("drop table a;\nCREATE TABLE `a` (b int);"), SQL_MYSQL);
    assert_int_equal(guess("--\n-- PostgreSQL database dump\n--\nselect 1;"), SQL_POSTGRES);
    assert_int_equal(guess("SET @A=@@CHARACTER_SET_CLIENT;\nCREATE TRIGGER a"), SQL_MYSQL);
    assert_int_equal(guess("select 1;"), SQL_POSTGRES);
    assert_int_equal(guess("CREATE TABLE \"a\" (b int);"), SQL_POSTGRES);
}

/* Of a trigger, the columns of its row, with a blank behind each. */
static void check_row_columns(const char *text, const char *expected)
{
    Buffer column;
    Buffer all;

    buffer_init(&column, 1 << 10);
    buffer_init(&all, 1 << 10);
    while (mysql_next_row_column(&text, &column)) {
        buffer_printf(&all, "%s ", column.data);
    }
    assert_string_equal(all.len == 0 ? "" : all.data, expected);
    buffer_free(&all);
    buffer_free(&column);
}

static void test_row_columns(void **state)
{
    (void)state;
    check_row_columns("create trigger a before insert on new for each row set @a = 1", "");
    check_row_columns("set new.a = OLD . b + `New`.`c``d`, @x = 'old.e', @old.f = 1 -- new.g",
                      "a b c`d ");
    check_row_columns("set new.a = t.old.b /* new.c */ + renew.d + new.`e`", "a e ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corpus),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_guess),
        cmocka_unit_test(test_row_columns),
    };

    return cmocka_run_group_tests_name("lexer_mysql", tests, NULL, NULL);
}
