/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of a stream of bytes. */
#ifndef DBB_IO_SHA256_H
#define DBB_IO_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { SHA256_SIZE = 32, SHA256_HEX_SIZE = 65 /* with the NUL */ };

typedef struct Sha256 {
    void *context; /* libcrypto's */
} Sha256;

bool sha256_init(Sha256 *hash, Error *err) MUST_CHECK;
bool sha256_update(Sha256 *hash, const void *data, size_t len, Error *err) MUST_CHECK;
/* In lower-case hex. Nothing can be added after it. */
bool sha256_final(Sha256 *hash, char hex[static SHA256_HEX_SIZE], Error *err) MUST_CHECK;
/* Of bytes that are all there. */
bool sha256_bytes(const void *data, size_t len, uint8_t digest[static SHA256_SIZE],
                  Error *err) MUST_CHECK;
/* Of an open file, from where it stands to its end; *size, unless it is NULL, are its bytes. path
 * is for messages. */
bool sha256_file(int fd, const char *path, char hex[static SHA256_HEX_SIZE], uint64_t *size,
                 Error *err) MUST_CHECK;
void sha256_free(Sha256 *hash); /* a zeroed one is fine */

#endif
