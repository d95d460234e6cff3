/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts an entry's text into chunks. */
#include "engine/postgres/entry_out.h"

enum { CHUNK_TEXT = 16 * 1024 * 1024 /* bytes, and what is left of a row */ };

bool entry_out_begin(EntryOut *out, uint32_t number, Error *err)
{
    out->size = 0;
    out->rows = 0;
    return chunk_writer_begin(out->chunks, out->entry, number, &out->text, err);
}

bool entry_out_end(EntryOut *out, Error *err)
{
    return chunk_writer_end(out->chunks, out->rows, err);
}

bool entry_out_is_full(const EntryOut *out)
{
    return out->size >= CHUNK_TEXT;
}

bool entry_out_cut(EntryOut *out, Error *err)
{
    return entry_out_end(out, err) && entry_out_begin(out, CHUNK_FURTHER, err);
}
