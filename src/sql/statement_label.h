/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a statement does, in one to four keywords, for logs: `CREATE INDEX`, `COPY FROM`, `SET`.
 * Whatever is in the statement, the label has only words of lists that stand in statement_label.c:
 * never a name, a value, or a password.
 */
#ifndef DBB_SQL_STATEMENT_LABEL_H
#define DBB_SQL_STATEMENT_LABEL_H

#include <stddef.h>

#include "sql/lexer.h"

enum { STATEMENT_LABEL_SIZE = 96 };

/* PostgreSQL may be sent several statements at once: the first few are named, `BEGIN; TRUNCATE;
 * COPY FROM`. Only the text's beginning is looked at. */
void sql_statement_label(SqlDialect dialect, const char *text, size_t len,
                         char out[static STATEMENT_LABEL_SIZE]);

#endif
