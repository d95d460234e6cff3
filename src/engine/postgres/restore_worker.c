/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions that work at a restore beside its leader: how they come to be like it, and how what they
 * did comes to its account. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/postgres/restore_session.h"
#include "sql/quote.h"

enum { SQL_LIMIT = 1 << 20 };

/* What the leader's session has set for itself: by us, or by the script so far. */
static const char settings_query[] =
    "select name, setting from pg_catalog.pg_settings"
    " where source = 'session' and name !~ '^transaction_' order by name";

static void put_settings(const PGresult *rows, Buffer *sql)
{
    for (int row = 0; row < PQntuples(rows); row++) {
        buffer_puts(sql, row == 0 ? "select " : ", ");
        buffer_puts(sql, "pg_catalog.set_config(");
        sql_quote_literal(sql, PQgetvalue(rows, row, 0));
        buffer_puts(sql, ", ");
        sql_quote_literal(sql, PQgetvalue(rows, row, 1));
        buffer_puts(sql, ", false)");
    }
}

static bool copy_settings(PgConnection *from, PgConnection *to, Error *err)
{
    PGresult *rows = NULL;
    Buffer sql;
    bool ok;

    if (!pg_query(from, settings_query, &rows, err)) {
        return false;
    }
    buffer_init(&sql, SQL_LIMIT);
    put_settings(rows, &sql);
    PQclear(rows);
    ok = buffer_ok(&sql, "a session's settings", err) &&
         (sql.len == 0 || pg_exec(to, sql.data, err));
    buffer_free(&sql);
    return ok;
}

bool postgres_restore_worker(RestoreSession *leader, RestoreSession **out, Error *err)
{
    RestoreSession *worker;

    if (leader->open) {
        return error_set(err, ERR_INTERNAL, "a single transaction has no workers");
    }
    if (!flush_definitions(leader, err)) {
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
        !copy_settings(leader->connection, worker->connection, err) ||
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
