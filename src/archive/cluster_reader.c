/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a cluster archive by its footer and index. */
#include "archive/cluster_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "archive/cluster_frame.h"
#include "archive/cluster_index.h"
#include "archive/cluster_tar.h"
#include "io/damage.h"
#include "io/sha256.h"

enum { PIECE = 1024 * 1024 };

struct ClusterArchive {
    Source *source;
    Footer footer;
    ClusterIndex index;
};

/* --- Footer ------------------------------------------------------------------------------- */

/* The footer isn't there, or isn't good: was this ever one of our files? */
static bool explain_footer(const Source *source, MarkVerdict verdict, Error *err)
{
    uint8_t head[FRAME_HEAD_SIZE];
    size_t len = source->size < sizeof head ? (size_t)source->size : sizeof head;

    if (verdict == MARK_NEWER) {
        return damage_newer(err, source->name);
    }
    if (verdict == MARK_ALTERED) {
        return damage_altered(err, source->name, "its footer isn't what was written");
    }
    if (!source_read_at(source, head, len, 0, err)) {
        return false;
    }
    if (len == 0 || cluster_head_find(head, len, len == source->size) != MARK_NONE) {
        return damage_cut(err, source->name);
    }
    return error_set(err, ERR_NOT_BACKUP, "%s is not a cluster archive of dbbackup", source->name);
}

static bool read_footer(ClusterArchive *archive, Error *err)
{
    const Source *source = archive->source;
    uint8_t tail[FOOTER_SIZE_MAX];
    size_t len = source->size < sizeof tail ? (size_t)source->size : sizeof tail;
    MarkVerdict verdict;

    if (!source_read_at(source, tail, len, source->size - len, err)) {
        return false;
    }
    verdict = footer_read(&cluster_footer, tail, len, &archive->footer);
    if (verdict != MARK_GOOD) {
        return explain_footer(source, verdict, err);
    }
    if (archive->footer.file_size != source->size) {
        return damage_altered(err, source->name, "it has %" PRIu64 " bytes instead of %" PRIu64,
                              source->size, archive->footer.file_size);
    }
    return true;
}

/* --- Members and index -------------------------------------------------------------------- */

/* The frame of a member, which must agree with the index. A whole one is longer than its heads. */
static bool read_frame(const ClusterArchive *archive, const ClusterMember *expected,
                       ClusterFrame *frame, Error *err)
{
    uint8_t head[FRAME_HEAD_SIZE + FRAME_BLOCK_HEAD + TAR_HEAD_MAX];
    size_t len = expected->size < sizeof head ? (size_t)expected->size : sizeof head;
    char path[CLUSTER_PATH_SIZE];

    if (!source_read_at(archive->source, head, len, expected->offset, err)) {
        return false;
    }
    if (len < FRAME_HEAD_SIZE || frame_head_read(head, frame) != HEAD_GOOD ||
        frame->kind != expected->kind || frame->content_size != expected->content_size ||
        frame_size(frame) != expected->size ||
        !tar_head_read(head + FRAME_HEAD_SIZE + FRAME_BLOCK_HEAD, frame->tar_size,
                       frame->content_size, path) ||
        strcmp(path, expected->path) != 0) {
        return damage_altered(err, archive->source->name,
                              "the file at byte %" PRIu64 " doesn't agree with its index",
                              expected->offset);
    }
    return true;
}

bool cluster_archive_member(const ClusterArchive *archive, const ClusterMember *member,
                            Source **out, Error *err)
{
    ClusterFrame frame;
    char *name;
    bool ok;

    if (member->failure != NULL) {
        return error_set(err, ERR_NOT_BACKUP, "%s does not hold the database \"%s\": %s",
                         archive->source->name, member->name, member->failure);
    }
    if (!read_frame(archive, member, &frame, err)) {
        return false;
    }
    if (asprintf(&name, "%s: %s", archive->source->name, member->path) < 0) {
        return error_set_memory(err, archive->source->name);
    }
    ok = frame_source_new(archive->source, member->offset, &frame, name, out, err);
    free(name);
    return ok;
}

static bool parse_index(ClusterArchive *archive, const Source *text, Error *err)
{
    char *bytes = malloc((size_t)text->size + 1);
    bool ok;

    if (bytes == NULL) {
        return error_set_memory(err, text->name);
    }
    ok = source_read_at(text, bytes, (size_t)text->size, 0, err) &&
         cluster_index_read(bytes, (size_t)text->size, archive->footer.index_offset,
                            archive->source->name, &archive->index, err);
    free(bytes);
    return ok;
}

/* Feeds a range of the file to up to three hashes; NULL for those that don't want it. */
typedef struct Hashes {
    XXH3_state_t *content;
    XXH3_state_t *member;
    Sha256 *whole;
    const EventSink *events;
    const Cancel *cancel;
    uint8_t *piece;
} Hashes;

static bool hash_range(const ClusterArchive *archive, const Hashes *hashes, uint64_t offset,
                       uint64_t size, Error *err)
{
    while (size > 0) {
        size_t n = size < PIECE ? (size_t)size : PIECE;

        if (!cancel_check(hashes->cancel, err) ||
            !source_read_at(archive->source, hashes->piece, n, offset, err)) {
            return false;
        }
        if (hashes->content != NULL) {
            (void)XXH3_64bits_update(hashes->content, hashes->piece, n);
        }
        (void)XXH3_64bits_update(hashes->member, hashes->piece, n);
        if (hashes->whole != NULL && !sha256_update(hashes->whole, hashes->piece, n, err)) {
            return false;
        }
        event_progress(hashes->events, n, 0, 0);
        offset += n;
        size -= n;
    }
    return true;
}

static bool hashes_init(Hashes *hashes, Error *err)
{
    *hashes = (Hashes){
        .content = XXH3_createState(), .member = XXH3_createState(), .piece = malloc(PIECE)};
    if (hashes->content == NULL || hashes->member == NULL || hashes->piece == NULL ||
        XXH3_64bits_reset(hashes->content) != XXH_OK) {
        return error_set_memory(err, "hashes");
    }
    return true;
}

static void hashes_free(Hashes *hashes)
{
    (void)XXH3_freeState(hashes->content);
    (void)XXH3_freeState(hashes->member);
    free(hashes->piece);
}

static bool check_range(const ClusterArchive *archive, const Hashes *hashes, uint64_t offset,
                        uint64_t size, uint64_t hash, const char *what, Error *err)
{
    if (XXH3_64bits_reset(hashes->member) != XXH_OK) {
        return error_set_memory(err, archive->source->name);
    }
    if (!hash_range(archive, hashes, offset, size, err)) {
        return false;
    }
    return XXH3_64bits_digest(hashes->member) == hash
               ? true
               : damage_altered(err, archive->source->name, "%s isn't what was written", what);
}

static bool read_index(ClusterArchive *archive, Error *err)
{
    const Footer *footer = &archive->footer;
    uint8_t head[FRAME_HEAD_SIZE];
    ClusterFrame frame;
    Source *text;
    bool ok;

    if (!source_read_at(archive->source, head, sizeof head, footer->index_offset, err)) {
        return false;
    }
    if (frame_head_read(head, &frame) != HEAD_GOOD || frame.kind != CLUSTER_INDEX ||
        frame_size(&frame) != footer->index_size) {
        return damage_altered(err, archive->source->name, "its index isn't what was written");
    }
    if (frame.content_size > CLUSTER_TEXT_MAX) {
        return error_set(err, ERR_LIMIT, "the index of %s is larger than %d bytes",
                         archive->source->name, CLUSTER_TEXT_MAX);
    }
    if (!frame_source_new(archive->source, footer->index_offset, &frame, archive->source->name,
                          &text, err)) {
        return false;
    }
    ok = parse_index(archive, text, err);
    source_close(text);
    return ok;
}

static bool check_index(const ClusterArchive *archive, Error *err)
{
    const Footer *footer = &archive->footer;
    Hashes hashes;
    bool ok = hashes_init(&hashes, err) &&
              check_range(archive, &hashes, footer->index_offset, footer->index_size,
                          footer->index_hash, "its index", err);

    hashes_free(&hashes);
    return ok;
}

bool cluster_archive_open_source(Source *source, ClusterArchive **out, Error *err)
{
    ClusterArchive *archive = calloc(1, sizeof *archive);

    if (archive == NULL) {
        (void)error_set_memory(err, source->name);
        source_close(source);
        return false;
    }
    archive->source = source;
    cluster_index_init(&archive->index);
    if (!read_footer(archive, err) || !check_index(archive, err) || !read_index(archive, err)) {
        cluster_archive_close(archive);
        return false;
    }
    *out = archive;
    return true;
}

bool cluster_archive_open(const char *path, ClusterArchive **out, Error *err)
{
    Source *source;

    return file_source_open(path, &source, err) && cluster_archive_open_source(source, out, err);
}

void cluster_archive_close(ClusterArchive *archive)
{
    if (archive != NULL) {
        cluster_index_free(&archive->index);
        source_close(archive->source);
        free(archive);
    }
}

const ClusterIndex *cluster_archive_index(const ClusterArchive *archive)
{
    return &archive->index;
}

uint64_t cluster_archive_file_size(const ClusterArchive *archive)
{
    return archive->footer.file_size;
}

/* --- All of it ---------------------------------------------------------------------------- */

static bool check_members(const ClusterArchive *archive, const Hashes *hashes, Error *err)
{
    for (size_t i = 0; i < archive->index.members.len; i++) {
        const ClusterMember *member = &archive->index.members.items[i];

        if (member->failure != NULL) {
            continue;
        }
        event_text(hashes->events, EVENT_OBJECT, "%s", member->path);
        if (!check_range(archive, hashes, member->offset, member->size, member->hash, member->path,
                         err)) {
            return false;
        }
        event_progress(hashes->events, 0, 0, 1);
    }
    return true;
}

static bool check_all(const ClusterArchive *archive, Hashes *hashes, Error *err)
{
    const Footer *footer = &archive->footer;
    uint64_t end = footer->index_offset + footer->index_size;

    event_total(hashes->events, footer->file_size, archive->index.members.len);
    if (!check_members(archive, hashes, err) ||
        !check_range(archive, hashes, footer->index_offset, footer->index_size, footer->index_hash,
                     "its index", err)) {
        return false;
    }
    if (XXH3_64bits_digest(hashes->content) != footer->content_hash) {
        return damage_altered(err, archive->source->name, "it has another hash as a whole");
    }
    return hash_range(archive, hashes, end, footer->file_size - end, err);
}

bool cluster_archive_check(const ClusterArchive *archive, const EventSink *events,
                           const Cancel *cancel, char *sha256, Error *err)
{
    Sha256 whole = {0};
    Hashes hashes;
    bool ok = hashes_init(&hashes, err) && (sha256 == NULL || sha256_init(&whole, err));

    hashes.events = events;
    hashes.cancel = cancel;
    hashes.whole = sha256 == NULL ? NULL : &whole;
    ok = ok && check_all(archive, &hashes, err) &&
         (sha256 == NULL || sha256_final(&whole, sha256, err));
    sha256_free(&whole);
    hashes_free(&hashes);
    return ok;
}

bool cluster_archive_check_member(const ClusterArchive *archive, const ClusterMember *member,
                                  const EventSink *events, const Cancel *cancel, Error *err)
{
    Hashes hashes;
    bool ok = hashes_init(&hashes, err);

    hashes.events = events;
    hashes.cancel = cancel;
    event_total(events, member->size, 1);
    ok = ok && check_range(archive, &hashes, member->offset, member->size, member->hash,
                           member->path, err);
    hashes_free(&hashes);
    return ok;
}
