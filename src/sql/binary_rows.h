/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of COPY's text format made into rows of COPY's binary format: reading dates, numbers and
 * UUIDs from text is much of a server's work when a table is loaded.
 *
 * What the server stores must be bit for bit what it would store of the text. So a converter knows
 * one spelling of each type, the one that servers write whatever their settings are. Of anything
 * else it keeps off: the row is "stuck" and has to go to the server as text, with all behind it.
 * These are stuck:
 * - a row of another number of fields, `\.`, a CR or a zero byte, also an escaped one, and an
 *   escape with digits that makes a byte above 127 (of which encoding would that be?);
 * - a field of more than BINARY_FIELD_MAX bytes;
 * - infinity, NaN, exponents of numeric, numeric of more than 1000 digits, floats that are too
 *   large or too small for exactness (strtod says ERANGE);
 * - dates before the year 1 and after 9999, 24:00:00, second 60, any DateStyle but ISO;
 * - bytea that isn't hex; signs, spaces, words and abbreviations that no server writes.
 *
 * The text is in client_encoding, and must be one in which no byte of a longer character is a
 * tab, newline or backslash (UTF8, LATIN1, …; not SJIS, BIG5, GBK, …).
 */
#ifndef DBB_SQL_BINARY_ROWS_H
#define DBB_SQL_BINARY_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define BINARY_FIELD_MAX ((size_t)64 * 1024 * 1024)

typedef enum BinaryType {
    BINARY_BOOL,
    BINARY_INT2,
    BINARY_INT4,
    BINARY_INT8,
    BINARY_OID,
    BINARY_FLOAT4,
    BINARY_FLOAT8,
    BINARY_NUMERIC,
    BINARY_DATE,
    BINARY_TIME,
    BINARY_TIMESTAMP,
    BINARY_TIMESTAMPTZ,
    BINARY_UUID,
    BINARY_BYTEA,
    BINARY_TEXT, /* and all whose binary form is their text: varchar, char(n), json, enums */
    BINARY_JSONB,
} BinaryType;

/* The columns of a COPY, in its order. */
typedef struct BinaryColumns {
    const BinaryType *types;
    size_t n; /* at most 32767; rows of none are stuck */
} BinaryColumns;

/* What stands before the first row, and behind the last one. */
#define BINARY_ROWS_HEADER_LEN  19
#define BINARY_ROWS_TRAILER_LEN 2
extern const char binary_rows_header[BINARY_ROWS_HEADER_LEN];
extern const char binary_rows_trailer[BINARY_ROWS_TRAILER_LEN];

/* By the name of pg_type.typreceive, a function of pg_catalog: "int4recv", "numeric_recv" …
 * False for a type that isn't known here. */
bool binary_type_find(const char *receive_function, BinaryType *type) MUST_CHECK;

/*
 * Converts the whole rows at the front of text and appends them to out. Returns how many bytes of
 * text these were, and adds their number to *n_rows. What is left is the beginning of a row, whose
 * newline is still to come, or, when *stuck is set, begins with a row that is stuck. *stuck is
 * cleared otherwise. If out fails (buffer_ok tells) some rows may be missing in it.
 */
size_t binary_rows_convert(const BinaryColumns *columns, const char *text, size_t len, Buffer *out,
                           uint64_t *n_rows, bool *stuck) MUST_CHECK;

#endif
