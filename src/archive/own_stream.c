/* SPDX-License-Identifier: Apache-2.0 */
/* One of our own files, gzip or zstd, as a stream. */
#include "archive/own_stream.h"

#include <stdlib.h>
#include <string.h>

#include "archive/footer.h"
#include "archive/member_reader.h"
#include "archive/plain_stream.h"
#include "io/damage.h"

typedef struct OwnStream {
    Reader base;
    Reader *source;
    const char *name;
    MemberReader members;
    MemberOrder order;
    XXH3_state_t *content;
    uint64_t index_offset;
    uint64_t size; /* bytes of the members so far */
    bool ended;    /* the footer was read and is good */
    const char *text;
    size_t left;
} OwnStream;

static bool check_footer(OwnStream *stream, const Member *member, Error *err)
{
    const CodecOps *ops;
    Footer footer;

    switch (footer_find((const uint8_t *)member->text, member->head.size, &ops, &footer)) {
    case MARK_GOOD:
        break;
    case MARK_NEWER:
        return damage_newer(err, stream->name);
    case MARK_ALTERED:
    case MARK_NONE:
        return damage_altered(err, stream->name, "its footer isn't what was written");
    }
    if (stream->order.inside || stream->order.last.type != MEMBER_INDEX ||
        footer.index_offset != stream->index_offset ||
        footer.index_size != stream->size - stream->index_offset ||
        footer.file_size != stream->size + member->head.size ||
        footer.content_hash != XXH3_64bits_digest(stream->content)) {
        return damage_altered(err, stream->name, "its footer doesn't agree with what it holds");
    }
    stream->ended = true;
    return true;
}

static bool take_member(OwnStream *stream, const Member *member, Error *err)
{
    const MemberHead *head = &member->head;

    if (head->type == MEMBER_FOOTER) {
        return check_footer(stream, member, err);
    }
    if (!member_order_next(&stream->order, head)) {
        return damage_altered(err, stream->name, "a member isn't where it was");
    }
    if (head->type == MEMBER_DATA) {
        stream->text = member->text;
        stream->left = head->text_size;
        stream->index_offset = stream->size + head->size;
    }
    stream->size += head->size;
    return true;
}

/* Takes the next member; *done at the end of a file that is whole. */
static bool advance(OwnStream *stream, bool *done, Error *err)
{
    Member member;
    bool end;

    if (stream->ended) {
        char more;
        size_t got = 0;

        if (stream->members.in.len == stream->members.taken &&
            !reader_read(stream->source, &more, 1, &got, err)) {
            return false;
        }
        *done = got == 0 && stream->members.in.len == stream->members.taken;
        return *done ? true : damage_altered(err, stream->name, "something follows its footer");
    }
    if (!member_reader_next(&stream->members, &member, &end, err)) {
        return false;
    }
    return end ? damage_cut(err, stream->name) : take_member(stream, &member, err);
}

static bool own_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    OwnStream *stream = (OwnStream *)self;
    bool done = false;
    size_t n;

    while (stream->left == 0 && !done) {
        if (!advance(stream, &done, err)) {
            return false;
        }
    }
    n = stream->left < len ? stream->left : len;
    if (n > 0) {
        memcpy(data, stream->text, n);
        stream->text += n;
        stream->left -= n;
    }
    *got = n;
    return true;
}

static void release(OwnStream *stream)
{
    member_reader_free(&stream->members);
    (void)XXH3_freeState(stream->content);
    free(stream);
}

static void own_close(Reader *self)
{
    OwnStream *stream = (OwnStream *)self;

    reader_close(stream->source);
    release(stream);
}

static bool member_stream_new(Codec codec, Reader *source, const char *name, Reader **out,
                              Error *err)
{
    OwnStream *stream = calloc(1, sizeof *stream);

    if (stream == NULL) {
        return error_set_memory(err, name);
    }
    stream->base = (Reader){.read = own_read, .close = own_close};
    stream->source = source;
    stream->name = name;
    stream->content = XXH3_createState();
    if (stream->content == NULL || XXH3_64bits_reset(stream->content) != XXH_OK) {
        release(stream);
        return error_set_memory(err, name);
    }
    if (!member_reader_init(&stream->members, codec, source, name, 0, err)) {
        release(stream);
        return false;
    }
    stream->members.hash = stream->content;
    *out = &stream->base;
    return true;
}

bool own_stream_new(Codec codec, Reader *source, const char *name, Reader **out, Error *err)
{
    return codec == CODEC_NONE ? plain_stream_new(true, source, name, out, err)
                               : member_stream_new(codec, source, name, out, err);
}

bool tail_guard_new(Reader *source, const char *name, Reader **out, Error *err)
{
    return plain_stream_new(false, source, name, out, err);
}
