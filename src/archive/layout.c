/* SPDX-License-Identifier: Apache-2.0 */
/* Where the chunks of a table of contents lie in the file. */
#include "archive/layout.h"

#include <stdlib.h>

#include "base/idmap.h"

static LayoutVerdict check_ids(const Toc *toc, IdMap *ids)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        uint32_t id = toc->entries.items[i].id;

        if (id == 0 || idmap_get(ids, id, &(uint32_t){0})) {
            return LAYOUT_BAD_ID;
        }
        if (!idmap_put(ids, id, (uint32_t)i)) {
            return LAYOUT_NO_MEMORY;
        }
    }
    for (size_t i = 0; i < toc->entries.len; i++) {
        const Entry *entry = &toc->entries.items[i];

        for (size_t d = 0; d < entry->n_deps; d++) {
            if (entry->deps[d] == entry->id || !idmap_get(ids, entry->deps[d], &(uint32_t){0})) {
                return LAYOUT_BAD_DEP;
            }
        }
    }
    return LAYOUT_GOOD;
}

/* By offset; an empty chunk before the one that begins at the same place. */
static int compare_places(const void *a, const void *b)
{
    const Chunk *left = ((const ChunkPlace *)a)->chunk;
    const Chunk *right = ((const ChunkPlace *)b)->chunk;

    if (left->offset != right->offset) {
        return left->offset < right->offset ? -1 : 1;
    }
    return left->size < right->size ? -1 : left->size > right->size;
}

static LayoutVerdict find_places(const Toc *toc, uint64_t start, uint64_t end, Layout *layout)
{
    uint64_t at = start;

    for (size_t i = 0; i < toc->entries.len; i++) {
        const Entry *entry = &toc->entries.items[i];

        for (size_t c = 0; c < entry->chunks.len; c++) {
            ChunkPlace place = {entry, &entry->chunks.items[c], (uint32_t)c};

            if (!vec_push(layout, place)) {
                return LAYOUT_NO_MEMORY;
            }
        }
    }
    if (layout->len > 0) {
        qsort(layout->items, layout->len, sizeof *layout->items, compare_places);
    }
    for (size_t i = 0; i < layout->len; i++) {
        const Chunk *chunk = layout->items[i].chunk;

        if (chunk->offset != at || at > end || chunk->size > end - at) {
            return LAYOUT_GAP;
        }
        at += chunk->size;
    }
    return at == end ? LAYOUT_GOOD : LAYOUT_GAP;
}

LayoutVerdict layout_find(const Toc *toc, uint64_t start, uint64_t end, Layout *layout)
{
    Layout found = {0};
    IdMap ids;
    LayoutVerdict verdict;

    idmap_init(&ids);
    verdict = check_ids(toc, &ids);
    idmap_free(&ids);
    if (verdict == LAYOUT_GOOD) {
        verdict = find_places(toc, start, end, &found);
    }
    if (verdict == LAYOUT_GOOD) {
        *layout = found;
    } else {
        vec_free(&found);
    }
    return verdict;
}

const char *layout_verdict_text(LayoutVerdict verdict)
{
    switch (verdict) {
    case LAYOUT_GAP:
        return "the index doesn't cover it from beginning to end";
    case LAYOUT_BAD_ID:
        return "its index has two entries of one id";
    case LAYOUT_BAD_DEP:
        return "its index has a dependency on nothing";
    case LAYOUT_NO_MEMORY:
        return "out of memory";
    case LAYOUT_GOOD:
        break;
    }
    return "its index is good";
}
