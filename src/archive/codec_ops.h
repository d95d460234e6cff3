/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What differs between gzip, zstd and none: the fixed bytes around a member's facts and the
 * footer's, and how the text itself is packed. The facts are the same for all (member.h, footer.h).
 *
 *     member:  member_mark  facts  body (the packed text)
 *     footer:  footer_mark  facts  footer_end
 */
#ifndef DBB_ARCHIVE_CODEC_OPS_H
#define DBB_ARCHIVE_CODEC_OPS_H

#include <stddef.h>
#include <stdint.h>

#include "archive/codec.h"
#include "base/error.h"

enum {
    MEMBER_FACTS_SIZE = 28,
    FOOTER_FACTS_SIZE = 52,
    MEMBER_TEXT_MAX = 1024 * 1024,                 /* bytes of text in one member */
    MEMBER_SIZE_MAX = MEMBER_TEXT_MAX + 64 * 1024, /* bytes of one member in the file */
};

typedef struct Mark {
    const uint8_t *bytes;
    size_t len;
} Mark;

typedef struct CodecOps {
    Codec codec;
    const char *name;
    int min_level;
    int max_level;
    Mark file_mark;   /* how every file of ours begins */
    Mark member_mark; /* empty: this codec has no members, the text stands as it is */
    Mark footer_mark;
    Mark footer_end;

    /* State for one thread; the four are NULL when there are no members. */
    void *(*encoder_new)(int level); /* NULL when memory is out */
    void (*encoder_free)(void *state);
    size_t (*bound)(void *state, size_t text_size); /* most bytes encode may need */
    /* The body's size, or 0 when it can't be done. */
    size_t (*encode)(void *state, const void *text, size_t text_size, uint8_t *out, size_t room);
    void *(*decoder_new)(void);
    void (*decoder_free)(void *state);
    /* Exactly text_size bytes out of exactly size bytes, checksum right; or false. */
    bool (*decode)(void *state, const uint8_t *body, size_t size, char *text, size_t text_size);
} CodecOps;

extern const CodecOps codec_ops_none;
extern const CodecOps codec_ops_gzip;
extern const CodecOps codec_ops_zstd;

const CodecOps *codec_ops(Codec codec);
/* ERR_USAGE when the codec has no such level. */
bool codec_check(Compression compression, Error *err) MUST_CHECK;

/* Bytes before a member's body; 0 when the codec has no members. */
static inline size_t codec_head_size(const CodecOps *ops)
{
    return ops->member_mark.len == 0 ? 0 : ops->member_mark.len + MEMBER_FACTS_SIZE;
}

#endif
