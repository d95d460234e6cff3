/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who must be there before a database can be restored, on a server that was made for it: the
 * globals of a cluster archive, or roles and users of the names that its definitions need.
 */
#include <stdlib.h>
#include <string.h>

#include "app/proof_parts.h"
#include "archive/script_stream.h"
#include "base/json_parse.h"
#include "io/memory_reader.h"
#include "io/range_reader.h"
#include "sql/account_names.h"
#include "sql/lexer.h"
#include "sql/quote.h"
#include "sql/script_check.h"
#include "sql/script_edges.h"
#include "sql/words.h"

#define SCRIPT_LIMIT ((size_t)256 * 1024 * 1024)

/* --- A script of globals ------------------------------------------------------------------ */

static void begin_script(const char *dbms, Buffer *script)
{
    buffer_printf(script, "%s\n-- %s \n", GLOBALS_FIRST,
                  strcmp(dbms, "mariadb") == 0 ? GLOBALS_MARIADB
                  : strcmp(dbms, "mysql") == 0 ? GLOBALS_MYSQL
                                               : GLOBALS_POSTGRES);
}

static bool run_script(const ProofRequest *request, const char *name, Buffer *script,
                       const EngineContext *context, GlobalsStats *stats, Error *err)
{
    const GlobalsTarget target = {.phase = GLOBALS_BEFORE_DATABASES, .continue_on_error = true};
    MemoryReader text;

    buffer_printf(script, "%s\n", GLOBALS_LAST);
    if (!buffer_ok(script, name, err)) {
        return false;
    }
    memory_reader_init(&text, script->data, script->len);
    return request->engine->globals_restore(&request->server, request->connect_to, &target, context,
                                            name, &text.base, stats, err);
}

/* --- Those of a cluster ------------------------------------------------------------------- */

/* A tablespace is a folder of the machine that the backup is of: here it may be somebody's. */
static bool is_of_tablespace(const SqlToken *token)
{
    SqlWord last = {0};
    size_t position = 0;

    for (;;) {
        SqlWord word = sql_next_word(token->text, token->len, &position);

        if (word.kind == SQL_WORD_END) {
            return false;
        }
        if (sql_word_is(token->text, word, "tablespace") &&
            (sql_word_is(token->text, last, "create") || sql_word_is(token->text, last, "alter") ||
             sql_word_is(token->text, last, "on"))) {
            return true;
        }
        last = word;
    }
}

static bool copy_globals(SqlLexer *lexer, Buffer *script, Error *err)
{
    SqlToken token;

    do {
        if (!sql_lexer_next(lexer, &token, err)) {
            return false;
        }
        if (token.kind == SQL_STATEMENT && !is_of_tablespace(&token)) {
            buffer_append(script, token.text, token.len);
            buffer_puts(script, token.len > 0 && token.text[token.len - 1] == ';' ? "\n" : ";\n");
        }
    } while (token.kind != SQL_END);
    return true;
}

static bool read_globals(const ProofRequest *request, const Source *source, Buffer *script,
                         Error *err)
{
    RangeReader range;
    SqlLexer *lexer;
    Reader *text;
    bool ok;

    range_reader_init(&range, source, 0, source->size);
    if (!script_stream_over(&range.base, source->name, &text, err)) {
        return false;
    }
    ok = sql_lexer_new(text, source->name, SQL_STATEMENT_LIMIT, &lexer, err);
    if (ok) {
        sql_lexer_set_dialect(lexer, request->engine->dialect);
        ok = copy_globals(lexer, script, err);
        sql_lexer_free(lexer);
    }
    reader_close(text);
    return ok;
}

bool proof_restore_globals(const ProofRequest *request, const ClusterArchive *archive,
                           const EngineContext *context, ProofResult *result, Error *err)
{
    const ClusterIndex *index = cluster_archive_index(archive);
    const ClusterMember *globals = NULL;
    Buffer script;
    Source *source;
    bool ok;

    for (size_t i = 0; i < index->members.len; i++) {
        globals =
            index->members.items[i].kind == CLUSTER_GLOBALS ? &index->members.items[i] : globals;
    }
    if (globals == NULL) {
        return true;
    }
    if (!cluster_archive_member(archive, globals, &source, err)) {
        return false;
    }
    event_text(context->events, EVENT_PHASE, "restoring the globals");
    buffer_init(&script, SCRIPT_LIMIT);
    begin_script(index->info.dbms, &script);
    ok = read_globals(request, source, &script, err) &&
         run_script(request, source->name, &script, context, &result->globals, err);
    result->has_globals = true;
    if (script.data != NULL) {
        explicit_bzero(script.data, script.len); /* hashes of passwords */
    }
    buffer_free(&script);
    source_close(source);
    return ok;
}

/* --- Those that a database needs ---------------------------------------------------------- */

typedef struct Accounts {
    bool mysql;
    Arena arena;
    VEC(const char *) names; /* in strcmp's order, each once; MySQL's as statements have them */
} Accounts;

/* Its place, or where it belongs. */
static size_t find_place(const Accounts *accounts, const char *name, size_t len, bool *found)
{
    size_t low = 0;
    size_t high = accounts->names.len;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *other = accounts->names.items[middle];
        int order = strncmp(name, other, len);

        order = order == 0 && other[len] != '\0' ? -1 : order;
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    *found = false;
    return low;
}

static bool add_account(void *argument, const char *name, size_t len)
{
    Accounts *accounts = argument;
    bool found;
    size_t place = find_place(accounts, name, len, &found);
    const char *copy = found ? NULL : arena_strndup(&accounts->arena, name, len);

    if (found) {
        return true;
    }
    if (copy == NULL || !vec_push(&accounts->names, copy)) {
        return false;
    }
    memmove(accounts->names.items + place + 1, accounts->names.items + place,
            (accounts->names.len - 1 - place) * sizeof *accounts->names.items);
    accounts->names.items[place] = copy;
    return true;
}

/* A name as a catalog has it. */
static bool add_role(Accounts *accounts, const char *name)
{
    return name == NULL || accounts->mysql || strncmp(name, "pg_", 3) == 0 ||
           add_account(accounts, name, strlen(name));
}

/* One as a statement has it, perhaps with quotes. */
static bool add_written_role(void *argument, const char *name, size_t len)
{
    Accounts *accounts = argument;
    Buffer CLEANUP(buffer_free) plain;

    buffer_init(&plain, len + 1);
    if (name[0] != '"') {
        return add_account(accounts, name, len);
    }
    for (size_t i = 1; i + 1 < len; i++) {
        i += name[i] == '"'; /* they are doubled */
        buffer_putc(&plain, name[i]);
    }
    return plain.data != NULL && add_account(accounts, plain.data, plain.len);
}

static bool look_at_text(Accounts *accounts, Reader *text, const char *name, Error *err)
{
    SqlLexer *lexer;
    SqlToken token = {0};
    bool ok;

    if (!sql_lexer_new(text, name, SQL_STATEMENT_LIMIT, &lexer, err)) {
        return false;
    }
    sql_lexer_set_dialect(lexer, accounts->mysql ? SQL_MYSQL : SQL_POSTGRES);
    do {
        ok = sql_lexer_next(lexer, &token, err);
        if (ok && token.kind == SQL_STATEMENT) {
            ok = (accounts->mysql
                      ? mysql_definer_name(token.text, token.len, add_account, accounts)
                      : sql_role_names(token.text, token.len, add_written_role, accounts)) ||
                 error_set_memory(err, "names of roles");
        }
    } while (ok && token.kind != SQL_END);
    sql_lexer_free(lexer);
    return ok;
}

static bool look_at_entry(Accounts *accounts, const ScriptArchive *archive, const Entry *entry,
                          Error *err)
{
    char label[256];
    Reader *text;
    bool ok;

    if (!add_role(accounts, entry->owner)) {
        return error_set_memory(err, "names of roles");
    }
    if (entry->section == SECTION_DATA || entry_is_for_clients(entry)) {
        return true;
    }
    if (!script_archive_read_entry(archive, entry, &text, err)) {
        return false;
    }
    entry_label(entry, label, sizeof label);
    ok = look_at_text(accounts, text, label, err);
    reader_close(text);
    return ok;
}

/* The database's own owner. Its grants and settings are an entry's. */
static bool look_at_owner(Accounts *accounts, const char *properties, Error *err)
{
    json_t *object;
    bool ok;

    if (properties == NULL || accounts->mysql) {
        return true;
    }
    if (!json_parse(properties, strlen(properties), 0, "the database's properties", &object, NULL,
                    err)) {
        return false;
    }
    ok = add_role(accounts, json_string_value(json_object_get(object, "owner"))) ||
         error_set_memory(err, "names of roles");
    json_decref(object);
    return ok;
}

static void put_account(const Accounts *accounts, const char *name, Buffer *script)
{
    const char *kind = strstr(name, "`@`") == NULL ? "ROLE" : "USER";

    if (accounts->mysql) {
        buffer_printf(script, "CREATE %s IF NOT EXISTS %s;\nGRANT ALL PRIVILEGES ON *.* TO %s;\n",
                      kind, name, name);
    } else {
        buffer_puts(script, "CREATE ROLE ");
        sql_quote_identifier(script, name);
        buffer_puts(script, ";\n");
    }
}

static bool make_accounts(const ProofRequest *request, const Accounts *accounts,
                          const TocInfo *info, const EngineContext *context, Error *err)
{
    GlobalsStats stats = {0};
    Buffer script;
    bool ok;

    buffer_init(&script, SCRIPT_LIMIT);
    begin_script(info->dbms == NULL ? "postgres" : info->dbms, &script);
    if (accounts->mysql) {
        buffer_puts(&script, "SET NAMES utf8mb4;\n");
    } else {
        buffer_printf(&script, "SET client_encoding = '%s';\n",
                      info->encoding == NULL ? "UTF8" : info->encoding);
    }
    for (size_t i = 0; i < accounts->names.len; i++) {
        if (accounts->mysql || strcmp(accounts->names.items[i], "postgres") != 0) { /* that is we */
            put_account(accounts, accounts->names.items[i], &script);
        }
    }
    ok =
        run_script(request, "the roles and users that are needed", &script, context, &stats, err) &&
        (stats.errors == 0 ||
         error_set(err, ERR_SERVER, "%llu roles or users could not be made: see the warnings above",
                   (unsigned long long)stats.errors));
    buffer_free(&script);
    return ok;
}

bool proof_make_accounts(const ProofRequest *request, const ScriptArchive *archive,
                         const EngineContext *context, Error *err)
{
    const Toc *toc = script_archive_toc(archive);
    Accounts accounts = {.mysql = request->engine->dialect == SQL_MYSQL};
    bool ok;

    arena_init(&accounts.arena);
    ok = look_at_owner(&accounts, toc->info.database_properties, err);
    for (size_t i = 0; ok && i < toc->entries.len; i++) {
        ok = cancel_check(context->cancel, err) &&
             look_at_entry(&accounts, archive, &toc->entries.items[i], err);
    }
    ok = ok && make_accounts(request, &accounts, &toc->info, context, err);
    vec_free(&accounts.names);
    arena_free(&accounts.arena);
    return ok;
}
