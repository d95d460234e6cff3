/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header of an encrypted file (docs/format.md): what it is, and the file's own random key,
 * wrapped by what the user holds. There are two slots for that, so that a new key can be written
 * while the old one still opens the file.
 */
#ifndef DBB_IO_CRYPT_HEADER_H
#define DBB_IO_CRYPT_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "io/crypt_chunk.h"
#include "io/key_ring.h"

enum {
    CRYPT_PAGE_SIZE = 4096, /* what a disk may lose when the power fails while it is written */
    CRYPT_SLOTS = 2,
    CRYPT_HEADER_SIZE = (1 + CRYPT_SLOTS) * CRYPT_PAGE_SIZE,
};

typedef struct CryptHeader {
    uint8_t bytes[CRYPT_HEADER_SIZE];
} CryptHeader;

/* What can be read of it without a key. */
typedef struct CryptFacts {
    KeyKind kind; /* of what opens it */
    char key_id[KEY_ID_TEXT_SIZE];
    unsigned slots; /* that are filled; 2: a rotation broke off */
} CryptFacts;

/* Whether these are an encrypted file's first bytes, perhaps with one or two of them altered. */
bool crypt_header_begins(const void *bytes, size_t len);
/* Makes a new file's header, and its key, which the caller wipes. */
bool crypt_header_make(const CryptKey *key, CryptHeader *header,
                       uint8_t data_key[static CRYPT_KEY_SIZE], Error *err) MUST_CHECK;
/* Whether it is one: ERR_DAMAGED, ERR_UNSUPPORTED when it is of a newer version. A slot that isn't
 * whole is no failure as long as the other one is. */
bool crypt_header_check(const CryptHeader *header, const char *name, CryptFacts *facts,
                        Error *err) MUST_CHECK;
/* Every byte of it: also that slots are either whole or empty. */
bool crypt_header_verify(const CryptHeader *header, const char *name, Error *err) MUST_CHECK;
/* The file's key, by one of the ring, and from which slot. ERR_KEY: the ring's isn't the file's;
 * ERR_USAGE: the ring has none. */
bool crypt_header_open(const CryptHeader *header, KeyRing *ring, const char *name,
                       uint8_t data_key[static CRYPT_KEY_SIZE], unsigned *slot,
                       Error *err) MUST_CHECK;
/* Fills the slot. */
bool crypt_header_wrap(CryptHeader *header, unsigned slot, const CryptKey *key,
                       const uint8_t data_key[static CRYPT_KEY_SIZE], Error *err) MUST_CHECK;
/* Empties it. */
void crypt_header_wipe(CryptHeader *header, unsigned slot);
/* Where the slot begins in the file; it is CRYPT_PAGE_SIZE bytes long. */
size_t crypt_slot_offset(unsigned slot);

#endif
