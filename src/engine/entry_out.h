/* SPDX-License-Identifier: Apache-2.0 */
/* Where an entry's text goes while it is written: into one chunk, and into more where it is long.
 */
#ifndef DBB_ENGINE_ENTRY_OUT_H
#define DBB_ENGINE_ENTRY_OUT_H

#include "archive/chunk_writer.h"
#include "base/vec.h"

typedef VEC(TextPart) TextPartVec;

typedef struct EntryOut {
    ChunkWriter *chunks;
    Entry *entry;
    Writer *text;      /* of the chunk at work */
    uint64_t size;     /* bytes of it so far */
    uint64_t rows;     /* of a table's data in it */
    uint64_t content;  /* the sum of their content_hash */
    uint64_t all_size; /* of the chunks that have ended */
    uint64_t all_rows;
    TextPartVec parts; /* of the whole text; empty: all is definition. Freed by who made it */
} EntryOut;

/* Each call ends where a row, or a statement, ends. */
static inline bool MUST_CHECK entry_out_write(EntryOut *out, const void *data, size_t len,
                                              Error *err)
{
    out->size += len;
    return writer_write(out->text, data, len, err);
}

/* A row of a table's data that is to be written to the chunk at work: its text, without what stands
 * between two rows. */
static inline void entry_out_count(EntryOut *out, const void *row, size_t len)
{
    out->rows++;
    out->content += content_hash(row, len);
}

/* Begins the chunk with that number; ends the one at work. */
bool entry_out_begin(EntryOut *out, uint32_t number, Error *err) MUST_CHECK;
bool entry_out_end(EntryOut *out, Error *err) MUST_CHECK;
/* Whether the chunk at work is long enough: a reader that takes a file apart in parallel wants
 * pieces of a fair size, and a writer holds a chunk in memory until it is complete. */
bool entry_out_is_full(const EntryOut *out);
/* Ends the chunk at work and begins another. */
bool entry_out_cut(EntryOut *out, Error *err) MUST_CHECK;

#endif
