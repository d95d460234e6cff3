/* SPDX-License-Identifier: Apache-2.0 */
/* Reads bytes that are in memory already. A value for others to hold: nothing to close. */
#ifndef DBB_IO_MEMORY_READER_H
#define DBB_IO_MEMORY_READER_H

#include "io/stream.h"

typedef struct MemoryReader {
    Reader base;
    const char *data; /* the next byte */
    size_t left;
} MemoryReader;

/* data belongs to the caller and must outlive the reader. */
void memory_reader_init(MemoryReader *reader, const void *data, size_t len);

#endif
