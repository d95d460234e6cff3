/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SHA-256 of an encrypted file, and what it would be with another header. `key rotate` writes
 * the header and the manifest, one after the other; whatever breaks off between them, the manifest
 * is of the file with one of the two keys, and without the other.
 */
#ifndef DBB_APP_SEALED_SHA256_H
#define DBB_APP_SEALED_SHA256_H

#include "engine/engine.h"
#include "io/crypt_header.h"
#include "io/sha256.h"

enum { SEALED_HEADERS = 2 };

typedef char Sha256Hex[SHA256_HEX_SIZE];

/* Of the open file, of this size, with each of these headers instead of its own; reads it once.
 * path is for messages. */
bool sealed_sha256(int fd, const char *path, uint64_t size,
                   const CryptHeader *const headers[static SEALED_HEADERS], const Cancel *cancel,
                   Sha256Hex hex[static SEALED_HEADERS], Error *err) MUST_CHECK;
/* Of the file, which has both keys, with the key of slot 0 only, and with that of slot 1. */
bool sealed_sha256_by_key(int fd, const char *path, uint64_t size, const CryptHeader *header,
                          const Cancel *cancel, Sha256Hex hex[static SEALED_HEADERS],
                          Error *err) MUST_CHECK;

#endif
