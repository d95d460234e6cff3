/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup backup cluster [DB] */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "cli/commands.h"
#include "cli/keys.h"
#include "cli/password.h"
#include "cli/selection_options.h"
#include "cli/table.h"
#include "ui/format.h"

static bool check_output(const Options *options, Error *err)
{
    if (!command_check_output(options, err)) {
        return false;
    }
    if (options->output != NULL && strcmp(options->output, "-") == 0 &&
        isatty(STDOUT_FILENO) == 1 && !options->dry_run) {
        (void)error_set(err, ERR_USAGE, "an archive is nothing for a terminal");
        return error_hint(err, "Redirect it: -o - > FILE");
    }
    return true;
}

static FormatText roles_text(const Engine *engine, const ClusterBackupResult *result)
{
    bool users = engine->dialect == SQL_MYSQL;

    return format_quantity(result->globals.roles, users ? "user or role" : "role",
                           users ? "users and roles" : "roles");
}

static void report(const CommandContext *context, const Engine *engine,
                   const ClusterBackupResult *result)
{
    bool piped = strcmp(result->path, "-") == 0;
    char failed[96] = "";
    char text[PATH_MAX + 512];
    uint64_t objects = 0;

    for (size_t i = 0; i < result->list.items.len; i++) {
        objects = count_add(objects, result->parts[i].objects);
    }
    if (result->file.failed > 0) {
        (void)snprintf(failed, sizeof failed, ", %s not in it",
                       format_count(result->file.failed).text);
    }
    (void)snprintf(
        text, sizeof text, "%s: %s%s, %s%s, %s in %s", piped ? "standard output" : result->path,
        format_quantity(result->file.databases, "database", "databases").text, failed,
        roles_text(engine, result).text, format_and_quantity(result->file.rows, "row", "rows").text,
        format_size(result->file.file_size).text, format_duration(result->seconds).text);
    ui_done(context->ui, &(UiSummary){.text = text,
                                      .file = piped ? NULL : result->path,
                                      .bytes = result->file.file_size,
                                      .rows = result->file.rows,
                                      .objects = objects,
                                      .databases = result->file.databases,
                                      .databases_failed = result->file.failed,
                                      .seconds = result->seconds});
}

static bool print_plan(const CommandContext *context, const Engine *engine,
                       const ClusterBackupResult *result, Error *err)
{
    Table table;
    bool ok;

    ui_done(context->ui, &(UiSummary){.text = NULL});
    printf("Would back up %s and %s to %s. Nothing was written.\n", roles_text(engine, result).text,
           format_quantity(result->list.items.len, "database", "databases").text, result->path);
    table_init(&table, "  ", "lrrr");
    table_add(&table, "database");
    table_add(&table, "on the server");
    table_add(&table, "tables");
    table_add(&table, "definitions");
    for (size_t i = 0; i < result->list.items.len; i++) {
        const DatabaseInfo *database = &result->list.items.items[i];
        const ClusterBackupPart *part = &result->parts[i];
        bool failed = part->failure != NULL;

        table_add(&table, database->name);
        table_add(&table, database->size_bytes > 0 ? format_size(database->size_bytes).text : "");
        table_add(&table, failed ? "" : format_count(part->tables).text);
        table_add(&table, failed ? "FAILED" : format_count(part->objects).text);
    }
    ok = table_print(&table, stdout, err);
    table_free(&table);
    return ok;
}

static bool back_up(const CommandContext *context, const ClusterBackupRequest *request, Error *err)
{
    const Engine *engine = request->each.engine;
    ClusterBackupResult result;
    Error ignored;
    bool ok;

    ok = cluster_backup_run(request, &context->engine, &result, err);
    if (ok || err->code == ERR_INCOMPLETE) {
        if (!request->each.dry_run) {
            report(context, engine, &result);
        } else if (!print_plan(context, engine, &result, ok ? err : &ignored)) {
            ok = false;
        }
    }
    cluster_backup_result_free(&result);
    return ok;
}

/* One that says nothing: with it, a database's name is a name, also where it looks like a URI. */
static const char *any_uri(const Engine *engine)
{
    return engine == &mysql_engine ? "mysql://" : "postgresql://";
}

bool command_backup_cluster(const CommandContext *context, Error *err)
{
    const Options *options = context->options;
    const char *database = options->n_operands > 0 ? options->operands[0] : NULL;
    ServerOptions server = command_server(options, database);
    KeyRing ring = keys_of_options(options);
    Selection selection;
    ClusterBackupRequest request = {
        .each = {.engine = command_engine(options, database, err),
                 .scope = {.selection = &selection,
                           .no_definer = options->no_definer,
                           .history = options->history,
                           .disable_triggers = options->disable_triggers},
                 .output = options->output,
                 .backup_dir = options->backup_dir,
                 .compression = options->compression,
                 .choice = command_choice(options),
                 .format = command_format(options),
                 .fallback = command_fallback(options, false),
                 .dry_run = options->dry_run,
                 .jobs = command_jobs(options)},
        .database = database,
        .choice = {.includes = options->include_databases.items,
                   .n_includes = options->include_databases.len,
                   .excludes = options->exclude_databases.items,
                   .n_excludes = options->exclude_databases.len},
        .globals = {.leave_out = left_out_by_options(options),
                    .no_passwords = options->no_role_passwords},
    };
    bool ok;

    if (request.each.engine == NULL || !check_output(options, err) ||
        !keys_for_backup(options, &ring, &request.each.key, err) ||
        !selection_from_options(options, &selection, err)) {
        key_ring_free(&ring);
        return false;
    }
    server.ask_password = password_ask_once; /* there will be many connections */
    request.server = server;
    request.each.server = server;
    request.each.server.uri =
        database != NULL && command_is_uri(database) ? database : any_uri(request.each.engine);
    ok = back_up(context, &request, err);
    selection_free(&selection);
    key_ring_free(&ring);
    return ok;
}
