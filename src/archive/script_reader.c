/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the indexed SQL script by its footer and index. */
#include "archive/script_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/archive_file.h"
#include "archive/index.h"
#include "archive/member_reader.h"
#include "io/damage.h"
#include "io/memory_reader.h"

enum { HEAD_BYTES = 64 };

static const uint64_t index_size_max = 1024ULL * 1024 * 1024;

uint64_t archive_data_start(const CodecOps *ops)
{
    return codec_head_size(ops) > 0 ? 0 : ops->file_mark.len;
}

/* The footer isn't there, or isn't good: was this ever one of our files? */
static bool explain_footer(const ScriptArchive *archive, MarkVerdict verdict, uint64_t size,
                           Error *err)
{
    uint8_t head[HEAD_BYTES];
    size_t len = size < sizeof head ? (size_t)size : sizeof head;
    const CodecOps *ops;

    if (verdict == MARK_NEWER) {
        return damage_newer(err, archive->path);
    }
    if (verdict == MARK_ALTERED) {
        return damage_altered(err, archive->path, "its footer isn't what was written");
    }
    if (!source_read_at(archive->source, head, len, 0, err)) {
        return false;
    }
    if (len == 0 || head_find(head, len, len == size, &ops) != MARK_NONE) {
        return damage_cut(err, archive->path);
    }
    return error_set(err, ERR_NOT_BACKUP, "%s is not an indexed script of dbbackup", archive->path);
}

static bool read_footer(ScriptArchive *archive, Error *err)
{
    uint8_t tail[FOOTER_SIZE_MAX];
    uint64_t size = archive->source->size;
    size_t len = size < sizeof tail ? (size_t)size : sizeof tail;
    MarkVerdict verdict;

    if (!source_read_at(archive->source, tail, len, size - len, err)) {
        return false;
    }
    verdict = footer_find(tail, len, &archive->ops, &archive->footer);
    if (verdict != MARK_GOOD) {
        return explain_footer(archive, verdict, size, err);
    }
    if (archive->footer.file_size != size) {
        return damage_altered(err, archive->path, "it has %" PRIu64 " bytes instead of %" PRIu64,
                              size, archive->footer.file_size);
    }
    return true;
}

/* A Reader over the text of the index's members, which are in memory. */
typedef struct IndexText {
    Reader base;
    const char *name;
    MemoryReader bytes;
    MemberReader members;
    MemberOrder order;
    const char *text;
    size_t left;
} IndexText;

static bool index_text_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    IndexText *index = (IndexText *)self;
    size_t n;

    while (index->left == 0) {
        Member member;
        bool end;

        if (!member_reader_next(&index->members, &member, &end, err)) {
            return false;
        }
        if (end) {
            *got = 0;
            return true;
        }
        if (member.head.type != MEMBER_INDEX || !member_order_next(&index->order, &member.head)) {
            return damage_altered(err, index->name, "its index is out of order");
        }
        index->text = member.text;
        index->left = member.head.text_size;
    }
    n = index->left < len ? index->left : len;
    memcpy(data, index->text, n);
    index->text += n;
    index->left -= n;
    *got = n;
    return true;
}

static bool parse_members(ScriptArchive *archive, const char *bytes, size_t len, Error *err)
{
    IndexText index = {.base = {.read = index_text_read}, .name = archive->path};
    bool ok;

    memory_reader_init(&index.bytes, bytes, len);
    ok = member_reader_init(&index.members, archive->ops->codec, &index.bytes.base, archive->path,
                            len, err) &&
         index_read(&index.base, archive->path, &archive->toc, err);
    member_reader_free(&index.members);
    if (ok && index.order.inside) {
        ok = damage_altered(err, archive->path, "its index is out of order");
    }
    return ok;
}

static bool parse_index(ScriptArchive *archive, const char *bytes, size_t len, Error *err)
{
    MemoryReader plain;

    if (XXH3_64bits(bytes, len) != archive->footer.index_hash) {
        return damage_altered(err, archive->path, "its index isn't what was written");
    }
    if (codec_head_size(archive->ops) > 0) {
        return parse_members(archive, bytes, len, err);
    }
    memory_reader_init(&plain, bytes, len);
    return index_read(&plain.base, archive->path, &archive->toc, err);
}

static bool read_index(ScriptArchive *archive, Error *err)
{
    const Footer *footer = &archive->footer;
    char *bytes;
    bool ok;

    if (footer->index_size > index_size_max) {
        return error_set(err, ERR_LIMIT, "the index of %s is larger than %" PRIu64 " bytes",
                         archive->path, index_size_max);
    }
    bytes = malloc((size_t)footer->index_size + 1);
    if (bytes == NULL) {
        return error_set_memory(err, archive->path);
    }
    ok = source_read_at(archive->source, bytes, (size_t)footer->index_size, footer->index_offset,
                        err) &&
         parse_index(archive, bytes, (size_t)footer->index_size, err);
    free(bytes);
    return ok;
}

static bool find_layout(ScriptArchive *archive, Error *err)
{
    LayoutVerdict verdict = layout_find(&archive->toc, archive_data_start(archive->ops),
                                        archive->footer.index_offset, &archive->layout);

    if (verdict == LAYOUT_NO_MEMORY) {
        return error_set_memory(err, archive->path);
    }
    return verdict == LAYOUT_GOOD
               ? true
               : damage_altered(err, archive->path, "%s", layout_verdict_text(verdict));
}

bool script_archive_open_source(Source *source, ScriptArchive **out, Error *err)
{
    ScriptArchive *archive = calloc(1, sizeof *archive);

    if (archive == NULL) {
        (void)error_set_memory(err, source->name);
        source_close(source);
        return false;
    }
    archive->source = source;
    archive->path = source->name;
    toc_init(&archive->toc);
    if (!read_footer(archive, err) || !read_index(archive, err) || !find_layout(archive, err)) {
        script_archive_close(archive);
        return false;
    }
    *out = archive;
    return true;
}

bool script_archive_open(const char *path, ScriptArchive **out, Error *err)
{
    Source *source;

    return file_source_open(path, &source, err) && script_archive_open_source(source, out, err);
}

void script_archive_close(ScriptArchive *archive)
{
    if (archive == NULL) {
        return;
    }
    vec_free(&archive->layout);
    toc_free(&archive->toc);
    source_close(archive->source);
    free(archive);
}

const Toc *script_archive_toc(const ScriptArchive *archive)
{
    return &archive->toc;
}

void script_archive_id(const ScriptArchive *archive, char out[SCRIPT_ARCHIVE_ID_SIZE])
{
    (void)snprintf(out, SCRIPT_ARCHIVE_ID_SIZE, "%016" PRIx64 "%016" PRIx64,
                   archive->footer.content_hash, archive->footer.index_hash);
}
