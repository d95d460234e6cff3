/* SPDX-License-Identifier: Apache-2.0 */
/* What a restore of globals must know of the server that it goes to. Nobody else includes this. */
#ifndef DBB_ENGINE_MYSQL_GLOBALS_TARGET_H
#define DBB_ENGINE_MYSQL_GLOBALS_TARGET_H

#include "engine/mysql/globals.h"
#include "sql/mysql_grant.h"

#define MY_CREATE_USER       "CREATE USER IF NOT EXISTS "
#define MY_CREATE_ROLE       "CREATE ROLE IF NOT EXISTS "
#define MY_CREATE_TABLESPACE "CREATE TABLESPACE "
#define MY_ALTER_USER        "ALTER USER "

/* A database that grants are on, and that isn't there. */
typedef struct MyMissing {
    const char *name;
    uint64_t n_grants;
} MyMissing;

typedef struct MyTarget {
    MyConnection *connection;
    const EngineContext *context;
    Arena arena;
    const char *self;       /* the account that we are; "" where it can't be told */
    VEC(const char *) made; /* beginnings of the statements that would make what is there, sorted */
    VEC(MyMissing) missing;
    MyGlobals there; /* all that was there when it was first asked for; */
    bool is_read;    /* it was asked for */
} MyTarget;

void my_target_init(MyTarget *target, MyConnection *connection, const EngineContext *context);
void my_target_free(MyTarget *target);
/* Who we are, and which users, roles, tablespaces and servers there are. */
bool my_target_ask(MyTarget *target, Error *err) MUST_CHECK;

/* Bytes of a CREATE or ALTER up to the end of the name; 0: it is something else. */
size_t my_statement_head(const char *statement);
/* Whether the statement makes what was there before. */
bool my_target_has(const MyTarget *target, const char *statement);
/* Whether it changes our own account, or takes from it. */
bool my_target_is_self(const MyTarget *target, const char *statement, const MysqlGrant *grant);
/* Whether a backup of the server, as it was, would hold the very same statement: then there is
 * nothing to do. Of a server that we may not read all of, nobody knows. */
bool my_target_holds(MyTarget *target, const char *statement);
/* Whether a grant is on something in a database that isn't there. With `ask`, the server is asked;
 * without, that must have been found before. */
bool my_target_lacks(MyTarget *target, const char *statement, const MysqlGrant *grant, bool ask,
                     bool *lacks, Error *err) MUST_CHECK;
/* Warns of grants that were passed over. */
void my_target_tell(const MyTarget *target);

#endif
