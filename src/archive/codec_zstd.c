/* SPDX-License-Identifier: Apache-2.0 */
/* zstd (RFC 8878): one frame per member, the facts in a skippable frame in front of it. */
#include <zstd.h>

#include "archive/codec_ops.h"

/* Skippable frame 0x184D2A5D, its size, then the same subfield as in gzip's extra field. */
static const uint8_t member_mark[] = {0x5D, 0x2A, 0x4D, 0x18, 4 + MEMBER_FACTS_SIZE, 0,
                                      0,    0,    'D',  'B',  MEMBER_FACTS_SIZE,     0};
static const uint8_t footer_mark[] = {0x5D, 0x2A, 0x4D, 0x18, 4 + FOOTER_FACTS_SIZE, 0,
                                      0,    0,    'D',  'B',  FOOTER_FACTS_SIZE,     0};

static void *encoder_new(int level)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();

    if (context != NULL &&
        (ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)) ||
         ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1)) ||
         ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)))) {
        (void)ZSTD_freeCCtx(context);
        return NULL;
    }
    return context;
}

static void encoder_free(void *state)
{
    (void)ZSTD_freeCCtx(state);
}

static size_t bound(void *state, size_t text_size)
{
    return ZSTD_compressBound(text_size);
}

static size_t encode(void *state, const void *text, size_t text_size, uint8_t *out, size_t room)
{
    size_t size = ZSTD_compress2(state, out, room, text, text_size);

    return ZSTD_isError(size) ? 0 : size;
}

static void *decoder_new(void)
{
    return ZSTD_createDCtx();
}

static void decoder_free(void *state)
{
    (void)ZSTD_freeDCtx(state);
}

/* One frame that says its size, and nothing behind it. */
static bool decode(void *state, const uint8_t *body, size_t size, char *text, size_t text_size)
{
    return ZSTD_findFrameCompressedSize(body, size) == size &&
           ZSTD_getFrameContentSize(body, size) == text_size &&
           ZSTD_decompressDCtx(state, text, text_size, body, size) == text_size;
}

const CodecOps codec_ops_zstd = {
    .codec = CODEC_ZSTD,
    .name = "zstd",
    .min_level = 1,
    .max_level = 19,
    .file_mark = {member_mark, sizeof member_mark},
    .member_mark = {member_mark, sizeof member_mark},
    .footer_mark = {footer_mark, sizeof footer_mark},
    .encoder_new = encoder_new,
    .encoder_free = encoder_free,
    .bound = bound,
    .encode = encode,
    .decoder_new = decoder_new,
    .decoder_free = decoder_free,
    .decode = decode,
};
