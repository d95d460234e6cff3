/* SPDX-License-Identifier: Apache-2.0 */
/* Grants and users as MySQL and MariaDB spell them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/mysql/globals.h"
#include "sql/mysql_grant.h"

static void assert_slice(const char *text, size_t at, size_t len, const char *expected)
{
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(text + at, expected, len);
}

static void test_grants(void **state)
{
    static const struct {
        const char *sql;
        MysqlGrantLevel level;
        const char *object;
        const char *grantee;
        const char *database;
    } cases[] = {
        {"GRANT SELECT, FILE ON *.* TO `a`@`%` WITH GRANT OPTION", MYSQL_GRANT_SERVER, "*.*",
         "`a`@`%`", NULL},
        {"GRANT ALL PRIVILEGES ON `g\\_2\\%`.* TO `a ON b TO ``c`@`h`", MYSQL_GRANT_DATABASE,
         "`g\\_2\\%`.*", "`a ON b TO ``c`@`h`", NULL},
        {"GRANT SELECT (`a ON b`, `c`), UPDATE ON `d``b`.`t ON x` TO PUBLIC", MYSQL_GRANT_OBJECT,
         "`d``b`.`t ON x`", "PUBLIC", "d`b"},
        {"GRANT EXECUTE ON PACKAGE BODY `d`.`p` TO `r`", MYSQL_GRANT_OBJECT, "PACKAGE BODY `d`.`p`",
         "`r`", "d"},
        {"GRANT `r1`@`%`,`r2`@`%` TO `u`@`%` WITH ADMIN OPTION", MYSQL_GRANT_ROLE, "", "`u`@`%`",
         NULL},
        {"GRANT PROXY ON ''@'%' TO 'it\\'s'@'%'", MYSQL_GRANT_PROXY, "''@'%'", "'it\\'s'@'%'",
         NULL},
        {"REVOKE SELECT ON `d`.* FROM `u`@`%`", MYSQL_GRANT_DATABASE, "`d`.*", "`u`@`%`", NULL},
    };
    MysqlGrant grant;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *sql = cases[i].sql;
        Buffer name;

        assert_true(mysql_read_grant(sql, &grant));
        assert_int_equal(grant.level, cases[i].level);
        assert_int_equal(grant.is_revoke, sql[0] == 'R');
        assert_slice(sql, grant.object, grant.object_len, cases[i].object);
        assert_slice(sql, grant.grantee, grant.grantee_len, cases[i].grantee);
        if (cases[i].database != NULL) {
            buffer_init(&name, 100);
            mysql_grant_database(sql, &grant, &name);
            assert_string_equal(name.data, cases[i].database);
            buffer_free(&name);
        }
    }
    assert_false(mysql_read_grant("GRANT SELECT ON *.*", &grant));
    assert_false(mysql_read_grant("GRANTS", &grant));
    assert_false(mysql_read_grant("GRANT PROXY ON TO `u`", &grant));
    assert_false(mysql_read_grant("SET DEFAULT ROLE `r` FOR `u`", &grant));
}

static void test_mysql_users(void **state)
{
    static const MyCertificate none = {"", "", ""};
    static const MyCertificate quoted = {"/CN=a'b\\c ACCOUNT LOCK", "", "AES"};
    MyAccount account = {0};
    Arena arena;
    Buffer text;

    (void)state;
    arena_init(&arena);
    buffer_init(&text, 10000);
    assert_true(my_account_from_sql(
        "CREATE USER `u REQUIRE `@`%` IDENTIFIED WITH 'x' AS 0x2441 DEFAULT ROLE `a`@`%`,`b`@`%` "
        "REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT UNLOCK PASSWORD HISTORY 3 COMMENT ' ACCOUNT "
        "LOCK'",
        &none, &arena, &text, &account));
    assert_string_equal(account.identified, " IDENTIFIED WITH 'x' AS 0x2441");
    assert_string_equal(account.limits, " REQUIRE NONE PASSWORD EXPIRE DEFAULT");
    assert_false(account.is_locked);
    assert_string_equal(account.tail, " PASSWORD HISTORY 3 COMMENT ' ACCOUNT LOCK'");

    assert_true(my_account_from_sql("CREATE USER `u`@`%` IDENTIFIED WITH 'x' REQUIRE SUBJECT "
                                    "'/CN=a'b\\c ACCOUNT LOCK' CIPHER 'AES' WITH "
                                    "MAX_USER_CONNECTIONS 2 PASSWORD EXPIRE ACCOUNT LOCK",
                                    &quoted, &arena, &text, &account));
    assert_string_equal(account.identified, " IDENTIFIED WITH 'x' AS ''");
    assert_string_equal(account.limits,
                        " REQUIRE SUBJECT '/CN=a\\'b\\\\c ACCOUNT LOCK' CIPHER 'AES' WITH "
                        "MAX_USER_CONNECTIONS 2 PASSWORD EXPIRE");
    assert_true(account.is_locked);
    assert_string_equal(account.tail, "");
    assert_false(my_account_from_sql("CREATE USER `u`@`%`", &none, &arena, &text, &account));
    assert_false(my_account_from_sql("", &none, &arena, &text, &account));
    buffer_free(&text);
    arena_free(&arena);
}

static void test_mariadb_users(void **state)
{
    MyAccount account = {0};
    Buffer unknown;
    Arena arena;
    Buffer text;

    (void)state;
    arena_init(&arena);
    buffer_init(&text, 10000);
    buffer_init(&unknown, 10000);
    assert_true(my_account_from_json(
        "{\"auth_or\":[{\"plugin\":\"unix_socket\"},{}],\"authentication_string\":\"*A\","
        "\"password_last_changed\":0,\"password_lifetime\":0,\"ssl_type\":1,\"novel\":1}",
        &arena, &text, &account, &unknown));
    assert_string_equal(account.identified,
                        " IDENTIFIED VIA `unix_socket` OR `mysql_native_password` USING '*A'");
    assert_non_null(strstr(account.limits, " REQUIRE SSL WITH MAX_QUERIES_PER_HOUR 0"));
    assert_non_null(strstr(account.limits, " PASSWORD EXPIRE NEVER"));
    assert_true(account.is_expired);
    assert_string_equal(unknown.data, " novel");
    assert_true(my_account_from_json("{}", &arena, &text, &account, &unknown));
    assert_string_equal(account.identified, " IDENTIFIED VIA `mysql_native_password` USING ''");
    assert_non_null(strstr(account.limits, " PASSWORD EXPIRE DEFAULT"));
    assert_false(account.is_expired);
    assert_false(my_account_from_json("", &arena, &text, &account, &unknown));
    assert_false(my_account_from_json("[]", &arena, &text, &account, &unknown));
    buffer_free(&unknown);
    buffer_free(&text);
    arena_free(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grants),
        cmocka_unit_test(test_mysql_users),
        cmocka_unit_test(test_mariadb_users),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
