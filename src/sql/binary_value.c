/* SPDX-License-Identifier: Apache-2.0 */
/* COPY's text format into its binary format: truth values, integers, UUIDs, bytes and text. */
#include "sql/binary_value.h"

#include <endian.h>
#include <string.h>

bool binary_value_bool(ValueCursor *cursor)
{
    char c = *cursor->in;

    if (c != 't' && c != 'f') {
        return false;
    }
    cursor->in++;
    *cursor->out++ = c == 't';
    return true;
}

/* ------------------------------------------------------------------------------ integers */

/* At least one digit; up to 19 of them always fit. */
static bool read_magnitude(ValueCursor *cursor, uint64_t *magnitude)
{
    const char *in = cursor->in;
    uint64_t value = 0;
    size_t len;

    for (unsigned digit = binary_digit(*in); digit <= 9; digit = binary_digit(*++in)) {
        value = value * 10 + digit;
    }
    len = (size_t)(in - cursor->in);
    cursor->in = in;
    *magnitude = value;
    return len >= 1 && len <= 19;
}

static bool convert_signed(ValueCursor *cursor, size_t size)
{
    bool negative = *cursor->in == '-';
    uint64_t most = (UINT64_C(1) << (8 * size - 1)) - !negative;
    uint64_t magnitude;

    cursor->in += negative;
    if (!read_magnitude(cursor, &magnitude) || magnitude > most) {
        return false;
    }
    binary_put(cursor->out, negative ? 0 - magnitude : magnitude, size);
    cursor->out += size;
    return true;
}

bool binary_value_int2(ValueCursor *cursor)
{
    return convert_signed(cursor, 2);
}

bool binary_value_int4(ValueCursor *cursor)
{
    return convert_signed(cursor, 4);
}

bool binary_value_int8(ValueCursor *cursor)
{
    return convert_signed(cursor, 8);
}

bool binary_value_oid(ValueCursor *cursor)
{
    uint64_t oid;

    if (!read_magnitude(cursor, &oid) || oid > UINT32_MAX) {
        return false;
    }
    binary_put(cursor->out, oid, 4);
    cursor->out += 4;
    return true;
}

/* ----------------------------------------------------------------------- hexadecimal bytes */

/* What is no hexadecimal digit has 0; the others have HEX_DIGIT and their value. */
#define HEX_DIGIT 0x10
static const uint8_t hex_digits[256] = {
    ['0'] = 0x10, ['1'] = 0x11, ['2'] = 0x12, ['3'] = 0x13, ['4'] = 0x14, ['5'] = 0x15,
    ['6'] = 0x16, ['7'] = 0x17, ['8'] = 0x18, ['9'] = 0x19, ['a'] = 0x1a, ['b'] = 0x1b,
    ['c'] = 0x1c, ['d'] = 0x1d, ['e'] = 0x1e, ['f'] = 0x1f, ['A'] = 0x1a, ['B'] = 0x1b,
    ['C'] = 0x1c, ['D'] = 0x1d, ['E'] = 0x1e, ['F'] = 0x1f,
};

static unsigned hex_digit(char c)
{
    return hex_digits[(unsigned char)c];
}

/* The byte of two digits; false when they aren't. */
static bool read_hex_byte(const char *in, char *byte)
{
    unsigned high = hex_digit(in[0]);
    unsigned low = high == 0 ? 0 : hex_digit(in[1]);

    *byte = (char)(high << 4 | (low & 0xf));
    return low != 0;
}

/* 8-4-4-4-12 digits. */
bool binary_value_uuid(ValueCursor *cursor)
{
    static const char hyphen_before[16] = {[4] = 1, [6] = 1, [8] = 1, [10] = 1};
    const char *in = cursor->in;
    char *out = cursor->out;

    for (size_t i = 0; i < 16; i++) {
        if (hyphen_before[i] && *in++ != '-') {
            return false;
        }
        if (!read_hex_byte(in, out++)) {
            return false;
        }
        in += 2;
    }
    cursor->in = in;
    cursor->out = out;
    return true;
}

/* The \x in front of the digits has its backslash doubled, as any backslash in COPY's text. */
bool binary_value_bytea(ValueCursor *cursor)
{
    const char *in = cursor->in;
    char *out = cursor->out;

    if (in[0] != '\\' || in[1] != '\\' || in[2] != 'x') {
        return false;
    }
    in += 3;
    while (read_hex_byte(in, out)) {
        in += 2;
        out++;
    }
    cursor->in = in;
    cursor->out = out;
    return true;
}

/* ------------------------------------------------------------------------------------ text */

#define EACH_BYTE(byte) (UINT64_MAX / 0xff * (byte))

/* The high bit of each byte of the word that is below a space or a backslash. Above the first of
 * these there may be others that are neither. */
static uint64_t special_bytes(uint64_t word)
{
    uint64_t backslash = word ^ EACH_BYTE('\\');

    return (((word - EACH_BYTE(' ')) & ~word) | ((backslash - EACH_BYTE(1)) & ~backslash)) &
           EACH_BYTE(0x80);
}

/* Copies what is before the first special byte, or all; returns how much. Writes up to seven bytes
 * more. */
static size_t copy_plain(const char *in, const char *end, char *out)
{
    const char *start = in;
    uint64_t word;
    uint64_t special;

    for (; end - in >= 8; in += 8, out += 8) {
        memcpy(&word, in, 8);
        memcpy(out, &word, 8);
        special = special_bytes(le64toh(word));
        if (special != 0) {
            return (size_t)(in - start) + (size_t)__builtin_ctzll(special) / 8;
        }
    }
    for (; in < end && (unsigned char)*in >= ' ' && *in != '\\'; in++) {
        *out++ = *in;
    }
    return (size_t)(in - start);
}

/* Up to so many digits of an escape: one byte of ASCII. Stays before the first that is none. */
static bool read_code(const char **in, unsigned base, size_t max_digits, char *byte)
{
    unsigned code = 0;

    for (size_t i = 0; i < max_digits; i++) {
        unsigned digit = hex_digit(**in);

        if (digit == 0 || (digit & 0xf) >= base) {
            break;
        }
        code = code * base + (digit & 0xf);
        (*in)++;
    }
    *byte = (char)code;
    return code >= 1 && code <= 127;
}

/* The byte that is meant by a backslash and what stands behind it, at *in. */
static bool read_escape(const char **in, char *byte)
{
    char c = **in;

    if (c >= '0' && c <= '7') {
        return read_code(in, 8, 3, byte);
    }
    (*in)++;
    if (c == 'x' && hex_digit(**in) != 0) {
        return read_code(in, 16, 2, byte);
    }
    switch (c) {
    case 'b':
        *byte = '\b';
        return true;
    case 'f':
        *byte = '\f';
        return true;
    case 'n':
        *byte = '\n';
        return true;
    case 'r':
        *byte = '\r';
        return true;
    case 't':
        *byte = '\t';
        return true;
    case 'v':
        *byte = '\v';
        return true;
    default: /* itself; `\.` is the end of the data, or an error */
        *byte = c;
        return c != '.' && c != '\r' && c != '\0';
    }
}

bool binary_value_text(ValueCursor *cursor)
{
    const char *in = cursor->in;
    char *out = cursor->out;

    for (;;) {
        size_t len = copy_plain(in, cursor->end, out);

        in += len;
        out += len;
        if (in == cursor->end || *in == '\t' || *in == '\n') {
            break;
        }
        if (*in == '\\') {
            in++;
            if (!read_escape(&in, out++)) {
                return false;
            }
        } else if (*in == '\r' || *in == '\0') {
            return false;
        } else {
            *out++ = *in++;
        }
    }
    cursor->in = in;
    cursor->out = out;
    return true;
}

bool binary_value_jsonb(ValueCursor *cursor)
{
    *cursor->out++ = 1; /* the version */
    return binary_value_text(cursor);
}
