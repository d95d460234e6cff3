/* SPDX-License-Identifier: Apache-2.0 */
/* The file of an indexed SQL script: chunks as they come, then the index, then the footer. */
#include "archive/script_writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <xxhash.h>

#include "archive/footer.h"
#include "archive/index.h"
#include "archive/layout.h"
#include "archive/script_file.h"
#include "io/file_writer.h"

struct ScriptWriter {
    Compression compression;
    const CodecOps *ops;
    uint64_t data_start;
    bool nowhere; /* there is no file */
    bool sealed;
    pthread_mutex_t file_lock; /* guards what follows; held for long by a long chunk */
    FileWriter file;
    XXH3_state_t *content_hash;
    pthread_mutex_t chunks_lock; /* guards the entries' chunks, and what follows; held for short */
    uint64_t raw_size;
};

/* --- What the ChunkWriters share ---------------------------------------------------------- */

Compression script_compression(const ScriptWriter *script)
{
    return script->compression;
}

bool script_is_nowhere(const ScriptWriter *script)
{
    return script->nowhere;
}

void script_lock(ScriptWriter *script)
{
    (void)pthread_mutex_lock(&script->file_lock);
}

void script_unlock(ScriptWriter *script)
{
    (void)pthread_mutex_unlock(&script->file_lock);
}

uint64_t script_size(const ScriptWriter *script)
{
    return script->file.size;
}

bool script_append(ScriptWriter *script, const void *data, size_t len, Error *err)
{
    if (XXH3_64bits_update(script->content_hash, data, len) != XXH_OK) {
        return error_set(err, ERR_INTERNAL, "XXH3 can't hash %zu bytes", len);
    }
    return writer_write(&script->file.base, data, len, err);
}

/* A chunk that is expected: no layout takes it for one that is there. */
static const Chunk expected = {.offset = UINT64_MAX};

static bool number_chunk(Entry *entry, uint32_t *number)
{
    size_t n = entry->n_pieces == 0 ? 1 : entry->n_pieces;

    if (*number == CHUNK_FURTHER) {
        n = (entry->chunks.len > n ? entry->chunks.len : n) + 1;
        *number = (uint32_t)(n - 1);
    }
    while (entry->chunks.len < n) {
        if (!entry_add_chunk(entry, &expected)) {
            return false;
        }
    }
    return true;
}

bool script_number_chunk(ScriptWriter *script, Entry *entry, uint32_t *number, Error *err)
{
    bool ok;
    bool fits;

    (void)pthread_mutex_lock(&script->chunks_lock);
    ok = number_chunk(entry, number);
    fits = *number < entry->chunks.len && entry->chunks.len < UINT32_MAX &&
           entry->chunks.items[*number].offset == expected.offset;
    (void)pthread_mutex_unlock(&script->chunks_lock);
    if (!ok) {
        return error_set_memory(err, script->file.name);
    }
    return fits
               ? true
               : error_set(err, ERR_INTERNAL, "entry %u can't have a chunk %u", entry->id, *number);
}

bool script_store_chunk(ScriptWriter *script, Entry *entry, uint32_t number, const Chunk *chunk,
                        uint64_t content, Error *err)
{
    bool ok;

    (void)pthread_mutex_lock(&script->chunks_lock);
    ok = entry->chunks.items[number].offset == expected.offset;
    if (ok) {
        entry->chunks.items[number] = *chunk;
        entry->content += content;
        script->raw_size += chunk->raw_size;
    }
    (void)pthread_mutex_unlock(&script->chunks_lock);
    return ok || error_set(err, ERR_INTERNAL, "chunk %u of entry %u was written twice", number,
                           entry->id);
}

/* --- The file ----------------------------------------------------------------------------- */

static void release(ScriptWriter *writer)
{
    (void)XXH3_freeState(writer->content_hash);
    (void)pthread_mutex_destroy(&writer->file_lock);
    (void)pthread_mutex_destroy(&writer->chunks_lock);
    free(writer);
}

/* Without members, a file begins with a line of its own. */
static bool begin_file(ScriptWriter *writer, Error *err)
{
    const Mark *mark = &writer->ops->file_mark;

    writer->content_hash = XXH3_createState();
    if (writer->content_hash == NULL || XXH3_64bits_reset(writer->content_hash) != XXH_OK) {
        return error_set_memory(err, writer->file.name);
    }
    if (codec_head_size(writer->ops) == 0 && !script_append(writer, mark->bytes, mark->len, err)) {
        return false;
    }
    writer->data_start = writer->file.size;
    return true;
}

static ScriptWriter *new_writer(Compression compression)
{
    ScriptWriter *writer = calloc(1, sizeof *writer);

    if (writer != NULL) {
        writer->compression = compression;
        writer->ops = codec_ops(compression.codec);
        /* With no attributes these cannot fail on Linux. */
        (void)pthread_mutex_init(&writer->file_lock, NULL);
        (void)pthread_mutex_init(&writer->chunks_lock, NULL);
    }
    return writer;
}

bool script_writer_open_nowhere(ScriptWriter **out, Error *err)
{
    ScriptWriter *writer = new_writer((Compression){.codec = CODEC_NONE});

    if (writer == NULL) {
        return error_set_memory(err, "a reader of a database");
    }
    writer->nowhere = true;
    *out = writer;
    return true;
}

bool script_writer_open(const char *path, bool replace, Compression compression,
                        const CryptKey *key, ScriptWriter **out, Error *err)
{
    ScriptWriter *writer;

    if (!codec_check(compression, err)) {
        return false;
    }
    writer = new_writer(compression);
    if (writer == NULL) {
        return error_set_memory(err, path);
    }
    if (!file_writer_open(&writer->file, path, replace, key, err)) {
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

static bool write_index(ScriptWriter *writer, const Toc *toc, Chunk *chunk, Error *err)
{
    ChunkWriter *index;
    Writer *text;
    bool ok;

    if (!chunk_writer_new(writer, &index, err)) {
        return false;
    }
    ok = chunk_writer_begin_index(index, &text, err) &&
         index_write(toc, writer->compression, text, err) &&
         chunk_writer_end_index(index, chunk, err);
    chunk_writer_free(index);
    return ok;
}

static bool write_footer(ScriptWriter *writer, const Chunk *index, Error *err)
{
    uint8_t bytes[FOOTER_SIZE_MAX];
    Footer footer = {
        .index_offset = index->offset,
        .index_size = index->size,
        .index_hash = index->hash,
        .file_size = writer->file.size + footer_size(writer->ops),
        .content_hash = XXH3_64bits_digest(writer->content_hash),
    };

    footer_write(writer->ops, &footer, bytes);
    return writer_write(&writer->file.base, bytes, footer_size(writer->ops), err);
}

bool script_writer_seal(ScriptWriter *writer, const Toc *toc, Error *err)
{
    Chunk index = {0};

    if (writer->nowhere) {
        return error_set(err, ERR_INTERNAL, "there is no file to be sealed");
    }
    writer->sealed = check_layout(writer, toc, err) && write_index(writer, toc, &index, err) &&
                     write_footer(writer, &index, err) && file_writer_sync(&writer->file, err);
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
    made.raw_size = writer->raw_size;
    ok = file_writer_commit(&writer->file, made.sha256, err);
    made.file_size = writer->file.file_size;
    release(writer);
    if (ok) {
        *summary = made;
    }
    return ok;
}

void script_writer_abort(ScriptWriter *writer)
{
    if (writer != NULL) {
        if (!writer->nowhere) {
            file_writer_abort(&writer->file);
        }
        release(writer);
    }
}
