/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of a restore: find out what the file is, look at the target, check the whole file, and
 * only then change anything on the server.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/file_refusal.h"
#include "app/restore_parts.h"
#include "app/restore_tools.h"
#include "base/clock.h"
#include "io/crypt_source.h"

bool restore_begin_session(Restore *restore, const char *properties, const char *script_database,
                           Error *err)
{
    const RestoreRequest *request = restore->request;
    RestoreTarget target = {
        .database = restore->result->database,
        .database_properties = properties != NULL ? properties : request->properties,
        .script_database = script_database,
        .create = request->create,
        .clean = request->clean,
        .allow_not_empty = request->confirm || restore->is_addition,
        .single_transaction = request->single_transaction,
        .continue_on_error = request->continue_on_error,
        .no_definer = request->no_definer,
        .disable_triggers = request->disable_triggers,
        .leave_out = request->selection->leave_out,
        .archive_id = restore->archive_id[0] == '\0' ? NULL : restore->archive_id,
        .resume = request->resume,
        .is_scratch = request->is_scratch,
        .jobs = request->jobs,
    };

    event_text(restore->context->events, EVENT_PHASE, "connecting");
    return request->engine->restore_begin(&request->server, &target, restore->context,
                                          &restore->session, err);
}

/* The name that the user gave, or the one in the file. */
bool restore_name_database(Restore *restore, const char *in_file, Error *err)
{
    const char *name = restore->request->database != NULL ? restore->request->database : in_file;

    if (name == NULL || name[0] == '\0') {
        (void)error_set(err, ERR_USAGE, "%s does not say which database it is of",
                        restore->request->path);
        return error_hint(err, "Name the database to restore into with --target.");
    }
    if (strlen(name) >= sizeof restore->result->database) {
        return error_set(err, ERR_USAGE, "the database's name is too long: %s", name);
    }
    (void)snprintf(restore->result->database, sizeof restore->result->database, "%s", name);
    return true;
}

bool restore_look(const Source *source, Error *err)
{
    ScriptArchive *archive = NULL;
    Source *shared;
    FileKind kind;

    if (!file_kind_of_source(source, &kind, err) || !file_kind_usable(source->name, kind, err)) {
        return false;
    }
    if (kind != FILE_SCRIPT_ARCHIVE) {
        return true;
    }
    if (!source_share(source, &shared, err) || !script_archive_open_source(shared, &archive, err)) {
        return false;
    }
    script_archive_close(archive);
    return true;
}

/* What it is, from its bytes; a pipe's can be read only once. */
static bool find_kind(const RestoreRequest *request, FileKind *kind, Error *err)
{
    if (request->source != NULL) {
        return file_kind_of_source(request->source, kind, err) &&
               (*kind == FILE_CLUSTER || file_kind_usable(request->path, *kind, err));
    }
    if (strcmp(request->path, "-") == 0) {
        *kind = FILE_SCRIPT_PLAIN;
        return !request->dry_run ||
               error_set(err, ERR_USAGE, "--dry-run cannot check a pipe; name a file");
    }
    return file_kind_detect(request->path, kind, err) &&
           (*kind == FILE_CLUSTER || *kind == FILE_ENCRYPTED ||
            file_kind_usable(request->path, *kind, err));
}

static bool restore_file(const RestoreRequest *request, const EngineContext *context, FileKind kind,
                         RestoreResult *result, Error *err)
{
    RestoreResult made = {.kind = kind};
    Restore restore = {.request = request, .context = context, .result = &made};
    double start = clock_monotonic();
    WorkPlan plan;
    bool ok;

    if (strcmp(request->path, "-") == 0 && request->source == NULL) {
        plan = (WorkPlan){0};
    } else if (!manager_plan_restore(request->engine->name, request->choice, kind, request->path,
                                     &plan, err)) {
        return false;
    }
    ok = plan.by_tools                 ? restore_by_tools(request, context, kind, &made, err)
         : kind == FILE_SCRIPT_ARCHIVE ? restore_archive(&restore, err)
                                       : restore_script(&restore, err);
    request->engine->restore_end(restore.session, ok ? NULL : err);
    if (ok) {
        made.seconds = clock_monotonic() - start;
        *result = made;
    }
    return ok;
}

/* What an encrypted file holds is restored as what lies within any other file is. */
static bool restore_encrypted(const RestoreRequest *request, const EngineContext *context,
                              RestoreResult *result, Error *err)
{
    RestoreRequest inner = *request;
    char *properties = NULL;
    Source *source;
    bool encrypted;
    bool ok;

    if (!crypt_source_open(request->path, request->keys, &source, &encrypted, err)) {
        return false;
    }
    inner.source = source;
    if (!manifest_properties(request->path, &properties, err)) {
        event_text(context->events, EVENT_WARNING, "%s", err->message);
        error_clear(err);
    }
    inner.properties = properties;
    ok = restore_run(&inner, context, result, err);
    free(properties);
    source_close(source);
    return ok;
}

bool restore_run(const RestoreRequest *request, const EngineContext *context, RestoreResult *result,
                 Error *err)
{
    RestoreRequest named = *request;
    FileKind kind;

    if (!find_kind(request, &kind, err)) {
        return false;
    }
    if (kind == FILE_ENCRYPTED) {
        return restore_encrypted(request, context, result, err);
    }
    if (kind == FILE_CLUSTER) {
        return restore_member(request, context, result, err);
    }
    if (request->database != NULL && request->member != NULL &&
        strcmp(request->database, request->member) != 0) {
        return error_set(err, ERR_USAGE,
                         "--target and --database name two databases; for this file they mean the "
                         "same");
    }
    named.database = request->database != NULL ? request->database : request->member;
    return restore_file(&named, context, kind, result, err);
}
