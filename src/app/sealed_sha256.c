/* SPDX-License-Identifier: Apache-2.0 */
/* The SHA-256 of an encrypted file, with other headers than its own. */
#include "app/sealed_sha256.h"

#include <stdlib.h>

#include "base/file.h"

enum { PIECE = 1024 * 1024 };

_Static_assert((int)SEALED_HEADERS == (int)CRYPT_SLOTS, "a header for each slot");

static bool add(Sha256 hashes[static SEALED_HEADERS], const void *bytes, size_t len, Error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < SEALED_HEADERS; i++) {
        ok = sha256_update(&hashes[i], bytes, len, err);
    }
    return ok;
}

/* What stands behind the header. */
static bool add_data(Sha256 hashes[static SEALED_HEADERS], int fd, const char *path, uint64_t size,
                     const Cancel *cancel, Error *err)
{
    char *piece = malloc(PIECE);
    bool ok = piece != NULL || error_set_memory(err, path);

    for (uint64_t done = CRYPT_HEADER_SIZE; ok && done < size; done += PIECE) {
        uint64_t left = size - done;
        size_t n = left < PIECE ? (size_t)left : (size_t)PIECE;

        ok = cancel_check(cancel, err) && file_read_at(fd, path, piece, n, done, err) &&
             add(hashes, piece, n, err);
    }
    free(piece);
    return ok;
}

bool sealed_sha256(int fd, const char *path, uint64_t size,
                   const CryptHeader *const headers[static SEALED_HEADERS], const Cancel *cancel,
                   Sha256Hex hex[static SEALED_HEADERS], Error *err)
{
    Sha256 hashes[SEALED_HEADERS] = {0};
    bool ok = true;

    for (size_t i = 0; ok && i < SEALED_HEADERS; i++) {
        ok = sha256_init(&hashes[i], err) &&
             sha256_update(&hashes[i], headers[i]->bytes, CRYPT_HEADER_SIZE, err);
    }
    ok = ok && add_data(hashes, fd, path, size, cancel, err);
    for (size_t i = 0; ok && i < SEALED_HEADERS; i++) {
        ok = sha256_final(&hashes[i], hex[i], err);
    }
    for (size_t i = 0; i < SEALED_HEADERS; i++) {
        sha256_free(&hashes[i]);
    }
    return ok;
}

bool sealed_sha256_by_key(int fd, const char *path, uint64_t size, const CryptHeader *header,
                          const Cancel *cancel, Sha256Hex hex[static SEALED_HEADERS], Error *err)
{
    CryptHeader *alone = calloc(SEALED_HEADERS, sizeof *alone);
    const CryptHeader *headers[SEALED_HEADERS];
    bool ok;

    if (alone == NULL) {
        return error_set_memory(err, path);
    }
    for (unsigned i = 0; i < SEALED_HEADERS; i++) {
        alone[i] = *header;
        crypt_header_wipe(&alone[i], 1 - i);
        headers[i] = &alone[i];
    }
    ok = sealed_sha256(fd, path, size, headers, cancel, hex, err);
    free(alone);
    return ok;
}
