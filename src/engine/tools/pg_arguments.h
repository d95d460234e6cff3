/* SPDX-License-Identifier: Apache-2.0 */
/* The switches that pg_dump and pg_restore have in common. */
#ifndef DBB_ENGINE_TOOLS_PG_ARGUMENTS_H
#define DBB_ENGINE_TOOLS_PG_ARGUMENTS_H

#include "archive/selection.h"
#include "engine/tools/arguments.h"

/* What is left out of which entries: all of a selection but its lists. */
void pg_arguments_select(Arguments *arguments, const Selection *selection);

#endif
