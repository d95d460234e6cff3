/* SPDX-License-Identifier: Apache-2.0 */
/* Which database a statement or a \connect names; which psql commands a script may hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sql/database_names.h"
#include "sql/meta_commands.h"

typedef struct NameCase {
    const char *statement;
    DatabaseStatement kind;
    const char *name; /* as it stands there */
} NameCase;

static const NameCase names[] = {
    {"CREATE DATABASE shop WITH TEMPLATE = template0;", DATABASE_CREATE, "shop"},
    {"create /* x */ database -- y\n\"Sh\"\"op; x\";", DATABASE_CREATE, "\"Sh\"\"op; x\""},
    {"DROP DATABASE shop;", DATABASE_DROP, "shop"},
    {"drop database if exists \"a b\" with (force)", DATABASE_DROP, "\"a b\""},
    {"ALTER DATABASE shop OWNER TO x;", DATABASE_ALTER, "shop"},
    {"ALTER ROLE x IN DATABASE shop SET a = 1;", DATABASE_ALTER, "shop"},
    {"alter user all in database \"x\" reset all", DATABASE_ALTER, "\"x\""},
    {"COMMENT ON DATABASE shop IS 'on database y';", DATABASE_ALTER, "shop"},
    {"GRANT CONNECT, TEMPORARY ON DATABASE shop TO PUBLIC;", DATABASE_ALTER, "shop"},
    {"revoke all on database shop from \"on\"", DATABASE_ALTER, "shop"},
    {"SECURITY LABEL FOR \"on database\" ON DATABASE shop IS 'x'", DATABASE_ALTER, "shop"},
    {"CREATE TABLE database (n int);", DATABASE_NOT_NAMED, NULL},
    {"COMMENT ON TABLE t IS 'on database x'", DATABASE_NOT_NAMED, NULL},
    {"COMMENT ON FUNCTION f() IS $$ on database x $$", DATABASE_NOT_NAMED, NULL},
    {"COMMENT ON COLUMN \"on database x\".y IS E'\\' on database x'", DATABASE_NOT_NAMED, NULL},
    {"GRANT SELECT ON TABLE database TO x", DATABASE_NOT_NAMED, NULL},
    {"ALTER ROLE x SET a = 'in database y'", DATABASE_NOT_NAMED, NULL},
    {"insert into t values ('create database x')", DATABASE_NOT_NAMED, NULL},
    {"CREATE DATABASE", DATABASE_NOT_NAMED, NULL},
    {"CREATE DATABASE 'x'", DATABASE_NOT_NAMED, NULL},
    {"", DATABASE_NOT_NAMED, NULL},
};

static void test_find(void **state)
{
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        DatabaseName found = sql_find_database(names[i].statement, strlen(names[i].statement));

        assert_int_equal(found.statement, names[i].kind);
        if (names[i].name != NULL) {
            assert_int_equal(found.len, strlen(names[i].name));
            assert_memory_equal(names[i].statement + found.start, names[i].name, found.len);
        }
    }
}

static void test_unquote(void **state)
{
    static const char *const pairs[][2] = {{"Shop", "shop"},
                                           {"\"Shop\"", "Shop"},
                                           {"\"a\"\"b\"", "a\"b"},
                                           {"\"\"", ""},
                                           {"Zoë$1", "zoë$1"}};
    Buffer out;

    buffer_init(&out, 100);
    for (size_t i = 0; i < ARRAY_LENGTH(pairs); i++) {
        buffer_clear(&out);
        sql_unquote_identifier(&out, pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(out.data, pairs[i][1]);
    }
    buffer_free(&out);
}

/* Each with its database and its user. */
static void test_connect(void **state)
{
    static const char *const lines[][3] = {
        {"\\connect shop", "shop"},
        {"\\c Shop", "Shop"},
        {"\\connect \"Sh\"\"op x\" user host", "Sh\"op x", "user"},
        {"\\connect 'it\\'s'", "it's"},
        {"\\connect 'it''s' 'a''b'", "it's", "a'b"},
        {"\\connect -reuse-previous=on \"dbname='it\\'s \\\\ \"\"x\"\"'\"", "it's \\ \"x\""},
        {"\\connect \"host=h dbname = shop port=1\"", "shop"},
        {"\\connect \"host=h\"", ""},
        {"\\connect \"user = 'a b' dbname=first dbname=shop users=x\"", "shop", "a b"},
        {"\\connect \"dbname=shop user=x\" y", "shop", "y"},
        {"\\c postgresql://u:p@h:1/a%20b?sslmode=x", "a b", "u"},
        {"\\c postgresql://%75%2@/x", "x", "u%2"},
        {"\\c postgresql://h/a@b", "a@b"},
        {"\\c postgres://h", ""},
        {"\\c postgres://h?application_name=a@/b", ""},
        {"\\connect - user", "-", "user"},
        {"\\connect", ""},
        {"\\c   ", ""},
        {"\\copy t from x", NULL},
        {"\\conninfo", NULL},
        {"\\echo connect", NULL},
        {"\\connect a \\! b", NULL},
    };
    Buffer database;
    Buffer user;

    buffer_init(&database, 100);
    buffer_init(&user, 100);
    for (size_t i = 0; i < ARRAY_LENGTH(lines); i++) {
        buffer_clear(&database);
        buffer_clear(&user);
        assert_int_equal(sql_parse_connect(lines[i][0], strlen(lines[i][0]), &database, &user),
                         lines[i][1] != NULL);
        assert_string_equal(database.data, lines[i][1] == NULL ? "" : lines[i][1]);
        assert_string_equal(user.data, lines[i][2] == NULL ? "" : lines[i][2]);
    }
    buffer_free(&database);
    buffer_free(&user);
}

static void test_meta_commands(void **state)
{
    static const struct {
        const char *line;
        MetaCommand command;
    } lines[] = {
        {"\\restrict aB1", META_RESTRICT},
        {"\\unrestrict aB1", META_RESTRICT},
        {"\\encoding UTF8", META_ENCODING},
        {"\\connect x", META_CONNECT},
        {"\\echo 'a \\\\ b' \"\\! `x`\"", META_IGNORED},
        {"\\set x 1", META_IGNORED},
        {"\\timing", META_IGNORED},
        {"\\! touch x", META_REFUSED},
        {"\\!touch x", META_REFUSED},
        {"\\i x", META_REFUSED},
        {"\\ir x", META_REFUSED},
        {"\\include x", META_REFUSED},
        {"\\copy t from program 'x'", META_REFUSED},
        {"\\o |x", META_REFUSED},
        {"\\g", META_REFUSED},
        {"\\gexec", META_REFUSED},
        {"\\w x", META_REFUSED},
        {"\\s x", META_REFUSED},
        {"\\e", META_REFUSED},
        {"\\if true", META_REFUSED},
        {"\\q", META_REFUSED},
        {"\\.", META_REFUSED},
        {"\\", META_REFUSED},
        {"\\setenv x y", META_REFUSED},
        {"\\echoes", META_REFUSED},
        /* a second command behind an allowed one */
        {"\\echo a \\! touch x", META_REFUSED},
        {"\\echo a \\\\ select 1;", META_REFUSED},
        {"\\echo `touch x`", META_REFUSED},
        {"\\set x `touch x`", META_REFUSED},
        {"\\connect x\\! touch y", META_REFUSED},
        {"\\echo\\! touch x", META_REFUSED},
        {"\\echo 'a'\\! x", META_REFUSED},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(lines); i++) {
        assert_int_equal(sql_meta_command(lines[i].line, strlen(lines[i].line)), lines[i].command);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_unquote),
        cmocka_unit_test(test_connect),
        cmocka_unit_test(test_meta_commands),
    };

    return cmocka_run_group_tests_name("database_names", tests, NULL, NULL);
}
