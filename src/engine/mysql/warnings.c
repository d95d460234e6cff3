/* SPDX-License-Identifier: Apache-2.0 */
/* Tells warnings that matter from those that don't. The numbers are the servers' own, of
 * mysqld_error.h. */
#include "engine/mysql/warnings.h"
#include "engine/mysql/types.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "sql/mysql_quote.h"

enum { SQL_LIMIT = 64 * 1024 };

#define DATA_TRUNCATED "1265"
#define NO_DEFAULT     "1364"

/* Not a word on how a value is spelt, that something is there already, or that events sleep. */
static bool is_change(const char *level, const char *number, bool is_rows)
{
    static const char *const spellings[] = {"1287", "1681", "3719", "3778", NULL};
    static const char *const events[] = {"1105", "1544", NULL};
    /* A key was cut; TEXT for VARCHAR; digits of a DECIMAL were lost. */
    static const char *const notes[] = {"1071", "1246", DATA_TRUNCATED, NULL};

    if (strcmp(level, "Note") == 0) {
        return my_is_one_of(number, notes);
    }
    return !my_is_one_of(number, spellings) && (is_rows || !my_is_one_of(number, events));
}

static bool ask_enums(MyWarnings *warnings, RestoreSession *session, Error *err)
{
    Buffer sql;
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_puts(&sql, "SELECT count(*) FROM information_schema.COLUMNS WHERE DATA_TYPE = 'enum' "
                      "AND TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ");
    mysql_quote_literal(&sql, warnings->entry->name);
    ok = buffer_ok(&sql, "a query", err) && my_query(session->connection, sql.data, &result, err);
    buffer_free(&sql);
    if (!ok) {
        return false;
    }
    row = mysql_fetch_row(result);
    warnings->has_enums = row != NULL && row[0] != NULL && strcmp(row[0], "0") != 0;
    warnings->knows_enums = true;
    mysql_free_result(result);
    return true;
}

/* Whether it is said of the values that came, not of the target's other columns. An ENUM's value of
 * error is stored as it was, and still the server calls it truncated. */
static bool is_of_values(MyWarnings *warnings, RestoreSession *session, const char *number,
                         bool *is, Error *err)
{
    *is = strcmp(number, NO_DEFAULT) != 0;
    if (strcmp(number, DATA_TRUNCATED) != 0) {
        return true;
    }
    if (!warnings->knows_enums && !ask_enums(warnings, session, err)) {
        return false;
    }
    *is = !warnings->has_enums;
    return true;
}

static bool take(MyWarnings *warnings, RestoreSession *session, bool is_rows, MYSQL_ROW row,
                 Error *err)
{
    bool bad = false;

    if (is_rows && warnings->entry != NULL && !is_of_values(warnings, session, row[1], &bad, err)) {
        return false;
    }
    if (bad && !session->target.continue_on_error) {
        (void)error_set(err, ERR_SERVER, "the server doesn't store rows as they are: %s (%s %s)",
                        row[2], row[0], row[1]);
        (void)error_prefix(err, "%s", warnings->name);
        return error_hint(err, "The table on the server isn't made as that of the backup. Restore "
                               "its definition, too; or see with --continue-on-error what becomes "
                               "of the rows.");
    }
    if (!is_rows || !warnings->told) {
        event_text(session->context.events, EVENT_WARNING,
                   "%s: the server had something to say%s: %s (%s %s)", warnings->name,
                   is_rows ? " of the rows" : "", row[2], row[0], row[1]);
        warnings->told = is_rows;
    }
    session->stats.errors += bad && !warnings->failed;
    warnings->failed = warnings->failed || bad;
    return true;
}

bool my_warnings_see(MyWarnings *warnings, RestoreSession *session, bool is_rows, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (my_warning_count(session->connection) == 0) {
        return true;
    }
    if (!my_query(session->connection, "SHOW WARNINGS", &result, err)) {
        return false;
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        ok = !is_change(row[0], row[1], is_rows) || take(warnings, session, is_rows, row, err);
    }
    mysql_free_result(result);
    return ok;
}

/* Rows are of what became of a table: "db.t", "histogram", "Error", and why; perhaps another one of
 * why that is. */
static bool read_errors(MYSQL_RES *result, Error *err)
{
    char what[512] = "";
    size_t used = 0;
    MYSQL_ROW row;

    while (mysql_num_fields(result) >= 4 && (row = mysql_fetch_row(result)) != NULL) {
        if (row[2] != NULL && strcasecmp(row[2], "error") == 0 && used < sizeof what) {
            used += (size_t)snprintf(what + used, sizeof what - used, "%s%s", used == 0 ? "" : " ",
                                     row[3] == NULL ? "?" : row[3]);
        }
    }
    if (used == 0) {
        return true;
    }
    (void)error_set(err, ERR_SERVER, "%s", what);
    return error_hint(err, "With --continue-on-error the restore goes on; ANALYZE TABLE then makes "
                           "anew what the server knows of the table's values.");
}

bool my_analyze(MyConnection *connection, const char *sql, Error *err)
{
    MYSQL_RES *result;
    bool ok;

    if (!my_query(connection, sql, &result, err)) {
        return false;
    }
    ok = read_errors(result, err);
    mysql_free_result(result);
    return ok;
}
