/* SPDX-License-Identifier: Apache-2.0 */
/* Quoting for PostgreSQL. Failures stick to the buffer. */
#ifndef DBB_SQL_QUOTE_H
#define DBB_SQL_QUOTE_H

#include "base/buffer.h"

/* "name", always with quotes. */
void sql_quote_identifier(Buffer *out, const char *name);
/* 'text', or E'te\\xt' when it holds a backslash: right whatever standard_conforming_strings is. */
void sql_quote_literal(Buffer *out, const char *text);
/* For the inside of a `-- …` comment: newlines and carriage returns become spaces. */
void sql_comment_text(Buffer *out, const char *text);

#endif
