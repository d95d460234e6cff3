/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of a server's backup: list the databases, write the globals, back up each database into
 * a file of its own and copy that into the archive, put the archive under its name, and write the
 * manifest last. Databases are jobs; each takes a part of the connections (tokens) by its size.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/backup_path.h"
#include "app/backup_tools.h"
#include "app/cluster_events.h"
#include "app/cluster_options.h"
#include "app/cluster_spool.h"
#include "app/server_lost.h"
#include "app/warning_log.h"
#include "archive/cluster_index.h"
#include "archive/cluster_reader.h"
#include "base/clock.h"
#include "io/crypt_source.h"
#include "io/memory_writer.h"
#include "sched/jobs.h"
#include "sched/tokens.h"

enum { NAMES_TOLD_MAX = 1024 /* bytes of names in the last message */ };

typedef struct Run {
    const ClusterBackupRequest *request;
    EngineContext context; /* its events: the log */
    WorkPlan plan;         /* of every database */
    WarningLog log;
    ClusterBackupResult *result;
    uint64_t size_bytes; /* of all databases */
    ClusterEvents *events;
    Tokens *tokens;
    ClusterSpool spool;
    CryptKey *spool_key;   /* of files that wait, of an archive that is encrypted; else NULL */
    ClusterWriter *writer; /* NULL in a dry run */
    char started[21];
    char ended[21];
} Run;

/* --- One database ------------------------------------------------------------------------- */

/* Whether what made one database fail will hardly spare the others. */
static bool is_everyones(const Run *run, const Error *err)
{
    const ClusterBackupRequest *request = run->request;

    if (cancel_requested(run->context.cancel) || err->code == ERR_IO || err->code == ERR_MEMORY) {
        return true;
    }
    return (err->code == ERR_LOST || err->code == ERR_CONNECT) &&
           server_is_lost(request->each.engine, &request->server, request->database,
                          run->context.cancel);
}

/* The others go on without it. False when they can't. */
static bool go_without(Run *run, uint32_t number, const Error *why, Error *err)
{
    const char *name = run->result->list.items.items[number].name;
    ClusterBackupPart *part = &run->result->parts[number];

    if (is_everyones(run, why)) {
        *err = *why;
        return error_prefix(err, "database \"%s\"", name);
    }
    cluster_events_failed(run->events, number, "is not in the backup", why);
    part->failure = strdup(why->message);
    if (part->failure == NULL) {
        return error_set_memory(err, "a failure");
    }
    return run->writer == NULL || cluster_writer_add_failure(run->writer, name, part->failure, err);
}

/* Copies the file into the archive, and removes it. */
static bool add_to_archive(const Run *run, const char *name, const BackupResult *made, Error *err)
{
    ClusterMember member = {
        .kind = CLUSTER_DATABASE,
        .name = name,
        .properties = made->properties,
        .tool = made->tool[0] != '\0' ? made->tool : NULL,
        .fallback = made->fallback,
        .rows = made->rows,
        .raw_size = made->file.raw_size,
    };
    KeyRing keys = key_ring_of(run->spool_key);
    Source *content;
    bool encrypted;
    bool ok;

    if (!crypt_source_open(made->path, &keys, &content, &encrypted, err)) {
        return false;
    }
    ok = cluster_writer_add_database(run->writer, &member, made->suffix, content,
                                     run->context.cancel, err);
    source_close(content);
    (void)unlink(made->path);
    return ok;
}

/* By as many connections as it has tokens. */
static bool back_up_with(const Run *run, uint32_t number, unsigned tokens, const char *path,
                         BackupResult *made, Error *err)
{
    BackupRequest request = run->request->each;
    EngineContext context = run->context;

    context.events = cluster_events_sink(run->events, number);
    request.database = run->result->list.items.items[number].name;
    request.output = path;
    request.jobs = tokens;
    request.member_plan = &run->plan;
    request.key = run->spool_key;
    return backup_run(&request, &context, made, err);
}

/* A program makes one connection for a file, however many it might have. */
static unsigned tokens_for(const Run *run, const DatabaseInfo *database)
{
    return run->plan.by_tools
               ? 1
               : tokens_share(run->request->each.jobs, database->size_bytes, run->size_bytes);
}

static bool run_job(void *argument, uint32_t number, Error *err)
{
    Run *run = argument;
    const DatabaseInfo *database = &run->result->list.items.items[number];
    ClusterBackupPart *part = &run->result->parts[number];
    unsigned tokens = tokens_for(run, database);
    BackupResult made = {0};
    char path[PATH_MAX];
    Error why = {0};
    bool ok;

    if (!cluster_spool_path(&run->spool, number, path, err) ||
        !tokens_take(run->tokens, tokens, run->context.cancel, err)) {
        return false;
    }
    ok = back_up_with(run, number, tokens, run->writer == NULL ? "-" : path, &made, &why);
    tokens_give(run->tokens, tokens);
    cluster_events_ended(run->events, number);
    if (ok) {
        part->objects = made.objects;
        part->tables = made.tables;
        ok = run->writer == NULL || add_to_archive(run, database->name, &made, err);
    } else {
        ok = go_without(run, number, &why, err);
    }
    backup_result_free(&made);
    return ok;
}

/* --- All of them -------------------------------------------------------------------------- */

static bool run_jobs(Run *run, size_t n_workers, Error *err)
{
    const DatabaseList *list = &run->result->list;
    void **workers = calloc(n_workers, sizeof *workers);
    JobGraph graph;
    bool ok;

    if (workers == NULL) {
        return error_set_memory(err, "the workers");
    }
    for (size_t i = 0; i < n_workers; i++) {
        workers[i] = run;
    }
    ok = job_graph_init(&graph, list->items.len, err);
    if (ok) {
        /* One alone gains nothing by weights: it keeps the order of the list. */
        for (uint32_t i = 0; n_workers > 1 && i < list->items.len; i++) {
            job_graph_set_weight(&graph, i, list->items.items[i].size_bytes);
        }
        ok = job_graph_run(&graph, run_job, workers, n_workers, run->context.cancel, err);
        job_graph_free(&graph);
    }
    free(workers);
    return ok;
}

static bool back_up_databases(Run *run, Error *err)
{
    const DatabaseList *list = &run->result->list;
    size_t n = list->items.len;
    unsigned jobs = run->request->each.jobs;
    bool ok;

    if (n == 0) {
        return true;
    }
    ok = cluster_events_new(run->context.events, n, &run->events, err) &&
         tokens_new(jobs, &run->tokens, err);
    for (size_t i = 0; ok && i < n; i++) {
        cluster_events_database(run->events, i, list->items.items[i].name,
                                list->items.items[i].size_bytes);
        run->size_bytes += list->items.items[i].size_bytes;
    }
    if (ok) {
        cluster_events_begin(run->events, "backing up");
        ok = run_jobs(run,
                      n < jobs && run->context.cancel != NULL ? n
                      : run->context.cancel != NULL           ? jobs
                                                              : 1,
                      err);
    }
    tokens_free(run->tokens);
    cluster_events_free(run->events);
    return ok;
}

/* --- How it ended ------------------------------------------------------------------------- */

static size_t count_failures(const ClusterBackupResult *result)
{
    size_t n = 0;

    for (size_t i = 0; i < result->list.items.len; i++) {
        n += result->parts[i].failure != NULL;
    }
    return n;
}

/* "a", "b" and 3 more */
static void name_failures(const ClusterBackupResult *result, size_t n, Buffer *out)
{
    size_t named = 0;

    for (size_t i = 0; i < result->list.items.len && out->len < NAMES_TOLD_MAX; i++) {
        if (result->parts[i].failure != NULL) {
            buffer_printf(out, "%s\"%s\"", named > 0 ? ", " : "", result->list.items.items[i].name);
            named++;
        }
    }
    if (named < n) {
        buffer_printf(out, " and %zu more", n - named);
    }
}

/* A backup without a single one of its databases is none. */
static bool check_any(const ClusterBackupResult *result, Error *err)
{
    size_t n = count_failures(result);

    if (n == 0 || n < result->list.items.len) {
        return true;
    }
    if (n == 1) {
        return error_set(err, ERR_SERVER, "database \"%s\" could not be backed up: %s",
                         result->list.items.items[0].name, result->parts[0].failure);
    }
    return error_set(err, ERR_SERVER, "none of the %zu databases could be backed up", n);
}

static bool tell_failures(const ClusterBackupResult *result, Error *err)
{
    size_t n = count_failures(result);
    Buffer CLEANUP(buffer_free) names;

    buffer_init(&names, (size_t)16 * NAMES_TOLD_MAX);
    if (n == 0) {
        return true;
    }
    name_failures(result, n, &names);
    return error_set(err, ERR_INCOMPLETE, "%zu of %zu databases %s not in the backup: %s", n,
                     result->list.items.len, n == 1 ? "is" : "are", names.data);
}

/* --- The archive -------------------------------------------------------------------------- */

static bool add_globals(Run *run, Error *err)
{
    const ClusterBackupRequest *request = run->request;
    Buffer CLEANUP(buffer_free) text;
    MemoryWriter out;

    buffer_init(&text, CLUSTER_TEXT_MAX);
    if (request->each.scope.selection->data_only) {
        return true;
    }
    event_text(run->context.events, EVENT_PHASE, "backing up what belongs to no database");
    memory_writer_init(&out, &text, "the globals");
    return request->each.engine->globals_backup(&request->server, request->database,
                                                &request->globals, &run->context, &out.base,
                                                &run->result->globals, err) &&
           cancel_check(run->context.cancel, err) &&
           (run->writer == NULL ||
            cluster_writer_add_globals(run->writer, text.data, text.len, err));
}

static bool fill_archive(Run *run, Error *err)
{
    bool ok = (run->request->each.key == NULL || key_new_random(&run->spool_key, err)) &&
              add_globals(run, err) &&
              (run->writer == NULL ||
               cluster_spool_make(run->result->path, run->context.events, &run->spool, err)) &&
              back_up_databases(run, err) && check_any(run->result, err);

    cluster_spool_remove(&run->spool);
    key_free(run->spool_key);
    run->spool_key = NULL;
    return ok;
}

static bool write_manifest(const Run *run, const ClusterInfo *info, double seconds, Error *err)
{
    const char *path = run->result->path;
    ManifestFacts facts = {
        .format = "cluster",
        .options = info->options,
        .started = info->started,
        .ended = info->ended,
        .seconds = seconds,
        .warnings = (const char *const *)run->log.texts.items,
        .n_warnings = run->log.texts.len,
    };
    KeyRing keys = key_ring_of(run->request->each.key);
    ClusterArchive *archive;
    Source *source;
    bool encrypted;
    bool ok;

    if (!crypt_source_open(path, &keys, &source, &encrypted, err) ||
        !cluster_archive_open_source(source, &archive, err)) {
        return false;
    }
    ok = manifest_write_cluster(path, cluster_archive_index(archive), &run->result->file, &facts,
                                err);
    cluster_archive_close(archive);
    if (ok) {
        return true;
    }
    (void)error_prefix(err, "%s is whole, but its manifest could not be written", path);
    return error_hint(err,
                      "Make room and run the backup again; `dbbackup verify` checks the file.");
}

static bool write_archive(Run *run, ClusterInfo *info, bool replace, double start, Error *err)
{
    const char *path = run->result->path;
    bool is_file = strcmp(path, "-") != 0;

    if (!cluster_writer_open(path, replace, run->request->each.key, info, &run->writer, err)) {
        return false;
    }
    if (!fill_archive(run, err)) {
        cluster_writer_abort(run->writer);
        return false;
    }
    clock_format_utc(clock_now(), run->ended);
    info->ended = run->ended;
    if (!cluster_writer_seal(run->writer, info->ended, err) ||
        !cancel_check(run->context.cancel, err) ||
        (is_file && !backup_remove_manifest(path, err))) {
        cluster_writer_abort(run->writer);
        return false;
    }
    return cluster_writer_finish(run->writer, info->ended, &run->result->file, err) &&
           (!is_file || write_manifest(run, info, clock_monotonic() - start, err));
}

/* --- The whole ---------------------------------------------------------------------------- */

static bool choose_databases(const Run *run, Error *err)
{
    const ClusterBackupRequest *request = run->request;
    DatabaseList *list = &run->result->list;
    bool any;

    event_text(run->context.events, EVENT_PHASE, "listing the databases");
    if (!request->each.engine->list_databases(&request->server, request->database, &run->context,
                                              list, err)) {
        return false;
    }
    any = list->items.len > 0;
    if (!databases_choose(&request->choice, &run->context, list, err)) {
        return false;
    }
    if (any && list->items.len == 0) {
        (void)error_set(err, ERR_USAGE, "no database is left to be backed up");
        return error_hint(err, "For roles and the like alone: dbbackup backup globals");
    }
    run->result->parts = calloc(list->items.len + 1, sizeof *run->result->parts);
    return run->result->parts != NULL || error_set_memory(err, "the list of databases");
}

/* Who makes the backups. A server that can't be reached, or a cancel, is no reason to try
 * otherwise.
 */
static bool plan_backups(Run *run, Error *err)
{
    const BackupRequest *each = &run->request->each;
    bool can_be_native;

    if (!manager_plan_backup(each->engine->name, each->choice, each->format, true, &run->plan,
                             err)) {
        return false;
    }
    if (!run->plan.by_tools ||
        backup_tools_fit(each, &run->result->list, &run->context, &run->plan, err)) {
        return true;
    }
    can_be_native = err->code == ERR_UNSUPPORTED || err->code == ERR_USAGE;
    if (!run->plan.if_they_fit || !can_be_native) {
        return false;
    }
    event_text(run->context.events, EVENT_NOTICE, "backed up natively, as scripts: %s",
               err->message);
    error_clear(err);
    run->plan = (WorkPlan){.format = FORMAT_SQL};
    return true;
}

static bool plan_names(const DatabaseList *list, const char ***names, Error *err)
{
    const char **made = calloc(list->items.len + 1, sizeof *made);

    if (made == NULL) {
        return error_set_memory(err, "the list of databases");
    }
    for (size_t i = 0; i < list->items.len; i++) {
        made[i] = list->items.items[i].name;
    }
    *names = made;
    return true;
}

static bool back_up_server(Run *run, int64_t started, double start, Error *err)
{
    const BackupRequest *each = &run->request->each;
    Buffer CLEANUP(buffer_free) options;
    const DatabaseList *list = &run->result->list;
    ClusterInfo info = {.dbbackup_version = DBB_VERSION};
    const char **planned = NULL;
    bool named;
    bool ok;

    buffer_init(&options, CLUSTER_TEXT_MAX);
    if (!choose_databases(run, err) || !plan_backups(run, err) ||
        !backup_path(each->output, each->backup_dir, "cluster", ".tar.gz", each->key != NULL,
                     started, run->result->path, &named, err) ||
        !cluster_options_describe(run->request, &options, err)) {
        return false;
    }
    if (each->dry_run) {
        return fill_archive(run, err);
    }
    clock_format_utc(started, run->started);
    info.dbms = list->dbms != NULL ? list->dbms : each->engine->name;
    info.server_version = list->server_version;
    info.server_version_number = list->server_version_number;
    info.started = run->started;
    info.options = options.len > 0 ? options.data : NULL;
    if (!plan_names(list, &planned, err)) {
        return false;
    }
    info.planned = planned;
    info.n_planned = list->items.len;
    ok = write_archive(run, &info, named, start, err);
    free(planned);
    return ok;
}

bool cluster_backup_run(const ClusterBackupRequest *request, const EngineContext *context,
                        ClusterBackupResult *result, Error *err)
{
    double start = clock_monotonic();
    Run run = {.request = request, .context = *context, .result = result};
    bool ok;

    *result = (ClusterBackupResult){0};
    database_list_init(&result->list);
    if (request->each.engine->list_databases == NULL ||
        request->each.engine->globals_backup == NULL) {
        return error_set(err, ERR_UNSUPPORTED, "backups of whole servers of %s aren't there yet",
                         request->each.engine->servers);
    }
    warning_log_init(&run.log, context->events);
    run.context.events = &run.log.sink;
    ok = back_up_server(&run, clock_now(), start, err);
    warning_log_free(&run.log);
    result->seconds = clock_monotonic() - start;
    return ok && tell_failures(result, err);
}

void cluster_backup_result_free(ClusterBackupResult *result)
{
    for (size_t i = 0; result->parts != NULL && i < result->list.items.len; i++) {
        free(result->parts[i].failure);
    }
    free(result->parts);
    database_list_free(&result->list);
}
