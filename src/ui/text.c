/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 that is measured, cut and freed of control characters. */
#include "ui/text.h"

#include <stdint.h>
#include <string.h>

#include "base/compiler.h"
#include "base/utf8.h"

typedef struct Range {
    uint32_t first;
    uint32_t last;
} Range;

/* Characters that take no column of their own, and those that take two (the wide blocks of East
 * Asian Width and the emoji). The locale's wcwidth() knows neither in the C locale of a cron job.
 */
static const Range no_width[] = {
    {0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D},   {0x20D0, 0x20FF},
    {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF},
};
static const Range double_width[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD},
};
/* What a terminal may obey: C0, DEL, C1, and the marks that turn the writing direction. */
static const Range controls[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0x200E, 0x200F}, {0x2028, 0x202E},
    {0x2066, 0x2069}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
};

static bool in_ranges(uint32_t code, const Range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (code >= ranges[i].first && code <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

/* One character as it may be shown: its bytes, how many, and its columns. */
typedef struct Glyph {
    const char *bytes;
    size_t len;     /* of bytes */
    size_t taken;   /* of the text */
    size_t columns; /* 0 to 2 */
} Glyph;

static Glyph next_glyph(const char *text)
{
    uint32_t code;
    size_t len = utf8_decode(text, &code);
    Glyph glyph = {.bytes = text, .len = len, .taken = len, .columns = 1};

    if (len == 0 || in_ranges(code, controls, ARRAY_LENGTH(controls))) {
        glyph.bytes = "?";
        glyph.len = 1;
        glyph.taken = len == 0 ? 1 : len;
    } else if (code >= 0x300) {
        if (in_ranges(code, no_width, ARRAY_LENGTH(no_width))) {
            glyph.columns = 0;
        } else if (in_ranges(code, double_width, ARRAY_LENGTH(double_width))) {
            glyph.columns = 2;
        }
    }
    return glyph;
}

void text_clean(Buffer *out, const char *text, bool lines)
{
    while (*text != '\0') {
        Glyph glyph = next_glyph(text);

        if (lines && (*text == '\n' || *text == '\t')) {
            glyph.bytes = text;
        }
        buffer_append(out, glyph.bytes, glyph.len);
        text += glyph.taken;
    }
}

size_t text_columns(const char *text)
{
    size_t columns = 0;

    while (*text != '\0') {
        Glyph glyph = next_glyph(text);

        columns += glyph.columns;
        text += glyph.taken;
    }
    return columns;
}

void text_cut(Buffer *out, const char *text, size_t columns)
{
    bool fits = text_columns(text) <= columns;
    size_t room = fits ? columns : columns - (columns > 0 ? 1 : 0);
    size_t used = 0;

    while (*text != '\0') {
        Glyph glyph = next_glyph(text);

        if (used + glyph.columns > room) {
            break;
        }
        buffer_append(out, glyph.bytes, glyph.len);
        used += glyph.columns;
        text += glyph.taken;
    }
    if (!fits && columns > 0) {
        buffer_puts(out, "…");
    }
}

void text_pad(Buffer *out, const char *text, size_t columns, bool right)
{
    size_t start = out->len;
    size_t wide = text_columns(text);
    size_t fill = wide < columns ? columns - wide : 0;

    for (size_t i = 0; right && i < fill; i++) {
        buffer_putc(out, ' ');
    }
    text_cut(out, text, columns);
    /* A wide character that didn't fit leaves a column over. */
    if (wide > columns && text_columns(out->data + start) < columns) {
        buffer_putc(out, ' ');
    }
    for (size_t i = 0; !right && i < fill; i++) {
        buffer_putc(out, ' ');
    }
}
