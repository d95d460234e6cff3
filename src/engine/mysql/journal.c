/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal itself: finds it, makes it, writes its lines, drops it. Each line has a key of its
 * own, so that sessions are in nobody's way. The table's comment says which file is restored, and
 * how the restore began.
 */
#include "engine/mysql/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/mysql/journal_again.h"
#include "sql/mysql_quote.h"

#define JOURNAL_LABEL "the journal of the restore"

enum {
    SQL_LIMIT = 1 << 20,
    WAIT_SECONDS = 60, /* for others, at a time */
};

static const char comment_begin[] = "dbbackup restore ";

static bool wants_journal(const RestoreSession *session)
{
    return session->target.archive_id != NULL && !session->target.continue_on_error;
}

/* --- Is there one? ------------------------------------------------------------------------ */

/* " ARCHIVE CREATED CLEAN MIXED", as put_comment writes it. NULL: of another archive. */
static const char *words_of(const char *comment, const char *archive_id)
{
    size_t len = strlen(archive_id);

    comment += sizeof comment_begin - 1;
    return strncmp(comment, archive_id, len) == 0 && strlen(comment + len) == sizeof " 0 0 0" - 1
               ? comment + len
               : NULL;
}

static void put_comment(const RestoreSession *session, Buffer *sql)
{
    char comment[128];

    (void)snprintf(comment, sizeof comment, "%s%s %d %d %d", comment_begin,
                   session->target.archive_id, session->created, session->target.clean,
                   session->mixed);
    mysql_quote_literal(sql, comment);
}

/* What an earlier restore left, and this one is to go on with. */
static bool adopt(RestoreSession *session, const char *comment, Error *err)
{
    const char *words =
        session->target.archive_id == NULL ? NULL : words_of(comment, session->target.archive_id);

    if (words == NULL) {
        (void)error_set(err, ERR_REFUSED,
                        "the database \"%s\" holds an unfinished restore of another file",
                        session->place.database);
        return error_hint(err, "Go on with that file, or drop the database and begin anew.");
    }
    session->created = words[1] == '1';
    session->target.clean = words[3] == '1';
    session->mixed = words[5] == '1';
    session->resumed = true;
    return true;
}

static bool judge(RestoreSession *session, const char *comment, Error *err)
{
    const char *database = session->place.database;

    if (!session->left_over) {
        if (!session->target.resume) {
            return true;
        }
        (void)error_set(err, ERR_REFUSED,
                        "there is no unfinished restore in the database \"%s\" to go on with",
                        database);
        return error_hint(err, "Leave --resume out.");
    }
    if (session->target.resume) {
        return adopt(session, comment, err);
    }
    if (session->target.clean) {
        return true;
    }
    if (session->target.allow_not_empty) {
        event_text(session->context.events, EVENT_WARNING,
                   "the database \"%s\" holds an unfinished restore: after this one it can't be "
                   "resumed",
                   database);
        return true;
    }
    (void)error_set(err, ERR_REFUSED, "the database \"%s\" holds an unfinished restore", database);
    return error_hint(err, "Go on with it with --resume; or begin anew: drop the database, or what "
                           "it holds of the backup with --clean.");
}

bool my_journal_look(RestoreSession *session, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "SELECT TABLE_COMMENT FROM information_schema.TABLES"
                      " WHERE TABLE_NAME = '" MY_JOURNAL "' AND TABLE_SCHEMA = ");
    mysql_quote_literal(&sql, session->place.database);
    ok = buffer_ok(&sql, "a query", err) && my_query(session->connection, sql.data, &result, err);
    buffer_free(&sql);
    if (!ok) {
        return false;
    }
    row = mysql_fetch_row(result);
    session->left_over =
        row != NULL && strncmp(row[0], comment_begin, sizeof comment_begin - 1) == 0;
    session->name_taken = row != NULL && !session->left_over;
    ok = judge(session, session->left_over ? row[0] : "", err);
    mysql_free_result(result);
    return ok;
}

/* --- Who is at work ----------------------------------------------------------------------- */

/* Each session of a restore holds a lock of its number as long as it lives: the leader's is 0. */
static bool try_lock(RestoreSession *session, unsigned number, unsigned seconds, bool *got,
                     Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    char sql[128];

    (void)snprintf(
        sql, sizeof sql,
        "SELECT GET_LOCK(CONCAT('dbbackup ', LEFT(SHA2(DATABASE(), 256), 32), ' %u'), %u)", number,
        seconds);
    if (!my_query(session->connection, sql, &result, err)) {
        return false;
    }
    row = mysql_fetch_row(result);
    *got = row != NULL && row[0] != NULL && row[0][0] == '1';
    mysql_free_result(result);
    return true;
}

/* The server may be at work yet for a restore that was killed: what it then commits must be known
 * before this one begins. */
static bool lock(RestoreSession *session, unsigned number, Error *err)
{
    bool got;

    if (!try_lock(session, number, 0, &got, err)) {
        return false;
    }
    if (!got) {
        event_text(
            session->context.events, EVENT_WARNING,
            "sessions of the earlier restore are still at work on the server: waiting for them");
    }
    while (!got) {
        if (!try_lock(session, number, WAIT_SECONDS, &got, err)) {
            return false;
        }
    }
    return true;
}

static bool unlock(RestoreSession *session, unsigned number, Error *err)
{
    char sql[128];

    (void)snprintf(sql, sizeof sql,
                   "DO RELEASE_LOCK(CONCAT('dbbackup ', LEFT(SHA2(DATABASE(), 256), 32), ' %u'))",
                   number);
    return my_exec_text(session->connection, sql, err);
}

/* --- Reading ------------------------------------------------------------------------------ */

static uint64_t key_of(uint32_t entry, uint32_t chunk)
{
    return (uint64_t)entry << 32 | chunk;
}

static bool is_done(const RestoreSession *session, uint32_t entry, uint32_t chunk)
{
    const IdMap *done = session->leader != NULL ? &session->leader->journal : &session->journal;
    uint32_t counts;

    return done->count > 0 && idmap_get(done, key_of(entry, chunk), &counts) && counts != 0;
}

bool my_journal_has(const RestoreSession *session, const Entry *entry, uint32_t chunk)
{
    if (is_done(session, entry->id, MY_WHOLE)) {
        return true;
    }
    if (chunk != MY_WHOLE) {
        return is_done(session, entry->id, chunk);
    }
    for (size_t i = 0; i < entry->chunks.len; i++) {
        if (!is_done(session, entry->id, (uint32_t)i)) {
            return false;
        }
    }
    return entry->section == SECTION_DATA && entry->chunks.len > 0;
}

bool my_journal_begun(const RestoreSession *session, const Entry *entry, uint32_t *state)
{
    const RestoreSession *leader = session->leader != NULL ? session->leader : session;

    return idmap_get(&leader->begun, entry->id, state);
}

/* Lines of "entry" 0 are the sessions' numbers. */
static bool read_lines(RestoreSession *session, size_t *n_done, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    *n_done = 0;
    if (!my_query(session->connection, "SELECT entry, chunk, state FROM " MY_JOURNAL, &result,
                  err)) {
        return false;
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        uint32_t entry = (uint32_t)strtoul(row[0], NULL, 10);
        uint32_t chunk = (uint32_t)strtoul(row[1], NULL, 10);

        ok = chunk == MY_BEGUN
                 ? idmap_put(&session->begun, entry, (uint32_t)strtoul(row[2], NULL, 10))
                 : idmap_put(&session->journal, key_of(entry, chunk), 1);
        if (entry == 0 && chunk >= session->n_sessions) {
            session->n_sessions = chunk + 1;
        }
        *n_done += entry != 0 && chunk != MY_BEGUN;
    }
    mysql_free_result(result);
    return ok || error_set_memory(err, JOURNAL_LABEL);
}

/* The workers' lines come before their work: a leader that holds all locks has read all lines. */
static bool wait_for_others(RestoreSession *session, size_t *n_done, Error *err)
{
    if (!lock(session, 0, err) || !read_lines(session, n_done, err)) {
        return false;
    }
    for (unsigned number = 1; number < session->n_sessions; number++) {
        if (!lock(session, number, err)) {
            return false;
        }
    }
    return session->n_sessions <= 1 || read_lines(session, n_done, err);
}

static bool resume(RestoreSession *session, const Toc *toc, Error *err)
{
    size_t n_done;

    if (!wait_for_others(session, &n_done, err)) {
        return false;
    }
    for (unsigned number = 1; number < session->n_sessions; number++) {
        if (!unlock(session, number, err)) {
            return false;
        }
    }
    event_text(session->context.events, EVENT_NOTICE, "%zu entries or parts of them are done",
               n_done);
    session->keeps_journal = true;
    session->changed = true;
    return my_journal_look_at_tables(session, toc, err);
}

bool my_journal_is_forgotten(const RestoreSession *session, const Entry *entry)
{
    const RestoreSession *leader = session->leader != NULL ? session->leader : session;
    uint32_t counts;

    return idmap_get(&leader->journal, key_of(entry->id, MY_WHOLE), &counts) && counts == 0;
}

bool my_journal_forget(RestoreSession *session, const Entry *entry)
{
    bool ok = idmap_put(&session->journal, key_of(entry->id, MY_WHOLE), 0);

    for (size_t i = 0; ok && i < entry->chunks.len; i++) {
        ok = idmap_put(&session->journal, key_of(entry->id, (uint32_t)i), 0);
    }
    return ok;
}

/* --- Making it ---------------------------------------------------------------------------- */

static bool holds_journal(const Toc *toc)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        const Entry *entry = &toc->entries.items[i];

        if (strcasecmp(entry->name, MY_JOURNAL) == 0 && strncmp(entry->kind, "TABLE", 5) == 0) {
            return true;
        }
    }
    return false;
}

/* The first statement is there for its privilege, which the end takes. */
static bool create(RestoreSession *session, Error *err)
{
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "CREATE TABLE " MY_JOURNAL " (entry int unsigned NOT NULL, chunk int unsigned"
                      " NOT NULL, state int unsigned, PRIMARY KEY (entry, chunk))"
                      " ENGINE=InnoDB COMMENT=");
    put_comment(session, &sql);
    ok = buffer_ok(&sql, "a statement", err) && lock(session, 0, err) &&
         my_exec_text(session->connection, "DROP TABLE IF EXISTS " MY_JOURNAL, err) &&
         my_exec_text(session->connection, sql.data, err) &&
         my_exec_text(session->connection, "REPLACE INTO " MY_JOURNAL " VALUES (0, 0, NULL)", err);
    buffer_free(&sql);
    session->keeps_journal = ok;
    return ok;
}

static bool is_denied(const RestoreSession *session, const Error *err)
{
    unsigned number = my_errno(session->connection);

    return err->code == ERR_SERVER &&
           (number == MY_ER_DBACCESS_DENIED || number == MY_ER_TABLEACCESS_DENIED);
}

static bool create_if_may(RestoreSession *session, Error *err)
{
    Error ignored = {0};

    if (session->name_taken) {
        event_text(session->context.events, EVENT_NOTICE,
                   "the database \"%s\" has a table " MY_JOURNAL
                   " of its own: the restore keeps no journal, and could not be resumed",
                   session->place.database);
        return true;
    }
    if (create(session, err)) {
        return true;
    }
    if (!is_denied(session, err)) {
        return error_prefix(err, JOURNAL_LABEL);
    }
    event_text(session->context.events, EVENT_NOTICE,
               "the user may not create, fill and drop the restore's journal here: it could not be "
               "resumed");
    error_clear(err);
    (void)!my_exec_text(session->connection, "DROP TABLE IF EXISTS " MY_JOURNAL, &ignored);
    return true;
}

bool my_journal_open(RestoreSession *session, const Toc *toc, Error *err)
{
    if (session->resumed) {
        return resume(session, toc, err) || error_prefix(err, JOURNAL_LABEL);
    }
    if (session->left_over && !my_exec_text(session->connection, "DROP TABLE " MY_JOURNAL, err)) {
        return error_prefix(err, JOURNAL_LABEL);
    }
    if (toc != NULL && holds_journal(toc)) {
        event_text(session->context.events, EVENT_WARNING,
                   "the backup was made while its database held an unfinished restore: so will the "
                   "database \"%s\"",
                   session->place.database);
        return true;
    }
    return !wants_journal(session) || toc == NULL ||
           (create_if_may(session, err) && ((!session->mixed && !session->target.clean) ||
                                            my_journal_look_at_tables(session, toc, err)));
}

bool my_journal_join(RestoreSession *worker, unsigned number, Error *err)
{
    char sql[128];

    if (!worker->keeps_journal) {
        return true;
    }
    (void)snprintf(sql, sizeof sql, "REPLACE INTO " MY_JOURNAL " VALUES (0, %u, NULL)", number);
    return lock(worker, number, err) &&
           (is_done(worker, 0, number) || my_exec_text(worker->connection, sql, err));
}

/* --- Writing ------------------------------------------------------------------------------ */

static bool insert(RestoreSession *session, const char *sql, Error *err)
{
    if (my_exec_text(session->connection, sql, err)) {
        return true;
    }
    session->failed = my_errno(session->connection);
    return error_prefix(err, JOURNAL_LABEL);
}

/* What is pending, in a transaction of its own, and the line of an entry that begins; 0 for none.
 * One that is done once more, for it was undone, has its line already. */
static bool put_lines(RestoreSession *session, uint32_t begins, uint32_t state, Error *err)
{
    const char *comma = "";
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "REPLACE INTO " MY_JOURNAL " VALUES ");
    for (size_t i = 0; i < session->pending.len; i++, comma = ", ") {
        buffer_printf(&sql, "%s(%" PRIu32 ", %" PRIu32 ", NULL)", comma, session->pending.items[i],
                      MY_WHOLE);
    }
    if (begins != 0) {
        buffer_printf(&sql, "%s(%" PRIu32 ", %" PRIu32 ", %" PRIu32 ")", comma, begins, MY_BEGUN,
                      state);
    }
    ok = buffer_ok(&sql, "a statement", err) && insert(session, sql.data, err);
    buffer_free(&sql);
    if (ok) {
        session->pending.len = 0;
    }
    return ok;
}

bool my_journal_put_begun(RestoreSession *session, const Entry *entry, uint32_t state, Error *err)
{
    return put_lines(session, entry->id, state, err);
}

bool my_journal_end(RestoreSession *session, const Entry *entry, Error *err)
{
    return !session->keeps_journal || vec_push(&session->pending, entry->id) ||
           error_set_memory(err, JOURNAL_LABEL);
}

bool my_journal_put_rows(RestoreSession *session, const Entry *entry, uint32_t chunk, Error *err)
{
    char sql[128];

    if (!session->keeps_journal) {
        return true;
    }
    (void)snprintf(sql, sizeof sql,
                   "REPLACE INTO " MY_JOURNAL " VALUES (%" PRIu32 ", %" PRIu32 ", NULL)", entry->id,
                   chunk);
    return insert(session, sql, err);
}

bool my_journal_flush(RestoreSession *session, Error *err)
{
    return session->pending.len == 0 || put_lines(session, 0, 0, err);
}

bool my_journal_close(RestoreSession *session, Error *err)
{
    if (!session->keeps_journal) {
        return true;
    }
    if (!my_journal_flush(session, err) ||
        !my_exec_text(session->connection, "DROP TABLE " MY_JOURNAL, err)) {
        return error_prefix(err, JOURNAL_LABEL);
    }
    session->keeps_journal = false;
    return true;
}

void my_journal_free(RestoreSession *session)
{
    idmap_free(&session->journal);
    idmap_free(&session->begun);
    idmap_free(&session->loose);
    vec_free(&session->pending);
}
