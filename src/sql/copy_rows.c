/* SPDX-License-Identifier: Apache-2.0 */
/* Where COPY data can be cut. */
#include "sql/copy_rows.h"

#include <string.h>

/* How the line ends whose newline is at `newline`, `first` being its first byte at hand. */
static LineEnd end_of_line(const char *first, const char *newline, bool cr_before)
{
    size_t len = (size_t)(newline - first);
    const char *cr = memchr(first, '\r', len);

    if (cr_before) {
        return LINE_END_OTHER;
    }
    if (cr == NULL) {
        return LINE_END_LF;
    }
    return cr == newline - 1 ? LINE_END_CR_LF : LINE_END_OTHER;
}

static void learn_line_end(CopyRows *rows, const char *data, size_t len)
{
    const char *newline = memchr(data, '\n', len);

    if (newline != NULL) {
        rows->line_end = end_of_line(data, newline, rows->first_cr);
    } else {
        rows->first_cr = rows->first_cr || memchr(data, '\r', len) != NULL;
    }
}

void copy_rows_add(CopyRows *rows, const char *data, size_t len, uint64_t newlines)
{
    char before_last = len > 1 ? data[len - 2] : rows->last_byte;

    if (rows->line_end == LINE_END_UNKNOWN) {
        learn_line_end(rows, data, len);
    }
    rows->uncertain = rows->uncertain || (rows->last_byte == '\\' && data[0] == '\n') ||
                      memmem(data, len, "\\\n", 2) != NULL;
    rows->row_ends = data[len - 1] == '\n' && before_last != '\\';
    rows->last_byte = data[len - 1];
    rows->rows += newlines;
}

bool copy_rows_can_cut(const CopyRows *rows, const char *next, size_t len)
{
    const char *newline = memchr(next, '\n', len);

    return rows->row_ends && newline != NULL && rows->line_end != LINE_END_OTHER &&
           end_of_line(next, newline, false) == rows->line_end;
}
