/* SPDX-License-Identifier: Apache-2.0 */
/* The check of a script before anything is sent to a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "sql/script_check.h"

typedef struct TextReader {
    Reader reader;
    const char *text;
    size_t len;
    size_t piece;
} TextReader;

static bool text_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    TextReader *reader = (TextReader *)self;
    size_t n = reader->len < reader->piece ? reader->len : reader->piece;

    (void)err;
    n = n < len ? n : len;
    memcpy(data, reader->text, n);
    reader->text += n;
    reader->len -= n;
    *got = n;
    return true;
}

static bool check(const char *script, size_t piece, ScriptFacts *facts, Error *err)
{
    TextReader reader = {{text_read, NULL}, script, strlen(script), piece};

    return sql_script_check(&reader.reader, "f.sql", SQL_POSTGRES, NULL, NULL, facts, err);
}

#define PG_DUMP_HEAD "--\n-- PostgreSQL database dump\n--\n\n\\restrict x\n"
#define PG_DUMP_END  "\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict x\n\n"

static void test_facts(void **state)
{
    static const char script[] = PG_DUMP_HEAD
        "CREATE DATABASE \"Shop\";\n\\connect \"Shop\"\nCOPY t FROM stdin;\n1\n2\n\\.\n"
        "COMMENT ON DATABASE \"Shop\" IS 'x';\n;COPY u FROM stdin;\n\\.\n" PG_DUMP_END;
    ScriptFacts facts = {0};
    Error err = {0};

    for (size_t piece = 1; piece < sizeof script; piece++) {
        assert_true(check(script, piece, &facts, &err));
        assert_int_equal(facts.statements, 4);
        assert_int_equal(facts.copies, 2);
        assert_int_equal(facts.rows, 2);
        assert_int_equal(facts.bytes, strlen(script));
        assert_true(facts.by_pg_dump);
        assert_string_equal(facts.database, "Shop");
        assert_int_equal(script_rows(&facts), 2);
    }
    assert_true(check("/* one */ Insert INTO t VALUES (1);", 3, &facts, &err));
    assert_int_equal(script_rows(&facts), COUNT_UNKNOWN);
    assert_true(check("select 1", 3, &facts, &err));
    assert_string_equal(facts.database, "");
    assert_false(facts.by_pg_dump);
}

/* The signatures are looked for at both ends of a script of any length. */
static void test_long_script(void **state)
{
    static const size_t sizes[] = {1, 7, 100, 4095, 4096, 4097, 9000};
    ScriptFacts facts = {0};
    Error err = {0};
    Buffer script;

    buffer_init(&script, 1 << 20);
    buffer_puts(&script, PG_DUMP_HEAD);
    while (script.len < 9000) {
        buffer_puts(&script, "select 'one of many';\n");
    }
    buffer_puts(&script, PG_DUMP_END);
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        assert_true(check(script.data, sizes[i], &facts, &err));
        assert_true(facts.by_pg_dump);
        assert_int_equal(facts.bytes, script.len);
    }
    *strstr(script.data, "dump complete") = '\0';
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        assert_false(check(script.data, sizes[i], &facts, &err));
        assert_int_equal(err.code, ERR_DAMAGED);
    }
    buffer_free(&script);
}

static void test_refused(void **state)
{
    static const struct {
        const char *script;
        ErrorCode code;
        const char *says;
    } bad[] = {
        {"select 1;\n\\! touch x\n", ERR_UNSUPPORTED, "f.sql:2: "},
        {"select 1;\nselect 2 \\g x\n", ERR_UNSUPPORTED, "f.sql:2: "},
        {"\n\nDear customer; here is\n", ERR_NOT_BACKUP,
         "f.sql:3: this is not SQL: Dear customer;"},
        {"{\"a\": 1}", ERR_NOT_BACKUP, "f.sql:1: "},
        {"", ERR_NOT_BACKUP, "no SQL statement"},
        {"-- nothing\n", ERR_NOT_BACKUP, "no SQL statement"},
        {"create database a;\n\\connect b\n", ERR_UNSUPPORTED, "f.sql:2: the script is of more"},
        {"\\connect a\ndrop database b;", ERR_UNSUPPORTED, "\"a\" and \"b\""},
        {"select 'abc\n", ERR_DAMAGED, "line 1"},
        {"copy t from stdin;\n1\n", ERR_DAMAGED, "line 1"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        ScriptFacts facts = {.rows = 77};
        Error err = {0};

        assert_false(check(bad[i].script, 5, &facts, &err));
        assert_int_equal(err.code, bad[i].code);
        assert_non_null(strstr(err.message, bad[i].says));
        assert_int_equal(facts.rows, 77);
    }
}

/* What pg_dump wrote has been cut wherever its last command is missing. */
static void test_cut_anywhere(void **state)
{
    static const char script[] = PG_DUMP_HEAD
        "CREATE TABLE t (n int);\nCOPY t FROM stdin;\n1\n2\n\\.\nSELECT 1;\n" PG_DUMP_END;
    size_t last;

    last = (size_t)(strstr(script, "\\unrestrict x") - script) + strlen("\\unrestrict x");
    for (size_t len = strlen(PG_DUMP_HEAD); len <= last; len++) {
        TextReader reader = {{text_read, NULL}, script, len, 100};
        ScriptFacts facts;
        Error err = {0};
        bool whole =
            sql_script_check(&reader.reader, "f.sql", SQL_POSTGRES, NULL, NULL, &facts, &err);

        assert_int_equal(whole, len == last);
        if (!whole) { /* half of the last comment's dashes is no SQL */
            assert_true(err.code == ERR_DAMAGED ||
                        (err.code == ERR_NOT_BACKUP && script[len - 1] == '-'));
        }
    }
}

#define MARIADB_HEAD "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n--\n"
#define MARIADB_END  "-- Dump completed on 2024-02-29  3:15:00\n"

static bool check_mysql(const char *script, SqlDialect dialect, ScriptFacts *facts, Error *err)
{
    TextReader reader = {{text_read, NULL}, script, strlen(script), 7};

    return sql_script_check(&reader.reader, "f.sql", dialect, NULL, NULL, facts, err);
}

static void test_mysql(void **state)
{
    static const char script[] = MARIADB_HEAD
        "/*!40101 SET NAMES utf8 */;\nCREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop`;\nUSE "
        "`shop`;\n"
        "DELIMITER ;;\nCREATE PROCEDURE p() BEGIN SELECT '\\''; END ;;\nDELIMITER ;\n" MARIADB_END;
    static const struct {
        const char *script;
        ErrorCode code;
    } bad[] = {
        {MARIADB_HEAD "SET a=1;\n", ERR_DAMAGED},
        {"-- MySQL dump 10.13\nSET a=1;\n", ERR_DAMAGED},
        {"USE a;\nUSE b;\n", ERR_UNSUPPORTED},
        {"USE a;\nALTER DATABASE b COLLATE binary;\n", ERR_UNSUPPORTED},
        {"COPY a FROM stdin;\n1\n\\.\n", ERR_NOT_BACKUP},
        {"\\! rm\n", ERR_UNSUPPORTED},
        {"<html>\n</html>", ERR_NOT_BACKUP},
    };

    (void)state;
    for (int dialect = SQL_MYSQL; dialect <= SQL_GUESSED; dialect++) {
        ScriptFacts facts = {0};
        Error err = {0};

        assert_true(check_mysql(script, (SqlDialect)dialect, &facts, &err));
        assert_int_equal(facts.statements, 4);
        assert_string_equal(facts.database, "shop");
    }
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        ScriptFacts facts = {0};
        Error err = {0};

        assert_false(check_mysql(bad[i].script, SQL_MYSQL, &facts, &err));
        assert_int_equal(err.code, bad[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts),        cmocka_unit_test(test_long_script),
        cmocka_unit_test(test_refused),      cmocka_unit_test(test_mysql),
        cmocka_unit_test(test_cut_anywhere),
    };

    return cmocka_run_group_tests_name("script_check", tests, NULL, NULL);
}
