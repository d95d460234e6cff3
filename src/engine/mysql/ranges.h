/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Large tables are read in pieces, by ranges of the first column of their primary key, where that
 * is an integer. All ranges are equally wide; where keys are unevenly spread, so are the pieces.
 */
#ifndef DBB_ENGINE_MYSQL_RANGES_H
#define DBB_ENGINE_MYSQL_RANGES_H

#include "engine/mysql/catalog.h"

/* Decides into how many pieces each table goes. The snapshot must be open. */
bool my_ranges_choose(MyCatalog *catalog, Error *err) MUST_CHECK;
/* Adds the WHERE of a piece to a SELECT; nothing for a table in one piece. */
void my_ranges_put(const MyRelation *table, uint32_t piece, Buffer *sql);

#endif
