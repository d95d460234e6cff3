/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the rows in a chunk of a table's data, as it flows by: those of a COPY block, or of INSERT
 * statements with a row in each line. */
#ifndef DBB_ARCHIVE_ROW_COUNTER_H
#define DBB_ARCHIVE_ROW_COUNTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum RowState {
    ROW_OUTSIDE_START, /* at a line's start, outside a COPY block */
    ROW_OUTSIDE,
    ROW_STATEMENT, /* in COPY …; */
    ROW_STATEMENT_END,
    ROW_START, /* at a row's start */
    ROW_BACKSLASH,
    ROW_DOT, /* \. so far */
    ROW_INSIDE,
    ROW_INSERT,       /* in INSERT INTO … VALUES, up to the line's end */
    ROW_VALUES_START, /* at the start of a line with a row */
    ROW_VALUES,
} RowState;

typedef struct RowCounter {
    RowState state;
    unsigned word;  /* which of the words that begin a statement is looked at */
    size_t matched; /* letters of it */
    char quote;     /* the statement's open quote, or 0 */
    char last;      /* ROW_VALUES: the byte before */
    bool seen;      /* such a statement was */
    uint64_t rows;
} RowCounter;

/* A zeroed counter is at a chunk's start. */
void row_counter_add(RowCounter *counter, const char *text, size_t len);
/* False when the text ended inside a COPY block or a statement. */
bool row_counter_whole(const RowCounter *counter);

#endif
