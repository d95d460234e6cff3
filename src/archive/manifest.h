/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FILE.json, which stands beside each backup and is written last: a file without one is not a
 * finished backup. It holds no secrets.
 */
#ifndef DBB_ARCHIVE_MANIFEST_H
#define DBB_ARCHIVE_MANIFEST_H

#include "archive/cluster_writer.h"
#include "archive/script_writer.h"
#include "archive/toc.h"

typedef struct ManifestFacts {
    const char *engine;     /* "native" or "tools"; of a cluster archive its index tells */
    const char *format;     /* "sql", "custom", "directory", "cluster" */
    const char *tool;       /* what the program that did it says of itself, or NULL. With one, there
                               are no entries to count */
    const char *fallback;   /* why a program did it, and not the native engine, or NULL */
    const char *properties; /* TocInfo.database_properties, where the file lacks them, or NULL */
    const char *options;    /* JSON object of the options that made it, or NULL */
    const char *started;    /* ISO 8601, UTC */
    const char *ended;
    double seconds;
    const char *const *warnings; /* what the user was warned of; NULL with n_warnings 0 */
    size_t n_warnings;
} ManifestFacts;

/* Writes backup_path + ".json", atomically, replacing an old one. */
bool manifest_write(const char *backup_path, const Toc *toc, const ScriptSummary *summary,
                    const ManifestFacts *facts, Error *err) MUST_CHECK;

/* The same of a cluster archive. */
bool manifest_write_cluster(const char *backup_path, const ClusterIndex *index,
                            const ClusterSummary *summary, const ManifestFacts *facts,
                            Error *err) MUST_CHECK;

/* The properties that are in a manifest, which the caller frees; NULL when there are none, or no
 * manifest. */
bool manifest_properties(const char *backup_path, char **properties, Error *err) MUST_CHECK;

/* Of a file whose bytes were changed: its manifest says `sha256` where it said `old`. */
bool manifest_replace_sha256(const char *backup_path, const char *old, const char *sha256,
                             Error *err) MUST_CHECK;

/* What list and verify want of a manifest. Strings are "" when the manifest lacks them, numbers of
 * things COUNT_UNKNOWN. */
typedef struct Manifest {
    char dbms[32];
    char server_version[128];
    char database[256];
    char started[32];
    char ended[32];
    char engine[32];
    char format[32];
    char dbbackup_version[64];
    char sha256[65];
    uint64_t file_size; /* 0 where it is lacking */
    uint64_t raw_size;
    uint64_t rows;
    uint64_t tables;
    uint64_t databases; /* of a cluster: in it, and not in it; otherwise 0 */
    uint64_t failed;
    double seconds;
} Manifest;

/* As one that says nothing. */
void manifest_clear(Manifest *manifest);
/* *found is false when there is none; ERR_DAMAGED when it isn't a manifest. */
bool manifest_read(const char *backup_path, Manifest *manifest, bool *found, Error *err) MUST_CHECK;

#endif
