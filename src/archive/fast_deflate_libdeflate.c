/* SPDX-License-Identifier: Apache-2.0 */
/* DEFLATE by libdeflate's own fastest level: a FastDeflate is its compressor under another name. */
#include <libdeflate.h>

#include "archive/fast_deflate.h"

static struct libdeflate_compressor *compressor(FastDeflate *state)
{
    return (struct libdeflate_compressor *)(void *)state;
}

FastDeflate *fast_deflate_new(void)
{
    return (FastDeflate *)(void *)libdeflate_alloc_compressor(1);
}

void fast_deflate_free(FastDeflate *state)
{
    libdeflate_free_compressor(compressor(state));
}

size_t fast_deflate_bound(size_t size)
{
    return libdeflate_deflate_compress_bound(NULL, size);
}

size_t fast_deflate(FastDeflate *state, const uint8_t *text, size_t size, uint8_t *out, size_t room)
{
    return libdeflate_deflate_compress(compressor(state), text, size, out, room);
}
