/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of ours: the manifest beside a backup, and both texts of a cluster archive. */
#include "fuzz.h"

#include <string.h>

#include "archive/cluster_index.h"
#include "archive/manifest_file.h"

static void read_manifest(const char *text, size_t len)
{
    Manifest manifest;
    Error err = {0};
    bool ok = manifest_parse(text, len, "bytes", &manifest, &err);

    fuzz_check_verdict(ok, &err);
    if (ok) {
        FUZZ_ASSERT(memchr(manifest.database, '\0', sizeof manifest.database) != NULL);
        FUZZ_ASSERT(memchr(manifest.sha256, '\0', sizeof manifest.sha256) != NULL);
    }
}

static void read_cluster(const char *text, size_t len, bool is_index)
{
    static const uint64_t end = 12345;
    ClusterIndex index;
    Error err = {0};
    uint64_t place = 0;
    bool ok;

    cluster_index_init(&index);
    ok = is_index ? cluster_index_read(text, len, end, "bytes", &index, &err)
                  : cluster_manifest_read(text, len, "bytes", &index, &err);
    fuzz_check_verdict(ok, &err);
    for (size_t i = 0; ok && is_index && i < index.members.len; i++) {
        const ClusterMember *member = &index.members.items[i];

        if (member->failure == NULL) { /* no name leads out of the folder */
            FUZZ_ASSERT(member->offset == place && member->size <= end - place);
            FUZZ_ASSERT(cluster_path_fits(member->path, member->kind, member->name));
            FUZZ_ASSERT(member->path[0] != '/' && strstr(member->path, "..") != member->path);
            FUZZ_ASSERT(strstr(member->path, "/..") == NULL);
            place += member->size;
        }
    }
    FUZZ_ASSERT(!ok || !is_index || place == end);
    cluster_index_free(&index);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;

    read_manifest(text, size);
    read_cluster(text, size, false);
    read_cluster(text, size, true);
    return 0;
}
