/* SPDX-License-Identifier: Apache-2.0 */
/* The indexed SQL script: every way in which a file can be damaged, or say what isn't so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "archive_sample.h"

#include "archive/index.h"
#include "archive/script_reader.h"
#include "archive/script_stream.h"
#include "io/memory_reader.h"

static const Compression codecs[] = {{CODEC_GZIP, 4}, {CODEC_ZSTD, 3}, {CODEC_NONE, 0}};

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

    return script_stream_open(path, NULL, NULL, &reader, err) ? drain(reader, err) : err->code;
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
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c++) {
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
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c++) {
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
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c++) {
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
        must(script_writer_open(file_path, true, codecs[0], NULL, &writer, &err), &err);
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
    for (size_t c = 0; c < ARRAY_LENGTH(codecs); c++) {
        for (int lie = 0; lie < 4; lie++) {
            ScriptWriter *writer;
            ScriptSummary summary;
            Toc toc;
            Error err = {0};
            Chunk *chunk;

            toc_init(&toc);
            must(script_writer_open(file_path, true, codecs[c], NULL, &writer, &err), &err);
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

static bool parse_into(Toc *toc, const char *text, Error *err)
{
    MemoryReader reader;

    toc_init(toc);
    memory_reader_init(&reader, text, strlen(text));
    return index_read(&reader.base, "test", toc, err);
}

static bool parse(const char *text, Error *err)
{
    Toc toc;
    bool ok = parse_into(&toc, text, err);

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

/* The parts of a text that has ten bytes. One of a kind that a later version brought can't be left
 * out: it counts as the definition itself. */
static void test_parts_in_the_index(void **state)
{
    static const char head[] =
        TITLE "-- {\"id\":1,\"kind\":\"T\",\"section\":\"pre-data\",\"name\":\"n\","
              "\"deps\":[],\"chunks\":[[0,5,10,0,\"0123456789abcdef\"]],\"parts\":";
    static const char tail[] =
        "}\n-- {\"entries\":1,\"chunks\":1,\"rows\":0,\"size\":5,\"raw_size\":10}\n";
    static const struct {
        const char *parts;
        bool good;
    } cases[] = {
        {"[[\"definition\",6],[\"owner\",3],[\"of a later version\",1]]", true},
        {"[[\"definition\",9]]", false},
        {"[[\"definition\",9],[\"owner\",2]]", false},
        {"[[\"definition\",-1],[\"owner\",11]]", false},
        {"[[\"definition\",10,0]]", false},
        {"[[\"definition\"]]", false},
        {"[[10,10]]", false},
        {"[10]", false},
        {"[]", false},
        {"{}", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        char text[1024];
        Error err = {0};
        Toc toc;

        (void)snprintf(text, sizeof text, "%s%s%s", head, cases[i].parts, tail);
        if (parse_into(&toc, text, &err) != cases[i].good) {
            fail_msg("%s", cases[i].parts);
        }
        if (cases[i].good) {
            const Entry *entry = &toc.entries.items[0];

            assert_int_equal(entry->n_parts, 3);
            assert_int_equal(entry->parts[1].kind, TEXT_OWNER);
            assert_int_equal(entry->parts[2].kind, TEXT_DEFINITION);
        } else {
            assert_int_equal(err.code, ERR_DAMAGED);
        }
        toc_free(&toc);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truncation),
        cmocka_unit_test(test_empty_file),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_concatenation_and_garbage),
        cmocka_unit_test(test_words_of_damage),
        cmocka_unit_test(test_foreign_is_not_ours),
        cmocka_unit_test(test_verify_counts_rows),
        cmocka_unit_test(test_index_that_lies),
        cmocka_unit_test(test_index_is_not_trusted),
        cmocka_unit_test(test_parts_in_the_index),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
