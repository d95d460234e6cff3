/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the statements of an entry, or of a script of anyone's. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/mysql/journal.h"
#include "engine/mysql/load.h"
#include "engine/mysql/warnings.h"
#include "sql/lexer.h"
#include "sql/mysql_statement.h"
#include "sql/script_edges.h"

enum {
    ER_EMPTY_QUERY = 1065,    /* a comment alone */
    STATEMENT_SHOWN = 160,    /* bytes of a failed statement in a message */
    REPORT_BYTES = 64 * 1024, /* of text between two events */
    NAME_LIMIT = 4096,        /* bytes of a database's name */
    TRIES_AGAIN = 5,          /* of what another session's lock undid */
};

#define STATEMENT_LIMIT ((size_t)1 << 30) /* what a server takes at most */

typedef struct Run {
    RestoreSession *session;
    MyWarnings whose;
    uint64_t rows;
    uint32_t chunk;   /* of rows: which one; MY_WHOLE: all */
    uint32_t n_begun; /* chunks that have begun */
    uint64_t bytes_unreported;
    MyLoad *load; /* of a table's rows; NULL elsewhere */
} Run;

/* --- One statement ------------------------------------------------------------------------ */

static void explain(const Run *run, const SqlToken *token, Error *err)
{
    char shown[STATEMENT_SHOWN + 4];
    size_t len = token->len < STATEMENT_SHOWN ? token->len : STATEMENT_SHOWN;
    size_t used;

    if (run->whose.entry == NULL) {
        (void)error_prefix(err, "%s:%" PRIu64, run->whose.name, token->line);
    } else {
        (void)error_prefix(err, "%s", run->whose.name);
    }
    while (len > 0 && len < token->len && (token->text[len] & 0xC0) == 0x80) {
        len--; /* not within a character */
    }
    (void)snprintf(shown, sizeof shown, "%.*s%s", (int)len, token->text,
                   len < token->len ? "…" : "");
    for (char *p = shown; *p != '\0'; p++) {
        *p = *p == '\n' || *p == '\r' || *p == '\t' ? ' ' : *p;
    }
    used = strlen(err->message);
    (void)snprintf(err->message + used, sizeof err->message - used, "\nStatement: %s", shown);
}

/* A server that is sent too much closes the connection, and mostly can't say why. */
static bool check_size(const Run *run, const SqlToken *token, Error *err)
{
    uint64_t limit = run->session->packet_limit;

    if (limit == 0 || token->len < limit) {
        return true;
    }
    (void)error_set(err, ERR_SERVER,
                    "a statement has %zu bytes, and the server takes %" PRIu64
                    " at most (max_allowed_packet)",
                    token->len, limit);
    return error_hint(err, "Let the server take more for the time of the restore: SET GLOBAL "
                           "max_allowed_packet = 1073741824.");
}

static bool send_without(void (*put)(Buffer *out, const char *statement, size_t len),
                         RestoreSession *session, const SqlToken *token, Error *err)
{
    Buffer sql;
    bool ok;

    buffer_init(&sql, token->len);
    put(&sql, token->text, token->len);
    ok =
        buffer_ok(&sql, "a statement", err) && my_exec(session->connection, sql.data, sql.len, err);
    buffer_free(&sql);
    return ok;
}

static bool send_statement(const Run *run, const SqlToken *token, MysqlStatement statement,
                           Error *err)
{
    RestoreSession *session = run->session;
    bool ok;

    if (!check_size(run, token, err)) {
        return false;
    }
    if (statement == MYSQL_ALTER_DATABASE) {
        ok = send_without(mysql_put_without_database, session, token, err);
    } else if (session->target.no_definer && token->len > 0 && statement == MYSQL_OTHER) {
        ok = send_without(mysql_put_without_definer, session, token, err);
    } else if (statement == MYSQL_ANALYZE) {
        ok = my_analyze(session->connection, token->text, err);
    } else {
        ok = my_exec(session->connection, token->text, token->len, err);
    }
    if (ok) {
        return true;
    }
    if (err->code == ERR_SERVER && my_errno(session->connection) == ER_EMPTY_QUERY) {
        error_clear(err);
        return true;
    }
    session->failed = my_errno(session->connection);
    return false;
}

static void count_rows(Run *run, uint64_t rows)
{
    run->session->stats.statements++;
    run->rows += rows;
    event_progress(run->session->context.events, 0, rows, 0);
}

/* Unless it is *done, the statement has yet to be sent. */
static bool try_load(Run *run, const SqlToken *token, bool *done, Error *err)
{
    uint64_t rows;

    if (!my_load_insert(run->load, run->session, token, done, &rows, err)) {
        if (err->code != ERR_CANCELLED) {
            explain(run, token, err);
        }
        return false;
    }
    if (*done) {
        count_rows(run, rows);
    }
    return true;
}

static bool run_statement(Run *run, const SqlToken *token, MysqlStatement statement, Error *err)
{
    RestoreSession *session = run->session;
    bool done = false;

    if (run->load != NULL && statement == MYSQL_INSERT &&
        (!try_load(run, token, &done, err) || done)) {
        return done;
    }
    if (!send_statement(run, token, statement, err)) {
        if (err->code == ERR_CANCELLED) {
            return false;
        }
        explain(run, token, err);
        if (err->code != ERR_SERVER || !session->target.continue_on_error || run->load != NULL ||
            (run->whose.entry != NULL && my_may_try_again(session))) {
            return false;
        }
        session->stats.errors++;
        event_text(session->context.events, EVENT_WARNING, "%s", err->message);
        error_clear(err);
        return true;
    }
    if (statement == MYSQL_INSERT) {
        count_rows(run, my_affected_rows(session->connection));
        return my_warnings_see(&run->whose, session, true, err);
    }
    session->stats.statements++;
    return my_warnings_see(&run->whose, session, false, err);
}

static void report(Run *run, size_t bytes)
{
    run->bytes_unreported += bytes;
    if (bytes == 0 || run->bytes_unreported >= REPORT_BYTES) {
        event_progress(run->session->context.events, run->bytes_unreported, 0, 0);
        run->bytes_unreported = 0;
    }
}

/* --- Databases ---------------------------------------------------------------------------- */

typedef enum Step { STEP_SEND, STEP_SKIP, STEP_FAIL } Step;

/* A script's own database is the target: what makes or chooses it has been done. */
static Step look_at_database(Run *run, const SqlToken *token, MysqlStatement statement,
                             const char *name, Error *err)
{
    RestoreSession *session = run->session;
    char *own = session->script_database;

    if (statement == MYSQL_DROP_DATABASE) {
        event_text(session->context.events, EVENT_NOTICE, "left out: %.100s", token->text);
        return STEP_SKIP;
    }
    if (own[0] == '\0') {
        (void)snprintf(own, sizeof session->script_database, "%s", name);
    }
    if (strcmp(own, name) == 0) {
        return statement == MYSQL_ALTER_DATABASE ? STEP_SEND : STEP_SKIP;
    }
    (void)error_set(err, ERR_UNSUPPORTED,
                    "%s:%" PRIu64 ": the script is of more than one database: \"%s\" and \"%s\"",
                    run->whose.name, token->line, own, name);
    (void)error_hint(err, "Take a dump of each database, or load it with the mysql client.");
    return STEP_FAIL;
}

/* Of a script: what it says of the binary log is meant for a whole server, and refused, or hidden
 * from replicas, where it is restored beside others. */
static bool is_log(const Run *run, const SqlToken *token, MysqlStatement statement)
{
    if (run->whose.entry != NULL || statement != MYSQL_LOGS) {
        return false;
    }
    event_text(run->session->context.events, EVENT_NOTICE, "left out: %.100s", token->text);
    return true;
}

/* --- Entries and scripts ------------------------------------------------------------------ */

/* Rows stand in transactions of their own in the file, a chunk in each; here all are one. Chunks
 * that are in the target already are passed over. */
static bool is_passed_over(Run *run, const SqlToken *token)
{
    if (strcmp(token->text, "START TRANSACTION") == 0) {
        run->n_begun++;
        return true;
    }
    return strcmp(token->text, "COMMIT") == 0 ||
           (run->chunk == MY_WHOLE && run->n_begun > 0 &&
            my_journal_has(run->session, run->whose.entry, run->n_begun - 1));
}

/* Sends a statement to the server, unless it is none of its business. */
static bool take_statement(Run *run, const SqlToken *token, Buffer *name, Error *err)
{
    bool data = run->whose.entry != NULL && run->whose.entry->section == SECTION_DATA;
    MysqlStatement statement;
    Step step = STEP_SEND;

    buffer_clear(name);
    statement = mysql_statement(token->text, token->len, name);
    if (!buffer_ok(name, "a database's name", err)) {
        return false;
    }
    if ((data && is_passed_over(run, token)) || statement == MYSQL_LOCKS ||
        is_log(run, token, statement)) {
        /* Locks of a script's are in nobody's way, and in its own: a default that asks a sequence
         * finds that not locked. */
        step = STEP_SKIP;
    } else if (statement == MYSQL_USE || statement == MYSQL_CREATE_DATABASE ||
               statement == MYSQL_DROP_DATABASE ||
               (statement == MYSQL_ALTER_DATABASE && name->len > 0)) {
        step = look_at_database(run, token, statement, name->data, err);
    }
    return step == STEP_SKIP || (step == STEP_SEND && run_statement(run, token, statement, err));
}

/* mydumper's tables are written for myloader's sessions: an id of 0 is one, and dates may be odd.
 * Its files don't say so, but all begin alike. */
static bool be_myloader(const Run *run, const SqlToken *token, Error *err)
{
    return run->whose.entry != NULL || strcmp(token->text, "/*!40101 SET NAMES binary*/") != 0 ||
           my_exec_text(run->session->connection, "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'", err);
}

static bool run_tokens(Run *run, SqlLexer *lexer, Buffer *name, Error *err)
{
    for (bool first = true;; first = false) {
        SqlToken token;

        if (!cancel_check(run->session->context.cancel, err) ||
            !sql_lexer_next(lexer, &token, err)) {
            return false;
        }
        if (token.kind == SQL_END) {
            report(run, 0);
            return true;
        }
        if ((first && !be_myloader(run, &token, err)) || !take_statement(run, &token, name, err)) {
            return false;
        }
        report(run, token.len);
    }
}

static bool run_text(Run *run, Reader *text, Error *err)
{
    SqlLexer *lexer;
    Buffer name;
    bool ok;

    if (!sql_lexer_new(text, run->whose.name, STATEMENT_LIMIT, &lexer, err)) {
        return false;
    }
    sql_lexer_set_dialect(lexer, SQL_MYSQL);
    buffer_init(&name, NAME_LIMIT);
    ok = run_tokens(run, lexer, &name, err);
    buffer_free(&name);
    sql_lexer_free(lexer);
    return ok;
}

static uint64_t rows_to_do(const Run *run)
{
    const Entry *entry = run->whose.entry;
    uint64_t rows = 0;

    for (size_t i = 0; i < entry->chunks.len; i++) {
        if (run->chunk == MY_WHOLE ? !my_journal_has(run->session, entry, (uint32_t)i)
                                   : run->chunk == i) {
            rows += entry->chunks.items[i].rows;
        }
    }
    return rows;
}

static bool check_rows(const Run *run, Error *err)
{
    uint64_t expected = rows_to_do(run);

    if (run->rows == expected) {
        return true;
    }
    return error_set(err, ERR_SERVER,
                     "%s: the server took %" PRIu64 " rows, but the backup has %" PRIu64,
                     run->whose.name, run->rows, expected);
}

/* A table of an engine without transactions keeps what came before a failure; the error that
 * follows says that the restore is not whole. */
static bool run_rows(Run *run, Reader *text, Error *err)
{
    MyConnection *connection = run->session->connection;
    Error ignored = {0};
    MyLoad load;
    bool ok;

    if (!my_exec_text(connection, "START TRANSACTION", err)) {
        return false;
    }
    my_load_init(&load);
    run->load = &load;
    ok = run_text(run, text, err) && check_rows(run, err) &&
         my_journal_put_rows(run->session, run->whose.entry, run->chunk, err) &&
         my_exec_text(connection, "COMMIT", err);
    run->load = NULL;
    my_load_free(&load);
    if (ok) {
        return true;
    }
    if (err->code != ERR_LOST && err->code != ERR_CANCELLED) {
        if (!my_exec_text(connection, "ROLLBACK", &ignored) || my_warning_count(connection) > 0) {
            run->session->failed = 0; /* some of it stays, so it can't be done again */
        }
    }
    return false;
}

bool my_may_try_again(const RestoreSession *session)
{
    return session->again < TRIES_AGAIN &&
           (session->failed == MY_ER_LOCK_WAIT_TIMEOUT || session->failed == MY_ER_DEADLOCK);
}

bool my_run_entry(RestoreSession *session, const Entry *entry, uint32_t chunk, Reader *text,
                  Error *err)
{
    char label[256];
    Run run = {.session = session, .whose = {.entry = entry, .name = label}, .chunk = chunk};

    session->failed = 0;
    entry_label(entry, label, sizeof label);
    if (strcmp(entry->kind, "TABLE DATA") != 0) {
        return run_text(&run, text, err);
    }
    if (!run_rows(&run, text, err)) {
        if (err->code != ERR_SERVER || !session->target.continue_on_error ||
            my_may_try_again(session)) {
            return false;
        }
        session->stats.errors++;
        event_text(session->context.events, EVENT_WARNING, "%s", err->message);
        error_clear(err);
        return true;
    }
    session->stats.rows += chunk == MY_WHOLE ? entry_rows(entry) : run.rows;
    return true;
}

bool my_run_script(RestoreSession *session, const char *name, Reader *text, Error *err)
{
    Run run = {.session = session, .whose = {.name = name}};
    ScriptEdges edges;

    script_edges_init(&edges, text);
    if (!run_text(&run, &edges.reader, err) || !script_edges_check(&edges, name, err)) {
        return false;
    }
    if (my_in_transaction(session->connection)) {
        (void)error_set(err, ERR_DAMAGED,
                        "%s ends within a transaction that it does not commit: what was done in "
                        "it is lost",
                        name);
        return error_hint(err, "The file may have been cut. See that it ends with COMMIT.");
    }
    session->stats.rows += run.rows;
    return true;
}
