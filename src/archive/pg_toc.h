/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of contents of pg_dump's own formats (custom, and the toc.dat of directory and tar): as
 * much of it as a choice of entries is made from. Where an entry's data lies, and its SQL, stay
 * with pg_restore.
 */
#ifndef DBB_ARCHIVE_PG_TOC_H
#define DBB_ARCHIVE_PG_TOC_H

#include "archive/pg_archive.h"
#include "archive/toc.h"

/* Fills toc, fresh from toc_init, which the caller frees also on failure: the database's name, and
 * entries with pg_dump's ids, kinds, names, owners, sections and dependencies, in its order. Those
 * of pg_dump's section "none" count as pre-data. Comments, labels and privileges are entries, whose
 * first dependency is what they are of; an identity column's SEQUENCE is called IDENTITY.
 * ERR_DAMAGED when it is cut or altered, as far as that shows; ERR_UNSUPPORTED when it is too old,
 * ERR_LIMIT when it is too long. */
bool pg_toc_read(const Source *source, FileKind kind, Toc *toc, Error *err) MUST_CHECK;

#endif
