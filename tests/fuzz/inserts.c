/* SPDX-License-Identifier: Apache-2.0 */
/*
 * INSERT statements made into lines for LOAD DATA and cells for a prepared statement: both hold the
 * same rows, or both keep off. The first bytes say what the columns take.
 */
#include "fuzz.h"

#include "sql/mysql_load.h"

enum { COLUMNS_MOST = 8 };

static void check_rows(const MysqlLoadColumn *columns, size_t n, const char *text, size_t len)
{
    MysqlCells cells = {0};
    uint64_t n_lines = 0;
    uint64_t n_rows = 0;
    size_t bytes = 0;
    bool as_lines;
    bool as_cells;
    Buffer lines;

    buffer_init(&lines, SIZE_MAX);
    buffer_init(&cells.bytes, SIZE_MAX);
    as_lines = mysql_load_rows(columns, n, text, len, &lines, &n_lines);
    as_cells = mysql_load_cells(columns, n, text, len, &cells, &n_rows);
    FUZZ_ASSERT(as_lines == as_cells);
    FUZZ_ASSERT(!as_lines || (n_lines == n_rows && cells.items.len == n * n_rows));
    for (size_t i = 0; as_cells && i < cells.items.len; i++) {
        FUZZ_ASSERT(!cells.items.items[i].is_null || cells.items.items[i].len == 0);
        bytes += cells.items.items[i].len;
    }
    FUZZ_ASSERT(!as_cells || bytes == cells.bytes.len);
    buffer_free(&lines);
    buffer_free(&cells.bytes);
    vec_free(&cells.items);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const charsets[] = {"utf8mb4", "latin1", "binary", "sjis"};
    MysqlLoadColumn columns[COLUMNS_MOST];
    Buffer CLEANUP(buffer_free) names;
    const char *text;
    size_t n = 0;
    size_t head;

    buffer_init(&names, SIZE_MAX);
    if (size < COLUMNS_MOST) {
        return 0;
    }
    for (size_t i = 0; i < COLUMNS_MOST; i++) {
        columns[i] = (MysqlLoadColumn){.kind = (MysqlLoadKind)(data[i] & 3),
                                       .charset = charsets[(data[i] >> 2) & 3]};
    }
    text = (const char *)data + COLUMNS_MOST;
    size -= COLUMNS_MOST;
    head = mysql_load_head(text, size, &names, &n);
    FUZZ_ASSERT(head <= size);
    if (head > 0 && n <= COLUMNS_MOST) {
        check_rows(columns, n, text + head, size - head);
    }
    return 0;
}
