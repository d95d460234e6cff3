/* SPDX-License-Identifier: Apache-2.0 */
/* The head of pg_dump's own formats: custom, and the toc.dat of directory and tar. */
#ifndef DBB_ARCHIVE_PG_ARCHIVE_H
#define DBB_ARCHIVE_PG_ARCHIVE_H

#include "archive/file_kind.h"
#include "io/source.h"

typedef struct PgArchiveHead {
    int format_minor;         /* of version 1: 14, 15, 16 */
    unsigned int_size;        /* bytes of an integer, without its sign */
    unsigned offset_size;     /* bytes of a place in the file, without its flag */
    unsigned format;          /* 1: custom; 3: tar; 5: directory */
    uint64_t end;             /* where it ends in the file, and the table of contents begins */
    char database[256];       /* of which it is a backup; "" when it doesn't say */
    char server_version[128]; /* of the server that it is of */
    char dump_version[128];   /* of the pg_dump that made it */
} PgArchiveHead;

/* ERR_DAMAGED when it is cut; ERR_UNSUPPORTED when it is of a later format than any we know. */
bool pg_archive_head(const Source *source, FileKind kind, PgArchiveHead *head,
                     Error *err) MUST_CHECK;
/* The first version of pg_restore that reads it: 120000, 160000, 170000. */
int pg_archive_reader_version(const PgArchiveHead *head);

#endif
