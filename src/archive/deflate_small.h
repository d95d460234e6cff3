/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DEFLATE (RFC 1951) for texts of a few hundred bytes, such as most definitions. libdeflate clears
 * its tables of 200 KB for each of them; this takes a tenth of the time and makes them hardly
 * larger.
 */
#ifndef DBB_ARCHIVE_DEFLATE_SMALL_H
#define DBB_ARCHIVE_DEFLATE_SMALL_H

#include <stddef.h>
#include <stdint.h>

enum { DEFLATE_SMALL_MAX = 1024 /* bytes of text: longer ones want codes of their own */ };

/* One whole stream into out. Returns its size; 0 when that would be more than `room`. */
size_t deflate_small(const uint8_t *text, size_t size, uint8_t *out, size_t room);

#endif
