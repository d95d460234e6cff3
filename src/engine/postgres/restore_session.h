/* SPDX-License-Identifier: Apache-2.0 */
/* A restore's inside, shared by its files (the sections below name most). Nobody else includes
 * this.
 */
#ifndef DBB_ENGINE_POSTGRES_RESTORE_SESSION_H
#define DBB_ENGINE_POSTGRES_RESTORE_SESSION_H

#include "base/idmap.h"
#include "engine/postgres/batch.h"
#include "engine/postgres/connection.h"
#include "engine/postgres/copy_columns.h"
#include "engine/postgres/restore.h"
#include "sql/lexer.h"

struct RestoreSession {
    ServerOptions server;
    RestoreTarget target;
    EngineContext context;
    PgConnection *connection;
    Batch batch;               /* of definitions that are under way */
    char database[256];        /* the target's name */
    char script_database[256]; /* the script's own, as soon as it is known; or "" */
    RestoreStats stats;
    const RestoreSession *leader; /* of a worker, whose `tables` it reads; NULL: this is one */
    IdMap tables;           /* ids of the TABLE entries that this session made; nothing comes to
                               it while there are workers */
    uint64_t rows_size;     /* bytes of rows' text in the archive; 0 for a script */
    CopyColumns *columns;   /* of the tables that are there; workers share the leader's. NULL: not
                               asked, or not worth it */
    uint64_t entries_total; /* 0 for a script */
    uint64_t entries_done;
    uint64_t entries_flushed; /* entries_done at the last restore_flush */
    PGresult *foreign;  /* kind and name of what was there before and isn't ours; NULL: not asked */
    IdMap journal;      /* what an earlier restore has done; workers look into the leader's */
    bool left_over;     /* an earlier restore broke off here */
    bool resumed;       /* and this one goes on with it */
    bool wants_journal; /* its making goes with the first batch */
    bool sent_journal;  /* the making is under way, or done */
    bool keeps_journal; /* it is there: what is done is written down */
    bool closing;       /* `open` is the transaction of the last entries, in which it goes */
    bool dropped;       /* an older database of the name is gone */
    bool created;       /* the database is ours */
    bool cleaned;       /* objects were dropped for good */
    bool changed;       /* something was done that no rollback takes back */
    bool open;          /* within the transaction of single_transaction */
    bool completed;     /* nothing is left to be told */
};

/* --- target.c --- */

/* Connects to a database of the server that the target is on. */
bool target_connect(const RestoreSession *session, const char *database, PgConnection **out,
                    Error *err) MUST_CHECK;
/* Connects to the target, or for `create` to the maintenance database, and looks whether the
 * restore can begin. Changes nothing. */
bool target_inspect(RestoreSession *session, Error *err) MUST_CHECK;
/* CREATE DATABASE, from the properties in the archive. */
bool target_create(RestoreSession *session, Error *err) MUST_CHECK;
/* What would have hindered the restore itself: connection limit, template. */
bool target_seal(RestoreSession *session, Error *err) MUST_CHECK;
/* Settings of a session that restores; for each new connection but a worker's, which gets those of
 * its leader. */
bool target_session(RestoreSession *session, Error *err) MUST_CHECK;

/* --- run_script.c --- */

/* Runs what the reader gives: a script of anyone's. */
bool run_script(RestoreSession *session, const char *name, Reader *text, Error *err) MUST_CHECK;
/* The text of one entry (JOURNAL_WHOLE); or of a chunk of it, beside other sessions that have
 * others. Definitions may be under way yet when it returns. Counts the entry as done when it is. */
bool run_entry(RestoreSession *session, const Entry *entry, uint32_t chunk, const char *label,
               Reader *text, Error *err) MUST_CHECK;

/* Large objects are too many to have a DROP each in the index. True when the statement makes one
 * and an old one is to go first: out is the statement for that, without a semicolon. */
bool large_object_unlink(const RestoreSession *session, const char *statement, char *out,
                         size_t size);

/* The types of the columns that rows go into, for the leader and its workers: asked once, when the
 * tables are made, if there are so many rows that it is worth it. */
bool run_know_columns(RestoreSession *leader, Error *err) MUST_CHECK;

/* --- run_definition.c --- */

bool run_definition(RestoreSession *session, const Entry *entry, const char *label, Reader *text,
                    Error *err) MUST_CHECK;
/* Waits for the definitions that are under way; then the connection can be used for all else. */
bool flush_definitions(RestoreSession *session, Error *err) MUST_CHECK;

/* --- journal.c --- */

#define JOURNAL_WHOLE UINT32_MAX /* in place of a chunk's number: all of the entry */

enum { JOURNAL_STATEMENTS = 3 /* make it */ };

/* Whether an earlier restore broke off in the target; ERR_REFUSED unless that fits what is wanted.
 */
bool journal_look(RestoreSession *session, Error *err) MUST_CHECK;
/* Reads what is done already, or finds out whether a journal can be kept. */
bool journal_open(RestoreSession *session, const Toc *toc, Error *err) MUST_CHECK;
/* A session more works at the restore. */
bool journal_enter(RestoreSession *session, Error *err) MUST_CHECK;
bool journal_has(const RestoreSession *session, const Entry *entry, uint32_t chunk);
void journal_put_create(const RestoreSession *session, size_t number, Buffer *sql);
/* The statement that writes entries down, or one's chunk. */
void journal_put_done(Buffer *sql, const uint32_t *entries, size_t n, uint32_t chunk);
/* Begins the last transaction, in which the journal goes. Nothing may be under way. */
bool journal_close(RestoreSession *session, Error *err) MUST_CHECK;

/* --- script_session.c: what in a script of others isn't simply sent to the server --- */

typedef enum ScriptStep {
    SCRIPT_SEND, /* send `text` */
    SCRIPT_SKIP, /* done, or nothing to do */
    SCRIPT_FAIL,
} ScriptStep;

/* A statement that names a database is meant for the target; one that begins or ends a transaction
 * can't stand in ours. *text is what to send: the token's own, or what was put into scratch. */
ScriptStep script_statement(RestoreSession *session, const char *name, const SqlToken *token,
                            Buffer *scratch, const char **text, Error *err);
ScriptStep script_meta(RestoreSession *session, const char *name, const SqlToken *token,
                       Error *err);

/* --- restore_error.c --- */

/* Adds to a server's error where it happened, the statement's beginning and what to do. */
void restore_explain(const RestoreSession *session, const char *where, const char *statement,
                     Error *err);
/* Adds what was changed on the server and remains. */
void restore_tell_rest(const RestoreSession *session, Error *err);
/* More text behind the message or hint that is there already. */
void restore_add_message(Error *err, const char *format, ...) PRINTF_LIKE(2, 3);
void restore_add_hint(Error *err, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
