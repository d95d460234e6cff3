/* SPDX-License-Identifier: Apache-2.0 */
/* COPY's text format into its binary format: rows. */
#include "sql/binary_rows.h"

#include <string.h>

#include "sql/binary_value.h"

/* Of each field: its length, and what a value may need beyond its text. */
#define FIELD_ROOM (4 + BINARY_VALUE_ROOM)
#define NULL_VALUE UINT64_MAX

/* A signature that shows transfers that alter bytes; no flags; nothing more in the header. */
const char binary_rows_header[BINARY_ROWS_HEADER_LEN] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
/* Where the next row would have its number of fields: -1. */
const char binary_rows_trailer[BINARY_ROWS_TRAILER_LEN] = {'\377', '\377'};

typedef bool ValueConverter(ValueCursor *cursor);

static ValueConverter *const converters[] = {
    [BINARY_BOOL] = binary_value_bool,
    [BINARY_INT2] = binary_value_int2,
    [BINARY_INT4] = binary_value_int4,
    [BINARY_INT8] = binary_value_int8,
    [BINARY_OID] = binary_value_oid,
    [BINARY_FLOAT4] = binary_value_float4,
    [BINARY_FLOAT8] = binary_value_float8,
    [BINARY_NUMERIC] = binary_value_numeric,
    [BINARY_DATE] = binary_value_date,
    [BINARY_TIME] = binary_value_time,
    [BINARY_TIMESTAMP] = binary_value_timestamp,
    [BINARY_TIMESTAMPTZ] = binary_value_timestamptz,
    [BINARY_UUID] = binary_value_uuid,
    [BINARY_BYTEA] = binary_value_bytea,
    [BINARY_TEXT] = binary_value_text,
    [BINARY_JSONB] = binary_value_jsonb,
};

static const struct {
    const char *receive;
    BinaryType type;
} receivers[] = {
    {"boolrecv", BINARY_BOOL},
    {"int2recv", BINARY_INT2},
    {"int4recv", BINARY_INT4},
    {"int8recv", BINARY_INT8},
    {"oidrecv", BINARY_OID},
    {"float4recv", BINARY_FLOAT4},
    {"float8recv", BINARY_FLOAT8},
    {"numeric_recv", BINARY_NUMERIC},
    {"date_recv", BINARY_DATE},
    {"time_recv", BINARY_TIME},
    {"timestamp_recv", BINARY_TIMESTAMP},
    {"timestamptz_recv", BINARY_TIMESTAMPTZ},
    {"uuid_recv", BINARY_UUID},
    {"bytearecv", BINARY_BYTEA},
    {"textrecv", BINARY_TEXT},
    {"varcharrecv", BINARY_TEXT},
    {"bpcharrecv", BINARY_TEXT},
    {"enum_recv", BINARY_TEXT},
    {"json_recv", BINARY_TEXT},
    {"jsonb_recv", BINARY_JSONB},
};

bool binary_type_find(const char *receive_function, BinaryType *type)
{
    for (size_t i = 0; i < ARRAY_LENGTH(receivers); i++) {
        if (strcmp(receivers[i].receive, receive_function) == 0) {
            *type = receivers[i].type;
            return true;
        }
    }
    return false;
}

/* Only behind a backslash and an N is there certain to be another byte. */
static bool is_null(const char *in)
{
    return in[0] == '\\' && in[1] == 'N' && (in[2] == '\t' || in[2] == '\n');
}

/* The length, and the value. */
static bool convert_field(BinaryType type, ValueCursor *cursor)
{
    const char *start = cursor->in;
    char *length = cursor->out;

    cursor->out += 4;
    if (is_null(start)) {
        cursor->in += 2;
        binary_put(length, NULL_VALUE, 4);
        return true;
    }
    if (!converters[type](cursor) || (size_t)(cursor->in - start) > BINARY_FIELD_MAX) {
        return false;
    }
    binary_put(length, (uint64_t)(cursor->out - length) - 4, 4);
    return true;
}

typedef enum RowResult { ROW_WHOLE, ROW_CUT, ROW_STUCK } RowResult;

static RowResult convert_row(const BinaryColumns *columns, ValueCursor *cursor)
{
    binary_put(cursor->out, columns->n, 2);
    cursor->out += 2;
    for (size_t i = 0; i < columns->n; i++) {
        if (!convert_field(columns->types[i], cursor)) {
            return ROW_STUCK;
        }
        if (cursor->in == cursor->end) {
            return ROW_CUT;
        }
        if (*cursor->in++ != (i + 1 < columns->n ? '\t' : '\n')) {
            return ROW_STUCK;
        }
    }
    return columns->n > 0 ? ROW_WHOLE : ROW_STUCK;
}

size_t binary_rows_convert(const BinaryColumns *columns, const char *text, size_t len, Buffer *out,
                           uint64_t *n_rows, bool *stuck)
{
    const char *newline = memrchr(text, '\n', len);
    const char *end = newline == NULL ? text : newline + 1;
    const char *at = text; /* what is before it is converted */
    RowResult result = ROW_WHOLE;

    while (at < end && result == ROW_WHOLE) {
        size_t room = (size_t)(end - at) + 2 + columns->n * FIELD_ROOM;
        ValueCursor cursor = {.in = at, .end = end, .out = buffer_reserve(out, room)};

        if (cursor.out == NULL) {
            break;
        }
        result = convert_row(columns, &cursor);
        if (result == ROW_WHOLE) {
            at = cursor.in;
            out->len = (size_t)(cursor.out - out->data);
            out->data[out->len] = '\0';
            (*n_rows)++;
        }
    }
    *stuck = result == ROW_STUCK;
    return (size_t)(at - text);
}
