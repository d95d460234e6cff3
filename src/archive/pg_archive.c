/* SPDX-License-Identifier: Apache-2.0 */
/* The head of pg_dump's own formats. */
#include "archive/pg_archive.h"

#include <stdio.h>
#include <string.h>

enum {
    HEAD_MAX = 8192, /* bytes in which the head ends, three names included */
    TAR_BLOCK = 512, /* toc.dat is a tar's first file */
    MAGIC_SIZE = 5,
    DATE_FIELDS = 7,
    OLDEST_MINOR = 10, /* PostgreSQL 8.3's; older ones have another head */
    NEWEST_MINOR = 16,
};

typedef struct Head {
    const Source *source;
    uint8_t bytes[HEAD_MAX];
    size_t len;
    size_t at;
    unsigned int_size;
    bool is_short;
} Head;

static unsigned get_byte(Head *head)
{
    if (head->at >= head->len) {
        head->is_short = true;
        return 0;
    }
    return head->bytes[head->at++];
}

/* A sign, then the magnitude, lowest byte first. */
static long get_int(Head *head)
{
    bool negative = get_byte(head) != 0;
    unsigned long value = 0;

    for (unsigned i = 0; i < head->int_size; i++) {
        unsigned long byte = get_byte(head);

        value |= i < sizeof(int) ? byte << (8 * i) : 0;
    }
    return negative ? -(long)value : (long)value;
}

static void get_text(Head *head, char *out, size_t size)
{
    long len = get_int(head);

    out[0] = '\0';
    if (len > 0 && (size_t)len <= head->len - head->at) {
        (void)snprintf(out, size, "%.*s", (int)len, (const char *)head->bytes + head->at);
        head->at += (size_t)len;
    } else if (len > 0) {
        head->is_short = true;
    }
}

static bool read_fields(Head *head, PgArchiveHead *out)
{
    char magic[MAGIC_SIZE + 1] = "";
    unsigned major;

    for (int i = 0; i < MAGIC_SIZE; i++) {
        magic[i] = (char)get_byte(head);
    }
    major = get_byte(head);
    out->format_minor = (int)get_byte(head);
    (void)get_byte(head); /* revision */
    head->int_size = get_byte(head);
    out->int_size = head->int_size;
    out->offset_size = get_byte(head);
    out->format = get_byte(head);
    if (strcmp(magic, "PGDMP") != 0 || major != 1 || out->format_minor < OLDEST_MINOR ||
        out->format_minor > NEWEST_MINOR || head->int_size < sizeof(int32_t) ||
        head->int_size > sizeof(long)) {
        return false;
    }
    if (out->format_minor >= 15) { /* compression: how, or how much */
        (void)get_byte(head);
    } else {
        (void)get_int(head);
    }
    for (int i = 0; i < DATE_FIELDS; i++) {
        (void)get_int(head);
    }
    get_text(head, out->database, sizeof out->database);
    get_text(head, out->server_version, sizeof out->server_version);
    get_text(head, out->dump_version, sizeof out->dump_version);
    return true;
}

bool pg_archive_head(const Source *source, FileKind kind, PgArchiveHead *out, Error *err)
{
    uint64_t from = kind == FILE_TAR ? TAR_BLOCK : 0;
    Head head = {.source = source};
    PgArchiveHead made = {0};

    if (source->size > from) {
        uint64_t left = source->size - from;

        head.len = left < HEAD_MAX ? (size_t)left : (size_t)HEAD_MAX;
        if (!source_read_at(source, head.bytes, head.len, from, err)) {
            return false;
        }
    }
    if (!read_fields(&head, &made)) {
        if (head.is_short) {
            return error_set(err, ERR_DAMAGED, "%s is cut within its head", source->name);
        }
        (void)error_set(err, kind == FILE_TAR ? ERR_NOT_BACKUP : ERR_UNSUPPORTED,
                        kind == FILE_TAR ? "%s is a tar archive, but not one by pg_dump"
                                         : "%s is of a format of pg_dump that isn't known here",
                        source->name);
        return error_hint(err, kind == FILE_TAR ? "Unpack it, and restore what is in it."
                                                : "Use the pg_restore of the PostgreSQL that "
                                                  "made it.");
    }
    if (head.is_short) {
        return error_set(err, ERR_DAMAGED, "%s is cut within its head", source->name);
    }
    made.end = from + head.at;
    *out = made;
    return true;
}

int pg_archive_reader_version(const PgArchiveHead *head)
{
    return head->format_minor >= 16 ? 170000 : head->format_minor == 15 ? 160000 : 120000;
}
