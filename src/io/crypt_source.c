/* SPDX-License-Identifier: Apache-2.0 */
/* An encrypted file's bytes at any place. A chunk's place in the file is a formula. */
#include "io/crypt_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret_memory.h"
#include "io/damage.h"

enum { FIRST_BYTES = 64 };

typedef struct CryptSource {
    Source base;
    Source *sealed;
    uint64_t chunks;
    uint8_t *data_key;
    uint8_t prefix[CRYPT_PREFIX_SIZE];
} CryptSource;

/* One call's own: several threads read at once. */
typedef struct Opening {
    const CryptSource *source;
    ChunkCipher cipher;
    uint8_t sealed[CRYPT_SEALED_SIZE];
    uint8_t text[CRYPT_CHUNK_SIZE];
} Opening;

/* Bytes of text in the chunk. */
static size_t chunk_len(const CryptSource *source, uint64_t number)
{
    return number + 1 < source->chunks ? (size_t)CRYPT_CHUNK_SIZE
                                       : (size_t)(source->base.size - number * CRYPT_CHUNK_SIZE);
}

static bool open_chunk(Opening *opening, uint64_t number, uint8_t *out, Error *err)
{
    const CryptSource *source = opening->source;
    size_t len = chunk_len(source, number) + CRYPT_TAG_SIZE;

    return source_read_at(source->sealed, opening->sealed, len,
                          CRYPT_HEADER_SIZE + number * CRYPT_SEALED_SIZE, err) &&
           chunk_open(&opening->cipher, number, number + 1 == source->chunks, opening->sealed, len,
                      out, source->base.name, err);
}

static bool opening_new(const CryptSource *source, Opening **out, Error *err)
{
    Opening *opening = malloc(sizeof *opening);

    if (opening == NULL) {
        (void)error_set_memory(err, source->base.name);
        return false;
    }
    opening->source = source;
    if (!chunk_cipher_init(&opening->cipher, false, source->data_key, source->prefix, err)) {
        free(opening);
        return false;
    }
    *out = opening;
    return true;
}

static void opening_free(Opening *opening)
{
    chunk_cipher_free(&opening->cipher);
    free(opening);
}

static bool read_chunks(Opening *opening, uint8_t *out, size_t len, uint64_t offset, Error *err)
{
    while (len > 0) {
        uint64_t number = offset / CRYPT_CHUNK_SIZE;
        size_t skip = (size_t)(offset % CRYPT_CHUNK_SIZE);
        size_t n = chunk_len(opening->source, number) - skip;
        bool whole = skip == 0 && n <= len; /* spare the copy */

        n = n < len ? n : len;
        if (!open_chunk(opening, number, whole ? out : opening->text, err)) {
            return false;
        }
        if (!whole) {
            memcpy(out, opening->text + skip, n);
        }
        out += n;
        len -= n;
        offset += n;
    }
    return true;
}

static bool crypt_read_at(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    Opening *opening;
    bool ok;

    if (!opening_new((const CryptSource *)self, &opening, err)) {
        return false;
    }
    ok = read_chunks(opening, data, len, offset, err);
    opening_free(opening);
    return ok;
}

static void crypt_close(Source *self)
{
    CryptSource *source = (CryptSource *)self;

    source_close(source->sealed);
    secret_free(source->data_key, CRYPT_KEY_SIZE);
    free(source);
}

/* --- To open one -------------------------------------------------------------------------- */

bool crypt_header_read(const Source *sealed, CryptHeader *header, Error *err)
{
    return sealed->size < sizeof header->bytes
               ? damage_cut(err, sealed->name)
               : source_read_at(sealed, header->bytes, sizeof header->bytes, 0, err);
}

/* There is always a last chunk, if only with a tag. */
static bool count_chunks(CryptSource *source, Error *err)
{
    uint64_t size = source->sealed->size - CRYPT_HEADER_SIZE;
    uint64_t rest = size % CRYPT_SEALED_SIZE;

    source->chunks = size / CRYPT_SEALED_SIZE + (rest > 0);
    /* Of several chunks, none is empty. */
    if (source->chunks == 0 || (rest > 0 && rest < CRYPT_TAG_SIZE) ||
        (rest == CRYPT_TAG_SIZE && source->chunks > 1)) {
        return damage_cut(err, source->base.name);
    }
    source->base.size = size - source->chunks * CRYPT_TAG_SIZE;
    return true;
}

static bool look_at_end(const CryptSource *source, Error *err)
{
    Opening *opening;
    bool ok;

    if (!opening_new(source, &opening, err)) {
        return false;
    }
    ok = open_chunk(opening, source->chunks - 1, opening->text, err);
    opening_free(opening);
    return ok;
}

static bool unlock(CryptSource *source, KeyRing *ring, Error *err)
{
    CryptHeader *header = malloc(sizeof *header);
    unsigned slot;
    bool ok;

    if (header == NULL) {
        return error_set_memory(err, source->base.name);
    }
    ok = crypt_header_read(source->sealed, header, err) &&
         crypt_header_open(header, ring, source->base.name, source->data_key, &slot, err);
    if (ok) {
        memcpy(source->prefix, header->bytes, CRYPT_PREFIX_SIZE);
    }
    free(header);
    return ok && count_chunks(source, err) && look_at_end(source, err);
}

bool crypt_source_new(Source *sealed, KeyRing *ring, Source **out, Error *err)
{
    CryptSource *source = malloc(sizeof *source);
    uint8_t *data_key = secret_alloc(CRYPT_KEY_SIZE);

    if (source == NULL || data_key == NULL) {
        (void)error_set_memory(err, sealed->name);
        free(source);
        secret_free(data_key, CRYPT_KEY_SIZE);
        source_close(sealed);
        return false;
    }
    *source = (CryptSource){
        .base = {.read_at = crypt_read_at, .close = crypt_close, .name = sealed->name},
        .sealed = sealed,
        .data_key = data_key,
    };
    if (!unlock(source, ring, err)) {
        crypt_close(&source->base);
        return false;
    }
    *out = &source->base;
    return true;
}

bool crypt_source_with(Source *sealed, const CryptKey *key, Source **out, Error *err)
{
    KeyRing ring = key_ring_of(key);

    return crypt_source_new(sealed, &ring, out, err);
}

bool crypt_source_open(const char *path, KeyRing *ring, Source **out, bool *encrypted, Error *err)
{
    KeyRing none = {0};
    uint8_t first[FIRST_BYTES];
    Source *source;
    size_t len;

    if (!file_source_open(path, &source, err)) {
        return false;
    }
    len = source->size < sizeof first ? (size_t)source->size : sizeof first;
    if (!source_read_at(source, first, len, 0, err)) {
        source_close(source);
        return false;
    }
    *encrypted = crypt_header_begins(first, len);
    if (*encrypted) {
        return crypt_source_new(source, ring != NULL ? ring : &none, out, err);
    }
    *out = source;
    return true;
}
