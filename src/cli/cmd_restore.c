/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup restore [single] FILE */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "cli/keys.h"
#include "cli/selection_options.h"
#include "ui/format.h"

/* What is restored is counted in entries of our own files and in statements of scripts. */
static FormatText things(const RestoreResult *result)
{
    return result->kind == FILE_SCRIPT_ARCHIVE
               ? format_quantity(result->objects, "object", "objects")
               : format_quantity(result->stats.statements > 0 ? result->stats.statements
                                                              : result->objects,
                                 "statement", "statements");
}

static FormatText and_rows(const RestoreResult *result)
{
    return format_and_quantity(result->stats.rows, "row", "rows");
}

static void report(const CommandContext *context, const char *path, const RestoreResult *result)
{
    char text[PATH_MAX + 512];
    char database[sizeof result->database];

    command_database_text(result->database, database, sizeof database);
    if (result->tool[0] != '\0') {
        (void)snprintf(text, sizeof text, "%s: restored from %s by %s in %s", database, path,
                       result->tool, format_duration(result->seconds).text);
    } else {
        (void)snprintf(text, sizeof text, "%s: %s%s restored from %s in %s", database,
                       things(result).text, and_rows(result).text,
                       strcmp(path, "-") == 0 ? "standard input" : path,
                       format_duration(result->seconds).text);
    }
    ui_done(context->ui, &(UiSummary){.text = text,
                                      .file = strcmp(path, "-") == 0 ? NULL : path,
                                      .database = database,
                                      .rows = result->stats.rows,
                                      .objects = result->objects,
                                      .seconds = result->seconds});
}

/* "41 roles, 2 tablespaces, 3 of them were there already" */
static void report_globals(const CommandContext *context, const RestoreRequest *request,
                           const RestoreResult *result)
{
    const GlobalsStats *stats = &result->globals;
    bool users = request->engine->dialect == SQL_MYSQL;
    char text[PATH_MAX + 512];
    char what[256];

    (void)snprintf(what, sizeof what, "%s, %s",
                   format_quantity(stats->roles, users ? "user or role" : "role",
                                   users ? "users and roles" : "roles")
                       .text,
                   format_quantity(stats->tablespaces, "tablespace", "tablespaces").text);
    (void)snprintf(text, sizeof text, "%s restored from %s in %s; %s there before", what,
                   request->path, format_duration(result->seconds).text,
                   format_quantity(stats->existing, "was", "were").text);
    ui_done(context->ui, &(UiSummary){.text = request->dry_run ? NULL : text,
                                      .file = request->path,
                                      .objects = stats->statements,
                                      .seconds = result->seconds});
    if (request->dry_run) {
        printf("Would restore %s from %s; %s there already. Nothing was changed.\n", what,
               request->path, format_quantity(stats->existing, "is", "are").text);
    }
}

static bool restore(const CommandContext *context, const RestoreRequest *request, Error *err)
{
    RestoreResult result = {0};

    if (!command_check_file(request->path, err) ||
        !restore_run(request, &context->engine, &result, err)) {
        return false;
    }
    if (result.is_globals) {
        report_globals(context, request, &result);
    } else if (request->dry_run && result.tool[0] != '\0') {
        ui_done(context->ui, &(UiSummary){.text = NULL});
        printf("Would restore %s (%s) into %s with %s. Nothing was changed.\n", request->path,
               file_kind_text(result.kind), result.database, result.tool);
    } else if (request->dry_run) {
        char database[sizeof result.database];

        command_database_text(result.database, database, sizeof database);
        ui_done(context->ui, &(UiSummary){.database = database});
        printf("Would restore %s%s from %s (%s) into %s. Nothing was changed.\n",
               things(&result).text, and_rows(&result).text, request->path,
               file_kind_text(result.kind), database);
    } else {
        report(context, request->path, &result);
    }
    return true;
}

bool command_restore(const CommandContext *context, Error *err)
{
    const Options *options = context->options;
    const char *member = options->databases.len > 0 ? options->databases.items[0] : NULL;
    const char *database = options->target != NULL ? options->target : member;
    KeyRing ring = keys_of_options(options);
    Selection selection;
    RestoreRequest request = {
        .engine = command_engine(options, database, err),
        .server = command_server(options, database),
        .path = options->operands[0],
        .keys = &ring,
        .database = options->target,
        .member = member,
        .selection = &selection,
        .create = options->create,
        .clean = options->clean,
        .confirm = options->confirm,
        .single_transaction = options->single_transaction,
        .continue_on_error = options->continue_on_error,
        .no_definer = options->no_definer,
        .disable_triggers = options->disable_triggers,
        .resume = options->resume,
        .choice = command_choice(options),
        .dry_run = options->dry_run,
        .jobs = options->single_transaction ? 1 : command_jobs(options),
    };
    bool ok;

    ok = request.engine != NULL && selection_from_options(options, &selection, err);
    if (ok) {
        ok = restore(context, &request, err);
        selection_free(&selection);
    }
    key_ring_free(&ring);
    return ok;
}
