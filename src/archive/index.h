/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index as text: SQL comment lines, so that psql skips them, each a JSON object.
 *
 *     -- dbbackup index 1
 *     -- {"dbms":"postgres",…}               TocInfo
 *     -- {"id":1,"kind":"SCHEMA",…}          one line for each entry
 *     -- {"entries":1,"chunks":1,…}          totals; the last line
 */
#ifndef DBB_ARCHIVE_INDEX_H
#define DBB_ARCHIVE_INDEX_H

#include "archive/codec.h"
#include "archive/toc.h"
#include "io/stream.h"

/* Writes it line by line. */
bool index_write(const Toc *toc, Compression compression, Writer *text, Error *err) MUST_CHECK;
/* Fills toc, which must be fresh from toc_init, and which the caller frees also on failure. What
 * lies outside the index (places in the file, ids) the caller checks with layout_find. `name` is
 * for messages. */
bool index_read(Reader *text, const char *name, Toc *toc, Error *err) MUST_CHECK;

#endif
