/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the indexed SQL script: members as they fill, then the index, then the footer. */
#include "archive/script_writer.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "archive/footer.h"
#include "archive/index.h"
#include "archive/layout.h"
#include "archive/member.h"
#include "io/file_writer.h"

struct ScriptWriter {
    Writer text; /* what begin hands out, and what the index is written to */
    FileWriter file;
    Compression compression;
    MemberEncoder encoder;
    XXH3_state_t *chunk_hash;
    XXH3_state_t *content_hash;
    Buffer pending; /* text of the member that is filling */

    Entry *entry;    /* between begin and end */
    Chunk chunk;     /* of it */
    MemberHead head; /* of its next member */
    uint64_t data_start;
    uint64_t raw_size;
    bool failed; /* what follows a failure would only hide it */
    bool sealed;
};

/* Bytes of the file before the footer. */
static bool emit(ScriptWriter *writer, const void *data, size_t len, Error *err)
{
    if (XXH3_64bits_update(writer->content_hash, data, len) != XXH_OK ||
        XXH3_64bits_update(writer->chunk_hash, data, len) != XXH_OK) {
        return error_set(err, ERR_INTERNAL, "XXH3 can't hash %zu bytes", len);
    }
    writer->chunk.size += len;
    return writer_write(&writer->file.base, data, len, err);
}

static bool has_members(const ScriptWriter *writer)
{
    return writer->compression.codec != CODEC_NONE;
}

/* As a member; without members, as it is. */
static bool emit_text(ScriptWriter *writer, const void *text, size_t len, unsigned flags,
                      Error *err)
{
    MemberHead *head = &writer->head;

    if (!has_members(writer)) {
        return emit(writer, text, len, err);
    }
    head->flags = flags | (head->sequence == 0 ? MEMBER_FIRST : 0U);
    if (!member_encode(&writer->encoder, head, text, len, err)) {
        return false;
    }
    head->sequence++;
    return emit(writer, writer->encoder.out.data, writer->encoder.out.len, err);
}

/* A member ends where a write ends, as long as writes are smaller than a member. */
static bool add_text(ScriptWriter *writer, const char *data, size_t len, Error *err)
{
    if (len > MEMBER_TEXT_MAX - writer->pending.len && writer->pending.len > 0) {
        if (!emit_text(writer, writer->pending.data, writer->pending.len, MEMBER_ROW_END, err)) {
            return false;
        }
        buffer_clear(&writer->pending);
    }
    while (len > MEMBER_TEXT_MAX) {
        if (!emit_text(writer, data, MEMBER_TEXT_MAX, 0, err)) {
            return false;
        }
        data += MEMBER_TEXT_MAX;
        len -= MEMBER_TEXT_MAX;
    }
    buffer_append(&writer->pending, data, len);
    return buffer_ok(&writer->pending, "the text of a member", err);
}

static bool text_write(Writer *self, const void *data, size_t len, Error *err)
{
    ScriptWriter *writer = (ScriptWriter *)self;
    bool ok = add_text(writer, data, len, err);

    writer->chunk.raw_size += len;
    writer->failed = writer->failed || !ok;
    return ok;
}

static void begin_chunk(ScriptWriter *writer, MemberType type, uint32_t entry, uint32_t number)
{
    writer->chunk = (Chunk){.offset = writer->file.size};
    writer->head = (MemberHead){.type = type, .entry = entry, .chunk = number};
    (void)XXH3_64bits_reset(writer->chunk_hash);
}

static bool end_chunk(ScriptWriter *writer, Error *err)
{
    if (!emit_text(writer, writer->pending.data, writer->pending.len, MEMBER_LAST | MEMBER_ROW_END,
                   err)) {
        return false;
    }
    buffer_clear(&writer->pending);
    writer->chunk.hash = XXH3_64bits_digest(writer->chunk_hash);
    return true;
}

static void release(ScriptWriter *writer)
{
    member_encoder_free(&writer->encoder);
    buffer_free(&writer->pending);
    (void)XXH3_freeState(writer->chunk_hash);
    (void)XXH3_freeState(writer->content_hash);
    free(writer);
}

static bool begin_file(ScriptWriter *writer, Error *err)
{
    const CodecOps *ops = writer->encoder.ops;

    writer->chunk_hash = XXH3_createState();
    writer->content_hash = XXH3_createState();
    if (writer->chunk_hash == NULL || writer->content_hash == NULL ||
        XXH3_64bits_reset(writer->chunk_hash) != XXH_OK ||
        XXH3_64bits_reset(writer->content_hash) != XXH_OK) {
        return error_set_memory(err, writer->file.name);
    }
    if (!has_members(writer) && !emit(writer, ops->file_mark.bytes, ops->file_mark.len, err)) {
        return false;
    }
    writer->data_start = writer->file.size;
    return true;
}

bool script_writer_open(const char *path, bool replace, Compression compression, ScriptWriter **out,
                        Error *err)
{
    ScriptWriter *writer = calloc(1, sizeof *writer);

    if (writer == NULL) {
        return error_set_memory(err, path);
    }
    writer->text = (Writer){.write = text_write};
    writer->compression = compression;
    buffer_init(&writer->pending, MEMBER_TEXT_MAX);
    if (!member_encoder_init(&writer->encoder, compression, err) ||
        !file_writer_open(&writer->file, path, replace, err)) {
        release(writer);
        return false;
    }
    if (!begin_file(writer, err)) {
        script_writer_abort(writer);
        return false;
    }
    *out = writer;
    return true;
}

bool script_writer_begin(ScriptWriter *writer, Entry *entry, Writer **text, Error *err)
{
    if (writer->entry != NULL || entry->id == 0 || entry->chunks.len > UINT32_MAX) {
        writer->failed = true;
        return error_set(err, ERR_INTERNAL, "entry %u can't be begun", entry->id);
    }
    writer->entry = entry;
    begin_chunk(writer, MEMBER_DATA, entry->id, (uint32_t)entry->chunks.len);
    *text = &writer->text;
    return true;
}

static bool end_entry(ScriptWriter *writer, uint64_t rows, Error *err)
{
    if (writer->failed || writer->entry == NULL) {
        return error_set(err, ERR_INTERNAL, "an entry is ended that wasn't written");
    }
    if (!end_chunk(writer, err)) {
        return false;
    }
    writer->chunk.rows = rows;
    if (!entry_add_chunk(writer->entry, &writer->chunk)) {
        return error_set_memory(err, writer->file.name);
    }
    writer->raw_size += writer->chunk.raw_size;
    writer->entry = NULL;
    return true;
}

bool script_writer_end(ScriptWriter *writer, uint64_t rows, Error *err)
{
    bool ok = end_entry(writer, rows, err);

    writer->failed = writer->failed || !ok;
    return ok;
}

/* A file that our own reader would refuse must not come into being. */
static bool check_layout(const ScriptWriter *writer, const Toc *toc, Error *err)
{
    Layout layout = {0};
    LayoutVerdict verdict = layout_find(toc, writer->data_start, writer->file.size, &layout);

    vec_free(&layout);
    if (verdict == LAYOUT_NO_MEMORY) {
        return error_set_memory(err, writer->file.name);
    }
    if (verdict != LAYOUT_GOOD) {
        return error_set(err, ERR_INTERNAL, "cannot finish %s: %s", writer->file.name,
                         layout_verdict_text(verdict));
    }
    return true;
}

/* Index and footer. */
static bool write_end(ScriptWriter *writer, const Toc *toc, Error *err)
{
    const CodecOps *ops = writer->encoder.ops;
    uint8_t bytes[FOOTER_SIZE_MAX];
    Footer footer;

    begin_chunk(writer, MEMBER_INDEX, 0, 0);
    if (!index_write(toc, writer->compression, &writer->text, err) || !end_chunk(writer, err)) {
        return false;
    }
    footer = (Footer){
        .index_offset = writer->chunk.offset,
        .index_size = writer->chunk.size,
        .index_hash = writer->chunk.hash,
        .file_size = writer->file.size + footer_size(ops),
        .content_hash = XXH3_64bits_digest(writer->content_hash),
    };
    footer_write(ops, &footer, bytes);
    return writer_write(&writer->file.base, bytes, footer_size(ops), err);
}

bool script_writer_seal(ScriptWriter *writer, const Toc *toc, Error *err)
{
    if (writer->failed || writer->entry != NULL) {
        return error_set(err, ERR_INTERNAL, "%s was not written to its end", writer->file.name);
    }
    writer->sealed = check_layout(writer, toc, err) && write_end(writer, toc, err) &&
                     file_writer_sync(&writer->file, err);
    return writer->sealed;
}

bool script_writer_finish(ScriptWriter *writer, const Toc *toc, ScriptSummary *summary, Error *err)
{
    ScriptSummary made = {0};
    bool ok;

    if (!writer->sealed && !script_writer_seal(writer, toc, err)) {
        script_writer_abort(writer);
        return false;
    }
    made.file_size = writer->file.size;
    made.raw_size = writer->raw_size;
    ok = file_writer_commit(&writer->file, made.sha256, err);
    release(writer);
    if (ok) {
        *summary = made;
    }
    return ok;
}

void script_writer_abort(ScriptWriter *writer)
{
    if (writer != NULL) {
        file_writer_abort(&writer->file);
        release(writer);
    }
}
