/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A prepared INSERT that takes many rows at once: MariaDB's array binding (COM_STMT_BULK_EXECUTE).
 * The server reads values of known length instead of a text, so it is quicker than LOAD DATA by a
 * fifth; and other sessions may load the same table meanwhile, which a LOAD DATA keeps off until
 * its end where the table has AUTO_INCREMENT. A server whose binary log is of statements refuses
 * it.
 */
#ifndef DBB_ENGINE_MYSQL_BULK_H
#define DBB_ENGINE_MYSQL_BULK_H

#include "engine/mysql/connection.h"
#include "sql/mysql_load.h"

/* Begin with {0}. */
typedef struct MyBulk {
    MyConnection *connection;
    MYSQL_STMT *statement;
    size_t n_columns;
    /* For each cell, column by column: */
    size_t room; /* cells that there is room for */
    char **starts;
    unsigned long *lens;
    char *indicators; /* whether it is NULL */
    MYSQL_BIND *binds;
} MyBulk;

/* Whether the server knows of it. */
bool my_has_bulk(const MyConnection *connection);
/* `insert` has a ? for each column. */
bool my_bulk_open(MyBulk *bulk, MyConnection *connection, const char *insert, size_t n_columns,
                  Error *err) MUST_CHECK;
void my_bulk_close(MyBulk *bulk); /* before the connection is; {0} is fine */
/* Bytes that the server gets, all in all. */
size_t my_bulk_size(const MyBulk *bulk, const MysqlCells *cells);
/* As bytes, whatever the columns are. my_affected_rows and my_warning_count tell what came of it.
 */
bool my_bulk_run(MyBulk *bulk, const MysqlCells *cells, Error *err) MUST_CHECK;

#endif
