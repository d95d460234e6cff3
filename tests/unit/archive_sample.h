/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the script archive share: files in a folder of their own, and a small archive. What
 * fails here fails the test. */
#ifndef DBB_TESTS_ARCHIVE_SAMPLE_H
#define DBB_TESTS_ARCHIVE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/chunk_writer.h"
#include "archive/script_writer.h"
#include "base/buffer.h"

/* Bytes of a file without compression that belong to no entry. */
enum { FIRST_LINE = sizeof "-- dbbackup script 1 none\n" - 1 };

/* Checksum of each row. */
#define SAMPLE_CONTENT UINT64_C(0x9e3779b97f4a7c15)

/* Two files in the folder, of which there is one for each program. */
extern char file_path[64];
extern char other_path[64];
int make_folder(void **state);
int remove_folder(void **state);

void must(bool ok, const Error *err);
/* The caller frees *bytes. */
size_t load(const char *path, uint8_t **bytes);
void store(const char *path, const uint8_t *bytes, size_t len);

/* Numbers the entry and appends it. */
void add_entry(Toc *toc, const Entry *entry);
/* One chunk that is this text. */
void write_chunk(ScriptWriter *script, Entry *entry, uint32_t number, const char *text,
                 uint64_t rows);

/* Entries and their texts, one for each. */
typedef struct Sample {
    Toc toc;
    Buffer *texts;
} Sample;

/* Two definitions, a table's data, and an empty text; names that want care. */
void small_sample(Sample *sample);
void sample_free(Sample *sample);
/* To file_path. */
void write_archive(Sample *sample, Compression compression, ScriptSummary *summary);

#endif
