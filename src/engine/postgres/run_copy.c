/* SPDX-License-Identifier: Apache-2.0 */
/* COPY blocks of a text that is run: their data on its way to the server; and of an archive's
 * entry, its one transaction. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/postgres/copy_in.h"
#include "engine/postgres/run_inside.h"
#include "sql/words.h"

/* `COPY schema.table` of the statement, without its columns. */
static size_t copy_target(const char *text, size_t len, size_t *start)
{
    size_t position = 0;
    size_t end;

    (void)sql_accept_word(text, len, &position, "copy");
    (void)sql_accept_word(text, len, &position, "binary");
    end = position;
    *start = position;
    for (size_t i = 0; i < 4; i++) { /* catalog . schema . table at most */
        SqlWord word = sql_next_word(text, len, &position);

        if (i == 0) {
            *start = word.start;
        } else if (!sql_word_is(text, word, ".")) {
            break;
        } else {
            word = sql_next_word(text, len, &position);
        }
        end = word.start + word.len;
    }
    return end - *start;
}

/* Whether the COPY is into a table that this restore made, and that holds nothing but this entry.
 */
static bool is_ours(const Run *run, const SqlToken *token)
{
    const RestoreSession *leader = run->session->leader;
    const IdMap *tables = leader != NULL ? &leader->tables : &run->session->tables;
    const Entry *entry = run->entry;
    size_t start;
    size_t len = copy_target(token->text, token->len, &start);
    uint32_t unused;

    if (entry == NULL || entry->table == NULL || strlen(entry->table) != len ||
        memcmp(entry->table, token->text + start, len) != 0) {
        return false; /* loaded through its root */
    }
    for (size_t i = 0; i < entry->n_deps; i++) {
        if (idmap_get(tables, entry->deps[i], &unused)) {
            return true;
        }
    }
    return false;
}

/* The COPY with what goes before it, as one message. To empty a table that we made, in the COPY's
 * own transaction, spares the free space map, with wal_level minimal the log, and allows FREEZE:
 * then nobody has to visit the rows again. Small tables are emptied, too, though the server looks
 * through all its buffers for each file that it drops: with the free space map, rows come to lie
 * where there is room, and not in their order. */
static CopyStatement data_statement(Run *run, const SqlToken *token)
{
    const RestoreSession *session = run->session;
    CopyStatement statement = {.copy = token->text};
    bool begin = !run->begun && !session->open;
    bool ours = is_ours(run, token);

    if (!run->begun && !run->shared && ours) {
        run->fresh = true;
    }
    buffer_clear(&run->scratch);
    if (begin) {
        buffer_puts(&run->scratch, "BEGIN; ");
    }
    if (run->fresh && !run->begun) {
        buffer_printf(&run->scratch, "TRUNCATE ONLY %s; ", run->entry->table);
    }
    run->begun = true;
    statement.before = run->scratch.data;
    statement.freeze = run->fresh;
    if (ours && session->columns != NULL) {
        statement.columns = copy_columns_find(session->columns, session->connection, token->text);
    }
    return statement;
}

/* The script's COPY block, to the server or, without a COPY, to nowhere. */
static bool pass_data(const Run *run, CopyIn *copy, uint64_t *rows, Error *err)
{
    const RestoreSession *session = run->session;
    SqlToken token;

    for (;;) {
        if (!cancel_check(session->context.cancel, err) ||
            !sql_lexer_next(run->lexer, &token, err)) {
            return false;
        }
        if (token.kind != SQL_COPY_DATA) {
            return true;
        }
        *rows += token.rows;
        if (copy != NULL) {
            if (!copy_in_put(copy, token.text, token.len, err)) {
                return false;
            }
            event_progress(session->context.events, 0, token.rows, 0);
        }
    }
}

/* *consumed: none of the data is left in the script. */
static bool copy_block(Run *run, const SqlToken *token, bool *consumed, uint64_t *loaded,
                       Error *err)
{
    CopyStatement statement = {.copy = token->text};
    uint64_t sent = 0;
    CopyIn *copy;

    if (run->data) {
        statement = data_statement(run, token);
    }
    if (!buffer_ok(&run->scratch, "a statement", err) ||
        !copy_in_begin(run->session->connection, &statement, &copy, err)) {
        return false;
    }
    if (!pass_data(run, copy, &sent, err)) {
        copy_in_abandon(copy);
        return false;
    }
    *consumed = true;
    run->sent += sent;
    return copy_in_end(copy, loaded, err);
}

/* A script's COPY is a job of its own; in an archive the entry is. */
static void begin_job(const Run *run, const SqlToken *token)
{
    char label[256];
    size_t start;
    size_t len = copy_target(token->text, token->len, &start);

    if (run->entry == NULL) {
        (void)snprintf(label, sizeof label, "TABLE DATA %.*s", len < 200 ? (int)len : 200,
                       token->text + start);
        trace_job_begin(pg_trace(run->session->connection), label, TRACE_WHOLE);
    }
}

static void end_job(const Run *run, bool ok, uint64_t rows)
{
    if (run->entry == NULL) {
        trace_job_end(pg_trace(run->session->connection), ok, rows, 0);
    }
}

bool run_copy(Run *run, const SqlToken *token, Error *err)
{
    RestoreSession *session = run->session;
    uint64_t loaded = 0;
    bool consumed = false;
    bool ok;
    size_t start;
    size_t len = copy_target(token->text, token->len, &start);

    run_remember(run, token, token->text);
    if (run->entry == NULL) {
        event_text(session->context.events, EVENT_OBJECT, "TABLE DATA %.*s", (int)len,
                   token->text + start);
    }
    if (run->parallel != NULL) {
        bool taken;

        if (!parallel_script_copy(run->parallel, token, run->lexer, &taken, err)) {
            return false;
        }
        if (taken) {
            return true;
        }
    }
    if (run->data && run->expected == 0 && is_ours(run, token)) {
        return pass_data(run, NULL, &run->sent, err); /* nothing goes into an empty table */
    }
    begin_job(run, token);
    ok = copy_block(run, token, &consumed, &loaded, err);
    end_job(run, ok, loaded);
    if (!ok) {
        if (!run_pass_over(run, err)) {
            return false;
        }
        run->abandoned = run->data;
        return consumed || pass_data(run, NULL, &loaded, err);
    }
    session->stats.statements++;
    session->stats.rows += loaded;
    session->changed = session->changed || (!session->open && !run->data);
    run->rows += loaded;
    return true;
}

/* --- An entry's rows ---------------------------------------------------------------------------
 */

/* Rows that got lost or came twice, on the way or on the server. */
static bool check_rows(const Run *run, Error *err)
{
    uint64_t expected = run->expected;

    if (run->sent != expected) {
        return error_set(err, ERR_DAMAGED,
                         "%s: the archive holds %" PRIu64 " rows, but its index says %" PRIu64,
                         run->name, run->sent, expected);
    }
    if (run->rows != expected) {
        (void)error_set(err, ERR_SERVER,
                        "the server took %" PRIu64 " rows, but the backup has %" PRIu64, run->rows,
                        expected);
        return error_hint(err, "A trigger or rule of the target may have changed what came in; "
                               "restore into an empty database.");
    }
    return true;
}

bool run_end_data(Run *run, Error *err)
{
    RestoreSession *session = run->session;

    run->failed[0] = '\0';
    if (!run->abandoned && !check_rows(run, err)) {
        if (!run_pass_over(run, err)) {
            return false;
        }
        run->abandoned = true;
    }
    if (session->open || !run->begun) {
        return true;
    }
    buffer_clear(&run->scratch);
    if (session->keeps_journal && !run->abandoned) {
        journal_put_done(&run->scratch, &run->entry->id, 1, run->chunk);
        buffer_puts(&run->scratch, "; ");
    }
    buffer_puts(&run->scratch, run->abandoned ? "ROLLBACK" : "COMMIT");
    if (!buffer_ok(&run->scratch, "a statement", err) ||
        !pg_exec(session->connection, run->scratch.data, err)) {
        return error_prefix(err, "%s", run->name);
    }
    session->changed = session->changed || !run->abandoned;
    return true;
}
