/* SPDX-License-Identifier: Apache-2.0 */
/* A stream's bytes in a file that has lost its name already. */
#include "io/spool_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { PIECE = 256 * 1024 };

typedef struct SpoolFile {
    Source base;
    int fd;
    char name[];
} SpoolFile;

static bool spool_read_at(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    return file_read_at(((const SpoolFile *)self)->fd, self->name, data, len, offset, err);
}

static void spool_close(Source *self)
{
    (void)close(((SpoolFile *)self)->fd);
    free(self);
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

static bool copy(Reader *from, const Cancel *cancel, int fd, const char *path, uint64_t *size,
                 Error *err)
{
    char *piece = malloc(PIECE);
    size_t got = 1;
    bool ok = piece != NULL || error_set_memory(err, path);

    while (ok && got > 0) {
        ok = cancel_check(cancel, err) && reader_read(from, piece, PIECE, &got, err);
        if (ok && got > 0 && !file_write_all(fd, path, piece, got, err)) {
            err->hint[0] = '\0';
            ok = error_hint(err, "Set TMPDIR to a folder with more room; or restore from a file, "
                                 "which needs none.");
        }
        *size += ok ? got : 0;
    }
    free(piece);
    return ok;
}

bool spool_file_fill(Reader *from, const char *name, const Cancel *cancel, Source **out, Error *err)
{
    size_t len = strlen(name) + 1;
    SpoolFile *spool = malloc(sizeof *spool + len);
    char path[PATH_MAX];

    if (spool == NULL) {
        return error_set_memory(err, name);
    }
    *spool = (SpoolFile){.base = {.read_at = spool_read_at, .close = spool_close}};
    memcpy(spool->name, name, len);
    spool->base.name = spool->name;
    if (!make_file(path, &spool->fd, err)) {
        free(spool);
        return false;
    }
    if (!copy(from, cancel, spool->fd, path, &spool->base.size, err)) {
        spool_close(&spool->base);
        return false;
    }
    *out = &spool->base;
    return true;
}
