/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is, found from its bytes. */
#include "archive/file_kind.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/cluster_frame.h"
#include "io/crypt_header.h"

enum { FIRST_BYTES = 8192, TAR_MAGIC_AT = 257 };

static bool begins(const uint8_t *bytes, size_t len, const char *magic, size_t magic_len)
{
    return len >= magic_len && memcmp(bytes, magic, magic_len) == 0;
}

/* A zstd frame, or one of the sixteen skippable frames, which also begin pzstd's files. */
static bool is_zstd(const uint8_t *bytes, size_t len)
{
    return begins(bytes, len, "\x28\xB5\x2F\xFD", 4) ||
           (len >= 4 && (bytes[0] & 0xF0) == 0x50 && memcmp(bytes + 1, "\x2A\x4D\x18", 3) == 0);
}

/* What is left of zstd's magic in a file that was cut there: it begins as text does. */
static bool is_cut_zstd(const uint8_t *bytes, size_t len)
{
    return len < 4 && memcmp(bytes, "\x28\xB5\x2F\xFD", len) == 0;
}

/* Compressed by something that we don't unpack. Their bytes may pass for text in a short file. */
static bool is_other_compression(const uint8_t *bytes, size_t len)
{
    return begins(bytes, len, "BZh", 3) ||
           begins(bytes, len,
                  "\xFD"
                  "7zXZ",
                  5) ||
           begins(bytes, len, "PK\x03\x04", 4) || begins(bytes, len, "\x04\x22\x4D\x18", 4);
}

/* Scripts hold no NUL, and hardly any control characters (some, in COPY data). */
static bool is_text(const uint8_t *bytes, size_t len)
{
    size_t control = 0;

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == 0) {
            return false;
        }
        control += bytes[i] < 0x20 && (bytes[i] < '\b' || bytes[i] > '\r') && bytes[i] != 0x1B;
    }
    return control * 10 <= len;
}

FileKind file_kind_of_bytes(const void *data, size_t len)
{
    const uint8_t *bytes = data;

    if (len == 0) {
        return FILE_EMPTY;
    }
    if (crypt_header_begins(bytes, len)) {
        return FILE_ENCRYPTED;
    }
    if (cluster_head_find(bytes, len, false) != MARK_NONE) {
        return FILE_CLUSTER;
    }
    if (begins(bytes, len, "\x1F\x8B", 2)) {
        return FILE_SCRIPT_GZIP;
    }
    if (is_zstd(bytes, len)) {
        return FILE_SCRIPT_ZSTD;
    }
    if (begins(bytes, len, "PGDMP", 5)) {
        return FILE_PG_CUSTOM;
    }
    if (len > TAR_MAGIC_AT && begins(bytes + TAR_MAGIC_AT, len - TAR_MAGIC_AT, "ustar", 5)) {
        return FILE_TAR;
    }
    return is_cut_zstd(bytes, len) || is_other_compression(bytes, len) || !is_text(bytes, len)
               ? FILE_UNKNOWN
               : FILE_SCRIPT_PLAIN;
}

bool file_kind_of_source(const Source *source, FileKind *kind, Error *err)
{
    uint64_t size = source->size;
    uint8_t bytes[FIRST_BYTES];
    uint8_t tail[FOOTER_SIZE_MAX];
    size_t len = size < sizeof bytes ? (size_t)size : sizeof bytes;
    size_t tail_len = size < sizeof tail ? (size_t)size : sizeof tail;
    const CodecOps *ops;
    Footer footer;

    if (!source_read_at(source, bytes, len, 0, err) ||
        !source_read_at(source, tail, tail_len, size - tail_len, err)) {
        return false;
    }
    if (head_find(bytes, len, len == size, &ops) != MARK_NONE ||
        footer_find(tail, tail_len, &ops, &footer) != MARK_NONE) {
        *kind = FILE_SCRIPT_ARCHIVE;
    } else if (cluster_head_find(bytes, len, len == size) != MARK_NONE ||
               footer_read(&cluster_footer, tail, tail_len, &footer) != MARK_NONE) {
        *kind = FILE_CLUSTER;
    } else {
        *kind = file_kind_of_bytes(bytes, len);
    }
    return true;
}

static bool detect_folder(const char *path, FileKind *kind)
{
    char toc[4096];
    int len = snprintf(toc, sizeof toc, "%s/toc.dat", path);
    bool dump = len > 0 && (size_t)len < sizeof toc && access(toc, F_OK) == 0;

    *kind = dump ? FILE_PG_DIRECTORY : FILE_UNKNOWN;
    return true;
}

bool file_kind_detect(const char *path, FileKind *kind, Error *err)
{
    struct stat status;
    Source *source;
    bool ok;

    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode)) {
            return detect_folder(path, kind);
        }
        if (!S_ISREG(status.st_mode)) { /* opening a pipe would wait for its writer */
            (void)error_set(err, ERR_UNSUPPORTED, "%s is not a file but a pipe or device", path);
            return error_hint(err, "Send it to standard input, and name the file \"-\".");
        }
    }
    if (!file_source_open(path, &source, err)) {
        return false;
    }
    ok = file_kind_of_source(source, kind, err);
    source_close(source);
    return ok;
}

const char *file_kind_text(FileKind kind)
{
    switch (kind) {
    case FILE_EMPTY:
        return "empty file";
    case FILE_UNKNOWN:
        return "file of an unknown kind";
    case FILE_ENCRYPTED:
        return "encrypted file";
    case FILE_CLUSTER:
        return "cluster archive";
    case FILE_SCRIPT_ARCHIVE:
        return "indexed SQL script";
    case FILE_SCRIPT_GZIP:
        return "SQL script (gzip)";
    case FILE_SCRIPT_ZSTD:
        return "SQL script (zstd)";
    case FILE_SCRIPT_PLAIN:
        return "SQL script";
    case FILE_PG_CUSTOM:
        return "pg_dump custom archive";
    case FILE_PG_DIRECTORY:
        return "pg_dump directory archive";
    case FILE_TAR:
        return "tar archive";
    }
    return "file of an unknown kind";
}
