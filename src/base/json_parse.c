/* SPDX-License-Identifier: Apache-2.0 */
/* jansson can't be relied upon when memory is out: it loses bytes, aborts or crashes. So it never
 * hears of it: the parse is left by a jump, and what it had allocated is freed here. */
#include "base/json_parse.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>

#include "base/vec.h"

typedef struct Parse {
    VEC(void *) blocks; /* that jansson holds */
    jmp_buf no_memory;
} Parse;

static _Thread_local Parse *current; /* NULL: jansson isn't parsing */

static void *allocate(size_t size)
{
    void *memory = malloc(size);

    if (current != NULL && (memory == NULL || !vec_push(&current->blocks, memory))) {
        free(memory);
        longjmp(current->no_memory, 1);
    }
    return memory;
}

/* What jansson frees while it parses is mostly what it had allocated last. */
static void release(void *memory)
{
    for (size_t i = current == NULL ? 0 : current->blocks.len; i > 0; i--) {
        if (current->blocks.items[i - 1] == memory) {
            current->blocks.items[i - 1] = current->blocks.items[--current->blocks.len];
            break;
        }
    }
    free(memory);
}

/* jansson has one allocator for all threads. */
static void watch_memory(void)
{
    json_set_alloc_funcs(allocate, release);
}

/* False when memory is out. */
static bool load(Parse *parse, const char *text, size_t len, size_t flags, json_error_t *why,
                 json_t **out)
{
    if (setjmp(parse->no_memory) != 0) {
        return false;
    }
    current = parse;
    *out = json_loadb(text, len, flags, why);
    return true;
}

bool json_parse(const char *text, size_t len, size_t flags, const char *what, json_t **out,
                json_error_t *why, Error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    json_error_t ignored;
    Parse parse = {.blocks = {0}};
    bool ok;

    (void)pthread_once(&once, watch_memory);
    ok = load(&parse, text, len, flags, why == NULL ? &ignored : why, out);
    current = NULL;
    for (size_t i = 0; !ok && i < parse.blocks.len; i++) {
        free(parse.blocks.items[i]);
    }
    vec_free(&parse.blocks);
    return ok || error_set_memory(err, what);
}
