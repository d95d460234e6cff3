/* SPDX-License-Identifier: Apache-2.0 */
/* The cluster archive: every way in which a file can be damaged, or say what isn't so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libdeflate.h>
#include <xxhash.h>

#include "cluster_sample.h"

#include "archive/bytes.h"
#include "archive/cluster_frame.h"
#include "archive/cluster_index.h"
#include "archive/cluster_reader.h"
#include "archive/cluster_stream.h"
#include "archive/file_kind.h"

static ErrorCode archive_verdict(const uint8_t *bytes, size_t len, Error *err)
{
    ClusterArchive *archive;
    BytesSource source;
    bool ok;

    bytes_source_init(&source, bytes, len);
    if (!cluster_archive_open_source(&source.base, &archive, err)) {
        return err->code;
    }
    ok = cluster_archive_check(archive, NULL, NULL, NULL, err);
    cluster_archive_close(archive);
    return ok ? ERR_NONE : err->code;
}

static ErrorCode stream_verdict(const uint8_t *bytes, size_t len, Error *err)
{
    const ClusterMember *member;
    ClusterStream *stream;
    DripReader source;
    Reader *content;
    bool end = false;
    bool ok;

    drip_reader_init(&source, bytes, len, SIZE_MAX);
    if (!cluster_stream_new(&source.base, "pipe", &stream, err)) {
        return err->code;
    }
    do {
        ok = cluster_stream_next(stream, &member, &content, &end, err);
    } while (ok && !end);
    cluster_stream_free(stream);
    return ok ? ERR_NONE : err->code;
}

static void assert_damaged(const uint8_t *bytes, size_t len, const char *what, size_t at)
{
    FileKind kind = FILE_UNKNOWN;
    BytesSource source;
    Error err = {0};
    ErrorCode codes[2];
    bool good;

    codes[0] = archive_verdict(bytes, len, &err);
    good = codes[0] == ERR_DAMAGED && strstr(err.message, "has been") != NULL;
    codes[1] = stream_verdict(bytes, len, &err);
    good = good && codes[1] == ERR_DAMAGED && strstr(err.message, "has been") != NULL;
    bytes_source_init(&source, bytes, len);
    must(file_kind_of_source(&source.base, &kind, &err), &err);
    if (!good || (kind != FILE_CLUSTER && len >= FRAME_HEAD_SIZE)) {
        print_error("# %s %zu of %zu: archive %d, stream %d, kind %d: %s\n", what, at, len,
                    codes[0], codes[1], kind, err.message);
        fail();
    }
}

static size_t small_cluster(uint8_t **bytes)
{
    ClusterSummary summary;
    ClusterSample sample;

    cluster_sample_small(&sample);
    cluster_sample_write(&sample, &summary);
    cluster_sample_free(&sample);
    return load(other_path, bytes);
}

static void test_truncation(void **state)
{
    uint8_t *bytes;
    size_t len = small_cluster(&bytes);
    Error err;

    (void)state;
    assert_int_equal(archive_verdict(bytes, len, &err), ERR_NONE);
    assert_int_equal(stream_verdict(bytes, len, &err), ERR_NONE);
    for (size_t cut = 0; cut < len; cut++) {
        assert_damaged(bytes, cut, "cut to", cut);
    }
    free(bytes);
}

static void test_every_byte(void **state)
{
    static const uint8_t flips[] = {0x01, 0x80, 0xFF};
    uint8_t *bytes;
    size_t len = small_cluster(&bytes);

    (void)state;
    for (size_t i = 0; i < len; i++) {
        for (size_t f = 0; f < ARRAY_LENGTH(flips); f++) {
            bytes[i] ^= flips[f];
            assert_damaged(bytes, len, "altered byte", i);
            bytes[i] ^= flips[f];
        }
    }
    free(bytes);
}

static void test_more(void **state)
{
    uint8_t *bytes;
    size_t len = small_cluster(&bytes);
    uint8_t *twice = malloc(2 * len);

    (void)state;
    assert_non_null(twice);
    memcpy(twice, bytes, len);
    memcpy(twice + len, bytes, len);
    assert_damaged(twice, 2 * len, "twice", 0);
    assert_damaged(twice, len + 1, "one byte more", 0);
    free(twice);
    free(bytes);
}

/* One of its files is taken out, and all sizes are right for themselves. */
static void test_missing_file(void **state)
{
    uint8_t *bytes;
    size_t len = small_cluster(&bytes);
    ClusterFrame frame;
    size_t first;
    size_t second;
    Error err;

    (void)state;
    assert_int_equal(frame_head_read(bytes, &frame), HEAD_GOOD);
    first = (size_t)frame_size(&frame);
    assert_int_equal(frame_head_read(bytes + first, &frame), HEAD_GOOD);
    second = (size_t)frame_size(&frame);
    memmove(bytes + first, bytes + first + second, len - first - second);
    assert_damaged(bytes, len - second, "without a file", first);
    assert_int_equal(archive_verdict(bytes, len - second, &err), ERR_DAMAGED);
    assert_non_null(strstr(err.message, "bytes instead of"));
    free(bytes);
}

/* --- Files that are right for themselves, and say what isn't so ---------------------------- */

/* Makes the checksums right again after the index was altered. Its text is one block. */
static void reseal(uint8_t *bytes, size_t len)
{
    size_t size = footer_size(&cluster_footer);
    ClusterFrame frame;
    uint32_t crc;
    Footer footer;
    uint8_t *at;

    assert_int_equal(footer_read(&cluster_footer, bytes, len, &footer), MARK_GOOD);
    at = bytes + footer.index_offset;
    assert_int_equal(frame_head_read(at, &frame), HEAD_GOOD);
    crc = libdeflate_crc32(0, at + FRAME_HEAD_SIZE + FRAME_BLOCK_HEAD, frame.tar_size);
    at += frame_content_start(&frame) + FRAME_BLOCK_HEAD;
    crc = libdeflate_crc32(crc, at, frame.content_size);
    at += frame.content_size + FRAME_BLOCK_HEAD;
    crc = libdeflate_crc32(crc, at, frame_padding(&frame));
    bytes_put(at + frame_padding(&frame), crc, 4);
    footer.index_hash = XXH3_64bits(bytes + footer.index_offset, footer.index_size);
    footer.content_hash = XXH3_64bits(bytes, len - size);
    footer_write(&cluster_footer, &footer, bytes + (len - size));
}

/* Replaces a text in the index by one as long. */
static void alter_index(uint8_t *bytes, size_t len, const char *old, const char *new)
{
    size_t len_of_both = strlen(old);
    Footer footer;
    uint8_t *at;

    assert_int_equal(footer_read(&cluster_footer, bytes, len, &footer), MARK_GOOD);
    assert_int_equal(strlen(new), len_of_both);
    at = memmem(bytes + footer.index_offset, footer.index_size, old, len_of_both);
    assert_non_null(at);
    memcpy(at, new, len_of_both);
    reseal(bytes, len);
}

static void test_index_that_lies(void **state)
{
    uint8_t *bytes;
    size_t len = small_cluster(&bytes);
    const ClusterMember *member;
    ClusterArchive *archive;
    BytesSource source;
    Source *content;
    Error err;

    (void)state;
    alter_index(bytes, len, "\"dbms\":\"postgres\"", "\"dbms\":\"postfres\"");
    assert_int_equal(archive_verdict(bytes, len, &err), ERR_NONE);
    assert_int_equal(stream_verdict(bytes, len, &err), ERR_NONE);
    alter_index(bytes, len, "\"content_size\":30,", "\"content_size\":31,");
    assert_int_equal(stream_verdict(bytes, len, &err), ERR_DAMAGED);
    alter_index(bytes, len, "\"content_size\":31,", "\"content_size\":30,");
    alter_index(bytes, len, "databases/shop.sql", "databases/show.sql");
    assert_int_equal(archive_verdict(bytes, len, &err), ERR_DAMAGED);
    alter_index(bytes, len, "{\"kind\":\"database\",\"name\":\"shop\"",
                "{\"kind\":\"database\",\"name\":\"show\"");
    assert_int_equal(stream_verdict(bytes, len, &err), ERR_DAMAGED);
    bytes_source_init(&source, bytes, len);
    must(cluster_archive_open_source(&source.base, &archive, &err), &err);
    member = cluster_index_find(cluster_archive_index(archive), "show");
    assert_non_null(member);
    assert_false(cluster_archive_member(archive, member, &content, &err));
    assert_int_equal(err.code, ERR_DAMAGED);
    cluster_archive_close(archive);
    free(bytes);
}

/* Both name the file; the stream does when it has read it, and not at the end. */
static void test_words_of_damage(void **state)
{
    static const char damaged[] = "databases/shop.sql";
    const ClusterMember *member;
    ClusterStream *stream;
    uint8_t *bytes;
    size_t len = small_cluster(&bytes);
    DripReader source;
    ClusterFrame frame;
    uint8_t *at = bytes;
    Reader *content;
    Error err;
    bool end;

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(frame_head_read(at, &frame), HEAD_GOOD);
        at += frame_size(&frame);
    }
    assert_int_equal(frame_head_read(at, &frame), HEAD_GOOD);
    at[frame_content_start(&frame) + FRAME_BLOCK_HEAD] ^= 1;
    assert_int_equal(archive_verdict(bytes, len, &err), ERR_DAMAGED);
    assert_non_null(strstr(err.message, damaged));
    drip_reader_init(&source, bytes, len, SIZE_MAX);
    must(cluster_stream_new(&source.base, "pipe", &stream, &err), &err);
    must(cluster_stream_next(stream, &member, &content, &end, &err), &err);
    must(cluster_stream_next(stream, &member, &content, &end, &err), &err);
    assert_false(cluster_stream_next(stream, &member, &content, &end, &err));
    assert_int_equal(err.code, ERR_DAMAGED);
    assert_non_null(strstr(err.message, damaged));
    cluster_stream_free(stream);
    free(bytes);
}

static void test_heads(void **state)
{
    static const ClusterFrame bad[] = {
        {.kind = 0, .tar_size = 512},
        {.kind = CLUSTER_INDEX + 1, .tar_size = 512},
        {.kind = CLUSTER_GLOBALS, .tar_size = 0},
        {.kind = CLUSTER_GLOBALS, .tar_size = 1024},
        {.kind = CLUSTER_GLOBALS, .tar_size = 512, .content_size = UINT64_MAX / 4 + 1},
        {.kind = CLUSTER_GLOBALS, .tar_size = 512, .content_size = UINT64_MAX},
    };
    ClusterFrame frame = {.kind = CLUSTER_GLOBALS, .tar_size = 512, .content_size = 1ULL << 60};
    uint8_t head[FRAME_HEAD_SIZE];
    ClusterFrame read;

    (void)state;
    frame_head_write(&frame, head);
    assert_int_equal(frame_head_read(head, &read), HEAD_GOOD);
    assert_int_equal(read.content_size, frame.content_size);
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        frame_head_write(&bad[i], head);
        assert_int_equal(frame_head_read(head, &read), HEAD_ALTERED);
    }
}

#define MANIFEST                                                                                   \
    "{\"kind\":\"manifest\",\"rows\":0,\"raw_size\":0,\"path\":\"manifest.json\","                 \
    "\"content_size\":5,\"offset\":0,\"size\":100,\"hash\":\"0123456789abcdef\"}"
#define DATABASE(name, path, offset, size)                                                         \
    "{\"kind\":\"database\"," name ",\"rows\":0,\"raw_size\":0,\"path\":\"" path "\","             \
    "\"content_size\":5,\"offset\":" offset ",\"size\":" size ",\"hash\":\"0123456789abcdef\"}"
#define INDEX(members)                                                                             \
    "{\"dbbackup_cluster_index\":1,\"server_version_number\":0,\"planned\":[],\"members\":"        \
    "[" members "]}"
#define FAILED(name) "{\"kind\":\"database\"," name ",\"failure\":\"why\"}"

static ErrorCode index_verdict(const char *text)
{
    ClusterIndex index;
    Error err;
    bool ok;

    cluster_index_init(&index);
    ok = cluster_index_read(text, strlen(text), 300, "index", &index, &err);
    cluster_index_free(&index);
    return ok ? ERR_NONE : err.code;
}

static void test_index(void **state)
{
    static const char *const good[] = {
        INDEX(MANIFEST "," DATABASE("\"name\":\"x\"", "databases/x.sql", "100", "200")),
        INDEX(MANIFEST "," FAILED("\"name\":\"y\"") "," DATABASE(
            "\"name_hex\":\"ff\"", "databases/%FF.sql", "100", "200")),
    };
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        INDEX(""),
        INDEX(MANIFEST),
        INDEX(MANIFEST ",1"),
        INDEX(DATABASE("\"name\":\"x\"", "databases/x.sql", "0", "300")),
        INDEX(MANIFEST "," DATABASE("\"name\":\"x\"", "databases/x.sql", "101", "199")),
        INDEX(MANIFEST "," DATABASE("\"name\":\"x\"", "databases/x.sql", "101", "200")),
        INDEX(MANIFEST "," DATABASE("\"name\":\"x\"", "databases/x.sql", "99", "201")),
        INDEX(MANIFEST "," DATABASE("\"name\":\"x\"", "databases/x.sql", "100", "201")),
        INDEX(MANIFEST "," DATABASE("\"name\":\"x\"", "databases/x.sql", "100", "-1")),
        INDEX(MANIFEST
              "," DATABASE("\"name\":\"x\"", "databases/x.sql", "100", "9223372036854775807")),
        INDEX(MANIFEST "," DATABASE("\"name\":\"x\"", "databases/y.sql", "100", "200")),
        INDEX(MANIFEST "," DATABASE("\"name\":\"../x\"", "databases/../x.sql", "100", "200")),
        INDEX(MANIFEST "," DATABASE("\"name\":\"x\"", "/etc/passwd", "100", "200")),
        INDEX(MANIFEST "," DATABASE("\"other\":\"x\"", "databases/x.sql", "100", "200")),
        INDEX(MANIFEST "," DATABASE("\"name\":\"x\"", "databases/x.sql", "100", "4")),
        INDEX(MANIFEST "," FAILED("\"name\":\"x\"") "," DATABASE("\"name\":\"x\"",
                                                                 "databases/x.sql", "100", "200")),
        INDEX(MANIFEST "," FAILED("\"other\":\"x\"") "," DATABASE("\"name\":\"x\"",
                                                                  "databases/x.sql", "100", "200")),
        INDEX(MANIFEST "," DATABASE("\"name\":\"x\"", "databases/x.sql", "100", "100") "," DATABASE(
            "\"name\":\"x\"", "databases/x.dump", "200", "100")),
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
        assert_int_equal(index_verdict(good[i]), ERR_NONE);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        if (index_verdict(bad[i]) != ERR_DAMAGED) {
            print_error("# %s\n", bad[i]);
            fail();
        }
    }
    assert_int_equal(index_verdict("{\"dbbackup_cluster_index\":2}"), ERR_UNSUPPORTED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_truncation),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_more),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_index_that_lies),
        cmocka_unit_test(test_words_of_damage),
        cmocka_unit_test(test_index),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
