/* SPDX-License-Identifier: Apache-2.0 */
/* See the header. When memory is out, a line lacks: nothing else depends on it. */
#include "engine/trace.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static atomic_uint sessions;

/* --- Lines -------------------------------------------------------------------------------- */

static void put_count(char *out, size_t size, uint64_t count, const char *what)
{
    size_t used = strlen(out);

    if (count > 0) {
        (void)snprintf(out + used, size - used, ", %" PRIu64 " %s%s", count, what,
                       count == 1 ? "" : "s");
    }
}

static void tell(const Trace *trace, double now, const char *label, double seconds,
                 const char *failed, uint64_t rows, uint64_t bytes)
{
    char counts[96] = "";

    put_count(counts, sizeof counts, rows, "row");
    put_count(counts, sizeof counts, bytes, "byte");
    event_debug(trace->events, now, "session %u: %s: %s%.6f s%s", trace->session, label, failed,
                seconds, counts);
}

/* Jobs whose last statement was answered, in their order. */
static void tell_jobs(Trace *trace, double now)
{
    while (trace->told < trace->jobs.len) {
        TraceJob *job = &trace->jobs.items[trace->told];

        if (!job->ended || job->unanswered > 0) {
            return;
        }
        /* What was sent ahead was waiting for the job before it. */
        tell(trace, now, job->label,
             now - (job->begun > trace->last_job ? job->begun : trace->last_job),
             job->failed ? "failed, " : "", job->rows, job->bytes);
        trace->last_job = now;
        trace->told++;
    }
    trace->jobs.len = 0;
    trace->told = 0;
}

/* --- Statements --------------------------------------------------------------------------- */

static void answer(Trace *trace, const char *how)
{
    const TraceStatement *statement = &trace->sent.items[trace->answered++];
    double now = clock_monotonic();
    double begun = statement->sent > trace->last_answer ? statement->sent : trace->last_answer;

    tell(trace, now, statement->label, now - begun, how, trace->data_rows, trace->data_bytes);
    trace->last_answer = now;
    trace->statements++;
    trace->bytes += trace->data_bytes;
    trace->data_rows = 0;
    trace->data_bytes = 0;
    if (statement->job > 0) {
        trace->jobs.items[statement->job - 1].unanswered--;
        tell_jobs(trace, now);
    }
    if (trace->answered == trace->sent.len) {
        trace->answered = 0;
        trace->sent.len = 0;
    }
}

void trace_answer(Trace *trace, const Error *err)
{
    char how[48] = "";

    if (err != NULL) {
        (void)snprintf(how, sizeof how, "failed%s%s, ",
                       err->sqlstate[0] == '\0' ? "" : ", SQLSTATE ", err->sqlstate);
    }
    if (trace->answered < trace->sent.len) { /* what a COMMIT says may be of none of them */
        answer(trace, how);
    }
}

/* Those whose answers nobody read to the end. */
static void forget_statements(Trace *trace)
{
    while (trace->answered < trace->sent.len) {
        answer(trace, "no answer, ");
    }
}

void trace_statement(Trace *trace, const char *sql, size_t len, bool ahead)
{
    TraceStatement statement = {.sent = clock_monotonic()};

    if (!ahead) {
        forget_statements(trace);
    }
    if (trace->next_name != NULL) {
        (void)snprintf(statement.label, sizeof statement.label, "%s", trace->next_name);
        trace->next_name = NULL;
    } else {
        sql_statement_label(trace->dialect, sql, len, statement.label);
    }
    statement.job = trace->at_work ? trace->jobs.len : 0;
    if (vec_push(&trace->sent, statement) && statement.job > 0) {
        trace->jobs.items[statement.job - 1].unanswered++;
    }
}

/* --- Jobs --------------------------------------------------------------------------------- */

void trace_job(Trace *trace, const char *label, uint32_t piece)
{
    TraceJob job = {.begun = clock_monotonic()};

    if (piece == TRACE_WHOLE) {
        (void)snprintf(job.label, sizeof job.label, "job %s", label);
    } else {
        (void)snprintf(job.label, sizeof job.label, "job %.200s, piece %" PRIu32, label, piece + 1);
    }
    trace->at_work = vec_push(&trace->jobs, job);
}

void trace_job_done(Trace *trace, bool ok, uint64_t rows, uint64_t bytes)
{
    TraceJob *job;

    if (!trace->at_work) {
        return;
    }
    job = &trace->jobs.items[trace->jobs.len - 1];
    job->ended = true;
    job->failed = !ok;
    job->rows = rows;
    job->bytes = bytes;
    trace->at_work = false;
    tell_jobs(trace, clock_monotonic());
}

/* --- The connection ----------------------------------------------------------------------- */

void trace_open(Trace *trace, const EventSink *events, SqlDialect dialect, const char *server,
                const char *version)
{
    *trace = (Trace){.dialect = dialect};
    if (event_wants_debug(events)) {
        trace->events = events;
        trace->session = atomic_fetch_add(&sessions, 1) + 1;
        trace->opened = clock_monotonic();
        event_debug(events, trace->opened, "session %u: opened, %s %s", trace->session, server,
                    version == NULL ? "of unknown version" : version);
    }
}

void trace_close(Trace *trace)
{
    double now;
    char counts[96] = "";

    if (trace->events == NULL) {
        return;
    }
    forget_statements(trace);
    now = clock_monotonic();
    put_count(counts, sizeof counts, trace->statements, "statement");
    put_count(counts, sizeof counts, trace->bytes, "byte");
    event_debug(trace->events, now, "session %u: closed after %.6f s%s", trace->session,
                now - trace->opened, counts);
    vec_free(&trace->sent);
    vec_free(&trace->jobs);
    trace->events = NULL;
}
