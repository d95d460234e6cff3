/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The use cases. Each is one function that takes a request, emits events while it works, and
 * fills a result or an error. None of them prints.
 */
#ifndef DBB_APP_APP_H
#define DBB_APP_APP_H

#include <limits.h>

#include "archive/codec.h"
#include "archive/file_kind.h"
#include "archive/manifest.h"
#include "archive/script_reader.h"
#include "engine/engine.h"
#include "engine/manager.h"
#include "io/key_ring.h"
#include "io/source.h"

typedef struct BackupRequest {
    const Engine *engine;
    ServerOptions server;
    const char *database;
    BackupScope scope;
    const char *output;     /* a file, a folder, "-" (standard output), or NULL: backup_dir */
    const char *backup_dir; /* NULL: the present folder */
    Compression compression;
    const CryptKey *key; /* what the file is encrypted with; NULL: nothing */
    EngineChoice choice;
    BackupFormat format;
    bool fallback; /* tools take over where the native engine can't, or fails */
    unsigned jobs; /* connections that work at once; from 1 on */
    bool dry_run;
    /* Of a member of a cluster: who makes it. Then choice and format don't count, and `output` is
     * replaced and gets no manifest of its own. NULL: it is a backup by itself. */
    const WorkPlan *member_plan;
} BackupRequest;

typedef struct BackupResult {
    char path[PATH_MAX]; /* "-" for standard output; "" after a dry run */
    const char *suffix;  /* what the file is: ".sql.gz", ".dump" …; lives for ever */
    char *properties;    /* of a member: TocInfo.database_properties, or NULL */
    char *fallback;      /* of a member: why a program did it, where the native engine had failed */
    ScriptSummary file;
    char tool[128];   /* what the program that did it says of itself; "": the native engine did */
    uint64_t objects; /* definitions. These three are COUNT_UNKNOWN where a program did it */
    uint64_t tables;  /* tables with data */
    uint64_t rows;
    double seconds;
} BackupResult;

void backup_result_free(BackupResult *result); /* what is of a member */

bool backup_run(const BackupRequest *request, const EngineContext *context, BackupResult *result,
                Error *err) MUST_CHECK;

typedef struct GlobalsRequest {
    const Engine *engine;
    ServerOptions server;
    const char *database; /* where to connect; NULL: to the one that every server has */
    GlobalsScope scope;
    const char *output; /* these two as in BackupRequest */
    const char *backup_dir;
    const CryptKey *key;
} GlobalsRequest;

typedef struct GlobalsResult {
    char path[PATH_MAX]; /* "-" for standard output */
    GlobalsStats stats;
    uint64_t file_size;
    double seconds;
} GlobalsResult;

/* What belongs to no database, as a plain SQL script. ERR_UNSUPPORTED when the engine has none. */
bool globals_backup_run(const GlobalsRequest *request, const EngineContext *context,
                        GlobalsResult *result, Error *err) MUST_CHECK;

/* Which of a server's databases a backup takes. A pattern is a name as pg_dumpall's
 * --exclude-database takes it. `excludes` wins; without `includes`, all others are taken. */
typedef struct DatabaseChoice {
    const char *const *includes;
    size_t n_includes;
    const char *const *excludes;
    size_t n_excludes;
} DatabaseChoice;

/* Leaves in the list what is chosen and allows connections, in its order. A warning names each that
 * is left out because it allows none. ERR_USAGE when an include matches nothing, or what is no
 * pattern. */
bool databases_choose(const DatabaseChoice *choice, const EngineContext *context,
                      DatabaseList *list, Error *err) MUST_CHECK;

/* A backup of a whole server. */
typedef struct ClusterBackupRequest {
    BackupRequest each; /* of every database; its output and jobs are those of the whole. `database`
                           and `member_plan` don't count */
    ServerOptions server; /* where the databases are looked for, and the globals */
    const char *database; /* where to connect for that; NULL: to the one that every server has */
    DatabaseChoice choice;
    GlobalsScope globals;
} ClusterBackupRequest;

/* What was done of one, or would be. */
typedef struct ClusterBackupPart {
    char *failure;    /* NULL: it is there */
    uint64_t objects; /* these two as in BackupResult */
    uint64_t tables;
} ClusterBackupPart;

typedef struct ClusterBackupResult {
    char path[PATH_MAX]; /* "-" for standard output */
    GlobalsStats globals;
    DatabaseList list;        /* of the databases that were chosen */
    ClusterBackupPart *parts; /* one for each of them */
    ClusterSummary file;
    double seconds;
} ClusterBackupResult;

/* Globals and databases, each of these from a snapshot of its own, into one archive. A database
 * that fails is named in a warning, and the others go on; then it ends with ERR_INCOMPLETE, and
 * there is an archive. All else, and the failure of every database, leaves none. *result, which the
 * caller frees in any case, tells what it came to. */
bool cluster_backup_run(const ClusterBackupRequest *request, const EngineContext *context,
                        ClusterBackupResult *result, Error *err) MUST_CHECK;
void cluster_backup_result_free(ClusterBackupResult *result);

typedef struct RestoreRequest {
    const Engine *engine;
    ServerOptions server;
    const char *path;     /* "-" is standard input */
    KeyRing *keys;        /* for an encrypted one; may be NULL */
    const Source *source; /* the file's bytes, where they lie within another one, and then `path` is
                             a name for messages; NULL: path is opened */
    const char *properties; /* of a member of a cluster: as in ClusterMember; may be NULL */
    const char *database;   /* the target; NULL: `member` */
    const char *member; /* --database: which one of a cluster archive; of other files, the target
                           too; NULL: the name in the file */
    EngineChoice choice;
    const Selection *selection;
    bool create;
    bool clean;
    bool confirm;
    bool single_transaction;
    bool continue_on_error;
    bool no_definer;
    bool disable_triggers;
    bool resume;     /* go on with a restore of this file that broke off */
    bool is_scratch; /* the caller drops the database, however it ends */
    bool is_checked; /* all bytes of `source` were compared with their hashes already */
    bool dry_run;
    unsigned jobs; /* connections that work at once; from 1 on */
} RestoreRequest;

typedef struct RestoreResult {
    char database[256];
    FileKind kind;
    RestoreStats stats; /* of a dry run: what would be done. Rows may be COUNT_UNKNOWN */
    bool is_globals;    /* a script of a server's globals: then these count instead */
    GlobalsStats globals;
    char tool[128];   /* as in BackupResult; then nothing is counted */
    uint64_t objects; /* or COUNT_UNKNOWN */
    double seconds;
} RestoreResult;

bool restore_run(const RestoreRequest *request, const EngineContext *context, RestoreResult *result,
                 Error *err) MUST_CHECK;

typedef struct RestoreClusterRequest {
    const Engine *engine;
    ServerOptions server;
    const char *connect_to;       /* a name or a URI, for what is of none; NULL: the usual one */
    const char *path;             /* "-" is standard input */
    KeyRing *keys;                /* for an encrypted one; may be NULL */
    const char *const *databases; /* those to restore; none: all */
    size_t n_databases;
    EngineChoice choice;
    const Selection *selection; /* of each database; only its leave_out says something */
    bool no_globals;
    bool clean; /* an older database is dropped; the server's own are cleaned inside */
    bool confirm;
    bool continue_on_error;
    bool no_definer;
    bool dry_run;
    unsigned jobs; /* connections that work at once, of all databases; from 1 on */
} RestoreClusterRequest;

/* What is to become of one database. */
typedef enum ClusterFate {
    CLUSTER_MAKE,    /* the server has none of that name */
    CLUSTER_REPLACE, /* the server's is dropped first */
    CLUSTER_FILL,    /* every server has it: it is restored into what is there */
    CLUSTER_REFUSED, /* the server has it already, or it isn't empty */
    CLUSTER_LACKING, /* the archive doesn't hold it */
} ClusterFate;

typedef enum ClusterState {
    CLUSTER_AHEAD,
    CLUSTER_BEGUN,
    CLUSTER_AGAIN, /* it failed, perhaps for it needs another that wasn't there yet */
    CLUSTER_DONE,
    CLUSTER_FAILED,
} ClusterState;

typedef struct ClusterDatabase {
    const char *name;
    ClusterFate fate;
    const char *why;   /* it is refused or lacking */
    bool is_there;     /* on the server, before anything was changed */
    uint64_t rows;     /* COUNT_UNKNOWN of a pipe, and where a program made it; also raw_size */
    uint64_t raw_size; /* bytes of SQL */
    uint64_t size;     /* bytes in the archive; 0 of a pipe */
    ClusterState state;
} ClusterDatabase;

typedef struct RestoreClusterResult {
    Arena arena;
    VEC(ClusterDatabase) databases; /* that were asked for, by name */
    bool has_globals;
    GlobalsStats globals; /* of a plan: what would be done */
    uint64_t restored;    /* databases */
    uint64_t rows;        /* these two are COUNT_UNKNOWN where a program restored one of them */
    uint64_t objects;
    double seconds;
} RestoreClusterResult;

void restore_cluster_result_init(RestoreClusterResult *result);
void restore_cluster_result_free(RestoreClusterResult *result);

/* A whole server from a cluster archive. Without confirm, or of a dry run, the result is the plan,
 * and nothing is changed; without confirm that is ERR_REFUSED. The result says how far it came,
 * also after a failure. ERR_INCOMPLETE: some databases failed, or the archive lacks them; each was
 * named in a warning, and the others are restored. */
bool restore_cluster_run(const RestoreClusterRequest *request, const EngineContext *context,
                         RestoreClusterResult *result, Error *err) MUST_CHECK;

typedef struct VerifyResult {
    FileKind kind; /* of what an encrypted file holds */
    bool encrypted;
    bool has_manifest;
    uint64_t file_size;
    uint64_t raw_size; /* these three may be COUNT_UNKNOWN */
    uint64_t objects;  /* entries, or statements of a script */
    uint64_t rows;
    uint64_t databases; /* of a cluster archive: that are in it … */
    uint64_t failed;    /* … and that are not */
} VerifyResult;

/* Without a server: every byte and checksum, sizes and rows against index and manifest; of a
 * script of someone else's: that it unpacks, is whole, and holds nothing that would be refused. Of
 * a cluster archive also each backup in it; a warning names each database that is not there. keys,
 * for an encrypted file, may be NULL. */
bool verify_run(const char *path, KeyRing *keys, const EngineContext *context, VerifyResult *result,
                Error *err) MUST_CHECK;

typedef struct KeyRotation KeyRotation;

/* Opens an encrypted file whose key is to be changed, and locks it; path must stay. Nothing is
 * written yet. ERR_KEY and ERR_USAGE: it was opened by none of the keys. */
bool key_rotation_open(const char *path, KeyRing *keys, const EngineContext *context,
                       KeyRotation **out, Error *err) MUST_CHECK;
/* What opened the file opens it no more, but `key` does. Only its header is written, and the
 * SHA-256 in its manifest, for which the file is read once. */
bool key_rotation_run(KeyRotation *rotation, const CryptKey *key, Error *err) MUST_CHECK;
void key_rotation_close(KeyRotation *rotation); /* NULL is fine */

/* A restore for proof: into a scratch database, which is compared with the file and dropped. */
typedef struct ProofRequest {
    bool throwaway; /* on a server that is made for it; then these three don't count */
    const Engine *engine;
    ServerOptions server;
    const char *connect_to;       /* a database, for what is of none; NULL: the usual one */
    const char *path;             /* a file of ours, or pg_dump's */
    KeyRing *keys;                /* for an encrypted one; may be NULL */
    const char *const *databases; /* of a cluster archive: those to restore; none: all */
    size_t n_databases;
    unsigned leave_out; /* TEXT_BITs: neither restored nor compared */
    bool no_definer;
    unsigned jobs; /* connections that work at once; from 1 on */
} ProofRequest;

typedef struct ProofTable {
    const char *schema; /* NULL where there is none */
    const char *name;
    uint64_t rows;          /* in the file */
    uint64_t restored_rows; /* and in the database that was restored */
    bool has_content;       /* the file knows a checksum of the rows, which was compared */
    bool equal;
} ProofTable;

typedef struct ProofDifference {
    const char *object; /* "INDEX public.orders_date" */
    const char *what;   /* of one or more lines */
} ProofDifference;

typedef enum ProofVerdict {
    PROOF_EQUAL,
    PROOF_RESTORED, /* from a format that says nothing of its rows, so nothing was compared */
    PROOF_DIFFERS,
    PROOF_UNTESTED, /* it couldn't be restored, or not read again */
} ProofVerdict;

typedef struct ProofDatabase {
    const char *name;
    const char *scratch;   /* the name of the database that it was restored into */
    bool scratch_is_there; /* it couldn't be dropped */
    ProofVerdict verdict;
    Error failure; /* of what is untested */
    VEC(ProofTable) tables;
    VEC(ProofDifference) differences;
    uint64_t n_tables;    /* with rows, or with room for some */
    uint64_t definitions; /* that were compared. Of PROOF_RESTORED these two stand in the scratch */
    uint64_t rows;        /* in the file */
    uint64_t reordered;   /* tables with rows whose columns came back in another order, as those
                             that inherit may */
    uint64_t unknown;     /* tables with rows whose checksum the file lacks */
    uint64_t left_out;    /* entries that weren't restored, for they would act by themselves */
    double restore_seconds;
    double compare_seconds;
} ProofDatabase;

typedef struct ProofResult {
    Arena arena;
    VerifyResult file;
    const char *program;         /* of a server made for it: its file; otherwise NULL */
    const char *program_version; /* as it says it */
    bool has_globals;            /* that server got the globals of a cluster archive */
    GlobalsStats globals;
    VEC(ProofDatabase) databases;
    double seconds;
} ProofResult;

void proof_result_init(ProofResult *result);
void proof_result_free(ProofResult *result);

/* Checks the file as verify_run does; then restores each database, reads it as a backup would, and
 * compares definitions, rows and their checksums with the file's; of pg_dump's own formats, which
 * don't say what rows they hold, it is only restored. Each database that was made for
 * it is dropped, also after a failure or a cancel; a warning names one that can't be. A server that
 * was made for it first gets the globals of a cluster archive, but for tablespaces; otherwise roles
 * or users of the names that the definitions need. False, with
 * the verdict of each database in the result as far as it came: ERR_DAMAGED when one of them isn't
 * equal; otherwise why one couldn't be tested. */
bool proof_run(const ProofRequest *request, const EngineContext *context, ProofResult *result,
               Error *err) MUST_CHECK;

typedef struct ListedBackup {
    char path[PATH_MAX];
    Manifest manifest;
    uint64_t file_size;
    bool encrypted;
    bool complete; /* has a manifest, and the file's size is what it says */
} ListedBackup;

typedef VEC(ListedBackup) BackupList;

/* The backups in a folder, newest first. The caller frees the list with vec_free. keys: for what is
 * encrypted and has no manifest; may be NULL. */
bool list_run(const char *folder, KeyRing *keys, BackupList *list, Error *err) MUST_CHECK;

#endif
