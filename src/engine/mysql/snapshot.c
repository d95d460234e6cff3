/* SPDX-License-Identifier: Apache-2.0 */
/* Locks for tables without transactions, snapshots for all others, and where in the binary log they
 * are. */
#include "engine/mysql/snapshot.h"

#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "engine/mysql/binlog.h"
#include "engine/mysql/settings.h"
#include "sql/mysql_quote.h"

enum {
    SQL_LIMIT = 64 * 1024 * 1024,
    FIRST_BACKUP_STAGE = 100401, /* the MariaDB that has BACKUP STAGE */
    TRIES = 10,                  /* to open snapshots between two commits of others */
    SETTLE_TRIES = 200,          /* the same of MySQL, where one takes half a millisecond */
};

bool my_snapshot_session(MyConnection *connection, Error *err)
{
    static const char *const settings[] = {
        "SET character_set_results = NULL", /* values and definitions in their own */
        "SET time_zone = '+00:00'",
        "SET sql_mode = 'ALLOW_INVALID_DATES'", /* they may bound a piece of a table */
        "SET sql_quote_show_create = 1",
        "SET SESSION net_write_timeout = 3600", /* a slow disk is no reason to break off */
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    };
    static const char of_mariadb[] =
        "/*M!100304 SET SESSION system_versioning_asof = DEFAULT */"; /* rows of now */
    static const char of_mysql[] = "/*!80000 SET SESSION information_schema_stats_expiry = 0 */";

    if (!my_settings_put(connection, err)) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        if (!my_exec_text(connection, settings[i], err)) {
            return false;
        }
    }
    return my_exec_text(connection, my_is_mariadb(connection) ? of_mariadb : of_mysql, err);
}

/* --- Locks -------------------------------------------------------------------------------- */

static bool needs_lock(const MyRelation *relation)
{
    return relation->kind == MY_TABLE && !relation->is_transactional && !relation->is_elsewhere;
}

/* "LOCK TABLES a READ, b READ", and the names alone for a message. False when there are none. */
static bool list_locks(const MyCatalog *catalog, Buffer *sql, Buffer *names)
{
    for (size_t i = 0; i < catalog->relations.len; i++) {
        const MyRelation *relation = &catalog->relations.items[i];

        if (needs_lock(relation)) {
            buffer_puts(sql, sql->len == 0 ? "LOCK TABLES " : ", ");
            mysql_quote_identifier(sql, catalog->database);
            buffer_putc(sql, '.');
            mysql_quote_identifier(sql, relation->name);
            buffer_puts(sql, " READ");
            buffer_puts(names, names->len == 0 ? "" : ", ");
            buffer_puts(names, relation->name);
        }
    }
    return sql->len > 0;
}

static bool take_locks(MySnapshot *snapshot, const MyCatalog *catalog, const char *sql,
                       const char *names, Error *err)
{
    if (!my_connect_beside(catalog->connection, &snapshot->locks, err) ||
        !my_settings_put(snapshot->locks, err)) {
        return false;
    }
    if (my_exec_text(snapshot->locks, sql, err)) {
        return true;
    }
    if (err->code != ERR_SERVER || my_errno(snapshot->locks) != MY_ER_DBACCESS_DENIED) {
        return false;
    }
    event_text(catalog->context.events, EVENT_WARNING,
               "the user may not lock tables (LOCK TABLES), and these know no transactions: what "
               "is written to them during the backup may be in it or not: %s",
               names);
    error_clear(err);
    my_disconnect(snapshot->locks);
    snapshot->locks = NULL;
    return true;
}

static bool lock_tables(MySnapshot *snapshot, const MyCatalog *catalog, Error *err)
{
    Buffer sql;
    Buffer names;
    bool ok = true;

    buffer_init(&sql, SQL_LIMIT);
    buffer_init(&names, SQL_LIMIT);
    if (list_locks(catalog, &sql, &names)) {
        ok = buffer_ok(&sql, "a lock", err) && buffer_ok(&names, "a lock", err) &&
             take_locks(snapshot, catalog, sql.data, names.data, err);
    }
    buffer_free(&sql);
    buffer_free(&names);
    return ok;
}

/* --- The snapshot ------------------------------------------------------------------------- */

static bool open_one(MyConnection *connection, Error *err)
{
    return my_exec_text(connection, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", err);
}

static bool open_all(MySnapshot *snapshot, MyConnection *first, Error *err)
{
    bool ok = open_one(first, err);

    for (size_t i = 0; ok && i < snapshot->others.len; i++) {
        ok = open_one(snapshot->others.items[i], err);
    }
    return ok;
}

/* Whether the log was the same before and after, with nothing under way; then that is the place. */
static bool try_settled(MySnapshot *snapshot, MyConnection *first, Buffer *before, bool *same,
                        Error *err)
{
    bool seen = false;
    bool still = false;
    bool ok = my_binlog_now(first, before, err) && my_binlog_is_seen(first, &seen, err) &&
              open_all(snapshot, first, err) && my_binlog_is_seen(first, &still, err) &&
              my_binlog_now(first, &snapshot->place, err);

    *same =
        ok && seen && still && before->len > 0 && strcmp(before->data, snapshot->place.data) == 0;
    return ok;
}

/* Of MySQL, also where in the binary log all the snapshots are: by trial, without a lock. *same is
 * false, and the place empty, where that couldn't be told. */
static bool open_settled(MySnapshot *snapshot, MyConnection *first, bool *same, Error *err)
{
    unsigned tries;
    Buffer before;
    bool may;
    bool ok;

    *same = false;
    if (!my_binlog_may_be_seen(first, &may, err)) {
        return false;
    }
    buffer_init(&before, SQL_LIMIT);
    tries = may ? SETTLE_TRIES : 1;
    do {
        ok = try_settled(snapshot, first, &before, same, err);
    } while (ok && !*same && before.len > 0 && --tries > 0);
    if (!*same) {
        buffer_clear(&snapshot->place);
    }
    buffer_free(&before);
    return ok;
}

/* While nobody can commit. */
static bool open_blocked(MySnapshot *snapshot, MyConnection *first, Error *err)
{
    return open_all(snapshot, first, err) &&
           (my_is_mariadb(first) || my_binlog_now(first, &snapshot->place, err));
}

static bool open_alone(MySnapshot *snapshot, MyConnection *first, Error *err)
{
    bool same;

    return my_is_mariadb(first) ? open_one(first, err) : open_settled(snapshot, first, &same, err);
}

static bool note_position(MySnapshot *snapshot, MyCatalog *catalog, Toc *toc, Error *err)
{
    MyConnection *connection = catalog->connection;
    Buffer *place = &snapshot->place;

    if (my_is_mariadb(connection) &&
        (!my_binlog_of_snapshot(connection, place, err) ||
         (place->len > 0 && !my_binlog_add_gtid(connection, place, err)))) {
        return false;
    }
    if (place->len > 0) {
        toc->info.snapshot = arena_strdup(&toc->arena, place->data);
    }
    return arena_ok(&toc->arena, "the snapshot", err);
}

/* --- Several connections ------------------------------------------------------------------ */

static void drop_others(MySnapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->others.len; i++) {
        my_disconnect(snapshot->others.items[i]);
    }
    vec_free(&snapshot->others);
}

static bool connect_other(MySnapshot *snapshot, const MyCatalog *catalog, Error *err)
{
    MyConnection *other = NULL;
    Buffer use;
    bool ok;

    buffer_init(&use, SQL_LIMIT);
    buffer_puts(&use, "USE ");
    mysql_quote_identifier(&use, catalog->database);
    ok = buffer_ok(&use, "a name", err) && my_connect_beside(catalog->connection, &other, err) &&
         my_snapshot_session(other, err) && my_exec_text(other, use.data, err);
    buffer_free(&use);
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): the vector holds pointers */
    if (ok && !vec_push(&snapshot->others, other)) {
        ok = error_set_memory(err, "a connection");
    }
    if (!ok) {
        my_disconnect(other);
    }
    return ok;
}

static bool has_stages(const MyConnection *connection)
{
    return my_is_mariadb(connection) && my_version_number(connection) >= FIRST_BACKUP_STAGE;
}

/* Keeps everybody from committing as long as the connection lives. *may is false when the user
 * isn't allowed to, or when somebody works for so long that all others would have to wait with us.
 */
static bool block_commits(MyConnection *barrier, bool *may, Error *err)
{
    bool stages = has_stages(barrier);
    unsigned why;

    *may =
        my_exec_text(barrier, "SET SESSION lock_wait_timeout = 5", err) &&
        my_exec_text(barrier, stages ? "BACKUP STAGE START" : "FLUSH TABLES WITH READ LOCK", err) &&
        (!stages || my_exec_text(barrier, "BACKUP STAGE BLOCK_COMMIT", err));
    why = my_errno(barrier);
    if (*may || err->code != ERR_SERVER ||
        (why != MY_ER_SPECIFIC_ACCESS_DENIED && why != MY_ER_LOCK_WAIT_TIMEOUT)) {
        return *may;
    }
    error_clear(err);
    return true;
}

/* Whether all snapshots are of the same place in the binary log. */
static bool are_same(const MySnapshot *snapshot, const MyCatalog *catalog, bool *same, Error *err)
{
    Buffer first;
    Buffer other;
    bool ok;

    buffer_init(&first, SQL_LIMIT);
    buffer_init(&other, SQL_LIMIT);
    ok = my_binlog_of_snapshot(catalog->connection, &first, err);
    *same = first.len > 0;
    for (size_t i = 0; ok && *same && i < snapshot->others.len; i++) {
        ok = my_binlog_of_snapshot(snapshot->others.items[i], &other, err);
        *same = strcmp(first.data, other.data) == 0;
    }
    buffer_free(&first);
    buffer_free(&other);
    return ok;
}

static bool open_and_compare(MySnapshot *snapshot, const MyCatalog *catalog, Error *err)
{
    bool same = false;

    if (!my_is_mariadb(catalog->connection)) {
        if (!open_settled(snapshot, catalog->connection, &same, err)) {
            return false;
        }
    } else {
        for (unsigned attempt = 0; attempt < TRIES && !same; attempt++) {
            if (!open_all(snapshot, catalog->connection, err) ||
                !are_same(snapshot, catalog, &same, err)) {
                return false;
            }
            event_debug(catalog->context.events, clock_monotonic(),
                        "snapshots of one moment, try %u: %s", attempt + 1, same ? "yes" : "no");
        }
    }
    if (!same) {
        drop_others(snapshot);
        event_text(catalog->context.events, EVENT_WARNING,
                   "others couldn't be kept from committing for a moment (which takes the "
                   "privilege RELOAD), so that several connections could see the same: one does "
                   "all the work");
        return open_alone(snapshot, catalog->connection, err);
    }
    return true;
}

/* As many as the server has, of n. The barrier comes first: it is of no use alone, but without it
 * the others may not be, either. */
static bool connect_several(MySnapshot *snapshot, const MyCatalog *catalog, unsigned n,
                            MyConnection **barrier, Error *err)
{
    bool ok = my_connect_beside(catalog->connection, barrier, err);

    while (ok && snapshot->others.len + 1 < n) {
        ok = connect_other(snapshot, catalog, err);
    }
    if (!ok && strcmp(err->sqlstate, ENGINE_NO_CONNECTION) == 0) {
        event_text(catalog->context.events, EVENT_WARNING,
                   "%s\nThe backup goes on with %zu connection%s.", err->message,
                   snapshot->others.len + 1, snapshot->others.len == 0 ? "" : "s");
        error_clear(err);
        return true;
    }
    return ok;
}

static bool open_several(MySnapshot *snapshot, const MyCatalog *catalog, unsigned n, Error *err)
{
    MyConnection *barrier = NULL;
    bool blocked = false;
    bool ok = connect_several(snapshot, catalog, n, &barrier, err);

    if (ok && snapshot->others.len == 0) {
        ok = (has_stages(catalog->connection) || lock_tables(snapshot, catalog, err)) &&
             open_alone(snapshot, catalog->connection, err);
    } else if (ok) {
        ok = block_commits(barrier, &blocked, err) &&
             (has_stages(barrier) || lock_tables(snapshot, catalog, err)) &&
             (blocked ? open_blocked(snapshot, catalog->connection, err)
                      : open_and_compare(snapshot, catalog, err));
    }
    my_disconnect(barrier);
    return ok;
}

bool my_snapshot_begin(MySnapshot *snapshot, MyCatalog *catalog, unsigned n, Toc *toc, Error *err)
{
    /* FLUSH TABLES WITH READ LOCK would wait for our own locks: they come behind it. */
    bool locks_first = n <= 1 || has_stages(catalog->connection);

    *snapshot = (MySnapshot){0};
    buffer_init(&snapshot->place, SQL_LIMIT);
    return (!locks_first || lock_tables(snapshot, catalog, err)) &&
           (n > 1 ? open_several(snapshot, catalog, n, err)
                  : open_alone(snapshot, catalog->connection, err)) &&
           note_position(snapshot, catalog, toc, err);
}

/* Who waits for our locks may well have the session killed that holds them. */
bool my_snapshot_holds(const MySnapshot *snapshot, Error *err)
{
    static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
    bool ok;

    if (snapshot->locks == NULL) {
        return true;
    }
    (void)pthread_mutex_lock(&one_at_a_time);
    ok = my_exec_text(snapshot->locks, "DO 1", err);
    (void)pthread_mutex_unlock(&one_at_a_time);
    if (!ok && err->code == ERR_LOST) {
        (void)error_set(err, ERR_LOST,
                        "the session that kept others from writing to tables without transactions "
                        "was ended");
        (void)error_hint(err,
                         "What they hold may be of different moments: begin the backup again.");
    }
    return ok;
}

MyConnection *my_snapshot_take(MySnapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->others.len; i++) {
        MyConnection *other = snapshot->others.items[i];

        if (other != NULL) {
            snapshot->others.items[i] = NULL;
            return other;
        }
    }
    return NULL;
}

void my_snapshot_end(MySnapshot *snapshot)
{
    drop_others(snapshot);
    my_disconnect(snapshot->locks); /* which unlocks */
    snapshot->locks = NULL;
    buffer_free(&snapshot->place);
}
