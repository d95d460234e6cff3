/* SPDX-License-Identifier: Apache-2.0 */
/* The whole-server functions of mysql_engine; their contracts stand in engine/engine.h. */
#ifndef DBB_ENGINE_MYSQL_GLOBALS_H
#define DBB_ENGINE_MYSQL_GLOBALS_H

#include "engine/mysql/connection.h"

bool mysql_list_databases(const ServerOptions *server, const char *database,
                          const EngineContext *context, DatabaseList *list, Error *err) MUST_CHECK;
bool mysql_drop_database(const ServerOptions *server, const char *connect_to, const char *name,
                         const EngineContext *context, Error *err) MUST_CHECK;
bool mysql_globals_backup(const ServerOptions *server, const char *database,
                          const GlobalsScope *scope, const EngineContext *context, Writer *out,
                          GlobalsStats *stats, Error *err) MUST_CHECK;
bool mysql_globals_restore(const ServerOptions *server, const char *database,
                           const GlobalsTarget *target, const EngineContext *context,
                           const char *name, Reader *text, GlobalsStats *stats,
                           Error *err) MUST_CHECK;

/* --- Shared by the files that make them --- */

/* A role of MariaDB that is there only while a script of globals makes the others: whoever makes a
 * role may grant it, and nobody else may, not even root. */
#define MY_HELPER_ROLE "dbbackup_globals"

/* The line of a script that says so; without it a REVOKE takes nothing from a grant on all. */
#define MY_PARTIAL_REVOKES "-- partial_revokes = ON"

/* What a script of globals consists of, in its order. */
typedef enum MyGlobalKind {
    MY_GLOBAL_TABLESPACE,
    MY_GLOBAL_USER,
    MY_GLOBAL_ROLE, /* MariaDB's; those of MySQL are users */
    MY_GLOBAL_ROLE_GRANT,
    MY_GLOBAL_DEFAULT_ROLE,
    MY_GLOBAL_GRANT, /* on the server, on databases, to be a proxy; and MySQL's partial revokes */
    MY_GLOBAL_SERVER,
    MY_GLOBAL_OBJECT_GRANT, /* on what must be there */
    MY_GLOBAL_REMARK,       /* what no statement can bring along */
    N_MY_GLOBALS,
} MyGlobalKind;

typedef struct MyGlobal {
    MyGlobalKind kind;
    const char *sql; /* without its semicolon */
} MyGlobal;

/* A user, or a role. */
typedef struct MyAccount {
    const char *name; /* as in a statement */
    bool is_role;     /* of MariaDB */
    bool is_public;   /* MariaDB's PUBLIC: all users */
    /* The parts of CREATE USER, in its order, each with a blank before it; "" for none. */
    const char *identified;
    const char *limits; /* REQUIRE, WITH, PASSWORD EXPIRE … */
    bool is_locked;
    const char *tail;
    bool is_expired;          /* where CREATE USER can't say so together with the rest */
    bool may_grant;           /* of MariaDB: all that it may do anywhere */
    const char *default_role; /* of MariaDB, without quotes; NULL for none */
} MyAccount;

typedef VEC(MyAccount) MyAccountVec;

typedef struct MyGlobals {
    MyConnection *connection;
    const GlobalsScope *scope;
    const EngineContext *context;
    Arena arena; /* of all texts */
    Buffer sql;
    MyAccountVec accounts; /* without the server's own */
    VEC(MyGlobal) items;
    VEC(const char *) gone; /* what there are grants on and isn't there, as SHOW GRANTS has it */
} MyGlobals;

/* To the server, whatever the database; in *place, which must outlive the connection, and is to be
 * freed in any case. Strings are then spelled as an empty sql_mode has them. */
bool my_globals_connect(const ServerOptions *server, const char *database,
                        const EngineContext *context, MyPlace *place, MyConnection **out,
                        Error *err) MUST_CHECK;
/* Whether MySQL's partial_revokes is on. MariaDB has no such thing. */
bool my_globals_partial_revokes(MyConnection *connection, bool *on, Error *err) MUST_CHECK;
void my_globals_init(MyGlobals *globals, MyConnection *connection, const GlobalsScope *scope,
                     const EngineContext *context);
void my_globals_free(MyGlobals *globals);
/* All statements, those of each kind in the order in which they can be run. */
bool my_globals_read(MyGlobals *globals, Error *err) MUST_CHECK;
/* The accounts: without details only their names, and what is_role and is_public say. */
bool my_accounts_read(MyGlobals *globals, bool details, Error *err) MUST_CHECK;
/* Of these kinds, all there are. */
bool my_tablespaces_add(MyGlobals *globals, Error *err) MUST_CHECK;
bool my_servers_add(MyGlobals *globals, Error *err) MUST_CHECK;
bool my_functions_add(MyGlobals *globals, Error *err) MUST_CHECK;
/* Adds the text in globals->sql to the items. */
bool my_globals_add(MyGlobals *globals, MyGlobalKind kind, Error *err) MUST_CHECK;
/* Adds a statement of a script to the account. */
void my_globals_count(const char *statement, GlobalsStats *stats);

/* Reads MariaDB's record of a user, JSON, without the rights, into what CREATE USER says. False: it
 * can't be read. `unknown` gets the names of fields that nobody knows, a blank before each. */
bool my_account_from_json(const char *json, Arena *arena, Buffer *text, MyAccount *account,
                          Buffer *unknown);
/* The same of what MySQL's SHOW CREATE USER says. The names in certificates are given, for the
 * server quotes them as if no name had a quote in it. */
typedef struct MyCertificate {
    const char *subject;
    const char *issuer;
    const char *cipher;
} MyCertificate;

bool my_account_from_sql(const char *sql, const MyCertificate *certificate, Arena *arena,
                         Buffer *text, MyAccount *account);

#endif
