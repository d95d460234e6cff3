/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup key new FILE, dbbackup key rotate FILE */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "cli/keys.h"

static bool make_key(const CommandContext *context, const char *path, Error *err)
{
    char id[KEY_ID_TEXT_SIZE];
    char text[PATH_MAX + 128];
    CryptKey *key;
    bool ok;

    if (!key_new_random(&key, err)) {
        return false;
    }
    ok = key_write_file(key, path, err);
    key_id_text(key->id, id);
    key_free(key);
    if (ok) {
        (void)snprintf(text, sizeof text,
                       "%s: the new key %s. Keep a copy of it, apart from the backups", path, id);
        ui_done(context->ui, &(UiSummary){.text = text, .file = path});
    }
    return ok;
}

static bool rotate_key(const CommandContext *context, const char *path, Error *err)
{
    KeyRing ring = keys_of_options(context->options);
    char text[PATH_MAX + 128];
    KeyRotation *rotation = NULL;
    CryptKey *key = NULL;
    /* The old one first, as everybody asks who changes a password. */
    bool ok = key_rotation_open(path, &ring, &context->engine, &rotation, err) &&
              keys_for_rotation(context->options, &key, err) &&
              key_rotation_run(rotation, key, err);

    key_rotation_close(rotation);
    key_free(key);
    key_ring_free(&ring);
    if (ok) {
        (void)snprintf(text, sizeof text, "%s: has a new key", path);
        ui_done(context->ui, &(UiSummary){.text = text, .file = path});
    }
    return ok;
}

bool command_key(const CommandContext *context, Error *err)
{
    const Options *options = context->options;
    const char *what = options->operands[0];
    const char *path = options->operands[1];

    if (strcmp(what, "rotate") == 0) {
        return rotate_key(context, path, err);
    }
    if (strcmp(what, "new") != 0) {
        return error_set(err, ERR_USAGE, "key: \"%.80s\" is neither \"new\" nor \"rotate\"", what);
    }
    if (options->new_key_file != NULL || options->new_passphrase_file != NULL) {
        return error_set(err, ERR_USAGE, "key new: the new key's file is its operand");
    }
    return make_key(context, path, err);
}
