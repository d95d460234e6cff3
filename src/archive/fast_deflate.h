/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DEFLATE (RFC 1951) in little time: by ISA-L, as small as libdeflate's level 1 in half of its
 * time; where that isn't to be had, by libdeflate.
 */
#ifndef DBB_ARCHIVE_FAST_DEFLATE_H
#define DBB_ARCHIVE_FAST_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

typedef struct FastDeflate FastDeflate;

FastDeflate *fast_deflate_new(void);        /* NULL when memory is out; for one thread */
void fast_deflate_free(FastDeflate *state); /* NULL is fine */
size_t fast_deflate_bound(size_t size);
/* One whole stream into out. Returns its size; 0 when that would be more than `room`. */
size_t fast_deflate(FastDeflate *state, const uint8_t *text, size_t size, uint8_t *out,
                    size_t room);

#endif
