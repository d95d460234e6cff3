/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup backup single DB */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "cli/keys.h"
#include "cli/selection_options.h"
#include "ui/format.h"

static bool check_output(const Options *options, Error *err)
{
    if (!command_check_output(options, err)) {
        return false;
    }
    if (options->output != NULL && strcmp(options->output, "-") == 0 &&
        options->compression.codec != CODEC_NONE && isatty(STDOUT_FILENO) == 1) {
        (void)error_set(err, ERR_USAGE, "a compressed backup is nothing for a terminal");
        return error_hint(err, "Redirect it (-o - > FILE), or add --compress none to look at it.");
    }
    return true;
}

static void report(const CommandContext *context, const BackupRequest *request,
                   const BackupResult *result)
{
    bool piped = strcmp(result->path, "-") == 0;
    char text[PATH_MAX + 512];
    char database[256];

    command_database_text(request->database, database, sizeof database);
    if (result->tool[0] != '\0') {
        (void)snprintf(text, sizeof text, "%s: %s by %s in %s",
                       piped ? "standard output" : result->path,
                       format_size(result->file.file_size).text, result->tool,
                       format_duration(result->seconds).text);
    } else {
        (void)snprintf(
            text, sizeof text, "%s: %s, %s, %s in %s", piped ? "standard output" : result->path,
            format_quantity(result->tables, "table", "tables").text,
            format_quantity(result->rows, "row", "rows").text,
            format_size(result->file.file_size).text, format_duration(result->seconds).text);
    }
    ui_done(context->ui, &(UiSummary){.text = text,
                                      .file = piped ? NULL : result->path,
                                      .database = database,
                                      .bytes = result->file.file_size,
                                      .rows = result->rows,
                                      .objects = result->objects,
                                      .seconds = result->seconds});
}

static bool back_up(const CommandContext *context, const BackupRequest *request, Error *err)
{
    const Options *options = context->options;
    BackupResult result = {0};

    if (!check_output(options, err) || !backup_run(request, &context->engine, &result, err)) {
        return false;
    }
    if (options->dry_run && result.tool[0] != '\0') {
        ui_done(context->ui, &(UiSummary){.text = NULL});
        printf("Would back up to %s with %s. Nothing was written.\n", result.path, result.tool);
    } else if (options->dry_run) {
        ui_done(context->ui, &(UiSummary){.text = NULL});
        printf("Would back up %s with data and %s%s%s. Nothing was written.\n",
               format_quantity(result.tables, "table", "tables").text,
               format_quantity(result.objects, "definition", "definitions").text,
               result.path[0] != '\0' ? " to " : "", result.path);
    } else {
        report(context, request, &result);
    }
    return true;
}

bool command_backup(const CommandContext *context, Error *err)
{
    const Options *options = context->options;
    KeyRing ring = keys_of_options(options);
    Selection selection;
    BackupRequest request = {
        .engine = command_engine(options, options->operands[0], err),
        .server = command_server(options, options->operands[0]),
        .database = options->operands[0],
        .scope = {.selection = &selection,
                  .clean = options->clean,
                  .if_exists = options->if_exists,
                  .create = options->create,
                  .no_definer = options->no_definer,
                  .history = options->history,
                  .disable_triggers = options->disable_triggers},
        .output = options->output,
        .backup_dir = options->backup_dir,
        .compression = options->compression,
        .choice = command_choice(options),
        .format = command_format(options),
        .fallback = command_fallback(options, true),
        .dry_run = options->dry_run,
        .jobs = command_jobs(options),
    };
    bool ok;

    ok = request.engine != NULL && keys_for_backup(options, &ring, &request.key, err) &&
         selection_from_options(options, &selection, err);
    if (ok) {
        ok = back_up(context, &request, err);
        selection_free(&selection);
    }
    key_ring_free(&ring);
    return ok;
}
