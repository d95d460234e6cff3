/* SPDX-License-Identifier: Apache-2.0 */
/* The table of contents of a backup. */
#include "archive/toc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const section_names[] = {
    [SECTION_PRE_DATA] = "pre-data",
    [SECTION_DATA] = "data",
    [SECTION_POST_DATA] = "post-data",
};

void toc_init(Toc *toc)
{
    *toc = (Toc){0};
    arena_init(&toc->arena);
}

void toc_free(Toc *toc)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        vec_free(&toc->entries.items[i].chunks);
    }
    vec_free(&toc->entries);
    arena_free(&toc->arena);
    *toc = (Toc){0};
}

const char *section_name(Section section)
{
    return section_names[section];
}

Section section_from_name(const char *text)
{
    for (int i = SECTION_PRE_DATA; i <= SECTION_POST_DATA; i++) {
        if (strcmp(section_names[i], text) == 0) {
            return (Section)i;
        }
    }
    return (Section)0;
}

bool entry_add_chunk(Entry *entry, const Chunk *chunk)
{
    if (entry->chunks.capacity == 0) {
        entry->chunks.items = malloc(sizeof *chunk);
        entry->chunks.capacity = entry->chunks.items != NULL;
    }
    return entry->chunks.items != NULL && vec_push(&entry->chunks, *chunk);
}

uint64_t entry_rows(const Entry *entry)
{
    uint64_t rows = 0;

    for (size_t i = 0; i < entry->chunks.len; i++) {
        rows += entry->chunks.items[i].rows;
    }
    return rows;
}

uint64_t entry_size(const Entry *entry)
{
    uint64_t size = 0;

    for (size_t i = 0; i < entry->chunks.len; i++) {
        size += entry->chunks.items[i].size;
    }
    return size;
}

uint64_t entry_raw_size(const Entry *entry)
{
    uint64_t size = 0;

    for (size_t i = 0; i < entry->chunks.len; i++) {
        size += entry->chunks.items[i].raw_size;
    }
    return size;
}

void entry_label(const Entry *entry, char *out, size_t size)
{
    bool qualified = entry->schema != NULL && entry->schema[0] != '\0';

    (void)snprintf(out, size, "%s %s%s%s", entry->kind, qualified ? entry->schema : "",
                   qualified ? "." : "", entry->name);
    for (char *p = out; *p != '\0'; p++) {
        if (*p == '\n' || *p == '\r') {
            *p = ' ';
        }
    }
}
