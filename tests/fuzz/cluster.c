/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cluster archive in memory: by its index and as a stream, each database in it too. The mutator
 * sets the checks of frames, index and footer right again, so that what stands behind them is
 * reached; now and then it leaves them wrong.
 */
#include "fuzz.h"

#include <libdeflate.h>
#include <string.h>
#include <xxhash.h>

#include "archive/bytes.h"
#include "archive/cluster_frame.h"
#include "archive/cluster_reader.h"
#include "archive/cluster_stream.h"
#include "archive/file_kind.h"
#include "archive/script_reader.h"

/* Where the facts of a frame stand, from its beginning; docs/format.md. */
enum {
    FACTS = 16,
    FACT_KIND = FACTS + 1,
    FACT_SIZE = FACTS + 16,
    FACT_TAR_SIZE = FACTS + 24,
    FACT_CHECK = FACTS + 28,
    MARK_SIZE = 16,
};

static const uint8_t frame_mark[MARK_SIZE] = {0x1F, 0x8B, 8,  4, 0,   0,   0,  0,
                                              0,    3,    36, 0, 'C', 'L', 32, 0};

/* CRC-32 of the text in the frame's blocks: head, content, padding. */
static void repair_crc(uint8_t *frame, size_t size)
{
    uint32_t crc = 0;
    size_t at = FRAME_HEAD_SIZE;
    bool last = false;

    while (!last && size - at >= FRAME_BLOCK_HEAD + FRAME_TAIL_SIZE) {
        size_t text = (size_t)bytes_get(frame + at + 1, 2);

        last = (frame[at] & 1) != 0;
        at += FRAME_BLOCK_HEAD;
        if (text > size - at - FRAME_TAIL_SIZE) {
            return;
        }
        crc = libdeflate_crc32(crc, frame + at, text);
        at += text;
    }
    if (last) {
        bytes_put(frame + at, crc, 4);
    }
}

static void repair(uint8_t *data, size_t size)
{
    size_t footer = footer_size(&cluster_footer);
    uint8_t bytes[FOOTER_SIZE_MAX];
    size_t index;
    size_t end;

    if (size < FRAME_HEAD_SIZE + footer || memcmp(data, frame_mark, MARK_SIZE) != 0) {
        return;
    }
    end = size - footer;
    index = end;
    for (size_t at = 0; end - at >= FRAME_HEAD_SIZE;) {
        uint8_t *frame = data + at;
        uint64_t whole = bytes_get(frame + FACT_SIZE, 8);

        if (memcmp(frame, frame_mark, MARK_SIZE) != 0) {
            break;
        }
        bytes_put(frame + FACT_CHECK, (uint32_t)XXH3_64bits(frame + FACTS, FACT_CHECK - FACTS), 4);
        if (whole < FRAME_HEAD_SIZE || whole > end - at) {
            break;
        }
        repair_crc(frame, (size_t)whole);
        index = frame[FACT_KIND] == CLUSTER_INDEX ? at : index;
        at += (size_t)whole;
    }
    footer_write(&cluster_footer,
                 &(Footer){.index_offset = index,
                           .index_size = end - index,
                           .index_hash = XXH3_64bits(data + index, end - index),
                           .file_size = size,
                           .content_hash = XXH3_64bits(data, end)},
                 bytes);
    memcpy(data + end, bytes, footer);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed)
{
    size = LLVMFuzzerMutate(data, size, room);
    if (seed % 8 != 0) {
        repair(data, size);
    }
    return size;
}

static void read_member(const ClusterArchive *archive, const ClusterMember *member)
{
    ScriptArchive *script;
    Source *source;
    FileKind kind;
    Error err = {0};
    bool ok = cluster_archive_member(archive, member, &source, &err);

    fuzz_check_verdict(ok, &err);
    if (!ok) {
        return;
    }
    fuzz_check_verdict(cluster_archive_check_member(archive, member, NULL, NULL, &err), &err);
    err = (Error){0};
    ok = file_kind_of_source(source, &kind, &err);
    fuzz_check_verdict(ok, &err);
    if (!ok || kind != FILE_SCRIPT_ARCHIVE) {
        source_close(source);
        return;
    }
    ok = script_archive_open_source(source, &script, &err);
    fuzz_check_verdict(ok, &err);
    if (ok) {
        fuzz_check_verdict(script_archive_verify(script, NULL, NULL, NULL, &err), &err);
        script_archive_close(script);
    }
}

static bool read_by_index(const uint8_t *data, size_t size)
{
    const ClusterIndex *index;
    ClusterArchive *archive;
    BytesSource source;
    Error err = {0};
    bool ok;

    bytes_source_init(&source, data, size);
    ok = cluster_archive_open_source(&source.base, &archive, &err);
    fuzz_check_verdict(ok, &err);
    if (!ok) {
        return false;
    }
    index = cluster_archive_index(archive);
    for (size_t i = 0; i < index->members.len; i++) {
        read_member(archive, &index->members.items[i]);
    }
    ok = cluster_archive_check(archive, NULL, NULL, NULL, &err);
    fuzz_check_verdict(ok, &err);
    cluster_archive_close(archive);
    return ok;
}

static bool read_as_stream(const uint8_t *data, size_t size)
{
    const ClusterMember *member;
    ClusterStream *stream;
    DripReader source;
    Reader *content;
    bool end = false;
    Error err = {0};
    uint64_t sum = 0;
    bool ok;

    drip_reader_init(&source, data, size, 777);
    ok = cluster_stream_new(&source.base, "bytes", &stream, &err);
    fuzz_check_verdict(ok, &err);
    if (!ok) {
        return false;
    }
    while (ok && !end) {
        ok = cluster_stream_next(stream, &member, &content, &end, &err);
        if (ok && !end) {
            FUZZ_ASSERT(cluster_path_fits(member->path, member->kind, member->name));
            sum += fuzz_drain(content, 4096, member->content_size / 2).size;
            FUZZ_ASSERT(sum <= size);
        }
    }
    fuzz_check_verdict(ok, &err);
    cluster_stream_free(stream);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool by_index = read_by_index(data, size);
    bool as_stream = read_as_stream(data, size);

    /* The stream compares all that the index does, and more. */
    FUZZ_ASSERT(by_index || !as_stream);
    return 0;
}
