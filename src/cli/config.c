/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of the environment and of configuration files, and which of them holds. */
#include "cli/config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "cli/closest.h"
#include "cli/commands.h"
#include "cli/ini_file.h"
#include "cli/option_value.h"

#define PREFIX      "DBBACKUP_"
#define SYSTEM_FILE "/etc/dbbackup.conf"
#define FILE_NAME   "dbbackup.conf"

enum { MOST_FILES = 2, VARIABLE_SIZE = 96 };

/* Of one file, the nearer one is the greater. */
typedef enum SectionRank {
    SECTION_DEFAULTS,
    SECTION_FAMILY, /* [backup], of backup, backup cluster … */
    SECTION_COMMAND,
    N_SECTION_RANKS,
} SectionRank;

/* One value of one option. */
typedef struct Setting {
    const Option *option;
    unsigned commands; /* for which it holds */
    const char *value;
    Origin origin;
} Setting;

struct Config {
    Arena arena; /* the files' text, and what was cut out of it */
    VEC(Setting) settings;
    Options checked; /* each value is stored here once, to see whether it can be */
    const char *files[MOST_FILES];
    size_t n_files;
    const CommandSpec *section; /* that is being read; NULL: [defaults] */
};

void config_usual_places(ConfigPlaces *places, char user_file[static PATH_MAX])
{
    const char *folder = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    int len = 0;

    *places =
        (ConfigPlaces){.environment = environ, .system_file = SYSTEM_FILE, .user_file = user_file};
    if (folder != NULL && folder[0] == '/') { /* others are to be passed over, its standard says */
        len = snprintf(user_file, PATH_MAX, "%s/" FILE_NAME, folder);
    } else if (home != NULL && home[0] == '/') {
        len = snprintf(user_file, PATH_MAX, "%s/.config/" FILE_NAME, home);
    }
    if (len <= 0 || len >= PATH_MAX) {
        user_file[0] = '\0';
    }
}

/* --- One setting -------------------------------------------------------------------------- */

/* "backup-dir" → "DBBACKUP_BACKUP_DIR" */
static void variable_name(const char *option, char out[static VARIABLE_SIZE])
{
    (void)snprintf(out, VARIABLE_SIZE, PREFIX "%s", option);
    for (char *p = out + strlen(PREFIX); *p != '\0'; p++) {
        *p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
    }
}

static bool refuse_place(const Option *option, const char *spelling, bool file, Error *err)
{
    (void)error_set(err, ERR_USAGE, "%s is taken from the command line%s only", spelling,
                    option->places == PLACES_NO_FILE ? " and the environment" : "");
    if (option->places == PLACES_NO_FILE) {
        return error_hint(err, "A configuration file can't name another.");
    }
    return error_hint(err,
                      "%s It says what one call works on or may overwrite, so it is to be said "
                      "each time: --%s",
                      file ? "Take the line out." : "Unset it.", option->name);
}

static bool check_option(const Option *option, const char *spelling, OriginKind kind, Error *err)
{
    if (option->kind == OPTION_NOT_YET) {
        return error_set(err, ERR_USAGE, "%s isn't there yet in this version", spelling);
    }
    if (option->places == PLACES_CALL_ONLY ||
        (option->places == PLACES_NO_FILE && kind == ORIGIN_FILE)) {
        return refuse_place(option, spelling, kind == ORIGIN_FILE, err);
    }
    return true;
}

static bool add_value(Config *config, const Setting *setting, const char *spelling, Error *err)
{
    if (!option_store(&config->checked, setting->option, setting->value, spelling, err)) {
        return false;
    }
    return vec_push(&config->settings, *setting) || error_set_memory(err, "the settings");
}

/* Up to the next comma that isn't in double quotes; they are part of a pattern's text. */
static size_t item_len(const char *text)
{
    bool quoted = false;
    size_t len = 0;

    for (; text[len] != '\0' && (quoted || text[len] != ','); len++) {
        quoted = quoted != (text[len] == '"');
    }
    return len;
}

static bool add_items(Config *config, Setting setting, const char *spelling, Error *err)
{
    const char *text = setting.value;

    for (;;) {
        size_t len = item_len(text);
        size_t from = strspn(text, " \t");
        size_t to = len;

        while (to > from && (text[to - 1] == ' ' || text[to - 1] == '\t')) {
            to--;
        }
        setting.value = arena_strndup(&config->arena, text + from, to > from ? to - from : 0);
        if (setting.value == NULL) {
            return error_set_memory(err, "the settings");
        }
        if (!add_value(config, &setting, spelling, err)) {
            return false;
        }
        if (text[len] == '\0') {
            return true;
        }
        text += len + 1;
    }
}

static bool add_setting(Config *config, const Setting *setting, const char *spelling, Error *err)
{
    if (!check_option(setting->option, spelling, setting->origin.kind, err)) {
        return false;
    }
    return option_adds_up(setting->option) ? add_items(config, *setting, spelling, err)
                                           : add_value(config, setting, spelling, err);
}

/* --- The environment ---------------------------------------------------------------------- */

/* "BACKUP_DIR" → "backup-dir" */
static void option_name(const char *variable, size_t len, char out[static VARIABLE_SIZE])
{
    size_t i;

    for (i = 0; i < len && i < VARIABLE_SIZE - 1; i++) {
        out[i] = variable[i] == '_' ? '-' : (char)tolower((unsigned char)variable[i]);
    }
    out[i] = '\0';
}

/* Only the name is told: the value may be a secret. */
static bool unknown_variable(const char *name, size_t len, const char *like, Error *err)
{
    const char *meant = option_closest(like, strlen(like));
    char variable[VARIABLE_SIZE];

    (void)error_set(err, ERR_USAGE, "unknown variable %.*s: there is no such option",
                    len > 80 ? 80 : (int)len, name);
    if (strcmp(like, "password") == 0) {
        return error_hint(err, "Passwords are taken from ~/.pgpass, PGPASSWORD, ~/.my.cnf, "
                               "MYSQL_PWD, or the terminal.");
    }
    if (meant == NULL) {
        return error_hint(err, "`dbbackup help COMMAND` shows the options there are.");
    }
    variable_name(meant, variable);
    return error_hint(err, "Did you mean %s?", variable);
}

static bool is_set(const Config *config, const Option *option)
{
    for (size_t i = 0; i < config->settings.len; i++) {
        if (config->settings.items[i].option == option) {
            return true;
        }
    }
    return false;
}

static bool read_variable(Config *config, const char *text, Error *err)
{
    size_t len = strcspn(text, "=");
    const char *value = text[len] == '=' ? text + len + 1 : "";
    const Option *option;
    char name[VARIABLE_SIZE];
    char spelling[VARIABLE_SIZE];

    option_name(text + strlen(PREFIX), len - strlen(PREFIX), name);
    option = option_by_name(name, strlen(name));
    if (option != NULL) {
        variable_name(option->name, spelling);
    }
    if (option == NULL || strncmp(text, spelling, len) != 0) { /* small letters, dashes */
        return unknown_variable(text, len, name, err);
    }
    if (value[0] == '\0' || is_set(config, option)) { /* of a name twice, getenv has the first */
        return true;
    }
    return add_setting(
        config,
        &(Setting){.option = option,
                   .commands = COMMAND_ALL,
                   .value = value,
                   .origin = {.kind = ORIGIN_VARIABLE, .rank = CONFIG_RANK_VARIABLE}},
        spelling, err);
}

static bool read_environment(Config *config, char *const *environment, Error *err)
{
    for (; *environment != NULL; environment++) {
        if (strncmp(*environment, PREFIX, strlen(PREFIX)) == 0 &&
            !read_variable(config, *environment, err)) {
            return false;
        }
    }
    return true;
}

/* --- Files -------------------------------------------------------------------------------- */

static bool is_configured(const CommandSpec *spec)
{
    return spec->id != COMMAND_HELP && spec->id != COMMAND_VERSION;
}

static bool begin_section(Config *config, const char *name, Error *err)
{
    const CommandSpec *spec = command_by_name(name);
    Closest closest;

    if (strcmp(name, "defaults") == 0 || (spec != NULL && is_configured(spec))) {
        config->section = spec;
        return true;
    }
    closest = closest_begin(name, strlen(name));
    closest_try(&closest, "defaults");
    for (size_t i = 0; i < command_count; i++) {
        if (is_configured(&command_table[i])) {
            closest_try(&closest, command_table[i].name);
        }
    }
    (void)error_set(err, ERR_USAGE, "unknown section [%.80s]", name);
    return closest.best != NULL
               ? error_hint(err, "Did you mean [%s]?", closest.best)
               : error_hint(err, "There are [defaults], for all commands, and one for each "
                                 "command: [backup], [restore] …");
}

static bool unknown_setting(const char *name, Error *err)
{
    const char *meant = option_closest(name, strlen(name));

    (void)error_set(err, ERR_USAGE, "unknown setting \"%.80s\"", name);
    if (strcmp(name, "password") == 0) {
        return error_hint(err, "Passwords don't stand here, but in ~/.pgpass or ~/.my.cnf.");
    }
    return meant != NULL ? error_hint(err, "Did you mean %s?", meant)
                         : error_hint(err, "`dbbackup help COMMAND` shows the options there are.");
}

/* Those for which its section holds: "backup" is also for "backup cluster". */
static unsigned section_commands(const CommandSpec *section)
{
    size_t len = section == NULL ? 0 : strlen(section->name);
    unsigned commands = 0;

    for (size_t i = 0; section != NULL && i < command_count; i++) {
        const char *name = command_table[i].name;

        if (strncmp(name, section->name, len) == 0 && (name[len] == '\0' || name[len] == ' ')) {
            commands |= command_table[i].id;
        }
    }
    return section == NULL ? COMMAND_ALL : commands;
}

static Origin origin_of_line(const Config *config, unsigned line, unsigned commands)
{
    SectionRank section = config->section == NULL           ? SECTION_DEFAULTS
                          : commands != config->section->id ? SECTION_FAMILY
                                                            : SECTION_COMMAND;

    return (Origin){
        .kind = ORIGIN_FILE,
        .rank = CONFIG_RANK_FILE + N_SECTION_RANKS * (unsigned)config->n_files + section,
        .file = config->files[config->n_files],
        .line = line,
    };
}

static bool check_twice(const Config *config, const Setting *setting, Error *err)
{
    for (size_t i = 0; i < config->settings.len; i++) {
        const Setting *other = &config->settings.items[i];

        if (other->option == setting->option && other->commands == setting->commands &&
            other->origin.file == setting->origin.file) {
            return error_set(err, ERR_USAGE,
                             "%s is said twice in this section; line %u has it, too",
                             setting->option->name, other->origin.line);
        }
    }
    return true;
}

static bool take_line(void *owner, const IniLine *line, Error *err)
{
    Config *config = owner;
    Setting setting = {.value = line->value};

    if (line->name == NULL) {
        return begin_section(config, line->section, err);
    }
    setting.option = option_by_name(line->name, strlen(line->name));
    if (setting.option == NULL) {
        return unknown_setting(line->name, err);
    }
    setting.commands = section_commands(config->section);
    setting.origin = origin_of_line(config, line->line, setting.commands);
    if (config->section != NULL && (setting.option->commands & config->section->id) == 0) {
        return options_foreign(setting.option, config->section->id, setting.option->name, err);
    }
    return (option_adds_up(setting.option) || check_twice(config, &setting, err)) &&
           add_setting(config, &setting, setting.option->name, err);
}

static bool read_config_file(Config *config, const char *path, bool must_exist, Error *err)
{
    const char *kept = arena_strdup(&config->arena, path);
    char *text;
    size_t len;

    if (kept == NULL) {
        return error_set_memory(err, "the settings");
    }
    if (!ini_load(kept, must_exist, &config->arena, &text, &len, err)) {
        return false;
    }
    if (text == NULL) {
        return true;
    }
    config->files[config->n_files] = kept;
    if (!ini_parse(text, len, kept, take_line, config, err)) {
        return false;
    }
    config->n_files++;
    return true;
}

/* Of --config and --no-config, the command line's, or else the environment's. */
static bool read_files(Config *config, const ConfigPlaces *places, const Options *call, Error *err)
{
    Options chosen = {.config = call->config, .no_config = call->no_config};

    if (call->config == NULL && !call->no_config) {
        chosen.config = config->checked.config;
        chosen.no_config = config->checked.no_config;
    }
    if (chosen.config != NULL && chosen.no_config) {
        return error_set(err, ERR_USAGE, "--config and --no-config contradict each other");
    }
    if (chosen.config != NULL) {
        return read_config_file(config, chosen.config, true, err);
    }
    if (chosen.no_config) {
        return true;
    }
    if (!read_config_file(config, places->system_file, false, err)) {
        return false;
    }
    return places->user_file[0] == '\0' || read_config_file(config, places->user_file, false, err);
}

/* --- All of it ---------------------------------------------------------------------------- */

bool config_read(const ConfigPlaces *places, const Options *call, Config **out, Error *err)
{
    Config *config = calloc(1, sizeof *config);

    if (config == NULL) {
        return error_set_memory(err, "the settings");
    }
    arena_init(&config->arena);
    if (!read_environment(config, places->environment, err) ||
        !read_files(config, places, call, err)) {
        config_free(config);
        return false;
    }
    *out = config;
    return true;
}

void config_free(Config *config)
{
    if (config == NULL) {
        return;
    }
    options_free(&config->checked);
    vec_free(&config->settings);
    arena_free(&config->arena);
    free(config);
}

/* Whether the setting speaks of this option of this command. */
static bool concerns(const Setting *setting, const Option *option, Command command)
{
    return setting->option == option && (setting->commands & (unsigned)command) != 0;
}

static bool apply(const Config *config, const Option *option, Command command, Options *options,
                  Error *err)
{
    Origin *origin = &options->origins[option - option_table];
    unsigned best = 0;

    for (size_t i = 0; i < config->settings.len; i++) {
        const Setting *setting = &config->settings.items[i];

        if (concerns(setting, option, command) && setting->origin.rank > best) {
            best = setting->origin.rank;
        }
    }
    for (size_t i = 0; i < config->settings.len; i++) {
        const Setting *setting = &config->settings.items[i];

        if (!concerns(setting, option, command) || setting->origin.rank != best) {
            continue;
        }
        if (!option_store(options, option, setting->value, option->name, err)) {
            return false;
        }
        if (origin->kind == ORIGIN_DEFAULT) { /* of several lines, the first one is named */
            *origin = setting->origin;
        }
    }
    return true;
}

bool config_apply(const Config *config, Command command, Options *options, Error *err)
{
    for (size_t i = 0; config->settings.len > 0 && i < option_count; i++) {
        const Option *option = &option_table[i];

        if ((option->commands & command) != 0 && options->origins[i].kind != ORIGIN_CALL &&
            !apply(config, option, command, options, err)) {
            return false;
        }
    }
    return true;
}

const char *config_file(const Config *config, size_t n)
{
    return n < config->n_files ? config->files[n] : NULL;
}

void config_origin_text(const char *option, const Origin *origin,
                        char out[static CONFIG_ORIGIN_SIZE])
{
    char variable[VARIABLE_SIZE];

    switch (origin->kind) {
    case ORIGIN_DEFAULT:
    case ORIGIN_CALL:
        (void)snprintf(out, CONFIG_ORIGIN_SIZE, "%s",
                       origin->kind == ORIGIN_CALL ? "option" : "default");
        break;
    case ORIGIN_FILE:
        (void)snprintf(out, CONFIG_ORIGIN_SIZE, "%s:%u", origin->file, origin->line);
        break;
    case ORIGIN_VARIABLE:
        variable_name(option, variable);
        (void)snprintf(out, CONFIG_ORIGIN_SIZE, "%s", variable);
        break;
    }
}
