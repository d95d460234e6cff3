/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the catalog's queries on several connections at once. Their results are taken in the same
 * order as ever, so what a backup holds doesn't depend on which of them is faster. It is for speed
 * only: what fails on another connection is run again on the first, and fails there or doesn't.
 */
#ifndef DBB_ENGINE_POSTGRES_CATALOG_AHEAD_H
#define DBB_ENGINE_POSTGRES_CATALOG_AHEAD_H

#include "engine/postgres/catalog.h"

/* From now on catalog_query() hands out what was read ahead, by up to n_connections - 1 further
 * connections. Where the catalog is small, all stays as it is. The relations must be locked. */
void catalog_ahead_begin(Catalog *catalog, const Toc *toc, unsigned n_connections);
/* Waits for what is under way, and closes the further connections. May be called without begin. */
void catalog_ahead_end(Catalog *catalog);
/* What catalog_query() calls between the two, always from one thread. */
bool catalog_ahead_query(Catalog *catalog, const char *file, PGresult **out, Error *err) MUST_CHECK;

#endif
