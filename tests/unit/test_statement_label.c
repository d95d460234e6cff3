/* SPDX-License-Identifier: Apache-2.0 */
/* Statements as logs show them: by their class, and by nothing of what is in them. */
#include "sql/statement_label.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/compiler.h"

static const struct {
    const char *label;
    const char *sql;
} postgres[] = {
    {"CREATE INDEX", "CREATE UNIQUE INDEX \"table\" ON public.t USING btree (a, b)"},
    {"CREATE TABLE", "-- about it\ncreate unlogged table if not exists view (a int);"},
    {"CREATE FUNCTION",
     "CREATE OR REPLACE FUNCTION f(a table_type) RETURNS int AS $$ drop role x $$"},
    {"CREATE MATERIALIZED VIEW", "CREATE MATERIALIZED VIEW secret AS SELECT 'secret'"},
    {"CREATE FOREIGN DATA WRAPPER", "CREATE FOREIGN DATA WRAPPER secret"},
    {"CREATE TEXT SEARCH CONFIGURATION", "CREATE TEXT SEARCH CONFIGURATION secret (PARSER = p)"},
    {"CREATE USER MAPPING", "CREATE USER MAPPING FOR secret SERVER s OPTIONS (password 'secret')"},
    {"CREATE CONSTRAINT TRIGGER", "CREATE CONSTRAINT TRIGGER secret AFTER INSERT ON t"},
    {"ALTER ROLE", "ALTER ROLE secret WITH LOGIN PASSWORD 'secret; drop table x'"},
    {"ALTER DEFAULT PRIVILEGES",
     "ALTER DEFAULT PRIVILEGES FOR ROLE secret GRANT ALL ON TABLES TO x"},
    {"COMMENT COLUMN", "COMMENT ON COLUMN t.c IS 'secret'"},
    {"COPY FROM", "COPY public.\"to\" (\"from\", a) FROM stdin"},
    {"COPY TO", "COPY (SELECT a FROM secret WHERE ctid >= '(0,0)') TO STDOUT;"},
    {"INSERT", "INSERT INTO t VALUES ('secret')"},
    {"SET", "SET secret.secret = 'secret'"},
    {"SELECT", "SELECT pg_catalog.set_config('secret', 'secret', false)"},
    {"BEGIN; TRUNCATE; COPY FROM", "BEGIN; TRUNCATE ONLY secret; COPY secret FROM STDIN"},
    {"SAVEPOINT; ALTER ROLE; RELEASE SAVEPOINT",
     "SAVEPOINT x; ALTER ROLE x PASSWORD 'a;b'; RELEASE SAVEPOINT x"},
    {"SET; SET; SET; SET", "SET a = 1; SET b = 2;; SET c = 3; SET d = 4; DROP TABLE t"},
    {"OTHER", "secret INTO t"},
    {"OTHER", "'secret'"},
    {"NOTHING", " -- secret\n"},
    {"NOTHING", ""},
};

static const struct {
    const char *label;
    const char *sql;
} mysql[] = {
    {"SET", "/*!40101 SET NAMES utf8mb4 */"},
    {"SET", "/*M!100616 SET NOTE_VERBOSITY=0 */"},
    {"INSERT", " \n\t/*!40000 INSERT INTO `t` VALUES ('secret') */"},
    {"CREATE VIEW",
     "CREATE ALGORITHM=UNDEFINED DEFINER=`secret`@`%` SQL SECURITY DEFINER VIEW `v` AS "
     "select 1"},
    {"CREATE PACKAGE BODY", "CREATE PACKAGE BODY secret AS BEGIN END"},
    {"SHOW CREATE", "SHOW CREATE TABLE `secret`"},
    {"INSERT", "INSERT INTO `t` SELECT 'it\\'s; DELETE'"},
    {"LOAD DATA", "LOAD DATA LOCAL INFILE 'secret' INTO TABLE `t`"},
    {"CREATE USER", "CREATE USER `secret`@`%` IDENTIFIED BY PASSWORD '*secret'"},
    {"START TRANSACTION", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"},
    {"BACKUP STAGE", "BACKUP STAGE BLOCK_COMMIT"},
    {"LOCK TABLES", "LOCK TABLES `secret` READ"},
};

static void test_postgres(void **state)
{
    char label[STATEMENT_LABEL_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(postgres); i++) {
        sql_statement_label(SQL_POSTGRES, postgres[i].sql, strlen(postgres[i].sql), label);
        assert_string_equal(label, postgres[i].label);
    }
}

static void test_mysql(void **state)
{
    char label[STATEMENT_LABEL_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(mysql); i++) {
        sql_statement_label(SQL_MYSQL, mysql[i].sql, strlen(mysql[i].sql), label);
        assert_string_equal(label, mysql[i].label);
    }
}

/* As many words as there is room for. */
static void test_room(void **state)
{
    static const char sql[] =
        "CREATE TEXT SEARCH CONFIGURATION a; CREATE TEXT SEARCH CONFIGURATION a;"
        "CREATE TEXT SEARCH CONFIGURATION a; CREATE TEXT SEARCH CONFIGURATION a";
    char label[STATEMENT_LABEL_SIZE];

    (void)state;
    sql_statement_label(SQL_POSTGRES, sql, sizeof sql - 1, label);
    assert_string_equal(label,
                        "CREATE TEXT SEARCH CONFIGURATION; CREATE TEXT SEARCH CONFIGURATION; "
                        "CREATE TEXT SEARCH; CREATE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_postgres),
        cmocka_unit_test(test_mysql),
        cmocka_unit_test(test_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
