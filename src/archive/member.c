/* SPDX-License-Identifier: Apache-2.0 */
/* One member: its facts, and its text packed and unpacked. */
#include "archive/member.h"

#include <string.h>
#include <xxhash.h>

#include "archive/bytes.h"

/* Where the facts stand. CHECK is over all facts before it. */
enum {
    FACT_VERSION = 0,
    FACT_TYPE = 1,
    FACT_FLAGS = 2,
    FACT_RESERVED = 3,
    FACT_ENTRY = 4,
    FACT_CHUNK = 8,
    FACT_SEQUENCE = 12,
    FACT_SIZE = 16,
    FACT_TEXT_SIZE = 20,
    FACT_CHECK = 24,
};

enum { FORMAT_VERSION = 1, ALL_FLAGS = MEMBER_FIRST | MEMBER_LAST | MEMBER_ROW_END };

static uint32_t facts_check(const uint8_t *facts)
{
    return (uint32_t)XXH3_64bits(facts, FACT_CHECK);
}

static void facts_write(uint8_t *facts, const MemberHead *head)
{
    facts[FACT_VERSION] = FORMAT_VERSION;
    facts[FACT_TYPE] = (uint8_t)head->type;
    facts[FACT_FLAGS] = (uint8_t)head->flags;
    facts[FACT_RESERVED] = 0;
    bytes_put(facts + FACT_ENTRY, head->entry, 4);
    bytes_put(facts + FACT_CHUNK, head->chunk, 4);
    bytes_put(facts + FACT_SEQUENCE, head->sequence, 4);
    bytes_put(facts + FACT_SIZE, head->size, 4);
    bytes_put(facts + FACT_TEXT_SIZE, head->text_size, 4);
    bytes_put(facts + FACT_CHECK, facts_check(facts), 4);
}

HeadVerdict member_head_read(const CodecOps *ops, const uint8_t *bytes, MemberHead *head)
{
    const uint8_t *facts = bytes + ops->member_mark.len;
    MemberHead read;

    if (memcmp(bytes, ops->member_mark.bytes, ops->member_mark.len) != 0 ||
        bytes_get(facts + FACT_CHECK, 4) != facts_check(facts)) {
        return HEAD_ALTERED;
    }
    if (facts[FACT_VERSION] != FORMAT_VERSION) {
        return HEAD_NEWER;
    }
    read = (MemberHead){
        .type = (MemberType)facts[FACT_TYPE],
        .flags = facts[FACT_FLAGS],
        .entry = (uint32_t)bytes_get(facts + FACT_ENTRY, 4),
        .chunk = (uint32_t)bytes_get(facts + FACT_CHUNK, 4),
        .sequence = (uint32_t)bytes_get(facts + FACT_SEQUENCE, 4),
        .size = (uint32_t)bytes_get(facts + FACT_SIZE, 4),
        .text_size = (uint32_t)bytes_get(facts + FACT_TEXT_SIZE, 4),
    };
    if ((read.type != MEMBER_DATA && read.type != MEMBER_INDEX) ||
        (read.type == MEMBER_INDEX) != (read.entry == 0) || (read.flags & ~ALL_FLAGS) != 0 ||
        facts[FACT_RESERVED] != 0 || read.size <= codec_head_size(ops) ||
        read.size > MEMBER_SIZE_MAX || read.text_size > MEMBER_TEXT_MAX) {
        return HEAD_ALTERED;
    }
    *head = read;
    return HEAD_GOOD;
}

bool member_encoder_init(MemberEncoder *encoder, Compression compression, Error *err)
{
    const CodecOps *ops = codec_ops(compression.codec);

    *encoder = (MemberEncoder){.ops = ops};
    buffer_init(&encoder->out, MEMBER_SIZE_MAX);
    if (!codec_check(compression, err)) {
        return false;
    }
    if (ops->encoder_new != NULL) {
        encoder->state = ops->encoder_new(compression.level);
        if (encoder->state == NULL) {
            return error_set_memory(err, "compression");
        }
    }
    return true;
}

void member_encoder_free(MemberEncoder *encoder)
{
    if (encoder->state != NULL) {
        encoder->ops->encoder_free(encoder->state);
    }
    buffer_free(&encoder->out);
    encoder->state = NULL;
}

bool member_encode(MemberEncoder *encoder, MemberHead *head, const void *text, size_t text_size,
                   Error *err)
{
    const CodecOps *ops = encoder->ops;
    size_t head_size = codec_head_size(ops);
    size_t room = ops->bound(encoder->state, text_size);
    size_t body;
    uint8_t *out;

    buffer_clear(&encoder->out);
    out = (uint8_t *)buffer_reserve(&encoder->out, head_size + room);
    if (out == NULL) {
        return buffer_ok(&encoder->out, "a compressed member", err);
    }
    body = ops->encode(encoder->state, text, text_size, out + head_size, room);
    if (body == 0) {
        return error_set(err, ERR_INTERNAL, "%s can't compress %zu bytes", ops->name, text_size);
    }
    head->size = (uint32_t)(head_size + body);
    head->text_size = (uint32_t)text_size;
    memcpy(out, ops->member_mark.bytes, ops->member_mark.len);
    facts_write(out + ops->member_mark.len, head);
    encoder->out.len = head->size;
    return true;
}

bool member_decoder_init(MemberDecoder *decoder, Codec codec, Error *err)
{
    *decoder = (MemberDecoder){.ops = codec_ops(codec)};
    buffer_init(&decoder->text, MEMBER_TEXT_MAX);
    if (decoder->ops->decoder_new != NULL) {
        decoder->state = decoder->ops->decoder_new();
        if (decoder->state == NULL) {
            return error_set_memory(err, "decompression");
        }
    }
    return true;
}

void member_decoder_free(MemberDecoder *decoder)
{
    if (decoder->state != NULL) {
        decoder->ops->decoder_free(decoder->state);
    }
    buffer_free(&decoder->text);
    decoder->state = NULL;
}

bool member_decode(MemberDecoder *decoder, const MemberHead *head, const uint8_t *member,
                   bool *good, Error *err)
{
    size_t head_size = codec_head_size(decoder->ops);
    char *text;

    buffer_clear(&decoder->text);
    text = buffer_reserve(&decoder->text, head->text_size);
    if (text == NULL) {
        return buffer_ok(&decoder->text, "a member's text", err);
    }
    *good = decoder->ops->decode(decoder->state, member + head_size, head->size - head_size, text,
                                 head->text_size);
    decoder->text.len = *good ? head->text_size : 0;
    return true;
}

bool member_order_next(MemberOrder *order, const MemberHead *head)
{
    bool first = (head->flags & MEMBER_FIRST) != 0;
    const MemberHead *last = &order->last;

    if (order->inside) {
        if (first || head->type != last->type || head->entry != last->entry ||
            head->chunk != last->chunk || head->sequence != last->sequence + 1) {
            return false;
        }
    } else if (!first || head->sequence != 0 || last->type == MEMBER_INDEX) {
        return false; /* the index is one chunk, and no other follows it */
    }
    order->inside = (head->flags & MEMBER_LAST) == 0;
    order->last = *head;
    return true;
}
