/* SPDX-License-Identifier: Apache-2.0 */
/* Definitions of a script that may be made beside one another: indexes, keys, foreign keys and what
 * is said of them. They are gathered as long as they follow one another, and then made at once. */
#ifndef DBB_ENGINE_POSTGRES_SCRIPT_JOBS_H
#define DBB_ENGINE_POSTGRES_SCRIPT_JOBS_H

#include "base/vec.h"
#include "engine/postgres/restore_session.h"
#include "sql/statement_class.h"

/* One more isn't taken when there are so many, or so many bytes of text. */
enum { SCRIPT_JOBS_MOST = 512, SCRIPT_JOBS_BYTES = 1 << 20 };

typedef struct ScriptJob {
    char *sql;
    uint64_t line; /* in the script */
    StatementFacts facts;
    uint64_t table; /* as the server knows them */
    uint64_t other;
    uint64_t bytes; /* of the table */
    bool alone;     /* a partitioned table, or what isn't known: beside nothing else */
} ScriptJob;

typedef struct ScriptJobs {
    VEC(ScriptJob) list;
    size_t bytes;
} ScriptJobs;

/* Begin with {0}. */
void script_jobs_free(ScriptJobs *jobs);
/* False, with nothing done, when it doesn't fit any more. */
bool script_jobs_fit(const ScriptJobs *jobs, const SqlToken *token);
bool script_jobs_add(ScriptJobs *jobs, const SqlToken *token, StatementFacts facts,
                     Error *err) MUST_CHECK;
/* Does them all, and forgets them. The leader asks its server about the tables; the workers'
 * sessions are equal to its own. `name` is the script's. */
bool script_jobs_run(ScriptJobs *jobs, RestoreSession *leader, RestoreSession *const *workers,
                     size_t n_workers, const char *name, Error *err) MUST_CHECK;

#endif
