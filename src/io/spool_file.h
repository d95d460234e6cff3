/* SPDX-License-Identifier: Apache-2.0 */
/* What a stream gives, kept in a file without a name, so that it can be read at any place. */
#ifndef DBB_IO_SPOOL_FILE_H
#define DBB_IO_SPOOL_FILE_H

#include "io/source.h"
#include "io/stream.h"
#include "sched/cancel.h"

/* Reads `from` to its end. The file is in $TMPDIR, or /tmp; nobody else can open it, and its room
 * is free again when the source is closed, or the program killed. `name` is for messages; it is
 * copied. */
bool spool_file_fill(Reader *from, const char *name, const Cancel *cancel, Source **out,
                     Error *err) MUST_CHECK;

#endif
