/* SPDX-License-Identifier: Apache-2.0 */
/* Where keys are to be had from. */
#include "io/key_ring.h"

#include <stdio.h>
#include <string.h>

KeyRing key_ring_of(const CryptKey *key)
{
    KeyRing ring = {0};

    if (key != NULL) {
        *(key->kind == KEY_FROM_FILE ? &ring.from_file : &ring.passphrase) = (CryptKey *)key;
    }
    return ring;
}

static bool ask(KeyRing *ring, const char *name, Error *err)
{
    Buffer text;
    char prompt[512];
    bool ok = true;

    buffer_init(&text, PASSPHRASE_MAX);
    (void)snprintf(prompt, sizeof prompt, "Passphrase for %.400s: ", name);
    if (ring->ask(prompt, &text)) {
        ok = key_new_passphrase(text.data, text.len, &ring->passphrase, err);
    }
    if (text.capacity > 0) {
        explicit_bzero(text.data, text.capacity);
    }
    buffer_free(&text);
    return ok;
}

bool key_ring_get(KeyRing *ring, KeyKind kind, const char *name, const CryptKey **out, Error *err)
{
    bool ok = true;

    if (kind == KEY_FROM_FILE) {
        if (ring->from_file == NULL && ring->key_file != NULL) {
            ok = key_read_file(ring->key_file, &ring->from_file, err);
        }
        *out = ring->from_file;
        return ok;
    }
    if (ring->passphrase == NULL && ring->passphrase_file != NULL) {
        ok = key_read_passphrase(ring->passphrase_file, &ring->passphrase, err);
    } else if (ring->passphrase == NULL && ring->ask != NULL) {
        ok = ask(ring, name, err);
    }
    *out = ring->passphrase;
    return ok;
}

void key_ring_free(KeyRing *ring)
{
    key_free(ring->from_file);
    key_free(ring->passphrase);
    *ring = (KeyRing){0};
}
