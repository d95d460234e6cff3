/* SPDX-License-Identifier: Apache-2.0 */
/* gzip of anyone's making: what comes out doesn't depend on the pieces in which it is read. */
#include "fuzz.h"

#include "io/gunzip_reader.h"

enum { MOST = 1 << 20 };

static Drained gunzip(const uint8_t *data, size_t size, size_t in, size_t out)
{
    DripReader source;
    Reader *text;
    Error err = {0};

    drip_reader_init(&source, data, size, in);
    FUZZ_ASSERT(gunzip_reader_new(&source.base, "bytes", &text, &err));
    return fuzz_drain(text, out, MOST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Drained whole = gunzip(data, size, SIZE_MAX, 65536);
    Drained pieces = gunzip(data, size, 7, 11);

    /* Whether it is damaged is told at its end, or before more than that was given out. */
    FUZZ_ASSERT(whole.ok == pieces.ok);
    FUZZ_ASSERT(!whole.ok || (whole.hash == pieces.hash && whole.size == pieces.size));
    return 0;
}
