/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streams of bytes. A Reader or Writer is the first member of a struct of its own; a filter holds
 * the next stream and knows nothing else of it. Closing a filter closes what it holds.
 */
#ifndef DBB_IO_STREAM_H
#define DBB_IO_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef struct Reader Reader;
typedef struct Writer Writer;

struct Reader {
    /* Up to len bytes into data, at least one unless the stream ends (*got = 0). */
    bool (*read)(Reader *self, void *data, size_t len, size_t *got, Error *err);
    void (*close)(Reader *self); /* frees self; may be NULL when the owner does */
};

struct Writer {
    /* All of it. For a table's rows each call ends where a row ends. */
    bool (*write)(Writer *self, const void *data, size_t len, Error *err);
};

static inline bool MUST_CHECK reader_read(Reader *reader, void *data, size_t len, size_t *got,
                                          Error *err)
{
    return reader->read(reader, data, len, got, err);
}

static inline void reader_close(Reader *reader)
{
    if (reader != NULL && reader->close != NULL) {
        reader->close(reader);
    }
}

static inline bool MUST_CHECK writer_write(Writer *writer, const void *data, size_t len, Error *err)
{
    return writer->write(writer, data, len, err);
}

/* len bytes, or ERR_DAMAGED with "NAME ends too early". */
bool reader_read_exact(Reader *reader, const char *name, void *data, size_t len,
                       Error *err) MUST_CHECK;

#endif
