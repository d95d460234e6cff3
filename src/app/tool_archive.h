/* SPDX-License-Identifier: Apache-2.0 */
/* pg_dump's own formats, as far as they are read without a server. */
#ifndef DBB_APP_TOOL_ARCHIVE_H
#define DBB_APP_TOOL_ARCHIVE_H

#include "archive/pg_toc.h"
#include "engine/tools/programs.h"

/* A file or folder, or what lies within something else. */
typedef struct ToolArchive {
    const char *name;     /* for messages; the path, where there is no source */
    const Source *source; /* NULL: it stands at that path */
    FileKind kind;
    PgArchiveHead head;
    Program program; /* a pg_restore that reads it */
} ToolArchive;

/* Reads the head, and finds the program. ERR_UNSUPPORTED when there is none. */
bool tool_archive_open(ToolArchive *archive, const char *name, const Source *source, FileKind kind,
                       const EngineContext *context, Error *err) MUST_CHECK;
/* Its table of contents: see pg_toc_read. */
bool tool_archive_toc(const ToolArchive *archive, Toc *toc, Error *err) MUST_CHECK;
/* Reads all of it: ERR_DAMAGED when it isn't whole. */
bool tool_archive_check(const ToolArchive *archive, const EngineContext *context,
                        Error *err) MUST_CHECK;
/* Bytes of a folder's files. */
bool tool_folder_size(const char *path, uint64_t *bytes, Error *err) MUST_CHECK;

#endif
