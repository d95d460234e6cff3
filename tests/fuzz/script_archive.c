/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An indexed script in memory: opened by its footer and index, read entry by entry, verified, and
 * read as a stream. The mutator sets the checks of facts, members, index and footer right again, so
 * that what stands behind them is reached; now and then it leaves them wrong.
 */
#include "fuzz.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "archive/bytes.h"
#include "archive/footer.h"
#include "archive/member.h"
#include "archive/script_reader.h"
#include "archive/script_stream.h"
#include "archive/selection.h"

/* Where the facts of a member stand; docs/format.md. */
enum { FACT_TYPE = 1, FACT_SIZE = 16, FACT_TEXT_SIZE = 20, FACT_CHECK = 24, TRAILER_SIZE = 8 };

static const char index_title[] = "-- dbbackup index 1\n";

/* --- Checks set right --------------------------------------------------------------------- */

/* CRC-32 and size of what the member really holds. */
static void repair_gzip(uint8_t *body, size_t size, size_t text_size)
{
    struct libdeflate_decompressor *decoder = libdeflate_alloc_decompressor();
    char *text = malloc(MEMBER_TEXT_MAX);
    size_t made = 0;

    FUZZ_ASSERT(decoder != NULL && text != NULL);
    if (size > TRAILER_SIZE && text_size <= MEMBER_TEXT_MAX &&
        libdeflate_deflate_decompress(decoder, body, size - TRAILER_SIZE, text, MEMBER_TEXT_MAX,
                                      &made) == LIBDEFLATE_SUCCESS) {
        bytes_put(body + size - TRAILER_SIZE, libdeflate_crc32(0, text, made), 4);
        bytes_put(body + size - 4, made, 4);
    }
    free(text);
    libdeflate_free_decompressor(decoder);
}

/* Goes from member to member as far as there are any; returns where the index begins, or size. */
static size_t repair_members(const CodecOps *ops, uint8_t *data, size_t size)
{
    size_t head = codec_head_size(ops);
    size_t index = size;

    for (size_t at = 0; head <= size - at;) {
        uint8_t *facts = data + at + ops->member_mark.len;
        size_t member = (size_t)bytes_get(facts + FACT_SIZE, 4);

        if (memcmp(data + at, ops->member_mark.bytes, ops->member_mark.len) != 0) {
            break;
        }
        bytes_put(facts + FACT_CHECK, (uint32_t)XXH3_64bits(facts, FACT_CHECK), 4);
        if (member <= head || member > size - at) {
            break;
        }
        if (ops->codec == CODEC_GZIP) {
            repair_gzip(data + at + head, member - head,
                        (size_t)bytes_get(facts + FACT_TEXT_SIZE, 4));
        }
        if (facts[FACT_TYPE] == MEMBER_INDEX && index == size) {
            index = at;
        }
        at += member;
    }
    return index;
}

static size_t find_index(const uint8_t *data, size_t size)
{
    const uint8_t *found = memmem(data, size, index_title, sizeof index_title - 1);

    return found == NULL ? size : (size_t)(found - data);
}

static void repair(uint8_t *data, size_t size)
{
    static const CodecOps *const all[] = {&codec_ops_gzip, &codec_ops_zstd, &codec_ops_none};

    for (size_t i = 0; i < ARRAY_LENGTH(all); i++) {
        const CodecOps *ops = all[i];
        size_t footer = footer_size(ops);
        uint8_t bytes[FOOTER_SIZE_MAX];
        size_t index;
        size_t end;

        if (size < ops->file_mark.len + footer ||
            memcmp(data, ops->file_mark.bytes, ops->file_mark.len) != 0) {
            continue;
        }
        end = size - footer;
        index = ops->codec == CODEC_NONE ? find_index(data, end) : repair_members(ops, data, end);
        footer_write(ops,
                     &(Footer){.index_offset = index,
                               .index_size = end - index,
                               .index_hash = XXH3_64bits(data + index, end - index),
                               .file_size = size,
                               .content_hash = XXH3_64bits(data, end)},
                     bytes);
        memcpy(data + end, bytes, footer);
        return;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, room);
    if (seed % 8 != 0) {
        repair(data, size);
    }
    return size;
}

/* --- Reading ------------------------------------------------------------------------------ */

static void read_entries(const ScriptArchive *archive, uint64_t file_size)
{
    const Toc *toc = script_archive_toc(archive);

    for (size_t i = 0; i < toc->entries.len; i++) {
        const Entry *entry = &toc->entries.items[i];
        char label[64];
        Reader *text;
        Error err = {0};

        entry_label(entry, label, sizeof label);
        FUZZ_ASSERT(strchr(label, '\n') == NULL);
        for (size_t c = 0; c < entry->chunks.len; c++) {
            const Chunk *chunk = &entry->chunks.items[c];

            FUZZ_ASSERT(chunk->offset <= file_size && chunk->size <= file_size - chunk->offset);
        }
        FUZZ_ASSERT(script_archive_read_entry(archive, entry, &text, &err));
        (void)fuzz_drain(text, 65536, UINT64_MAX);
    }
}

/* As a restore of a part does it. */
static void choose(const Toc *toc)
{
    bool *taken = calloc(toc->entries.len + 1, sizeof *taken);
    SelectionNames names;
    Selection selection;
    Error err = {0};
    bool ok;

    FUZZ_ASSERT(taken != NULL);
    selection_init(&selection);
    names_init(&names);
    ok = selection_add(&selection, SELECT_TABLES, "o*", false, &err) &&
         names_read(&names, toc, &err) && selection_resolve(&selection, &names, &err) &&
         selection_choose(&selection, &names, toc, taken, &err);
    fuzz_check_verdict(ok, &err);
    names_free(&names);
    selection_free(&selection);
    free(taken);
}

static void read_by_index(const uint8_t *data, size_t size)
{
    BytesSource source;
    ScriptArchive *archive;
    Error err = {0};
    bool ok;

    bytes_source_init(&source, data, size);
    ok = script_archive_open_source(&source.base, &archive, &err);
    fuzz_check_verdict(ok, &err);
    if (!ok) {
        return;
    }
    read_entries(archive, size);
    choose(script_archive_toc(archive));
    ok = script_archive_check(archive, NULL, NULL, &err);
    fuzz_check_verdict(ok, &err);
    if (ok) {
        ok = script_archive_verify(archive, NULL, NULL, NULL, &err);
        fuzz_check_verdict(ok, &err);
    }
    script_archive_close(archive);
}

static void read_as_stream(const uint8_t *data, size_t size)
{
    DripReader source;
    Error err = {0};
    Reader *text;
    bool ok;

    drip_reader_init(&source, data, size, 777);
    ok = script_stream_over(&source.base, "bytes", &text, &err);
    fuzz_check_verdict(ok, &err);
    if (ok) {
        (void)fuzz_drain(text, 65536, UINT64_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_by_index(data, size);
    read_as_stream(data, size);
    return 0;
}
