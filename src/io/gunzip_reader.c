/* SPDX-License-Identifier: Apache-2.0 */
/* Inflates gzip of anyone's making. */
#include "io/gunzip_reader.h"

#include <stdlib.h>

#include "io/damage.h"
#include "io/inflater.h"

enum { INPUT_SIZE = 128 * 1024 };

typedef enum GunzipState {
    BETWEEN_MEMBERS,
    IN_MEMBER,
    IN_PADDING, /* zeros, as tapes and block devices leave them */
    AT_END,
} GunzipState;

typedef struct GunzipReader {
    Reader base;
    Reader *source;
    const char *name;
    Inflater *inflater;
    InflateSpace space;
    GunzipState state;
    bool seen_member;
    unsigned char input[INPUT_SIZE];
} GunzipReader;

/* Leaves in_len at 0 when the source has ended. */
static bool fill(GunzipReader *reader, Error *err)
{
    size_t got = 0;

    if (reader->space.in_len > 0) {
        return true;
    }
    if (!reader_read(reader->source, reader->input, sizeof reader->input, &got, err)) {
        return false;
    }
    reader->space.in = reader->input;
    reader->space.in_len = got;
    return true;
}

/* Decides what the next bytes are. */
static bool begin_next(GunzipReader *reader, Error *err)
{
    if (reader->space.in_len == 0) {
        reader->state = AT_END;
        return reader->seen_member ? true : damage_cut(err, reader->name);
    }
    if (reader->seen_member && *reader->space.in == 0) {
        reader->state = IN_PADDING;
        return true;
    }
    if (*reader->space.in != 0x1F) {
        return damage_altered(err, reader->name, "something that isn't gzip follows its gzip data");
    }
    if (!inflater_begin(reader->inflater)) {
        return error_set(err, ERR_INTERNAL, "gzip can't be begun anew");
    }
    reader->state = IN_MEMBER;
    reader->seen_member = true;
    return true;
}

static bool skip_padding(GunzipReader *reader, Error *err)
{
    for (size_t i = 0; i < reader->space.in_len; i++) {
        if (reader->space.in[i] != 0) {
            return damage_altered(err, reader->name,
                                  "something that isn't gzip follows its gzip data");
        }
    }
    reader->state = reader->space.in_len == 0 ? AT_END : IN_PADDING;
    reader->space.in_len = 0;
    return true;
}

static bool inflate_some(GunzipReader *reader, Error *err)
{
    const char *why = "";

    if (reader->space.in_len == 0) {
        return damage_cut(err, reader->name);
    }
    switch (inflater_run(reader->inflater, &reader->space, &why)) {
    case INFLATE_MORE:
        return true;
    case INFLATE_END:
        reader->state = BETWEEN_MEMBERS;
        return true;
    case INFLATE_MEMORY:
        return error_set_memory(err, reader->name);
    case INFLATE_DAMAGED:
        break;
    }
    return damage_altered(err, reader->name, "%s", why);
}

static bool gunzip_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    GunzipReader *reader = (GunzipReader *)self;

    reader->space.out = data;
    reader->space.out_len = len;
    while (reader->space.out_len == len && reader->state != AT_END) {
        bool ok = fill(reader, err);

        switch (reader->state) {
        case BETWEEN_MEMBERS:
            ok = ok && begin_next(reader, err);
            break;
        case IN_MEMBER:
            ok = ok && inflate_some(reader, err);
            break;
        case IN_PADDING:
            ok = ok && skip_padding(reader, err);
            break;
        case AT_END:
            break;
        }
        if (!ok) {
            return false;
        }
    }
    *got = len - reader->space.out_len;
    return true;
}

static void gunzip_close(Reader *self)
{
    GunzipReader *reader = (GunzipReader *)self;

    inflater_free(reader->inflater);
    reader_close(reader->source);
    free(reader);
}

bool gunzip_reader_new(Reader *source, const char *name, Reader **out, Error *err)
{
    GunzipReader *reader = calloc(1, sizeof *reader);

    if (reader == NULL) {
        return error_set_memory(err, name);
    }
    reader->base = (Reader){.read = gunzip_read, .close = gunzip_close};
    reader->source = source;
    reader->name = name;
    reader->inflater = inflater_new();
    if (reader->inflater == NULL) {
        free(reader);
        return error_set_memory(err, name);
    }
    *out = &reader->base;
    return true;
}
