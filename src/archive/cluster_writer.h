/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a cluster archive (docs/format.md), once from beginning to end, to a file or a pipe:
 *
 *     cluster_writer_open(path, false, &info, &writer, err)       manifest.json
 *     cluster_writer_add_globals(writer, text, len, err)          globals.sql
 *     cluster_writer_add_database(writer, &member, …, err)        for each database …
 *     cluster_writer_add_failure(writer, name, why, err)          … or why it isn't there
 *     cluster_writer_seal(writer, ended, err)                     index.json, footer
 *     cluster_writer_finish(writer, ended, &summary, err)
 *
 * Several threads may add members at once: each waits until those before it are written. Once a
 * call has failed for another reason than its arguments, the archive can only be aborted.
 */
#ifndef DBB_ARCHIVE_CLUSTER_WRITER_H
#define DBB_ARCHIVE_CLUSTER_WRITER_H

#include "archive/cluster.h"
#include "io/key.h"
#include "io/sha256.h"
#include "io/source.h"
#include "sched/cancel.h"

typedef struct ClusterWriter ClusterWriter;

typedef struct ClusterSummary {
    uint64_t file_size;
    uint64_t raw_size;  /* of all members; COUNT_UNKNOWN where that of one isn't known */
    uint64_t rows;      /* as raw_size */
    uint64_t databases; /* that are in it */
    uint64_t failed;    /* that are not */
    char sha256[SHA256_HEX_SIZE];
} ClusterSummary;

/* path "-" is standard output; otherwise NAME.partial until it is finished. key: NULL, or what the
 * archive is encrypted with. path and what info points to must outlive the writer. */
bool cluster_writer_open(const char *path, bool replace, const CryptKey *key,
                         const ClusterInfo *info, ClusterWriter **out, Error *err) MUST_CHECK;
/* globals.sql. At most once. */
bool cluster_writer_add_globals(ClusterWriter *writer, const char *text, size_t len,
                                Error *err) MUST_CHECK;
/* A database's backup. Of member all but the kind is taken that the writer doesn't fill in, and
 * copied. content is read as it is, from beginning to end, in memory of a fixed size. For suffix
 * see cluster_path_make. */
bool cluster_writer_add_database(ClusterWriter *writer, const ClusterMember *member,
                                 const char *suffix, const Source *content, const Cancel *cancel,
                                 Error *err) MUST_CHECK;
/* A database that isn't there, and why. */
bool cluster_writer_add_failure(ClusterWriter *writer, const char *name, const char *why,
                                Error *err) MUST_CHECK;
/* Writes index and footer and has all of it on disk: what can fail for want of room has been done
 * when it returns, and nothing stands under the final name yet. `ended` as in ClusterInfo. May be
 * left out: finish does it. */
bool cluster_writer_seal(ClusterWriter *writer, const char *ended, Error *err) MUST_CHECK;
/* Puts the file under its name. Frees the writer, also on failure, when nothing remains of the
 * file. */
bool cluster_writer_finish(ClusterWriter *writer, const char *ended, ClusterSummary *summary,
                           Error *err) MUST_CHECK;
/* Frees the writer and removes what it wrote. NULL is fine. */
void cluster_writer_abort(ClusterWriter *writer);

#endif
