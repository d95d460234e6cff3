/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/mysql/settings.h"

bool my_settings_put(MyConnection *connection, Error *err)
{
    static const char *const settings[] = {
        "SET NAMES utf8mb4",
        /* A limit cuts every answer short, without a word. */
        "SET SESSION sql_select_limit = 18446744073709551615",
        "SET SESSION sql_big_selects = 1",
        /* Without it all that a script does is undone at its end. */
        "SET SESSION autocommit = 1",
        "SET SESSION completion_type = 0",
        "SET SESSION wait_timeout = 86400",
    };
    static const char *const of_mariadb[] = {
        "SET SESSION max_statement_time = 0",
        "/*!100300 SET SESSION idle_transaction_timeout = 0, idle_readonly_transaction_timeout = 0,"
        " idle_write_transaction_timeout = 0 */",
    };
    static const char *const of_mysql[] = {"SET SESSION max_execution_time = 0"};
    bool mariadb = my_is_mariadb(connection);
    const char *const *more = mariadb ? of_mariadb : of_mysql;
    size_t n_more = mariadb ? ARRAY_LENGTH(of_mariadb) : ARRAY_LENGTH(of_mysql);

    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        if (!my_exec_text(connection, settings[i], err)) {
            return false;
        }
    }
    for (size_t i = 0; i < n_more; i++) {
        if (!my_exec_text(connection, more[i], err)) {
            return false;
        }
    }
    return true;
}
