/* SPDX-License-Identifier: Apache-2.0 */
/* Writes JSON into a Buffer. */
#include "base/json.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

void json_init(JsonWriter *json, Buffer *out)
{
    *json = (JsonWriter){.out = out};
}

bool json_can_hold(const char *text)
{
    uint32_t unused;

    while (*text != '\0') {
        size_t len = utf8_decode(text, &unused);

        if (len == 0) {
            return false;
        }
        text += len;
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
    uint32_t unused;

    buffer_putc(out, '"');
    while (*p != '\0') {
        size_t len = plain_length(p);

        if (len > 0) {
            buffer_append(out, p, len);
            p += len;
            continue;
        }
        len = utf8_decode((const char *)p, &unused);
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
    if (count_is_known(number)) {
        begin_value(json, key);
        buffer_printf(json->out, "%" PRIu64, number);
    }
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
