/* SPDX-License-Identifier: Apache-2.0 */
/* No compression: the text as it is, between a first and a last comment line. And the codecs' list.
 */
#include <stdio.h>

#include "archive/codec_ops.h"

static const uint8_t first_line[] = "-- dbbackup script 1 none\n";
static const uint8_t footer_mark[] = "-- dbbackup footer 1 ";
static const uint8_t footer_end[] = "\n";

#define TEXT_MARK(text)                                                                            \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

const CodecOps codec_ops_none = {
    .codec = CODEC_NONE,
    .name = "none",
    .file_mark = TEXT_MARK(first_line),
    .footer_mark = TEXT_MARK(footer_mark),
    .footer_end = TEXT_MARK(footer_end),
};

const CodecOps *codec_ops(Codec codec)
{
    switch (codec) {
    case CODEC_GZIP:
        return &codec_ops_gzip;
    case CODEC_ZSTD:
        return &codec_ops_zstd;
    case CODEC_NONE:
        break;
    }
    return &codec_ops_none;
}

bool codec_check(Compression compression, Error *err)
{
    const CodecOps *ops = codec_ops(compression.codec);

    return (compression.level >= ops->min_level && compression.level <= ops->max_level) ||
           error_set(err, ERR_USAGE, "%s has levels from %d to %d, not %d", ops->name,
                     ops->min_level, ops->max_level, compression.level);
}

void compression_text(Compression compression, char out[static 16])
{
    const CodecOps *ops = codec_ops(compression.codec);

    if (compression.codec == CODEC_NONE) {
        (void)snprintf(out, 16, "%s", ops->name);
    } else {
        (void)snprintf(out, 16, "%s:%d", ops->name, compression.level);
    }
}
