/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single values from COPY's text format into its binary format; binary_rows.h says what is
 * converted and what is stuck. For binary_rows.c only.
 *
 * A converter reads from `in` as far as the value's spelling goes. So it stops at the tab or
 * newline that ends the field, or before that at something strange: its caller looks. The last
 * byte of the text, end[-1], is a newline, at which each converter stops; only text can swallow it
 * (behind a backslash), and is then at `end`: the field isn't whole.
 *
 * It writes the value without its length to `out`, where there is room for as many bytes as the
 * text has, and BINARY_VALUE_ROOM more. False: stuck; the cursor means nothing then.
 */
#ifndef DBB_SQL_BINARY_VALUE_H
#define DBB_SQL_BINARY_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

#define BINARY_VALUE_ROOM 20

typedef struct ValueCursor {
    const char *in;
    const char *end;
    char *out;
} ValueCursor;

bool binary_value_bool(ValueCursor *cursor) MUST_CHECK;
bool binary_value_int2(ValueCursor *cursor) MUST_CHECK;
bool binary_value_int4(ValueCursor *cursor) MUST_CHECK;
bool binary_value_int8(ValueCursor *cursor) MUST_CHECK;
bool binary_value_oid(ValueCursor *cursor) MUST_CHECK;
bool binary_value_uuid(ValueCursor *cursor) MUST_CHECK;
bool binary_value_bytea(ValueCursor *cursor) MUST_CHECK;
bool binary_value_text(ValueCursor *cursor) MUST_CHECK;
bool binary_value_jsonb(ValueCursor *cursor) MUST_CHECK;
/* binary_number.c */
bool binary_value_float4(ValueCursor *cursor) MUST_CHECK;
bool binary_value_float8(ValueCursor *cursor) MUST_CHECK;
bool binary_value_numeric(ValueCursor *cursor) MUST_CHECK;
/* binary_time.c */
bool binary_value_date(ValueCursor *cursor) MUST_CHECK;
bool binary_value_time(ValueCursor *cursor) MUST_CHECK;
bool binary_value_timestamp(ValueCursor *cursor) MUST_CHECK;
bool binary_value_timestamptz(ValueCursor *cursor) MUST_CHECK;

/* What c is as a decimal digit; above 9 when it is none. */
static inline unsigned binary_digit(char c)
{
    return (unsigned)(unsigned char)c - '0';
}

/* Writes the low `size` bytes of value, the highest first. */
static inline void binary_put(char *out, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        out[i] = (char)(value >> (8 * (size - 1 - i)));
    }
}

#endif
