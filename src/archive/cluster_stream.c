/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a cluster archive from beginning to end. */
#include "archive/cluster_stream.h"

#include <inttypes.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "archive/bytes.h"
#include "archive/cluster_frame.h"
#include "archive/cluster_index.h"
#include "archive/cluster_tar.h"
#include "io/damage.h"

enum { PIECE = 64 * 1024 };

struct ClusterStream {
    Reader content; /* of the present member */
    Reader *source;
    const char *name;
    uint64_t offset;            /* bytes taken from source */
    XXH3_state_t *content_hash; /* of all of them */
    XXH3_state_t *member_hash;

    bool inside; /* a member */
    ClusterFrame frame;
    ClusterMember member;
    char path[CLUSTER_PATH_SIZE];
    char database[CLUSTER_PATH_SIZE];
    uint32_t crc;
    uint64_t content_left;
    size_t block_left;

    uint32_t files;
    ClusterIndex manifest;
    ClusterIndex index;  /* once it has been read */
    ClusterMembers seen; /* paths, places, sizes and hashes */
};

static bool altered(const ClusterStream *stream, const char *what, Error *err)
{
    return damage_altered(err, stream->name, "%s before byte %" PRIu64, what, stream->offset);
}

static void feed(ClusterStream *stream, const void *data, size_t len)
{
    (void)XXH3_64bits_update(stream->content_hash, data, len);
    (void)XXH3_64bits_update(stream->member_hash, data, len);
    stream->offset += len;
}

static bool take(ClusterStream *stream, void *data, size_t len, Error *err)
{
    if (!reader_read_exact(stream->source, stream->name, data, len, err)) {
        return false;
    }
    feed(stream, data, len);
    return true;
}

static bool take_block_head(ClusterStream *stream, size_t text_size, bool last, Error *err)
{
    uint8_t found[FRAME_BLOCK_HEAD];
    uint8_t expected[FRAME_BLOCK_HEAD];

    frame_block_head(text_size, last, expected);
    if (!take(stream, found, sizeof found, err)) {
        return false;
    }
    return memcmp(found, expected, sizeof found) == 0 ||
           altered(stream, "the head of a block isn't what was written", err);
}

/* --- A member's content ------------------------------------------------------------------- */

static bool content_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    ClusterStream *stream = (ClusterStream *)self;
    size_t n = 0;

    if (stream->content_left == 0 || len == 0) {
        *got = 0;
        return true;
    }
    if (stream->block_left == 0) {
        stream->block_left = stream->content_left < FRAME_BLOCK_TEXT ? (size_t)stream->content_left
                                                                     : FRAME_BLOCK_TEXT;
        if (!take_block_head(stream, stream->block_left, false, err)) {
            return false;
        }
    }
    len = len < stream->block_left ? len : stream->block_left;
    if (!reader_read(stream->source, data, len, &n, err)) {
        return false;
    }
    if (n == 0) {
        return damage_cut(err, stream->name);
    }
    feed(stream, data, n);
    stream->crc = libdeflate_crc32(stream->crc, data, n);
    stream->block_left -= n;
    stream->content_left -= n;
    *got = n;
    return true;
}

static bool skip_content(ClusterStream *stream, Error *err)
{
    uint8_t piece[PIECE];
    size_t got = 0;

    while (stream->content_left > 0) {
        if (!content_read(&stream->content, piece, sizeof piece, &got, err)) {
            return false;
        }
    }
    return true;
}

static bool take_padding(ClusterStream *stream, size_t padding, Error *err)
{
    static const uint8_t zeros[FRAME_PADDING_MAX];
    uint8_t found[FRAME_PADDING_MAX];

    if (!take_block_head(stream, padding, true, err) || !take(stream, found, padding, err)) {
        return false;
    }
    stream->crc = libdeflate_crc32(stream->crc, found, padding);
    return memcmp(found, zeros, padding) == 0 ||
           altered(stream, "the padding isn't what was written", err);
}

/* What stands behind the content; then the member is one that was seen. */
static bool end_member(ClusterStream *stream, Error *err)
{
    const ClusterFrame *frame = &stream->frame;
    size_t padding = frame_padding(frame);
    uint8_t tail[FRAME_TAIL_SIZE];
    ClusterMember seen;

    if (!skip_content(stream, err) || !take_padding(stream, padding, err) ||
        !take(stream, tail, sizeof tail, err)) {
        return false;
    }
    if (bytes_get(tail, 4) != stream->crc ||
        bytes_get(tail + 4, 4) != (uint32_t)(frame->tar_size + frame->content_size + padding)) {
        return damage_altered(err, stream->name, "%s has another checksum", stream->path);
    }
    stream->member.hash = XXH3_64bits_digest(stream->member_hash);
    stream->inside = false;
    seen = stream->member;
    seen.path = arena_strdup(&stream->manifest.arena, stream->path);
    seen.name = NULL; /* the path tells it */
    return arena_ok(&stream->manifest.arena, stream->name, err) &&
           (vec_push(&stream->seen, seen) || error_set_memory(err, stream->name));
}

/* --- A member's beginning ----------------------------------------------------------------- */

static bool take_head(ClusterStream *stream, Error *err)
{
    uint8_t bytes[FRAME_HEAD_SIZE];

    if (!take(stream, bytes, sizeof bytes, err)) {
        return false;
    }
    switch (frame_head_read(bytes, &stream->frame)) {
    case HEAD_GOOD:
        break;
    case HEAD_NEWER:
        return damage_newer(err, stream->name);
    case HEAD_ALTERED:
        return altered(stream, "the head of a file isn't what was written", err);
    }
    if (stream->frame.number != stream->files) {
        return altered(stream, "a file is missing", err);
    }
    stream->files++;
    return true;
}

/* The only names are in the tar's own head. */
static bool take_tar_head(ClusterStream *stream, Error *err)
{
    const ClusterFrame *frame = &stream->frame;
    uint8_t head[TAR_HEAD_MAX];
    bool database = frame->kind == CLUSTER_DATABASE;

    if (!take_block_head(stream, frame->tar_size, false, err) ||
        !take(stream, head, frame->tar_size, err)) {
        return false;
    }
    stream->crc = libdeflate_crc32(0, head, frame->tar_size);
    if (!tar_head_read(head, frame->tar_size, frame->content_size, stream->path) ||
        (database && !cluster_path_name(stream->path, stream->database)) ||
        !cluster_path_fits(stream->path, frame->kind, database ? stream->database : NULL)) {
        return altered(stream, "the name of a file isn't what was written", err);
    }
    stream->member.name = database ? stream->database : NULL;
    return true;
}

static bool begin_member(ClusterStream *stream, Error *err)
{
    uint64_t offset = stream->offset;

    if (XXH3_64bits_reset(stream->member_hash) != XXH_OK) {
        return error_set_memory(err, stream->name);
    }
    stream->member = (ClusterMember){.path = stream->path, .offset = offset};
    if (!take_head(stream, err) || !take_tar_head(stream, err)) {
        return false;
    }
    stream->member.kind = stream->frame.kind;
    stream->member.content_size = stream->frame.content_size;
    stream->member.size = frame_size(&stream->frame);
    stream->content_left = stream->frame.content_size;
    stream->block_left = 0;
    stream->inside = true;
    return true;
}

/* The whole member as a text. */
static bool take_text(ClusterStream *stream, Buffer *text, Error *err)
{
    char *room;

    if (stream->content_left > CLUSTER_TEXT_MAX) {
        return error_set(err, ERR_LIMIT, "%s in %s is larger than %d bytes", stream->path,
                         stream->name, CLUSTER_TEXT_MAX);
    }
    while (stream->content_left > 0) {
        size_t got = 0;

        room = buffer_reserve(text, PIECE);
        if (room == NULL) {
            return buffer_ok(text, stream->name, err);
        }
        if (!content_read(&stream->content, room, PIECE, &got, err)) {
            return false;
        }
        text->len += got;
    }
    return end_member(stream, err);
}

/* --- The archive's end -------------------------------------------------------------------- */

/* What was seen must be what the index says: everything but the index itself. */
static bool compare_index(const ClusterStream *stream, Error *err)
{
    size_t at = 0;

    for (size_t i = 0; i < stream->index.members.len; i++) {
        const ClusterMember *told = &stream->index.members.items[i];
        const ClusterMember *seen = at < stream->seen.len ? &stream->seen.items[at] : NULL;

        if (told->failure != NULL) {
            continue;
        }
        if (seen == NULL || seen->kind != told->kind || seen->offset != told->offset ||
            seen->size != told->size || seen->content_size != told->content_size ||
            seen->hash != told->hash || strcmp(seen->path, told->path) != 0) {
            return damage_altered(err, stream->name, "%s doesn't agree with the index", told->path);
        }
        at++;
    }
    return at + 1 == stream->seen.len ||
           damage_altered(err, stream->name, "it holds more than its index says");
}

static bool take_footer(ClusterStream *stream, const ClusterMember *index, Error *err)
{
    uint64_t content_hash = XXH3_64bits_digest(stream->content_hash);
    uint8_t bytes[FOOTER_SIZE_MAX];
    size_t size = footer_size(&cluster_footer);
    size_t more = 0;
    Footer footer;

    if (!take(stream, bytes, size, err)) {
        return false;
    }
    switch (footer_read(&cluster_footer, bytes, size, &footer)) {
    case MARK_GOOD:
        break;
    case MARK_NEWER:
        return damage_newer(err, stream->name);
    case MARK_ALTERED:
    case MARK_NONE:
        return damage_altered(err, stream->name, "its footer isn't what was written");
    }
    if (footer.index_offset != index->offset || footer.index_size != index->size ||
        footer.index_hash != index->hash || footer.file_size != stream->offset ||
        footer.content_hash != content_hash) {
        return damage_altered(err, stream->name, "its footer doesn't agree with what it holds");
    }
    if (!reader_read(stream->source, bytes, 1, &more, err)) {
        return false;
    }
    return more == 0 || damage_altered(err, stream->name, "something follows its footer");
}

static bool take_index(ClusterStream *stream, Error *err)
{
    Buffer CLEANUP(buffer_free) text;

    buffer_init(&text, CLUSTER_TEXT_MAX + PIECE);
    return take_text(stream, &text, err) &&
           take_footer(stream, &stream->seen.items[stream->seen.len - 1], err) &&
           cluster_index_read(text.data, text.len, stream->member.offset, stream->name,
                              &stream->index, err) &&
           compare_index(stream, err);
}

static bool take_manifest(ClusterStream *stream, Error *err)
{
    Buffer CLEANUP(buffer_free) text;

    buffer_init(&text, CLUSTER_TEXT_MAX + PIECE);
    if (!begin_member(stream, err)) {
        return false;
    }
    if (stream->frame.kind != CLUSTER_MANIFEST) {
        return damage_altered(err, stream->name, "it doesn't begin with its manifest");
    }
    return take_text(stream, &text, err) &&
           cluster_manifest_read(text.data, text.len, stream->name, &stream->manifest, err);
}

bool cluster_stream_next(ClusterStream *stream, const ClusterMember **member, Reader **content,
                         bool *end, Error *err)
{
    if ((stream->inside && !end_member(stream, err)) || !begin_member(stream, err)) {
        return false;
    }
    if (stream->frame.kind == CLUSTER_INDEX) {
        *end = take_index(stream, err);
        return *end;
    }
    *member = &stream->member;
    *content = &stream->content;
    *end = false;
    return true;
}

/* --- Its life ----------------------------------------------------------------------------- */

bool cluster_stream_new(Reader *source, const char *name, ClusterStream **out, Error *err)
{
    ClusterStream *stream = calloc(1, sizeof *stream);

    if (stream == NULL) {
        reader_close(source);
        return error_set_memory(err, name);
    }
    stream->content = (Reader){.read = content_read};
    stream->source = source;
    stream->name = name;
    cluster_index_init(&stream->manifest);
    cluster_index_init(&stream->index);
    stream->content_hash = XXH3_createState();
    stream->member_hash = XXH3_createState();
    if (stream->content_hash == NULL || stream->member_hash == NULL ||
        XXH3_64bits_reset(stream->content_hash) != XXH_OK) {
        cluster_stream_free(stream);
        return error_set_memory(err, name);
    }
    if (!take_manifest(stream, err)) {
        cluster_stream_free(stream);
        return false;
    }
    *out = stream;
    return true;
}

void cluster_stream_free(ClusterStream *stream)
{
    if (stream != NULL) {
        (void)XXH3_freeState(stream->content_hash);
        (void)XXH3_freeState(stream->member_hash);
        cluster_index_free(&stream->manifest);
        cluster_index_free(&stream->index);
        vec_free(&stream->seen);
        reader_close(stream->source);
        free(stream);
    }
}

const ClusterInfo *cluster_stream_info(const ClusterStream *stream)
{
    return &stream->manifest.info;
}

const ClusterIndex *cluster_stream_index(const ClusterStream *stream)
{
    return &stream->index;
}
