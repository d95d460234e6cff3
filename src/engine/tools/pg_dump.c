/* SPDX-License-Identifier: Apache-2.0 */
/* pg_dump: what is to be taken, in its own switches. */
#include <stdio.h>
#include <string.h>

#include "engine/tools/pg_arguments.h"
#include "engine/tools/tools.h"
#include "io/process.h"

enum { GZIP_LEVEL_MAX = 9, PG_14 = 140000, PG_16 = 160000, PG_17 = 170000 };

static const struct {
    const char *name; /* of the option, here and there */
    int since;
    int since_with_children; /* as NAME-and-children; 0: there is no such option */
} lists[N_SELECTION_LISTS] = {
    [SELECT_SCHEMAS] = {"schema", 0, 0},
    [SELECT_NOT_SCHEMAS] = {"exclude-schema", 0, 0},
    [SELECT_TABLES] = {"table", 0, PG_16},
    [SELECT_NOT_TABLES] = {"exclude-table", 0, PG_16},
    [SELECT_NOT_DATA] = {"exclude-table-data", 0, PG_16},
    [SELECT_EXTENSIONS] = {"extension", PG_14, 0},
    [SELECT_NOT_EXTENSIONS] = {"exclude-extension", PG_17, 0},
};

static bool too_old(const Program *program, const char *option, int since, Error *err)
{
    (void)error_set(err, ERR_USAGE, "%s knows no %s: it takes version %d", program->said, option,
                    since / 10000);
    return error_hint(err, "Leave the option out; or let the native engine do it.");
}

static bool check_lists(const Program *program, const Selection *selection, Error *err)
{
    for (int list = 0; list < N_SELECTION_LISTS; list++) {
        for (size_t i = 0; i < selection->rules[list].len; i++) {
            bool children = selection->rules[list].items[i].and_children;
            int since = children ? lists[list].since_with_children : lists[list].since;
            char option[64];

            if (program->version < since) {
                (void)snprintf(option, sizeof option, "--%s%s", lists[list].name,
                               children ? "-and-children" : "");
                return too_old(program, option, since, err);
            }
        }
    }
    return true;
}

/* What only a script can be without; of an archive, a restore decides it. */
static bool check_archive_options(const BackupScope *scope, Error *err)
{
    unsigned leave_out = scope->selection->leave_out;
    const struct {
        bool given;
        const char *option;
    } options[] = {
        {(leave_out & TEXT_BIT(TEXT_OWNER)) != 0, "--no-owner"},
        {(leave_out & TEXT_BIT(TEXT_TABLESPACE)) != 0, "--no-tablespaces"},
        {scope->clean, "--clean"},
        {scope->create, "--create"},
        {scope->disable_triggers, "--disable-triggers"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (options[i].given) {
            (void)error_set(err, ERR_USAGE, "%s says nothing of a backup in pg_dump's own formats",
                            options[i].option);
            return error_hint(err, "Give it to the restore; or make a script (-F sql).");
        }
    }
    return true;
}

static bool check_compression(const ToolBackup *backup, Error *err)
{
    return backup->compression.codec != CODEC_ZSTD || backup->program->version >= PG_16 ||
           too_old(backup->program, "--compress=zstd in its own formats", PG_16, err);
}

bool tool_backup_check(const ToolBackup *backup, Error *err)
{
    if (backup->program->id == PROGRAM_MYSQL_DUMP) {
        return mysql_tool_backup_check(backup, err);
    }
    return check_lists(backup->program, backup->scope->selection, err) &&
           (backup->format == FORMAT_SQL ||
            (check_archive_options(backup->scope, err) && check_compression(backup, err)));
}

static void add_lists(Arguments *arguments, const Selection *selection)
{
    for (int list = 0; list < N_SELECTION_LISTS; list++) {
        for (size_t i = 0; i < selection->rules[list].len; i++) {
            const SelectionRule *rule = &selection->rules[list].items[i];

            arguments_format(arguments, "--%s%s=%s", lists[list].name,
                             rule->and_children ? "-and-children" : "",
                             name_pattern_text(rule->pattern));
        }
    }
}

static void add_selection(Arguments *arguments, const Selection *selection, int version)
{
    bool large_objects = version >= PG_16; /* the word; it was blobs before */

    add_lists(arguments, selection);
    arguments_flag(arguments, selection->strict_names, "--strict-names");
    arguments_flag(arguments, selection->large_objects == LARGE_OBJECTS_ALWAYS,
                   large_objects ? "--large-objects" : "--blobs");
    arguments_flag(arguments, selection->large_objects == LARGE_OBJECTS_NEVER,
                   large_objects ? "--no-large-objects" : "--no-blobs");
    pg_arguments_select(arguments, selection);
}

static void add_compression(Arguments *arguments, const ToolBackup *backup)
{
    int level = backup->compression.level;

    switch (backup->compression.codec) {
    case CODEC_NONE:
        arguments_add(arguments, "--compress=0");
        break;
    case CODEC_GZIP: /* bare, as all versions take it */
        arguments_format(arguments, "--compress=%d",
                         level > GZIP_LEVEL_MAX ? (int)GZIP_LEVEL_MAX : level);
        break;
    case CODEC_ZSTD:
        arguments_format(arguments, "--compress=zstd:%d", level);
        break;
    }
}

static void add_format(Arguments *arguments, const ToolBackup *backup)
{
    const BackupScope *scope = backup->scope;

    if (backup->format == FORMAT_SQL) {
        arguments_add(arguments, "--format=plain");
        arguments_flag(arguments, scope->clean, "--clean");
        arguments_flag(arguments, scope->if_exists, "--if-exists");
        arguments_flag(arguments, scope->create, "--create");
        arguments_flag(arguments, scope->disable_triggers, "--disable-triggers");
        return;
    }
    arguments_add(arguments,
                  backup->format == FORMAT_CUSTOM ? "--format=custom" : "--format=directory");
    if (backup->path != NULL) {
        arguments_format(arguments, "--file=%s", backup->path);
    }
    arguments_add(arguments, "--no-sync"); /* whoever gives it its name does that */
    add_compression(arguments, backup);
    if (backup->format == FORMAT_DIRECTORY && scope->jobs > 1) {
        arguments_format(arguments, "--jobs=%u", scope->jobs);
    }
}

static bool pg_dump(const ToolBackup *backup, const EngineContext *context, Error *err)
{
    const char *environment[] = {backup->server->secret, NULL};
    ProcessSpec spec = {.program = backup->program->path,
                        .environment = environment,
                        .output = backup->output,
                        .events = context->events,
                        .cancel = context->cancel};
    Arguments arguments;
    bool ok;

    arguments_init(&arguments, backup->program->name);
    arguments_add(&arguments, "--no-password");
    add_format(&arguments, backup);
    add_selection(&arguments, backup->scope->selection, backup->program->version);
    arguments_format(&arguments, "--dbname=%s", backup->server->connection);
    spec.argv = arguments_vector(&arguments, err);
    ok = spec.argv != NULL && process_run(&spec, err);
    arguments_free(&arguments);
    return ok;
}

bool tool_backup(const ToolBackup *backup, const EngineContext *context, Error *err)
{
    return tool_backup_check(backup, err) &&
           (backup->program->id == PROGRAM_MYSQL_DUMP ? mysql_tool_backup(backup, context, err)
                                                      : pg_dump(backup, context, err));
}
