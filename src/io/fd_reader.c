/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a file descriptor from where it stands. */
#include "io/fd_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct FdReader {
    Reader base;
    int fd;
    bool owned;
    const char *name;
    uint64_t *position;
} FdReader;

/* One read(2): from a pipe, whatever is there now is better than waiting for all of len. */
static bool fd_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    FdReader *reader = (FdReader *)self;
    ssize_t n;

    do {
        n = read(reader->fd, data, len);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return error_set_errno(err, errno, "cannot read %s", reader->name);
    }
    if (reader->position != NULL) {
        *reader->position += (uint64_t)n;
    }
    *got = (size_t)n;
    return true;
}

static void fd_close(Reader *self)
{
    FdReader *reader = (FdReader *)self;

    if (reader->owned) {
        close(reader->fd);
    }
    free(reader);
}

bool fd_reader_new(int fd, bool owned, const char *name, uint64_t *position, Reader **out,
                   Error *err)
{
    FdReader *reader = malloc(sizeof *reader);

    if (reader == NULL) {
        return error_set_memory(err, name);
    }
    *reader = (FdReader){
        .base = {.read = fd_read, .close = fd_close},
        .fd = fd,
        .owned = owned,
        .name = name,
        .position = position,
    };
    if (position != NULL) {
        *position = 0;
    }
    *out = &reader->base;
    return true;
}
