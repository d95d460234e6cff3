/* SPDX-License-Identifier: Apache-2.0 */
/* Counts calls of libpq and libmariadb, and fails one of them: the connection is shut down before
 * it, so that the library itself finds that out; or the function says that it failed. Functions
 * that only tell what the library knows aren't counted. */
#include <libpq-fe.h>
#include <mysql.h>
#include <sys/socket.h>

#include "fault.h"

/* The call of a function that has a connection. */
#define PQ_CALL(type, name, parameters, arguments, failure)                                        \
    type name parameters                                                                           \
    {                                                                                              \
        static type(*real) parameters;                                                             \
        FaultKind kind = fault_at(FAULT_LIBPQ, #name);                                             \
                                                                                                   \
        if (real == NULL) {                                                                        \
            fault_next(#name, &real);                                                              \
        }                                                                                          \
        if (kind == FAULT_LOST) {                                                                  \
            (void)shutdown(PQsocket(conn), SHUT_RDWR);                                             \
        }                                                                                          \
        return kind == FAULT_FAIL ? (failure) : real arguments;                                    \
    }

/* One that has none: it can only say that it failed. */
#define PQ_ALONE(type, name, parameters, arguments, failure)                                       \
    type name parameters                                                                           \
    {                                                                                              \
        static type(*real) parameters;                                                             \
        FaultKind kind = fault_at(FAULT_LIBPQ, #name);                                             \
                                                                                                   \
        if (real == NULL) {                                                                        \
            fault_next(#name, &real);                                                              \
        }                                                                                          \
        return kind != FAULT_NONE ? (failure) : real arguments;                                    \
    }

PQ_ALONE(PGconn *, PQconnectStartParams,
         (const char *const *keywords, const char *const *values, int expand),
         (keywords, values, expand), NULL)
PQ_ALONE(PQconninfoOption *, PQconninfo, (PGconn * conn), (conn), NULL)
PQ_ALONE(PQconninfoOption *, PQconninfoParse, (const char *text, char **message), (text, message),
         NULL)
PQ_ALONE(PGcancel *, PQgetCancel, (PGconn * conn), (conn), NULL)
PQ_ALONE(int, PQsetnonblocking, (PGconn * conn, int on), (conn, on), -1)
PQ_ALONE(int, PQsetSingleRowMode, (PGconn * conn), (conn), 0)
PQ_ALONE(int, PQenterPipelineMode, (PGconn * conn), (conn), 0)
PQ_ALONE(int, PQexitPipelineMode, (PGconn * conn), (conn), 0)

PQ_CALL(PostgresPollingStatusType, PQconnectPoll, (PGconn * conn), (conn), PGRES_POLLING_FAILED)
PQ_CALL(int, PQsendQuery, (PGconn * conn, const char *query), (conn, query), 0)
PQ_CALL(int, PQsendQueryParams,
        (PGconn * conn, const char *command, int n, const Oid *types, const char *const *values,
         const int *lengths, const int *formats, int format),
        (conn, command, n, types, values, lengths, formats, format), 0)
PQ_CALL(int, PQpipelineSync, (PGconn * conn), (conn), 0)
PQ_CALL(int, PQflush, (PGconn * conn), (conn), -1)
PQ_CALL(int, PQconsumeInput, (PGconn * conn), (conn), 0)
PQ_CALL(PGresult *, PQgetResult, (PGconn * conn), (conn),
        PQmakeEmptyPGresult(conn, PGRES_FATAL_ERROR))
PQ_CALL(int, PQgetCopyData, (PGconn * conn, char **row, int async), (conn, row, async), -2)
PQ_CALL(int, PQputCopyData, (PGconn * conn, const char *data, int n), (conn, data, n), -1)
PQ_CALL(int, PQputCopyEnd, (PGconn * conn, const char *message), (conn, message), -1)

#define MY_CALL(type, name, parameters, arguments)                                                 \
    type STDCALL name parameters                                                                   \
    {                                                                                              \
        static type(*real) parameters;                                                             \
                                                                                                   \
        if (real == NULL) {                                                                        \
            fault_next(#name, &real);                                                              \
        }                                                                                          \
        if (fault_at(FAULT_LIBMARIADB, #name) != FAULT_NONE) {                                     \
            (void)shutdown(mysql_get_socket(mysql), SHUT_RDWR);                                    \
        }                                                                                          \
        return real arguments;                                                                     \
    }

#define MY_ALONE(type, name, parameters, arguments, failure)                                       \
    type STDCALL name parameters                                                                   \
    {                                                                                              \
        static type(*real) parameters;                                                             \
                                                                                                   \
        if (real == NULL) {                                                                        \
            fault_next(#name, &real);                                                              \
        }                                                                                          \
        return fault_at(FAULT_LIBMARIADB, #name) != FAULT_NONE ? (failure) : real arguments;       \
    }

MY_ALONE(MYSQL *, mysql_init, (MYSQL * mysql), (mysql), NULL)
MY_ALONE(int, mysql_options, (MYSQL * mysql, enum mysql_option option, const void *value),
         (mysql, option, value), 1)
MY_ALONE(MYSQL_STMT *, mysql_stmt_init, (MYSQL * mysql), (mysql), NULL)
MY_ALONE(MYSQL *, mysql_real_connect,
         (MYSQL * mysql, const char *host, const char *user, const char *password, const char *db,
          unsigned port, const char *socket, unsigned long flags),
         (mysql, host, user, password, db, port, socket, flags), NULL)

MY_CALL(int, mysql_query, (MYSQL * mysql, const char *text), (mysql, text))
MY_CALL(int, mysql_send_query, (MYSQL * mysql, const char *text, unsigned long len),
        (mysql, text, len))
MY_CALL(my_bool, mysql_read_query_result, (MYSQL * mysql), (mysql))
MY_CALL(MYSQL_RES *, mysql_store_result, (MYSQL * mysql), (mysql))
MY_CALL(MYSQL_RES *, mysql_use_result, (MYSQL * mysql), (mysql))
MY_CALL(int, mysql_next_result, (MYSQL * mysql), (mysql))

/* These know the connection by way of what was made on it. */
#define MY_CALL_OF(type, name, parameters, arguments, connection)                                  \
    type STDCALL name parameters                                                                   \
    {                                                                                              \
        static type(*real) parameters;                                                             \
        MYSQL *mysql = (connection);                                                               \
                                                                                                   \
        if (real == NULL) {                                                                        \
            fault_next(#name, &real);                                                              \
        }                                                                                          \
        if (fault_at(FAULT_LIBMARIADB, #name) != FAULT_NONE && mysql != NULL) {                    \
            (void)shutdown(mysql_get_socket(mysql), SHUT_RDWR);                                    \
        }                                                                                          \
        return real arguments;                                                                     \
    }

MY_CALL_OF(MYSQL_ROW, mysql_fetch_row, (MYSQL_RES * rows), (rows), rows->handle)
MY_CALL_OF(int, mysql_stmt_prepare, (MYSQL_STMT * statement, const char *text, unsigned long n),
           (statement, text, n), statement->mysql)
MY_CALL_OF(int, mysql_stmt_execute, (MYSQL_STMT * statement), (statement), statement->mysql)
