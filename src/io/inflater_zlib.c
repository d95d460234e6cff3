/* SPDX-License-Identifier: Apache-2.0 */
/* The inflater on zlib. */
#define ZLIB_CONST /* the input is not written to */
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "io/inflater.h"

enum { GZIP_ONLY = 16 };

struct Inflater {
    z_stream z;
};

Inflater *inflater_new(void)
{
    Inflater *inflater = calloc(1, sizeof *inflater);

    if (inflater != NULL && inflateInit2(&inflater->z, MAX_WBITS + GZIP_ONLY) != Z_OK) {
        free(inflater);
        inflater = NULL;
    }
    return inflater;
}

void inflater_free(Inflater *inflater)
{
    if (inflater != NULL) {
        (void)inflateEnd(&inflater->z);
        free(inflater);
    }
}

bool inflater_begin(Inflater *inflater)
{
    return inflateReset(&inflater->z) == Z_OK;
}

InflateResult inflater_run(Inflater *inflater, InflateSpace *space, const char **why)
{
    z_stream *z = &inflater->z;
    uInt in_len = space->in_len < UINT_MAX ? (uInt)space->in_len : UINT_MAX;
    uInt out_len = space->out_len < UINT_MAX ? (uInt)space->out_len : UINT_MAX;
    int result;

    z->next_in = space->in;
    z->avail_in = in_len;
    z->next_out = space->out;
    z->avail_out = out_len;
    result = inflate(z, Z_NO_FLUSH);
    space->in = z->next_in;
    space->in_len -= in_len - z->avail_in;
    space->out = z->next_out;
    space->out_len -= out_len - z->avail_out;
    switch (result) {
    case Z_OK:
    case Z_BUF_ERROR: /* wants more input: the next fill gives it or finds the end */
        return INFLATE_MORE;
    case Z_STREAM_END:
        return INFLATE_END;
    case Z_MEM_ERROR:
        return INFLATE_MEMORY;
    default:
        *why = z->msg != NULL ? z->msg : "not valid gzip data";
        return INFLATE_DAMAGED;
    }
}
