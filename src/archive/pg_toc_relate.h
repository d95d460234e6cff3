/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to what in a table of contents by pg_dump: a part of pg_toc_read. */
#ifndef DBB_ARCHIVE_PG_TOC_RELATE_H
#define DBB_ARCHIVE_PG_TOC_RELATE_H

#include "archive/toc.h"

/* Sets `table` and `parents` of each entry; those of SEQUENCE OWNED BY have their table already.
 * `name` is the file's. ERR_DAMAGED when an id is there twice. */
bool pg_toc_relate(Toc *toc, const char *name, Error *err) MUST_CHECK;

#endif
