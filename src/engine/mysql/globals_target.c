/* SPDX-License-Identifier: Apache-2.0 */
/* What is there already, asked of the server once. */
#include "engine/mysql/globals_target.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sql/mysql_quote.h"

enum { SQL_LIMIT = 1 << 20 };

static const GlobalsScope all = {0};

void my_target_init(MyTarget *target, MyConnection *connection, const EngineContext *context)
{
    *target = (MyTarget){.connection = connection, .context = context, .self = ""};
    arena_init(&target->arena);
    my_globals_init(&target->there, connection, &all, context);
}

void my_target_free(MyTarget *target)
{
    my_globals_free(&target->there);
    vec_free(&target->made);
    vec_free(&target->missing);
    arena_free(&target->arena);
}

/* --- What is there ---------------------------------------------------------------------------- */

static bool add_made(MyTarget *target, const char *verb, const char *name, Error *err)
{
    const char *text = arena_printf(&target->arena, "%s%s", verb, name);

    return arena_ok(&target->arena, "names", err) &&
           (vec_push(&target->made, text) || error_set_memory(err, "names"));
}

/* Names that the query yields. */
static bool add_named(MyTarget *target, const char *sql, const char *verb, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (!my_query(target->connection, sql, &result, err)) {
        return false;
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        Buffer name;

        buffer_init(&name, SQL_LIMIT);
        mysql_quote_identifier(&name, row[0]);
        ok = buffer_ok(&name, "a name", err) && add_made(target, verb, name.data, err);
        buffer_free(&name);
    }
    mysql_free_result(result);
    return ok;
}

/* CURRENT_USER() is user@host, without quotes; only the user may have an @ in it. */
static bool ask_self(MyTarget *target, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    Buffer name;
    char *at;
    bool ok;

    if (!my_query(target->connection, "SELECT current_user()", &result, err)) {
        return false;
    }
    row = mysql_fetch_row(result);
    buffer_init(&name, SQL_LIMIT);
    at = row == NULL || row[0] == NULL ? NULL : strrchr(row[0], '@');
    if (at != NULL) {
        *at = '\0';
        mysql_put_account(&name, row[0], at + 1);
        target->self = arena_strndup(&target->arena, name.data == NULL ? "" : name.data, name.len);
    }
    ok = buffer_ok(&name, "a user's name", err) && arena_ok(&target->arena, "a user's name", err);
    buffer_free(&name);
    mysql_free_result(result);
    return ok;
}

static bool ask_accounts(MyTarget *target, Error *err)
{
    MyGlobals accounts;
    bool ok;

    my_globals_init(&accounts, target->connection, &all, target->context);
    ok = my_accounts_read(&accounts, false, err);
    for (size_t i = 0; ok && i < accounts.accounts.len; i++) {
        const MyAccount *account = &accounts.accounts.items[i];

        ok = add_made(target, account->is_role ? MY_CREATE_ROLE : MY_CREATE_USER, account->name,
                      err);
    }
    my_globals_free(&accounts);
    return ok;
}

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

bool my_target_ask(MyTarget *target, Error *err)
{
    static const char servers[] = "SELECT Server_name FROM mysql.servers";
    static const char tablespaces[] = "SELECT NAME FROM information_schema.INNODB_TABLESPACES"
                                      " WHERE SPACE_TYPE = 'General'";
    bool mariadb = my_is_mariadb(target->connection);

    if (!ask_self(target, err) || !ask_accounts(target, err) ||
        !add_named(target, servers, mariadb ? "CREATE SERVER IF NOT EXISTS " : "CREATE SERVER ",
                   err) ||
        (!mariadb && !add_named(target, tablespaces, MY_CREATE_TABLESPACE, err))) {
        return false;
    }
    if (target->made.len > 0) {
        qsort(target->made.items, target->made.len, sizeof *target->made.items, compare_texts);
    }
    return true;
}

/* --- What a statement is about ---------------------------------------------------------------- */

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

size_t my_statement_head(const char *statement)
{
    static const char *const verbs[] = {MY_CREATE_USER,       MY_CREATE_ROLE,
                                        MY_CREATE_TABLESPACE, "CREATE SERVER IF NOT EXISTS ",
                                        "CREATE SERVER ",     MY_ALTER_USER};

    for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++) {
        if (begins_with(statement, verbs[i])) {
            size_t len = strlen(verbs[i]);

            return len + mysql_account_len(statement + len);
        }
    }
    return 0;
}

bool my_target_has(const MyTarget *target, const char *statement)
{
    size_t len = my_statement_head(statement);
    size_t low = 0;
    size_t high = target->made.len;

    while (len > 0 && low < high) {
        size_t middle = low + (high - low) / 2;
        const char *candidate = target->made.items[middle];
        int order = strncmp(statement, candidate, len);

        if (order == 0 && candidate[len] == '\0') {
            return true;
        }
        if (order <= 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return false;
}

bool my_target_is_self(const MyTarget *target, const char *statement, const MysqlGrant *grant)
{
    size_t len = strlen(target->self);
    size_t at = grant->is_revoke                        ? grant->grantee
                : begins_with(statement, MY_ALTER_USER) ? strlen(MY_ALTER_USER)
                                                        : 0;

    return at > 0 && len > 0 && strncmp(statement + at, target->self, len) == 0 &&
           (statement[at + len] == ' ' || statement[at + len] == '\0');
}

bool my_target_holds(MyTarget *target, const char *statement)
{
    EngineContext quiet = {.cancel = target->context->cancel};
    Error why = {0};

    if (!target->is_read) {
        target->is_read = true;
        target->there.context = &quiet;
        if (!my_globals_read(&target->there, &why)) {
            event_text(target->context->events, EVENT_DEBUG, "%s", why.message);
        }
        target->there.context = target->context;
    }
    for (size_t i = 0; i < target->there.items.len; i++) {
        if (strcmp(target->there.items.items[i].sql, statement) == 0) {
            return true;
        }
    }
    return false;
}

/* --- Databases that aren't there -------------------------------------------------------------- */

static bool ask_database(MyTarget *target, const char *database, bool *there, Error *err)
{
    MYSQL_RES *result;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "SELECT 1 FROM information_schema.SCHEMATA WHERE ");
    mysql_put_is_database(&sql, "SCHEMA_NAME", database);
    ok = buffer_ok(&sql, "a query", err) && my_query(target->connection, sql.data, &result, err);
    buffer_free(&sql);
    if (ok) {
        *there = mysql_num_rows(result) > 0;
        mysql_free_result(result);
    }
    return ok;
}

static bool lacks_database(MyTarget *target, const char *database, bool ask, bool *lacks,
                           Error *err)
{
    MyMissing missing = {.n_grants = 1};
    bool there = true;

    *lacks = false;
    for (size_t i = 0; i < target->missing.len; i++) {
        if (strcmp(target->missing.items[i].name, database) == 0) {
            target->missing.items[i].n_grants++;
            *lacks = true;
            return true;
        }
    }
    if (!ask) {
        return true;
    }
    if (!ask_database(target, database, &there, err)) {
        return false;
    }
    *lacks = !there;
    if (there) {
        return true;
    }
    missing.name = arena_strdup(&target->arena, database);
    return arena_ok(&target->arena, "a name", err) &&
           (vec_push(&target->missing, missing) || error_set_memory(err, "a name"));
}

bool my_target_lacks(MyTarget *target, const char *statement, const MysqlGrant *grant, bool ask,
                     bool *lacks, Error *err)
{
    Buffer name;
    bool ok;

    *lacks = false;
    if (grant->level != MYSQL_GRANT_OBJECT) {
        return true;
    }
    buffer_init(&name, SQL_LIMIT);
    buffer_puts(&name, "");
    mysql_grant_database(statement, grant, &name);
    ok = buffer_ok(&name, "a name", err) &&
         (name.len == 0 || lacks_database(target, name.data, ask, lacks, err));
    buffer_free(&name);
    return ok;
}

void my_target_tell(const MyTarget *target)
{
    for (size_t i = 0; i < target->missing.len; i++) {
        event_text(target->context->events, EVENT_WARNING,
                   "privileges on tables and routines of the database \"%s\" were passed over "
                   "(%" PRIu64 "), for it isn't there: when it is, restore the same globals again",
                   target->missing.items[i].name, target->missing.items[i].n_grants);
    }
}
