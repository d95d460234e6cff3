/* SPDX-License-Identifier: Apache-2.0 */
/* A program's arguments. */
#include "engine/tools/arguments.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void arguments_init(Arguments *arguments, const char *name)
{
    *arguments = (Arguments){0};
    arena_init(&arguments->arena);
    arguments_add(arguments, name);
}

void arguments_free(Arguments *arguments)
{
    vec_free(&arguments->items);
    arena_free(&arguments->arena);
}

void arguments_add(Arguments *arguments, const char *text)
{
    arguments->no_memory =
        text == NULL || !vec_push(&arguments->items, text) || arguments->no_memory;
}

void arguments_flag(Arguments *arguments, bool given, const char *text)
{
    if (given) {
        arguments_add(arguments, text);
    }
}

void arguments_format(Arguments *arguments, const char *format, ...)
{
    char *text = NULL;
    va_list values;

    va_start(values, format);
    if (vasprintf(&text, format, values) < 0) {
        text = NULL;
    }
    va_end(values);
    arguments_add(arguments, arena_strdup(&arguments->arena, text));
    free(text);
}

const char *const *arguments_vector(Arguments *arguments, Error *err)
{
    if (arguments->no_memory || !vec_push(&arguments->items, NULL)) {
        (void)error_set_memory(err, "a program's arguments");
        return NULL;
    }
    arguments->items.len--;
    return arguments->items.items;
}
