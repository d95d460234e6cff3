/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is given back all at once: one arena for each catalog snapshot or index read.
 * Every function returns NULL when memory is out, and the arena remembers it: arena_ok() after a
 * run of calls is as good as a check of each.
 */
#ifndef DBB_BASE_ARENA_H
#define DBB_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    ArenaBlock *blocks; /* the newest first */
    bool no_memory;
} Arena;

void arena_init(Arena *arena);
void arena_free(Arena *arena);
/* Zeroed, aligned for any type. */
void *arena_alloc(Arena *arena, size_t size);
/* A NUL-ended copy; NULL for NULL. */
char *arena_strdup(Arena *arena, const char *text);
char *arena_strndup(Arena *arena, const char *text, size_t len);
char *arena_printf(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
bool arena_ok(const Arena *arena, const char *what, Error *err) MUST_CHECK;

#endif
