/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of a backup: open a snapshot, read the catalog, write each entry, put the file under
 * its name, and write the manifest last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/backup_entries.h"
#include "app/backup_path.h"
#include "app/backup_tools.h"
#include "base/clock.h"

const char *backup_script_suffix(Codec codec)
{
    static const char *const suffixes[] = {
        [CODEC_NONE] = ".sql", [CODEC_GZIP] = ".sql.gz", [CODEC_ZSTD] = ".sql.zst"};

    return suffixes[codec];
}

static bool write_file(const BackupRequest *request, const EngineContext *context,
                       BackupSession *session, Toc *toc, bool replace, BackupResult *result,
                       Error *err)
{
    ScriptWriter *writer;

    if (!script_writer_open(result->path, replace, request->compression, request->key, &writer,
                            err)) {
        return false;
    }
    if (!backup_entries(request, context, session, toc, writer, err) ||
        !script_writer_seal(writer, toc, err) || !cancel_check(context->cancel, err) ||
        (strcmp(result->path, "-") != 0 && !backup_remove_manifest(result->path, err))) {
        script_writer_abort(writer);
        return false;
    }
    return script_writer_finish(writer, toc, &result->file, err);
}

static bool write_manifest(const Toc *toc, const BackupResult *result, Error *err)
{
    char ended[21];
    ManifestFacts facts = {
        .engine = "native",
        .format = "sql",
        .options = toc->info.selection,
        .started = toc->info.started,
        .ended = ended,
        .seconds = result->seconds,
    };

    clock_format_utc(clock_now(), ended);
    if (manifest_write(result->path, toc, &result->file, &facts, err)) {
        return true;
    }
    (void)error_prefix(err, "%s is whole, but its manifest could not be written", result->path);
    return error_hint(err,
                      "Make room and run the backup again; `dbbackup verify` checks the file.");
}

static void count_objects(const Toc *toc, BackupResult *result)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        const Entry *entry = &toc->entries.items[i];

        if (entry->section == SECTION_DATA) {
            result->rows += entry_rows(entry);
            result->tables += strcmp(entry->kind, "TABLE DATA") == 0;
        } else {
            result->objects++;
        }
    }
}

/* What a cluster archive says of it. */
static bool describe_member(const Toc *toc, BackupResult *result, Error *err)
{
    if (toc->info.database_properties == NULL) {
        return true;
    }
    result->properties = strdup(toc->info.database_properties);
    return result->properties != NULL || error_set_memory(err, "a database's properties");
}

void backup_result_free(BackupResult *result)
{
    free(result->properties);
    free(result->fallback);
    result->properties = result->fallback = NULL;
}

/* What would be backed up, for who asked to hear more. */
static void tell_plan(const Toc *toc, const EngineContext *context)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        char label[256];

        entry_label(&toc->entries.items[i], label, sizeof label);
        event_text(context->events, EVENT_NOTICE, "would back up %s", label);
    }
}

/* All that happens while the snapshot is open. */
static bool back_up_session(const BackupRequest *request, const EngineContext *context,
                            BackupSession *session, Toc *toc, int64_t started, BackupResult *result,
                            Error *err)
{
    char compression[16];
    bool named;

    toc->info.dbbackup_version = DBB_VERSION;
    result->suffix = backup_script_suffix(request->compression.codec);
    compression_text(request->compression, compression);
    toc->info.compression = arena_strdup(&toc->arena, compression);
    if (!arena_ok(&toc->arena, "the table of contents", err) ||
        !backup_path(request->output, request->backup_dir, toc->info.database, result->suffix,
                     request->key != NULL, started, result->path, &named, err)) {
        return false;
    }
    if (request->dry_run) {
        tell_plan(toc, context);
        return true;
    }
    return write_file(request, context, session, toc, named || request->member_plan != NULL, result,
                      err);
}

static bool back_up_natively(const BackupRequest *request, const EngineContext *context,
                             BackupResult *result, Error *err)
{
    int64_t started = clock_now();
    double start = clock_monotonic();
    char started_text[21];
    BackupSession *session = NULL;
    BackupScope scope = request->scope;
    BackupResult made = {0};
    Toc toc;
    bool ok;

    scope.jobs = request->jobs;
    toc_init(&toc);
    clock_format_utc(started, started_text);
    toc.info.started = started_text;
    event_text(context->events, EVENT_PHASE, "reading the catalog");
    ok = request->engine->backup_begin(&request->server, request->database, &scope, context, &toc,
                                       &session, err) &&
         back_up_session(request, context, session, &toc, started, &made, err);
    request->engine->backup_end(session);
    made.seconds = clock_monotonic() - start;
    made.suffix = backup_script_suffix(request->compression.codec);
    if (ok && request->member_plan != NULL) {
        ok = describe_member(&toc, &made, err);
    } else if (ok && !request->dry_run && strcmp(made.path, "-") != 0) {
        ok = write_manifest(&toc, &made, err);
    }
    if (ok) {
        count_objects(&toc, &made);
    }
    *result = made;
    toc_free(&toc);
    return ok;
}

/* What was written to standard output can't be taken back. */
static bool may_fall_back(const BackupRequest *request, const BackupResult *failed,
                          const Error *err)
{
    return request->fallback && request->choice == ENGINE_AUTO && manager_may_fall_back(err) &&
           strcmp(failed->path, "-") != 0;
}

/* With a cancel of its own: what fails stops its own sessions by it, and nobody else after that. */
static bool try_natively(const BackupRequest *request, const EngineContext *context,
                         BackupResult *result, Error *err)
{
    EngineContext own = *context;
    Cancel *cancel = cancel_new_child(context->cancel, err);
    bool ok;

    if (cancel == NULL) {
        return false;
    }
    own.cancel = cancel;
    ok = back_up_natively(request, &own, result, err);
    cancel_free(cancel);
    return ok;
}

/* Before anything is asked of a server. */
static bool check_encryption(const BackupRequest *request, Error *err)
{
    if (request->key == NULL || request->format != FORMAT_DIRECTORY) {
        return true;
    }
    (void)error_set(err, ERR_USAGE,
                    "pg_dump's directory format can't be encrypted: pg_dump writes its files");
    return error_hint(err, "Leave -F out, or take -F custom.");
}

bool backup_run(const BackupRequest *request, const EngineContext *context, BackupResult *result,
                Error *err)
{
    BackupResult made = {0};
    WorkPlan plan;
    bool ok;

    if (!check_encryption(request, err)) {
        return false;
    }
    if (request->member_plan != NULL) {
        plan = *request->member_plan;
    } else if (!manager_plan_backup(request->engine->name, request->choice, request->format, false,
                                    &plan, err)) {
        return false;
    }
    if (plan.by_tools) {
        ok = backup_by_tools(request, context, &plan, &made, err);
    } else {
        ok = try_natively(request, context, &made, err) ||
             (may_fall_back(request, &made, err) && backup_fall_back(request, context, &made, err));
    }
    if (ok) {
        *result = made;
    }
    return ok;
}
