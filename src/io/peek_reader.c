/* SPDX-License-Identifier: Apache-2.0 */
/* A stream whose first bytes can be looked at before it is read. */
#include "io/peek_reader.h"

#include <stdlib.h>
#include <string.h>

struct PeekReader {
    Reader base;
    Reader *source;
    size_t len;
    size_t taken; /* of len */
    bool whole;
    char first[];
};

static bool peek_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    PeekReader *reader = (PeekReader *)self;
    size_t n = reader->len - reader->taken;

    if (n == 0) {
        if (reader->whole) {
            *got = 0;
            return true;
        }
        return reader_read(reader->source, data, len, got, err);
    }
    n = n < len ? n : len;
    memcpy(data, reader->first + reader->taken, n);
    reader->taken += n;
    *got = n;
    return true;
}

static void peek_close(Reader *self)
{
    PeekReader *reader = (PeekReader *)self;

    reader_close(reader->source);
    free(reader);
}

bool peek_reader_new(Reader *source, size_t wanted, PeekReader **out, Error *err)
{
    PeekReader *reader = malloc(sizeof *reader + wanted);

    if (reader == NULL) {
        return error_set_memory(err, "the first bytes of a file");
    }
    *reader = (PeekReader){.base = {.read = peek_read, .close = peek_close}, .source = source};
    while (reader->len < wanted && !reader->whole) {
        size_t got = 0;

        if (!reader_read(source, reader->first + reader->len, wanted - reader->len, &got, err)) {
            free(reader);
            return false;
        }
        reader->len += got;
        reader->whole = got == 0;
    }
    *out = reader;
    return true;
}

const void *peek_reader_first(const PeekReader *reader, size_t *len, bool *whole)
{
    *len = reader->len;
    *whole = reader->whole;
    return reader->first;
}

Reader *peek_reader_stream(PeekReader *reader)
{
    return &reader->base;
}
