/* SPDX-License-Identifier: Apache-2.0 */
/* A list of a server's databases. */
#include "engine/engine.h"

void database_list_init(DatabaseList *list)
{
    *list = (DatabaseList){0};
    arena_init(&list->arena);
}

void database_list_free(DatabaseList *list)
{
    vec_free(&list->items);
    arena_free(&list->arena);
}
