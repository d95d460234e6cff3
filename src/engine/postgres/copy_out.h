/* SPDX-License-Identifier: Apache-2.0 */
/* A table's rows, as whole COPY blocks of the script. */
#ifndef DBB_ENGINE_POSTGRES_COPY_OUT_H
#define DBB_ENGINE_POSTGRES_COPY_OUT_H

#include "engine/postgres/catalog.h"

/* In how many pieces the rows are read; 0: in one. A piece is a range of the table's pages. */
uint32_t copy_out_pieces(const CatalogItem *item);
/* Writes the rows of one piece into the chunk at work, and into further ones when they are many.
 * Emits progress. There are as many rows as the server says. `lock_first`: this session holds no
 * lock on the table yet; where another session is in its way, that is an error. */
bool copy_out_write(const Catalog *catalog, const CatalogItem *item, uint32_t piece,
                    bool lock_first, EntryOut *out, Error *err) MUST_CHECK;

#endif
