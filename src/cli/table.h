/* SPDX-License-Identifier: Apache-2.0 */
/* A table of text on stdout, its columns as wide as they need to be. */
#ifndef DBB_CLI_TABLE_H
#define DBB_CLI_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buffer.h"
#include "base/vec.h"

#define MOST_COLUMNS 8

typedef struct Table {
    const char *indent;
    size_t columns;
    const char *right; /* for each column 'r' when its text stands on the right, else 'l' */
    size_t widths[MOST_COLUMNS];
    Buffer text; /* the cells, each ended by a NUL */
    size_t cells;
} Table;

/* alignment: "llrr" makes four columns. */
void table_init(Table *table, const char *indent, const char *alignment);
void table_free(Table *table);
/* The next cell, row by row; headers are cells like others. */
void table_add(Table *table, const char *text);
bool table_print(const Table *table, FILE *out, Error *err) MUST_CHECK;

#endif
