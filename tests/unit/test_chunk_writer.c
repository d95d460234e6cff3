/* SPDX-License-Identifier: Apache-2.0 */
/* Chunks from several writers: in any order, and at the same time. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "archive_sample.h"

#include "archive/chunk_writer.h"
#include "archive/script_reader.h"
#include "archive/script_stream.h"

static const Compression codecs[] = {{CODEC_GZIP, 4}, {CODEC_ZSTD, 1}, {CODEC_NONE, 0}};

/* The file is good, read by its index and from beginning to end. */
static void verify_file(void)
{
    static char piece[1 << 20];
    ScriptArchive *archive;
    Reader *reader;
    size_t got;
    Error err;

    must(script_archive_open(file_path, &archive, &err), &err);
    must(script_archive_verify(archive, NULL, NULL, NULL, &err), &err);
    script_archive_close(archive);
    must(script_stream_open(file_path, NULL, NULL, &reader, &err), &err);
    do {
        must(reader_read(reader, piece, sizeof piece, &got, &err), &err);
    } while (got > 0);
    reader_close(reader);
}

/* All of an entry's text, read through the index. */
static char *text_of(const Entry *entry)
{
    static char text[4096];
    ScriptArchive *archive;
    Reader *reader;
    size_t len = 0;
    size_t got;
    Error err;

    must(script_archive_open(file_path, &archive, &err), &err);
    must(script_archive_read_entry(
             archive, &script_archive_toc(archive)->entries.items[entry->id - 1], &reader, &err),
         &err);
    do {
        must(reader_read(reader, text + len, sizeof text - 1 - len, &got, &err), &err);
        len += got;
    } while (got > 0);
    text[len] = '\0';
    reader_close(reader);
    script_archive_close(archive);
    return text;
}

/* Chunks come in any order, and from several writers at once; they are read by their numbers. */
static void test_chunks_out_of_order(void **state)
{
    static const Entry table = {
        .section = SECTION_DATA, .kind = "TABLE DATA", .name = "t", .n_pieces = 3};

    (void)state;
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c++) {
        ScriptWriter *script;
        ChunkWriter *late;
        ScriptSummary summary;
        Writer *text;
        Entry *entry;
        Toc toc;
        Error err = {0};

        toc_init(&toc);
        add_entry(&toc, &table);
        entry = &toc.entries.items[0];
        must(script_writer_open(file_path, true, codecs[c], NULL, &script, &err), &err);
        must(chunk_writer_new(script, &late, &err), &err);
        must(chunk_writer_begin(late, entry, 1, &text, &err), &err);
        must(writer_write(text, "COPY t FROM stdin;\n1\n", 21, &err), &err);
        write_chunk(script, entry, 2, "COPY t FROM stdin;\n2\n\\.\n", 1);
        write_chunk(script, entry, CHUNK_FURTHER, "COPY t FROM stdin;\n3\n\\.\n", 1);
        write_chunk(script, entry, 0, "COPY t FROM stdin;\n0\n\\.\n", 1);
        must(writer_write(text, "\\.\n", 3, &err), &err);
        must(chunk_writer_end(late, 1, SAMPLE_CONTENT, &err), &err);
        chunk_writer_free(late);
        write_chunk(script, entry, CHUNK_FURTHER, "-- 4\n", 0);
        must(script_writer_finish(script, &toc, &summary, &err), &err);
        assert_string_equal(text_of(entry), "COPY t FROM stdin;\n0\n\\.\n"
                                            "COPY t FROM stdin;\n1\n\\.\n"
                                            "COPY t FROM stdin;\n2\n\\.\n"
                                            "COPY t FROM stdin;\n3\n\\.\n-- 4\n");
        assert_true(entry->content == 4 * SAMPLE_CONTENT);
        verify_file();
        toc_free(&toc);
    }
}

/* A chunk of a piece that never came, and one that comes twice. */
static void test_chunks_that_lack(void **state)
{
    static const Entry table = {
        .section = SECTION_DATA, .kind = "TABLE DATA", .name = "t", .n_pieces = 2};
    ScriptWriter *script;
    ChunkWriter *chunks;
    ScriptSummary summary;
    Writer *text;
    Toc toc;
    Error err = {0};

    (void)state;
    (void)unlink(file_path);
    toc_init(&toc);
    add_entry(&toc, &table);
    must(script_writer_open(file_path, false, codecs[0], NULL, &script, &err), &err);
    write_chunk(script, &toc.entries.items[0], 1, "-- 1\n", 0);
    must(chunk_writer_new(script, &chunks, &err), &err);
    assert_false(chunk_writer_begin(chunks, &toc.entries.items[0], 1, &text, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_false(chunk_writer_begin(chunks, &toc.entries.items[0], 0, &text, &err));
    chunk_writer_free(chunks);
    must(chunk_writer_new(script, &chunks, &err), &err);
    assert_false(chunk_writer_begin(chunks, &toc.entries.items[0], 2, &text, &err));
    chunk_writer_free(chunks);
    assert_false(script_writer_finish(script, &toc, &summary, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_int_equal(access(file_path, F_OK), -1);
    toc_free(&toc);
}

/* Numbers below n_pieces belong to the pieces, whoever comes first. */
static void test_further_chunk_comes_first(void **state)
{
    static const Entry table = {
        .section = SECTION_DATA, .kind = "TABLE DATA", .name = "t", .n_pieces = 2};
    ScriptWriter *script;
    ScriptSummary summary;
    Toc toc;
    Error err = {0};

    (void)state;
    toc_init(&toc);
    add_entry(&toc, &table);
    must(script_writer_open(file_path, true, codecs[0], NULL, &script, &err), &err);
    write_chunk(script, &toc.entries.items[0], CHUNK_FURTHER, "-- 2\n", 0);
    write_chunk(script, &toc.entries.items[0], CHUNK_FURTHER, "-- 3\n", 0);
    write_chunk(script, &toc.entries.items[0], 1, "-- 1\n", 0);
    write_chunk(script, &toc.entries.items[0], 0, "-- 0\n", 0);
    must(script_writer_finish(script, &toc, &summary, &err), &err);
    assert_string_equal(text_of(&toc.entries.items[0]), "-- 0\n-- 1\n-- 2\n-- 3\n");
    toc_free(&toc);
}

/* A writer that has the file to itself fails: the others must not wait for ever. */
static void test_cancel_gives_the_file_back(void **state)
{
    static char piece[1 << 20];
    static const Entry entry = {.section = SECTION_DATA, .kind = "BLOBS", .name = "b"};
    ScriptWriter *script;
    ChunkWriter *chunks;
    ScriptSummary summary;
    Writer *text;
    Toc toc;
    Error err = {0};

    (void)state;
    memset(piece, '\n', sizeof piece);
    toc_init(&toc);
    add_entry(&toc, &entry);
    add_entry(&toc, &entry);
    must(script_writer_open(file_path, true, (Compression){CODEC_NONE, 0}, NULL, &script, &err),
         &err);
    must(chunk_writer_new(script, &chunks, &err), &err);
    must(chunk_writer_begin(chunks, &toc.entries.items[0], 0, &text, &err), &err);
    for (int i = 0; i < 20; i++) {
        must(writer_write(text, piece, sizeof piece, &err), &err);
    }
    chunk_writer_cancel(chunks);
    write_chunk(script, &toc.entries.items[1], 0, "-- 1\n", 0);
    chunk_writer_free(chunks);
    assert_false(script_writer_finish(script, &toc, &summary, &err));
    toc_free(&toc);
}

enum { THREADS = 4, LONG_CHUNK = 24 << 20 };

/* What one of several threads writes: chunks of every length, some of them longer than what is held
 * back. */
typedef struct Worker {
    ScriptWriter *script;
    Toc *toc;
    uint32_t first; /* every fourth entry from here on */
    pthread_t thread;
} Worker;

static bool write_line(Writer *text, uint64_t number, size_t len, Error *err)
{
    char line[1024];

    memset(line, 'a' + (int)(number % 26), len);
    for (size_t i = 0; i < len; i += 7) { /* not too easy to compress */
        line[i] = (char)('0' + (number * 2654435761U >> (i % 24)) % 10);
    }
    line[len - 1] = '\n';
    return writer_write(text, line, len, err);
}

static void *write_entries(void *argument)
{
    Worker *worker = argument;
    ChunkWriter *chunks;
    Error err;
    bool ok = chunk_writer_new(worker->script, &chunks, &err);

    for (uint32_t i = worker->first; ok && i < worker->toc->entries.len; i += THREADS) {
        size_t size = i % 5 == 0 ? LONG_CHUNK : i * 1000;
        size_t done = 0;
        Writer *text;

        ok = chunk_writer_begin(chunks, &worker->toc->entries.items[i], 0, &text, &err);
        while (ok && done < size) {
            size_t len = 10 + done % 1000;

            ok = write_line(text, i + done, len, &err);
            done += len;
        }
        ok = ok && chunk_writer_end(chunks, 0, 0, &err);
    }
    chunk_writer_free(chunks);
    return ok ? worker : NULL;
}

static void test_several_threads(void **state)
{
    static const Entry entry = {.section = SECTION_PRE_DATA, .kind = "TABLE", .name = "t"};
    static const Compression used[] = {{CODEC_ZSTD, 1}, {CODEC_NONE, 0}};

    (void)state;
    for (size_t c = 0; c < ARRAY_LENGTH(used); c++) {
        Worker workers[THREADS];
        ScriptWriter *script;
        ScriptSummary summary;
        Toc toc;
        Error err = {0};

        toc_init(&toc);
        for (int i = 0; i < 24; i++) {
            add_entry(&toc, &entry);
        }
        must(script_writer_open(file_path, true, used[c], NULL, &script, &err), &err);
        for (uint32_t i = 0; i < THREADS; i++) {
            workers[i] = (Worker){.script = script, .toc = &toc, .first = i};
            assert_int_equal(pthread_create(&workers[i].thread, NULL, write_entries, &workers[i]),
                             0);
        }
        for (uint32_t i = 0; i < THREADS; i++) {
            void *result;

            assert_int_equal(pthread_join(workers[i].thread, &result), 0);
            assert_non_null(result);
        }
        must(script_writer_finish(script, &toc, &summary, &err), &err);
        assert_true(summary.raw_size > (uint64_t)3 * LONG_CHUNK);
        verify_file();
        toc_free(&toc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunks_out_of_order),
        cmocka_unit_test(test_chunks_that_lack),
        cmocka_unit_test(test_further_chunk_comes_first),
        cmocka_unit_test(test_cancel_gives_the_file_back),
        cmocka_unit_test(test_several_threads),
    };

    return cmocka_run_group_tests_name("chunk_writer", tests, make_folder, remove_folder);
}
