/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a server says of a statement that it did otherwise than it was told, or not at all, and
 * nowhere but in SHOW WARNINGS or in rows.
 */
#ifndef DBB_ENGINE_MYSQL_WARNINGS_H
#define DBB_ENGINE_MYSQL_WARNINGS_H

#include "engine/mysql/restore_session.h"

/* Whose statements they are. */
typedef struct MyWarnings {
    const Entry *entry; /* NULL of a script */
    const char *name;   /* of the entry or the script */
    bool told;          /* of rows: once for all of them is enough */
    bool failed;        /* they count as a failure, once */
    bool knows_enums;   /* has_enums is known */
    bool has_enums;
} MyWarnings;

/* After each statement. Rows of an archive's entry are stored as they are, or that is an error;
 * with continue_on_error they stay as the server has made them, and count as a failure. Of all else
 * the user is told. */
bool my_warnings_see(MyWarnings *warnings, RestoreSession *session, bool is_rows,
                     Error *err) MUST_CHECK;

/* ANALYZE TABLE: what is wrong it doesn't say as an error, but in the rows that it yields. */
bool my_analyze(MyConnection *connection, const char *sql, Error *err) MUST_CHECK;

#endif
