/* SPDX-License-Identifier: Apache-2.0 */
/* --database where it takes several names: it may be given more than once, too. */
#ifndef DBB_CLI_DATABASE_OPTION_H
#define DBB_CLI_DATABASE_OPTION_H

#include "base/arena.h"
#include "cli/options.h"

typedef struct DatabaseNames {
    VEC(const char *) list;
    Arena arena; /* of the names */
} DatabaseNames;

void database_names_init(DatabaseNames *names);
void database_names_free(DatabaseNames *names);

/* Adds the names that the lists hold. */
bool database_option_split(const TextList *lists, DatabaseNames *names, Error *err) MUST_CHECK;

#endif
