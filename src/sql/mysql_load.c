/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/mysql_load.h"

#include <string.h>

#include "sql/mysql_quote.h"

typedef struct Scan {
    const char *p;
    const char *end;
} Scan;

/* --- The head ----------------------------------------------------------------------------- */

static bool skip(Scan *scan, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(scan->end - scan->p) < len || memcmp(scan->p, word, len) != 0) {
        return false;
    }
    scan->p += len;
    return true;
}

/* `name`, with `` for a backquote in it. */
static bool take_name(Scan *scan, Buffer *names)
{
    if (!skip(scan, "`")) {
        return false;
    }
    while (scan->p < scan->end) {
        char c = *scan->p++;

        if (c == '`' && !skip(scan, "`")) {
            buffer_putc(names, '\0');
            return true;
        }
        buffer_putc(names, c);
    }
    return false;
}

size_t mysql_load_head(const char *statement, size_t len, Buffer *names, size_t *n)
{
    Scan scan = {statement, statement + len};

    *n = 0;
    if (!skip(&scan, "INSERT INTO ") || !take_name(&scan, names) || !skip(&scan, " (")) {
        return 0;
    }
    do {
        if (!take_name(&scan, names)) {
            return 0;
        }
        ++*n;
    } while (skip(&scan, ", "));
    return skip(&scan, ") VALUES\n") ? (size_t)(scan.p - statement) : 0;
}

/* --- Values ------------------------------------------------------------------------------- */

/* A line's text is never longer than twice the statement's, for which there is room; a cell's is
 * never longer. */
typedef struct Out {
    char *p;
    MysqlCells *cells; /* NULL: lines are made */
    const char *cell;  /* where the one at work begins */
    bool is_null;
} Out;

static void put(Out *out, char c)
{
    if (out->cells != NULL) {
        *out->p++ = c;
        return;
    }
    switch (c) {
    case '\t':
    case '\n':
    case '\\':
        *out->p++ = '\\';
        *out->p++ = c;
        break;
    case '\0':
        *out->p++ = '\\';
        *out->p++ = '0';
        break;
    default:
        *out->p++ = c;
    }
}

static void put_null(Out *out)
{
    if (out->cells != NULL) {
        out->is_null = true;
    } else {
        *out->p++ = '\\';
        *out->p++ = 'N';
    }
}

/* False: no memory. */
static bool end_value(Out *out, bool is_last)
{
    MysqlCell cell = {(size_t)(out->p - out->cell), out->is_null};

    if (out->cells == NULL) {
        *out->p++ = is_last ? '\n' : '\t';
        return true;
    }
    out->cell = out->p;
    out->is_null = false;
    return vec_push(&out->cells->items, cell);
}

/* Does the column store a text of utf8mb4 byte for byte? */
static bool stores_utf8(const MysqlLoadColumn *column)
{
    return column->kind == MYSQL_LOAD_TEXT &&
           (strcmp(column->charset, "utf8mb4") == 0 || strcmp(column->charset, "utf8mb3") == 0 ||
            strcmp(column->charset, "utf8") == 0);
}

static bool is_number_char(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '.' || c == 'e' || c == '+';
}

static bool take_number(Scan *scan, Out *out)
{
    const char *start = scan->p;

    while (scan->p < scan->end && is_number_char(*scan->p)) {
        *out->p++ = *scan->p++;
    }
    return scan->p > start;
}

static bool is_number(const char *text, const char *end)
{
    const char *p = text;

    while (p < end && is_number_char(*p)) {
        p++;
    }
    return p == end && p > text;
}

/* What a backslash and c stand for; those of LIKE keep their backslash, and are not ours. */
static bool unescape(char c, char *byte)
{
    switch (c) {
    case '0':
        *byte = '\0';
        return true;
    case 'n':
        *byte = '\n';
        return true;
    case 'r':
        *byte = '\r';
        return true;
    case 'Z':
        *byte = 0x1A;
        return true;
    case '\\':
    case '\'':
        *byte = c;
        return true;
    default:
        return false;
    }
}

/* Bytes that are written as they are, many at a time. */
static size_t plain_run(const Scan *scan, unsigned char *seen)
{
    const char *p = scan->p;
    unsigned char bits = 0;

    for (; p < scan->end && *p != '\'' && *p != '\\' && *p != '\t' && *p != '\n' && *p != '\0';
         p++) {
        bits |= (unsigned char)*p;
    }
    *seen |= bits;
    return (size_t)(p - scan->p);
}

/* Behind its first quote. */
static bool take_string(Scan *scan, const MysqlLoadColumn *column, Out *out)
{
    const char *start = scan->p;
    unsigned char seen = 0;

    for (;;) {
        size_t run = plain_run(scan, &seen);
        char c;

        memcpy(out->p, scan->p, run);
        out->p += run;
        scan->p += run;
        if (scan->p == scan->end) {
            return false;
        }
        c = *scan->p++;
        if (c == '\'') {
            break;
        }
        if (c == '\n' || c == '\0' ||
            (c == '\\' && (scan->p == scan->end || !unescape(*scan->p++, &c)))) {
            return false;
        }
        put(out, c);
    }
    switch (column->kind) {
    case MYSQL_LOAD_NUMBER: /* the server's rules for other texts are its own */
        return is_number(start, scan->p - 1);
    case MYSQL_LOAD_PLAIN:
        return (seen & 0x80) == 0;
    case MYSQL_LOAD_TEXT:
        return (seen & 0x80) == 0 ? mysql_charset_holds_ascii(column->charset)
                                  : stores_utf8(column);
    case MYSQL_LOAD_BYTES:
        return scan->p == start + 1;
    }
    return false;
}

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Behind X'. */
static bool take_hex(Scan *scan, Out *out)
{
    while (scan->end - scan->p >= 2 && *scan->p != '\'') {
        int high = digit(scan->p[0]);
        int low = digit(scan->p[1]);

        if (high < 0 || low < 0) {
            return false;
        }
        put(out, (char)(high << 4 | low));
        scan->p += 2;
    }
    return skip(scan, "'");
}

/* Behind the underscore: charset X'…', or charset ''. */
static bool take_other_text(Scan *scan, const MysqlLoadColumn *column, Out *out)
{
    return column->kind == MYSQL_LOAD_TEXT && skip(scan, column->charset) &&
           (skip(scan, " ''") || (skip(scan, " X'") && take_hex(scan, out)));
}

static bool take_value(Scan *scan, const MysqlLoadColumn *column, Out *out)
{
    if (scan->p == scan->end) {
        return false;
    }
    switch (*scan->p) {
    case '\'':
        scan->p++;
        return take_string(scan, column, out);
    case 'X':
        return column->kind == MYSQL_LOAD_BYTES && skip(scan, "X'") && take_hex(scan, out);
    case '_':
        scan->p++;
        return take_other_text(scan, column, out);
    case 'N':
        put_null(out);
        return skip(scan, "NULL");
    default:
        return column->kind == MYSQL_LOAD_NUMBER && take_number(scan, out);
    }
}

/* --- Rows --------------------------------------------------------------------------------- */

static bool take_row(Scan *scan, const MysqlLoadColumn *columns, size_t n, Out *out)
{
    for (size_t i = 0; i < n; i++) {
        if (!skip(scan, i == 0 ? "(" : ",") || !take_value(scan, &columns[i], out)) {
            return false;
        }
        if (!end_value(out, i + 1 == n)) {
            out->cells->bytes.no_memory = true;
            return false;
        }
    }
    return skip(scan, ")");
}

/* room: bytes for each of the rows' own. */
static bool take_rows(const MysqlLoadColumn *columns, size_t n, const char *rows, size_t len,
                      size_t room, MysqlCells *cells, Buffer *out, uint64_t *n_rows)
{
    Scan scan = {rows, rows + len};
    char *start = buffer_reserve(out, len * room + 1);
    Out to = {.p = start, .cells = cells, .cell = start};

    *n_rows = 0;
    if (start == NULL) {
        return true;
    }
    if (n == 0) {
        return false;
    }
    do {
        if (!take_row(&scan, columns, n, &to)) {
            return false;
        }
        ++*n_rows;
    } while (skip(&scan, ",\n"));
    out->len += (size_t)(to.p - start);
    out->data[out->len] = '\0';
    return scan.p == scan.end;
}

bool mysql_load_rows(const MysqlLoadColumn *columns, size_t n, const char *rows, size_t len,
                     Buffer *out, uint64_t *n_rows)
{
    return take_rows(columns, n, rows, len, 2, NULL, out, n_rows);
}

bool mysql_load_cells(const MysqlLoadColumn *columns, size_t n, const char *rows, size_t len,
                      MysqlCells *out, uint64_t *n_rows)
{
    buffer_clear(&out->bytes);
    out->items.len = 0;
    return take_rows(columns, n, rows, len, 1, out, &out->bytes, n_rows);
}
