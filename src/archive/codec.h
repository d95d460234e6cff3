/* SPDX-License-Identifier: Apache-2.0 */
/* How members are compressed. */
#ifndef DBB_ARCHIVE_CODEC_H
#define DBB_ARCHIVE_CODEC_H

typedef enum Codec {
    CODEC_NONE,
    CODEC_GZIP,
    CODEC_ZSTD,
} Codec;

typedef struct Compression {
    Codec codec;
    int level; /* gzip 1 to 12, zstd 1 to 19, none 0 */
} Compression;

/* "gzip:4", "none" */
void compression_text(Compression compression, char out[static 16]);

#endif
