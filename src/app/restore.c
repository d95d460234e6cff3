/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of a restore: find out what the file is, look at the target, check the whole file, and
 * only then change anything on the server.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/file_refusal.h"
#include "app/restore_choice.h"
#include "app/restore_jobs.h"
#include "archive/script_stream.h"
#include "base/clock.h"
#include "base/file.h"
#include "sql/script_check.h"

/* One restore at work. */
typedef struct Restore {
    const RestoreRequest *request;
    const EngineContext *context;
    RestoreSession *session;
    RestoreResult *result;
    char archive_id[SCRIPT_ARCHIVE_ID_SIZE]; /* "" for a script */
    bool is_addition;                        /* to what the target must hold already */
} Restore;

static bool begin_session(Restore *restore, const char *properties, const char *script_database,
                          Error *err)
{
    const RestoreRequest *request = restore->request;
    RestoreTarget target = {
        .database = restore->result->database,
        .database_properties = properties,
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
        .jobs = request->jobs,
    };

    event_text(restore->context->events, EVENT_PHASE, "connecting");
    return request->engine->restore_begin(&request->server, &target, restore->context,
                                          &restore->session, err);
}

/* The name that the user gave, or the one in the file. */
static bool choose_database(Restore *restore, const char *in_file, Error *err)
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

/* --- Our own archives --------------------------------------------------------------------- */

static void count_planned(const Toc *toc, RestoreResult *result)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        result->stats.rows += entry_rows(&toc->entries.items[i]);
    }
    result->objects = toc->entries.len;
}

static void warn_without_manifest(const Restore *restore)
{
    Manifest manifest;
    bool found = false;
    Error ignored;

    if (manifest_read(restore->request->path, &manifest, &found, &ignored) && !found) {
        event_text(restore->context->events, EVENT_WARNING,
                   "%s has no manifest (%s.json): it was moved without it, or the backup did not "
                   "end well; its own index is intact",
                   restore->request->path, restore->request->path);
    }
}

/* All of the file, or what is needed of it. */
static bool check_archive(const Restore *restore, const ScriptArchive *archive, const Toc *chosen,
                          Error *err)
{
    const EventSink *events = restore->context->events;

    event_text(events, EVENT_PHASE, "checking the file");
    return selection_is_all(restore->request->selection)
               ? script_archive_check(archive, events, restore->context->cancel, err)
               : script_archive_check_entries(archive, chosen, events, restore->context->cancel,
                                              err);
}

/* Data, keys and indexes without the tables they go into. */
static bool is_addition(const Toc *chosen)
{
    for (size_t i = 0; i < chosen->entries.len; i++) {
        const Entry *entry = &chosen->entries.items[i];

        if (entry->section == SECTION_PRE_DATA && strcmp(entry->kind, "SETTINGS") != 0) {
            return false;
        }
    }
    return true;
}

/* " with owner, comment": what of the entry's text isn't its definition. */
static void list_parts(const Entry *entry, unsigned leave_out, char *out, size_t size)
{
    unsigned told = leave_out | TEXT_BIT(TEXT_DEFINITION) | TEXT_BIT(TEXT_DROP);
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < entry->n_parts; i++) {
        TextKind kind = entry->parts[i].kind;

        if ((told & TEXT_BIT(kind)) == 0 && len < size) {
            len += (size_t)snprintf(out + len, size - len, "%s%s", len == 0 ? " with " : ", ",
                                    text_kind_name(kind));
        }
        told |= TEXT_BIT(kind);
    }
}

/* What would be restored, for who asked to hear more. */
static void tell_plan(const Restore *restore, const Toc *chosen)
{
    for (size_t i = 0; i < chosen->entries.len; i++) {
        const Entry *entry = &chosen->entries.items[i];
        char label[256];
        char parts[128];

        entry_label(entry, label, sizeof label);
        list_parts(entry, restore->request->selection->leave_out, parts, sizeof parts);
        event_text(restore->context->events, EVENT_NOTICE, "would restore %s%s", label, parts);
    }
}

static bool restore_chosen(Restore *restore, const ScriptArchive *archive, const Toc *chosen,
                           Error *err)
{
    const RestoreRequest *request = restore->request;

    restore->is_addition = is_addition(chosen);
    script_archive_id(archive, restore->archive_id);
    if (!choose_database(restore, chosen->info.database, err) ||
        !begin_session(restore, chosen->info.database_properties, NULL, err) ||
        !check_archive(restore, archive, chosen, err)) {
        return false;
    }
    warn_without_manifest(restore);
    count_planned(chosen, restore->result);
    if (request->dry_run) {
        tell_plan(restore, chosen);
        return true;
    }
    return request->engine->restore_prepare(restore->session, chosen, err) &&
           restore_entries(request, restore->context, restore->session, archive, chosen, err) &&
           request->engine->restore_finish(restore->session, &restore->result->stats, err);
}

/* A backup of one kind of server is no use to another. */
static bool check_dbms(const Restore *restore, const Toc *toc, Error *err)
{
    const Engine *engine = restore->request->engine;
    const char *dbms = toc->info.dbms;

    if (dbms == NULL || engine->reads(dbms)) {
        return true;
    }
    (void)error_set(err, ERR_USAGE, "%s is a backup of %s, and can't be restored into %s",
                    restore->request->path, dbms, engine->servers);
    return error_hint(err, "Say which kind of server to restore into with --db-type %s.", dbms);
}

static bool restore_archive(Restore *restore, const ScriptArchive *archive, Error *err)
{
    Toc chosen;
    bool ok;

    if (!check_dbms(restore, script_archive_toc(archive), err) ||
        !restore_choose(restore->request, restore->context, script_archive_toc(archive), &chosen,
                        err)) {
        return false;
    }
    ok = restore_chosen(restore, archive, &chosen, err);
    toc_subset_free(&chosen);
    return ok;
}

static bool restore_archive_file(Restore *restore, Error *err)
{
    ScriptArchive *archive;
    bool ok;

    if (!script_archive_open(restore->request->path, &archive, err)) {
        return false;
    }
    ok = restore_archive(restore, archive, err);
    script_archive_close(archive);
    return ok;
}

/* --- Scripts of others, and pipes --------------------------------------------------------- */

/* The first reading: nothing is sent to the server before the whole file was seen. */
static bool check_script(const Restore *restore, ScriptFacts *facts, Error *err)
{
    Reader *text;
    bool ok;

    event_text(restore->context->events, EVENT_PHASE, "checking the file");
    if (!script_stream_open(restore->request->path, NULL, &text, err)) {
        return false;
    }
    ok = sql_script_check(text, restore->request->path, restore->request->engine->dialect,
                          restore->context->events, restore->context->cancel, facts, err);
    reader_close(text);
    return ok;
}

static bool run_script(Restore *restore, uint64_t bytes, Error *err)
{
    const RestoreRequest *request = restore->request;
    Reader *text;
    bool ok;

    if (!script_stream_open(request->path, NULL, &text, err)) {
        return false;
    }
    event_text(restore->context->events, EVENT_PHASE, "restoring");
    event_total(restore->context->events, bytes, 0);
    ok = request->engine->restore_prepare(restore->session, NULL, err) &&
         request->engine->restore_script(restore->session, request->path, text, NULL, err) &&
         request->engine->restore_finish(restore->session, &restore->result->stats, err);
    reader_close(text);
    return ok;
}

/* --- A server's globals ------------------------------------------------------------------- */

/* Roles that are there get what the script says: that is a change to be asked for. */
static bool refuse_overwriting(const Restore *restore, const GlobalsStats *planned, Error *err)
{
    unsigned long long n = planned->roles + planned->tablespaces;

    (void)error_set(err, ERR_REFUSED,
                    "%s holds %llu roles and tablespaces of which the server has %llu already: "
                    "these would get the attributes and passwords that are in the file",
                    restore->request->path, n, (unsigned long long)planned->existing);
    return error_hint(err, "If that is what you want, add --confirm. Nothing is dropped.");
}

static bool run_globals(Restore *restore, const GlobalsTarget *target, GlobalsStats *stats,
                        Error *err)
{
    const RestoreRequest *request = restore->request;
    Reader *text;
    bool ok;

    if (!script_stream_open(request->path, NULL, &text, err)) {
        return false;
    }
    ok = request->engine->globals_restore(&request->server, request->database, target,
                                          restore->context, request->path, text, stats, err);
    reader_close(text);
    return ok;
}

static bool restore_globals(Restore *restore, Error *err)
{
    const RestoreRequest *request = restore->request;
    GlobalsTarget target = {.dry_run = true, .continue_on_error = request->continue_on_error};
    GlobalsStats *stats = &restore->result->globals;

    restore->result->is_globals = true;
    if (request->engine->globals_restore == NULL) {
        return error_set(err, ERR_UNSUPPORTED, "the globals of %s can't be restored yet",
                         request->engine->servers);
    }
    if (request->create || request->single_transaction) {
        return error_set(err, ERR_USAGE, "%s holds a server's globals, and --%s is for a database",
                         request->path, request->create ? "create" : "single-transaction");
    }
    event_text(restore->context->events, EVENT_PHASE, "connecting");
    if (!run_globals(restore, &target, stats, err)) {
        return false;
    }
    if (request->dry_run) {
        return true;
    }
    if (stats->existing > 0 && !request->confirm) {
        return refuse_overwriting(restore, stats, err);
    }
    target.dry_run = false;
    event_text(restore->context->events, EVENT_PHASE, "restoring");
    if (!run_globals(restore, &target, stats, err)) {
        return false;
    }
    return stats->errors == 0 ||
           error_set(err, ERR_SERVER, "%llu statements of %s failed: see the warnings above",
                     (unsigned long long)stats->errors, request->path);
}

/* ------------------------------------------------------------------------------------------ */

static bool restore_script_file(Restore *restore, Error *err)
{
    ScriptFacts facts = {0};
    bool piped = strcmp(restore->request->path, "-") == 0;

    if (restore->request->clean) {
        (void)error_set(err, ERR_USAGE, "--clean needs the index of a file that dbbackup made");
        return error_hint(err, "Restore into a new database with --create.");
    }
    if (restore->request->resume) {
        return error_set(err, ERR_USAGE, "--resume needs the index of a file that dbbackup made");
    }
    if (!selection_is_all(restore->request->selection) || restore->request->disable_triggers) {
        (void)error_set(err, ERR_USAGE,
                        "only files that dbbackup made have the index that a choice is made from");
        return error_hint(err, piped
                                   ? "Name the file instead of a pipe, if it is one of those."
                                   : "Choose when the script is made, as with pg_dump's options.");
    }
    /* A pipe can be read only once: it is checked while it is restored. */
    if (!piped && !check_script(restore, &facts, err)) {
        return false;
    }
    if (facts.is_globals) {
        return restore_globals(restore, err);
    }
    if (!choose_database(restore, facts.database[0] == '\0' ? NULL : facts.database, err) ||
        !begin_session(restore, NULL, facts.database[0] == '\0' ? NULL : facts.database, err)) {
        return false;
    }
    restore->result->stats.rows = facts.rows;
    restore->result->objects = facts.statements;
    return restore->request->dry_run ? true : run_script(restore, facts.bytes, err);
}

/* ------------------------------------------------------------------------------------------ */

static bool restore_any(Restore *restore, Error *err)
{
    const char *path = restore->request->path;

    if (strcmp(path, "-") == 0) {
        if (restore->request->dry_run) {
            return error_set(err, ERR_USAGE, "--dry-run cannot check a pipe; name a file");
        }
        restore->result->kind = FILE_SCRIPT_PLAIN;
        return restore_script_file(restore, err);
    }
    if (!file_kind_detect(path, &restore->result->kind, err) ||
        !file_kind_usable(path, restore->result->kind, err)) {
        return false;
    }
    return restore->result->kind == FILE_SCRIPT_ARCHIVE ? restore_archive_file(restore, err)
                                                        : restore_script_file(restore, err);
}

bool restore_run(const RestoreRequest *request, const EngineContext *context, RestoreResult *result,
                 Error *err)
{
    RestoreResult made = {0};
    Restore restore = {.request = request, .context = context, .result = &made};
    double start = clock_monotonic();
    bool ok = restore_any(&restore, err);

    request->engine->restore_end(restore.session, ok ? NULL : err);
    if (ok) {
        made.seconds = clock_monotonic() - start;
        *result = made;
    }
    return ok;
}
