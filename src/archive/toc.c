/* SPDX-License-Identifier: Apache-2.0 */
/* The table of contents of a backup. */
#include "archive/toc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

static const char *const section_names[] = {
    [SECTION_PRE_DATA] = "pre-data",
    [SECTION_DATA] = "data",
    [SECTION_POST_DATA] = "post-data",
};

static const char *const text_kind_names[N_TEXT_KINDS] = {
    [TEXT_DEFINITION] = "definition", [TEXT_DROP] = "drop",
    [TEXT_TABLESPACE] = "tablespace", [TEXT_OWNER] = "owner",
    [TEXT_COMMENT] = "comment",       [TEXT_LABEL] = "label",
    [TEXT_PRIVILEGE] = "privilege",   [TEXT_ROLE_SETTING] = "role setting",
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

bool toc_subset(const Toc *toc, const bool *taken, Toc *subset, Error *err)
{
    *subset = (Toc){.info = toc->info};
    arena_init(&subset->arena);
    for (size_t i = 0; i < toc->entries.len; i++) {
        if (taken[i] && !vec_push(&subset->entries, toc->entries.items[i])) {
            toc_subset_free(subset);
            return error_set_memory(err, "the table of contents");
        }
    }
    return true;
}

void toc_subset_free(Toc *subset)
{
    vec_free(&subset->entries); /* their chunks are the whole's */
    arena_free(&subset->arena);
    *subset = (Toc){0};
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

const char *text_kind_name(TextKind kind)
{
    return text_kind_names[kind];
}

TextKind text_kind_from_name(const char *text)
{
    int kind = 0;

    while (kind < N_TEXT_KINDS && strcmp(text_kind_names[kind], text) != 0) {
        kind++;
    }
    return (TextKind)kind;
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

uint64_t content_hash(const void *row, size_t len)
{
    return XXH3_64bits(row, len);
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

bool entry_is_for_clients(const Entry *entry)
{
    return strcmp(entry->kind, "CLEAN") == 0 || strcmp(entry->kind, "DATABASE") == 0;
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
