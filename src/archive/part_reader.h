/* SPDX-License-Identifier: Apache-2.0 */
/* An entry's text without some of its parts. */
#ifndef DBB_ARCHIVE_PART_READER_H
#define DBB_ARCHIVE_PART_READER_H

#include "archive/toc.h"
#include "io/stream.h"

typedef struct PartReader {
    Reader base;
    Reader *next;
    const Entry *entry;
    unsigned leave_out; /* TEXT_BITs */
    size_t part;        /* at work now */
    uint64_t left;      /* bytes of it */
} PartReader;

/* `next` is the whole text of the entry, and stays the caller's. It is read to its end, so that
 * what it checks there is checked. */
void part_reader_init(PartReader *reader, const Entry *entry, unsigned leave_out, Reader *next);

#endif
