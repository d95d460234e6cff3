/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the chunks of a table of contents lie in the file. They must cover it without a gap and
 * without an overlap, so that every byte belongs to a hash. Writer and reader ask the same
 * question.
 */
#ifndef DBB_ARCHIVE_LAYOUT_H
#define DBB_ARCHIVE_LAYOUT_H

#include "archive/toc.h"

typedef struct ChunkPlace {
    const Entry *entry;
    const Chunk *chunk;
    uint32_t number; /* within the entry */
} ChunkPlace;

typedef VEC(ChunkPlace) Layout; /* in the order of the file */

typedef enum LayoutVerdict {
    LAYOUT_GOOD,
    LAYOUT_NO_MEMORY,
    LAYOUT_GAP,     /* chunks leave a gap, overlap, or don't end at `end` */
    LAYOUT_BAD_ID,  /* an id of 0, or used twice */
    LAYOUT_BAD_DEP, /* a dependency on nothing, or on itself */
} LayoutVerdict;

/* The chunks must fill the bytes from start to end. *layout, filled when good, points into toc and
 * is freed with vec_free. */
LayoutVerdict layout_find(const Toc *toc, uint64_t start, uint64_t end, Layout *layout);
const char *layout_verdict_text(LayoutVerdict verdict);

#endif
