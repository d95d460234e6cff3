/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the indexed SQL script (docs/format.md). The ScriptWriter is the file; chunks come from
 * ChunkWriters (chunk_writer.h), one for each worker, at the same time and in any order. Nothing
 * stands under the final name before finish succeeded.
 *
 *     script_writer_open(…, &w, err);
 *     … chunks …
 *     script_writer_seal(w, toc, err);                may be left out: finish does it
 *     script_writer_finish(w, toc, &summary, err);    frees w, also on failure
 *
 * The ChunkWriters must be gone when it is finished or aborted.
 */
#ifndef DBB_ARCHIVE_SCRIPT_WRITER_H
#define DBB_ARCHIVE_SCRIPT_WRITER_H

#include "archive/codec.h"
#include "archive/toc.h"
#include "io/key.h"

typedef struct ScriptWriter ScriptWriter;

typedef struct ScriptSummary {
    uint64_t file_size; /* bytes of the file, encrypted or not */
    uint64_t raw_size;  /* bytes of SQL, without the index; of other formats COUNT_UNKNOWN */
    char sha256[65];    /* of the whole file, in hex; "" of a folder */
} ScriptSummary;

/* path "-" is standard output, otherwise a file that doesn't exist yet (or `replace`). key: NULL,
 * or what the file is encrypted with. */
bool script_writer_open(const char *path, bool replace, Compression compression,
                        const CryptKey *key, ScriptWriter **out, Error *err) MUST_CHECK;
/* One that keeps nothing of what its ChunkWriters get: only what is counted of it stands in the
 * entries (n of chunks, rows, content), and chunk_writer_look shows texts. It is never finished,
 * only aborted. */
bool script_writer_open_nowhere(ScriptWriter **out, Error *err) MUST_CHECK;
/* Writes index and footer and has all of it on disk: what can fail for want of room has been done
 * when it returns, and nothing stands under the final name yet. Fails when a chunk that was begun,
 * or that an entry's n_pieces asks for, wasn't written. */
bool script_writer_seal(ScriptWriter *writer, const Toc *toc, Error *err) MUST_CHECK;
bool script_writer_finish(ScriptWriter *writer, const Toc *toc, ScriptSummary *summary,
                          Error *err) MUST_CHECK;
/* Removes what was written; NULL is fine. */
void script_writer_abort(ScriptWriter *writer);

#endif
