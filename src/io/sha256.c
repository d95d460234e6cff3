/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of a stream of bytes, by libcrypto. */
#include "io/sha256.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "base/file.h"

enum { PIECE = 1024 * 1024 };

static bool refused(Error *err)
{
    return error_set(err, ERR_INTERNAL, "libcrypto can't compute SHA-256");
}

/* libcrypto that couldn't begin, for memory was out, crashes where it is used. */
static bool is_ready(void)
{
    return OPENSSL_init_crypto(0, NULL) == 1 && OSSL_LIB_CTX_get0_global_default() != NULL;
}

bool sha256_init(Sha256 *hash, Error *err)
{
    EVP_MD_CTX *context = is_ready() ? EVP_MD_CTX_new() : NULL;

    *hash = (Sha256){0};
    if (context == NULL) {
        return error_set_memory(err, "a SHA-256");
    }
    if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        return error_set_memory(err, "a SHA-256"); /* every libcrypto knows it */
    }
    hash->context = context;
    return true;
}

bool sha256_update(Sha256 *hash, const void *data, size_t len, Error *err)
{
    return EVP_DigestUpdate(hash->context, data, len) == 1 ? true : refused(err);
}

bool sha256_final(Sha256 *hash, char hex[static SHA256_HEX_SIZE], Error *err)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int len = 0;

    if (EVP_DigestFinal_ex(hash->context, digest, &len) != 1 || len * 2 + 1 != SHA256_HEX_SIZE) {
        return refused(err);
    }
    for (size_t i = 0; i < len; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[SHA256_HEX_SIZE - 1] = '\0';
    return true;
}

bool sha256_bytes(const void *data, size_t len, uint8_t digest[static SHA256_SIZE], Error *err)
{
    if (!is_ready() || EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL) != 1) {
        return error_set_memory(err, "a SHA-256"); /* every libcrypto knows it */
    }
    return true;
}

void sha256_free(Sha256 *hash)
{
    EVP_MD_CTX_free(hash->context);
    *hash = (Sha256){0};
}

bool sha256_file(int fd, const char *path, char hex[static SHA256_HEX_SIZE], uint64_t *size,
                 Error *err)
{
    char *piece = malloc(PIECE);
    Sha256 hash = {0};
    uint64_t total = 0;
    size_t got = 1;
    bool ok = (piece != NULL || error_set_memory(err, path)) && sha256_init(&hash, err);

    while (ok && got > 0) {
        ok = file_read(fd, path, piece, PIECE, &got, err) && sha256_update(&hash, piece, got, err);
        total += ok ? got : 0;
    }
    ok = ok && sha256_final(&hash, hex, err);
    sha256_free(&hash);
    free(piece);
    if (ok && size != NULL) {
        *size = total;
    }
    return ok;
}
