/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DEFLATE (RFC 1951) for texts of a few hundred bytes, such as most definitions: zlib with tables
 * of a few kilobytes. libdeflate clears its tables of 200 KB for each text, however short it is.
 */
#ifndef DBB_ARCHIVE_DEFLATE_SMALL_H
#define DBB_ARCHIVE_DEFLATE_SMALL_H

#include <stddef.h>
#include <stdint.h>

enum { DEFLATE_SMALL_MAX = 1024 /* bytes of text: what the small tables are made for */ };

typedef struct DeflateSmall DeflateSmall;

DeflateSmall *deflate_small_new(void);        /* NULL when memory is out; for one thread */
void deflate_small_free(DeflateSmall *state); /* NULL is fine */
/* One whole stream into out. Returns its size; 0 when that would fill all of `room`, or the text
 * isn't small. */
size_t deflate_small(DeflateSmall *state, const uint8_t *text, size_t size, uint8_t *out,
                     size_t room);

#endif
