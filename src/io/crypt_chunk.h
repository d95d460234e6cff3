/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chunks of an encrypted file (docs/format.md): AES-256-GCM, each under its number and whether
 * it is the last one. So none can be altered, moved, left out, or cut off unseen.
 */
#ifndef DBB_IO_CRYPT_CHUNK_H
#define DBB_IO_CRYPT_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    CRYPT_PREFIX_SIZE = 64, /* the part of a file's header that never changes */
    CRYPT_KEY_SIZE = 32,
    CRYPT_TAG_SIZE = 16,
    CRYPT_CHUNK_SIZE = 65536, /* of what is encrypted; only the last chunk has fewer */
    CRYPT_SEALED_SIZE = CRYPT_CHUNK_SIZE + CRYPT_TAG_SIZE, /* the same in the file */
};

/* One file's key and prefix, for one direction and one thread. */
typedef struct ChunkCipher {
    void *context; /* libcrypto's */
    bool seals;
    uint8_t prefix[CRYPT_PREFIX_SIZE];
} ChunkCipher;

/* A zeroed one may be freed. */
bool chunk_cipher_init(ChunkCipher *cipher, bool seals, const uint8_t key[static CRYPT_KEY_SIZE],
                       const uint8_t prefix[static CRYPT_PREFIX_SIZE], Error *err) MUST_CHECK;
void chunk_cipher_free(ChunkCipher *cipher); /* wipes the key */
/* out has room for len + CRYPT_TAG_SIZE bytes. */
bool chunk_seal(const ChunkCipher *cipher, uint64_t number, bool last, const uint8_t *text,
                size_t len, uint8_t *out, Error *err) MUST_CHECK;
/* len is that of `sealed`, which belongs to the file `name`; out has room for len - CRYPT_TAG_SIZE
 * bytes. ERR_DAMAGED says whether it was altered, or the file cut or lengthened. */
bool chunk_open(const ChunkCipher *cipher, uint64_t number, bool last, const uint8_t *sealed,
                size_t len, uint8_t *out, const char *name, Error *err) MUST_CHECK;

#endif
