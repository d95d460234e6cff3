/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What in a script of others isn't simply sent to the server: its own database's name, for which
 * the target stands in; its transactions, when all of it is to be one; and psql's commands.
 */
#include <stdio.h>
#include <string.h>

#include "engine/postgres/restore_session.h"
#include "sql/database_names.h"
#include "sql/meta_commands.h"
#include "sql/quote.h"
#include "sql/words.h"

enum { NAME_LIMIT = 1 << 16 };

static ScriptStep refuse(Error *err, ErrorCode code, const char *name, const SqlToken *token,
                         const char *why, const char *hint)
{
    (void)error_set(err, code, "%s:%llu: %s", name, (unsigned long long)token->line, why);
    if (hint != NULL) {
        (void)error_hint(err, "%s", hint);
    }
    return SCRIPT_FAIL;
}

/* --- The script's own database ---------------------------------------------------------------- */

/* Is it the script's own? The first one that it names is. */
static bool is_own(RestoreSession *session, const char *database)
{
    if (session->script_database[0] == '\0') {
        (void)snprintf(session->script_database, sizeof session->script_database, "%s", database);
    }
    return strcmp(session->script_database, database) == 0;
}

static ScriptStep refuse_other(const char *name, const SqlToken *token, const char *database,
                               Error *err)
{
    (void)error_set(err, ERR_UNSUPPORTED,
                    "%s:%llu: the script is of more than one database: \"%s\"", name,
                    (unsigned long long)token->line, database);
    (void)error_hint(err, "Restore it with psql, or take a dump of each database.");
    return SCRIPT_FAIL;
}

/* The statement with the target's name in place of the script's own. */
static ScriptStep rename_database(const RestoreSession *session, const SqlToken *token,
                                  DatabaseName found, Buffer *scratch, const char **text,
                                  Error *err)
{
    buffer_clear(scratch);
    buffer_append(scratch, token->text, found.start);
    sql_quote_identifier(scratch, session->database);
    buffer_puts(scratch, token->text + found.start + found.len);
    if (!buffer_ok(scratch, "a statement", err)) {
        return SCRIPT_FAIL;
    }
    *text = scratch->data;
    return SCRIPT_SEND;
}

static ScriptStep database_statement(RestoreSession *session, const char *name,
                                     const SqlToken *token, DatabaseName found, Buffer *scratch,
                                     const char **text, Error *err)
{
    char database[sizeof session->script_database];

    buffer_clear(scratch);
    sql_unquote_identifier(scratch, token->text + found.start, found.len);
    if (!buffer_ok(scratch, "a database's name", err)) {
        return SCRIPT_FAIL;
    }
    (void)snprintf(database, sizeof database, "%s", scratch->data);
    if (!is_own(session, database)) {
        return refuse_other(name, token, database, err);
    }
    switch (found.statement) {
    case DATABASE_CREATE:
        event_text(session->context.events, EVENT_NOTICE,
                   "%s:%llu: CREATE DATABASE %s passed over: the restore goes into %s", name,
                   (unsigned long long)token->line, database, session->database);
        return SCRIPT_SKIP;
    case DATABASE_DROP:
        if (!session->created && !session->target.clean) {
            return refuse(err, ERR_REFUSED, name, token,
                          "the script drops its database, and that is the target",
                          "Restore into a new one with --target NAME --create.");
        }
        event_text(session->context.events, EVENT_NOTICE, "%s:%llu: DROP DATABASE %s passed over",
                   name, (unsigned long long)token->line, database);
        return SCRIPT_SKIP;
    default:
        return rename_database(session, token, found, scratch, text, err);
    }
}

/* --- Transactions ----------------------------------------------------------------------------- */

static bool is_transaction_command(const SqlToken *token)
{
    static const char *const commands[] = {"begin", "start", "commit", "end", "abort", "rollback"};
    const char *text = token->text;
    size_t position = 0;
    SqlWord word = sql_next_word(text, token->len, &position);

    if (sql_word_is(text, word, "prepare")) {
        return sql_accept_word(text, token->len, &position, "transaction");
    }
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (sql_word_is(text, word, commands[i])) {
            if (!sql_accept_word(text, token->len, &position, "work")) {
                (void)sql_accept_word(text, token->len, &position, "transaction");
            }
            return !sql_accept_word(text, token->len, &position, "to"); /* a savepoint */
        }
    }
    return false;
}

ScriptStep script_statement(RestoreSession *session, const char *name, const SqlToken *token,
                            Buffer *scratch, const char **text, Error *err)
{
    DatabaseName found = sql_find_database(token->text, token->len);

    *text = token->text;
    if (found.statement != DATABASE_NOT_NAMED) {
        return database_statement(session, name, token, found, scratch, text, err);
    }
    if (session->open && is_transaction_command(token)) {
        return refuse(err, ERR_UNSUPPORTED, name, token,
                      "the script begins or ends a transaction itself, so it can't be restored in "
                      "a single one",
                      "Leave out --single-transaction.");
    }
    return SCRIPT_SEND;
}

/* --- psql's commands -------------------------------------------------------------------------- */

/* A session as new: psql would have connected again. Within our transaction that can't be. */
static bool renew_session(RestoreSession *session, Error *err)
{
    if (session->open) {
        return pg_exec(session->connection, "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL",
                       err) &&
               target_session(session, err);
    }
    pg_disconnect(session->connection);
    session->connection = NULL;
    return target_connect(session, session->database, &session->connection, err) &&
           target_session(session, err);
}

/* Does a \connect name something at all? Otherwise it stays with what it has. */
static bool names_one(const Buffer *name)
{
    return name->len > 0 && strcmp(name->data, "-") != 0;
}

static ScriptStep connect_anew(RestoreSession *session, const char *name, const SqlToken *token,
                               const Buffer *database, const Buffer *user, Error *err)
{
    if (names_one(database) && !is_own(session, database->data)) {
        return refuse_other(name, token, database->data, err);
    }
    if (names_one(user) && strcmp(user->data, pg_user(session->connection)) != 0) {
        return refuse(err, ERR_UNSUPPORTED, name, token,
                      "the script connects as another user; a restore has only the one session",
                      "Restore it with psql, or dump again with SET SESSION AUTHORIZATION.");
    }
    if (!session->open && pg_transaction_status(session->connection) != PQTRANS_IDLE) {
        return refuse(err, ERR_UNSUPPORTED, name, token,
                      "the script connects anew within a transaction, which would be lost",
                      "Put a COMMIT before it, or load the script with psql.");
    }
    return renew_session(session, err) ? SCRIPT_SKIP : SCRIPT_FAIL;
}

static ScriptStep connect_command(RestoreSession *session, const char *name, const SqlToken *token,
                                  Buffer *database, Error *err)
{
    ScriptStep step = SCRIPT_FAIL;
    Buffer user;

    buffer_init(&user, NAME_LIMIT);
    if (sql_parse_connect(token->text, token->len, database, &user) &&
        buffer_ok(database, "a database's name", err) && buffer_ok(&user, "a user's name", err)) {
        step = connect_anew(session, name, token, database, &user, err);
    }
    buffer_free(&user);
    return step;
}

static ScriptStep encoding_command(RestoreSession *session, const SqlToken *token, Buffer *scratch,
                                   Error *err)
{
    size_t position = sql_meta_word(token->text, token->len);
    Buffer sql;
    bool ok = true;

    if (sql_meta_argument(token->text, token->len, &position, scratch)) {
        buffer_init(&sql, NAME_LIMIT);
        buffer_puts(&sql, "SET client_encoding = ");
        sql_quote_literal(&sql, scratch->data);
        ok = buffer_ok(&sql, "an encoding's name", err) &&
             pg_exec(session->connection, sql.data, err);
        buffer_free(&sql);
    }
    return ok ? SCRIPT_SKIP : SCRIPT_FAIL;
}

ScriptStep script_meta(RestoreSession *session, const char *name, const SqlToken *token, Error *err)
{
    ScriptStep step = SCRIPT_SKIP;
    Buffer scratch;

    buffer_init(&scratch, NAME_LIMIT);
    switch (sql_meta_command(token->text, token->len)) {
    case META_REFUSED:
        (void)sql_refuse_meta(name, token->line, token->text, token->len, err);
        step = SCRIPT_FAIL;
        break;
    case META_CONNECT:
        step = connect_command(session, name, token, &scratch, err);
        break;
    case META_ENCODING:
        step = encoding_command(session, token, &scratch, err);
        break;
    case META_IGNORED:
        event_text(session->context.events, EVENT_NOTICE, "%s:%llu: passed over: %.60s", name,
                   (unsigned long long)token->line, token->text);
        break;
    case META_RESTRICT:
        break;
    }
    buffer_free(&scratch);
    return step;
}
