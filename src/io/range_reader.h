/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads one range of a source, so that several readers can share it. It is a value for others to
 * hold: there is nothing to close.
 */
#ifndef DBB_IO_RANGE_READER_H
#define DBB_IO_RANGE_READER_H

#include "io/source.h"
#include "io/stream.h"

typedef struct RangeReader {
    Reader base;
    const Source *source;
    uint64_t offset; /* of the next byte */
    uint64_t left;   /* bytes of the range not yet read */
} RangeReader;

/* source must outlive the reader. One that ends within the range is ERR_DAMAGED when that is
 * read. */
void range_reader_init(RangeReader *reader, const Source *source, uint64_t offset, uint64_t size);

#endif
