/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What belongs to no database, as statements. Who may use which role, and be whose proxy, is in
 * tables of the server. What a user may do otherwise only SHOW GRANTS tells in words that the
 * server takes back, one user at a time: there is no other way that knows privileges to come.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/mysql/globals.h"
#include "engine/mysql/settings.h"
#include "sql/mysql_grant.h"
#include "sql/mysql_quote.h"

enum { TEXT_LIMIT = 1 << 24 };

bool my_globals_connect(const ServerOptions *server, const char *database,
                        const EngineContext *context, MyPlace *place, MyConnection **out,
                        Error *err)
{
    static const char *const settings[] = {"SET SESSION sql_mode = ''",
                                           "SET SESSION sql_quote_show_create = 1"};
    MyConnection *connection;
    bool ok;

    if (!my_place_init(place, server, database == NULL ? "" : database, err)) {
        *place = (MyPlace){0};
        return false;
    }
    if (!my_connect(server, place, context, false, &connection, err)) {
        return false;
    }
    ok = my_settings_put(connection, err);
    for (size_t i = 0; ok && i < ARRAY_LENGTH(settings); i++) {
        ok = my_exec_text(connection, settings[i], err);
    }
    /* Hashes aren't text there. */
    ok = ok && (my_is_mariadb(connection) ||
                my_exec_text(connection, "SET SESSION print_identified_with_as_hex = 1", err));
    if (!ok) {
        my_disconnect(connection);
        return false;
    }
    *out = connection;
    return true;
}

bool my_globals_partial_revokes(MyConnection *connection, bool *on, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;

    *on = false;
    if (my_is_mariadb(connection)) {
        return true;
    }
    if (!my_query(connection, "SELECT @@GLOBAL.partial_revokes", &result, err)) {
        return false;
    }
    row = mysql_fetch_row(result);
    *on = row != NULL && row[0] != NULL && strcmp(row[0], "1") == 0;
    mysql_free_result(result);
    return true;
}

void my_globals_init(MyGlobals *globals, MyConnection *connection, const GlobalsScope *scope,
                     const EngineContext *context)
{
    *globals = (MyGlobals){.connection = connection, .scope = scope, .context = context};
    arena_init(&globals->arena);
    buffer_init(&globals->sql, TEXT_LIMIT);
}

void my_globals_free(MyGlobals *globals)
{
    vec_free(&globals->accounts);
    vec_free(&globals->items);
    vec_free(&globals->gone);
    buffer_free(&globals->sql);
    arena_free(&globals->arena);
}

bool my_globals_add(MyGlobals *globals, MyGlobalKind kind, Error *err)
{
    MyGlobal item = {.kind = kind};

    if (!buffer_ok(&globals->sql, "a statement", err)) {
        return false;
    }
    item.sql = arena_strdup(&globals->arena, globals->sql.data);
    return arena_ok(&globals->arena, "the globals", err) &&
           (vec_push(&globals->items, item) || error_set_memory(err, "the globals"));
}

static bool has_account(const MyGlobals *globals, const char *name)
{
    for (size_t i = 0; i < globals->accounts.len; i++) {
        if (strcmp(globals->accounts.items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* --- Users and roles -------------------------------------------------------------------------- */

/* Whether it is there already or not, it becomes what it was; and there is no moment in which
 * anyone could be it without a password. Without passwords, one that is made is locked. */
static bool add_user(MyGlobals *globals, const MyAccount *account, Error *err)
{
    static const char *const verbs[] = {"CREATE USER IF NOT EXISTS", "ALTER USER"};
    bool secret = globals->scope->no_passwords;
    /* Several factors at once can't be altered. */
    bool may_alter = mysql_find_outside(account->identified, " AND IDENTIFIED ") == NULL;

    for (size_t i = 0; i < (may_alter ? ARRAY_LENGTH(verbs) : 1); i++) {
        const char *lock = account->is_locked || (secret && i == 0) ? " ACCOUNT LOCK"
                           : secret                                 ? ""
                                                                    : " ACCOUNT UNLOCK";

        buffer_clear(&globals->sql);
        buffer_printf(&globals->sql, "%s %s%s%s%s%s", verbs[i], account->name,
                      secret ? "" : account->identified, account->limits, lock, account->tail);
        if (!my_globals_add(globals, MY_GLOBAL_USER, err)) {
            return false;
        }
    }
    if (!account->is_expired || secret) {
        return true;
    }
    buffer_clear(&globals->sql);
    buffer_printf(&globals->sql, "ALTER USER %s PASSWORD EXPIRE", account->name);
    return my_globals_add(globals, MY_GLOBAL_USER, err);
}

static bool add_role(MyGlobals *globals, const MyAccount *account, Error *err)
{
    buffer_clear(&globals->sql);
    buffer_printf(&globals->sql, "CREATE ROLE IF NOT EXISTS %s WITH ADMIN " MY_HELPER_ROLE,
                  account->name);
    return my_globals_add(globals, MY_GLOBAL_ROLE, err);
}

static bool add_accounts(MyGlobals *globals, Error *err)
{
    for (size_t i = 0; i < globals->accounts.len; i++) {
        const MyAccount *account = &globals->accounts.items[i];

        if (!account->is_public && !(account->is_role ? add_role(globals, account, err)
                                                      : add_user(globals, account, err))) {
            return false;
        }
    }
    return true;
}

/* --- Grants ----------------------------------------------------------------------------------- */

/* A query's rows, each handed to add. */
static bool each_row(MyGlobals *globals, const char *sql, const char *what,
                     bool (*add)(MyGlobals *globals, MYSQL_ROW row, Error *err), Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (!my_query(globals->connection, sql, &result, err)) {
        return error_prefix(err, "reading %s", what);
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        ok = add(globals, row, err);
    }
    mysql_free_result(result);
    return ok;
}

/* Of MariaDB, host is NULL for a role. A record may have outlived the user. */
static bool names_account(MyGlobals *globals, const char *user, const char *host)
{
    buffer_clear(&globals->sql);
    mysql_put_account(&globals->sql, user, host);
    return globals->sql.data != NULL && has_account(globals, globals->sql.data);
}

static const char *host_of(const MyGlobals *globals, const char *host)
{
    return my_is_mariadb(globals->connection) && host[0] == '\0' ? NULL : host;
}

/* role, its host, user, his host, with admin option? */
static bool add_role_grant(MyGlobals *globals, MYSQL_ROW row, Error *err)
{
    Buffer *sql = &globals->sql;
    const char *role_host = row[1];
    const char *host = host_of(globals, row[3]);

    if (!names_account(globals, row[0], role_host) || !names_account(globals, row[2], host)) {
        return true;
    }
    buffer_clear(sql);
    buffer_puts(sql, "GRANT ");
    mysql_put_account(sql, row[0], role_host);
    buffer_puts(sql, " TO ");
    mysql_put_account(sql, row[2], host);
    buffer_puts(sql, strcmp(row[4], "Y") == 0 ? " WITH ADMIN OPTION" : "");
    return my_globals_add(globals, MY_GLOBAL_ROLE_GRANT, err);
}

static bool add_role_grants(MyGlobals *globals, Error *err)
{
    return each_row(globals,
                    my_is_mariadb(globals->connection)
                        ? "SELECT Role, NULL, User, Host, Admin_option FROM mysql.roles_mapping"
                          " ORDER BY binary User, binary Host, binary Role"
                        : "SELECT FROM_USER, FROM_HOST, TO_USER, TO_HOST, WITH_ADMIN_OPTION"
                          "  FROM mysql.role_edges"
                          " ORDER BY binary TO_USER, binary TO_HOST, binary FROM_USER,"
                          "          binary FROM_HOST",
                    "who has which role", add_role_grant, err);
}

/* role, its host, user, his host. A user may have several. */
static bool add_default_role(MyGlobals *globals, MYSQL_ROW row, Error *err)
{
    Buffer *sql = &globals->sql;
    size_t n = globals->items.len;
    MyGlobal *last = n == 0 ? NULL : &globals->items.items[n - 1];
    size_t shared;

    if (!names_account(globals, row[0], row[1]) || !names_account(globals, row[2], row[3])) {
        return true;
    }
    buffer_clear(sql);
    buffer_puts(sql, "ALTER USER ");
    mysql_put_account(sql, row[2], row[3]);
    buffer_puts(sql, " DEFAULT ROLE ");
    shared = sql->len;
    if (last != NULL && last->kind == MY_GLOBAL_DEFAULT_ROLE && buffer_ok(sql, "a role", err) &&
        strncmp(last->sql, sql->data, shared) == 0) {
        buffer_clear(sql);
        buffer_printf(sql, "%s, ", last->sql);
        globals->items.len--;
    }
    mysql_put_account(sql, row[0], row[1]);
    return my_globals_add(globals, MY_GLOBAL_DEFAULT_ROLE, err);
}

static bool add_default_roles(MyGlobals *globals, Error *err)
{
    if (!my_is_mariadb(globals->connection)) {
        return each_row(globals,
                        "SELECT DEFAULT_ROLE_USER, DEFAULT_ROLE_HOST, USER, HOST"
                        "  FROM mysql.default_roles"
                        " ORDER BY binary USER, binary HOST, binary DEFAULT_ROLE_USER,"
                        "          binary DEFAULT_ROLE_HOST",
                        "default roles", add_default_role, err);
    }
    for (size_t i = 0; i < globals->accounts.len; i++) {
        const MyAccount *account = &globals->accounts.items[i];

        if (account->default_role == NULL || account->default_role[0] == '\0') {
            continue;
        }
        buffer_clear(&globals->sql);
        buffer_puts(&globals->sql, "SET DEFAULT ROLE ");
        mysql_quote_identifier(&globals->sql, account->default_role);
        buffer_printf(&globals->sql, " FOR %s", account->name);
        if (!my_globals_add(globals, MY_GLOBAL_DEFAULT_ROLE, err)) {
            return false;
        }
    }
    return true;
}

/* proxied user, his host, user, his host, with grant option? MariaDB 11.8's SHOW GRANTS quotes
 * these names as if none had a quote in it. MariaDB itself calls no host %, once it is granted. */
static bool add_proxy(MyGlobals *globals, MYSQL_ROW row, Error *err)
{
    bool any_host = my_is_mariadb(globals->connection) && row[1][0] == '\0';
    Buffer *sql = &globals->sql;

    if (!names_account(globals, row[2], host_of(globals, row[3]))) {
        return true;
    }
    buffer_clear(sql);
    buffer_puts(sql, "GRANT PROXY ON ");
    mysql_put_account(sql, row[0], any_host ? "%" : row[1]);
    buffer_puts(sql, " TO ");
    mysql_put_account(sql, row[2], host_of(globals, row[3]));
    buffer_puts(sql, strcmp(row[4], "0") == 0 ? "" : " WITH GRANT OPTION");
    return my_globals_add(globals, MY_GLOBAL_GRANT, err);
}

/* Grants on what is gone: the server keeps them, and makes no new ones. */
static bool is_left_over(MyGlobals *globals, const char *line, const MysqlGrant *grant)
{
    const char *create = strstr(line, "CREATE");
    const char *object = line + grant->object;

    /* Whoever may make the table may be given rights to it before it is there. */
    if ((create != NULL && create < object &&
         (create[6] == ',' || strncmp(create + 6, " ON", 3) == 0)) ||
        strncmp(line, "GRANT ALL PRIVILEGES ", 21) == 0) {
        return false;
    }
    for (size_t i = 0; i < globals->gone.len; i++) {
        if (strlen(globals->gone.items[i]) == grant->object_len &&
            strncmp(globals->gone.items[i], object, grant->object_len) == 0) {
            return true;
        }
    }
    return false;
}

static bool add_left_over(MyGlobals *globals, const char *line, Error *err)
{
    event_text(globals->context->events, EVENT_NOTICE,
               "%s: not in the backup, for what it is on isn't there", line);
    buffer_clear(&globals->sql);
    buffer_printf(&globals->sql, "What this is on isn't there: %s", line);
    return my_globals_add(globals, MY_GLOBAL_REMARK, err);
}

/* MariaDB also tells here what others grant to the user, by way of roles, and his password. */
static bool add_grant(MyGlobals *globals, const MyAccount *account, const char *line, Error *err)
{
    Buffer *sql = &globals->sql;
    bool mariadb = my_is_mariadb(globals->connection);
    bool on_server;
    MysqlGrant grant;

    if (!mysql_read_grant(line, &grant) || grant.level <= MYSQL_GRANT_PROXY ||
        strlen(account->name) != grant.grantee_len ||
        strncmp(line + grant.grantee, account->name, grant.grantee_len) != 0) {
        return true;
    }
    on_server = grant.level == MYSQL_GRANT_SERVER;
    if (grant.level == MYSQL_GRANT_OBJECT && is_left_over(globals, line, &grant)) {
        return add_left_over(globals, line, err);
    }
    buffer_clear(sql);
    if (mariadb && on_server) {
        buffer_append(sql, line, grant.grantee + grant.grantee_len);
        buffer_puts(sql, account->may_grant ? " WITH GRANT OPTION" : "");
    } else {
        buffer_puts(sql, line);
    }
    if (on_server && strncmp(line, "GRANT USAGE ", 12) == 0 &&
        (sql->data == NULL || sql->len == grant.grantee + grant.grantee_len)) {
        return true; /* it says nothing */
    }
    return my_globals_add(
        globals, grant.level == MYSQL_GRANT_OBJECT ? MY_GLOBAL_OBJECT_GRANT : MY_GLOBAL_GRANT, err);
}

static int compare_lines(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The server has them in no order; in this one, what is revoked comes behind what is granted. */
static bool add_sorted(MyGlobals *globals, const MyAccount *account, MYSQL_RES *result, Error *err)
{
    VEC(const char *) lines = {0};
    bool ok = true;
    MYSQL_ROW row;

    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        ok = vec_push(&lines, row[0]) || error_set_memory(err, "privileges");
    }
    if (lines.len > 0) {
        qsort(lines.items, lines.len, sizeof *lines.items, compare_lines);
    }
    for (size_t i = 0; ok && i < lines.len; i++) {
        ok = add_grant(globals, account, lines.items[i], err);
    }
    vec_free(&lines);
    return ok;
}

static bool add_grants(MyGlobals *globals, const MyAccount *account, Error *err)
{
    MYSQL_RES *result;
    bool ok;

    buffer_clear(&globals->sql);
    buffer_printf(&globals->sql, "SHOW GRANTS FOR %s", account->name);
    if (!buffer_ok(&globals->sql, "a query", err) ||
        !my_query(globals->connection, globals->sql.data, &result, err)) {
        return error_prefix(err, "the user %s", account->name);
    }
    ok = add_sorted(globals, account, result, err);
    mysql_free_result(result);
    return ok;
}

/* type, or NULL for a table; database, name. As SHOW GRANTS has it. */
static bool add_gone(MyGlobals *globals, MYSQL_ROW row, Error *err)
{
    Buffer *sql = &globals->sql;
    const char *name;

    buffer_clear(sql);
    if (row[0] != NULL) {
        buffer_printf(sql, "%s ", row[0]);
    }
    mysql_quote_identifier(sql, row[1]);
    buffer_putc(sql, '.');
    mysql_quote_identifier(sql, row[2]);
    if (!buffer_ok(sql, "a name", err)) {
        return false;
    }
    name = arena_strdup(&globals->arena, sql->data);
    return arena_ok(&globals->arena, "names", err) &&
           (vec_push(&globals->gone, name) || error_set_memory(err, "names"));
}

static bool read_gone(MyGlobals *globals, Error *err)
{
    static const char tables[] =
        "SELECT DISTINCT NULL, p.Db, p.Table_name"
        "  FROM mysql.tables_priv p LEFT JOIN information_schema.TABLES t"
        "    ON binary t.TABLE_SCHEMA = binary p.Db AND binary t.TABLE_NAME = binary p.Table_name"
        " WHERE t.TABLE_NAME IS NULL";
    static const char routines[] =
        "SELECT DISTINCT p.Routine_type, p.Db, p.Routine_name"
        "  FROM mysql.procs_priv p LEFT JOIN information_schema.ROUTINES r"
        "    ON binary r.ROUTINE_SCHEMA = binary p.Db"
        "   AND binary lower(r.ROUTINE_NAME) = binary lower(p.Routine_name)"
        " WHERE r.ROUTINE_NAME IS NULL";

    return each_row(globals, tables, "grants on tables", add_gone, err) &&
           each_row(globals, routines, "grants on routines", add_gone, err);
}

static bool add_privileges(MyGlobals *globals, Error *err)
{
    static const char proxies[] =
        "SELECT Proxied_user, Proxied_host, User, Host, With_grant FROM mysql.proxies_priv"
        " ORDER BY binary User, binary Host, binary Proxied_user, binary Proxied_host";

    if (!read_gone(globals, err)) {
        return false;
    }
    for (size_t i = 0; i < globals->accounts.len; i++) {
        if (!add_grants(globals, &globals->accounts.items[i], err)) {
            return false;
        }
    }
    return each_row(globals, proxies, "who may be whose proxy", add_proxy, err);
}

bool my_globals_read(MyGlobals *globals, Error *err)
{
    unsigned leave_out = globals->scope->leave_out;

    return my_accounts_read(globals, true, err) &&
           ((leave_out & TEXT_BIT(TEXT_TABLESPACE)) != 0 || my_tablespaces_add(globals, err)) &&
           add_accounts(globals, err) && add_role_grants(globals, err) &&
           add_default_roles(globals, err) &&
           ((leave_out & TEXT_BIT(TEXT_PRIVILEGE)) != 0 || add_privileges(globals, err)) &&
           my_servers_add(globals, err) && my_functions_add(globals, err);
}
