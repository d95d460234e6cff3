/* SPDX-License-Identifier: Apache-2.0 */
/* Reads FILE.json. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/manifest.h"
#include "archive/manifest_file.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/json_parse.h"
#include "io/damage.h"

char *manifest_path(const char *backup_path, Error *err)
{
    char *path;

    if (asprintf(&path, "%s.json", backup_path) < 0) {
        (void)error_set_memory(err, backup_path);
        return NULL;
    }
    return path;
}

/* "" when it is missing or no text. */
static void copy_text(const json_t *object, const char *key, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(object, key));

    (void)snprintf(out, size, "%s", text == NULL ? "" : text);
}

static uint64_t get_number(const json_t *object, const char *key)
{
    json_int_t number = json_integer_value(json_object_get(object, key));

    return number < 0 ? 0 : (uint64_t)number;
}

static uint64_t get_count(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    json_int_t number = json_integer_value(value);

    return json_is_integer(value) && number >= 0 ? (uint64_t)number : COUNT_UNKNOWN;
}

void manifest_clear(Manifest *manifest)
{
    *manifest =
        (Manifest){.raw_size = COUNT_UNKNOWN, .rows = COUNT_UNKNOWN, .tables = COUNT_UNKNOWN};
}

static void fill(const json_t *object, Manifest *manifest)
{
    const json_t *tables = json_object_get(object, "tables");

    manifest_clear(manifest);
    copy_text(object, "dbms", manifest->dbms, sizeof manifest->dbms);
    copy_text(object, "server_version", manifest->server_version, sizeof manifest->server_version);
    copy_text(object, "database", manifest->database, sizeof manifest->database);
    copy_text(object, "started", manifest->started, sizeof manifest->started);
    copy_text(object, "ended", manifest->ended, sizeof manifest->ended);
    copy_text(object, "engine", manifest->engine, sizeof manifest->engine);
    copy_text(object, "format", manifest->format, sizeof manifest->format);
    copy_text(object, "dbbackup_version", manifest->dbbackup_version,
              sizeof manifest->dbbackup_version);
    copy_text(object, "sha256", manifest->sha256, sizeof manifest->sha256);
    manifest->file_size = get_number(object, "file_size");
    manifest->raw_size = get_count(object, "raw_size");
    manifest->rows = get_count(object, "rows");
    manifest->databases = get_number(object, "databases_complete");
    manifest->failed = get_number(object, "databases_failed");
    manifest->tables = json_is_array(tables) ? json_array_size(tables) : COUNT_UNKNOWN;
    manifest->seconds = json_number_value(json_object_get(object, "seconds"));
}

bool manifest_parse(const char *text, size_t len, const char *name, Manifest *manifest, Error *err)
{
    json_error_t why;
    json_t *object;
    json_int_t version;

    if (!json_parse(text, len, JSON_REJECT_DUPLICATES, name, &object, &why, err)) {
        return false;
    }
    version = json_integer_value(json_object_get(object, MANIFEST_VERSION_KEY));
    if (object == NULL) {
        return damage_altered(err, name, "it is not JSON: line %d: %s", why.line, why.text);
    }
    if (version == MANIFEST_VERSION) {
        fill(object, manifest);
    }
    json_decref(object);
    if (version > MANIFEST_VERSION) {
        return damage_newer(err, name);
    }
    return version == MANIFEST_VERSION
               ? true
               : damage_altered(err, name, "it is not a manifest of dbbackup");
}

static bool read_whole(int fd, const char *path, Buffer *text, Error *err)
{
    bool seekable;
    uint64_t size;
    char *room;

    if (!file_size(fd, path, &seekable, &size, err)) {
        return false;
    }
    if (!seekable || size > MANIFEST_MAX_BYTES) {
        return error_set(err, ERR_LIMIT, "%s is not a file of at most %d bytes", path,
                         MANIFEST_MAX_BYTES);
    }
    room = buffer_reserve(text, (size_t)size);
    if (room == NULL) {
        return buffer_ok(text, path, err);
    }
    return file_read(fd, path, room, (size_t)size, &text->len, err);
}

bool manifest_load(const char *path, Buffer *text, bool *found, Error *err)
{
    int fd;
    bool ok;

    if (!file_open_read(path, &fd, err)) {
        if (err->os_errno != ENOENT) {
            return false;
        }
        error_clear(err);
        *found = false;
        return true;
    }
    ok = read_whole(fd, path, text, err);
    close(fd);
    if (ok) {
        *found = true;
    }
    return ok;
}

static bool read_manifest(const char *path, Manifest *manifest, bool *found, Error *err)
{
    Buffer CLEANUP(buffer_free) text;
    bool there = false;

    buffer_init(&text, MANIFEST_MAX_BYTES);
    if (!manifest_load(path, &text, &there, err) ||
        (there && !manifest_parse(text.data, text.len, path, manifest, err))) {
        return false;
    }
    *found = there;
    return true;
}

static bool read_properties(const char *path, char **properties, Error *err)
{
    Buffer CLEANUP(buffer_free) text;
    bool there = false;
    const char *found;
    json_t *object = NULL;
    bool ok;

    buffer_init(&text, MANIFEST_MAX_BYTES);
    if (!manifest_load(path, &text, &there, err) ||
        (there &&
         !json_parse(text.data, text.len, JSON_REJECT_DUPLICATES, path, &object, NULL, err))) {
        return false;
    }
    if (there && object == NULL) {
        return damage_altered(err, path, "it is not JSON");
    }
    found = json_string_value(json_object_get(object, "database_properties"));
    ok = found == NULL || (*properties = strdup(found)) != NULL || error_set_memory(err, path);
    json_decref(object);
    return ok;
}

bool manifest_properties(const char *backup_path, char **properties, Error *err)
{
    char *path = manifest_path(backup_path, err);
    bool ok;

    *properties = NULL;
    ok = path != NULL && read_properties(path, properties, err);
    free(path);
    return ok;
}

bool manifest_read(const char *backup_path, Manifest *manifest, bool *found, Error *err)
{
    char *path = manifest_path(backup_path, err);
    bool ok = path != NULL && read_manifest(path, manifest, found, err);

    free(path);
    return ok;
}
