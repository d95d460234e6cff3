/* SPDX-License-Identifier: Apache-2.0 */
/* What a file is, from its bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "archive/file_kind.h"
#include "archive/script_writer.h"

static char folder[] = "/tmp/dbb-kind-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    (void)snprintf(path, sizeof path, "%s/f", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static FileKind kind_of(const void *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    FileKind kind = FILE_TAR;
    Error err = {0};

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
    assert_true(file_kind_detect(path, &kind, &err));
    return kind;
}

#define KIND_OF(text) kind_of(text, sizeof(text) - 1)

/* Numbers without a pattern that are the same in every run. */
static unsigned next_number(void)
{
    static uint32_t seed = 1;

    seed = seed * 1664525 + 1013904223;
    return seed >> 8;
}

static void test_kinds(void **state)
{
    char tar[512] = "toc.dat";
    char random[600];

    (void)state;
    assert_int_equal(KIND_OF(""), FILE_EMPTY);
    assert_int_equal(KIND_OF("\x1F\x8B\x08\x00\0\0\0\0\0\x03"), FILE_SCRIPT_GZIP);
    assert_int_equal(KIND_OF("\x28\xB5\x2F\xFD\x24\x00"), FILE_SCRIPT_ZSTD);
    assert_int_equal(KIND_OF("\x50\x2A\x4D\x18\x04\0\0\0abcd"), FILE_SCRIPT_ZSTD);
    assert_int_equal(KIND_OF("PGDMP\x01\x0E\x00"), FILE_PG_CUSTOM);
    assert_int_equal(KIND_OF("--\n-- PostgreSQL database dump\n--\n"), FILE_SCRIPT_PLAIN);
    assert_int_equal(KIND_OF("COPY t FROM stdin;\nfa\xE7on\t\x01\n\\.\n"), FILE_SCRIPT_PLAIN);
    assert_int_equal(KIND_OF("\xEF\xBB\xBFSELECT 1;\n"), FILE_SCRIPT_PLAIN);
    assert_int_equal(KIND_OF("S\0E\0L\0"), FILE_UNKNOWN);
    assert_int_equal(KIND_OF("BZh91AY&SY"), FILE_UNKNOWN);
    assert_int_equal(KIND_OF("\x28\xB5"), FILE_UNKNOWN); /* cut within zstd's magic */
    assert_int_equal(KIND_OF("\x7F"
                             "ELF\x02\x01\x01"),
                     FILE_UNKNOWN);
    for (size_t i = 0; i < 5; i++) {
        tar[257 + i] = "ustar"[i];
    }
    assert_int_equal(kind_of(tar, sizeof tar), FILE_TAR);
    for (size_t i = 0; i < sizeof random; i++) {
        random[i] = (char)(1 + next_number() % 255);
    }
    assert_int_equal(kind_of(random, sizeof random), FILE_UNKNOWN);
}

static void test_own(void **state)
{
    static const Compression codecs[] = {{CODEC_GZIP, 1}, {CODEC_ZSTD, 1}, {CODEC_NONE, 0}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(codecs); i++) {
        ScriptWriter *writer;
        ScriptSummary summary;
        FileKind kind = FILE_EMPTY;
        Error err = {0};
        Toc toc;

        toc_init(&toc);
        assert_true(script_writer_open(path, true, codecs[i], NULL, &writer, &err));
        assert_true(script_writer_finish(writer, &toc, &summary, &err));
        assert_true(file_kind_detect(path, &kind, &err));
        assert_int_equal(kind, FILE_SCRIPT_ARCHIVE);
        /* Cut, it is still known as ours. */
        assert_int_equal(truncate(path, (off_t)summary.file_size - 1), 0);
        kind = FILE_EMPTY;
        assert_true(file_kind_detect(path, &kind, &err));
        assert_int_equal(kind, FILE_SCRIPT_ARCHIVE);
        toc_free(&toc);
    }
}

static void test_folders_and_pipes(void **state)
{
    char toc[sizeof path + 16];
    FileKind kind = FILE_EMPTY;
    Error err = {0};
    FILE *file;

    (void)state;
    assert_true(file_kind_detect(folder, &kind, &err));
    assert_int_equal(kind, FILE_UNKNOWN);
    (void)snprintf(toc, sizeof toc, "%s/toc.dat", folder);
    file = fopen(toc, "wb");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    assert_true(file_kind_detect(folder, &kind, &err));
    assert_int_equal(kind, FILE_PG_DIRECTORY);
    assert_int_equal(unlink(toc), 0);
    assert_false(file_kind_detect(toc, &kind, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_int_equal(mkfifo(toc, 0600), 0);
    assert_false(file_kind_detect(toc, &kind, &err));
    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_int_equal(unlink(toc), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_own),
        cmocka_unit_test(test_folders_and_pipes),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
