/* SPDX-License-Identifier: Apache-2.0 */
/* gzip members (RFC 1952), all but the smallest by libdeflate; the facts stand in the extra field.
 */
#include <libdeflate.h>

#include "archive/bytes.h"
#include "archive/codec_ops.h"
#include "archive/deflate_small.h"

enum { TRAILER_SIZE = 8 /* CRC-32 and size of the text */ };

/* ID1 ID2 CM FLG=FEXTRA, MTIME 0, XFL 0, OS unknown, XLEN, then SI1 SI2 LEN of the one subfield. */
static const uint8_t member_mark[] = {
    0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 4 + MEMBER_FACTS_SIZE, 0, 'D', 'B', MEMBER_FACTS_SIZE,
    0};
static const uint8_t footer_mark[] = {
    0x1F, 0x8B, 8, 4, 0, 0, 0, 0, 0, 0xFF, 4 + FOOTER_FACTS_SIZE, 0, 'D', 'B', FOOTER_FACTS_SIZE,
    0};
/* An empty final block with fixed codes, the CRC-32 of nothing, and its size. */
static const uint8_t footer_end[] = {3, 0, 0, 0, 0, 0, 0, 0, 0, 0};

static void *encoder_new(int level)
{
    return libdeflate_alloc_compressor(level);
}

static void encoder_free(void *state)
{
    libdeflate_free_compressor(state);
}

static size_t bound(void *state, size_t text_size)
{
    return libdeflate_deflate_compress_bound(state, text_size) + TRAILER_SIZE;
}

static size_t encode(void *state, const void *text, size_t text_size, uint8_t *out, size_t room)
{
    size_t size = deflate_small(text, text_size, out, room - TRAILER_SIZE);

    if (size == 0) { /* it isn't small, or gets smaller when it is just stored */
        size = libdeflate_deflate_compress(state, text, text_size, out, room - TRAILER_SIZE);
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
