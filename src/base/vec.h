/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Growable arrays of any type.
 *
 *     typedef VEC(Entry) EntryVec;
 *     EntryVec v = {0};
 *     if (!vec_push(&v, entry)) …out of memory…
 *     vec_free(&v);
 */
#ifndef DBB_BASE_VEC_H
#define DBB_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>

#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t len;                                                                                \
        size_t capacity;                                                                           \
    }

/* False when memory is out; the vector is then as it was. */
#define vec_push(vec, item)                                                                        \
    (vec_grow((void **)&(vec)->items, (vec)->len, &(vec)->capacity, sizeof *(vec)->items)          \
         ? ((vec)->items[(vec)->len++] = (item), true)                                             \
         : false)
#define vec_free(vec) vec_release((void **)&(vec)->items, &(vec)->len, &(vec)->capacity)

/* Room for one more item; used by vec_push. */
bool vec_grow(void **items, size_t len, size_t *capacity, size_t item_size);
void vec_release(void **items, size_t *len, size_t *capacity);

#endif
