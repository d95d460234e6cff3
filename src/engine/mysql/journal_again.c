/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What to do again. A definition that isn't in the journal may be there all the same, or its half:
 * it is dropped and made again, for nothing else has been done with it yet. Keys have no DROP of
 * their own, and are there if the server says so. All this goes for a target which held nothing
 * else, and for tables made here; otherwise the journal says what was there before. Rows that know
 * no transactions go with their table.
 */
#include "engine/mysql/journal_again.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sql/mysql_quote.h"

enum { SQL_LIMIT = 1 << 20 };

/* --- What is there of an entry ------------------------------------------------------------ */

/* Each yields a number that changes when the entry is made. */
static const struct {
    const char *kind;
    const char *query;  /* before the database's name */
    const char *column; /* and before the entry's */
} states[] = {
    {"TABLE", "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = ", "TABLE_NAME"},
    {"SEQUENCE",
     "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = ", "TABLE_NAME"},
    {"VIEW", "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = ", "TABLE_NAME"},
    {"FUNCTION",
     "SELECT count(*) FROM information_schema.ROUTINES"
     " WHERE ROUTINE_TYPE = 'FUNCTION' AND ROUTINE_SCHEMA = ",
     "ROUTINE_NAME"},
    {"PROCEDURE",
     "SELECT count(*) FROM information_schema.ROUTINES"
     " WHERE ROUTINE_TYPE = 'PROCEDURE' AND ROUTINE_SCHEMA = ",
     "ROUTINE_NAME"},
    {"PACKAGE",
     "SELECT count(*) FROM information_schema.ROUTINES"
     " WHERE ROUTINE_TYPE = 'PACKAGE' AND ROUTINE_SCHEMA = ",
     "ROUTINE_NAME"},
    {"PACKAGE BODY",
     "SELECT count(*) FROM information_schema.ROUTINES"
     " WHERE ROUTINE_TYPE = 'PACKAGE BODY' AND ROUTINE_SCHEMA = ",
     "ROUTINE_NAME"},
    {"TRIGGER",
     "SELECT count(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ", "TRIGGER_NAME"},
    {"EVENT", "SELECT count(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ", "EVENT_NAME"},
    {"INDEX",
     "SELECT sum(crc32(INDEX_NAME)) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ",
     "TABLE_NAME"},
    {"FK CONSTRAINT",
     "SELECT sum(crc32(CONSTRAINT_NAME)) FROM information_schema.TABLE_CONSTRAINTS"
     " WHERE CONSTRAINT_TYPE = 'FOREIGN KEY' AND TABLE_SCHEMA = ",
     "TABLE_NAME"},
};

static void put_state_query(const RestoreSession *session, const Entry *entry, Buffer *sql)
{
    if (strcmp(entry->kind, "TABLE DATA") == 0) {
        buffer_puts(sql, "SELECT count(*) FROM ");
        mysql_quote_identifier(sql, entry->name);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(states); i++) {
        if (strcmp(states[i].kind, entry->kind) == 0) {
            buffer_puts(sql, states[i].query);
            mysql_quote_literal(sql, session->place.database);
            buffer_printf(sql, " AND %s = ", states[i].column);
            mysql_quote_literal(sql, entry->name);
        }
    }
}

static bool ask_state(RestoreSession *session, const Entry *entry, uint32_t *state, Error *err)
{
    MYSQL_RES *result;
    uint64_t number;
    MYSQL_ROW row;
    Buffer sql;
    bool ok;

    *state = 0;
    buffer_init(&sql, SQL_LIMIT);
    put_state_query(session, entry, &sql);
    if (sql.len == 0) {
        return true;
    }
    ok = buffer_ok(&sql, "a query", err) && my_query(session->connection, sql.data, &result, err);
    buffer_free(&sql);
    if (!ok) {
        return false;
    }
    row = mysql_fetch_row(result);
    number = row == NULL || row[0] == NULL ? 0 : strtoull(row[0], NULL, 10);
    *state = (uint32_t)(number ^ number >> 32);
    mysql_free_result(result);
    return true;
}

/* --- Before an entry ---------------------------------------------------------------------- */

static bool has_drop(const Entry *entry)
{
    return entry->drop_sql != NULL && entry->drop_sql[0] != '\0';
}

static bool is_key(const Entry *entry)
{
    return strcmp(entry->kind, "INDEX") == 0 || strcmp(entry->kind, "FK CONSTRAINT") == 0;
}

static bool is_loose(const RestoreSession *session, const Entry *entry)
{
    const RestoreSession *leader = session->leader != NULL ? session->leader : session;
    uint32_t unused;

    return idmap_get(&leader->loose, entry->id, &unused);
}

/* All else can be done twice, or comes with its transaction. It costs a commit. */
static bool needs_state(const RestoreSession *session, const Entry *entry)
{
    return is_loose(session, entry) || (session->mixed && (is_key(entry) || has_drop(entry)));
}

/* A table that holds rows isn't what a restore that broke off left: somebody has made it since. */
static bool may_drop(RestoreSession *session, const Entry *entry, bool *may, Error *err)
{
    MYSQL_RES *result;
    uint32_t there;
    Buffer sql;
    bool ok;

    *may = true;
    if (strcmp(entry->kind, "TABLE") != 0 || session->target.clean ||
        my_journal_is_forgotten(session, entry)) {
        return true;
    }
    if (!ask_state(session, entry, &there, err) || there == 0) {
        return there == 0;
    }
    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "SELECT 1 FROM ");
    mysql_quote_identifier(&sql, entry->name);
    buffer_puts(&sql, " LIMIT 1");
    ok = buffer_ok(&sql, "a query", err) && my_query(session->connection, sql.data, &result, err);
    buffer_free(&sql);
    if (ok) {
        *may = mysql_num_rows(result) == 0;
        mysql_free_result(result);
    }
    return ok;
}

static bool drop(RestoreSession *session, const Entry *entry, Error *err)
{
    bool may;

    return !has_drop(entry) || (may_drop(session, entry, &may, err) &&
                                (!may || my_exec_text(session->connection, entry->drop_sql, err)));
}

/* Nothing came of what was begun if all is as it was before. */
static bool take_up(RestoreSession *session, const Entry *entry, uint32_t before, Error *err)
{
    uint32_t now;

    if (!ask_state(session, entry, &now, err)) {
        return false;
    }
    if (now == before) {
        return true;
    }
    if (strcmp(entry->kind, "TABLE DATA") == 0) {
        (void)error_set(err, ERR_REFUSED,
                        "a part of the rows is in the table, which held others, and knows no "
                        "transactions");
        return error_hint(err, "Take out what came of the backup, or empty the table, and restore "
                               "its rows anew.");
    }
    session->may_be_made = is_key(entry);
    return drop(session, entry, err);
}

bool my_journal_begin(RestoreSession *session, const Entry *entry, Error *err)
{
    uint32_t state;

    session->may_be_made = false;
    if (!session->keeps_journal) {
        return true;
    }
    if (session->resumed && my_journal_begun(session, entry, &state)) {
        return take_up(session, entry, state, err);
    }
    if (needs_state(session, entry)) {
        return ask_state(session, entry, &state, err) &&
               my_journal_put_begun(session, entry, state, err);
    }
    if (session->resumed && !session->mixed) {
        session->may_be_made = is_key(entry);
        if (!drop(session, entry, err)) {
            return false;
        }
    }
    /* What was made must be known before rows may be in it. */
    return strcmp(entry->kind, "TABLE DATA") != 0 || my_journal_flush(session, err);
}

/* An ALTER that adds keys is done as a whole or not at all. */
bool my_journal_was_made(const RestoreSession *session)
{
    return session->may_be_made &&
           (session->failed == MY_ER_DUP_KEYNAME || session->failed == MY_ER_FK_DUP_NAME);
}

/* --- Tables without transactions ---------------------------------------------------------- */

static bool needs(const Entry *entry, uint32_t id)
{
    for (size_t i = 0; i < entry->n_deps; i++) {
        if (entry->deps[i] == id) {
            return true;
        }
    }
    return false;
}

/* The entry that makes the table of these rows; NULL: this restore doesn't. */
static const Entry *table_of(const Toc *toc, const Entry *rows)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        const Entry *entry = &toc->entries.items[i];

        if (strcmp(entry->kind, "TABLE") == 0 && needs(rows, entry->id)) {
            return entry;
        }
    }
    return NULL;
}

static bool forget_entry(RestoreSession *session, const Entry *entry, Error *err)
{
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_printf(&sql, "DELETE FROM " MY_JOURNAL " WHERE state IS NULL AND entry = %" PRIu32,
                  entry->id);
    ok = buffer_ok(&sql, "a statement", err) && my_exec_text(session->connection, sql.data, err) &&
         (my_journal_forget(session, entry) || error_set_memory(err, "the journal of the restore"));
    buffer_free(&sql);
    return ok;
}

/* With what depends on it, its rows and triggers: they go when it is dropped. */
static bool forget_table(RestoreSession *session, const Toc *toc, const Entry *table, Error *err)
{
    event_text(session->context.events, EVENT_NOTICE,
               "the table %s knows no transactions: it is made again", table->name);
    for (size_t i = 0; i < toc->entries.len; i++) {
        const Entry *entry = &toc->entries.items[i];

        if (needs(entry, table->id) && !forget_entry(session, entry, err)) {
            return false;
        }
    }
    return forget_entry(session, table, err);
}

static const char loose_query[] =
    "SELECT t.TABLE_NAME, t.ENGINE = 'MEMORY'"
    "  FROM information_schema.TABLES t JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE"
    " WHERE coalesce(e.TRANSACTIONS, '') <> 'YES' AND t.TABLE_SCHEMA = ";

/* What a server has in its memory goes when it is restarted. */
static bool are_there(RestoreSession *session, const Entry *rows, bool in_memory, bool *are,
                      Error *err)
{
    uint32_t n;

    *are = my_journal_has(session, rows, MY_WHOLE);
    if (!*are || !in_memory || entry_rows(rows) == 0) {
        return true;
    }
    if (!ask_state(session, rows, &n, err)) {
        return false;
    }
    *are = n > 0;
    return true;
}

static bool look_at_rows(RestoreSession *session, const Toc *toc, const Entry *rows, bool in_memory,
                         Error *err)
{
    const Entry *table = table_of(toc, rows);
    bool are;

    if (table == NULL) {
        return idmap_put(&session->loose, rows->id, 0) ||
               error_set_memory(err, "the journal of the restore");
    }
    return !session->resumed || !my_journal_has(session, table, MY_WHOLE) ||
           (are_there(session, rows, in_memory, &are, err) &&
            (are || forget_table(session, toc, table, err)));
}

bool my_journal_look_at_tables(RestoreSession *session, const Toc *toc, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, loose_query);
    mysql_quote_literal(&sql, session->place.database);
    ok = buffer_ok(&sql, "a query", err) && my_query(session->connection, sql.data, &result, err);
    buffer_free(&sql);
    if (!ok) {
        return false;
    }
    for (size_t i = 0; ok && i < toc->entries.len; i++) {
        const Entry *entry = &toc->entries.items[i];

        ok = !is_key(entry) || table_of(toc, entry) != NULL ||
             idmap_put(&session->loose, entry->id, 0);
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        for (size_t i = 0; ok && i < toc->entries.len; i++) {
            const Entry *entry = &toc->entries.items[i];

            ok = strcmp(entry->kind, "TABLE DATA") != 0 || strcasecmp(entry->name, row[0]) != 0 ||
                 look_at_rows(session, toc, entry, row[1] != NULL && row[1][0] == '1', err);
        }
    }
    mysql_free_result(result);
    return ok;
}
