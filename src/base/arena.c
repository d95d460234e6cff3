/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is given back all at once. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 64 * 1024, ALIGNMENT = _Alignof(max_align_t) };

struct ArenaBlock {
    ArenaBlock *next;
    size_t used;
    size_t size;
    _Alignas(max_align_t) char data[];
};

void arena_init(Arena *arena)
{
    *arena = (Arena){0};
}

void arena_free(Arena *arena)
{
    while (arena->blocks != NULL) {
        ArenaBlock *next = arena->blocks->next;

        free(arena->blocks);
        arena->blocks = next;
    }
    arena->no_memory = false;
}

static ArenaBlock *add_block(Arena *arena, size_t size)
{
    ArenaBlock *block = calloc(1, sizeof *block + size);

    if (block == NULL) {
        arena->no_memory = true;
        return NULL;
    }
    block->size = size;
    /* A large piece gets a block of its own, behind the one that still has room. */
    if (size > BLOCK_SIZE && arena->blocks != NULL) {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    } else {
        block->next = arena->blocks;
        arena->blocks = block;
    }
    return block;
}

void *arena_alloc(Arena *arena, size_t size)
{
    ArenaBlock *block = arena->blocks;
    size_t rounded;
    void *piece;

    if (size > SIZE_MAX / 2) {
        arena->no_memory = true;
        return NULL;
    }
    rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (block == NULL || block->size - block->used < rounded) {
        block = add_block(arena, rounded > BLOCK_SIZE ? rounded : BLOCK_SIZE);
        if (block == NULL) {
            return NULL;
        }
    }
    piece = block->data + block->used;
    block->used += rounded;
    return piece;
}

char *arena_strndup(Arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);

    if (copy != NULL && len > 0) {
        memcpy(copy, text, len);
    }
    return copy;
}

char *arena_strdup(Arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    va_list args;
    va_list again;
    int len;
    char *text = NULL;

    va_start(args, format);
    va_copy(again, args);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        arena->no_memory = true;
    } else {
        text = arena_alloc(arena, (size_t)len + 1);
        if (text != NULL) {
            (void)vsnprintf(text, (size_t)len + 1, format, again);
        }
    }
    va_end(again);
    return text;
}

bool arena_ok(const Arena *arena, const char *what, Error *err)
{
    return arena->no_memory ? error_set_memory(err, what) : true;
}
