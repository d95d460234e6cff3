/* SPDX-License-Identifier: Apache-2.0 */
/* Is a text UTF-8, and which characters does it hold? */
#ifndef DBB_BASE_UTF8_H
#define DBB_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at text, and the character itself; 0 when what stands there isn't UTF-8.
 * Text ends in a NUL, which is a character of one byte. */
size_t utf8_decode(const char *text, uint32_t *code);

#endif
