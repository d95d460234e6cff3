/* SPDX-License-Identifier: Apache-2.0 */
/* The restore half of the PostgreSQL engine: a session from its first look at the target to its
 * last word about what was done. */
#include "engine/postgres/restore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/part_reader.h"
#include "engine/postgres/restore_session.h"
#include "sql/quote.h"

typedef VEC(size_t) IndexList;

/* --- Begin ------------------------------------------------------------------------------------ */

bool postgres_restore_begin(const ServerOptions *server, const RestoreTarget *target,
                            const EngineContext *context, RestoreSession **out, Error *err)
{
    RestoreSession *session;

    if (target->single_transaction && target->continue_on_error) {
        return error_set(err, ERR_USAGE,
                         "--single-transaction and --continue-on-error contradict each other");
    }
    session = calloc(1, sizeof *session);
    if (session == NULL) {
        return error_set_memory(err, "a restore");
    }
    session->server = *server;
    session->target = *target;
    if (context != NULL) {
        session->context = *context;
    }
    if (target->script_database != NULL) {
        (void)snprintf(session->script_database, sizeof session->script_database, "%s",
                       target->script_database);
    }
    idmap_init(&session->tables);
    idmap_init(&session->journal);
    batch_init(&session->batch);
    if (!target_inspect(session, err)) {
        postgres_restore_end(session, NULL);
        return false;
    }
    *out = session;
    return true;
}

/* --- Prepare ---------------------------------------------------------------------------------- */

/* Asks which owners of the archive lack, for one whom it needn't ask about: himself. *asks: there
 * are others. */
static void put_owners(const Toc *toc, const char *himself, bool *asks, Buffer *sql)
{
    const char *last = himself;

    *asks = false;
    buffer_puts(sql, "select string_agg(quote_ident(wanted), ', ' order by wanted) from (select "
                     "distinct wanted from unnest(array[");
    for (size_t i = 0; i < toc->entries.len; i++) {
        const char *owner = toc->entries.items[i].owner;

        if (owner == NULL || owner[0] == '\0' || strcmp(owner, last) == 0 ||
            strcmp(owner, himself) == 0) {
            continue;
        }
        if (*asks) {
            buffer_putc(sql, ',');
        }
        sql_quote_literal(sql, owner);
        last = owner;
        *asks = true;
    }
    buffer_puts(sql, "]::text[]) as wanted) as w"
                     " where not exists (select from pg_roles where rolname = wanted)");
}

/* A role that lacks would stop the restore late: better to know before it begins. */
static bool check_owners(RestoreSession *session, const Toc *toc, Error *err)
{
    Buffer sql;
    PGresult *rows = NULL;
    bool asks;
    bool ok;

    buffer_init(&sql, (size_t)256 << 20);
    put_owners(toc, pg_user(session->connection), &asks, &sql);
    ok = buffer_ok(&sql, "the list of owners", err) &&
         (!asks || pg_query(session->connection, sql.data, &rows, err));
    buffer_free(&sql);
    if (ok && asks && PQntuples(rows) > 0 && !PQgetisnull(rows, 0, 0)) {
        const char *missing = PQgetvalue(rows, 0, 0);

        if (session->target.continue_on_error) {
            event_text(session->context.events, EVENT_WARNING,
                       "roles that own objects of the backup don't exist here: %s", missing);
        } else {
            ok = error_set(err, ERR_SERVER,
                           "roles that own objects of the backup don't exist on this server: %s "
                           "(SQLSTATE 42704)",
                           missing);
            (void)snprintf(err->sqlstate, sizeof err->sqlstate, "42704");
            (void)error_hint(err, "Create them first: CREATE ROLE …");
        }
    }
    PQclear(rows);
    return ok;
}

static bool is_one_of(const char *sqlstate, const char *const *states)
{
    while (*states != NULL && strcmp(*states, sqlstate) != 0) {
        states++;
    }
    return *states != NULL;
}

/* A savepoint says more than IF EXISTS: that a trigger's table is missing counts, too. *later: it
 * can't go as long as something else is there. */
static bool drop_entry(RestoreSession *session, const Entry *entry, bool *later, Error *err)
{
    static const char *const absent[] = {"42P01", "42703", "42704", "42883", "3F000", NULL};
    static const char *const needed[] = {"2BP01", "42P16", NULL};
    Error ignored = {0};

    *later = false;
    if (pg_exec_format(session->connection, err, "SAVEPOINT dbbackup; %s; RELEASE dbbackup",
                       entry->drop_sql)) {
        return true;
    }
    *later = err->code == ERR_SERVER && is_one_of(err->sqlstate, needed);
    if (err->code != ERR_SERVER || (!*later && !is_one_of(err->sqlstate, absent))) {
        return false;
    }
    return pg_exec(session->connection, "ROLLBACK TO dbbackup; RELEASE dbbackup",
                   *later ? &ignored : err);
}

static bool explain_drop(const RestoreSession *session, const Entry *entry, Error *err)
{
    char label[256];

    entry_label(entry, label, sizeof label);
    restore_explain(session, label, entry->drop_sql, err);
    if (strcmp(err->sqlstate, "2BP01") == 0) {
        err->hint[0] = '\0';
        (void)error_hint(err, "Something that the backup doesn't hold depends on it: drop that "
                              "first, or restore into a new database.");
    } else if (strcmp(err->sqlstate, "42809") == 0) {
        (void)error_hint(err, "What has its name here is of another kind, so --clean can't drop "
                              "it: drop it yourself, or restore into a new database.");
    }
    return false;
}

/* One go through the entries whose places are in the list; those that are still needed stay. */
static bool drop_pass(RestoreSession *session, const Toc *toc, IndexList *list, Error *err)
{
    const Entry *first = NULL; /* of those that stay */
    size_t kept = 0;
    bool later;

    for (size_t i = 0; i < list->len; i++) {
        const Entry *entry = &toc->entries.items[list->items[i]];

        if (!drop_entry(session, entry, &later, err)) {
            return explain_drop(session, entry, err);
        }
        if (later) {
            first = first == NULL ? entry : first;
            list->items[kept++] = list->items[i];
        }
    }
    if (first != NULL && kept == list->len) { /* nothing went, so nothing will: let it say why */
        return drop_entry(session, first, &later, err) && !later
                   ? true
                   : explain_drop(session, first, err);
    }
    list->len = kept;
    error_clear(err);
    return true;
}

/* Drops what the archive holds, last things first; all or nothing. What belongs to something else,
 * as a partition's key to that of the whole, goes with it. */
static bool drop_entries(RestoreSession *session, const Toc *toc, Error *err)
{
    IndexList list = {0};
    bool own = !session->open;
    bool ok = !own || pg_exec(session->connection, "BEGIN", err);

    event_text(session->context.events, EVENT_PHASE, "dropping what the backup holds");
    for (size_t i = toc->entries.len; ok && i-- > 0;) {
        const char *drop_sql = toc->entries.items[i].drop_sql;

        if (drop_sql != NULL && drop_sql[0] != '\0' && !vec_push(&list, i)) {
            ok = error_set_memory(err, "the list of what is to be dropped");
        }
    }
    while (ok && list.len > 0) {
        ok = drop_pass(session, toc, &list, err);
    }
    vec_free(&list);
    if (ok && own) {
        ok = pg_exec(session->connection, "COMMIT", err);
        session->cleaned = ok;
    }
    return ok;
}

static uint64_t rows_size(const Toc *toc)
{
    uint64_t size = 0;

    for (size_t i = 0; i < toc->entries.len; i++) {
        const Entry *entry = &toc->entries.items[i];

        size += strcmp(entry->kind, "TABLE DATA") == 0 ? entry_raw_size(entry) : 0;
    }
    return size;
}

bool postgres_restore_prepare(RestoreSession *session, const Toc *toc, Error *err)
{
    if (session->target.clean && !session->target.create && toc == NULL) {
        return error_set(err, ERR_USAGE, "--clean needs an archive with an index");
    }
    if (toc != NULL) {
        session->entries_total = toc->entries.len;
        session->rows_size = rows_size(toc);
        if ((session->target.leave_out & TEXT_BIT(TEXT_OWNER)) == 0 &&
            !check_owners(session, toc, err)) {
            return false;
        }
    }
    if (session->target.create) {
        event_text(session->context.events, EVENT_PHASE, "creating the database %s",
                   session->database);
        if (!target_create(session, err)) {
            return false;
        }
    }
    if (!target_session(session, err)) {
        return false;
    }
    if (session->target.single_transaction) {
        if (!pg_exec(session->connection, "BEGIN", err)) {
            return false;
        }
        session->open = true;
    }
    if (session->target.clean && !session->created && !session->resumed && toc != NULL &&
        !drop_entries(session, toc, err)) {
        return false;
    }
    return journal_open(session, toc, err);
}

/* --- Entries and scripts ---------------------------------------------------------------------- */

static bool has_part(const Entry *entry, unsigned kinds)
{
    for (size_t i = 0; i < entry->n_parts; i++) {
        if ((kinds & TEXT_BIT(entry->parts[i].kind)) != 0) {
            return true;
        }
    }
    return false;
}

/* Extensions, and the schema public, that were there before the first of them came, and belong to
 * somebody else: on a managed server they do. */
static bool find_foreign(RestoreSession *session, Error *err)
{
    static const char sql[] =
        "select 'EXTENSION', extname from pg_catalog.pg_extension"
        " where not pg_catalog.pg_has_role(extowner, 'USAGE')"
        " union all select 'SCHEMA', nspname from pg_catalog.pg_namespace"
        " where nspname = 'public' and not pg_catalog.pg_has_role(nspowner, 'USAGE')";

    return session->foreign != NULL || (flush_definitions(session, err) &&
                                        pg_query(session->connection, sql, &session->foreign, err));
}

static bool is_foreign(const RestoreSession *session, const Entry *entry)
{
    for (int row = 0; row < PQntuples(session->foreign); row++) {
        if (strcmp(PQgetvalue(session->foreign, row, 0), entry->kind) == 0 &&
            strcmp(PQgetvalue(session->foreign, row, 1), entry->name) == 0) {
            return true;
        }
    }
    return false;
}

/* What is there already and isn't ours is as it should be, but for what only an owner may say. */
static bool find_leave_out(RestoreSession *session, const Entry *entry, unsigned *leave_out,
                           Error *err)
{
    const unsigned owners = TEXT_BIT(TEXT_COMMENT) | TEXT_BIT(TEXT_LABEL);
    bool may_be_there = strcmp(entry->kind, "EXTENSION") == 0 || strcmp(entry->kind, "SCHEMA") == 0;

    *leave_out = session->target.leave_out & ~TEXT_BIT(TEXT_DROP);
    if (!session->target.clean) {
        *leave_out |= TEXT_BIT(TEXT_DROP);
    }
    if (!may_be_there || !has_part(entry, owners & ~*leave_out)) {
        return true;
    }
    if (!find_foreign(session, err)) {
        return false;
    }
    if (is_foreign(session, entry)) {
        *leave_out |= owners;
        event_text(session->context.events, EVENT_WARNING,
                   "%s %s is there already and belongs to another role: its comment is left as it "
                   "is",
                   entry->kind, entry->name);
    }
    return true;
}

static bool remember_table(RestoreSession *session, const Entry *entry, Error *err)
{
    return strcmp(entry->kind, "TABLE") != 0 || idmap_put(&session->tables, entry->id, 0) ||
           error_set_memory(err, "the list of tables");
}

/* An earlier restore has done it. */
static bool pass_done(RestoreSession *session, const Entry *entry, uint64_t bytes, uint64_t rows,
                      Error *err)
{
    event_progress(session->context.events, bytes, rows, 0);
    session->stats.rows += rows;
    return remember_table(session, entry, err) &&
           batch_end_entry(&session->batch, session->connection, 0, err);
}

bool postgres_restore_entry(RestoreSession *session, const Entry *entry, Reader *text, Error *err)
{
    uint64_t errors = session->stats.errors;
    Trace *trace = pg_trace(session->connection);
    unsigned leave_out = 0;
    PartReader parts;
    char label[256];
    bool ok;

    if (journal_has(session, entry, JOURNAL_WHOLE)) {
        return pass_done(session, entry, entry_raw_size(entry), entry_rows(entry), err);
    }
    entry_label(entry, label, sizeof label);
    event_text(session->context.events, EVENT_OBJECT, "%s", label);
    if (strcmp(entry->kind, "EVENT TRIGGER") == 0 &&
        (!flush_definitions(session, err) || !journal_close(session, err))) {
        return false;
    }
    if (!find_leave_out(session, entry, &leave_out, err)) {
        return error_prefix(err, "%s", label);
    }
    part_reader_init(&parts, entry, leave_out, text);
    trace_job_begin(trace, label, TRACE_WHOLE);
    ok = run_entry(session, entry, JOURNAL_WHOLE, label, &parts.base, err);
    trace_job_end(trace, ok, entry_rows(entry), entry_raw_size(entry));
    if (!ok) {
        return false;
    }
    return session->stats.errors > errors || remember_table(session, entry, err);
}

bool postgres_restore_chunk(RestoreSession *session, const Entry *entry, uint32_t chunk,
                            Reader *text, Error *err)
{
    const Chunk *part = &entry->chunks.items[chunk];
    Trace *trace = pg_trace(session->connection);
    char label[256];
    bool ok;

    if (journal_has(session, entry, chunk)) {
        return pass_done(session, entry, part->raw_size, part->rows, err);
    }
    entry_label(entry, label, sizeof label);
    event_text(session->context.events, EVENT_OBJECT, "%s", label);
    trace_job_begin(trace, label, chunk);
    ok = run_entry(session, entry, chunk, label, text, err);
    trace_job_end(trace, ok, part->rows, part->raw_size);
    return ok;
}

bool postgres_restore_flush(RestoreSession *session, Error *err)
{
    if (!flush_definitions(session, err)) {
        return false;
    }
    session->entries_flushed = session->entries_done;
    return true;
}

/* What failed was a transaction of ours: all of it is undone. Locks may have run out for what a
 * batch makes at once; one entry at a time may still find room. */
bool postgres_restore_again(RestoreSession *session, const Error *why, size_t *done)
{
    bool deadlock = strcmp(why->sqlstate, "40P01") == 0 || strcmp(why->sqlstate, "40001") == 0;
    bool no_locks = strcmp(why->sqlstate, "53200") == 0 && session->batch.limit > 1;
    Error ignored = {0};

    if (why->code != ERR_SERVER || session->open || session->batch.cut ||
        (!deadlock && !no_locks)) {
        return false;
    }
    if (pg_transaction_status(session->connection) != PQTRANS_IDLE &&
        !pg_exec(session->connection, "ROLLBACK", &ignored)) {
        return false;
    }
    if (no_locks) {
        session->batch.limit = 1;
    }
    *done = session->entries_done - session->entries_flushed;
    event_text(session->context.events, EVENT_NOTICE, "once more: %s", why->message);
    return true;
}

bool postgres_restore_script(RestoreSession *session, const char *name, Reader *text, Error *err)
{
    if (strcmp(name, "-") == 0) {
        name = "standard input";
    }
    if (!run_script(session, name, text, err)) {
        return false;
    }
    if (!session->open && pg_transaction_status(session->connection) != PQTRANS_IDLE) {
        (void)error_set(err, ERR_DAMAGED,
                        "%s ends within a transaction that it does not commit: what was done in "
                        "it is lost",
                        name);
        return error_hint(err, "The file may have been cut. See that it ends with COMMIT.");
    }
    return true;
}

/* --- Finish and end --------------------------------------------------------------------------- */

/* A commit that waits for the disk takes all earlier ones with it. It must write something. */
static bool flush_commits(RestoreSession *session, Error *err)
{
    return pg_exec(session->connection,
                   "SET synchronous_commit = on;"
                   " SELECT pg_catalog.pg_logical_emit_message(true, 'dbbackup', 'restored')",
                   err);
}

bool postgres_restore_finish(RestoreSession *session, RestoreStats *stats, Error *err)
{
    bool sealed = session->resumed || session->keeps_journal || session->closing;

    if (!flush_definitions(session, err) || !journal_close(session, err) ||
        (sealed && !target_seal(session, err))) {
        return false;
    }
    if (session->open) {
        if (!pg_exec(session->connection, "SET LOCAL synchronous_commit = on; COMMIT", err)) {
            /* Lost on the way back, perhaps: the server may have committed all the same. */
            session->completed = err->code == ERR_LOST;
            return error_prefix(err, session->completed
                                         ? "it is not known whether the restore was committed"
                                         : "the restore could not be committed");
        }
        session->open = false;
        session->changed = true;
    }
    if (!flush_commits(session, err) || (!sealed && !target_seal(session, err))) {
        return false;
    }
    if (session->stats.errors > 0) {
        session->completed = true;
        (void)error_set(
            err, ERR_SERVER, "%" PRIu64 " statement%s failed; the database \"%s\" holds the rest",
            session->stats.errors, session->stats.errors == 1 ? "" : "s", session->database);
        return error_hint(err, "Each was named above.");
    }
    session->completed = true;
    *stats = session->stats;
    return true;
}

void postgres_restore_end(RestoreSession *session, Error *err)
{
    if (session == NULL) {
        return;
    }
    if (err != NULL) {
        restore_tell_rest(session, err);
    }
    pg_disconnect(session->connection); /* what is open is rolled back */
    idmap_free(&session->tables);
    idmap_free(&session->journal);
    batch_free(&session->batch);
    copy_columns_free(session->columns);
    PQclear(session->foreign);
    free(session);
}
