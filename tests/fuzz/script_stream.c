/* SPDX-License-Identifier: Apache-2.0 */
/* A script as it comes from a pipe, whatever it is: what `restore -` reads. */
#include "fuzz.h"

#include "archive/file_kind.h"
#include "archive/script_stream.h"
#include "sql/script_check.h"

static void check(const uint8_t *data, size_t size, size_t piece, ErrorCode *code)
{
    ScriptFacts facts = {0};
    DripReader source;
    Reader *text;
    Error err = {0};
    bool ok;

    drip_reader_init(&source, data, size, piece);
    ok = script_stream_over(&source.base, "bytes", &text, &err);
    if (ok) {
        ok = sql_script_check(text, "bytes", SQL_GUESSED, NULL, NULL, &facts, &err);
        reader_close(text);
    }
    fuzz_check_verdict(ok, &err);
    *code = ok ? ERR_NONE : err.code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    BytesSource source;
    ErrorCode whole;
    ErrorCode pieces;
    FileKind kind;
    Error err = {0};

    check(data, size, SIZE_MAX, &whole);
    check(data, size, 61, &pieces);
    FUZZ_ASSERT((whole == ERR_NONE) == (pieces == ERR_NONE));
    bytes_source_init(&source, data, size);
    FUZZ_ASSERT(file_kind_of_source(&source.base, &kind, &err));
    return 0;
}
