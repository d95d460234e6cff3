/* SPDX-License-Identifier: Apache-2.0 */
/* mariadb-dump and mysqldump, mariadb and mysql. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/tools/arguments.h"
#include "engine/tools/tools.h"
#include "io/process.h"

enum { MARIADB_10_11 = 101100 };

/* --- Checking ----------------------------------------------------------------------------- */

/* A table's name as it is; patterns, and names of databases, these programs don't know. */
static bool is_plain(const NamePattern *pattern)
{
    return strpbrk(name_pattern_text(pattern), "*?|+()[]{}^\"`.") == NULL;
}

static bool check_tables(const ToolBackup *backup, Error *err)
{
    static const SelectionList lists[] = {SELECT_TABLES, SELECT_NOT_TABLES};

    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        for (size_t j = 0; j < backup->scope->selection->rules[lists[i]].len; j++) {
            const SelectionRule *rule = &backup->scope->selection->rules[lists[i]].items[j];

            if (!is_plain(rule->pattern)) {
                return error_set(err, ERR_USAGE, "%s takes a table's name, and no pattern: %s",
                                 backup->program->name, name_pattern_text(rule->pattern));
            }
        }
    }
    return true;
}

bool mysql_tool_backup_check(const ToolBackup *backup, Error *err)
{
    const BackupScope *scope = backup->scope;
    const Selection *selection = scope->selection;
    const Program *program = backup->program;
    const struct {
        bool given;
        const char *option;
    } options[] = {
        {selection->rules[SELECT_SCHEMAS].len > 0, "--schema"},
        {selection->rules[SELECT_NOT_SCHEMAS].len > 0, "--exclude-schema"},
        {selection->rules[SELECT_NOT_DATA].len > 0, "--exclude-table-data"},
        {selection->rules[SELECT_EXTENSIONS].len > 0, "--extension"},
        {selection->rules[SELECT_NOT_EXTENSIONS].len > 0, "--exclude-extension"},
        {selection->sections != 0, "--section"},
        {scope->no_definer, "--no-definer"},
        {scope->disable_triggers, "--disable-triggers"},
        {scope->create && selection->rules[SELECT_TABLES].len > 0, "--create of some tables"},
        {selection->leave_out != 0, "--no-comments, --no-owner and the like"},
        {scope->history && (!program->is_mariadb || program->version < MARIADB_10_11), "--history"},
    };

    if (backup->format != FORMAT_SQL) {
        return error_set(err, ERR_USAGE, "%s writes scripts only: -F sql", program->name);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (options[i].given) {
            (void)error_set(err, ERR_USAGE, "%s can't be done with %s", options[i].option,
                            program->name);
            return error_hint(err, "The native engine can: leave --engine out.");
        }
    }
    return check_tables(backup, err);
}

/* --- Running ------------------------------------------------------------------------------ */

static bool run(const Program *program, Arguments *arguments, const ServerFacts *server,
                const ProcessSpec *streams, Error *err)
{
    char option[PROCESS_SECRET_PATH_SIZE + 32];
    char path[PROCESS_SECRET_PATH_SIZE];
    ProcessSpec spec = *streams;
    bool ok;

    if (!process_secret(server->secret, strlen(server->secret), &spec.secret_fd, path, err)) {
        return false;
    }
    (void)snprintf(option, sizeof option, "--defaults-file=%s", path);
    arguments->items.items[1] = option; /* must be the first */
    spec.program = program->path;
    spec.argv = arguments_vector(arguments, err);
    ok = spec.argv != NULL && process_run(&spec, err);
    close(spec.secret_fd);
    return ok;
}

static void begin(Arguments *arguments, const Program *program)
{
    arguments_init(arguments, program->name);
    arguments_add(arguments, ""); /* run() says where the option file is */
    arguments_add(arguments, "--default-character-set=utf8mb4");
}

/* What only one of the two families has, or does by default. */
static void add_family(Arguments *arguments, const ToolBackup *backup)
{
    if (backup->program->is_mariadb) {
        if (backup->scope->history) {
            arguments_add(arguments, "--dump-history");
        }
        return;
    }
    arguments_add(arguments, "--set-gtid-purged=OFF");
    arguments_add(arguments, "--no-tablespaces");
}

static void add_scope(Arguments *arguments, const ToolBackup *backup)
{
    const BackupScope *scope = backup->scope;
    const Selection *selection = scope->selection;
    bool some = selection->rules[SELECT_TABLES].len > 0;

    if (!some && !selection->data_only) {
        arguments_add(arguments, "--routines");
        arguments_add(arguments, "--events");
    }
    if (selection->data_only) {
        arguments_add(arguments, "--no-create-info");
        arguments_add(arguments, "--skip-triggers");
    }
    if (selection->schema_only) {
        arguments_add(arguments, "--no-data");
    }
    if (!scope->clean) {
        arguments_add(arguments, "--skip-add-drop-table");
    }
    for (size_t i = 0; i < selection->rules[SELECT_NOT_TABLES].len; i++) {
        arguments_format(arguments, "--ignore-table=%s.%s", backup->server->database,
                         name_pattern_text(selection->rules[SELECT_NOT_TABLES].items[i].pattern));
    }
    if (scope->create) {
        arguments_add(arguments, "--databases");
        if (scope->clean) {
            arguments_add(arguments, "--add-drop-database");
        }
    }
}

bool mysql_tool_backup(const ToolBackup *backup, const EngineContext *context, Error *err)
{
    const Selection *selection = backup->scope->selection;
    ProcessSpec streams = {
        .output = backup->output, .events = context->events, .cancel = context->cancel};
    Arguments arguments;
    bool ok;

    begin(&arguments, backup->program);
    arguments_add(&arguments, "--single-transaction");
    arguments_add(&arguments, "--quick");
    arguments_add(&arguments, "--hex-blob");
    arguments_add(&arguments, "--triggers");
    add_family(&arguments, backup);
    add_scope(&arguments, backup);
    arguments_add(&arguments, "--");
    arguments_add(&arguments, backup->server->database);
    for (size_t i = 0; i < selection->rules[SELECT_TABLES].len; i++) {
        arguments_add(&arguments,
                      name_pattern_text(selection->rules[SELECT_TABLES].items[i].pattern));
    }
    ok = run(backup->program, &arguments, backup->server, &streams, err);
    arguments_free(&arguments);
    return ok;
}

bool mysql_tool_restore_script(const ToolRestore *restore, const EngineContext *context, Error *err)
{
    ProcessSpec streams = {
        .input = restore->input, .events = context->events, .cancel = context->cancel};
    Arguments arguments;
    bool ok;

    begin(&arguments, restore->program);
    arguments_add(&arguments, "--batch");
    arguments_add(&arguments, "--comments"); /* those within routines are part of them */
    arguments_add(&arguments, "--local-infile=0");
    arguments_format(&arguments, "--database=%s", restore->server->database);
    ok = run(restore->program, &arguments, restore->server, &streams, err);
    arguments_free(&arguments);
    return ok;
}
