/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What opens an encrypted file (docs/format.md): the 32 random bytes of a key file, or a
 * passphrase. Neither encrypts anything itself: what is derived from it wraps the data key of one
 * file.
 */
#ifndef DBB_IO_KEY_H
#define DBB_IO_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum {
    KEY_SIZE = 32,
    KEY_ID_SIZE = 8,
    KEY_ID_TEXT_SIZE = 2 * KEY_ID_SIZE + 1,
    KEY_SALT_SIZE = 32,
    PASSPHRASE_MAX = 1024, /* bytes */
};

/* As in the file. */
typedef enum KeyKind {
    KEY_NONE = 0,
    KEY_FROM_FILE = 1,
    KEY_FROM_PASSPHRASE = 2,
} KeyKind;

typedef struct CryptKey {
    KeyKind kind;
    size_t len;
    uint8_t id[KEY_ID_SIZE]; /* of a key file: tells it from others; zeros of a passphrase */
    uint8_t *secret;
} CryptKey;

/* What scrypt is asked for: N = 2^log2_n. Zeros for a key file, which needs no such work. */
typedef struct KeyCost {
    uint8_t log2_n;
    uint8_t r;
    uint8_t p;
} KeyCost;

/* What a passphrase costs in new files: 64 MiB of memory for some tenths of a second. */
extern const KeyCost key_usual_cost;

/* A random one that is in no file. */
bool key_new_random(CryptKey **out, Error *err) MUST_CHECK;
/* text is copied. ERR_USAGE when it is empty or too long. */
bool key_new_passphrase(const char *text, size_t len, CryptKey **out, Error *err) MUST_CHECK;
/* ERR_USAGE when it isn't a key file. */
bool key_read_file(const char *path, CryptKey **out, Error *err) MUST_CHECK;
/* The first line of the file is a passphrase. */
bool key_read_passphrase(const char *path, CryptKey **out, Error *err) MUST_CHECK;
/* Writes a key of KEY_FROM_FILE to a new file that only its owner may read. ERR_REFUSED when
 * something of that name is there. */
bool key_write_file(const CryptKey *key, const char *path, Error *err) MUST_CHECK;
void key_free(CryptKey *key); /* wipes it; NULL is fine */
/* "1f2e3d4c5b6a7988" */
void key_id_text(const uint8_t id[static KEY_ID_SIZE], char out[static KEY_ID_TEXT_SIZE]);
/* The key that wraps data keys. ERR_LIMIT when the cost is none that this program would ask for: a
 * file must not take all memory, or an hour. The caller wipes `out`. */
bool key_derive(const CryptKey *key, KeyCost cost, const uint8_t salt[static KEY_SALT_SIZE],
                uint8_t out[static KEY_SIZE], Error *err) MUST_CHECK;

#endif
