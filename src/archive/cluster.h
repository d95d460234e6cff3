/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cluster archive (docs/format.md): what it holds, and how databases' names become file names.
 * A tar of one file for each database, in gzip members that are stored and not compressed again.
 */
#ifndef DBB_ARCHIVE_CLUSTER_H
#define DBB_ARCHIVE_CLUSTER_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/count.h"
#include "base/vec.h"

typedef enum ClusterKind {
    CLUSTER_MANIFEST = 1, /* the first file: what is known at the start */
    CLUSTER_GLOBALS,      /* roles, tablespaces … */
    CLUSTER_DATABASE,     /* a backup of one; what it is, its bytes tell */
    CLUSTER_INDEX,        /* the last file: what is known at the end */
} ClusterKind;

/* One file of the archive, or a database that isn't there. */
typedef struct ClusterMember {
    ClusterKind kind;
    const char *name;       /* of a database, any bytes but 0; otherwise NULL */
    const char *failure;    /* why a database isn't there; NULL: it is */
    const char *properties; /* a JSON object: what CREATE DATABASE needs; or NULL */
    const char *tool;       /* what the program that made it says of itself; NULL: dbbackup did */
    const char *fallback;   /* why a program did, where dbbackup had failed; or NULL */
    uint64_t rows;          /* these two may be COUNT_UNKNOWN */
    uint64_t raw_size;      /* bytes of SQL in it */

    /* What the writer fills in; of a database that isn't there, NULL and 0. */
    const char *path;      /* in the tar */
    uint64_t content_size; /* bytes of the file in the tar */
    uint64_t offset;       /* of its gzip member in the archive */
    uint64_t size;         /* of its gzip member */
    uint64_t hash;         /* XXH3-64 of its gzip member's bytes */
} ClusterMember;

typedef struct ClusterInfo {
    const char *dbms; /* "postgres", "mysql" or "mariadb" */
    const char *server_version;
    int server_version_number;
    const char *dbbackup_version;
    const char *started; /* ISO 8601, UTC */
    const char *ended;   /* NULL as long as it isn't known */
    const char *options; /* a JSON object, or NULL */
    /* The databases that are to be in it, in the order of the catalog. */
    const char *const *planned;
    size_t n_planned;
} ClusterInfo;

typedef VEC(ClusterMember) ClusterMembers;

typedef struct ClusterIndex {
    Arena arena; /* holds all texts */
    ClusterInfo info;
    ClusterMembers members; /* in the order of the archive */
} ClusterIndex;

void cluster_index_init(ClusterIndex *index);
void cluster_index_free(ClusterIndex *index);
/* The database of that name, there or not; NULL when the archive knows none. */
const ClusterMember *cluster_index_find(const ClusterIndex *index, const char *name);

/* --- Names -------------------------------------------------------------------------------- */

enum {
    CLUSTER_FILE_NAME_MAX = 255, /* what file systems take */
    CLUSTER_PATH_SIZE = 10 + CLUSTER_FILE_NAME_MAX + 1,
};

/* "databases/NAME.sql.gz". In NAME, bytes that aren't UTF-8, control characters, %, and what has a
 * meaning in file names (/ \ : * ? " < > |, a dot at the beginning) stand as % and two hex digits.
 * `suffix` is one of .sql, .sql.gz, .sql.zst, .dump and .tar. ERR_LIMIT when it gets too long. */
bool cluster_path_make(const char *name, const char *suffix, char path[static CLUSTER_PATH_SIZE],
                       Error *err) MUST_CHECK;
/* The reverse; false when cluster_path_make makes no such path. */
bool cluster_path_name(const char *path, char name[static CLUSTER_PATH_SIZE]) MUST_CHECK;
/* Whether a member of this kind and name may stand under this path. */
bool cluster_path_fits(const char *path, ClusterKind kind, const char *name) MUST_CHECK;

#define CLUSTER_MANIFEST_PATH "manifest.json"
#define CLUSTER_GLOBALS_PATH  "globals.sql"
#define CLUSTER_INDEX_PATH    "index.json"

#endif
