/* SPDX-License-Identifier: Apache-2.0 */
/* What streams give, kept in one file without a name, so that it can be read at any place. */
#ifndef DBB_IO_SPOOL_FILE_H
#define DBB_IO_SPOOL_FILE_H

#include "io/source.h"
#include "io/stream.h"
#include "sched/cancel.h"

typedef struct SpoolFile SpoolFile;

/* It is in $TMPDIR, or /tmp; nobody else can open it, what is in it is encrypted, and its room is
 * free again when it is freed, or the program killed. */
bool spool_file_new(SpoolFile **out, Error *err) MUST_CHECK;
void spool_file_free(SpoolFile *file); /* after all that it keeps was closed; NULL is fine */
/* Reads `from` to its end. When what was kept last is closed, or this fails, its room is used
 * again. `name` is for messages; it is copied. Not for several threads at once; reading is. */
bool spool_file_keep(SpoolFile *file, Reader *from, const char *name, const Cancel *cancel,
                     Source **out, Error *err) MUST_CHECK;

#endif
