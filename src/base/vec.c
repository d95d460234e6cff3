/* SPDX-License-Identifier: Apache-2.0 */
/* Growable arrays: the part that doesn't know the type. */
#include "base/vec.h"

#include <stdint.h>
#include <stdlib.h>

bool vec_grow(void **items, size_t len, size_t *capacity, size_t item_size)
{
    size_t wanted;
    void *grown;

    if (len < *capacity) {
        return true;
    }
    wanted = *capacity < 8 ? 8 : *capacity * 2;
    if (wanted > SIZE_MAX / item_size) {
        return false;
    }
    grown = realloc(*items, wanted * item_size);
    if (grown == NULL) {
        return false;
    }
    *items = grown;
    *capacity = wanted;
    return true;
}

void vec_release(void **items, size_t *len, size_t *capacity)
{
    free(*items);
    *items = NULL;
    *len = 0;
    *capacity = 0;
}
