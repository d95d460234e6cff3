/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a definition, as it stands in the script. */
#ifndef DBB_ENGINE_POSTGRES_DEFINITION_H
#define DBB_ENGINE_POSTGRES_DEFINITION_H

#include "engine/postgres/catalog.h"

/* Most bytes of one definition; the server can't return a longer text. */
#define DEFINITION_LIMIT ((size_t)1 << 30)

/* The SQL that makes the item's part; NULL when the part has none. */
const char *definition_sql(const CatalogItem *item);
/* Whether the item's part has nothing to say, apart from what is left out: it needs no entry. */
bool definition_is_empty(const CatalogItem *item, unsigned leave_out);
/* The comment that begins an entry's text. */
void definition_heading(const CatalogItem *item, unsigned leave_out, Buffer *out);
/* The whole text of the entry, comment and all, but for what is left out (TEXT_BITs). *parts gets
 * what it is made of. Failures stick to the buffer; what is missing in parts then, too, shows in
 * the sum of their sizes. */
void definition_text(const CatalogItem *item, unsigned leave_out, Buffer *out, TextPartVec *parts);
/* What was added to the text since the parts ended is a part of this kind. */
void definition_end_part(TextPartVec *parts, TextKind kind, Buffer *text);
/* Whether the text is nothing but SQL statements for psql too: ERR_UNSUPPORTED names the item when
 * psql would take a part of it for a meta-command, or for COPY data. */
bool definition_check(const CatalogItem *item, const Buffer *text, Error *err) MUST_CHECK;

#endif
