/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The gzip member around one file of a cluster archive: a head with facts; stored deflate blocks
 * (the tar head in one, the content in blocks of one size, the padding in the last); CRC-32 and
 * size. As the blocks have one size, where a byte of the content stands is a formula.
 */
#ifndef DBB_ARCHIVE_CLUSTER_FRAME_H
#define DBB_ARCHIVE_CLUSTER_FRAME_H

#include "archive/cluster.h"
#include "archive/footer.h"
#include "archive/member.h"
#include "io/source.h"

enum {
    FRAME_HEAD_SIZE = 48,
    FRAME_BLOCK_HEAD = 5,                                   /* of every block */
    FRAME_BLOCK_SIZE = 65536,                               /* of a whole block of content … */
    FRAME_BLOCK_TEXT = FRAME_BLOCK_SIZE - FRAME_BLOCK_HEAD, /* … and what it holds */
    FRAME_TAIL_SIZE = 8,                                    /* CRC-32, size */
    FRAME_PADDING_MAX = 2048,
};

typedef struct ClusterFrame {
    ClusterKind kind;
    uint32_t number;   /* of the file in the archive, from 0 */
    uint32_t tar_size; /* of the tar head */
    uint64_t content_size;
} ClusterFrame;

/* Bytes before the first block of content, with the block of the tar head. */
uint64_t frame_content_start(const ClusterFrame *frame);
/* Bytes of zeros behind the content; behind the index stand those that end the tar, too. */
size_t frame_padding(const ClusterFrame *frame);
/* Bytes of the whole gzip member. */
uint64_t frame_size(const ClusterFrame *frame);

void frame_head_write(const ClusterFrame *frame, uint8_t out[static FRAME_HEAD_SIZE]);
/* *frame is filled when good, every size within its limit. */
HeadVerdict frame_head_read(const uint8_t bytes[static FRAME_HEAD_SIZE], ClusterFrame *frame);
/* text_size is at most 65535. */
void frame_block_head(size_t text_size, bool last, uint8_t out[static FRAME_BLOCK_HEAD]);

/* How a cluster archive begins, judged by its first bytes; `whole` when there are no others. */
MarkVerdict cluster_head_find(const uint8_t *bytes, size_t len, bool whole);
/* For footer_write, footer_read and footer_begins: the marks of a cluster's footer. */
extern const CodecOps cluster_footer;

/* The content of the frame at this offset of a file, which must outlive the new source. `name` is
 * what messages call it. */
bool frame_source_new(const Source *file, uint64_t offset, const ClusterFrame *frame,
                      const char *name, Source **out, Error *err) MUST_CHECK;

#endif
