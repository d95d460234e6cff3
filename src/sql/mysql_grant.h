/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GRANT and REVOKE as MySQL and MariaDB themselves write them, and the accounts they are about.
 * Strings are as in a session whose sql_mode is empty.
 */
#ifndef DBB_SQL_MYSQL_GRANT_H
#define DBB_SQL_MYSQL_GRANT_H

#include "base/buffer.h"

typedef enum MysqlGrantLevel {
    MYSQL_GRANT_ROLE,     /* no ON: roles */
    MYSQL_GRANT_PROXY,    /* on an account */
    MYSQL_GRANT_SERVER,   /* *.* */
    MYSQL_GRANT_DATABASE, /* `database`.*, which need not exist */
    MYSQL_GRANT_OBJECT,   /* a table, some columns, or a routine, which must */
} MysqlGrantLevel;

typedef struct MysqlGrant {
    bool is_revoke;
    MysqlGrantLevel level;
    size_t object; /* places in the statement: what it is on, */
    size_t object_len;
    size_t grantee; /* to whom, as it is spelled, */
    size_t grantee_len;
} MysqlGrant;

/* False for what is neither. */
bool mysql_read_grant(const char *sql, MysqlGrant *out);
/* The database of a grant on an object, without quotes. */
void mysql_grant_database(const char *sql, const MysqlGrant *grant, Buffer *name);

/* Where the words stand outside of quotes, at `from` or behind it; NULL where they don't. */
const char *mysql_find_outside(const char *from, const char *words);
/* The bytes of the account's or role's name that text begins with: `user`@`host`, 'user'@'host',
 * `role`, PUBLIC. */
size_t mysql_account_len(const char *text);
/* `user`@`host`; host is NULL for MariaDB's roles. */
void mysql_put_account(Buffer *out, const char *user, const char *host);

#endif
