/* SPDX-License-Identifier: Apache-2.0 */
/* The text of an entry that is a definition: its statements go into the session's batch. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/restore_session.h"
#include "sql/script_check.h"

/* Entries that stand for many things, and are streamed: one transaction for each would be large. */
static bool may_be_cut(const Entry *entry)
{
    return strcmp(entry->kind, "BLOBS") == 0 || strcmp(entry->kind, "BLOB METADATA") == 0;
}

/* Adds to the session's account what the batch has done, and to err what it was that failed. */
static bool settle(RestoreSession *session, bool ok, uint64_t done, const BatchFailure *failure,
                   Error *err)
{
    session->entries_done += done;
    session->changed = session->changed || (!session->open && (done > 0 || session->batch.cut));
    if (session->sent_journal && done > 0 && !session->closing) {
        session->keeps_journal = true;
    } else if (!ok && !session->keeps_journal) {
        session->sent_journal = false; /* it went with the rest */
    }
    if (!ok && failure->label[0] != '\0') {
        restore_explain(session, failure->label, failure->statement, err);
    }
    return ok;
}

static bool add(RestoreSession *session, const char *label, const char *sql, Error *err)
{
    BatchFailure failure;
    uint64_t done = 0;
    bool ok = batch_add(&session->batch, session->connection, label, sql, &done, &failure, err);

    session->stats.statements += ok;
    return settle(session, ok, done, &failure, err);
}

/* The first batch of all makes the journal: so that is there when anything is, and not before. */
static bool add_journal(RestoreSession *session, Error *err)
{
    Buffer sql;
    bool ok = true;

    if (!session->wants_journal || session->sent_journal) {
        return true;
    }
    buffer_init(&sql, SQL_STATEMENT_LIMIT);
    for (size_t i = 0; ok && i < JOURNAL_STATEMENTS; i++) {
        buffer_clear(&sql);
        journal_put_create(session, i, &sql);
        ok = buffer_ok(&sql, "a statement", err) &&
             add(session, "the journal of the restore", sql.data, err);
    }
    buffer_free(&sql);
    session->sent_journal = ok;
    session->batch.put_done = journal_put_done;
    return ok;
}

bool flush_definitions(RestoreSession *session, Error *err)
{
    BatchFailure failure;
    uint64_t done = 0;
    bool ok = batch_flush(&session->batch, session->connection, &done, &failure, err);

    return settle(session, ok, done, &failure, err);
}

static bool run_token(RestoreSession *session, const Entry *entry, const char *label,
                      const SqlToken *token, Error *err)
{
    char unlink[128];

    if (token->kind != SQL_STATEMENT || token->copy_from_stdin) {
        return error_set(err, ERR_DAMAGED, "%s: no definition, but %s: %.60s", label,
                         token->kind == SQL_META ? "a psql command" : "COPY", token->text);
    }
    if (large_object_unlink(session, token->text, unlink, sizeof unlink) &&
        !add(session, label, unlink, err)) {
        return false;
    }
    return add(session, label, token->text, err) &&
           (!may_be_cut(entry) || batch_cut_entry(&session->batch, session->connection, err));
}

bool run_definition(RestoreSession *session, const Entry *entry, const char *label, Reader *text,
                    Error *err)
{
    SqlToken token = {.kind = SQL_STATEMENT};
    SqlLexer *lexer;
    uint32_t id = strcmp(entry->kind, "SETTINGS") == 0 ? 0 : entry->id; /* each session's own */
    bool ok =
        add_journal(session, err) && sql_lexer_new(text, label, SQL_STATEMENT_LIMIT, &lexer, err);

    if (!ok) {
        return false;
    }
    while (ok && token.kind != SQL_END) {
        ok = cancel_check(session->context.cancel, err) && sql_lexer_next(lexer, &token, err) &&
             (token.kind == SQL_END || run_token(session, entry, label, &token, err));
    }
    sql_lexer_free(lexer);
    event_progress(session->context.events, entry_raw_size(entry), 0, 0);
    return ok && batch_end_entry(&session->batch, session->connection, id, err);
}
