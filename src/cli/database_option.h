/* SPDX-License-Identifier: Apache-2.0 */
/* --database where it takes several names: it may be given more than once, too. */
#ifndef DBB_CLI_DATABASE_OPTION_H
#define DBB_CLI_DATABASE_OPTION_H

#include "base/arena.h"
#include "cli/options.h"

typedef VEC(const char *) DatabaseNames;

/* The names, in the arena; the caller frees the list, also on failure. */
bool database_option_split(const TextList *lists, Arena *arena, DatabaseNames *names,
                           Error *err) MUST_CHECK;

#endif
