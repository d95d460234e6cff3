/* SPDX-License-Identifier: Apache-2.0 */
/* Indexes, keys and foreign keys of a script, several at once. */
#include "engine/postgres/script_jobs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sched/jobs.h"
#include "sql/quote.h"

typedef struct JobWorker {
    const ScriptJobs *jobs;
    RestoreSession *session;
    const char *name;
} JobWorker;

void script_jobs_free(ScriptJobs *jobs)
{
    for (size_t i = 0; i < jobs->list.len; i++) {
        free(jobs->list.items[i].sql);
    }
    vec_free(&jobs->list);
    jobs->bytes = 0;
}

bool script_jobs_fit(const ScriptJobs *jobs, const SqlToken *token)
{
    return jobs->list.len < SCRIPT_JOBS_MOST && token->len <= SCRIPT_JOBS_BYTES - jobs->bytes;
}

bool script_jobs_add(ScriptJobs *jobs, const SqlToken *token, StatementFacts facts, Error *err)
{
    ScriptJob job = {.sql = strdup(token->text), .line = token->line, .facts = facts};

    if (job.sql == NULL || !vec_push(&jobs->list, job)) {
        free(job.sql);
        return error_set_memory(err, "a statement");
    }
    jobs->bytes += token->len;
    return true;
}

/* --- What the server knows of the tables ------------------------------------------------------ */

static void put_table(const ScriptJob *job, SqlSpan span, Buffer *name, Buffer *sql)
{
    buffer_clear(name);
    buffer_append(name, job->sql + span.start, span.len);
    sql_quote_literal(sql, name->data);
}

/* Two rows for each job: of its table, and of the other one. */
static bool put_question(const ScriptJobs *jobs, Buffer *sql, Error *err)
{
    Buffer name;
    bool ok;

    buffer_init(&name, SCRIPT_JOBS_BYTES);
    buffer_puts(sql, "select coalesce(c.oid, 0), coalesce(c.relkind in ('r', 'm'), false),"
                     " coalesce(pg_catalog.pg_table_size(c.oid), 0)"
                     " from pg_catalog.unnest(array[");
    for (size_t i = 0; i < jobs->list.len; i++) {
        const ScriptJob *job = &jobs->list.items[i];

        buffer_puts(sql, i == 0 ? "" : ", ");
        put_table(job, job->facts.table, &name, sql);
        buffer_puts(sql, ", ");
        put_table(job, job->facts.other, &name, sql);
    }
    /* A name that can't be read makes an error: these come from the lexer. "" is no name. */
    buffer_puts(sql, "]::text[]) with ordinality as wanted(name, i)"
                     " left join pg_catalog.pg_class c on c.oid ="
                     " case when name <> '' then pg_catalog.to_regclass(name) end order by i");
    ok = buffer_ok(&name, "a table's name", err) && buffer_ok(sql, "a query", err);
    buffer_free(&name);
    return ok;
}

static void take_answer(ScriptJobs *jobs, const PGresult *rows)
{
    for (size_t i = 0; i < jobs->list.len; i++) {
        ScriptJob *job = &jobs->list.items[i];
        int row = (int)(2 * i);
        bool has_table = job->facts.table.len > 0;
        bool has_other = job->facts.other.len > 0;

        job->table = strtoull(PQgetvalue(rows, row, 0), NULL, 10);
        job->bytes = strtoull(PQgetvalue(rows, row, 2), NULL, 10);
        job->other = strtoull(PQgetvalue(rows, row + 1, 0), NULL, 10);
        job->alone = (has_table && PQgetvalue(rows, row, 1)[0] != 't') ||
                     (has_other && PQgetvalue(rows, row + 1, 1)[0] != 't');
    }
}

static bool ask_tables(ScriptJobs *jobs, RestoreSession *leader, Error *err)
{
    PGresult *rows = NULL;
    Buffer sql;
    bool ok;

    buffer_init(&sql, (size_t)8 * SCRIPT_JOBS_BYTES);
    ok = put_question(jobs, &sql, err) && pg_query(leader->connection, sql.data, &rows, err);
    buffer_free(&sql);
    if (ok && (size_t)PQntuples(rows) != 2 * jobs->list.len) {
        ok = error_set(err, ERR_INTERNAL, "the server tells of %d tables, not of %zu",
                       PQntuples(rows), 2 * jobs->list.len);
    }
    if (ok) {
        take_answer(jobs, rows);
    }
    PQclear(rows);
    return ok;
}

/* --- What waits for what ---------------------------------------------------------------------- */

static bool share_a_table(const ScriptJob *a, const ScriptJob *b)
{
    return (a->table != 0 && (a->table == b->table || a->table == b->other)) ||
           (a->other != 0 && (a->other == b->table || a->other == b->other));
}

/* Must `later` wait for `earlier`, which stands before it? */
static bool waits_for(const ScriptJob *later, const ScriptJob *earlier)
{
    if (later->alone || earlier->alone) {
        return true;
    }
    switch (later->facts.class) {
    case CLASS_COMMENT:
        return true;
    case CLASS_INDEX:
        return earlier->facts.class != CLASS_INDEX && share_a_table(later, earlier);
    default:
        return share_a_table(later, earlier);
    }
}

static bool fill_graph(const ScriptJobs *jobs, JobGraph *graph, Error *err)
{
    for (size_t i = 0; i < jobs->list.len; i++) {
        const ScriptJob *job = &jobs->list.items[i];

        job_graph_set_weight(graph, (uint32_t)i, job->bytes);
        for (size_t j = 0; j < i; j++) {
            if (waits_for(job, &jobs->list.items[j]) &&
                !job_graph_need(graph, (uint32_t)i, (uint32_t)j, err)) {
                return false;
            }
        }
    }
    return true;
}

/* --- Doing it --------------------------------------------------------------------------------- */

static bool run_job(void *argument, uint32_t number, Error *err)
{
    JobWorker *worker = argument;
    RestoreSession *session = worker->session;
    const ScriptJob *job = &worker->jobs->list.items[number];
    char where[512];
    bool ok;

    (void)snprintf(where, sizeof where, "%s:%" PRIu64, worker->name, job->line);
    trace_job_begin(pg_trace(session->connection), where, TRACE_WHOLE);
    ok = pg_exec(session->connection, job->sql, err);
    trace_job_end(pg_trace(session->connection), ok, 0, 0);
    if (!ok) {
        restore_explain(session, where, job->sql, err);
        return false;
    }
    session->stats.statements++;
    session->changed = true;
    return true;
}

static bool run_graph(const ScriptJobs *jobs, RestoreSession *leader,
                      RestoreSession *const *sessions, size_t n_workers, const char *name,
                      Error *err)
{
    JobWorker *workers = calloc(n_workers, sizeof *workers);
    void **arguments = calloc(n_workers, sizeof *arguments);
    JobGraph graph;
    bool ok = workers != NULL && arguments != NULL;

    if (!ok || !job_graph_init(&graph, jobs->list.len, err)) {
        free(workers);
        free(arguments);
        return ok ? false : error_set_memory(err, "the workers");
    }
    for (size_t i = 0; i < n_workers; i++) {
        workers[i] = (JobWorker){jobs, sessions[i], name};
        arguments[i] = &workers[i];
    }
    ok = fill_graph(jobs, &graph, err) &&
         job_graph_run(&graph, run_job, arguments, n_workers, leader->context.cancel, err);
    job_graph_free(&graph);
    free(workers);
    free(arguments);
    return ok;
}

bool script_jobs_run(ScriptJobs *jobs, RestoreSession *leader, RestoreSession *const *workers,
                     size_t n_workers, const char *name, Error *err)
{
    bool ok =
        ask_tables(jobs, leader, err) && run_graph(jobs, leader, workers, n_workers, name, err);

    script_jobs_free(jobs);
    return ok;
}
