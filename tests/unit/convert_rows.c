/* SPDX-License-Identifier: Apache-2.0 */
/*
 * convert_rows RECEIVE-FUNCTION...: rows of COPY's text format on standard input, whose columns
 * have types with these functions, to COPY's binary format on standard output. What is stuck is
 * left out, and goes to standard error. For tests against a server.
 *
 * With --repeat N first, the input is converted N times and nothing is written: for measuring.
 */
#include "sql/binary_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READ_SIZE ((size_t)256 * 1024)

static bool read_all(Buffer *text)
{
    size_t len;

    do {
        char *room = buffer_reserve(text, READ_SIZE);

        if (room == NULL) {
            return false;
        }
        len = fread(room, 1, READ_SIZE, stdin);
        text->len += len;
    } while (len > 0);
    return ferror(stdin) == 0;
}

/* Passes over stuck rows. The last row must have its newline. */
static bool convert_all(const BinaryColumns *columns, const Buffer *text)
{
    const char *at = text->data;
    const char *end = at + text->len;
    uint64_t n_rows = 0;
    bool good = true;
    Buffer out;

    buffer_init(&out, SIZE_MAX / 2);
    buffer_append(&out, binary_rows_header, BINARY_ROWS_HEADER_LEN);
    while (at < end && good) {
        bool stuck;
        const char *newline;

        at += binary_rows_convert(columns, at, (size_t)(end - at), &out, &n_rows, &stuck);
        newline = memchr(at, '\n', (size_t)(end - at));
        if (stuck && newline != NULL) {
            newline++;
            good = fwrite(at, (size_t)(newline - at), 1, stderr) == 1;
            at = newline;
        } else {
            good = at == end;
        }
    }
    buffer_append(&out, binary_rows_trailer, BINARY_ROWS_TRAILER_LEN);
    good = good && !out.no_memory && fwrite(out.data, out.len, 1, stdout) == 1;
    buffer_free(&out);
    return good;
}

/* In portions, as they come from a file. */
static bool measure(const BinaryColumns *columns, const Buffer *text, long times)
{
    uint64_t n_rows = 0;
    bool stuck = false;
    Buffer out;

    buffer_init(&out, SIZE_MAX / 2);
    for (long i = 0; i < times && !stuck; i++) {
        size_t at = 0;
        size_t done;

        do {
            size_t left = text->len - at;

            buffer_clear(&out);
            done = binary_rows_convert(columns, text->data + at,
                                       left < READ_SIZE ? left : READ_SIZE, &out, &n_rows, &stuck);
            at += done;
        } while (done > 0 && !stuck);
    }
    buffer_free(&out);
    return !stuck && n_rows > 0;
}

int main(int argc, char **argv)
{
    BinaryType types[64];
    BinaryColumns columns = {.types = types};
    bool repeat = argc > 2 && strcmp(argv[1], "--repeat") == 0;
    bool good = true;
    Buffer text;

    for (int i = repeat ? 3 : 1; i < argc && good; i++) {
        good = columns.n < ARRAY_LENGTH(types) && binary_type_find(argv[i], &types[columns.n++]);
    }
    buffer_init(&text, SIZE_MAX / 2);
    good = good && read_all(&text) &&
           (repeat ? measure(&columns, &text, strtol(argv[2], NULL, 10))
                   : convert_all(&columns, &text));
    buffer_free(&text);
    return good ? 0 : 1;
}
