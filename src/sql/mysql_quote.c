/* SPDX-License-Identifier: Apache-2.0 */
/* Quoting for MySQL and MariaDB. */
#include "sql/mysql_quote.h"

#include <string.h>

#include "base/compiler.h"

void mysql_quote_identifier(Buffer *out, const char *name)
{
    buffer_putc(out, '`');
    for (; *name != '\0'; name++) {
        if (*name == '`') {
            buffer_putc(out, '`');
        }
        buffer_putc(out, *name);
    }
    buffer_putc(out, '`');
}

void mysql_quote_literal(Buffer *out, const char *text)
{
    mysql_quote_bytes(out, text, strlen(text));
}

/* What stands behind the backslash; 0 for a character that needs none. */
static char escape_of(char c)
{
    switch (c) {
    case '\0':
        return '0';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case 0x1A:
        return 'Z';
    case '\\':
    case '\'':
        return c;
    default:
        return 0;
    }
}

void mysql_quote_bytes(Buffer *out, const char *text, size_t len)
{
    char *to = buffer_reserve(out, len * 2 + 2);
    char *start = to;

    if (to == NULL) {
        return;
    }
    *to++ = '\'';
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        /* Those that need it are below blank, or one of two. */
        if ((unsigned char)c < 0x20 || c == '\'' || c == '\\') {
            char escape = escape_of(c);

            if (escape != 0) {
                *to++ = '\\';
                c = escape;
            }
        }
        *to++ = c;
    }
    *to++ = '\'';
    out->len += (size_t)(to - start);
    out->data[out->len] = '\0';
}

void mysql_quote_hex(Buffer *out, const char *bytes, size_t len)
{
    /* In small letters, as hashes and UUIDs in the texts beside them: it compresses better. */
    static const char digits[] = "0123456789abcdef";
    char *to = buffer_reserve(out, len * 2 + 3);
    char *start = to;

    if (to == NULL) {
        return;
    }
    if (len > 0) {
        *to++ = 'X';
    }
    *to++ = '\'';
    for (size_t i = 0; i < len; i++) {
        *to++ = digits[(unsigned char)bytes[i] >> 4];
        *to++ = digits[(unsigned char)bytes[i] & 15];
    }
    *to++ = '\'';
    out->len += (size_t)(to - start);
    out->data[out->len] = '\0';
}

void mysql_put_is_database(Buffer *out, const char *column, const char *name)
{
    buffer_printf(out, "%s = ", column);
    mysql_quote_literal(out, name);
    buffer_printf(out, " AND (@@lower_case_table_names > 0 OR binary %s = ", column);
    mysql_quote_literal(out, name);
    buffer_putc(out, ')');
}

bool mysql_charset_holds_ascii(const char *charset)
{
    static const char *const others[] = {"ucs2", "utf16", "utf16le", "utf32", "swe7"};

    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        if (strcmp(charset, others[i]) == 0) {
            return false;
        }
    }
    return true;
}
