/* SPDX-License-Identifier: Apache-2.0 */
/* The text of definitions, as it stands in the script. */
#ifndef DBB_ENGINE_MYSQL_DEFINITION_H
#define DBB_ENGINE_MYSQL_DEFINITION_H

#include "engine/mysql/catalog.h"

#define MY_DEFINITION_LIMIT ((size_t)256 * 1024 * 1024)

/* The sql_mode of the script: it stores what it is given. Zero dates, and dates that no calendar
 * knows, are values like others; an id of 0 is no wish for the next number. */
#define MY_SCRIPT_MODE "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES"

/* What every session that runs a part of the script must be set to; statements, each in a line. */
extern const char my_script_settings[];

/* The comment above an entry. */
void my_definition_heading(Buffer *out, const char *kind, const char *schema, const char *name);
/* A routine, trigger, event or package, with the settings it was made under; behind it the
 * script's own are in force again. */
void my_definition_routine(Buffer *out, const MyCatalog *catalog, const MyShown *shown);
void my_definition_view(Buffer *out, const MyCatalog *catalog, const MyShown *shown, bool replaces);
/* A view that stands in for one that others need first. */
void my_definition_stand_in(Buffer *out, const MyRelation *view);

#endif
