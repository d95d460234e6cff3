/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bodies of routines, triggers and events.
 *
 * Where one ends in a script that knows no DELIMITER, as mydumper writes them: blocks are counted.
 * The stock client would cut at the first ';' within a block, which no server takes, so nothing
 * that it can load is cut otherwise here.
 */
#ifndef DBB_SQL_MYSQL_BODY_H
#define DBB_SQL_MYSQL_BODY_H

#include "base/buffer.h"

enum { MYSQL_BODY_DEPTH = 64 }; /* of blocks in blocks; what is deeper is cut at each ';' */

typedef enum MysqlHead {
    MYSQL_HEAD_NEW,
    MYSQL_HEAD_CREATE,  /* CREATE, and what may stand before its kind */
    MYSQL_HEAD_ROUTINE, /* it makes a routine, trigger or event */
    MYSQL_HEAD_OTHER,
} MysqlHead;

/* One statement, as far as it was read. All zeros: nothing of it. */
typedef struct MysqlBody {
    MysqlHead head;
    char before[16];  /* the token before, in lower case; cut */
    bool is_returned; /* behind RETURNS, before RETURN */
    bool is_handler;  /* within a DECLARE … HANDLER */
    bool no_backslashes;
    int depth;
    char blocks[MYSQL_BODY_DEPTH]; /* the first letters of what is open; 'e': CASE, a value */
} MysqlBody;

/* piece: what follows in the statement, up to a ';' that stands in no quotes and no comment.
 * Does the statement go on behind it? */
bool mysql_body_goes_on(MysqlBody *body, const char *piece, size_t len);
/* A trigger's text: the next column of NEW or OLD at *at or behind it, without quotes; *at is then
 * behind that. False: there are no more. */
bool mysql_next_row_column(const char **at, Buffer *column);

#endif
