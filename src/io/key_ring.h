/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where keys are to be had from: files that the user named, what he said in the environment, and
 * himself. A key is fetched when a file asks for it, and kept. One thread at a time.
 */
#ifndef DBB_IO_KEY_RING_H
#define DBB_IO_KEY_RING_H

#include "base/buffer.h"
#include "io/key.h"

typedef struct KeyRing {
    const char *key_file;        /* NULL: none was named */
    const char *passphrase_file; /* NULL: none was named */
    /* Asks the user; false: there is nobody. NULL: never ask. The caller wipes the buffer. */
    bool (*ask)(const char *prompt, Buffer *passphrase);
    CryptKey *from_file;  /* these two: once they are known */
    CryptKey *passphrase; /* also what the environment said */
} KeyRing;

/* With this key only, which stays the caller's: such a ring isn't freed. NULL is fine. */
KeyRing key_ring_of(const CryptKey *key);
/* *out is NULL when the ring has none of that kind; `name`, of the file that asks, is for the
 * prompt. */
bool key_ring_get(KeyRing *ring, KeyKind kind, const char *name, const CryptKey **out,
                  Error *err) MUST_CHECK;
void key_ring_free(KeyRing *ring); /* wipes the keys */

#endif
