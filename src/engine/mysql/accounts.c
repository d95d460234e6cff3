/* SPDX-License-Identifier: Apache-2.0 */
/* The users and roles of a server, from its own tables; not the few that come with every server and
 * are nobody's: root does belong to a backup. */
#include <stdlib.h>
#include <string.h>

#include "engine/mysql/globals.h"
#include "sql/mysql_grant.h"

enum { TEXT_LIMIT = 1 << 20 };

/* A leftover helper role is of a restore that broke off. */
static const char users_of_mariadb[] =
    "SELECT User, Host, coalesce(json_value(Priv, '$.is_role'), 'false') IN ('true', '1'),"
    "       json_remove(Priv, '$.access'),"
    "       (cast(coalesce(json_value(Priv, '$.access'), '0') AS unsigned) & 1024) <> 0"
    "  FROM mysql.global_priv"
    " WHERE NOT (User = 'mariadb.sys' AND Host = 'localhost')"
    "   AND NOT (User = '" MY_HELPER_ROLE "' AND Host = '')"
    " ORDER BY binary User, binary Host";

static const char users_of_mysql[] =
    "SELECT User, Host, 0, NULL, 0, x509_subject, x509_issuer, ssl_cipher,"
    "       json_contains_path(coalesce(User_attributes, '{}'), 'one', '$.additional_password')"
    "  FROM mysql.user"
    " WHERE NOT (User IN ('mysql.sys', 'mysql.session', 'mysql.infoschema') AND Host = 'localhost')"
    " ORDER BY binary User, binary Host";

/* Columns of both; the rest is MySQL's alone. */
enum { USER, HOST, IS_ROLE, RECORD, MAY_GRANT, SUBJECT, ISSUER, CIPHER, SECOND_PASSWORD };

static bool read_json(MyGlobals *globals, MyAccount *account, const char *json, Error *err)
{
    Buffer unknown;
    bool ok;

    buffer_init(&unknown, TEXT_LIMIT);
    ok = my_account_from_json(json, &globals->arena, &globals->sql, account, &unknown) ||
         error_set(err, ERR_SERVER, "the user %s: its record in mysql.global_priv can't be read",
                   account->name);
    if (unknown.len > 0) {
        event_text(globals->context->events, EVENT_WARNING,
                   "the user %s has what this version doesn't know of, and isn't in the backup:%s",
                   account->name, unknown.data);
    }
    buffer_free(&unknown);
    return ok;
}

/* The server says it of one user at a time only. */
static bool read_shown(MyGlobals *globals, MyAccount *account, const MyCertificate *certificate,
                       Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok;

    buffer_clear(&globals->sql);
    buffer_printf(&globals->sql, "SHOW CREATE USER %s", account->name);
    if (!buffer_ok(&globals->sql, "a query", err) ||
        !my_query(globals->connection, globals->sql.data, &result, err)) {
        return error_prefix(err, "the user %s", account->name);
    }
    row = mysql_fetch_row(result);
    ok = row != NULL && row[0] != NULL &&
         my_account_from_sql(row[0], certificate, &globals->arena, &globals->sql, account);
    mysql_free_result(result);
    return ok || error_set(err, ERR_SERVER, "the user %s: SHOW CREATE USER can't be understood",
                           account->name);
}

static bool read_details(MyGlobals *globals, MyAccount *account, MYSQL_ROW row, Error *err)
{
    MyCertificate certificate;

    if (account->is_role) {
        return true;
    }
    if (my_is_mariadb(globals->connection)) {
        return read_json(globals, account, row[RECORD], err);
    }
    certificate = (MyCertificate){row[SUBJECT], row[ISSUER], row[CIPHER]};
    if (strcmp(row[SECOND_PASSWORD], "1") == 0) {
        event_text(
            globals->context->events, EVENT_WARNING,
            "the user %s has a second password (RETAIN CURRENT PASSWORD), which isn't in the "
            "backup: no statement could bring it back",
            account->name);
    }
    return read_shown(globals, account, &certificate, err);
}

static bool read_account(MyGlobals *globals, MYSQL_ROW row, bool details, Error *err)
{
    bool is_role = strcmp(row[IS_ROLE], "1") == 0;
    bool is_public = is_role && strcmp(row[USER], "PUBLIC") == 0;
    MyAccount account = {.is_role = is_role, .is_public = is_public};

    buffer_clear(&globals->sql);
    if (is_public) {
        buffer_puts(&globals->sql, "PUBLIC");
    } else {
        mysql_put_account(&globals->sql, row[USER], is_role ? NULL : row[HOST]);
    }
    if (!buffer_ok(&globals->sql, "a user's name", err)) {
        return false;
    }
    account.name = arena_strdup(&globals->arena, globals->sql.data);
    account.may_grant = strcmp(row[MAY_GRANT], "1") == 0;
    return arena_ok(&globals->arena, "the users", err) &&
           (!details || read_details(globals, &account, row, err)) &&
           arena_ok(&globals->arena, "the users", err) &&
           (vec_push(&globals->accounts, account) || error_set_memory(err, "the users"));
}

bool my_accounts_read(MyGlobals *globals, bool details, Error *err)
{
    bool mariadb = my_is_mariadb(globals->connection);
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (!my_query(globals->connection, mariadb ? users_of_mariadb : users_of_mysql, &result, err)) {
        return error_prefix(err, "reading the users");
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        ok = read_account(globals, row, details, err);
    }
    mysql_free_result(result);
    return ok;
}
