/* SPDX-License-Identifier: Apache-2.0 */
/* A restore into one MySQL or MariaDB database, from its first look at the target to its last word
 * about what was done. */
#include "engine/mysql/restore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_parse.h"
#include "engine/mysql/definition.h"
#include "engine/mysql/history.h"
#include "engine/mysql/journal.h"
#include "engine/mysql/restore_target.h"
#include "engine/mysql/settings.h"
#include "sql/mysql_quote.h"

enum { SQL_LIMIT = 1 << 20 };

/* --- Begin -------------------------------------------------------------------------------- */

/* What this engine can't do; better said than left undone. */
static bool check_options(const RestoreTarget *target, Error *err)
{
    if (target->single_transaction) {
        (void)error_set(err, ERR_USAGE,
                        "--single-transaction can't be: MySQL and MariaDB commit with every "
                        "definition");
        return error_hint(err, "Restore into a new database with --create, and drop that if it "
                               "fails.");
    }
    if (target->disable_triggers) {
        return error_set(err, ERR_USAGE, "--disable-triggers is PostgreSQL's");
    }
    return true;
}

bool mysql_restore_begin(const ServerOptions *server, const RestoreTarget *target,
                         const EngineContext *context, RestoreSession **out, Error *err)
{
    RestoreSession *session;

    if (!check_options(target, err)) {
        return false;
    }
    session = calloc(1, sizeof *session);
    if (session == NULL) {
        return error_set_memory(err, "a restore");
    }
    session->server = *server;
    session->target = *target;
    session->context = *context;
    idmap_init(&session->journal);
    idmap_init(&session->begun);
    idmap_init(&session->loose);
    (void)snprintf(session->script_database, sizeof session->script_database, "%s",
                   target->script_database == NULL ? "" : target->script_database);
    if (!my_place_init(&session->place, server, target->database, err) ||
        !my_connect(&session->server, &session->place, context, true, &session->connection, err) ||
        !my_settings_put(session->connection, err) ||
        !my_ask_number(session->connection, "SELECT @@max_allowed_packet", &session->packet_limit,
                       err) ||
        !my_look_at_target(session, err)) {
        mysql_restore_end(session, NULL);
        return false;
    }
    *out = session;
    return true;
}

/* --- Prepare ------------------------------------------------------------------------------ */

/* A word out of the archive goes into SQL only if it is one. */
static void put_property(Buffer *sql, const json_t *properties, const char *key, const char *words)
{
    const char *value = json_string_value(json_object_get(properties, key));

    if (value != NULL && value[0] != '\0' &&
        strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(value)) {
        buffer_printf(sql, " %s %s", words, value);
    }
}

/* Of another kind of server than the target neither is known there. */
static void put_options(const RestoreSession *session, Buffer *sql, const json_t *properties)
{
    const char *comment = json_string_value(json_object_get(properties, "comment"));
    const char *encryption = json_string_value(json_object_get(properties, "encryption"));

    if (comment != NULL && my_is_mariadb(session->connection)) {
        buffer_puts(sql, " COMMENT ");
        mysql_quote_literal(sql, comment);
    }
    if (encryption != NULL && !my_is_mariadb(session->connection)) {
        buffer_puts(sql, " ENCRYPTION ");
        mysql_quote_literal(sql, encryption);
    }
}

static bool create_database(RestoreSession *session, Error *err)
{
    const char *text = session->target.database_properties;
    json_t *properties = NULL;
    Buffer sql;
    bool ok;

    if (text != NULL &&
        !json_parse(text, strlen(text), 0, "the database's properties", &properties, NULL, err)) {
        return false;
    }
    event_text(session->context.events, EVENT_PHASE, "creating the database %s",
               session->place.database);
    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "CREATE DATABASE ");
    mysql_quote_identifier(&sql, session->place.database);
    put_property(&sql, properties, "charset", "CHARACTER SET");
    put_property(&sql, properties, "collation", "COLLATE");
    put_options(session, &sql, properties);
    ok = buffer_ok(&sql, "a statement", err) && my_exec_text(session->connection, sql.data, err);
    buffer_free(&sql);
    json_decref(properties);
    session->created = ok;
    return ok || error_prefix(err, "the database \"%s\"", session->place.database);
}

/* One of the same name, with all that it holds. */
static bool drop_older(RestoreSession *session, Error *err)
{
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "DROP DATABASE IF EXISTS ");
    mysql_quote_identifier(&sql, session->place.database);
    ok = buffer_ok(&sql, "a statement", err) && my_exec_text(session->connection, sql.data, err);
    buffer_free(&sql);
    session->target.clean = !ok; /* nothing is left to be cleaned */
    if (!ok) {
        (void)error_prefix(err, "the database \"%s\" can't be dropped", session->place.database);
    }
    return ok;
}

/* Of a backup's settings each is a line; a session that restores one has them from the beginning. A
 * script of anyone's begins with the server's own, as it would in a client. */
static bool set_session(RestoreSession *session, bool is_script, Error *err)
{
    const char *line = is_script ? "" : my_script_settings;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "USE ");
    mysql_quote_identifier(&sql, session->place.database);
    ok = buffer_ok(&sql, "a statement", err) && my_exec_text(session->connection, sql.data, err);
    buffer_free(&sql);
    while (ok && *line != '\0') {
        size_t len = strcspn(line, "\n");

        ok = my_exec(session->connection, line, len - 1, err); /* without its semicolon */
        line += len + 1;
    }
    return ok;
}

/* Last things first. What lacks is no error (IF EXISTS), and foreign keys aren't looked at. */
static bool drop_entries(RestoreSession *session, const Toc *toc, Error *err)
{
    event_text(session->context.events, EVENT_PHASE, "dropping what the backup holds");
    for (size_t i = toc->entries.len; i-- > 0;) {
        const Entry *entry = &toc->entries.items[i];
        char label[256];

        if (entry->drop_sql == NULL || entry->drop_sql[0] == '\0') {
            continue;
        }
        session->changed = true;
        if (!my_exec_text(session->connection, entry->drop_sql, err)) {
            entry_label(entry, label, sizeof label);
            return error_prefix(err, "%s", label);
        }
    }
    return true;
}

bool mysql_restore_prepare(RestoreSession *session, const Toc *toc, Error *err)
{
    if (session->target.clean && !session->target.create && toc == NULL) {
        return error_set(err, ERR_USAGE, "--clean needs an archive with an index");
    }
    /* A restore that is resumed drops what it makes again; the triggers are its own. */
    return (toc == NULL || my_history_check_target(session->connection, toc, err)) &&
           (!session->target.create || !session->target.clean || drop_older(session, err)) &&
           (!session->target.create || create_database(session, err)) &&
           (session->created || session->resumed || toc == NULL ||
            my_check_triggers(session, toc, err)) &&
           set_session(session, toc == NULL, err) && my_journal_open(session, toc, err) &&
           (!session->target.clean || session->resumed || toc == NULL ||
            drop_entries(session, toc, err));
}

/* --- Work --------------------------------------------------------------------------------- */

static bool pass_done(RestoreSession *session, uint64_t bytes, uint64_t rows)
{
    event_progress(session->context.events, bytes, rows, 0);
    session->stats.rows += rows;
    session->done++;
    return true;
}

/* What is to be done, or was done by an earlier restore that couldn't write it down. */
static bool run_entry(RestoreSession *session, const Entry *entry, uint32_t chunk, Reader *text,
                      Error *err)
{
    bool whole = chunk == MY_WHOLE;
    const Chunk *part = whole ? NULL : &entry->chunks.items[chunk];
    char label[256];
    bool ok;

    session->changed = true;
    entry_label(entry, label, sizeof label);
    trace_job_begin(my_trace(session->connection), label, whole ? TRACE_WHOLE : chunk);
    ok = my_run_entry(session, entry, chunk, text, err);
    trace_job_end(my_trace(session->connection), ok, whole ? entry_rows(entry) : part->rows,
                  whole ? entry_raw_size(entry) : part->raw_size);
    if (ok) {
        return true;
    }
    if (err->code != ERR_SERVER || !my_journal_was_made(session)) {
        return false;
    }
    event_debug(session->context.events, clock_monotonic(),
                "session %u: the statement that failed had been done by an earlier restore",
                my_trace(session->connection)->session);
    error_clear(err);
    return true;
}

bool mysql_restore_entry(RestoreSession *session, const Entry *entry, Reader *text, Error *err)
{
    /* Rows write themselves down; the settings are the session's, and each restore needs them. */
    bool is_definition =
        strcmp(entry->kind, "TABLE DATA") != 0 && strcmp(entry->kind, "SETTINGS") != 0;
    char label[256];

    if (my_journal_has(session, entry, MY_WHOLE)) {
        return pass_done(session, entry_raw_size(entry), entry_rows(entry));
    }
    entry_label(entry, label, sizeof label);
    event_text(session->context.events, EVENT_OBJECT, "%s", label);
    if (!my_journal_begin(session, entry, err)) {
        return error_prefix(err, "%s", label);
    }
    if (!run_entry(session, entry, MY_WHOLE, text, err) ||
        (is_definition && !my_journal_end(session, entry, err))) {
        return false;
    }
    session->done++;
    return true;
}

bool mysql_restore_chunk(RestoreSession *session, const Entry *entry, uint32_t chunk, Reader *text,
                         Error *err)
{
    const Chunk *part = &entry->chunks.items[chunk];

    if (my_journal_has(session, entry, chunk)) {
        return pass_done(session, part->raw_size, part->rows);
    }
    if (!my_journal_begin(session, entry, err) || !run_entry(session, entry, chunk, text, err)) {
        return false;
    }
    session->done++;
    return true;
}

bool mysql_restore_flush(RestoreSession *session, Error *err)
{
    session->failed = 0;
    if (!my_journal_flush(session, err)) {
        return false;
    }
    session->done = 0;
    session->again = 0;
    return true;
}

bool mysql_restore_again(RestoreSession *session, const Error *why, size_t *done)
{
    if (why->code != ERR_SERVER || !my_may_try_again(session)) {
        return false;
    }
    session->again++;
    *done = session->done;
    event_text(session->context.events, EVENT_NOTICE, "once more: %s", why->message);
    return true;
}

bool mysql_restore_worker(RestoreSession *leader, RestoreSession **out, Error *err)
{
    RestoreSession *worker = calloc(1, sizeof *worker);

    if (worker == NULL) {
        return error_set_memory(err, "a restore");
    }
    *worker = *leader;
    worker->connection = NULL;
    worker->stats = (RestoreStats){0};
    worker->done = 0;
    worker->leader = leader;
    idmap_init(&worker->journal);
    idmap_init(&worker->begun);
    idmap_init(&worker->loose);
    worker->pending = (MyPending){0};
    if (!my_connect_beside(leader->connection, &worker->connection, err) ||
        !my_settings_put(worker->connection, err) || !set_session(worker, false, err) ||
        !my_journal_join(worker, ++leader->n_workers, err)) {
        mysql_restore_worker_end(leader, worker);
        return false;
    }
    *out = worker;
    return true;
}

void mysql_restore_worker_end(RestoreSession *leader, RestoreSession *worker)
{
    if (worker == NULL) {
        return;
    }
    leader->stats.rows += worker->stats.rows;
    leader->stats.statements += worker->stats.statements;
    leader->stats.errors += worker->stats.errors;
    leader->changed = leader->changed || worker->changed;
    my_disconnect(worker->connection);
    my_journal_free(worker);
    free(worker);
}

bool mysql_restore_script(RestoreSession *session, const char *name, Reader *text, Error *err)
{
    session->changed = true;
    return my_run_script(session, strcmp(name, "-") == 0 ? "standard input" : name, text, err);
}

/* --- Finish and end ----------------------------------------------------------------------- */

bool mysql_restore_finish(RestoreSession *session, RestoreStats *stats, Error *err)
{
    session->completed = true;
    if (session->stats.errors > 0) {
        (void)error_set(
            err, ERR_SERVER, "%" PRIu64 " statement%s failed; the database \"%s\" holds the rest",
            session->stats.errors, session->stats.errors == 1 ? "" : "s", session->place.database);
        return error_hint(err, "Each was named above.");
    }
    if (!my_journal_close(session, err)) {
        session->completed = false;
        return false;
    }
    *stats = session->stats;
    return true;
}

static void tell_rest(const RestoreSession *session, Error *err)
{
    size_t used = strlen(err->message);

    if (session->completed || session->target.is_scratch ||
        (!session->created && !session->changed)) {
        return;
    }
    (void)snprintf(err->message + used, sizeof err->message - used,
                   "\nThe restore stopped here: the database \"%s\"%s holds a part of the backup.",
                   session->place.database, session->created ? ", which it made," : "");
    if (session->keeps_journal) {
        used = strlen(err->hint);
        (void)snprintf(err->hint + used, sizeof err->hint - used,
                       "%sOnce that is put right, go on from here with --resume.",
                       used > 0 ? " " : "");
    }
}

void mysql_restore_end(RestoreSession *session, Error *err)
{
    if (session == NULL) {
        return;
    }
    if (err != NULL) {
        tell_rest(session, err);
    }
    my_disconnect(session->connection); /* what is open is rolled back */
    my_place_free(&session->place);
    my_journal_free(session);
    free(session);
}
