/* SPDX-License-Identifier: Apache-2.0 */
/* One zlib stream, used again for each text. */
#include "archive/deflate_small.h"

#include <limits.h>
#include <stdlib.h>

#include <zlib.h>

enum {
    LEVEL = 1,
    WINDOW_BITS = -10, /* of DEFLATE_SMALL_MAX bytes; negative: no header */
    MEMORY_LEVEL = 2,
};

struct DeflateSmall {
    z_stream stream;
};

DeflateSmall *deflate_small_new(void)
{
    DeflateSmall *state = calloc(1, sizeof *state);

    if (state != NULL && deflateInit2(&state->stream, LEVEL, Z_DEFLATED, WINDOW_BITS, MEMORY_LEVEL,
                                      Z_DEFAULT_STRATEGY) != Z_OK) {
        free(state);
        state = NULL;
    }
    return state;
}

void deflate_small_free(DeflateSmall *state)
{
    if (state != NULL) {
        (void)deflateEnd(&state->stream); /* a stream that wasn't ended is discarded */
        free(state);
    }
}

size_t deflate_small(DeflateSmall *state, const uint8_t *text, size_t size, uint8_t *out,
                     size_t room)
{
    z_stream *stream = &state->stream;

    if (size > DEFLATE_SMALL_MAX || deflateReset(stream) != Z_OK) {
        return 0;
    }
    stream->next_in = (Bytef *)text; /* it is only read */
    stream->avail_in = (uInt)size;
    stream->next_out = out;
    stream->avail_out = room > UINT_MAX ? UINT_MAX : (uInt)room;
    return deflate(stream, Z_FINISH) == Z_STREAM_END ? stream->total_out : 0;
}
