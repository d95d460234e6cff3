/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of system-versioned tables that aren't those of now any more: MariaDB keeps each with the
 * time of its beginning and of its end, in two columns that it fills in by itself, and shows them
 * on request (FOR SYSTEM_TIME ALL). A session that sets system_versioning_insert_history may give
 * them, since 10.11.
 *
 * Rows of now have the end of all time in their second column, which is another in servers from
 * 11.5 on than in those before: such a row would come in as one that is no more. So they are given
 * their beginning only, and the server knows the rest.
 */
#ifndef DBB_ENGINE_MYSQL_HISTORY_H
#define DBB_ENGINE_MYSQL_HISTORY_H

#include "engine/mysql/catalog.h"

/* The two columns, for tables whose history is wanted (MyCatalog): the last ones. */
bool my_history_add_columns(MyCatalog *catalog, Error *err) MUST_CHECK;
/* Of the tables whose rows are in the toc. History that is wanted and can't be had is an error; of
 * what is left out, a notice says how much. */
bool my_history_check(MyCatalog *catalog, const Toc *toc, Error *err) MUST_CHECK;
/* What follows the table's name in a query of the rows that are no more. */
void my_history_put_from(const MyRelation *table, Buffer *sql);
/* Whether a server of that kind takes history; an error if not. */
bool my_history_check_target(const MyConnection *connection, const Toc *toc, Error *err) MUST_CHECK;

#endif
