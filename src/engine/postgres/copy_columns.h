/* SPDX-License-Identifier: Apache-2.0 */
/* The types of the columns that a restore's rows go into: for which tables they are to go in COPY's
 * binary format. Once read, several threads may look into it. */
#ifndef DBB_ENGINE_POSTGRES_COPY_COLUMNS_H
#define DBB_ENGINE_POSTGRES_COPY_COLUMNS_H

#include "engine/postgres/connection.h"
#include "sql/binary_rows.h"

enum { COPY_COLUMNS_MAX = 1600 /* no table has more */ };

typedef struct CopyColumns CopyColumns;

/* One query for all tables, as they are now. */
bool copy_columns_read(PgConnection *connection, CopyColumns **out, Error *err) MUST_CHECK;
void copy_columns_free(CopyColumns *columns); /* NULL is fine */
/* The columns of the table that this COPY … FROM stdin; is into, as a backup writes the statement;
 * the table must be one that nobody has altered since. NULL where the rows had better go as text,
 * or must: their client_encoding may have a tab or a backslash within a character. */
const BinaryColumns *copy_columns_find(const CopyColumns *columns, PgConnection *connection,
                                       const char *statement);

/* The same for a single table, of whose columns these are the functions that copy_columns.sql
 * names. True when its rows are to go in the binary format; types has room for COPY_COLUMNS_MAX. */
bool copy_columns_choose(PgConnection *connection, const char *receive, BinaryType *types,
                         size_t *n);

#endif
