/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the use cases ask of an engine. An engine is a table of functions; its sessions are its own.
 * A session belongs to one thread. On failure err names the object, the SQLSTATE and the next step.
 */
#ifndef DBB_ENGINE_ENGINE_H
#define DBB_ENGINE_ENGINE_H

#include "archive/chunk_writer.h"
#include "archive/selection.h"
#include "archive/toc.h"
#include "base/buffer.h"
#include "base/event.h"
#include "io/stream.h"
#include "sched/cancel.h"
#include "sql/lexer.h"

/* How to reach the server. NULL leaves it to the environment and the client library's files. */
typedef struct ServerOptions {
    const char *uri;  /* for what isn't said here; its database counts only where it is asked for as
                       * the database itself */
    const char *host; /* a name, an address or, for PostgreSQL, a socket's folder */
    const char *port;
    const char *socket; /* a socket's file; for MySQL and MariaDB only */
    const char *user;
    bool force_password; /* -W: ask before the first try */
    bool never_password; /* --no-password: never ask */
    /* Of silence while an answer is waited for, before the server is asked, on another connection,
     * whether it is still at work. 0: for ever. */
    unsigned stall_seconds;
    /* Asks the user; false when there is no terminal. The engine wipes the buffer. May be NULL. */
    bool (*ask_password)(const char *prompt, Buffer *password);
} ServerOptions;

/* What every session shares. All may be NULL. */
typedef struct EngineContext {
    const EventSink *events;
    Cancel *cancel;
    struct Programs *programs; /* the servers' own (tools/programs.h); NULL where none is run */
} EngineContext;

/* What of a database is taken, and what the script does besides. */
typedef struct BackupScope {
    const Selection *selection;
    bool clean;            /* begins with the DROP of what it makes */
    bool if_exists;        /* the DROPs, and only they, put up with what isn't there */
    bool create;           /* makes the database and connects to it */
    bool no_definer;       /* of MySQL: what has a definer is the restoring user's own */
    bool history;          /* of MariaDB: rows of all times of system-versioned tables */
    bool disable_triggers; /* of data alone: foreign keys and triggers don't see it come in */
    unsigned jobs;         /* connections that work at once; 0 is one */
} BackupScope;

typedef struct RestoreTarget {
    const char *database;            /* its name on the server */
    const char *database_properties; /* TocInfo's JSON for --create, or NULL */
    const char *script_database;     /* a script's own name, mapped to `database`; or NULL */
    bool create;                     /* the database must not exist; it is made */
    bool clean;                      /* drop what the archive holds first; with create: the older
                                        database, if there is one, with all that it holds */
    bool allow_not_empty;            /* --confirm: add to what is there */
    bool single_transaction;
    bool continue_on_error;
    bool no_definer;        /* of MySQL: what has a definer becomes the restoring user's own */
    bool disable_triggers;  /* foreign keys and triggers don't see the data come in */
    unsigned leave_out;     /* TEXT_BITs: parts of entries' texts that aren't run */
    const char *archive_id; /* tells the archive from any other; NULL for a script. With it a
                               restore that broke off can be resumed */
    bool resume;            /* go on with a restore of this archive that broke off */
    bool is_scratch;        /* the caller drops the database, however it ends */
    unsigned jobs;          /* sessions that will work at once; 0 is one */
} RestoreTarget;

typedef struct RestoreStats {
    uint64_t rows;
    uint64_t statements;
    uint64_t errors; /* with continue_on_error: statements that failed, each emitted as warning */
} RestoreStats;

/* As PostgreSQL calls it; engines of other servers use the same word. */
#define ENGINE_NO_CONNECTION "53300"

/* A database of a server. */
typedef struct DatabaseInfo {
    const char *name;
    bool allows_connections; /* false: nothing can be read of it */
    bool is_template;
    uint64_t size_bytes; /* on the server; 0: not known */
} DatabaseInfo;

typedef struct DatabaseList {
    Arena arena;      /* of the texts */
    const char *dbms; /* these three as in TocInfo */
    const char *server_version;
    int server_version_number;
    VEC(DatabaseInfo) items;
} DatabaseList;

void database_list_init(DatabaseList *list);
void database_list_free(DatabaseList *list);

/* What of a server's globals is taken: what belongs to no database, as roles or users are. */
typedef struct GlobalsScope {
    unsigned leave_out; /* TEXT_BITs: comments, labels, privileges, owners, tablespaces */
    bool no_passwords;
} GlobalsScope;

/* Some of a script of globals can only be run when the databases are there: privileges on MySQL's
 * tables. */
typedef enum GlobalsPhase {
    GLOBALS_ALL,
    GLOBALS_BEFORE_DATABASES,
    GLOBALS_AFTER_DATABASES,
} GlobalsPhase;

typedef struct GlobalsTarget {
    GlobalsPhase phase;
    bool dry_run; /* only counts */
    bool continue_on_error;
} GlobalsTarget;

/* Of a script of globals. */
typedef struct GlobalsStats {
    uint64_t statements;
    uint64_t roles; /* or users */
    uint64_t tablespaces;
    uint64_t existing; /* of a restore: roles and tablespaces that were there before */
    uint64_t errors;   /* with continue_on_error: statements that failed, each a warning */
} GlobalsStats;

/* What a server's own programs (pg_dump, mysql …) need to know to go where `database` leads. */
typedef struct ServerFacts {
    unsigned leave_out; /* set before `describe`: TEXT_BITs that properties are to be without */
    Arena arena;        /* of what follows, but for the secret */
    const char *dbms;   /* these as in TocInfo */
    const char *server_version;
    int server_version_number;
    const char *database; /* its name, as the server has it */
    const char *encoding; /* NULL where the programs don't depend on it */
    /* For a restore of a backup that lacks them: TocInfo.database_properties, with all else that
     * hangs on the database itself. */
    const char *properties;
    const char
        *connection; /* PostgreSQL: a connection string, without any secret. Otherwise NULL */
    char *secret; /* PostgreSQL: "PGPASSWORD=…", for the environment, or NULL. MySQL, MariaDB: an
                     option file. Wiped by server_facts_free */
} ServerFacts;

void server_facts_init(ServerFacts *facts);
void server_facts_free(ServerFacts *facts);

typedef struct BackupSession BackupSession;
typedef struct RestoreSession RestoreSession;

typedef struct Engine {
    const char *name;     /* "postgres" */
    const char *servers;  /* what it speaks with, for people: "PostgreSQL" */
    SqlDialect dialect;   /* of scripts that it runs */
    bool checks_keys;     /* foreign keys are looked at as rows come in, unless disable_triggers */
    bool mixes_databases; /* what one holds may need what another holds: views across them */
    /* Whether backups of such a server (TocInfo.dbms) are for it. */
    bool (*reads)(const char *dbms);
    /* Connects, asks the server about itself and the database, and disconnects. facts is
     * initialised. */
    bool (*describe)(const ServerOptions *server, const char *database,
                     const EngineContext *context, ServerFacts *facts, Error *err);

    /* Connects, opens the snapshot, locks the tables, reads the catalog into toc: info and the
     * entries in the order in which they are to be written, ids and dependencies set. Fails, and
     * names them all, when tables can't be read. What the scope leaves out is neither locked nor
     * need it be readable. */
    bool (*backup_begin)(const ServerOptions *server, const char *database,
                         const BackupScope *scope, const EngineContext *context, Toc *toc,
                         BackupSession **out, Error *err);
    /* Another session that sees what the first, the leader, sees: for backup_write only, by a
     * thread of its own. The leader must do nothing meanwhile, and must outlive it. *out is NULL
     * when there can be no more; a warning has said why, or there is too little to do. */
    bool (*backup_worker)(BackupSession *leader, BackupSession **out, Error *err);
    /* One of the entry's n_pieces (0 where there is but one), definition or data: the chunk of that
     * number, and further ones when it is long, each of them complete. Sets the entry's parts.
     * Emits progress (bytes, rows) for data. Pieces of one entry, and entries that don't depend on
     * one another, may be written by several sessions at the same time. */
    bool (*backup_write)(BackupSession *session, Entry *entry, uint32_t piece, ChunkWriter *chunks,
                         Error *err);
    void (*backup_end)(BackupSession *session); /* NULL is fine */

    /* Connects and finds out whether the target can be restored into. Changes nothing. */
    bool (*restore_begin)(const ServerOptions *server, const RestoreTarget *target,
                          const EngineContext *context, RestoreSession **out, Error *err);
    /* The first change: creates the database (create), drops entries (clean; toc may be NULL for a
     * script, where clean isn't possible), opens the transaction (single_transaction). */
    bool (*restore_prepare)(RestoreSession *session, const Toc *toc, Error *err);
    /* One entry of an archive; text is all of it, from which the target's leave_out is left out
     * here. A table's data goes in whole or not at all; a row count that differs from entry_rows()
     * is an error. */
    bool (*restore_entry)(RestoreSession *session, const Entry *entry, Reader *text, Error *err);
    /* One chunk of an entry's rows, while other sessions may load others: into a table that this
     * restore made, in a transaction of its own. */
    bool (*restore_chunk)(RestoreSession *session, const Entry *entry, uint32_t chunk, Reader *text,
                          Error *err);
    /* Waits until the server has done all that the session was given. Until then an entry may be
     * under way yet, and its error comes with a later call; the error names the entry. */
    bool (*restore_flush)(RestoreSession *session, Error *err);
    /* After a failure: true when what failed may be given once more, for it was undone through no
     * fault of its own (another session's lock). Of the entries given since the last good
     * restore_flush, the first *done are done; the number grows from one failure to the next. */
    bool (*restore_again)(RestoreSession *session, const Error *why, size_t *done);
    /* A whole script of anyone's. */
    bool (*restore_script)(RestoreSession *session, const char *name, Reader *text, Error *err);
    /* A session more at the same restore, with the leader's settings as they are now and what it
     * knows of the target by now. The leader's thread calls it, while the leader has nothing under
     * way; then each session may work on a thread of its own. Not with single_transaction. When the
     * server has no connection left, err's sqlstate is ENGINE_NO_CONNECTION. */
    bool (*restore_worker)(RestoreSession *leader, RestoreSession **out, Error *err);
    /* Closes a worker, after all its work, and adds what it did to the leader's account. Called by
     * the leader's thread. NULL worker is fine. */
    void (*restore_worker_end)(RestoreSession *leader, RestoreSession *worker);
    /* Commits what is open and says what was done. Fails when statements failed on the way. */
    bool (*restore_finish)(RestoreSession *session, RestoreStats *stats, Error *err);
    /* Closes; rolls back what wasn't finished. After a failure, adds to err what was changed on
     * the server and remains (err may be NULL). NULL session is fine. */
    void (*restore_end)(RestoreSession *session, Error *err);

    /* --- A whole server. `database` says where to connect, by name or URI; NULL: to the one that
     * every server has. Engines that can't have NULL for these functions. --- */

    /* Those that every server has, NULL-ended: they are restored into, never made or dropped. */
    const char *const *own_databases;
    /* All databases, in the order in which a backup takes them. Those that no backup is ever made
     * of (PostgreSQL's template0, MySQL's information_schema) aren't among them. */
    bool (*list_databases)(const ServerOptions *server, const char *database,
                           const EngineContext *context, DatabaseList *list, Error *err);
    /* Drops a database of which nobody needs anything any more, with the sessions in it; that there
     * is none is no failure. connect_to: another one, as `database` above. */
    bool (*drop_database)(const ServerOptions *server, const char *connect_to, const char *name,
                          const EngineContext *context, Error *err);
    /* Writes the globals as a script that the server's own client loads, and that globals_restore
     * takes. What may not be read is left out, with a warning: passwords; anything else fails. */
    bool (*globals_backup)(const ServerOptions *server, const char *database,
                           const GlobalsScope *scope, const EngineContext *context, Writer *out,
                           GlobalsStats *stats, Error *err);
    /* Runs such a script, and no other. A role or tablespace that is there already is no failure:
     * it gets the attributes, password included, that the script says. Nothing is dropped. Any
     * other statement that fails is an error that names its role, unless all is so already. The
     * last line, which tells that the script is whole, is for the caller to look for. */
    bool (*globals_restore)(const ServerOptions *server, const char *database,
                            const GlobalsTarget *target, const EngineContext *context,
                            const char *name, Reader *text, GlobalsStats *stats, Error *err);
} Engine;

extern const Engine postgres_engine;
extern const Engine mysql_engine; /* MariaDB, too */

#endif
