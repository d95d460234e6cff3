/* SPDX-License-Identifier: Apache-2.0 */
/* Quoting for PostgreSQL. */
#include "sql/quote.h"

#include <string.h>

/* Appends text with each character that stands in `doubled` written twice. */
static void append_doubled(Buffer *out, const char *text, const char *doubled)
{
    while (*text != '\0') {
        size_t plain = strcspn(text, doubled);

        buffer_append(out, text, plain);
        text += plain;
        if (*text != '\0') {
            buffer_putc(out, *text);
            buffer_putc(out, *text);
            text++;
        }
    }
}

void sql_quote_identifier(Buffer *out, const char *name)
{
    buffer_putc(out, '"');
    append_doubled(out, name, "\"");
    buffer_putc(out, '"');
}

void sql_quote_literal(Buffer *out, const char *text)
{
    if (strchr(text, '\\') == NULL) {
        buffer_putc(out, '\'');
        append_doubled(out, text, "'");
    } else {
        buffer_puts(out, "E'");
        append_doubled(out, text, "'\\");
    }
    buffer_putc(out, '\'');
}

void sql_comment_text(Buffer *out, const char *text)
{
    while (*text != '\0') {
        size_t plain = strcspn(text, "\r\n");

        buffer_append(out, text, plain);
        text += plain;
        if (*text != '\0') {
            buffer_putc(out, ' ');
            text++;
        }
    }
}
