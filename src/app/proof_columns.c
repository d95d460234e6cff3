/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns of a table that inherits may come back in another order than they had: those of its
 * parents come first, also where they were added later, or where it was attached later. Then the
 * file's rows are read once more, and their fields put into the order that the restored table has.
 */
#include <stdlib.h>
#include <string.h>

#include "app/proof_parts.h"

enum { COLUMNS_MAX = 1664, PIECE = 256 * 1024 };

#define ROW_LIMIT ((size_t)3 << 30)

/* A name or a field: bytes of a longer text. */
typedef struct Span {
    const char *start;
    size_t len;
} Span;

typedef struct Reorder {
    Span fields[COLUMNS_MAX];   /* of the row at work */
    uint16_t from[COLUMNS_MAX]; /* of each restored column: its place in the file's rows */
    size_t n;
    Buffer row; /* in the restored order */
    uint64_t content;
} Reorder;

/* --- Columns ------------------------------------------------------------------------------ */

/* The line that begins with COPY, or NULL. */
static const char *find_copy(const char *text)
{
    static const char copy[] = "COPY ";

    while (text != NULL && strncmp(text, copy, sizeof copy - 1) != 0) {
        text = strchr(text, '\n');
        text = text == NULL ? NULL : text + 1;
    }
    return text;
}

/* Up to the first of the two characters that stands outside of quotes. */
static const char *skip_to(const char *text, char one, char other)
{
    bool quoted = false;

    while (*text != '\0' && (quoted || (*text != one && *text != other))) {
        quoted = quoted != (*text == '"');
        text++;
    }
    return text;
}

/* Of `COPY table (a, "b") FROM stdin;` the number of names; 0 when there are none. */
static size_t list_columns(const char *text, Span names[static COLUMNS_MAX])
{
    const char *at = find_copy(text);
    size_t n = 0;

    at = at == NULL ? "" : skip_to(at, '(', ';');
    while ((*at == '(' || *at == ',') && n < COLUMNS_MAX) {
        const char *start = at + 1 + strspn(at + 1, " ");

        at = skip_to(start, ',', ')');
        names[n++] = (Span){start, (size_t)(at - start)};
    }
    return *at == ')' ? n : 0;
}

/* False when the two don't name the same columns, or name them in the same order. */
static bool match_columns(Reorder *reorder, const char *text, const char *restored)
{
    Span *names = calloc((size_t)2 * COLUMNS_MAX, sizeof *names);
    bool differs = false;
    bool ok = names != NULL;
    size_t n = ok ? list_columns(restored, names + COLUMNS_MAX) : 0;

    ok = ok && n > 0 && list_columns(text, names) == n;
    for (size_t i = 0; ok && i < n; i++) {
        const Span *wanted = &names[COLUMNS_MAX + i];
        size_t place = 0;

        while (place < n && (names[place].len != wanted->len ||
                             memcmp(names[place].start, wanted->start, wanted->len) != 0)) {
            place++;
        }
        ok = place < n;
        reorder->from[i] = (uint16_t)place;
        differs = differs || place != i;
    }
    reorder->n = n;
    free(names);
    return ok && differs;
}

/* --- Rows --------------------------------------------------------------------------------- */

/* A tab inside a value is written \t. False when the row has another number of fields. */
static bool add_row(Reorder *reorder, const char *row, size_t len)
{
    const char *end = row + len;
    size_t n = 0;

    while (n < reorder->n) {
        const char *tab = memchr(row, '\t', (size_t)(end - row));

        tab = tab == NULL ? end : tab;
        reorder->fields[n++] = (Span){row, (size_t)(tab - row)};
        if (tab == end) {
            row = end;
            break;
        }
        row = tab + 1;
    }
    buffer_clear(&reorder->row);
    for (size_t i = 0; n == reorder->n && i < n; i++) {
        const Span *field = &reorder->fields[reorder->from[i]];

        if (i > 0) {
            buffer_putc(&reorder->row, '\t');
        }
        buffer_append(&reorder->row, field->start, field->len);
    }
    reorder->content += content_hash(reorder->row.data, reorder->row.len);
    return n == reorder->n && row == end;
}

/* Takes the whole lines out of text, and leaves the rest. */
static bool add_lines(Reorder *reorder, Buffer *text, bool *inside)
{
    char *line = text->data;
    char *end = text->data + text->len;
    bool ok = true;
    char *newline;

    while (ok && (newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
        size_t len = (size_t)(newline - line);

        if (!*inside) {
            *inside = len > 5 && memcmp(line, "COPY ", 5) == 0;
        } else if (len == 2 && memcmp(line, "\\.", 2) == 0) {
            *inside = false;
        } else {
            ok = add_row(reorder, line, len);
        }
        line = newline + 1;
    }
    text->len = (size_t)(end - line);
    memmove(text->data, line, text->len);
    return ok;
}

static bool add_rows(Reorder *reorder, Reader *reader, bool *ok, Error *err)
{
    Buffer CLEANUP(buffer_free) text;
    bool inside = false;
    size_t got = 1;

    buffer_init(&text, ROW_LIMIT);
    while (*ok && got > 0) {
        char *room = buffer_reserve(&text, PIECE);

        if (room == NULL) {
            return buffer_ok(&text, "a row", err);
        }
        if (!reader_read(reader, room, PIECE, &got, err)) {
            return false;
        }
        text.len += got;
        *ok = add_lines(reorder, &text, &inside);
    }
    return buffer_ok(&reorder->row, "a row", err);
}

static bool read_again(Reorder *reorder, const ScriptArchive *archive, const Entry *entry,
                       const char *restored, bool *ok, Error *err)
{
    Buffer CLEANUP(buffer_free) head;
    Reader *reader;
    size_t got = 0;
    bool read;

    buffer_init(&head, PROOF_HEAD_SIZE + 1);
    if (!script_archive_read_entry(archive, entry, &reader, err)) {
        return false;
    }
    read = buffer_reserve(&head, PROOF_HEAD_SIZE) != NULL
               ? reader_read(reader, head.data, PROOF_HEAD_SIZE, &got, err)
               : buffer_ok(&head, "a row", err);
    head.len = got;
    buffer_putc(&head, '\0');
    reader_close(reader);
    *ok = read && match_columns(reorder, head.data, restored);
    if (!read || !*ok) {
        return read;
    }
    if (!script_archive_read_entry(archive, entry, &reader, err)) {
        return false;
    }
    read = add_rows(reorder, reader, ok, err);
    reader_close(reader);
    return read;
}

bool proof_reordered_content(const ScriptArchive *archive, const Entry *entry, const char *restored,
                             bool *reordered, uint64_t *content, Error *err)
{
    Reorder *reorder = calloc(1, sizeof *reorder);
    bool ok;

    if (reorder == NULL) {
        return error_set_memory(err, "the comparison");
    }
    buffer_init(&reorder->row, ROW_LIMIT);
    ok = read_again(reorder, archive, entry, restored, reordered, err);
    *content = reorder->content;
    buffer_free(&reorder->row);
    free(reorder);
    return ok;
}
