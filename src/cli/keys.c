/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a call. */
#include "cli/keys.h"

#include <stdlib.h>
#include <string.h>

#include "cli/password.h"

static const char variable[] = "DBBACKUP_PASSPHRASE";

/* What the environment said, until a ring takes it. */
static CryptKey *from_environment;

bool keys_take_environment(Error *err)
{
    char *value = getenv(variable);
    bool ok = true;

    if (value == NULL) {
        return true;
    }
    if (value[0] != '\0') {
        ok = key_new_passphrase(value, strlen(value), &from_environment, err) ||
             error_prefix(err, "%s", variable);
        explicit_bzero(value, strlen(value)); /* /proc/PID/environ shows these very bytes */
    }
    (void)unsetenv(variable);
    return ok;
}

KeyRing keys_of_options(const Options *options)
{
    KeyRing ring = {
        .key_file = options->key_file,
        .passphrase_file = options->passphrase_file,
        .ask = options->no_password ? NULL : password_ask,
    };

    /* A file that was named is nearer than a variable. */
    if (options->passphrase_file == NULL) {
        ring.passphrase = from_environment;
        from_environment = NULL;
    }
    return ring;
}

/* --- To choose one ------------------------------------------------------------------------ */

static bool no_key(const char *what, const char *hint, Error *err)
{
    (void)error_set(err, ERR_USAGE, "%s", what);
    return error_hint(err, "%s", hint);
}

static void wipe(Buffer *text)
{
    if (text->capacity > 0) {
        explicit_bzero(text->data, text->capacity);
    }
    buffer_free(text);
}

/* Twice: nobody could read a backup whose passphrase has a typing error in it. */
static bool ask_twice(const char *hint, CryptKey **out, Error *err)
{
    Buffer first;
    Buffer second;
    bool ok;

    buffer_init(&first, PASSPHRASE_MAX);
    buffer_init(&second, PASSPHRASE_MAX);
    if (!password_ask("New passphrase: ", &first) ||
        !password_ask("The same once more: ", &second)) {
        ok = no_key("there is no key to encrypt with", hint, err);
    } else if (first.len != second.len || memcmp(first.data, second.data, first.len) != 0) {
        ok = error_set(err, ERR_USAGE, "the two passphrases differ");
    } else {
        ok = key_new_passphrase(first.data, first.len, out, err);
    }
    wipe(&first);
    wipe(&second);
    return ok;
}

/* Who typed a key surely wants it used. */
static bool check_not_encrypted(const Options *options, Error *err)
{
    static const char *const names[] = {"key-file", "passphrase-file"};

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (options_origin(options, names[i])->kind == ORIGIN_CALL) {
            (void)error_set(err, ERR_USAGE,
                            "--%s without --encrypt: the backup would not be "
                            "encrypted",
                            names[i]);
            return error_hint(err, "Add --encrypt.");
        }
    }
    return true;
}

bool keys_for_backup(const Options *options, KeyRing *ring, const CryptKey **out, Error *err)
{
    static const char hint[] = "Name a key with --key-file (`dbbackup key new FILE` makes one), or "
                               "give a passphrase: on a terminal, in a file (--passphrase-file), "
                               "or in DBBACKUP_PASSPHRASE.";
    KeyKind kind = options->key_file != NULL ? KEY_FROM_FILE : KEY_FROM_PASSPHRASE;

    *out = NULL;
    if (!options->encrypt) {
        return check_not_encrypted(options, err);
    }
    if (kind == KEY_FROM_PASSPHRASE && ring->passphrase == NULL && ring->passphrase_file == NULL) {
        if (options->no_password) {
            return no_key("there is no key to encrypt with", hint, err);
        }
        if (!ask_twice(hint, &ring->passphrase, err)) {
            return false;
        }
    }
    return key_ring_get(ring, kind, "the backup", out, err);
}

bool keys_for_rotation(const Options *options, CryptKey **out, Error *err)
{
    if (options->new_key_file != NULL) {
        return key_read_file(options->new_key_file, out, err);
    }
    if (options->new_passphrase_file != NULL) {
        return key_read_passphrase(options->new_passphrase_file, out, err);
    }
    return ask_twice("Name a new key with --new-key-file, or a file with the new passphrase with "
                     "--new-passphrase-file.",
                     out, err);
}
