/* SPDX-License-Identifier: Apache-2.0 */
/* An encrypted stream, from beginning to end. */
#include <stdlib.h>
#include <string.h>

#include "base/secret_memory.h"
#include "io/crypt_source.h"
#include "io/damage.h"
#include "io/peek_reader.h"

enum { FIRST_BYTES = 64 };

typedef struct CryptReader {
    Reader base;
    Reader *stream;
    const char *name;
    ChunkCipher cipher;
    uint64_t number;                       /* of the next chunk */
    bool ended;                            /* the last chunk is open */
    size_t have;                           /* bytes of `sealed` */
    size_t len;                            /* bytes of `text` … */
    size_t taken;                          /* … and of these */
    uint8_t sealed[CRYPT_SEALED_SIZE + 1]; /* a chunk, and whether another one follows */
    uint8_t text[CRYPT_CHUNK_SIZE];
} CryptReader;

static bool fill(CryptReader *reader, size_t wanted, Error *err)
{
    size_t got = 1;

    while (reader->have < wanted && got > 0) {
        if (!reader_read(reader->stream, reader->sealed + reader->have, wanted - reader->have, &got,
                         err)) {
            return false;
        }
        reader->have += got;
    }
    return true;
}

static bool next_chunk(CryptReader *reader, Error *err)
{
    size_t len;

    if (!fill(reader, sizeof reader->sealed, err)) {
        return false;
    }
    reader->ended = reader->have <= CRYPT_SEALED_SIZE;
    len = reader->ended ? reader->have : (size_t)CRYPT_SEALED_SIZE;
    if (len < CRYPT_TAG_SIZE || (len == CRYPT_TAG_SIZE && reader->number > 0)) {
        return damage_cut(err, reader->name);
    }
    if (!chunk_open(&reader->cipher, reader->number, reader->ended, reader->sealed, len,
                    reader->text, reader->name, err)) {
        return false;
    }
    reader->number++;
    reader->sealed[0] = reader->sealed[CRYPT_SEALED_SIZE];
    reader->have -= len;
    reader->len = len - CRYPT_TAG_SIZE;
    reader->taken = 0;
    return true;
}

static bool crypt_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    CryptReader *reader = (CryptReader *)self;
    size_t n;

    if (reader->taken == reader->len && !reader->ended && !next_chunk(reader, err)) {
        return false;
    }
    n = reader->len - reader->taken;
    n = n < len ? n : len;
    memcpy(data, reader->text + reader->taken, n);
    reader->taken += n;
    *got = n;
    return true;
}

static void crypt_close(Reader *self)
{
    CryptReader *reader = (CryptReader *)self;

    reader_close(reader->stream);
    chunk_cipher_free(&reader->cipher);
    free(reader);
}

static bool read_header(CryptReader *reader, CryptHeader *header, Error *err)
{
    _Static_assert((int)CRYPT_HEADER_SIZE < (int)CRYPT_SEALED_SIZE,
                   "a header fits where a chunk does");

    if (!fill(reader, sizeof header->bytes, err)) {
        return false;
    }
    if (reader->have < sizeof header->bytes) {
        return damage_cut(err, reader->name);
    }
    memcpy(header->bytes, reader->sealed, sizeof header->bytes);
    reader->have = 0;
    return true;
}

static bool unlock(CryptReader *reader, KeyRing *ring, Error *err)
{
    uint8_t *data_key = secret_alloc(CRYPT_KEY_SIZE);
    CryptHeader *header = malloc(sizeof *header);
    unsigned slot;
    bool ok = data_key != NULL && header != NULL;

    if (!ok) {
        (void)error_set_memory(err, reader->name);
    }
    ok = ok && read_header(reader, header, err) &&
         crypt_header_open(header, ring, reader->name, data_key, &slot, err) &&
         chunk_cipher_init(&reader->cipher, false, data_key, header->bytes, err);
    free(header);
    secret_free(data_key, CRYPT_KEY_SIZE);
    return ok;
}

/* Takes over stream. */
static bool open_encrypted(Reader *stream, KeyRing *ring, const char *name, Reader **out,
                           Error *err)
{
    CryptReader *reader = malloc(sizeof *reader);

    if (reader == NULL) {
        reader_close(stream);
        return error_set_memory(err, name);
    }
    reader->base = (Reader){.read = crypt_read, .close = crypt_close};
    reader->stream = stream;
    reader->name = name;
    reader->cipher = (ChunkCipher){0};
    reader->number = 0;
    reader->ended = false;
    reader->have = reader->len = reader->taken = 0;
    if (!unlock(reader, ring, err)) {
        crypt_close(&reader->base);
        return false;
    }
    *out = &reader->base;
    return true;
}

bool crypt_reader_over(Reader *stream, KeyRing *ring, const char *name, Reader **out, Error *err)
{
    KeyRing none = {0};
    PeekReader *peek;
    const void *first;
    size_t len;
    bool whole;

    if (!peek_reader_new(stream, FIRST_BYTES, &peek, err)) {
        reader_close(stream);
        return false;
    }
    first = peek_reader_first(peek, &len, &whole);
    if (crypt_header_begins(first, len)) {
        return open_encrypted(peek_reader_stream(peek), ring != NULL ? ring : &none, name, out,
                              err);
    }
    *out = peek_reader_stream(peek);
    return true;
}
