/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of somebody else's text, compressed: plain gzip members or zstd frames of up to 1 MiB of
 * text, with no index and nothing that says it is ours. Also for what isn't compressed.
 */
#ifndef DBB_ARCHIVE_PACK_WRITER_H
#define DBB_ARCHIVE_PACK_WRITER_H

#include "archive/codec_ops.h"
#include "archive/script_writer.h"
#include "base/buffer.h"
#include "io/file_writer.h"

typedef struct PackWriter {
    Writer base; /* takes text */
    const CodecOps *ops;
    void *state;
    Buffer text; /* waits for company */
    Buffer packed;
    FileWriter file;
    uint64_t raw_size;
} PackWriter;

/* As file_writer_open; it must not move. */
bool pack_writer_open(PackWriter *writer, const char *path, bool replace, Compression compression,
                      const CryptKey *key, Error *err) MUST_CHECK;
/* All of it is on disk, still without its name. */
bool pack_writer_sync(PackWriter *writer, Error *err) MUST_CHECK;
/* Gives it its name. Frees everything, also on failure, when nothing remains of the file. */
bool pack_writer_commit(PackWriter *writer, ScriptSummary *summary, Error *err) MUST_CHECK;
void pack_writer_abort(PackWriter *writer);

#endif
