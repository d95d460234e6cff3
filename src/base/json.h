/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON (RFC 8259) into a Buffer, commas and escapes included. Failures stick to the buffer.
 * A key of NULL writes an array's element. Bytes that aren't UTF-8 become U+FFFD, so the text is
 * always valid; newlines never stand unescaped, so an object is always one line.
 */
#ifndef DBB_BASE_JSON_H
#define DBB_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/count.h"

typedef struct JsonWriter {
    Buffer *out;
    bool need_comma;
} JsonWriter;

/* Whether text is UTF-8, so that json_string keeps every byte of it. */
bool json_can_hold(const char *text);
void json_init(JsonWriter *json, Buffer *out);
void json_begin_object(JsonWriter *json, const char *key);
void json_end_object(JsonWriter *json);
void json_begin_array(JsonWriter *json, const char *key);
void json_end_array(JsonWriter *json);
/* NULL text writes null. */
void json_text(JsonWriter *json, const char *key, const char *text);
void json_int(JsonWriter *json, const char *key, int64_t number);
/* COUNT_UNKNOWN writes nothing, not even the key. */
void json_uint(JsonWriter *json, const char *key, uint64_t number);
void json_double(JsonWriter *json, const char *key, double number, int decimals);
void json_bool(JsonWriter *json, const char *key, bool value);

#endif
