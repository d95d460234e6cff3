/* SPDX-License-Identifier: Apache-2.0 */
/* A restore's inside, shared by restore.c and run_script.c. Nobody else includes this. */
#ifndef DBB_ENGINE_MYSQL_RESTORE_SESSION_H
#define DBB_ENGINE_MYSQL_RESTORE_SESSION_H

#include "base/idmap.h"
#include "base/vec.h"
#include "engine/mysql/connection.h"
#include "engine/mysql/restore.h"

/* As a chunk's number: all of an entry. */
#define MY_WHOLE UINT32_MAX

typedef VEC(uint32_t) MyPending;

typedef enum MyLoads { LOADS_UNKNOWN, LOADS_NOT, LOADS } MyLoads;

struct RestoreSession {
    ServerOptions server;
    RestoreTarget target;
    EngineContext context;
    MyPlace place;
    MyConnection *connection;
    char script_database[256]; /* the one that a script is of, as soon as it is known; or "" */
    RestoreStats stats;
    MyLoads loads;         /* does the server let us LOAD DATA LOCAL? */
    uint64_t packet_limit; /* bytes of the longest statement that the server takes */
    size_t done;           /* entries since the last flush */
    unsigned failed;       /* the number of the server's error that the last entry failed with */
    unsigned again;        /* how often something was done again since then */
    const RestoreSession *leader; /* of a worker; NULL: it is the leader */
    unsigned n_workers;           /* of a leader, that there have been */
    /* The journal (journal.h); of a leader: */
    IdMap journal; /* what an earlier restore did: by entry and chunk; 0: must be done again */
    IdMap begun;   /* what was there before it began an entry */
    IdMap loose;   /* keys, and rows without transactions, of tables which aren't made here */
    unsigned n_sessions; /* that the earlier restore had */
    bool left_over;      /* an earlier restore left one */
    bool name_taken;     /* a table of its name is something else */
    bool mixed;          /* the target held other things when the restore began */
    bool resumed;
    bool may_be_made; /* of every session: the keys that it is about to make may be there already */
    bool keeps_journal;
    MyPending pending; /* of every session: definitions made that it doesn't know of yet */
    bool created;      /* the database is ours */
    bool changed;      /* something was done to it */
    bool completed;
};

/* Whether the last entry failed, and was undone, through another session's lock only; and hasn't
 * been tried too often. */
bool my_may_try_again(const RestoreSession *session);
/* The text of one entry (MY_WHOLE), or of a chunk of it. Rows go in as one transaction, and must be
 * as many as the index says; chunks that are done already are passed over. */
bool my_run_entry(RestoreSession *session, const Entry *entry, uint32_t chunk, Reader *text,
                  Error *err) MUST_CHECK;
/* A script of anyone's. */
bool my_run_script(RestoreSession *session, const char *name, Reader *text, Error *err) MUST_CHECK;

#endif
