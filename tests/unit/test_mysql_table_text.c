/* SPDX-License-Identifier: Apache-2.0 */
/* CREATE TABLE, taken apart into the table, its keys and its foreign keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/mysql/table_text.h"

static const struct {
    const char *sql;
    bool whole;
    const char *create;
    const char *keys;
    const char *foreign_keys;
} cases[] = {
    {"CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL\n) ENGINE=InnoDB", false,
     "CREATE TABLE `t` (\n  `a` int(11) DEFAULT NULL\n) ENGINE=InnoDB", "", ""},
    /* Keys and foreign keys come later, in their order; what else there is stays. */
    {"CREATE TABLE `t` (\n  `a` int,\n  PRIMARY KEY (`a`),\n  UNIQUE KEY `u` (`b`),\n"
     "  KEY `k` (`c`(5),`d` DESC) COMMENT 'x, (y',\n  FULLTEXT KEY `f` (`e`),\n"
     "  CONSTRAINT `c1` FOREIGN KEY (`a`) REFERENCES `p` (`x`) ON DELETE CASCADE,\n"
     "  CONSTRAINT `c2` CHECK (`a` > 0)\n) ENGINE=InnoDB\n PARTITION BY HASH (`a`)",
     false,
     "CREATE TABLE `t` (\n  `a` int,\n  PRIMARY KEY (`a`),\n  CONSTRAINT `c2` CHECK (`a` > 0)\n"
     ") ENGINE=InnoDB\n PARTITION BY HASH (`a`)",
     "ALTER TABLE `t`\n  ADD UNIQUE KEY `u` (`b`),\n"
     "  ADD KEY `k` (`c`(5),`d` DESC) COMMENT 'x, (y',\n  ADD FULLTEXT KEY `f` (`e`)",
     "ALTER TABLE `t`\n"
     "  ADD CONSTRAINT `c1` FOREIGN KEY (`a`) REFERENCES `p` (`x`) ON DELETE CASCADE"},
    {"CREATE TABLE `t` (\n  `a` int,\n  KEY `k` (`a`),\n"
     "  CONSTRAINT `c` FOREIGN KEY (`a`) REFERENCES `p` (`x`)\n)",
     true,
     "CREATE TABLE `t` (\n  `a` int,\n  KEY `k` (`a`),\n"
     "  CONSTRAINT `c` FOREIGN KEY (`a`) REFERENCES `p` (`x`)\n)",
     "", ""},
    /* The server wants a key that begins with the AUTO_INCREMENT column. */
    {"CREATE TABLE `t` (\n  `i``d` int NOT NULL AUTO_INCREMENT,\n  `a` int,\n  KEY `a` (`a`),\n"
     "  KEY `i` (`i``d`,`a`),\n  KEY `b` (`a`)\n)",
     false,
     "CREATE TABLE `t` (\n  `i``d` int NOT NULL AUTO_INCREMENT,\n  `a` int,\n  KEY `a` (`a`),\n"
     "  KEY `i` (`i``d`,`a`)\n)",
     "ALTER TABLE `t`\n  ADD KEY `b` (`a`)", ""},
    {"CREATE TABLE `t` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`id`),\n"
     "  KEY `k` (`id`)\n)",
     false, "CREATE TABLE `t` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`id`)\n)",
     "ALTER TABLE `t`\n  ADD KEY `k` (`id`)", ""},
    {"CREATE TABLE `t` (\n  `id` int COMMENT ' AUTO_INCREMENT',\n  KEY `k` (`id`)\n)", false,
     "CREATE TABLE `t` (\n  `id` int COMMENT ' AUTO_INCREMENT',\n  KEY `k` (`id`)\n)", "", ""},
    /* Names and texts that look like something else */
    {"CREATE TABLE `t(` (\n  `a),\n  KEY ``x` int COMMENT 'it''s,\\n  KEY (',\n  `KEY ` int,\n"
     "  KEY `k ,\ny` (`KEY `)\n) COMMENT='a) ''b'",
     false,
     "CREATE TABLE `t(` (\n  `a),\n  KEY ``x` int COMMENT 'it''s,\\n  KEY (',\n  `KEY ` int\n"
     ") COMMENT='a) ''b'",
     "ALTER TABLE `t(`\n  ADD KEY `k ,\ny` (`KEY `)", ""},
    /* The database's name goes where it is one. */
    {"CREATE TABLE `t` (\n  `a` int DEFAULT nextval(`my``db`.`sq`),\n"
     "  `b` text DEFAULT '`my``db`.`sq`',\n  `c` int DEFAULT nextval(`other`.`sq`),\n"
     "  `my``db` int\n)",
     false,
     "CREATE TABLE `t` (\n  `a` int DEFAULT nextval(`sq`),\n"
     "  `b` text DEFAULT '`my``db`.`sq`',\n  `c` int DEFAULT nextval(`other`.`sq`),\n"
     "  `my``db` int\n)",
     "", ""},
};

static void test_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *table = strncmp(cases[i].sql, "CREATE TABLE `t(`", 17) == 0 ? "t(" : "t";
        MyTableText text;
        Error err = {0};

        my_table_text_init(&text);
        assert_true(my_table_text_split(&text, cases[i].sql, table, "my`db", cases[i].whole, &err));
        assert_string_equal(text.create.data, cases[i].create);
        assert_string_equal(text.keys.data, cases[i].keys);
        assert_string_equal(text.foreign_keys.data, cases[i].foreign_keys);
        my_table_text_free(&text);
    }
}

static void test_primary_keys(void **state)
{
    static const struct {
        const char *sql;
        bool has;
    } tables[] = {
        {"CREATE TABLE `t` (\n  `a` int NOT NULL,\n  PRIMARY KEY (`a`)\n)", true},
        {"CREATE TABLE `t` (\n  `PRIMARY KEY (` int COMMENT '\nPRIMARY KEY (',\n  UNIQUE KEY `a` "
         "(`a`)\n)",
         false},
    };

    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_LENGTH(tables); i++) {
        bool whole = i % 2 == 1;
        MyTableText text;
        Error err = {0};

        my_table_text_init(&text);
        assert_true(my_table_text_split(&text, tables[i / 2].sql, "t", "d", whole, &err));
        assert_int_equal(text.has_primary_key, tables[i / 2].has);
        my_table_text_free(&text);
    }
}

static void test_columns_of_views(void **state)
{
    static const char sql[] = "select `d`.`t`.`a` AS `d`,`d`.`a``b`.`c`,'`d`.`t`.`a`' from `d`.`t`";
    Buffer out;

    (void)state;
    buffer_init(&out, 1024);
    my_put_unqualified(&out, sql, strlen(sql), "d", true);
    assert_string_equal(out.data, "select `t`.`a` AS `d`,`a``b`.`c`,'`d`.`t`.`a`' from `d`.`t`");
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_primary_keys),
        cmocka_unit_test(test_columns_of_views),
    };

    return cmocka_run_group_tests_name("mysql_table_text", tests, NULL, NULL);
}
