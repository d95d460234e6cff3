/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table's INSERT statements, done in a quicker way where the result is certain to be the same:
 * into InnoDB tables without triggers, of types and spellings that are known. MariaDB takes a
 * prepared INSERT of many rows (bulk.h); any server that allows it a LOAD DATA LOCAL.
 *
 * A server that loads a file of the client's skips what it doesn't like, or alters it, and only
 * warns. So each statement is a savepoint's: only where all of its rows came in, without a warning,
 * it is taken for done. Otherwise it is undone, and the INSERT runs and says what is wrong.
 */
#ifndef DBB_ENGINE_MYSQL_LOAD_H
#define DBB_ENGINE_MYSQL_LOAD_H

#include "base/arena.h"
#include "base/vec.h"
#include "engine/mysql/bulk.h"
#include "engine/mysql/restore_session.h"
#include "sql/lexer.h"
#include "sql/mysql_load.h"

/* Of one table's rows. Begin with my_load_init. */
typedef struct MyLoad {
    Buffer head;   /* of the INSERTs for which the following holds; empty: none was seen yet */
    bool is_good;  /* that these can be loaded */
    Buffer sql;    /* the LOAD DATA */
    Buffer values; /* the prepared INSERT's: a ? for each column */
    bool by_bulk;  /* that these can be a prepared INSERT's */
    MyBulk bulk;   /* opened with the first rows */
    MysqlCells cells;
    Buffer names; /* the table's and its columns' */
    Arena arena;  /* the columns' character sets */
    VEC(MysqlLoadColumn) columns;
    Buffer lines;
} MyLoad;

void my_load_init(MyLoad *load);
void my_load_free(MyLoad *load);
/* An INSERT, within a transaction. Unless it sets *done, which it may leave undone without an
 * error, the statement has yet to be run. */
bool my_load_insert(MyLoad *load, RestoreSession *session, const SqlToken *insert, bool *done,
                    uint64_t *rows, Error *err) MUST_CHECK;

#endif
