/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one range of a source. */
#include "io/range_reader.h"

static bool range_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    RangeReader *reader = (RangeReader *)self;
    size_t wanted = reader->left < len ? (size_t)reader->left : len;

    if (!source_read_at(reader->source, data, wanted, reader->offset, err)) {
        return false;
    }
    reader->offset += wanted;
    reader->left -= wanted;
    *got = wanted;
    return true;
}

void range_reader_init(RangeReader *reader, const Source *source, uint64_t offset, uint64_t size)
{
    *reader = (RangeReader){
        .base = {.read = range_read},
        .source = source,
        .offset = offset,
        .left = size,
    };
}
