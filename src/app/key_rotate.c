/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gives an encrypted file a new key, in two steps: the old one opens it, so that whoever has a
 * wrong one isn't asked for a new one; then the new one is written to the slot that the old one
 * isn't in, and only when it is on disk, and opens the file, the old one is wiped. So at any moment
 * at least one of the two opens the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "app/app.h"
#include "app/sealed_sha256.h"
#include "base/file.h"
#include "base/secret_memory.h"
#include "io/crypt_source.h"
#include "io/damage.h"

struct KeyRotation {
    const char *path;
    const EngineContext *context;
    int fd; /* locked; -1: not open */
    uint64_t size;
    uint8_t *data_key;
    CryptHeader before;
    CryptHeader both;  /* the new key, and the old one */
    CryptHeader after; /* the new one only */
    unsigned old_slot;
    bool has_manifest;
    Manifest manifest;
    Sha256Hex sha256; /* of the file afterwards */
};

static bool open_file(KeyRotation *rotation, Error *err)
{
    bool seekable;

    rotation->fd = open(rotation->path, O_RDWR | O_CLOEXEC);
    if (rotation->fd < 0) {
        return error_set_errno(err, errno, "cannot open %s", rotation->path);
    }
    if (flock(rotation->fd, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK
                   ? error_set(err, ERR_REFUSED, "another dbbackup works on %s", rotation->path)
                   : error_set_errno(err, errno, "cannot lock %s", rotation->path);
    }
    if (!file_size(rotation->fd, rotation->path, &seekable, &rotation->size, err)) {
        return false;
    }
    if (!seekable || rotation->size < CRYPT_HEADER_SIZE) {
        return error_set(err, ERR_NOT_BACKUP, "%s is not an encrypted file", rotation->path);
    }
    return file_read_at(rotation->fd, rotation->path, rotation->before.bytes, CRYPT_HEADER_SIZE, 0,
                        err);
}

/* --- The manifest holds the file's SHA-256 ------------------------------------------------ */

static bool take_manifest(KeyRotation *rotation, Error *err)
{
    if (!manifest_read(rotation->path, &rotation->manifest, &rotation->has_manifest, err)) {
        return false;
    }
    if (rotation->has_manifest && rotation->manifest.file_size != rotation->size) {
        return damage_altered(err, rotation->path, "its manifest %s.json says another size",
                              rotation->path);
    }
    return true;
}

static bool is_of_manifest(const KeyRotation *rotation, const char *sha256)
{
    return strcmp(sha256, rotation->manifest.sha256) == 0;
}

/* A file that isn't what its manifest says must not get one that fits. */
static bool refuse_other(const KeyRotation *rotation, Error *err)
{
    return damage_altered(err, rotation->path, "its manifest %s.json has another SHA-256",
                          rotation->path);
}

static bool put_sha256(KeyRotation *rotation, const Sha256Hex sha256, Error *err)
{
    if (!manifest_replace_sha256(rotation->path, rotation->manifest.sha256, sha256, err)) {
        return false;
    }
    memcpy(rotation->manifest.sha256, sha256, SHA256_HEX_SIZE);
    return true;
}

/* --- The change --------------------------------------------------------------------------- */

static bool write_slot(const KeyRotation *rotation, const CryptHeader *header, unsigned slot,
                       Error *err)
{
    const uint8_t *page = header->bytes + crypt_slot_offset(slot);
    size_t done = 0;

    while (done < CRYPT_PAGE_SIZE) {
        ssize_t n = pwrite(rotation->fd, page + done, CRYPT_PAGE_SIZE - done,
                           (off_t)(crypt_slot_offset(slot) + done));

        if (n < 0 && errno != EINTR) {
            return error_set_errno(err, errno, "cannot write to %s", rotation->path);
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return fsync(rotation->fd) == 0 ||
           error_set_errno(err, errno, "cannot flush %s to disk", rotation->path);
}

/* By what is on disk now. */
static bool check_new_key(const KeyRotation *rotation, const CryptKey *key, Error *err)
{
    KeyRing ring = key_ring_of(key);
    CryptHeader *header = malloc(sizeof *header);
    uint8_t *data_key = secret_alloc(CRYPT_KEY_SIZE);
    unsigned slot;
    bool ok = (header != NULL && data_key != NULL) || error_set_memory(err, rotation->path);

    ok = ok &&
         file_read_at(rotation->fd, rotation->path, header->bytes, CRYPT_HEADER_SIZE, 0, err) &&
         crypt_header_open(header, &ring, rotation->path, data_key, &slot, err);
    secret_free(data_key, CRYPT_KEY_SIZE);
    free(header);
    return ok || error_prefix(err, "the old key still opens the file, the new one doesn't");
}

/* An earlier rotation broke off: what it left of another key is taken away first, so that there are
 * no more than two keys at any moment, and the manifest is of one of them. */
static bool end_earlier(KeyRotation *rotation, Error *err)
{
    unsigned other = 1 - rotation->old_slot;
    CryptHeader *alone = &rotation->after;
    Sha256Hex by_key[SEALED_HEADERS];

    *alone = rotation->before;
    crypt_header_wipe(alone, other);
    if (memcmp(alone, &rotation->before, sizeof *alone) == 0) {
        return true;
    }
    if (rotation->has_manifest) {
        event_text(rotation->context->events, EVENT_PHASE, "ending an earlier change of its key");
        if (!sealed_sha256_by_key(rotation->fd, rotation->path, rotation->size, &rotation->before,
                                  rotation->context->cancel, by_key, err)) {
            return false;
        }
        if (!is_of_manifest(rotation, by_key[0]) && !is_of_manifest(rotation, by_key[1])) {
            return refuse_other(rotation, err);
        }
        if (!put_sha256(rotation, by_key[rotation->old_slot], err)) {
            return false;
        }
    }
    rotation->before = *alone;
    return write_slot(rotation, alone, other, err);
}

/* The headers to come, and the SHA-256 that the file will have. */
static bool prepare(KeyRotation *rotation, const CryptKey *key, Error *err)
{
    const CryptHeader *const headers[SEALED_HEADERS] = {&rotation->before, &rotation->after};
    Sha256Hex found[SEALED_HEADERS];

    rotation->both = rotation->before;
    if (!crypt_header_wrap(&rotation->both, 1 - rotation->old_slot, key, rotation->data_key, err)) {
        return false;
    }
    rotation->after = rotation->both;
    crypt_header_wipe(&rotation->after, rotation->old_slot);
    if (!rotation->has_manifest) {
        return true;
    }
    event_text(rotation->context->events, EVENT_PHASE, "reading the file, for its SHA-256");
    if (!sealed_sha256(rotation->fd, rotation->path, rotation->size, headers,
                       rotation->context->cancel, found, err)) {
        return false;
    }
    memcpy(rotation->sha256, found[1], sizeof rotation->sha256);
    return is_of_manifest(rotation, found[0]) || refuse_other(rotation, err);
}

static bool change(KeyRotation *rotation, const CryptKey *key, Error *err)
{
    if (!write_slot(rotation, &rotation->both, 1 - rotation->old_slot, err) ||
        !check_new_key(rotation, key, err)) {
        return false;
    }
    if ((rotation->has_manifest && !put_sha256(rotation, rotation->sha256, err)) ||
        !write_slot(rotation, &rotation->after, rotation->old_slot, err)) {
        (void)error_prefix(err, "both the old key and the new one open %s now", rotation->path);
        return error_hint(err, "Run `dbbackup key rotate` once more, to take the old one away.");
    }
    return true;
}

/* --- The two steps ------------------------------------------------------------------------ */

bool key_rotation_open(const char *path, KeyRing *keys, const EngineContext *context,
                       KeyRotation **out, Error *err)
{
    KeyRotation *rotation = calloc(1, sizeof *rotation);

    if (rotation == NULL) {
        return error_set_memory(err, path);
    }
    rotation->path = path;
    rotation->context = context;
    rotation->fd = -1;
    rotation->data_key = secret_alloc(CRYPT_KEY_SIZE);
    if ((rotation->data_key != NULL || error_set_memory(err, path)) && open_file(rotation, err) &&
        crypt_header_open(&rotation->before, keys, path, rotation->data_key, &rotation->old_slot,
                          err)) {
        *out = rotation;
        return true;
    }
    key_rotation_close(rotation);
    return false;
}

bool key_rotation_run(KeyRotation *rotation, const CryptKey *key, Error *err)
{
    return take_manifest(rotation, err) && end_earlier(rotation, err) &&
           prepare(rotation, key, err) && change(rotation, key, err);
}

void key_rotation_close(KeyRotation *rotation)
{
    if (rotation == NULL) {
        return;
    }
    if (rotation->fd >= 0) {
        (void)close(rotation->fd);
    }
    secret_free(rotation->data_key, CRYPT_KEY_SIZE);
    free(rotation);
}
