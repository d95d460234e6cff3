/* SPDX-License-Identifier: Apache-2.0 */
/* Writes into memory, up to the buffer's limit. A value for others to hold: nothing to close. */
#ifndef DBB_IO_MEMORY_WRITER_H
#define DBB_IO_MEMORY_WRITER_H

#include "base/buffer.h"
#include "io/stream.h"

typedef struct MemoryWriter {
    Writer base;
    Buffer *out;
    const char *name; /* for messages */
} MemoryWriter;

/* out and name belong to the caller and must outlive the writer. */
void memory_writer_init(MemoryWriter *writer, Buffer *out, const char *name);

#endif
