/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: what is understood, what is refused, and what the refusal says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/options.h"

#define MOST_WORDS 16

/* Splits a line at its blanks; '' is an empty word. */
static int split(char *line, char *words[MOST_WORDS])
{
    int n = 0;
    char *rest = NULL;

    for (char *word = strtok_r(line, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        assert_true(n < MOST_WORDS);
        words[n++] = strcmp(word, "''") == 0 ? word + 2 : word;
    }
    return n;
}

static char kept_line[512]; /* the options point into it */

static Options accept(const char *line)
{
    char *words[MOST_WORDS];
    Options options = {0};
    Error err;

    assert_true(snprintf(kept_line, sizeof kept_line, "%s", line) < (int)sizeof kept_line);
    if (!options_parse(split(kept_line, words), words, NULL, &options, &err)) {
        fail_msg("%s: %s", line, err.message);
    }
    return options;
}

/* message and hint are parts that the error must hold; hint may be NULL. */
static void refuse(const char *line, const char *message, const char *hint)
{
    char *words[MOST_WORDS];
    char copy[512];
    Options options = {.jobs = 77};
    Error err;

    assert_true(snprintf(copy, sizeof copy, "%s", line) < (int)sizeof copy);
    if (options_parse(split(copy, words), words, NULL, &options, &err)) {
        fail_msg("accepted: %s", line);
    }
    assert_int_equal(err.code, ERR_USAGE);
    if (strstr(err.message, message) == NULL) {
        fail_msg("%s: \"%s\" does not say \"%s\"", line, err.message, message);
    }
    if (hint != NULL && strstr(err.hint, hint) == NULL) {
        fail_msg("%s: hint \"%s\" does not say \"%s\"", line, err.hint, hint);
    }
    assert_int_equal(options.jobs, 77); /* untouched */
}

static void test_commands(void **state)
{
    Options options;

    (void)state;
    options = accept("backup single shop");
    assert_int_equal(options.command, COMMAND_BACKUP);
    assert_int_equal(options.n_operands, 1);
    assert_string_equal(options.operands[0], "shop");
    options = accept("restore f.sql.gz");
    assert_int_equal(options.command, COMMAND_RESTORE);
    assert_string_equal(options.operands[0], "f.sql.gz");
    options = accept("restore single f.sql.gz --target new --create");
    assert_string_equal(options.operands[0], "f.sql.gz");
    assert_string_equal(options.target, "new");
    assert_true(options.create);
    options = accept("restore - --database=mydb");
    assert_string_equal(options.operands[0], "-");
    assert_int_equal(options.databases.len, 1);
    assert_string_equal(options.databases.items[0], "mydb");
    options_free(&options);
    assert_int_equal(accept("list").n_operands, 0);
    assert_int_equal(accept("list dir --json").json, true);
    assert_int_equal(accept("verify f").command, COMMAND_VERIFY);
}

static void test_places_and_spellings(void **state)
{
    Options options = accept("-h db1 backup -p5433 single -U me -qo out shop -j1 --native");

    (void)state;
    assert_string_equal(options.host, "db1");
    assert_string_equal(options.port, "5433");
    assert_string_equal(options.user, "me");
    assert_string_equal(options.output, "out");
    assert_string_equal(options.operands[0], "shop");
    assert_true(options.quiet && options.native);
    assert_int_equal(options.jobs, 1);
}

static void test_operands_that_look_like_options(void **state)
{
    Options options = accept("verify -- --odd");

    (void)state;
    assert_string_equal(options.operands[0], "--odd");
    assert_string_equal(accept("backup single shop -o -").output, "-");
    assert_string_equal(accept("restore f --target=--odd").target, "--odd");
    refuse("restore f --target --create", "--target wants a value", "--target=--create");
    refuse("backup single shop -o", "-o wants a value: PLACE", NULL);
    refuse("backup single shop -h", "-h wants a value: HOST", "--help");
    refuse("backup single shop -o=f", "without the equals sign", NULL);
    refuse("backup single shop --output=", "empty", NULL);
    refuse("backup single ''", "empty", NULL);
    refuse("restore f --clean=yes", "--clean takes no value", NULL);
}

static void test_values(void **state)
{
    Compression made;
    Error err;

    (void)state;
    made = accept("backup single shop").compression;
    assert_int_equal(made.codec, CODEC_GZIP);
    made = accept("backup single shop -Z zstd:19").compression;
    assert_int_equal(made.codec, CODEC_ZSTD);
    assert_int_equal(made.level, 19);
    made = accept("backup single shop -Z9").compression;
    assert_int_equal(made.codec, CODEC_GZIP);
    assert_int_equal(made.level, 9);
    assert_int_equal(accept("backup single shop -Z 0").compression.codec, CODEC_NONE);
    assert_int_equal(accept("backup single shop --compress=none").compression.codec, CODEC_NONE);
    for (size_t i = 0; i < 9; i++) {
        static const char *const wrong[] = {"gzip:13", "gzip:0", "gzip:", "gzip:-1", "zstd:20",
                                            "none:1",  "lz4",    "13",    "gzip:1x"};

        assert_false(options_parse_compression(wrong[i], &made, &err));
        assert_int_equal(err.code, ERR_USAGE);
    }
    assert_int_equal(accept("backup single shop --progress json").progress, PROGRESS_JSON);
    refuse("backup single shop --progress sometimes", "auto, bar, plain, json, none", NULL);
    refuse("backup single shop -j 0", "--jobs: \"0\"", NULL);
    refuse("backup single shop -p http", "--port: \"http\" is not a port", NULL);
    refuse("backup single shop -p 65536", "is not a port", NULL);
    assert_string_equal(accept("backup single shop -p 5432,5433").port, "5432,5433");
}

static void test_what_was_probably_meant(void **state)
{
    (void)state;
    refuse("backup single shop --outptu f", "unknown option --outptu", "--output");
    refuse("backup single shop --compres 1", "unknown option --compres", "--compress");
    refuse("backup single shop --no-pass", "unknown option --no-pass", "--no-password");
    refuse("backup single shop --xyzzy", "unknown option --xyzzy", "dbbackup help backup");
    refuse("bakcup single shop", "unknown command \"bakcup\"", "\"backup\"");
    refuse("", "no command given", "--help");
    refuse("backup", "which database", "backup single DB");
    refuse("backup shop", "\"single\"", "dbbackup backup single shop");
    refuse("backup single", "which database", NULL);
    refuse("backup single a b", "one too many: \"b\"", NULL);
    refuse("restore", "which file", NULL);
    refuse("restore single", "which file", NULL);
    refuse("list a b", "one too many", NULL);
    refuse("list 1 2 3 4 5 6 7 8", "one too many", NULL);
    refuse("list 1 2 3 4 5 6 7 8 9", "too many operands: \"9\"", NULL);
    refuse("list 1 2 3 4 5 6 7 8 9 10", "too many operands: \"10\"", NULL);
}

static void test_secrets_are_not_repeated(void **state)
{
    char line[] = "backup single shop --password=s3cret";
    char *words[MOST_WORDS];
    Options options;
    Error err;

    (void)state;
    assert_false(options_parse(split(line, words), words, NULL, &options, &err));
    assert_non_null(strstr(err.message, "--password"));
    assert_null(strstr(err.message, "s3cret"));
    assert_null(strstr(err.hint, "s3cret"));
    (void)strcpy(line, "backup single shop --pasword=s3cret");
    assert_false(options_parse(split(line, words), words, NULL, &options, &err));
    assert_non_null(strstr(err.message, "--pasword"));
    assert_null(strstr(err.message, "s3cret"));
}

static void test_what_to_take(void **state)
{
    Options options = accept("backup single d -t a -tb --table c -n s -sOx --section=data "
                             "--section=post-data --clean --create --if-exists");

    (void)state;
    assert_int_equal(options.tables.len, 3);
    assert_string_equal(options.tables.items[1], "b");
    assert_string_equal(options.tables.items[2], "c");
    assert_int_equal(options.schemas.len, 1);
    assert_true(options.schema_only && options.no_owner && options.no_privileges);
    assert_int_equal(options.sections, 2 | 4);
    assert_true(options.clean && options.create && options.if_exists);
    options_free(&options);
    options = accept("restore f --section=data --disable-triggers");
    assert_true(options.disable_triggers);
    options_free(&options);
}

static void test_options_of_other_commands(void **state)
{
    (void)state;
    refuse("backup single shop --confirm", "--confirm is not an option of backup, but of: restore",
           NULL);
    refuse("info f -h db", "--host is not an option of info, but of: backup, backup globals, ",
           NULL);
    refuse("backup globals -t orders", "--table is not an option of backup globals, but of: backup",
           NULL);
    refuse("backup single shop --no-role-passwords",
           "--no-role-passwords is not an option of backup, but of: backup globals", NULL);
    refuse("restore cluster f --target t", "--target is not an option of restore cluster", NULL);
    refuse("restore cluster f --resume", "--resume is not an option of restore cluster", NULL);
    refuse("restore f --json", "but of: list, info, verify", NULL);
}

static void test_what_is_not_there_yet(void **state)
{
    (void)state;
    assert_int_equal(accept("backup single shop --db-type postgres --engine auto -F sql").command,
                     COMMAND_BACKUP);
}

static void assert_engine(const char *line, const Engine *expected)
{
    Options options = accept(line);
    Error err = {0};
    const Engine *found = command_engine(&options, options.operands[0], &err);

    assert_ptr_equal(found, expected);
    assert_int_equal(err.code, expected == NULL ? ERR_USAGE : ERR_NONE);
    options_free(&options);
}

static void test_kinds_of_servers(void **state)
{
    (void)state;
    assert_engine("backup single shop", &postgres_engine);
    assert_engine("backup single shop --db-type postgres", &postgres_engine);
    assert_engine("backup single postgresql://h/shop", &postgres_engine);
    assert_engine("backup single shop --db-type mysql", &mysql_engine);
    assert_engine("backup single shop --db-type mariadb --socket /s", &mysql_engine);
    assert_engine("backup single mysql://h/shop", &mysql_engine);
    assert_engine("backup single mariadb://h/shop --db-type mysql", &mysql_engine);
    assert_engine("backup single mysql://h/shop --db-type postgres", NULL);
    assert_engine("backup single postgres://h/shop --db-type mysql", NULL);
    assert_engine("backup single shop --socket /s", NULL);
    assert_engine("backup single shop --no-definer", NULL);
    assert_engine("backup single shop --history", NULL);
    assert_engine("backup single shop --no-definer --db-type mysql", &mysql_engine);
}

static void test_contradictions(void **state)
{
    Options options;

    (void)state;
    refuse("restore f --create --clean", "--clean", NULL);
    refuse("restore f --schema-only -a", "--data-only", NULL);
    refuse("restore f -c -a", "--clean", NULL);
    refuse("backup single d --if-exists", "--clean", NULL);
    refuse("backup single d -b -B", "--no-large-objects", NULL);
    refuse("restore f --disable-triggers", "--data-only", NULL);
    refuse("restore f --section=data --section=post-data --disable-triggers", "--section=data",
           NULL);
    refuse("restore f --section=all", "pre-data, data, post-data", NULL);
    refuse("restore f -1 --continue-on-error", "--single-transaction", NULL);
    refuse("restore f --exit-on-error --continue-on-error", "contradict", NULL);
    refuse("restore f --database a --database b", "restore cluster", NULL);
    refuse("backup single shop -W -w", "contradict", NULL);
    refuse("backup single shop -qv", "contradict", NULL);
    refuse("backup single shop -o a --backup-dir b", "--backup-dir", NULL);
    refuse("backup single shop --log-format json --progress bar", "--log-format json", NULL);
    refuse("backup single shop --encrypt --key-file a --passphrase-file b", "with one of them",
           NULL);
    refuse("key rotate f --key-file a --passphrase-file b", "with one of them", NULL);
    options = accept("restore f --key-file a --passphrase-file b"); /* what opens it, is seen */
    assert_non_null(options.key_file);
    options = accept("backup single shop --stall-timeout 0");
    assert_int_equal(options.stall_timeout, NO_SECONDS);
}

static void test_help(void **state)
{
    Options options;

    (void)state;
    assert_int_equal(accept("--help").command, COMMAND_HELP);
    assert_int_equal(accept("-?").command, COMMAND_HELP);
    assert_int_equal(accept("-V").command, COMMAND_VERSION);
    options = accept("backup --help");
    assert_true(options.help && options.command == COMMAND_BACKUP);
    options = accept("restore cluster --help");
    assert_true(options.help && options.command == COMMAND_RESTORE_CLUSTER);
    options = accept("help backup single");
    assert_int_equal(options.command, COMMAND_HELP);
    assert_string_equal(options.operands[0], "backup");
}

static void test_wants_json(void **state)
{
    char line[] = "backup --progress json --nonsense";
    char *words[MOST_WORDS];

    (void)state;
    assert_true(options_want_json(split(line, words), words));
    assert_false(options_want_json(1, (char *[]){"--log-format"}));
    assert_true(options_want_json(1, (char *[]){"--log-format=json"}));
}

/* The table is what everything else is made from. */
static void test_table_is_sound(void **state)
{
    (void)state;
    for (size_t i = 0; i < option_count; i++) {
        const Option *option = &option_table[i];

        for (size_t j = i + 1; j < option_count; j++) {
            assert_string_not_equal(option->name, option_table[j].name);
            assert_true(option->letter == 0 || option->letter != option_table[j].letter);
        }
        if (option->kind == OPTION_NOT_YET) {
            continue;
        }
        assert_true(option->commands != 0);
        assert_true(option->help != NULL && strlen(option->help) <= 100 - 29);
        assert_int_equal(option->argument == NULL, option->kind == OPTION_FLAG);
        assert_int_equal(option->choices != NULL, option->kind == OPTION_CHOICE ||
                                                      option->kind == OPTION_SET ||
                                                      option->kind == OPTION_COMPRESSION);
    }
}

static void assert_shown(const char *database, const char *expected)
{
    char out[100];

    command_database_text(database, out, sizeof out);
    assert_string_equal(out, expected);
}

static void test_passwords_are_not_shown(void **state)
{
    (void)state;
    assert_shown("shop", "shop");
    assert_shown("a=b", "a=b");
    assert_shown("postgresql://me:s3@cret@db1:5433/shop?sslmode=require&password=x",
                 "postgresql://db1:5433/shop");
    assert_shown("postgres:///shop", "postgres:///shop");
    assert_shown("postgres://db1/a@b", "postgres://db1/a@b");
    assert_shown("host=db1 password=s3cret", "a connection string");
}

static void test_exit_codes(void **state)
{
    (void)state;
    assert_int_equal(exit_code(ERR_NONE, 0), 0);
    assert_int_equal(exit_code(ERR_IO, 0), 1);
    assert_int_equal(exit_code(ERR_USAGE, 0), 2);
    assert_int_equal(exit_code(ERR_REFUSED, 0), 2);
    assert_int_equal(exit_code(ERR_DAMAGED, 0), 4);
    assert_int_equal(exit_code(ERR_NOT_BACKUP, 0), 4);
    assert_int_equal(exit_code(ERR_KEY, 0), 4);
    assert_int_equal(exit_code(ERR_CANCELLED, 2), 130);
    assert_int_equal(exit_code(ERR_SERVER, 15), 143);
    assert_int_equal(exit_code(ERR_LOST, 1), 129);
    assert_int_equal(exit_code(ERR_NONE, 2), 0);
    assert_int_equal(exit_code(ERR_INTERNAL, 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_places_and_spellings),
        cmocka_unit_test(test_operands_that_look_like_options),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_what_was_probably_meant),
        cmocka_unit_test(test_secrets_are_not_repeated),
        cmocka_unit_test(test_what_to_take),
        cmocka_unit_test(test_options_of_other_commands),
        cmocka_unit_test(test_what_is_not_there_yet),
        cmocka_unit_test(test_kinds_of_servers),
        cmocka_unit_test(test_contradictions),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_wants_json),
        cmocka_unit_test(test_table_is_sound),
        cmocka_unit_test(test_passwords_are_not_shown),
        cmocka_unit_test(test_exit_codes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
