/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Large tables are read in pieces, by ranges of the primary key, of whatever columns that is. Each
 * has about as many rows as the others, however the keys are spread: where a piece ends is found by
 * a walk along the key, when somebody is about to read it. The walk brings the pages of the piece
 * into the server's memory, where the reader finds them.
 */
#ifndef DBB_ENGINE_MYSQL_RANGES_H
#define DBB_ENGINE_MYSQL_RANGES_H

#include "engine/mysql/catalog.h"

/* Decides into how many pieces each table goes. The columns have been read. */
bool my_ranges_choose(MyCatalog *catalog, Error *err) MUST_CHECK;
/* Adds to a "SELECT … FROM table" what chooses the piece. The catalog is that of any session that
 * sees the snapshot; several may do so at once. */
bool my_ranges_put(MyCatalog *catalog, const MyRelation *table, uint32_t piece, Buffer *sql,
                   Error *err) MUST_CHECK;
void my_ranges_free(MyRanges *ranges); /* NULL is fine */

#endif
