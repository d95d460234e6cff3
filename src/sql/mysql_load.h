/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of an INSERT statement made into what a server reads faster: lines for LOAD DATA, or cells
 * for a prepared INSERT. What the server stores must be what it would store of the INSERT, so only
 * one spelling is known, that of our own backups:
 *
 *     INSERT INTO `t` (`a`, `b`) VALUES
 *     (1,'x\n'),
 *     (2,NULL)
 *
 * with numbers, '…' with backslashes, X'00FF', _latin1 X'E9' and NULL. Of anything else the
 * converter keeps off, and the statement has to go to the server as it is.
 *
 * The lines are bytes, for LOAD DATA … CHARACTER SET binary FIELDS TERMINATED BY '\t' ESCAPED BY
 * '\\' LINES TERMINATED BY '\n'. The server takes those of a text for the column's own character
 * set, so a text is only converted where it is that in the statement, too. A cell's bytes are the
 * same without the backslashes; the server must be told that they are binary.
 */
#ifndef DBB_SQL_MYSQL_LOAD_H
#define DBB_SQL_MYSQL_LOAD_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/vec.h"

/* What a column takes, and so how it may be spelled. */
typedef enum MysqlLoadKind {
    MYSQL_LOAD_NUMBER, /* 1, -0.5e3, '-0' */
    MYSQL_LOAD_PLAIN,  /* dates, times, addresses: '…' of ASCII */
    MYSQL_LOAD_TEXT,   /* '…', and _charset X'…' of the column's own character set */
    MYSQL_LOAD_BYTES,  /* X'…' and '' */
} MysqlLoadKind;

typedef struct MysqlLoadColumn {
    MysqlLoadKind kind;
    const char *charset; /* of MYSQL_LOAD_TEXT: the column's; "utf8mb4" */
} MysqlLoadColumn;

/*
 * The statement's beginning, up to its first row: how many bytes it has, or 0 where it isn't
 * spelled as above. Appends the table's name and its columns' to names, without quotes, each ended
 * by a NUL; *n is how many columns these are.
 */
size_t mysql_load_head(const char *statement, size_t len, Buffer *names, size_t *n) MUST_CHECK;

/*
 * The rows behind it. Appends their lines to out and sets *n_rows. False where a value or a row
 * isn't spelled as above, or isn't what its column takes; what was appended is then good for
 * nothing. If out fails (buffer_ok tells) rows are missing in it.
 */
bool mysql_load_rows(const MysqlLoadColumn *columns, size_t n, const char *rows, size_t len,
                     Buffer *out, uint64_t *n_rows) MUST_CHECK;

typedef struct MysqlCell {
    size_t len; /* bytes */
    bool is_null;
} MysqlCell;

/* Freed by their owner, both of them. */
typedef struct MysqlCells {
    Buffer bytes; /* of all cells, row by row, with nothing in between */
    VEC(MysqlCell) items;
} MysqlCells;

/* The same into cells, which are cleared first. */
bool mysql_load_cells(const MysqlLoadColumn *columns, size_t n, const char *rows, size_t len,
                      MysqlCells *out, uint64_t *n_rows) MUST_CHECK;

#endif
