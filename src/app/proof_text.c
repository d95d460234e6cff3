/* SPDX-License-Identifier: Apache-2.0 */
/* What of two definitions must be the same, and where they first differ. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/proof_parts.h"
#include "sql/mysql_statement.h"

enum { LINE_SHOWN = 200 /* bytes of a line in a report */ };

/* The heading is comment lines and empty ones; it names the database, or the owner. */
static size_t heading_size(const char *text, size_t len)
{
    size_t at = 0;

    while (at < len && (text[at] == '\n' || (len - at > 1 && memcmp(text + at, "--", 2) == 0))) {
        const char *end = memchr(text + at, '\n', len - at);

        at = end == NULL ? len : (size_t)(end + 1 - text);
    }
    return at;
}

static void add_parts(const Entry *entry, const Buffer *text, unsigned leave_out, Buffer *out)
{
    size_t at = 0;

    for (size_t i = 0; i < entry->n_parts; i++) {
        size_t left = text->len - at;
        size_t size = entry->parts[i].size < left ? (size_t)entry->parts[i].size : left;

        if ((leave_out & TEXT_BIT(entry->parts[i].kind)) == 0) {
            buffer_append(out, text->data + at, size);
        }
        at += size;
    }
    buffer_append(out, text->data + at, text->len - at);
}

bool proof_text(const Entry *entry, const Buffer *text, unsigned leave_out, Buffer *out, Error *err)
{
    size_t heading;

    buffer_clear(out);
    add_parts(entry, text, leave_out, out);
    if (!buffer_ok(out, "the text of a definition", err)) {
        return false;
    }
    while (out->len > 0 && out->data[out->len - 1] == '\n') {
        out->len--;
    }
    heading = heading_size(out->data, out->len);
    out->len -= heading;
    if (heading > 0) {
        memmove(out->data, out->data + heading, out->len);
    }
    buffer_putc(out, '\0');
    out->len--;
    return buffer_ok(out, "the text of a definition", err);
}

static void show_line(const char *text, size_t from, char *out, size_t size)
{
    size_t len = strcspn(text + from, "\n");

    (void)snprintf(out, size, "%.*s%s", (int)(len > LINE_SHOWN ? LINE_SHOWN : len), text + from,
                   len > LINE_SHOWN ? "…" : "");
}

void proof_first_difference(const Buffer *text, const Buffer *restored, ProofLines *lines)
{
    size_t line = 0; /* where the line at work begins */
    size_t at = 0;

    while (at < text->len && at < restored->len && text->data[at] == restored->data[at]) {
        line = text->data[at] == '\n' ? at + 1 : line;
        at++;
    }
    show_line(text->data, line, lines->file, sizeof lines->file);
    show_line(restored->data, line, lines->restored, sizeof lines->restored);
}

/* --- Lines in another order --------------------------------------------------------------- */

typedef struct Line {
    const char *start;
    size_t len; /* without a comma at its end: the last of a list has none */
} Line;

typedef VEC(Line) LineVec;

static int compare_lines(const void *left, const void *right)
{
    const Line *a = left;
    const Line *b = right;
    int order = memcmp(a->start, b->start, a->len < b->len ? a->len : b->len);

    return order != 0 ? order : a->len < b->len ? -1 : a->len > b->len;
}

static bool list_lines(const Buffer *text, LineVec *lines)
{
    const char *at = text->data;
    const char *end = text->data + text->len;

    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((newline == NULL ? end : newline) - at);

        if (!vec_push(lines, ((Line){at, len - (len > 0 && at[len - 1] == ',')}))) {
            return false;
        }
        at += len + 1;
    }
    if (lines->len > 0) {
        qsort(lines->items, lines->len, sizeof *lines->items, compare_lines);
    }
    return true;
}

bool proof_same_lines(const Buffer *text, const Buffer *restored, bool *same, Error *err)
{
    LineVec one = {0};
    LineVec other = {0};
    bool ok = list_lines(text, &one) && list_lines(restored, &other);

    *same = ok && one.len == other.len;
    for (size_t i = 0; *same && i < one.len; i++) {
        *same = compare_lines(&one.items[i], &other.items[i]) == 0;
    }
    vec_free(&one);
    vec_free(&other);
    return ok || error_set_memory(err, "the lines of a definition");
}

/* --- Definers ----------------------------------------------------------------------------- */

/* The CREATE, which stands at the beginning of a line. */
static void put_without_definer(const Buffer *text, Buffer *out)
{
    const char *create = text->data;
    size_t before;

    while (create != NULL && strncmp(create, "CREATE ", 7) != 0) {
        create = strchr(create, '\n');
        create = create == NULL ? NULL : create + 1;
    }
    before = create == NULL ? text->len : (size_t)(create - text->data);
    buffer_append(out, text->data, before);
    if (create != NULL) {
        mysql_put_without_definer(out, create, text->len - before);
    }
}

bool proof_same_but_definer(const Buffer *text, const Buffer *restored, bool ignored, bool *same,
                            Error *err)
{
    Buffer CLEANUP(buffer_free) plain;
    Buffer CLEANUP(buffer_free) plain_restored;

    buffer_init(&plain, text->limit);
    buffer_init(&plain_restored, restored->limit);
    put_without_definer(text, &plain);
    put_without_definer(restored, &plain_restored);
    *same = plain.len == plain_restored.len &&
            memcmp(plain.data, plain_restored.data, plain.len) == 0 &&
            (ignored || plain.len == text->len);
    return buffer_ok(&plain, "a definition", err) &&
           buffer_ok(&plain_restored, "a definition", err);
}
