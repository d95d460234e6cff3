/* SPDX-License-Identifier: Apache-2.0 */
/* What of a database a backup takes: relations before they are locked, entries after the catalog.
 */
#ifndef DBB_ENGINE_POSTGRES_SCOPE_H
#define DBB_ENGINE_POSTGRES_SCOPE_H

#include "engine/postgres/catalog.h"

/* After catalog_read_relations. Relations that aren't taken are no longer to be locked or read, and
 * the catalog's queries are told of them. *taken is for scope_apply; the caller frees it with
 * names_free, also on failure. */
bool scope_resolve(Catalog *catalog, const Toc *toc, SelectionNames *names, Error *err) MUST_CHECK;
/* Takes what isn't wanted out of toc, and numbers what is left anew. Data alone is put into the
 * order that foreign keys ask for. */
bool scope_apply(Catalog *catalog, const SelectionNames *names, Toc *toc, Error *err) MUST_CHECK;

#endif
