/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A script on several connections. The thread that reads it runs statements in their order on the
 * leader's connection, as ever; what surely is independent of all around it goes to a crew of
 * workers: pieces of large COPY blocks into tables on which nothing else depends, and indexes and
 * keys that follow one another. Before any other statement, all of that is waited for. Whatever
 * isn't certain stays with the leader.
 */
#ifndef DBB_ENGINE_POSTGRES_PARALLEL_SCRIPT_H
#define DBB_ENGINE_POSTGRES_PARALLEL_SCRIPT_H

#include "engine/postgres/restore_session.h"

typedef struct ParallelScript ParallelScript;

/* *out is NULL when the script is to be run by the leader alone. Connects nobody yet. `name` is
 * the script's; it and the leader outlive it. */
bool parallel_script_begin(RestoreSession *leader, const char *name, ParallelScript **out,
                           Error *err) MUST_CHECK;
/* *taken: it will be done by parallel_script_settle at the latest. Otherwise it is the caller's to
 * send, and all that it could depend on is done. `token` has the statement as it is to be sent. */
bool parallel_script_statement(ParallelScript *script, const SqlToken *token, bool *taken,
                               Error *err) MUST_CHECK;
/* The same for a COPY … FROM stdin; when it is taken, the lexer stands behind its data. */
bool parallel_script_copy(ParallelScript *script, const SqlToken *token, SqlLexer *lexer,
                          bool *taken, Error *err) MUST_CHECK;
/* Before a command of psql's, which changes the leader's session, or connects it anew. */
bool parallel_script_meta(ParallelScript *script, const SqlToken *token, Error *err) MUST_CHECK;
/* Waits for all that is under way. */
bool parallel_script_settle(ParallelScript *script, Error *err) MUST_CHECK;
/* With ok: settles. Otherwise *err says what failed with the leader: all else is stopped, and *err
 * becomes what failed first. Frees it; returns whether all went well. */
bool parallel_script_end(ParallelScript *script, bool ok, Error *err) MUST_CHECK;

#endif
