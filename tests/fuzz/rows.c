/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of COPY: made into the binary format, counted, cut. The first bytes say which columns there
 * are. What comes out doesn't depend on the pieces in which the text comes.
 */
#include "fuzz.h"

#include <string.h>

#include "archive/row_counter.h"
#include "sql/binary_rows.h"
#include "sql/copy_rows.h"

enum { COLUMNS_MOST = 8 };

typedef struct Converted {
    size_t used;
    uint64_t rows;
    bool stuck;
} Converted;

static Converted convert(const BinaryColumns *columns, const char *text, size_t len, Buffer *out)
{
    Converted made = {0};

    made.used = binary_rows_convert(columns, text, len, out, &made.rows, &made.stuck);
    FUZZ_ASSERT(made.used <= len && buffer_ok(out, "rows", &(Error){0}));
    FUZZ_ASSERT(made.used == 0 || text[made.used - 1] == '\n');
    FUZZ_ASSERT(made.used == 0 || made.rows > 0);
    return made;
}

/* All at once, and in two pieces. */
static void check_binary(const BinaryColumns *columns, const char *text, size_t len, size_t cut)
{
    Buffer CLEANUP(buffer_free) once;
    Buffer CLEANUP(buffer_free) twice;
    Converted whole;
    Converted first;
    Converted rest;

    buffer_init(&once, SIZE_MAX);
    buffer_init(&twice, SIZE_MAX);
    whole = convert(columns, text, len, &once);
    first = convert(columns, text, cut, &twice);
    rest = first.stuck ? (Converted){.stuck = true}
                       : convert(columns, text + first.used, len - first.used, &twice);
    FUZZ_ASSERT(whole.used == first.used + rest.used && whole.stuck == rest.stuck);
    FUZZ_ASSERT(whole.rows == first.rows + rest.rows);
    FUZZ_ASSERT(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
}

static uint64_t newlines(const char *text, size_t len)
{
    uint64_t n = 0;

    for (size_t i = 0; i < len; i++) {
        n += text[i] == '\n';
    }
    return n;
}

static void check_cuts(const char *text, size_t len, size_t cut)
{
    CopyRows once = {0};
    CopyRows twice = {0};

    if (len == 0) {
        return;
    }
    copy_rows_add(&once, text, len, newlines(text, len));
    if (cut > 0) {
        copy_rows_add(&twice, text, cut, newlines(text, cut));
        (void)copy_rows_can_cut(&twice, text + cut, len - cut);
    }
    if (cut < len) {
        copy_rows_add(&twice, text + cut, len - cut, newlines(text + cut, len - cut));
    }
    FUZZ_ASSERT(once.rows == twice.rows && once.last_byte == twice.last_byte);
    FUZZ_ASSERT(once.row_ends == twice.row_ends);
    /* A CR that is parted from its newline may mean anything: then nothing is cut at all. */
    FUZZ_ASSERT(once.line_end == twice.line_end || twice.line_end == LINE_END_OTHER);
}

static void check_counter(const char *text, size_t len, size_t cut)
{
    RowCounter once = {0};
    RowCounter twice = {0};

    row_counter_add(&once, text, len);
    row_counter_add(&twice, text, cut);
    row_counter_add(&twice, text + cut, len - cut);
    FUZZ_ASSERT(once.rows == twice.rows && once.seen == twice.seen);
    FUZZ_ASSERT(row_counter_whole(&once) == row_counter_whole(&twice));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    BinaryType types[COLUMNS_MOST];
    BinaryColumns columns = {.types = types};
    const char *text;
    size_t cut;

    if (size < COLUMNS_MOST + 2) {
        return 0;
    }
    columns.n = data[0] % (COLUMNS_MOST + 1);
    for (size_t i = 0; i < COLUMNS_MOST; i++) {
        types[i] = (BinaryType)(data[1 + i] % (BINARY_JSONB + 1));
    }
    text = (const char *)data + COLUMNS_MOST + 2;
    size -= COLUMNS_MOST + 2;
    cut = size == 0 ? 0 : data[COLUMNS_MOST + 1] % (size + 1);
    check_binary(&columns, text, size, cut);
    check_cuts(text, size, cut);
    check_counter(text, size, cut);
    return 0;
}
