/* SPDX-License-Identifier: Apache-2.0 */
/* Inflates gzip of anyone's making. */
#include "io/gunzip_reader.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "io/damage.h"

enum { INPUT_SIZE = 128 * 1024, GZIP_ONLY = 16 };

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
    z_stream z;
    GunzipState state;
    bool seen_member;
    unsigned char input[INPUT_SIZE];
} GunzipReader;

/* Leaves avail_in at 0 when the source has ended. */
static bool fill(GunzipReader *reader, Error *err)
{
    size_t got = 0;

    if (reader->z.avail_in > 0) {
        return true;
    }
    if (!reader_read(reader->source, reader->input, sizeof reader->input, &got, err)) {
        return false;
    }
    reader->z.next_in = reader->input;
    reader->z.avail_in = (uInt)got;
    return true;
}

/* Decides what the next bytes are. */
static bool begin_next(GunzipReader *reader, Error *err)
{
    if (reader->z.avail_in == 0) {
        reader->state = AT_END;
        return reader->seen_member ? true : damage_cut(err, reader->name);
    }
    if (reader->seen_member && *reader->z.next_in == 0) {
        reader->state = IN_PADDING;
        return true;
    }
    if (*reader->z.next_in != 0x1F) {
        return damage_altered(err, reader->name, "something that isn't gzip follows its gzip data");
    }
    if (inflateReset(&reader->z) != Z_OK) {
        return error_set(err, ERR_INTERNAL, "zlib can't be reset");
    }
    reader->state = IN_MEMBER;
    reader->seen_member = true;
    return true;
}

static bool skip_padding(GunzipReader *reader, Error *err)
{
    for (uInt i = 0; i < reader->z.avail_in; i++) {
        if (reader->z.next_in[i] != 0) {
            return damage_altered(err, reader->name,
                                  "something that isn't gzip follows its gzip data");
        }
    }
    reader->state = reader->z.avail_in == 0 ? AT_END : IN_PADDING;
    reader->z.avail_in = 0;
    return true;
}

static bool inflate_some(GunzipReader *reader, Error *err)
{
    if (reader->z.avail_in == 0) {
        return damage_cut(err, reader->name);
    }
    switch (inflate(&reader->z, Z_NO_FLUSH)) {
    case Z_OK:
    case Z_BUF_ERROR: /* wants more input: the next fill gives it or finds the end */
        return true;
    case Z_STREAM_END:
        reader->state = BETWEEN_MEMBERS;
        return true;
    case Z_MEM_ERROR:
        return error_set_memory(err, reader->name);
    default:
        return damage_altered(err, reader->name, "%s",
                              reader->z.msg != NULL ? reader->z.msg : "not valid gzip data");
    }
}

static bool gunzip_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    GunzipReader *reader = (GunzipReader *)self;
    uInt room = len < UINT_MAX ? (uInt)len : UINT_MAX;

    reader->z.next_out = data;
    reader->z.avail_out = room;
    while (reader->z.avail_out == room && reader->state != AT_END) {
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
    *got = room - reader->z.avail_out;
    return true;
}

static void gunzip_close(Reader *self)
{
    GunzipReader *reader = (GunzipReader *)self;

    (void)inflateEnd(&reader->z);
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
    if (inflateInit2(&reader->z, MAX_WBITS + GZIP_ONLY) != Z_OK) {
        free(reader);
        return error_set_memory(err, name);
    }
    *out = &reader->base;
    return true;
}
