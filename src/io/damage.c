/* SPDX-License-Identifier: Apache-2.0 */
/* The words for a file that can't be read. */
#include "io/damage.h"

#include <stdarg.h>
#include <stdio.h>

static const char hint[] = "Use another copy of the backup; this one can't be trusted.";

bool damage_cut(Error *err, const char *name)
{
    (void)error_set(err, ERR_DAMAGED, "%s has been cut: it ends too early", name);
    return error_hint(err, hint);
}

bool damage_altered(Error *err, const char *name, const char *format, ...)
{
    char detail[512];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    (void)error_set(err, ERR_DAMAGED, "%s has been altered: %s", name, detail);
    return error_hint(err, hint);
}

bool damage_newer(Error *err, const char *name)
{
    return error_set(err, ERR_UNSUPPORTED, "%s was written by a newer version of dbbackup", name);
}
