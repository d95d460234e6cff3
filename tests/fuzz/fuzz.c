/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

void fuzz_fail(const char *what, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: doesn't hold: %s\n", file, line, what);
    abort();
}

void fuzz_check_verdict(bool ok, const Error *err)
{
    if (ok) {
        return;
    }
    FUZZ_ASSERT(err->code != ERR_NONE);
    FUZZ_ASSERT(err->code != ERR_INTERNAL);
    FUZZ_ASSERT(err->code != ERR_MEMORY);
    FUZZ_ASSERT(err->message[0] != '\0');
    FUZZ_ASSERT(memchr(err->message, '\0', sizeof err->message) != NULL);
    FUZZ_ASSERT(memchr(err->hint, '\0', sizeof err->hint) != NULL);
}

char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);

    FUZZ_ASSERT(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    return text;
}

static bool bytes_read_at(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    (void)err;
    if (len > 0) {
        memcpy(data, ((const BytesSource *)self)->bytes + offset, len);
    }
    return true;
}

void bytes_source_init(BytesSource *source, const uint8_t *bytes, size_t len)
{
    *source = (BytesSource){.base = {.read_at = bytes_read_at, .name = "bytes", .size = len},
                            .bytes = bytes};
}

static bool drip_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    DripReader *reader = (DripReader *)self;
    size_t n = len < reader->most ? len : reader->most;

    (void)err;
    n = n < reader->len ? n : reader->len;
    if (n > 0) {
        memcpy(data, reader->bytes, n);
        reader->bytes += n;
        reader->len -= n;
    }
    *got = n;
    return true;
}

void drip_reader_init(DripReader *reader, const uint8_t *bytes, size_t len, size_t most)
{
    *reader = (DripReader){.base = {.read = drip_read}, .bytes = bytes, .len = len, .most = most};
}

Drained fuzz_drain(Reader *reader, size_t piece, uint64_t most)
{
    static char bytes[65536];
    Drained drained = {.ok = true};
    XXH3_state_t *hash = XXH3_createState();
    Error err = {0};
    size_t got = 0;

    FUZZ_ASSERT(hash != NULL && XXH3_64bits_reset(hash) == XXH_OK);
    do {
        uint64_t room = most - drained.size;

        drained.ok = reader_read(reader, bytes, room < piece ? (size_t)room : piece, &got, &err);
        if (drained.ok) {
            (void)XXH3_64bits_update(hash, bytes, got);
            drained.size += got;
        }
    } while (drained.ok && got > 0 && drained.size < most);
    reader_close(reader);
    fuzz_check_verdict(drained.ok, &err);
    drained.code = drained.ok ? ERR_NONE : err.code;
    drained.hash = XXH3_64bits_digest(hash);
    (void)XXH3_freeState(hash);
    return drained;
}
