/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A connection to MySQL or MariaDB. Only the folder of this header includes mysql.h.
 * One thread at a time. A wait for the server ends when a cancel is requested: the statement is
 * then killed on the server. Errors carry the server's number and SQLSTATE.
 */
#ifndef DBB_ENGINE_MYSQL_CONNECTION_H
#define DBB_ENGINE_MYSQL_CONNECTION_H

#include <mysql.h>

#include "engine/mysql/place.h"
#include "engine/trace.h"

typedef struct MyConnection MyConnection;

/* Numbers of the server's errors that somebody asks for. */
enum {
    MY_ER_DBACCESS_DENIED = 1044,
    MY_ER_DUP_KEYNAME = 1061,
    MY_ER_TABLEACCESS_DENIED = 1142,
    MY_ER_LOCK_WAIT_TIMEOUT = 1205,
    MY_ER_DEADLOCK = 1213,
    MY_ER_SPECIFIC_ACCESS_DENIED = 1227,
    MY_ER_VIEW_INVALID = 1356,
    MY_ER_FK_DUP_NAME = 1826,
};

/* Connects without choosing a database. Asks for a password as ServerOptions say. may_load: my_load
 * will be called. server, place and context must outlive it. */
bool my_connect(const ServerOptions *server, const MyPlace *place, const EngineContext *context,
                bool may_load, MyConnection **out, Error *err) MUST_CHECK;
/* Another one to the same place, without asking again. */
bool my_connect_beside(const MyConnection *connection, MyConnection **out, Error *err) MUST_CHECK;
void my_disconnect(MyConnection *connection); /* NULL is fine */

bool my_is_mariadb(const MyConnection *connection);
unsigned long my_version_number(const MyConnection *connection); /* 101119: 10.11.19 */
const char *my_version(const MyConnection *connection);

Trace *my_trace(MyConnection *connection); /* for the names of queries, and for jobs */

/* Runs one statement; rows it returns are dropped. */
bool my_exec(MyConnection *connection, const char *sql, size_t len, Error *err) MUST_CHECK;
bool my_exec_text(MyConnection *connection, const char *sql, Error *err) MUST_CHECK;
/* Runs a LOAD DATA LOCAL, of whatever name of a file: what it loads is data. No file is ever read.
 */
bool my_load(MyConnection *connection, const char *sql, const char *data, size_t len,
             Error *err) MUST_CHECK;
/* Around calls of libmariadb that stand elsewhere: between them its waits are this connection's. A
 * cancel wins over what such a call says; ok: nothing went wrong. The trace shows them by the name.
 */
bool my_calls_begin(MyConnection *connection, const char *name, Error *err) MUST_CHECK;
bool my_calls_end(MyConnection *connection, bool ok, Error *err) MUST_CHECK;
MYSQL *my_handle(const MyConnection *connection);
/* What libmariadb said, as an error; or why the connection was given up, of which it only knows
 * that it was. Returns false. */
bool my_fail(const MyConnection *connection, unsigned number, const char *sqlstate,
             const char *message, Error *err);
/* Of the last my_exec: rows that an INSERT brought in, warnings that it raised. */
uint64_t my_affected_rows(const MyConnection *connection);
unsigned my_warning_count(const MyConnection *connection);
/* Whether a transaction is open, as the server said last. */
bool my_in_transaction(const MyConnection *connection);
/* The number of the server's last error; 0: it was none of the server's. */
unsigned my_errno(const MyConnection *connection);

/* All rows, in memory; freed with mysql_free_result. */
bool my_query(MyConnection *connection, const char *sql, MYSQL_RES **out, Error *err) MUST_CHECK;
/* The number that the query yields; 0 for none. */
bool my_ask_number(MyConnection *connection, const char *sql, uint64_t *n, Error *err) MUST_CHECK;
/* Whether it yields a 1. */
bool my_ask(MyConnection *connection, const char *sql, bool *yes, Error *err) MUST_CHECK;
/* Rows come one by one, with my_next_row, until *row is NULL. Nothing else can run meanwhile. */
bool my_stream(MyConnection *connection, const char *sql, MYSQL_RES **out, Error *err) MUST_CHECK;
bool my_next_row(MyConnection *connection, MYSQL_RES *result, MYSQL_ROW *row,
                 Error *err) MUST_CHECK;

#endif
