/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup engines */
#include "cli/commands.h"

#include <stdio.h>

bool command_engines(const CommandContext *context, Error *err)
{
    (void)context;
    (void)err;
    printf("native  %s (%s), built in\n", postgres_engine.servers, postgres_engine.name);
    printf("native  %s (%s), built in\n", mysql_engine.servers, mysql_engine.name);
    return true;
}
