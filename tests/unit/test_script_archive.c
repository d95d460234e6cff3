/* SPDX-License-Identifier: Apache-2.0 */
/* The indexed SQL script: round trips, and every way in which a file can be damaged. */
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

#include "archive/chunk_writer.h"
#include "archive/index.h"
#include "archive/layout.h"
#include "archive/script_reader.h"
#include "archive/script_stream.h"
#include "base/buffer.h"
#include "io/memory_reader.h"

static const Compression codecs[] = {
    {CODEC_GZIP, 4}, {CODEC_GZIP, 1}, {CODEC_ZSTD, 3}, {CODEC_ZSTD, 19}, {CODEC_NONE, 0}};

enum { FIRST_LINE = sizeof "-- dbbackup script 1 none\n" - 1 };

static char folder[] = "/tmp/dbb-archive-XXXXXX";
static char file_path[64];
static char other_path[64];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    (void)snprintf(file_path, sizeof file_path, "%s/a.sql", folder);
    (void)snprintf(other_path, sizeof other_path, "%s/b.sql", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(file_path);
    (void)unlink(other_path);
    return rmdir(folder);
}

static void must(bool ok, const Error *err)
{
    if (!ok) {
        print_error("# %s\n", err->message);
    }
    assert_true(ok);
}

/* Entries and their texts, one for each. */
typedef struct Sample {
    Toc toc;
    Buffer *texts;
} Sample;

static void add_entry(Toc *toc, const Entry *entry)
{
    Entry copy = *entry;

    copy.id = (uint32_t)toc->entries.len + 1;
    assert_true(vec_push(&toc->entries, copy));
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

static void write_archive(Sample *sample, Compression compression, ScriptSummary *summary)
{
    ScriptWriter *writer;
    ChunkWriter *chunks;
    Error err;

    must(script_writer_open(file_path, true, compression, &writer, &err), &err);
    must(chunk_writer_new(writer, &chunks, &err), &err);
    for (size_t i = 0; i < sample->toc.entries.len; i++) {
        const Buffer *text = &sample->texts[i];
        Writer *out;
        const Entry *entry = &sample->toc.entries.items[i];
        size_t at = 0;

        must(chunk_writer_begin(chunks, &sample->toc.entries.items[i], 0, &out, &err), &err);
        while (at < text->len) { /* one call a line */
            const char *end = memchr(text->data + at, '\n', text->len - at);
            size_t n = end == NULL ? text->len - at : (size_t)(end + 1 - text->data) - at;

            must(writer_write(out, text->data + at, n, &err), &err);
            at += n;
        }
        must(chunk_writer_end(chunks, entry->section == SECTION_DATA ? rows_of(text) : 0, &err),
             &err);
    }
    chunk_writer_free(chunks);
    must(script_writer_finish(writer, &sample->toc, summary, &err), &err);
}

/* One chunk that is this text. */
static void write_chunk(ScriptWriter *script, Entry *entry, uint32_t number, const char *text,
                        uint64_t rows)
{
    ChunkWriter *chunks;
    Writer *out;
    Error err;

    must(chunk_writer_new(script, &chunks, &err), &err);
    must(chunk_writer_begin(chunks, entry, number, &out, &err), &err);
    must(writer_write(out, text, strlen(text), &err), &err);
    must(chunk_writer_end(chunks, rows, &err), &err);
    chunk_writer_free(chunks);
}

static void sample_free(Sample *sample)
{
    for (size_t i = 0; i < sample->toc.entries.len; i++) {
        buffer_free(&sample->texts[i]);
    }
    free(sample->texts);
    toc_free(&sample->toc);
}

static const uint32_t small_deps[] = {1};

/* Two definitions, a table's data, and an empty text; names that want care. */
static void small_sample(Sample *sample)
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
    assert_int_equal(a->n_deps, b->n_deps);
    for (size_t i = 0; i < a->n_deps; i++) {
        assert_int_equal(a->deps[i], b->deps[i]);
    }
    assert_int_equal(a->chunks.len, b->chunks.len);
    assert_int_equal(entry_rows(a), entry_rows(b));
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
    must(script_stream_open(file_path, &position, &reader, &err), &err);
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

static size_t load(const char *path, uint8_t **bytes)
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

static void store(const char *path, const uint8_t *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static ErrorCode archive_verdict(const char *path, Error *err)
{
    ScriptArchive *archive;
    bool ok;

    if (!script_archive_open(path, &archive, err)) {
        return err->code;
    }
    ok = script_archive_check(archive, NULL, NULL, err);
    script_archive_close(archive);
    return ok ? ERR_NONE : err->code;
}

static ErrorCode drain(Reader *reader, Error *err);

/* Of reading every entry: each is checked without the others. */
static ErrorCode entries_verdict(const char *path, Error *err)
{
    ErrorCode code = ERR_NONE;
    ScriptArchive *archive;
    const Toc *toc;

    if (!script_archive_open(path, &archive, err)) {
        return err->code;
    }
    toc = script_archive_toc(archive);
    for (size_t i = 0; code == ERR_NONE && i < toc->entries.len; i++) {
        Reader *reader;

        must(script_archive_read_entry(archive, &toc->entries.items[i], &reader, err), err);
        code = drain(reader, err);
    }
    script_archive_close(archive);
    return code;
}

/* The same of script_archive_verify. */
static ErrorCode verify_verdict(const char *path, Error *err)
{
    ScriptArchive *archive;
    bool ok;

    if (!script_archive_open(path, &archive, err)) {
        return err->code;
    }
    ok = script_archive_verify(archive, NULL, NULL, NULL, err);
    script_archive_close(archive);
    return ok ? ERR_NONE : err->code;
}

static ErrorCode drain(Reader *reader, Error *err)
{
    static char bytes[65536];
    size_t got;
    bool ok;

    do {
        ok = reader_read(reader, bytes, sizeof bytes, &got, err);
    } while (ok && got > 0);
    reader_close(reader);
    return ok ? ERR_NONE : err->code;
}

static ErrorCode stream_verdict(const char *path, Error *err)
{
    Reader *reader;

    return script_stream_open(path, NULL, &reader, err) ? drain(reader, err) : err->code;
}

/* The same bytes as a pipe: what stands on standard input. They must fit into the pipe. */
static ErrorCode pipe_verdict(const uint8_t *bytes, size_t len, Error *err)
{
    int ends[2];
    int saved = dup(STDIN_FILENO);
    ErrorCode code;

    assert_true(saved >= 0);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, len), len);
    close(ends[1]);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    code = stream_verdict("-", err);
    assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
    close(saved);
    return code;
}

static void assert_damaged(const uint8_t *bytes, size_t len, const char *what, size_t at)
{
    Error err = {0};
    ErrorCode codes[3];
    bool good;

    store(other_path, bytes, len);
    codes[0] = archive_verdict(other_path, &err);
    good = codes[0] == ERR_DAMAGED && strstr(err.message, "has been") != NULL;
    codes[1] = stream_verdict(other_path, &err);
    good = good && strstr(err.message, "has been") != NULL;
    codes[2] = pipe_verdict(bytes, len, &err);
    if (!good || codes[1] != ERR_DAMAGED || codes[2] != ERR_DAMAGED) {
        print_error("# %s %zu of %zu: archive %d, stream %d, pipe %d: %s\n", what, at, len,
                    codes[0], codes[1], codes[2], err.message);
        fail();
    }
}

static size_t small_archive(Compression compression, uint8_t **bytes)
{
    Sample sample;
    ScriptSummary summary;

    small_sample(&sample);
    write_archive(&sample, compression, &summary);
    sample_free(&sample);
    return load(file_path, bytes);
}

static void test_truncation(void **state)
{
    (void)state;
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c += 2) {
        uint8_t *bytes;
        size_t len = small_archive(codecs[c], &bytes);

        for (size_t cut = 1; cut < len; cut++) {
            assert_damaged(bytes, cut, "cut to", cut);
        }
        free(bytes);
    }
}

static void test_empty_file(void **state)
{
    Error err = {0};

    (void)state;
    store(other_path, (const uint8_t *)"", 0);
    assert_int_equal(archive_verdict(other_path, &err), ERR_DAMAGED);
    assert_int_equal(stream_verdict(other_path, &err), ERR_DAMAGED);
    assert_int_equal(pipe_verdict((const uint8_t *)"", 0, &err), ERR_DAMAGED);
}

static void test_every_byte(void **state)
{
    static const uint8_t flips[] = {0x01, 0x80, 0xFF};

    (void)state;
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c += 2) {
        uint8_t *bytes;
        size_t len = small_archive(codecs[c], &bytes);
        size_t first_line = codecs[c].codec == CODEC_NONE ? FIRST_LINE : 0; /* in no entry */
        Error err = {0};

        for (size_t i = 0; i < len; i++) {
            for (size_t f = 0; f < ARRAY_LENGTH(flips); f++) {
                bytes[i] ^= flips[f];
                assert_damaged(bytes, len, "altered byte", i);
                assert_int_equal(verify_verdict(other_path, &err), ERR_DAMAGED);
                if (i >= first_line) {
                    assert_int_equal(entries_verdict(other_path, &err), ERR_DAMAGED);
                }
                bytes[i] ^= flips[f];
            }
        }
        free(bytes);
    }
}

static void test_concatenation_and_garbage(void **state)
{
    (void)state;
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c += 2) {
        uint8_t *bytes;
        size_t len = small_archive(codecs[c], &bytes);
        uint8_t *twice = malloc(2 * len + 200);
        Error err = {0};

        assert_non_null(twice);
        memcpy(twice, bytes, len);
        memcpy(twice + len, bytes, len);
        assert_damaged(twice, 2 * len, "twice", 0);
        for (size_t extra = 1; extra < 200; extra += 13) {
            memset(twice + len, extra % 2 == 0 ? 0 : 'x', extra);
            assert_damaged(twice, len + extra, "garbage behind", extra);
        }
        /* Behind somebody else's script it is no part of it. */
        memset(twice, '\n', len);
        memcpy(twice + 40, bytes, len);
        store(other_path, twice, len + 40);
        assert_int_equal(archive_verdict(other_path, &err), ERR_DAMAGED);
        assert_int_equal(stream_verdict(other_path, &err), ERR_DAMAGED);
        assert_int_not_equal(pipe_verdict(twice, len + 40, &err), ERR_NONE);
        free(twice);
        free(bytes);
    }
}

/* Whoever reads the message must learn which it is, and what it hit. */
static void test_words_of_damage(void **state)
{
    uint8_t *bytes;
    size_t len = small_archive(codecs[0], &bytes);
    Error err = {0};

    (void)state;
    store(other_path, bytes, len - 1);
    assert_int_equal(archive_verdict(other_path, &err), ERR_DAMAGED);
    assert_non_null(strstr(err.message, "has been cut"));
    assert_int_equal(stream_verdict(other_path, &err), ERR_DAMAGED);
    assert_non_null(strstr(err.message, "has been cut"));
    bytes[60] ^= 1; /* in the first member's body */
    store(other_path, bytes, len);
    assert_int_equal(archive_verdict(other_path, &err), ERR_DAMAGED);
    assert_non_null(strstr(err.message, "has been altered"));
    assert_non_null(strstr(err.message, "SCHEMA s"));
    free(bytes);
}

static void test_foreign_is_not_ours(void **state)
{
    static const char text[] = "SELECT 1;\n";
    Error err = {0};

    (void)state;
    store(other_path, (const uint8_t *)text, sizeof text - 1);
    assert_int_equal(archive_verdict(other_path, &err), ERR_NOT_BACKUP);
    assert_int_equal(stream_verdict(other_path, &err), ERR_NONE);
}

/* Rows that the index counts otherwise. */
static void test_verify_counts_rows(void **state)
{
    static const char copy[] = "COPY \"a;\nb\" FROM stdin;\n\n\\.x\n\\.\n";
    Entry entry = {.section = SECTION_DATA, .kind = "TABLE DATA", .name = "t"};

    (void)state;
    for (uint64_t rows = 1; rows <= 3; rows++) {
        ScriptArchive *archive;
        ScriptWriter *writer;
        ScriptSummary summary;
        Toc toc;
        Error err = {0};

        toc_init(&toc);
        add_entry(&toc, &entry);
        must(script_writer_open(file_path, true, codecs[0], &writer, &err), &err);
        write_chunk(writer, &toc.entries.items[0], 0, copy, rows);
        must(script_writer_finish(writer, &toc, &summary, &err), &err);
        must(script_archive_open(file_path, &archive, &err), &err);
        must(script_archive_check(archive, NULL, NULL, &err), &err);
        assert_int_equal(script_archive_verify(archive, NULL, NULL, NULL, &err), rows == 2);
        script_archive_close(archive);
        toc_free(&toc);
    }
}

/* Whole, but the index says what isn't so: of a size or a hash. */
static void test_index_that_lies(void **state)
{
    static const Entry entry = {.section = SECTION_PRE_DATA, .kind = "TABLE", .name = "t"};

    (void)state;
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c += 2) {
        for (int lie = 0; lie < 4; lie++) {
            ScriptWriter *writer;
            ScriptSummary summary;
            Toc toc;
            Error err = {0};
            Chunk *chunk;

            toc_init(&toc);
            must(script_writer_open(file_path, true, codecs[c], &writer, &err), &err);
            for (size_t i = 0; i < 2; i++) {
                add_entry(&toc, &entry);
                write_chunk(writer, &toc.entries.items[i], 0, "SELECT 1;\n", 0);
            }
            chunk = toc.entries.items[0].chunks.items;
            chunk->raw_size += lie == 1 ? 1 : 0;
            chunk->raw_size -= lie == 2 ? 1 : 0;
            chunk->hash ^= lie == 3 ? 1 : 0;
            must(script_writer_finish(writer, &toc, &summary, &err), &err);
            assert_int_equal(archive_verdict(file_path, &err), lie == 3 ? ERR_DAMAGED : ERR_NONE);
            assert_int_equal(verify_verdict(file_path, &err), lie == 0 ? ERR_NONE : ERR_DAMAGED);
            assert_int_equal(entries_verdict(file_path, &err), lie == 0 ? ERR_NONE : ERR_DAMAGED);
            toc_free(&toc);
        }
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
    assert_false(script_writer_open(other_path, false, codecs[0], &writer, &err));
    assert_int_equal(err.code, ERR_REFUSED);
    assert_false(script_writer_open(file_path, true, (Compression){CODEC_GZIP, 13}, &writer, &err));
    assert_int_equal(err.code, ERR_USAGE);
    (void)unlink(file_path);
    /* An entry that isn't ended, and one that the table of contents doesn't have. */
    must(script_writer_open(file_path, false, codecs[0], &writer, &err), &err);
    must(chunk_writer_new(writer, &chunks, &err), &err);
    must(chunk_writer_begin(chunks, &sample.toc.entries.items[0], 0, &text, &err), &err);
    chunk_writer_free(chunks);
    assert_false(script_writer_finish(writer, &sample.toc, &summary, &err));
    assert_int_equal(access(file_path, F_OK), -1);
    must(script_writer_open(file_path, false, codecs[0], &writer, &err), &err);
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
        skip();
    }
    for (size_t i = 0; i < sizeof noise; i++) {
        noise[i] = (char)next_number();
    }
    assert_int_equal(fflush(stdout), 0);
    assert_int_equal(dup2(full, STDOUT_FILENO), STDOUT_FILENO);
    ok = script_writer_open("-", false, codecs[0], &writer, &err) &&
         chunk_writer_new(writer, &chunks, &err) &&
         chunk_writer_begin(chunks, &entry, 0, &text, &err) &&
         writer_write(text, noise, sizeof noise, &err) && chunk_writer_end(chunks, 0, &err);
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

static bool parse(const char *text, Error *err)
{
    MemoryReader reader;
    Toc toc;
    bool ok;

    toc_init(&toc);
    memory_reader_init(&reader, text, strlen(text));
    ok = index_read(&reader.base, "test", &toc, err);
    toc_free(&toc);
    return ok;
}

#define TITLE "-- dbbackup index 1\n-- {\"server_version_number\":1}\n"
#define ENTRY                                                                                      \
    "-- {\"id\":1,\"kind\":\"T\",\"section\":\"data\",\"name\":\"n\",\"deps\":[],\"chunks\":[]}\n"
#define TOTALS(n) "-- {\"entries\":" #n ",\"chunks\":0,\"rows\":0,\"size\":0,\"raw_size\":0}\n"

static void test_index_is_not_trusted(void **state)
{
    static const char *const bad[] = {
        "",
        TITLE,
        TITLE ENTRY,
        TITLE ENTRY TOTALS(2),
        TITLE TOTALS(0) ENTRY,
        TITLE TOTALS(0) TOTALS(0),
        "-- dbbackup index 2\n",
        TITLE "{}\n" TOTALS(0),
        TITLE "-- []\n" TOTALS(0),
        TITLE "-- "
              "{\"id\":0,\"kind\":\"T\",\"section\":\"data\",\"name\":\"n\",\"deps\":[],\"chunks\":"
              "[]}\n" TOTALS(1),
        TITLE "-- "
              "{\"id\":4294967296,\"kind\":\"T\",\"section\":\"data\",\"name\":\"n\",\"deps\":[],"
              "\"chunks\":[]}\n" TOTALS(1),
        TITLE
        "-- {\"id\":1,\"section\":\"data\",\"name\":\"n\",\"deps\":[],\"chunks\":[]}\n" TOTALS(1),
        TITLE "-- "
              "{\"id\":1,\"kind\":\"T\",\"section\":\"x\",\"name\":\"n\",\"deps\":[],\"chunks\":[]}"
              "\n" TOTALS(1),
        TITLE "-- "
              "{\"id\":1,\"kind\":\"T\",\"section\":\"data\",\"name_hex\":\"0\",\"deps\":[],"
              "\"chunks\":[]}\n" TOTALS(1),
        TITLE "-- "
              "{\"id\":1,\"kind\":\"T\",\"section\":\"data\",\"name_hex\":\"4100\",\"deps\":[],"
              "\"chunks\":[]}\n" TOTALS(1),
        TITLE "-- "
              "{\"id\":1,\"kind\":\"T\",\"section\":\"data\",\"name\":\"n\",\"deps\":[-1],"
              "\"chunks\":[]}\n" TOTALS(1),
        TITLE "-- "
              "{\"id\":1,\"kind\":\"T\",\"section\":\"data\",\"name\":\"n\",\"deps\":[],\"chunks\":"
              "[[0,1,1,0]]}\n" TOTALS(1),
        TITLE "-- "
              "{\"id\":1,\"kind\":\"T\",\"section\":\"data\",\"name\":\"n\",\"deps\":[],\"chunks\":"
              "[[0,-1,1,0,\"0123456789abcdef\"]]}\n" TOTALS(1),
        TITLE "-- "
              "{\"id\":1,\"kind\":\"T\",\"section\":\"data\",\"name\":\"n\",\"deps\":[],\"chunks\":"
              "[[0,1,1,0,\"0123456789abcdeg\"]]}\n" TOTALS(1),
        TITLE ENTRY TOTALS(1) "rest",
    };
    Error err = {0};

    (void)state;
    must(parse(TITLE ENTRY TOTALS(1), &err), &err);
    must(parse(TITLE TOTALS(0), &err), &err);
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        if (parse(bad[i], &err) || err.code != ERR_DAMAGED) {
            print_error("# taken: %s\n", bad[i]);
            fail();
        }
    }
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

    (void)state;
    assert_int_equal(layout_of(good, 3, NULL, 0), LAYOUT_GOOD);
    assert_int_equal(layout_of(gap, 2, NULL, 0), LAYOUT_GAP);
    assert_int_equal(layout_of(overlap, 2, NULL, 0), LAYOUT_GAP);
    assert_int_equal(layout_of(early, 1, NULL, 0), LAYOUT_GAP);
    assert_int_equal(layout_of(wrap, 2, NULL, 0), LAYOUT_GAP);
    assert_int_equal(layout_of(good, 3, nothing, 1), LAYOUT_BAD_DEP);
    assert_int_equal(layout_of(good, 3, self, 1), LAYOUT_BAD_DEP);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_round_trip),
        cmocka_unit_test(test_random_round_trip),
        cmocka_unit_test(test_large_row),
        cmocka_unit_test(test_empty_archive),
        cmocka_unit_test(test_truncation),
        cmocka_unit_test(test_empty_file),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_concatenation_and_garbage),
        cmocka_unit_test(test_words_of_damage),
        cmocka_unit_test(test_foreign_is_not_ours),
        cmocka_unit_test(test_verify_counts_rows),
        cmocka_unit_test(test_index_that_lies),
        cmocka_unit_test(test_writer_refuses),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_index_is_not_trusted),
        cmocka_unit_test(test_layout),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
