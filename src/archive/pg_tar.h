/* SPDX-License-Identifier: Apache-2.0 */
/* Whether pg_dump's tar is whole. pg_restore doesn't notice each cut, and of some it never ends. */
#ifndef DBB_ARCHIVE_PG_TAR_H
#define DBB_ARCHIVE_PG_TAR_H

#include "io/source.h"

/* Reads the heads only: each must be good, lie within the file with what it is of, and zeros must
 * end them. ERR_DAMAGED when it has been cut or altered, as far as that tells. */
bool pg_tar_check(const Source *source, Error *err) MUST_CHECK;

#endif
