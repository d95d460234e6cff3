/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a stream apart into members. */
#include "archive/member_reader.h"

#include <string.h>

#include "archive/footer.h"
#include "io/damage.h"

enum { PIECE = 256 * 1024, PIECE_MIN = 512 };

bool member_reader_init(MemberReader *reader, Codec codec, Reader *source, const char *name,
                        uint64_t size_hint, Error *err)
{
    *reader = (MemberReader){
        .name = name,
        .source = source,
        .ops = codec_ops(codec),
        .piece = size_hint == 0 || size_hint > PIECE ? PIECE
                 : size_hint < PIECE_MIN             ? PIECE_MIN
                                                     : (size_t)size_hint,
    };
    buffer_init(&reader->in, MEMBER_SIZE_MAX + PIECE);
    return member_decoder_init(&reader->decoder, codec, err);
}

void member_reader_free(MemberReader *reader)
{
    if (reader->ops != NULL) {
        member_decoder_free(&reader->decoder);
        buffer_free(&reader->in);
    }
    *reader = (MemberReader){0};
}

/* Makes `needed` bytes stand in the buffer, or all that there are: *available tells. */
static bool look_ahead(MemberReader *reader, size_t needed, size_t *available, Error *err)
{
    Buffer *in = &reader->in;

    if (in->len - reader->taken < needed && reader->taken > 0) {
        memmove(in->data, in->data + reader->taken, in->len - reader->taken);
        in->len -= reader->taken;
        reader->taken = 0;
    }
    while (in->len - reader->taken < needed) {
        char *room = buffer_reserve(in, reader->piece);
        size_t got = 0;

        if (room == NULL) {
            return buffer_ok(in, reader->name, err);
        }
        if (!reader_read(reader->source, room, reader->piece, &got, err)) {
            return false;
        }
        if (got == 0) {
            break;
        }
        in->len += got;
    }
    *available = in->len - reader->taken;
    return true;
}

static const uint8_t *next_bytes(const MemberReader *reader)
{
    return (const uint8_t *)reader->in.data + reader->taken;
}

static bool take_footer(MemberReader *reader, Member *member, Error *err)
{
    size_t size = footer_size(reader->ops);
    size_t available = 0;

    if (!look_ahead(reader, size, &available, err)) {
        return false;
    }
    if (available < size) {
        return damage_cut(err, reader->name);
    }
    *member = (Member){
        .head = {.type = MEMBER_FOOTER, .size = (uint32_t)size, .text_size = (uint32_t)size},
        .text = reader->in.data + reader->taken,
    };
    reader->taken += size;
    return true;
}

static bool take_member(MemberReader *reader, const MemberHead *head, Member *member, Error *err)
{
    size_t available = 0;
    bool good;

    if (!look_ahead(reader, head->size, &available, err)) {
        return false;
    }
    if (available < head->size) {
        return damage_cut(err, reader->name);
    }
    if (!member_decode(&reader->decoder, head, next_bytes(reader), &good, err)) {
        return false;
    }
    if (!good) {
        return damage_altered(err, reader->name, "a member of entry %u can't be unpacked",
                              head->entry);
    }
    if (reader->hash != NULL) {
        (void)XXH3_64bits_update(reader->hash, next_bytes(reader), head->size);
    }
    *member = (Member){.head = *head, .text = reader->decoder.text.data};
    reader->taken += head->size;
    return true;
}

bool member_reader_next(MemberReader *reader, Member *member, bool *end, Error *err)
{
    size_t head_size = codec_head_size(reader->ops);
    size_t available = 0;
    MemberHead head;

    if (!look_ahead(reader, head_size, &available, err)) {
        return false;
    }
    *end = available == 0;
    if (*end) {
        return true;
    }
    if (available < head_size) {
        return damage_cut(err, reader->name);
    }
    if (footer_begins(reader->ops, next_bytes(reader))) {
        return take_footer(reader, member, err);
    }
    switch (member_head_read(reader->ops, next_bytes(reader), &head)) {
    case HEAD_GOOD:
        return take_member(reader, &head, member, err);
    case HEAD_NEWER:
        return damage_newer(err, reader->name);
    case HEAD_ALTERED:
        break;
    }
    return damage_altered(err, reader->name, "a member's header isn't what it was");
}
