/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a cluster archive (docs/format.md) by its index: one database without unpacking the others.
 * Every size and place that the file declares is checked before it is used. Functions that take
 * the archive only read at offsets, so several threads may share one.
 */
#ifndef DBB_ARCHIVE_CLUSTER_READER_H
#define DBB_ARCHIVE_CLUSTER_READER_H

#include "archive/cluster.h"
#include "base/event.h"
#include "io/source.h"
#include "sched/cancel.h"

typedef struct ClusterArchive ClusterArchive;

/* Reads footer and index. ERR_DAMAGED when they are cut or altered. */
bool cluster_archive_open(const char *path, ClusterArchive **out, Error *err) MUST_CHECK;
/* The same of one that lies somewhere else. Takes over source, also on failure. */
bool cluster_archive_open_source(Source *source, ClusterArchive **out, Error *err) MUST_CHECK;
void cluster_archive_close(ClusterArchive *archive); /* NULL is fine */
const ClusterIndex *cluster_archive_index(const ClusterArchive *archive);
uint64_t cluster_archive_file_size(const ClusterArchive *archive);
/* The file that a member is, to be read at any place: script_archive_open_source takes it. It must
 * be closed before the archive. */
bool cluster_archive_member(const ClusterArchive *archive, const ClusterMember *member,
                            Source **out, Error *err) MUST_CHECK;
/* Every byte of the file against the hashes of index and footer, as fast as the disk. Progress
 * counts bytes of the file and members. ERR_DAMAGED names the member. sha256 is NULL or has room
 * for SHA256_HEX_SIZE: that of the whole file. */
bool cluster_archive_check(const ClusterArchive *archive, const EventSink *events,
                           const Cancel *cancel, char *sha256, Error *err) MUST_CHECK;
/* The same of one member alone, which is there. */
bool cluster_archive_check_member(const ClusterArchive *archive, const ClusterMember *member,
                                  const EventSink *events, const Cancel *cancel,
                                  Error *err) MUST_CHECK;

#endif
