/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/mysql/binlog.h"

#include <string.h>

#include "sql/mysql_quote.h"

enum {
    SQL_LIMIT = 64 * 1024 * 1024,
    FIRST_BINARY_LOG_STATUS = 80200, /* the MySQL that has SHOW BINARY LOG STATUS */
};

/* --- MariaDB ------------------------------------------------------------------------------ */

bool my_binlog_of_snapshot(MyConnection *connection, Buffer *place, Error *err)
{
    const char *file = "";
    const char *position = "";
    MYSQL_RES *result;
    MYSQL_ROW row;

    buffer_clear(place);
    if (!my_query(connection, "SHOW STATUS LIKE 'binlog_snapshot_%'", &result, err)) {
        return false;
    }
    while ((row = mysql_fetch_row(result)) != NULL) {
        if (strcmp(row[0], "Binlog_snapshot_file") == 0) {
            file = row[1];
        } else if (strcmp(row[0], "Binlog_snapshot_position") == 0) {
            position = row[1];
        }
    }
    if (file[0] != '\0') {
        buffer_printf(place, "%s:%s", file, position);
    }
    mysql_free_result(result);
    return buffer_ok(place, "the snapshot's place", err);
}

bool my_binlog_add_gtid(MyConnection *connection, Buffer *place, Error *err)
{
    char *colon = strrchr(place->data, ':');
    MYSQL_RES *result;
    MYSQL_ROW row;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "SELECT BINLOG_GTID_POS(");
    *colon = '\0';
    mysql_quote_literal(&sql, place->data);
    *colon = ':';
    buffer_printf(&sql, ", %s)", colon + 1);
    ok = buffer_ok(&sql, "a query", err) && my_query(connection, sql.data, &result, err);
    buffer_free(&sql);
    if (!ok) {
        return false;
    }
    row = mysql_fetch_row(result);
    if (row != NULL && row[0] != NULL && row[0][0] != '\0') {
        buffer_printf(place, ", GTID %s", row[0]);
    }
    mysql_free_result(result);
    return buffer_ok(place, "the snapshot's place", err);
}

/* --- MySQL -------------------------------------------------------------------------------- */

/* A set of several servers' has a newline behind each comma. */
static void put_gtids(Buffer *place, const char *set)
{
    if (set == NULL || set[0] == '\0') {
        return;
    }
    buffer_puts(place, ", GTID ");
    for (; *set != '\0'; set++) {
        if (*set != '\n') {
            buffer_putc(place, *set);
        }
    }
}

bool my_binlog_now(MyConnection *connection, Buffer *place, Error *err)
{
    const char *sql = my_version_number(connection) >= FIRST_BINARY_LOG_STATUS
                          ? "SHOW BINARY LOG STATUS"
                          : "SHOW MASTER STATUS";
    MYSQL_RES *result;
    MYSQL_ROW row;

    buffer_clear(place);
    if (!my_query(connection, sql, &result, err)) {
        if (err->code != ERR_SERVER || my_errno(connection) != MY_ER_SPECIFIC_ACCESS_DENIED) {
            return false;
        }
        error_clear(err);
        return true;
    }
    row = mysql_fetch_row(result); /* file, position, two filters, GTIDs */
    if (row != NULL && mysql_num_fields(result) >= 5) {
        buffer_printf(place, "%s:%s", row[0], row[1]);
        put_gtids(place, row[4]);
    }
    mysql_free_result(result);
    return buffer_ok(place, "the snapshot's place", err);
}

bool my_binlog_may_be_seen(MyConnection *connection, bool *may, Error *err)
{
    return my_ask(connection, "SELECT @@GLOBAL.gtid_mode = 'ON'", may, err);
}

bool my_binlog_is_seen(MyConnection *connection, bool *seen, Error *err)
{
    return my_ask(connection, "SELECT @@GLOBAL.gtid_mode = 'ON' AND @@GLOBAL.gtid_owned = ''", seen,
                  err);
}
