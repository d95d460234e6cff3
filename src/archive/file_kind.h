/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is, found from its bytes and never from its name. */
#ifndef DBB_ARCHIVE_FILE_KIND_H
#define DBB_ARCHIVE_FILE_KIND_H

#include <stddef.h>

#include "base/error.h"
#include "io/source.h"

typedef enum FileKind {
    FILE_EMPTY,
    FILE_UNKNOWN,        /* binary, and nothing that we know */
    FILE_ENCRYPTED,      /* by us; what it holds, a key tells */
    FILE_CLUSTER,        /* our archive of a whole server: first member or footer say so */
    FILE_SCRIPT_ARCHIVE, /* our indexed script, of any codec: first member or footer say so */
    FILE_SCRIPT_GZIP,
    FILE_SCRIPT_ZSTD,
    FILE_SCRIPT_PLAIN, /* text; whether it is SQL the lexer finds out */
    FILE_PG_CUSTOM,
    FILE_PG_DIRECTORY, /* a folder with a toc.dat */
    FILE_TAR,
} FileKind;

/* Of a file or folder. ERR_UNSUPPORTED for pipes and devices: their bytes can be read only once. */
bool file_kind_detect(const char *path, FileKind *kind, Error *err) MUST_CHECK;
/* Of what lies within something else. Never FILE_PG_DIRECTORY. */
bool file_kind_of_source(const Source *source, FileKind *kind, Error *err) MUST_CHECK;
/* Of the first bytes of something, 1 KiB or more unless there are fewer. Never FILE_SCRIPT_ARCHIVE
 * or FILE_PG_DIRECTORY. */
FileKind file_kind_of_bytes(const void *data, size_t len);
/* "pg_dump custom archive" … */
const char *file_kind_text(FileKind kind);

#endif
