/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last bytes of a file, of fixed length: where the index is, and hashes. And the question
 * whether a file is one of ours, asked of its first and last bytes; a byte or two that were
 * altered don't hide it.
 */
#ifndef DBB_ARCHIVE_FOOTER_H
#define DBB_ARCHIVE_FOOTER_H

#include "archive/codec_ops.h"
#include "archive/member.h"

enum { FOOTER_SIZE_MAX = 128 };

typedef struct Footer {
    uint64_t index_offset;
    uint64_t index_size;   /* bytes in the file, from index_offset to the footer */
    uint64_t index_hash;   /* XXH3-64 of them */
    uint64_t file_size;    /* with the footer */
    uint64_t content_hash; /* XXH3-64 of every byte before the footer */
} Footer;

typedef enum MarkVerdict {
    MARK_NONE,    /* not ours */
    MARK_ALTERED, /* ours, but not as it was written */
    MARK_NEWER,   /* whole, of a later version of the format */
    MARK_GOOD,
} MarkVerdict;

size_t footer_size(const CodecOps *ops); /* at most FOOTER_SIZE_MAX */
void footer_write(const CodecOps *ops, const Footer *footer, uint8_t out[static FOOTER_SIZE_MAX]);
/* Of the last bytes of a file: len of them, all there are or at least FOOTER_SIZE_MAX. *ops and
 * *footer are filled when good, *ops when altered or newer. When good, the places and sizes in
 * *footer agree with one another. */
MarkVerdict footer_find(const uint8_t *bytes, size_t len, const CodecOps **ops, Footer *footer);
/* The same of one kind of footer; `len` needs to be no more than its size. */
MarkVerdict footer_read(const CodecOps *ops, const uint8_t *bytes, size_t len, Footer *footer);
/* Of the first bytes of a file; `whole` when there are no others. A cut head counts as altered. */
MarkVerdict head_find(const uint8_t *bytes, size_t len, bool whole, const CodecOps **ops);
/* The same of one mark, at the beginning of a head of head_size bytes; what stands behind the mark
 * isn't looked at. */
MarkVerdict head_mark_find(const Mark *mark, size_t head_size, const uint8_t *bytes, size_t len,
                           bool whole);
/* What a head makes of the file that begins with it. */
MarkVerdict head_mark_verdict(HeadVerdict head);
/* Whether a footer begins at bytes (at least 16 of them). */
bool footer_begins(const CodecOps *ops, const uint8_t *bytes);

#endif
