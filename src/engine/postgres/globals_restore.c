/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a script of globals that this program wrote. Each statement stands behind a savepoint, for
 * some may fail without harm: a role that is there already, and whatever a user who is no superuser
 * may not do but finds done. The statements are committed many at a time, so that what fails early
 * leaves nothing behind; a tablespace can't be made in a transaction and comes in between.
 */
#include <stdio.h>
#include <string.h>

#include "engine/postgres/catalog.h"
#include "engine/postgres/globals.h"
#include "sql/lexer.h"
#include "sql/quote.h"
#include "sql/script_check.h"
#include "sql/script_edges.h"
#include "sql/words.h"

enum {
    SQL_LIMIT = 1 << 24,
    COMMIT_AFTER = 1000, /* statements: each holds a lock or two, and a server has some thousands */
    SHOWN = 200,         /* bytes of a statement in a message */
};

typedef struct Restore {
    PgConnection *connection;
    const GlobalsTarget *target;
    const EngineContext *context;
    const char *name; /* the script's */
    GlobalsStats stats;
    Buffer sql;           /* what is sent */
    bool asked;           /* for the facts that follow */
    PGresult *existing;   /* the statements that would make what is there, in strcmp's order */
    PGresult *self;       /* what touches the role that we are, see self_sql */
    bool reads_passwords; /* of the target */
    size_t uncommitted;   /* statements since BEGIN; 0: no transaction is open */
    bool committed;       /* something stays whatever comes */
} Restore;

/* --- Facts ------------------------------------------------------------------------------------ */

static const char session_sql[] = "SET statement_timeout = 0; SET lock_timeout = 0;"
                                  " SET idle_in_transaction_session_timeout = 0;"
                                  " SET search_path = ''; SET datestyle = ISO;"
                                  " SET quote_all_identifiers = off";

static const char existing_sql[] =
    "select format('CREATE ROLE %I;', rolname) collate \"C\" as sql from pg_roles"
    " union all"
    " select format('CREATE TABLESPACE %I ', spcname) collate \"C\" from pg_tablespace"
    " order by sql";

/* Statements that would keep us from going on, by their beginnings. Then our own password, which
 * the next connection will need. */
static const char self_sql[] =
    "select case when rolsuper then format('ALTER ROLE %I WITH NOSUPERUSER ', rolname) end,"
    "       format('ALTER ROLE %I WITH NOLOGIN ', rolname),"
    "       format('ALTER ROLE %I WITH PASSWORD ', rolname)"
    "  from pg_roles where rolname = session_user";

enum { SELF_NOSUPERUSER, SELF_NOLOGIN, SELF_PASSWORD };

static bool begins_with(const char *text, const char *beginning)
{
    return beginning[0] != '\0' && strncmp(text, beginning, strlen(beginning)) == 0;
}

/* Once the script has said what its bytes mean. */
static bool ask_facts(Restore *restore, Error *err)
{
    restore->asked = true;
    return pg_query(restore->connection, existing_sql, &restore->existing, err) &&
           pg_query(restore->connection, self_sql, &restore->self, err) &&
           globals_may_read_passwords(restore->connection, &restore->reads_passwords, err);
}

/* Whether the statement makes what was there before. Of a tablespace only the beginning is
 * compared: it may lie elsewhere. */
static bool exists(const Restore *restore, const char *statement)
{
    int low = 0;
    int high = PQntuples(restore->existing);

    while (low < high) {
        int middle = low + (high - low) / 2;
        const char *candidate = PQgetvalue(restore->existing, middle, 0);
        int order = candidate[0] != '\0' && candidate[strlen(candidate) - 1] == ' '
                        ? strncmp(statement, candidate, strlen(candidate))
                        : strcmp(statement, candidate);

        if (order == 0) {
            return true;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return false;
}

/* Whether a backup of the server, as it is now, would hold the very same statement: then there is
 * nothing to do. */
static bool file_holds(Restore *restore, const char *file, const char *statement, bool *holds,
                       Error *err)
{
    Buffer *sql = &restore->sql;
    PGresult *rows;

    buffer_clear(sql);
    buffer_puts(sql, "select exists (select from (");
    if (!catalog_sql(file, pg_server_version(restore->connection) / 10000, sql, err)) {
        return false;
    }
    while (sql->len > 0 && sql->data[sql->len - 1] != ';') {
        sql->data[--sql->len] = '\0';
    }
    sql->data[sql->len - 1] = ' ';
    buffer_puts(sql, ") q where q.sql = ");
    sql_quote_literal(sql, statement);
    buffer_puts(sql, ")");
    if (!buffer_ok(sql, "a query", err) || !pg_query(restore->connection, sql->data, &rows, err)) {
        return false;
    }
    *holds = catalog_bool(rows, 0, 0, false);
    PQclear(rows);
    return true;
}

static bool server_holds(Restore *restore, const char *statement, bool *holds, Error *err)
{
    *holds = false;
    for (size_t i = 0; !*holds && i < n_globals_files; i++) {
        const GlobalsFile *file = &globals_files[i];

        /* Where we act as another role, only that one's secrets could be asked for. */
        bool asks = !file->is_secret ||
                    (restore->reads_passwords && strstr(statement, " WITH PASSWORD '") != NULL);

        if (asks && !file_holds(restore, file->file, statement, holds, err)) {
            return false;
        }
    }
    return true;
}

/* --- Statements ------------------------------------------------------------------------------- */

/* What a script of globals may hold; anything else is no script of ours. */
static bool is_known(const char *statement)
{
    static const char *const beginnings[] = {
        "CREATE ROLE ",
        "ALTER ROLE ",
        "GRANT ",
        "REVOKE ",
        "CREATE TABLESPACE ",
        "COMMENT ON ",
        "DO $",
        "ALTER TABLESPACE ",
        "SECURITY LABEL ",
        "SET ",
        "RESET SESSION AUTHORIZATION",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(beginnings); i++) {
        if (begins_with(statement, beginnings[i])) {
            return true;
        }
    }
    return false;
}

/* For messages: one line, up to the first string, which may be a password. Of a DO, its GRANT. */
static void describe(const char *statement, char *out, size_t size)
{
    const char *grant = begins_with(statement, "DO $") ? strstr(statement, "GRANT ") : NULL;
    const char *text = grant != NULL ? grant : statement;
    size_t position = 0;
    size_t len = 0;
    size_t end = strlen(text);

    for (;;) {
        SqlWord word = sql_next_word(text, end, &position);

        if (word.kind == SQL_WORD_END || word.kind == SQL_WORD_STRING ||
            sql_word_is(text, word, ";")) {
            break;
        }
        len = word.start + word.len;
    }
    if (len >= size) {
        len = size - 1;
        while (len > 0 && (text[len] & 0xC0) == 0x80) {
            len--;
        }
    }
    for (size_t i = 0; i < len; i++) {
        out[i] = text[i] == '\n' || text[i] == '\r' ? ' ' : text[i];
    }
    out[len] = '\0';
}

static void notice(const Restore *restore, EventKind kind, const char *statement, const char *what)
{
    char shown[SHOWN];

    describe(statement, shown, sizeof shown);
    event_text(restore->context->events, kind, "%s: %s", shown, what);
}

static bool commit(Restore *restore, Error *err)
{
    if (restore->uncommitted == 0) {
        return true;
    }
    restore->uncommitted = 0;
    if (!pg_exec(restore->connection, "COMMIT", err)) {
        restore->committed = restore->committed || err->code != ERR_SERVER; /* who knows */
        return false;
    }
    restore->committed = true;
    return true;
}

static bool begin(Restore *restore, Error *err)
{
    if (restore->uncommitted >= COMMIT_AFTER && !commit(restore, err)) {
        return false;
    }
    return restore->uncommitted++ > 0 || pg_exec(restore->connection, "BEGIN", err);
}

/* One that failed, in the midst of a transaction or outside of one. */
static bool pass_over(Restore *restore, const char *statement, Error *err)
{
    char shown[SHOWN];
    Error failure = *err;
    bool holds = false;

    if (failure.code != ERR_SERVER ||
        (restore->uncommitted > 0 &&
         !pg_exec(restore->connection, "ROLLBACK TO SAVEPOINT dbbackup", err)) ||
        !server_holds(restore, statement, &holds, err)) {
        return false;
    }
    if (!holds && strcmp(failure.sqlstate, "42710") == 0) {
        holds = begins_with(statement, "CREATE "); /* somebody has just made it */
        restore->stats.existing += holds;
    }
    if (holds) {
        notice(restore, EVENT_NOTICE, statement, "it is so already");
        error_clear(err);
        return true;
    }
    *err = failure;
    describe(statement, shown, sizeof shown);
    (void)error_prefix(err, "%s: %s", restore->name, shown);
    if (!restore->target->continue_on_error) {
        return false;
    }
    restore->stats.errors++;
    event_text(restore->context->events, EVENT_WARNING, "%s", err->message);
    error_clear(err);
    return true;
}

static bool run_alone(Restore *restore, const char *statement, Error *err)
{
    if (!commit(restore, err)) {
        return false;
    }
    if (!pg_exec(restore->connection, statement, err)) {
        return pass_over(restore, statement, err);
    }
    restore->committed = true;
    return true;
}

static bool run_in_transaction(Restore *restore, const char *statement, Error *err)
{
    if (!begin(restore, err)) {
        return false;
    }
    buffer_clear(&restore->sql);
    buffer_printf(&restore->sql, "SAVEPOINT dbbackup; %s; RELEASE SAVEPOINT dbbackup", statement);
    if (!buffer_ok(&restore->sql, "a statement", err)) {
        return false;
    }
    return pg_exec(restore->connection, restore->sql.data, err) ||
           pass_over(restore, statement, err);
}

/* What is there already isn't made; but a tablespace of the same name may be another one. */
static bool keep_existing(Restore *restore, const char *statement, bool is_tablespace, Error *err)
{
    bool same = !is_tablespace;

    restore->stats.existing++;
    if (!same && !server_holds(restore, statement, &same, err)) {
        return false;
    }
    notice(restore, same ? EVENT_NOTICE : EVENT_WARNING, statement,
           same ? "exists already" : "it exists already, in another place, where it stays");
    return true;
}

static bool is_of_us(const Restore *restore, const char *statement, int what)
{
    return PQntuples(restore->self) > 0 &&
           begins_with(statement, PQgetvalue(restore->self, 0, what));
}

/* Whoever connects as we did must know of it. */
static bool run_own_password(Restore *restore, const char *statement, Error *err)
{
    bool holds;

    if (!server_holds(restore, statement, &holds, err) ||
        !run_in_transaction(restore, statement, err)) {
        return false;
    }
    if (!holds) {
        event_text(restore->context->events, EVENT_WARNING,
                   "the role \"%s\", as which this restore is connected, now has the password that "
                   "is in %s",
                   pg_user(restore->connection), restore->name);
    }
    return true;
}

static bool run_statement(Restore *restore, const char *statement, Error *err)
{
    bool is_tablespace = begins_with(statement, "CREATE TABLESPACE ");

    if (exists(restore, statement)) {
        return keep_existing(restore, statement, is_tablespace, err);
    }
    if (is_tablespace) {
        return run_alone(restore, statement, err);
    }
    if (is_of_us(restore, statement, SELF_NOSUPERUSER) ||
        is_of_us(restore, statement, SELF_NOLOGIN)) {
        notice(restore, EVENT_WARNING, statement,
               "passed over: it is the role as which this restore is connected");
        return true;
    }
    if (is_of_us(restore, statement, SELF_PASSWORD)) {
        return run_own_password(restore, statement, err);
    }
    return run_in_transaction(restore, statement, err);
}

/* --- The script ------------------------------------------------------------------------------- */

static bool run_token(Restore *restore, const SqlToken *token, Error *err)
{
    if (token->kind != SQL_STATEMENT || token->copy_from_stdin || !is_known(token->text)) {
        return error_set(err, ERR_DAMAGED, "%s:%llu: nothing that a script of globals holds: %.60s",
                         restore->name, (unsigned long long)token->line, token->text);
    }
    globals_count(token->text, &restore->stats);
    if (!restore->asked && begins_with(token->text, "SET ")) {
        return pg_exec(restore->connection, token->text, err);
    }
    if (!restore->asked && !ask_facts(restore, err)) {
        return false;
    }
    if (restore->target->dry_run) {
        restore->stats.existing += exists(restore, token->text);
        return true;
    }
    return run_statement(restore, token->text, err);
}

static bool check_server(const Restore *restore, ScriptEdges *edges, Error *err)
{
    const char *server = script_edges_globals_of(edges);

    if (server == NULL || strcmp(server, GLOBALS_POSTGRES) == 0) {
        return true;
    }
    (void)error_set(err, ERR_UNSUPPORTED, "%s holds the globals of %s, and this is PostgreSQL",
                    restore->name, server);
    return error_hint(err, "Restore it with --db-type mysql or --db-type mariadb.");
}

static bool run_tokens(Restore *restore, SqlLexer *lexer, ScriptEdges *edges, Error *err)
{
    SqlToken token;

    do {
        if (!cancel_check(restore->context->cancel, err) || !sql_lexer_next(lexer, &token, err) ||
            !check_server(restore, edges, err) ||
            (token.kind != SQL_END && !run_token(restore, &token, err))) {
            return false;
        }
    } while (token.kind != SQL_END);
    return true;
}

static bool run_script(Restore *restore, Reader *text, Error *err)
{
    SqlLexer *lexer;
    ScriptEdges edges;
    bool ok;

    script_edges_init(&edges, text);
    if (!sql_lexer_new(&edges.reader, restore->name, SQL_STATEMENT_LIMIT, &lexer, err)) {
        return false;
    }
    ok = run_tokens(restore, lexer, &edges, err);
    sql_lexer_free(lexer);
    if (ok && !script_edges_is_globals(&edges)) {
        ok = error_set(err, ERR_DAMAGED, "%s is no script of globals", restore->name);
    }
    return ok && script_edges_check(&edges, restore->name, err) && commit(restore, err);
}

static void tell_rest(const Restore *restore, Error *err)
{
    size_t used = strlen(err->message);

    (void)snprintf(err->message + used, sizeof err->message - used, "\n%s",
                   restore->committed ? "What came before it in the script is done and remains."
                                      : "Nothing was changed on the server.");
    if (strcmp(err->sqlstate, "42501") == 0) {
        (void)error_hint(err, "Restore as a superuser.");
    } else if (restore->committed) {
        (void)error_hint(err, "When the cause is gone, restore the same script again.");
    }
}

bool postgres_globals_restore(const ServerOptions *server, const char *database,
                              const GlobalsTarget *target, const EngineContext *context,
                              const char *name, Reader *text, GlobalsStats *stats, Error *err)
{
    Restore restore = {.target = target, .context = context, .name = name};
    bool ok;

    if (!globals_connect(server, database, context, &restore.connection, err)) {
        return false;
    }
    buffer_init(&restore.sql, SQL_LIMIT);
    ok = pg_exec(restore.connection, session_sql, err) && run_script(&restore, text, err);
    if (!ok) {
        tell_rest(&restore, err);
    }
    PQclear(restore.existing);
    PQclear(restore.self);
    buffer_free(&restore.sql);
    pg_disconnect(restore.connection);
    if (ok) {
        *stats = restore.stats;
    }
    return ok;
}
