/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sessions and threads that work beside the one that reads a script: they copy in pieces of
 * tables' data, each piece in a COPY of its own. A piece is a task of the crew's queue.
 */
#ifndef DBB_ENGINE_POSTGRES_SCRIPT_CREW_H
#define DBB_ENGINE_POSTGRES_SCRIPT_CREW_H

#include "engine/postgres/restore_session.h"
#include "sched/queue.h"

/* A piece goes on to the end of a row behind so many bytes. */
enum { SCRIPT_PIECE_SIZE = 4 << 20 };

typedef struct ScriptCrew ScriptCrew;

/* One piece of a COPY block. */
typedef struct CopyPiece {
    QueueTask task;        /* first, so that one is the other */
    char *sql;             /* its COPY statement */
    uint64_t line;         /* of that, in the script */
    uint64_t rows_above;   /* lines of the block before this piece */
    uint64_t rows;         /* in it; set before it is closed */
    BinaryType *types;     /* its own */
    BinaryColumns columns; /* n is 0: it goes as text */
    bool rows_known;       /* otherwise the server may count fewer: a newline may be data */
} CopyPiece;

/* Connects the workers, as many as jobs: the leader isn't one of them, for it is most often still
 * while they copy. *out is NULL, after a warning, when the server has room for none. `name` is the
 * script's; it and the leader outlive the crew. */
bool script_crew_new(RestoreSession *leader, const char *name, ScriptCrew **out,
                     Error *err) MUST_CHECK;
/* Ends the threads and their sessions, whose work comes to the leader's account. After a failure,
 * *err (which may be NULL) says what it was. NULL is fine. */
void script_crew_free(ScriptCrew *crew, Error *err);

/* Makes the workers' sessions equal to the leader's, in every setting. *same is false when that
 * can't be done. Nothing is under way, and the leader is in no transaction. */
bool script_crew_follow(ScriptCrew *crew, bool *same, Error *err) MUST_CHECK;

Queue *script_crew_queue(ScriptCrew *crew);
/* For work of another kind, while the queue is idle. */
RestoreSession *const *script_crew_sessions(const ScriptCrew *crew, size_t *count);

/* For the queue's user: copies the statement and the columns; NULL when memory is out. */
CopyPiece *copy_piece_new(const char *sql, const BinaryColumns *columns, uint64_t line,
                          uint64_t rows_above);

#endif
