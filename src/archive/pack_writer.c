/* SPDX-License-Identifier: Apache-2.0 */
/* A compressed file without an index. */
#include "archive/pack_writer.h"

#include <string.h>

/* ID1 ID2 CM FLG, MTIME 0, XFL 0, OS unknown: nothing optional. */
static const uint8_t gzip_head[] = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF};

static bool pack(PackWriter *writer, Error *err)
{
    size_t head = writer->ops->codec == CODEC_GZIP ? sizeof gzip_head : 0;
    size_t room = writer->ops->bound(writer->state, writer->text.len);
    size_t size;
    char *out;

    buffer_clear(&writer->packed);
    buffer_append(&writer->packed, gzip_head, head);
    out = buffer_reserve(&writer->packed, room);
    if (out == NULL) {
        return buffer_ok(&writer->packed, "compressed text", err);
    }
    size = writer->ops->encode(writer->state, writer->text.data, writer->text.len, (uint8_t *)out,
                               room);
    if (size == 0) {
        return error_set(err, ERR_INTERNAL, "text can't be compressed by %s", writer->ops->name);
    }
    buffer_clear(&writer->text);
    return writer_write(&writer->file.base, writer->packed.data, head + size, err);
}

static bool write_text(Writer *self, const void *data, size_t len, Error *err)
{
    PackWriter *writer = (PackWriter *)self;
    const char *p = data;

    writer->raw_size += len;
    if (writer->ops->encode == NULL) {
        return writer_write(&writer->file.base, data, len, err);
    }
    while (len > 0) {
        size_t room = MEMBER_TEXT_MAX - writer->text.len;
        size_t n = len < room ? len : room;

        buffer_append(&writer->text, p, n);
        if (!buffer_ok(&writer->text, "text", err) || (n == room && !pack(writer, err))) {
            return false;
        }
        p += n;
        len -= n;
    }
    return true;
}

static void release(PackWriter *writer)
{
    if (writer->state != NULL) {
        writer->ops->encoder_free(writer->state);
    }
    buffer_free(&writer->text);
    buffer_free(&writer->packed);
}

bool pack_writer_open(PackWriter *writer, const char *path, bool replace, Compression compression,
                      const CryptKey *key, Error *err)
{
    if (!codec_check(compression, err)) {
        return false;
    }
    *writer = (PackWriter){.base = {write_text}, .ops = codec_ops(compression.codec)};
    buffer_init(&writer->text, MEMBER_TEXT_MAX);
    buffer_init(&writer->packed, 2 * (size_t)MEMBER_SIZE_MAX);
    if (writer->ops->encoder_new != NULL) {
        writer->state = writer->ops->encoder_new(compression.level);
        if (writer->state == NULL) {
            return error_set_memory(err, "a compressor");
        }
    }
    if (!file_writer_open(&writer->file, path, replace, key, err)) {
        release(writer);
        return false;
    }
    return true;
}

bool pack_writer_sync(PackWriter *writer, Error *err)
{
    return (writer->text.len == 0 || pack(writer, err)) && file_writer_sync(&writer->file, err);
}

bool pack_writer_commit(PackWriter *writer, ScriptSummary *summary, Error *err)
{
    bool ok = writer->text.len == 0 || pack(writer, err);

    summary->raw_size = writer->raw_size;
    if (!ok) {
        file_writer_abort(&writer->file);
    } else {
        ok = file_writer_commit(&writer->file, summary->sha256, err);
        summary->file_size = writer->file.file_size;
    }
    release(writer);
    return ok;
}

void pack_writer_abort(PackWriter *writer)
{
    file_writer_abort(&writer->file);
    release(writer);
}
