/* SPDX-License-Identifier: Apache-2.0 */
/* FILE.json, written and read again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "archive/manifest.h"

static char folder[] = "/tmp/dbb-manifest-XXXXXX";
static char backup[64];
static char path[80];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    (void)snprintf(backup, sizeof backup, "%s/db.sql.gz", folder);
    (void)snprintf(path, sizeof path, "%s.json", backup);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static void store(const char *text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void fill_toc(Toc *toc)
{
    Chunk chunk = {.size = 30, .raw_size = 100, .rows = 7};
    Entry table = {
        .id = 1, .section = SECTION_PRE_DATA, .kind = "TABLE", .schema = "s", .name = "t"};
    Entry data = {.id = 2,
                  .section = SECTION_DATA,
                  .kind = "TABLE DATA",
                  .schema = "s",
                  .name = "t \"\xFF\"\n"};

    toc_init(toc);
    toc->info = (TocInfo){.dbms = "postgres",
                          .server_version = "15.18",
                          .database = "shop",
                          .dbbackup_version = "0.1.0",
                          .compression = "gzip:4"};
    assert_true(vec_push(&data.chunks, chunk));
    assert_true(vec_push(&data.chunks, chunk));
    assert_true(vec_push(&toc->entries, table));
    assert_true(vec_push(&toc->entries, table));
    assert_true(vec_push(&toc->entries, data));
}

static void test_round_trip(void **state)
{
    static const char *const warnings[] = {"a warning"};
    ScriptSummary summary = {.file_size = 1234, .raw_size = 5678, .sha256 = "abc"};
    ManifestFacts facts = {.engine = "native",
                           .format = "sql",
                           .options = "{\"jobs\":1}",
                           .started = "2026-11-23T07:05:09Z",
                           .ended = "2026-11-23T07:05:11Z",
                           .seconds = 1.5,
                           .warnings = warnings,
                           .n_warnings = 1};
    Manifest manifest;
    Error err = {0};
    bool found = false;
    json_t *json;
    Toc toc;

    (void)state;
    fill_toc(&toc);
    assert_true(manifest_write(backup, &toc, &summary, &facts, &err));
    assert_true(manifest_read(backup, &manifest, &found, &err));
    assert_true(found);
    assert_string_equal(manifest.dbms, "postgres");
    assert_string_equal(manifest.database, "shop");
    assert_string_equal(manifest.engine, "native");
    assert_string_equal(manifest.sha256, "abc");
    assert_string_equal(manifest.started, facts.started);
    assert_int_equal(manifest.file_size, 1234);
    assert_int_equal(manifest.raw_size, 5678);
    assert_int_equal(manifest.rows, 14);
    assert_int_equal(manifest.tables, 1);
    assert_true(manifest.seconds > 1.49 && manifest.seconds < 1.51);

    json = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "kinds"), "TABLE")),
                     2);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(json, "options"), "jobs")),
                     1);
    assert_int_equal(json_array_size(json_object_get(json, "warnings")), 1);
    assert_string_equal(json_string_value(json_object_get(json, "file")), "db.sql.gz");
    assert_int_equal(json_integer_value(json_object_get(
                         json_array_get(json_object_get(json, "tables"), 0), "file_bytes")),
                     60);
    json_decref(json);

    /* It replaces an old one; what can't be read again is not written. */
    summary.file_size = 4321;
    assert_true(manifest_write(backup, &toc, &summary, &facts, &err));
    facts.options = "{\"jobs\":";
    assert_false(manifest_write(backup, &toc, &summary, &facts, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_true(manifest_read(backup, &manifest, &found, &err));
    assert_int_equal(manifest.file_size, 4321);
    toc_free(&toc);
}

static void test_missing_and_damaged(void **state)
{
    static const char *const bad[] = {"", "{", "[]", "{}", "{\"dbbackup_manifest\":\"1\"}", "null"};
    Manifest manifest;
    Error err = {0};
    bool found = true;

    (void)state;
    (void)unlink(path);
    assert_true(manifest_read(backup, &manifest, &found, &err));
    assert_false(found);
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        store(bad[i]);
        assert_false(manifest_read(backup, &manifest, &found, &err));
        assert_int_equal(err.code, ERR_DAMAGED);
    }
    store("{\"dbbackup_manifest\":2}");
    assert_false(manifest_read(backup, &manifest, &found, &err));
    assert_int_equal(err.code, ERR_UNSUPPORTED);
    store("{\"dbbackup_manifest\":1,\"rows\":-3,\"dbms\":7}");
    assert_true(manifest_read(backup, &manifest, &found, &err));
    assert_int_equal(manifest.rows, COUNT_UNKNOWN);
    assert_int_equal(manifest.tables, COUNT_UNKNOWN);
    assert_string_equal(manifest.dbms, "");
}

/* What programs made: who says so, and nothing is said of what nobody has counted. */
static void test_cluster_by_programs(void **state)
{
    ClusterSummary summary = {
        .file_size = 1234, .raw_size = COUNT_UNKNOWN, .rows = COUNT_UNKNOWN, .databases = 2};
    ManifestFacts facts = {.format = "cluster"};
    ClusterMember members[] = {
        {.kind = CLUSTER_DATABASE,
         .name = "a",
         .path = "databases/a.dump",
         .tool = "pg_dump 15",
         .rows = COUNT_UNKNOWN,
         .raw_size = COUNT_UNKNOWN},
        {.kind = CLUSTER_DATABASE, .name = "b", .path = "databases/b.sql", .rows = 7},
    };
    ClusterIndex index = {.members = {members, ARRAY_LENGTH(members), 0}};
    Manifest manifest;
    const json_t *databases;
    bool found;
    json_t *json;
    Error err;

    (void)state;
    assert_true(manifest_write_cluster(backup, &index, &summary, &facts, &err));
    assert_true(manifest_read(backup, &manifest, &found, &err));
    assert_string_equal(manifest.engine, "mixed");
    assert_int_equal(manifest.rows, COUNT_UNKNOWN);
    assert_int_equal(manifest.raw_size, COUNT_UNKNOWN);
    json = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    databases = json_object_get(json, "databases");
    assert_string_equal(json_string_value(json_object_get(json_array_get(databases, 0), "engine")),
                        "tools");
    assert_null(json_object_get(json_array_get(databases, 0), "rows"));
    assert_string_equal(json_string_value(json_object_get(json_array_get(databases, 1), "engine")),
                        "native");
    json_decref(json);
    index.members.len = 1;
    assert_true(manifest_write_cluster(backup, &index, &summary, &facts, &err));
    assert_true(manifest_read(backup, &manifest, &found, &err));
    assert_string_equal(manifest.engine, "tools");
}

static void test_cluster(void **state)
{
    ClusterSummary summary = {.file_size = 1234,
                              .raw_size = 5678,
                              .rows = 7,
                              .databases = 1,
                              .failed = 1,
                              .sha256 = "abc"};
    ManifestFacts facts = {
        .format = "cluster", .started = "2026-11-23T07:05:09Z", .ended = "2026-11-23T07:05:11Z"};
    ClusterMember members[] = {
        {.kind = CLUSTER_MANIFEST, .path = "manifest.json"},
        {.kind = CLUSTER_DATABASE, .name = "a\xFF", .path = "databases/a%FF.sql", .rows = 7},
        {.kind = CLUSTER_DATABASE, .name = "b", .failure = "no disk"},
    };
    ClusterIndex index = {.info = {.dbms = "postgres", .server_version = "15.18"},
                          .members = {members, ARRAY_LENGTH(members), 0}};
    Manifest manifest;
    bool found;
    json_t *json;
    Error err;

    (void)state;
    assert_true(manifest_write_cluster(backup, &index, &summary, &facts, &err));
    assert_true(manifest_read(backup, &manifest, &found, &err));
    assert_true(found);
    assert_string_equal(manifest.dbms, "postgres");
    assert_string_equal(manifest.format, "cluster");
    assert_string_equal(manifest.engine, "native");
    assert_string_equal(manifest.sha256, "abc");
    assert_string_equal(manifest.database, "");
    assert_int_equal(manifest.file_size, 1234);
    assert_int_equal(manifest.rows, 7);
    assert_int_equal(manifest.databases, 1);
    assert_int_equal(manifest.failed, 1);
    json = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_array_size(json_object_get(json, "databases")), 2);
    assert_string_equal(json_string_value(json_object_get(
                            json_array_get(json_object_get(json, "databases"), 1), "failure")),
                        "no disk");
    json_decref(json);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_cluster),
        cmocka_unit_test(test_cluster_by_programs),
        cmocka_unit_test(test_missing_and_damaged),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
