/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of streams in a file that has lost its name already, each encrypted with a key that is
 * nowhere else: they may be of an encrypted archive, and a disk keeps what was written to it.
 */
#include "io/spool_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "io/crypt_source.h"
#include "io/crypt_writer.h"

enum { PIECE = 256 * 1024 };

struct SpoolFile {
    Writer sink; /* takes what is encrypted */
    int fd;
    uint64_t size;
    CryptKey *key;
    char path[PATH_MAX]; /* what it was called, for messages */
};

typedef struct Kept {
    Source base;
    SpoolFile *file;
    uint64_t offset; /* in the file */
    char name[];
} Kept;

static bool kept_read_at(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    const Kept *kept = (const Kept *)self;

    return file_read_at(kept->file->fd, kept->name, data, len, kept->offset + offset, err);
}

/* What can't be cut off is written over. */
static void cut_off(SpoolFile *file, uint64_t size)
{
    if (ftruncate(file->fd, (off_t)size) == 0 && lseek(file->fd, (off_t)size, SEEK_SET) >= 0) {
        file->size = size;
    }
}

static void kept_close(Source *self)
{
    Kept *kept = (Kept *)self;

    if (kept->offset + self->size == kept->file->size) {
        cut_off(kept->file, kept->offset);
    }
    free(kept);
}

/* mkostemp makes it for its owner only. */
static bool make_file(char path[static PATH_MAX], int *fd, Error *err)
{
    const char *folder = getenv("TMPDIR");
    int len = snprintf(path, PATH_MAX, "%s/dbbackup-XXXXXX",
                       folder == NULL || folder[0] == '\0' ? "/tmp" : folder);

    *fd = len < PATH_MAX ? mkostemp(path, O_CLOEXEC) : -1;
    if (*fd < 0) {
        (void)error_set_errno(err, len < PATH_MAX ? errno : ENAMETOOLONG, "cannot make %s", path);
        return error_hint(err, "TMPDIR says in which folder such files are made.");
    }
    (void)unlink(path);
    return true;
}

static bool sink_write(Writer *self, const void *data, size_t len, Error *err)
{
    SpoolFile *file = (SpoolFile *)self;

    if (!file_write_all(file->fd, file->path, data, len, err)) {
        err->hint[0] = '\0';
        return error_hint(err, "Set TMPDIR to a folder with more room; or restore from a file, "
                               "which needs none.");
    }
    file->size += len;
    return true;
}

bool spool_file_new(SpoolFile **out, Error *err)
{
    SpoolFile *file = calloc(1, sizeof *file);

    if (file == NULL) {
        return error_set_memory(err, "a temporary file");
    }
    file->sink = (Writer){sink_write};
    if (!key_new_random(&file->key, err)) {
        free(file);
        return false;
    }
    if (!make_file(file->path, &file->fd, err)) {
        key_free(file->key);
        free(file);
        return false;
    }
    *out = file;
    return true;
}

void spool_file_free(SpoolFile *file)
{
    if (file != NULL) {
        (void)close(file->fd);
        key_free(file->key);
        free(file);
    }
}

static bool copy(Reader *from, const Cancel *cancel, CryptWriter *out, const char *path, Error *err)
{
    char *piece = malloc(PIECE);
    size_t got = 1;
    bool ok = piece != NULL || error_set_memory(err, path);

    while (ok && got > 0) {
        ok = cancel_check(cancel, err) && reader_read(from, piece, PIECE, &got, err) &&
             (got == 0 || writer_write(crypt_writer_stream(out), piece, got, err));
    }
    free(piece);
    return ok && crypt_writer_finish(out, err);
}

static bool encrypt(Reader *from, const Cancel *cancel, SpoolFile *file, Error *err)
{
    CryptWriter *writer;
    bool ok;

    if (!crypt_writer_new(file->key, &file->sink, &writer, err)) {
        return false;
    }
    ok = copy(from, cancel, writer, file->path, err);
    crypt_writer_free(writer);
    return ok;
}

bool spool_file_keep(SpoolFile *file, Reader *from, const char *name, const Cancel *cancel,
                     Source **out, Error *err)
{
    size_t len = strlen(name) + 1;
    Kept *kept = malloc(sizeof *kept + len);

    if (kept == NULL) {
        return error_set_memory(err, name);
    }
    *kept = (Kept){
        .base = {.read_at = kept_read_at, .close = kept_close}, .file = file, .offset = file->size};
    memcpy(kept->name, name, len);
    kept->base.name = kept->name;
    if (!encrypt(from, cancel, file, err)) {
        cut_off(file, kept->offset);
        free(kept);
        return false;
    }
    kept->base.size = file->size - kept->offset;
    return crypt_source_with(&kept->base, file->key, out, err);
}
