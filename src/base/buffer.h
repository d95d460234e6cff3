/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growable run of bytes, always ended by a NUL that len doesn't count. It has a limit that its
 * owner must state. A failure (no memory, over the limit) sticks: later appends do nothing, and
 * buffer_ok() at the end tells. So a text of many parts needs one check.
 */
#ifndef DBB_BASE_BUFFER_H
#define DBB_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef struct Buffer {
    char *data; /* "" before the first append; never NULL after buffer_init */
    size_t len;
    size_t capacity; /* 0 as long as data is the static empty string */
    size_t limit;    /* most bytes it may hold */
    bool no_memory;
    bool over_limit;
} Buffer;

void buffer_init(Buffer *buffer, size_t limit);
/* In `room`, of `size` bytes, which it doesn't outgrow and which isn't freed. For what must be said
 * though no memory is left. */
void buffer_init_fixed(Buffer *buffer, char *room, size_t size);
void buffer_free(Buffer *buffer);
/* Empties it and forgets failures; the memory is kept for the next use. */
void buffer_clear(Buffer *buffer);
void buffer_append(Buffer *buffer, const void *data, size_t len);
void buffer_puts(Buffer *buffer, const char *text);
void buffer_putc(Buffer *buffer, char c);
void buffer_printf(Buffer *buffer, const char *format, ...) PRINTF_LIKE(2, 3);
/* Room for `extra` more bytes: a pointer to buffer->data + buffer->len, or NULL (sticky failure).
 * The caller writes there and adds to len itself, at most `extra`. */
char *buffer_reserve(Buffer *buffer, size_t extra);
/* False, with err filled, when any append failed since the last clear. `what` names the text. */
bool buffer_ok(const Buffer *buffer, const char *what, Error *err) MUST_CHECK;

#endif
