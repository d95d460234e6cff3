/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that can be read at any place; those of a file; those of another source. */
#include "io/source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

typedef struct FileSource {
    Source base;
    int fd;
    char path[];
} FileSource;

bool source_read_at(const Source *source, void *data, size_t len, uint64_t offset, Error *err)
{
    if (offset > source->size || len > source->size - offset) {
        return error_set(err, ERR_DAMAGED, "%s ends too early: it has been cut", source->name);
    }
    return source->read_at(source, data, len, offset, err);
}

void source_close(Source *source)
{
    if (source != NULL && source->close != NULL) {
        source->close(source);
    }
}

/* The file may have been cut since it was opened: file_read_at finds out. */
static bool read_file(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    const FileSource *source = (const FileSource *)self;

    return file_read_at(source->fd, source->path, data, len, offset, err);
}

static void close_file(Source *self)
{
    FileSource *source = (FileSource *)self;

    if (source->fd >= 0) {
        close(source->fd);
    }
    free(source);
}

static bool open_file(FileSource *source, Error *err)
{
    bool seekable;

    if (!file_open_read(source->path, &source->fd, err) ||
        !file_size(source->fd, source->path, &seekable, &source->base.size, err)) {
        return false;
    }
    return seekable ? true
                    : error_set(err, ERR_UNSUPPORTED, "%s is no file that can be read at any place",
                                source->path);
}

bool file_source_open(const char *path, Source **out, Error *err)
{
    size_t len = strlen(path) + 1;
    FileSource *source = malloc(sizeof *source + len);

    if (source == NULL) {
        return error_set_memory(err, path);
    }
    *source = (FileSource){.base = {.read_at = read_file, .close = close_file}, .fd = -1};
    memcpy(source->path, path, len);
    source->base.name = source->path;
    if (!open_file(source, err)) {
        close_file(&source->base);
        return false;
    }
    *out = &source->base;
    return true;
}

/* --- Another's bytes ---------------------------------------------------------------------- */

typedef struct SharedSource {
    Source base;
    const Source *of;
} SharedSource;

static bool read_shared(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    return source_read_at(((const SharedSource *)self)->of, data, len, offset, err);
}

static void close_shared(Source *self)
{
    free(self);
}

bool source_share(const Source *of, Source **out, Error *err)
{
    SharedSource *source = malloc(sizeof *source);

    if (source == NULL) {
        return error_set_memory(err, of->name);
    }
    *source = (SharedSource){
        .base = {.read_at = read_shared, .close = close_shared, .name = of->name, .size = of->size},
        .of = of,
    };
    *out = &source->base;
    return true;
}
