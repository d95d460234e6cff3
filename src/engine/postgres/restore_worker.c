/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions that work at a restore beside its leader: how they come to be like it, and how what they
 * did comes to its account. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/restore_session.h"
#include "engine/postgres/session_settings.h"

static bool copy_settings(RestoreSession *leader, const RestoreSession *worker, Error *err)
{
    SessionSettings settings;
    bool same = true;
    bool ok;

    if (!session_settings_read(leader->connection, &settings, err)) {
        return false;
    }
    ok = session_settings_apply(worker->connection, &settings, &same, err);
    session_settings_free(&settings);
    if (ok && !same) {
        event_text(leader->context.events, EVENT_NOTICE,
                   "a further session has settings of its own that this user can't change");
    }
    return ok;
}

bool postgres_restore_worker(RestoreSession *leader, RestoreSession **out, Error *err)
{
    RestoreSession *worker;

    if (leader->open) {
        return error_set(err, ERR_INTERNAL, "a single transaction has no workers");
    }
    if (!flush_definitions(leader, err) || !run_know_columns(leader, err)) {
        return false;
    }
    worker = calloc(1, sizeof *worker);
    if (worker == NULL) {
        return error_set_memory(err, "a restore");
    }
    *worker = *leader;
    worker->leader = leader;
    worker->connection = NULL;
    worker->stats = (RestoreStats){0};
    worker->entries_done = 0;
    worker->changed = false;
    worker->entries_flushed = 0;
    worker->foreign = NULL;
    idmap_init(&worker->tables);
    idmap_init(&worker->journal);
    batch_init(&worker->batch);
    worker->batch.put_done = leader->keeps_journal ? journal_put_done : NULL;
    if (!pg_connect_beside(leader->connection, &worker->connection, err) ||
        !copy_settings(leader, worker, err) ||
        (worker->keeps_journal && !journal_enter(worker, err))) {
        postgres_restore_worker_end(leader, worker);
        return false;
    }
    *out = worker;
    return true;
}

void postgres_restore_worker_end(RestoreSession *leader, RestoreSession *worker)
{
    if (worker == NULL) {
        return;
    }
    leader->stats.rows += worker->stats.rows;
    leader->stats.statements += worker->stats.statements;
    leader->stats.errors += worker->stats.errors;
    leader->entries_done += worker->entries_done;
    leader->changed = leader->changed || worker->changed;
    pg_disconnect(worker->connection);
    idmap_free(&worker->tables);
    idmap_free(&worker->journal);
    batch_free(&worker->batch);
    PQclear(worker->foreign);
    free(worker);
}
