/* SPDX-License-Identifier: Apache-2.0 */
/* A text at work, shared by run_script.c and run_copy.c. Nobody else includes this. */
#ifndef DBB_ENGINE_POSTGRES_RUN_INSIDE_H
#define DBB_ENGINE_POSTGRES_RUN_INSIDE_H

#include "engine/postgres/parallel_script.h"
#include "engine/postgres/restore_session.h"

typedef struct Run {
    RestoreSession *session;
    const Entry *entry; /* NULL for a script */
    const char *name;   /* the entry's label or the script's name */
    SqlLexer *lexer;
    ParallelScript *parallel; /* of a script with several connections; or NULL */
    bool data;                /* a table's data: all of it in one transaction */
    bool shared;              /* data: other sessions load the same table now */
    bool begun;               /* data: its transaction has begun, or was there before */
    bool fresh;        /* data: the table held nothing, and was emptied in this transaction */
    bool abandoned;    /* data: a failure was passed over, the rest of the text is not run */
    uint32_t chunk;    /* data: its number, or JOURNAL_WHOLE */
    uint64_t expected; /* data: rows, as the index says */
    uint64_t sent;     /* rows of COPY data in the text */
    uint64_t rows;     /* the same, as the server counted them */
    Buffer scratch;    /* a statement that was changed */
    uint64_t line;     /* of the statement at work */
    char failed[512];  /* the beginning of the statement at work, for messages */
} Run;

/* The statement at work, for messages. */
void run_remember(Run *run, const SqlToken *token, const char *text);
/* Where it stands: a script's line, an entry's label. */
void run_where(const Run *run, char *out, size_t size);
/* True when the run may go on in spite of the error. */
bool run_pass_over(Run *run, Error *err);

/* A COPY statement with its block of data. */
bool run_copy(Run *run, const SqlToken *token, Error *err) MUST_CHECK;
/* Compares rows with the index, and commits. */
bool run_end_data(Run *run, Error *err) MUST_CHECK;

#endif
