/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a statement of MySQL or MariaDB is, as far as a restore must know. Comments in front of it
 * are passed over; what stands in a comment that the server runs counts.
 */
#ifndef DBB_SQL_MYSQL_STATEMENT_H
#define DBB_SQL_MYSQL_STATEMENT_H

#include "base/buffer.h"

typedef enum MysqlStatement {
    MYSQL_OTHER,
    MYSQL_UNKNOWN, /* it begins with a word that no statement begins with */
    MYSQL_EMPTY,   /* nothing but comments */
    MYSQL_INSERT,  /* INSERT, REPLACE */
    MYSQL_ANALYZE, /* ANALYZE TABLE: it yields rows, and tells errors in them */
    MYSQL_LOCKS,   /* LOCK TABLES, UNLOCK TABLES */
    MYSQL_LOGS,    /* SET of what goes into the server's binary log: SQL_LOG_BIN, GTID_PURGED */
    MYSQL_USE,     /* these name a database */
    MYSQL_CREATE_DATABASE,
    MYSQL_DROP_DATABASE,
    MYSQL_ALTER_DATABASE, /* which may name none: the session's own */
} MysqlStatement;

/* database: where the name goes, without quotes. */
MysqlStatement mysql_statement(const char *statement, size_t len, Buffer *database);
/* The statement without the DEFINER = user that a CREATE may have: what it makes then belongs to
 * who runs it. */
void mysql_put_without_definer(Buffer *out, const char *statement, size_t len);
/* An ALTER DATABASE without the name that it may have: it is the session's own that it alters. */
void mysql_put_without_database(Buffer *out, const char *statement, size_t len);

#endif
