/* SPDX-License-Identifier: Apache-2.0 */
/* AES-256-GCM over one chunk, by libcrypto. */
#include "io/crypt_chunk.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "io/damage.h"

enum { NONCE_SIZE = 12 };

static bool refused(Error *err)
{
    return error_set(err, ERR_INTERNAL, "libcrypto can't compute AES-256-GCM");
}

bool chunk_cipher_init(ChunkCipher *cipher, bool seals, const uint8_t key[static CRYPT_KEY_SIZE],
                       const uint8_t prefix[static CRYPT_PREFIX_SIZE], Error *err)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

    *cipher = (ChunkCipher){.context = context, .seals = seals};
    memcpy(cipher->prefix, prefix, CRYPT_PREFIX_SIZE);
    if (context == NULL) {
        return error_set_memory(err, "a cipher");
    }
    if (EVP_CipherInit_ex(context, EVP_aes_256_gcm(), NULL, key, NULL, seals) != 1) {
        chunk_cipher_free(cipher);
        return refused(err);
    }
    return true;
}

void chunk_cipher_free(ChunkCipher *cipher)
{
    EVP_CIPHER_CTX_free(cipher->context);
    cipher->context = NULL;
}

/* The number, with the lowest byte first; then 1 in the last chunk. A key is of one file only, so
 * no nonce comes twice. */
static void make_nonce(uint64_t number, bool last, uint8_t nonce[static NONCE_SIZE])
{
    memset(nonce, 0, NONCE_SIZE);
    for (size_t i = 0; i < sizeof number; i++) {
        nonce[i] = (uint8_t)(number >> (8 * i));
    }
    nonce[sizeof number] = last;
}

/* The text, all but the tag. */
static bool run(const ChunkCipher *cipher, uint64_t number, bool last, const uint8_t *in,
                size_t len, uint8_t *out, Error *err)
{
    EVP_CIPHER_CTX *context = cipher->context;
    uint8_t nonce[NONCE_SIZE];
    int n = 0;

    make_nonce(number, last, nonce);
    return (EVP_CipherInit_ex(context, NULL, NULL, NULL, nonce, -1) == 1 &&
            EVP_CipherUpdate(context, NULL, &n, cipher->prefix, CRYPT_PREFIX_SIZE) == 1 &&
            EVP_CipherUpdate(context, out, &n, in, (int)len) == 1 && (size_t)n == len) ||
           refused(err);
}

bool chunk_seal(const ChunkCipher *cipher, uint64_t number, bool last, const uint8_t *text,
                size_t len, uint8_t *out, Error *err)
{
    int n = 0;

    return run(cipher, number, last, text, len, out, err) &&
           ((EVP_CipherFinal_ex(cipher->context, out + len, &n) == 1 &&
             EVP_CIPHER_CTX_ctrl(cipher->context, EVP_CTRL_AEAD_GET_TAG, CRYPT_TAG_SIZE,
                                 out + len) == 1) ||
            refused(err));
}

/* *good: whether the tag is that of the chunk. libcrypto compares in constant time. */
static bool try_open(const ChunkCipher *cipher, uint64_t number, bool last, const uint8_t *sealed,
                     size_t len, uint8_t *out, bool *good, Error *err)
{
    uint8_t tag[CRYPT_TAG_SIZE];
    int n = 0;

    memcpy(tag, sealed + len, sizeof tag);
    if (!run(cipher, number, last, sealed, len, out, err)) {
        return false;
    }
    if (EVP_CIPHER_CTX_ctrl(cipher->context, EVP_CTRL_AEAD_SET_TAG, CRYPT_TAG_SIZE, tag) != 1) {
        return refused(err);
    }
    *good = EVP_CipherFinal_ex(cipher->context, out + len, &n) == 1;
    return true;
}

bool chunk_open(const ChunkCipher *cipher, uint64_t number, bool last, const uint8_t *sealed,
                size_t len, uint8_t *out, const char *name, Error *err)
{
    size_t text_len = len - CRYPT_TAG_SIZE;
    bool good = false;

    if (!try_open(cipher, number, last, sealed, text_len, out, &good, err)) {
        return false;
    }
    if (good) {
        return true;
    }
    /* Nothing of it may be used; it only tells what has happened. */
    if (!try_open(cipher, number, !last, sealed, text_len, out, &good, err)) {
        return false;
    }
    OPENSSL_cleanse(out, text_len);
    if (good && last) {
        return damage_cut(err, name);
    }
    if (good) {
        return damage_altered(err, name, "something follows its end");
    }
    /* A chunk that was cut has no tag that tells. */
    return last ? damage_altered(err, name, "its end isn't what was encrypted, or isn't all there")
                : damage_altered(err, name, "chunk %" PRIu64 " isn't what was encrypted", number);
}
