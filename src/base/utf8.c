/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as Unicode allows it: no surrogates, and each character in the one shortest form. */
#include "base/utf8.h"

size_t utf8_decode(const char *text, uint32_t *code)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000}; /* by length */
    const unsigned char *p = (const unsigned char *)text;
    size_t len;
    uint32_t value;

    if (p[0] < 0x80) {
        *code = p[0];
        return 1;
    }
    if (p[0] >= 0xC2 && p[0] <= 0xDF) {
        len = 2;
    } else if (p[0] >= 0xE0 && p[0] <= 0xEF) {
        len = 3;
    } else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        len = 4;
    } else {
        return 0;
    }
    value = p[0] & (0x7FU >> len);
    for (size_t i = 1; i < len; i++) { /* a NUL ends this, too */
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
        value = (value << 6) | (p[i] & 0x3FU);
    }
    if (value < smallest[len] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return 0;
    }
    *code = value;
    return len;
}
