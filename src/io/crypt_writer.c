/* SPDX-License-Identifier: Apache-2.0 */
/* Encrypts a stream chunk by chunk. */
#include "io/crypt_writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret_memory.h"
#include "io/crypt_header.h"

struct CryptWriter {
    Writer base;
    Writer *next;
    ChunkCipher cipher;
    uint64_t number; /* of the next chunk */
    size_t
        waiting; /* bytes of text: a whole chunk may be the last one, which only the next tells */
    uint8_t text[CRYPT_CHUNK_SIZE];
    uint8_t sealed[CRYPT_SEALED_SIZE];
};

static bool put(CryptWriter *writer, const uint8_t *text, size_t len, bool last, Error *err)
{
    return chunk_seal(&writer->cipher, writer->number++, last, text, len, writer->sealed, err) &&
           writer_write(writer->next, writer->sealed, len + CRYPT_TAG_SIZE, err);
}

static bool crypt_write(Writer *self, const void *data, size_t len, Error *err)
{
    CryptWriter *writer = (CryptWriter *)self;
    const uint8_t *p = data;

    while (len > 0) {
        size_t room = CRYPT_CHUNK_SIZE - writer->waiting;
        size_t n = len < room ? len : room;

        if (room == 0) {
            writer->waiting = 0;
            if (!put(writer, writer->text, CRYPT_CHUNK_SIZE, false, err)) {
                return false;
            }
            continue;
        }
        if (room == CRYPT_CHUNK_SIZE && len > CRYPT_CHUNK_SIZE) { /* spare the copy */
            if (!put(writer, p, n, false, err)) {
                return false;
            }
        } else {
            memcpy(writer->text + writer->waiting, p, n);
            writer->waiting += n;
        }
        p += n;
        len -= n;
    }
    return true;
}

bool crypt_writer_finish(CryptWriter *writer, Error *err)
{
    return put(writer, writer->text, writer->waiting, true, err);
}

Writer *crypt_writer_stream(CryptWriter *writer)
{
    return &writer->base;
}

void crypt_writer_free(CryptWriter *writer)
{
    if (writer != NULL) {
        chunk_cipher_free(&writer->cipher);
        free(writer);
    }
}

static bool begin(CryptWriter *writer, const CryptKey *key, Error *err)
{
    uint8_t *data_key = secret_alloc(CRYPT_KEY_SIZE);
    CryptHeader *header = malloc(sizeof *header);
    bool ok = (data_key != NULL && header != NULL) || error_set_memory(err, "encryption");

    ok = ok && crypt_header_make(key, header, data_key, err) &&
         chunk_cipher_init(&writer->cipher, true, data_key, header->bytes, err) &&
         writer_write(writer->next, header->bytes, sizeof header->bytes, err);
    free(header);
    secret_free(data_key, CRYPT_KEY_SIZE);
    return ok;
}

bool crypt_writer_new(const CryptKey *key, Writer *next, CryptWriter **out, Error *err)
{
    CryptWriter *writer = malloc(sizeof *writer);

    if (writer == NULL) {
        return error_set_memory(err, "encryption");
    }
    writer->base = (Writer){crypt_write};
    writer->next = next;
    writer->cipher = (ChunkCipher){0};
    writer->number = 0;
    writer->waiting = 0;
    if (!begin(writer, key, err)) {
        crypt_writer_free(writer);
        return false;
    }
    *out = writer;
    return true;
}
