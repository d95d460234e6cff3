/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup engines */
#include "cli/commands.h"

#include <stdio.h>

bool command_engines(const CommandContext *context, Error *err)
{
    (void)context;
    (void)err;
    printf("native  PostgreSQL (%s), built in\n", postgres_engine.name);
    return true;
}
