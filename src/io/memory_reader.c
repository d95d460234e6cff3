/* SPDX-License-Identifier: Apache-2.0 */
/* Reads bytes that are in memory already. */
#include "io/memory_reader.h"

#include <string.h>

static bool memory_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    MemoryReader *reader = (MemoryReader *)self;
    size_t n = reader->left < len ? reader->left : len;

    (void)err;
    if (n > 0) {
        memcpy(data, reader->data, n);
        reader->data += n;
        reader->left -= n;
    }
    *got = n;
    return true;
}

void memory_reader_init(MemoryReader *reader, const void *data, size_t len)
{
    *reader = (MemoryReader){.base = {.read = memory_read}, .data = data, .left = len};
}
