/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the rows of the COPY block in a chunk of a table's data, as it flows by. */
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
} RowState;

typedef struct RowCounter {
    RowState state;
    size_t matched; /* letters of "COPY " */
    char quote;     /* the statement's open quote, or 0 */
    bool seen;      /* a COPY statement was */
    uint64_t rows;
} RowCounter;

/* A zeroed counter is at a chunk's start. */
void row_counter_add(RowCounter *counter, const char *text, size_t len);
/* False when the text ended inside a COPY block. */
bool row_counter_whole(const RowCounter *counter);

#endif
