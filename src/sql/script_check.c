/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a whole script without a server. */
#include "sql/script_check.h"

#include <stdio.h>
#include <string.h>

#include "sql/database_names.h"
#include "sql/lexer.h"
#include "sql/meta_commands.h"
#include "sql/mysql_statement.h"
#include "sql/script_edges.h"
#include "sql/words.h"

/* Reports what is read as progress. */
typedef struct ProgressReader {
    Reader reader;
    Reader *next;
    const EventSink *events;
} ProgressReader;

/* How pg_dump's scripts keep psql from running commands that stand in data: \restrict KEY … and,
 * behind all else, \unrestrict KEY. A longer key than pg_dump's own is cut. */
enum { RESTRICT_KEY_SIZE = 128 };

typedef struct Check {
    const char *name;
    ScriptFacts facts;
    char restrict_key[RESTRICT_KEY_SIZE]; /* "" where nothing is restricted */
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

static bool progress_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    ProgressReader *progress = (ProgressReader *)self;

    if (!reader_read(progress->next, data, len, got, err)) {
        return false;
    }
    event_progress(progress->events, *got, 0, 0);
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
        return error_hint(err, "Restore it with psql or mysql, or take a dump of each database.");
    }
    if (strlen(name) >= sizeof check->facts.database) {
        return error_set(err, ERR_LIMIT, "%s:%llu: a database's name is too long", check->name,
                         (unsigned long long)token->line);
    }
    (void)snprintf(own, sizeof check->facts.database, "%s", name);
    return true;
}

static bool refuse_words(const Check *check, const SqlToken *token, Error *err)
{
    int shown = (int)strcspn(token->text, "\r\n");

    (void)error_set(err, ERR_NOT_BACKUP, "%s:%llu: this is not SQL: %.*s", check->name,
                    (unsigned long long)token->line, shown < 60 ? shown : 60, token->text);
    return error_hint(err, "Is this the right file?");
}

static void note_insert(Check *check, const SqlToken *token)
{
    size_t position = 0;
    SqlWord word = sql_next_word(token->text, token->len, &position);

    check->facts.has_inserts |=
        sql_word_is(token->text, word, "insert") || sql_word_is(token->text, word, "replace");
}

/* DROP DATABASE names one that the script makes, or none that matters: a restore leaves it out. */
static bool check_mysql_statement(Check *check, const SqlToken *token, Error *err)
{
    MysqlStatement statement;
    Buffer name;
    bool ok = true;

    buffer_init(&name, sizeof check->facts.database * 2);
    statement = mysql_statement(token->text, token->len, &name);
    check->facts.statements += statement != MYSQL_EMPTY;
    note_insert(check, token);
    if (statement == MYSQL_UNKNOWN) {
        ok = refuse_words(check, token, err);
    } else if (statement == MYSQL_USE || statement == MYSQL_CREATE_DATABASE ||
               (statement == MYSQL_ALTER_DATABASE && name.len > 0)) {
        ok = buffer_ok(&name, "a database's name", err) &&
             note_database(check, token, name.data, err);
    }
    buffer_free(&name);
    return ok;
}

static bool check_statement(Check *check, const SqlToken *token, Error *err)
{
    size_t position = 0;
    SqlWord word = sql_next_word(token->text, token->len, &position);
    DatabaseName database;
    Buffer name;
    bool ok = true;

    if (!is_command(token->text, word)) {
        return refuse_words(check, token, err);
    }
    check->facts.statements++;
    note_insert(check, token);
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

/* Its beginning, at the end of the script. */
static bool is_cut_unrestrict(const Check *check, const SqlToken *token)
{
    static const char whole[] = "\\unrestrict";

    return check->restrict_key[0] != '\0' && token->len < sizeof whole - 1 &&
           memcmp(token->text, whole, token->len) == 0;
}

static bool lacks_unrestrict(const Check *check, Error *err)
{
    (void)error_set(err, ERR_DAMAGED,
                    "%s has been cut: the \\unrestrict that pg_dump writes last is missing",
                    check->name);
    return error_hint(err, "Look for a whole copy of this file.");
}

static bool note_restrict(Check *check, const SqlToken *token, Error *err)
{
    static const char begins[] = "\\restrict";
    size_t position = sql_meta_word(token->text, token->len);
    char *known = check->restrict_key;
    Buffer key;
    bool ok;

    buffer_init(&key, token->len);
    (void)sql_meta_argument(token->text, token->len, &position, &key);
    ok = buffer_ok(&key, "a key", err);
    if (ok && strncmp(token->text, begins, sizeof begins - 1) == 0) {
        (void)snprintf(known, RESTRICT_KEY_SIZE, "%s", key.data);
    } else if (ok && strncmp(key.data, known, RESTRICT_KEY_SIZE - 1) == 0) {
        known[0] = '\0';
    }
    buffer_free(&key);
    return ok;
}

static bool check_meta(Check *check, const SqlToken *token, Error *err)
{
    MetaCommand command = sql_meta_command(token->text, token->len);
    Buffer name;
    bool ok = true;

    if (command == META_REFUSED) {
        return is_cut_unrestrict(check, token)
                   ? lacks_unrestrict(check, err)
                   : sql_refuse_meta(check->name, token->line, token->text, token->len, err);
    }
    if (command == META_RESTRICT) {
        return note_restrict(check, token, err);
    }
    buffer_init(&name, token->len);
    if (sql_parse_connect(token->text, token->len, &name, NULL) && name.len > 0 &&
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
            if (!(sql_lexer_dialect(lexer) == SQL_MYSQL ? check_mysql_statement(check, &token, err)
                                                        : check_statement(check, &token, err))) {
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

/* A cut is the better explanation of a last word that makes no sense. */
static bool check_all(Check *check, SqlLexer *lexer, ScriptEdges *edges, const EventSink *events,
                      const Cancel *cancel, Error *err)
{
    Error cut = {0};

    if (!check_tokens(check, lexer, events, cancel, err)) {
        if ((err->code == ERR_UNSUPPORTED || err->code == ERR_NOT_BACKUP) &&
            !script_edges_check(edges, check->name, &cut)) {
            *err = cut;
        }
        return false;
    }
    if (!script_edges_check(edges, check->name, err)) {
        return false;
    }
    check->facts.bytes = edges->bytes;
    check->facts.by_pg_dump = script_edges_by_pg_dump(edges);
    if (check->facts.by_pg_dump && check->restrict_key[0] != '\0') {
        return lacks_unrestrict(check, err);
    }
    check->facts.is_globals = script_edges_is_globals(edges);
    return check->facts.statements > 0 ||
           error_set(err, ERR_NOT_BACKUP, "%s holds no SQL statement", check->name);
}

bool sql_script_check(Reader *reader, const char *name, SqlDialect dialect, const EventSink *events,
                      const Cancel *cancel, ScriptFacts *facts, Error *err)
{
    ProgressReader progress = {{progress_read, NULL}, reader, events};
    Check check = {.name = name};
    ScriptEdges edges;
    SqlLexer *lexer;
    bool ok;

    script_edges_init(&edges, &progress.reader);
    if (!sql_lexer_new(&edges.reader, name, SQL_STATEMENT_LIMIT, &lexer, err)) {
        return false;
    }
    sql_lexer_set_dialect(lexer, dialect);
    ok = check_all(&check, lexer, &edges, events, cancel, err);
    sql_lexer_free(lexer);
    if (ok) {
        *facts = check.facts;
    }
    return ok;
}
