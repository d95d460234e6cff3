/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup restore cluster FILE [DB] */
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "cli/commands.h"
#include "cli/databases_call.h"
#include "cli/selection_options.h"
#include "cli/table.h"
#include "ui/format.h"

/* --- The plan --------------------------------------------------------------------------------- */

static const char *fate_text(const ClusterDatabase *database)
{
    switch (database->fate) {
    case CLUSTER_MAKE:
        return "is made";
    case CLUSTER_REPLACE:
        return "exists: is DROPPED, and made anew";
    case CLUSTER_FILL:
        return "exists, as on every server: is restored into";
    case CLUSTER_REFUSED:
        return "REFUSED:";
    case CLUSTER_LACKING:
        return "NOT IN THE BACKUP:";
    }
    return "";
}

/* What isn't known, as of a pipe, isn't said. */
static void add_database(Table *table, const ClusterDatabase *database, bool known)
{
    char text[1024];

    known = known && database->fate != CLUSTER_LACKING;
    (void)snprintf(text, sizeof text, "%s%s%s", fate_text(database),
                   database->why != NULL ? " " : "", database->why != NULL ? database->why : "");
    table_add(table, database->name);
    table_add(table, known ? format_count(database->rows).text : "");
    table_add(table, known ? format_size(database->size).text : "");
    table_add(table, text);
}

static bool print_plan(const RestoreClusterRequest *request, const RestoreClusterResult *result,
                       Error *err)
{
    static const char *const headers[] = {"DATABASE", "ROWS", "SIZE", "ON THE SERVER"};
    bool known = strcmp(request->path, "-") != 0;
    Table table;
    bool ok;

    if (request->no_globals) {
        puts("Globals: none (--no-globals)");
    } else if (result->has_globals) {
        bool users = request->engine->dialect == SQL_MYSQL;

        printf("Globals: %s, %s; %s there already\n",
               format_quantity(result->globals.roles, users ? "user or role" : "role",
                               users ? "users and roles" : "roles")
                   .text,
               format_quantity(result->globals.tablespaces, "tablespace", "tablespaces").text,
               format_quantity(result->globals.existing, "is", "are").text);
    } else if (known) {
        puts("Globals: none in the backup");
    }
    table_init(&table, "", "lrrl");
    for (size_t i = 0; i < ARRAY_LENGTH(headers); i++) {
        table_add(&table, headers[i]);
    }
    for (size_t i = 0; i < result->databases.len; i++) {
        add_database(&table, &result->databases.items[i], known);
    }
    ok = table_print(&table, stdout, err);
    table_free(&table);
    return ok;
}

/* ---------------------------------------------------------------------------------------------- */

static void report(const CommandContext *context, const RestoreClusterRequest *request,
                   const RestoreClusterResult *result)
{
    bool piped = strcmp(request->path, "-") == 0;
    char text[PATH_MAX + 512];

    (void)snprintf(text, sizeof text, "%s%s restored from %s in %s",
                   format_quantity(result->restored, "database", "databases").text,
                   format_and_quantity(result->rows, "row", "rows").text,
                   piped ? "standard input" : request->path, format_duration(result->seconds).text);
    ui_done(context->ui, &(UiSummary){.text = request->dry_run ? NULL : text,
                                      .file = piped ? NULL : request->path,
                                      .rows = result->rows,
                                      .objects = result->objects,
                                      .seconds = result->seconds});
    if (request->dry_run) {
        puts("The backup is intact. Nothing was changed.");
    }
}

/* Without --confirm, and of a dry run, the plan is what was asked for; it is shown also where
 * something is in its way. */
static bool restore(const CommandContext *context, const RestoreClusterRequest *request, Error *err)
{
    RestoreClusterResult result;
    Error second;
    bool ok;

    restore_cluster_result_init(&result);
    ok = restore_cluster_run(request, &context->engine, &result, err);
    if ((ok || err->code == ERR_REFUSED) && (!request->confirm || request->dry_run)) {
        bool shown = print_plan(request, &result, ok ? err : &second);

        ok = ok && shown;
    }
    if (ok) {
        report(context, request, &result);
    }
    restore_cluster_result_free(&result);
    return ok;
}

bool command_restore_cluster(const CommandContext *context, Error *err)
{
    const Options *options = context->options;
    RestoreClusterRequest request;
    DatabasesCall call;
    Selection selection;
    bool ok;

    if (!databases_call_init(&call, options, err)) {
        return false;
    }
    request = (RestoreClusterRequest){
        .engine = call.engine,
        .server = call.server,
        .connect_to = call.connect_to,
        .path = call.path,
        .keys = &call.keys,
        .selection = &selection,
        .databases = call.names.list.items,
        .n_databases = call.names.list.len,
        .no_globals = options->no_globals,
        .clean = options->clean,
        .confirm = options->confirm,
        .continue_on_error = options->continue_on_error,
        .no_definer = options->no_definer,
        .dry_run = options->dry_run,
        .choice = command_choice(options),
        .jobs = command_jobs(options),
    };
    ok = selection_from_options(options, &selection, err);
    if (ok) {
        ok = restore(context, &request, err);
        selection_free(&selection);
    }
    databases_call_free(&call);
    return ok;
}
