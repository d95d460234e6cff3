/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzz targets share. Each file beside this one is a program that libFuzzer drives with
 * bytes of its own making: nothing may crash, read what isn't its own, want more memory than a
 * file of that size explains, or tell two different things of the same bytes.
 */
#ifndef DBB_TESTS_FUZZ_H
#define DBB_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/source.h"
#include "io/stream.h"

/* libFuzzer calls these. The second is for files with checksums: its result is a real file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t room, unsigned seed);
/* libFuzzer's own, for the mutator. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t room);

/* What must hold, whatever the input is. */
#define FUZZ_ASSERT(condition) ((condition) ? (void)0 : fuzz_fail(#condition, __FILE__, __LINE__))
_Noreturn void fuzz_fail(const char *what, const char *file, int line);

/* A failure must have been told: with a code that bytes can be the cause of, and words. */
void fuzz_check_verdict(bool ok, const Error *err);

/* The bytes as text with a NUL behind, for free(). */
char *fuzz_text(const uint8_t *data, size_t size);

/* Bytes in memory as a Source; there is nothing to close. */
typedef struct BytesSource {
    Source base;
    const uint8_t *bytes;
} BytesSource;
void bytes_source_init(BytesSource *source, const uint8_t *bytes, size_t len);

/* Bytes in memory as a Reader that gives out at most `most` of them at once. */
typedef struct DripReader {
    Reader base;
    const uint8_t *bytes;
    size_t len;
    size_t most;
} DripReader;
void drip_reader_init(DripReader *reader, const uint8_t *bytes, size_t len, size_t most);

/* What a stream held. */
typedef struct Drained {
    bool ok;
    ErrorCode code;
    uint64_t hash;
    uint64_t size;
} Drained;
/* Reads up to `most` bytes, `piece` (at most 64 KiB) at once, and closes the reader. */
Drained fuzz_drain(Reader *reader, size_t piece, uint64_t most);

#endif
