/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the data of a COPY in the text format can be cut, so that two COPYs of the pieces take the
 * same rows as one COPY of the whole. That is at a line's end, but:
 * - a newline with a backslash before it is data. A backslash may also be the last byte of a
 *   character in some encodings, so behind any backslash nothing is cut;
 * - whether lines end in CR LF or LF the server learns from the first line, and then finds fault
 *   with the others. So a piece must begin with a line that ends as the first one does.
 */
#ifndef DBB_SQL_COPY_ROWS_H
#define DBB_SQL_COPY_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum LineEnd {
    LINE_END_UNKNOWN, /* no line has ended yet */
    LINE_END_LF,
    LINE_END_CR_LF,
    LINE_END_OTHER, /* a CR elsewhere in it: may mean anything */
} LineEnd;

/* What is known of a block's data so far. Begin with {0}. */
typedef struct CopyRows {
    LineEnd line_end; /* of the block's first line */
    bool row_ends;    /* the last byte ends a row for certain */
    bool first_cr;    /* a CR in what has come of the first line */
    char last_byte;
    bool uncertain; /* some newline may be data: `rows` may be too many */
    uint64_t rows;  /* newlines */
} CopyRows;

/* The next bytes of the block, with so many newlines in them; len isn't 0. */
void copy_rows_add(CopyRows *rows, const char *data, size_t len, uint64_t newlines);
/* May a piece begin with these bytes, which come next? */
bool copy_rows_can_cut(const CopyRows *rows, const char *next, size_t len);

#endif
