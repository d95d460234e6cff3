/* SPDX-License-Identifier: Apache-2.0 */
/* A program's arguments, put together one by one. */
#ifndef DBB_ENGINE_TOOLS_ARGUMENTS_H
#define DBB_ENGINE_TOOLS_ARGUMENTS_H

#include "base/arena.h"
#include "base/vec.h"

typedef struct Arguments {
    Arena arena;
    VEC(const char *) items;
    bool no_memory;
} Arguments;

/* The first one is the program's name. */
void arguments_init(Arguments *arguments, const char *name);
void arguments_free(Arguments *arguments);
/* Failures stick. */
void arguments_add(Arguments *arguments, const char *text);              /* not copied */
void arguments_flag(Arguments *arguments, bool given, const char *text); /* where given */
void arguments_format(Arguments *arguments, const char *format, ...) PRINTF_LIKE(2, 3);
/* Ended by NULL; good until the next addition. NULL, with err filled, when memory was out. */
const char *const *arguments_vector(Arguments *arguments, Error *err) MUST_CHECK;

#endif
