/* SPDX-License-Identifier: Apache-2.0 */
/* A hash map from a 64-bit key to a 32-bit number (an index into some array). */
#ifndef DBB_BASE_IDMAP_H
#define DBB_BASE_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

typedef struct IdMapSlot {
    uint64_t key;
    uint32_t value;
    bool used;
} IdMapSlot;

typedef struct IdMap {
    IdMapSlot *slots;
    size_t count;
    size_t capacity; /* 0 or a power of two */
} IdMap;

void idmap_init(IdMap *map);
void idmap_free(IdMap *map);
/* Adds or replaces. False when memory is out. */
bool idmap_put(IdMap *map, uint64_t key, uint32_t value) MUST_CHECK;
/* False when there is none; *value is untouched then. */
bool idmap_get(const IdMap *map, uint64_t key, uint32_t *value);

#endif
