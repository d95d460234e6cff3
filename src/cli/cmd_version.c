/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup version, dbbackup --version */
#include "cli/commands.h"

#include <stdio.h>

#include "cli/licences.h"

bool command_version(const CommandContext *context, Error *err)
{
    (void)err;
    if (context->options->licences) {
        printf("%s", licences_text);
    } else {
        printf("dbbackup %s\n", DBB_VERSION);
    }
    return true;
}
