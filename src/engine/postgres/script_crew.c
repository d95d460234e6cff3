/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions and threads that copy in what another thread reads. */
#include "engine/postgres/script_crew.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/copy_in.h"
#include "engine/postgres/session_settings.h"
#include "sql/statement_class.h"

typedef struct Worker {
    ScriptCrew *crew;
    RestoreSession *session;
    pthread_t thread;
    bool started;
} Worker;

struct ScriptCrew {
    RestoreSession *leader;
    const char *name;
    Queue *queue;
    Worker *workers;
    RestoreSession **sessions; /* those of the workers */
    size_t count;
    char *settings; /* SQL that made the workers equal to the leader; or NULL */
};

/* --- Pieces ----------------------------------------------------------------------------------- */

static void discard_piece(QueueTask *task)
{
    CopyPiece *piece = (CopyPiece *)task;

    free(piece->sql);
    free(piece->types);
    free(piece);
}

CopyPiece *copy_piece_new(const char *sql, const BinaryColumns *columns, uint64_t line,
                          uint64_t rows_above)
{
    CopyPiece *piece = calloc(1, sizeof *piece);

    if (piece == NULL) {
        return NULL;
    }
    piece->sql = strdup(sql);
    piece->types = calloc(columns->n + 1, sizeof *piece->types);
    if (piece->sql == NULL || piece->types == NULL) {
        discard_piece(&piece->task);
        return NULL;
    }
    for (size_t i = 0; i < columns->n; i++) {
        piece->types[i] = columns->types[i];
    }
    piece->columns = (BinaryColumns){piece->types, columns->n};
    piece->line = line;
    piece->rows_above = rows_above;
    return piece;
}

static bool copy_piece(Queue *queue, PgConnection *connection, CopyPiece *piece, uint64_t *rows,
                       Error *err)
{
    CopyStatement statement = {.copy = piece->sql, .rows_above = piece->rows_above};
    bool binary = piece->columns.n > 0;
    CopyIn *copy;
    const char *data;
    size_t len;

    if (binary) { /* it may come to be two COPYs */
        statement.before = "BEGIN; ";
        statement.columns = &piece->columns;
    }
    if (!copy_in_begin(connection, &statement, &copy, err)) {
        return false;
    }
    do {
        bool ok = queue_bytes(queue, &piece->task, &data, &len)
                      ? copy_in_put(copy, data, len, err)
                      : error_set(err, ERR_CANCELLED, "stopped on request");

        if (!ok) {
            copy_in_abandon(copy);
            return false;
        }
    } while (len > 0);
    if (!copy_in_end(copy, rows, err)) {
        return false;
    }
    if (piece->rows_known && *rows != piece->rows) {
        return error_set(err, ERR_SERVER,
                         "the server took %" PRIu64 " rows of a piece that has %" PRIu64, *rows,
                         piece->rows);
    }
    return !binary || pg_exec(connection, "COMMIT", err);
}

static void begin_job(const RestoreSession *session, const CopyPiece *piece)
{
    CopyFacts facts = {0};
    char label[256];

    (void)sql_plain_copy(piece->sql, strlen(piece->sql), &facts);
    (void)snprintf(label, sizeof label, "TABLE DATA %.*s",
                   facts.table.len < 200 ? (int)facts.table.len : 200,
                   piece->sql + facts.table.start);
    trace_job_begin(pg_trace(session->connection), label, TRACE_WHOLE);
}

static void *work(void *argument)
{
    Worker *worker = argument;
    ScriptCrew *crew = worker->crew;
    RestoreSession *session = worker->session;
    QueueTask *task;

    while (queue_take(crew->queue, &task)) {
        CopyPiece *piece = (CopyPiece *)task;
        uint64_t rows = 0;
        Error err = {0};
        bool ok;

        begin_job(session, piece);
        ok = copy_piece(crew->queue, session->connection, piece, &rows, &err);
        trace_job_end(pg_trace(session->connection), ok, rows, 0);
        if (ok) {
            session->stats.rows += rows;
            session->changed = true;
        } else {
            char where[512];

            (void)snprintf(where, sizeof where, "%s:%" PRIu64, crew->name, piece->line);
            restore_explain(session, where, piece->sql, &err);
            queue_fail(crew->queue, &err);
        }
        queue_done(crew->queue, task);
    }
    return NULL;
}

/* --- The crew --------------------------------------------------------------------------------- */

/* One that the server has no room for is done without. */
static bool connect_workers(ScriptCrew *crew, size_t wanted, Error *err)
{
    while (crew->count < wanted) {
        RestoreSession *session;

        if (!postgres_restore_worker(crew->leader, &session, err)) {
            if (err->code != ERR_CONNECT) {
                return false;
            }
            event_text(crew->leader->context.events, EVENT_WARNING,
                       "%zu connections were wanted, the script's own and one for each of -j, but "
                       "only %zu could be made: %s",
                       wanted + 1, crew->count + 1, err->message);
            error_clear(err);
            return true;
        }
        crew->workers[crew->count] = (Worker){.crew = crew, .session = session};
        crew->sessions[crew->count++] = session;
    }
    return true;
}

static bool start_threads(ScriptCrew *crew, Error *err)
{
    for (size_t i = 0; i < crew->count; i++) {
        Worker *worker = &crew->workers[i];
        int why = pthread_create(&worker->thread, NULL, work, worker);

        if (why != 0) {
            return error_set_errno(err, why, "cannot start worker %zu", i + 1);
        }
        worker->started = true;
    }
    return true;
}

bool script_crew_new(RestoreSession *leader, const char *name, ScriptCrew **out, Error *err)
{
    size_t wanted = leader->target.jobs;
    size_t n_blocks = (wanted + 2) * (SCRIPT_PIECE_SIZE / QUEUE_BLOCK_SIZE);
    ScriptCrew *crew = calloc(1, sizeof *crew);

    if (crew != NULL) {
        crew->leader = leader;
        crew->name = name;
        crew->workers = calloc(wanted, sizeof *crew->workers);
        crew->sessions = calloc(wanted, sizeof(RestoreSession *));
    }
    if (crew == NULL || crew->workers == NULL || crew->sessions == NULL) {
        script_crew_free(crew, NULL);
        return error_set_memory(err, "the workers");
    }
    if (!connect_workers(crew, wanted, err) ||
        (crew->count > 0 &&
         (!queue_new(n_blocks, discard_piece, leader->context.cancel, &crew->queue, err) ||
          !start_threads(crew, err)))) {
        script_crew_free(crew, NULL);
        return false;
    }
    if (crew->count == 0) {
        script_crew_free(crew, NULL);
        crew = NULL;
    }
    *out = crew;
    return true;
}

void script_crew_free(ScriptCrew *crew, Error *err)
{
    Error unused;

    if (crew == NULL) {
        return;
    }
    if (crew->queue != NULL) {
        queue_end(crew->queue);
    }
    for (size_t i = 0; i < crew->count; i++) {
        if (crew->workers[i].started) {
            (void)pthread_join(crew->workers[i].thread, NULL);
        }
        postgres_restore_worker_end(crew->leader, crew->workers[i].session);
    }
    if (crew->queue != NULL) {
        (void)queue_failure(crew->queue, err != NULL ? err : &unused);
    }
    queue_free(crew->queue);
    free(crew->workers);
    free(crew->sessions);
    free(crew->settings);
    free(crew);
}

Queue *script_crew_queue(ScriptCrew *crew)
{
    return crew->queue;
}

RestoreSession *const *script_crew_sessions(const ScriptCrew *crew, size_t *count)
{
    *count = crew->count;
    return crew->sessions;
}

/* --- Settings --------------------------------------------------------------------------------- */

bool script_crew_follow(ScriptCrew *crew, bool *same, Error *err)
{
    SessionSettings wanted;
    bool ok = true;

    *same = true;
    if (!session_settings_read(crew->leader->connection, &wanted, err)) {
        return false;
    }
    if (crew->settings == NULL || strcmp(crew->settings, wanted.sql) != 0) {
        free(crew->settings);
        crew->settings = NULL;
        for (size_t i = 0; ok && *same && i < crew->count; i++) {
            ok = session_settings_apply(crew->sessions[i]->connection, &wanted, same, err);
        }
        if (ok && *same) {
            crew->settings = wanted.sql;
            wanted.sql = NULL;
        }
    }
    session_settings_free(&wanted);
    return ok;
}
