/* SPDX-License-Identifier: Apache-2.0 */
/* pg_restore and psql. */
#include <stdio.h>
#include <string.h>

#include "engine/tools/pg_arguments.h"
#include "engine/tools/tools.h"
#include "io/process.h"

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

bool tool_restore_archive(const ToolRestore *restore, const EngineContext *context, Error *err)
{
    Arguments arguments;
    bool ok;

    arguments_init(&arguments, restore->program->name);
    arguments_add(&arguments, "--no-password");
    arguments_flag(&arguments, !restore->continue_on_error, "--exit-on-error");
    arguments_flag(&arguments, restore->clean, "--clean");
    arguments_flag(&arguments, restore->clean, "--if-exists");
    arguments_flag(&arguments, restore->single_transaction, "--single-transaction");
    arguments_flag(&arguments, restore->disable_triggers, "--disable-triggers");
    if (restore->path != NULL && restore->jobs > 1 && !restore->single_transaction) {
        arguments_format(&arguments, "--jobs=%u", restore->jobs); /* it takes a file to seek in */
    }
    pg_arguments_select(&arguments, restore->selection);
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
    arguments_flag(&arguments, restore->single_transaction, "--single-transaction");
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
