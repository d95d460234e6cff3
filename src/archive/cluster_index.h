/* SPDX-License-Identifier: Apache-2.0 */
/* What a cluster archive says of itself: manifest.json at its beginning, index.json at its end. */
#ifndef DBB_ARCHIVE_CLUSTER_INDEX_H
#define DBB_ARCHIVE_CLUSTER_INDEX_H

#include "archive/cluster.h"
#include "base/buffer.h"

enum { CLUSTER_TEXT_MAX = 256 * 1024 * 1024 /* bytes of either */ };

bool cluster_manifest_write(const ClusterInfo *info, Buffer *out, Error *err) MUST_CHECK;
bool cluster_index_write(const ClusterInfo *info, const ClusterMembers *members, Buffer *out,
                         Error *err) MUST_CHECK;
/* These fill index, which must be fresh from cluster_index_init, and which the caller frees also on
 * failure; a manifest knows no members. `name` is for messages. */
bool cluster_manifest_read(const char *text, size_t len, const char *name, ClusterIndex *index,
                           Error *err) MUST_CHECK;
/* The members' places are then known to fill the file from its first byte to `end`, the paths to
 * fit the names, and a name to be there once. */
bool cluster_index_read(const char *text, size_t len, uint64_t end, const char *name,
                        ClusterIndex *index, Error *err) MUST_CHECK;

#endif
