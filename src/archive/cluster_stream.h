/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a cluster archive from beginning to end, as from a pipe: one member after another. At each
 * member's end its checksum has been compared; at the archive's end all of it with the index and
 * the footer. What isn't known before that: which databases failed, and that nothing was cut.
 */
#ifndef DBB_ARCHIVE_CLUSTER_STREAM_H
#define DBB_ARCHIVE_CLUSTER_STREAM_H

#include "archive/cluster.h"
#include "io/stream.h"

typedef struct ClusterStream ClusterStream;

/* Reads manifest.json. Owns source, also on failure. `name` is for messages and must outlive the
 * stream. */
bool cluster_stream_new(Reader *source, const char *name, ClusterStream **out,
                        Error *err) MUST_CHECK;
void cluster_stream_free(ClusterStream *stream); /* NULL is fine */
/* What is known at the start: `ended` isn't. */
const ClusterInfo *cluster_stream_info(const ClusterStream *stream);
/* On to the next member, whatever was read of this one. *member: kind, name, path, content_size,
 * offset and size are known. Its content is to be read, not closed. Both are good until the next
 * call. *end at the end of an archive that is whole. */
bool cluster_stream_next(ClusterStream *stream, const ClusterMember **member, Reader **content,
                         bool *end, Error *err) MUST_CHECK;
/* What it held, and lacks. Only after the end. */
const ClusterIndex *cluster_stream_index(const ClusterStream *stream);

#endif
