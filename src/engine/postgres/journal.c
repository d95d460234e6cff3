/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal of a restore: a schema in the target that lists the entries that are done. Each is
 * written down in the transaction that restores it, so the journal is right whatever breaks off.
 * It goes when all is done. The schema's comment says which file, and how the restore began.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/restore_session.h"
#include "sql/quote.h"

#define JOURNAL_SCHEMA "dbbackup_restore"
#define JOURNAL_LABEL  "the journal of the restore"

/* The lock that every session of a restore shares as long as it lives: 'dbbackup' as a number. */
#define SESSION_LOCK "7233452121929774448"

static const char comment_format[] = "dbbackup restore %s %d %d"; /* archive, created, clean */

static bool wants_journal(const RestoreSession *session)
{
    return session->target.archive_id != NULL && !session->target.single_transaction &&
           !session->target.continue_on_error;
}

static const char *words_of(const char *comment, const char *archive_id)
{
    static const char start[] = "dbbackup restore ";
    size_t len = strlen(archive_id);

    if (strncmp(comment, start, sizeof start - 1) != 0) {
        return NULL;
    }
    comment += sizeof start - 1;
    return strncmp(comment, archive_id, len) == 0 && comment[len] == ' ' ? comment + len + 1 : NULL;
}

/* What an earlier restore left, and this one is to go on with. */
static bool adopt(RestoreSession *session, const char *comment, Error *err)
{
    const char *words =
        session->target.archive_id == NULL ? NULL : words_of(comment, session->target.archive_id);

    if (words == NULL) {
        (void)error_set(err, ERR_REFUSED,
                        "the database \"%s\" holds an unfinished restore of another file",
                        session->database);
        return error_hint(err, "Go on with that file, or drop the database and begin anew.");
    }
    session->created = words[0] == '1';
    session->target.clean = strcmp(words + 1, " 1") == 0;
    session->resumed = true;
    return true;
}

bool journal_look(RestoreSession *session, Error *err)
{
    static const char sql[] = "select coalesce(pg_catalog.obj_description(oid, 'pg_namespace'), '')"
                              "  from pg_catalog.pg_namespace where nspname = '" JOURNAL_SCHEMA "'";
    PGresult *rows;
    bool ok = true;

    if (!pg_query(session->connection, sql, &rows, err)) {
        return false;
    }
    session->left_over = PQntuples(rows) > 0;
    if (session->left_over && session->target.resume) {
        ok = adopt(session, PQgetvalue(rows, 0, 0), err);
    } else if (session->left_over && session->target.allow_not_empty && !session->target.clean) {
        event_text(session->context.events, EVENT_WARNING,
                   "the database \"%s\" holds an unfinished restore: after this one it can't be "
                   "resumed",
                   session->database);
    } else if (session->left_over && !session->target.clean) {
        (void)error_set(err, ERR_REFUSED, "the database \"%s\" holds an unfinished restore",
                        session->database);
        ok = error_hint(err, "Go on with it with --resume; or begin anew: drop the database, or "
                             "what it holds of the backup with --clean.");
    } else if (session->target.resume) {
        (void)error_set(err, ERR_REFUSED,
                        "there is no unfinished restore in the database \"%s\" to go on with",
                        session->database);
        ok = error_hint(err, "Leave --resume out.");
    }
    PQclear(rows);
    return ok;
}

/* --- Reading ---------------------------------------------------------------------------------- */

static uint64_t key_of(uint32_t entry, uint32_t chunk)
{
    return (uint64_t)entry << 32 | chunk;
}

bool journal_has(const RestoreSession *session, const Entry *entry, uint32_t chunk)
{
    const IdMap *done = session->leader != NULL ? &session->leader->journal : &session->journal;
    uint32_t unused;

    if (done->count == 0 || idmap_get(done, key_of(entry->id, JOURNAL_WHOLE), &unused)) {
        return done->count > 0;
    }
    if (chunk != JOURNAL_WHOLE) {
        return idmap_get(done, key_of(entry->id, chunk), &unused);
    }
    for (size_t i = 0; i < entry->chunks.len; i++) {
        if (!idmap_get(done, key_of(entry->id, (uint32_t)i), &unused)) {
            return false;
        }
    }
    return entry->chunks.len > 0;
}

static bool read_done(RestoreSession *session, Error *err)
{
    PGresult *rows;
    bool ok = true;

    if (!pg_query(session->connection, "select entry, chunk from " JOURNAL_SCHEMA ".done", &rows,
                  err)) {
        return false;
    }
    for (int row = 0; ok && row < PQntuples(rows); row++) {
        uint32_t entry = (uint32_t)strtoul(PQgetvalue(rows, row, 0), NULL, 10);
        uint32_t chunk = PQgetisnull(rows, row, 1)
                             ? JOURNAL_WHOLE
                             : (uint32_t)strtoul(PQgetvalue(rows, row, 1), NULL, 10);

        ok = idmap_put(&session->journal, key_of(entry, chunk), 0);
    }
    PQclear(rows);
    return ok || error_set_memory(err, "the journal of the restore");
}

/* The server may be at work yet for a restore that was killed: what it then commits must be known
 * before this one begins. */
static bool wait_for_others(RestoreSession *session, Error *err)
{
    PGresult *rows;
    bool alone;

    if (!pg_query(session->connection, "select pg_catalog.pg_try_advisory_lock(" SESSION_LOCK ")",
                  &rows, err)) {
        return false;
    }
    alone = strcmp(PQgetvalue(rows, 0, 0), "t") == 0;
    PQclear(rows);
    if (alone) {
        return true;
    }
    event_text(session->context.events, EVENT_WARNING,
               "sessions of the earlier restore are still at work on the server: waiting for them");
    return pg_exec(session->connection, "select pg_catalog.pg_advisory_lock(" SESSION_LOCK ")",
                   err);
}

bool journal_enter(RestoreSession *session, Error *err)
{
    return pg_exec(session->connection,
                   "select pg_catalog.pg_advisory_lock_shared(" SESSION_LOCK ")", err);
}

static bool resume(RestoreSession *session, Error *err)
{
    if (!wait_for_others(session, err) || !read_done(session, err) ||
        !journal_enter(session, err) ||
        !pg_exec(session->connection, "select pg_catalog.pg_advisory_unlock(" SESSION_LOCK ")",
                 err)) {
        return false;
    }
    event_text(session->context.events, EVENT_NOTICE, "%zu entries or parts of them are done",
               session->journal.count);
    session->keeps_journal = true;
    session->batch.put_done = journal_put_done;
    session->changed = true;
    return true;
}

/* --- Writing ---------------------------------------------------------------------------------- */

static bool holds_journal(const Toc *toc)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        const char *schema = toc->entries.items[i].schema;

        if (schema != NULL && strcmp(schema, JOURNAL_SCHEMA) == 0) {
            return true;
        }
    }
    return false;
}

static bool may_create(RestoreSession *session, bool *may, Error *err)
{
    PGresult *rows;

    if (!pg_query(session->connection,
                  "select pg_catalog.has_database_privilege(pg_catalog.current_database(), "
                  "'CREATE'), pg_catalog.pg_advisory_lock_shared(" SESSION_LOCK ")",
                  &rows, err)) {
        return false;
    }
    *may = strcmp(PQgetvalue(rows, 0, 0), "t") == 0;
    PQclear(rows);
    return true;
}

bool journal_open(RestoreSession *session, const Toc *toc, Error *err)
{
    bool may;

    if (session->left_over && !session->resumed &&
        !pg_exec(session->connection, "DROP SCHEMA IF EXISTS " JOURNAL_SCHEMA " CASCADE", err)) {
        return error_prefix(err, JOURNAL_LABEL);
    }
    if (session->resumed) {
        return resume(session, err) || error_prefix(err, JOURNAL_LABEL);
    }
    if (toc != NULL && holds_journal(toc)) {
        event_text(session->context.events, EVENT_WARNING,
                   "the backup was made while its database held an unfinished restore: so will the "
                   "database \"%s\"",
                   session->database);
        return true;
    }
    if (!wants_journal(session) || toc == NULL) {
        return true;
    }
    if (!may_create(session, &may, err)) {
        return false;
    }
    session->wants_journal = may;
    if (!may) {
        event_text(session->context.events, EVENT_NOTICE,
                   "the user may create no schema here for the restore's journal: it could not be "
                   "resumed");
    }
    return true;
}

void journal_put_create(const RestoreSession *session, size_t number, Buffer *sql)
{
    char comment[256];

    switch (number) {
    case 0:
        buffer_puts(sql, "CREATE SCHEMA " JOURNAL_SCHEMA);
        break;
    case 1:
        buffer_puts(sql, "CREATE TABLE " JOURNAL_SCHEMA ".done (entry bigint, chunk bigint)");
        break;
    default:
        (void)snprintf(comment, sizeof comment, comment_format, session->target.archive_id,
                       session->created, session->target.clean);
        buffer_puts(sql, "COMMENT ON SCHEMA " JOURNAL_SCHEMA " IS ");
        sql_quote_literal(sql, comment);
        break;
    }
}

void journal_put_done(Buffer *sql, const uint32_t *entries, size_t n, uint32_t chunk)
{
    buffer_puts(sql, "INSERT INTO " JOURNAL_SCHEMA ".done VALUES ");
    for (size_t i = 0; i < n; i++) {
        if (chunk == JOURNAL_WHOLE) {
            buffer_printf(sql, "%s(%" PRIu32 ", NULL)", i == 0 ? "" : ", ", entries[i]);
        } else {
            buffer_printf(sql, "%s(%" PRIu32 ", %" PRIu32 ")", i == 0 ? "" : ", ", entries[i],
                          chunk);
        }
    }
}

bool journal_close(RestoreSession *session, Error *err)
{
    if (!session->keeps_journal) {
        return true;
    }
    if (!pg_exec(session->connection,
                 "BEGIN; SET LOCAL client_min_messages = warning;"
                 " DROP SCHEMA " JOURNAL_SCHEMA " CASCADE",
                 err)) {
        return error_prefix(err, JOURNAL_LABEL);
    }
    session->keeps_journal = false;
    session->batch.put_done = NULL;
    session->open = true;
    session->closing = true;
    return true;
}
