/* SPDX-License-Identifier: Apache-2.0 */
#include "archive_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

char file_path[64];
char other_path[64];

static char folder[] = "/tmp/dbb-archive-XXXXXX";

int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    (void)snprintf(file_path, sizeof file_path, "%s/a.sql", folder);
    (void)snprintf(other_path, sizeof other_path, "%s/b.sql", folder);
    return 0;
}

int remove_folder(void **state)
{
    (void)state;
    (void)unlink(file_path);
    (void)unlink(other_path);
    return rmdir(folder);
}

void must(bool ok, const Error *err)
{
    if (!ok) {
        print_error("# %s\n", err->message);
    }
    assert_true(ok);
}

size_t load(const char *path, uint8_t **bytes)
{
    FILE *file = fopen(path, "rb");
    struct stat status;

    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &status), 0);
    *bytes = malloc((size_t)status.st_size + 1);
    assert_non_null(*bytes);
    assert_int_equal(fread(*bytes, 1, (size_t)status.st_size, file), status.st_size);
    (void)fclose(file);
    return (size_t)status.st_size;
}

void store(const char *path, const uint8_t *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

void add_entry(Toc *toc, const Entry *entry)
{
    Entry copy = *entry;

    copy.id = (uint32_t)toc->entries.len + 1;
    assert_true(vec_push(&toc->entries, copy));
}

/* One chunk that is this text. */
void write_chunk(ScriptWriter *script, Entry *entry, uint32_t number, const char *text,
                 uint64_t rows)
{
    ChunkWriter *chunks;
    Writer *out;
    Error err;

    must(chunk_writer_new(script, &chunks, &err), &err);
    must(chunk_writer_begin(chunks, entry, number, &out, &err), &err);
    must(writer_write(out, text, strlen(text), &err), &err);
    must(chunk_writer_end(chunks, rows, rows * SAMPLE_CONTENT, &err), &err);
    chunk_writer_free(chunks);
}

static const uint32_t small_deps[] = {1};

/* Two definitions, a table's data, and an empty text; names that want care. */
void small_sample(Sample *sample)
{
    static const char *const texts[] = {
        "CREATE SCHEMA s;\n",
        "CREATE TABLE s.\"t\n1\" (a integer);\n",
        "COPY s.\"t\n1\" (a) FROM stdin;\n1\n2\n\\N\n\\.\n",
        "",
    };
    static const Entry entries[] = {
        {.section = SECTION_PRE_DATA,
         .kind = "SCHEMA",
         .name = "s",
         .owner = "o'wner",
         .drop_sql = "DROP SCHEMA s;"},
        {.section = SECTION_PRE_DATA,
         .kind = "TABLE",
         .schema = "s",
         .name = "t\n1",
         .owner = "\xE4\xF6 latin",
         .tablespace = "fast",
         .deps = small_deps,
         .n_deps = 1},
        {.section = SECTION_DATA,
         .kind = "TABLE DATA",
         .schema = "s",
         .name = "t\n1",
         .table = "s.\"t\n1\"",
         .with_history = true,
         .deps = small_deps,
         .n_deps = 1},
        {.section = SECTION_POST_DATA, .kind = "COMMENT", .name = "\xF0\x9F\x90\x98 \\ \" \x01"},
    };

    toc_init(&sample->toc);
    sample->toc.info = (TocInfo){.dbms = "postgres",
                                 .server_version = "15.0",
                                 .server_version_number = 150000,
                                 .database = "d\xFF"
                                             "b",
                                 .encoding = "UTF8",
                                 .database_properties = "{\"a\":[1,2]}"};
    sample->texts = calloc(ARRAY_LENGTH(texts), sizeof *sample->texts);
    assert_non_null(sample->texts);
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        add_entry(&sample->toc, &entries[i]);
        buffer_init(&sample->texts[i], SIZE_MAX);
        buffer_puts(&sample->texts[i], texts[i]);
    }
}

void sample_free(Sample *sample)
{
    for (size_t i = 0; i < sample->toc.entries.len; i++) {
        buffer_free(&sample->texts[i]);
    }
    free(sample->texts);
    toc_free(&sample->toc);
}

/* Lines between the COPY statement and its \. */
static uint64_t rows_of(const Buffer *text)
{
    uint64_t lines = 0;

    for (const char *p = strchr(text->data, ';') + 2; *p != '\0'; p++) {
        lines += *p == '\n';
    }
    return lines - 1;
}

void write_archive(Sample *sample, Compression compression, ScriptSummary *summary)
{
    ScriptWriter *writer;
    ChunkWriter *chunks;
    Error err;

    must(script_writer_open(file_path, true, compression, NULL, &writer, &err), &err);
    must(chunk_writer_new(writer, &chunks, &err), &err);
    for (size_t i = 0; i < sample->toc.entries.len; i++) {
        const Buffer *text = &sample->texts[i];
        Writer *out;
        const Entry *entry = &sample->toc.entries.items[i];
        uint64_t rows;
        size_t at = 0;

        must(chunk_writer_begin(chunks, &sample->toc.entries.items[i], 0, &out, &err), &err);
        while (at < text->len) { /* one call a line */
            const char *end = memchr(text->data + at, '\n', text->len - at);
            size_t n = end == NULL ? text->len - at : (size_t)(end + 1 - text->data) - at;

            must(writer_write(out, text->data + at, n, &err), &err);
            at += n;
        }
        rows = entry->section == SECTION_DATA ? rows_of(text) : 0;
        must(chunk_writer_end(chunks, rows, rows * SAMPLE_CONTENT, &err), &err);
    }
    chunk_writer_free(chunks);
    must(script_writer_finish(writer, &sample->toc, summary, &err), &err);
}
