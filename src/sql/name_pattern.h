/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns for names as psql's \d and pg_dump's -t take them: `*` is any text and `?` any
 * character; | + ( ) [ ] { } ^ mean what they mean in a regular expression, $ is itself; a dot
 * parts schema and name; what isn't in double quotes is folded to lower case, and what is stands
 * for itself. The whole name must match.
 */
#ifndef DBB_SQL_NAME_PATTERN_H
#define DBB_SQL_NAME_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef struct NamePattern NamePattern;

/* most_parts: 1 for plain names, 2 for database.schema, 3 for database.schema.name; what stands in
 * front may be missing. ERR_USAGE when there are more parts, or when it is no pattern at all. */
bool name_pattern_new(const char *text, size_t most_parts, NamePattern **out,
                      Error *err) MUST_CHECK;
void name_pattern_free(NamePattern *pattern); /* NULL is fine */
/* As it was written. */
const char *name_pattern_text(const NamePattern *pattern);
/* The database's name, which can't be a pattern; NULL when there is none. */
const char *name_pattern_database(const NamePattern *pattern);
/* Whether the last but one of three parts is there. */
bool name_pattern_has_schema(const NamePattern *pattern);
/* Without a schema in the pattern, any schema will do, also NULL. False only when memory is out:
 * whether it matches is then not known, and `no` would leave something out. */
bool name_pattern_matches(const NamePattern *pattern, const char *schema, const char *name,
                          bool *matches, Error *err) MUST_CHECK;

/* `schema.name` with or without quotes, as the server writes it: its two parts, allocated together
 * at *schema, which the caller frees. False when it isn't that, or when memory is out. */
bool sql_split_qualified(const char *text, char **schema, char **name);

#endif
