/* SPDX-License-Identifier: Apache-2.0 */
/* Decompresses zstd of anyone's making. */
#include "io/zstd_reader.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "io/damage.h"

enum { INPUT_SIZE = 128 * 1024, HEAD_SIZE = 18 /* a frame's head, at most: RFC 8878, 3.1.1 */ };

typedef struct ZstdReader {
    Reader base;
    Reader *source;
    const char *name;
    ZSTD_DStream *stream;
    ZSTD_inBuffer in;
    size_t head_left; /* bytes of a frame that go in one by one */
    bool in_frame;    /* more bytes of a frame must follow */
    bool more;        /* the last call may have left output inside the decompressor */
    bool seen_frame;
    char input[INPUT_SIZE];
} ZstdReader;

static bool explain(const ZstdReader *reader, size_t code, Error *err)
{
    switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_memory_allocation:
        return error_set_memory(err, reader->name);
    case ZSTD_error_frameParameter_windowTooLarge:
        (void)error_set(err, ERR_LIMIT, "%s needs more than 128 MB of memory to decompress",
                        reader->name);
        return error_hint(err, "Decompress it first, with zstd -d --long=31.");
    default:
        return damage_altered(err, reader->name, "%s", ZSTD_getErrorName(code));
    }
}

/*
 * A frame's head goes in byte by byte. libzstd also knows the formats of before 2016, but looks for
 * their marks only in the bytes of the call in which it finds a head wrong, so whether it takes one
 * would depend on where a piece happens to end. This way it never does.
 */
static size_t decompress(ZstdReader *reader, ZSTD_outBuffer *out)
{
    ZSTD_inBuffer one = {reader->in.src, reader->in.pos + 1, reader->in.pos};
    size_t result;

    if (reader->head_left == 0 || reader->in.pos == reader->in.size) {
        result = ZSTD_decompressStream(reader->stream, out, &reader->in);
    } else {
        result = ZSTD_decompressStream(reader->stream, out, &one);
        reader->head_left -= one.pos - reader->in.pos;
        reader->in.pos = one.pos;
    }
    if (result == 0) { /* the frame's end */
        reader->head_left = HEAD_SIZE;
    }
    return result;
}

static bool zstd_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    ZstdReader *reader = (ZstdReader *)self;
    ZSTD_outBuffer out = {.dst = data, .size = len};

    while (out.pos == 0) {
        size_t result;

        if (reader->in.pos == reader->in.size && !reader->more) {
            size_t n = 0;

            if (!reader_read(reader->source, reader->input, sizeof reader->input, &n, err)) {
                return false;
            }
            if (n == 0) {
                *got = 0;
                return reader->in_frame || !reader->seen_frame ? damage_cut(err, reader->name)
                                                               : true;
            }
            reader->in = (ZSTD_inBuffer){.src = reader->input, .size = n};
        }
        result = decompress(reader, &out);
        if (ZSTD_isError(result)) {
            return explain(reader, result, err);
        }
        reader->seen_frame = true;
        reader->in_frame = result != 0;
        reader->more = result != 0 && out.pos == out.size;
    }
    *got = out.pos;
    return true;
}

static void zstd_close(Reader *self)
{
    ZstdReader *reader = (ZstdReader *)self;

    (void)ZSTD_freeDStream(reader->stream);
    reader_close(reader->source);
    free(reader);
}

bool zstd_reader_new(Reader *source, const char *name, Reader **out, Error *err)
{
    ZstdReader *reader = calloc(1, sizeof *reader);

    if (reader == NULL) {
        return error_set_memory(err, name);
    }
    reader->base = (Reader){.read = zstd_read, .close = zstd_close};
    reader->source = source;
    reader->name = name;
    reader->head_left = HEAD_SIZE;
    reader->stream = ZSTD_createDStream();
    if (reader->stream == NULL) {
        free(reader);
        return error_set_memory(err, name);
    }
    *out = &reader->base;
    return true;
}
