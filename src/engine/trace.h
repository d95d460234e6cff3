/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What --native-debug shows of one connection, whatever the server: a line when it is opened and
 * closed, one for each statement when its answer has been read, and one for each job. Statements
 * are shown by their class (sql/statement_label.h), jobs by the label of their entry. Whoever
 * sends statements calls this in one place; while nobody asked, each call is one comparison.
 *
 * A job is done when its last statement is: of statements that are sent ahead, the answers come
 * later than the job's end. One thread at a time, as the connection.
 */
#ifndef DBB_ENGINE_TRACE_H
#define DBB_ENGINE_TRACE_H

#include "base/error.h"
#include "base/event.h"
#include "base/vec.h"
#include "sql/statement_label.h"

#define TRACE_WHOLE UINT32_MAX /* a job that is all of its entry */

typedef struct TraceStatement {
    char label[STATEMENT_LABEL_SIZE];
    double sent;
    size_t job; /* its place in jobs, from 1 on; 0: it belongs to none */
} TraceStatement;

typedef struct TraceJob {
    char label[256];
    double begun;
    uint64_t rows;
    uint64_t bytes;
    size_t unanswered; /* statements */
    bool ended;
    bool failed;
} TraceJob;

typedef struct Trace {
    const EventSink *events; /* NULL: nobody asked */
    SqlDialect dialect;
    unsigned session;
    double opened;
    uint64_t statements; /* answered, and data, from the beginning on */
    uint64_t bytes;
    const char *next_name;
    double last_answer;
    double last_job;
    VEC(TraceStatement) sent;
    size_t answered; /* of these */
    VEC(TraceJob) jobs;
    size_t told;  /* of these */
    bool at_work; /* the last of them hasn't ended */
    /* Of the statement whose answer is being read. Counted also when nobody asked. */
    uint64_t data_rows;
    uint64_t data_bytes;
} Trace;

/* --- For the engines' connections --- */

/* The connection is open, to a server of this version. */
void trace_open(Trace *trace, const EventSink *events, SqlDialect dialect, const char *server,
                const char *version);
void trace_close(Trace *trace); /* also of what was never opened */

/* The next statement is shown by this name, which must live until then. */
static inline void trace_name(Trace *trace, const char *name)
{
    trace->next_name = name;
}

/* ahead: answers to earlier ones may be due yet. */
void trace_statement(Trace *trace, const char *sql, size_t len, bool ahead);
/* All of the answer to the oldest one is here; err: it is this. */
void trace_answer(Trace *trace, const Error *err);

static inline void trace_sent(Trace *trace, const char *sql, size_t len, bool ahead)
{
    if (trace->events != NULL) {
        trace_statement(trace, sql, len, ahead);
    }
}

static inline void trace_answered(Trace *trace, const Error *err)
{
    if (trace->events != NULL) {
        trace_answer(trace, err);
    }
}

/* --- For the engines' work --- */

/* All statements from here on belong to it; piece is a part's number. */
void trace_job(Trace *trace, const char *label, uint32_t piece);
void trace_job_done(Trace *trace, bool ok, uint64_t rows, uint64_t bytes);

static inline void trace_job_begin(Trace *trace, const char *label, uint32_t piece)
{
    if (trace->events != NULL) {
        trace_job(trace, label, piece);
    }
}

/* rows and bytes of data that it was about. */
static inline void trace_job_end(Trace *trace, bool ok, uint64_t rows, uint64_t bytes)
{
    if (trace->events != NULL) {
        trace_job_done(trace, ok, rows, bytes);
    }
}

#endif
