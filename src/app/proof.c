/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of a restore for proof: check the file; then, of each database in it, restore it into a
 * scratch database, compare that with the file, and drop it, whatever happened.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "app/proof_parts.h"
#include "app/restore_choice.h"
#include "base/clock.h"
#include "io/crypt_source.h"

/* What is to be restored: a file, or a member of one. */
typedef struct ProofSource {
    const char *name;       /* of the database, as the file has it */
    const char *path;       /* for messages, or to be opened */
    const Source *source;   /* of a member; NULL: path is opened */
    const char *properties; /* of a member */
    bool lacks_accounts;    /* those that it needs are to be made first, of a script archive */
} ProofSource;

void proof_result_init(ProofResult *result)
{
    *result = (ProofResult){0};
    arena_init(&result->arena);
}

void proof_result_free(ProofResult *result)
{
    for (size_t i = 0; i < result->databases.len; i++) {
        vec_free(&result->databases.items[i].tables);
        vec_free(&result->databases.items[i].differences);
    }
    vec_free(&result->databases);
    arena_free(&result->arena);
    *result = (ProofResult){0};
}

/* --- The scratch database ----------------------------------------------------------------- */

/* A name that nobody else has, so that dropping it can't hit anybody else's. */
static bool name_scratch(const Proof *proof, Error *err)
{
    uint64_t number;

    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
        return error_set(err, ERR_INTERNAL, "the system gives no random number");
    }
    proof->database->scratch =
        arena_printf(proof->arena, "dbbackup_verify_%016llx", (unsigned long long)number);
    return arena_ok(proof->arena, "a database's name", err);
}

static bool drop(const Proof *proof, const EngineContext *context, Error *err)
{
    ServerOptions server = proof->request->server;

    server.uri = NULL; /* connect_to is it, where there is one */
    return proof->request->engine->drop_database(&server, proof->request->connect_to,
                                                 proof->database->scratch, context, err);
}

/* Without the cancel: what was made is dropped also then. */
static void drop_scratch(const Proof *proof)
{
    EngineContext context = {.events = proof->context->events};
    Error err = {0};

    event_text(context.events, EVENT_PHASE, "dropping the scratch database");
    if (drop(proof, &context, &err) || proof->request->throwaway) { /* then it goes anyhow */
        return;
    }
    proof->database->scratch_is_there = true;
    event_text(context.events, EVENT_WARNING,
               "the scratch database could not be dropped: %s. If it is there, drop it: "
               "DROP DATABASE %s",
               err.message, proof->database->scratch);
}

/* --- One database ------------------------------------------------------------------------- */

static RestoreRequest restore_request(const Proof *proof, const ProofSource *from)
{
    return (RestoreRequest){
        .engine = proof->request->engine,
        .server = proof->request->server,
        .path = from->path,
        .keys = proof->request->keys,
        .source = from->source,
        .properties = from->properties,
        .database = proof->database->scratch,
        .choice = ENGINE_AUTO,
        .selection = proof->selection,
        .create = true,
        .no_definer = proof->request->no_definer,
        .is_scratch = true,
        .is_checked = true,
        .jobs = proof->request->jobs,
    };
}

static bool open_archive(const Proof *proof, const ProofSource *from, ScriptArchive **out,
                         Error *err)
{
    Source *source;
    bool encrypted;

    return (from->source == NULL
                ? crypt_source_open(from->path, proof->request->keys, &source, &encrypted, err)
                : source_share(from->source, &source, err)) &&
           script_archive_open_source(source, out, err);
}

/* A server that was made for it knows nobody. Of pg_dump's archives it isn't known whom it needs.
 */
static bool make_accounts(const Proof *proof, const ProofSource *from, Error *err)
{
    ScriptArchive *archive;
    bool ok;

    if (!open_archive(proof, from, &archive, err)) {
        return false;
    }
    ok = proof_make_accounts(proof->request, archive, proof->context, err);
    script_archive_close(archive);
    return ok;
}

static bool compare(const Proof *proof, const RestoreRequest *request, const ProofSource *from,
                    Error *err)
{
    ScriptArchive *archive;
    Toc chosen;
    bool ok;

    if (!open_archive(proof, from, &archive, err)) {
        return false;
    }
    ok = restore_choose(request, proof->context, script_archive_toc(archive), &chosen, err);
    if (ok) {
        for (size_t i = 0; i < script_archive_toc(archive)->entries.len; i++) {
            proof->database->left_out +=
                !entry_is_for_clients(&script_archive_toc(archive)->entries.items[i]);
        }
        proof->database->left_out -= chosen.entries.len;
        ok = proof_compare(proof, archive, &chosen, err);
        toc_subset_free(&chosen);
    }
    script_archive_close(archive);
    return ok;
}

/* What stands in the scratch database. */
static bool look(const Proof *proof, Error *err)
{
    const Engine *engine = proof->request->engine;
    BackupScope scope = {.selection = proof->selection, .jobs = proof->request->jobs};
    BackupSession *session = NULL;
    Toc toc;
    bool ok;

    toc_init(&toc);
    ok = engine->backup_begin(&proof->request->server, proof->database->scratch, &scope,
                              proof->context, &toc, &session, err);
    for (size_t i = 0; ok && i < toc.entries.len; i++) {
        proof->database->n_tables += strcmp(toc.entries.items[i].kind, "TABLE DATA") == 0;
        proof->database->definitions += toc.entries.items[i].section != SECTION_DATA;
    }
    engine->backup_end(session);
    toc_free(&toc);
    return ok;
}

static bool restore_and_compare(const Proof *proof, const ProofSource *from, Error *err)
{
    RestoreRequest request = restore_request(proof, from);
    ProofDatabase *database = proof->database;
    RestoreResult restored = {0};
    double start;

    if (from->lacks_accounts && !make_accounts(proof, from, err)) {
        return false;
    }
    start = clock_monotonic();
    if (!restore_run(&request, proof->context, &restored, err)) {
        return false;
    }
    database->restore_seconds = clock_monotonic() - start;
    start = clock_monotonic();
    if (!(restored.kind == FILE_SCRIPT_ARCHIVE ? compare(proof, &request, from, err)
                                               : look(proof, err))) {
        return false;
    }
    database->verdict = restored.kind != FILE_SCRIPT_ARCHIVE ? PROOF_RESTORED
                        : database->differences.len > 0      ? PROOF_DIFFERS
                                                             : PROOF_EQUAL;
    database->compare_seconds = clock_monotonic() - start;
    return true;
}

/* Within it, the first error stops its own sessions, and not what comes after. */
static bool try_database(Proof *proof, const ProofSource *from, const EngineContext *context,
                         Error *err)
{
    EngineContext own = *context;
    Cancel *cancel = cancel_new_child(context->cancel, err);
    bool ok;

    if (cancel == NULL) {
        return false;
    }
    own.cancel = cancel;
    proof->context = &own;
    ok = restore_and_compare(proof, from, err);
    proof->context = context;
    cancel_free(cancel);
    return ok;
}

/* What lacks is most likely one of them. */
static void hint_at_roles(const ProofRequest *request, Error *err)
{
    err->hint[0] = '\0';
    if (request->throwaway) {
        (void)error_hint(err, "Which roles it needs, a file of pg_dump's doesn't say, and this "
                              "server has none: leave owners and privileges out: --no-owner.");
    } else {
        (void)error_hint(err,
                         "Roles are no part of a database's backup: restore them first (`backup "
                         "globals` has them), or leave owners and privileges out: --no-owner.");
    }
}

/* NULL when memory is out. */
static ProofDatabase *add_database(ProofResult *result, const char *name, Error *err)
{
    const char *copy = arena_strdup(&result->arena, name);

    if (!arena_ok(&result->arena, "the report", err)) {
        return NULL;
    }
    if (!vec_push(&result->databases, ((ProofDatabase){.name = copy}))) {
        (void)error_set_memory(err, "the report");
        return NULL;
    }
    result->databases.items[result->databases.len - 1].verdict = PROOF_UNTESTED;
    return &result->databases.items[result->databases.len - 1];
}

/* False only where nothing can go on. */
static bool prove(const ProofRequest *request, const Selection *selection, const ProofSource *from,
                  const EngineContext *context, ProofResult *result, Error *err)
{
    Proof proof = {
        .request = request, .context = context, .selection = selection, .arena = &result->arena};
    ProofDatabase *database = add_database(result, from->name, err);
    bool ok;

    if (database == NULL) {
        return false;
    }
    proof.database = database;
    /* There is none yet: but one that can't be dropped mustn't be made. */
    if (!name_scratch(&proof, err) || !drop(&proof, context, err)) {
        result->databases.len--;
        return false;
    }
    ok = try_database(&proof, from, context, &database->failure);
    if (!ok && strcmp(database->failure.sqlstate, "42704") == 0 && !from->lacks_accounts) {
        hint_at_roles(request, &database->failure);
    }
    drop_scratch(&proof);
    return cancel_check(context->cancel, err);
}

/* --- The file ----------------------------------------------------------------------------- */

static bool check_dbms(const ProofRequest *request, const char *dbms, Error *err)
{
    if (dbms == NULL || request->engine->reads(dbms)) {
        return true;
    }
    (void)error_set(err, ERR_USAGE, "%s is a backup of %s, and can't be restored into %s",
                    request->path, dbms, request->engine->servers);
    return error_hint(err, "Say which kind of server to restore into with --db-type %s.", dbms);
}

/* "shop" of a file whose manifest says so; otherwise the file's own name. */
static bool prove_dump(const ProofRequest *request, const Selection *selection,
                       const EngineContext *context, ProofResult *result, Error *err)
{
    ProofSource from = {.name = request->path, .path = request->path};
    Manifest manifest;
    bool found = false;
    Error ignored;

    if (manifest_read(request->path, &manifest, &found, &ignored) && found) {
        from.name = manifest.database;
    }
    return check_dbms(request, "postgres", err) &&
           prove(request, selection, &from, context, result, err);
}

static bool is_dump(FileKind kind)
{
    return kind == FILE_PG_CUSTOM || kind == FILE_PG_DIRECTORY || kind == FILE_TAR;
}

static bool prove_script(const ProofRequest *request, const Selection *selection,
                         const EngineContext *context, ProofResult *result, Error *err)
{
    ProofSource from = {.path = request->path, .lacks_accounts = request->throwaway};
    ScriptArchive *archive;
    const TocInfo *info;
    Source *source;
    bool encrypted;
    bool ok;

    if (!crypt_source_open(request->path, request->keys, &source, &encrypted, err) ||
        !script_archive_open_source(source, &archive, err)) {
        return false;
    }
    info = &script_archive_toc(archive)->info;
    from.name = info->database == NULL ? "" : info->database;
    ok = check_dbms(request, info->dbms, err) &&
         prove(request, selection, &from, context, result, err);
    script_archive_close(archive);
    return ok;
}

static bool is_wanted(const ProofRequest *request, const char *name)
{
    for (size_t i = 0; i < request->n_databases; i++) {
        if (strcmp(request->databases[i], name) == 0) {
            return true;
        }
    }
    return request->n_databases == 0;
}

/* Whoever trusts the proof must learn that it doesn't cover this one. */
static bool leave_untested(const ProofRequest *request, const char *name, FileKind kind,
                           ProofResult *result, Error *err)
{
    ProofDatabase *database = add_database(result, name, err);

    if (database == NULL) {
        return false;
    }
    (void)error_set(&database->failure, ERR_UNSUPPORTED,
                    "its backup is a %s: it doesn't say what it holds, and may lead to other "
                    "databases, so it is not restored for proof",
                    file_kind_text(kind));
    (void)error_hint(&database->failure,
                     "Restore it into a new database (`dbbackup restore %s --database NAME "
                     "--target NEW --create`) and look at that.",
                     request->path);
    return true;
}

static bool prove_member(const ProofRequest *request, const Selection *selection,
                         const ClusterArchive *archive, const ClusterMember *member,
                         const EngineContext *context, ProofResult *result, Error *err)
{
    ProofSource from = {.name = member->name, .properties = member->properties};
    Source *source;
    FileKind kind;
    bool ok;

    if (!cluster_archive_member(archive, member, &source, err)) {
        return false;
    }
    from.path = source->name;
    from.source = source;
    ok = file_kind_of_source(source, &kind, err);
    from.lacks_accounts = request->throwaway && !result->has_globals && kind == FILE_SCRIPT_ARCHIVE;
    if (ok && (kind == FILE_SCRIPT_ARCHIVE || is_dump(kind))) {
        ok = prove(request, selection, &from, context, result, err);
    } else if (ok) {
        ok = leave_untested(request, member->name, kind, result, err);
    }
    source_close(source);
    return ok;
}

static bool prove_cluster(const ProofRequest *request, const Selection *selection,
                          const EngineContext *context, ProofResult *result, Error *err)
{
    ClusterArchive *archive;
    const ClusterIndex *index;
    Source *source;
    bool encrypted;
    bool ok;

    if (!crypt_source_open(request->path, request->keys, &source, &encrypted, err) ||
        !cluster_archive_open_source(source, &archive, err)) {
        return false;
    }
    index = cluster_archive_index(archive);
    ok = check_dbms(request, index->info.dbms, err);
    for (size_t i = 0; ok && i < request->n_databases; i++) {
        const ClusterMember *member = cluster_index_find(index, request->databases[i]);

        ok = (member != NULL && member->failure == NULL) ||
             error_set(err, ERR_USAGE, "%s doesn't hold the database \"%s\"", request->path,
                       request->databases[i]);
    }
    ok = ok &&
         (!request->throwaway || proof_restore_globals(request, archive, context, result, err));
    for (size_t i = 0; ok && i < index->members.len; i++) {
        const ClusterMember *member = &index->members.items[i];

        if (member->kind == CLUSTER_DATABASE && member->failure == NULL &&
            is_wanted(request, member->name)) {
            ok = prove_member(request, selection, archive, member, context, result, err);
        }
    }
    cluster_archive_close(archive);
    return ok;
}

static bool refuse(const ProofRequest *request, FileKind kind, Error *err)
{
    (void)error_set(err, ERR_UNSUPPORTED,
                    "%s is a %s: it doesn't say what it holds, and may lead to other databases, so "
                    "it is not restored for proof",
                    request->path, file_kind_text(kind));
    return error_hint(err,
                      "Restore it into a new database (`dbbackup restore %s --target NAME "
                      "--create`) and look at that.",
                      request->path);
}

/* --- The verdict -------------------------------------------------------------------------- */

static bool judge(const ProofRequest *request, const ProofResult *result, Error *err)
{
    size_t different = 0;
    const ProofDatabase *untested = NULL;

    for (size_t i = 0; i < result->databases.len; i++) {
        const ProofDatabase *database = &result->databases.items[i];

        different += database->verdict == PROOF_DIFFERS;
        if (database->verdict == PROOF_UNTESTED && untested == NULL) {
            untested = database;
        }
    }
    if (different > 0) {
        (void)error_set(err, ERR_DAMAGED, "what was restored from %s is not equal to it",
                        request->path);
        return error_hint(err, "Each difference was named. It need not be the file's fault: a "
                               "server of another version may show the same thing otherwise.");
    }
    if (untested != NULL) {
        *err = untested->failure;
        return error_prefix(err, "the database \"%s\" could not be tested", untested->name);
    }
    if (result->globals.errors > 0) {
        return error_set(err, ERR_SERVER,
                         "%llu statement%s of the globals in %s failed: see the warnings above",
                         (unsigned long long)result->globals.errors,
                         result->globals.errors == 1 ? "" : "s", request->path);
    }
    return result->databases.len > 0 ||
           error_set(err, ERR_UNSUPPORTED, "%s holds no database that can be compared",
                     request->path);
}

static bool prove_file(const ProofRequest *request, const EngineContext *context,
                       ProofResult *result, Error *err)
{
    FileKind kind = result->file.kind;
    Selection selection;
    bool ok;

    selection_init(&selection);
    /* Subscriptions and events act by themselves, and these are copies: a subscription that is
     * dropped drops its slot on the publisher; an event may write into other databases. */
    selection.no_subscriptions = true;
    selection.no_events = true;
    selection.leave_out = request->leave_out;
    ok = kind == FILE_CLUSTER ? prove_cluster(request, &selection, context, result, err)
         : is_dump(kind)      ? prove_dump(request, &selection, context, result, err)
                              : prove_script(request, &selection, context, result, err);
    selection_free(&selection);
    return ok && judge(request, result, err);
}

static bool prove_on_throwaway(const ProofRequest *request, const EngineContext *context,
                               ProofResult *result, Error *err)
{
    Throwaway *server;
    ProofRequest own;
    bool ok;

    if (!proof_make_server(request, context, result, &server, &own, err)) {
        return false;
    }
    ok = prove_file(&own, context, result, err);
    if (!ok) {
        throwaway_explain(server, context, err);
    }
    event_text(context->events, EVENT_PHASE, "removing the throw-away server");
    throwaway_end(server, context);
    return ok;
}

bool proof_run(const ProofRequest *request, const EngineContext *context, ProofResult *result,
               Error *err)
{
    double start = clock_monotonic();
    bool ok;

    if (!verify_run(request->path, request->keys, context, &result->file, err)) {
        return false;
    }
    if (result->file.kind != FILE_SCRIPT_ARCHIVE && result->file.kind != FILE_CLUSTER &&
        !is_dump(result->file.kind)) {
        return refuse(request, result->file.kind, err);
    }
    ok = (request->throwaway ? prove_on_throwaway : prove_file)(request, context, result, err);
    result->seconds = clock_monotonic() - start;
    return ok;
}
