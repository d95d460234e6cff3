/* SPDX-License-Identifier: Apache-2.0 */
/* What statements of MySQL are about; and its quoting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sql/mysql_quote.h"
#include "sql/mysql_statement.h"

static void check(const char *statement, MysqlStatement expected, const char *database)
{
    Buffer name;
    Error err;

    buffer_init(&name, 1024);
    assert_int_equal(mysql_statement(statement, strlen(statement), &name), expected);
    assert_true(buffer_ok(&name, "a name", &err));
    assert_string_equal(name.data, database);
    buffer_free(&name);
}

static void test_statements(void **state)
{
    (void)state;
    check("SELECT 1", MYSQL_OTHER, "");
    check("(select 1)", MYSQL_OTHER, "");
    check("analyze table t", MYSQL_ANALYZE, "");
    check("/*!80031 ANALYZE TABLE `t` UPDATE HISTOGRAM ON `a` USING DATA '{}' */", MYSQL_ANALYZE,
          "");
    check("ANALYZE NO_WRITE_TO_BINLOG TABLES t, u", MYSQL_ANALYZE, "");
    check("ANALYZE LOCAL TABLE t", MYSQL_ANALYZE, "");
    check("ANALYZE FORMAT=JSON SELECT 1", MYSQL_OTHER, "");
    check("insert into t values (1)", MYSQL_INSERT, "");
    check("/* a */ -- b\n# c\n/*!40000 REPLACE */ INTO t VALUES (1)", MYSQL_INSERT, "");
    check("/*!40000 -- a\n*/ /* b */", MYSQL_EMPTY, "");
    check("/*M!999999\\- enable the sandbox mode */ ", MYSQL_EMPTY, "");
    check("/*M!999999\\- enable the sandbox mode */ \n-- x\n/*!40101 SET @a=1 */", MYSQL_OTHER, "");
    check("COPY t FROM stdin", MYSQL_UNKNOWN, "");
    check("LOCK TABLES `t` WRITE", MYSQL_LOCKS, "");
    check("unlock tables", MYSQL_LOCKS, "");
    check("LOCK INSTANCE FOR BACKUP", MYSQL_OTHER, "");
    check("SET @@SESSION.SQL_LOG_BIN= 0", MYSQL_LOGS, "");
    check("SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'x:1-2'", MYSQL_LOGS, "");
    check("SET @OLD = @@SESSION.SQL_LOG_BIN", MYSQL_OTHER, "");
    check("<html>", MYSQL_UNKNOWN, "");
    check("inserted", MYSQL_UNKNOWN, "");
}

static void test_databases(void **state)
{
    (void)state;
    check("USE shop", MYSQL_USE, "shop");
    check("use `a``b c`", MYSQL_USE, "a`b c");
    check("CREATE DATABASE shop", MYSQL_CREATE_DATABASE, "shop");
    check("CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop` /*!40100 DEFAULT CHARACTER SET utf8 */",
          MYSQL_CREATE_DATABASE, "shop");
    check("create or replace schema if not exists `x`", MYSQL_CREATE_DATABASE, "x");
    check("/*!40000 DROP DATABASE IF EXISTS `shop`*/", MYSQL_DROP_DATABASE, "shop");
    check("CREATE OR REPLACE VIEW v AS SELECT 1", MYSQL_OTHER, "");
    check("CREATE TABLE `database` (a int)", MYSQL_OTHER, "");
    check("DROP TABLE t", MYSQL_OTHER, "");
    check("ALTER DATABASE `a``b` CHARACTER SET latin1", MYSQL_ALTER_DATABASE, "a`b");
    check("alter schema shop collate binary", MYSQL_ALTER_DATABASE, "shop");
    check("ALTER DATABASE CHARACTER SET latin1", MYSQL_ALTER_DATABASE, "");
    check("ALTER DATABASE DEFAULT COLLATE binary", MYSQL_ALTER_DATABASE, "");
    check("ALTER TABLE t ADD a int", MYSQL_OTHER, "");
}

static void check_altered(const char *statement, const char *expected)
{
    Buffer out;

    buffer_init(&out, 1024);
    mysql_put_without_database(&out, statement, strlen(statement));
    assert_string_equal(out.data, expected);
    buffer_free(&out);
}

static void test_altered_databases(void **state)
{
    (void)state;
    check_altered("ALTER DATABASE `a``b` CHARACTER SET latin1",
                  "ALTER DATABASE  CHARACTER SET latin1");
    check_altered("alter schema shop collate binary", "alter schema  collate binary");
    check_altered("ALTER DATABASE COLLATE binary", "ALTER DATABASE COLLATE binary");
    check_altered("ALTER TABLE t ADD a int", "ALTER TABLE t ADD a int");
}

static void check_definer(const char *statement, const char *expected)
{
    Buffer out;

    buffer_init(&out, 1024);
    mysql_put_without_definer(&out, statement, strlen(statement));
    assert_string_equal(out.data, expected);
    buffer_free(&out);
}

static void test_definers(void **state)
{
    (void)state;
    check_definer("CREATE DEFINER=`a``b`@`%` PROCEDURE p() SELECT 1",
                  "CREATE PROCEDURE p() SELECT 1");
    check_definer("CREATE OR REPLACE ALGORITHM=MERGE DEFINER = 'a'@localhost SQL SECURITY DEFINER "
                  "VIEW v AS SELECT 1",
                  "CREATE OR REPLACE ALGORITHM=MERGE SQL SECURITY DEFINER VIEW v AS SELECT 1");
    check_definer("CREATE DEFINER=\"a\"@\"b\" PACKAGE \"p\" AS END", "CREATE PACKAGE \"p\" AS END");
    check_definer("create definer=current_user() function f() returns int return 1",
                  "create function f() returns int return 1");
    check_definer("/*!50003 CREATE*/ /*!50017 DEFINER=`r`@`h`*/ /*!50003 TRIGGER t AFTER */",
                  "/*!50003 CREATE*/ /*!50017 */ /*!50003 TRIGGER t AFTER */");
    check_definer("CREATE TABLE `definer` (a int)", "CREATE TABLE `definer` (a int)");
    check_definer("CREATE DEFINER=`a", "CREATE DEFINER=`a");
    check_definer("SELECT 1", "SELECT 1");
}

static void test_quoting(void **state)
{
    static const char bytes[] = "a'b\\c\n\r\0\x1A\tz";
    Buffer out;

    (void)state;
    buffer_init(&out, 1024);
    mysql_quote_identifier(&out, "a`b\"c");
    assert_string_equal(out.data, "`a``b\"c`");
    buffer_clear(&out);
    mysql_quote_bytes(&out, bytes, sizeof bytes - 1);
    assert_string_equal(out.data, "'a\\'b\\\\c\\n\\r\\0\\Z\tz'");
    buffer_clear(&out);
    mysql_quote_hex(&out, "\x00\xFF\x1a", 3);
    assert_string_equal(out.data, "X'00ff1a'");
    buffer_clear(&out);
    mysql_quote_hex(&out, "", 0);
    assert_string_equal(out.data, "''");
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statements),        cmocka_unit_test(test_databases),
        cmocka_unit_test(test_altered_databases), cmocka_unit_test(test_definers),
        cmocka_unit_test(test_quoting),
    };

    return cmocka_run_group_tests_name("mysql_statement", tests, NULL, NULL);
}
