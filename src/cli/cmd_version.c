/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup version */
#include "cli/commands.h"

#include <stdio.h>

bool command_version(const CommandContext *context, Error *err)
{
    (void)context;
    (void)err;
    printf("dbbackup %s\n", DBB_VERSION);
    return true;
}
