/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that can be read at any place: a file, or a member of a cluster archive. A Source is the
 * first member of a struct of its own. Reading changes nothing in it, so several threads may share
 * one.
 */
#ifndef DBB_IO_SOURCE_H
#define DBB_IO_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct Source Source;

struct Source {
    /* Exactly len bytes from the offset; all of them lie within size. */
    bool (*read_at)(const Source *self, void *data, size_t len, uint64_t offset, Error *err);
    void (*close)(Source *self); /* frees self; may be NULL when the owner does */
    const char *name;            /* for messages */
    uint64_t size;               /* bytes that there are */
};

/* Exactly len bytes from the offset; ERR_DAMAGED when they don't all lie within the source. */
bool source_read_at(const Source *source, void *data, size_t len, uint64_t offset,
                    Error *err) MUST_CHECK;
void source_close(Source *source); /* NULL is fine */
/* The same bytes for somebody who closes what he reads; `of` must outlive it. */
bool source_share(const Source *of, Source **out, Error *err) MUST_CHECK;
/* A file; ERR_UNSUPPORTED of what can't be read at any place, such as a pipe. */
bool file_source_open(const char *path, Source **out, Error *err) MUST_CHECK;

#endif
