/* SPDX-License-Identifier: Apache-2.0 */
/* Heads of files in a tar. */
#include "archive/cluster_tar.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fields of a ustar header; numbers are octal digits and a NUL. */
enum {
    NAME = 0,
    NAME_SIZE = 100,
    MODE = 100,
    UID = 108,
    GID = 116,
    ID_SIZE = 8,
    SIZE = 124,
    SIZE_SIZE = 12,
    MTIME = 136,
    CHECKSUM = 148,
    TYPE = 156,
    MAGIC = 257,
};

static const uint64_t octal_max = 077777777777;
static const char magic[] = "ustar\0"
                            "00"; /* and the version */
static const char path_key[] = " path=";

static void put_octal(uint8_t *header, size_t at, size_t size, uint64_t number)
{
    char text[32];

    (void)snprintf(text, sizeof text, "%0*" PRIo64, (int)size - 1, number);
    memcpy(header + at, text, size);
}

/* In binary, the highest byte first, where the digits have no room. */
static void put_size(uint8_t *header, uint64_t size)
{
    if (size <= octal_max) {
        put_octal(header, SIZE, SIZE_SIZE, size);
        return;
    }
    header[SIZE] = 0x80;
    for (int i = 0; i < 8; i++) {
        header[SIZE + SIZE_SIZE - 1 - i] = (uint8_t)(size >> (8 * i));
    }
}

static void put_header(uint8_t *header, char type, const char *name, uint64_t size, uint64_t mtime)
{
    size_t len = strlen(name);
    unsigned sum = 0;

    memcpy(header + NAME, name, len < NAME_SIZE ? len : NAME_SIZE);
    put_octal(header, MODE, ID_SIZE, 0600);
    put_octal(header, UID, ID_SIZE, 0);
    put_octal(header, GID, ID_SIZE, 0);
    put_size(header, size);
    put_octal(header, MTIME, SIZE_SIZE, mtime > octal_max ? octal_max : mtime);
    header[TYPE] = (uint8_t)type;
    memcpy(header + MAGIC, magic, sizeof magic - 1);
    memset(header + CHECKSUM, ' ', ID_SIZE); /* as what it is summed up */
    for (size_t i = 0; i < TAR_BLOCK; i++) {
        sum += header[i];
    }
    put_octal(header, CHECKSUM, ID_SIZE - 1, sum);
}

/* "LEN key=value\n", in which LEN counts itself. */
static size_t put_record(char *out, size_t room, const char *key, const char *value)
{
    size_t rest = strlen(key) + strlen(value) + 1;
    size_t len = rest + 1;

    while (len < rest + (size_t)snprintf(NULL, 0, "%zu", len)) {
        len++;
    }
    (void)snprintf(out, room, "%zu%s%s\n", len, key, value);
    return len;
}

/* The pax records of a file; 0 bytes when it needs none. */
static size_t put_records(char out[static TAR_BLOCK], const char *path, uint64_t size)
{
    char number[32];
    size_t len = 0;

    if (strlen(path) > NAME_SIZE) {
        len = put_record(out, TAR_BLOCK, path_key, path);
    }
    if (size > octal_max) {
        (void)snprintf(number, sizeof number, "%" PRIu64, size);
        len += put_record(out + len, TAR_BLOCK - len, " size=", number);
    }
    return len;
}

size_t tar_head_write(const char *path, uint64_t size, uint64_t mtime,
                      uint8_t head[static TAR_HEAD_MAX])
{
    char records[TAR_BLOCK] = "";
    size_t len = put_records(records, path, size);

    memset(head, 0, TAR_HEAD_MAX);
    if (len == 0) {
        put_header(head, '0', path, size, mtime);
        return TAR_BLOCK;
    }
    put_header(head, 'x', "PaxHeaders/member", len, mtime);
    memcpy(head + TAR_BLOCK, records, len);
    put_header(head + 2 * (size_t)TAR_BLOCK, '0', path, size, mtime);
    return TAR_HEAD_MAX;
}

/* Takes a path as long as it may be out of a field or a record. */
static void take_path(const char *text, size_t len, char stop, char *path)
{
    const char *end = memchr(text, stop, len);
    size_t n = end == NULL ? len : (size_t)(end - text);

    n = n < CLUSTER_PATH_SIZE ? n : CLUSTER_PATH_SIZE - 1;
    memcpy(path, text, n);
    path[n] = '\0';
}

/* What it reads needn't make sense: a head is made of it again, and must be the same. */
bool tar_head_read(const uint8_t *head, size_t len, uint64_t size,
                   char path[static CLUSTER_PATH_SIZE])
{
    const char *ustar = (const char *)head + (len - TAR_BLOCK);
    const char *records = (const char *)head + TAR_BLOCK;
    char found[CLUSTER_PATH_SIZE];
    char time[SIZE_SIZE + 1] = "";
    uint8_t again[TAR_HEAD_MAX];
    const char *record = NULL;

    if (len != TAR_BLOCK && len != TAR_HEAD_MAX) {
        return false;
    }
    memcpy(time, ustar + MTIME, SIZE_SIZE);
    if (len == TAR_HEAD_MAX) {
        record = memmem(records, TAR_BLOCK, path_key, sizeof path_key - 1);
    }
    if (record != NULL) {
        record += sizeof path_key - 1;
        take_path(record, TAR_BLOCK - (size_t)(record - records), '\n', found);
    } else {
        take_path(ustar + NAME, NAME_SIZE, '\0', found);
    }
    if (tar_head_write(found, size, strtoull(time, NULL, 8), again) != len ||
        memcmp(head, again, len) != 0) {
        return false;
    }
    memcpy(path, found, strlen(found) + 1);
    return true;
}
