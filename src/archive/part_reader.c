/* SPDX-License-Identifier: Apache-2.0 */
/* An entry's text without some of its parts. */
#include "archive/part_reader.h"

/* On to the part that the next byte belongs to. After the last, the rest is as that. */
static const TextPart *present_part(PartReader *reader)
{
    const Entry *entry = reader->entry;

    while (reader->left == 0 && reader->part + 1 < entry->n_parts) {
        reader->part++;
        reader->left = entry->parts[reader->part].size;
    }
    return &entry->parts[reader->part];
}

static bool part_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    PartReader *reader = (PartReader *)self;

    for (;;) {
        const TextPart *part = present_part(reader);
        size_t want = reader->left > 0 && reader->left < len ? (size_t)reader->left : len;
        size_t n = 0;

        if (!reader_read(reader->next, data, want, &n, err)) {
            return false;
        }
        reader->left -= n < reader->left ? n : reader->left;
        if (n == 0 || (reader->leave_out & TEXT_BIT(part->kind)) == 0) {
            *got = n;
            return true;
        }
    }
}

static bool whole_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    return reader_read(((PartReader *)self)->next, data, len, got, err);
}

void part_reader_init(PartReader *reader, const Entry *entry, unsigned leave_out, Reader *next)
{
    bool whole = entry->n_parts == 0 || leave_out == 0;

    *reader = (PartReader){
        .base = {.read = whole ? whole_read : part_read},
        .next = next,
        .entry = entry,
        .leave_out = leave_out & ~TEXT_BIT(TEXT_DEFINITION),
        .left = entry->n_parts == 0 ? 0 : entry->parts[0].size,
    };
}
