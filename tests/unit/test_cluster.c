/* SPDX-License-Identifier: Apache-2.0 */
/* The cluster archive: what is written is read again, by us and by others. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cluster_sample.h"

#include "archive/cluster_reader.h"
#include "archive/cluster_stream.h"
#include "archive/cluster_tar.h"
#include "archive/file_kind.h"
#include "archive/script_reader.h"
#include "archive/script_stream.h"

static void test_names(void **state)
{
    static const char *const cases[][3] = {
        {"shop", ".sql.gz", "databases/shop.sql.gz"},
        {"a.b", ".dump", "databases/a.b.dump"},
        {".", ".sql", "databases/%2E.sql"},
        {"..", ".sql", "databases/%2E..sql"},
        {"../../etc/passwd", ".tar", "databases/%2E.%2F..%2Fetc%2Fpasswd.tar"},
        {"x%2Fy", ".sql", "databases/x%252Fy.sql"},
        {"\x01\x7F\xC2\x80\\", ".sql.zst", "databases/%01%7F%C2%80%5C.sql.zst"},
        {"\xFF\xC3\xA4", ".sql", "databases/%FF\xC3\xA4.sql"},
        {"x.sql.gz", ".sql", "databases/x.sql.gz.sql"},
    };
    char path[CLUSTER_PATH_SIZE];
    char name[CLUSTER_PATH_SIZE];
    Error err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        must(cluster_path_make(cases[i][0], cases[i][1], path, &err), &err);
        assert_string_equal(path, cases[i][2]);
        assert_true(cluster_path_name(path, name));
        assert_string_equal(name, cases[i][0]);
        assert_true(cluster_path_fits(path, CLUSTER_DATABASE, name));
        assert_false(cluster_path_fits(path, CLUSTER_DATABASE, "other"));
        assert_false(cluster_path_fits(path, CLUSTER_GLOBALS, NULL));
    }
    assert_true(cluster_path_fits("globals.sql", CLUSTER_GLOBALS, NULL));
    assert_false(cluster_path_fits("globals.sql", CLUSTER_MANIFEST, NULL));
}

static void test_bad_names(void **state)
{
    static const char *const paths[] = {
        "",
        "shop.sql",
        "databases/",
        "databases/.sql",
        "databases/x",
        "databases/a/b.sql",
        "databases/../x.sql",
        "databases/%2f.sql",
        "databases/%41.sql",
        "databases/%.sql",
        "databases/%00.sql",
        "/databases/x.sql",
        "other/abcd/x.sql",
    };
    char path[CLUSTER_PATH_SIZE];
    char name[300];
    Error err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
        assert_false(cluster_path_name(paths[i], path));
    }
    assert_false(cluster_path_make("", ".sql", path, &err));
    assert_false(cluster_path_make("x", ".exe", path, &err));
    memset(name, 'x', sizeof name);
    name[CLUSTER_FILE_NAME_MAX - 4] = '\0';
    must(cluster_path_make(name, ".sql", path, &err), &err);
    assert_int_equal(strlen(path), CLUSTER_PATH_SIZE - 1);
    assert_true(cluster_path_name(path, path));
    name[CLUSTER_FILE_NAME_MAX - 4] = 'x';
    name[CLUSTER_FILE_NAME_MAX - 3] = '\0';
    assert_false(cluster_path_make(name, ".sql", path, &err));
    assert_int_equal(err.code, ERR_LIMIT);
}

/* The head of a file as a tar has it: with a pax header where a field has no room. */
static void test_tar_heads(void **state)
{
    static const char hundred[] = "databases/"
                                  "123456789 123456789 123456789 123456789 123456789 "
                                  "123456789 123456789 123456789 123456.sql";
    static const char more[] = "databases/"
                               "123456789 123456789 123456789 123456789 123456789 "
                               "123456789 123456789 123456789 1234567.sql";
    static const struct {
        const char *path;
        uint64_t size;
        size_t len;
        const char *records;
    } cases[] = {
        {"globals.sql", 0, TAR_BLOCK, ""},
        {hundred, 077777777777, TAR_BLOCK, ""},
        {more, 1, TAR_HEAD_MAX,
         "111 path=databases/123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
         "123456789 1234567.sql\n"},
        {"databases/x.dump", 8589934592, TAR_HEAD_MAX, "19 size=8589934592\n"},
        {"databases/x.dump", 1ULL << 60, TAR_HEAD_MAX, "28 size=1152921504606846976\n"},
    };
    uint8_t head[TAR_HEAD_MAX];
    char path[CLUSTER_PATH_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        size_t len = tar_head_write(cases[i].path, cases[i].size, 1234567890, head);

        assert_int_equal(len, cases[i].len);
        assert_memory_equal(head + TAR_BLOCK, cases[i].records, strlen(cases[i].records));
        assert_true(tar_head_read(head, len, cases[i].size, path));
        assert_string_equal(path, cases[i].path);
        assert_false(tar_head_read(head, len, cases[i].size + 1, path));
        for (size_t at = 0; at < len; at++) {
            if (at == TAR_BLOCK) { /* nothing in a tar tells whether records are as they were */
                at = (size_t)2 * TAR_BLOCK;
            }
            head[at] ^= 1;
            assert_false(tar_head_read(head, len, cases[i].size, path));
            head[at] ^= 1;
        }
    }
}

static const ClusterMember *find(const ClusterIndex *index, const char *name)
{
    const ClusterMember *member = cluster_index_find(index, name);

    assert_non_null(member);
    return member;
}

static void assert_info(const ClusterInfo *info, bool at_end)
{
    assert_string_equal(info->dbms, sample_info.dbms);
    assert_string_equal(info->server_version, sample_info.server_version);
    assert_int_equal(info->server_version_number, sample_info.server_version_number);
    assert_string_equal(info->started, sample_info.started);
    assert_string_equal(info->options, sample_info.options);
    assert_int_equal(info->n_planned, sample_info.n_planned);
    for (size_t i = 0; i < info->n_planned; i++) {
        assert_string_equal(info->planned[i], sample_info.planned[i]);
    }
    assert_true((info->ended != NULL) == at_end);
}

static void assert_index(const ClusterIndex *index, const ClusterSample *sample)
{
    assert_info(&index->info, true);
    assert_int_equal(index->members.len, sample->n + 3);
    assert_string_equal(find(index, "gone")->failure, "no disk");
    assert_null(cluster_index_find(index, "other"));
    for (size_t i = 0; i < sample->n; i++) {
        const ClusterMember *member = find(index, sample->contents[i].name);

        assert_null(member->failure);
        assert_int_equal(member->content_size, sample->contents[i].len);
        assert_int_equal(member->rows, i);
        assert_int_equal(member->raw_size, 10 * i);
        assert_string_equal(member->properties, "{\"a\":1}");
    }
}

/* At once, and in pieces that begin and end anywhere. */
static void assert_content(const Source *source, const Content *content)
{
    uint8_t *bytes = malloc(content->len + 1);
    Error err;

    assert_non_null(bytes);
    assert_int_equal(source->size, content->len);
    must(source_read_at(source, bytes, content->len, 0, &err), &err);
    assert_memory_equal(bytes, content->bytes, content->len);
    for (size_t at = 0; at < content->len; at += 1 + content->len / 100) {
        size_t n = at * 7 % 70000;

        n = n < content->len - at ? n : content->len - at;
        must(source_read_at(source, bytes, n, at, &err), &err);
        assert_memory_equal(bytes, content->bytes + at, n);
    }
    assert_false(source_read_at(source, bytes, 1, content->len, &err));
    assert_int_equal(err.code, ERR_DAMAGED);
    free(bytes);
}

static void test_round_trip(void **state)
{
    char sha256[SHA256_HEX_SIZE];
    ClusterArchive *archive;
    ClusterSummary summary;
    ClusterSample sample;
    struct stat status;
    Source *source;
    Error err;

    (void)state;
    cluster_sample(&sample);
    cluster_sample_write(&sample, &summary);
    assert_int_equal(stat(other_path, &status), 0);
    assert_int_equal(summary.file_size, status.st_size);
    assert_int_equal(summary.databases, sample.n);
    assert_int_equal(summary.failed, 1);
    must(cluster_archive_open(other_path, &archive, &err), &err);
    assert_index(cluster_archive_index(archive), &sample);
    must(cluster_archive_check(archive, NULL, NULL, NULL, &err), &err);
    must(cluster_archive_check(archive, NULL, NULL, sha256, &err), &err);
    assert_string_equal(sha256, summary.sha256);
    for (size_t i = 0; i < sample.n; i++) {
        const Content *content = &sample.contents[i];

        must(cluster_archive_member(archive, find(cluster_archive_index(archive), content->name),
                                    &source, &err),
             &err);
        assert_content(source, content);
        source_close(source);
    }
    assert_false(cluster_archive_member(archive, find(cluster_archive_index(archive), "gone"),
                                        &source, &err));
    assert_non_null(strstr(err.message, "no disk"));
    cluster_archive_close(archive);
    cluster_sample_free(&sample);
}

/* Where a member lies must be what the index calls it. */
static void test_other_member(void **state)
{
    const ClusterMember *other;
    ClusterArchive *archive;
    ClusterSummary summary;
    ClusterSample sample;
    ClusterMember lie;
    Source *source;
    Error err;

    (void)state;
    cluster_sample(&sample);
    cluster_sample_write(&sample, &summary);
    must(cluster_archive_open(other_path, &archive, &err), &err);
    other = find(cluster_archive_index(archive), ".hidden");
    lie = *find(cluster_archive_index(archive), "with spaces");
    lie.offset = other->offset;
    assert_false(cluster_archive_member(archive, &lie, &source, &err));
    assert_int_equal(err.code, ERR_DAMAGED);
    lie.size = other->size;
    lie.content_size = other->content_size;
    assert_false(cluster_archive_member(archive, &lie, &source, &err));
    assert_int_equal(err.code, ERR_DAMAGED);
    cluster_archive_close(archive);
    cluster_sample_free(&sample);
}

/* The bytes, as docs/format.md has them. */
static void test_format(void **state)
{
    static const uint8_t head[] = {0x1F, 0x8B, 8,  4, 0, 0, 0, 0, 0, 3, 36, 0,
                                   'C',  'L',  32, 0, 1, 1, 0, 0, 0, 0, 0,  0};
    static const uint8_t tar_block[] = {0, 0, 2, 0xFF, 0xFD, 'm', 'a', 'n', 'i'};
    static const uint8_t footer_head[] = {0x1F, 0x8B, 8,   4,   0,  0, 0, 0, 0, 3,
                                          56,   0,    'C', 'L', 52, 0, 1, 3, 0, 0};
    static const uint8_t footer_end[] = {1, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t zeros[1024];
    ClusterSummary summary;
    ClusterSample sample;
    uint8_t *bytes;
    size_t len;

    (void)state;
    cluster_sample_small(&sample);
    cluster_sample_write(&sample, &summary);
    len = load(other_path, &bytes);
    assert_memory_equal(bytes, head, sizeof head);
    assert_memory_equal(bytes + 48, tar_block, sizeof tar_block);
    assert_memory_equal(bytes + len - 81, footer_head, sizeof footer_head);
    assert_memory_equal(bytes + len - sizeof footer_end, footer_end, sizeof footer_end);
    assert_memory_equal(bytes + len - 81 - 8 - sizeof zeros, zeros, sizeof zeros);
    free(bytes);
    cluster_sample_free(&sample);
}

/* What lies in the archive is opened by what opens such a file. */
static void test_script_within(void **state)
{
    ScriptArchive *script;
    ClusterArchive *archive;
    ClusterSummary summary;
    ClusterSample sample;
    FileKind kind;
    Source *source;
    Error err;

    (void)state;
    cluster_sample(&sample);
    cluster_sample_write(&sample, &summary);
    must(file_kind_detect(other_path, &kind, &err), &err);
    assert_int_equal(kind, FILE_CLUSTER);
    must(cluster_archive_open(other_path, &archive, &err), &err);
    must(cluster_archive_member(archive, find(cluster_archive_index(archive), "shop"), &source,
                                &err),
         &err);
    must(file_kind_of_source(source, &kind, &err), &err);
    assert_int_equal(kind, FILE_SCRIPT_ARCHIVE);
    must(script_archive_open_source(source, &script, &err), &err);
    assert_int_equal(script_archive_toc(script)->entries.len, 4);
    must(script_archive_verify(script, NULL, NULL, NULL, &err), &err);
    script_archive_close(script);
    must(cluster_archive_member(archive, &cluster_archive_index(archive)->members.items[1], &source,
                                &err),
         &err);
    must(file_kind_of_source(source, &kind, &err), &err);
    assert_int_equal(kind, FILE_SCRIPT_PLAIN);
    assert_false(script_archive_open_source(source, &script, &err));
    assert_int_equal(err.code, ERR_NOT_BACKUP);
    cluster_archive_close(archive);
    cluster_sample_free(&sample);
}

/* Some is read, and the rest passed over: `share` bytes of each. */
static void assert_member(const ClusterMember *member, Reader *content, const Content *expected,
                          size_t share)
{
    uint8_t *bytes = malloc(expected->len + 1);
    size_t done = 0;
    size_t got = 1;
    Error err;

    assert_non_null(bytes);
    assert_int_equal(member->kind, CLUSTER_DATABASE);
    assert_string_equal(member->name, expected->name);
    assert_int_equal(member->content_size, expected->len);
    while (got > 0 && done < share) {
        must(reader_read(content, bytes + done, expected->len + 1 - done, &got, &err), &err);
        done += got;
    }
    assert_true(done == expected->len || done >= share);
    assert_memory_equal(bytes, expected->bytes, done);
    free(bytes);
}

static void assert_stream(const ClusterSample *sample, const uint8_t *bytes, size_t len,
                          size_t most, size_t share)
{
    const ClusterMember *member;
    ClusterStream *stream;
    DripReader source;
    Reader *content;
    size_t n = 0;
    bool end;
    Error err;

    drip_reader_init(&source, bytes, len, most);
    must(cluster_stream_new(&source.base, "pipe", &stream, &err), &err);
    assert_info(cluster_stream_info(stream), false);
    must(cluster_stream_next(stream, &member, &content, &end, &err), &err);
    assert_int_equal(member->kind, CLUSTER_GLOBALS);
    for (;;) {
        must(cluster_stream_next(stream, &member, &content, &end, &err), &err);
        if (end) {
            break;
        }
        assert_true(n < sample->n);
        assert_member(member, content, &sample->contents[n++], share);
    }
    assert_int_equal(n, sample->n);
    assert_index(cluster_stream_index(stream), sample);
    cluster_stream_free(stream);
}

static void test_stream(void **state)
{
    ClusterSummary summary;
    ClusterSample sample;
    uint8_t *bytes;
    size_t len;

    (void)state;
    cluster_sample(&sample);
    cluster_sample_write(&sample, &summary);
    len = load(other_path, &bytes);
    assert_stream(&sample, bytes, len, SIZE_MAX, SIZE_MAX);
    assert_stream(&sample, bytes, len, 4099, SIZE_MAX);
    assert_stream(&sample, bytes, len, 1, 0);
    assert_stream(&sample, bytes, len, 100000, 70000);
    free(bytes);
    cluster_sample_free(&sample);
}

/* Others find the same files in it. */
static void assert_unpacked(const ClusterSample *sample, const char *folder)
{
    for (size_t i = 0; i < sample->n; i++) {
        const Content *content = &sample->contents[i];
        char path[CLUSTER_PATH_SIZE];
        char file[2 * CLUSTER_PATH_SIZE];
        uint8_t *bytes;
        Error err;

        must(cluster_path_make(content->name, content->suffix, path, &err), &err);
        (void)snprintf(file, sizeof file, "%s/%s", folder, path);
        assert_int_equal(load(file, &bytes), content->len);
        assert_memory_equal(bytes, content->bytes, content->len);
        free(bytes);
    }
}

static void test_stock_programs(void **state)
{
    static const char *const ways[] = {
        "tar -C $2 -xzf $1 2>$2/said && test ! -s $2/said",
        "gzip -t $1 && gzip -dc $1 | tar -C $2 -xf -",
        "python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' $1 "
        "$2",
        "if command -v busybox >/dev/null; then busybox tar -C $2 -xzf $1; else tar -C $2 -xzf $1; "
        "fi",
        "if command -v bsdtar >/dev/null; then bsdtar -C $2 -xf $1; else tar -C $2 -xf $1; "
        "fi",
    };
    ClusterSummary summary;
    ClusterSample sample;

    (void)state;
    cluster_sample(&sample);
    cluster_sample_write(&sample, &summary);
    for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
        char folder[] = "/tmp/dbb-unpacked-XXXXXX";
        char command[1024];

        assert_non_null(mkdtemp(folder));
        (void)snprintf(command, sizeof command, "set -- %s %s; %s", other_path, folder, ways[i]);
        if (system(command) != 0) { /* NOLINT(cert-env33-c): the command is ours */
            print_error("# %s\n", command);
            fail();
        }
        assert_unpacked(&sample, folder);
        (void)snprintf(command, sizeof command, "rm -r %s", folder);
        assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): the command is ours */
    }
    cluster_sample_free(&sample);
}

/* --- The writer --------------------------------------------------------------------------- */

typedef struct Adder {
    ClusterWriter *writer;
    char name[8];
} Adder;

static uint8_t shared_bytes[500000];

static void *add_some(void *argument)
{
    Adder *adder = argument;
    ClusterMember member = {.name = adder->name};
    BytesSource source;
    Error err;

    bytes_source_init(&source, shared_bytes, sizeof shared_bytes);
    for (int i = 0; i < 5; i++) {
        adder->name[1] = (char)('a' + i);
        if (!cluster_writer_add_database(adder->writer, &member, ".dump", &source.base, NULL,
                                         &err)) {
            return adder;
        }
    }
    return NULL;
}

static void test_threads(void **state)
{
    Adder adders[4] = {{.name = "1"}, {.name = "2"}, {.name = "3"}, {.name = "4"}};
    pthread_t threads[ARRAY_LENGTH(adders)];
    ClusterArchive *archive;
    ClusterSummary summary;
    ClusterWriter *writer;
    Error err;

    (void)state;
    must(cluster_writer_open(other_path, true, NULL, &sample_info, &writer, &err), &err);
    for (size_t i = 0; i < ARRAY_LENGTH(adders); i++) {
        adders[i].writer = writer;
        assert_int_equal(pthread_create(&threads[i], NULL, add_some, &adders[i]), 0);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(adders); i++) {
        void *failed;

        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    must(cluster_writer_finish(writer, "then", &summary, &err), &err);
    assert_int_equal(summary.databases, 20);
    must(cluster_archive_open(other_path, &archive, &err), &err);
    must(cluster_archive_check(archive, NULL, NULL, NULL, &err), &err);
    cluster_archive_close(archive);
}

static bool fail_read_at(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    (void)self;
    memset(data, 'x', len);
    return offset < 1000000 || error_set(err, ERR_IO, "no");
}

/* What broke off can't be gone on with, and leaves nothing. */
static void test_broken_off(void **state)
{
    Source source = {.read_at = fail_read_at, .name = "source", .size = 3000000};
    ClusterMember member = {.name = "x"};
    ClusterSummary summary;
    ClusterWriter *writer;
    struct stat status;
    BytesSource good;
    Error err;

    (void)state;
    (void)unlink(other_path);
    must(cluster_writer_open(other_path, false, NULL, &sample_info, &writer, &err), &err);
    assert_false(cluster_writer_add_database(writer, &member, ".sql", &source, NULL, &err));
    assert_int_equal(err.code, ERR_IO);
    member.name = "y";
    bytes_source_init(&good, "x", 1);
    error_clear(&err);
    assert_false(cluster_writer_add_database(writer, &member, ".sql", &good.base, NULL, &err));
    assert_int_equal(err.code, ERR_IO); /* why it was broken off */
    assert_false(cluster_writer_finish(writer, "then", &summary, &err));
    assert_int_not_equal(stat(other_path, &status), 0);
}

/* A signal needn't wait for the end of a large file. */
static void test_cancel(void **state)
{
    ClusterMember member = {.name = "x"};
    ClusterWriter *writer;
    BytesSource source;
    Cancel *cancel;
    Error err;

    (void)state;
    cancel = cancel_new(&err);
    assert_non_null(cancel);
    cancel_request(cancel, 0);
    bytes_source_init(&source, shared_bytes, sizeof shared_bytes);
    must(cluster_writer_open(other_path, true, NULL, &sample_info, &writer, &err), &err);
    assert_false(cluster_writer_add_database(writer, &member, ".sql", &source.base, cancel, &err));
    assert_int_equal(err.code, ERR_CANCELLED);
    cancel_free(cancel);
    cluster_writer_abort(writer);
}

/* A name twice is refused, and does no harm. */
static void test_twice(void **state)
{
    ClusterMember member = {.name = "x"};
    ClusterArchive *archive;
    ClusterSummary summary;
    ClusterWriter *writer;
    BytesSource source;
    Error err;

    (void)state;
    bytes_source_init(&source, "x", 1);
    must(cluster_writer_open(other_path, true, NULL, &sample_info, &writer, &err), &err);
    must(cluster_writer_add_database(writer, &member, ".sql", &source.base, NULL, &err), &err);
    assert_false(cluster_writer_add_database(writer, &member, ".dump", &source.base, NULL, &err));
    assert_false(cluster_writer_add_failure(writer, "x", "why", &err));
    must(cluster_writer_add_globals(writer, "", 0, &err), &err);
    assert_false(cluster_writer_add_globals(writer, "", 0, &err));
    must(cluster_writer_finish(writer, "then", &summary, &err), &err);
    must(cluster_archive_open(other_path, &archive, &err), &err);
    assert_int_equal(cluster_archive_index(archive)->members.len, 3);
    cluster_archive_close(archive);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),          cmocka_unit_test(test_bad_names),
        cmocka_unit_test(test_tar_heads),      cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_script_within),  cmocka_unit_test(test_stream),
        cmocka_unit_test(test_stock_programs), cmocka_unit_test(test_threads),
        cmocka_unit_test(test_broken_off),     cmocka_unit_test(test_twice),
        cmocka_unit_test(test_cancel),         cmocka_unit_test(test_other_member),
        cmocka_unit_test(test_format),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
