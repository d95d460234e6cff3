/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const char globals_text[] = "CREATE ROLE ann;\nCREATE ROLE \"b\\n\";\n";

static const char *const planned[] = {"shop", "d\xFF/../", "gone"};
const ClusterInfo sample_info = {
    .dbms = "postgres",
    .server_version = "15.0",
    .server_version_number = 150000,
    .dbbackup_version = "0.1",
    .started = "2026-01-02T03:04:05Z",
    .options = "{\"jobs\":2}",
    .planned = planned,
    .n_planned = ARRAY_LENGTH(planned),
};

static void fill(Content *content, const char *name, const char *suffix, size_t len)
{
    uint32_t random = (uint32_t)len + 1;

    *content = (Content){name, suffix, malloc(len + 1), len};
    assert_non_null(content->bytes);
    for (size_t i = 0; i < len; i++) {
        random = random * 1664525 + 1013904223;
        content->bytes[i] = (uint8_t)(random >> 24);
    }
}

/* Longer than a tar has room for. */
static const char long_name[] =
    "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
    "123456789 123456789 123456789 end";

void cluster_sample(ClusterSample *sample)
{
    static const size_t lengths[] = {0, 1, 512, 65530, 65531, 65532, 131062, 1100000, 3000000};
    static const char *const names[] = {
        "empty", "d\xFF/../", ".hidden", "with spaces", "\xC3\xA4\xE2\x82\xAC",
        "100%",  "a.sql",     "\n",      long_name,
    };
    Sample script;
    ScriptSummary summary;

    *sample = (ClusterSample){.n = ARRAY_LENGTH(lengths) + 1, .failed = "gone"};
    sample->contents = calloc(sample->n, sizeof *sample->contents);
    assert_non_null(sample->contents);
    small_sample(&script);
    write_archive(&script, (Compression){CODEC_GZIP, 4}, &summary);
    sample_free(&script);
    sample->contents[0] = (Content){.name = "shop", .suffix = ".sql.gz"};
    sample->contents[0].len = load(file_path, &sample->contents[0].bytes);
    for (size_t i = 0; i < ARRAY_LENGTH(lengths); i++) {
        fill(&sample->contents[i + 1], names[i], i % 2 == 0 ? ".dump" : ".sql", lengths[i]);
    }
}

void cluster_sample_small(ClusterSample *sample)
{
    *sample = (ClusterSample){.n = 2, .failed = "gone"};
    sample->contents = calloc(sample->n, sizeof *sample->contents);
    assert_non_null(sample->contents);
    fill(&sample->contents[0], "shop", ".sql", 30);
    fill(&sample->contents[1], "d\xFF/../", ".dump", 0);
}

void cluster_sample_free(ClusterSample *sample)
{
    for (size_t i = 0; i < sample->n; i++) {
        free(sample->contents[i].bytes);
    }
    free(sample->contents);
}

void cluster_sample_write(const ClusterSample *sample, ClusterSummary *summary)
{
    ClusterWriter *writer;
    Error err;

    must(cluster_writer_open(other_path, true, NULL, &sample_info, &writer, &err), &err);
    must(cluster_writer_add_globals(writer, globals_text, strlen(globals_text), &err), &err);
    for (size_t i = 0; i < sample->n; i++) {
        const Content *content = &sample->contents[i];
        ClusterMember member = {
            .name = content->name, .properties = "{\"a\":1}", .rows = i, .raw_size = 10 * i};
        BytesSource source;

        bytes_source_init(&source, content->bytes, content->len);
        must(
            cluster_writer_add_database(writer, &member, content->suffix, &source.base, NULL, &err),
            &err);
    }
    if (sample->failed != NULL) {
        must(cluster_writer_add_failure(writer, sample->failed, "no disk", &err), &err);
    }
    must(cluster_writer_finish(writer, "2026-01-02T03:05:05Z", summary, &err), &err);
}

static bool bytes_read_at(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    (void)err;
    memcpy(data, ((const BytesSource *)self)->bytes + offset, len);
    return true;
}

void bytes_source_init(BytesSource *source, const void *bytes, size_t len)
{
    *source = (BytesSource){.base = {.read_at = bytes_read_at, .name = "bytes", .size = len},
                            .bytes = bytes};
}

static bool drip_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    DripReader *reader = (DripReader *)self;
    size_t n = len < reader->most ? len : reader->most;

    (void)err;
    n = n < reader->len ? n : reader->len;
    memcpy(data, reader->bytes, n);
    reader->bytes += n;
    reader->len -= n;
    *got = n;
    return true;
}

void drip_reader_init(DripReader *reader, const uint8_t *bytes, size_t len, size_t most)
{
    *reader = (DripReader){.base = {.read = drip_read}, .bytes = bytes, .len = len, .most = most};
}
