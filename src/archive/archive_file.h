/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the archive's reader share; nobody else includes it. */
#ifndef DBB_ARCHIVE_ARCHIVE_FILE_H
#define DBB_ARCHIVE_ARCHIVE_FILE_H

#include "archive/footer.h"
#include "archive/layout.h"
#include "archive/script_reader.h"
#include "io/source.h"

struct ScriptArchive {
    Source *source;
    const char *path; /* the source's name */
    const CodecOps *ops;
    Footer footer;
    Toc toc;
    Layout layout; /* the chunks in the order of the file */
};

/* Where the first chunk begins. */
uint64_t archive_data_start(const CodecOps *ops);

/* Which members a chunk may have: those that the index says it has. */
typedef struct ChunkOwner {
    uint32_t entry; /* 0: not known, any */
    uint32_t number;
} ChunkOwner;

/* The text of n chunks, one after another. Their places must be those of the index. The first
 * chunk's owner is given, the others follow it within the entry. */
bool archive_text_open(const ScriptArchive *archive, const Chunk *chunks, size_t n,
                       ChunkOwner owner, Reader **out, Error *err) MUST_CHECK;

#endif
