/* SPDX-License-Identifier: Apache-2.0 */
/* A hash map from 64-bit keys to 32-bit numbers: open addressing, at most two thirds full. */
#include "base/idmap.h"

#include <stdlib.h>

void idmap_init(IdMap *map)
{
    *map = (IdMap){0};
}

void idmap_free(IdMap *map)
{
    free(map->slots);
    *map = (IdMap){0};
}

/* The finaliser of MurmurHash3 (public domain): every bit of the key reaches the low ones. */
static size_t hash(uint64_t key)
{
    key ^= key >> 33;
    key *= 0xff51afd7ed558ccdULL;
    key ^= key >> 33;
    key *= 0xc4ceb9fe1a85ec53ULL;
    key ^= key >> 33;
    return (size_t)key;
}

/* The slot that holds the key, or the free one where it belongs. */
static IdMapSlot *find(IdMapSlot *slots, size_t capacity, uint64_t key)
{
    size_t i = hash(key) & (capacity - 1);

    while (slots[i].used && slots[i].key != key) {
        i = (i + 1) & (capacity - 1);
    }
    return &slots[i];
}

static bool grow(IdMap *map)
{
    size_t capacity = map->capacity == 0 ? 64 : map->capacity * 2;
    IdMapSlot *slots = calloc(capacity, sizeof *slots);

    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].used) {
            *find(slots, capacity, map->slots[i].key) = map->slots[i];
        }
    }
    free(map->slots);
    map->slots = slots;
    map->capacity = capacity;
    return true;
}

bool idmap_put(IdMap *map, uint64_t key, uint32_t value)
{
    IdMapSlot *slot;

    if (map->count >= map->capacity / 3 * 2 && !grow(map)) {
        return false;
    }
    slot = find(map->slots, map->capacity, key);
    if (!slot->used) {
        map->count++;
    }
    *slot = (IdMapSlot){.key = key, .value = value, .used = true};
    return true;
}

bool idmap_get(const IdMap *map, uint64_t key, uint32_t *value)
{
    const IdMapSlot *slot;

    if (map->capacity == 0) {
        return false;
    }
    slot = find(map->slots, map->capacity, key);
    if (!slot->used) {
        return false;
    }
    *value = slot->value;
    return true;
}
