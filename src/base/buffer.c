/* SPDX-License-Identifier: Apache-2.0 */
/* A growable run of bytes with a limit and a sticky failure. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char empty[1] = "";

void buffer_init(Buffer *buffer, size_t limit)
{
    *buffer = (Buffer){.data = empty, .limit = limit};
}

void buffer_init_fixed(Buffer *buffer, char *room, size_t size)
{
    room[0] = '\0';
    *buffer = (Buffer){.data = room, .limit = size - 1, .capacity = size};
}

void buffer_free(Buffer *buffer)
{
    if (buffer->capacity != 0) {
        free(buffer->data);
    }
    *buffer = (Buffer){.data = empty, .limit = buffer->limit};
}

void buffer_clear(Buffer *buffer)
{
    buffer->len = 0;
    buffer->no_memory = false;
    buffer->over_limit = false;
    if (buffer->capacity != 0) {
        buffer->data[0] = '\0';
    }
}

char *buffer_reserve(Buffer *buffer, size_t extra)
{
    size_t needed;
    size_t capacity;
    char *data;

    if (buffer->no_memory || buffer->over_limit) {
        return NULL;
    }
    if (extra > buffer->limit || buffer->len > buffer->limit - extra) {
        buffer->over_limit = true;
        return NULL;
    }
    needed = buffer->len + extra + 1;
    if (needed <= buffer->capacity) {
        return buffer->data + buffer->len;
    }
    capacity = buffer->capacity < 256 ? 256 : buffer->capacity;
    while (capacity < needed) {
        capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
    }
    data = realloc(buffer->capacity == 0 ? NULL : buffer->data, capacity);
    if (data == NULL) {
        buffer->no_memory = true;
        return NULL;
    }
    data[buffer->len] = '\0';
    buffer->data = data;
    buffer->capacity = capacity;
    return data + buffer->len;
}

void buffer_append(Buffer *buffer, const void *data, size_t len)
{
    char *end = buffer_reserve(buffer, len);

    if (end != NULL && len > 0) {
        memcpy(end, data, len);
        buffer->len += len;
        buffer->data[buffer->len] = '\0';
    }
}

void buffer_puts(Buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_putc(Buffer *buffer, char c)
{
    buffer_append(buffer, &c, 1);
}

void buffer_printf(Buffer *buffer, const char *format, ...)
{
    va_list args;
    va_list again;
    int len;
    char *end;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        buffer->no_memory = true;
    } else {
        end = buffer_reserve(buffer, (size_t)len);
        if (end != NULL) {
            (void)vsnprintf(end, (size_t)len + 1, format, again);
            buffer->len += (size_t)len;
        }
    }
    va_end(again);
}

bool buffer_ok(const Buffer *buffer, const char *what, Error *err)
{
    if (buffer->no_memory) {
        return error_set_memory(err, what);
    }
    if (buffer->over_limit) {
        return error_set(err, ERR_LIMIT, "%s is larger than %zu bytes", what, buffer->limit);
    }
    return true;
}
