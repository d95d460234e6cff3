/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a text on the server, statement by statement, with its COPY data in between: an entry of an
 * archive or a script of anyone's. Of the text never more is in memory than the lexer's buffer.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/parallel_script.h"
#include "engine/postgres/restore_session.h"
#include "sql/script_check.h"
#include "sql/script_edges.h"
#include "sql/words.h"

/* Counts what is read, as progress. */
typedef struct CountingReader {
    Reader reader;
    Reader *next;
    const EventSink *events;
    const uint64_t *position; /* bytes of the compressed file, when these count */
    uint64_t last_position;
} CountingReader;

typedef struct Run {
    RestoreSession *session;
    const Entry *entry; /* NULL for a script */
    const char *name;   /* the entry's label or the script's name */
    SqlLexer *lexer;
    ParallelScript *parallel; /* of a script with several connections; or NULL */
    bool data;                /* a table's data: all of it in one transaction */
    bool shared;              /* data: other sessions load the same table now */
    bool begun;               /* data: its transaction has begun, or was there before */
    bool fresh;        /* data: the table held nothing, and was emptied in this transaction */
    bool abandoned;    /* data: a failure was passed over, the rest of the text is not run */
    uint32_t chunk;    /* data: its number, or JOURNAL_WHOLE */
    uint64_t expected; /* data: rows, as the index says */
    uint64_t sent;     /* rows of COPY data in the text */
    uint64_t rows;     /* the same, as the server counted them */
    Buffer scratch;    /* a statement that was changed */
    uint64_t line;     /* of the statement at work */
    char failed[512];  /* the beginning of the statement at work, for messages */
} Run;

static bool counting_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    CountingReader *counter = (CountingReader *)self;

    if (!reader_read(counter->next, data, len, got, err)) {
        return false;
    }
    if (counter->position == NULL) {
        event_progress(counter->events, *got, 0, 0);
    } else if (*counter->position > counter->last_position) {
        event_progress(counter->events, *counter->position - counter->last_position, 0, 0);
        counter->last_position = *counter->position;
    }
    return true;
}

/* --- Failures --------------------------------------------------------------------------------- */

static void remember_statement(Run *run, const SqlToken *token, const char *text)
{
    run->line = token->line;
    (void)snprintf(run->failed, sizeof run->failed, "%s", text);
}

/* Where the statement at work stands: a script's line, an entry's label. */
static void where_it_is(const Run *run, char *out, size_t size)
{
    if (run->entry == NULL) {
        (void)snprintf(out, size, "%s:%" PRIu64, run->name, run->line);
    } else {
        (void)snprintf(out, size, "%s", run->name);
    }
}

/* True when the run may go on in spite of it. What the text itself lacks the lexer has said. */
static bool pass_over(Run *run, Error *err)
{
    RestoreSession *session = run->session;
    char where[512];

    if (err->code == ERR_SERVER || err->code == ERR_LOST || err->code == ERR_CANCELLED) {
        where_it_is(run, where, sizeof where);
        restore_explain(session, where, run->failed, err);
    }
    if (!session->target.continue_on_error || err->code != ERR_SERVER) {
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
            where_it_is(run, where, sizeof where);
            return error_set(err, ERR_UNSUPPORTED,
                             "%s: a COPY that a restore can't follow: it has no data of its own in "
                             "the script",
                             where);
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

/* --- COPY ------------------------------------------------------------------------------------- */

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

    if (entry->table == NULL || strlen(entry->table) != len ||
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
 * then nobody has to visit the rows again. */
static const char *data_statement(Run *run, const SqlToken *token)
{
    static const char end[] = " FROM stdin;";
    bool begin = !run->begun && !run->session->open;
    size_t len = token->len;

    if (!run->begun && !run->shared && is_ours(run, token)) {
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
    if (run->fresh && len >= sizeof end &&
        memcmp(token->text + len - (sizeof end - 1), end, sizeof end - 1) == 0) {
        buffer_append(&run->scratch, token->text, len - 1);
        buffer_puts(&run->scratch, " WITH (FREEZE)");
    } else {
        buffer_append(&run->scratch, token->text, len);
    }
    return run->scratch.data;
}

/* The script's COPY block, to the server or, when the COPY has failed, to nowhere. */
static bool pass_data(Run *run, bool send, uint64_t *rows, Error *err)
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
        if (send) {
            if (!pg_copy_put(session->connection, token.text, token.len, err)) {
                return false;
            }
            event_progress(session->context.events, 0, token.rows, 0);
        }
    }
}

/* A script that breaks off within its data: the server must not take what came for the whole. */
static void abandon_copy(Run *run)
{
    PgConnection *connection = run->session->connection;
    Error ignored = {0};
    uint64_t rows;

    if (pg_copy_end(connection, "the restore was broken off", &ignored)) {
        (void)!read_results(run, &rows, &ignored);
    }
}

/* Sends the COPY, until the server asks for its data. */
static bool start_copy(const Run *run, const char *sql, Error *err)
{
    PgConnection *connection = run->session->connection;
    ExecStatusType status;
    PGresult *result;

    if (!pg_send(connection, sql, false, err)) {
        return false;
    }
    do { /* what goes before it answers first */
        if (!pg_next_result(connection, &result, err)) {
            return false;
        }
        status = result == NULL ? PGRES_EMPTY_QUERY : PQresultStatus(result);
        PQclear(result);
    } while (status == PGRES_COMMAND_OK);
    if (status != PGRES_COPY_IN) {
        uint64_t rows;
        Error ignored = {0};

        (void)!read_results(run, &rows, &ignored);
        return error_set(err, ERR_SERVER, "the server did not ask for the data of this COPY");
    }
    return true;
}

/* *consumed: none of the data is left in the script. */
static bool copy_block(Run *run, const SqlToken *token, bool *consumed, uint64_t *loaded,
                       Error *err)
{
    RestoreSession *session = run->session;
    const char *sql = run->data ? data_statement(run, token) : token->text;
    uint64_t sent = 0;

    if (!buffer_ok(&run->scratch, "a statement", err) || !start_copy(run, sql, err)) {
        return false;
    }
    if (!pass_data(run, true, &sent, err)) {
        if (err->code != ERR_LOST) {
            abandon_copy(run);
        }
        return false;
    }
    *consumed = true;
    run->sent += sent;
    return pg_copy_end(session->connection, NULL, err) && read_results(run, loaded, err);
}

static bool run_copy(Run *run, const SqlToken *token, Error *err)
{
    RestoreSession *session = run->session;
    uint64_t loaded = 0;
    bool consumed = false;
    size_t start;
    size_t len = copy_target(token->text, token->len, &start);

    remember_statement(run, token, token->text);
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
        return pass_data(run, false, &run->sent, err); /* nothing goes into an empty table */
    }
    if (!copy_block(run, token, &consumed, &loaded, err)) {
        if (!pass_over(run, err)) {
            return false;
        }
        run->abandoned = run->data;
        return consumed || pass_data(run, false, &loaded, err);
    }
    session->stats.statements++;
    session->stats.rows += loaded;
    session->changed = session->changed || (!session->open && !run->data);
    run->rows += loaded;
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

static bool end_data(Run *run, Error *err)
{
    RestoreSession *session = run->session;

    run->failed[0] = '\0';
    if (!run->abandoned && !check_rows(run, err)) {
        if (!pass_over(run, err)) {
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
    remember_statement(run, token, text);
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
        return pass_over(run, err);
    }
    return true;
}

static bool run_meta(Run *run, const SqlToken *token, Error *err)
{
    if (run->entry != NULL) {
        return error_set(err, ERR_DAMAGED, "%s: a psql command in an archive's entry: %.60s",
                         run->name, token->text);
    }
    remember_statement(run, token, token->text);
    if (run->parallel != NULL && !parallel_script_meta(run->parallel, token, err)) {
        return false;
    }
    if (script_meta(run->session, run->name, token, err) == SCRIPT_FAIL) {
        return err->code == ERR_SERVER ? pass_over(run, err) : false;
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
        return error_set(err, ERR_NOT_BACKUP, "%s holds no SQL statement", run->name);
    }
    return script_edges_check(edges, run->name, err);
}

static bool run_text(Run *run, Reader *text, const uint64_t *position, Error *err)
{
    RestoreSession *session = run->session;
    CountingReader counter = {{counting_read, NULL}, text, session->context.events, position, 0};
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
         run_tokens(run, err) && (!run->data || end_data(run, err));
    if (script) {
        ok = parallel_script_end(run->parallel, ok, err) &&
             check_script_end(run, &edges,
                              before == session->stats.statements + session->stats.errors, err);
    }
    buffer_free(&run->scratch);
    sql_lexer_free(run->lexer);
    return ok;
}

bool run_script(RestoreSession *session, const char *name, Reader *text, const uint64_t *position,
                Error *err)
{
    Run run = {.session = session, .name = name};

    return run_text(&run, text, position, err);
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
    if (!flush_definitions(session, err) || !run_text(&run, text, NULL, err)) {
        return false;
    }
    session->entries_done++;
    return true;
}
