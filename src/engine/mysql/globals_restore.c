/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a script of globals, and no other. There is no transaction to undo anything with: each
 * statement stays done, and none of them drops anything, so that the same script can be restored
 * again. What would change the user as whom we are connected comes last of all, for there may be
 * more connections to make.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/mysql/globals_target.h"
#include "sql/lexer.h"
#include "sql/script_check.h"
#include "sql/script_edges.h"

enum {
    SQL_LIMIT = 1 << 20,
    SHOWN = 200, /* bytes of a statement in a message */
    ER_UNKNOWN_PRIVILEGE = 1149,
    ER_PLUGIN_IS_NOT_LOADED = 1524,
};

typedef struct Restore {
    MyConnection *connection;
    const GlobalsTarget *target;
    const EngineContext *context;
    const char *name; /* the script's */
    ScriptEdges edges;
    GlobalsStats stats;
    MyTarget there;
    bool asked;            /* for what is there */
    VEC(const char *) own; /* statements that would change our own account */
    bool changed;
} Restore;

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* For messages: one line, with the user's name and without secrets. */
static void describe(const char *statement, char *out, size_t size)
{
    size_t head = my_statement_head(statement);
    size_t len = head > 0 ? head : strlen(statement);
    const char *on = len < size ? NULL : mysql_find_outside(statement, " ON ");

    (void)snprintf(out, size, "%s%.*s", on != NULL ? "GRANT …" : "", (int)len,
                   on != NULL ? on : statement);
    for (char *p = out; *p != '\0'; p++) {
        *p = *p == '\n' || *p == '\r' ? ' ' : *p;
    }
}

static void tell(const Restore *restore, EventKind kind, const char *statement, const char *what)
{
    char shown[SHOWN];

    describe(statement, shown, sizeof shown);
    event_text(restore->context->events, kind, "%s: %s", shown, what);
}

/* --- A statement that fails ------------------------------------------------------------------- */

static bool fail(Restore *restore, const char *statement, unsigned number, Error *err)
{
    char shown[SHOWN];

    describe(statement, shown, sizeof shown);
    (void)error_prefix(err, "%s: %s", restore->name, shown);
    if (number == ER_PLUGIN_IS_NOT_LOADED) {
        (void)error_hint(err, "Load the plugin first, with INSTALL SONAME (MariaDB) or INSTALL "
                              "PLUGIN (MySQL); then restore the same script again.");
    }
    if (!restore->target->continue_on_error) {
        return false;
    }
    restore->stats.errors++;
    event_text(restore->context->events, EVENT_WARNING, "%s", err->message);
    error_clear(err);
    return true;
}

/* MySQL's dynamic privileges come and go with its versions: each on its own, and those that this
 * server doesn't know aren't given. */
static bool run_one_by_one(Restore *restore, const char *statement, const MysqlGrant *grant,
                           Error *err)
{
    const char *end = statement + grant->object - strlen(" ON ");
    const char *from = statement + strlen("GRANT ");
    bool ok = true;

    while (ok && from < end) {
        size_t len = strcspn(from, ", ");
        Buffer sql;

        buffer_init(&sql, SQL_LIMIT);
        buffer_printf(&sql, "GRANT %.*s%s", (int)len, from, end);
        ok = buffer_ok(&sql, "a statement", err);
        if (ok && !my_exec(restore->connection, sql.data, sql.len, err)) {
            ok = err->code == ERR_SERVER;
            if (ok && my_errno(restore->connection) == ER_UNKNOWN_PRIVILEGE) {
                tell(restore, EVENT_WARNING, sql.data, "this server has no such privilege");
                error_clear(err);
            } else if (ok) {
                ok = fail(restore, sql.data, my_errno(restore->connection), err);
            }
        }
        buffer_free(&sql);
        from += len + strspn(from + len, ", ");
    }
    return ok;
}

static bool pass_over(Restore *restore, const char *statement, const MysqlGrant *grant, Error *err)
{
    unsigned number = my_errno(restore->connection);
    Error failure = *err;
    bool lacks;

    if (failure.code != ERR_SERVER) {
        return false;
    }
    error_clear(err);
    if (number == ER_UNKNOWN_PRIVILEGE && grant->level == MYSQL_GRANT_SERVER && !grant->is_revoke) {
        return run_one_by_one(restore, statement, grant, err);
    }
    if (!my_target_lacks(&restore->there, statement, grant, true, &lacks, err)) {
        return false;
    }
    if (lacks) {
        return true;
    }
    if (my_target_holds(&restore->there, statement)) {
        tell(restore, EVENT_NOTICE, statement, "it is so already");
        return true;
    }
    *err = failure;
    return fail(restore, statement, number, err);
}

static bool run(Restore *restore, const char *statement, const MysqlGrant *grant, Error *err)
{
    if (!my_exec_text(restore->connection, statement, err)) {
        return pass_over(restore, statement, grant, err);
    }
    restore->changed = restore->changed || !begins_with(statement, "SET ");
    return true;
}

/* --- Statements ------------------------------------------------------------------------------- */

/* Those that say how the others are read. */
static bool is_setting(const char *statement)
{
    return begins_with(statement, "SET NAMES ") || begins_with(statement, "SET SESSION sql_mode ");
}

/* What a script of globals may hold; anything else is no script of ours. */
static bool is_known(const char *statement, MysqlGrant *grant)
{
    static const char *const whole[] = {
        "SET @dbbackup_role = concat('`', replace(current_role(), '`', '``'), '`')",
        "SET ROLE " MY_HELPER_ROLE,
        "SET ROLE NONE",
        "DROP ROLE " MY_HELPER_ROLE,
        "EXECUTE IMMEDIATE concat('SET ROLE ', coalesce(@dbbackup_role, 'NONE'))",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(whole); i++) {
        if (strcmp(statement, whole[i]) == 0) {
            return true;
        }
    }
    return is_setting(statement) || my_statement_head(statement) > 0 ||
           mysql_read_grant(statement, grant) || begins_with(statement, "SET DEFAULT ROLE ");
}

/* Users then get their attributes by ALTER USER; a tablespace or a server of that name may be
 * another one. */
static void keep_existing(Restore *restore, const char *statement)
{
    bool is_account =
        begins_with(statement, MY_CREATE_USER) || begins_with(statement, MY_CREATE_ROLE);
    bool same = is_account || my_target_holds(&restore->there, statement);

    restore->stats.existing += is_account || begins_with(statement, MY_CREATE_TABLESPACE);
    tell(restore, same ? EVENT_NOTICE : EVENT_WARNING, statement,
         same ? "exists already" : "it exists already, made otherwise, and stays as it is");
}

static bool keep_for_later(Restore *restore, const char *statement, Error *err)
{
    const char *text = arena_strdup(&restore->there.arena, statement);

    return arena_ok(&restore->there.arena, "a statement", err) &&
           (vec_push(&restore->own, text) || error_set_memory(err, "a statement"));
}

/* Whoever connects as we did must know of it. */
static bool run_own(Restore *restore, Error *err)
{
    for (size_t i = 0; i < restore->own.len; i++) {
        const char *statement = restore->own.items[i];
        MysqlGrant none = {0};

        if (my_target_holds(&restore->there, statement)) {
            continue;
        }
        if (!run(restore, statement, &none, err)) {
            return false;
        }
        if (begins_with(statement, MY_ALTER_USER)) {
            event_text(restore->context->events, EVENT_WARNING,
                       "the user %s, as whom this restore is connected, is now as %s says, with "
                       "the password that is in it",
                       restore->there.self, restore->name);
        }
    }
    return true;
}

static bool is_of_phase(const Restore *restore, const char *statement, const MysqlGrant *grant)
{
    bool is_after =
        grant->level == MYSQL_GRANT_OBJECT || my_target_is_self(&restore->there, statement, grant);

    return restore->target->phase == GLOBALS_ALL ||
           is_after == (restore->target->phase == GLOBALS_AFTER_DATABASES);
}

/* Of a proxy for '' the server may keep another spelling of the same, and would then have two. */
static bool is_needless(Restore *restore, const char *statement, const MysqlGrant *grant)
{
    return grant->level == MYSQL_GRANT_PROXY && my_target_holds(&restore->there, statement);
}

static bool run_known(Restore *restore, const char *statement, const MysqlGrant *grant, Error *err)
{
    bool lacks;

    if (is_setting(statement)) {
        return restore->target->dry_run || my_exec_text(restore->connection, statement, err);
    }
    if (!is_of_phase(restore, statement, grant)) {
        return true;
    }
    my_globals_count(statement, &restore->stats);
    if (restore->target->dry_run) {
        restore->stats.existing +=
            my_target_has(&restore->there, statement) && !begins_with(statement, "CREATE SERVER ");
        return true;
    }
    if (my_target_has(&restore->there, statement)) {
        keep_existing(restore, statement);
        return true;
    }
    if (my_target_is_self(&restore->there, statement, grant)) {
        return keep_for_later(restore, statement, err);
    }
    if (!my_target_lacks(&restore->there, statement, grant, false, &lacks, err)) {
        return false;
    }
    return lacks || is_needless(restore, statement, grant) || run(restore, statement, grant, err);
}

/* --- The script ------------------------------------------------------------------------------- */

/* Whose script it is, and whether its grants would mean the same here. */
static bool check_head(Restore *restore, Error *err)
{
    const char *own = my_is_mariadb(restore->connection) ? GLOBALS_MARIADB : GLOBALS_MYSQL;
    const char *server = script_edges_globals_of(&restore->edges);
    bool partial;

    if (server == NULL) {
        return error_set(err, ERR_DAMAGED, "%s doesn't say of which server its globals are",
                         restore->name);
    }
    if (strcmp(server, own) != 0) {
        (void)error_set(err, ERR_UNSUPPORTED, "%s holds the globals of %s, and this is %s",
                        restore->name, server, own);
        return error_hint(err, "Users and privileges of one mean nothing to the other.");
    }
    if (!my_globals_partial_revokes(restore->connection, &partial, err)) {
        return false;
    }
    if (!partial && strstr(restore->edges.head, "\n" MY_PARTIAL_REVOKES "\n") != NULL) {
        (void)error_set(err, ERR_REFUSED,
                        "%s is of a server with partial_revokes, which is off on this one: users "
                        "would be allowed more here than they were there",
                        restore->name);
        return error_hint(err, "SET PERSIST partial_revokes = ON, and restore again.");
    }
    return true;
}

static bool run_token(Restore *restore, const SqlToken *token, Error *err)
{
    MysqlGrant grant = {0};

    if (!restore->asked && (!check_head(restore, err) || !my_target_ask(&restore->there, err))) {
        return false;
    }
    restore->asked = true;
    if (token->kind != SQL_STATEMENT || !is_known(token->text, &grant)) {
        return error_set(err, ERR_DAMAGED,
                         "%s:%" PRIu64 ": nothing that a script of globals holds: %.60s",
                         restore->name, token->line, token->text);
    }
    return run_known(restore, token->text, &grant, err);
}

static bool run_tokens(Restore *restore, SqlLexer *lexer, Error *err)
{
    SqlToken token;

    do {
        if (!cancel_check(restore->context->cancel, err) || !sql_lexer_next(lexer, &token, err) ||
            (token.kind != SQL_END && !run_token(restore, &token, err))) {
            return false;
        }
    } while (token.kind != SQL_END);
    return true;
}

static bool run_script(Restore *restore, Reader *text, Error *err)
{
    SqlLexer *lexer;
    bool ok;

    script_edges_init(&restore->edges, text);
    if (!sql_lexer_new(&restore->edges.reader, restore->name, SQL_STATEMENT_LIMIT, &lexer, err)) {
        return false;
    }
    sql_lexer_set_dialect(lexer, SQL_MYSQL);
    ok = run_tokens(restore, lexer, err);
    sql_lexer_free(lexer);
    if (ok && !script_edges_is_globals(&restore->edges)) {
        ok = error_set(err, ERR_DAMAGED, "%s is no script of globals", restore->name);
    }
    return ok && script_edges_check(&restore->edges, restore->name, err) && run_own(restore, err);
}

static void tell_rest(const Restore *restore, Error *err)
{
    size_t used = strlen(err->message);

    (void)snprintf(err->message + used, sizeof err->message - used, "\n%s",
                   restore->changed ? "What came before it in the script is done and remains."
                                    : "Nothing was changed on the server.");
    if (restore->changed) {
        (void)error_hint(err, "When the cause is gone, restore the same script again.");
    }
}

bool mysql_globals_restore(const ServerOptions *server, const char *database,
                           const GlobalsTarget *target, const EngineContext *context,
                           const char *name, Reader *text, GlobalsStats *stats, Error *err)
{
    Restore restore = {.target = target, .context = context, .name = name};
    MyPlace place;
    bool ok = my_globals_connect(server, database, context, &place, &restore.connection, err);

    my_target_init(&restore.there, restore.connection, context);
    if (ok) {
        ok = run_script(&restore, text, err);
        if (!ok) {
            tell_rest(&restore, err);
        }
        my_target_tell(&restore.there);
    }
    my_target_free(&restore.there);
    vec_free(&restore.own);
    my_disconnect(restore.connection);
    my_place_free(&place);
    if (ok) {
        *stats = restore.stats;
    }
    return ok;
}
