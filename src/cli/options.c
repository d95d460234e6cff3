/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the command line, and then what the other places say. Options may stand before, between and
 * after the operands, so they are stored first and judged when the command is known. Names are
 * never shortened: a script that relies on an abbreviation breaks with the next option that is
 * added.
 */
#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/compiler.h"
#include "cli/closest.h"
#include "cli/commands.h"
#include "cli/config.h"
#include "cli/option_value.h"

/* How an option was spelled, for messages. */
typedef struct Spelling {
    char text[64];
} Spelling;

typedef struct Parser {
    int argc;
    char *const *argv;
    int next;
    Options options;
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

/* --- Names -------------------------------------------------------------------------------- */

const Option *option_by_name(const char *name, size_t len)
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

const char *option_closest(const char *name, size_t len)
{
    Closest closest = closest_begin(name, len);

    for (size_t i = 0; i < option_count; i++) {
        if (option_table[i].kind != OPTION_NOT_YET) {
            closest_try(&closest, option_table[i].name);
        }
    }
    return closest.best;
}

/* The value may hold a secret: only the name is repeated. */
static bool unknown_name(const char *name, size_t len, Error *err)
{
    const char *meant = option_closest(name, len);

    if (len == strlen("password") && strncmp(name, "password", len) == 0) {
        (void)error_set(err, ERR_USAGE,
                        "there is no option --password: a password in it would show in ps");
        return error_hint(err, "Use ~/.pgpass or PGPASSWORD; or --password-prompt to be asked.");
    }
    (void)error_set(err, ERR_USAGE, "unknown option --%.*s", len > 80 ? 80 : (int)len, name);
    return meant != NULL ? error_hint(err, "Did you mean --%s?", meant) : false;
}

static bool not_yet(const Option *option, const char *spelling, Error *err)
{
    (void)error_set(err, ERR_USAGE, "%s isn't there yet in this version", spelling);
    return option->help != NULL ? error_hint(err, "%s", option->help) : false;
}

/* value is NULL for flags. */
static bool store(Parser *parser, const Option *option, const char *value, Error *err)
{
    Options *options = &parser->options;
    Spelling spelling = long_spelling(option);

    if (value != NULL && value[0] == '\0' && strcmp(option->name, "config") == 0) {
        option = option_by_name("no-config", strlen("no-config"));
        value = NULL;
    }
    options->origins[option - option_table] =
        (Origin){.kind = ORIGIN_CALL, .rank = CONFIG_RANK_CALL};
    return option_store(options, option, value, spelling.text, err);
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
    if (strcmp(form, "cluster") == 0 &&
        (spec->id == COMMAND_BACKUP || spec->id == COMMAND_RESTORE)) {
        *found = command_by_id(spec->id == COMMAND_BACKUP ? COMMAND_BACKUP_CLUSTER
                                                          : COMMAND_RESTORE_CLUSTER);
        *taken = 2;
        return true;
    }
    if ((spec->id != COMMAND_BACKUP && spec->id != COMMAND_RESTORE) || parser->options.help) {
        return true;
    }
    if (spec->id == COMMAND_BACKUP && !single && form[0] != '\0') {
        (void)error_set(err, ERR_USAGE,
                        "backup wants to know of what: \"single\" and a database, \"cluster\" or "
                        "\"globals\"");
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
    if (parser->n_words - taken > MOST_OPERANDS) {
        return error_set(err, ERR_USAGE, "too many operands: \"%.80s\"",
                         parser->words[taken + MOST_OPERANDS]);
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

bool options_foreign(const Option *option, Command command, const char *spelling, Error *err)
{
    Buffer owners;

    buffer_init(&owners, 1024);
    for (size_t i = 0; i < command_count; i++) {
        if ((option->commands & command_table[i].id) != 0) {
            buffer_printf(&owners, "%s%s", owners.len > 0 ? ", " : "", command_table[i].name);
        }
    }
    (void)error_set(err, ERR_USAGE, "%s is not an option of %s, but of: %s", spelling,
                    command_by_id(command)->name, owners.data);
    buffer_free(&owners);
    return false;
}

/* The commands whose options may be given: `config` takes those of the command that it is to
 * speak of. */
static unsigned takes_options_of(const Options *options)
{
    const CommandSpec *subject;

    if (options->command != COMMAND_CONFIG) {
        return options->command;
    }
    subject = options->n_operands > 0 ? command_by_name(options->operands[0]) : NULL;
    return COMMAND_CONFIG | (unsigned)(subject != NULL ? subject->id : COMMAND_ALL);
}

static bool check_belonging(const Options *options, Error *err)
{
    unsigned commands = takes_options_of(options);

    for (size_t i = 0; i < option_count; i++) {
        const Option *option = &option_table[i];

        if (options->origins[i].kind == ORIGIN_CALL && (option->commands & commands) == 0) {
            Spelling spelling = long_spelling(option);

            return options_foreign(option, options->command, spelling.text, err);
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
           check_belonging(&parser->options, err);
}

/* Help is to be had even where the configuration is wrong. */
static bool is_configured(const Options *options)
{
    return !options->help && !options->version && options->command != COMMAND_HELP &&
           options->command != COMMAND_VERSION;
}

bool options_parse(int argc, char *const argv[], const ConfigPlaces *places, Options *options,
                   Error *err)
{
    Parser parser = {.argc = argc, .argv = argv};
    Options *made = &parser.options;
    bool ok;

    for (size_t i = 0; i < option_count; i++) {
        option_reset(made, &option_table[i]);
    }
    ok = parse(&parser, err);
    if (ok && is_configured(made)) {
        ok = (places == NULL || (config_read(places, made, &made->settings, err) &&
                                 config_apply(made->settings, made->command, made, err))) &&
             options_settle(made, err);
    }
    if (!ok) {
        options_free(made);
        return false;
    }
    *options = *made;
    return true;
}

bool options_for(const Options *options, Command command, Options *out, Error *err)
{
    Options made = {.command = command};
    bool ok = true;

    for (size_t i = 0; i < option_count; i++) {
        const Option *option = &option_table[i];

        option_reset(&made, option);
        if (ok && options->origins[i].kind == ORIGIN_CALL && (option->commands & command) != 0) {
            ok = option_copy(options, &made, option, err);
        }
    }
    if (!ok ||
        (options->settings != NULL && !config_apply(options->settings, command, &made, err)) ||
        !options_settle(&made, err)) {
        options_free(&made);
        return false;
    }
    *out = made;
    return true;
}

void options_free(Options *options)
{
    for (size_t i = 0; i < option_count; i++) {
        if (option_table[i].kind == OPTION_LIST) {
            option_reset(options, &option_table[i]);
        }
    }
    config_free(options->settings);
    options->settings = NULL;
}

const Origin *options_origin(const Options *options, const char *name)
{
    return &options->origins[option_by_name(name, strlen(name)) - option_table];
}

static bool is_json(const char *value)
{
    return value != NULL && strcmp(value, "json") == 0;
}

bool options_want_json(int argc, char *const argv[])
{
    for (int i = 0; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : "";

        if (strcmp(argv[i], "--log-format=json") == 0 || strcmp(argv[i], "--progress=json") == 0 ||
            ((strcmp(argv[i], "--log-format") == 0 || strcmp(argv[i], "--progress") == 0) &&
             is_json(next))) {
            return true;
        }
    }
    return is_json(getenv("DBBACKUP_LOG_FORMAT")) || is_json(getenv("DBBACKUP_PROGRESS"));
}
