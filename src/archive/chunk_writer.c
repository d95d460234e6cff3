/* SPDX-License-Identifier: Apache-2.0 */
/* Text to members to the file. */
#include "archive/chunk_writer.h"

#include <stdlib.h>
#include <xxhash.h>

#include "archive/member.h"
#include "archive/script_file.h"

/* Finished members of one chunk that are held back. */
enum { SPOOL_MAX = 16 * 1024 * 1024 };

struct ChunkWriter {
    Writer text; /* what begin hands out */
    ScriptWriter *script;
    MemberEncoder encoder;
    XXH3_state_t *hash;
    Buffer pending; /* text of the member that is filling */
    Buffer spool;   /* finished members */
    Buffer *copy;   /* of a script that keeps nothing: where the text is looked at, or NULL */
    size_t copy_most;

    Entry *entry; /* between begin and end; NULL for the index */
    uint32_t number;
    Chunk chunk;
    MemberHead head; /* of its next member */
    bool open;       /* between begin and end */
    bool direct;     /* the file is locked, and the spool empty */
    bool failed;     /* what follows a failure would only hide it */
};

static bool has_members(const ChunkWriter *writer)
{
    return codec_head_size(writer->encoder.ops) > 0;
}

/* --- Towards the file --------------------------------------------------------------------- */

/* From here to the chunk's end the file is ours. */
static bool go_direct(ChunkWriter *writer, Error *err)
{
    bool ok;

    if (writer->direct) {
        return true;
    }
    script_lock(writer->script);
    writer->direct = true;
    writer->chunk.offset = script_size(writer->script);
    ok = script_append(writer->script, writer->spool.data, writer->spool.len, err);
    buffer_clear(&writer->spool);
    return ok;
}

static void leave_file(ChunkWriter *writer)
{
    if (writer->direct) {
        writer->direct = false;
        script_unlock(writer->script);
    }
}

/* Bytes of the chunk as they are to stand in the file. */
static bool emit(ChunkWriter *writer, const void *data, size_t len, Error *err)
{
    if (XXH3_64bits_update(writer->hash, data, len) != XXH_OK) {
        return error_set(err, ERR_INTERNAL, "XXH3 can't hash %zu bytes", len);
    }
    writer->chunk.size += len;
    if (!writer->direct && len <= SPOOL_MAX - writer->spool.len) {
        buffer_append(&writer->spool, data, len);
        return buffer_ok(&writer->spool, "a chunk of the backup", err);
    }
    return go_direct(writer, err) && script_append(writer->script, data, len, err);
}

static bool emit_member(ChunkWriter *writer, const void *text, size_t len, unsigned flags,
                        Error *err)
{
    MemberHead *head = &writer->head;

    head->flags = flags | (head->sequence == 0 ? MEMBER_FIRST : 0U);
    if (!member_encode(&writer->encoder, head, text, len, err)) {
        return false;
    }
    head->sequence++;
    return emit(writer, writer->encoder.out.data, writer->encoder.out.len, err);
}

/* --- Text --------------------------------------------------------------------------------- */

/* A member ends where a write ends, as long as writes are smaller than a member. */
static bool add_text(ChunkWriter *writer, const char *data, size_t len, Error *err)
{
    if (!has_members(writer)) {
        return emit(writer, data, len, err);
    }
    if (len > MEMBER_TEXT_MAX - writer->pending.len && writer->pending.len > 0) {
        if (!emit_member(writer, writer->pending.data, writer->pending.len, MEMBER_ROW_END, err)) {
            return false;
        }
        buffer_clear(&writer->pending);
    }
    while (len > MEMBER_TEXT_MAX) {
        if (!emit_member(writer, data, MEMBER_TEXT_MAX, 0, err)) {
            return false;
        }
        data += MEMBER_TEXT_MAX;
        len -= MEMBER_TEXT_MAX;
    }
    buffer_append(&writer->pending, data, len);
    return buffer_ok(&writer->pending, "the text of a member", err);
}

static bool show_text(ChunkWriter *writer, const char *data, size_t len, Error *err)
{
    if (writer->copy == NULL) {
        return true;
    }
    buffer_append(
        writer->copy, data,
        len < writer->copy_most - writer->copy->len ? len : writer->copy_most - writer->copy->len);
    return buffer_ok(writer->copy, "the text of an entry", err);
}

static bool text_write(Writer *self, const void *data, size_t len, Error *err)
{
    ChunkWriter *writer = (ChunkWriter *)self;
    bool ok = script_is_nowhere(writer->script) ? show_text(writer, data, len, err)
                                                : add_text(writer, data, len, err);

    writer->chunk.raw_size += len;
    writer->failed = writer->failed || !ok;
    return ok;
}

/* --- Chunks ------------------------------------------------------------------------------- */

static bool begin_chunk(ChunkWriter *writer, MemberType type, Entry *entry, uint32_t number,
                        Error *err)
{
    writer->entry = entry;
    writer->number = number;
    writer->chunk = (Chunk){0};
    writer->head =
        (MemberHead){.type = type, .entry = entry == NULL ? 0 : entry->id, .chunk = number};
    writer->open = XXH3_64bits_reset(writer->hash) == XXH_OK;
    buffer_clear(&writer->pending);
    buffer_clear(&writer->spool);
    if (writer->copy != NULL) {
        buffer_clear(writer->copy);
    }
    return writer->open || error_set(err, ERR_INTERNAL, "XXH3 can't be reset");
}

static bool end_chunk(ChunkWriter *writer, Error *err)
{
    bool ok;

    if (writer->failed || !writer->open) {
        return error_set(err, ERR_INTERNAL, "a chunk is ended that wasn't written");
    }
    if (script_is_nowhere(writer->script)) {
        writer->open = false;
        return true;
    }
    ok = (!has_members(writer) || emit_member(writer, writer->pending.data, writer->pending.len,
                                              MEMBER_LAST | MEMBER_ROW_END, err)) &&
         go_direct(writer, err);
    leave_file(writer);
    writer->open = false;
    writer->chunk.hash = XXH3_64bits_digest(writer->hash);
    return ok;
}

bool chunk_writer_begin(ChunkWriter *writer, Entry *entry, uint32_t number, Writer **text,
                        Error *err)
{
    if (writer->failed || writer->open || entry->id == 0) {
        writer->failed = true;
        return error_set(err, ERR_INTERNAL, "a chunk of entry %u can't be begun", entry->id);
    }
    if (!script_number_chunk(writer->script, entry, &number, err) ||
        !begin_chunk(writer, MEMBER_DATA, entry, number, err)) {
        writer->failed = true;
        return false;
    }
    *text = &writer->text;
    return true;
}

bool chunk_writer_end(ChunkWriter *writer, uint64_t rows, uint64_t content, Error *err)
{
    bool ok = end_chunk(writer, err);

    writer->chunk.rows = rows;
    ok = ok && script_store_chunk(writer->script, writer->entry, writer->number, &writer->chunk,
                                  content, err);
    writer->failed = writer->failed || !ok;
    return ok;
}

bool chunk_writer_begin_index(ChunkWriter *writer, Writer **text, Error *err)
{
    *text = &writer->text;
    return begin_chunk(writer, MEMBER_INDEX, NULL, 0, err);
}

bool chunk_writer_end_index(ChunkWriter *writer, Chunk *chunk, Error *err)
{
    bool ok = end_chunk(writer, err);

    *chunk = writer->chunk;
    return ok;
}

/* --- Life --------------------------------------------------------------------------------- */

bool chunk_writer_new(ScriptWriter *script, ChunkWriter **out, Error *err)
{
    ChunkWriter *writer = calloc(1, sizeof *writer);

    if (writer == NULL) {
        return error_set_memory(err, "a worker");
    }
    writer->text = (Writer){.write = text_write};
    writer->script = script;
    buffer_init(&writer->pending, MEMBER_TEXT_MAX);
    buffer_init(&writer->spool, SPOOL_MAX);
    writer->hash = XXH3_createState();
    if (writer->hash == NULL) {
        chunk_writer_free(writer);
        return error_set_memory(err, "a worker");
    }
    if (!member_encoder_init(&writer->encoder, script_compression(script), err)) {
        chunk_writer_free(writer);
        return false;
    }
    *out = writer;
    return true;
}

void chunk_writer_look(ChunkWriter *writer, Buffer *copy, size_t most)
{
    writer->copy = copy;
    writer->copy_most = most;
}

void chunk_writer_cancel(ChunkWriter *writer)
{
    leave_file(writer);
    writer->failed = true;
}

void chunk_writer_free(ChunkWriter *writer)
{
    if (writer == NULL) {
        return;
    }
    leave_file(writer);
    member_encoder_free(&writer->encoder);
    buffer_free(&writer->pending);
    buffer_free(&writer->spool);
    (void)XXH3_freeState(writer->hash);
    free(writer);
}
