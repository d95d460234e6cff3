/* SPDX-License-Identifier: Apache-2.0 */
/* gzip members (RFC 1952): the fastest level by ISA-L, the others by libdeflate, the smallest texts
 * by zlib. The facts stand in the extra field. */
#include <libdeflate.h>
#include <stdlib.h>

#include "archive/bytes.h"
#include "archive/codec_ops.h"
#include "archive/deflate_small.h"
#include "archive/fast_deflate.h"

enum {
    TRAILER_SIZE = 8,    /* CRC-32 and size of the text */
    LIBDEFLATE_FROM = 2, /* the lowest level that is its own: ISA-L takes half the time of its 1 */
};

/* ID1 ID2 CM FLG=FEXTRA, MTIME 0, XFL 0, OS unknown, XLEN, then SI1 SI2 LEN of the one subfield. */
static const uint8_t member_mark[] = {
    0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 4 + MEMBER_FACTS_SIZE, 0, 'D', 'B', MEMBER_FACTS_SIZE,
    0};
static const uint8_t footer_mark[] = {
    0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 4 + FOOTER_FACTS_SIZE, 0, 'D', 'B', FOOTER_FACTS_SIZE,
    0};
/* An empty final block with fixed codes, the CRC-32 of nothing, and its size. */
static const uint8_t footer_end[] = {3, 0, 0, 0, 0, 0, 0, 0, 0, 0};

typedef struct GzipEncoder {
    DeflateSmall *small;
    /* One of the two, after the level. */
    struct libdeflate_compressor *libdeflate;
    FastDeflate *fast;
} GzipEncoder;

static void encoder_free(void *state)
{
    GzipEncoder *encoder = state;

    if (encoder != NULL) {
        deflate_small_free(encoder->small);
        libdeflate_free_compressor(encoder->libdeflate);
        fast_deflate_free(encoder->fast);
        free(encoder);
    }
}

static void *encoder_new(int level)
{
    GzipEncoder *encoder = calloc(1, sizeof *encoder);

    if (encoder == NULL) {
        return NULL;
    }
    encoder->small = deflate_small_new();
    if (level < LIBDEFLATE_FROM) {
        encoder->fast = fast_deflate_new();
    } else {
        encoder->libdeflate = libdeflate_alloc_compressor(level);
    }
    if (encoder->small == NULL || (encoder->fast == NULL && encoder->libdeflate == NULL)) {
        encoder_free(encoder);
        return NULL;
    }
    return encoder;
}

static size_t bound(void *state, size_t text_size)
{
    GzipEncoder *encoder = state;

    return (encoder->fast != NULL
                ? fast_deflate_bound(text_size)
                : libdeflate_deflate_compress_bound(encoder->libdeflate, text_size)) +
           TRAILER_SIZE;
}

static size_t encode(void *state, const void *text, size_t text_size, uint8_t *out, size_t room)
{
    GzipEncoder *encoder = state;
    size_t size = deflate_small(encoder->small, text, text_size, out, room - TRAILER_SIZE);

    if (size == 0 && encoder->fast != NULL) { /* it isn't small, or gets larger that way */
        size = fast_deflate(encoder->fast, text, text_size, out, room - TRAILER_SIZE);
    } else if (size == 0) {
        size = libdeflate_deflate_compress(encoder->libdeflate, text, text_size, out,
                                           room - TRAILER_SIZE);
    }
    if (size == 0) {
        return 0;
    }
    bytes_put(out + size, libdeflate_crc32(0, text, text_size), 4);
    bytes_put(out + size + 4, text_size, 4);
    return size + TRAILER_SIZE;
}

static void *decoder_new(void)
{
    return libdeflate_alloc_decompressor();
}

static void decoder_free(void *state)
{
    libdeflate_free_decompressor(state);
}

static bool decode(void *state, const uint8_t *body, size_t size, char *text, size_t text_size)
{
    size_t taken = 0;
    size_t made = 0;
    const uint8_t *trailer;

    if (size < TRAILER_SIZE) {
        return false;
    }
    size -= TRAILER_SIZE;
    trailer = body + size;
    return libdeflate_deflate_decompress_ex(state, body, size, text, text_size, &taken, &made) ==
               LIBDEFLATE_SUCCESS &&
           taken == size && made == text_size &&
           bytes_get(trailer, 4) == libdeflate_crc32(0, text, text_size) &&
           bytes_get(trailer + 4, 4) == text_size;
}

const CodecOps codec_ops_gzip = {
    .codec = CODEC_GZIP,
    .name = "gzip",
    .min_level = 1,
    .max_level = 12,
    .file_mark = {member_mark, sizeof member_mark},
    .member_mark = {member_mark, sizeof member_mark},
    .footer_mark = {footer_mark, sizeof footer_mark},
    .footer_end = {footer_end, sizeof footer_end},
    .encoder_new = encoder_new,
    .encoder_free = encoder_free,
    .bound = bound,
    .encode = encode,
    .decoder_new = decoder_new,
    .decoder_free = decoder_free,
    .decode = decode,
};
