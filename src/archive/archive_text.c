/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of chunks. It compares everything with the index on the way: the members' facts, sizes,
 * checksums, and at each chunk's end its size and hash.
 */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "archive/archive_file.h"
#include "archive/member_reader.h"
#include "io/damage.h"
#include "io/range_reader.h"

typedef struct TextReader {
    Reader base;
    const ScriptArchive *archive;
    const Chunk *chunk; /* at work now */
    size_t chunks_left; /* this one included */
    ChunkOwner owner;
    bool begun; /* this chunk */

    RangeReader range;
    XXH3_state_t *hash;
    uint64_t raw_size; /* text of this chunk given out, or in hand */
    MemberReader members;
    MemberOrder order;
    const char *text; /* in hand */
    size_t text_len;
} TextReader;

static bool has_members(const TextReader *reader)
{
    return codec_head_size(reader->archive->ops) > 0;
}

static bool differs(const TextReader *reader, const char *what, Error *err)
{
    return damage_altered(err, reader->archive->path,
                          "%s at byte %llu doesn't agree with its index", what,
                          (unsigned long long)reader->chunk->offset);
}

static bool begin_chunk(TextReader *reader, Error *err)
{
    const ScriptArchive *archive = reader->archive;
    const Chunk *chunk = reader->chunk;

    if (XXH3_64bits_reset(reader->hash) != XXH_OK) {
        return error_set_memory(err, archive->path);
    }
    range_reader_init(&reader->range, archive->source, chunk->offset, chunk->size);
    reader->raw_size = 0;
    reader->order = (MemberOrder){0};
    reader->begun = true;
    if (!has_members(reader)) {
        return true;
    }
    member_reader_free(&reader->members);
    if (!member_reader_init(&reader->members, archive->ops->codec, &reader->range.base,
                            archive->path, chunk->size, err)) {
        return false;
    }
    reader->members.hash = reader->hash;
    return true;
}

static bool end_chunk(TextReader *reader, Error *err)
{
    const Chunk *chunk = reader->chunk;

    if (reader->raw_size != chunk->raw_size || reader->order.inside ||
        XXH3_64bits_digest(reader->hash) != chunk->hash) {
        return differs(reader, "the text", err);
    }
    reader->chunk++;
    reader->chunks_left--;
    reader->owner.number++;
    reader->begun = false;
    return true;
}

/* Checks a member against the index and what came before it. */
static bool accept(TextReader *reader, const MemberHead *head)
{
    if (head->type != MEMBER_DATA || !member_order_next(&reader->order, head)) {
        return false;
    }
    if (reader->owner.entry != 0 &&
        (head->entry != reader->owner.entry || head->chunk != reader->owner.number)) {
        return false;
    }
    return head->text_size <= reader->chunk->raw_size - reader->raw_size;
}

/* The next member's text into the hand, or on to the next chunk. */
static bool next_member(TextReader *reader, Error *err)
{
    Member member;
    bool end;

    if (!member_reader_next(&reader->members, &member, &end, err)) {
        return false;
    }
    if (end) {
        return end_chunk(reader, err);
    }
    /* After a last member only the chunk's end may come. */
    if ((reader->order.last.flags & MEMBER_LAST) != 0 || !accept(reader, &member.head)) {
        return differs(reader, "a member", err);
    }
    reader->raw_size += member.head.text_size;
    reader->text = member.text;
    reader->text_len = member.head.text_size;
    return true;
}

/* Without members: the file's bytes are the text. */
static bool read_plain(TextReader *reader, void *data, size_t len, size_t *got, Error *err)
{
    if (!reader_read(&reader->range.base, data, len, got, err)) {
        return false;
    }
    if (*got == 0) {
        return end_chunk(reader, err);
    }
    (void)XXH3_64bits_update(reader->hash, data, *got);
    reader->raw_size += *got;
    return true;
}

static size_t take(TextReader *reader, char *data, size_t len)
{
    size_t n = reader->text_len < len ? reader->text_len : len;

    memcpy(data, reader->text, n);
    reader->text += n;
    reader->text_len -= n;
    return n;
}

static bool text_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    TextReader *reader = (TextReader *)self;
    size_t n = 0;

    while (n == 0 && (reader->text_len > 0 || reader->chunks_left > 0)) {
        bool ok = true;

        if (reader->text_len > 0) {
            n = take(reader, data, len);
        } else if (!reader->begun) {
            ok = begin_chunk(reader, err);
        } else if (has_members(reader)) {
            ok = next_member(reader, err);
        } else {
            ok = read_plain(reader, data, len, &n, err);
        }
        if (!ok) {
            return false;
        }
    }
    *got = n;
    return true;
}

static void text_close(Reader *self)
{
    TextReader *reader = (TextReader *)self;

    member_reader_free(&reader->members);
    (void)XXH3_freeState(reader->hash);
    free(reader);
}

bool archive_text_open(const ScriptArchive *archive, const Chunk *chunks, size_t n,
                       ChunkOwner owner, Reader **out, Error *err)
{
    TextReader *reader = malloc(sizeof *reader);

    if (reader == NULL) {
        return error_set_memory(err, archive->path);
    }
    *reader = (TextReader){
        .base = {.read = text_read, .close = text_close},
        .archive = archive,
        .chunk = chunks,
        .chunks_left = n,
        .owner = owner,
        .hash = XXH3_createState(),
    };
    if (reader->hash == NULL) {
        free(reader);
        return error_set_memory(err, archive->path);
    }
    *out = &reader->base;
    return true;
}

bool script_archive_read_chunk(const ScriptArchive *archive, const Chunk *chunk, Reader **out,
                               Error *err)
{
    return archive_text_open(archive, chunk, 1, (ChunkOwner){0}, out, err);
}

bool script_archive_read_entry(const ScriptArchive *archive, const Entry *entry, Reader **out,
                               Error *err)
{
    return archive_text_open(archive, entry->chunks.items, entry->chunks.len,
                             (ChunkOwner){.entry = entry->id}, out, err);
}
