/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a whole script without a server. */
#include "sql/script_check.h"

#include <stdio.h>
#include <string.h>

#include "sql/database_names.h"
#include "sql/lexer.h"
#include "sql/meta_commands.h"
#include "sql/words.h"

enum { EDGE_SIZE = 4096 }; /* bytes at both ends of a script in which its maker signs */

/* Passes text on; keeps its first and last bytes, for the comments that the lexer passes over. */
typedef struct EdgeReader {
    Reader reader;
    Reader *next;
    const EventSink *events;
    uint64_t bytes;
    bool ended;
    char head[EDGE_SIZE + 1];
    size_t head_len;
    char tail[EDGE_SIZE + 1];
    size_t tail_len;
} EdgeReader;

typedef struct Check {
    const char *name;
    ScriptFacts facts;
} Check;

/* The words that PostgreSQL's commands begin with. */
static const char *const commands[] = {
    "abort",    "alter",   "analyze", "begin",   "call",    "checkpoint", "close",    "cluster",
    "comment",  "commit",  "copy",    "create",  "declare", "deallocate", "delete",   "discard",
    "do",       "drop",    "end",     "execute", "explain", "fetch",      "grant",    "import",
    "insert",   "listen",  "load",    "lock",    "merge",   "move",       "notify",   "prepare",
    "reassign", "refresh", "reindex", "release", "reset",   "revoke",     "rollback", "savepoint",
    "security", "select",  "set",     "show",    "start",   "table",      "truncate", "unlisten",
    "update",   "vacuum",  "values",  "with",    "(",
};

static bool edge_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    EdgeReader *edge = (EdgeReader *)self;
    size_t n;

    if (!reader_read(edge->next, data, len, got, err)) {
        return false;
    }
    n = EDGE_SIZE - edge->head_len < *got ? EDGE_SIZE - edge->head_len : *got;
    memcpy(edge->head + edge->head_len, data, n);
    edge->head_len += n;
    n = *got < EDGE_SIZE ? *got : EDGE_SIZE;
    if (edge->tail_len + n > EDGE_SIZE) {
        size_t drop = edge->tail_len + n - EDGE_SIZE;

        memmove(edge->tail, edge->tail + drop, edge->tail_len - drop);
        edge->tail_len -= drop;
    }
    memcpy(edge->tail + edge->tail_len, (const char *)data + (*got - n), n);
    edge->tail_len += n;
    edge->ended = *got == 0;
    edge->bytes += *got;
    event_progress(edge->events, *got, 0, 0);
    return true;
}

static bool is_command(const char *text, SqlWord word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (sql_word_is(text, word, commands[i])) {
            return true;
        }
    }
    return false;
}

static bool note_database(Check *check, const SqlToken *token, const char *name, Error *err)
{
    char *own = check->facts.database;

    if (own[0] != '\0' && strcmp(own, name) != 0) {
        (void)error_set(err, ERR_UNSUPPORTED,
                        "%s:%llu: the script is of more than one database: \"%s\" and \"%s\"",
                        check->name, (unsigned long long)token->line, own, name);
        return error_hint(err, "Restore it with psql, or take a dump of each database.");
    }
    if (strlen(name) >= sizeof check->facts.database) {
        return error_set(err, ERR_LIMIT, "%s:%llu: a database's name is too long", check->name,
                         (unsigned long long)token->line);
    }
    (void)snprintf(own, sizeof check->facts.database, "%s", name);
    return true;
}

static bool check_statement(Check *check, const SqlToken *token, Error *err)
{
    size_t position = 0;
    SqlWord word = sql_next_word(token->text, token->len, &position);
    DatabaseName database;
    Buffer name;
    bool ok = true;

    if (!is_command(token->text, word)) {
        int shown = (int)strcspn(token->text, "\r\n");

        (void)error_set(err, ERR_NOT_BACKUP, "%s:%llu: this is not SQL: %.*s", check->name,
                        (unsigned long long)token->line, shown < 60 ? shown : 60, token->text);
        return error_hint(err, "Is this the right file?");
    }
    check->facts.statements++;
    check->facts.copies += token->copy_from_stdin;
    database = sql_find_database(token->text, token->len);
    if (database.statement != DATABASE_NOT_NAMED) {
        buffer_init(&name, sizeof check->facts.database * 2);
        sql_unquote_identifier(&name, token->text + database.start, database.len);
        ok = buffer_ok(&name, "a database's name", err) &&
             note_database(check, token, name.data, err);
        buffer_free(&name);
    }
    return ok;
}

static bool check_meta(Check *check, const SqlToken *token, Error *err)
{
    Buffer name;
    bool ok = true;

    if (sql_meta_command(token->text, token->len) == META_REFUSED) {
        return sql_refuse_meta(check->name, token->line, token->text, token->len, err);
    }
    buffer_init(&name, token->len);
    if (sql_parse_connect(token->text, token->len, &name) && name.len > 0 &&
        strcmp(name.data, "-") != 0) {
        ok = note_database(check, token, name.data, err);
    }
    buffer_free(&name);
    return ok;
}

static bool check_tokens(Check *check, SqlLexer *lexer, const EventSink *events,
                         const Cancel *cancel, Error *err)
{
    SqlToken token;

    do {
        if (!cancel_check(cancel, err) || !sql_lexer_next(lexer, &token, err)) {
            return false;
        }
        switch (token.kind) {
        case SQL_STATEMENT:
            if (!check_statement(check, &token, err)) {
                return false;
            }
            break;
        case SQL_META:
            if (!check_meta(check, &token, err)) {
                return false;
            }
            break;
        case SQL_COPY_DATA:
            check->facts.rows += token.rows;
            event_progress(events, 0, token.rows, 0);
            break;
        default:
            break;
        }
    } while (token.kind != SQL_END);
    return true;
}

/* pg_dump signs at both ends: a script that has only the first signature has been cut. */
static bool check_edges(Check *check, EdgeReader *edge, Error *err)
{
    edge->head[edge->head_len] = '\0';
    edge->tail[edge->tail_len] = '\0';
    check->facts.bytes = edge->bytes;
    check->facts.by_pg_dump = strstr(edge->head, "-- PostgreSQL database dump") != NULL;
    if (edge->ended && check->facts.by_pg_dump &&
        strstr(edge->tail, "-- PostgreSQL database dump complete") == NULL) {
        (void)error_set(err, ERR_DAMAGED,
                        "%s has been cut: the line that pg_dump writes last is missing",
                        check->name);
        return error_hint(err, "Look for a whole copy of this file.");
    }
    return true;
}

/* A cut is the better explanation of a last word that makes no sense. */
static bool check_all(Check *check, SqlLexer *lexer, EdgeReader *edge, const Cancel *cancel,
                      Error *err)
{
    Error cut = {0};

    if (!check_tokens(check, lexer, edge->events, cancel, err)) {
        if ((err->code == ERR_UNSUPPORTED || err->code == ERR_NOT_BACKUP) &&
            !check_edges(check, edge, &cut)) {
            *err = cut;
        }
        return false;
    }
    if (!check_edges(check, edge, err)) {
        return false;
    }
    return check->facts.statements > 0 ||
           error_set(err, ERR_NOT_BACKUP, "%s holds no SQL statement", check->name);
}

bool sql_script_check(Reader *reader, const char *name, const EventSink *events,
                      const Cancel *cancel, ScriptFacts *facts, Error *err)
{
    EdgeReader edge = {.reader = {edge_read, NULL}, .next = reader, .events = events};
    Check check = {.name = name};
    SqlLexer *lexer;
    bool ok;

    if (!sql_lexer_new(&edge.reader, name, SQL_STATEMENT_LIMIT, &lexer, err)) {
        return false;
    }
    ok = check_all(&check, lexer, &edge, cancel, err);
    sql_lexer_free(lexer);
    if (ok) {
        *facts = check.facts;
    }
    return ok;
}
