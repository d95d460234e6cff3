/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of files and the environment: which holds, which is refused, and what the refusal says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/commands.h"
#include "cli/config.h"
#include "cli/ini_file.h"
#include "cli/option_value.h"

enum { MOST_WORDS = 16, MOST_VARIABLES = 8 };

static char folder[] = "/tmp/dbbackup-config.XXXXXX";
static char system_path[64];
static char user_path[64];
static char *variables[MOST_VARIABLES + 1];

static int make_folder(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(system_path, sizeof system_path, "%s/etc", folder);
    (void)snprintf(user_path, sizeof user_path, "%s/user", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

static int forget(void **state)
{
    (void)state;
    memset(variables, 0, sizeof variables);
    (void)unlink(system_path);
    (void)unlink(user_path);
    return 0;
}

static void write_bytes(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0644), 0);
}

static void write_file(const char *path, const char *text)
{
    write_bytes(path, text, strlen(text));
}

static bool parse(const char *line, Options *options, Error *err)
{
    static char kept[512]; /* the options point into it */
    const ConfigPlaces places = {
        .environment = variables, .system_file = system_path, .user_file = user_path};
    char *words[MOST_WORDS];
    char *rest = NULL;
    int n = 0;

    assert_true(snprintf(kept, sizeof kept, "%s", line) < (int)sizeof kept);
    for (char *word = strtok_r(kept, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        assert_true(n < MOST_WORDS);
        words[n++] = strcmp(word, "''") == 0 ? word + 2 : word;
    }
    return options_parse(n, words, &places, options, err);
}

static Options accept(const char *line)
{
    Options options = {0};
    Error err;

    if (!parse(line, &options, &err)) {
        fail_msg("%s: %s", line, err.message);
    }
    return options;
}

/* message and hint are parts of the error's; hint may be NULL. */
static void refuse(const char *line, const char *message, const char *hint)
{
    Options options;
    Error err = {0};

    if (parse(line, &options, &err)) {
        fail_msg("accepted: %s", line);
    }
    if (strstr(err.message, message) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", err.message, message);
    }
    if (hint != NULL && strstr(err.hint, hint) == NULL) {
        fail_msg("hint \"%s\" does not say \"%s\"", err.hint, hint);
    }
    assert_null(strstr(err.message, "s3cret"));
    assert_null(strstr(err.hint, "s3cret"));
}

/* What the user's file is refused for. */
static void refuse_file(const char *text, const char *message, const char *hint)
{
    write_file(user_path, text);
    refuse("list", message, hint);
}

static int jobs_of(const char *line)
{
    Options options = accept(line);
    int jobs = options.jobs;

    options_free(&options);
    return jobs;
}

static void assert_origin(const char *line, const char *option, const char *expected)
{
    Options options = accept(line);
    char text[CONFIG_ORIGIN_SIZE];

    config_origin_text(option, options_origin(&options, option), text);
    if (strncmp(text, folder, strlen(folder)) == 0) {
        assert_string_equal(text + strlen(folder), expected);
    } else {
        assert_string_equal(text, expected);
    }
    options_free(&options);
}

static void test_order(void **state)
{
    (void)state;
    assert_int_equal(jobs_of("restore f"), 0);
    assert_origin("restore f", "jobs", "default");
    write_file(system_path, "[defaults]\njobs = 2\n[restore]\njobs=3\n");
    assert_int_equal(jobs_of("restore f"), 3);
    assert_int_equal(jobs_of("backup single d"), 2);
    assert_origin("restore f", "jobs", "/etc:4");
    write_file(user_path, "[defaults]\n\n  jobs\t= 4  \r\n");
    assert_int_equal(jobs_of("restore f"), 4);
    assert_origin("restore f", "jobs", "/user:3");
    write_file(user_path, "[backup]\njobs = 5\n[defaults]\njobs = 4");
    assert_int_equal(jobs_of("backup single d"), 5);
    assert_int_equal(jobs_of("restore f"), 4);
    variables[0] = "DBBACKUP_JOBS=6";
    assert_int_equal(jobs_of("backup single d"), 6);
    assert_origin("restore f", "jobs", "DBBACKUP_JOBS");
    variables[1] = "DBBACKUP_JOBS=7"; /* a name twice: the first, as getenv has it */
    assert_int_equal(jobs_of("backup single d"), 6);
    assert_int_equal(jobs_of("backup single d -j 9"), 9);
    assert_origin("restore f -j 9", "jobs", "option");
    variables[0] = "DBBACKUP_JOBS=";
    variables[1] = "DBBACKUPJOBS=8";
    assert_int_equal(jobs_of("restore f"), 4);
}

/* [restore] is also for `restore cluster`; what is nearer wins, whatever comes first. */
static void test_families(void **state)
{
    (void)state;
    write_file(system_path, "[restore cluster]\njobs = 9\n");
    write_file(user_path, "[restore]\njobs = 3\n[backup cluster]\njobs = 6\n[backup]\njobs = 5\n"
                          "table = t\n[defaults]\njobs = 2\n");
    assert_int_equal(jobs_of("restore f"), 3);
    assert_int_equal(jobs_of("restore cluster f"), 3); /* the user's file is nearer */
    assert_int_equal(jobs_of("backup single d"), 5);
    assert_int_equal(jobs_of("backup cluster"), 6);
    assert_origin("restore cluster f", "jobs", "/user:2");
    variables[0] = "DBBACKUP_JOBS=7";
    assert_int_equal(jobs_of("backup cluster"), 7);
    variables[0] = NULL;
    refuse_file("[backup]\ninclude-database = a\n", "include-database", NULL);
    refuse_file("[backup cluster]\ntable = a\n", "table", NULL);
}

static void test_which_files(void **state)
{
    char line[128];
    char variable[128];
    char missing[128];

    (void)state;
    write_file(system_path, "[defaults]\njobs = 2\n");
    write_file(user_path, "[defaults]\njobs = 4\n");
    (void)snprintf(line, sizeof line, "restore f --config %s", system_path);
    (void)snprintf(variable, sizeof variable, "DBBACKUP_CONFIG=%s", system_path);
    (void)snprintf(missing, sizeof missing, "restore f --config %s/none", folder);
    assert_int_equal(jobs_of(line), 2);
    assert_int_equal(jobs_of("restore f --config ''"), 0);
    assert_int_equal(jobs_of("restore f --config="), 0);
    assert_int_equal(jobs_of("restore f --no-config"), 0);
    refuse(missing, "No such file", NULL);
    (void)snprintf(line, sizeof line, "restore f --no-config --config %s", system_path);
    refuse(line, "contradict", NULL);
    variables[0] = variable;
    assert_int_equal(jobs_of("restore f"), 2);
    assert_int_equal(jobs_of("restore f --no-config"), 0);
    variables[0] = "DBBACKUP_NO_CONFIG=yes";
    assert_int_equal(jobs_of("restore f"), 0);
    (void)snprintf(line, sizeof line, "restore f --config %s", system_path);
    assert_int_equal(jobs_of(line), 2);
    variables[0] = "DBBACKUP_NO_CONFIG=no";
    assert_int_equal(jobs_of("restore f"), 4);
}

static void test_kinds_of_values(void **state)
{
    Options options;

    (void)state;
    write_file(user_path, "# a comment\n; another\n[defaults]\nno-owner = Yes\nquiet = off\n"
                          "host = /run/my server # 1\nport = 5433,5434\nsection = data, post-data\n"
                          "[backup]\ncompress = zstd:3\nexclude-table = a, \"b,c\" ,d\n"
                          "exclude-table = e\nprogress = plain\n[restore]\nexclude-table = x\n");
    options = accept("backup single d");
    assert_true(options.no_owner && !options.quiet);
    assert_string_equal(options.host, "/run/my server # 1");
    assert_string_equal(options.port, "5433,5434");
    assert_int_equal(options.sections, 2 | 4);
    assert_int_equal(options.compression.codec, CODEC_ZSTD);
    assert_int_equal(options.progress, PROGRESS_PLAIN);
    assert_int_equal(options.exclude_tables.len, 4);
    assert_string_equal(options.exclude_tables.items[1], "\"b,c\"");
    assert_string_equal(options.exclude_tables.items[2], "d");
    assert_string_equal(options.exclude_tables.items[3], "e");
    options_free(&options);
    options = accept("restore f");
    assert_int_equal(options.exclude_tables.len, 1);
    options_free(&options);
    options = accept("restore f -T y --section=data"); /* a list isn't added to one from farther */
    assert_int_equal(options.exclude_tables.len, 1);
    assert_string_equal(options.exclude_tables.items[0], "y");
    assert_int_equal(options.sections, 2);
    options_free(&options);
    variables[0] = "DBBACKUP_NO_OWNER=0";
    options = accept("info f"); /* has none of these */
    assert_false(options.no_owner);
    assert_int_equal(options.sections, 0);
    assert_null(options.host);
    options_free(&options);
    options = accept("backup single d");
    assert_false(options.no_owner);
    options_free(&options);
}

static void test_bad_files(void **state)
{
    static const char nul[] = "[defaults]\nhost = a\0b\n";
    char long_line[INI_MOST_LINE + 64];
    char *long_file;

    (void)state;
    refuse_file("[defaults]\njbos = 4\n", "/user:2: unknown setting \"jbos\"", "jobs?");
    refuse_file("[defaults]\nbackup_dir = 4\n", "unknown setting", "backup-dir");
    refuse_file("[defaults]\n--jobs = 4\n", "unknown setting", "jobs?");
    refuse_file("[defaults]\nxyzzy = s3cret\n", "unknown setting \"xyzzy\"", "help COMMAND");
    refuse_file("[defaults]\npassword = s3cret\n", "unknown setting \"password\"", "pgpass");
    refuse_file("[defaults]\njobs = 4\njobs = 5\n", "/user:3: jobs is said twice", NULL);
    refuse_file("[defaults]\njobs = 4\n[backup]\n[defaults]\njobs = 5\n", "line 2 has it", NULL);
    refuse_file("[defaults]\njobs = four\n", "/user:2: jobs: \"four\" is not a number", NULL);
    refuse_file("[defaults]\njobs =\n", "jobs has an empty value", NULL);
    refuse_file("[defaults]\nquiet = perhaps\n", "quiet is yes or no", NULL);
    refuse_file("[defaults]\nprogress = perhaps\n", "progress can't be \"perhaps\"; it takes",
                NULL);
    refuse_file("[defaults]\nsection = data,,\n", "section has an empty value", NULL);
    refuse_file("[defaults]\nformat = tar\n", "format can't be \"tar\"", NULL);
    refuse_file("[defaults]\ndefaults-extra-file = f\n", "isn't there yet", NULL);
    refuse_file("\njobs = 4\n", "/user:2: a setting before the first section", "[defaults]");
    refuse_file("[bakcup]\n", "/user:1: unknown section [bakcup]", "[backup]?");
    refuse_file("[help]\n", "unknown section", NULL);
    refuse_file("[backup] jobs = 4\n", "a section is one word", NULL);
    refuse_file("[backup\n", "a section is one word", NULL);
    refuse_file("[defaults]\nquiet s3cret\n", "/user:2: this is no setting", "NAME = yes");
    refuse_file("[defaults]\n= 4\n", "this is no setting", NULL);
    refuse_file("[info]\njobs = 4\n", "jobs is not an option of info, but of: backup, ", NULL);
    refuse_file("[defaults]\nhost = a\x1b[31m\n", "control character", NULL);
    write_bytes(user_path, nul, sizeof nul - 1);
    refuse("list", "control character", NULL);
    memset(long_line, '#', sizeof long_line);
    long_line[sizeof long_line - 1] = '\0';
    refuse_file(long_line, "longer than 4096", NULL);
    long_file = calloc(1, INI_MOST_BYTES + 2);
    assert_non_null(long_file);
    memset(long_file, '\n', INI_MOST_BYTES + 1);
    refuse_file(long_file, "longer than 262144 bytes", NULL);
    long_file[INI_MOST_BYTES] = '\0';
    write_file(user_path, long_file);
    free(long_file);
    assert_int_equal(jobs_of("restore f"), 0);
    assert_int_equal(unlink(user_path), 0);
    assert_int_equal(mkdir(user_path, 0755), 0);
    refuse("list", "not a regular file", NULL);
    assert_int_equal(rmdir(user_path), 0);
    assert_int_equal(mkfifo(user_path, 0600), 0);
    refuse("list", "not a regular file", NULL);
}

static void test_help_needs_no_settings(void **state)
{
    (void)state;
    write_file(user_path, "nonsense");
    variables[0] = "DBBACKUP_NONSENSE=1";
    (void)accept("help");
    (void)accept("version");
    (void)accept("--version");
    (void)accept("backup --help");
    refuse("engines", "DBBACKUP_NONSENSE", NULL);
}

static void test_bad_variables(void **state)
{
    static const struct {
        const char *variable;
        const char *message;
        const char *hint;
    } rows[] = {
        {"DBBACKUP_JOBZ=s3cret", "unknown variable DBBACKUP_JOBZ", "DBBACKUP_JOBS?"},
        {"DBBACKUP_jobs=4", "unknown variable DBBACKUP_jobs", "DBBACKUP_JOBS?"},
        {"DBBACKUP_BACKUP-DIR=4", "unknown variable", "DBBACKUP_BACKUP_DIR?"},
        {"DBBACKUP_PASSWORD=s3cret", "unknown variable DBBACKUP_PASSWORD", "PGPASSWORD"},
        {"DBBACKUP_=s3cret", "unknown variable", NULL},
        {"DBBACKUP_JOBS=0", "DBBACKUP_JOBS: \"0\" is not a number", NULL},
        {"DBBACKUP_PROGRESS=x", "DBBACKUP_PROGRESS can't be \"x\"", NULL},
        {"DBBACKUP_NO_OWNER=x", "DBBACKUP_NO_OWNER is yes or no", NULL},
        {"DBBACKUP_FORMAT=tar", "DBBACKUP_FORMAT can't be \"tar\"", NULL},
        {"DBBACKUP_DEFAULTS_EXTRA_FILE=f", "isn't there yet", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[128];

        (void)snprintf(text, sizeof text, "%s", rows[i].variable);
        variables[0] = text;
        refuse("list", rows[i].message, rows[i].hint);
    }
}

/* What overwrites, confirms, pretends, or names the thing at hand. */
static void test_only_in_a_call(void **state)
{
    static const char *const names[] = {
        "clean",  "create", "if-exists", "confirm", "resume",  "dry-run", "disable-triggers",
        "output", "target", "database",  "help",    "version",
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char text[128];

        (void)snprintf(text, sizeof text, "[defaults]\n%s = no\n", names[i]);
        refuse_file(text, "is taken from the command line only", names[i]);
        (void)unlink(user_path);
        (void)snprintf(text, sizeof text, "DBBACKUP_%s=no", names[i]);
        for (char *p = text; *p != '='; p++) {
            *p = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
        }
        variables[0] = text;
        refuse("restore f", "is taken from the command line only", names[i]);
        variables[0] = NULL;
    }
    refuse_file("[defaults]\nconfig = /x\n", "the environment only", "can't name another");
    refuse_file("[defaults]\nno-config = yes\n", "the environment only", NULL);
}

static void test_nearer_wins(void **state)
{
    Options options;

    (void)state;
    write_file(user_path,
               "[defaults]\nquiet = yes\nbackup-dir = /b\nsocket = /s\nschema-only = yes\n"
               "continue-on-error = yes\njobs = 4\n");
    options = accept("backup single d -v -o x -h db2 -a");
    assert_true(options.verbose && !options.quiet);
    assert_null(options.backup_dir);
    assert_null(options.socket);
    assert_true(options.data_only && !options.schema_only);
    assert_int_equal(options_origin(&options, "quiet")->kind, ORIGIN_DEFAULT);
    options_free(&options);
    options = accept("restore f -1");
    assert_true(options.single_transaction && !options.continue_on_error);
    assert_int_equal(options.jobs, 0);
    options_free(&options);
    variables[0] = "DBBACKUP_VERBOSE=yes";
    options = accept("list");
    assert_true(options.verbose && !options.quiet);
    options_free(&options);
    variables[0] = NULL;
    options = accept("backup single d");
    assert_string_equal(options.backup_dir, "/b");
    assert_string_equal(options.socket, "/s");
    options_free(&options);
    /* "All or nothing" isn't dropped silently. */
    write_file(user_path, "[restore]\nsingle-transaction = yes\n");
    refuse("restore f -j 4", "--single-transaction is one connection's", "/user:2");
    refuse("restore f --resume", "--resume can't go", "--single-transaction comes from");
    write_file(user_path, "[defaults]\ndata-only = yes\n");
    refuse("restore f --clean", "they can't go together", "/user:2");
    write_file(user_path, "[defaults]\nquiet = yes\nverbose = yes\n");
    refuse("list", "contradict", "/user:2");
    write_file(user_path, "[defaults]\nquiet = yes\n[list]\nverbose = yes\n");
    options = accept("list");
    assert_true(options.verbose && !options.quiet);
    options_free(&options);
    write_file(user_path,
               "[defaults]\nhost = h\nsocket = /s\n"); /* each may be for another server */
    options = accept("backup single d");
    assert_non_null(options.socket);
    assert_non_null(options.host);
    options_free(&options);
}

static void test_who_may_write(void **state)
{
    (void)state;
    write_file(user_path, "[defaults]\njobs = 4\n");
    assert_int_equal(chmod(user_path, 0664), 0);
    refuse("list", "can be written by other users", "chmod go-w");
    assert_int_equal(chmod(user_path, 0602), 0);
    refuse("list", "can be written by other users", "chmod go-w");
    assert_int_equal(chmod(user_path, 0600), 0);
    assert_int_equal(jobs_of("restore f"), 4);
    if (geteuid() == 0) {
        assert_int_equal(chown(user_path, 1, 1), 0);
        refuse("list", "belongs to another user (id 1)", "--no-config");
    }
}

/* As with `sudo -u`, where HOME may be a folder that one can't enter. */
static void test_who_may_read(void **state)
{
    (void)state;
    if (geteuid() != 0) { /* skip() would count as a failure: cmocka calls it "not ok" */
        return;
    }
    write_file(user_path, "[defaults]\njobs = 4\n");
    assert_int_equal(chmod(user_path, 0600), 0);
    assert_int_equal(seteuid(65534), 0);
    assert_int_equal(jobs_of("restore f"), 0);
    assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(seteuid(65534), 0);
    refuse("list", "Permission denied", NULL);
    assert_int_equal(seteuid(0), 0);
    assert_int_equal(chmod(user_path, 0644), 0);
    assert_int_equal(seteuid(65534), 0);
    assert_int_equal(jobs_of("restore f"), 4); /* root's is as good as one's own */
    assert_int_equal(seteuid(0), 0);
}

static void test_for_another_command(void **state)
{
    Options options;
    Options other;
    Error err;

    (void)state;
    write_file(user_path, "[defaults]\njobs = 4\n[restore]\nquiet = yes\n[config]\njson = yes\n"
                          "[backup]\nexclude-table = a,b\n");
    options = accept("config backup single d -h db1 -t x -v");
    assert_true(options.json);
    assert_true(options_for(&options, COMMAND_BACKUP, &other, &err));
    assert_int_equal(other.jobs, 4);
    assert_string_equal(other.host, "db1");
    assert_int_equal(other.tables.len, 1);
    assert_int_equal(other.exclude_tables.len, 2);
    assert_false(other.json);
    options_free(&other);
    assert_true(options_for(&options, COMMAND_RESTORE, &other, &err));
    assert_true(other.verbose && !other.quiet);
    assert_int_equal(other.exclude_tables.len, 0);
    options_free(&other);
    options_free(&options);
    refuse("config info -j 4", "--jobs is not an option of config, but of: backup", NULL);
}

/* What is written of a value can be read again. */
static void test_text_of_values(void **state)
{
    static const char *const rows[][2] = {
        {"compress", "zstd:3"}, {"jobs", "3"},   {"quiet", "yes"}, {"section", "data, post-data"},
        {"table", "a, b"},      {"port", "1,2"}, {"host", "h"},    {"db-type", "mysql"},
    };
    Buffer text;

    (void)state;
    buffer_init(&text, 1024);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[128];
        Options options;

        (void)snprintf(line, sizeof line, "[backup]\n%s = %s\n", rows[i][0], rows[i][1]);
        write_file(user_path, line);
        options = accept("backup single d");
        buffer_clear(&text);
        option_text(&options, option_by_name(rows[i][0], strlen(rows[i][0])), &text);
        assert_string_equal(text.data, rows[i][1]);
        options_free(&options);
    }
    buffer_free(&text);
}

/* What a file says of another server doesn't lead a URI astray. */
static void test_uris(void **state)
{
    static const struct {
        const char *line;
        const Engine *engine;
        const char *host;
        const char *socket;
    } rows[] = {
        {"backup single d", &mysql_engine, "h", "/s"},
        {"backup single mysql://other/d", &mysql_engine, NULL, NULL},
        {"backup single mysql://other/d -h x", &mysql_engine, "x", NULL},
        {"backup single postgresql://other/d", &postgres_engine, NULL, NULL},
        {"backup single d --db-type postgres", &postgres_engine, "h", "/s"},
        {"backup single d --db-type postgres --socket /t", NULL, "h", "/t"},
        {"backup single postgresql://other/d --db-type mysql", NULL, NULL, NULL},
    };

    (void)state;
    write_file(user_path, "[defaults]\nhost = h\nport = 1\nuser = u\nsocket = /s\n"
                          "db-type = mysql\nno-definer = yes\n[backup]\nhistory = yes\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Options options = accept(rows[i].line);
        ServerOptions server = command_server(&options, options.operands[0]);
        bool uri = strstr(rows[i].line, "://") != NULL;
        Error err;

        assert_ptr_equal(command_engine(&options, options.operands[0], &err), rows[i].engine);
        if (rows[i].engine == NULL) {
            options_free(&options);
            continue;
        }
        assert_int_equal(server.host != NULL, rows[i].host != NULL);
        assert_string_equal(rows[i].host != NULL ? server.host : "",
                            rows[i].host != NULL ? rows[i].host : "");
        assert_int_equal(server.socket != NULL, rows[i].socket != NULL);
        assert_int_equal(server.user == NULL, uri);
        assert_int_equal(server.port == NULL, uri);
        options_free(&options);
    }
}

static void test_usual_places(void **state)
{
    ConfigPlaces places;
    char path[PATH_MAX];

    (void)state;
    assert_int_equal(setenv("HOME", "/home/me", 1), 0);
    assert_int_equal(setenv("XDG_CONFIG_HOME", "/xdg", 1), 0);
    config_usual_places(&places, path);
    assert_string_equal(places.user_file, "/xdg/dbbackup.conf");
    assert_string_equal(places.system_file, "/etc/dbbackup.conf");
    assert_int_equal(setenv("XDG_CONFIG_HOME", "not/absolute", 1), 0);
    config_usual_places(&places, path);
    assert_string_equal(places.user_file, "/home/me/.config/dbbackup.conf");
    assert_int_equal(unsetenv("XDG_CONFIG_HOME"), 0);
    assert_int_equal(unsetenv("HOME"), 0);
    config_usual_places(&places, path);
    assert_string_equal(places.user_file, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_order, forget),
        cmocka_unit_test_teardown(test_families, forget),
        cmocka_unit_test_teardown(test_which_files, forget),
        cmocka_unit_test_teardown(test_kinds_of_values, forget),
        cmocka_unit_test_teardown(test_bad_files, forget),
        cmocka_unit_test_teardown(test_help_needs_no_settings, forget),
        cmocka_unit_test_teardown(test_bad_variables, forget),
        cmocka_unit_test_teardown(test_only_in_a_call, forget),
        cmocka_unit_test_teardown(test_nearer_wins, forget),
        cmocka_unit_test_teardown(test_who_may_write, forget),
        cmocka_unit_test_teardown(test_who_may_read, forget),
        cmocka_unit_test_teardown(test_for_another_command, forget),
        cmocka_unit_test_teardown(test_text_of_values, forget),
        cmocka_unit_test_teardown(test_uris, forget),
        cmocka_unit_test_teardown(test_usual_places, forget),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
