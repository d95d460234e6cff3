/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts an entry's text into chunks. */
#include "engine/entry_out.h"

enum {
    CHUNK_TEXT = 16 * 1024 * 1024, /* bytes, and what is left of a row */
    PIECE_TEXT = 4 * CHUNK_TEXT,   /* the same of a piece */
    CHUNKS_FEW = 65536,            /* as many as a line of the index names with ease */
};

bool entry_out_begin(EntryOut *out, uint32_t number, Error *err)
{
    out->size = 0;
    out->rows = 0;
    out->content = 0;
    return chunk_writer_begin(out->chunks, out->entry, number, &out->text, err);
}

bool entry_out_end(EntryOut *out, Error *err)
{
    out->all_size += out->size;
    out->all_rows += out->rows;
    return chunk_writer_end(out->chunks, out->rows, out->content, err);
}

/* A piece is short by itself, mostly, and a further chunk of it would stand behind all other
 * pieces: the rows would come back in another order. So only one that is long beyond measure is
 * cut. */
bool entry_out_is_full(const EntryOut *out)
{
    uint64_t limit = out->entry->n_pieces == 0 ? CHUNK_TEXT : PIECE_TEXT;

    return out->size >= limit && out->size >= out->entry->size_estimate / CHUNKS_FEW;
}

bool entry_out_cut(EntryOut *out, Error *err)
{
    return entry_out_end(out, err) && entry_out_begin(out, CHUNK_FURTHER, err);
}
