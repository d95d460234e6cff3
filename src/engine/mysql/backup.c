/* SPDX-License-Identifier: Apache-2.0 */
/* A backup of one MySQL or MariaDB database: locks, snapshot, catalog, and then entry by entry. */
#include "engine/mysql/backup.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "engine/entry_out.h"
#include "engine/mysql/catalog_entries.h"
#include "engine/mysql/history.h"
#include "engine/mysql/privileges.h"
#include "engine/mysql/ranges.h"
#include "engine/mysql/rows.h"
#include "engine/mysql/snapshot.h"
#include "sql/mysql_quote.h"

/* What a further connection should have to do, at least, to be worth its while; bytes. */
enum { WORTH_BYTES = 4 * 1024 * 1024 };

struct BackupSession {
    ServerOptions server; /* these two are the leader's only */
    MyPlace place;
    MyConnection *connection;
    MySnapshot snapshot;     /* the leader's */
    const MySnapshot *locks; /* the same, for a worker, too */
    MyCatalog catalog;       /* a worker's has no relations */
};

/* --- What is left out --------------------------------------------------------------------- */

/* Ids count the entries of a backup, so those that stay are numbered anew. */
static bool renumber(Toc *toc, const bool *taken, Error *err)
{
    uint32_t *ids = calloc(toc->entries.len + 1, sizeof *ids);
    size_t n = 0;

    if (ids == NULL) {
        return error_set_memory(err, "the choice of entries");
    }
    for (size_t i = 0; i < toc->entries.len; i++) {
        Entry entry = toc->entries.items[i];
        uint32_t *deps = arena_alloc(&toc->arena, (entry.n_deps + 1) * sizeof *deps);
        size_t n_deps = 0;

        if (!taken[i] || deps == NULL) {
            continue;
        }
        for (size_t d = 0; d < entry.n_deps; d++) { /* all of them came before it */
            if (ids[entry.deps[d]] != 0) {
                deps[n_deps++] = ids[entry.deps[d]];
            }
        }
        ids[entry.id] = (uint32_t)n + 1;
        entry.id = (uint32_t)n + 1;
        entry.deps = deps;
        entry.n_deps = n_deps;
        toc->entries.items[n++] = entry;
    }
    toc->entries.len = n;
    free(ids);
    return arena_ok(&toc->arena, "the choice of entries", err);
}

static bool choose(const BackupScope *scope, Toc *toc, Error *err)
{
    bool *taken = calloc(toc->entries.len + 1, sizeof *taken);
    SelectionNames names;
    Buffer text;
    bool ok;

    if (taken == NULL) {
        return error_set_memory(err, "the choice of entries");
    }
    names_init(&names);
    buffer_init(&text, 1 << 20);
    ok = names_read(&names, toc, err) && selection_resolve(scope->selection, &names, err) &&
         selection_choose(scope->selection, &names, toc, taken, err) && renumber(toc, taken, err);
    if (ok) {
        selection_describe(scope->selection, &text);
        toc->info.selection = arena_strdup(&toc->arena, text.data);
        ok = buffer_ok(&text, "the choice of entries", err) &&
             arena_ok(&toc->arena, "the choice of entries", err);
    }
    buffer_free(&text);
    names_free(&names);
    free(taken);
    return ok;
}

/* --- The session -------------------------------------------------------------------------- */

static bool use_database(BackupSession *session, Error *err)
{
    Buffer sql;
    bool ok;

    if (session->place.database[0] == '\0') {
        return error_set(err, ERR_USAGE, "no database is named to back up");
    }
    buffer_init(&sql, 4096);
    buffer_puts(&sql, "USE ");
    mysql_quote_identifier(&sql, session->place.database);
    ok = buffer_ok(&sql, "a database's name", err) &&
         my_exec_text(session->connection, sql.data, err);
    buffer_free(&sql);
    return ok;
}

/* Where the server keeps names in small letters, the name as it keeps it. */
static bool find_kept_name(BackupSession *session, Error *err)
{
    MyCatalog *catalog = &session->catalog;
    MYSQL_RES *result;
    MYSQL_ROW row;

    if (!my_catalog_query(catalog,
                          "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA"
                          " WHERE SCHEMA_NAME = %s AND @@lower_case_table_names > 0",
                          &result, err)) {
        return false;
    }
    row = mysql_fetch_row(result);
    if (row != NULL) {
        catalog->database = session->place.database = arena_strdup(catalog->arena, row[0]);
    }
    mysql_free_result(result);
    return arena_ok(catalog->arena, "the catalog", err);
}

static bool put_facts(const BackupSession *session, Toc *toc, Error *err)
{
    const MyCatalog *catalog = &session->catalog;
    TocInfo *info = &toc->info;
    JsonWriter json;
    Buffer text;
    bool ok;

    info->dbms = my_is_mariadb(session->connection) ? "mariadb" : "mysql";
    info->server_version = arena_strdup(&toc->arena, my_version(session->connection));
    info->server_version_number = (int)my_version_number(session->connection);
    info->database = arena_strdup(&toc->arena, session->place.database);
    info->encoding = "utf8mb4";
    buffer_init(&text, 1 << 16);
    json_init(&json, &text);
    json_begin_object(&json, NULL);
    json_text(&json, "charset", catalog->charset);
    json_text(&json, "collation", catalog->collation);
    if (catalog->comment[0] != '\0') {
        json_text(&json, "comment", catalog->comment);
    }
    if (catalog->is_encrypted) {
        json_text(&json, "encryption", "Y");
    }
    json_end_object(&json);
    info->database_properties = arena_strdup(&toc->arena, text.data);
    ok = buffer_ok(&text, "the database's properties", err);
    buffer_clear(&text);
    json_init(&json, &text);
    json_begin_array(&json, NULL);
    json_text(&json, NULL, session->place.database);
    json_end_array(&json);
    info->search_path = arena_strdup(&toc->arena, text.data);
    ok = ok && buffer_ok(&text, "the database's name", err) &&
         arena_ok(&toc->arena, "the catalog", err);
    buffer_free(&text);
    return ok;
}

static void warn_of_journal(const MyCatalog *catalog)
{
    if (my_catalog_find(catalog, MY_JOURNAL) != NULL) {
        event_text(catalog->context.events, EVENT_WARNING,
                   "the database \"%s\" holds an unfinished restore: this is a backup of what has "
                   "come so far, and so is all that is restored from it",
                   catalog->database);
    }
}

static unsigned count_connections(const MyCatalog *catalog, unsigned jobs)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < catalog->relations.len; i++) {
        bytes += catalog->relations.items[i].size;
    }
    return bytes / WORTH_BYTES + 1 < jobs ? (unsigned)(bytes / WORTH_BYTES + 1) : jobs;
}

/* The relations are read twice: first for the locks, and again when nothing can come between. */
static bool open_snapshot(BackupSession *session, const EngineContext *context, unsigned jobs,
                          Toc *toc, Error *err)
{
    MyCatalog before;
    bool ok;

    my_catalog_init(&before, session->connection, context, &toc->arena, session->place.database);
    ok = my_catalog_read_relations(&before, err) &&
         my_snapshot_begin(&session->snapshot, &before, count_connections(&before, jobs), toc, err);
    my_catalog_free(&before);
    return ok && my_catalog_read(&session->catalog, err) &&
           (session->snapshot.others.len == 0 || my_ranges_choose(&session->catalog, err));
}

bool mysql_backup_begin(const ServerOptions *server, const char *database, const BackupScope *scope,
                        const EngineContext *context, Toc *toc, BackupSession **out, Error *err)
{
    BackupSession *session = calloc(1, sizeof *session);
    const char *name; /* entries refer to it, and they outlive the session */

    if (session == NULL) {
        return error_set_memory(err, "a backup");
    }
    session->server = *server;
    session->locks = &session->snapshot;
    if (!my_place_init(&session->place, server, database, err) ||
        !my_connect(&session->server, &session->place, context, false, &session->connection, err) ||
        !my_snapshot_session(session->connection, err) || !use_database(session, err)) {
        mysql_backup_end(session);
        return false;
    }
    name = arena_strdup(&toc->arena, session->place.database);
    my_catalog_init(&session->catalog, session->connection, context, &toc->arena, name);
    session->catalog.no_definer = scope->no_definer;
    session->catalog.with_history = scope->history;
    if (!arena_ok(&toc->arena, "the database's name", err) || !find_kept_name(session, err) ||
        !my_privileges_check(&session->catalog, err) ||
        !open_snapshot(session, context, scope->jobs, toc, err) || !put_facts(session, toc, err) ||
        !my_catalog_entries(&session->catalog, scope, toc, err) ||
        (!selection_is_all(scope->selection) && !choose(scope, toc, err)) ||
        !my_history_check(&session->catalog, toc, err)) {
        mysql_backup_end(session);
        return false;
    }
    warn_of_journal(&session->catalog);
    *out = session;
    return true;
}

bool mysql_backup_worker(BackupSession *leader, BackupSession **out, Error *err)
{
    MyConnection *connection = my_snapshot_take(&leader->snapshot);
    BackupSession *session;

    if (connection == NULL) {
        *out = NULL;
        return true;
    }
    session = calloc(1, sizeof *session);
    if (session == NULL) {
        my_disconnect(connection);
        return error_set_memory(err, "a backup");
    }
    session->connection = connection;
    session->locks = &leader->snapshot;
    my_catalog_init(&session->catalog, connection, &leader->catalog.context, leader->catalog.arena,
                    leader->catalog.database);
    *out = session;
    return true;
}

static bool write_entry(BackupSession *session, const Entry *entry, uint32_t piece, EntryOut *out,
                        Error *err)
{
    if (entry->engine_data != NULL) {
        const MyRelation *table = entry->engine_data;

        return my_rows_write(&session->catalog, table, piece, out, err) &&
               (table->is_transactional || my_snapshot_holds(session->locks, err));
    }
    return entry_out_write(out, entry->create_sql, strlen(entry->create_sql), err);
}

bool mysql_backup_write(BackupSession *session, Entry *entry, uint32_t piece, ChunkWriter *chunks,
                        Error *err)
{
    EntryOut out = {.chunks = chunks, .entry = entry};
    char label[256];
    bool ok;

    entry_label(entry, label, sizeof label);
    trace_job_begin(my_trace(session->connection), label,
                    entry->n_pieces == 0 ? TRACE_WHOLE : piece);
    ok = entry_out_begin(&out, piece, err) && write_entry(session, entry, piece, &out, err) &&
         entry_out_end(&out, err);
    trace_job_end(my_trace(session->connection), ok, out.all_rows, out.all_size);
    if (!ok && err->code != ERR_CANCELLED) {
        (void)error_prefix(err, "%s", label);
    }
    return ok;
}

void mysql_backup_end(BackupSession *session)
{
    if (session != NULL) {
        my_catalog_free(&session->catalog);
        my_snapshot_end(&session->snapshot);
        my_disconnect(session->connection);
        my_place_free(&session->place);
        free(session);
    }
}
