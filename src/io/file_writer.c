/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a file or standard output in large pieces, with its SHA-256. */
#include "io/file_writer.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1024 * 1024 };

/* To the hash and the system, now. */
static bool sink_write(Writer *self, const void *data, size_t len, Error *err)
{
    FileWriter *writer = ((FileSink *)self)->writer;

    writer->file_size += len;
    if (!sha256_update(&writer->hash, data, len, err)) {
        return false;
    }
    if (!writer->to_stdout) {
        return atomic_file_write(&writer->file, data, len, err);
    }
    if (!file_write_all(STDOUT_FILENO, writer->name, data, len, err)) {
        if (err->os_errno == EPIPE) {
            (void)error_hint(err, "The program that was to read the backup has ended.");
        }
        return false;
    }
    return true;
}

static bool put(FileWriter *writer, const void *data, size_t len, Error *err)
{
    Writer *next = writer->crypt != NULL ? crypt_writer_stream(writer->crypt) : &writer->sink.base;

    return writer_write(next, data, len, err);
}

static bool flush(FileWriter *writer, Error *err)
{
    bool ok =
        writer->pending.len == 0 || put(writer, writer->pending.data, writer->pending.len, err);

    buffer_clear(&writer->pending);
    return ok;
}

static bool file_write(Writer *self, const void *data, size_t len, Error *err)
{
    FileWriter *writer = (FileWriter *)self;
    const char *p = data;

    if (writer->finished) {
        return error_set(err, ERR_INTERNAL, "%s is written to after its end", writer->name);
    }
    writer->size += len;
    while (len > 0) {
        size_t room = PIECE - writer->pending.len;
        size_t n = len < room ? len : room;

        if (n == PIECE) { /* nothing waits: spare the copy */
            if (!put(writer, p, n, err)) {
                return false;
            }
        } else {
            buffer_append(&writer->pending, p, n);
            if (n == room && !flush(writer, err)) {
                return false;
            }
        }
        p += n;
        len -= n;
    }
    return buffer_ok(&writer->pending, writer->name, err);
}

/* No more comes. */
static bool finish(FileWriter *writer, Error *err)
{
    bool ok =
        flush(writer, err) && (writer->crypt == NULL || crypt_writer_finish(writer->crypt, err));

    writer->finished = true;
    crypt_writer_free(writer->crypt);
    writer->crypt = NULL;
    return ok;
}

static void release(FileWriter *writer)
{
    buffer_free(&writer->pending);
    sha256_free(&writer->hash);
    crypt_writer_free(writer->crypt);
    writer->crypt = NULL;
}

static bool open_all(FileWriter *writer, const char *path, bool replace, const CryptKey *key,
                     Error *err)
{
    if (!sha256_init(&writer->hash, err) ||
        (!writer->to_stdout && !atomic_file_open(&writer->file, path, replace, err))) {
        return false;
    }
    if (key == NULL || crypt_writer_new(key, &writer->sink.base, &writer->crypt, err)) {
        return true;
    }
    if (!writer->to_stdout) {
        atomic_file_abort(&writer->file);
    }
    return false;
}

bool file_writer_open(FileWriter *writer, const char *path, bool replace, const CryptKey *key,
                      Error *err)
{
    bool to_stdout = strcmp(path, "-") == 0;

    *writer = (FileWriter){
        .base = {.write = file_write},
        .sink = {.base = {.write = sink_write}, .writer = writer},
        .name = to_stdout ? "standard output" : path,
        .file = {.fd = -1},
        .to_stdout = to_stdout,
    };
    buffer_init(&writer->pending, PIECE);
    if (buffer_reserve(&writer->pending, PIECE) == NULL) {
        return error_set_memory(err, writer->name);
    }
    if (!open_all(writer, path, replace, key, err)) {
        release(writer);
        return false;
    }
    return true;
}

/* `backup -o - > file` deserves the same care as a file of ours; a pipe can't be synced. */
static bool sync_stdout(Error *err)
{
    struct stat status;

    if (fstat(STDOUT_FILENO, &status) == 0 && S_ISREG(status.st_mode) &&
        fsync(STDOUT_FILENO) != 0 && errno != EINVAL) {
        return error_set_errno(err, errno, "cannot flush standard output to disk");
    }
    return true;
}

bool file_writer_sync(FileWriter *writer, Error *err)
{
    return finish(writer, err) &&
           (writer->to_stdout ? sync_stdout(err) : atomic_file_sync(&writer->file, err));
}

bool file_writer_commit(FileWriter *writer, char sha256[static SHA256_HEX_SIZE], Error *err)
{
    bool ok = finish(writer, err) && sha256_final(&writer->hash, sha256, err);

    if (!ok) {
        file_writer_abort(writer);
        return false;
    }
    ok = writer->to_stdout ? sync_stdout(err) : atomic_file_commit(&writer->file, err);
    release(writer);
    return ok;
}

void file_writer_abort(FileWriter *writer)
{
    if (!writer->to_stdout) {
        atomic_file_abort(&writer->file);
    }
    release(writer);
}
