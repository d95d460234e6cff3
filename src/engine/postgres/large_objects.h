/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Large objects: two entries, and none where there are no large objects. BLOB METADATA makes them
 * all, with owners, comments and privileges; BLOBS fills them. There may be millions, so both are
 * streamed and neither is held in memory.
 */
#ifndef DBB_ENGINE_POSTGRES_LARGE_OBJECTS_H
#define DBB_ENGINE_POSTGRES_LARGE_OBJECTS_H

#include "engine/postgres/catalog.h"

/* Adds their items to the catalog. */
bool large_objects_add(Catalog *catalog, Error *err) MUST_CHECK;

#endif
