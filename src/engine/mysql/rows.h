/* SPDX-License-Identifier: Apache-2.0 */
/* A table's rows as INSERT statements: many rows each, every row a line of its own. */
#ifndef DBB_ENGINE_MYSQL_ROWS_H
#define DBB_ENGINE_MYSQL_ROWS_H

#include "engine/entry_out.h"
#include "engine/mysql/catalog.h"

/* Reads the table, or that piece of it, and writes its chunks. Each is a transaction and complete
 * in itself. */
bool my_rows_write(MyCatalog *catalog, const MyRelation *table, uint32_t piece, EntryOut *out,
                   Error *err) MUST_CHECK;
/* A value that isn't NULL, as a literal. */
void my_rows_put_value(Buffer *row, const MyColumn *column, const char *value, size_t len);

#endif
