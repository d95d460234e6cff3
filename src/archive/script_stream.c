/* SPDX-License-Identifier: Apache-2.0 */
/* Any script as one stream of text: finds out what it is and puts the filters together. */
#include "archive/script_stream.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/file_kind.h"
#include "archive/footer.h"
#include "archive/own_stream.h"
#include "base/file.h"
#include "io/crypt_source.h"
#include "io/damage.h"
#include "io/fd_reader.h"
#include "io/gunzip_reader.h"
#include "io/peek_reader.h"
#include "io/zstd_reader.h"

enum { FIRST_BYTES = 8192 };

typedef struct ScriptStream {
    Reader base;
    Reader *text; /* the last filter, which owns the others */
    char *name;   /* what all of them call the file */
} ScriptStream;

/* What the first and last bytes say. */
typedef struct Finding {
    MarkVerdict head;
    MarkVerdict tail;
    bool tail_known; /* not from a pipe */
    const CodecOps *head_ops;
    const CodecOps *tail_ops;
    uint64_t size; /* of the file, when the tail is known */
    Footer footer;
} Finding;

/* Standard input may be a file too, but one that was read from already has no first bytes. */
static bool look_at_tail(int fd, const char *name, Finding *finding, Error *err)
{
    uint8_t tail[FOOTER_SIZE_MAX];
    size_t len;

    if (!file_size(fd, name, &finding->tail_known, &finding->size, err)) {
        return false;
    }
    finding->tail_known = finding->tail_known && lseek(fd, 0, SEEK_CUR) == 0;
    if (!finding->tail_known) {
        return true;
    }
    len = finding->size < sizeof tail ? (size_t)finding->size : sizeof tail;
    if (!file_read_at(fd, name, tail, len, finding->size - len, err)) {
        return false;
    }
    finding->tail = footer_find(tail, len, &finding->tail_ops, &finding->footer);
    return true;
}

static bool is_own(const Finding *finding)
{
    return finding->head != MARK_NONE || finding->tail != MARK_NONE;
}

/* One of our files, as far as its two ends can tell. */
static bool check_own(const Finding *finding, const char *name, bool whole, Error *err)
{
    if (finding->head == MARK_NEWER || finding->tail == MARK_NEWER) {
        return damage_newer(err, name);
    }
    if (finding->tail_known && finding->tail == MARK_NONE) {
        return damage_cut(err, name);
    }
    if (finding->head != MARK_GOOD) {
        return whole && finding->tail == MARK_NONE
                   ? damage_cut(err, name)
                   : damage_altered(err, name, "its beginning isn't what was written");
    }
    if (finding->tail == MARK_ALTERED) {
        return damage_altered(err, name, "its footer isn't what was written");
    }
    if (finding->tail_known &&
        (finding->head_ops != finding->tail_ops || finding->footer.file_size != finding->size)) {
        return damage_altered(err, name, "its footer belongs to another file");
    }
    return true;
}

static bool not_a_script(const char *name, const char *is_not, FileKind kind, Error *err)
{
    if (kind == FILE_EMPTY) {
        (void)error_set(err, ERR_DAMAGED, "%s is empty", name);
        return error_hint(err, "Whatever was to write it wrote nothing.");
    }
    (void)error_set(err, ERR_NOT_BACKUP, "%s %s a SQL script but a %s", name, is_not,
                    file_kind_text(kind));
    return kind == FILE_CLUSTER
               ? error_hint(err, "`dbbackup restore cluster` restores it, also from a pipe.")
               : false;
}

typedef bool (*Unpack)(Reader *source, const char *name, Reader **out, Error *err);

/* Unpacks with the filter, then makes sure that what comes out is text. Takes over *source. */
static bool unpack(Unpack filter, Reader **source, const char *name, Error *err)
{
    PeekReader *peek;
    const void *first;
    FileKind kind;
    size_t len;
    bool whole;

    if (!filter(*source, name, source, err) || !peek_reader_new(*source, FIRST_BYTES, &peek, err)) {
        return false;
    }
    *source = peek_reader_stream(peek);
    first = peek_reader_first(peek, &len, &whole);
    kind = file_kind_of_bytes(first, len);
    return kind == FILE_SCRIPT_PLAIN ? true : not_a_script(name, "doesn't hold", kind, err);
}

/* Somebody else's file. */
static bool open_foreign(FileKind kind, Reader **source, const char *name, Error *err)
{
    switch (kind) {
    case FILE_SCRIPT_GZIP:
        return tail_guard_new(*source, name, source, err) &&
               unpack(gunzip_reader_new, source, name, err);
    case FILE_SCRIPT_ZSTD:
        return tail_guard_new(*source, name, source, err) &&
               unpack(zstd_reader_new, source, name, err);
    case FILE_SCRIPT_PLAIN:
        return tail_guard_new(*source, name, source, err);
    case FILE_EMPTY:
    case FILE_UNKNOWN:
    case FILE_ENCRYPTED:
    case FILE_CLUSTER:
    case FILE_SCRIPT_ARCHIVE:
    case FILE_PG_CUSTOM:
    case FILE_PG_DIRECTORY:
    case FILE_TAR:
        break;
    }
    return not_a_script(name, "is not", kind, err);
}

/* Takes over *source, also on failure. */
static bool decrypt(KeyRing *keys, Reader **source, const char *name, Error *err)
{
    Reader *encrypted = *source;

    *source = NULL;
    return crypt_reader_over(encrypted, keys, name, source, err);
}

/* *source grows from the first reader to the text; on failure it is what is to be closed. fd: what
 * it reads, or -1. */
static bool build(int fd, KeyRing *keys, Reader **source, const char *name, Error *err)
{
    Finding finding = {0};
    PeekReader *peek;
    const void *first;
    size_t len;
    bool whole;

    if ((fd >= 0 && !look_at_tail(fd, name, &finding, err)) ||
        !peek_reader_new(*source, FIRST_BYTES, &peek, err)) {
        return false;
    }
    *source = peek_reader_stream(peek);
    first = peek_reader_first(peek, &len, &whole);
    if (crypt_header_begins(first, len)) {
        return decrypt(keys, source, name, err) && build(-1, NULL, source, name, err);
    }
    finding.head = head_find(first, len, whole, &finding.head_ops);
    if (is_own(&finding)) {
        return check_own(&finding, name, whole, err) &&
               own_stream_new(finding.head_ops->codec, *source, name, source, err);
    }
    return open_foreign(file_kind_of_bytes(first, len), source, name, err);
}

static bool stream_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    return reader_read(((ScriptStream *)self)->text, data, len, got, err);
}

static void stream_close(Reader *self)
{
    ScriptStream *stream = (ScriptStream *)self;

    reader_close(stream->text);
    free(stream->name);
    free(stream);
}

static ScriptStream *stream_new(const char *name, Error *err)
{
    ScriptStream *stream = calloc(1, sizeof *stream);

    if (stream != NULL) {
        stream->base = (Reader){.read = stream_read, .close = stream_close};
        stream->name = strdup(name);
    }
    if (stream == NULL || stream->name == NULL) {
        free(stream);
        (void)error_set_memory(err, name);
        return NULL;
    }
    return stream;
}

/* From what stream->text reads now to the text. Frees the stream on failure. */
static bool finish(ScriptStream *stream, int fd, KeyRing *keys, Reader **out, Error *err)
{
    if (!build(fd, keys, &stream->text, stream->name, err)) {
        stream_close(&stream->base);
        return false;
    }
    *out = &stream->base;
    return true;
}

bool script_stream_open(const char *path, KeyRing *keys, uint64_t *position, Reader **out,
                        Error *err)
{
    bool from_stdin = strcmp(path, "-") == 0;
    ScriptStream *stream = stream_new(from_stdin ? "standard input" : path, err);
    int fd = STDIN_FILENO;

    if (stream == NULL) {
        return false;
    }
    if (!from_stdin && !file_open_read(path, &fd, err)) {
        stream_close(&stream->base);
        return false;
    }
    if (!fd_reader_new(fd, !from_stdin, stream->name, position, &stream->text, err)) {
        if (!from_stdin) {
            close(fd);
        }
        stream_close(&stream->base);
        return false;
    }
    return finish(stream, fd, keys, out, err);
}

bool script_stream_over(Reader *source, const char *name, Reader **out, Error *err)
{
    ScriptStream *stream = stream_new(name, err);

    if (stream == NULL) {
        reader_close(source);
        return false;
    }
    stream->text = source;
    return finish(stream, -1, NULL, out, err);
}
