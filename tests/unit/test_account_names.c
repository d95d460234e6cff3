/* SPDX-License-Identifier: Apache-2.0 */
/* Which roles, users and definers statements name. */
#include "sql/account_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/compiler.h"

typedef struct Case {
    const char *names; /* each with a space behind it */
    const char *sql;
} Case;

static char found[256];

static bool note(void *argument, const char *name, size_t len)
{
    size_t at = strlen(found);

    (void)argument;
    (void)snprintf(found + at, sizeof found - at, "%.*s ", (int)len, name);
    return true;
}

static const Case postgres[] = {
    {"a ", "ALTER TABLE public.t OWNER TO a;"},
    {"\"odd \"\"to\"\"\" ", "ALTER TYPE \"to\" OWNER TO \"odd \"\"to\"\"\";"},
    {"a b ", "GRANT SELECT (\"to\", c) ON TABLE public.\"from\" TO a, b WITH GRANT OPTION;"},
    {"a c ", "GRANT ALL ON SCHEMA s TO a GRANTED BY c;"},
    {"a ", "REVOKE ALL ON FUNCTION f(x integer) FROM PUBLIC, a;"},
    {"a b ", "ALTER DEFAULT PRIVILEGES FOR ROLE a IN SCHEMA s GRANT SELECT ON TABLES TO b;"},
    {"a b ", "CREATE POLICY p ON t FOR SELECT TO a, b USING ((owner = CURRENT_USER));"},
    {"a ", "CREATE USER MAPPING FOR a SERVER s OPTIONS (\"user\" 'to');"},
    {"", "CREATE USER MAPPING FOR public SERVER s;"},
    {"a ", "CREATE SCHEMA s AUTHORIZATION a;"},
    {"\"a\" ", "SET SESSION AUTHORIZATION \"a\";"},
    {"a ", "ALTER ROLE a IN DATABASE d SET work_mem TO '8MB';"},
    {"", "GRANT SELECT ON t TO PUBLIC, CURRENT_USER, pg_monitor, \"pg_read_all_data\";"},
    {"", "ALTER TABLE t ALTER COLUMN role SET DEFAULT 1;"},
    {"", "ALTER TABLE t RENAME TO u;"},
    {"", "CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC GRANT a TO b; END;"},
    {"", "CREATE FUNCTION f() RETURNS void LANGUAGE sql SET role TO 'a' AS $$ x $$;"},
    {"", "CREATE VIEW v AS SELECT x FROM a;"},
    {"", "COMMENT ON TABLE t IS 'OWNER TO a';"},
    {"", "SET search_path = '';"},
    {"", ""},
};

static const Case mysql[] = {
    {"`ann`@`%` ",
     "CREATE ALGORITHM=UNDEFINED DEFINER=`ann`@`%` SQL SECURITY DEFINER VIEW `v` AS x"},
    {"`o``d@d`@`a b` ", "CREATE DEFINER=`o``d@d`@`a b` PROCEDURE `p`() SELECT 1"},
    {"`boss` ", "CREATE DEFINER=`boss` FUNCTION `f`() RETURNS int RETURN 1"},
    {"", "CREATE TABLE `t` (`a` int)"},
    {"", "INSERT INTO `t` VALUES ('DEFINER=`ann`@`%`')"},
    {"", "CREATE DEFINER=`cut"},
    {"", ""},
};

static void test_roles(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(postgres); i++) {
        found[0] = '\0';
        assert_true(sql_role_names(postgres[i].sql, strlen(postgres[i].sql), note, NULL));
        assert_string_equal(found, postgres[i].names);
    }
}

static void test_definers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(mysql); i++) {
        found[0] = '\0';
        assert_true(mysql_definer_name(mysql[i].sql, strlen(mysql[i].sql), note, NULL));
        assert_string_equal(found, mysql[i].names);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_definers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
