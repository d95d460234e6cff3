/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup config [COMMAND] [OPTION]...: a line for each option, and one more for each other value
 * that it has with some of the commands. */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/closest.h"
#include "cli/config.h"
#include "cli/option_value.h"
#include "cli/table.h"

#define TEXT_LIMIT    ((size_t)16 * 1024 * 1024)
#define MOST_COMMANDS 16 /* of command_table */

typedef struct Shown {
    const CommandContext *context;
    unsigned commands; /* that are shown */
    Options of[MOST_COMMANDS];
    size_t n_of;
    Buffer value; /* of the option at hand; without secrets */
    Table table;
    JsonWriter json;
    Buffer text;
} Shown;

static bool choose_commands(Shown *shown, Error *err)
{
    const Options *options = shown->context->options;
    const CommandSpec *spec;
    Closest closest;

    shown->commands =
        (unsigned)COMMAND_ALL & ~(unsigned)(COMMAND_HELP | COMMAND_VERSION | COMMAND_CONFIG);
    if (options->n_operands == 0) {
        return true;
    }
    spec = command_by_name(options->operands[0]);
    if (spec != NULL) {
        shown->commands = spec->id;
        return true;
    }
    closest = closest_begin(options->operands[0], strlen(options->operands[0]));
    for (size_t i = 0; i < command_count; i++) {
        closest_try(&closest, command_table[i].name);
    }
    (void)error_set(err, ERR_USAGE, "there is no command \"%.80s\"", options->operands[0]);
    return closest.best != NULL ? error_hint(err, "Did you mean \"%s\"?", closest.best) : false;
}

static bool settle_commands(Shown *shown, Error *err)
{
    for (size_t i = 0; i < command_count; i++) {
        if ((command_table[i].id & shown->commands) == 0) {
            continue;
        }
        if (shown->n_of == MOST_COMMANDS) {
            return error_set(err, ERR_INTERNAL, "more commands than expected");
        }
        if (!options_for(shown->context->options, command_table[i].id, &shown->of[shown->n_of],
                         err)) {
            return error_prefix(err, "%s", command_table[i].name);
        }
        shown->n_of++;
    }
    return true;
}

static bool same_origin(const Origin *a, const Origin *b)
{
    return a->kind == b->kind && a->line == b->line && a->file == b->file;
}

/* The commands for which the option has the same value from the same place as for the first one;
 * none when it is as for one before it. */
static unsigned commands_alike(const Shown *shown, size_t first, size_t option)
{
    unsigned alike = 0;

    for (size_t i = 0; i < shown->n_of; i++) {
        const Options *options = &shown->of[i];

        if ((option_table[option].commands & options->command) == 0 ||
            !same_origin(&options->origins[option], &shown->of[first].origins[option])) {
            continue;
        }
        if (i < first) {
            return 0;
        }
        alike |= options->command;
    }
    return alike;
}

/* A URI or a connection string may hold a password, and an odd one that doesn't parse, too: all is
 * left out that could be part of one. */
static void put_masked(const char *value, Buffer *out)
{
    const char *scheme = strstr(value, "://");
    const char *place = scheme != NULL ? scheme + strlen("://") : value;
    const char *at = strrchr(place, '@');
    const char *query = strchr(place, '?');

    if (scheme == NULL) {
        bool secret = strcasestr(value, "password") != NULL && strchr(value, '=') != NULL;

        buffer_puts(out, secret ? "a connection string" : value);
        return;
    }
    buffer_append(out, value, (size_t)(place - value));
    if (at != NULL && query != NULL && query < at) {
        buffer_puts(out, "…");
        return;
    }
    place = at != NULL ? at + 1 : place;
    buffer_printf(out, "%s%.*s%s", at != NULL ? "…@" : "", (int)strcspn(place, "?"), place,
                  query != NULL ? "?…" : "");
}

static bool put_value(Shown *shown, const Options *options, const Option *option, Error *err)
{
    Buffer text;
    bool ok;

    buffer_init(&text, TEXT_LIMIT);
    option_text(options, option, &text);
    buffer_clear(&shown->value);
    put_masked(text.data, &shown->value);
    ok = buffer_ok(&text, "the options", err) && buffer_ok(&shown->value, "the options", err);
    buffer_free(&text);
    if (option->kind == OPTION_NUMBER && shown->value.len == 0 &&
        option->offset == offsetof(Options, jobs)) {
        buffer_printf(&shown->value, "%u", command_jobs(options));
    }
    if (option->kind == OPTION_SECONDS && shown->value.len == 0) {
        buffer_printf(&shown->value, "%u", command_stall_seconds(options));
    }
    return ok;
}

/* Without --config, the files that were found. */
static void put_files(Shown *shown)
{
    const Config *config = shown->context->options->settings;

    buffer_clear(&shown->value);
    for (size_t i = 0; config != NULL && config_file(config, i) != NULL; i++) {
        buffer_printf(&shown->value, "%s%s", i > 0 ? ", " : "", config_file(config, i));
    }
}

static void add_line(Shown *shown, const Option *option, const Origin *origin, unsigned commands)
{
    const char *value = shown->value.len > 0 ? shown->value.data : NULL;
    char from[CONFIG_ORIGIN_SIZE];

    config_origin_text(option->name, origin, from);
    table_add(&shown->table, option->name);
    table_add(&shown->table, value != NULL ? value : "-");
    table_add(&shown->table, from);
    if (shown->table.columns > 3) {
        Buffer names;

        buffer_init(&names, 1024);
        for (size_t i = 0; i < command_count; i++) {
            if ((command_table[i].id & commands) != 0) {
                buffer_printf(&names, "%s%s", names.len > 0 ? ", " : "", command_table[i].name);
            }
        }
        table_add(&shown->table, names.data);
        buffer_free(&names);
    }
}

static void add_json(Shown *shown, const Option *option, const Origin *origin, unsigned commands)
{
    static const char *const kinds[] = {[ORIGIN_DEFAULT] = "default",
                                        [ORIGIN_FILE] = "file",
                                        [ORIGIN_VARIABLE] = "variable",
                                        [ORIGIN_CALL] = "option"};
    char from[CONFIG_ORIGIN_SIZE];

    config_origin_text(option->name, origin, from);
    json_begin_object(&shown->json, NULL);
    json_text(&shown->json, "name", option->name);
    json_text(&shown->json, "value", shown->value.len > 0 ? shown->value.data : NULL);
    json_text(&shown->json, "from", kinds[origin->kind]);
    json_text(&shown->json, "variable", origin->kind == ORIGIN_VARIABLE ? from : NULL);
    json_text(&shown->json, "file", origin->file);
    if (origin->kind == ORIGIN_FILE) {
        json_uint(&shown->json, "line", origin->line);
    } else {
        json_text(&shown->json, "line", NULL);
    }
    json_begin_array(&shown->json, "commands");
    for (size_t i = 0; i < command_count; i++) {
        if ((command_table[i].id & commands) != 0) {
            json_text(&shown->json, NULL, command_table[i].name);
        }
    }
    json_end_array(&shown->json);
    json_end_object(&shown->json);
}

/* What is only ever said in a call is shown where it was. */
static bool is_shown(const Option *option, const Origin *origin)
{
    return option->kind != OPTION_NOT_YET &&
           (option->places != PLACES_CALL_ONLY || origin->kind == ORIGIN_CALL);
}

static bool show_option(Shown *shown, size_t option, Error *err)
{
    const Option *spec = &option_table[option];

    for (size_t i = 0; i < shown->n_of; i++) {
        const Options *options = &shown->of[i];
        const Origin *origin = &options->origins[option];
        unsigned commands = commands_alike(shown, i, option);

        if ((commands & options->command) == 0 || !is_shown(spec, origin)) {
            continue;
        }
        if (!put_value(shown, options, spec, err)) {
            return false;
        }
        if (spec->offset == offsetof(Options, config) && options->config == NULL) {
            put_files(shown);
        }
        if (shown->context->options->json) {
            add_json(shown, spec, origin, commands);
        } else {
            add_line(shown, spec, origin, commands);
        }
    }
    return true;
}

static bool print_options(Shown *shown, Error *err)
{
    if (!shown->context->options->json) {
        return table_print(&shown->table, stdout, err);
    }
    json_end_array(&shown->json);
    if (!buffer_ok(&shown->text, "the options", err)) {
        return false;
    }
    puts(shown->text.data);
    return true;
}

static bool show(Shown *shown, Error *err)
{
    static const char *const headers[] = {"OPTION", "VALUE", "FROM", "FOR"};

    if (!choose_commands(shown, err) || !settle_commands(shown, err)) {
        return false;
    }
    table_init(&shown->table, "", shown->n_of > 1 ? "llll" : "lll");
    for (size_t i = 0; i < shown->table.columns; i++) {
        table_add(&shown->table, headers[i]);
    }
    json_init(&shown->json, &shown->text);
    json_begin_array(&shown->json, NULL);
    for (size_t i = 0; i < option_count; i++) {
        if (!show_option(shown, i, err)) {
            return false;
        }
    }
    return print_options(shown, err);
}

bool command_config(const CommandContext *context, Error *err)
{
    static Shown shown; /* large */
    bool ok;

    shown.context = context;
    buffer_init(&shown.value, TEXT_LIMIT);
    buffer_init(&shown.text, TEXT_LIMIT);
    table_init(&shown.table, "", "lll");
    ok = show(&shown, err);
    for (size_t i = 0; i < shown.n_of; i++) {
        options_free(&shown.of[i]);
    }
    table_free(&shown.table);
    buffer_free(&shown.value);
    buffer_free(&shown.text);
    return ok;
}
