/* SPDX-License-Identifier: Apache-2.0 */
/* The gzip member around one file of a cluster archive. */
#include "archive/cluster_frame.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "archive/bytes.h"
#include "archive/cluster_tar.h"

/* Where the facts stand, after the mark. CHECK is over all facts before it. */
enum {
    FACT_VERSION = 0,
    FACT_TYPE = 1,
    FACT_RESERVED = 2,
    FACT_NUMBER = 4,
    FACT_CONTENT_SIZE = 8,
    FACT_SIZE = 16,
    FACT_TAR_SIZE = 24,
    FACT_CHECK = 28,
    FACTS_SIZE = 32,
};

enum { FORMAT_VERSION = 1 };

/* No file is that large; with it, no sum overflows. */
static const uint64_t content_max = UINT64_MAX / 4;

/* ID1 ID2 CM FLG=FEXTRA, MTIME 0, XFL 0, OS Unix, XLEN, then SI1 SI2 LEN of the one subfield. It
 * differs in five bytes from that of an indexed script. */
static const uint8_t head_mark[] = {0x1F, 0x8B,           8, 4,   0,   0,          0, 0, 0,
                                    3,    4 + FACTS_SIZE, 0, 'C', 'L', FACTS_SIZE, 0};
static const uint8_t footer_mark[] = {
    0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 3, 4 + FOOTER_FACTS_SIZE, 0, 'C', 'L', FOOTER_FACTS_SIZE, 0};
/* A stored block without text, the CRC-32 of nothing, and its size. */
static const uint8_t footer_end[] = {1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0};

const CodecOps cluster_footer = {
    .codec = CODEC_GZIP,
    .name = "cluster",
    .footer_mark = {footer_mark, sizeof footer_mark},
    .footer_end = {footer_end, sizeof footer_end},
};

_Static_assert(sizeof head_mark + FACTS_SIZE == FRAME_HEAD_SIZE, "a head is a mark and facts");

uint64_t frame_content_start(const ClusterFrame *frame)
{
    return FRAME_HEAD_SIZE + FRAME_BLOCK_HEAD + frame->tar_size;
}

size_t frame_padding(const ClusterFrame *frame)
{
    size_t over = (size_t)(frame->content_size % TAR_BLOCK);

    return (over == 0 ? 0 : TAR_BLOCK - over) + (frame->kind == CLUSTER_INDEX ? TAR_END : 0);
}

uint64_t frame_size(const ClusterFrame *frame)
{
    uint64_t blocks = (frame->content_size + FRAME_BLOCK_TEXT - 1) / FRAME_BLOCK_TEXT;

    return frame_content_start(frame) + frame->content_size + blocks * FRAME_BLOCK_HEAD +
           FRAME_BLOCK_HEAD + frame_padding(frame) + FRAME_TAIL_SIZE;
}

static uint32_t facts_check(const uint8_t *facts)
{
    return (uint32_t)XXH3_64bits(facts, FACT_CHECK);
}

void frame_head_write(const ClusterFrame *frame, uint8_t out[static FRAME_HEAD_SIZE])
{
    uint8_t *facts = out + sizeof head_mark;

    memcpy(out, head_mark, sizeof head_mark);
    facts[FACT_VERSION] = FORMAT_VERSION;
    facts[FACT_TYPE] = (uint8_t)frame->kind;
    bytes_put(facts + FACT_RESERVED, 0, 2);
    bytes_put(facts + FACT_NUMBER, frame->number, 4);
    bytes_put(facts + FACT_CONTENT_SIZE, frame->content_size, 8);
    bytes_put(facts + FACT_SIZE, frame_size(frame), 8);
    bytes_put(facts + FACT_TAR_SIZE, frame->tar_size, 4);
    bytes_put(facts + FACT_CHECK, facts_check(facts), 4);
}

HeadVerdict frame_head_read(const uint8_t bytes[static FRAME_HEAD_SIZE], ClusterFrame *frame)
{
    const uint8_t *facts = bytes + sizeof head_mark;
    ClusterFrame read;

    if (memcmp(bytes, head_mark, sizeof head_mark) != 0 ||
        bytes_get(facts + FACT_CHECK, 4) != facts_check(facts)) {
        return HEAD_ALTERED;
    }
    if (facts[FACT_VERSION] != FORMAT_VERSION) {
        return HEAD_NEWER;
    }
    read = (ClusterFrame){
        .kind = (ClusterKind)facts[FACT_TYPE],
        .number = (uint32_t)bytes_get(facts + FACT_NUMBER, 4),
        .tar_size = (uint32_t)bytes_get(facts + FACT_TAR_SIZE, 4),
        .content_size = bytes_get(facts + FACT_CONTENT_SIZE, 8),
    };
    if (facts[FACT_TYPE] < CLUSTER_MANIFEST || facts[FACT_TYPE] > CLUSTER_INDEX ||
        bytes_get(facts + FACT_RESERVED, 2) != 0 ||
        (read.tar_size != TAR_BLOCK && read.tar_size != TAR_HEAD_MAX) ||
        read.content_size > content_max || bytes_get(facts + FACT_SIZE, 8) != frame_size(&read)) {
        return HEAD_ALTERED;
    }
    *frame = read;
    return HEAD_GOOD;
}

void frame_block_head(size_t text_size, bool last, uint8_t out[static FRAME_BLOCK_HEAD])
{
    out[0] = last ? 1 : 0; /* BFINAL, BTYPE 00, and no more bits until the next byte */
    bytes_put(out + 1, text_size, 2);
    bytes_put(out + 3, ~text_size, 2);
}

MarkVerdict cluster_head_find(const uint8_t *bytes, size_t len, bool whole)
{
    static const Mark mark = {head_mark, sizeof head_mark};
    MarkVerdict verdict = head_mark_find(&mark, FRAME_HEAD_SIZE, bytes, len, whole);
    ClusterFrame frame;

    return verdict == MARK_GOOD ? head_mark_verdict(frame_head_read(bytes, &frame)) : verdict;
}

/* --- The content at any place ------------------------------------------------------------- */

typedef struct FrameSource {
    Source base;
    const Source *file;
    uint64_t blocks; /* where the first block of content begins in the file */
    char name[];
} FrameSource;

static bool frame_read_at(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    const FrameSource *source = (const FrameSource *)self;
    char *out = data;

    while (len > 0) {
        uint64_t block = offset / FRAME_BLOCK_TEXT;
        size_t within = (size_t)(offset % FRAME_BLOCK_TEXT);
        size_t n = len < FRAME_BLOCK_TEXT - within ? len : FRAME_BLOCK_TEXT - within;

        if (!source_read_at(source->file, out, n,
                            source->blocks + block * FRAME_BLOCK_SIZE + FRAME_BLOCK_HEAD + within,
                            err)) {
            return false;
        }
        out += n;
        offset += n;
        len -= n;
    }
    return true;
}

static void frame_close(Source *self)
{
    free(self);
}

bool frame_source_new(const Source *file, uint64_t offset, const ClusterFrame *frame,
                      const char *name, Source **out, Error *err)
{
    size_t len = strlen(name) + 1;
    FrameSource *source = malloc(sizeof *source + len);

    if (source == NULL) {
        return error_set_memory(err, name);
    }
    *source = (FrameSource){
        .base = {.read_at = frame_read_at, .close = frame_close, .size = frame->content_size},
        .file = file,
        .blocks = offset + frame_content_start(frame),
    };
    memcpy(source->name, name, len);
    source->base.name = source->name;
    *out = &source->base;
    return true;
}
