/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What backups and restores must see alike in a column's type, as information_schema's DATA_TYPE
 * names it.
 */
#ifndef DBB_ENGINE_MYSQL_TYPES_H
#define DBB_ENGINE_MYSQL_TYPES_H

#include <stdbool.h>

/* words ends with NULL. */
bool my_is_one_of(const char *word, const char *const *words);
/* Its values are bytes without a character set, and written as X'…'. */
bool my_type_is_bytes(const char *type);

#endif
