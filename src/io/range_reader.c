/* SPDX-License-Identifier: Apache-2.0 */
/* Reads one range of a file at its offset. */
#include "io/range_reader.h"

#include "base/file.h"

static bool range_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    RangeReader *reader = (RangeReader *)self;
    size_t wanted = reader->left < len ? (size_t)reader->left : len;

    if (!file_read_at(reader->fd, reader->name, data, wanted, reader->offset, err)) {
        return false;
    }
    reader->offset += wanted;
    reader->left -= wanted;
    *got = wanted;
    return true;
}

void range_reader_init(RangeReader *reader, int fd, const char *name, uint64_t offset,
                       uint64_t size)
{
    *reader = (RangeReader){
        .base = {.read = range_read},
        .fd = fd,
        .name = name,
        .offset = offset,
        .left = size,
    };
}
