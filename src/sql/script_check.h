/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a whole script without a server: whether it can be restored, and what is in it. */
#ifndef DBB_SQL_SCRIPT_CHECK_H
#define DBB_SQL_SCRIPT_CHECK_H

#include <stdint.h>

#include "base/count.h"
#include "base/event.h"
#include "io/stream.h"
#include "sched/cancel.h"
#include "sql/lexer.h"

/* Most bytes of one statement: what a server takes. */
#define SQL_STATEMENT_LIMIT ((size_t)1 << 30)

typedef struct ScriptFacts {
    uint64_t statements;
    uint64_t copies;    /* COPY blocks */
    uint64_t rows;      /* in COPY blocks; see script_rows */
    bool has_inserts;   /* INSERT or REPLACE, whose rows aren't counted */
    uint64_t bytes;     /* of text */
    bool by_pg_dump;    /* it says so */
    bool is_globals;    /* our own, of a server's globals */
    char database[256]; /* the script's own: the one that it creates or connects to; or "" */
} ScriptFacts;

/* Rows of the script; COUNT_UNKNOWN where INSERTs bring some. */
static inline uint64_t script_rows(const ScriptFacts *facts)
{
    return facts->has_inserts ? COUNT_UNKNOWN : facts->rows;
}

/* ERR_DAMAGED: cut, inside a construct or before the end that pg_dump or mysqldump writes.
 * ERR_NOT_BACKUP: not SQL. ERR_UNSUPPORTED: a psql command that a restore never runs, or more than
 * one database. Messages begin with NAME:LINE. Progress counts bytes of text and rows. */
bool sql_script_check(Reader *reader, const char *name, SqlDialect dialect, const EventSink *events,
                      const Cancel *cancel, ScriptFacts *facts, Error *err) MUST_CHECK;

#endif
