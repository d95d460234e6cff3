/* SPDX-License-Identifier: Apache-2.0 */
/* A restore's inside, shared by restore.c and run_script.c. Nobody else includes this. */
#ifndef DBB_ENGINE_MYSQL_RESTORE_SESSION_H
#define DBB_ENGINE_MYSQL_RESTORE_SESSION_H

#include "engine/mysql/connection.h"
#include "engine/mysql/restore.h"

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
    bool created;          /* the database is ours */
    bool changed;          /* something was done to it */
    bool completed;
};

/* Whether the last entry failed, and was undone, through another session's lock only; and hasn't
 * been tried too often. */
bool my_may_try_again(const RestoreSession *session);
/* The text of one entry, or of a chunk of it that has so many rows. Rows go in as one transaction,
 * and must be as many. */
bool my_run_entry(RestoreSession *session, const Entry *entry, uint64_t rows, Reader *text,
                  Error *err) MUST_CHECK;
/* A script of anyone's. */
bool my_run_script(RestoreSession *session, const char *name, Reader *text, Error *err) MUST_CHECK;

#endif
