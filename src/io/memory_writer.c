/* SPDX-License-Identifier: Apache-2.0 */
/* Writes into memory. */
#include "io/memory_writer.h"

static bool memory_write(Writer *self, const void *data, size_t len, Error *err)
{
    MemoryWriter *writer = (MemoryWriter *)self;

    buffer_append(writer->out, data, len);
    return buffer_ok(writer->out, writer->name, err);
}

void memory_writer_init(MemoryWriter *writer, Buffer *out, const char *name)
{
    *writer = (MemoryWriter){.base = {.write = memory_write}, .out = out, .name = name};
}
