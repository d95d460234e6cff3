/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/mysql/history.h"

#include <string.h>

#include "sql/mysql_quote.h"

enum {
    SQL_LIMIT = 1 << 20,
    NAMES_LIMIT = 64 * 1024 * 1024,
    FIRST_INSERT = 101100, /* the MariaDB that has system_versioning_insert_history */
};

bool my_history_add_columns(MyCatalog *catalog, Error *err)
{
    for (size_t i = 0; catalog->with_history && i < catalog->relations.len; i++) {
        MyRelation *table = &catalog->relations.items[i];
        MyColumn begin = {.name = table->row_start, .value = MY_TEXT};
        MyColumn end = {.name = table->row_end, .value = MY_TEXT};

        if (!table->is_versioned || table->by_transaction) {
            continue;
        }
        if (!vec_push(&table->columns, begin) || !vec_push(&table->columns, end)) {
            return error_set_memory(err, "the catalog");
        }
        table->with_history = true;
    }
    return true;
}

/* The end of all time: of transactions' numbers, of servers from 11.5 on with 64 bits, of others.
 */
void my_history_put_from(const MyRelation *table, Buffer *sql)
{
    buffer_puts(sql, " FOR SYSTEM_TIME ALL WHERE ");
    mysql_quote_identifier(sql, table->row_end);
    buffer_puts(sql, table->by_transaction ? " <> 18446744073709551615"
                                           : " <> coalesce(from_unixtime(4294967295.999999),"
                                             " from_unixtime(2147483647.999999))");
}

/* --- A backup ----------------------------------------------------------------------------- */

/* Reads the table to its end where there is none: but in the server, and nothing is sent. */
static bool has_history(MyCatalog *catalog, const MyRelation *table, bool *has, Error *err)
{
    MYSQL_RES *result = NULL;
    MYSQL_ROW row;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "SELECT 1 FROM ");
    mysql_quote_identifier(&sql, table->name);
    my_history_put_from(table, &sql);
    buffer_puts(&sql, " LIMIT 1");
    ok = buffer_ok(&sql, "a query", err) && my_query(catalog->connection, sql.data, &result, err);
    buffer_free(&sql);
    if (!ok) {
        return error_prefix(err, "the history of table %s", table->name);
    }
    row = mysql_fetch_row(result);
    *has = row != NULL;
    mysql_free_result(result);
    return true;
}

static const MyRelation *versioned_table(const Entry *entry)
{
    const MyRelation *table = entry->engine_data;

    return table != NULL && table->is_versioned ? table : NULL;
}

static bool tell_left_out(MyCatalog *catalog, const Toc *toc, Error *err)
{
    size_t n = 0;

    for (size_t i = 0; i < toc->entries.len; i++) {
        const MyRelation *table = versioned_table(&toc->entries.items[i]);
        bool has = false;

        if (table != NULL && (!cancel_check(catalog->context.cancel, err) ||
                              !has_history(catalog, table, &has, err))) {
            return false;
        }
        n += has;
    }
    if (n > 0) {
        event_text(catalog->context.events, EVENT_NOTICE,
                   "%zu system-versioned table%s: rows of earlier times are left out; --history "
                   "takes them along",
                   n, n == 1 ? "" : "s");
    }
    return true;
}

/* Such rows name the transactions that wrote them, by numbers that mean nothing elsewhere. */
static bool refuse_transactions(const Toc *toc, Error *err)
{
    Buffer names;
    bool ok;

    buffer_init(&names, NAMES_LIMIT);
    for (size_t i = 0; i < toc->entries.len; i++) {
        const MyRelation *table = versioned_table(&toc->entries.items[i]);

        if (table != NULL && table->by_transaction) {
            buffer_puts(&names, names.len == 0 ? "" : ", ");
            buffer_puts(&names, table->name);
        }
    }
    ok = buffer_ok(&names, "names", err);
    if (ok && names.len > 0) {
        ok = error_set(err, ERR_UNSUPPORTED,
                       "--history can't take along history by transactions, whose numbers are of "
                       "one server only: %s",
                       names.data);
        (void)error_hint(err, "Leave the rows of these out with --exclude-table-data, and back "
                              "them up without --history.");
    }
    buffer_free(&names);
    return ok;
}

bool my_history_check(MyCatalog *catalog, const Toc *toc, Error *err)
{
    if (!catalog->with_history) {
        return tell_left_out(catalog, toc, err);
    }
    if (!my_is_mariadb(catalog->connection)) {
        (void)error_set(err, ERR_USAGE,
                        "--history is of MariaDB's system-versioned tables; this is MySQL");
        return error_hint(err, "Leave it out: MySQL keeps no rows of earlier times.");
    }
    return refuse_transactions(toc, err);
}

/* --- A restore ---------------------------------------------------------------------------- */

bool my_history_check_target(const MyConnection *connection, const Toc *toc, Error *err)
{
    if (my_is_mariadb(connection) && my_version_number(connection) >= FIRST_INSERT) {
        return true;
    }
    for (size_t i = 0; i < toc->entries.len; i++) {
        if (toc->entries.items[i].with_history) {
            (void)error_set(err, ERR_UNSUPPORTED,
                            "the backup has the history of system-versioned tables (%s), which "
                            "MariaDB takes since 10.11; the server is %s",
                            toc->entries.items[i].name, my_version(connection));
            return error_hint(err, "Restore it into a newer server, or leave the table's rows out "
                                   "(--exclude-table-data), or make a backup without --history.");
        }
    }
    return true;
}
