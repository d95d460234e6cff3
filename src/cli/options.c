/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses the command line. Options may stand before, between and after the operands, so they are
 * stored first and judged when the command is known. Names are never shortened: a script that
 * relies on an abbreviation breaks with the next option that is added.
 */
#include "cli/options.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/toc.h"
#include "base/buffer.h"
#include "base/compiler.h"
#include "cli/closest.h"
#include "cli/commands.h"

/* Options.sections when only the data is wanted. */
#define SECTIONS_DATA (1U << (SECTION_DATA - SECTION_PRE_DATA))

enum { GZIP_DEFAULT = 2, GZIP_MOST = 12, ZSTD_DEFAULT = 3, ZSTD_MOST = 19 };

/* How an option was spelled, for messages. */
typedef struct Spelling {
    char text[64];
} Spelling;

typedef struct Parser {
    int argc;
    char *const *argv;
    int next;
    Options options;
    bool seen[128]; /* by place in option_table */
    const char *words[MOST_OPERANDS + 2];
    size_t n_words;
} Parser;

static const char *command_line_word(const Parser *parser)
{
    return parser->n_words > 0 && command_by_name(parser->words[0]) != NULL ? parser->words[0]
                                                                            : NULL;
}

static Spelling long_spelling(const Option *option)
{
    Spelling out;

    (void)snprintf(out.text, sizeof out.text, "--%s", option->name);
    return out;
}

/* --- Values ------------------------------------------------------------------------------- */

static bool parse_number(const char *text, int most, int *out, Error *err)
{
    char *end;
    long value = strtol(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || value < 1 || value > most) {
        return error_set(err, ERR_USAGE, "\"%s\" is not a number from 1 to %d", text, most);
    }
    *out = (int)value;
    return true;
}

static bool check_port(const char *text, Error *err)
{
    const char *p = text;

    for (;;) {
        char *end;
        long port = strtol(p, &end, 10);

        if (*p < '0' || *p > '9' || port < 1 || port > 65535 || (*end != '\0' && *end != ',')) {
            return error_set(err, ERR_USAGE, "\"%s\" is not a port", text);
        }
        if (*end == '\0') {
            return true;
        }
        p = end + 1;
    }
}

bool options_parse_compression(const char *text, Compression *out, Error *err)
{
    static const struct {
        const char *name;
        Codec codec;
        int level;
        int most;
    } known[] = {
        {"gzip", CODEC_GZIP, GZIP_DEFAULT, GZIP_MOST},
        {"zstd", CODEC_ZSTD, ZSTD_DEFAULT, ZSTD_MOST},
        {"none", CODEC_NONE, 0, 0},
    };
    const char *colon = strchr(text, ':');
    size_t len = colon == NULL ? strlen(text) : (size_t)(colon - text);

    if (text[0] >= '0' && text[0] <= '9') { /* as pg_dump -Z 6 */
        *out = (Compression){.codec = strcmp(text, "0") == 0 ? CODEC_NONE : CODEC_GZIP};
        return out->codec == CODEC_NONE || parse_number(text, GZIP_MOST, &out->level, err);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
        if (strlen(known[i].name) != len || strncmp(known[i].name, text, len) != 0) {
            continue;
        }
        *out = (Compression){.codec = known[i].codec, .level = known[i].level};
        if (colon == NULL) {
            return true;
        }
        return known[i].most > 0 ? parse_number(colon + 1, known[i].most, &out->level, err)
                                 : error_set(err, ERR_USAGE, "\"none\" has no levels");
    }
    return error_set(err, ERR_USAGE, "\"%s\" is none of gzip[:1-12], zstd[:1-19], none", text);
}

/* Values that later versions will take. */
static bool refuse_value(const Option *option, const char *value, Error *err)
{
    static const struct {
        const char *option;
        const char *value;
        const char *message;
        const char *hint;
    } later[] = {
        {"db-type", "mysql", "this version works with PostgreSQL; MySQL isn't there yet", NULL},
        {"db-type", "mariadb", "this version works with PostgreSQL; MariaDB isn't there yet", NULL},
        {"format", "custom", "--format custom isn't there yet",
         "The default, sql, is compressed and has an index too."},
        {"format", "directory", "--format directory isn't there yet",
         "The default, sql, is compressed and has an index too."},
        {"engine", "tools", "--engine tools isn't there yet", "The native engine needs no tools."},
    };
    Spelling spelling = long_spelling(option);
    Buffer list;

    for (size_t i = 0; i < ARRAY_LENGTH(later); i++) {
        if (strcmp(option->name, later[i].option) == 0 && strcmp(value, later[i].value) == 0) {
            (void)error_set(err, ERR_USAGE, "%s", later[i].message);
            return later[i].hint == NULL ? false : error_hint(err, "%s", later[i].hint);
        }
    }
    buffer_init(&list, 1024);
    for (const char *const *choice = option->choices; *choice != NULL; choice++) {
        buffer_printf(&list, "%s%s", list.len > 0 ? ", " : "", *choice);
    }
    (void)error_set(err, ERR_USAGE, "%s can't be \"%s\"; it takes: %s", spelling.text, value,
                    list.data);
    buffer_free(&list);
    return false;
}

static bool store_choice(const Option *option, const char *value, int *out, Error *err)
{
    for (int i = 0; option->choices[i] != NULL; i++) {
        if (strcmp(option->choices[i], value) == 0) {
            *out = i;
            return true;
        }
    }
    return refuse_value(option, value, err);
}

/* value is NULL for flags. */
static bool store(Parser *parser, const Option *option, const char *value, Error *err)
{
    void *place = (char *)&parser->options + option->offset;
    int choice = 0;
    bool ok = true;

    parser->seen[option - option_table] = true;
    if (value != NULL && value[0] == '\0') {
        return error_set(err, ERR_USAGE, "--%s has an empty value", option->name);
    }
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)place = true;
        break;
    case OPTION_TEXT:
        *(const char **)place = value;
        break;
    case OPTION_CHOICE:
        ok = store_choice(option, value, place, err);
        break;
    case OPTION_NUMBER:
        ok = parse_number(value, 1024, place, err) || error_prefix(err, "--%s", option->name);
        break;
    case OPTION_PORT:
        *(const char **)place = value;
        ok = check_port(value, err) || error_prefix(err, "--%s", option->name);
        break;
    case OPTION_COMPRESSION:
        ok =
            options_parse_compression(value, place, err) || error_prefix(err, "--%s", option->name);
        break;
    case OPTION_LIST:
        ok = vec_push((TextList *)place, value) || error_set_memory(err, "the command line");
        break;
    case OPTION_SET:
        ok = store_choice(option, value, &choice, err);
        *(unsigned *)place |= ok ? 1U << choice : 0U;
        break;
    case OPTION_NOT_YET:
        break;
    }
    return ok;
}

/* --- Names -------------------------------------------------------------------------------- */

static const Option *option_by_name(const char *name, size_t len)
{
    for (size_t i = 0; i < option_count; i++) {
        if (strlen(option_table[i].name) == len && strncmp(option_table[i].name, name, len) == 0) {
            return &option_table[i];
        }
    }
    return NULL;
}

static const Option *option_by_letter(char letter)
{
    for (size_t i = 0; i < option_count; i++) {
        if (option_table[i].letter == letter) {
            return &option_table[i];
        }
    }
    return NULL;
}

/* The value may hold a secret: only the name is repeated. */
static bool unknown_name(const char *name, size_t len, Error *err)
{
    Closest closest = closest_begin(name, len);

    if (len == strlen("password") && strncmp(name, "password", len) == 0) {
        (void)error_set(err, ERR_USAGE,
                        "there is no option --password: a password in it would show in ps");
        return error_hint(err, "Use ~/.pgpass or PGPASSWORD; or --password-prompt to be asked.");
    }
    for (size_t i = 0; i < option_count; i++) {
        if (option_table[i].kind != OPTION_NOT_YET) {
            closest_try(&closest, option_table[i].name);
        }
    }
    (void)error_set(err, ERR_USAGE, "unknown option --%.*s", len > 80 ? 80 : (int)len, name);
    return closest.best != NULL ? error_hint(err, "Did you mean --%s?", closest.best) : false;
}

static bool not_yet(const Option *option, const char *spelling, Error *err)
{
    (void)error_set(err, ERR_USAGE, "%s isn't there yet in this version", spelling);
    return option->help != NULL ? error_hint(err, "%s", option->help) : false;
}

/* The next word as an option's value. One that looks like an option is hardly meant. */
static bool next_value(Parser *parser, const Option *option, const char *spelling,
                       const char **value, Error *err)
{
    const char *word = parser->next < parser->argc ? parser->argv[parser->next] : NULL;

    if (word == NULL) {
        (void)error_set(err, ERR_USAGE, "%s wants a value: %s", spelling, option->argument);
        if (option->letter == 'h') {
            (void)error_hint(err, "Help is --help.");
        }
        return false;
    }
    if (word[0] == '-' && word[1] != '\0') {
        (void)error_set(err, ERR_USAGE, "%s wants a value: %s; but %.80s follows", spelling,
                        option->argument, word);
        (void)error_hint(err, "If it is the value, write --%s=%.80s", option->name, word);
        return false;
    }
    parser->next++;
    *value = word;
    return true;
}

static bool parse_long(Parser *parser, const char *name, Error *err)
{
    const char *equals = strchr(name, '=');
    size_t len = equals == NULL ? strlen(name) : (size_t)(equals - name);
    const Option *option = option_by_name(name, len);
    const char *value = equals == NULL ? NULL : equals + 1;
    Spelling spelling;

    if (option == NULL) {
        return unknown_name(name, len, err);
    }
    spelling = long_spelling(option);
    if (option->kind == OPTION_NOT_YET) {
        return not_yet(option, spelling.text, err);
    }
    if (option->kind == OPTION_FLAG && value != NULL) {
        return error_set(err, ERR_USAGE, "%s takes no value", spelling.text);
    }
    if (option->kind != OPTION_FLAG && value == NULL &&
        !next_value(parser, option, spelling.text, &value, err)) {
        return false;
    }
    return store(parser, option, value, err);
}

/* "-qv", "-j4", "-j 4" */
static bool parse_letters(Parser *parser, const char *letters, Error *err)
{
    for (; *letters != '\0'; letters++) {
        const Option *option = option_by_letter(*letters);
        char spelling[] = {'-', *letters, '\0'};
        const char *value = letters + 1;

        if (option == NULL) {
            return (unsigned char)*letters > 0x20 && (unsigned char)*letters < 0x7F
                       ? error_set(err, ERR_USAGE, "unknown option %s", spelling)
                       : error_set(err, ERR_USAGE, "a dash that no option follows");
        }
        if (option->kind == OPTION_NOT_YET) {
            return not_yet(option, spelling, err);
        }
        if (option->kind == OPTION_FLAG) {
            if (!store(parser, option, NULL, err)) {
                return false;
            }
            continue;
        }
        if (*value == '=') {
            return error_set(err, ERR_USAGE, "write %s %s, without the equals sign", spelling,
                             option->argument);
        }
        if (*value == '\0' && !next_value(parser, option, spelling, &value, err)) {
            return false;
        }
        return store(parser, option, value, err);
    }
    return true;
}

/* --- The command -------------------------------------------------------------------------- */

static bool find_command(Parser *parser, const CommandSpec **spec, Error *err)
{
    const char *word = parser->n_words > 0 ? parser->words[0] : NULL;
    Closest closest;

    if (word == NULL) {
        if (parser->options.help || parser->options.version) {
            *spec = command_by_id(parser->options.help ? COMMAND_HELP : COMMAND_VERSION);
            return true;
        }
        (void)error_set(err, ERR_USAGE, "no command given");
        (void)error_hint(err, "dbbackup --help shows what there is.");
        return false;
    }
    *spec = command_by_name(word);
    if (*spec != NULL) {
        return true;
    }
    closest = closest_begin(word, strlen(word));
    for (size_t i = 0; i < command_count; i++) {
        closest_try(&closest, command_table[i].name);
    }
    (void)error_set(err, ERR_USAGE, "unknown command \"%.80s\"", word);
    if (closest.best != NULL) {
        (void)error_hint(err, "Did you mean \"%s\"?", closest.best);
    }
    (void)error_hint(err, "dbbackup --help shows the commands there are.");
    return false;
}

/* The second word of backup and restore: "single", "globals" or "cluster". *taken is how many words
 * of the operands are the command's own. */
static bool find_form(const Parser *parser, const CommandSpec **found, size_t *taken, Error *err)
{
    const CommandSpec *spec = *found;
    const char *form = parser->n_words > 1 ? parser->words[1] : "";
    bool single = strcmp(form, "single") == 0;

    *taken = 1;
    if (spec->id == COMMAND_BACKUP && strcmp(form, "globals") == 0) {
        *found = command_by_id(COMMAND_BACKUP_GLOBALS);
        *taken = 2;
        return true;
    }
    if ((spec->id != COMMAND_BACKUP && spec->id != COMMAND_RESTORE) || parser->options.help) {
        return true;
    }
    if (strcmp(form, "cluster") == 0) {
        (void)error_set(err, ERR_USAGE, "%s cluster isn't there yet", spec->name);
        return error_hint(err, "For one database: dbbackup %s single …", spec->name);
    }
    if (spec->id == COMMAND_BACKUP && !single && form[0] != '\0') {
        (void)error_set(err, ERR_USAGE,
                        "backup wants to know of what: \"single\" and a database, or \"globals\"");
        return error_hint(err, "dbbackup backup single %.80s", form);
    }
    *taken = single ? 2 : 1;
    return true;
}

static bool usage_hint(const CommandSpec *spec, Error *err)
{
    return error_hint(err, "Usage: dbbackup %.*s", (int)strcspn(spec->usage, "\n"), spec->usage);
}

static bool take_operands(Parser *parser, const CommandSpec **found, Error *err)
{
    Options *options = &parser->options;
    const CommandSpec *spec;
    size_t taken;

    if (parser->n_words == 0) {
        return true;
    }
    if (!find_form(parser, found, &taken, err)) {
        return false;
    }
    spec = *found;
    options->n_operands = parser->n_words - taken;
    for (size_t i = 0; i < options->n_operands; i++) {
        options->operands[i] = parser->words[taken + i];
        if (options->operands[i][0] == '\0') {
            return error_set(err, ERR_USAGE, "%s: an operand is empty", spec->name);
        }
    }
    if (options->help) {
        return true;
    }
    if (options->n_operands < spec->least_operands) {
        (void)error_set(err, ERR_USAGE, "%s: which %s?", spec->name, spec->operand);
        return usage_hint(spec, err);
    }
    if (options->n_operands > spec->most_operands) {
        (void)error_set(err, ERR_USAGE, "%s: one too many: \"%.80s\"", spec->name,
                        options->operands[spec->most_operands]);
        return usage_hint(spec, err);
    }
    return true;
}

/* "--clean is not an option of backup, but of restore" */
static bool check_belonging(const Parser *parser, const CommandSpec *spec, Error *err)
{
    for (size_t i = 0; i < option_count; i++) {
        const Option *option = &option_table[i];
        Buffer owners;

        if (!parser->seen[i] || (option->commands & spec->id) != 0) {
            continue;
        }
        buffer_init(&owners, 1024);
        for (size_t c = 0; c < command_count; c++) {
            if ((option->commands & command_table[c].id) != 0) {
                buffer_printf(&owners, "%s%s", owners.len > 0 ? ", " : "", command_table[c].name);
            }
        }
        (void)error_set(err, ERR_USAGE, "--%s is not an option of %s, but of: %s", option->name,
                        spec->name, owners.data);
        buffer_free(&owners);
        return false;
    }
    return true;
}

static bool check_contradictions(const Options *options, Error *err)
{
    const struct {
        bool both;
        const char *message;
    } rules[] = {
        {options->password_prompt && options->no_password,
         "--password-prompt and --no-password contradict each other"},
        {options->exit_on_error && options->continue_on_error,
         "--exit-on-error and --continue-on-error contradict each other"},
        {options->single_transaction && options->continue_on_error,
         "--single-transaction is all or nothing: --continue-on-error can't go with it"},
        {options->single_transaction && options->jobs > 1,
         "--single-transaction is one connection's: --jobs can't go with it"},
        {options->create && options->clean && options->command == COMMAND_RESTORE,
         "--create makes a new database, where there is nothing to --clean"},
        {options->resume && (options->create || options->clean),
         "--resume goes on with what is there: --create and --clean can't go with it"},
        {options->resume && (options->single_transaction || options->continue_on_error),
         "--resume can't go with --single-transaction or --continue-on-error"},
        {options->schema_only && options->data_only,
         "--schema-only and --data-only contradict each other"},
        {options->clean && options->data_only,
         "--clean drops what --data-only doesn't make: they can't go together"},
        {options->if_exists && !options->clean, "--if-exists goes with --clean only"},
        {options->large_objects && options->no_large_objects,
         "--large-objects and --no-large-objects contradict each other"},
        {options->disable_triggers && !options->data_only && options->sections != SECTIONS_DATA,
         "--disable-triggers goes with --data-only or --section=data only"},
        {options->quiet && options->verbose, "--quiet and --verbose contradict each other"},
        {options->log_format == LOG_JSON &&
             (options->progress == PROGRESS_BAR || options->progress == PROGRESS_PLAIN),
         "--log-format json goes with --progress json or none only"},
        {options->output != NULL && options->backup_dir != NULL,
         "--output says where to already: --backup-dir can't go with it"},
        {options->target != NULL && options->database != NULL &&
             strcmp(options->target, options->database) != 0,
         "--target and --database name two databases; for this file they mean the same"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        if (rules[i].both) {
            return error_set(err, ERR_USAGE, "%s", rules[i].message);
        }
    }
    return true;
}

static bool parse_words(Parser *parser, Error *err)
{
    bool only_operands = false;

    while (parser->next < parser->argc) {
        const char *word = parser->argv[parser->next++];
        bool ok = true;

        if (!only_operands && strcmp(word, "--") == 0) {
            only_operands = true;
        } else if (!only_operands && strncmp(word, "--", 2) == 0) {
            ok = parse_long(parser, word + 2, err);
        } else if (!only_operands && word[0] == '-' && word[1] != '\0') {
            ok = parse_letters(parser, word + 1, err);
        } else if (parser->n_words == ARRAY_LENGTH(parser->words)) {
            ok = error_set(err, ERR_USAGE, "too many operands: \"%.80s\"", word);
        } else {
            parser->words[parser->n_words++] = word;
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool parse(Parser *parser, Error *err)
{
    const CommandSpec *spec = NULL;

    if (!parse_words(parser, err)) {
        const char *command = command_line_word(parser);

        return error_hint(err, "dbbackup help%s%s shows the options there are.",
                          command != NULL ? " " : "", command != NULL ? command : "");
    }
    if (!find_command(parser, &spec, err) || !take_operands(parser, &spec, err)) {
        return false;
    }
    parser->options.command = spec->id;
    return parser->options.help || parser->options.version ||
           (check_belonging(parser, spec, err) && check_contradictions(&parser->options, err));
}

bool options_parse(int argc, char *const argv[], Options *options, Error *err)
{
    Parser parser = {
        .argc = argc,
        .argv = argv,
        .options = {.compression = {.codec = CODEC_GZIP, .level = GZIP_DEFAULT}},
    };

    if (!parse(&parser, err)) {
        options_free(&parser.options);
        return false;
    }
    *options = parser.options;
    return true;
}

void options_free(Options *options)
{
    for (size_t i = 0; i < option_count; i++) {
        if (option_table[i].kind == OPTION_LIST) {
            TextList *list = (void *)((char *)options + option_table[i].offset);

            vec_free(list);
        }
    }
}

bool options_want_json(int argc, char *const argv[])
{
    for (int i = 0; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : "";

        if (strcmp(argv[i], "--log-format=json") == 0 || strcmp(argv[i], "--progress=json") == 0 ||
            ((strcmp(argv[i], "--log-format") == 0 || strcmp(argv[i], "--progress") == 0) &&
             strcmp(next, "json") == 0)) {
            return true;
        }
    }
    return false;
}
