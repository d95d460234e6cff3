/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for a damaged file, so that they are the same wherever damage is found. Both fill err
 * with ERR_DAMAGED and return false.
 */
#ifndef DBB_IO_DAMAGE_H
#define DBB_IO_DAMAGE_H

#include "base/error.h"

/* "NAME has been cut: …" — the end, or more, is missing. */
bool damage_cut(Error *err, const char *name);
/* "NAME has been altered: …" — bytes aren't what they were. */
bool damage_altered(Error *err, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
