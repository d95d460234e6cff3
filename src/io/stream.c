/* SPDX-License-Identifier: Apache-2.0 */
/* What all streams share. */
#include "io/stream.h"

bool reader_read_exact(Reader *reader, const char *name, void *data, size_t len, Error *err)
{
    char *p = data;

    while (len > 0) {
        size_t got = 0;

        if (!reader_read(reader, p, len, &got, err)) {
            return false;
        }
        if (got == 0) {
            return error_set(err, ERR_DAMAGED, "%s ends too early: it has been cut", name);
        }
        p += got;
        len -= got;
    }
    return true;
}
