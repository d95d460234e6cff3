/* SPDX-License-Identifier: Apache-2.0 */
/* From what a database holds to the entries of a backup, in the order in which a script makes them:
 * sequences, tables, rows, keys, foreign keys, routines, packages, views, triggers, events. */
#ifndef DBB_ENGINE_MYSQL_CATALOG_ENTRIES_H
#define DBB_ENGINE_MYSQL_CATALOG_ENTRIES_H

#include "engine/engine.h"
#include "engine/mysql/catalog.h"

/* Entry.engine_data: of rows, the table; NULL of definitions, whose create_sql is all their text.
 */
bool my_catalog_entries(MyCatalog *catalog, const BackupScope *scope, Toc *toc,
                        Error *err) MUST_CHECK;

#endif
