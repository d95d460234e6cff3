/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a text on the server, statement by statement, with its COPY data in between: an entry of an
 * archive or a script of anyone's. Of the text never more is in memory than the lexer's buffer.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/run_inside.h"
#include "sql/script_check.h"
#include "sql/script_edges.h"
#include "sql/words.h"

enum { WORTH_KNOWING = 1 << 20 /* bytes of rows, before their columns' types are asked for */ };

/* Counts what is read, as progress. */
typedef struct CountingReader {
    Reader reader;
    Reader *next;
    const EventSink *events;
} CountingReader;

static bool counting_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    CountingReader *counter = (CountingReader *)self;

    if (!reader_read(counter->next, data, len, got, err)) {
        return false;
    }
    event_progress(counter->events, *got, 0, 0);
    return true;
}

/* --- Failures --------------------------------------------------------------------------------- */

void run_remember(Run *run, const SqlToken *token, const char *text)
{
    run->line = token->line;
    (void)snprintf(run->failed, sizeof run->failed, "%s", text);
}

/* Where the statement at work stands: a script's line, an entry's label. */
void run_where(const Run *run, char *out, size_t size)
{
    if (run->entry == NULL) {
        (void)snprintf(out, size, "%s:%" PRIu64, run->name, run->line);
    } else {
        (void)snprintf(out, size, "%s", run->name);
    }
}

/* True when the run may go on in spite of it. What the text itself lacks the lexer has said. */
bool run_pass_over(Run *run, Error *err)
{
    RestoreSession *session = run->session;
    char where[512];

    if (err->code == ERR_SERVER || err->code == ERR_LOST || err->code == ERR_CANCELLED) {
        run_where(run, where, sizeof where);
        restore_explain(session, where, run->failed, err);
    }
    if (!session->target.continue_on_error || err->code != ERR_SERVER ||
        (run->data && strcmp(err->sqlstate, "40P01") == 0)) { /* restore_again's affair */
        return false;
    }
    session->stats.errors++;
    event_text(session->context.events, EVENT_WARNING, "%s", err->message);
    error_clear(err);
    return true;
}

/* --- Statements ------------------------------------------------------------------------------- */

/* Reads the results to the end. *rows: as the last command tag counts them. */
static bool read_results(const Run *run, uint64_t *rows, Error *err)
{
    PgConnection *connection = run->session->connection;
    PGresult *result;
    char where[512];

    do {
        ExecStatusType status;

        if (!pg_next_result(connection, &result, err)) {
            return false;
        }
        status = result == NULL ? PGRES_COMMAND_OK : PQresultStatus(result);
        if (result != NULL && status == PGRES_COMMAND_OK) {
            *rows = strtoull(PQcmdTuples(result), NULL, 10);
        }
        PQclear(result);
        if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH || status == PGRES_COPY_IN) {
            run_where(run, where, sizeof where);
            (void)error_set(err, ERR_UNSUPPORTED,
                            "%s: a COPY that a restore can't follow: it has no data of its own in "
                            "the script",
                            where);
            return error_hint(err, "Take it out of the script, or load the script with psql.");
        }
    } while (result != NULL);
    return true;
}

static bool is_insert(const char *text)
{
    return sql_equal_fold(text, strnlen(text, 6), "insert");
}

static bool send_statement(Run *run, const char *text, Error *err)
{
    RestoreSession *session = run->session;
    uint64_t rows = 0;

    /* Row by row, so that a SELECT with a large result doesn't fill memory. */
    if (!pg_send(session->connection, text, true, err) || !read_results(run, &rows, err)) {
        return false;
    }
    session->stats.statements++;
    session->changed = session->changed || !session->open;
    if (rows > 0 && is_insert(text)) {
        session->stats.rows += rows;
        event_progress(session->context.events, 0, rows, 0);
    }
    return true;
}

/* --- Entries ---------------------------------------------------------------------------------- */

/* The old one goes in the same breath. */
static const char *replace_large_object(Run *run, const SqlToken *token)
{
    char unlink[128];

    if (!large_object_unlink(run->session, token->text, unlink, sizeof unlink)) {
        return token->text;
    }
    buffer_clear(&run->scratch);
    buffer_printf(&run->scratch, "%s; %s", unlink, token->text);
    return run->scratch.data;
}

/* --- The loop --------------------------------------------------------------------------------- */

static bool run_statement(Run *run, const SqlToken *token, Error *err)
{
    RestoreSession *session = run->session;
    const char *text = token->text;

    if (run->entry == NULL) {
        switch (script_statement(session, run->name, token, &run->scratch, &text, err)) {
        case SCRIPT_SEND:
            break;
        case SCRIPT_SKIP:
            return true;
        case SCRIPT_FAIL:
            return false;
        }
    } else {
        text = replace_large_object(run, token);
    }
    if (!buffer_ok(&run->scratch, "a statement", err)) {
        return false;
    }
    run_remember(run, token, text);
    if (run->parallel != NULL) {
        SqlToken sent = *token;
        bool taken;

        sent.text = text;
        sent.len = strlen(text);
        if (!parallel_script_statement(run->parallel, &sent, &taken, err)) {
            return false;
        }
        if (taken) {
            return true;
        }
    }
    if (!send_statement(run, text, err)) {
        run->abandoned = run->data;
        return run_pass_over(run, err);
    }
    return true;
}

static bool run_meta(Run *run, const SqlToken *token, Error *err)
{
    if (run->entry != NULL) {
        return error_set(err, ERR_DAMAGED, "%s: a psql command in an archive's entry: %.60s",
                         run->name, token->text);
    }
    run_remember(run, token, token->text);
    if (run->parallel != NULL && !parallel_script_meta(run->parallel, token, err)) {
        return false;
    }
    if (script_meta(run->session, run->name, token, err) == SCRIPT_FAIL) {
        return err->code == ERR_SERVER ? run_pass_over(run, err) : false;
    }
    return true;
}

static bool run_tokens(Run *run, Error *err)
{
    SqlToken token;

    for (;;) {
        bool ok = true;

        if (!cancel_check(run->session->context.cancel, err) ||
            !sql_lexer_next(run->lexer, &token, err)) {
            return false;
        }
        if (token.kind == SQL_END) {
            return true;
        }
        if (token.kind == SQL_META) {
            ok = run_meta(run, &token, err);
        } else if (token.kind == SQL_STATEMENT && !run->abandoned) {
            ok = token.copy_from_stdin ? run_copy(run, &token, err)
                                       : run_statement(run, &token, err);
        }
        if (!ok) {
            return false;
        }
    }
}

/* A pipe's script wasn't checked before: what it lacks shows only now. */
static bool check_script_end(const Run *run, ScriptEdges *edges, bool nothing, Error *err)
{
    if (nothing) {
        (void)error_set(err, ERR_NOT_BACKUP, "%s holds no SQL statement", run->name);
        return error_hint(err, "Has the program that writes into the pipe failed?");
    }
    return script_edges_check(edges, run->name, err);
}

static bool run_text(Run *run, Reader *text, Error *err)
{
    RestoreSession *session = run->session;
    CountingReader counter = {{counting_read, NULL}, text, session->context.events};
    bool script = run->entry == NULL;
    uint64_t before = session->stats.statements + session->stats.errors;
    ScriptEdges edges;
    bool ok;

    script_edges_init(&edges, &counter.reader);
    if (!sql_lexer_new(script ? &edges.reader : &counter.reader, run->name, SQL_STATEMENT_LIMIT,
                       &run->lexer, err)) {
        return false;
    }
    buffer_init(&run->scratch, SQL_STATEMENT_LIMIT);
    ok = (!script || parallel_script_begin(session, run->name, &run->parallel, err)) &&
         run_tokens(run, err) && (!run->data || run_end_data(run, err));
    if (script) {
        ok = parallel_script_end(run->parallel, ok, err) &&
             check_script_end(run, &edges,
                              before == session->stats.statements + session->stats.errors, err);
    }
    buffer_free(&run->scratch);
    sql_lexer_free(run->lexer);
    return ok;
}

bool run_script(RestoreSession *session, const char *name, Reader *text, Error *err)
{
    Run run = {.session = session, .name = name};

    return run_text(&run, text, err);
}

bool large_object_unlink(const RestoreSession *session, const char *statement, char *out,
                         size_t size)
{
    static const char create[] = "SELECT pg_catalog.lo_create('";
    bool replaces = session->target.clean || session->resumed;

    if (!replaces || strncmp(statement, create, sizeof create - 1) != 0) {
        return false;
    }
    (void)snprintf(out, size,
                   "SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata"
                   " WHERE oid = %lu",
                   strtoul(statement + sizeof create - 1, NULL, 10));
    return true;
}

bool run_know_columns(RestoreSession *leader, Error *err)
{
    return leader->columns != NULL || leader->rows_size < WORTH_KNOWING ||
           copy_columns_read(leader->connection, &leader->columns, err);
}

bool run_entry(RestoreSession *session, const Entry *entry, uint32_t chunk, const char *label,
               Reader *text, Error *err)
{
    bool whole = chunk == JOURNAL_WHOLE;
    Run run = {
        .session = session,
        .entry = entry,
        .name = label,
        .data = strcmp(entry->kind, "TABLE DATA") == 0,
        .shared = !whole,
        .chunk = chunk,
        .expected = whole ? entry_rows(entry) : entry->chunks.items[chunk].rows,
    };

    if (!run.data && !session->target.continue_on_error) {
        return run_definition(session, entry, label, text, err);
    }
    if (!flush_definitions(session, err) ||
        (run.data && session->leader == NULL && !run_know_columns(session, err)) ||
        !run_text(&run, text, err)) {
        return false;
    }
    session->entries_done++;
    return true;
}
