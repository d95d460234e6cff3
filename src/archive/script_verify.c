/* SPDX-License-Identifier: Apache-2.0 */
/* The whole archive against its index: by hashes alone, or unpacked. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "archive/archive_file.h"
#include "archive/row_counter.h"
#include "io/damage.h"
#include "io/sha256.h"

enum { PIECE = 1024 * 1024, LABEL_SIZE = 256 };

/* One pass over the file, from its first byte to the footer. */
typedef struct Pass {
    const ScriptArchive *archive;
    const EventSink *events;
    const Cancel *cancel;
    XXH3_state_t *content; /* all but the footer */
    XXH3_state_t *chunk;
    Sha256 *whole; /* the footer, too; NULL: nobody asks for it */
    char *piece;
} Pass;

static bool pass_begin(Pass *pass, const ScriptArchive *archive, const EventSink *events,
                       const Cancel *cancel, Error *err)
{
    *pass = (Pass){
        .archive = archive,
        .events = events,
        .cancel = cancel,
        .content = XXH3_createState(),
        .chunk = XXH3_createState(),
        .piece = malloc(PIECE),
    };
    if (pass->content == NULL || pass->chunk == NULL || pass->piece == NULL ||
        XXH3_64bits_reset(pass->content) != XXH_OK) {
        return error_set_memory(err, archive->path);
    }
    return true;
}

static void pass_free(Pass *pass)
{
    (void)XXH3_freeState(pass->content);
    (void)XXH3_freeState(pass->chunk);
    free(pass->piece);
}

/* Feeds a range of the file to the hashes of the file and, when it isn't NULL, another one. */
static bool hash_range(Pass *pass, uint64_t offset, uint64_t size, XXH3_state_t *also, Error *err)
{
    while (size > 0) {
        size_t n = size < PIECE ? (size_t)size : PIECE;

        if (!cancel_check(pass->cancel, err) ||
            !source_read_at(pass->archive->source, pass->piece, n, offset, err)) {
            return false;
        }
        (void)XXH3_64bits_update(pass->content, pass->piece, n);
        if (also != NULL) {
            (void)XXH3_64bits_update(also, pass->piece, n);
        }
        if (pass->whole != NULL && !sha256_update(pass->whole, pass->piece, n, err)) {
            return false;
        }
        event_progress(pass->events, n, 0, 0);
        offset += n;
        size -= n;
    }
    return true;
}

static bool check_start(Pass *pass, Error *err)
{
    const Mark *mark = &pass->archive->ops->file_mark;
    size_t size = (size_t)archive_data_start(pass->archive->ops);

    if (!hash_range(pass, 0, size, NULL, err)) {
        return false;
    }
    return size == 0 || memcmp(pass->piece, mark->bytes, size) == 0
               ? true
               : damage_altered(err, pass->archive->path, "its first line isn't what was written");
}

static bool entry_differs(const Pass *pass, const Entry *entry, const char *what, Error *err)
{
    char label[LABEL_SIZE];

    entry_label(entry, label, sizeof label);
    return damage_altered(err, pass->archive->path, "%s of %s", what, label);
}

static bool check_chunk(Pass *pass, const ChunkPlace *place, Error *err)
{
    (void)XXH3_64bits_reset(pass->chunk);
    if (!hash_range(pass, place->chunk->offset, place->chunk->size, pass->chunk, err)) {
        return false;
    }
    return XXH3_64bits_digest(pass->chunk) == place->chunk->hash
               ? true
               : entry_differs(pass, place->entry, "the index has another hash", err);
}

/* Rows are known only of what COPY or INSERT loads. */
static bool check_rows(const Pass *pass, const ChunkPlace *place, const RowCounter *counter,
                       Error *err)
{
    if (!counter->seen || strcmp(place->entry->kind, "TABLE DATA") != 0 ||
        (row_counter_whole(counter) && counter->rows == place->chunk->rows)) {
        return true;
    }
    return entry_differs(pass, place->entry, "the index has another number of rows", err);
}

static bool read_chunk(Pass *pass, const ChunkPlace *place, Reader *text, Error *err)
{
    RowCounter counter = {0};
    size_t got = 0;

    do {
        if (!cancel_check(pass->cancel, err) || !reader_read(text, pass->piece, PIECE, &got, err)) {
            return false;
        }
        if (place->entry->section == SECTION_DATA) {
            row_counter_add(&counter, pass->piece, got);
        }
    } while (got > 0);
    return check_rows(pass, place, &counter, err);
}

/* Its bytes are taken from the file twice, but the second time it has them in memory. */
static bool verify_chunk(Pass *pass, const ChunkPlace *place, Error *err)
{
    ChunkOwner owner = {place->entry->id, place->number};
    char label[LABEL_SIZE];
    Reader *text;
    bool ok;

    entry_label(place->entry, label, sizeof label);
    event_text(pass->events, EVENT_OBJECT, "%s", label);
    if (!archive_text_open(pass->archive, place->chunk, 1, owner, &text, err)) {
        return false;
    }
    ok = read_chunk(pass, place, text, err);
    reader_close(text);
    if (!ok) {
        return err->code == ERR_DAMAGED ? error_prefix(err, "%s", label) : false;
    }
    if (!hash_range(pass, place->chunk->offset, place->chunk->size, NULL, err)) {
        return false;
    }
    event_progress(pass->events, 0, place->chunk->rows, 1);
    return true;
}

/* The index itself was checked when it was opened; only content needs its bytes. */
static bool check_end(Pass *pass, Error *err)
{
    const Footer *footer = &pass->archive->footer;
    uint64_t end = footer->index_offset + footer->index_size;

    if (!hash_range(pass, footer->index_offset, footer->index_size, NULL, err)) {
        return false;
    }
    if (XXH3_64bits_digest(pass->content) != footer->content_hash) {
        return damage_altered(err, pass->archive->path, "it has another hash as a whole");
    }
    return hash_range(pass, end, footer->file_size - end, NULL, err);
}

static bool run(const ScriptArchive *archive, const EventSink *events, const Cancel *cancel,
                Sha256 *whole, bool (*each)(Pass *pass, const ChunkPlace *place, Error *err),
                Error *err)
{
    Pass pass;
    bool ok = pass_begin(&pass, archive, events, cancel, err);

    pass.whole = whole;
    event_total(events, archive->footer.file_size, archive->toc.entries.len);
    ok = ok && check_start(&pass, err);
    for (size_t i = 0; ok && i < archive->layout.len; i++) {
        ok = each(&pass, &archive->layout.items[i], err);
    }
    ok = ok && check_end(&pass, err);
    pass_free(&pass);
    return ok;
}

bool script_archive_check(const ScriptArchive *archive, const EventSink *events,
                          const Cancel *cancel, Error *err)
{
    return run(archive, events, cancel, NULL, check_chunk, err);
}

bool script_archive_check_entries(const ScriptArchive *archive, const Toc *entries,
                                  const EventSink *events, const Cancel *cancel, Error *err)
{
    Pass pass;
    uint64_t size = 0;
    bool ok = pass_begin(&pass, archive, events, cancel, err);

    for (size_t i = 0; i < entries->entries.len; i++) {
        size += entry_size(&entries->entries.items[i]);
    }
    event_total(events, size, entries->entries.len);
    for (size_t i = 0; ok && i < entries->entries.len; i++) {
        const Entry *entry = &entries->entries.items[i];

        for (size_t c = 0; ok && c < entry->chunks.len; c++) {
            ok =
                check_chunk(&pass, &(ChunkPlace){entry, &entry->chunks.items[c], (uint32_t)c}, err);
        }
    }
    pass_free(&pass);
    return ok;
}

bool script_archive_verify(const ScriptArchive *archive, const EventSink *events,
                           const Cancel *cancel, char *sha256, Error *err)
{
    Sha256 hash = {0};
    bool ok = sha256 == NULL || sha256_init(&hash, err);

    ok = ok && run(archive, events, cancel, sha256 == NULL ? NULL : &hash, verify_chunk, err) &&
         (sha256 == NULL || sha256_final(&hash, sha256, err));
    sha256_free(&hash);
    return ok;
}
