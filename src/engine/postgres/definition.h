/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a definition, as it stands in the script. */
#ifndef DBB_ENGINE_POSTGRES_DEFINITION_H
#define DBB_ENGINE_POSTGRES_DEFINITION_H

#include "engine/postgres/catalog.h"

/* Most bytes of one definition; the server can't return a longer text. */
#define DEFINITION_LIMIT ((size_t)1 << 30)

/* The SQL that makes the item's part; NULL when the part has none. */
const char *definition_sql(const CatalogItem *item);
/* Whether the item's part has nothing to say: it needs no entry. */
bool definition_is_empty(const CatalogItem *item);
/* The comment that begins an entry's text. */
void definition_heading(const CatalogItem *item, Buffer *out);
/* The whole text of the entry, comment and all. Failures stick to the buffer. */
void definition_text(const CatalogItem *item, Buffer *out);
/* Whether the text is nothing but SQL statements for psql too: ERR_UNSUPPORTED names the item when
 * psql would take a part of it for a meta-command, or for COPY data. */
bool definition_check(const CatalogItem *item, const Buffer *text, Error *err) MUST_CHECK;

#endif
