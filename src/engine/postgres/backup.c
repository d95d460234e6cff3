/* SPDX-License-Identifier: Apache-2.0 */
/* A backup of one PostgreSQL database: snapshot, locks, catalog, and then entry by entry. */
#include "engine/postgres/backup.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/catalog_ahead.h"
#include "engine/postgres/copy_out.h"
#include "engine/postgres/definition.h"
#include "engine/postgres/large_objects.h"
#include "engine/postgres/scope.h"
#include "engine/postgres/script_start.h"
#include "engine/postgres/snapshot.h"

struct BackupSession {
    EngineContext context;
    BackupScope scope;
    PgConnection *connection;
    Catalog catalog;
    Buffer text; /* of the definition at work */
    Toc *toc;
    BackupSession *leader; /* of a worker's session; NULL of the leader's own */
    pthread_mutex_t lock;  /* the leader's: guards the toc's arena, as long as workers write */
};

static bool read_items(BackupSession *session, Toc *toc, Error *err)
{
    Catalog *catalog = &session->catalog;
    bool ok;

    catalog_ahead_begin(catalog, toc, session->scope.jobs);
    ok = catalog_read_items(catalog, &toc->info.database_properties, err) &&
         catalog_make_entries(catalog, toc, err);
    catalog_ahead_end(catalog);
    return ok;
}

static bool read_entries(BackupSession *session, const SelectionNames *names, Toc *toc, Error *err)
{
    Catalog *catalog = &session->catalog;

    return snapshot_lock(catalog, err) && script_start_add(catalog, toc, err) &&
           large_objects_add(catalog, err) && read_items(session, toc, err) &&
           scope_apply(catalog, names, toc, err) && script_start_fill(catalog, toc, err) &&
           catalog_check_entries(catalog, toc, err);
}

static bool read_catalog(BackupSession *session, Toc *toc, Error *err)
{
    Catalog *catalog = &session->catalog;
    SelectionNames names = {0};
    bool ok = catalog_check_supported(catalog, err) && catalog_read_relations(catalog, err) &&
              scope_resolve(catalog, toc, &names, err) && read_entries(session, &names, toc, err);

    names_free(&names);
    return ok;
}

/* Not connected yet. */
static BackupSession *new_session(const BackupScope *scope, const EngineContext *context, Toc *toc,
                                  Error *err)
{
    BackupSession *session = calloc(1, sizeof *session);

    if (session == NULL) {
        (void)error_set_memory(err, "a backup");
        return NULL;
    }
    session->context = *context;
    session->scope = *scope;
    session->toc = toc;
    buffer_init(&session->text, DEFINITION_LIMIT);
    (void)pthread_mutex_init(&session->lock, NULL); /* with no attributes it cannot fail on Linux */
    return session;
}

bool postgres_backup_begin(const ServerOptions *server, const char *database,
                           const BackupScope *scope, const EngineContext *context, Toc *toc,
                           BackupSession **out, Error *err)
{
    BackupSession *session = new_session(scope, context, toc, err);

    if (session == NULL) {
        return false;
    }
    if (!pg_connect(server, database, context, &session->connection, err)) {
        postgres_backup_end(session);
        return false;
    }
    catalog_init(&session->catalog, session->connection, &session->context, &session->scope,
                 &toc->arena);
    if (!snapshot_begin(session->connection, &session->context, toc, err) ||
        !read_catalog(session, toc, err)) {
        postgres_backup_end(session);
        return false;
    }
    *out = session;
    return true;
}

/* A server that has no more connections has one for each worker that there is already. */
static bool explain_connect(Error *err)
{
    if (strcmp(err->sqlstate, "53300") == 0) {
        err->hint[0] = '\0';
        (void)error_hint(err, "The server has no more free connections for this user and database: "
                              "work with fewer, with -j.");
    }
    return false;
}

bool postgres_backup_worker(BackupSession *leader, BackupSession **out, Error *err)
{
    BackupSession *session = new_session(&leader->scope, &leader->context, leader->toc, err);

    if (session == NULL) {
        return false;
    }
    session->leader = leader;
    if (!pg_connect_beside(leader->connection, &session->connection, err)) {
        postgres_backup_end(session);
        return explain_connect(err);
    }
    catalog_init(&session->catalog, session->connection, &session->context, &session->scope,
                 &leader->toc->arena);
    if (!snapshot_join(session->connection, leader->toc, err) ||
        !pg_exec(session->connection, "SAVEPOINT dbbackup", err)) { /* for copy_out_write */
        postgres_backup_end(session);
        return error_prefix(err, "another connection beside the first");
    }
    *out = session;
    return true;
}

static bool write_definition(BackupSession *session, const CatalogItem *item, EntryOut *out,
                             Error *err)
{
    buffer_clear(&session->text);
    definition_text(item, catalog_leaves_out(&session->catalog), &session->text, &out->parts);
    return buffer_ok(&session->text, item->name, err) &&
           entry_out_write(out, session->text.data, session->text.len, err);
}

static bool write_item(BackupSession *session, const CatalogItem *item, uint32_t piece,
                       EntryOut *out, Error *err)
{
    if (item->write != NULL) {
        return item->write(&session->catalog, item, out, err);
    }
    if (item->copy_out != NULL) {
        return copy_out_write(&session->catalog, item, piece, session->leader != NULL, out, err);
    }
    return write_definition(session, item, out, err);
}

/* What the entry's text turned out to be made of. */
static bool keep_parts(BackupSession *session, Entry *entry, const TextPartVec *parts, Error *err)
{
    BackupSession *leader = session->leader == NULL ? session : session->leader;
    TextPart *kept;

    if (parts->len < 2) {
        return true;
    }
    (void)pthread_mutex_lock(&leader->lock);
    kept = arena_alloc(&session->toc->arena, parts->len * sizeof *kept);
    (void)pthread_mutex_unlock(&leader->lock);
    if (kept == NULL) {
        return error_set_memory(err, "the parts of an entry");
    }
    memcpy(kept, parts->items, parts->len * sizeof *kept);
    entry->parts = kept;
    entry->n_parts = parts->len;
    return true;
}

bool postgres_backup_write(BackupSession *session, Entry *entry, uint32_t piece,
                           ChunkWriter *chunks, Error *err)
{
    EntryOut out = {.chunks = chunks, .entry = entry};
    char label[256];
    bool ok;

    entry_label(entry, label, sizeof label);
    trace_job_begin(pg_trace(session->connection), label,
                    entry->n_pieces == 0 ? TRACE_WHOLE : piece);
    ok = entry_out_begin(&out, piece, err) &&
         write_item(session, entry->engine_data, piece, &out, err) && entry_out_end(&out, err) &&
         keep_parts(session, entry, &out.parts, err);
    trace_job_end(pg_trace(session->connection), ok, out.all_rows, out.all_size);
    vec_free(&out.parts);
    if (!ok && err->code != ERR_CANCELLED) {
        (void)error_prefix(err, "%s", label);
    }
    return ok;
}

void postgres_backup_end(BackupSession *session)
{
    if (session != NULL) {
        catalog_free(&session->catalog);
        pg_disconnect(session->connection);
        buffer_free(&session->text);
        (void)pthread_mutex_destroy(&session->lock);
        free(session);
    }
}
