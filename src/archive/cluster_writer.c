/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a cluster archive: members as they come, then the index, then the footer. */
#include "archive/cluster_writer.h"

#include <libdeflate.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "archive/bytes.h"
#include "archive/cluster_frame.h"
#include "archive/cluster_index.h"
#include "archive/cluster_tar.h"
#include "base/clock.h"
#include "io/file_writer.h"
#include "io/memory_reader.h"
#include "io/range_reader.h"

enum { BLOCKS = 16, PIECE = BLOCKS * FRAME_BLOCK_SIZE /* read, hashed and written at once */ };

struct ClusterWriter {
    ClusterInfo info;
    uint64_t mtime;
    pthread_mutex_t lock; /* guards what follows */
    FileWriter file;
    XXH3_state_t *content_hash; /* of all bytes before the footer */
    XXH3_state_t *member_hash;
    ClusterIndex index;
    uint32_t files;
    bool sealed;
    bool broken;   /* a member was begun and isn't whole, or isn't listed */
    Error failure; /* why: whoever comes next is told the same, for he may be heard first */
    uint8_t *piece;
};

static void release(ClusterWriter *writer)
{
    (void)XXH3_freeState(writer->content_hash);
    (void)XXH3_freeState(writer->member_hash);
    (void)pthread_mutex_destroy(&writer->lock);
    cluster_index_free(&writer->index);
    free(writer->piece);
    free(writer);
}

static bool put(ClusterWriter *writer, const void *data, size_t len, Error *err)
{
    (void)XXH3_64bits_update(writer->content_hash, data, len);
    (void)XXH3_64bits_update(writer->member_hash, data, len);
    return writer_write(&writer->file.base, data, len, err);
}

/* --- One gzip member ---------------------------------------------------------------------- */

/* Head and first block. */
static bool begin_frame(ClusterWriter *writer, const ClusterFrame *frame, const uint8_t *tar_head,
                        uint32_t *crc, Error *err)
{
    uint8_t head[FRAME_HEAD_SIZE];
    uint8_t block[FRAME_BLOCK_HEAD];

    frame_head_write(frame, head);
    frame_block_head(frame->tar_size, false, block);
    *crc = libdeflate_crc32(0, tar_head, frame->tar_size);
    return put(writer, head, sizeof head, err) && put(writer, block, sizeof block, err) &&
           put(writer, tar_head, frame->tar_size, err);
}

/* Up to a piece of content: read to where it stays, with each block's head put before it. */
static bool copy_piece(ClusterWriter *writer, Reader *content, uint64_t *left, uint32_t *crc,
                       Error *err)
{
    size_t len = 0;

    for (int i = 0; i < BLOCKS && *left != 0; i++) {
        size_t n = *left < FRAME_BLOCK_TEXT ? (size_t)*left : FRAME_BLOCK_TEXT;
        uint8_t *text = writer->piece + len + FRAME_BLOCK_HEAD;

        frame_block_head(n, false, writer->piece + len);
        if (!reader_read_exact(content, "a part of a cluster archive", text, n, err)) {
            return false;
        }
        *crc = libdeflate_crc32(*crc, text, n);
        *left -= n;
        len += FRAME_BLOCK_HEAD + n;
    }
    return put(writer, writer->piece, len, err);
}

/* Padding, CRC-32, size. */
static bool end_frame(ClusterWriter *writer, const ClusterFrame *frame, uint32_t crc, Error *err)
{
    static const uint8_t zeros[FRAME_PADDING_MAX];
    size_t padding = frame_padding(frame);
    uint8_t block[FRAME_BLOCK_HEAD];
    uint8_t tail[FRAME_TAIL_SIZE];

    frame_block_head(padding, true, block);
    bytes_put(tail, libdeflate_crc32(crc, zeros, padding), 4);
    bytes_put(tail + 4, frame->tar_size + frame->content_size + padding, 4);
    return put(writer, block, sizeof block, err) && put(writer, zeros, padding, err) &&
           put(writer, tail, sizeof tail, err);
}

static bool write_frame(ClusterWriter *writer, const ClusterFrame *frame, const uint8_t *tar_head,
                        Reader *content, const Cancel *cancel, Error *err)
{
    uint64_t left = frame->content_size;
    uint32_t crc = 0;

    if (!begin_frame(writer, frame, tar_head, &crc, err)) {
        return false;
    }
    while (left > 0) {
        if (!cancel_check(cancel, err) || !copy_piece(writer, content, &left, &crc, err)) {
            return false;
        }
    }
    return end_frame(writer, frame, crc, err);
}

/* Writes a file of the tar and fills in where it came to lie. */
static bool write_member(ClusterWriter *writer, ClusterMember *member, Reader *content,
                         const Cancel *cancel, Error *err)
{
    uint8_t tar_head[TAR_HEAD_MAX];
    ClusterFrame frame = {
        .kind = member->kind,
        .number = writer->files,
        .tar_size =
            (uint32_t)tar_head_write(member->path, member->content_size, writer->mtime, tar_head),
        .content_size = member->content_size,
    };

    (void)XXH3_64bits_reset(writer->member_hash);
    member->offset = writer->file.size;
    member->size = frame_size(&frame);
    if (!write_frame(writer, &frame, tar_head, content, cancel, err)) {
        return false;
    }
    member->hash = XXH3_64bits_digest(writer->member_hash);
    writer->files++;
    return true;
}

/* --- Members ------------------------------------------------------------------------------ */

/* Puts a member into the index that isn't there yet. Texts are copied. */
static bool list_member(ClusterWriter *writer, const ClusterMember *member, Error *err)
{
    Arena *arena = &writer->index.arena;
    ClusterMember copy = *member;

    copy.name = arena_strdup(arena, member->name);
    copy.failure = arena_strdup(arena, member->failure);
    copy.properties = arena_strdup(arena, member->properties);
    copy.tool = arena_strdup(arena, member->tool);
    copy.fallback = arena_strdup(arena, member->fallback);
    copy.path = arena_strdup(arena, member->path);
    if (!arena_ok(arena, writer->file.name, err)) {
        return false;
    }
    return vec_push(&writer->index.members, copy) ? true : error_set_memory(err, writer->file.name);
}

static bool is_listed(const ClusterWriter *writer, const ClusterMember *member)
{
    for (size_t i = 0; i < writer->index.members.len; i++) {
        const ClusterMember *other = &writer->index.members.items[i];

        if (other->kind == member->kind &&
            (member->name == NULL || strcmp(other->name, member->name) == 0)) {
            return true;
        }
    }
    return false;
}

static bool add_locked(ClusterWriter *writer, ClusterMember *member, Reader *content,
                       const Cancel *cancel, Error *err)
{
    if (writer->broken) {
        *err = writer->failure;
        return false;
    }
    if (writer->sealed) {
        return error_set(err, ERR_INTERNAL, "%s is finished", writer->file.name);
    }
    if (is_listed(writer, member)) {
        return error_set(err, ERR_INTERNAL, "%s would hold %s twice", writer->file.name,
                         member->name == NULL ? member->path : member->name);
    }
    writer->broken = !(content == NULL || write_member(writer, member, content, cancel, err)) ||
                     !list_member(writer, member, err);
    if (writer->broken) {
        writer->failure = *err;
    }
    return !writer->broken;
}

/* content: NULL if there is none. */
static bool add(ClusterWriter *writer, ClusterMember *member, Reader *content, const Cancel *cancel,
                Error *err)
{
    bool ok;

    (void)pthread_mutex_lock(&writer->lock);
    ok = add_locked(writer, member, content, cancel, err);
    (void)pthread_mutex_unlock(&writer->lock);
    return ok;
}

static bool add_text(ClusterWriter *writer, ClusterKind kind, const char *path, const char *text,
                     size_t len, Error *err)
{
    ClusterMember member = {.kind = kind, .path = path, .content_size = len};
    MemoryReader content;

    memory_reader_init(&content, text, len);
    return add(writer, &member, &content.base, NULL, err);
}

bool cluster_writer_add_globals(ClusterWriter *writer, const char *text, size_t len, Error *err)
{
    return add_text(writer, CLUSTER_GLOBALS, CLUSTER_GLOBALS_PATH, text, len, err);
}

bool cluster_writer_add_database(ClusterWriter *writer, const ClusterMember *member,
                                 const char *suffix, const Source *content, const Cancel *cancel,
                                 Error *err)
{
    char path[CLUSTER_PATH_SIZE];
    ClusterMember made = {
        .kind = CLUSTER_DATABASE,
        .name = member->name,
        .properties = member->properties,
        .tool = member->tool,
        .fallback = member->fallback,
        .rows = member->rows,
        .raw_size = member->raw_size,
        .path = path,
        .content_size = content->size,
    };
    RangeReader range;

    if (!cluster_path_make(member->name, suffix, path, err)) {
        return false;
    }
    range_reader_init(&range, content, 0, content->size);
    return add(writer, &made, &range.base, cancel, err);
}

bool cluster_writer_add_failure(ClusterWriter *writer, const char *name, const char *why,
                                Error *err)
{
    ClusterMember member = {.kind = CLUSTER_DATABASE, .name = name, .failure = why};

    return add(writer, &member, NULL, NULL, err);
}

/* --- Beginning and end -------------------------------------------------------------------- */

static bool begin_file(ClusterWriter *writer, Error *err)
{
    Buffer CLEANUP(buffer_free) text;

    buffer_init(&text, CLUSTER_TEXT_MAX);
    writer->piece = malloc(PIECE);
    writer->content_hash = XXH3_createState();
    writer->member_hash = XXH3_createState();
    if (writer->piece == NULL || writer->content_hash == NULL || writer->member_hash == NULL ||
        XXH3_64bits_reset(writer->content_hash) != XXH_OK) {
        return error_set_memory(err, writer->file.name);
    }
    return cluster_manifest_write(&writer->info, &text, err) &&
           add_text(writer, CLUSTER_MANIFEST, CLUSTER_MANIFEST_PATH, text.data, text.len, err);
}

bool cluster_writer_open(const char *path, bool replace, const CryptKey *key,
                         const ClusterInfo *info, ClusterWriter **out, Error *err)
{
    ClusterWriter *writer = calloc(1, sizeof *writer);

    if (writer == NULL) {
        return error_set_memory(err, path);
    }
    writer->info = *info;
    writer->mtime = (uint64_t)clock_now();
    (void)pthread_mutex_init(&writer->lock, NULL); /* with no attributes it can't fail on Linux */
    cluster_index_init(&writer->index);
    if (!file_writer_open(&writer->file, path, replace, key, err)) {
        release(writer);
        return false;
    }
    if (!begin_file(writer, err)) {
        cluster_writer_abort(writer);
        return false;
    }
    *out = writer;
    return true;
}

/* A file that our own reader would refuse must not come into being. */
static bool check_text(const ClusterWriter *writer, const Buffer *text, Error *err)
{
    ClusterIndex again;
    bool ok;

    cluster_index_init(&again);
    ok = cluster_index_read(text->data, text->len, writer->file.size, writer->file.name, &again,
                            err);
    cluster_index_free(&again);
    if (!ok && err->code == ERR_DAMAGED) {
        err->code = ERR_INTERNAL;
    }
    return ok;
}

/* The index lists all members but itself: its place stands in the footer. */
static bool write_index(ClusterWriter *writer, ClusterMember *member, Error *err)
{
    Buffer CLEANUP(buffer_free) text;
    MemoryReader content;

    buffer_init(&text, CLUSTER_TEXT_MAX);
    if (!cluster_index_write(&writer->info, &writer->index.members, &text, err) ||
        !check_text(writer, &text, err)) {
        return false;
    }
    member->content_size = text.len;
    memory_reader_init(&content, text.data, text.len);
    return write_member(writer, member, &content.base, NULL, err);
}

static bool write_footer(ClusterWriter *writer, const ClusterMember *index, Error *err)
{
    uint8_t bytes[FOOTER_SIZE_MAX];
    Footer footer = {
        .index_offset = index->offset,
        .index_size = index->size,
        .index_hash = index->hash,
        .file_size = writer->file.size + footer_size(&cluster_footer),
        .content_hash = XXH3_64bits_digest(writer->content_hash),
    };

    footer_write(&cluster_footer, &footer, bytes);
    return writer_write(&writer->file.base, bytes, footer_size(&cluster_footer), err);
}

static void sum_up(const ClusterWriter *writer, ClusterSummary *summary)
{
    *summary = (ClusterSummary){.file_size = writer->file.file_size};
    for (size_t i = 0; i < writer->index.members.len; i++) {
        const ClusterMember *member = &writer->index.members.items[i];

        summary->rows = count_add(summary->rows, member->rows);
        summary->raw_size = count_add(summary->raw_size, member->raw_size);
        summary->failed += member->failure != NULL;
        summary->databases += member->kind == CLUSTER_DATABASE && member->failure == NULL;
    }
}

bool cluster_writer_seal(ClusterWriter *writer, const char *ended, Error *err)
{
    ClusterMember index = {.kind = CLUSTER_INDEX, .path = CLUSTER_INDEX_PATH};

    if (writer->sealed) {
        return true;
    }
    writer->info.ended = ended;
    if (writer->broken) {
        return error_set(err, ERR_INTERNAL, "cannot finish %s: it was broken off",
                         writer->file.name);
    }
    writer->sealed = write_index(writer, &index, err) && write_footer(writer, &index, err) &&
                     file_writer_sync(&writer->file, err);
    return writer->sealed;
}

bool cluster_writer_finish(ClusterWriter *writer, const char *ended, ClusterSummary *summary,
                           Error *err)
{
    ClusterSummary made;
    bool ok;

    if (!cluster_writer_seal(writer, ended, err)) {
        cluster_writer_abort(writer);
        return false;
    }
    sum_up(writer, &made);
    ok = file_writer_commit(&writer->file, made.sha256, err);
    release(writer);
    if (ok) {
        *summary = made;
    }
    return ok;
}

void cluster_writer_abort(ClusterWriter *writer)
{
    if (writer != NULL) {
        file_writer_abort(&writer->file);
        release(writer);
    }
}
