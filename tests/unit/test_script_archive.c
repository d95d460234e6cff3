/* SPDX-License-Identifier: Apache-2.0 */
/* The indexed SQL script: what is written is read again, and what can't be written. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "archive_sample.h"

#include "archive/chunk_writer.h"
#include "archive/layout.h"
#include "archive/script_reader.h"
#include "archive/script_stream.h"
#include "base/buffer.h"

static const Compression codecs[] = {
    {CODEC_GZIP, 4}, {CODEC_GZIP, 1}, {CODEC_ZSTD, 3}, {CODEC_ZSTD, 19}, {CODEC_NONE, 0}};

static void read_all(Reader *reader, Buffer *out)
{
    Error err;
    size_t got;

    do {
        char *room = buffer_reserve(out, 50000);

        assert_non_null(room);
        must(reader_read(reader, room, 50000, &got, &err), &err);
        out->len += got;
    } while (got > 0);
}

static void assert_same_text(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        assert_ptr_equal(a, b);
    } else {
        assert_string_equal(a, b);
    }
}

static void assert_same_entry(const Entry *a, const Entry *b)
{
    assert_int_equal(a->id, b->id);
    assert_int_equal(a->section, b->section);
    assert_same_text(a->kind, b->kind);
    assert_same_text(a->schema, b->schema);
    assert_same_text(a->name, b->name);
    assert_same_text(a->owner, b->owner);
    assert_same_text(a->tablespace, b->tablespace);
    assert_same_text(a->table, b->table);
    assert_same_text(a->drop_sql, b->drop_sql);
    assert_int_equal(a->with_history, b->with_history);
    assert_int_equal(a->n_deps, b->n_deps);
    for (size_t i = 0; i < a->n_deps; i++) {
        assert_int_equal(a->deps[i], b->deps[i]);
    }
    assert_int_equal(a->chunks.len, b->chunks.len);
    assert_int_equal(entry_rows(a), entry_rows(b));
    assert_true(a->content == b->content && (a->content != 0) == (entry_rows(b) != 0));
}

/* The archive that write_archive left gives back what the sample holds. */
static void assert_round_trip(const Sample *sample)
{
    ScriptArchive *archive;
    const Toc *toc;
    Error err;

    must(script_archive_open(file_path, &archive, &err), &err);
    toc = script_archive_toc(archive);
    assert_int_equal(toc->entries.len, sample->toc.entries.len);
    assert_same_text(toc->info.database, sample->toc.info.database);
    assert_same_text(toc->info.database_properties, sample->toc.info.database_properties);
    assert_null(toc->info.snapshot);
    assert_int_equal(toc->info.server_version_number, sample->toc.info.server_version_number);
    must(script_archive_check(archive, NULL, NULL, &err), &err);
    must(script_archive_verify(archive, NULL, NULL, NULL, &err), &err);
    for (size_t i = 0; i < toc->entries.len; i++) {
        Reader *reader;
        Buffer text;

        assert_same_entry(&toc->entries.items[i], &sample->toc.entries.items[i]);
        buffer_init(&text, SIZE_MAX);
        must(script_archive_read_entry(archive, &toc->entries.items[i], &reader, &err), &err);
        read_all(reader, &text);
        reader_close(reader);
        assert_int_equal(text.len, sample->texts[i].len);
        assert_memory_equal(text.data, sample->texts[i].data, text.len);
        buffer_free(&text);
    }
    script_archive_close(archive);
}

/* The same through script_stream: all texts one after another, perhaps with comment lines. */
static void assert_stream(const Sample *sample, Codec codec)
{
    size_t at = codec == CODEC_NONE ? FIRST_LINE : 0;
    uint64_t position = 0;
    Reader *reader;
    struct stat status;
    Buffer text;
    Error err;

    buffer_init(&text, SIZE_MAX);
    must(script_stream_open(file_path, NULL, &position, &reader, &err), &err);
    read_all(reader, &text);
    reader_close(reader);
    for (size_t i = 0; i < sample->toc.entries.len; i++) {
        const Buffer *part = &sample->texts[i];

        assert_true(text.len - at >= part->len);
        assert_memory_equal(text.data + at, part->data, part->len);
        at += part->len;
    }
    if (codec == CODEC_NONE) {
        assert_memory_equal(text.data + at, "-- dbbackup index 1\n", 20);
    } else {
        assert_int_equal(at, text.len);
    }
    assert_int_equal(stat(file_path, &status), 0);
    assert_int_equal(position, status.st_size);
    buffer_free(&text);
}

/* The stock programs must take the file, and give the same text. */
static void assert_stock_program(Codec codec)
{
    char command[256];
    static const char *const tests[] = {[CODEC_GZIP] = "gzip -t", [CODEC_ZSTD] = "zstd -qt"};
    static const char *const names[] = {[CODEC_GZIP] = "gzip", [CODEC_ZSTD] = "zstd"};

    if (codec == CODEC_NONE) {
        return;
    }
    (void)snprintf(command, sizeof command, "command -v %s >/dev/null || exit 0; %s < %s",
                   names[codec], tests[codec], file_path);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): the command is ours */
}

static void test_small_round_trip(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(codecs); i++) {
        Sample sample;
        ScriptSummary summary;
        struct stat status;

        small_sample(&sample);
        write_archive(&sample, codecs[i], &summary);
        assert_int_equal(stat(file_path, &status), 0);
        assert_int_equal(summary.file_size, status.st_size);
        assert_round_trip(&sample);
        assert_stream(&sample, codecs[i].codec);
        assert_stock_program(codecs[i].codec);
        sample_free(&sample);
    }
}

/* Numbers without a pattern that are the same in every run. */
static unsigned next_number(void)
{
    static uint32_t seed = 1;

    seed = seed * 1664525 + 1013904223;
    return seed >> 8;
}

/* Rows of random lengths, of letters that compress a little. */
static void random_data(Buffer *text, size_t size)
{
    buffer_init(text, SIZE_MAX);
    buffer_puts(text, "COPY t FROM stdin;\n");
    while (text->len < size) {
        size_t row = next_number() % 300;

        for (size_t i = 0; i < row; i++) {
            buffer_putc(text, (char)('a' + next_number() % 26));
        }
        buffer_putc(text, '\n');
    }
    buffer_puts(text, "\\.\n");
}

static void test_random_round_trip(void **state)
{
    static const size_t sizes[] = {0,       1,       5000,    1048575, 1048576,
                                   1048577, 2097152, 2500000, 77,      1000};

    (void)state;
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c++) {
        Sample sample;
        ScriptSummary summary;

        if (codecs[c].level > 9) {
            continue; /* slow, and shown by the small one */
        }
        toc_init(&sample.toc);
        sample.texts = calloc(ARRAY_LENGTH(sizes), sizeof *sample.texts);
        assert_non_null(sample.texts);
        for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
            Entry entry = {.section = SECTION_DATA, .kind = "TABLE DATA", .name = "t"};

            add_entry(&sample.toc, &entry);
            random_data(&sample.texts[i], sizes[i]);
        }
        write_archive(&sample, codecs[c], &summary);
        assert_round_trip(&sample);
        assert_stream(&sample, codecs[c].codec);
        assert_stock_program(codecs[c].codec);
        sample_free(&sample);
    }
}

static void test_large_row(void **state)
{
    (void)state;
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c++) {
        Entry entry = {.section = SECTION_DATA, .kind = "TABLE DATA", .name = "t"};
        Sample sample;
        ScriptSummary summary;
        Buffer *text;

        toc_init(&sample.toc);
        sample.texts = calloc(1, sizeof *sample.texts);
        assert_non_null(sample.texts);
        text = sample.texts;
        add_entry(&sample.toc, &entry);
        buffer_init(text, SIZE_MAX);
        buffer_puts(text, "COPY t FROM stdin;\nsmall\n");
        assert_non_null(buffer_reserve(text, 5000000));
        memset(text->data + text->len, 'x', 5000000);
        text->len += 5000000;
        buffer_puts(text, "\nsmall\n\\.\n");
        write_archive(&sample, codecs[c], &summary);
        assert_round_trip(&sample);
        assert_stream(&sample, codecs[c].codec);
        sample_free(&sample);
    }
}

static void test_empty_archive(void **state)
{
    (void)state;
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c++) {
        Sample sample = {.texts = NULL};
        ScriptSummary summary;

        toc_init(&sample.toc);
        write_archive(&sample, codecs[c], &summary);
        assert_round_trip(&sample);
        assert_stream(&sample, codecs[c].codec);
        sample_free(&sample);
    }
}

static void test_writer_refuses(void **state)
{
    Sample sample;
    ScriptWriter *writer;
    ChunkWriter *chunks;
    ScriptSummary summary;
    Writer *text;
    Entry stranger = {.id = 9};
    Error err = {0};

    (void)state;
    small_sample(&sample);
    store(other_path, (const uint8_t *)"x", 1);
    assert_false(script_writer_open(other_path, false, codecs[0], NULL, &writer, &err));
    assert_int_equal(err.code, ERR_REFUSED);
    assert_false(
        script_writer_open(file_path, true, (Compression){CODEC_GZIP, 13}, NULL, &writer, &err));
    assert_int_equal(err.code, ERR_USAGE);
    (void)unlink(file_path);
    /* An entry that isn't ended, and one that the table of contents doesn't have. */
    must(script_writer_open(file_path, false, codecs[0], NULL, &writer, &err), &err);
    must(chunk_writer_new(writer, &chunks, &err), &err);
    must(chunk_writer_begin(chunks, &sample.toc.entries.items[0], 0, &text, &err), &err);
    chunk_writer_free(chunks);
    assert_false(script_writer_finish(writer, &sample.toc, &summary, &err));
    assert_int_equal(access(file_path, F_OK), -1);
    must(script_writer_open(file_path, false, codecs[0], NULL, &writer, &err), &err);
    write_chunk(writer, &stranger, 0, "", 0);
    assert_false(script_writer_finish(writer, &sample.toc, &summary, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_int_equal(access(file_path, F_OK), -1);
    vec_free(&stranger.chunks);
    sample_free(&sample);
}

static void test_full_disk(void **state)
{
    static char noise[3 << 20];
    Entry entry = {.id = 1, .section = SECTION_DATA, .kind = "TABLE DATA", .name = "t"};
    ScriptWriter *writer;
    ChunkWriter *chunks = NULL;
    Writer *text;
    Error err = {0};
    int saved = dup(STDOUT_FILENO);
    int full = open("/dev/full", O_WRONLY);
    bool ok;

    (void)state;
    if (full < 0) {
        return;
    }
    for (size_t i = 0; i < sizeof noise; i++) {
        noise[i] = (char)next_number();
    }
    assert_int_equal(fflush(stdout), 0);
    assert_int_equal(dup2(full, STDOUT_FILENO), STDOUT_FILENO);
    ok = script_writer_open("-", false, codecs[0], NULL, &writer, &err) &&
         chunk_writer_new(writer, &chunks, &err) &&
         chunk_writer_begin(chunks, &entry, 0, &text, &err) &&
         writer_write(text, noise, sizeof noise, &err) && chunk_writer_end(chunks, 0, 0, &err);
    assert_int_equal(dup2(saved, STDOUT_FILENO), STDOUT_FILENO);
    close(saved);
    close(full);
    assert_false(ok);
    assert_int_equal(err.code, ERR_IO);
    assert_true(err.hint[0] != '\0');
    chunk_writer_free(chunks);
    script_writer_abort(writer);
    vec_free(&entry.chunks);
}

static LayoutVerdict layout_of(const Chunk *chunks, size_t n, const uint32_t *deps, size_t n_deps)
{
    Layout layout = {0};
    LayoutVerdict verdict;
    Toc toc;

    toc_init(&toc);
    for (size_t i = 0; i < n; i++) {
        Entry entry = {.deps = deps, .n_deps = n_deps};

        assert_true(vec_push(&entry.chunks, chunks[i]));
        add_entry(&toc, &entry);
    }
    verdict = layout_find(&toc, 0, 30, &layout);
    vec_free(&layout);
    toc_free(&toc);
    return verdict;
}

static void test_layout(void **state)
{
    static const Chunk good[] = {
        {.offset = 20, .size = 10}, {.offset = 0, .size = 20}, {.offset = 20, .size = 0}};
    static const Chunk gap[] = {{.offset = 0, .size = 10}, {.offset = 11, .size = 20}};
    static const Chunk overlap[] = {{.offset = 0, .size = 15}, {.offset = 10, .size = 15}};
    static const Chunk early[] = {{.offset = 0, .size = 29}};
    static const Chunk wrap[] = {{.offset = 0, .size = UINT64_MAX},
                                 {.offset = UINT64_MAX, .size = 31}};
    static const uint32_t nothing[] = {7};
    static const uint32_t self[] = {1};
    Layout layout = {0};
    Toc toc;

    (void)state;
    assert_int_equal(layout_of(good, 3, NULL, 0), LAYOUT_GOOD);
    assert_int_equal(layout_of(gap, 2, NULL, 0), LAYOUT_GAP);
    assert_int_equal(layout_of(overlap, 2, NULL, 0), LAYOUT_GAP);
    assert_int_equal(layout_of(early, 1, NULL, 0), LAYOUT_GAP);
    assert_int_equal(layout_of(wrap, 2, NULL, 0), LAYOUT_GAP);
    assert_int_equal(layout_of(good, 3, nothing, 1), LAYOUT_BAD_DEP);
    assert_int_equal(layout_of(good, 3, self, 1), LAYOUT_BAD_DEP);
    toc_init(&toc);
    add_entry(&toc, &(Entry){0});
    add_entry(&toc, &(Entry){0});
    assert_int_equal(layout_find(&toc, 0, 0, &layout), LAYOUT_GOOD);
    for (uint32_t id = 0; id < 2; id++) { /* none; that of the first one */
        toc.entries.items[1].id = id;
        assert_int_equal(layout_find(&toc, 0, 0, &layout), LAYOUT_BAD_ID);
    }
    toc_free(&toc);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_round_trip), cmocka_unit_test(test_random_round_trip),
        cmocka_unit_test(test_large_row),        cmocka_unit_test(test_empty_archive),
        cmocka_unit_test(test_writer_refuses),   cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_layout),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
