/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for a file that can't be read, so that they are the same wherever that is found. All
 * fill err, with ERR_DAMAGED where nothing else is said, and return false.
 */
#ifndef DBB_IO_DAMAGE_H
#define DBB_IO_DAMAGE_H

#include "base/error.h"

/* "NAME has been cut: …" — the end, or more, is missing. */
bool damage_cut(Error *err, const char *name);
/* "NAME has been altered: …" — bytes aren't what they were. */
bool damage_altered(Error *err, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);
/* "NAME was written by a newer version of dbbackup": ERR_UNSUPPORTED. */
bool damage_newer(Error *err, const char *name);

#endif
