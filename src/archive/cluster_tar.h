/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heads of files in a tar: POSIX ustar, with a pax header before it where the path or the size has
 * no room. Sizes from 8 GiB on stand in the ustar header too, as GNU and BSD write them, for
 * programs that don't read pax headers.
 */
#ifndef DBB_ARCHIVE_CLUSTER_TAR_H
#define DBB_ARCHIVE_CLUSTER_TAR_H

#include "archive/cluster.h"

enum {
    TAR_BLOCK = 512,              /* heads and contents are padded to this */
    TAR_HEAD_MAX = 3 * TAR_BLOCK, /* pax header, its records, ustar header */
    TAR_END = 2 * TAR_BLOCK,      /* zeros, the end of every tar */
};

/* The head's size: TAR_BLOCK or TAR_HEAD_MAX. path is shorter than CLUSTER_PATH_SIZE; mtime is in
 * seconds since 1970. */
size_t tar_head_write(const char *path, uint64_t size, uint64_t mtime,
                      uint8_t head[static TAR_HEAD_MAX]);
/* False unless it is a head that tar_head_write makes of a file of that size. */
bool tar_head_read(const uint8_t *head, size_t len, uint64_t size,
                   char path[static CLUSTER_PATH_SIZE]) MUST_CHECK;

#endif
