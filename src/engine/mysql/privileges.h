/* SPDX-License-Identifier: Apache-2.0 */
/* The server doesn't say what it hides: objects that a user may not see aren't in its lists. */
#ifndef DBB_ENGINE_MYSQL_PRIVILEGES_H
#define DBB_ENGINE_MYSQL_PRIVILEGES_H

#include "engine/mysql/catalog.h"

/* Warns of each kind of object of which some may be hidden from the user of the connection. */
bool my_privileges_check(MyCatalog *catalog, Error *err) MUST_CHECK;

#endif
