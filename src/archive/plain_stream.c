/* SPDX-License-Identifier: Apache-2.0 */
/* A stream that is passed on as it is while its last bytes are watched. */
#include "archive/plain_stream.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "archive/footer.h"
#include "io/damage.h"

typedef struct PlainStream {
    Reader base;
    Reader *source;
    const char *name;
    bool own;
    XXH3_state_t *content; /* own only: of all bytes but those in tail */
    uint64_t size;
    uint8_t tail[FOOTER_SIZE_MAX]; /* the last bytes so far; of our own file, as many as a footer */
    size_t tail_len;
    size_t tail_max;
} PlainStream;

static void leave_tail(PlainStream *stream, const void *data, size_t len)
{
    if (stream->own) {
        (void)XXH3_64bits_update(stream->content, data, len);
    }
}

/* Bytes enter the tail at its end, and leave it at its front. */
static void pass_tail(PlainStream *stream, const uint8_t *data, size_t len)
{
    size_t leaving;

    stream->size += len;
    if (len >= stream->tail_max) {
        leave_tail(stream, stream->tail, stream->tail_len);
        leave_tail(stream, data, len - stream->tail_max);
        memcpy(stream->tail, data + (len - stream->tail_max), stream->tail_max);
        stream->tail_len = stream->tail_max;
        return;
    }
    leaving =
        stream->tail_len + len > stream->tail_max ? stream->tail_len + len - stream->tail_max : 0;
    leave_tail(stream, stream->tail, leaving);
    memmove(stream->tail, stream->tail + leaving, stream->tail_len - leaving);
    memcpy(stream->tail + (stream->tail_len - leaving), data, len);
    stream->tail_len += len - leaving;
}

static bool check_own_end(const PlainStream *stream, Error *err)
{
    const CodecOps *ops;
    Footer footer;

    switch (footer_find(stream->tail, stream->tail_len, &ops, &footer)) {
    case MARK_NONE:
        return damage_cut(err, stream->name);
    case MARK_NEWER:
        return damage_newer(err, stream->name);
    case MARK_ALTERED:
        return damage_altered(err, stream->name, "its footer isn't what was written");
    case MARK_GOOD:
        break;
    }
    if (ops->codec != CODEC_NONE || footer.file_size != stream->size ||
        footer.content_hash != XXH3_64bits_digest(stream->content)) {
        return damage_altered(err, stream->name, "its footer doesn't agree with what it holds");
    }
    return true;
}

static bool check_foreign_end(const PlainStream *stream, Error *err)
{
    const CodecOps *ops;
    Footer footer;

    return footer_find(stream->tail, stream->tail_len, &ops, &footer) == MARK_NONE
               ? true
               : damage_altered(err, stream->name,
                                "it ends as a file of dbbackup but doesn't begin "
                                "as one");
}

static bool plain_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    PlainStream *stream = (PlainStream *)self;

    if (!reader_read(stream->source, data, len, got, err)) {
        return false;
    }
    if (*got == 0) {
        return stream->own ? check_own_end(stream, err) : check_foreign_end(stream, err);
    }
    pass_tail(stream, data, *got);
    return true;
}

static void plain_close(Reader *self)
{
    PlainStream *stream = (PlainStream *)self;

    reader_close(stream->source);
    (void)XXH3_freeState(stream->content);
    free(stream);
}

bool plain_stream_new(bool own, Reader *source, const char *name, Reader **out, Error *err)
{
    PlainStream *stream = calloc(1, sizeof *stream);

    if (stream == NULL) {
        return error_set_memory(err, name);
    }
    stream->base = (Reader){.read = plain_read, .close = plain_close};
    stream->source = source;
    stream->name = name;
    stream->own = own;
    stream->tail_max = own ? footer_size(&codec_ops_none) : FOOTER_SIZE_MAX;
    stream->content = XXH3_createState();
    if (stream->content == NULL || XXH3_64bits_reset(stream->content) != XXH_OK) {
        (void)XXH3_freeState(stream->content);
        free(stream);
        return error_set_memory(err, name);
    }
    *out = &stream->base;
    return true;
}
