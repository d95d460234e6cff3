/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One member: up to 1 MiB of text, packed, with its facts in front. Encoding and decoding touch
 * nothing but their arguments, so each thread works with an encoder or decoder of its own.
 */
#ifndef DBB_ARCHIVE_MEMBER_H
#define DBB_ARCHIVE_MEMBER_H

#include "archive/codec_ops.h"
#include "base/buffer.h"

typedef enum MemberType {
    MEMBER_DATA = 1, /* a piece of an entry's text */
    MEMBER_INDEX,    /* a piece of the index */
    MEMBER_FOOTER,   /* the end of the file; see footer.h */
} MemberType;

enum {
    MEMBER_FIRST = 1,   /* the first of its chunk */
    MEMBER_LAST = 2,    /* the last of its chunk */
    MEMBER_ROW_END = 4, /* ends where a row ends */
};

typedef struct MemberHead {
    MemberType type;
    unsigned flags;
    uint32_t entry;    /* the entry's id; 0 for the index */
    uint32_t chunk;    /* its number within the entry, from 0 */
    uint32_t sequence; /* within the chunk, from 0 */
    uint32_t size;     /* of the whole member in the file, from 1 on */
    uint32_t text_size;
} MemberHead;

typedef enum HeadVerdict {
    HEAD_GOOD,
    HEAD_NEWER,   /* whole, but of a later version of the format */
    HEAD_ALTERED, /* or no member of ours at all */
} HeadVerdict;

/* bytes: at least codec_head_size(ops). *head is filled when good, every size within its limit. */
HeadVerdict member_head_read(const CodecOps *ops, const uint8_t *bytes, MemberHead *head);

typedef struct MemberEncoder {
    const CodecOps *ops;
    void *state;
    Buffer out; /* used again for each member */
} MemberEncoder;

bool member_encoder_init(MemberEncoder *encoder, Compression compression, Error *err) MUST_CHECK;
void member_encoder_free(MemberEncoder *encoder); /* a zeroed one is fine */
/* The member is then in encoder->out, until the next call. head: size and text_size are set by
 * this function. text_size is at most MEMBER_TEXT_MAX. */
bool member_encode(MemberEncoder *encoder, MemberHead *head, const void *text, size_t text_size,
                   Error *err) MUST_CHECK;

typedef struct MemberDecoder {
    const CodecOps *ops;
    void *state;
    Buffer text; /* used again for each member */
} MemberDecoder;

bool member_decoder_init(MemberDecoder *decoder, Codec codec, Error *err) MUST_CHECK;
void member_decoder_free(MemberDecoder *decoder); /* a zeroed one is fine */
/* member: head->size bytes whose head was read. The text is then in decoder->text until the next
 * call. *good is false when the body isn't what the head says; an error is something else. */
bool member_decode(MemberDecoder *decoder, const MemberHead *head, const uint8_t *member,
                   bool *good, Error *err) MUST_CHECK;

/* Checks that members follow one another as they must: chunks from first to last, the index after
 * all data. */
typedef struct MemberOrder {
    bool inside; /* a chunk that isn't complete */
    MemberHead last;
} MemberOrder;

/* Takes the next member; false when it doesn't belong there. */
bool member_order_next(MemberOrder *order, const MemberHead *head);

#endif
