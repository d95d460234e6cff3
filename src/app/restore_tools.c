/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of a restore by one of the server's own programs. The native engine looks at the target
 * first, as for a restore of its own: is it there, is it empty, may we. It makes the database, from
 * the properties that the backup knows, under whatever name; the program fills it; and the native
 * engine finishes it.
 */
#include "app/restore_tools.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/restore_choice.h"
#include "app/tool_archive.h"
#include "archive/script_stream.h"
#include "base/clock.h"
#include "engine/tools/tools.h"
#include "io/process.h"
#include "io/range_reader.h"
#include "sql/script_check.h"

enum { LIST_LIMIT = 256 * 1024 * 1024 /* bytes of the ids of what is chosen */ };

typedef struct ToolRestoreRun {
    const RestoreRequest *request;
    const EngineContext *context;
    RestoreResult *result;
    FileKind kind;
    bool is_archive; /* of pg_dump's own formats */
    ToolArchive archive;
    ScriptFacts facts; /* of a script */
    char *properties;  /* of the manifest; NULL */
    RestoreSession *session;
    bool is_changed; /* the target, by a program: the session knows nothing of that */
    ServerFacts server;
    Program program;
    int list_fd; /* the ids of what was chosen; -1: all of it */
} ToolRestoreRun;

/* --- The file ----------------------------------------------------------------------------- */

/* What a program reads: its own file, or the part of ours on its standard input. */
typedef struct ToolInput {
    const char *path;
    Reader *reader;
    RangeReader range;
} ToolInput;

static void open_archive(const ToolRestoreRun *run, ToolInput *input)
{
    const RestoreRequest *request = run->request;

    *input = (ToolInput){0};
    if (request->source == NULL) {
        input->path = request->path;
    } else {
        range_reader_init(&input->range, request->source, 0, request->source->size);
        input->reader = &input->range.base;
    }
}

/* The script's text, of whatever compression. */
static bool open_script(const ToolRestoreRun *run, ToolInput *input, Error *err)
{
    const RestoreRequest *request = run->request;

    *input = (ToolInput){0};
    if (request->source == NULL) {
        return script_stream_open(request->path, request->keys, NULL, &input->reader, err);
    }
    range_reader_init(&input->range, request->source, 0, request->source->size);
    return script_stream_over(&input->range.base, request->path, &input->reader, err);
}

static bool check_archive(const ToolRestoreRun *run, Error *err)
{
    event_text(run->context->events, EVENT_PHASE, "checking the file");
    return tool_archive_check(&run->archive, run->context, err);
}

/* psql and mysql obey commands that could run programs here: the check refuses these. */
static bool check_script(ToolRestoreRun *run, Error *err)
{
    ToolInput input;
    bool ok;

    event_text(run->context->events, EVENT_PHASE, "checking the file");
    if (!open_script(run, &input, err)) {
        return false;
    }
    ok = sql_script_check(input.reader, run->request->path, run->request->engine->dialect,
                          run->context->events, run->context->cancel, &run->facts, err);
    reader_close(input.reader);
    return ok;
}

/* --- The request -------------------------------------------------------------------------- */

static bool refuse(const char *option, const char *why, Error *err)
{
    return error_set(err, ERR_USAGE, "%s %s", option, why);
}

static bool check_archive_request(const ToolRestoreRun *run, Error *err)
{
    return !run->request->resume ||
           refuse("--resume", "is for files that dbbackup's native engine made", err);
}

/* --- A choice of its entries -------------------------------------------------------------- */

/* What options of pg_restore's own can't say. */
static bool is_chosen_by_name(const Selection *selection)
{
    bool chosen = selection->large_objects != LARGE_OBJECTS_WITH_ALL;

    for (int list = 0; list < N_SELECTION_LISTS; list++) {
        chosen = chosen || selection->rules[list].len > 0;
    }
    return chosen;
}

static bool write_list(ToolRestoreRun *run, const Toc *chosen, Error *err)
{
    char path[PROCESS_SECRET_PATH_SIZE];
    Buffer list;
    bool ok;

    buffer_init(&list, LIST_LIMIT);
    for (size_t i = 0; i < chosen->entries.len; i++) {
        buffer_printf(&list, "%" PRIu32 ";\n", chosen->entries.items[i].id);
    }
    run->result->objects = chosen->entries.len;
    ok = buffer_ok(&list, "a list of entries", err) &&
         process_secret(list.data, list.len, &run->list_fd, path, err);
    buffer_free(&list);
    return ok;
}

static bool choose_entries(ToolRestoreRun *run, Error *err)
{
    Toc toc;
    Toc chosen;
    bool ok;

    if (!is_chosen_by_name(run->request->selection)) {
        return true;
    }
    toc_init(&toc);
    ok = tool_archive_toc(&run->archive, &toc, err) &&
         restore_choose(run->request, run->context, &toc, &chosen, err);
    if (ok) {
        ok = write_list(run, &chosen, err);
        toc_subset_free(&chosen);
    }
    toc_free(&toc);
    return ok;
}

static bool check_script_request(const ToolRestoreRun *run, Error *err)
{
    const RestoreRequest *request = run->request;
    const struct {
        bool given;
        const char *option;
    } options[] = {
        {request->clean && !request->create, "--clean"},
        {request->resume, "--resume"},
        {request->continue_on_error, "--continue-on-error"},
        {request->disable_triggers, "--disable-triggers"},
        {request->no_definer, "--no-definer"},
        {!selection_is_all(request->selection), "a choice of what to restore"},
        {request->source == NULL && strcmp(request->path, "-") == 0, "standard input"},
        {request->single_transaction && strcmp(request->engine->name, "mysql") == 0,
         "--single-transaction"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (options[i].given) {
            (void)refuse(options[i].option, "can't go with --engine tools, of a script", err);
            return error_hint(err, "The native engine can: leave --engine out.");
        }
    }
    return true;
}

/* A script that chooses its database itself would lead the program there. */
static bool check_own_database(const ToolRestoreRun *run, Error *err)
{
    if (run->facts.is_globals) {
        return error_set(err, ERR_USAGE,
                         "%s holds a server's globals: --engine tools is not for it",
                         run->request->path);
    }
    if (run->facts.database[0] == '\0') {
        return true;
    }
    (void)error_set(err, ERR_USAGE,
                    "%s makes or chooses the database \"%s\" itself: the programs of the server "
                    "would go there",
                    run->request->path, run->facts.database);
    return error_hint(err, "The native engine restores it wherever you say: leave --engine out.");
}

static bool choose_database(ToolRestoreRun *run, Error *err)
{
    const char *name =
        run->request->database != NULL ? run->request->database : run->archive.head.database;

    if (name[0] == '\0') {
        (void)error_set(err, ERR_USAGE, "%s does not say which database it is of",
                        run->request->path);
        return error_hint(err, "Name the database to restore into with --target.");
    }
    if (strlen(name) >= sizeof run->result->database) {
        return error_set(err, ERR_USAGE, "the database's name is too long: %s", name);
    }
    (void)snprintf(run->result->database, sizeof run->result->database, "%s", name);
    return true;
}

/* --- The work ----------------------------------------------------------------------------- */

/* What hangs on the database itself, unless only what is in it was asked for. */
static const char *choose_properties(ToolRestoreRun *run, Error *err)
{
    const RestoreRequest *request = run->request;

    if (selection_is_addition(request->selection)) {
        return NULL;
    }
    if (request->properties != NULL || request->source != NULL) {
        return request->properties;
    }
    if (!manifest_properties(request->path, &run->properties, err)) {
        event_text(run->context->events, EVENT_WARNING, "%s", err->message);
        error_clear(err);
    }
    if (run->properties == NULL && request->create && run->is_archive) {
        event_text(run->context->events, EVENT_WARNING,
                   "nothing tells how the database was made: encoding, locale and owner are the "
                   "server's default");
    }
    return run->properties;
}

static bool begin_session(ToolRestoreRun *run, Error *err)
{
    const RestoreRequest *request = run->request;
    RestoreTarget target = {
        .database = run->result->database,
        .database_properties = choose_properties(run, err),
        .create = request->create,
        .clean = request->create && request->clean,
        .allow_not_empty = request->confirm || request->clean ||
                           (run->is_archive && selection_is_addition(request->selection)),
        .leave_out = request->selection->leave_out,
        .is_scratch = request->is_scratch,
        .jobs = 1,
    };

    event_text(run->context->events, EVENT_PHASE, "connecting");
    return request->engine->restore_begin(&request->server, &target, run->context, &run->session,
                                          err);
}

static bool choose_program(ToolRestoreRun *run, Error *err)
{
    bool mysql = strcmp(run->request->engine->name, "mysql") == 0;

    return program_choose(run->is_archive ? PROGRAM_PG_RESTORE
                          : mysql         ? PROGRAM_MYSQL
                                          : PROGRAM_PSQL,
                          &run->server,
                          run->is_archive ? pg_archive_reader_version(&run->archive.head) : 0,
                          run->context, &run->program, err);
}

static bool run_program(ToolRestoreRun *run, Error *err)
{
    const RestoreRequest *request = run->request;
    ToolRestore work = {.program = &run->program,
                        .server = &run->server,
                        .selection = request->selection,
                        .list_fd = run->list_fd < 0 ? 0 : run->list_fd,
                        .clean = request->clean && !request->create,
                        .single_transaction = request->single_transaction,
                        .continue_on_error = request->continue_on_error,
                        .disable_triggers = request->disable_triggers,
                        .jobs = run->kind == FILE_TAR ? 1 : request->jobs};
    ToolInput input;
    bool ok;

    event_text(run->context->events, EVENT_PHASE, "restoring");
    event_text(run->context->events, EVENT_NOTICE, "restoring with %s, %s", run->program.path,
               run->program.said);
    if (run->is_archive) {
        open_archive(run, &input);
        work.path = input.path;
        work.input = input.reader;
        return tool_restore_archive(&work, run->context, err);
    }
    if (!open_script(run, &input, err)) {
        return false;
    }
    work.input = input.reader;
    ok = tool_restore_script(&work, run->context, err);
    reader_close(input.reader);
    return ok;
}

static bool fill_database(ToolRestoreRun *run, Error *err)
{
    const RestoreRequest *request = run->request;

    if (!request->engine->describe(&request->server, run->result->database, run->context,
                                   &run->server, err) ||
        !choose_program(run, err)) {
        return false;
    }
    (void)snprintf(run->result->tool, sizeof run->result->tool, "%s", run->program.said);
    run->is_changed = !request->single_transaction;
    if (!run_program(run, err)) {
        if (run->is_changed && !request->is_scratch) {
            (void)error_prefix(err,
                               "the database \"%s\" may hold a part of what is in %s, for this "
                               "failed half-way",
                               run->server.database, request->path);
        }
        return false;
    }
    return true;
}

/* A program must be there before the database is made for it. */
static bool look_for_program(const ToolRestoreRun *run, Error *err)
{
    bool mysql = strcmp(run->request->engine->name, "mysql") == 0;

    return run->is_archive || /* the one that checked the file */
           program_is_there(mysql ? PROGRAM_MYSQL : PROGRAM_PSQL, run->context, err);
}

static bool prepare_archive(ToolRestoreRun *run, Error *err)
{
    return check_archive_request(run, err) &&
           tool_archive_open(&run->archive, run->request->path, run->request->source, run->kind,
                             run->context, err) &&
           choose_entries(run, err) && choose_database(run, err) && begin_session(run, err) &&
           check_archive(run, err);
}

static bool prepare_script(ToolRestoreRun *run, Error *err)
{
    return check_script_request(run, err) && look_for_program(run, err) && check_script(run, err) &&
           check_own_database(run, err) && choose_database(run, err) && begin_session(run, err);
}

static bool restore(ToolRestoreRun *run, Error *err)
{
    const Engine *engine = run->request->engine;

    if (!(run->is_archive ? prepare_archive(run, err) : prepare_script(run, err))) {
        return false;
    }
    if (run->request->dry_run) {
        (void)snprintf(run->result->tool, sizeof run->result->tool, "%s",
                       run->is_archive ? run->archive.program.said : "the server's own program");
        return true;
    }
    return engine->restore_prepare(run->session, NULL, err) && fill_database(run, err) &&
           engine->restore_finish(run->session, &run->result->stats, err);
}

bool restore_by_tools(const RestoreRequest *request, const EngineContext *context, FileKind kind,
                      RestoreResult *result, Error *err)
{
    ToolRestoreRun run = {.request = request,
                          .context = context,
                          .result = result,
                          .kind = kind,
                          .list_fd = -1,
                          .is_archive = kind == FILE_PG_CUSTOM || kind == FILE_PG_DIRECTORY ||
                                        kind == FILE_TAR};
    bool ok;

    server_facts_init(&run.server);
    ok = restore(&run, err);
    result->stats.rows = result->objects = COUNT_UNKNOWN;
    request->engine->restore_end(run.session, ok || run.is_changed ? NULL : err);
    server_facts_free(&run.server);
    free(run.properties);
    if (run.list_fd >= 0) {
        (void)close(run.list_fd);
    }
    return ok;
}
