/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in a database, but can't be made again anywhere: something that it speaks of is gone.
 * A backup names it in a warning and keeps its text as a comment.
 */
#ifndef DBB_ENGINE_MYSQL_BROKEN_H
#define DBB_ENGINE_MYSQL_BROKEN_H

#include "engine/mysql/making.h"

/* Each sets *why, in the arena, or NULL when it isn't broken. */

/* A view whose definer is gone isn't: it can be made again, though nobody can use it. */
bool my_broken_view(MyCatalog *catalog, const char *view, const char **why, Error *err) MUST_CHECK;
/* A trigger that uses columns which its table lacks. */
bool my_broken_trigger(MyCatalog *catalog, const MyRelation *table, const MyShown *shown,
                       const char **why, Error *err) MUST_CHECK;
/* A routine that the server can't show, as *err says: that is cleared if its text is to be had.
 * Else the error stays, and false is returned. */
bool my_broken_routine(MyCatalog *catalog, const char *name, const char **text, const char **why,
                       Error *err) MUST_CHECK;
/* The warning, and the comment. */
void my_put_broken(Making *making, const char *kind, const char *name, const char *text,
                   const char *why);

#endif
