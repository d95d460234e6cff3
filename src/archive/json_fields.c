/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of the JSON objects that an index is made of. */
#include "archive/json_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void json_put_text(JsonWriter *json, const char *key, const char *text)
{
    if (text == NULL) {
        return;
    }
    if (json_can_hold(text)) {
        json_text(json, key, text);
        return;
    }
    if (json->need_comma) {
        buffer_putc(json->out, ',');
    }
    buffer_printf(json->out, "\"%s_hex\":\"", key);
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        static const char digits[] = "0123456789abcdef";

        buffer_putc(json->out, digits[*p >> 4]);
        buffer_putc(json->out, digits[*p & 15]);
    }
    buffer_putc(json->out, '"');
    json->need_comma = true;
}

void json_put_hash(JsonWriter *json, const char *key, uint64_t hash)
{
    char digits[17];

    (void)snprintf(digits, sizeof digits, "%016" PRIx64, hash);
    json_text(json, key, digits);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* NULL unless it is hex of bytes other than NUL, or when memory is out. */
static const char *from_hex(Arena *arena, const char *hex, size_t len)
{
    char *text = len % 2 == 0 ? arena_alloc(arena, len / 2 + 1) : NULL;

    for (size_t i = 0; text != NULL && i < len / 2; i++) {
        int high = hex_digit(hex[2 * i]);
        int low = hex_digit(hex[2 * i + 1]);

        if (high < 0 || low < 0 || (high == 0 && low == 0)) {
            return NULL;
        }
        text[i] = (char)(high << 4 | low);
    }
    return text;
}

bool json_get_text(Arena *arena, const json_t *object, const char *key, const char **out)
{
    char hex_key[64];
    const json_t *plain = json_object_get(object, key);
    const json_t *hex;

    (void)snprintf(hex_key, sizeof hex_key, "%s_hex", key);
    hex = json_object_get(object, hex_key);
    *out = NULL;
    if (plain != NULL && hex == NULL && json_is_string(plain)) {
        *out = arena_strndup(arena, json_string_value(plain), json_string_length(plain));
        return true;
    }
    if (hex != NULL && plain == NULL && json_is_string(hex)) {
        *out = from_hex(arena, json_string_value(hex), json_string_length(hex));
        return *out != NULL || arena->no_memory;
    }
    return plain == NULL && hex == NULL;
}

bool json_get_number(const json_t *value, uint64_t *out)
{
    json_int_t number = json_integer_value(value);

    if (!json_is_integer(value) || number < 0) {
        return false;
    }
    *out = (uint64_t)number;
    return true;
}

bool json_get_hash(const json_t *value, uint64_t *out)
{
    const char *text = json_string_value(value);
    uint64_t hash = 0;

    if (text == NULL || json_string_length(value) != 16) {
        return false;
    }
    for (int i = 0; i < 16; i++) {
        int digit = hex_digit(text[i]);

        if (digit < 0) {
            return false;
        }
        hash = hash << 4 | (uint64_t)digit;
    }
    *out = hash;
    return true;
}
