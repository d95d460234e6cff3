/* SPDX-License-Identifier: Apache-2.0 */
/* Writes JSON into a Buffer. */
#include "base/json.h"

#include <inttypes.h>
#include <string.h>

void json_init(JsonWriter *json, Buffer *out)
{
    *json = (JsonWriter){.out = out};
}

/* Length of the valid UTF-8 sequence at p (Unicode 15, table 3-7), or 0. */
static size_t utf8_length(const unsigned char *p)
{
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t len;

    if (p[0] < 0x80) {
        return 1;
    }
    if (p[0] >= 0xC2 && p[0] <= 0xDF) {
        len = 2;
    } else if (p[0] >= 0xE0 && p[0] <= 0xEF) {
        len = 3;
        low = p[0] == 0xE0 ? 0xA0 : low;
        high = p[0] == 0xED ? 0x9F : high;
    } else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        len = 4;
        low = p[0] == 0xF0 ? 0x90 : low;
        high = p[0] == 0xF4 ? 0x8F : high;
    } else {
        return 0;
    }
    if (p[1] < low || p[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return len;
}

bool json_can_hold(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;

    while (*p != '\0') {
        size_t len = utf8_length(p);

        if (len == 0) {
            return false;
        }
        p += len;
    }
    return true;
}

/* Of ASCII that stands for itself, as most does. */
static size_t plain_length(const unsigned char *text)
{
    size_t len = 0;

    while (text[len] >= 0x20 && text[len] < 0x7F && text[len] != '"' && text[len] != '\\') {
        len++;
    }
    return len;
}

static void put_escaped(Buffer *out, const char *text)
{
    const unsigned char *p = (const unsigned char *)text;

    buffer_putc(out, '"');
    while (*p != '\0') {
        size_t len = plain_length(p);

        if (len > 0) {
            buffer_append(out, p, len);
            p += len;
            continue;
        }
        len = utf8_length(p);
        if (len == 0) {
            buffer_puts(out, "\xEF\xBF\xBD");
            len = 1;
        } else if (*p == '"' || *p == '\\') {
            buffer_putc(out, '\\');
            buffer_putc(out, (char)*p);
        } else if (*p == '\n') {
            buffer_puts(out, "\\n");
        } else if (*p == '\t') {
            buffer_puts(out, "\\t");
        } else if (*p < 0x20 || *p == 0x7F) {
            buffer_printf(out, "\\u%04x", *p);
        } else {
            buffer_append(out, p, len);
        }
        p += len;
    }
    buffer_putc(out, '"');
}

static void begin_value(JsonWriter *json, const char *key)
{
    if (json->need_comma) {
        buffer_putc(json->out, ',');
    }
    if (key != NULL) {
        put_escaped(json->out, key);
        buffer_putc(json->out, ':');
    }
    json->need_comma = true;
}

static void open_bracket(JsonWriter *json, const char *key, char bracket)
{
    begin_value(json, key);
    buffer_putc(json->out, bracket);
    json->need_comma = false;
}

static void close_bracket(JsonWriter *json, char bracket)
{
    buffer_putc(json->out, bracket);
    json->need_comma = true;
}

void json_begin_object(JsonWriter *json, const char *key)
{
    open_bracket(json, key, '{');
}

void json_end_object(JsonWriter *json)
{
    close_bracket(json, '}');
}

void json_begin_array(JsonWriter *json, const char *key)
{
    open_bracket(json, key, '[');
}

void json_end_array(JsonWriter *json)
{
    close_bracket(json, ']');
}

void json_text(JsonWriter *json, const char *key, const char *text)
{
    begin_value(json, key);
    if (text == NULL) {
        buffer_puts(json->out, "null");
    } else {
        put_escaped(json->out, text);
    }
}

void json_int(JsonWriter *json, const char *key, int64_t number)
{
    begin_value(json, key);
    buffer_printf(json->out, "%" PRId64, number);
}

void json_uint(JsonWriter *json, const char *key, uint64_t number)
{
    begin_value(json, key);
    buffer_printf(json->out, "%" PRIu64, number);
}

void json_double(JsonWriter *json, const char *key, double number, int decimals)
{
    begin_value(json, key);
    buffer_printf(json->out, "%.*f", decimals, number);
}

void json_bool(JsonWriter *json, const char *key, bool value)
{
    begin_value(json, key);
    buffer_puts(json->out, value ? "true" : "false");
}
