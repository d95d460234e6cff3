/* SPDX-License-Identifier: Apache-2.0 */
/* DEFLATE by ISA-L. */
#include "archive/fast_deflate.h"

#include <isa-l/igzip_lib.h>
#include <stdlib.h>

enum {
    LEVEL = 3,
    TABLES_SIZE = ISAL_DEF_LVL3_DEFAULT,
    STORED_MAX = 65535, /* bytes of text in a block that is stored; each has 5 more */
};

struct FastDeflate {
    struct isal_zstream stream; /* too large for a stack */
    uint8_t tables[TABLES_SIZE];
};

FastDeflate *fast_deflate_new(void)
{
    return malloc(sizeof(FastDeflate));
}

void fast_deflate_free(FastDeflate *state)
{
    free(state);
}

/* What can't be compressed is stored. */
size_t fast_deflate_bound(size_t size)
{
    return size + 5 * (size / STORED_MAX + 1) + 64;
}

size_t fast_deflate(FastDeflate *state, const uint8_t *text, size_t size, uint8_t *out, size_t room)
{
    struct isal_zstream *stream = &state->stream;

    if (size > UINT32_MAX || room > UINT32_MAX) {
        return 0;
    }
    isal_deflate_stateless_init(stream);
    stream->level = LEVEL;
    stream->level_buf = state->tables;
    stream->level_buf_size = TABLES_SIZE;
    stream->end_of_stream = 1;
    stream->next_in = (uint8_t *)text; /* it is only read */
    stream->avail_in = (uint32_t)size;
    stream->next_out = out;
    stream->avail_out = (uint32_t)room;
    return isal_deflate_stateless(stream) == COMP_OK ? stream->total_out : 0;
}
