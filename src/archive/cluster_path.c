/* SPDX-License-Identifier: Apache-2.0 */
/* File names in a cluster archive. */
#include <string.h>

#include "archive/cluster.h"
#include "base/utf8.h"

static const char folder[] = "databases/";
static const char *const suffixes[] = {".sql.gz", ".sql.zst", ".sql", ".dump", ".tar"};
static const char digits[] = "0123456789ABCDEF";

enum { FOLDER_LEN = sizeof folder - 1, ESCAPED = 3 /* bytes */ };

/* How many bytes at `at` can stand as they are; 0: one byte must be escaped. */
static size_t plain_bytes(const char *name, const char *at)
{
    uint32_t code;
    size_t n = utf8_decode(at, &code);

    if (n == 0 || code < 0x20 || (code >= 0x7F && code < 0xA0) ||
        (code < 0x80 && strchr("%/\\:*?\"<>|", (int)code) != NULL) || (at == name && code == '.')) {
        return 0;
    }
    return n;
}

/* False when it doesn't fit. */
static bool escape(const char *name, char *out, size_t room)
{
    for (const char *at = name; *at != '\0';) {
        size_t n = plain_bytes(name, at);
        size_t made = n == 0 ? ESCAPED : n;

        if (made >= room) {
            return false;
        }
        if (n > 0) {
            memcpy(out, at, n);
            at += n;
        } else {
            out[0] = '%';
            out[1] = digits[(unsigned char)*at >> 4];
            out[2] = digits[(unsigned char)*at & 15];
            at++;
        }
        out += made;
        room -= made;
    }
    *out = '\0';
    return true;
}

static bool is_known_suffix(const char *suffix)
{
    for (size_t i = 0; i < ARRAY_LENGTH(suffixes); i++) {
        if (strcmp(suffix, suffixes[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool cluster_path_make(const char *name, const char *suffix, char path[static CLUSTER_PATH_SIZE],
                       Error *err)
{
    if (name[0] == '\0' || !is_known_suffix(suffix)) {
        return error_set(err, ERR_INTERNAL, "a database \"%s\" can't be a file \"%s\"", name,
                         suffix);
    }
    memcpy(path, folder, sizeof folder);
    if (!escape(name, path + FOLDER_LEN, CLUSTER_PATH_SIZE - FOLDER_LEN - strlen(suffix))) {
        return error_set(err, ERR_LIMIT, "the name of database \"%s\" is too long for a file",
                         name);
    }
    memcpy(path + strlen(path), suffix, strlen(suffix) + 1);
    return true;
}

/* The suffix that we know at the path's end, or NULL. None ends in another. */
static const char *suffix_of(const char *path)
{
    size_t len = strlen(path);

    for (size_t i = 0; i < ARRAY_LENGTH(suffixes); i++) {
        size_t n = strlen(suffixes[i]);

        if (len > n && strcmp(path + len - n, suffixes[i]) == 0) {
            return suffixes[i];
        }
    }
    return NULL;
}

/* 0 when it is no digit, which is no harm: the name is escaped again, and compared. */
static unsigned digit_value(char c)
{
    const char *at = c == '\0' ? NULL : strchr(digits, c);

    return at == NULL ? 0 : (unsigned)(at - digits);
}

static void unescape(const char *text, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '%' && i + 2 < len) {
            *out++ = (char)(digit_value(text[i + 1]) << 4 | digit_value(text[i + 2]));
            i += 2;
        } else {
            *out++ = text[i];
        }
    }
    *out = '\0';
}

bool cluster_path_name(const char *path, char name[static CLUSTER_PATH_SIZE])
{
    const char *suffix = suffix_of(path);
    char again[CLUSTER_PATH_SIZE];
    char found[CLUSTER_PATH_SIZE];
    size_t len = strlen(path);
    Error ignored;

    if (suffix == NULL || len >= CLUSTER_PATH_SIZE || len <= FOLDER_LEN + strlen(suffix)) {
        return false;
    }
    unescape(path + FOLDER_LEN, len - FOLDER_LEN - strlen(suffix), found);
    if (found[0] == '\0' || !cluster_path_make(found, suffix, again, &ignored) ||
        strcmp(again, path) != 0) {
        return false;
    }
    memcpy(name, found, strlen(found) + 1);
    return true;
}

bool cluster_path_fits(const char *path, ClusterKind kind, const char *name)
{
    char found[CLUSTER_PATH_SIZE];

    switch (kind) {
    case CLUSTER_MANIFEST:
        return name == NULL && strcmp(path, CLUSTER_MANIFEST_PATH) == 0;
    case CLUSTER_GLOBALS:
        return name == NULL && strcmp(path, CLUSTER_GLOBALS_PATH) == 0;
    case CLUSTER_INDEX:
        return name == NULL && strcmp(path, CLUSTER_INDEX_PATH) == 0;
    case CLUSTER_DATABASE:
        return name != NULL && cluster_path_name(path, found) && strcmp(found, name) == 0;
    }
    return false;
}
