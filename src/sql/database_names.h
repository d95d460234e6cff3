/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements of a script that name a database: CREATE, ALTER and DROP DATABASE, COMMENT, GRANT,
 * REVOKE and SECURITY LABEL … ON DATABASE, ALTER ROLE … IN DATABASE, and \connect. A restore under
 * another name puts the target in place of the script's own.
 */
#ifndef DBB_SQL_DATABASE_NAMES_H
#define DBB_SQL_DATABASE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

typedef enum DatabaseStatement {
    DATABASE_NOT_NAMED, /* the statement names no database */
    DATABASE_CREATE,
    DATABASE_DROP,
    DATABASE_ALTER, /* any of the others */
} DatabaseStatement;

typedef struct DatabaseName {
    DatabaseStatement statement;
    size_t start; /* the name's place in the statement, with its quotes */
    size_t len;
} DatabaseName;

/* Where a statement names a database. */
DatabaseName sql_find_database(const char *statement, size_t len);
/* The name without quotes, folded to lower case when it had none. */
void sql_unquote_identifier(Buffer *out, const char *text, size_t len);
/* The database and the user of `\connect` or `\c`: its first two arguments, in psql's quoting, or
 * dbname and user of a conninfo or URI. False when the line isn't one. An empty name or "-" means
 * the present one. user may be NULL. */
bool sql_parse_connect(const char *line, size_t len, Buffer *database, Buffer *user);

#endif
