/* SPDX-License-Identifier: Apache-2.0 */
/* What stands at a script's start: settings, and as wanted the making of the database, or DROPs. */
#ifndef DBB_ENGINE_POSTGRES_SCRIPT_START_H
#define DBB_ENGINE_POSTGRES_SCRIPT_START_H

#include "engine/postgres/catalog.h"

/* Adds the items, before the catalog's own are read. */
bool script_start_add(Catalog *catalog, const Toc *toc, Error *err) MUST_CHECK;
/* Writes the text of those that depend on what else there is in toc. */
bool script_start_fill(Catalog *catalog, Toc *toc, Error *err) MUST_CHECK;

#endif
