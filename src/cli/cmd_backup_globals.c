/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup backup globals [DB] */
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "cli/commands.h"
#include "cli/keys.h"
#include "cli/selection_options.h"
#include "ui/format.h"

static void report(const CommandContext *context, const Engine *engine, const GlobalsResult *result)
{
    bool users = engine->dialect == SQL_MYSQL;
    bool piped = strcmp(result->path, "-") == 0;
    char text[PATH_MAX + 512];

    (void)snprintf(text, sizeof text, "%s: %s, %s, %s in %s",
                   piped ? "standard output" : result->path,
                   format_quantity(result->stats.roles, users ? "user or role" : "role",
                                   users ? "users and roles" : "roles")
                       .text,
                   format_quantity(result->stats.tablespaces, "tablespace", "tablespaces").text,
                   format_size(result->file_size).text, format_duration(result->seconds).text);
    ui_done(context->ui, &(UiSummary){.text = text,
                                      .file = piped ? NULL : result->path,
                                      .bytes = result->file_size,
                                      .objects = result->stats.statements,
                                      .seconds = result->seconds});
}

bool command_backup_globals(const CommandContext *context, Error *err)
{
    const Options *options = context->options;
    const char *database = options->n_operands > 0 ? options->operands[0] : NULL;
    KeyRing ring = keys_of_options(options);
    GlobalsResult result = {0};
    GlobalsRequest request = {
        .engine = command_engine(options, database, err),
        .server = command_server(options, database),
        .database = database,
        .scope = {.leave_out = left_out_by_options(options),
                  .no_passwords = options->no_role_passwords},
        .output = options->output,
        .backup_dir = options->backup_dir,
    };

    bool ok = request.engine != NULL && command_check_output(options, err) &&
              keys_for_backup(options, &ring, &request.key, err) &&
              globals_backup_run(&request, &context->engine, &result, err);

    key_ring_free(&ring);
    if (ok) {
        report(context, request.engine, &result);
    }
    return ok;
}
