/* SPDX-License-Identifier: Apache-2.0 */
/* pg_restore and psql. */
#include <stdio.h>
#include <string.h>

#include "engine/tools/arguments.h"
#include "engine/tools/tools.h"
#include "io/process.h"

static void add_flag(Arguments *arguments, bool given, const char *option)
{
    if (given) {
        arguments_add(arguments, option);
    }
}

static bool run(const Program *program, Arguments *arguments, const char *secret, int list_fd,
                Reader *input, const EngineContext *context, Error *err)
{
    const char *environment[] = {secret, NULL};
    ProcessSpec spec = {.program = program->path,
                        .argv = arguments_vector(arguments, err),
                        .environment = environment,
                        .secret_fd = list_fd,
                        .input = input,
                        .events = context->events,
                        .cancel = context->cancel};

    return spec.argv != NULL && process_run(&spec, err);
}

/* --- Checking ----------------------------------------------------------------------------- */

bool tool_check_archive(const Program *program, const char *name, const char *path, Reader *input,
                        const EngineContext *context, Error *err)
{
    Arguments arguments;
    bool ok;

    arguments_init(&arguments, program->name);
    arguments_add(&arguments, "--file=/dev/null");
    if (path != NULL) {
        arguments_add(&arguments, "--");
        arguments_add(&arguments, path);
    }
    ok = run(program, &arguments, NULL, 0, input, context, err);
    arguments_free(&arguments);
    if (!ok && err->code == ERR_TOOL) {
        err->code = ERR_DAMAGED;
        err->hint[0] = '\0';
        (void)error_prefix(err, "%s is not whole", name);
    }
    return ok;
}

/* --- Restoring ---------------------------------------------------------------------------- */

static void add_selection(Arguments *arguments, const Selection *selection)
{
    unsigned out = selection->leave_out;

    add_flag(arguments, selection->schema_only, "--schema-only");
    add_flag(arguments, selection->data_only, "--data-only");
    for (int section = SECTION_PRE_DATA; section <= SECTION_POST_DATA; section++) {
        if ((selection->sections & (1U << section)) != 0) {
            arguments_format(arguments, "--section=%s", section_name((Section)section));
        }
    }
    add_flag(arguments, (out & TEXT_BIT(TEXT_OWNER)) != 0, "--no-owner");
    add_flag(arguments, (out & TEXT_BIT(TEXT_PRIVILEGE)) != 0, "--no-privileges");
    add_flag(arguments, (out & TEXT_BIT(TEXT_COMMENT)) != 0, "--no-comments");
    add_flag(arguments, (out & TEXT_BIT(TEXT_LABEL)) != 0, "--no-security-labels");
    add_flag(arguments, (out & TEXT_BIT(TEXT_TABLESPACE)) != 0, "--no-tablespaces");
    add_flag(arguments, selection->no_publications, "--no-publications");
    add_flag(arguments, selection->no_subscriptions, "--no-subscriptions");
}

bool tool_restore_archive(const ToolRestore *restore, const EngineContext *context, Error *err)
{
    Arguments arguments;
    bool ok;

    arguments_init(&arguments, restore->program->name);
    arguments_add(&arguments, "--no-password");
    add_flag(&arguments, !restore->continue_on_error, "--exit-on-error");
    add_flag(&arguments, restore->clean, "--clean");
    add_flag(&arguments, restore->clean, "--if-exists");
    add_flag(&arguments, restore->single_transaction, "--single-transaction");
    add_flag(&arguments, restore->disable_triggers, "--disable-triggers");
    if (restore->path != NULL && restore->jobs > 1 && !restore->single_transaction) {
        arguments_format(&arguments, "--jobs=%u", restore->jobs); /* it takes a file to seek in */
    }
    add_selection(&arguments, restore->selection);
    if (restore->list_fd > 0) { /* its own options -t, -n … leave out what belongs to a table */
        arguments_format(&arguments, "--use-list=/proc/self/fd/%d", restore->list_fd);
    }
    arguments_format(&arguments, "--dbname=%s", restore->server->connection);
    if (restore->path != NULL) {
        arguments_add(&arguments, "--");
        arguments_add(&arguments, restore->path);
    }
    ok = run(restore->program, &arguments, restore->server->secret, restore->list_fd,
             restore->input, context, err);
    arguments_free(&arguments);
    return ok;
}

/* The script says nothing on its own of errors: psql is told to stop at the first. */
static bool psql(const ToolRestore *restore, const EngineContext *context, Error *err)
{
    Arguments arguments;
    bool ok;

    arguments_init(&arguments, restore->program->name);
    arguments_add(&arguments, "--no-psqlrc");
    arguments_add(&arguments, "--no-password");
    arguments_add(&arguments, "--quiet");
    arguments_add(&arguments, "--set=ON_ERROR_STOP=1");
    add_flag(&arguments, restore->single_transaction, "--single-transaction");
    arguments_add(&arguments, "--file=-");
    arguments_format(&arguments, "--dbname=%s", restore->server->connection);
    ok =
        run(restore->program, &arguments, restore->server->secret, 0, restore->input, context, err);
    arguments_free(&arguments);
    return ok;
}

bool tool_restore_script(const ToolRestore *restore, const EngineContext *context, Error *err)
{
    return restore->program->id == PROGRAM_MYSQL ? mysql_tool_restore_script(restore, context, err)
                                                 : psql(restore, context, err);
}
