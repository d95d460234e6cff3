/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make_cluster OUT GLOBALS {NAME ROWS SUFFIX FILE}…: puts backups that are there into a cluster
 * archive, with its manifest. A SUFFIX of "failed" makes FILE the reason why NAME isn't there.
 * GLOBALS is a text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/cluster_reader.h"
#include "archive/manifest.h"

static bool add(ClusterWriter *writer, char **four, Error *err)
{
    ClusterMember member = {.name = four[0], .rows = strtoull(four[1], NULL, 10)};
    Source *content;
    bool ok;

    if (strcmp(four[2], "failed") == 0) {
        return cluster_writer_add_failure(writer, four[0], four[3], err);
    }
    if (!file_source_open(four[3], &content, err)) {
        return false;
    }
    member.raw_size = content->size;
    ok = cluster_writer_add_database(writer, &member, four[2], content, NULL, err);
    source_close(content);
    return ok;
}

static bool write_manifest(const char *path, const ClusterSummary *summary, Error *err)
{
    ManifestFacts facts = {.engine = "native",
                           .format = "cluster",
                           .started = "2026-01-02T03:04:05Z",
                           .ended = "2026-01-02T03:05:05Z",
                           .seconds = 60};
    ClusterArchive *archive;
    bool ok;

    if (!cluster_archive_open(path, &archive, err)) {
        return false;
    }
    ok = manifest_write_cluster(path, cluster_archive_index(archive), summary, &facts, err);
    cluster_archive_close(archive);
    return ok;
}

static bool make(char **args, int n, Error *err)
{
    ClusterInfo info = {
        .dbms = "postgres", .server_version = "15.0", .started = "2026-01-02T03:04:05Z"};
    const char *planned[256];
    ClusterSummary summary;
    ClusterWriter *writer;
    bool ok;

    info.planned = planned;
    for (int i = 2; i + 3 < n && info.n_planned < 256; i += 4) {
        planned[info.n_planned++] = args[i];
    }
    if (!cluster_writer_open(args[0], false, NULL, &info, &writer, err)) {
        return false;
    }
    ok = cluster_writer_add_globals(writer, args[1], strlen(args[1]), err);
    for (int i = 2; ok && i + 3 < n; i += 4) {
        ok = add(writer, args + i, err);
    }
    if (!ok) {
        cluster_writer_abort(writer);
        return false;
    }
    return cluster_writer_finish(writer, "2026-01-02T03:05:05Z", &summary, err) &&
           (strcmp(args[0], "-") == 0 || write_manifest(args[0], &summary, err));
}

int main(int argc, char **argv)
{
    Error err = {0};

    if (argc < 3 || !make(argv + 1, argc - 1, &err)) {
        (void)fprintf(stderr, "make_cluster: %s\n", err.message);
        return 1;
    }
    return 0;
}
