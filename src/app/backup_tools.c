/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of a backup by one of the server's own programs: ask the server what it is, find the
 * program that fits, let it write, see for ourselves that what it wrote is whole, and only then
 * give the file its name. The manifest comes last, as ever.
 */
#include "app/backup_tools.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/backup_folder.h"
#include "app/backup_path.h"
#include "app/tool_archive.h"
#include "archive/pack_writer.h"
#include "archive/script_stream.h"
#include "base/clock.h"
#include "engine/tools/tools.h"
#include "io/crypt_source.h"
#include "io/sha256.h"
#include "sql/script_check.h"
#include "sql/script_edges.h"

typedef struct ToolRun {
    const BackupRequest *request;
    const EngineContext *context;
    BackupResult *result;
    BackupScope scope;
    ServerFacts server;
    Program dump;
    ToolBackup work;
    const char *why; /* the native engine's failure, or NULL */
    bool replace;
    double began;
    char started[21];
} ToolRun;

/* --- A script ----------------------------------------------------------------------------- */

/* On its way to the file: counts it, and keeps both ends. */
typedef struct ScriptTap {
    Writer base;
    Writer *next;
    ScriptEdges edges;
    const EngineContext *context;
} ScriptTap;

static bool tap_write(Writer *self, const void *data, size_t len, Error *err)
{
    ScriptTap *tap = (ScriptTap *)self;

    script_edges_add(&tap->edges, data, len);
    event_progress(tap->context->events, len, 0, 0);
    return writer_write(tap->next, data, len, err);
}

/* A program that ends well has written its last line; one that only says so hasn't. */
static bool check_script_ends(ScriptTap *tap, const Program *program, Error *err)
{
    if (script_edges_is_whole(&tap->edges)) {
        return true;
    }
    (void)error_set(err, ERR_TOOL,
                    "%s ended as if all was well, but the line that it writes last is missing: "
                    "what it wrote is not whole",
                    program->name);
    return error_hint(err, "Nothing was kept. See what %s said, or try another version of it.",
                      program->path);
}

/* The native engine may have failed at what nobody can write as a script: a definition that psql
 * would take for a command of its own. So what another program made of it is read as a restore
 * would read it. */
static bool check_script_text(const ToolRun *run, const char *path, Error *err)
{
    KeyRing keys = key_ring_of(run->request->key);
    ScriptFacts facts = {0};
    Reader *text;
    bool ok;

    event_text(run->context->events, EVENT_PHASE, "checking the file");
    if (!script_stream_open(path, &keys, NULL, &text, err)) {
        return false;
    }
    ok = sql_script_check(text, "its script", run->request->engine->dialect, run->context->events,
                          run->context->cancel, &facts, err);
    reader_close(text);
    return ok || error_prefix(err, "what %s wrote can't be restored", run->dump.name);
}

static bool write_script(ToolRun *run, Error *err)
{
    ToolBackup work = run->work;
    PackWriter file;
    ScriptTap tap = {.base = {tap_write}, .next = &file.base, .context = run->context};

    if (!pack_writer_open(&file, run->result->path, run->replace, run->request->compression,
                          run->request->key, err)) {
        return false;
    }
    script_edges_init(&tap.edges, NULL);
    work.output = &tap.base;
    if (!tool_backup(&work, run->context, err) || !check_script_ends(&tap, &run->dump, err) ||
        !pack_writer_sync(&file, err) ||
        (run->why != NULL && !check_script_text(run, file.file.file.partial, err)) ||
        !cancel_check(run->context->cancel, err) ||
        (strcmp(run->result->path, "-") != 0 && !backup_remove_manifest(run->result->path, err))) {
        pack_writer_abort(&file);
        return false;
    }
    return pack_writer_commit(&file, &run->result->file, err);
}

/* --- pg_dump's own formats ---------------------------------------------------------------- */

/* source: its bytes; NULL: path is opened. */
static bool check_whole(const ToolRun *run, const WorkPlan *plan, const char *path,
                        const Source *source, Error *err)
{
    FileKind kind = plan->format == FORMAT_DIRECTORY ? FILE_PG_DIRECTORY : FILE_PG_CUSTOM;
    ToolArchive archive;

    event_text(run->context->events, EVENT_PHASE, "checking the file");
    if (tool_archive_open(&archive, path, source, kind, run->context, err) &&
        tool_archive_check(&archive, run->context, err)) {
        return cancel_check(run->context->cancel, err);
    }
    if (err->code == ERR_DAMAGED || err->os_errno == ENOENT) {
        err->code = ERR_TOOL;
        err->os_errno = 0;
        err->hint[0] = '\0';
        (void)error_prefix(err, "what pg_dump wrote is not whole");
        (void)error_hint(err, "Nothing was kept. See what %s said, or try another version of it.",
                         run->dump.path);
    }
    return false;
}

static bool hash_file(const char *path, ScriptSummary *summary, Error *err)
{
    int fd;
    bool ok;

    if (!file_open_read(path, &fd, err)) {
        return false;
    }
    ok = sha256_file(fd, path, summary->sha256, &summary->file_size, err);
    (void)close(fd);
    return ok;
}

static bool write_custom(ToolRun *run, const WorkPlan *plan, Error *err)
{
    BackupResult *result = run->result;
    ToolBackup work = run->work;
    AtomicFile file;

    if (!atomic_file_open(&file, result->path, run->replace, err)) {
        return false;
    }
    work.path = file.partial;
    if (!tool_backup(&work, run->context, err) ||
        !check_whole(run, plan, file.partial, NULL, err) ||
        !hash_file(file.partial, &result->file, err) || !atomic_file_sync(&file, err) ||
        !backup_remove_manifest(result->path, err)) {
        atomic_file_abort(&file);
        return false;
    }
    return atomic_file_commit(&file, err);
}

/* A cluster's member is copied at once, and removed: it needn't outlive a crash, or be known by a
 * hash; and nobody takes what stands in that folder for a backup. */
static bool write_member(const ToolRun *run, const WorkPlan *plan, Error *err)
{
    const char *path = run->result->path;
    ToolBackup work = run->work;

    work.path = path;
    if (tool_backup(&work, run->context, err) && check_whole(run, plan, path, NULL, err)) {
        return true;
    }
    (void)unlink(path);
    return false;
}

static bool check_encrypted(const ToolRun *run, const WorkPlan *plan, const char *path, Error *err)
{
    KeyRing keys = key_ring_of(run->request->key);
    Source *source;
    bool encrypted;
    bool ok;

    if (!crypt_source_open(path, &keys, &source, &encrypted, err)) {
        return false;
    }
    ok = check_whole(run, plan, path, source, err);
    source_close(source);
    return ok;
}

/* Through us: no row may lie on the disk as it is, not even for a while. pg_dump can't go back in a
 * pipe, so such a file doesn't say where its tables begin; pg_restore finds them by reading. */
static bool write_custom_encrypted(ToolRun *run, const WorkPlan *plan, Error *err)
{
    BackupResult *result = run->result;
    ToolBackup work = run->work;
    FileWriter file;

    if (!file_writer_open(&file, result->path, run->replace, run->request->key, err)) {
        return false;
    }
    work.output = &file.base;
    if (!tool_backup(&work, run->context, err) || !file_writer_sync(&file, err) ||
        !check_encrypted(run, plan, file.file.partial, err) ||
        !cancel_check(run->context->cancel, err) || !backup_remove_manifest(result->path, err)) {
        file_writer_abort(&file);
        return false;
    }
    result->file.file_size = file.file_size;
    return file_writer_commit(&file, result->file.sha256, err);
}

static bool write_directory(ToolRun *run, const WorkPlan *plan, Error *err)
{
    BackupResult *result = run->result;
    ToolBackup work = run->work;
    BackupFolder folder;

    if (!backup_folder_open(&folder, result->path, err)) {
        return false;
    }
    work.path = folder.partial;
    if (!tool_backup(&work, run->context, err) ||
        !check_whole(run, plan, folder.partial, NULL, err) ||
        !backup_folder_sync(&folder, &result->file.file_size, err) ||
        !backup_remove_manifest(result->path, err)) {
        backup_folder_abort(&folder);
        return false;
    }
    return backup_folder_commit(&folder, err);
}

/* --- Before and after --------------------------------------------------------------------- */

/* What hangs on the database itself belongs to a backup of all of it. */
static unsigned properties_without(const Selection *selection)
{
    bool some = selection->rules[SELECT_SCHEMAS].len > 0 ||
                selection->rules[SELECT_TABLES].len > 0 ||
                selection->rules[SELECT_EXTENSIONS].len > 0 || selection_is_addition(selection);

    return some ? TEXT_BIT(N_TEXT_KINDS) - 1 : selection->leave_out;
}

/* Chooses the program for run->server. */
static bool choose_program(ToolRun *run, const WorkPlan *plan, Error *err)
{
    const BackupRequest *request = run->request;
    Program reader; /* pg_restore must be there, too */
    bool mysql = strcmp(request->engine->name, "mysql") == 0;

    if (!program_choose(mysql ? PROGRAM_MYSQL_DUMP : PROGRAM_PG_DUMP, &run->server, 0, run->context,
                        &run->dump, err)) {
        return false;
    }
    run->scope = request->scope;
    run->scope.jobs = request->jobs;
    run->work = (ToolBackup){.program = &run->dump,
                             .server = &run->server,
                             .scope = &run->scope,
                             .format = plan->format,
                             .compression = request->compression};
    return tool_backup_check(&run->work, err) &&
           (plan->format == FORMAT_SQL ||
            program_choose(PROGRAM_PG_RESTORE, &run->server, run->dump.version / 10000 * 10000,
                           run->context, &reader, err));
}

/* Whatever is found wrong here is found before anything is begun. */
static bool prepare(ToolRun *run, const WorkPlan *plan, Error *err)
{
    const BackupRequest *request = run->request;

    event_text(run->context->events, EVENT_PHASE, "connecting");
    run->server.leave_out = properties_without(request->scope.selection);
    return request->engine->describe(&request->server, request->database, run->context,
                                     &run->server, err) &&
           choose_program(run, plan, err);
}

static bool name_file(ToolRun *run, const WorkPlan *plan, Error *err)
{
    const BackupRequest *request = run->request;
    BackupResult *result = run->result;
    bool named;

    result->suffix = plan->format == FORMAT_CUSTOM ? ".dump"
                     : plan->format == FORMAT_DIRECTORY
                         ? ".dir"
                         : backup_script_suffix(request->compression.codec);
    if (!backup_path(request->output, request->backup_dir, run->server.database, result->suffix,
                     request->key != NULL, clock_now(), result->path, &named, err)) {
        return false;
    }
    run->replace = named || request->member_plan != NULL;
    if (plan->format != FORMAT_SQL && strcmp(result->path, "-") == 0) {
        (void)error_set(err, ERR_USAGE,
                        "a backup in pg_dump's %s format can't go to standard output: it is "
                        "checked as a whole before it counts",
                        backup_format_name(plan->format));
        return error_hint(err, "Name a file, or make a script: -F sql.");
    }
    return true;
}

static bool write_backup(ToolRun *run, const WorkPlan *plan, Error *err)
{
    event_text(run->context->events, EVENT_PHASE, "backing up");
    event_text(run->context->events, EVENT_NOTICE, "backing up with %s, %s", run->dump.path,
               run->dump.said);
    switch (plan->format) {
    case FORMAT_CUSTOM:
        return run->request->key != NULL           ? write_custom_encrypted(run, plan, err)
               : run->request->member_plan != NULL ? write_member(run, plan, err)
                                                   : write_custom(run, plan, err);
    case FORMAT_DIRECTORY:
        return write_directory(run, plan, err);
    case FORMAT_AUTO:
    case FORMAT_SQL:
        break;
    }
    return write_script(run, err);
}

static bool describe_selection(const ToolRun *run, Buffer *text, Error *err)
{
    selection_describe(run->request->scope.selection, text);
    return buffer_ok(text, "a manifest", err);
}

static bool write_manifest(const ToolRun *run, const WorkPlan *plan, Error *err)
{
    const BackupResult *result = run->result;
    Buffer CLEANUP(buffer_free) options;
    char compression[16];
    char ended[21];
    Toc toc;
    ManifestFacts facts = {.engine = "tools",
                           .format = backup_format_name(plan->format),
                           .tool = run->dump.said,
                           .fallback = run->why,
                           .properties = plan->format == FORMAT_SQL ? NULL : run->server.properties,
                           .started = run->started,
                           .ended = ended,
                           .seconds = result->seconds};
    bool ok;

    buffer_init(&options, 1 << 20);
    toc_init(&toc);
    clock_format_utc(clock_now(), ended);
    compression_text(run->request->compression, compression);
    toc.info = (TocInfo){.dbms = run->server.dbms,
                         .server_version = run->server.server_version,
                         .server_version_number = run->server.server_version_number,
                         .database = run->server.database,
                         .encoding = run->server.encoding,
                         .dbbackup_version = DBB_VERSION,
                         .compression = compression};
    ok = describe_selection(run, &options, err);
    facts.options = selection_is_all(run->request->scope.selection) ? NULL : options.data;
    ok = ok && manifest_write(result->path, &toc, &result->file, &facts, err);
    toc_free(&toc);
    if (!ok) {
        (void)error_prefix(err, "%s is whole, but its manifest could not be written", result->path);
        return error_hint(err, "Make room and run the backup again.");
    }
    return true;
}

static bool finish(ToolRun *run, const WorkPlan *plan, Error *err)
{
    BackupResult *result = run->result;

    result->seconds = clock_monotonic() - run->began;
    (void)snprintf(result->tool, sizeof result->tool, "%s", run->dump.said);
    if (run->request->member_plan == NULL) {
        return strcmp(result->path, "-") == 0 || write_manifest(run, plan, err);
    }
    if ((run->server.properties != NULL &&
         (result->properties = strdup(run->server.properties)) == NULL) ||
        (run->why != NULL && (result->fallback = strdup(run->why)) == NULL)) {
        backup_result_free(result);
        return error_set_memory(err, "what is known of the database");
    }
    return true;
}

static bool do_work(ToolRun *run, const WorkPlan *plan, Error *err)
{
    if (!name_file(run, plan, err)) {
        return false;
    }
    if (run->request->dry_run) {
        event_text(run->context->events, EVENT_NOTICE, "would back up with %s, %s", run->dump.path,
                   run->dump.said);
        (void)snprintf(run->result->tool, sizeof run->result->tool, "%s", run->dump.said);
        return true;
    }
    return write_backup(run, plan, err) && finish(run, plan, err);
}

static void begin(ToolRun *run, const BackupRequest *request, const EngineContext *context,
                  BackupResult *result)
{
    *run = (ToolRun){
        .request = request, .context = context, .result = result, .began = clock_monotonic()};
    *result = (BackupResult){.file = {.raw_size = COUNT_UNKNOWN},
                             .objects = COUNT_UNKNOWN,
                             .tables = COUNT_UNKNOWN,
                             .rows = COUNT_UNKNOWN};
    server_facts_init(&run->server);
    clock_format_utc(clock_now(), run->started);
}

/* --- The two ways here -------------------------------------------------------------------- */

bool backup_tools_fit(const BackupRequest *request, const DatabaseList *server,
                      const EngineContext *context, const WorkPlan *plan, Error *err)
{
    BackupResult none;
    ToolRun run;
    bool fit;

    begin(&run, request, context, &none);
    run.server.dbms = server->dbms;
    run.server.server_version = server->server_version;
    run.server.server_version_number = server->server_version_number;
    fit = choose_program(&run, plan, err);
    server_facts_free(&run.server);
    return fit;
}

bool backup_by_tools(const BackupRequest *request, const EngineContext *context,
                     const WorkPlan *plan, BackupResult *result, Error *err)
{
    ToolRun run;
    bool ok;

    begin(&run, request, context, result);
    ok = prepare(&run, plan, err) && do_work(&run, plan, err);
    server_facts_free(&run.server);
    return ok;
}

/* The second failure, and the first behind it. */
static bool tell_both(const Error *first, Error *err)
{
    Error second = *err;

    (void)error_set(err, second.code, "%.1900s\nBefore that, the native engine failed: %.1900s",
                    second.message, first->message);
    err->os_errno = second.os_errno;
    return error_hint(err, "%s", second.hint);
}

/* The first failure stays what it was. */
static bool tell_no_tool(const Error *first, Error *err)
{
    Error why = *err;

    *err = *first;
    (void)snprintf(err->message, sizeof err->message,
                   "%.2600s\nNo other program could take over: %.1200s", first->message,
                   why.message);
    return error_hint(err, "%s", why.hint);
}

bool backup_fall_back(const BackupRequest *request, const EngineContext *context,
                      BackupResult *result, Error *err)
{
    const WorkPlan plan = {.by_tools = true, .format = FORMAT_SQL};
    Error first = *err;
    ToolRun run;
    bool ok;

    begin(&run, request, context, result);
    error_clear(err);
    if (!prepare(&run, &plan, err)) {
        ok = err->code == ERR_CANCELLED ? false : tell_no_tool(&first, err);
    } else {
        event_text(context->events, EVENT_WARNING,
                   "the native engine failed: %s; the backup begins afresh with %s (%s)",
                   first.message, run.dump.path, run.dump.said);
        run.why = first.message;
        ok = do_work(&run, &plan, err) || tell_both(&first, err);
    }
    server_facts_free(&run.server);
    return ok;
}
